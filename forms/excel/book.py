"""The workbook's own part, to edit: its tabs in their order, and the names of cells."""

from collections.abc import Iterator
from gettext import gettext

from forms.excel.markup import ExcelError
from forms.excel.package import Package
from forms.excel.references import quoted, tab_of
from forms.excel.tree import OFFICE, Element, M, R, insert_in_order, is_true

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
# What the schema (ECMA-376 Part 1, CT_Workbook) wants behind the names, in its order.
_AFTER_NAMES = (
    *("calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr", "smartTagTypes"),
    *("webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst"),
)


class Book:
    """A workbook's tabs and names. Tabs are known by their names, the way formulas do."""

    def __init__(self, package: Package) -> None:
        """Read the part; raises ExcelError for what is no workbook, and for Strict Open XML."""
        self.package = package
        self.part = next(iter(package.related("", "officeDocument")), "")
        self.root = package.tree(self.part)
        # Strict has namespaces of its own (ECMA-376 Part 1; ours is Part 4, transitional).
        if self.root.tag != f"{M}workbook":
            raise ExcelError(
                self.part,
                gettext("it is saved as 'Strict Open XML', which can be read, but not changed"),
            )
        sheets = self.root.find(f"{M}sheets")
        if sheets is None:
            raise ExcelError(self.part, gettext("it has no tabs"))
        self._sheets = sheets
        targets = {relation.id: relation.part for relation in package.relations(self.part)}
        # Old programs leave tabs without a part, which Excel does not show either.
        self._parts = {
            sheet.get("name", ""): targets[sheet.get(f"{R}id", "")]
            for sheet in sheets
            if sheet.get(f"{R}id", "") in targets
        }

    @property
    def tabs(self) -> list[str]:
        """Return the tabs' names, in their order."""
        return [sheet.get("name", "") for sheet in self._sheets]

    def part_of(self, tab: str) -> str:
        """Return the part that holds a tab; "" for none."""
        return self._parts.get(tab, "")

    def related(self, kind: str) -> str:
        """Return the part of a kind that a workbook has one of; "" for none."""
        return next(iter(self.package.related(self.part, kind)), "")

    def add(self, tab: str, at: int, content: bytes) -> str:
        """Add a tab, with the content of its part, before the one that is number `at`, from 0.

        Returns the name of its part.
        """
        part = self.package.free_name("xl/worksheets/sheet{}.xml")
        self.package.add(part, content, _SHEET_TYPE)
        # Slicers know a tab by this number, so nobody else's is given away.
        number = max((int(sheet.get("sheetId", "0")) for sheet in self._sheets), default=0) + 1
        sheet = self._sheets.makeelement(f"{M}sheet")
        sheet.set("name", tab)
        sheet.set("sheetId", str(number))
        sheet.set(f"{R}id", self.package.relate(self.part, f"{OFFICE}/worksheet", part))
        self._sheets.insert(at, sheet)
        self._shift(at, 1)
        self._parts[tab] = part
        return part

    def drop(self, tab: str) -> None:
        """Take a tab out, with the names that hold on it alone; raises ValueError for no tab."""
        at, sheet = self.tabs.index(tab), self._sheet(tab)
        self._sheets.remove(sheet)
        self.package.unrelate(self.part, {sheet.get(f"{R}id", "")})
        self.package.drop(self._parts.pop(tab))
        for name in [element for element in self.names() if element.get("localSheetId") == str(at)]:
            self.forget(name)
        self._shift(at + 1, -1)

    def hide(self, tab: str) -> None:
        """Keep a tab out of sight, also from the list of hidden ones."""
        self._sheet(tab).set("state", "veryHidden")

    def names(self) -> Iterator[Element]:
        """Yield the elements of the names that cells have."""
        group = self.root.find(f"{M}definedNames")
        yield from [] if group is None else list(group.iter(f"{M}definedName"))

    def named(self, name: str) -> tuple[str, str]:
        """Return the tab and the cells that a name of the whole workbook leads to; "" for none."""
        texts = (
            element.text
            for element in self.names()
            if element.get("name") == name and element.get("localSheetId") is None
        )
        tab, cells = tab_of(next(texts, None) or "")
        return (tab, cells) if tab in self._parts else ("", "")

    def name(self, name: str, tab: str, cells: str) -> None:
        """Let a name of the whole workbook, that people do not see, lead to cells of a tab."""
        self.set_name(name, None, f"{quoted(tab)}!{cells}").set("hidden", "1")

    def set_name(self, name: str, tab: str | None, text: str) -> Element:
        """Set what a name means, in the whole workbook or on one tab; returns its element."""
        place = None if tab is None else str(self.tabs.index(tab))
        for element in self.names():
            if element.get("name") == name and element.get("localSheetId") == place:
                # One may quote a tab's name where another need not.
                if tab_of(element.text or "") != tab_of(text):
                    element.text = text
                return element
        group = self.root.find(f"{M}definedNames")
        if group is None:
            group = self.root.makeelement(f"{M}definedNames")
            insert_in_order(self.root, group, _AFTER_NAMES)
        new = group.makeelement(f"{M}definedName")
        new.set("name", name)
        if place is not None:
            new.set("localSheetId", place)
        new.text = text
        group.append(new)
        return new

    def forget(self, name: Element) -> None:
        """Take a name out."""
        group = name.getparent()
        if group is None:
            return
        group.remove(name)
        if not len(group):
            self.root.remove(group)

    def work_out_all(self) -> None:
        """Have Excel work out all formulas once it opens the file."""
        settings = self.root.find(f"{M}calcPr")
        if settings is None:
            settings = self.root.makeelement(f"{M}calcPr")
            insert_in_order(self.root, settings, _AFTER_NAMES[1:])
        settings.set("fullCalcOnLoad", "1")
        # The order to work cells out in: Excel makes it anew, but repairs a file in which the order
        # names a cell without a formula.
        chain = self.related("calcChain")
        if chain:
            relations = self.package.relations(self.part)
            self.package.unrelate(self.part, {e.id for e in relations if e.part == chain})
            self.package.drop(chain)

    @property
    def is_1904(self) -> bool:
        """Say whether days count from 1904, as in workbooks of an old Mac."""
        settings = self.root.find(f"{M}workbookPr")
        return settings is not None and is_true(settings.get("date1904"))

    def save(self) -> None:
        """Put the part back; what was not changed stays byte for byte."""
        self.package.write_tree(self.part, self.root)

    def _sheet(self, tab: str) -> Element:
        return next(sheet for sheet in self._sheets if sheet.get("name") == tab)

    def _shift(self, at: int, by: int) -> None:
        """Let what counts tabs from the left go along: these are positions, and no `sheetId`."""
        for name in self.names():
            place = int(name.get("localSheetId", "-1"))
            if place >= at:
                name.set("localSheetId", str(place + by))
        for view in self.root.iter(f"{M}workbookView"):
            for key in ("activeTab", "firstSheet"):
                place = int(view.get(key, "0"))
                if place >= at and (place or key in view.attrib):
                    view.set(key, str(max(0, place + by)))
