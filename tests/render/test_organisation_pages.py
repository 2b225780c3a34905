"""The form by the links of several organisations, in a real browser."""

import hashlib
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page
from served import Served, served, small

from forms.store.interface import Organisation
from forms.store.open import open_store

TOKENS = {"Één Thuis": "a" * 22, "Ymere": "-_" * 11}


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a small form that two organisations have a link to."""
    folder = tmp_path_factory.mktemp("form")
    small(folder)
    with closing(open_store(f"sqlite:///{folder / 'answers.db'}")) as store:
        store.enrol(
            Organisation(name, link=hashlib.sha256(token.encode()).hexdigest())
            for name, token in TOKENS.items()
        )
    with served(folder) as found:
        yield found


@pytest.fixture
def person(browser: Browser) -> Iterator[Page]:
    """Return a page of somebody on a phone, with nothing kept."""
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        yield context.new_page()


def test_a_draft_is_for_its_own_link(form: Served, person: Page) -> None:
    """On a computer where somebody has the links of two, answers of one never go to the other."""
    first, second = (f"{form.link}o/{token}/" for token in TOKENS.values())
    person.goto(first)
    assert person.locator(".organisation").inner_text() == "Één Thuis"
    person.locator("[name=A1]").first.check()
    person.goto(second)
    assert person.locator("#_draft").is_hidden()
    person.goto(first)
    person.locator("#_take").click()
    assert person.locator("input:checked").count() == 1


def test_from_a_link_to_a_receipt_and_back(form: Served, person: Page) -> None:
    """All of it by one's own link; at its own width nothing sticks out."""
    link = f"{form.link}o/{TOKENS['Ymere']}/"
    person.goto(link)
    for group in person.locator("fieldset").all():
        group.locator("input").first.check()
    width = person.evaluate("document.documentElement.scrollWidth")
    assert width <= person.evaluate("innerWidth")
    with person.expect_navigation():
        person.locator(".send button").click()
    change = person.locator(".link a").get_attribute("href") or ""
    assert change.startswith(f"{link}change#")
    person.go_back()
    person.wait_for_url(f"{link}?again")
    person.goto(change)
    person.locator("fieldset").first.wait_for()
    assert person.locator("input:checked").count() == len(person.locator("fieldset").all())
    assert [each.organisation for each in form.stored()] == ["Ymere"]


def test_a_link_that_is_of_nobody(form: Served, person: Page) -> None:
    """A page that says so, and looks as the others do."""
    person.goto(f"{form.link}o/{'c' * 22}/")
    assert person.title() == "Deze link werkt niet"
    assert person.evaluate("getComputedStyle(document.body).fontFamily").startswith("system-ui")
