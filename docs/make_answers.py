"""Writes examples/antwoorden-verzonnen.csv, the answers of the guide: python docs/make_answers.py.

Nobody's answers are behind it. It has the form in which Google Sheets downloads the answers to the
checklist that ships. How many give each answer stands here, so that a page can say what to find.
"""

import csv
import io
from calendar import SATURDAY
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from forms.checklist.model import load_checklist
from forms.questionnaire import Question, questionnaire

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "examples" / "antwoorden-verzonnen.csv"
# How many of each function answered, in the checklist's order: some groups stay under five.
GROUPS = (11, 10, 3, 7, 4, 4, 3, 0)
# How many answered on each working day; a reminder came on the sixth.
DAYS = (9, 7, 4, 2, 3, 8, 5, 3, 1)
# How many give each answer to a statement, in the order of `Answer`.
SPREAD = {
    "S1": (37, 1, 2, 0, 2),
    "S2": (20, 12, 6, 1, 3),
    "S3": (11, 22, 6, 0, 3),
    "S5": (27, 2, 2, 0, 11),
    "S6": (11, 6, 18, 2, 5),
    "S7": (33, 2, 3, 1, 3),
    "S8": (24, 2, 10, 2, 4),
    "P1": (38, 1, 2, 0, 1),
    "P2": (9, 3, 5, 18, 7),
    "P3": (17, 11, 8, 3, 3),
    "P4": (34, 0, 4, 2, 2),
    "P5": (11, 20, 5, 0, 6),
    "O1": (12, 19, 7, 1, 3),
    "O2": (30, 2, 3, 1, 6),
    "O3": (18, 7, 9, 1, 7),
    "O4": (8, 22, 4, 0, 8),
    "O5": (8, 4, 15, 1, 14),
    "O6": (2, 1, 1, 0, 38),
    "O7": (10, 7, 17, 2, 6),
}
# The same for each function, where they see it otherwise.
BY_GROUP = {
    "S4": (
        (9, 1, 0, 0, 1),
        (2, 6, 2, 0, 0),
        (1, 2, 0, 0, 0),
        (6, 1, 0, 0, 0),
        (2, 1, 1, 0, 0),
        (0, 3, 0, 0, 1),
        (1, 1, 1, 0, 0),
    ),
}
REMARKS = {
    "remark:S": (
        "in het centrum gaat het goed, aan de rand zie ik nooit een wijkbeheerder",
        "ik weet niet bij wie ik dit kan melden",
        "na een melding hoor ik niet wat ermee gebeurt",
        "als monteur heb ik nog nooit een training gehad",
        "de huismeester van ons hoogste gebouw komt daar zelf nooit",
        "met de wijkagent loopt het goed",
        "een huisbezoek doen we alleen als er tijd voor is",
    ),
    "remark:P": (
        "de regels staan in een map die niemand gebruikt",
        "nieuwe collega's kennen deze afspraken niet",
        "aanspreken doen we, maar er is geen tijd om terug te gaan",
        "niemand houdt bij over welke huurders wij ons zorgen maken",
    ),
    "remark:O": (
        "de training was goed, maar al een paar jaar geleden",
        "wachten duurt soms maanden",
        "met de gemeente loopt dit goed, met de zorg minder",
        "wij horen niet of er iemand langsging",
        "afspraken maken we wel, maar niemand kijkt of ze zijn nagekomen",
    ),
}


def main() -> None:
    """Write the file anew."""
    TARGET.write_bytes(made_up_answers().encode())


def made_up_answers() -> str:
    """Return the CSV: a header and a row for each of 42 people, the same each time."""
    random = Random("vinkje")  # noqa: S311 - no secret
    asked = list(questionnaire(load_checklist(ROOT / "checklist.yaml")).questions())
    columns = [_column(question, random) for question in asked]
    # Who answers when says nothing of their function.
    people = random.sample(list(zip(*columns, strict=True)), sum(GROUPS))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["Tijdstempel", *(question.title for question in asked)])
    writer.writerows([_shown(at), *cells] for at, cells in zip(_times(random), people, strict=True))
    return text.getvalue()


def _column(question: Question, random: Random) -> list[str]:
    """Return what all answer to a question, those of one function after another."""
    labels = [choice.label for choice in question.choices]
    if question.kind == "respondent":
        return _repeated(labels, GROUPS)
    if question.kind == "item":
        rows = BY_GROUP.get(question.id) or [SPREAD[question.id]]
        blocks = [_repeated(labels, row) for row in rows]
    else:
        said = [f"Verzonnen: {remark}." for remark in REMARKS[question.id]]
        blocks = [[*said, *[""] * (sum(GROUPS) - len(said))]]
    return [answer for block in blocks for answer in random.sample(block, len(block))]


def _repeated(labels: Sequence[str], counts: Sequence[int]) -> list[str]:
    """Return every label as often as its count says."""
    return [label for label, count in zip(labels, counts, strict=True) for _ in range(count)]


def _times(random: Random) -> list[datetime]:
    """Return when each person answered, between eight and five on working days."""
    days = [date(2026, 11, day) for day in range(2, 16) if date(2026, 11, day).weekday() < SATURDAY]
    return [
        datetime.combine(day, time(8)) + timedelta(seconds=seconds)
        for day, count in zip(days, DAYS, strict=False)
        for seconds in sorted(random.sample(range(9 * 3600), count))
    ]


def _shown(at: datetime) -> str:
    """Return a moment as a Dutch Sheet shows it."""
    return f"{at.day}-{at.month}-{at.year} {at.hour}:{at:%M:%S}"


if __name__ == "__main__":
    main()
