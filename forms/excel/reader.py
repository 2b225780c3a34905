"""A workbook's sheets, and their rows as a person sees them; a sheet is never held whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from gettext import gettext
from itertools import islice

from forms.excel.markup import Element, ExcelError, elements, too_much
from forms.excel.package import Package
from forms.excel.rows import SheetRow, sheet_rows
from forms.excel.strings import shared_strings
from forms.excel.values import Values, values_of
from forms.language import whole_number

_TRUE = {"1", "true"}
# Each is looked into for the list, the answers, and what to show.
_MOST_TABS = 1_000
# Excel takes 65,490 formats of cells, each with a few elements of its own.
_MOST_IN_STYLES = 600_000


@dataclass(frozen=True)
class SheetPart:
    """A worksheet: its title, whether its tab is hidden, and the part that holds its cells."""

    title: str
    is_hidden: bool
    part: str


class Workbook:
    """A workbook of any program that writes .xlsx, transitional or strict."""

    def __init__(self, package: Package) -> None:
        """Read a package's index; raises ExcelError for what is no workbook."""
        self._package = package
        self._part = next(iter(package.related("", "officeDocument")), "xl/workbook.xml")
        self._elements = package.elements(self._part)
        if self._elements[0].name != "workbook":
            raise ExcelError(self._part, gettext("it is no workbook"))
        self.sheets = tuple(islice(self._sheets(), _MOST_TABS + 1))
        if len(self.sheets) > _MOST_TABS:
            amount = gettext("over {count} tabs").format(count=whole_number(_MOST_TABS))
            raise too_much(self._part, amount)

    def rows(self, sheet: SheetPart, merged: list[str] | None = None) -> Iterator[SheetRow]:
        """Yield a sheet's rows that have a cell, in their order.

        Once they were read, the ranges of merged cells are in `merged`.

        A cell is text, an int or a float, a datetime, time or timedelta by its format, or
        Uncomputed; TRUE and errors are text. Raises ExcelError, also on the way.
        """
        with self._package.open(sheet.part) as file:
            yield from sheet_rows(sheet.part, file, self.values, [] if merged is None else merged)

    def _sheets(self) -> Iterator[SheetPart]:
        relations = {relation.id: relation for relation in self._package.relations(self._part)}
        for element in self._elements:
            attributes = element.attributes
            # Old programs leave tabs without a part, which Excel does not show either.
            if element.name != "sheet" or not attributes.get("id"):
                continue
            title = attributes.get("name", "")
            if attributes["id"] not in relations:
                problem = gettext("the tab '{tab}' has no part").format(tab=title)
                raise ExcelError(self._part, problem)
            relation = relations[attributes["id"]]
            if relation.kind == "worksheet":
                is_hidden = attributes.get("state", "visible") != "visible"
                yield SheetPart(title, is_hidden, relation.part)

    @cached_property
    def values(self) -> Values:
        """Return how its cells are read."""
        settings = [e.attributes for e in self._elements if e.name == "workbookPr"]
        return values_of(
            self.strings,
            self._styles(),
            is_1904=any(attributes.get("date1904") in _TRUE for attributes in settings),
        )

    @cached_property
    def strings(self) -> list[str]:
        """Return the texts that cells share, in the order that they count them."""
        part = self._related("sharedStrings")
        if part not in self._package:
            return []
        with self._package.open(part) as file:
            return shared_strings(part, file)

    def _styles(self) -> Iterator[Element]:
        part = self._related("styles")
        if part in self._package:
            with self._package.open(part) as file:
                yield from elements(part, file, _MOST_IN_STYLES)

    def _related(self, kind: str) -> str:
        """Return the part of a kind that a workbook has one of; "" for none."""
        return next(iter(self._package.related(self._part, kind)), "")
