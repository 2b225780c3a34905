"""What a file really is, by its content: its name may say anything."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Literal

Kind = Literal["text", "workbook", "zip", "store", "other"]

_ZIP, _OLE, _SQLITE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"SQLite format 3\0"
_SAVE_AS = "open it and save it as .xlsx"
_AGAIN = "download the answers again, as .csv or .xlsx"
# Of the bytes of a text, fewer than one in so many is a control; a shorter one tells nothing.
_MOST_CONTROLS, _LEAST_TOLD = 20, 1000
# Enough of an old Excel file, in bytes, to find the names of what is in it.
_MOST_LOOKED_AT = 10_000_000
_EXCEL = f"{_SAVE_AS} (in Excel: File, Save As, Excel Workbook)"
_EXPORT = "choose File, Export To, Excel or CSV in Numbers"
# What a file of another kind begins with, what that is, and the way out.
_STARTS = (
    (b"%PDF", "a PDF", _AGAIN),
    (b"\x1f\x8b", "a packed file (gzip)", "unpack it and name the file in it"),
    (b"7z\xbc\xaf", "a packed file (7-Zip)", "unpack it and name the file in it"),
    (b"Rar!", "a packed file (RAR)", "unpack it and name the file in it"),
    (b"{\\rtf", "a text document (RTF)", _AGAIN),
    (b"\x89PNG", "a picture", _AGAIN),
    (b"\xff\xd8\xff", "a picture", _AGAIN),
)
# The parts by which a zip is known, what it then is, and the way out.
_PARTS = (
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)", _EXCEL),
    ("word/document.xml", "a Word document", "save its table in Excel as .xlsx"),
    ("ppt/presentation.xml", "a presentation", _AGAIN),
    ("index/document.iwa", "an Apple Numbers file", _EXPORT),
    ("index.zip", "an Apple Numbers file", _EXPORT),
)


@dataclass(frozen=True)
class FileKind:
    """What a file is; `problem` says what it is and the way out, where it cannot be read."""

    kind: Kind
    problem: str = ""


def kind_of_content(start: bytes, open_: Callable[[], IO[bytes]]) -> FileKind:
    """Tell a file's kind by its first bytes, of a zip by what is in it.

    Raises zipfile.BadZipFile for a zip that is cut short.
    """
    if start.startswith(_ZIP):
        return _kind_of_zip(open_)
    if start.startswith(_SQLITE):
        return FileKind("store")
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_OLE):
        said = _kind_of_ole(open_)
    elif text.startswith((b"<?xml", b"<!doctype", b"<html", b"<table", b"<workbook", b"<meta")):
        said = _kind_of_markup(start.lower())
    else:
        known = ((what, way) for mark, what, way in _STARTS if start.startswith(mark))
        said = next(known, ("no text and no workbook", _AGAIN) if _is_binary(start) else ("", ""))
    return _other(*said) if said[0] else FileKind("text")


def _is_binary(start: bytes) -> bool:
    """Say whether bytes are no text; that has few controls, or zeros in every other place."""
    is_wide = start.startswith((b"\xff\xfe", b"\xfe\xff")) or 4 * start.count(0) >= len(start)
    controls = sum(start.count(bytes([byte])) for byte in (*range(9), *range(14, 27)))
    return not is_wide and len(start) > _LEAST_TOLD and _MOST_CONTROLS * controls > len(start)


def _other(what: str, way_out: str) -> FileKind:
    return FileKind("other", f"this is {what}; {way_out}")


def _kind_of_zip(open_: Callable[[], IO[bytes]]) -> FileKind:
    with open_() as file, zipfile.ZipFile(file) as archive:
        names = {name.lower() for name in archive.namelist()}
        for part, what, way_out in _PARTS:
            if part in names:
                return _other(what, way_out)
        if "mimetype" in names:
            kind = archive.read("mimetype")[:200]
            if b"opendocument.spreadsheet" in kind:
                return _other("an OpenDocument spreadsheet (.ods)", _SAVE_AS)
            if b"opendocument" in kind:
                return _other("an OpenDocument file, but no spreadsheet", _SAVE_AS)
    return FileKind("workbook" if "[content_types].xml" in names else "zip")


def _kind_of_ole(open_: Callable[[], IO[bytes]]) -> tuple[str, str]:
    """Tell an old Excel file from one with a password: both are kept in the same kind of box."""
    with open_() as file:
        content = file.read(_MOST_LOOKED_AT)
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "a workbook with a password", "open it in Excel and save it as .xlsx without one"
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return "an old Excel file (.xls)", _EXCEL
    return "an old Office file (.xls), or one with a password", _EXCEL


def _kind_of_markup(start: bytes) -> tuple[str, str]:
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start or b"excel.sheet" in start:
        return "an XML Spreadsheet 2003, whatever its name says", _EXCEL
    if b"opendocument" in start:
        return "a flat OpenDocument spreadsheet (.fods)", _SAVE_AS
    if b"<table" in start or b"urn:schemas-microsoft-com:office:excel" in start:
        return "a web page with a table, whatever its name says", _EXCEL
    if b"<html" in start or b"<!doctype html" in start:
        return (
            "a web page, not a table (perhaps one that asks to sign in)",
            "sign in and download the answers again, as .csv or .xlsx",
        )
    return "XML, not a table", _AGAIN
