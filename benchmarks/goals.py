"""Every goal of the benchmarks, by the name of what is compared: change one only with a reason.

Seconds are of CPU and memory is the peak, ours divided by what runs beside it, unless a name says
otherwise. What has no goal is measured to be read.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """What a ratio should be: so much at most, or at least."""

    bound: float
    is_least: bool = False

    def is_met(self, ratio: float) -> bool:
        """Return whether a ratio is as it should be."""
        return ratio >= self.bound if self.is_least else ratio <= self.bound

    def __str__(self) -> str:
        """Return the goal as it is printed beside a ratio."""
        return f"{'at least' if self.is_least else 'at most'} {self.bound:g}"


def _at_most(bound: float) -> Goal:
    return Goal(bound)


def _at_least(bound: float) -> Goal:
    return Goal(bound, is_least=True)


GOALS = {
    # run.py, to begin with
    # Click alone takes 4.3 times bare Python, and a group of as many empty commands 5.
    "vinkje --help / bare Python": _at_most(7),
    # pydantic, Flask and waitress together take some 20.
    "vinkje form web, ready / bare Python": _at_most(32),
    # What everybody does each week, beside importing the libraries that it needs, which stands
    # still when ours does not. Half of what it takes is importing: theirs, and as much of our own.
    "report of 60 answers, again / its libraries": _at_most(4.5),
    # run.py: 100,000 answers of 25 columns
    "100,000 answers: read .csv / csv.reader": _at_most(1.8),
    # Nearly a third of what a Sheet takes more is importing what speaks to Google.
    "100,000 answers: read Google Sheet / .csv": _at_most(2),
    "100,000 answers: read Google Sheet / .csv, memory": _at_most(1.5),
    "100,000 answers: count / Counter per column": _at_most(0.1),
    "100,000 answers: report .csv / reading it": _at_most(2),
    # Of what pandas takes, a report of 60 answers takes two fifths, and plain Python that looks at
    # no cell more than half: see "csv, openpyxl / pandas", which is no goal.
    "100,000 answers: report .csv / pandas": _at_most(1.6),
    "100,000 answers: report .csv / pandas, memory": _at_most(1),
    # Of this more than 0.1 is expat, which tells of every cell, and 0.08 what listens to it.
    "100,000 answers: report .xlsx / openpyxl reading it": _at_most(0.3),
    # run.py: 1,000,000 answers of 25 columns
    "1,000,000 answers: report .csv / reading it": _at_most(1.5),
    # Plain Python that looks at no cell takes 0.8 of what pandas takes, which reads in C.
    "1,000,000 answers: report .csv / pandas": _at_most(1.7),
    # counting.py: a store of 1,000,000 submissions
    "report of a store / in Python, by the clock": _at_most(0.15),
    "report of a store / in Python": _at_most(0.15),
    "report of a store, MB": _at_most(200),
    # follow_up.py
    # Which remarks people refused stands on the tabs of remarks, so that those are read too.
    "read follow-up / openpyxl loading its workbook": _at_most(0.35),
    "the same, saved by LibreOffice, 20 withheld": _at_most(0.35),
    # web.py counts requests a second
    "GET / nginx with the same bytes": _at_least(0.12),
    # With the receipt, which was a second request when this was 0.45.
    "durable POST / bare POST": _at_least(0.25),
    # These two stand beside nothing: a busy machine misses them in every turn.
    "GET / 2,000 people in a minute": _at_least(8),
    "POST / 2,000 people in a minute": _at_least(8),
    "memory of the form after that, MB": _at_most(80),
    "group commit / commit each": _at_least(1.4),
    "group commit / commit each, 5 ms a sync": _at_least(3),
    # stores.py counts answers a second
    "ours / Django, SQLite": _at_least(3),
    "ours / Django, PostgreSQL": _at_least(3),
    "two servers / one": _at_least(1),
    "ours / Django, SQLite, 5 ms a sync": _at_least(3),
    "ours / Django, PostgreSQL, 5 ms a sync": _at_least(3),
    "two servers / one, 5 ms a sync": _at_least(1),
}
