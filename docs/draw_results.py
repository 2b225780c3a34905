"""Draws what vinkje makes, in both languages: python docs/draw_results.py (see `make pictures`).

Every picture is of what `vinkje demo` leaves, or `vinkje demo --sector`, made anew on one and the
same day, so that none of them shows what vinkje no longer makes. LibreOffice prints the workbooks,
Chromium shows the rest.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from PIL import Image, ImageChops, ImageOps
from playwright.sync_api import Browser, Playwright, sync_playwright
from pypdfium2 import PdfDocument, PdfPage

ROOT = Path(__file__).parent.parent
if str(ROOT / "benchmarks") not in sys.path:
    # Run as a script, or by one.
    sys.path.insert(0, str(ROOT / "benchmarks"))

from shared_answers import fill_demo_round  # noqa: E402 - run as a script, found by the line above

from forms.checklist.model import Checklist, load_checklist  # noqa: E402 - likewise
from forms.jobs.demo import DemoRequest, DemoResult, play_demo  # noqa: E402
from forms.jobs.report import ReportRequest, make_report  # noqa: E402
from forms.jobs.sector import SectorRequest, make_sector  # noqa: E402
from forms.jobs.shared_round import own_request, shared_round  # noqa: E402
from forms.report.secret import Secret, saved_secret  # noqa: E402
from forms.wording import LANGUAGES, Wording, wording  # noqa: E402

PICTURES = Path(__file__).parent / "pictures"
# What the pictures were drawn from: is it another by now, then they are of long ago.
DRAWN_FROM = PICTURES / "drawn_from.json"
_CHECKLISTS = {"nl": ROOT / "checklist.yaml", "en": ROOT / "examples" / "english.yaml"}
_TODAY = date(2026, 11, 30)
# Of made-up people nothing is secret; with another key the same remarks stand in another order.
_KEY = bytes(32)
_PHONE, _DESK = 390, 800
# In pixels: how wide a page of the workbook is drawn.
_PAPER, _SMALL_PAPER = 1_400, 1_000
# The foot of a printed page, in points.
_FOOT = 45


@dataclass(frozen=True)
class Round:
    """The workbooks of a round of several organisations: the sector's, and that of one of them."""

    sector: Path
    own: Path


@contextmanager
def demo(language: str) -> Iterator[DemoResult]:
    """Play the demo of a language on the day that all pictures are of."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "rapport.sleutel").write_bytes(saved_secret(Secret(_KEY)))
        request = DemoRequest(Path(folder), _CHECKLISTS[language], _TODAY)
        with play_demo(request) as played:
            yield played


@contextmanager
def demo_round(language: str) -> Iterator[Round]:
    """Make what `vinkje demo --sector` leaves of the sector, and of one that took part, likewise.

    Its answers come by no form, and the others' reports are left out: they take most of its time.
    """
    with TemporaryDirectory() as name:
        folder, path = Path(name), _CHECKLISTS[language]
        (folder / "rapport.sleutel").write_bytes(saved_secret(Secret(_KEY)))
        url = fill_demo_round(folder / "answers.db", load_checklist(path), _TODAY, language)
        made = Round(folder / "sector.xlsx", folder / "rapport.xlsx")
        make_sector(SectorRequest(url, made.sector, path, _TODAY))
        request = ReportRequest((url,), made.own, path, _TODAY)
        one = wording(language)("demo.organisation", letter="B")
        make_report(own_request(request, shared_round(url), one))
        yield made


def digest(played: DemoResult, shared: Round, language: str) -> str:
    """Return a digest of what the pictures show: the mail, the workbooks' parts, the form."""
    sha = hashlib.sha256(_made(played, ".html").read_bytes())
    for path in (_made(played, ".xlsx"), shared.sector, shared.own):
        with ZipFile(path) as workbook:
            for name in sorted(each for each in workbook.namelist() if each.startswith("xl/")):
                sha.update(workbook.read(name))
    # A page of the form has a key of its own each time; what it is made of has not.
    for path in [_CHECKLISTS[language], *sorted((ROOT / "templates" / "web").iterdir())]:
        sha.update(path.read_bytes())
    texts = wording(language).texts.items()
    said = [pair for pair in sorted(texts) if pair[0].startswith("web.")]
    sha.update(json.dumps(said).encode())
    return sha.hexdigest()


