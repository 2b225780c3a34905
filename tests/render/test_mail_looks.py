"""Every mail as its readers see it: in their mail program, on a phone, in the dark, read aloud."""

import json
import re
import subprocess
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Literal

import pytest
from axe import faults_of, load_axe
from conftest import ROOT, brought, tool
from playwright.sync_api import Browser, Page
from workbooks import opened
from working import NICE, Folder, checklist

from forms.jobs.invite import InviteRequest, make_invitation
from forms.jobs.remind import RemindRequest, make_reminders
from forms.mail.addresses import read_address
from forms.mail.owners import Owners
from forms.wording import wording

Cells = tuple[str, str | None, object]
TODAY = date(2026, 12, 10)
LONG = "Aansprakelijkheidswaardevaststellingsveranderingen"
# Who does not read these shows the mail in its light colours, which stand in place.
DARK_ONLY = {
    "outlook.windows: @media",
    "gmail.mobile-webmail: @media",
    "gmail.mobile-webmail: <style> element",
}


def followed_up(path: Path, language: str) -> Folder:
    """Return a folder in which something is late, soon, later, undecided, and without an owner."""
    path.mkdir()
    folder = Folder(path, checklist({f"A{n}": f"{LONG} {n}." for n in range(1, 8)}))
    folder.checklist["language"] = language
    folder.answers = {"A2": NICE, "A6": NICE}
    folder.report(date(2026, 11, 30))
    rows: dict[str, Cells] = {
        "A1": ("needed", "Anna", date(2026, 12, 1)),
        "A2": ("desirable", "Bram", date(2026, 12, 12)),
        "A3": ("needed", "Anna", date(2027, 3, 1)),
        "A4": ("needed", "Iemand zonder adres", date(2026, 12, 2)),
        "A5": ("needed", None, "na de zomer"),
    }
    write(folder, rows, language)
    return folder


def write(folder: Folder, rows: dict[str, Cells], language: str) -> None:
    """Write decisions, owners and deadlines in the list of either language."""
    words = wording(language)
    workbook = opened(folder.workbook)
    sheet: Any = workbook[words("tabs.actions")]
    header = next(r for r in sheet.iter_rows() if words("actions.decision") in [c.value for c in r])
    columns = {cell.value: cell.column for cell in header}
    for row in sheet.iter_rows(min_row=header[0].row + 1):
        decision, *others = rows.get(row[0].value, (None, None, None))
        said = decision and words(f"decision.{decision}")
        for name, value in zip(("decision", "owner", "deadline"), (said, *others), strict=True):
            sheet.cell(row[0].row, columns[words(f"actions.{name}")]).value = value
    workbook.save(folder.workbook)


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return every kind of mail in both languages, as its HTML part in a file."""
    root = tmp_path_factory.mktemp("mails")
    contents: dict[str, bytes] = {}
    for language in ("nl", "en"):
        folder = followed_up(root / language, language)
        folder.report(TODAY, workbook_url="https://example.org/rapport.xlsx")
        contents[f"report-{language}"] = folder.workbook.with_suffix(".eml").read_bytes()
        owners = Owners([("Anna", "anna@example.nl"), ("Bram", "bram@example.nl")])
        to = read_address("coordinator@example.nl", "")
        made = make_reminders(RemindRequest(folder.workbook, TODAY, owners, to))
        contents |= {f"{p.stem}-{language}": content for p, content in made.contents.items()}
    made_all = make_invitation(
        InviteRequest("https://vragen.example.nl/", root / "uit", ROOT / "checklist.yaml", TODAY)
    )
    contents |= {p.stem: p.read_bytes() for p in made_all.written if p.suffix == ".eml"}
    return {name: as_page(root, name, content) for name, content in contents.items()}


def as_page(root: Path, name: str, content: bytes) -> Path:
    """Write the HTML part of a mail beside the others."""
    part = message_from_bytes(content, policy=policy.default).get_body(("html",))
    assert part is not None
    path = root / f"{name}.html"
    path.write_text(part.get_content(), encoding="utf-8")
    return path


def test_there_is_every_kind(mails: dict[str, Path]) -> None:
    """Reports, reminders with and without an address, the coordinator's, invitations."""
    kinds = {"report", "anna", "bram", "iemand-zonder-adres", "coordinator"}
    assert {f"{kind}-{language}" for kind in kinds for language in ("nl", "en")} < set(mails)
    assert {"uitnodiging", "herinnering-1", "invitation", "reminder-2"} < set(mails)


