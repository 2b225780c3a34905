"""Which questions have choices, and codes for answers that a store holds as texts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from forms.store.interface import UNCODED, QuestionnaireVersion


def closed_questions(asked: QuestionnaireVersion) -> list[str]:
    """Return the questions with choices: their words go on after the title."""
    return [question for question, words in asked.questions.items() if len(words) > 1]


class MetAnswers:
    """The answers to closed questions, coded as they are met."""

    def __init__(self, questions: Iterable[str]) -> None:
        self._codes: dict[str, dict[str, int]] = {question: {} for question in questions}

    def codes(self, answers: Mapping[str, str]) -> Iterator[int]:
        """Yield a submission's code for each question."""
        for question, known in self._codes.items():
            answer = answers.get(question, "")
            code = known.setdefault(answer, len(known) + 1) if answer else 0
            yield min(code, UNCODED)

    def answers(self) -> dict[str, Sequence[str]]:
        """Return the answers by question, in the order of their codes."""
        return {question: list(known)[: UNCODED - 1] for question, known in self._codes.items()}
