"""Collect all messages, add new ones to the catalogues, and compile these: `make messages`.

What is collected: `gettext` and `ngettext` in cli and forms, the help of every command, and Click's
own messages. A new message gets an empty Dutch text in `templates/locale`: write it there, and run
this once more.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from cli.main import vinkje
from cli.translation import CLICK_TEXTS, help_texts
from forms.language import DOMAIN

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "templates" / "locale"
# Dates of making would differ at every run.
_NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)


def messages() -> Catalog:
    """Return every message in English, with the files that it stands in."""
    catalog = Catalog(
        domain=DOMAIN, project="vinkje", creation_date=_NO_DATE, charset="utf-8", fuzzy=False
    )
    for folder in (ROOT / "cli", ROOT / "forms"):
        for name, message, comments in _found(folder):
            place = (f"{folder.name}/{Path(name).as_posix()}", 0)
            catalog.add(message, locations=[place], auto_comments=comments)
    for text in sorted(help_texts(vinkje)):
        catalog.add(text, locations=[("cli", 0)], auto_comments=["--help"])
    for _, message, _ in _found(Path(click.__file__).parent):
        catalog.add(message, locations=[("click", 0)])
    for message in CLICK_TEXTS:
        catalog.add(message, locations=[("click", 0)])
    return catalog


def _found(folder: Path) -> Iterator[tuple[str, str | tuple[str, ...], list[str]]]:
    method = [("**.py", "python")]
    found = extract_from_dir(folder, method, comment_tags=["Translators:"], strip_comment_tags=True)
    for name, _, message, comments, _ in sorted(found, key=lambda each: (each[0], each[1])):
        yield name, message, comments


def read(path: Path) -> Catalog:
    """Return a catalogue as translators left it."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], domain=DOMAIN)


def updated(path: Path) -> Catalog:
    """Return a catalogue with all messages, and none that is gone."""
    catalog = read(path)
    # A guess from a message that looks like it would be shown as if somebody had written it.
    catalog.update(messages(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.revision_date = _NO_DATE
    catalog.last_translator, catalog.language_team = "vinkje", "nl"
    catalog.msgid_bugs_address = ""
    return catalog


def source(catalog: Catalog) -> bytes:
    """Return a catalogue as translators read it, sorted so that two branches rarely collide."""
    text = BytesIO()
    write_po(text, catalog, sort_output=True, include_lineno=False, width=100)
    return text.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Return a catalogue as gettext reads it."""
    content = BytesIO()
    write_mo(content, catalog)
    return content.getvalue()


def main() -> None:
    """Write every catalogue anew, and say what lacks."""
    for path in sorted(LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        catalog = updated(path)
        path.write_bytes(source(catalog))
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        lacking = sum(not each.string or not all(each.string) for each in catalog if each.id)
        print(f"{path.relative_to(ROOT)}: {len(catalog)} messages, {lacking} without a text")  # noqa: T201


if __name__ == "__main__":
    main()
