"""The list of organisations that take part in a round: a .csv, as somebody keeps it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from gettext import gettext, ngettext
from pathlib import Path

from forms.collect.csv_file import rows_by_each_separator
from forms.collect.csv_formulas import MARK, unescaped
from forms.collect.source import identity, kind_of
from forms.errors import FormsError, SourceError
from forms.responses.model import Row
from forms.store.interface import Organisation
from forms.text import normalize, one_line, shortened, text_of

# Of a name, which is a folder's too; and of a contact, which stands on a poster.
_MOST_LETTERS, _MOST_BYTES, _LONGEST_CONTACT = 100, 200, 200
# What an Excel workbook begins with, as every zip does.
_PACKED = b"PK"
# What a header may be called.
_TITLES = {
    "name": ("naam", "name", "organisatie", "organisation", "corporatie"),
    "contact": ("contact", "contactpersoon", "contact person", "e mail", "email", "mail"),
    "size": ("grootte", "grootteklasse", "klasse", "size", "size class"),
    "source": ("bron", "source"),
    "link": ("link",),
}
_FIELDS = {title: field for field, titles in _TITLES.items() for title in titles}
# What no folder's name holds somewhere, and names that Windows keeps for itself.
_NOT_IN_A_FOLDER = re.compile(r'[<>:"/\\|?*]')
_KEPT_NAMES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class OrganisationLink:
    """The link that one organisation's people answer by, and whom they can ask."""

    name: str
    link: str
    contact: str = ""


@dataclass(frozen=True)
class OrganisationList:
    """The organisations in a file, in its order, without links; and the columns left unread."""

    organisations: tuple[Organisation, ...]
    unread: tuple[str, ...]


def read_organisations(path: Path) -> OrganisationList:
    """Read a list: a header and a line for each, whatever separates them.

    Raises SourceError that lists every fault, each with its line.
    """
    place = str(path)
    rows, fields = _rows(path)
    if "name" not in fields:
        raise SourceError(
            place,
            gettext("has no column with names"),
            gettext(
                "write a header: naam, contact, grootte, bron (or in English: name, contact, size, "
                "source); only the first is needed"
            ),
        )
    unread = [
        one_line(text_of(cell)) for cell, field in zip(rows[0], fields, strict=True) if not field
    ]
    numbered = [
        (number, _organisation(row, fields)) for number, row in enumerate(rows[1:], 2) if any(row)
    ]
    _refuse(place, [*_doubled_columns(fields), *_wide_lines(rows), *_faults(numbered)])
    return OrganisationList(tuple(each for _, each in numbered), tuple(filter(None, unread)))


def read_links(path: Path) -> tuple[OrganisationLink, ...]:
    """Read the links that were made for organisations. Raises SourceError for another file."""
    rows, fields = _rows(path)
    if not {"name", "link"} <= set(fields):
        raise SourceError(
            str(path),
            gettext("is no list of links"),
            gettext("name the file that 'vinkje organisations' wrote, such as links.csv"),
        )
    is_escaped = any(text_of(cell).startswith(MARK) for cell in rows[0])
    links = []
    for row in rows[1:]:
        cells = _cells([unescaped(text_of(cell)) for cell in row] if is_escaped else row, fields)
        if cells.get("name") and cells.get("link"):
            links.append(OrganisationLink(cells["name"], cells["link"], cells.get("contact", "")))
    return tuple(links)


def folder_name(organisation: str) -> str:
    """Return what a folder of an organisation is called, on whatever system."""
    name = _NOT_IN_A_FOLDER.sub("-", organisation).rstrip(". ")
    return f"{name}_" if _KEPT_NAMES.fullmatch(name) else name


def _rows(path: Path) -> tuple[Sequence[Row], Sequence[str]]:
    """Return the lines of a file, and what each column holds, by the separator that tells most."""
    with path.open("rb") as file:
        if file.read(len(_PACKED)) == _PACKED:
            raise SourceError(
                str(path),
                gettext("this is no .csv but a workbook, or another packed file"),
                gettext("open it in Excel and save it as CSV UTF-8"),
            )
    tables: list[tuple[list[str], list[Row]]] = []
    fault: SourceError | None = None
    for separated in rows_by_each_separator(str(path), lambda: path.open("rb")):
        try:
            rows = list(separated)
        except SourceError as error:
            # By a separator that is not the file's, its quotes make no sense.
            fault = fault or error
        else:
            tables.append((_fields(rows), rows))
    if not tables:
        raise fault or SourceError(str(path), gettext("the file is empty"))
    # Of as many columns the separator that cuts no cell of the lines below.
    fields, best = max(tables, key=lambda table: (sum(map(bool, table[0])), -len(_wide(table[1]))))
    return best, fields


