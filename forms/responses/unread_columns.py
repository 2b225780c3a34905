"""What stands in the columns that are no question's: perhaps a header was lost there."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import compress

from forms.dates import is_time
from forms.responses.answers import EMPTY, TO_ANSWERED, CellCodes
from forms.responses.columns import ColumnReader, Columns
from forms.responses.model import Cell, is_filled
from forms.responses.samples import Samples
from forms.text import normalize, text_of

# Fewer answers among a column's texts are remarks that happen to read like one.
_ONE_IN = 4


class UnreadColumns:
    """Counts, by a column's index, what its cells are; also of columns beyond the header."""

    def __init__(
        self, columns: Columns, reader: ColumnReader, codes: CellCodes, *, wants_times: bool
    ) -> None:
        self.codes = codes
        self.width = len(columns.all)
        self.indexes = [column.index for column in columns.all if column.kind == "unread"]
        self.headers = {column.index: column.header for column in columns.all}
        has_split = bool(columns.of("respondent", reader.split))
        # Where the question that splits has its column, no other can be it.
        self.choices: frozenset[str] = frozenset() if has_split else reader.choices
        self.answers: Counter[int] = Counter()
        self.filled: Counter[int] = Counter()
        self.chosen: Counter[int] = Counter()
        self.prose = Samples(_is_prose)
        self.prose_texts: Counter[int] = Counter()
        # Which may tell whose row is the latest, where no known column says when.
        self.times: dict[int, list[Cell]] = {i: [] for i in self.indexes} if wants_times else {}

    def add(self, cells: Sequence[tuple[Cell, ...]], rows: int) -> list[tuple[int, int]]:
        """Take in some rows, column by column; return the place and column of every answer."""
        places: list[tuple[int, int]] = []
        filled: list[tuple[int, tuple[Cell, ...]]] = []
        for index in [*self.indexes, *range(self.width, len(cells))]:
            column = cells[index]
            # Most of thousands of columns hold nothing, where one cell stands far to the right.
            if not any(column) and 0 not in column:
                continue
            codes = self.codes.of(column)
            answered = codes.translate(TO_ANSWERED)
            self.answers[index] += answered.count(1)
            self.filled[index] += len(codes) - codes.count(EMPTY)
            filled.append((index, column))
            for cell, count in Counter(column).items() if self.choices else ():
                self.chosen[index] += count if normalize(text_of(cell)) in self.choices else 0
            places += ((place, index) for place in compress(range(len(column)), answered))
        self.prose.add(filled, rows)
        self._add_times(cells)
        return places

    def add_texts(self, index: int, counts: Mapping[str, int]) -> None:
        """Take in texts of a column, of which nobody says in which rows they stand."""
        for text, count in counts.items():
            self.filled[index] += count
            self.answers[index] += count if self.codes.is_answer(text) else 0
            self.chosen[index] += count if normalize(text) in self.choices else 0
            self.prose_texts[index] += count if _is_prose([text]) else 0

    @property
    def mixed(self) -> list[int]:
        """Return the columns of which the order of their texts would say whether they are prose."""
        return [i for i, prose in self.prose_texts.items() if 0 < prose < self.filled[i]]

    def add_column(self, index: int, *, answers: int, filled: int) -> None:
        """Take in a whole column that turned out to be no question's, by what its cells are."""
        self.answers[index], self.filled[index] = answers, filled

    def _add_times(self, cells: Sequence[tuple[Cell, ...]]) -> None:
        for index in list(self.times):
            if all(map(is_time, filter(is_filled, cells[index]))):
                self.times[index] += cells[index]
            else:
                del self.times[index]

    def of_answers(self, one_in: int = _ONE_IN) -> list[int]:
        """Return the columns in which one of so many filled cells, or more, is an answer."""
        return sorted(
            index
            for index, answers in self.answers.items()
            if answers and one_in * answers >= self.filled[index]
        )

    def of_choices(self, rows: int) -> list[int]:
        """Return the columns in which most of so many rows hold a choice of the split question."""
        return sorted(index for index, chosen in self.chosen.items() if 2 * chosen > rows)

    def of_remarks(self) -> list[int]:
        """Return the columns that hold texts of several words, and neither answers nor choices."""
        others = {*self.of_answers(), *(i for i, chosen in self.chosen.items() if chosen)}
        of_texts = {i for i, prose in self.prose_texts.items() if prose == self.filled[i]}
        return sorted((self.prose.found | of_texts) - others)

    def is_nameless(self, index: int) -> bool:
        """Say whether a column, by its index, has no header, or lies beyond the last one."""
        return not self.headers.get(index)


def _is_prose(filled: Sequence[Cell]) -> bool:
    prose = [c for c in filled if isinstance(c, str) and " " in c.strip() and not is_time(c)]
    return 3 * len(prose) > len(filled)
