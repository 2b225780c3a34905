"""What a file really is, by its content: its name may say anything."""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from gettext import gettext
from typing import IO, Literal

Kind = Literal["text", "workbook", "zip", "store", "other"]

# How such files begin: PKWARE's APPNOTE, Microsoft's [MS-CFB], SQLite's file format.
_ZIP, _OLE, _SQLITE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"SQLite format 3\0"
# Of the bytes of a text, fewer than one in so many is a control; a shorter one tells nothing.
_MOST_CONTROLS, _LEAST_TOLD = 20, 1000
# Enough of an old Excel file, in bytes, to find the names of what is in it.
_MOST_LOOKED_AT = 10_000_000


@dataclass(frozen=True)
class FileKind:
    """What a file is; where it cannot be read, `problem` says what it is, `remedy` the way out."""

    kind: Kind
    problem: str = ""
    remedy: str = ""


def kind_of_content(start: bytes, open_: Callable[[], IO[bytes]]) -> FileKind:
    """Tell a file's kind by its first bytes, of a zip by what is in it.

    Raises zipfile.BadZipFile for a zip that is cut short.
    """
    if start.startswith(_ZIP):
        return _kind_of_zip(open_)
    for mark, kind in _kinds_by_start():
        if start.startswith(mark):
            return kind
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_OLE):
        return _kind_of_ole(open_)
    if text.startswith((b"<?xml", b"<!doctype", b"<html", b"<table", b"<workbook", b"<meta")):
        return _kind_of_markup(start.lower())
    if _is_binary(start):
        return _other(gettext("this is no text and no workbook"), _again())
    return FileKind("text")


def _is_binary(start: bytes) -> bool:
    """Say whether bytes are no text; that has few controls, or zeros in every other place."""
    is_wide = start.startswith((b"\xff\xfe", b"\xfe\xff")) or 4 * start.count(0) >= len(start)
    # The white space among them (9 to 13) is of a text.
    controls = sum(start.count(bytes([byte])) for byte in (*range(9), *range(14, 27)))
    return not is_wide and len(start) > _LEAST_TOLD and _MOST_CONTROLS * controls > len(start)


def _other(problem: str, remedy: str) -> FileKind:
    return FileKind("other", problem, remedy)


def _again() -> str:
    return gettext("download the answers again, as .csv or .xlsx")


def _save_as() -> str:
    return gettext("open it and save it as .xlsx")


def _save_in_excel() -> str:
    return gettext("open it and save it as .xlsx (in Excel: File, Save As, Excel Workbook)")


def _kinds_by_start() -> tuple[tuple[bytes, FileKind], ...]:
    """Return what files of other kinds begin with."""
    unpack = gettext("unpack it and name the file in it")
    return (
        (_SQLITE, FileKind("store")),
        (b"%PDF", _other(gettext("this is a PDF"), _again())),
        (b"\x1f\x8b", _other(gettext("this is a packed file (gzip)"), unpack)),
        (b"7z\xbc\xaf", _other(gettext("this is a packed file (7-Zip)"), unpack)),
        (b"Rar!", _other(gettext("this is a packed file (RAR)"), unpack)),
        (b"{\\rtf", _other(gettext("this is a text document (RTF)"), _again())),
        (b"\x89PNG", _other(gettext("this is a picture"), _again())),
        (b"\xff\xd8\xff", _other(gettext("this is a picture"), _again())),
    )


def _kinds_by_part() -> tuple[tuple[str, FileKind], ...]:
    """Return the parts by which zips of other kinds are known."""
    numbers = _other(
        gettext("this is an Apple Numbers file"),
        gettext("choose File, Export To, Excel or CSV in Numbers"),
    )
    return (
        (
            "xl/workbook.bin",
            _other(gettext("this is a binary Excel workbook (.xlsb)"), _save_in_excel()),
        ),
        (
            "word/document.xml",
            _other(gettext("this is a Word document"), gettext("save its table in Excel as .xlsx")),
        ),
        ("ppt/presentation.xml", _other(gettext("this is a presentation"), _again())),
        ("index/document.iwa", numbers),
        ("index.zip", numbers),
    )


def _kind_of_zip(open_: Callable[[], IO[bytes]]) -> FileKind:
    with open_() as file, zipfile.ZipFile(file) as archive:
        names = {name.lower() for name in archive.namelist()}
        for part, kind in _kinds_by_part():
            if part in names:
                return kind
        if "mimetype" in names:
            mimetype = archive.read("mimetype")[:200]
            if b"opendocument.spreadsheet" in mimetype:
                return _other(gettext("this is an OpenDocument spreadsheet (.ods)"), _save_as())
            if b"opendocument" in mimetype:
                return _other(
                    gettext("this is an OpenDocument file, but no spreadsheet"), _save_as()
                )
    return FileKind("workbook" if "[content_types].xml" in names else "zip")


def _kind_of_ole(open_: Callable[[], IO[bytes]]) -> FileKind:
    """Tell an old Excel file from one with a password: both are kept in the same kind of box."""
    with open_() as file:
        content = file.read(_MOST_LOOKED_AT)
    # The names of streams, always UTF-16: by [MS-OFFCRYPTO] of a workbook that was encrypted, by
    # [MS-XLS] of what Excel wrote until 2003, and until 95.
    if "EncryptedPackage".encode("utf-16-le") in content:
        return _other(
            gettext("this is a workbook with a password"),
            gettext("open it in Excel and save it as .xlsx without one"),
        )
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        return _other(gettext("this is an old Excel file (.xls)"), _save_in_excel())
    return _other(
        gettext("this is an old Office file (.xls), or one with a password"), _save_in_excel()
    )


def _kind_of_markup(start: bytes) -> FileKind:
    if b"urn:schemas-microsoft-com:office:spreadsheet" in start or b"excel.sheet" in start:
        return _other(
            gettext("this is an XML Spreadsheet 2003, whatever its name says"), _save_in_excel()
        )
    if b"opendocument" in start:
        return _other(gettext("this is a flat OpenDocument spreadsheet (.fods)"), _save_as())
    if b"<table" in start or b"urn:schemas-microsoft-com:office:excel" in start:
        return _other(
            gettext("this is a web page with a table, whatever its name says"), _save_in_excel()
        )
    if b"<html" in start or b"<!doctype html" in start:
        return _other(
            gettext("this is a web page, not a table (perhaps one that asks to sign in)"),
            gettext("sign in and download the answers again, as .csv or .xlsx"),
        )
    return _other(gettext("this is XML, not a table"), _again())
