"""Made-up answers of many organisations: nobody's answers are behind them."""

import os
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from forms.checklist.model import Checklist
from forms.jobs.demo_sector import PEOPLE, made_up_organisations
from forms.jobs.made_up import made_up_people
from forms.questionnaire import questionnaire
from forms.store.interface import Organisation, QuestionnaireVersion, Submission
from forms.store.open import open_store, set_closed
from forms.store.sqlite.location import closed_mark


def fill_round(
    url: str, checklist: Checklist, organisations: Sequence[Organisation], people: int, day: date
) -> int:
    """Enrol organisations, and let so many made-up people of each answer before a day.

    Returns how many answers there are now.
    """
    asked = questionnaire(checklist)

    def answers() -> Iterator[Submission]:
        for each in organisations:
            for person in made_up_people(checklist, day, people, each.name):
                given = {question: text for question, text in person.answers.items() if text}
                key = secrets.token_hex(16)
                yield Submission(key, given, asked.version, person.at, organisation=each.name)

    with closing(open_store(url)) as store:
        store.enrol(organisations)
        store.remember(QuestionnaireVersion.of(asked))
        return store.restore(answers())


def fill_demo_round(path: Path, checklist: Checklist, day: date, language: str) -> str:
    """Make the round of `vinkje demo --sector` in a file, without a form; return its address.

    `language` is that of the names. It closed so long ago that nobody has its form open any more.
    """
    url = f"sqlite:///{path}"
    several = [Organisation(name) for name in made_up_organisations(language)]
    fill_round(url, checklist, several, PEOPLE, day)
    close_long_ago(path)
    return url


def close_long_ago(path: Path) -> None:
    """Close the round in a file so long ago that nobody has its form open any more."""
    set_closed(f"sqlite:///{path}", closed=True)
    ago = time.time() - 2 * 60 * 60
    os.utime(closed_mark(path), (ago, ago))
