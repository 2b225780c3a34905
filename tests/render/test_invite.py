"""The texts around a form: true where the link leads, whole in both languages, scanned, printed."""

import re
import subprocess
from dataclasses import replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run, after_name, settings, tool
from html5lib import HTMLParser as StrictParser
from playwright.sync_api import Page
from pypdf import PdfReader

from forms.checklist.model import Checklist, load_checklist
from forms.errors import SettingsError
from forms.publish.invitation import invite_files
from forms.publish.invitation_facts import Invite, minutes
from forms.publish.invitation_pages import qr_code
from forms.publish.link import MOST_CHARACTERS, read_link
from forms.wording import wording

TODAY, CLOSES, KEPT = date(2026, 11, 2), date(2026, 11, 30), date(2027, 3, 1)
GOOGLE = "https://docs.google.com/forms/d/e/1FAIpQLSdXq8w3v1m6i5Xo0k9k7fJH2b3N4m5P6q7R8s9T/viewform"
MICROSOFT = "https://forms.office.com/e/AbCd1234"
OWN = "https://vragen.example.org/kwetsbaar?a=1&b=2"
LINKS = {"google": GOOGLE, "microsoft": MICROSOFT, "own": OWN}
CONTACT = "Sanne de Vries, 010 123 45 67"
NAMES = {
    "nl": ["uitnodiging.eml", "herinnering-1.eml", "herinnering-2.eml"],
    "en": ["invitation.eml", "reminder-1.eml", "reminder-2.eml"],
}
MAILS = [f"{language}/{name}" for language, names in NAMES.items() for name in names]
PAGES = [f"{language}/{name}.html" for language in NAMES for name in ("poster", "privacy")]
BLANKS = re.compile(r"\[(?:vul in|fill in|controleer|check): [^\]]+\]")
HEADERS = {"Subject", "Date", "X-Unsent", "MIME-Version", "Content-Type", "Message-ID"}
EVIL = '</h1><script>alert(1)</script>{{ 7*7 }}&amp;"'
SHOWN = "&lt;/h1&gt;&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}&amp;amp;&#34;"
LONG_WORD = "Aansprakelijkheidswaardevaststellingsveranderingen"
LONG_LINK = "https://vragen.example.org/" + "a1b2-" * 390


def small(**keys: Any) -> Checklist:
    """Return a checklist of one item, with some keys of its own."""
    item = {"id": "A1", "text": "Stelling."}
    return Checklist.model_validate(
        {"title": "Proef", "sections": [{"id": "A", "title": "Deel", "items": [item]}]} | keys
    )


def shipped(**keys: Any) -> Checklist:
    """Return the checklist that ships, in a round."""
    checklist = load_checklist(ROOT / "checklist.yaml").model_dump()
    return Checklist.model_validate(
        checklist | {"round": {"name": "Najaar", "closes": CLOSES}} | keys
    )


def invited(checklist: Checklist | None = None, link: str = OWN, **keys: Any) -> dict[str, bytes]:
    """Return all files around a link, by their places."""
    invite = Invite(checklist or shipped(), read_link(link), TODAY, CONTACT, KEPT)
    return invite_files(replace(invite, **keys))


