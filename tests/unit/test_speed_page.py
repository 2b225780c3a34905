"""What the page about speed says in words and in its picture is what was measured last."""

import pytest
from draw_growth import PICTURES, figures, picture
from extension.made import all_words
from extension.speed import beside_archive, beside_report, growth, measured, of_task

from forms.wording import LANGUAGES

# Fewer answers say nothing of who is faster: starting up is most of it.
LARGE = 100_000
ROWS = [each["rows"] for each in of_task("report .csv")]
PEERS = [each["rows"] for each in measured("peers")["figures"]]


def step(first: int, last: int, key: str) -> float:
    """Return what an answer more costs a report, between two numbers of them."""
    few, many = (next(f for f in of_task("report .csv") if f["rows"] == n) for n in (first, last))
    return float(many[key] - few[key]) / (last - first)


def peers(job: str, key: str, rows: int = LARGE) -> dict[str, float]:
    """Return what each way to do a job costs."""
    found = [f for f in measured("peers")["figures"] if (f["job"], f["rows"]) == (job, rows)]
    return {each["way"]: each[key] for each in found}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture_is_of_what_was_measured_last(language: str) -> None:
    """Draw it anew with: python docs/draw_growth.py."""
    drawn = (PICTURES / f"growth.{language}.svg").read_text(encoding="utf-8")
    assert drawn == picture(figures(), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tables_have_all_that_was_measured(language: str) -> None:
    """A line each, under its two lines of a head, with a cell under every title."""
    words = all_words()[language]
    jobs = [each["job"] for each in measured("peers")["figures"]]
    for build, count in (
        (growth, len(of_task("report .csv"))),
        (beside_report, jobs.count("report")),
        (beside_archive, jobs.count("pull")),
    ):
        lines = [line for line in build(words, language).splitlines() if line.startswith("|")]
        assert len(lines) == 2 + count
        assert len({line.count("|") for line in lines}) == 1


def test_time_grows_as_the_answers_do() -> None:
    """Up to a million an answer costs no more where there are more of them; then it does."""
    first, before, middle, last = ROWS[-4:]
    assert (middle, last) == (1_000_000, 3_000_000)
    assert step(before, middle, "seconds") < 1.25 * step(first, before, "seconds")
    assert 1.25 < step(middle, last, "seconds") / step(before, middle, "seconds") < 1.75


def test_memory_grows_as_the_answers_do() -> None:
    """By less than a kilobyte each; in three files by no more than in one."""
    before, middle, last = ROWS[-3:]
    in_one, in_three = step(before, middle, "memory"), step(middle, last, "memory")
    assert in_three < 1.25 * in_one
    assert in_three < 0.001


def test_an_xlsx_takes_longer_to_unpack_than_to_read_and_count() -> None:
    """As the page says of what slows it."""
    rows = of_task("report .xlsx")[-1]["rows"]
    xlsx, csv, reading = (
        next(f["seconds"] for f in of_task(task) if f["rows"] == rows)
        for task in ("report .xlsx", "report .csv", "reading")
    )
    assert xlsx - csv > reading


@pytest.mark.parametrize("rows", sorted({n for n in PEERS if n >= LARGE}))
def test_who_wins_beside_a_report(rows: int) -> None:
    """Each of the four, by the clock."""
    clock = peers("report", "clock", rows)
    assert max(clock, key=lambda way: clock[way]) == "vinkje"


def test_who_wins_beside_an_archive() -> None:
    """Formpack, above all in memory, of many answers."""
    clock, memory = peers("pull", "clock"), peers("pull", "memory")
    assert clock["formpack"] < clock["vinkje"]
    assert memory["formpack"] * 2 < memory["vinkje"]
