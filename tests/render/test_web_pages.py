"""The web form's pages in a real browser: for everybody, and without anything getting lost."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import pytest
import requests
from axe import faults_of, load_axe
from conftest import brought, tool
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from served import SMALL, Served, hidden, served, small

from forms.store.interface import Submission

MODULES = Path(__file__).parent / "pages" / "node_modules"
SIZES = {"phone": (375, 720), "small": (320, 568), "desktop": (1280, 800)}
KINDS = [
    "form",
    "filled",
    "fault",
    "receipt",
    "late",
    "missing",
    "closed",
    "change",
    "link",
    "offer",
]


def module(name: str) -> Path:
    """Return a file that npm brought."""
    return brought(MODULES / name)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return one form with the shipped checklist."""
    with served(tmp_path_factory.mktemp("form")) as found:
        yield found


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page as a person of their own, with nothing kept."""
    opened = []

    def open_one(link: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        opened.append(context)
        page = context.new_page()
        page.goto(link)
        return page

    yield open_one
    for context in opened:
        context.close()


def fill(page: Page) -> None:
    """Choose the second answer to every question, by script: all at once."""
    groups = page.locator("fieldset")
    groups.evaluate_all(
        "groups => groups.forEach(group => group.querySelectorAll('input')[1].click())"
    )
    assert groups.locator("input:checked").count() == groups.count() > 0


def fill_by_hand(page: Page) -> None:
    """Choose it as people do, who can only press what is there to be seen."""
    for group in page.locator("fieldset").all():
        group.locator("input").nth(1).check()


def send(page: Page) -> None:
    """Send, and wait for what comes."""
    with page.expect_navigation():
        page.locator(".send button").click()


def show(page: Page, kind: str, form: Served) -> None:
    """Go to one kind of page."""
    if kind == "filled":
        fill_by_hand(page)
    elif kind == "fault":
        send(page)
    elif kind == "receipt":
        fill(page)
        send(page)
    elif kind in {"late", "change"}:
        data = form.filled()
        form.send(data)
        receipt = Submission(data["_key"], {}, "", datetime.now(UTC)).receipt
        page.goto(f"{form.link}change" if kind == "change" else f"{form.link}receipt/{receipt}")
        if kind == "change":
            page.fill("#_code", data["_key"])
            send(page)
    elif kind == "link":
        page.goto(f"{form.link}change")
        send(page)
    elif kind == "missing":
        page.goto(f"{form.link}nowhere")
    elif kind == "closed":
        mark = form.folder / "answers.db-closed"
        mark.touch()
        page.reload()
        mark.unlink()
    elif kind == "offer":
        page.locator("#S1").check()
        page.goto(form.link)
        page.locator("#_draft").wait_for()


@pytest.fixture(scope="module", params=KINDS)
def shown(request: pytest.FixtureRequest, form: Served, browser: Browser) -> Iterator[Page]:
    """Return one page of each kind, to look at in every size and scheme."""
    with browser.new_context(bypass_csp=True) as context:
        page = context.new_page()
        page.goto(form.link)
        show(page, request.param, form)
        load_axe(page)
        yield page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_nothing_stands_in_anybodys_way(
    shown: Page, size: str, scheme: Literal["light", "dark"]
) -> None:
    """Axe finds nothing, on every page, light and dark; and nothing is wider than the screen."""
    width, height = SIZES[size]
    shown.set_viewport_size({"width": width, "height": height})
    shown.emulate_media(color_scheme=scheme)
    assert faults_of(shown, more=["best-practice"]) == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width


@pytest.fixture(scope="module")
def html_faults(
    form: Served, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    """Return what the checker of the W3C says of every kind of page, of all in one run."""
    folder = tmp_path_factory.mktemp("html")
    files = {kind: folder / f"{kind}.html" for kind in KINDS if kind != "filled"}
    for kind, file in files.items():
        with browser.new_context(java_script_enabled=kind == "offer") as context:
            page = context.new_page()
            page.goto(form.link)
            show(page, kind, form)
            html = page.content() if kind != "form" else requests.get(form.link, timeout=30).text
        file.write_text(html, encoding="utf-8")
    checker = module("vnu-jar/build/dist/vnu.jar")
    command = [tool("java"), "-jar", str(checker), "--format", "json", *map(str, files.values())]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    found: dict[str, list[str]] = {kind: [] for kind in files}
    for said in json.loads(done.stderr)["messages"]:
        # What names no page, such as one that cannot be read, is a fault of all of them.
        named = Path(said.get("url", "")).stem
        for kind in [named] if named in found else found:
            found[kind].append(said["message"])
    return found


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "filled"])
def test_the_html_is_sound(html_faults: dict[str, list[str]], kind: str) -> None:
    """By the checker of the W3C, as the server gives it."""
    assert html_faults[kind] == []


def test_by_keyboard_alone(form: Served, open_page: Callable[..., Page]) -> None:
    """Tab to each question, arrows or space to choose, Enter to send."""
    page = open_page(form.link)
    asked = page.locator("fieldset").count()
    for _ in range(300):
        page.keyboard.press("Tab")
        focused = page.evaluate("document.activeElement.outerHTML")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
        if 'type="radio"' in focused:
            page.keyboard.press("Space")
            page.keyboard.press("ArrowDown")
        elif "<button" in focused:
            break
    assert page.locator("input:checked").count() == asked
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.title() == "Uw antwoorden zijn ontvangen"
    assert [s.answers["S1"] for s in form.stored()][-1] == "needed"


def test_faults_have_the_focus_and_lead_to_the_question(
    form: Served, open_page: Callable[..., Page]
) -> None:
    """With and without JavaScript."""
    for scripts in (True, False):
        page = open_page(form.link, java_script_enabled=scripts)
        page.locator("#S1").check()
        send(page)
        if scripts:
            assert page.evaluate("document.activeElement.id") == "_faults"
        assert page.locator("#S1").is_checked()
        page.get_by_role("link", name="S2.").click()
        page.keyboard.press("Tab" if not scripts else "Space")
        page.locator("#S2").check()
        assert page.url.endswith("#S2")


def test_without_javascript(form: Served, open_page: Callable[..., Page]) -> None:
    """All of it works; what needs JavaScript is not shown."""
    page = open_page(form.link, java_script_enabled=False)
    assert not page.locator("#_draft").is_visible()
    assert not page.locator("#_again").is_visible()
    fill_by_hand(page)
    send(page)
    assert page.title() == "Uw antwoorden zijn ontvangen"


@pytest.mark.parametrize("kind", ["form", "fault", "receipt"])
def test_at_twice_the_size(form: Served, open_page: Callable[..., Page], kind: str) -> None:
    """Nobody scrolls sideways at 200% on a small laptop, or 400% on a large screen."""
    page = open_page(form.link, viewport={"width": 320, "height": 256}, device_scale_factor=4)
    show(page, kind, form)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_what_is_tapped_is_large_enough(form: Served, open_page: Callable[..., Page]) -> None:
    """44 pixels high for an answer and for the button, 24 for all else."""
    page = open_page(form.link, viewport={"width": 375, "height": 720})
    boxes = [one.bounding_box() for one in page.locator("fieldset label, .send button").all()]
    assert min(box["height"] for box in boxes if box) >= 44
    send(page)
    links = [one.bounding_box() for one in page.locator(".faults li").all()]
    assert len(links) == 21
    assert min(box["height"] for box in links if box) >= 24


def test_it_prints_on_three_pages(form: Served, open_page: Callable[..., Page]) -> None:
    """The form, and the receipt with its answers."""
    page = open_page(form.link)
    for kind in ("form", "receipt"):
        show(page, kind, form)
        pdf = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))
        assert 1 <= len(pdf.pages) <= 3
        said = "".join("".join(sheet.extract_text().split()) for sheet in pdf.pages)
        assert "O7.Medewerkers" in said


def test_a_closed_tab_loses_nothing(form: Served, open_page: Callable[..., Page]) -> None:
    """The draft is offered, not shown; taken up it is sent once, by its own key."""
    page = open_page(form.link)
    key = hidden(page.content())["_key"]
    fill(page)
    page.fill("[name='remark:S']", "Nog niet af")
    context = page.context
    page.close()
    page = context.new_page()
    page.goto(form.link)
    assert page.locator("input:checked").count() == 0
    page.locator("#_take").click()
    assert page.locator("input:checked").count() == 21
    assert page.locator("#_draft").is_hidden()
    send(page)
    assert page.title() == "Uw antwoorden zijn ontvangen"
    stored = next(s for s in form.stored() if s.key == key)
    assert stored.answers["remark:S"] == "Nog niet af"
    page.goto(form.link)
    assert page.locator("#_draft").is_hidden()


def test_a_draft_can_be_wiped_and_goes_after_a_day(
    form: Served, open_page: Callable[..., Page]
) -> None:
    """Shared desks: nothing stays behind."""
    page = open_page(form.link)
    page.locator("#S1").check()
    page.goto(form.link)
    page.locator("#_wipe").click()
    assert page.locator("#_draft").is_hidden()
    assert page.evaluate("localStorage.length") == 0
    page.locator("#S1").check()
    page.evaluate(
        """() => { for (const name of Object.keys(localStorage)) {
            const held = JSON.parse(localStorage[name])
            localStorage[name] = JSON.stringify({...held, at: held.at - 864e5 - 1000}) } }"""
    )
    page.goto(form.link)
    assert page.locator("#_draft").is_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_another_persons_answers_do_not_take_the_drafts_place(
    form: Served, open_page: Callable[..., Page]
) -> None:
    """A colleague who sends in between leaves the draft for who made it."""
    page = open_page(form.link)
    page.locator("#S1").check()
    page.goto(form.link)
    fill(page)
    send(page)
    page.goto(form.link)
    page.locator("#_take").click()
    assert page.locator("input:checked").count() == 1


def test_a_double_click_sends_once(tmp_path: Path, open_page: Callable[..., Page]) -> None:
    """And a slow answer is no reason to send twice."""
    with served(small(tmp_path)) as form:
        page = open_page(form.link)
        fill(page)
        posts: list[str] = []
        page.on("request", lambda r: posts.append(r.url) if r.method == "POST" else None)
        with page.expect_navigation(url="**/send"):
            with _locked(tmp_path / "answers.db"):
                page.evaluate(
                    """for (const wait of [0, 50, 700]) setTimeout(
                        () => document.querySelector('.send button').click(), wait)"""
                )
                time.sleep(1.5)
            page.wait_for_timeout(100)
        assert len(posts) == 1
        assert len(form.stored()) == 1


def test_back_after_sending_asks_anew(form: Served, open_page: Callable[..., Page]) -> None:
    """At a shared desk the next colleague's answers do not take the place of the last one's."""
    page = open_page(form.link)
    first = hidden(page.content())["_key"]
    fill(page)
    send(page)
    page.go_back()
    page.wait_for_url("**/?again")
    assert page.locator("#_again").is_visible()
    assert page.locator("input:checked").count() == 0
    assert hidden(page.content())["_key"] != first
    fill(page)
    send(page)
    assert len([s for s in form.stored() if s.key == first]) == 1


def test_questions_may_be_called_anything(tmp_path: Path, open_page: Callable[..., Page]) -> None:
    """A form's fields hide its own properties from a script; the draft and the way back stand."""
    odd = "{id: %s, label: Odd %s, choices: [Yes, 'No \"&<b>']}"
    names = ["action", "elements", "dataset", "addEventListener", "submit"]
    text = SMALL.replace("[{id: team", "[" + ", ".join(odd % (n, n) for n in names) + ", {id: team")
    with served(small(tmp_path, text)) as form:
        page = open_page(form.link)
        fill(page)
        page.goto(form.link)
        page.locator("#_take").click()
        assert page.locator("input:checked").count() == 8
        send(page)
        page.go_back()
        page.wait_for_url("**/?again")
        assert form.stored()[0].answers["elements"] == 'No "&<b>'


