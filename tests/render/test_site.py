"""The docs site as it is built: whole, in one language a page, and readable on a phone."""

import io
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from functools import partial
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import click
import pytest
from axe import faults_of, load_axe
from babel.messages.extract import extract_from_dir
from build_release import MANUALS, manual
from catalogues import LOCALE, read
from conftest import ROOT, missing
from extension.messages import faults
from playwright.sync_api import Browser, Page

from cli.main import vinkje
from cli.settings import settings_of
from forms.checklist.model import json_schema
from forms.notes import KINDS
from forms.wording import wording

BUILD = ROOT / "docs" / "build_site.py"
# What is filled in, in our messages and in Click's.
FILLED = re.compile(r"\{[^}]*\}|%\(\w+\)\w")


def built(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Build a site as `make site` does."""
    if not find_spec("furo"):
        missing("the group of dependencies named docs is not installed")
    code = (
        "import sys; from pathlib import Path; from build_site import build;"
        "sys.exit(not build(*map(Path, sys.argv[1:])))"
    )
    program = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(
        program, cwd=BUILD.parent, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the built site; a warning is a fault."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = built(folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[str]:
    """Return the address of the site, served on this machine."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def pages(site: Path, language: str = "*") -> list[Path]:
    """Return all pages that somebody wrote; that for searching is the theme's."""
    found = site.glob(f"{language}/**/*.html")
    return sorted(path for path in found if path.name != "search.html")


def attributes(html: str, *names: str) -> list[str]:
    """Return the values of attributes on a page."""
    return [unescape(each) for each in re.findall(rf' (?:{"|".join(names)})="([^"]*)"', html)]


def test_every_link_leads_to_a_file_and_a_place_in_it(site: Path) -> None:
    """Also from one language to the other, and to what can be downloaded."""
    texts = {path: path.read_text("utf-8") for path in [*pages(site), site / "index.html"]}
    places = {path: set(attributes(text, "id")) for path, text in texts.items()}
    for path, text in texts.items():
        for link in attributes(text, "href", "src"):
            parts = urlsplit(link)
            if not parts.scheme and link not in {"#", "#!"}:
                to = (path.parent / unquote(parts.path)).resolve() if parts.path else path
                assert to.is_file(), (path, link)
                assert not parts.fragment or parts.fragment in places[to], (path, link)


def test_the_manual_in_the_zip_is_the_same_wherever_it_is_built(site: Path) -> None:
    """No place and no day stands in it; what opens it leads to its language; it is small."""
    found = manual(site)
    for name, language in MANUALS.items():
        assert f"url=docs/{language}/index.html" in found[name].decode()
        assert {f"docs/{each}" for each in ("nl/index.html", "en/index.html")} <= set(found)
    # The day of the docs' own examples is today once.
    days = {time.strftime("%Y-%m-%d")} - {"2026-11-30"}
    told = [str(ROOT), str(site), str(site.parent), *days]
    texts = {name: content for name, content in found.items() if not name.endswith(".png")}
    assert [
        name for name, content in texts.items() for each in told if each.encode() in content
    ] == []
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    assert len(packed.getvalue()) < 6_000_000


def test_each_page_leads_to_its_twin_and_back(site: Path) -> None:
    """From the start, which leads to Dutch."""
    start = (site / "index.html").read_text("utf-8")
    assert "url=nl/index.html" in start
    for page in pages(site):
        twin = twin_of(page)
        assert twin.is_file(), page
        assert twin_of(twin) == page


def twin_of(page: Path) -> Path:
    """Return where the link to the other language leads."""
    links: list[str] = re.findall(r'<a class="twin" href="([^"]*)"', page.read_text("utf-8"))
    return (page.parent / links[0]).resolve()


def test_a_dutch_page_has_no_english_of_the_theme(site: Path) -> None:
    """All that furo says and Sphinx can translate, where both languages show it."""
    spec = find_spec("furo")
    assert spec is not None
    assert spec.origin is not None
    theme = Path(spec.origin).parent / "theme"
    found = extract_from_dir(theme, [("**.html", "jinja2.ext.babel_extract")])
    said = {text.strip() for _, _, text, _, _ in found if isinstance(text, str)}
    for english, dutch in (("start", "beginnen"), ("index", "index")):
        both = [site / "en" / f"{english}.html", site / "nl" / f"{dutch}.html"]
        shown = [
            set(map(str.strip, re.findall(r">([^<>]+)<", path.read_text("utf-8")))) for path in both
        ]
        assert len(said & shown[0]) > 2, "the theme says nothing that we know of"
        assert said & shown[0] & shown[1] == set()


MESSAGES = {"nl": ["meldingen", "meer-meldingen"], "en": ["messages", "more-messages"]}


@pytest.mark.parametrize("language", MESSAGES)
def test_every_note_and_fault_with_a_way_out_can_be_found(site: Path, language: str) -> None:
    """By its words, on one of two pages; those of notes with what to do, whatever the note says."""
    pages = [site / language / f"{name}.html" for name in MESSAGES[language]]
    shown = " ".join(map(plain_text, pages))
    words = wording(language).texts
    wanted = [words[f"note.{key}"] for key in KINDS]
    texts = {str(m.id): m for m in read(LOCALE / "nl" / "LC_MESSAGES" / "vinkje.po")}
    made = [fault for fault in faults() if fault[0] and fault[1]]
    assert len(made) > 150
    for each in {text for problem, remedy, _ in made for text in problem | remedy}:
        # What counts is told as of many, and what is a label is part of another sentence.
        found = texts.get(each)
        if found and isinstance(found.id, str) and len(FILLED.sub("", each).split()) >= 3:
            wanted.append(str(found.string if language == "nl" else found.id))
    lost = [text for text in wanted for piece in pieces_of(text) if piece not in shown]
    assert lost == []
    notes = re.findall(r"<dt>.*?</dt><dd>", (pages[0]).read_text("utf-8"), re.DOTALL)
    assert len(notes) > len(KINDS)


def pieces_of(text: str) -> list[str]:
    """Return what of a message is always the same, in sentences as the page may part them."""
    sentences = re.split(r"(?<=[.?;])\s+", FILLED.sub("\0", " ".join(text.split())))
    return [folded(p).strip(" .;:") for sentence in sentences for p in sentence.split("\0")]


@pytest.mark.parametrize("language", MESSAGES)
def test_the_pages_of_messages_can_be_read(site: Path, language: str) -> None:
    """Notes come first; no two headings are alike, and each entry has a way out."""
    for name in MESSAGES[language]:
        html = (site / language / f"{name}.html").read_text("utf-8")
        headings = re.findall(r"<h[123]>(.*?)<a", html)
        assert len(headings) == len(set(headings))
        assert len(plain_text(site / language / f"{name}.html").split()) < 6_500
        entries = re.findall(r"<dt>(.*?)</dt>(<dd>)?", html, re.DOTALL)
        assert [term for term, way in entries if not way] == []


@pytest.mark.parametrize("page", ["nl/naslag/instellingen", "en/reference/settings"])
def test_every_setting_is_on_its_page(site: Path, page: str) -> None:
    """Once, where it means the same for several commands."""
    meant = {(param.name, getattr(param, "help", "")) for _, param, _ in settings_of(vinkje)}
    text = (site / f"{page}.html").read_text("utf-8")
    shown = re.findall(r"<dt><code[^>]*><span class=\"pre\">(\w+)<", text)
    assert sorted(shown) == sorted(str(name) for name, _ in meant)


@pytest.mark.parametrize("page", ["nl/naslag/commandos", "en/reference/commands"])
def test_every_command_has_its_heading_and_every_option_its_place(site: Path, page: str) -> None:
    """To be linked to."""
    places = set(attributes((site / f"{page}.html").read_text("utf-8"), "id"))
    for path, command in every_command():
        assert "-".join(("vinkje", *path)) in places
        options = {name for param in command.params for name in param.opts if name[0] == "-"}
        for name in options - {"--version"}:
            assert f"cmdoption-vinkje-{'-'.join((*path, name.lstrip('-')))}" in places


def every_command(group: click.Group = vinkje, *path: str) -> Iterator[tuple[Any, click.Command]]:
    """Yield each command with its words."""
    for name, each in group.commands.items():
        yield (*path, name), each
        if isinstance(each, click.Group):
            yield from every_command(each, *path, name)


@pytest.mark.parametrize("page", ["nl/naslag/checklist", "en/reference/checklist"])
def test_every_key_of_the_checklist_is_on_its_page(site: Path, page: str) -> None:
    """Each as often as the schema has it."""
    schema: dict[str, Any] = json_schema()
    parts = [schema, *schema["$defs"].values()]
    keys = sorted(key for part in parts for key in part.get("properties", {}))
    text = (site / f"{page}.html").read_text("utf-8")
    assert sorted(re.findall(r"<dt><code[^>]*><span class=\"pre\">(\w+)<", text)) == keys


def test_a_message_stands_with_its_way_out(site: Path) -> None:
    """As the code has them together, in the reader's language."""
    shown = plain_text(site / "nl" / "meer-meldingen.html")
    assert folded("--security none is alleen voor een mailserver op deze computer zelf") in shown
    way_out = "Wat u doet: Laat de optie weg voor STARTTLS (poort 587), of noem tls (poort 465)."
    assert folded(way_out) in shown.partition(folded("alleen voor een mailserver op deze"))[2][:200]


def plain_text(page: Path) -> str:
    """Return the words of a page."""
    return folded(unescape(re.sub("<[^>]*>", "", page.read_text("utf-8"))))


def folded(text: str) -> str:
    """Return a text without what Markdown and a beginning change: quotes, spaces, capitals."""
    return " ".join(text.replace("'", "").replace("`", "").split()).casefold()


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    """Return a phone's browser."""
    opened = browser.new_page(viewport={"width": 390, "height": 844})
    yield opened
    opened.close()


def test_on_a_phone_nothing_sticks_out_and_nothing_comes_from_elsewhere(
    phone: Page, site: Path, served: str
) -> None:
    """On every page; what is wide, such as a table, moves within itself."""
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    for path in pages(site, "nl"):
        phone.goto(f"{served}/{path.relative_to(site).as_posix()}")
        # The theme lets the whole page move sideways within it, before the window does.
        assert phone.evaluate("document.querySelector('.content').scrollWidth") <= 390, path
        # What a terminal says is read to its end.
        said = "[...document.querySelectorAll('.highlight-console pre, .highlight-text pre')]"
        assert phone.evaluate(f"{said}.every(e => e.scrollWidth <= e.clientWidth)"), path
    assert {url for url in asked if not url.startswith((served, "data:"))} == set()
    assert len(asked) > len(pages(site, "nl"))


def test_the_menu_opens_on_a_phone(phone: Page, served: str) -> None:
    """And leads to a page."""
    phone.goto(f"{served}/nl/index.html")
    phone.click("label.nav-overlay-icon")
    phone.click(".sidebar-tree >> text=Vinkje voor de afdeling IT")
    assert phone.title().startswith("Vinkje voor de afdeling IT")


@pytest.mark.parametrize(
    ("language", "words", "page"),
    [
        ("nl", "teruggezet", "Kopieën, terugzetten, bijwerken"),
        ("nl", "wachtwoordkluis", "Meer meldingen: mail, formulier, commando's"),
        ("en", "restored", "Copies, restoring, updates"),
    ],
)
def test_searching_knows_the_language(
    phone: Page, served: str, language: str, words: str, page: str
) -> None:
    """Another form of a word is found too, and a word of a message."""
    phone.goto(f"{served}/{language}/search.html?q={words}")
    phone.wait_for_selector("#search-results li a")
    assert page in phone.inner_text("#search-results")
    said = {"nl": "gevonden", "en": "found"}[language]
    phone.wait_for_selector(f"#search-results >> text={said}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(browser: Browser, served: str, scheme: str) -> None:
    """By axe: contrast, names of what can be pressed, headings, languages."""
    page = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
    for name in ("nl/index", "nl/naslag/json", "nl/beheer/privacy"):
        page.goto(f"{served}/{name}.html")
        load_axe(page)
        assert faults_of(page, "article") == [], name
    page.close()


# What fails the build.

GOOD = "---\ntwin: index\n---\n# A\n"
FAULTS = {
    "nl/index.md": f"{GOOD}[x](nergens.md)\n[y](#nergens)\n[z](a.md#nergens)\n![p](weg.png)\n",
    "en/index.md": f"{GOOD}[x](../nl/nergens.md)\n[y](../nl/index.md#nergens)\n",
    "nl/a.md": "---\ntwin: b\n---\n# A\n",
    "nl/c.md": "# C\n",
    "en/d.md": "---\ntwin: c\n---\n# D\n",
}
TOLD = (
    *("nergens.md", "'nergens'", "weg.png", "isn't included in any toctree"),
    *("'../nl/nergens.md'", "leads nowhere: {nl}/index.md#nergens"),
    *("its twin 'b' is not there", "no twin: ", "its twin 'c' names 'None' as its own"),
)


def test_a_folder_that_is_no_site_stays_as_it_is(tmp_path: Path) -> None:
    """All that a site's folder holds is deleted before it is built."""
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    done = built(tmp_path)
    assert (done.returncode, f"{tmp_path} is no site of ours" in done.stderr) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_what_leads_nowhere_fails_the_build(tmp_path: Path) -> None:
    """A page, a heading, a picture, a twin: each is named, whichever is first."""
    for name, text in FAULTS.items():
        (tmp_path / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / name).write_text(text, encoding="utf-8")
    done = built(tmp_path / "out", tmp_path / "docs")
    assert done.returncode == 1
    told = [each.format(nl=tmp_path / "docs" / "nl") for each in TOLD]
    assert [each for each in told if each not in done.stderr] == []
