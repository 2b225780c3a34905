"""Dates as Google, Microsoft, Excel and people write them."""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache, partial

# Sheets counts days from here, and so does Excel from March 1900 on, which for it was a leap year.
# 1 January 2000 to 2100 is what an answer can be from.
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - the spreadsheet's own, unnamed zone
# Distinct texts whose reading is kept: a round has few days, and a day 86,400 seconds.
_REMEMBERED = 100_000
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73051
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")

_DAY = re.compile(r"(\d{1,4})([-/.])(\d{1,2})\2(\d{1,2}|\d{4})")
# Such as 16:00:00, 4:00:00 PM GMT+1 or 4:00 p.m. CET: the latter two are Google's own.
_CLOCK = re.compile(
    r"""(\d{1,2}) : (\d{2}) (?: : (\d{2}) (?:[.,]\d+)? )?
        (?: \s* ([ap]) \.? m \.? )? (?: \s* ([A-Z]{1,5} (?:[+-]\d{1,2} (?::?\d{2})?)?) )?""",
    re.VERBOSE | re.IGNORECASE,
)
_NAMED_DAY = re.compile(
    r"(\d{1,2})(?:e|ste|de|st|nd|rd|th)?[ -]([^\W\d_]{3,})\.?(?:[ -]'?(\d{4}|\d{2}))?"
)
# Such as 20261201, which Excel keeps as a number.
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})")
_WEEKDAY = re.compile(r"([^\W\d_]{2,})\.?,? (?=\d)")
_TRAILING_CLOCK = re.compile(r" \d{1,2}:\d{2}$")
_SHORT_DAY = re.compile(r"(\d{1,2})[-/](\d{1,2})")
_WEEKDAY_BEFORE = re.compile(r"[^\W\d_]{2,}\.?,? ")
_WRITTEN_OUT = re.compile(
    r"""(?: (?P<day>\d{1,2}) [.]? [ ] (?P<month>[^\W\d_]{3,}) [.]?
          | (?P<month_first>[^\W\d_]{3,}) [.]? [ ] (?P<day_second>\d{1,2}) (?:st|nd|rd|th)? )
        ,? [ ] (?P<year>\d{4}) ,? (?: [ ] (?:om|at|um) )?
        (?: [ ] (?P<clock> \d{1,2}:\d{2} (?: :\d{2} )? (?: [ ]? [ap][.]? m[.]? )?
                           (?: [ ] [A-Z]{2,5} (?:[+-]\d{1,2})? )? )
            (?: [ ] (?: midden-europese | central[ ]european | mitteleurop\w+ ) [ ] [\w ]+ )? )?""",
    re.VERBOSE | re.IGNORECASE,
)
_WRITTEN_IN = ("nl", "en", "de")
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
_OFFSET = re.compile(r"(?:GMT|UTC)([+-])(\d{1,2}):?(\d{2})?$", re.IGNORECASE)
# Hours from UTC of the names that Google and browsers write; summer has names of its own.
_ZONES = {"GMT": 0, "UTC": 0, "Z": 0, "WET": 0, "CET": 1, "MET": 1, "CEST": 2, "MEST": 2}


def read_dates(
    cells: Iterable[object],
    zone: tzinfo | None = None,
    today: date | None = None,
    *,
    is_utc: bool = False,
) -> list[datetime | None]:
    """Read a column of times; None where a cell holds none that can be read.

    Times that name a zone are brought to `zone`, so that a day is a day there; others are that
    zone's own clock, or UTC with `is_utc`. `3/4/2026` is 4 March, as Google and Microsoft write
    it, unless that cannot be for a cell of this column, or would lie after `today`, while 3 April
    fits all.
    """
    column = list(cells)
    times = _times(column, day_first=False)
    if misfits := _misfits(column, times, today):
        day_first = _times(column, day_first=True)
        if _misfits(column, day_first, today) < misfits:
            times = day_first
    if zone is None:
        return times
    return [_on_clock(t, zone) if t and (t.tzinfo or is_utc) else t for t in times]


