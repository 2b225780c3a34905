"""Answers from a file: .csv, .tsv, .xlsx, or a .zip that holds one of them."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import IO

from forms.checklist.model import Checklist
from forms.collect.csv_file import text_table
from forms.collect.csv_formulas import as_typed
from forms.collect.file_kind import FileKind, kind_of_content
from forms.collect.tab_choice import choose
from forms.errors import SourceError
from forms.responses.columns import ColumnReader
from forms.responses.model import Table
from forms.unpacking import size_fault

_TABLES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm"}
_SOURCES = (_TABLES | {".zip"}) - {".txt"}
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

    Raises SourceError when there is none to be read.
    """
    file = SourceFile(str(path), lambda: path.open("rb"))
    kind = _kind(file, _start(path))
    if kind.kind == "zip":
        file = _in_zip(file)
        kind = _kind(file, _content(file, _START))
    if kind.kind == "workbook":
        return as_typed(_in_workbook(file, checklist, tab))
    if path.suffix.lower() in {".yaml", ".yml", ".toml"}:
        raise SourceError(f"{path}: this is no table of answers; name the file with the answers")
    if kind.kind == "store":
        raise SourceError(f"{path}: this is a store of the web form; name it as sqlite:///{path}")
    if kind.kind != "text":
        raise SourceError(
            f"{file.place}: {kind.problem or 'a zip in a zip; unpack it and name the file in it'}"
        )
    if tab is not None:
        raise SourceError(f"{file.place}: this is text, which has no tabs; leave --tab out")
    return as_typed(text_table(file.place, file.open, ColumnReader(checklist)))


def _kind(file: SourceFile, start: bytes) -> FileKind:
    if start.startswith(b"PK\x03\x04"):
        _check_zip(file)
    return kind_of_content(start, file.open)


def _in_workbook(file: SourceFile, checklist: Checklist, tab: str | None) -> Table:
    from forms.collect.xlsx_file import spreadsheet_tables

    try:
        tables = spreadsheet_tables(file.place, _content(file), ColumnReader(checklist))
        chosen = choose(tables, checklist, tab)
    except SourceError as error:
        is_placed = str(error).startswith(file.place)
        raise type(error)(str(error) if is_placed else f"{file.place}: {error}") from None
    return replace(chosen, name=f"{file.place}, tab '{chosen.name}'")


def _content(file: SourceFile, most: int = -1) -> bytes:
    with file.open() as opened:
        return opened.read(most)


def _start(path: Path) -> bytes:
    """Return the file's first bytes, or say why there are none."""
    if path.is_dir():
        raise SourceError(f"{path}: this is a folder; name the file in it")
    try:
        with path.open("rb") as file:
            start = file.read(_START)
    except FileNotFoundError:
        raise SourceError(f"{path}: there is no such file. {_tables_beside(path)}") from None
    except PermissionError:
        raise SourceError(f"{path}: may not be read; is it open in another program?") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{path}: cannot be read: {error}") from None
    if not start.strip():
        raise SourceError(f"{path}: the file is empty; download the answers again")
    return start


def _tables_beside(path: Path) -> str:
    """Return which tables lie where a file was looked for: a name is easily mistyped."""
    try:
        names = sorted(p.name for p in path.parent.iterdir() if p.suffix.lower() in _SOURCES)
    except OSError:
        names = []
    if not names:
        return "There is no table in that folder either; is the name right, and the folder?"
    near = get_close_matches(path.name, names, n=_MOST_NAMED, cutoff=0.3)
    shown = [*near, *(name for name in names if name not in near)][:_MOST_NAMED]
    hint = "; put quotes around a name with spaces" if any(" " in name for name in shown) else ""
    return f"There are: {', '.join(map(repr, shown))}{hint}"


def _check_zip(file: SourceFile) -> None:
    """Refuse a zip that is damaged, or that unpacks to far more than answers can be."""
    try:
        with file.open() as raw, zipfile.ZipFile(raw) as archive:
            if fault := size_fault(archive):
                raise SourceError(f"{file.place}: {fault}; it is not read")
            # Reads no part further than its declared size, so a size that lies fails here.
            broken = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError):
        broken = "it"
    except NotImplementedError:
        raise SourceError(f"{file.place}: is packed in an unusual way; pack it again") from None
    except RuntimeError:
        raise SourceError(f"{file.place}: the zip has a password; save it without one") from None
    if broken:
        raise SourceError(f"{file.place}: the file is damaged or was cut short; download it again")


def _in_zip(file: SourceFile) -> SourceFile:
    """Return the one table in a zip."""
    with file.open() as raw, zipfile.ZipFile(raw) as archive:
        names = [
            info.filename
            for info in archive.infolist()
            if not info.is_dir() and not info.filename.startswith("__MACOSX/")
        ]
        tables = [n for n in names if PurePosixPath(n).suffix.lower() in _TABLES]
        tables = tables or (names if len(names) == 1 else [])
        if len(tables) != 1:
            held = ", ".join(f"'{name}'" for name in names[:10]) or "nothing"
            raise SourceError(
                f"{file.place}: a zip must hold one .csv, .tsv or .xlsx file; this one holds "
                f"{held}. Unpack it and name the file with the answers"
            )
        content = archive.read(tables[0])
    found = SourceFile(f"{file.place}/{PurePosixPath(tables[0]).name}", lambda: io.BytesIO(content))
    if not content.strip():
        raise SourceError(f"{found.place}: the file is empty; download the answers again")
    return found
