"""What the rows under one header say, before anybody counts them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import compress

from forms.responses.answers import TO_ANSWERED
from forms.responses.columns import Columns
from forms.responses.model import Cell, Row, Table, UnreadCell
from forms.responses.persons import Times
from forms.responses.tally import Tally
from forms.responses.unread_columns import UnreadColumns

# Places that are kept: enough to see what happened.
_MAX_PLACES = 5


@dataclass(frozen=True)
class Counted:
    """What was counted of rows that came as codes; `remarks` has a subject and a text each."""

    tally: Tally
    days: Counter[date]
    remarks: list[tuple[str, str]]


@dataclass
class Damaged:
    """Texts with damaged letters, in columns that are read: how many, and where the first stand.

    A place is a cell, such as `C4`; what stands there may be a remark that is not to be shown yet.
    """

    count: int = 0
    places: list[str] = field(default_factory=list)

    def add(self, place: str) -> None:
        """Take in one more."""
        self.count += 1
        if len(self.places) < _MAX_PLACES:
            self.places.append(place)


@dataclass
class Part:
    """What the rows under one header say: a code a row for every item, and all else they tell.

    `persons` has who each row is from, nothing where nobody knows; it is empty without such a
    column, and so are `times` and `groups`. `is_utc` says that times which name no zone are UTC.
    `unread` tells of the columns that are no question's; `beside` has how many rows were answered
    only in a column that is less sure. `unanswered` are the rows with text and no sure answer;
    `headers` the places of rows that repeat the header; `suspects` has the numbers of rows with
    an answer where none is asked and none where one is, and that answer. `rows` are kept when
    asked for; `damaged` are the texts with damaged letters. Of rows that came as codes there is
    nothing for each row, but what was `counted`; then all of `read` count.
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
    personal: tuple[str, ...] = ()
    headers: list[int] = field(default_factory=list)
    suspects: dict[int, str] = field(default_factory=dict)
    damaged: Damaged = field(default_factory=Damaged)
    rows: list[Row] = field(default_factory=list)
    counted: Counted | None = None

    @property
    def answers(self) -> int:
        """Return how many answers the rows hold, of all items together."""
        return sum(codes.translate(TO_ANSWERED).count(1) for codes in self.codes.values())

    @property
    def usable(self) -> int:
        """Return how many rows hold an answer."""
        return self.read if self.counted else self.answered.count(1)

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
    def days(self) -> Counter[date]:
        """Return how many of the rows that count came on each day, where a known column says so."""
        if self.part.counted:
            return self.part.counted.days
        known = () if self.clock else compress(self.times, self.used)
        return Counter(map(datetime.date, filter(None, known)))

    def groups(self) -> Sequence[Cell]:
        """Return the answer of every row to the question that splits; "" where it was not asked."""
        return self.part.groups or [""] * len(self.used)

    def remarks(self, replaced: AbstractSet[int]) -> Iterator[tuple[str, str]]:
        """Yield the subject and text of each remark, but for those in rows that were replaced."""
        if self.part.counted:
            yield from self.part.counted.remarks
        for row, subject, text in self.part.remarks:
            if self.start + row not in replaced:
                yield subject, text
