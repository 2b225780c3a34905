"""Dates as Google, Microsoft, Excel and people write them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.dates import in_utc, read_date, read_dates

CET = timezone(timedelta(hours=1))
CEST = timezone(timedelta(hours=2))
MORNING = datetime(2026, 1, 2, 9, 5, 7)  # noqa: DTZ001 - as a source without a zone has it
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)).map(  # noqa: DTZ001
    lambda time: time.replace(microsecond=0)
)


@pytest.mark.parametrize(
    "text",
    [
        "2-1-2026 9:05:07",
        "02-01-2026 09:05:07",
        "1/2/2026 9:05:07",
        "01/02/2026 09:05:07",
        "2026/01/02 9:05:07 AM",
        "2026/01/02 9:05:07 am",
        "2026/01/02 9:05:07 a.m.",
        "2026-01-02T09:05:07",
        "2026-01-02 09:05:07",
        "2-1-2026, 9:05:07",
        "\u00a02-1-2026\u00a09:05:07 ",
        "2026/01/02 9:05:07\u202fAM",
        "46024.37855324",
        "46024,37855324",
    ],
)
def test_every_written_form_is_the_same_morning(text: str) -> None:
    """Each form that the design names, and how white space stands in it."""
    assert read_date(text) == MORNING


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022/11/30 10:39:41 PM GMT+1", datetime(2022, 11, 30, 22, 39, 41, tzinfo=CET)),
        ("2024/12/03 8:48:17 p.m. CET", datetime(2024, 12, 3, 20, 48, 17, tzinfo=CET)),
        ("2024/06/03 8:48:17 a.m. CEST", datetime(2024, 6, 3, 8, 48, 17, tzinfo=CEST)),
        ("2024/06/03 8:48:17 AM GMT", datetime(2024, 6, 3, 8, 48, 17, tzinfo=UTC)),
        ("2024/06/03 8:48:17 AM GMT-2:30", datetime(2024, 6, 3, 11, 18, 17, tzinfo=UTC)),
        ("2026-01-02T09:05:07Z", datetime(2026, 1, 2, 9, 5, 7, tzinfo=UTC)),
        ("2026-01-02T09:05:07+01:00", datetime(2026, 1, 2, 9, 5, 7, tzinfo=CET)),
        ("2026-01-02 09:05:07+01:00", datetime(2026, 1, 2, 9, 5, 7, tzinfo=CET)),
        ("2026-01-02 09:05:07-02:30", datetime(2026, 1, 2, 11, 35, 7, tzinfo=UTC)),
    ],
)
def test_a_zone_that_is_named_is_kept(text: str, expected: datetime) -> None:
    """Google's two ways and ISO 8601's."""
    found = read_date(text)
    assert found == expected
    assert found.tzinfo is not None


@pytest.mark.parametrize(
    ("clock", "hour"),
    [
        ("12:30:00 AM", 0),
        ("1:30:00 AM", 1),
        ("11:30:00 a.m.", 11),
        ("12:30:00 PM", 12),
        ("1:30:00 pm", 13),
        ("11:30:00 p.m.", 23),
    ],
)
def test_noon_and_midnight(clock: str, hour: int) -> None:
    """12 AM begins the day, 12 PM its afternoon."""
    found = read_date(f"2026/01/02 {clock}")
    assert found == MORNING.replace(hour=hour, minute=30, second=0)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (MORNING, MORNING),
        (date(2026, 1, 2), MORNING.replace(hour=0, minute=0, second=0)),
        (46024, MORNING.replace(hour=0, minute=0, second=0)),
        (46024.37855324, MORNING),
        (46024.5, MORNING.replace(hour=12, minute=0, second=0)),
        ("2026-01-02", MORNING.replace(hour=0, minute=0, second=0)),
        ("2-1-2026 9:05", MORNING.replace(second=0)),
        ("2-1-26 9:05", MORNING.replace(second=0)),
    ],
)
def test_cells_that_are_no_text_and_shorter_forms(cell: object, expected: datetime) -> None:
    """Dates and serial numbers as workbooks have them; what stands without seconds or time."""
    assert read_date(cell) == expected


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        "  ",
        "gisteren",
        "31-2-2026 9:00:00",
        "0-1-2026 9:00:00",
        "13/13/2026 9:00:00",
        "2-1-2026 25:00:00",
        "2-1-2026 9:60:00",
        "2026/01/02 13:00:00 PM",
        "2026/01/02 0:00:00 AM",
        "2022/11/30 10:39:41 PM GMT+99",
        "2-1/2026",
        "9:05:07",
        "1234",
        "99999999999999999999",
        7,
        2026,
        -1.5,
        1e300,
        float("nan"),
        float("inf"),
        True,
        [],
        "\ud800",
    ],
)
def test_what_is_no_date_is_never_guessed(cell: object) -> None:
    """Days and hours that cannot be, numbers far from our years, other things."""
    assert read_date(cell) is None
    assert read_dates([cell, MORNING]) == [None, MORNING]


def test_the_hour_that_comes_twice_keeps_its_order() -> None:
    """At the end of summer time the zone says which of two clocks came first."""
    texts = ["2026/10/25 2:50:00 AM GMT+2", "2026/10/25 2:10:00 AM GMT+1"]
    first, second = (found for found in read_dates(texts) if found)
    assert in_utc(first) < in_utc(second)
    assert in_utc(second) == datetime(2026, 10, 25, 1, 10)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["3/4/2026 9:00:00", "12/1/2026 9:00:00"], [(3, 4), (12, 1)]),
        (["3/4/2026 9:00:00", "4/13/2026 9:00:00"], [(3, 4), (4, 13)]),
        (["3/4/2026 9:00:00", "13/4/2026 9:00:00"], [(4, 3), (4, 13)]),
        (["3/4/2026 9:00:00", "", None, "31/12/2026"], [(4, 3), None, None, (12, 31)]),
        (["3/4/2026", " 13/4/2026 "], [(4, 3), (4, 13)]),
        (["3/4/2026", "13/4/2026", "4/13/2026"], [(3, 4), None, (4, 13)]),
        (["3/4/2026", "13/4/2026", 46024], [(4, 3), (4, 13), (1, 2)]),
        (["3-4-2026 9:00:00", "4-3-2026 9:00:00"], [(4, 3), (3, 4)]),
    ],
)
def test_slashes_are_month_first_unless_a_column_cannot_be(
    column: list[object], expected: list[tuple[int, int] | None]
) -> None:
    """`3/4` is 4 March, unless `13/4` says that days come first."""
    found = [(time.month, time.day) if time else None for time in read_dates(column)]
    assert found == expected


@given(time=TIMES)
def test_every_moment_reads_back_in_every_form(time: datetime) -> None:
    """Whatever the second, all forms agree."""
    half = "AM" if time.hour < 12 else "PM"
    day_first = f"{time.day}-{time.month}-{time.year} {time:%H:%M:%S}"
    month_first = f"{time.month}/{time.day}/{time.year} {time.hour}:{time:%M:%S}"
    google = f"{time:%Y/%m/%d} {time.hour % 12 or 12}:{time:%M:%S} {half}"
    found = [read_date(text) for text in (day_first, month_first, google, time.isoformat(sep=" "))]
    assert found == [time] * 4


@given(time=TIMES)
def test_serial_numbers_read_back_to_the_second(time: datetime) -> None:
    """Days since 1899-12-30, as Sheets and Excel count."""
    serial = (time - datetime(1899, 12, 30)) / timedelta(days=1)  # noqa: DTZ001
    assert read_date(serial) == time


@given(text=st.text() | st.from_regex(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}( .*)?", fullmatch=True))
def test_no_text_whatever_raises(text: str) -> None:
    """A cell may hold anything; what can be read can be compared."""
    found = read_date(text)
    assert found is None or in_utc(found).tzinfo is None


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_the_calendar_compare_or_are_no_dates(text: str) -> None:
    """A zone can push such a time out of the calendar; it still raises nothing."""
    found = read_date(text)
    assert found is None or in_utc(found).tzinfo is None