def parsed(content: bytes) -> EmailMessage:
    """Return a mail as a mail program reads it."""
    found: Any = message_from_bytes(content, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def body(content: bytes, kind: str) -> str:
    """Return the text or HTML part as it will be read."""
    part: Any = parsed(content).get_body((kind,))
    return str(part.get_content())


class _Words(HTMLParser):
    """Collects what a reader sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.feed("<body" + html.partition("<body")[2])

    def handle_data(self, data: str) -> None:
        """Take in text between tags."""
        self.seen.append(data)


def seen(html: str) -> str:
    """Return what a reader of a page sees, on one line."""
    return " ".join(" ".join(_Words(html).seen).split())


def strict_errors(html: str) -> list[Any]:
    """Return what a strict parser finds wrong."""
    parser = StrictParser(strict=True)
    parser.parse(html)
    return list(parser.errors)


def scanned(path: Path) -> str:
    """Return what a real reader finds in a picture."""
    done = subprocess.run(
        [tool("zbarimg"), "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def written(folder: Path, files: dict[str, bytes]) -> Path:
    """Write files as the command does."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def sheets(page: Page, path: Path) -> list[tuple[int, ...]]:
    """Return the size of every sheet that Chromium prints, in points."""
    page.goto(path.as_uri())
    pdf = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    return [tuple(round(float(x)) for x in sheet.mediabox[2:]) for sheet in pdf.pages]


def test_the_command_writes_both_languages(vinkje: Run, tmp_path: Path) -> None:
    """And says what is left to fill in, and whose form the privacy page speaks of."""
    done = vinkje("invite", GOOGLE, "--date", "2026-11-02")
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "uitnodiging"
    made = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert made == {*MAILS, *PAGES}
    assert "Google Form" in done.stdout
    assert [w for w in ("--contact", "--keep-until", "closes") if w not in done.stdout] == []
    first = {p: p.read_bytes() for p in folder.rglob("*.*")}
    assert vinkje("invite", GOOGLE, "--date", "2026-11-02", "--overwrite").returncode == 0
    assert {p: p.read_bytes() for p in folder.rglob("*.*")} == first


def test_nothing_stands_open_when_all_is_said(vinkje: Run, tmp_path: Path) -> None:
    """Then no text holds a blank but what vinkje has no option for, and it says which those are."""
    options = ["--contact", CONTACT, "--keep-until", "2027-06-01", "--date", "2026-11-02"]
    english = ROOT / "examples" / "english.yaml"
    done = vinkje("invite", OWN, "-o", "a/b", "--checklist", english, *options)
    assert done.returncode == 0, done.stderr
    blanks = done.stdout.partition("Blanks")[2].splitlines()[1:]
    assert [line.partition(",")[0].partition(":")[0] for line in blanks] == [
        "- on the privacy page",
        "- where the privacy page is",
    ]
    files = [path for path in (tmp_path / "a" / "b").rglob("*.*") if path.is_file()]
    said = [seen(p.read_text("utf-8")) for p in files if p.suffix == ".html"]
    said += [body(p.read_bytes(), "plain") for p in files if p.suffix == ".eml"]
    assert len(said) == 10
    assert [text for text in said if CONTACT not in text] == []
    open_still = {blank for text in said for blank in BLANKS.findall(text)}
    names = ("page", "controller", "officer", "ground")
    assert open_still == {wording(lang)(f"invite.blank.{name}") for lang in NAMES for name in names}


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
@pytest.mark.parametrize("checklist", [shipped(), small()], ids=["shipped", "small"])
def test_text_and_html_say_the_same(name: str, link: str, checklist: Checklist) -> None:
    """Every word, in the same order."""
    mail = invited(checklist, link)[name]
    text = re.findall(r"\w+", body(mail, "plain"))
    assert text == re.findall(r"\w+", seen(body(mail, "html")))
    assert len(text) > 40
    assert strict_errors(body(mail, "html")) == []


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_is_a_draft_to_nobody_from_nobody(name: str) -> None:
    """Whoever sends it fills that in."""
    mail = parsed(invited()[name])
    assert set(mail.keys()) == HEADERS
    assert mail["X-Unsent"] == "1"
    assert mail["Date"] == "Mon, 02 Nov 2026 00:00:00 +0000"
    assert list(mail.iter_attachments()) == []


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_opens_with_what_matters(name: str) -> None:
    """What, how long, until when; then one link, alone on its line; and whom to ask."""
    language = name[:2]
    lines = body(invited()[name], "plain").splitlines()
    wanted = {
        "nl": ["20 stellingen", "ongeveer 5 minuten", "maandag 30 november 2026"],
        "en": ["20 statements", "about 5 minutes", "Monday 30 November 2026"],
    }[language]
    assert lines[0] == "Checklist kwetsbare bewoners"
    assert [fact for fact in wanted if fact not in "\n".join(lines[:8])] == []
    assert [line for line in lines if "://" in line] == [OWN]
    assert CONTACT in lines[-1]


def test_subjects_say_it_first() -> None:
    """And the last one names the last day."""
    files, title = invited(), "Checklist kwetsbare bewoners"
    # Python's reader keeps the space of a subject that begins on its second line.
    assert [parsed(files[name])["Subject"].strip() for name in MAILS] == [
        f"{title}: doet u mee? (ongeveer 5 minuten, tot en met 30 november)",
        f"Herinnering: {title} (ongeveer 5 minuten, tot en met 30 november)",
        f"Laatste herinnering: {title}, invullen tot en met 30 november",
        f"{title}: will you take part? (about 5 minutes, until 30 November)",
        f"Reminder: {title} (about 5 minutes, until 30 November)",
        f"Last reminder: {title}, last day 30 November",
    ]


def test_reminders_are_shorter_and_thank_who_answered() -> None:
    """Since nobody can see who has, everyone gets them."""
    files = invited()
    for language, thanks in (("nl", "Dank u wel"), ("en", "Thank you")):
        texts = [body(files[f"{language}/{name}"], "plain") for name in NAMES[language]]
        assert all(len(later) < len(earlier) for earlier, later in pairwise(texts))
        assert [thanks in text for text in texts[1:]] == [True, True]


@pytest.mark.parametrize(
    "title",
    [
        "=?UTF-8?Q?x=0ABcc:_boef=40example.org?=",
        "=?UTF-8?B?eApCY2M6IGJvZWZAZXhhbXBsZS5vcmc=?=",
        *("Zoë <zoe@example.org>", "😀" * 300, "x" * 1900, "a, b; c: d", '"q\\"', "=?x?="),
        *("\u202eomgekeerd", "{{ 7*7 }}", "<script>alert(1)</script>"),
    ],
)
def test_no_title_or_contact_changes_the_envelope(title: str) -> None:
    """Read by a new parser and by the old one, there are our headers alone."""
    files = invited(small(title=title), contact=title[:100])
    for name in MAILS:
        policies: list[Any] = [policy.default, policy.compat32]
        for each in policies:
            assert set(message_from_bytes(files[name], policy=each).keys()) == HEADERS
        assert re.search(rb"(?im)^bcc:", files[name]) is None
        assert max(map(len, files[name].splitlines())) <= 998


@pytest.mark.parametrize(
    "keys",
    [
        *({"title": EVIL}, {"introduction": EVIL}),
        {"sections": [{"id": "A", "title": EVIL, "items": [{"id": "A1", "text": "a"}]}]},
        {"respondent": [{"id": "r", "label": EVIL, "choices": ["A", "B"]}]},
        {"contact": EVIL},
    ],
    ids=lambda keys: next(iter(keys)),
)
def test_what_was_typed_is_no_markup(keys: dict[str, Any]) -> None:
    """Wherever it stands; and the pages stay sound."""
    contact = keys.pop("contact", CONTACT)
    files = invited(small(**keys), contact=contact)
    html = [files[name].decode() for name in PAGES]
    html += [body(files[name], "html") for name in MAILS]
    assert [page for page in html if "<script" in page] == []
    assert SHOWN in "\n".join(html)
    assert [error for page in html for error in strict_errors(page)] == []


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_one_sheet_of_a4(page: Page, tmp_path: Path, name: str, link: str) -> None:
    """Sound, with a language, a title and headings, and nothing fetched."""
    path = written(tmp_path, invited(link=link)) / name
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    assert sheets(page, path) == [(595, 842)]
    assert asked == [path.as_uri()]
    assert strict_errors(path.read_text("utf-8")) == []
    assert page.locator("html").get_attribute("lang") == name[:2]
    assert page.locator("h1").count() == 1
    assert page.title()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("title", [LONG_WORD, "x" * 2000, f"{LONG_WORD} en " * 30])
def test_a_long_title_link_and_contact_fit_too(
    page: Page, tmp_path: Path, name: str, title: str
) -> None:
    """One sheet still, with a code that leaves the reader a chance."""
    labels = [{"id": f"r{n}", "label": f"{LONG_WORD} {n}", "choices": ["A", "B"]} for n in range(9)]
    checklist = shipped(title=title, respondent=labels, introduction=f"{title}.")
    files = invited(checklist, LONG_LINK, contact="Sanne " * 33)
    path = written(tmp_path, files) / name
    assert sheets(page, path) == [(595, 842)]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})
    assert page.evaluate("document.documentElement.scrollWidth") <= 794
    if "poster" in name:
        box = page.locator("svg").bounding_box()
        foot = page.locator("footer").bounding_box()
        assert box
        assert foot
        assert box["height"] > 70 * 96 / 25.4
        assert foot["y"] + foot["height"] <= 1123
    page.emulate_media(media="screen")


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("link", [*LINKS.values(), LONG_LINK], ids=[*LINKS, "long"])
def test_the_code_on_the_poster_is_the_link(
    page: Page, tmp_path: Path, link: str, language: str
) -> None:
    """Read by a real reader, from a picture of the whole page."""
    folder = written(tmp_path, invited(link=link))
    page.set_viewport_size({"width": 1588, "height": 2246})
    page.goto((folder / language / "poster.html").as_uri())
    # As large as paper gives it, in dots enough for the smallest.
    page.evaluate("document.body.style.zoom = 2")
    page.screenshot(path=tmp_path / "poster.png", full_page=True)
    assert scanned(tmp_path / "poster.png") == link


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_the_code_is_read_from_a_metre(page: Page, tmp_path: Path, link: str) -> None:
    """At least 11 cm wide, its quiet zone white; read too as a phone sees it: 200 dots, blurred."""
    path = written(tmp_path, invited(link=link)) / "nl" / "poster.html"
    page.set_viewport_size({"width": 794, "height": 1123})
    page.goto(path.as_uri())
    picture = page.locator("svg")
    box = picture.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 110 * 96 / 25.4
    page.evaluate(f"document.body.style.zoom = {200 / min(box['width'], box['height'])}")
    page.evaluate("document.querySelector('svg').style.filter = 'blur(0.5px)'")
    page.screenshot(path=tmp_path / "small.png")
    assert scanned(tmp_path / "small.png") == link


