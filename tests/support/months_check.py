"""Looks in a new rapport.xlsx for all that people wrote in the former one, each thing in its place.

What is asserted leans on the report's findings and on what the people know, never on how the
report carries things over.
"""

import re
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.escape import unescape
from people import TITLES, WORDS, Col, Formula, People, Ref, Row, day, typed

from forms.action_list.columns import COLUMNS, DAYS, USER
from forms.analysis.rules import Finding
from forms.jobs.report import ReportResult

AREA = re.compile(r"\$?([A-Z]+)\$?(\d+):\$?[A-Z]+\$?(\d+)")
# A width as another program saves it.
ROUGH = 2.5


def meant(value: Any, today: date, name: str | None) -> Any:
    """Return the day that people mean by what they typed; nothing where no day belongs."""
    if isinstance(value, int | float):
        # The same number, shown as the day that it counts to.
        return typed(from_excel(value))
    if name not in DAYS:
        return None
    if value == "1-12-2026":
        return date(2026, 12, 1)
    if value == "3/4/27":
        return date(2027, 4, 3)
    if value == "1 dec":
        # A deadline lies three months back at most, what is done at most some days ahead.
        first = today - timedelta(days=93 if name == "deadline" else 363)
        years = [date(today.year + n, 12, 1) for n in (-1, 0, 1)]
        return next(each for each in years if each > first)
    return None


def as_number(value: Any) -> Any:
    """Return a time as the part of a day that it is: a cell for days shows a number so."""
    if not isinstance(value, time):
        return value
    began = datetime.combine(date.min, time())
    return (datetime.combine(date.min, value) - began) / timedelta(days=1)


