"""Answers as a row has them: a byte for each closed question, and all else as text."""

import json
from collections.abc import Mapping, Sequence

from forms.store.interface import UNCODED


class Codebook:
    """The closed questions of a version, in the order of the bytes, and the answers to each."""

    def __init__(self, answers: Mapping[str, Sequence[str]]) -> None:
        self.answers = {question: tuple(known) for question, known in answers.items()}
        self._codes = {
            question: {answer: code for code, answer in enumerate(known, 1) if code < UNCODED}
            for question, known in self.answers.items()
        }

    def encoded(self, answers: Mapping[str, str]) -> tuple[bytes, str | None]:
        """Return a submission's codes, and what they leave out as JSON, None where that is nothing.

        Where one answer has no code none of them gets any: so a row is coded, or it is text.
        """
        codes = bytearray()
        for question, known in self._codes.items():
            answer = answers.get(question)
            code = 0 if answer is None else known.get(answer)
            if code is None:
                return b"", dumped(answers)
            codes.append(code)
        rest = {name: text for name, text in answers.items() if name not in self._codes}
        return bytes(codes), dumped(rest) if rest else None

    def decoded(self, codes: bytes, other: str | None) -> dict[str, str]:
        """Return the answers of a row."""
        found = zip(self.answers.items(), codes, strict=False)
        answers = {question: known[code - 1] for (question, known), code in found if code}
        return answers | (json.loads(other) if other else {})


def dumped(texts: Mapping[str, object]) -> str:
    """Return texts by their ids as they are kept; NUL, which PostgreSQL takes not, is escaped."""
    return json.dumps(dict(texts), ensure_ascii=False)
