"""Which questions have choices, and codes for answers that a store holds as texts."""

from collections.abc import Iterable, Mapping, Sequence

from forms.store.interface import UNCODED, QuestionnaireVersion


def closed_questions(asked: QuestionnaireVersion) -> list[str]:
    """Return the questions with choices: their words go on after the title."""
    return [question for question, words in asked.questions.items() if len(words) > 1]


class MetAnswers:
    """The answers to closed questions, coded as they are met."""

    def __init__(self, questions: Iterable[str]) -> None:
        self._codes = {question: _Codes() for question in questions}

    def codes(self, answers: Mapping[str, str]) -> list[int]:
        """Return a submission's code for each question."""
        return [known[answers.get(question, "")] for question, known in self._codes.items()]

    def answers(self) -> dict[str, Sequence[str]]:
        """Return the answers by question, in the order of their codes."""
        return {question: list(known)[1:] for question, known in self._codes.items()}


class _Codes(dict[str, int]):
    """From an answer to its code, given out in turn; a question has as many choices at most."""

    def __init__(self) -> None:
        super().__init__({"": 0})

    def __missing__(self, answer: str) -> int:
        if len(self) >= UNCODED:
            return UNCODED
        self[answer] = code = len(self)
        return code