class Checker:
    """A new report, held against what the people knew when it was made."""

    def __init__(self, people: People, made: ReportResult, *, is_rough: bool = False) -> None:
        self.people, self.report, self.is_rough = people, made.report, is_rough
        self.found: dict[str, Finding] = {f.item.id: f for f in self.report.findings.items}
        self.asked = [f.item.id for f in self.report.findings.actions]
        self.known = {item.id for item in self.report.checklist.items()}

    def first(self) -> None:
        """Take the first report as it is."""
        self.people.open()
        self.read([], [])
        self.people.natural = list(self.asked)
        self.remember({})

    def again(self) -> None:
        """Check everything, and go on with the new workbook."""
        people = self.people
        people.natural = [i for i in people.natural if i in people.proposed]
        self.rows_were, self.cols_were = list(people.rows), list(people.cols)
        self.title_was = people.sheet.title
        self.header_was = next(r for r in people.rows if r.area == "head")
        self.had_marks, self.filtered = people.has_marks, people.filtered
        self.proposed = people.proposed if people.has_marks else {}
        self.is_item = self.known | set(self.proposed)
        areas = self.areas()
        listed = [r for r in people.rows if r.area == "list"]
        self.must = {row for row in people.rows if self.has_follow_up(row)}
        people.open()
        assert people.sheet.title == self.title_was
        self.read(self.rows_were, self.cols_were)
        self.check_rows(listed)
        self.check_columns()
        self.check_formulas(areas)
        self.check_cells()
        self.check_figures()
        self.check_tabs()
        self.remember(self.proposed)

    # Which row is which.

    def has_follow_up(self, row: Row) -> bool:
        """Say whether people wrote anything in a row."""
        proposed = self.proposed.get(row.id, {})
        wrote = any(
            col.name not in USER or day(value) != proposed.get(col.name)
            for col, value in row.wrote.items()
        )
        emptied = any(col.name and proposed.get(col.name) is not None for col in row.emptied)
        is_own = bool(row.token) or (row.id != "" and row.id not in self.is_item)
        return is_own or wrote or emptied or bool(row.notes or row.over)

    def read(self, rows: list[Row], cols: list[Col]) -> None:
        """Know every row and column of the new list."""
        people = self.people
        sheet, header = people.sheet, people.header
        now = self.columns(cols)
        nr = next(n for n, col in enumerate(now, 1) if col.name == "id")
        tokens = {row.token: row for row in rows if row.token}
        by_id: dict[str, list[Row]] = {}
        for row in rows:
            if row.id and not row.token and row.area in ("list", "below"):
                by_id.setdefault(row.id, []).append(row)
        # Of rows alike those that had to stay are the ones that did.
        for item, alike in by_id.items():
            if item not in self.asked and item in self.is_item:
                by_id[item] = [row for row in alike if row in self.must]
        table = next(iter(sheet.tables.values()), None)
        last = int(re.split(r"[A-Z]+", table.ref)[-1]) if table else self.foot(len(now))
        found: list[Row] = []
        for number in range(1, sheet.max_row + 1):
            area = "above" if number < header else "list" if number <= last else "below"
            values = [typed(sheet.cell(number, n).value) for n in range(1, sheet.max_column + 1)]
            token = next((v for v in values if isinstance(v, str) and v in tokens), None)
            item = values[nr - 1]
            if number == header:
                row = next((r for r in rows if r.area == "head"), Row("head"))
                area = "head"
            elif token:
                row = tokens.pop(token)
            elif area != "above" and item and by_id.get(item):
                row = by_id[item].pop(0)
            else:
                is_blank = all(value is None for value in values)
                assert area == "above" or is_blank or item in self.asked, values
                row = Row(area, "" if area == "above" or is_blank else item)
                self.fresh.append(row)
            row.area = area
            row.hidden = bool(sheet.row_dimensions[number].hidden)
            found.append(row)
        assert not tokens, tokens
        people.take(found, now)

    def foot(self, columns: int) -> int:
        """Return the last row of a list that has no Table, by what must be on it."""
        sheet = self.people.sheet
        rows = sheet.iter_rows(self.people.header + 1, sheet.max_row, 1, columns)
        items = [int(row[0].row or 0) for row in rows if any(c.value in self.asked for c in row)]
        return max(items, default=self.people.header)

    def columns(self, cols: list[Col]) -> list[Col]:
        """Know every column by its place among those that stayed, and its header."""
        sheet, header = self.people.sheet, self.people.header
        self.fresh: list[Row] = []
        now: list[Col] = []
        for number in range(1, max(sheet.max_column, len(cols)) + 1):
            title = typed(sheet.cell(header, number).value)
            was = cols[number - 1] if number <= len(cols) else None
            if was and (was.name or was.header == (title or "")):
                now.append(was)
                now[-1].header = title or ""
            elif title:
                # A column of vinkje's that was gone, in the place of one that held nothing.
                assert title in TITLES
                assert all(col.name != TITLES[title] for col in cols)
                assert not was or not was.header
                now.append(was or Col(None, ""))
                now[-1].name, now[-1].header = TITLES[title], title
        assert sorted(c.name for c in now if c.name) == sorted(COLUMNS)
        self.gone_cols = [col for col in cols if col not in now]
        self.dimensions: dict[int, tuple[float | None, bool]] = {}
        for letter, found in sheet.column_dimensions.items():
            first = found.min or column_index_from_string(letter)
            for each in range(first, min(found.max or first, 300) + 1):
                self.dimensions[each] = (found.width, bool(found.hidden))
        return now

    def check_rows(self, listed: list[Row]) -> None:
        """Which rows there are, and their order."""
        people = self.people
        now = [r for r in people.rows if r.area in ("list", "below") and (r.id or r.token)]
        for row in self.rows_were:
            if row in now or row.area in ("head", "gap") or not (row.id or row.token):
                continue
            assert row.area == "above" or (row.id not in self.asked and row not in self.must), row
        shown = {row.id for row in now if row.area == "list"}
        assert set(self.asked) <= shown
        for row in now:
            if row.id in self.is_item and row.id not in self.asked:
                assert row in self.must, row
        new = [row for row in self.fresh if row.id]
        assert len({row.id for row in new}) == len(new)
        before = [r for r in listed if r.id or r.token]
        # Also an item's row that stood apart below, which joins the list.
        placed = (r.id for r in self.rows_were if r.area in ("list", "below"))
        ids = [item for item, _ in groupby(i for i in placed if i in self.is_item)]
        ids = [i for i in ids if i in people.natural]
        natural = [i for i in people.natural if i in ids]
        stayed = [r for r in before if r in now]
        after = list(dict.fromkeys(r.id for r in now if r.id in self.is_item and r.area == "list"))
        # A row that stood apart below joins the list when it is an item's.
        people.natural = [*self.asked, *(item for item in after if item not in self.asked)]
        # Where vinkje gave no order yet, people's own stands.
        if ids != natural or not ids or not self.had_marks:
            assert [r for r in now if r in stayed] == stayed
        else:
            assert after == people.natural, (after, people.natural, ids)

    def check_columns(self) -> None:
        """Their width, and whether they are hidden; the filter on them; the notes on headers."""
        people = self.people
        for number, col in enumerate(people.cols, 1):
            width, hidden = self.dimensions.get(number, (None, False))
            if col in self.cols_were:
                assert hidden == col.hidden
                if col.width and not hidden:
                    assert abs((width or 0) - col.width) < (ROUGH if self.is_rough else 0.01)
            col.width, col.hidden = width, hidden
        people.filtered = None
        if self.filtered and people.table:
            col, words = self.filtered
            chosen = {c.colId: c.filters.filter for c in people.table.autoFilter.filterColumn}
            assert chosen == {people.cols.index(col): words}
            people.filtered = self.filtered

    # What is in the cells.

    def areas(self) -> list[tuple[Formula, list[Row]]]:
        """Return the rows that every range covers."""
        people, found = self.people, []
        for *_, formula, _ in people.formulas():
            ref = formula.ref
            if ref.is_area and ref.first and ref.last:
                at = people.rows.index
                found.append((formula, people.rows[at(ref.first) : at(ref.last) + 1]))
        return found

    def check_formulas(self, areas: list[tuple[Formula, list[Row]]]) -> None:
        """Each still refers to the rows and columns that it referred to."""
        people = self.people
        covered = {id(formula): rows for formula, rows in areas}
        for row, place, formula, put in list(people.formulas()):
            cell = people.grid.get((row, place)) if row else people.book[place[0]][place[1]]
            assert cell is not None
            ref = formula.ref
            if ref.col in self.gone_cols or ref.col not in people.cols:
                ref = Ref(None, None, None, ref.fixed)
            elif id(formula) in covered:
                stayed = [r for r in covered[id(formula)] if r in people.rows]
                match = AREA.search(cell.value)
                if not stayed:
                    ref = Ref(None, None, None, ref.fixed)
                else:
                    assert match, cell.value
                    first, last = sorted((int(match[2]), int(match[3])))
                    now = people.rows[first - 1 : last]
                    assert set(stayed) <= set(now), (cell.value, stayed)
                    ref = Ref(now[0], now[-1], ref.col, ref.fixed)
            elif ref.first not in people.rows:
                ref = Ref(None, None, None, ref.fixed)
            new = Formula(formula.text, ref)
            put(new)
            if id(formula) not in covered:
                shown = people.shown(new, on_tab=row is None)
                # What did not move stays as people wrote it.
                alike = [re.sub("[$']", "", each) for each in (cell.value, shown)]
                assert alike[0] == alike[1], (cell.value, shown, row, place)

    def check_cells(self) -> None:
        """Every word, number, day and note of theirs; and empty where they emptied."""
        people = self.people
        for row in people.rows:
            people.looked_for += sum(map(len, (row.wrote, row.emptied, row.over, row.notes)))
            for col, value in list(row.wrote.items()):
                if not isinstance(value, Formula):
                    row.wrote[col] = self.same(row, col, day(value))
            for col in row.emptied:
                assert people.value(row, col) is None
            for col, text in list(row.over.items()):
                note = people.cell(row, col).comment
                is_there = str(people.value(row, col)) == text or self.looks(row, col, text)
                assert is_there or (note and text in unescape(note.text)), (row, col, text)
                # Of an item that the checklist dropped, the words stand as people left them.
                names = {"action"} if row.id in self.known else {"action", "item"}
                if not is_there or col.name not in names:
                    del row.over[col]
            for col, text in row.notes.items():
                note = people.cell(row, col).comment
                assert note, (row, col, text)
                assert text in unescape(note.text), (row, col, text)
            row.notes = {}
        for (row, col), cell in people.grid.items():
            if cell.comment:
                assert "Formula(" not in cell.comment.text
                row.notes[col] = unescape(cell.comment.text)

    def looks(self, row: Row, col: Col, text: str) -> bool:
        """Say whether a cell shows what was typed, be it as another kind of value."""
        value = self.people.value(row, col)
        return text.removesuffix(" 00:00:00") in {str(value), str(as_number(value))}

    def same(self, row: Row, col: Col, value: Any) -> Any:
        """Return what a cell holds, which must be what people wrote in it."""
        now = self.people.value(row, col)
        now = as_number(now) if isinstance(value, float) else now
        if now == value:
            return now
        if isinstance(value, float) and isinstance(now, float) and abs(now - value) < 1e-9:
            return now
        said = meant(value, self.report.today, col.name)
        assert said is not None, (value, now, col)
        assert now == said, (value, now)
        return now

    def check_figures(self) -> None:
        """See that what the report says stands in every item's row."""
        people = self.people
        priority, share = people.col("priority"), people.col("share")
        for row in people.rows:
            if row.id not in self.is_item or row.area not in ("list", "below"):
                continue
            finding = self.found.get(row.id)
            why = (
                "dropped"
                if row.id not in self.known
                else "too_few"
                if finding is None
                else "not_asked"
                if finding.verdict is None
                else "in_order"
            )
            said = f"left.{why}" if row.id not in self.asked else ""
            if finding and not said:
                said = f"priority.{finding.priority}"
            assert people.value(row, priority) == WORDS(said), row
            assert people.value(row, people.col("id")) == row.id
            if finding and finding.share is not None:
                assert abs(people.value(row, share) - float(finding.share)) < 1e-9

    def check_tabs(self) -> None:
        """Their own tabs, cell by cell; and ours beside them."""
        people = self.people
        assert set(people.tabs) <= set(people.book.sheetnames)
        for title, cells in people.tabs.items():
            for place, value in cells.items():
                if not isinstance(value, Formula):
                    assert day(typed(people.book[title][place].value)) == day(value)

    def remember(self, proposed: dict[str, dict[str, Any]]) -> None:
        """Keep what vinkje proposed, for as long as its marks do."""
        people, seen = self.people, {}
        for row in people.rows:
            if row.id and row.id in self.known | set(proposed) and row.id not in seen:
                if row.area not in ("list", "below"):
                    continue
                seen[row.id] = proposed.get(row.id, {})
                if row in self.fresh:
                    values = {n: people.value(row, people.col(n)) for n in USER}
                    seen[row.id] = {n: v for n, v in values.items() if v is not None}
        people.proposed = seen
