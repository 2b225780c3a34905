"""Shares as people read them: whole percents, the same in every mail, cell and message."""

from decimal import Decimal
from fractions import Fraction
from math import ulp

from babel.numbers import format_percent

_HALF = Fraction(1, 2)


def percent(share: Fraction, language: str) -> str:
    """Return a share of 0 to 1 in whole percents, such as `53%`, as a workbook's cell shows it."""
    return format_percent(Decimal(whole_points(share)) / 100, locale=language)


def cell_value(share: Fraction) -> float:
    """Return the number of a cell that shows a share in whole percents.

    LibreOffice shows 0.575 as 57%, and 0.145 as 14%: in a float they are a hair less than a half.
    A few of the smallest steps more has it round every n/200 as people and Excel do; a 15th digit
    does not change.
    """
    value = float(share)
    is_half = (share * 100 + _HALF).denominator == 1
    return value + 3 * ulp(value) if is_half else value


def whole_points(share: Fraction) -> int:
    """Return a share, or a difference of shares, in whole percents: a half goes away from zero.

    So do Excel and LibreOffice. Python's own `round` and Babel take a half to the even number, and
    a float that should be a half is often a little less: 21 of 40 would be 52%.
    """
    whole = int(abs(share) * 100 + _HALF)
    return whole if share > 0 else -whole
