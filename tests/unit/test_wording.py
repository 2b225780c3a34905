"""Dutch and English say the same things, and nothing is worded that nobody reads."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from forms.resources import resource
from forms.wording import Answer, wording

NL, EN = wording("nl"), wording("en")
ROOT = resource("checklist.yaml").parent
CODE = [path for folder in ("cli", "forms") for path in sorted((ROOT / folder).rglob("*.py"))]
TEMPLATES = sorted((ROOT / "templates").rglob("*.j2"))
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in [*CODE, *TEMPLATES])
LITERALS = set(re.findall(r"""["'](?=([a-z_]+(?:\.[a-z_]+)*)["'])""", SOURCES))
PATTERNS = set(re.findall(r"""f["']([a-z_]+\.[a-z_.]*\{[^}\n]+\}[a-z_.]*)["']""", SOURCES))
PLURAL = re.compile(r"""plural\(\s*["']([a-z_.]+)["']""")


def placeholders(text: str) -> set[str]:
    """Return the names that a text leaves open."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def ways_to_say(key: str) -> Iterator[bool]:
    """Yield whether a key is written out, counted, or put together from two words."""
    yield key in LITERALS
    whole, _, form = key.rpartition(".")
    yield form in {"one", "many"} and whole in {*PLURAL.findall(SOURCES), *LITERALS}
    for pattern in PATTERNS:
        before, after = re.split(r"\{.*\}", pattern)
        if key.startswith(before) and key.endswith(after):
            yield key[len(before) : len(key) - len(after)] in LITERALS


def test_both_languages_have_the_same_keys() -> None:
    """In the same order too, so that the files lie side by side."""
    assert list(NL.texts) == list(EN.texts)


@pytest.mark.parametrize("key", NL.texts)
def test_both_languages_leave_the_same_open(key: str) -> None:
    """A placeholder that one language lacks is a fact its readers do not get."""
    assert placeholders(NL.texts[key]) == placeholders(EN.texts[key])
    assert NL.texts[key].strip()
    assert EN.texts[key].strip()


def test_every_text_is_used() -> None:
    """By its whole key, or by one that the code puts together."""
    assert [key for key in NL.texts if not any(ways_to_say(key))] == []


def test_every_text_that_is_asked_for_exists() -> None:
    """What the code and the templates write out stands in the files."""
    asked = re.findall(r"""words\(\s*["']([a-z_.]+)["']""", SOURCES)
    counted = [f"{key}.{form}" for key in PLURAL.findall(SOURCES) for form in ("one", "many")]
    assert len(asked) > 50
    assert [key for key in [*asked, *counted] if key not in NL.texts] == []


def test_one_and_many() -> None:
    """One is counted apart, in both languages."""
    assert [NL.plural("section.responses", n) for n in (0, 1, 2)] == [
        "0 reacties",
        "1 reactie",
        "2 reacties",
    ]
    assert EN.plural("section.responses", 1) == "1 response"


@pytest.mark.parametrize(
    ("key", "dutch"),
    [
        ("verdict.in_order", "Op orde"),
        ("verdict.open", "Niet op orde"),
        ("verdict.unknown", "Onbekend"),
        ("priority.needed", "Nodig"),
        ("priority.desirable", "Wenselijk"),
        ("priority.find_out", "Uitzoeken"),
        ("priority.not_needed", "Niet nodig"),
        ("decision.needed", "Nodig"),
        ("decision.desirable", "Wenselijk"),
        ("decision.dropped", "Niet oppakken"),
        ("decision.later", "Later"),
        ("status.open", "Open"),
        ("status.busy", "Bezig"),
        ("status.done", "Gereed"),
        ("actions.divided", "Verdeeld"),
        ("discuss.hidden", "verborgen"),
    ],
)
def test_the_words_of_the_design(key: str, dutch: str) -> None:
    """People learn them once, from screen, workbook and mail alike."""
    assert NL.texts[key] == dutch


def test_no_two_answers_read_alike() -> None:
    """Within a language; an answer would else be counted as another."""
    for words in (NL, EN):
        assert len({words.answer(answer).casefold() for answer in Answer}) == len(Answer)


@pytest.mark.parametrize("path", [*TEMPLATES, *sorted((ROOT / "templates").rglob("*.t*"))])
def test_nobody_is_called_anonymous(path: Path) -> None:
    """Texts say that no name is asked, and promise no more."""
    text = path.read_text(encoding="utf-8").casefold()
    assert "anoniem" not in text
    assert "anonym" not in text