def test_no_mail_program_meets_what_it_does_not_know(mails: dict[str, Path]) -> None:
    """Outlook for Windows, Outlook's apps, Gmail and Apple Mail, by caniemail; and sound HTML."""
    brought(ROOT / "tests/render/pages/node_modules/caniemail/package.json")
    script = ROOT / "tests/render/pages/mail_lint.mjs"
    command = [tool("node"), str(script), *map(str, mails.values())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found = json.loads(done.stdout)
    assert len(found) == len(mails)
    assert {path: each["faults"] for path, each in found.items() if each["faults"]} == {}
    unsupported = {title for each in found.values() for title in each["unsupported"]}
    assert unsupported == DARK_ONLY


@pytest.mark.parametrize(("language", "scheme"), [("nl", "light"), ("en", "dark")])
def test_nothing_stands_in_a_readers_way(
    browser: Browser, mails: dict[str, Path], language: str, scheme: Literal["light", "dark"]
) -> None:
    """Axe finds nothing in any kind of mail, and nothing is fetched from anywhere."""
    page = browser.new_page(viewport={"width": 375, "height": 812}, color_scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    faults = {}
    for name, path in mails.items():
        page.goto(path.as_uri())
        if page.locator("html").get_attribute("lang") != language:
            continue
        load_axe(page)
        faults[name] = faults_of(page)
    page.close()
    assert len(faults) == len(mails) / 2
    assert {name: found for name, found in faults.items() if found} == {}
    assert [url for url in asked if not url.startswith("file:")] == []


@pytest.mark.parametrize("sheet", [True, False], ids=["", "without a style sheet"])
def test_it_fits_every_screen(browser: Browser, mails: dict[str, Path], *, sheet: bool) -> None:
    """Also where a mail program takes the sheet away, as Gmail's app does of other accounts."""
    page = browser.new_page()
    for name, path in mails.items():
        html = path.read_text(encoding="utf-8")
        page.set_content(html if sheet else re.sub(r"(?s)<style>.*?</style>", "", html))
        for width in (320, 375, 900):
            page.set_viewport_size({"width": width, "height": 812})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    page.close()


def test_outlook_for_windows_gets_a_width_that_it_knows(mails: dict[str, Path]) -> None:
    """Its engine is Word's: no max-width, but what stands in comments for it alone."""
    for kind in ("report-nl", "coordinator-en"):
        html = mails[kind].read_text(encoding="utf-8")
        for_word = re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", html)
        assert len(for_word) == 2
        assert 'width="640"' in for_word[0]
        assert for_word[1] == "</td></tr></table>"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_bar_is_seen(
    browser: Browser, mails: dict[str, Path], scheme: Literal["light", "dark"]
) -> None:
    """Each piece has a colour of its own, which differs enough from what lies under it."""
    page = browser.new_page(viewport={"width": 390, "height": 812}, color_scheme=scheme)
    page.goto(mails["report-nl"].as_uri())
    (card,) = colours(page, ".card")
    pieces = colours(page, "table[aria-hidden] td")
    assert len(set(pieces)) == len(pieces) == 2
    assert all(contrast(card, piece) > 1.5 for piece in pieces)
    page.close()


def test_a_bar_is_seen_without_colours(browser: Browser, mails: dict[str, Path]) -> None:
    """Where the reader's own colours come in place of all others, lines part its pieces."""
    page = browser.new_page(forced_colors="active")
    page.goto(mails["report-nl"].as_uri())
    lines = page.locator("table[aria-hidden] td").evaluate_all(
        "cells => cells.map(c => [getComputedStyle(c).borderLeft, c.textContent])"
    )
    assert lines == [["1px solid rgb(0, 0, 0)", "5"], ["1px solid rgb(0, 0, 0)", "2"]]
    page.close()


@pytest.mark.parametrize("name", ["report-nl", "anna-nl", "coordinator-nl", "coordinator-en"])
def test_what_is_asked_stands_on_the_first_screen(
    browser: Browser, mails: dict[str, Path], name: str
) -> None:
    """Of a phone, before anybody scrolls."""
    page = browser.new_page(viewport={"width": 375, "height": 667})
    page.goto(mails[name].as_uri())
    asked = page.locator("td:has(> h2)").first
    bottom = asked.evaluate("cell => cell.getBoundingClientRect().bottom")
    page.close()
    assert 0 < bottom <= 667


def colours(page: Page, selector: str) -> list[str]:
    """Return the colours behind elements."""
    found: list[str] = page.locator(selector).evaluate_all(
        "all => all.map(e => getComputedStyle(e).backgroundColor)"
    )
    return found


def contrast(one: str, other: str) -> float:
    """Return how two colours differ, as WCAG counts it: from 1 to 21."""

    def light(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(share * p for share, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_dark_screen_gets_a_dark_mail(browser: Browser, mails: dict[str, Path]) -> None:
    """Where the mail program reads the sheet."""
    page = browser.new_page(color_scheme="dark")
    page.goto(mails["report-nl"].as_uri())
    seen = [colours(page, each)[0] for each in (".page", ".card")]
    assert seen == ["rgb(18, 24, 28)", "rgb(30, 38, 44)"]
    page.close()