def test_the_code_corrects_errors_as_m_does() -> None:
    """L would put the first link in a smaller code, Q the second one in a larger."""
    assert len(MICROSOFT) > 32 > len("https://forms.gle/AbCdEfGhIjKl") > 26
    assert {qr_code(link).dots for link in ("https://forms.gle/AbCdEfGhIjKl", MICROSOFT)} == {37}


def test_the_quiet_zone_is_four_dots() -> None:
    """On all four sides."""
    code = qr_code(MICROSOFT)
    runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)", code.path)]
    assert code.dots == 29 + 8
    assert min(x for x, _, _ in runs) == min(y for _, y, _ in runs) == 4
    assert max(x + length for x, _, length in runs) == max(y + 1 for _, y, _ in runs) == 33


@pytest.mark.parametrize("name", PAGES)
def test_words_stand_out_from_their_ground(page: Page, tmp_path: Path, name: str) -> None:
    """At least 4.5 to 1, blanks included."""
    files = invited(shipped(), MICROSOFT, contact="", keep_until=None)
    page.goto((written(tmp_path, files) / name).as_uri())
    ratios = page.evaluate(
        """() => {
          const light = (rgb) => {
            const [r, g, b] = rgb.match(/\\d+/g).slice(0, 3).map((c) => c / 255)
              .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const ground = (node) => {
            const own = getComputedStyle(node).backgroundColor;
            return own !== 'rgba(0, 0, 0, 0)' ? own : ground(node.parentElement);
          };
          return [...document.body.querySelectorAll('*')]
            .filter((node) => [...node.childNodes].some((c) => c.nodeType === 3 && c.data.trim()))
            .map((node) => [light(getComputedStyle(node).color), light(ground(node))])
            .map(([a, b]) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05));
        }"""
    )
    assert len(ratios) > 7
    assert min(ratios) >= 4.5


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_phone(page: Page, tmp_path: Path, name: str) -> None:
    """No scrolling sideways."""
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto((written(tmp_path, invited(small(title=LONG_WORD), GOOGLE)) / name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


TRUTH = {
    "google": {
        "nl": ["Bij Google", "verzamelt geen e-mailadressen", "kunt u ze niet meer wijzigen"],
        "en": ["At Google", "collects no e-mail addresses", "you cannot change them"],
    },
    "microsoft": {
        "nl": ["In Microsoft 365", "Naam vastleggen"],
        "en": ["In Microsoft 365", "Record name"],
    },
    "own": {
        "nl": [
            *("één databasebestand", "vragen.example.org", "willekeurig nummer", "geen cookies"),
            *(
                "alleen in het werkgeheugen",
                "na 24 uur",
                "ontvangstbewijs",
                "eerdere versie",
            ),
        ],
        "en": [
            *("one database file", "vragen.example.org", "random number", "no cookies"),
            *("in memory only", "after 24 hours", "receipt", "earlier version"),
        ],
    },
}


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize("kind", LINKS)
def test_the_privacy_page_is_true_where_the_link_leads(kind: str, language: str) -> None:
    """What is said of one place is said of no other."""
    html = seen(invited(link=LINKS[kind])[f"{language}/privacy.html"].decode())
    others = [w for other in TRUTH if other != kind for w in TRUTH[other][language]]
    assert [words for words in TRUTH[kind][language] if words not in html] == []
    assert [words for words in others if words in html] == []
    name = {"nl": "Wij vragen niet naar uw naam", "en": "We do not ask for your name"}
    assert name[language] in html
    assert "Wat is uw functie?" in html


@pytest.mark.parametrize(
    ("keys", "there", "absent"),
    [
        ({}, ["minder dan 5 mensen", "zonder groep", "Uw toelichtingen"], ["Tot en met", "vraag:"]),
        ({"rules": {"min_group": 8}}, ["minder dan 8 mensen"], ["minder dan 5"]),
        ({"rules": {"min_group": 3}}, ["minder dan 3 mensen"], []),
        ({"remarks": "none"}, [], ["toelichting"]),
        (
            {"round": {"name": "R", "closes": "2026-11-30"}},
            ["Tot en met 30 november 2026 toont het rapport alleen totalen"],
            [],
        ),
        ({"round": {"name": "R", "closes": "2026-11-01"}}, [], ["alleen totalen: geen"]),
        (
            {"respondent": [{"id": "r", "label": "Uw team?", "choices": ["A", "B"]}]},
            ["Uw antwoord op de vraag: Uw team?", "soms raden"],
            [],
        ),
    ],
    ids=["bare", "least 8", "least 1", "no remarks", "round open", "round closed", "own question"],
)
def test_the_privacy_page_follows_the_checklist(
    keys: dict[str, Any], there: list[str], absent: list[str]
) -> None:
    """It says what is asked and shown, and nothing of what is not."""
    html = seen(invited(small(**keys))["nl/privacy.html"].decode())
    assert [words for words in there if words not in html] == []
    assert [words for words in absent if words in html] == []


@pytest.mark.parametrize("language", NAMES)
def test_what_was_not_said_is_a_blank(language: str) -> None:
    """No promise is made up; the poster just has no day."""
    files = invited(small(), contact="", keep_until=None)
    words = wording(language)
    day, contact = words("invite.blank.day"), words("invite.blank.contact")
    said = {name: seen(files[f"{language}/{name}.html"].decode()) for name in ("poster", "privacy")}
    mails = [body(files[f"{language}/{name}"], "plain") for name in NAMES[language]]
    assert BLANKS.findall(said["poster"]) == [contact]
    page, *rights = (
        words(f"invite.blank.{name}") for name in ("page", "controller", "officer", "ground")
    )
    assert BLANKS.findall(said["privacy"]) == [day, *rights, contact]
    assert BLANKS.findall(mails[0]) == [day, page, contact]
    assert [BLANKS.findall(mail) for mail in mails[1:]] == [[day, contact]] * 2
    known = seen(invited()[f"{language}/privacy.html"].decode())
    assert BLANKS.findall(known) == rights
    assert {"nl": "maandag 1 maart 2027", "en": "Monday 1 March 2027"}[language] in known


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_everything_says_that_it_is_voluntary(link: str) -> None:
    """And the privacy page what GDPR article 13 asks; it is open about the place abroad."""
    for name, content in invited(link=link).items():
        words = wording(name[:2])
        text = body(content, "plain") if name.endswith(".eml") else seen(content.decode())
        assert words("invite.voluntary") in text
        if name.endswith("privacy.html"):
            owed = ("controller", "officer", "ground", "automated", "rights", "complaint")
            assert [each for each in owed if words(f"invite.{each}") not in text] == []
            assert (words("invite.transfer") in text) == (link != OWN)


@pytest.mark.parametrize("name", PAGES)
def test_a_blank_is_filled_in_where_it_stands(page: Page, tmp_path: Path, name: str) -> None:
    """In the browser that prints it."""
    files = invited(contact="")
    page.goto((written(tmp_path, files) / name).as_uri())
    blank = page.locator("mark").last
    blank.fill("Sanne")
    assert blank.inner_text() == "Sanne"
    page.emulate_media(media="print")
    ground = blank.evaluate("each => getComputedStyle(each).backgroundColor")
    assert ground == "rgba(0, 0, 0, 0)"


def test_it_never_promises_anonymity() -> None:
    """It says that no name is asked, which is all that can be promised."""
    for link in LINKS.values():
        for name, content in invited(link=link).items():
            text = body(content, "html") if name.endswith(".eml") else content.decode()
            assert "anoniem" not in text.casefold()
            assert "anonym" not in text.casefold()


@pytest.mark.parametrize(
    ("introduction", "count"),
    [
        ("Dit kost ongeveer 12 minuten.", 12),
        ("About 3 minutes.", 3),
        ("Eén minuut.", 1),
        (None, 1),
        ("In 2026.", 1),
    ],
)
def test_how_long_it_takes(introduction: str | None, count: int) -> None:
    """What the introduction says goes before an estimate."""
    assert minutes(small(introduction=introduction)) == count
    assert minutes(shipped(introduction=introduction)) == (count if count > 1 else 5)


def test_only_its_own_language_gets_the_introduction() -> None:
    """English around a Dutch sentence is neither."""
    files = invited()
    about = "Wij willen problemen bij kwetsbare huurders"
    assert about in files["nl/poster.html"].decode()
    assert about not in files["en/poster.html"].decode()
    assert '<h1 lang="nl">Checklist kwetsbare bewoners</h1>' in files["en/poster.html"].decode()


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        (GOOGLE, "google"),
        (f"{GOOGLE}?usp=sf_link", "google"),
        ("https://docs.google.com/forms/d/1AbC_d-E/viewform", "google"),
        ("https://docs.google.com/a/example.org/forms/d/e/1AbC/viewform", "google"),
        ("https://DOCS.google.com./forms/u/0/d/e/1AbC/viewform", "google"),
        ("https://forms.gle/AbC123", "google"),
        (MICROSOFT, "microsoft"),
        ("https://forms.cloud.microsoft/r/AbC", "microsoft"),
        ("https://forms.microsoft.com/Pages/ResponsePage.aspx?id=AbC", "microsoft"),
        (OWN, "own"),
        *(("http://vinkje:8000/", "own"), ("https://docs.google.com.example.org/forms", "own")),
        *(("http://[::1]:8000/x", "own"), ("https://10.0.0.7/", "own")),
        ("https://example.org/edit", "own"),
    ],
)
def test_where_a_link_leads(link: str, kind: str) -> None:
    """By its host, never by what merely looks like it."""
    assert read_link(link).kind == kind


