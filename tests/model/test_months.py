"""Months of work in rapport.xlsx: whatever people do to it in between, no report loses any of it.

Hypothesis plays the months. A longer time, with other months at every run (or at every
`--hypothesis-seed`), and with counts at the end:

    VINKJE_MONTHS=10000 .venv/bin/pytest -s tests/model/test_months.py

where the number is about how many steps are played.
"""

import csv
import json
import os
import shutil
import tempfile
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from months_check import Checker
from office import Convert
from people import TITLES, WORDS, Col, Formula, People, Ref, Row

from forms.action_list.columns import USER
from forms.errors import WorkbookError
from forms.jobs.report import ReportRequest, ReportResult, make_report
from forms.wording import Answer

STEPS = int(os.environ.get("VINKJE_MONTHS", "0"))
ANSWERS = [WORDS.answer(answer) for answer in Answer]
TYPED = [
    *("Wim", "Nodig", "Niet oppakken", "Later", "Gereed", "Bezig", "begin december", "1-12-2026"),
    *("1 dec", "3/4/27", "=1+1", "+31 6 12345678", "-", "@wim", "007", "#N/A", "TRUE", "1e5"),
    *("_x0041_", "😀 👩‍🚀 é́", "  voor", "een\ntwee", "<b>&amp;", "'quote", "lang " * 900),
    *(3, 2.5, 0.1, 46000, datetime(2026, 12, 1), datetime(2027, 1, 5, 14, 30)),  # noqa: DTZ001
]
OVER = ["ligt bij Wim", "_x0041_", "=1+1", 0.25, "Ja", "een\ntwee", datetime(2026, 12, 1)]  # noqa: DTZ001
numbers = st.integers(0, 99)
COUNTED: Counter[str] = Counter()


