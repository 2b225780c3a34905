"""Which texts are answers, and the codes by which cells are counted: a byte each."""

from collections.abc import Iterable

from forms.checklist.model import Checklist
from forms.responses.mojibake import mended
from forms.text import normalize, text_of
from forms.wording import LANGUAGES, Answer, wording

Cell = object
# A code a cell: empty, the answers in order, and last text that is none of them.
EMPTY = 0
CODES = {answer: code for code, answer in enumerate(Answer, EMPTY + 1)}
UNREAD = len(CODES) + 1
# The high bit of a code says that its text is not all ASCII, so that letters in it may be damaged:
# `bytes.isascii` then tells of a whole column at once that it has none.
_BEYOND_ASCII = 0x80
TO_CODE = bytes(code & ~_BEYOND_ASCII for code in range(256))
# Turns codes into 1 for an answer and 0 for all else.
TO_ANSWERED = bytes(1 if EMPTY < code < UNREAD else 0 for code in range(256))
# What is no answer counts as empty.
TO_COUNTED = bytes(code if EMPTY < code < UNREAD else EMPTY for code in range(256))
# Texts that are remembered with their code: every remark is another, and there may be millions.
_REMEMBERED = 10_000


def is_answer(code: int) -> bool:
    """Say whether a code is an answer's: neither empty nor a text that is none."""
    return EMPTY < code < UNREAD


def answer_codes(checklist: Checklist) -> dict[str, Answer]:
    """Return each folded text that is an answer: the checklist's wording goes before defaults.

    Both languages' defaults and the answers' names count in every checklist: an archive holds the
    former, our own form's database the latter.
    """
    codes: dict[str, Answer] = {}
    for answer, label in checklist.answer_labels().items():
        codes[normalize(label)] = answer
    for language in LANGUAGES:
        for answer in Answer:
            codes.setdefault(normalize(wording(language).answer(answer)), answer)
    for answer in Answer:
        codes.setdefault(normalize(answer), answer)
    return codes


def answered_rows(columns: Iterable[bytes], rows: int) -> bytes:
    """Return a byte a row: 1 where any column, a code a row, has an answer."""
    flags = 0
    for codes in columns:
        flags |= int.from_bytes(codes.translate(TO_ANSWERED))
    return flags.to_bytes(rows)


def lacking_rows(items: Iterable[Iterable[bytes]], rows: int) -> bytes:
    """Return a byte a row: 1 where an item, of which there are columns, has no answer in any."""
    flags = all_answered = int.from_bytes(b"\1" * rows)
    for columns in items:
        flags &= int.from_bytes(answered_rows(columns, rows))
    return (flags ^ all_answered).to_bytes(rows)


class CellCodes(dict[Cell, int]):
    """From a cell to its code, marked where a text is beyond ASCII; each is read once."""

    def __init__(self, checklist: Checklist) -> None:
        super().__init__({None: EMPTY, "": EMPTY})
        self.answers = answer_codes(checklist)
        # Longer texts, however much space or punctuation they hold, are remarks.
        self.longest = 3 * max(map(len, self.answers))

    def __missing__(self, cell: Cell) -> int:
        text = text_of(cell)
        answer = None
        if len(text) <= self.longest:
            # What is one of the answers once it is mended can be nothing else.
            answer = self.answers.get(normalize(text)) or self.answers.get(normalize(mended(text)))
        code = CODES[answer] if answer else UNREAD if text.strip() else EMPTY
        code |= 0 if text.isascii() else _BEYOND_ASCII
        if len(self) < _REMEMBERED:
            self[cell] = code
        return code

    def of(self, column: tuple[Cell, ...]) -> bytes:
        """Return the codes of a column's cells, a byte a cell in their order."""
        return self.marked(column).translate(TO_CODE)

    def marked(self, column: tuple[Cell, ...]) -> bytes:
        """Return the same, with the high bit set where a text is not all ASCII."""
        return bytes(map(self.__getitem__, column))

    def is_answer(self, cell: Cell) -> bool:
        """Say whether a cell holds an answer, in any wording that counts."""
        return is_answer(TO_CODE[self[cell]])