def draw(language: str, browser: Browser, folder: Path) -> str:
    """Draw all pictures of a language into a folder; return the digest of what they show."""
    with demo(language) as played, demo_round(language) as shared:
        _draw_screen(browser, played.form.link, _PHONE, folder / f"form-phone.{language}.png", 900)
        mail = _made(played, ".html").as_uri()
        _draw_screen(browser, mail, _DESK, folder / f"mail.{language}.png", 1_000)
        _draw_screen(browser, mail, _PHONE, folder / f"mail-phone.{language}.png", 900)
        pages = _printed(_made(played, ".xlsx"))
        for name, title in _tabs(played.report.report.checklist).items():
            _draw_tab(pages, title, folder / f"{name}.{language}.png")
        _draw_round(shared, wording(language), language, folder)
        return digest(played, shared, language)


def _draw_round(shared: Round, words: Wording, language: str, folder: Path) -> None:
    """Draw what a page is about: they are smaller, for there are few words on them."""
    overview, items = words("tabs.overview"), words("sector.items")
    sector, own = _printed(shared.sector), _printed(shared.own)
    _draw_tab(sector, overview, folder / f"sector-overview.{language}.png", width=_SMALL_PAPER)
    _draw_tab(sector, items, folder / f"sector-items.{language}.png", width=_SMALL_PAPER)
    beside = words("sector.beside")
    _draw_tab(own, overview, folder / f"beside.{language}.png", beside, width=_SMALL_PAPER)


def _made(played: DemoResult, suffix: str) -> Path:
    return next(path for path in played.report.written if path.suffix == suffix)


def _draw_screen(browser: Browser, address: str, width: int, picture: Path, height: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(address)
    _save(Image.open(BytesIO(page.screenshot())), picture)
    page.close()


def _tabs(checklist: Checklist) -> dict[str, str]:
    """Return which tabs are drawn: the name of the picture, and the tab's title."""
    words = wording(checklist.language)
    return {
        "overview": words("tabs.overview"),
        "actions": words("tabs.actions"),
        "agenda": words("tabs.discuss"),
        "section": checklist.sections[0].title,
        "account": words("tabs.account"),
    }


def _draw_tab(pdf: Path, title: str, picture: Path, says: str = "", *, width: int = _PAPER) -> None:
    """Draw the first page of a tab that says so as it is printed, without what is empty below."""
    with closing(PdfDocument(pdf)) as pages:
        page = next(
            each
            for each in pages
            if title in _foot_of(each) and says in each.get_textpage().get_text_bounded()
        )
        image = page.render(scale=width / page.get_width()).to_pil()
    _save(_trimmed(image), picture)


def _foot_of(page: PdfPage) -> str:
    """Return the text at the foot of a printed page, where the name of its tab stands."""
    return str(page.get_textpage().get_text_bounded(top=_FOOT))


def _printed(workbook: Path) -> Path:
    profile = (workbook.parent / "profile").as_uri()
    arguments = ["--headless", f"-env:UserInstallation={profile}", "--convert-to", "pdf"]
    subprocess.run(  # noqa: S603 - the program that the tests use
        [_program("soffice", "libreoffice"), *arguments, "--outdir", workbook.parent, workbook],
        capture_output=True,
        timeout=180,
        check=True,
    )
    return workbook.with_suffix(".pdf")


def _trimmed(picture: Image.Image) -> Image.Image:
    """Return a page without its foot and the white above it, in a thin frame."""
    page = picture.crop((0, 0, picture.width, picture.height - _FOOT * picture.width // 842))
    _, top, _, bottom = ImageChops.invert(page.convert("L")).getbbox() or (0, 0, *page.size)
    shown = (0, max(top - 30, 0), page.width, min(bottom + 30, page.height))
    return ImageOps.expand(page.crop(shown), 1, "#b8c2cc")


def _save(picture: Image.Image, path: Path) -> None:
    """Write a picture of few colours, a third of the size."""
    picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def browser_of(playwright: Playwright) -> Browser:
    """Start the system's Chromium."""
    program = _program("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])


def _program(*names: str) -> str:
    found = next(filter(None, map(which, names)), None)
    if not found:
        sys.exit(f"{names[0]} is not installed; tests/bring-tools brings it on Debian, as root")
    return found


def main() -> None:
    """Draw all pictures, and write down what they were drawn from."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = browser_of(playwright)
        drawn = {language: draw(language, browser, PICTURES) for language in LANGUAGES}
        browser.close()
    DRAWN_FROM.write_text(json.dumps(drawn, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
