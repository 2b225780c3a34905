"""Where organisations stand together: the quartiles of their shares, in steps of five percents."""

from collections.abc import Iterable
from fractions import Fraction
from math import ceil
from typing import NamedTuple

# In percents.
_STEP = 5
STEPS = range(10, 95, _STEP)
# Those at either end are wide, and say no more than "few" and "nearly all".
FIRST, LAST = STEPS[0], STEPS[-1]


# The fields of `Quartiles`, as texts are called after them.
NAMES = ("lower", "median", "upper")


class Quartiles(NamedTuple):
    """The steps, in percents, of those at a quarter, half and three quarters of a row."""

    lower: int
    median: int
    upper: int


def step_of(share: Fraction) -> int:
    """Return the step of a share of 0 to 1, in percents; a half goes up."""
    nearest = int(share * 100 / _STEP + Fraction(1, 2)) * _STEP
    return min(LAST, max(FIRST, nearest))


def quartiles(steps: Iterable[int]) -> Quartiles:
    """Return the quartiles of one step or more: each is the step of one in the row.

    Of two in the middle that is the lower one; the others lie as far from either end.
    """
    row = sorted(steps)
    quarter, half = ceil(len(row) / 4), ceil(len(row) / 2)
    return Quartiles(row[quarter - 1], row[half - 1], row[-quarter])
