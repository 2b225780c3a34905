"""The receipt: rendered once, and filled in for each who sends."""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial

from markupsafe import escape

from forms.questionnaire import Questionnaire
from forms.store.interface import Submission
from forms.text import clean

Render = Callable[..., str]


class Frame:
    """A text that is rendered once, save for what is put in its places."""

    def __init__(self, render: Render, places: Sequence[str]) -> None:
        # Made anew, so that no text of a checklist can hold one.
        marks = {secrets.token_hex(16): place for place in places}
        text = render(**{place: mark for mark, place in marks.items()})
        self._texts = re.split("|".join(marks), text)
        self._places = [marks[mark] for mark in re.findall("|".join(marks), text)]

    def filled(self, values: Mapping[str, str]) -> str:
        """Return the text with a value in each place; values of HTML have to be escaped."""
        pieces = [self._texts[0]]
        for place, text in zip(self._places, self._texts[1:], strict=True):
            pieces += values[place], text
        return "".join(pieces)


class Receipts:
    """Makes receipts of one questionnaire.

    Rendering each took more time than all else that a form asks for when it is sent. `page` renders
    a receipt, `answer` a line of it.
    """

    def __init__(self, asked: Questionnaire, page: Render, answer: Render) -> None:
        self._pages = [[question.id for question in page_.questions] for page_ in asked.pages]
        self._frame = cache(lambda **kind: self._new_frame(page, kind))
        self._lines = {
            q.id: Frame(partial(answer, question=q), ["answer"]) for q in asked.questions()
        }
        # Most of what is answered is one of the choices.
        self._chosen = {
            (q.id, choice.value): self._lines[q.id].filled({"answer": escape(clean(choice.label))})
            for q in asked.questions()
            for choice in q.choices
        }

    def _new_frame(self, page: Render, kind: Mapping[str, object]) -> Frame:
        parts = [f"part{number}" for number in range(len(self._pages))]

        def rendered(**marks: str) -> str:
            return page(**marks, **kind, answers=[marks[part] for part in parts])

        return Frame(rendered, ["key", "code", "at", "link", *parts])

    def html(self, submission: Submission, at: str, link: str | None) -> str:
        """Return a receipt; without a link to change them, the answers are not shown."""
        frame = self._frame(
            is_shown=link is not None,
            revision=submission.revision,
            is_last=submission.is_last,
        )
        values = {
            "key": submission.key,
            "code": submission.code,
            "at": escape(at),
            "link": escape(link or ""),
        }
        for number, questions in enumerate(self._pages):
            values[f"part{number}"] = "".join(
                self._answered(question, answer)
                for question in questions
                if (answer := submission.answers.get(question))
            )
        return frame.filled(values)

    def _answered(self, question: str, answer: str) -> str:
        if line := self._chosen.get((question, answer)):
            return line
        return self._lines[question].filled({"answer": escape(clean(answer))})