EDIT = "not for those who answer"


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("", "no web address"),
        ("vragen.example.org", "no web address"),
        *(("ftp://example.org/", "no web address"), ("javascript:alert(1)", "no web address")),
        *(("https://", "no web address"), ("http://[", "no web address")),
        *(("https://exa..mple.org/", "no web address"), ("https://a:99999/", "no web address")),
        *(("https:///forms", "no web address"), ("file:///etc/hosts", "no web address")),
        ("https://example.org/a b", "white space"),
        (" https://example.org/", "white space"),
        ("https://example.org/\nBcc: x@example.org", "white space"),
        *(("https://example.org/\x07", "U+0007"), ("https://example.org/\u202e", "U+202E")),
        *(("https://exämple.org/", "U+00E4"), ("https://evil\\@docs.google.com/", "U+005C")),
        ("https://example.org/<b>", "U+003C"),
        ("https://me:secret@example.org/", "before the @"),
        (f"https://example.org/{'a' * MOST_CHARACTERS}", "characters"),
        ("https://docs.google.com/forms/d/1AbC/edit", EDIT),
        ("https://docs.google.com/forms/u/0/d/1AbC/edit#responses", EDIT),
        ("https://docs.google.com/forms/d/1AbC", EDIT),
        ("https://docs.google.com/forms/d/e/1AbC/viewanalytics", EDIT),
        (f"{GOOGLE}?edit2=2_ABaOnud", EDIT),
        ("https://docs.google.com/spreadsheets/d/1AbC/edit", EDIT),
        ("https://forms.gle/", EDIT),
        ("https://forms.office.com/Pages/DesignPageV2.aspx?id=AbC", EDIT),
        ("https://forms.cloud.microsoft/Pages/AnalysisPage.aspx?id=AbC", EDIT),
        ("https://forms.office.com/r/AbC/edit", EDIT),
        ("https://forms.office.com/", EDIT),
        (f"https://vragen.example.org/change/{'0a' * 16}", "one person's answers"),
        (f"http://vinkje:8080/form/receipt/{'0a' * 16}", "one person's answers"),
        ("https://drive.google.com/file/d/1AbC/view", "no questionnaire stands at"),
        ("https://example.sharepoint.com/x", "no questionnaire stands at"),
    ],
)
def test_what_is_no_link_for_colleagues(link: str, why: str) -> None:
    """It is refused, with place, fault and way out."""
    with pytest.raises(SettingsError) as refused:
        read_link(link)
    message = str(refused.value)
    assert why in message
    assert ";" in message
    assert len(message) < 500
    assert "\n" not in message


