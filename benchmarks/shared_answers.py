"""Made-up answers of many organisations: nobody's answers are behind them."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date

from forms.checklist.model import Checklist
from forms.jobs.made_up import made_up_people
from forms.questionnaire import questionnaire
from forms.store.interface import Organisation, QuestionnaireVersion, Submission
from forms.store.open import open_store


def fill_round(
    url: str, checklist: Checklist, organisations: Sequence[Organisation], people: int, day: date
) -> int:
    """Enrol organisations, and let so many made-up people of each answer before a day.

    Returns how many answers there are now.
    """
    asked = questionnaire(checklist)

    def answers() -> Iterator[Submission]:
        for each in organisations:
            own = checklist.model_copy(update={"title": f"{checklist.title} {each.name}"})
            for person in made_up_people(own, day, people):
                given = {question: text for question, text in person.answers.items() if text}
                key = secrets.token_hex(16)
                yield Submission(key, given, asked.version, person.at, organisation=each.name)

    version = QuestionnaireVersion(asked.version, asked.round, asked.words(), asked.codebook())
    with closing(open_store(url)) as store:
        store.enrol(organisations)
        store.remember(version)
        return store.restore(answers())
