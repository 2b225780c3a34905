"""A folder in which people work: reports made again, and edits in between, by header and by Nr."""

import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar
from unittest import mock

import yaml
from openpyxl.styles.fonts import Font
from workbooks import opened

from forms.jobs.report import ReportRequest, ReportResult, make_report

NO, NICE, YES, WHO = (
    "Niet op orde: aanpakken is nodig",
    "Niet op orde: aanpakken is wenselijk",
    "Op orde",
    "Weet ik niet",
)
MONDAY = date(2026, 11, 30)
LIST = "xl/worksheets/sheet2.xml"
BOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"
Parts = dict[str, bytes]
Made = TypeVar("Made", bound="Folder")
_FONT_ORDER = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign", "sz"),
    *("color", "name", "family", "charset", "scheme"),
)


def checklist(items: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    """Return a small checklist as YAML holds it: an item per id and text."""
    items = items or {f"A{n}": f"Stelling {n}." for n in range(1, 6)}
    listed = [
        {"id": i, "text": text, "owner": f"Baas {i}", "action": f"Doe {i}."}
        for i, text in items.items()
    ]
    sections = [{"id": "A", "title": "Deel", "items": listed}]
    return {"title": "Proef", "remarks": "item", "sections": sections} | more


@dataclass
class Folder:
    """One folder, its checklist, and what everybody answers to each item."""

    path: Path
    checklist: dict[str, Any] = field(default_factory=checklist)
    answers: dict[str, str] = field(default_factory=dict)
    remarks: dict[str, str] = field(default_factory=dict)
    people: int = 6

    @property
    def workbook(self) -> Path:
        """Return where the workbook is."""
        return self.path / "rapport.xlsx"

    @property
    def former(self) -> Path:
        """Return where the former one is kept."""
        return self.path / "rapport.vorige.xlsx"

    def report(self, today: date = MONDAY, **more: Any) -> ReportResult:
        """Make the report, over the one that is there."""
        path = self.path / "checklist.yaml"
        path.write_text(yaml.safe_dump(self.checklist, allow_unicode=True), encoding="utf-8")
        items = [item["id"] for section in self.checklist["sections"] for item in section["items"]]
        header = [*items, *(f"{item}. Toelichting" for item in self.remarks)]
        row = [self.answers.get(item, NO) for item in items] + list(self.remarks.values())
        rows = [header, *[row] * self.people]
        text = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
        (self.path / "a.csv").write_text(text, encoding="utf-8")
        source = str(self.path / "a.csv")
        return make_report(ReportRequest((source,), self.workbook, path, today, **more))

    def edit(self, change: Callable[[Any], object]) -> None:
        """Open the workbook, change its list as people do, and save it."""
        workbook = opened(self.workbook, rich_text=True)
        change(workbook["Actielijst"])
        # openpyxl, which stands for Excel here, orders a font's parts as no schema does.
        with mock.patch.object(Font, "__elements__", _FONT_ORDER):
            workbook.save(self.workbook)

    def write(self, item: str, **cells: object) -> None:
        """Write in an item's row; a column by its header, `_` for a space."""
        self.edit(lambda sheet: put(sheet, item, **cells))

    def sheet(self, name: str = "Actielijst") -> Any:
        """Return a tab of the workbook, to read."""
        return _parsed(self.workbook.read_bytes())[name]

    def row(self, item: str) -> dict[str, Any]:
        """Return an item's row, by header."""
        return rows(self.sheet())[self.order().index(item)]

    def order(self) -> list[str]:
        """Return the Nr of every row, top to bottom."""
        return numbers(self.sheet())


@lru_cache(maxsize=1)
def _parsed(content: bytes) -> Any:
    """Return a workbook; what is looked at several times is parsed once."""
    return opened(content, rich_text=True)


def begun(start: Callable[[Path], Made], path: Path) -> Made:
    """Return a folder such as `start` makes, once under each umask: every next one is a copy."""
    # Nobody tells it without changing it.
    os.umask(umask := os.umask(0o077))
    made, files = _begun(start, umask)
    for name, (content, mode) in files.items():
        (path / name).write_bytes(content)
        (path / name).chmod(mode)
    copied: Made = deepcopy(made)
    copied.path = path
    return copied


@cache
def _begun(start: Callable[[Path], Any], _umask: int) -> tuple[Any, dict[str, tuple[bytes, int]]]:
    with tempfile.TemporaryDirectory() as place:
        made = start(Path(place))
        found = sorted(made.path.iterdir())
        return made, {f.name: (f.read_bytes(), f.stat().st_mode & 0o777) for f in found}


def header_row(sheet: Any) -> int:
    """Return the number of the row of headers."""
    return next(n for n in range(1, 30) if "Besluit" in [c.value for c in sheet[n]])


def headers(sheet: Any) -> list[str]:
    """Return the headers."""
    return [cell.value for cell in sheet[header_row(sheet)]]


def rows(sheet: Any) -> list[dict[str, Any]]:
    """Return all rows below the headers, by header."""
    names = headers(sheet)
    found = sheet.iter_rows(min_row=header_row(sheet) + 1, values_only=True)
    return [dict(zip(names, row, strict=True)) for row in found]


def numbers(sheet: Any) -> list[str]:
    """Return the Nr of every row; empty for a row without one."""
    return [str(row["Nr"] or "") for row in rows(sheet)]


def cell(sheet: Any, item: str, header: str) -> Any:
    """Return one cell."""
    row = header_row(sheet) + 1 + numbers(sheet).index(item)
    return sheet.cell(row, headers(sheet).index(header) + 1)


def put(sheet: Any, item: str, **cells: object) -> None:
    """Write in an item's row; a column by its header, `_` for a space."""
    for header, value in cells.items():
        cell(sheet, item, header.replace("_", " ")).value = value


def swap_rows(sheet: Any, order: Sequence[str]) -> None:
    """Put the rows of the list in another order, as sorting does."""
    first, width = header_row(sheet) + 1, sheet.max_column
    taken = {
        number: [sheet.cell(first + i, c + 1).value for c in range(width)]
        for i, number in enumerate(numbers(sheet))
    }
    for index, number in enumerate(order):
        for column, value in enumerate(taken[number], 1):
            sheet.cell(first + index, column).value = value


def repack(path: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    """Change the parts of a file as another program would write them."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def in_part(name: str, pattern: str, new: str) -> Callable[[Parts], None]:
    """Return a change of one part, which must be there to change."""

    def change(parts: Parts) -> None:
        text, count = re.subn(pattern, new, parts[name].decode())
        assert count, pattern
        parts[name] = text.encode()

    return change


def link_to_another(parts: Parts) -> None:
    """Let formulas name another workbook, as Excel writes it."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"
    folder = "xl/externalLinks"
    parts[f"{folder}/externalLink1.xml"] = (
        f'<externalLink xmlns="{main}"><externalBook xmlns:r="{office}" r:id="rId1">'
        '<sheetNames><sheetName val="Blad1"/></sheetNames></externalBook></externalLink>'
    ).encode()
    parts[f"{folder}/_rels/externalLink1.xml.rels"] = (
        f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{office}/externalLinkPath"'
        ' Target="begroting.xlsx" TargetMode="External"/></Relationships>'
    ).encode()
    relation = (
        f'<Relationship Id="rIdX" Type="{office}/externalLink" '
        'Target="externalLinks/externalLink1.xml"/></Relationships>'
    )
    in_part(RELATIONS, "</Relationships>", relation)(parts)
    reference = f'<externalReference xmlns:r="{office}" r:id="rIdX"/>'
    references = f"<externalReferences>{reference}</externalReferences><definedNames>"
    in_part(BOOK, "<definedNames>", references)(parts)
    part = f'<Override PartName="/{folder}/externalLink1.xml" ContentType="{kind}"/></Types>'
    in_part(TYPES, "</Types>", part)(parts)


def excel_saw(folder: Folder, formula: str, outcome: str) -> None:
    """Write what a formula came to, as Excel does when it saves."""
    pattern = (
        r"(<c r=\"[A-Z]+\d+\"[^>]*)>(<f>" + re.escape(formula) + r"</f>)(?:<v ?/>|<v></v>)</c>"
    )
    repack(folder.workbook, in_part(LIST, pattern, rf"\1{outcome}</c>"))
