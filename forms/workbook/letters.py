"""How wide text is in the workbook's font, so that a row is as high as its text and no higher."""

from functools import lru_cache

from forms.text import one_line, shortened

# Of Arial, in thousandths of its size, as the metrics of Helvetica give them (Adobe's Core 14 AFM),
# which it was made to fit; of what is not here, that of a digit and of most small letters.
_WIDTHS = {
    **dict.fromkeys("ijl'|", 222),
    **dict.fromkeys(" !,./:;I[]tf\\", 278),
    **dict.fromkeys("-()r`‘’•", 333),  # noqa: RUF001 - quotes as people write them
    **dict.fromkeys("ckszvxyJ", 500),
    **dict.fromkeys("FTZ", 611),
    **dict.fromkeys("ABEKPSVXY&", 667),
    **dict.fromkeys("CDHNRUw", 722),
    **dict.fromkeys("GOQ", 778),
    **dict.fromkeys("mM", 833),
    **dict.fromkeys("%W…—@", 1000),
}
_OTHER, _WIDE, _FIRST_WIDE = 556, 1000, 0x2E80
# A column's width counts digits of seven pixels each (ECMA-376 Part 1, col); letters of ten points
# are as high as 13 1/3 of those pixels.
_PER_CHARACTER = 7 / (10 * 96 / 72) * 1000


@lru_cache(maxsize=8192)
def width_of(word: str) -> float:
    """Return how wide text on one line is, as the width of a column is counted."""
    return sum(map(_width, word)) / _PER_CHARACTER


def fitting(text: str, width: float) -> str:
    """Return text on one line, cut with an ellipsis where a column so wide has no room for it."""
    line, length = one_line(text), len(text)
    while width_of(line) > width and length > 1:
        length -= 1
        line = shortened(text, length)
    return line


def _width(letter: str) -> int:
    # Chinese, Japanese, Korean and emoji are as wide as they are high.
    return _WIDTHS.get(letter, _WIDE if ord(letter) >= _FIRST_WIDE else _OTHER)
