"""What the rows under one header say, before anybody counts them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import compress

from forms.responses.answers import TO_ANSWERED
from forms.responses.columns import Columns
from forms.responses.model import Cell, Row, Table, UnreadCell
from forms.responses.persons import Times
from forms.responses.unread_columns import UnreadColumns


@dataclass
class Part:
    """What the rows under one header say: a code a row for every item, and all else they tell.

    `persons` has who each row is from, nothing where nobody knows; it is empty without such a
    column, and so are `times` and `groups`. `is_utc` says that times which name no zone are UTC.
    `unread` tells of the columns that are no question's; `beside` has how many rows were answered
    only in a column that is less sure. `unanswered` are the rows with text and no sure answer;
    `headers` the places of rows that repeat the header; `suspects` has the numbers of rows with
    an answer where none is asked and none where one is, and that answer. `rows` are kept when
    asked for.
    """

    table: Table
    columns: Columns
    unread: UnreadColumns
    read: int = 0
    blank: int = 0
    codes: dict[str, bytearray] = field(default_factory=dict)
    answered: bytearray = field(default_factory=bytearray)
    persons: list[str] = field(default_factory=list)
    times: list[Cell] = field(default_factory=list)
    is_utc: bool = False
    groups: list[Cell] = field(default_factory=list)
    remarks: list[tuple[int, str, str]] = field(default_factory=list)
    unanswered: list[int] = field(default_factory=list)
    unread_cells: list[UnreadCell] = field(default_factory=list)
    unread_total: int = 0
    unread_texts: dict[str, Counter[str]] = field(default_factory=dict)
    differing: Counter[str] = field(default_factory=Counter)
    beside: dict[int, int] = field(default_factory=dict)
    personal: dict[str, None] = field(default_factory=dict)
    headers: list[int] = field(default_factory=list)
    suspects: dict[int, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    @property
    def answers(self) -> int:
        """Return how many answers the rows hold, of all items together."""
        return sum(codes.translate(TO_ANSWERED).count(1) for codes in self.codes.values())

    @property
    def all_unread(self) -> Counter[str]:
        """Return the texts that are no answer, of all items together, by how often they stand."""
        return sum(self.unread_texts.values(), Counter())

    def number(self, row: int) -> int:
        """Return the number that a row, counted from 0, has in its source."""
        return self.table.first_row + row + sum(at <= row for at in self.headers)


@dataclass(frozen=True)
class TimedPart:
    """A part, when its rows came in, where it begins among all rows, and which of them count.

    `clock` is the header of the column without a known header that its times were taken from;
    `by_order` says for how many people nothing but the order of rows told which is the latest.
    """

    part: Part
    times: Times
    start: int
    used: bytes
    replaced: int
    by_order: int
    clock: str = ""

    @cached_property
    def days(self) -> list[date]:
        """Return the day of every row that counts, where a known column says when."""
        return [t.date() for t in compress(self.times, self.used) if t] if not self.clock else []

    def groups(self) -> Sequence[Cell]:
        """Return the answer of every row to the question that splits; "" where it was not asked."""
        return self.part.groups or [""] * self.part.read
