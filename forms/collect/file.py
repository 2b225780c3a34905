"""Answers from a file: .csv, .tsv, .xlsx, or a .zip that holds one of them."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from forms.checklist import Checklist
from forms.collect.tables import choose
from forms.collect.text_file import text_table
from forms.errors import SourceError
from forms.responses.model import Table

_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_TEXT = {".csv", ".tsv", ".txt"}
_EXCEL = {".xlsx", ".xlsm"}
# Answers of staff never unpack to this; a zip that says so is broken or means harm.
_MAX_UNPACKED = 2_000_000_000
_MAX_RATIO = 250
_ALWAYS_FINE = 50_000_000


@dataclass(frozen=True)
class SourceFile:
    """A file, or a file in a zip, that can be opened again and again."""

    place: str
    kind: str
    open: Callable[[], IO[bytes]]


def file_table(path: Path, checklist: Checklist, tab: str | None = None) -> Table:
    """Return the table of answers in a file; its rows can be read once.

    Raises SourceError when there is none to be read.
    """
    file = SourceFile(str(path), path.suffix.lower(), lambda: path.open("rb"))
    start = _start(path)
    if start.startswith(_ZIP):
        _check_zip(file)
        file = _in_zip(file)
        start = _content(file, 4096)
    if file.kind in _EXCEL and start.startswith(_ZIP):
        from forms.collect.spreadsheet import spreadsheet_tables

        tables = spreadsheet_tables(file.place, _content(file))
        try:
            return choose(tables, checklist, tab)
        except SourceError as error:
            raise SourceError(f"{file.place}: {error}") from None
    if file.kind not in _TEXT or _is_no_text(start):
        raise SourceError(f"{file.place}: {_what_it_is(start)}")
    if tab is not None:
        raise SourceError(f"{file.place}: a {file.kind} file has no tabs; leave --tab out")
    return text_table(file.place, file.open, checklist, tabs_only=file.kind == ".tsv")


def _content(file: SourceFile, most: int = -1) -> bytes:
    with file.open() as opened:
        return opened.read(most)


def _start(path: Path) -> bytes:
    """Return the file's first bytes, or say why there are none."""
    if path.is_dir():
        raise SourceError(f"{path}: this is a folder; name the file in it")
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except FileNotFoundError:
        raise SourceError(f"{path}: there is no such file; is the name right?") from None
    except PermissionError:
        raise SourceError(f"{path}: may not be read; is it open in another program?") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{path}: cannot be read: {error}") from None
    if not start.strip():
        raise SourceError(f"{path}: the file is empty; download the answers again")
    return start


def _is_no_text(start: bytes) -> bool:
    return start.startswith((_OLD_OFFICE, b"%PDF", _ZIP)) or _is_web_page(start)


def _is_web_page(start: bytes) -> bool:
    return (
        start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<?xml"))
    )


def _what_it_is(start: bytes) -> str:
    if start.startswith(_OLD_OFFICE):
        return (
            "this is an old Excel file (.xls) or one with a password; "
            "open it in Excel and save it as .xlsx without a password"
        )
    if _is_web_page(start):
        return "this is a web page, not a table; download the answers as .csv or .xlsx"
    return (
        "this is no .csv, .tsv, .xlsx or .zip that can be read; "
        "download the answers again, or save them as .csv or .xlsx"
    )


def _check_zip(file: SourceFile) -> None:
    """Refuse a zip that is damaged, or that unpacks to far more than answers can be."""
    try:
        with file.open() as raw, zipfile.ZipFile(raw) as archive:
            packed = raw.seek(0, io.SEEK_END)
            unpacked = sum(info.file_size for info in archive.infolist())
            if unpacked > _MAX_UNPACKED or unpacked > max(_ALWAYS_FINE, _MAX_RATIO * packed):
                raise SourceError(
                    f"{file.place}: unpacks to {unpacked // 1_000_000:,} MB, far more than answers "
                    "take; it is not read"
                )
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
    """Return the one table in a zip; a workbook is a zip that is itself one."""
    with file.open() as raw, zipfile.ZipFile(raw) as archive:
        names = [
            info.filename
            for info in archive.infolist()
            if not info.is_dir() and not info.filename.startswith("__MACOSX/")
        ]
        if "[Content_Types].xml" in names:
            return SourceFile(file.place, ".xlsx", file.open)
        tables = [n for n in names if PurePosixPath(n).suffix.lower() in _TEXT | _EXCEL]
        if len(tables) != 1:
            held = ", ".join(f"'{name}'" for name in names[:10]) or "nothing"
            raise SourceError(
                f"{file.place}: a zip must hold one .csv, .tsv or .xlsx file; this one holds "
                f"{held}. Unpack it and name the file with the answers"
            )
        content = archive.read(tables[0])
    inner = PurePosixPath(tables[0])
    found = SourceFile(
        f"{file.place}/{inner.name}", inner.suffix.lower(), lambda: io.BytesIO(content)
    )
    if not content.strip():
        raise SourceError(f"{found.place}: the file is empty; download the answers again")
    if found.kind in _EXCEL:
        _check_zip(found)
    return found