def are_ambiguous(cells: Iterable[object], today: date | None = None) -> bool:
    """Say whether the days of a column can be read in two ways, such as `3/4/2026`."""
    column = list(cells)
    slashed = [cell for cell in column if _is_slashed(cell)]
    both = [_times(slashed, day_first=day_first) for day_first in (False, True)]
    return both[0] != both[1] and not any(_misfits(slashed, times, today) for times in both)


def _times(column: list[object], *, day_first: bool) -> list[datetime | None]:
    return [read_date(cell, day_first=day_first) for cell in column]


def _on_clock(time: datetime, zone: tzinfo) -> datetime:
    try:
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(zone)
    except OverflowError:
        return time.replace(tzinfo=None)


def in_utc(time: datetime, zone: tzinfo = UTC) -> datetime:
    """Return a time in UTC, without a zone, so that it compares with all others.

    A bare clock is `zone`'s. A time at the end of what a calendar can hold stays as it is.
    """
    try:
        in_zone = time if time.tzinfo else time.replace(tzinfo=zone)
        return in_zone.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        return time.replace(tzinfo=None)


def _misfits(column: list[object], times: list[datetime | None], today: date | None) -> int:
    """Return 2 where a day cannot be read, 1 where one lies ahead, 0 where all fit."""
    if not any("/" in cell for cell in column if isinstance(cell, str)):
        return 0
    slashed = [time for cell, time in zip(column, times, strict=True) if _is_slashed(cell)]
    if None in slashed:
        return 2
    return int(any(time and today and time.date() > today for time in slashed))


def is_time(cell: object) -> bool:
    """Say whether a cell is a time by itself: a number alone is none, as it may count anything."""
    return isinstance(cell, date) or (
        isinstance(cell, str) and not _SERIAL.fullmatch(cell.strip()) and bool(read_date(cell))
    )


def read_date(cell: object, *, day_first: bool = False) -> datetime | None:
    """Read one date: with a zone where the cell names one, else as the source's own clock.

    None for what is no date, and for a number that lies before 2000 or after 2099 as days since
    30 December 1899. `day_first` says how `3/4/2026` is read.
    """
    if isinstance(cell, str):
        return _from_text(" ".join(cell.split()), day_first=day_first)
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    return _from_serial(float(cell)) if isinstance(cell, int | float) else None


def typed_day(
    cell: object, near: date, languages: Iterable[str], *, is_past: bool = False
) -> date | None:
    """Read a day as people type one: `1-12-2026`, `1/12/26`, `1e dec`, `di 1 december 2026`.

    Day before month, always. Without a year it is the one nearest to `near`, or, where `is_past`,
    the last that is not after it. None for anything else, and for a day before 2000 or after 2099:
    a 45 in a cell for days is one in 1900.
    """
    day = _typed(cell, partial(_dated, near=near, is_past=is_past), tuple(languages))
    return day if day and _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _typed(
    cell: object, dated: Callable[[int, int, str | None], date | None], languages: tuple[str, ...]
) -> date | None:
    if isinstance(cell, int | float) and _COMPACT.fullmatch(str(cell)):
        cell = str(cell)
    if not isinstance(cell, str):
        at = None if isinstance(cell, bool) else read_date(cell)
        return at.date() if at else None
    text = " ".join(cell.split())
    if match := _COMPACT.fullmatch(text):
        return dated(int(match[3]), int(match[2]), match[1])
    if (match := _WEEKDAY.match(text)) and match[1].casefold() in _weekdays(languages):
        text = text[match.end() :]
    if match := _NAMED_DAY.fullmatch(_TRAILING_CLOCK.sub("", text)):
        month = _months(languages).get(match[2].casefold())
        return dated(int(match[1]), month, match[3]) if month else None
    if match := _SHORT_DAY.fullmatch(text):
        return dated(int(match[1]), int(match[2]), None)
    at = None if _SERIAL.fullmatch(text) else read_date(text, day_first=True)
    return at.date() if at else None