def test_back_after_sending_without_javascript(
    form: Served, open_page: Callable[..., Page]
) -> None:
    """The same page has the same key, so sending again is no second submission."""
    page = open_page(form.link, java_script_enabled=False)
    first = hidden(page.content())["_key"]
    fill(page)
    send(page)
    page.go_back()
    assert hidden(page.content())["_key"] == first


def test_back_from_a_receipt_after_a_fault(form: Served, open_page: Callable[..., Page]) -> None:
    """No "confirm form resubmission", and not a colleague's answers."""
    page = open_page(form.link)
    send(page)
    fill(page)
    send(page)
    page.go_back()
    page.wait_for_url("**/?again")
    assert page.locator("input:checked").count() == 0


def test_the_store_is_down(
    tmp_path: Path, open_page: Callable[..., Page], browser: Browser
) -> None:
    """Everything stays on the page, which says so; sent again, it is stored."""
    assert browser.is_connected()
    with served(small(tmp_path)) as form:
        page = open_page(form.link)
        fill(page)
        page.set_default_timeout(60_000)
        with _locked(tmp_path / "answers.db"):
            send(page)
        assert "Het opslaan lukte niet" in page.content()
        assert page.locator("input:checked").count() == 3
        send(page)
        assert page.title() == "Uw antwoorden zijn ontvangen"
        assert len(form.stored()) == 1


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a store locked, as a backup program may."""
    code = (
        "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN IMMEDIATE'); print('locked', flush=True); time.sleep(100)"
    )
    command = [sys.executable, "-c", code, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "locked\n"
        yield
        process.kill()


def test_the_network_is_gone_when_sending(form: Served, open_page: Callable[..., Page]) -> None:
    """The answers are in the draft, and sent from there they are one submission."""
    page = open_page(form.link)
    key = hidden(page.content())["_key"]
    fill(page)
    page.context.set_offline(True)
    page.locator(".send button").click()
    page.wait_for_timeout(500)
    page.context.set_offline(False)
    page.goto(form.link)
    page.locator("#_take").click()
    send(page)
    assert [s.key for s in form.stored()].count(key) == 1


def test_a_draft_of_an_older_questionnaire_is_looked_at_again(
    tmp_path: Path, open_page: Callable[..., Page]
) -> None:
    """What was answered to other words is not taken as an answer to these."""
    with served(small(tmp_path)) as form:
        page = open_page(form.link)
        fill(page)
        port = form.link.rpartition(":")[2].strip("/")
        form.end()
    small(tmp_path, SMALL.replace("Een.", "Iets anders."))
    with served(tmp_path, "--port", port) as form:
        page.goto(form.link)
        page.locator("#_take").click()
        send(page)
        assert "veranderd" in page.content()
        send(page)
        assert page.title() == "Uw antwoorden zijn ontvangen"


def test_no_browser_memory_is_no_hindrance(form: Served, open_page: Callable[..., Page]) -> None:
    """Where a browser forbids to keep anything, the form just works."""
    page = open_page(form.link)
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() {throw 1}})")
    page.goto(form.link)
    fill(page)
    send(page)
    assert page.title() == "Uw antwoorden zijn ontvangen"


def test_a_change_by_the_link(form: Served, open_page: Callable[..., Page]) -> None:
    """From the receipt, and back to a receipt."""
    page = open_page(form.link)
    fill(page)
    key = hidden(page.content())["_key"]
    send(page)
    page.locator(".link a").click()
    page.locator("#S1").wait_for()
    assert page.locator("input:checked").count() == 21
    page.locator("#S1").check()
    send(page)
    assert page.title() == "Uw antwoorden zijn ontvangen"
    revisions = [s.answers["S1"] for s in form.stored() if s.key == key]
    assert revisions == ["needed", "in_order"]


def test_a_link_to_change_leaves_no_trace(form: Served, open_page: Callable[..., Page]) -> None:
    """Its key is in no address that is asked for, nor in the browser's history; Back goes back."""
    data = form.filled()
    form.send(data)
    page = open_page(form.link)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url + one.headers.get("referer", "")))
    page.goto(f"{form.link}change#{data['_key']}")
    page.locator("#S1").wait_for()
    assert page.locator("input:checked").count() == 21
    assert page.url == f"{form.link}change"
    assert not [url for url in asked if data["_key"] in url.partition("#")[0]]
    page.go_back()
    assert page.url == form.link
    page.goto(f"{form.link}change")
    page.evaluate("key => { location.hash = key }", data["_key"])
    page.locator("#S1").wait_for()