def _wide(rows: Sequence[Row]) -> list[int]:
    """Return the numbers of lines that have more filled cells than the header."""
    width = len(rows[0]) if rows else 0
    return [number for number, row in enumerate(rows, 1) if any(map(text_of, row[width:]))]


def _fields(rows: Sequence[Row]) -> list[str]:
    """Return what each column holds; "" for one that is not read."""
    return [_FIELDS.get(normalize(text_of(cell)), "") for cell in rows[0]] if rows else []


def _cells(row: Row, fields: Sequence[str]) -> dict[str, str]:
    """Return what stands in a line, by what the columns hold."""
    cells = zip(fields, row, strict=False)
    return {field: one_line(text_of(cell)) for field, cell in cells if field}


def _organisation(row: Row, fields: Sequence[str]) -> Organisation:
    cells = _cells(row, fields)
    # A list that links were once written in; they are not for this.
    cells.pop("link", None)
    return Organisation(**cells)


def _wide_lines(rows: Sequence[Row]) -> Iterator[tuple[int, str]]:
    for number in _wide(rows):
        yield (
            number,
            gettext(
                "this line has more cells than the header; put quotes around a name with a comma"
            ),
        )


def _doubled_columns(fields: Sequence[str]) -> Iterator[tuple[int, str]]:
    for field, titles in _TITLES.items():
        if fields.count(field) > 1:
            text = gettext("two columns are '{title}'; keep one")
            yield 1, text.format(title=titles[0])


def _faults(numbered: Sequence[tuple[int, Organisation]]) -> Iterator[tuple[int, str]]:
    """Yield what is wrong, with its line."""
    names: dict[str, int] = {}
    sources: dict[str, int] = {}
    for number, each in numbered:
        if not normalize(each.name) or not folder_name(each.name):
            yield number, gettext("there is no name; write one, or take the line away")
            continue
        yield from ((number, fault) for fault in _text_faults(each))
        # Names that one folder would have are one name to people too.
        first = names.setdefault(normalize(folder_name(each.name)), number)
        if first != number:
            text = gettext("'{name}' stands on line {line} too; keep one, or make them differ")
            yield number, text.format(name=shortened(each.name, 60), line=first)
        if each.source:
            yield from ((number, fault) for fault in _source_faults(each.source, number, sources))
    if not numbered:
        yield 1, gettext("there are no organisations below the header")


def _text_faults(each: Organisation) -> Iterator[str]:
    if len(each.name) > _MOST_LETTERS or len(each.name.encode()) > _MOST_BYTES:
        text = gettext("this name has more than {most} letters; make it shorter")
        yield text.format(most=_MOST_LETTERS)
    if len(each.contact) > _LONGEST_CONTACT:
        text = gettext("this contact has more than {most} letters; name one person")
        yield text.format(most=_LONGEST_CONTACT)


def _source_faults(source: str, number: int, sources: dict[str, int]) -> Iterator[str]:
    try:
        if kind_of(source)[0] == "store":
            yield gettext("a database is no source here: who answers there has a link")
            return
        first = sources.setdefault(identity(source), number)
    except FormsError as error:
        yield str(error)
        return
    if first != number:
        text = gettext(
            "the source of line {line} too; each organisation has answers of its own, so name "
            "another"
        )
        yield text.format(line=first)


def _refuse(place: str, faults: Sequence[tuple[int, str]]) -> None:
    if not faults:
        return
    heading = ngettext(
        "{count} mistake; the number behind the name is its line",
        "{count} mistakes; the number behind the name is the line",
        len(faults),
    ).format(count=len(faults))
    lines = (f"{place}:{number}: {text}" for number, text in sorted(faults))
    raise SourceError(place, "\n".join([heading, *lines]))


def by_folded_name(organisations: Sequence[Organisation]) -> Mapping[str, Organisation]:
    """Return organisations by what their name is to people: without case, spaces or signs."""
    return {normalize(folder_name(each.name)): each for each in organisations}


def named(organisations: Sequence[Organisation], name: str) -> Organisation | None:
    """Return the organisation of a name as somebody typed it; None where there is none."""
    return by_folded_name(organisations).get(normalize(folder_name(name)))
