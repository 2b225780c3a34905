"""The words on screen, in Dutch and English: `templates/wording/*.toml`."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any

from forms.resources import resource

LANGUAGES = ("nl", "en")


class Answer(StrEnum):
    """The answers to a statement, by the names that files and programs use.

    The one place that lists them: the checklist's model, counts, codes and JSON follow it.
    """

    IN_ORDER = "in_order"
    NEEDED = "needed"
    DESIRABLE = "desirable"
    NOT_NEEDED = "not_needed"
    UNKNOWN = "unknown"

    @property
    def knows(self) -> bool:
        """Say whether who gives it knows the state of things: it counts in k."""
        return self is not Answer.UNKNOWN

    @property
    def is_against(self) -> bool:
        """Say whether it means: not in order. It counts in v."""
        return self.knows and self is not Answer.IN_ORDER


class Wording:
    """One language's texts: `wording("mail.subject", title=…)` fills one in."""

    def __init__(self, language: str, tables: Mapping[str, Any]) -> None:
        self.language = language
        self.texts = dict(_flat(tables))

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the text with its placeholders filled; a missing key is our own mistake."""
        return self.texts[key].format(**values)

    def plural(self, key: str, count: int, /, **values: object) -> str:
        """Return `key.one` for one and `key.many` for any other count."""
        return self(f"{key}.{'one' if count == 1 else 'many'}", count=count, **values)

    def answer(self, answer: Answer) -> str:
        """Return the default wording of an answer, which a checklist can replace."""
        return self.texts[f"answers.{answer}"]


def _flat(tables: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tables.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{key}.")
        else:
            pairs.append((prefix + key, value))
    return pairs


@cache
def wording(language: str) -> Wording:
    """Return the texts of `nl` or `en`, read once."""
    # Help needs none of it, and is there at once.
    import tomllib

    path = resource("templates") / "wording" / f"{language}.toml"
    return Wording(language, tomllib.loads(path.read_text(encoding="utf-8")))
