"""Answers from a file: .csv, .tsv, .xlsx, or a .zip that holds one of them."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from gettext import gettext
from pathlib import Path, PurePosixPath
from typing import IO

from forms.checklist.model import Checklist
from forms.collect.csv_file import text_table
from forms.collect.csv_formulas import unescape_table
from forms.collect.file_kind import FileKind, kind_of_content
from forms.collect.tab_choice import choose_tab
from forms.errors import SourceError
from forms.responses.columns import ColumnReader
from forms.responses.model import Table
from forms.text import argument
from forms.unpacking import size_fault

_TABLES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm"}
# What is offered where a name was mistyped: a .txt is mostly the LEESMIJ.txt of `vinkje init`.
_SOURCES = (_TABLES | {".zip"}) - {".txt"}
# Names in one message: a folder of downloads may hold hundreds of tables.
_MOST_NAMED = 10
# What a file begins with: enough to see the namespaces of XML.
_START = 8192


@dataclass(frozen=True)
class SourceFile:
    """A file, or a file in a zip, that can be opened again and again."""

    place: str
    open: Callable[[], IO[bytes]]


def file_table(path: Path, checklist: Checklist, tab: str | None = None) -> Table:
    """Return the table of answers in a file; its rows can be read once.

    What the file is its content says, not its name. `tab` names a worksheet; without it the one
    with most answers is read. Raises SourceError when there is none to be read, or two alike, and
    for a `tab` where text has none.
    """
    file = SourceFile(str(path), lambda: path.open("rb"))
    kind = _kind(file, _start(path))
    if kind.kind == "zip":
        # What Google's own download is: a .csv in a .zip.
        file = _in_zip(file)
        kind = _kind(file, _content(file, _START))
    if kind.kind == "workbook":
        return unescape_table(_in_workbook(file, checklist, tab))
    if path.suffix.lower() in {".yaml", ".yml", ".toml"}:
        raise SourceError(
            str(path),
            gettext("this is no table of answers"),
            gettext("name the file with the answers"),
        )
    if kind.kind == "store":
        raise SourceError(
            str(path),
            gettext("this is the web form's own database"),
            gettext("name it as {address}").format(address=argument(f"sqlite:///{path}")),
        )
    if kind.kind == "zip":
        raise SourceError(
            file.place, gettext("a zip in a zip"), gettext("unpack it and name the file in it")
        )
    if kind.kind == "other":
        raise SourceError(file.place, kind.problem, kind.remedy)
    if tab is not None:
        raise SourceError(
            file.place, gettext("this is text, which has no tabs"), gettext("leave --tab out")
        )
    return unescape_table(text_table(file.place, file.open, ColumnReader(checklist)))


def _kind(file: SourceFile, start: bytes) -> FileKind:
    if start.startswith(b"PK\x03\x04"):
        _check_zip(file)
    return kind_of_content(start, file.open)


def _in_workbook(file: SourceFile, checklist: Checklist, tab: str | None) -> Table:
    from forms.collect.xlsx_file import spreadsheet_tables

    tables = spreadsheet_tables(file.place, _content(file), ColumnReader(checklist))
    chosen = choose_tab(file.place, tables, checklist, tab)
    return replace(chosen, name=f"{file.place}, tab '{chosen.name}'")


def _content(file: SourceFile, most: int = -1) -> bytes:
    with file.open() as opened:
        return opened.read(most)


def _start(path: Path) -> bytes:
    """Return the file's first bytes, or say why there are none."""
    if path.is_dir():
        raise SourceError(str(path), gettext("this is a folder"), gettext("name the file in it"))
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except FileNotFoundError:
        raise SourceError(
            str(path), gettext("there is no such file"), _tables_beside(path)
        ) from None
    except PermissionError:
        raise SourceError(
            str(path),
            gettext("may not be read"),
            gettext("close it where it is open, or ask for the right to read it"),
        ) from None
    except (OSError, ValueError) as error:
        raise SourceError(
            str(path), gettext("cannot be read: {reason}").format(reason=error)
        ) from None
    if not start.strip():
        raise _empty(str(path))
    return start


def _empty(place: str) -> SourceError:
    return SourceError(place, gettext("the file is empty"), gettext("download the answers again"))


def _tables_beside(path: Path) -> str:
    """Return which tables lie where a file was looked for: a name is easily mistyped."""
    try:
        names = sorted(p.name for p in path.parent.iterdir() if p.suffix.lower() in _SOURCES)
    except OSError:
        names = []
    if not names:
        return gettext("there is no table in that folder either: look whether its name is right")
    near = get_close_matches(path.name, names, n=_MOST_NAMED, cutoff=0.3)
    shown = [*near, *(name for name in names if name not in near)][:_MOST_NAMED]
    return gettext("there are: {names}").format(names=", ".join(map(argument, shown)))


def _check_zip(file: SourceFile) -> None:
    """Refuse a zip that is damaged, or that unpacks to far more than answers can be."""
    try:
        with file.open() as raw, zipfile.ZipFile(raw) as archive:
            if fault := size_fault(archive):
                raise SourceError(file.place, fault, gettext("look whether it is the right file"))
            # Reads no part further than its declared size, so a size that lies fails here.
            broken = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError):
        broken = "it"
    except NotImplementedError:
        raise SourceError(
            file.place, gettext("is packed in an unusual way"), gettext("pack it again")
        ) from None
    # zipfile's way of saying that it wants a password.
    except RuntimeError:
        raise SourceError(
            file.place, gettext("the zip has a password"), gettext("save it without one")
        ) from None
    if broken:
        raise SourceError(
            file.place,
            gettext("the file is damaged or was cut short"),
            gettext("download the answers again"),
        )


def _in_zip(file: SourceFile) -> SourceFile:
    """Return the one table in a zip."""
    with file.open() as raw, zipfile.ZipFile(raw) as archive:
        names = [
            info.filename
            for info in archive.infolist()
            # macOS packs a hidden part of its own beside every file.
            if not info.is_dir() and not info.filename.startswith("__MACOSX/")
        ]
        tables = [n for n in names if PurePosixPath(n).suffix.lower() in _TABLES]
        tables = tables or (names if len(names) == 1 else [])
        if len(tables) != 1:
            held = ", ".join(f"'{name}'" for name in names[:10]) or gettext("nothing")
            raise SourceError(
                file.place,
                gettext(
                    "a zip must hold one .csv, .tsv or .xlsx file, and this one holds {names}"
                ).format(names=held),
                gettext("unpack it and name the file with the answers"),
            )
        content = archive.read(tables[0])
    place = f"{file.place}/{PurePosixPath(tables[0]).name}"
    if not content.strip():
        raise _empty(place)
    return SourceFile(place, lambda: io.BytesIO(content))