def _dated(day: int, month: int, year: str | None, near: date, *, is_past: bool) -> date | None:
    if year:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day)  # noqa: PLR2004
    # From one 29 February to the next can be eight years.
    years = range(near.year - 8, near.year + 1) if is_past else range(near.year - 1, near.year + 2)
    days = [when for own_year in years if (when := _date(own_year, month, day))]
    if is_past:
        days = [when for when in days if when <= near]
    return min(days, key=lambda when: abs(when - near), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    with suppress(ValueError):
        return date(year, month, day)
    return None


@lru_cache
def _weekdays(languages: tuple[str, ...]) -> frozenset[str]:
    """Return the names of the days of the week, whole and short."""
    from babel.dates import get_day_names

    return frozenset(
        name.strip(".").casefold()
        for language in languages
        for width in ("wide", "abbreviated")
        for name in get_day_names(width, "format", language).values()
    )


@lru_cache
def _months(languages: tuple[str, ...]) -> dict[str, int]:
    """Return the number of each month by its name, whole and short."""
    from babel.dates import get_month_names

    # What people write beside what Babel's CLDR has for a month.
    names = {"mar": 3, "maa": 3, "sept": 9, "okt": 10, "oct": 10}
    for language in languages:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, "format", language).items():
                names[name.strip(".").casefold()] = int(number)
    return names


def _is_slashed(cell: object) -> bool:
    return isinstance(cell, str) and "/" in cell.lstrip()[:3]


def _from_text(text: str, *, day_first: bool) -> datetime | None:
    before, _, after = text.partition(" ")
    try:
        day = _day(before.rstrip(","), day_first=day_first)
        at = _clock(after) if day else None
        if day and at is not None:
            return datetime.combine(day, at)
        if _SERIAL.fullmatch(text):
            return _from_serial(float(text.replace(",", ".")))
        return datetime.fromisoformat(text) if text[:1].isdigit() else _in_words(text)
    except (ValueError, OverflowError):
        with suppress(ValueError):
            return _in_words(text)
        return None


def _in_words(text: str) -> datetime | None:
    """Read a time as browsers write it out: `dinsdag 3 november 2026 om 16:00:00`."""
    if match := _WEEKDAY_BEFORE.match(text):
        text = text[match.end() :]
    match = _WRITTEN_OUT.fullmatch(text)
    if not match:
        return None
    month = _months(_WRITTEN_IN).get((match["month"] or match["month_first"]).casefold())
    at = _clock(match["clock"] or "")
    if month is None or at is None:
        return None
    day = int(match["day"] or match["day_second"])
    return datetime.combine(date(int(match["year"]), month, day), at)


@lru_cache(maxsize=_REMEMBERED)
def _day(text: str, *, day_first: bool) -> date | None:
    """Read a day; None for text of another shape, ValueError for a day that cannot be."""
    match = _DAY.fullmatch(text)
    if not match:
        return None
    a, b, c = int(match[1]), int(match[3]), int(match[4])
    if len(match[1]) == 4:  # noqa: PLR2004 - yyyy/MM/dd
        return date(a, b, c)
    if len(match[4]) == 1:
        return None
    year = c if len(match[4]) == 4 else 2000 + c  # noqa: PLR2004
    is_month_first = match[2] == "/" and not day_first
    return date(year, a, b) if is_month_first else date(year, b, a)


@lru_cache(maxsize=_REMEMBERED)
def _clock(text: str) -> time | None:
    """Read a time of day, with its zone where it has one; None and ValueError as for a day."""
    if not text:
        return time()
    match = _CLOCK.fullmatch(text)
    if not match:
        return None
    hour = int(match[1])
    if match[4]:
        if not 1 <= hour <= 12:  # noqa: PLR2004
            raise ValueError(text)
        hour = hour % 12 + (12 if match[4] in "pP" else 0)
    return time(hour, int(match[2]), int(match[3] or 0), tzinfo=_zone(match[5]))


def _from_serial(days: float) -> datetime | None:
    if not _FIRST_SERIAL <= days < _LAST_SERIAL:
        return None
    return _EPOCH + timedelta(seconds=round(days * 86400))


def _zone(name: str | None) -> timezone | None:
    if not name:
        return None
    if match := _OFFSET.match(name):
        sign = -1 if match[1] == "-" else 1
        return timezone(sign * timedelta(hours=int(match[2]), minutes=int(match[3] or 0)))
    hours = _ZONES.get(name.upper())
    return None if hours is None else timezone(timedelta(hours=hours))