def test_a_bad_link_writes_nothing(vinkje: Run, tmp_path: Path) -> None:
    """And ends with 1; without a link it is wrong usage."""
    done = vinkje("invite", "https://docs.google.com/forms/d/1AbC/edit")
    assert done.returncode == 1
    assert after_name(done).startswith("Error: https://docs.google.com/forms/d/1AbC/edit: ")
    assert vinkje("invite").returncode == 2
    assert vinkje("invite", OWN, "--keep-until", "maandag").returncode == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--keep-until", "2026-11-01"], "--keep-until 2026-11-01: lies before 2026-11-02"),
        (["--contact", "x" * 201], "--contact: has 201 characters"),
        (["--checklist", "absent.yaml"], "absent.yaml"),
    ],
)
def test_what_cannot_be_is_explained(
    vinkje: Run, tmp_path: Path, options: list[str], why: str
) -> None:
    """Before anything is made."""
    done = vinkje("invite", OWN, "--date", "2026-11-02", *options)
    assert done.returncode == 1
    assert why in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_texts_that_stand_there_are_left_alone(vinkje: Run, tmp_path: Path) -> None:
    """Somebody may have filled them in; --overwrite says that they may go."""
    assert vinkje("invite", OWN).returncode == 0
    path = tmp_path / "uitnodiging" / "en" / "reminder-2.eml"
    (tmp_path / "uitnodiging" / "nl" / "poster.html").unlink()
    path.write_text("mine", encoding="utf-8")
    done = vinkje("invite", OWN)
    assert done.returncode == 1
    assert "--overwrite" in done.stderr
    assert path.read_text("utf-8") == "mine"
    assert not (tmp_path / "uitnodiging" / "nl" / "poster.html").exists()
    assert vinkje("invite", OWN, "--overwrite").returncode == 0
    assert path.read_bytes().startswith(b"Subject: ")