def test_a_link_to_change_without_javascript(form: Served, open_page: Callable[..., Page]) -> None:
    """It is pasted; by keyboard alone, what is none is said, and asked for again."""
    data = form.filled()
    form.send(data)
    link = f"{form.link}change#{data['_key']}"
    page = open_page(link, java_script_enabled=False)
    for pasted, title in (("K7MW-9QXB", "Fout: Uw antwoorden wijzigen"), (link, "Checklist")):
        page.keyboard.press("Tab")
        page.keyboard.type(pasted)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.title().startswith(title)
    assert page.locator("input:checked").count() == 21


def test_loading_a_receipt_again_changes_nothing(
    form: Served, open_page: Callable[..., Page]
) -> None:
    """The same answers under the same key: the same receipt, and no draft that comes back."""
    page = open_page(form.link)
    key = hidden(page.content())["_key"]
    fill(page)
    send(page)
    receipt = page.locator("main").inner_text()
    page.reload()
    assert page.locator("main").inner_text() == receipt
    assert len([s for s in form.stored() if s.key == key]) == 1
    page.goto(form.link)
    assert page.locator("#_draft").is_hidden()


def test_no_page_asks_another_host_for_anything(
    form: Served, open_page: Callable[..., Page]
) -> None:
    """And the browser finds nothing to complain of."""
    page = open_page(form.link)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(form.link)
    fill(page)
    send(page)
    assert [url for url in asked if not url.startswith((form.link, "data:"))] == []
    assert complaints == []
