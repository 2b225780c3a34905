"""Answers from the web form's own store, also while the form is being served."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from forms.checklist.model import Checklist
from forms.notes import Note
from forms.questionnaire import questionnaire
from forms.responses.model import Row, Table
from forms.responses.note_kinds import Flagged
from forms.store.interface import QuestionnaireVersion, Submission
from forms.store.open import read_store


@dataclass(frozen=True)
class _Column:
    """What one column holds: a question, as some versions of the questionnaire put it."""

    question: str
    header: str
    versions: frozenset[str]


def store_table(url: str, checklist: Checklist) -> Table:
    """Return the table of everything that was sent, every revision a row.

    A statement that was reworded in between has a column for each wording, so that what was asked
    stands beside what was answered. Raises StoreError.
    """
    with read_store(url) as store:
        columns = _columns(store.asked(), checklist)
        numbers: dict[str, int] = {}
        flagged: set[str] = set()
        rows = []
        for submission in store.submissions():
            rows.append(_row(submission, columns, numbers))
            if submission.flagged:
                flagged.add(submission.key)
    header = ["respondent", "Timestamp", *(column.header for column in columns)]
    notes = (Note(Flagged(len(flagged))),) if flagged else ()
    return Table(url, header, rows, notes=notes, has_own_ids=True)


def _columns(asked: Sequence[QuestionnaireVersion], checklist: Checklist) -> list[_Column]:
    today = {question.id: question for question in questionnaire(checklist).questions()}
    columns: dict[tuple[str, str], set[str]] = {}
    # Latest first, so that columns stand in today's order; the reader takes the rightmost answer.
    ids = dict.fromkeys(chain(*(version.questions for version in reversed(asked))))
    for question in ids:
        for version in asked:
            if words := version.questions.get(question):
                known = today.get(question)
                # A statement keeps its words of then; all else is known by its id.
                header = words[0] if known is None or known.kind == "item" else known.title
                columns.setdefault((question, header), set()).add(version.version)
    return [_Column(*key, frozenset(versions)) for key, versions in columns.items()]


def _row(submission: Submission, columns: list[_Column], numbers: dict[str, int]) -> Row:
    number = numbers.setdefault(submission.key, len(numbers) + 1)
    cells = [
        submission.answers.get(column.question) if submission.version in column.versions else None
        for column in columns
    ]
    # A number in place of the key, which is a link to change these answers.
    return [f"{number}", submission.at.astimezone(), *cells]