@pytest.mark.parametrize("place", ["en/privacy.html", "nl/uitnodiging.eml"])
def test_nothing_is_half_written(vinkje: Run, tmp_path: Path, place: str) -> None:
    """When one target is a folder."""
    (tmp_path / "uitnodiging" / place).mkdir(parents=True)
    done = vinkje("invite", OWN, "--overwrite")
    assert done.returncode == 1
    assert "this is a folder" in done.stderr
    assert [p for p in (tmp_path / "uitnodiging").rglob("*") if p.is_file()] == []
    assert sorted(p.name for p in (tmp_path / "uitnodiging").iterdir()) == [place[:2]]


@pytest.mark.parametrize("place", ["uitnodiging", "uitnodiging/en"])
def test_a_file_where_a_folder_should_be(vinkje: Run, tmp_path: Path, place: str) -> None:
    """It stays, and no folder is left behind."""
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text("mine", encoding="utf-8")
    done = vinkje("invite", OWN)
    assert done.returncode == 1
    assert "this is a file" in done.stderr
    assert [p for p in tmp_path.rglob("*") if p.is_dir()] == [(tmp_path / place).parent] * (
        "/" in place
    )


@pytest.mark.parametrize(
    ("link", "why"),
    [("http://127.0.0.1:8000/", "colleagues cannot"), (LONG_LINK, "small dots")],
)
def test_what_will_not_work_is_warned_of(vinkje: Run, link: str, why: str) -> None:
    """The texts are made all the same."""
    done = vinkje("invite", link)
    assert done.returncode == 0
    assert why in done.stderr


def test_a_round_that_has_closed_is_warned_of(vinkje: Run) -> None:
    """Nobody is invited to what is over."""
    english = ROOT / "examples" / "english.yaml"
    done = vinkje("invite", OWN, "--checklist", english, "--date", "2027-04-01")
    assert done.returncode == 0
    assert "closed on 31 March 2027" in done.stderr


def test_settings_give_the_options(vinkje: Run, tmp_path: Path) -> None:
    """What each round repeats can stand in vinkje.toml."""
    settings(tmp_path, f'[invite]\ncontact = "{CONTACT}"\nkeep_until = 2099-01-01\n')
    done = vinkje("invite", OWN)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "uitnodiging" / "nl" / "privacy.html").read_text("utf-8")
    assert CONTACT in text
    assert "1 januari 2099" in text
