"""What is stored in a cell, as the value that Excel shows a person."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from gettext import gettext

from forms.excel.markup import Element, ExcelError

# From what a cell holds, never nothing, and the number of its style, to its value.
Convert = Callable[[str, str], object]

_TRUTH = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
# Most answers are choices, which come back row after row; texts that people typed do not.
_REMEMBERED = 10_000
# How a file writes what XML cannot hold: ST_Xstring, ECMA-376 Part 1.
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Values:
    """How cells of a workbook are read: by the number of a shared string, else by their type.

    Each raises ExcelError, ValueError or LookupError for content that cannot be.
    """

    shared: Mapping[str, str]
    convert: Mapping[str, Convert]


def values_of(strings: Sequence[str], styles: Iterable[Element], *, is_1904: bool) -> Values:
    """Return how cells are read; those of an unknown type hold text."""
    convert = _Conversions(
        n=_numbers(date_styles(styles), is_1904=is_1904),
        b=lambda text, _style: _TRUTH[text],
        d=lambda text, _style: _iso_date(text),
    )
    return Values(_Shared(strings), convert)


class _Shared(dict[str, str]):
    """The shared strings by their number as cells write it; as many as answers have."""

    def __init__(self, strings: Sequence[str]) -> None:
        self.strings = strings

    def __missing__(self, number: str) -> str:
        at = int(number)
        if not 0 <= at < len(self.strings):
            problem = gettext("a cell refers to text {number}, which is not there")
            raise ExcelError("", problem.format(number=at))
        text = self.strings[at]
        if len(self) < _REMEMBERED:
            self[number] = text
        return text


class _Conversions(dict[str, Convert]):
    def __missing__(self, _kind: str) -> Convert:
        return _text


def _text(text: str, _style: str) -> str:
    return unescaped(text)


def unescaped(text: str) -> str:
    """Undo `_x000D_`, which stands for a character that XML cannot hold."""
    if "_x" not in text:
        return text
    from openpyxl.utils.escape import unescape

    return str(unescape(text))


def escaped(text: str) -> str:
    """Return text whose `_x0041_` stays what was typed, instead of becoming an A."""
    return _ESCAPE.sub("_x005F_", text)


def _numbers(dates: Mapping[str, bool], *, is_1904: bool) -> Convert:
    from_excel = _from_excel(is_1904=is_1904) if dates else None

    def number(text: str, style: str) -> object:
        value = float(text) if "." in text or "E" in text or "e" in text else int(text)
        if from_excel and style in dates:
            try:
                return from_excel(value, dates[style])
            except (OverflowError, ValueError):
                pass  # A number such as 20261201 in a cell for days.
        return value

    return number


def _from_excel(*, is_1904: bool) -> Callable[[float, bool], object]:
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

    epoch = MAC_EPOCH if is_1904 else WINDOWS_EPOCH
    return lambda value, is_duration: from_excel(value, epoch, timedelta=is_duration)


def _iso_date(text: str) -> date | datetime | time | timedelta | str:
    from openpyxl.utils.datetime import from_ISO8601

    try:
        moment: date | datetime | time | timedelta = from_ISO8601(text)  # type: ignore[no-untyped-call, unused-ignore]
    except ValueError:
        return text
    return moment


def date_styles(styles: Iterable[Element]) -> dict[str, bool]:
    """Return the styles, by their number in cells, that show a date, and whether a duration."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

    codes = {str(number): code for number, code in BUILTIN_FORMATS.items()}
    used: list[str] = []
    for element in styles:
        number = element.attributes.get("numFmtId", "0")
        if (element.parent, element.name) == ("numFmts", "numFmt"):
            codes[number] = element.attributes.get("formatCode", "")
        elif (element.parent, element.name) == ("cellXfs", "xf"):
            used.append(number)
    kinds = {
        number: is_timedelta_format(code) for number, code in codes.items() if is_date_format(code)
    }
    return {str(at): kinds[number] for at, number in enumerate(used) if number in kinds}
