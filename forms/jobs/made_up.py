"""Made-up people and their answers: the demo shows these, tests and benchmarks read them.

Nobody's answers are behind them. The same checklist and day give the same people.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from forms.checklist.model import Checklist
from forms.questionnaire import Question, questionnaire
from forms.wording import Answer, wording

RESPONDENTS = 60
_REMARK_SHARE = 0.15
# How the answers to a statement are spread: weights in the order of `Answer`. Most are in order or
# divided, others mostly needed, desirable or not needed, so that a report has some of each.
_MOODS = (
    (88, 3, 4, 2, 3),
    (84, 4, 6, 2, 4),
    (48, 22, 18, 6, 6),
    (20, 48, 20, 4, 8),
    (30, 14, 40, 8, 8),
    (35, 4, 12, 40, 9),
    (86, 2, 4, 4, 4),
)


@dataclass(frozen=True)
class MadeUpPerson:
    """One made-up respondent: when, in local time, and the answers as values by question id."""

    at: datetime
    answers: Mapping[str, str]


def made_up_answers(checklist: Checklist, today: date, respondents: int = RESPONDENTS) -> str:
    """Return answers as Google Sheets would download them: CSV, a row per respondent."""
    questions = list(questionnaire(checklist).questions())
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    header = wording(checklist.language)("archive.time")
    writer.writerow([header, *(question.title for question in questions)])
    for person in made_up_people(checklist, today, respondents):
        cells = [question.label(person.answers.get(question.id, "")) for question in questions]
        writer.writerow(
            [f"{person.at.day}-{person.at.month}-{person.at.year} {person.at:%H:%M:%S}", *cells]
        )
    return text.getvalue()


def made_up_people(
    checklist: Checklist, today: date, respondents: int = RESPONDENTS, organisation: str = ""
) -> Iterator[MadeUpPerson]:
    """Yield people who answer in the two weeks before a day; each organisation has its own."""
    # Seeded by what is asked: the figures stay the same from day to day, and so does what is shown.
    seed = " ".join(filter(None, ("vinkje", checklist.title, organisation, f"{respondents}")))
    random = Random(seed)  # noqa: S311 - no secret
    remarks = wording(checklist.language)("demo.remarks").splitlines()
    questions = list(questionnaire(checklist).questions())
    moods = {q.id: _weights(random.choice(_MOODS)) for q in questions if q.kind == "item"}
    start = datetime.combine(today - timedelta(days=14), time(8)).astimezone()

    def answer(question: Question) -> str:
        if question.kind == "remark":
            return random.choice(remarks) if random.random() < _REMARK_SHARE else ""
        values = [choice.value for choice in question.choices]
        return random.choices(values, weights=moods.get(question.id))[0]

    for number in range(respondents):
        # In minutes: sixty people, some four hours apart, take up ten days of the two weeks.
        at = start + timedelta(minutes=number * 251 + random.randrange(200))
        yield MadeUpPerson(at, {question.id: answer(question) for question in questions})


def _weights(mood: tuple[int, ...]) -> tuple[int, ...]:
    """Return a weight for every answer: one that came later is given now and then."""
    return (*mood, *[2] * (len(Answer) - len(mood)))