class Months(RuleBasedStateMachine):
    """A checklist, its answers, and the people who work in its report."""

    def __init__(self, convert: Convert | None = None) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="months"))
        self.today = date(2026, 11, 30)
        self.items = {f"{s}{n}": [f"Stelling {s}{n}."] for s in "AB" for n in (1, 2, 3)}
        self.answers = {item: number % 5 for number, item in enumerate(self.items)}
        self.remarks: dict[str, str] = {}
        self.people_count = 6
        self.closes: date | None = None
        self.number = self.steps = 0
        self.pace = 1
        self.cleared = False
        self.convert = convert
        self.people = People(self.folder / "rapport.xlsx")

    @invariant()
    def pass_time(self) -> None:
        """Make a report after every so many steps, whichever rules there are."""
        COUNTED["steps"] += 1
        self.steps += 1
        if self.steps % self.pace == 0:
            self.report(days=self.steps, again=self.steps % 4 == 0)

    def teardown(self) -> None:
        """Leave nothing behind."""
        COUNTED["written"] += self.people.written
        COUNTED["looked for"] += self.people.looked_for
        shutil.rmtree(self.folder)

    def next(self, what: str) -> str:
        """Return a text that nothing else has."""
        self.number += 1
        return f"{what} <{self.number}>"

    def row(self, number: int, *, own: bool = False, listed: bool = False) -> Row | None:
        """Return one of the rows that hold something."""
        areas = ("list",) if listed else ("list", "below")
        rows = [r for r in self.people.rows if r.area in areas and (r.token or r.id)]
        rows = [r for r in rows if r.token or not own]
        return rows[number % len(rows)] if rows else None

    def theirs(self, row: Row, number: int) -> Col:
        """Return a column in which people write in this row."""
        cols = self.people.cols
        if row.id:
            cols = [c for c in cols if c.name is None or c.name in USER]
        cols = [c for c in cols if c.name != "id"]
        return cols[number % len(cols)]

    # The reports.

    @initialize(pace=st.integers(2, 12))
    def begin(self, pace: int) -> None:
        """Make the first report."""
        self.pace = pace
        Checker(self.people, self.make()).first()

    def make(self) -> ReportResult:
        """Make a report of today's answers on today's checklist."""
        checklist, answers = self.folder / "checklist.yaml", self.folder / "answers.csv"
        sections = [
            {
                "id": section,
                "title": f"Deel {section}",
                "items": [
                    {"id": i, "text": t[-1], "aliases": t[:-1], "owner": "Baas", "action": "Doe."}
                    for i, t in self.items.items()
                    if i[0] == section
                ],
            }
            for section in "AB"
        ]
        content: dict[str, Any] = {"title": "Proef", "remarks": "item"}
        content["sections"] = [s for s in sections if s["items"]]
        if self.closes:
            content["round"] = {"name": "R", "closes": self.closes.isoformat()}
        checklist.write_text(json.dumps(content))
        asked = [item for item in self.items if self.answers[item] >= 0]
        with answers.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow([*asked, *(f"{i}. Toelichting" for i in asked)])
            for _ in range(self.people_count):
                rows.writerow(
                    [
                        *(ANSWERS[self.answers[i]] for i in asked),
                        *(self.remarks.get(i, "") for i in asked),
                    ]
                )
        return make_report(ReportRequest((str(answers),), self.people.path, checklist, self.today))

    @rule(days=st.integers(0, 40), again=st.booleans())
    def report(self, days: int, again: bool) -> None:  # noqa: FBT001
        """Make the report again, and look whether all is there."""
        self.today += timedelta(days)
        people = self.people
        head = next(row for row in people.rows if row.area == "head")
        for col in people.gaps():
            col.header = self.next("Kolom")
            people.put(head, col, col.header)
        people.save()
        if self.convert:
            shutil.copy(self.convert(people.path, "xlsx"), people.path)
        before = people.path.read_bytes()
        try:
            made = self.make()
        except WorkbookError:
            # Reworded statements, and nothing left that tells whose list it is.
            assert not people.has_marks
            assert people.path.read_bytes() == before
            self.items = {item: [f"Stelling {item}."] for item in self.items}
            made = self.make()
        COUNTED["reports"] += 1
        after = people.path.read_bytes()
        kept = [f.read_bytes() for f in self.folder.glob("rapport.*.xlsx")]
        assert before in (after, *kept)
        Checker(people, made, is_rough=self.convert is not None).again()
        self.cleared = False
        if again:
            if made.report.action_list.added() or made.report.action_list.gone():
                # The overview says what is new and what is gone, once.
                self.make()
                after = people.path.read_bytes()
            self.make()
            assert people.path.read_bytes() == after

    @rule(item=numbers, answer=st.integers(-1, 4), remark=st.sampled_from(["", "Let op", "=1+1"]))
    def answer(self, item: int, answer: int, remark: str) -> None:
        """Staff change their minds; a statement may not be asked at all."""
        name = list(self.items)[item % len(self.items)]
        self.answers[name] = answer
        if any(self.answers[i] >= 0 for i in self.items):
            self.remarks[name] = remark
        else:
            self.answers[name] = 0

    @rule(count=st.sampled_from([6, 6, 8, 3]), is_open=st.booleans())
    def take_part(self, count: int, is_open: bool) -> None:  # noqa: FBT001
        """More or fewer take part; the round is open still, or not."""
        self.people_count = count
        self.closes = self.today + timedelta(days=20) if is_open else None

    @rule(item=numbers, known=st.booleans())
    def reword(self, item: int, known: bool) -> None:  # noqa: FBT001
        """Reword a statement, with its former words as an alias or not."""
        name = list(self.items)[item % len(self.items)]
        new = self.next(f"Anders {name}")
        self.items[name] = [*self.items[name], new] if known else [new]

    @rule(item=numbers, first=st.booleans())
    def change_checklist(self, item: int, first: bool) -> None:  # noqa: FBT001
        """Drop a statement, or add one (again)."""
        name = [f"{s}{n}" for s in "AB" for n in (1, 2, 3, 4)][item % 8]
        if name not in self.items:
            added = {name: [f"Stelling {name}."]}
            self.items = added | self.items if first else self.items | added
            self.answers.setdefault(name, 1)
        elif len(self.items) > 3:
            del self.items[name]

    # What people write.

    @rule(row=numbers, col=numbers, value=st.sampled_from(TYPED))
    def write(self, row: int, col: int, value: Any) -> None:
        """Type in a cell of their own."""
        if found := self.row(row):
            self.people.write(found, self.theirs(found, col), value)

    @rule(row=numbers, col=numbers)
    def empty(self, row: int, col: int) -> None:
        """Empty a cell of their own."""
        if found := self.row(row):
            self.people.write(found, self.theirs(found, col), None)

    @rule(
        row=numbers,
        name=st.sampled_from(["action", "remarks", "divided", "share", "priority", "item"]),
        value=st.sampled_from(OVER),
    )
    def write_over(self, row: int, name: str, value: Any) -> None:
        """Type in one of vinkje's cells."""
        found = self.row(row)
        col = next((c for c in self.people.cols if c.name == name), None)
        if found and found.id and col and not (self.cleared and name == "item"):
            self.people.write(found, col, value)

    @rule(row=numbers)
    def clear_number(self, row: int) -> None:
        """Empty a Nr: the statement still tells which item it is."""
        found, people = self.row(row, listed=True), self.people
        if not found or found.id not in people.proposed or found.token or not people.has_marks:
            return
        if not any(c.name == "item" for c in (*found.over, *found.wrote)):
            people.put(found, people.col("id"), None)
            self.cleared = True

    @rule(
        row=numbers,
        col=numbers,
        text=st.sampled_from(["Bel Wim", "_x0041_", "=1\nzie A"]),
        solved=st.booleans(),
    )
    def note(self, row: int, col: int, text: str, solved: bool) -> None:  # noqa: FBT001
        """Put a note on a cell; the item may be in order from now on, and then it keeps the row."""
        cols = self.people.cols
        if found := self.row(row):
            self.people.note(found, cols[col % len(cols)], self.next(text))
            if solved and found.id in self.items:
                self.answers[found.id] = 0

    @rule(row=numbers, col=numbers, kind=st.integers(0, 4), top=numbers, other=numbers)
    def formula(self, row: int, col: int, kind: int, top: int, other: int) -> None:
        """Type a formula: on its own row, on another, on rows below each other, on another tab."""
        people, place = self.people, self.row(row)
        first, last = self.row(top, listed=True), self.row(other, listed=True)
        if not place or not first or not last:
            return
        about = people.cols[(top + other) % len(people.cols)]
        if people.rows.index(first) > people.rows.index(last):
            first, last = last, first
        if kind == 0:
            made = Formula('={}&"!"', Ref(place, place, about))
        elif kind in (1, 2):
            made = Formula('=IF({}="","",1)', Ref(first, first, about, fixed=True))
        else:
            made = Formula("=COUNTA({})*2", Ref(first, last, about, fixed=True))
        tabs = list(people.tabs.values())
        if kind in (2, 4) and tabs:
            tabs[row % len(tabs)][f"C{len(tabs[row % len(tabs)]) + 1}"] = made
        else:
            people.write(place, self.theirs(place, col), made)

    # Rows.

    @rule(at=numbers, where=st.integers(0, 3), col=numbers, item=st.none() | numbers)
    def insert_row(self, at: int, where: int, col: int, item: int | None) -> None:
        """Insert a row of their own: in the middle, on top, at the bottom, apart below."""
        people, listed = self.people, self.people.list_rows()
        name = "" if item is None else list(self.items)[item % len(self.items)]
        row = Row("list", name)
        head = next(n for n, r in enumerate(people.rows) if r.area == "head")
        places = [at % (len(listed) + 1), 0, len(listed)]
        number = head + 1 + (places[where] if where < 3 else len(listed))
        if where == 3:
            row.area = "below"
            below = [r for r in people.rows if r.area == "below"]
            if not below:
                people.rows.insert(number, Row("gap"))
                number += 1
            else:
                number = people.rows.index(below[-1]) + 1
        people.insert(number, row, self.next("eigen"), self.theirs(row, col))

    @rule(row=numbers)
    def delete_row(self, row: int) -> None:
        """Delete a row, an item's or their own."""
        if found := self.row(row):
            self.people.delete(found)

    @rule(row=numbers)
    def double_row(self, row: int) -> None:
        """Double a row."""
        if found := self.row(row):
            self.people.double(found, self.next("eigen"))

    def has_blank_rows(self) -> bool:
        """Say whether the list has blank rows, at which Excel's sorting would stop."""
        return any(not r.id and not r.token for r in self.people.list_rows())

    @rule(col=numbers, descending=st.booleans())
    def sort_rows(self, col: int, descending: bool) -> None:  # noqa: FBT001
        """Sort the list on a column."""
        people = self.people
        on = people.cols[col % len(people.cols)]
        if not self.has_blank_rows():
            rows = people.list_rows()
            rows.sort(key=lambda row: str(people.value(row, on)), reverse=descending)
            people.arrange(rows)

    @rule(row=numbers, to=numbers)
    def move_row(self, row: int, to: int) -> None:
        """Move a row of the list."""
        found = self.row(row, listed=True)
        if found and not self.has_blank_rows():
            self.people.move(found, to % len(self.people.list_rows()))

    @rule(row=numbers, hidden=st.booleans())
    def hide_row(self, row: int, hidden: bool) -> None:  # noqa: FBT001
        """Hide a row, or show it."""
        if found := self.row(row):
            found.hidden = hidden

    @rule(col=numbers, word=st.sampled_from(["Nodig", "Open", "Wim", "Gereed"]))
    def filter_rows(self, col: int, word: str) -> None:
        """Filter the list on a word."""
        cols = [c for c in self.people.cols if c.header]
        if self.people.list_rows():
            self.people.filter(cols[col % len(cols)], [word])

    @rule(text=st.sampled_from(["Overleg", "=nee", "_x0041_"]), far=st.booleans())
    def write_above(self, text: str, far: bool) -> None:  # noqa: FBT001
        """Write above the header, also right of the list."""
        people = self.people
        if sum(r.area == "above" for r in people.rows) > 8:
            return
        col = people.cols[1]
        if far:
            people.cols.append(col := Col(None, ""))
        head = next(n for n, r in enumerate(people.rows) if r.area == "head")
        people.insert(head, Row("above"), self.next(text), col)

    # Columns.

    @rule(at=numbers, row=numbers, header=st.sampled_from(["Kosten", "", "=1+1", "_x0041_"]))
    def insert_col(self, at: int, row: int, header: str) -> None:
        """Insert a column of their own, and write in it."""
        people = self.people
        found = self.row(row)
        if len(people.own_cols()) > 5 or (not header and not found):
            return
        col = Col(None, self.next(header) if header else "")
        people.cols.insert(at % (len(people.cols) + 1) if header else len(people.cols), col)
        head = next(r for r in people.rows if r.area == "head")
        if header:
            people.put(head, col, col.header)
        if found:
            people.write(found, col, self.next("kosten"))

    @rule(col=numbers, ours=st.booleans())
    def rename_col(self, col: int, ours: bool) -> None:  # noqa: FBT001
        """Rename a column, of their own or vinkje's."""
        people = self.people
        cols = [c for c in people.cols if c.header and (c.name is not None) == ours]
        if not cols or (ours and not people.has_names):
            return
        found = cols[col % len(cols)]
        if found.name not in ("id", "item"):
            found.header = self.next("Kop")
            head = next(r for r in people.rows if r.area == "head")
            people.put(head, found, found.header)

    @rule(col=numbers, to=numbers)
    def move_col(self, col: int, to: int) -> None:
        """Move a column, of their own or vinkje's."""
        cols = self.people.cols
        wide = max(n for n, c in enumerate(cols) if c.header) + 1
        cols.insert(to % wide, cols.pop(col % wide))

    @rule(col=numbers)
    def delete_col(self, col: int) -> None:
        """Delete a column of their own, with no row's only text in it."""
        people = self.people
        tokens = {r: r.token for r in people.rows if r.token}
        own = [c for c in people.own_cols() if all(r.wrote.get(c) != t for r, t in tokens.items())]
        if own:
            people.drop_col(own[col % len(own)])

    @rule(col=numbers, width=st.integers(3, 60), hidden=st.booleans())
    def size_col(self, col: int, width: int, hidden: bool) -> None:  # noqa: FBT001
        """Make a column wider or smaller, and hide or show it."""
        cols = self.people.cols
        found = cols[col % len(cols)]
        found.width, found.hidden = width + 0.71, hidden

    # Tabs, and other programs.

    @rule(tab=numbers, new=st.sampled_from(["Mijn", "Wim's", "a-b"]))
    def rename_tab(self, tab: int, new: str) -> None:
        """Rename a tab: the list's, vinkje's, their own."""
        people = self.people
        sheets = [s for s in people.book.worksheets if s.sheet_state == "visible"]
        sheet = sheets[tab % len(sheets)]
        if sheet.title not in people.tabs and sheet is not people.sheet and not people.has_names:
            return
        before, title = sheet.title, self.next(new).replace("<", "(").replace(">", ")")
        sheet.title = title
        if before in people.tabs:
            people.tabs[title] = people.tabs.pop(before)

    @rule(text=st.sampled_from(TYPED))
    def add_tab(self, text: Any) -> None:
        """Add a tab of their own."""
        people = self.people
        if len(people.tabs) < 3:
            title = self.next("Eigen").replace("<", "(").replace(">", ")")
            people.book.create_sheet(title)
            people.tabs[title] = {"A1": text if not isinstance(text, str) else f"x{text}"}

    @rule(tab=numbers)
    def delete_tab(self, tab: int) -> None:
        """Delete one of vinkje's tabs other than the list."""
        people = self.people
        found = [s for s in people.names.values() if s in people.book.worksheets]
        found = [s for s in found if s is not people.sheet]
        if found:
            people.book.remove(found[tab % len(found)])

    @precondition(lambda self: not self.cleared)
    @rule(names=st.booleans(), marks=st.booleans(), table=st.booleans(), luck=st.integers(0, 3))
    def lose(self, names: bool, marks: bool, table: bool, luck: int) -> None:  # noqa: FBT001
        """Save with a program that does not know all that Excel does."""
        known = sum(c.header in TITLES for c in self.people.cols)
        if luck == 0 and known > 7:
            self.people.lose(names=names, marks=marks, table=table)


def play(count: int, steps: int, convert: Convert | None = None) -> None:
    """Play a number of stories of at most so many steps."""
    steady = settings(
        max_examples=count,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        derandomize=not STEPS,
        # To shrink a long story takes minutes; it is told as it was played.
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    story: Any = lambda: Months(convert)  # noqa: E731
    run_state_machine_as_test(story, settings=steady)


def test_nothing_that_people_wrote_is_ever_lost() -> None:
    """In any order of what they and their checklist do."""
    play(max(1, STEPS // 40) if STEPS else 6, 40 if STEPS else 25)
    if STEPS:
        print(dict(COUNTED))  # noqa: T201 - asked for


def test_nothing_is_lost_when_libreoffice_saved_it(
    libreoffice: Convert,
) -> None:
    """As Excel people's colleagues do."""
    play(1, 12, libreoffice)
