"""What a checklist that is in order may still say otherwise than was meant."""

import re
from collections.abc import Collection, Iterator

from forms.checklist.model import Checklist
from forms.checklist.yaml_lines import APOSTROPHE_FIRST, APOSTROPHE_LAST, DOUBLE, SINGLE
from forms.checklist.yaml_mistakes import TEXT_KEYS
from forms.checklist.yaml_source import Fault, Place, YamlSource
from forms.text import shortened

# What stands behind a round's short name is a remark.
_TEXTS = TEXT_KEYS - {"name"}
_LISTS = frozenset({"choices", "aliases"})
_FEWEST_WORDS = 3
_USUAL_GROUP = 5
_NO_BREAK = "\u00a0\u202f"
_UNSEEN = "\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff"


def warnings(source: YamlSource, checklist: Checklist, ours: Collection[str] = ()) -> list[Fault]:
    """Return what stands out in a checklist's texts, by line.

    Texts that are `ours`, as they ship, are nobody's mistake.
    """
    found = []
    for place, text in _texts(source):
        line = source.line(place)
        found += [Fault(line, said) for said in _cut(place, text, source)]
        if text and text not in ours:
            found += [Fault(line, said) for said in _looks(place, text, source)]
    return sorted([*found, *_short(source, checklist), *_small_groups(source, checklist)])


def _texts(source: YamlSource) -> Iterator[tuple[Place, str]]:
    """Yield every text that people read, and where it stands."""
    for place in source.scalars:
        name = next((step for step in reversed(place) if isinstance(step, str)), "")
        is_text = name in (_LISTS if isinstance(place[-1], int) else _TEXTS)
        if is_text or place[0] == "answers":
            value = source.value(place)
            yield place, value if isinstance(value, str) else ""


def _cut(place: Place, text: str, source: YamlSource) -> Iterator[str]:
    """Yield what is lost when `#` begins a remark in the middle of a text."""
    rest = source.remark_behind(place)
    if not rest:
        return
    lost, whole = shortened(rest, 40), f"{text} {rest}".strip()
    yield (
        f"{_named(place)} ends before '{lost}', as # begins a remark. If that belongs to the text, "
        f'write: "{whole}"; else put the remark on a line of its own'
    )


def _looks(place: Place, text: str, source: YamlSource) -> Iterator[str]:
    """Yield what people would see, or not see, in a text."""
    shown = shortened(text, 60)
    if source.scalars[place].is_plain and _in_curly(text):
        yield f"curly quotes stand around '{shown}' and people will see them; write straight ones"
    elif stray := _stray(text):
        wrong = f"a quote {stray} stands alone at the edge of '{shown}'"
        yield f"{wrong}; take it away, or add the other one"
    scalar = source.scalars[place]
    if scalar.is_plain and " - " in text and scalar.end[0] >= scalar.first:
        wrong = f"'{shown}' is read as one text"
        yield f"{wrong}; for a list, put the same number of spaces before every dash"
    if any(char in text for char in _NO_BREAK):
        yield f"a no-break space stands in '{_marked(text)}'; type an ordinary space at each ␣"
    if any(char in text for char in _UNSEEN):
        yield f"a character that nobody sees stands in '{_marked(text)}'; take it away at each ␣"


def _short(source: YamlSource, checklist: Checklist) -> Iterator[Fault]:
    for s, section in enumerate(checklist.sections):
        for i, item in enumerate(section.items):
            if len(re.findall(r"\w+", item.text)) < _FEWEST_WORDS:
                line = source.line(("sections", s, "items", i, "text"))
                wrong = f"the statement '{item.text}' has fewer than {_FEWEST_WORDS} words"
                yield Fault(line, f"{wrong}; write a whole sentence that staff can tick")


def _in_curly(text: str) -> bool:
    first, last = text[0], text[-1]
    return any({first, last} <= set(family[1:]) and len(text) > 1 for family in (DOUBLE, SINGLE))


def _stray(text: str) -> str:
    """Return the quote at a text's edge that has no partner in it."""
    if sum(char in DOUBLE for char in text) % 2:
        return next((char for char in (text[0], text[-1]) if char in DOUBLE), "")
    opening = re.findall(rf"(?<!\w)[{SINGLE}]", text)
    closing = re.findall(rf"(?<=[^\s\W])[{SINGLE}](?!\w)|(?<=[.!?,])[{SINGLE}]", text)
    if text[0] in SINGLE and not closing and not APOSTROPHE_FIRST.match(text):
        return text[0]
    if text[-1] in SINGLE and not opening and not APOSTROPHE_LAST.search(text):
        return text[-1]
    return ""


def _marked(text: str) -> str:
    """Return a text in which what nobody sees is shown, and what stands around the first."""
    marks = _NO_BREAK + _UNSEEN
    shown = "".join("␣" if char in marks else char for char in text)
    at = shown.index("␣")
    return shortened(shown[max(0, at - 25) : at + 25], 60)


def _named(place: Place) -> str:
    if isinstance(place[-1], int):
        return f"entry {place[-1] + 1} of '{place[-2]}'"
    return f"'{place[-1]}'"


def _small_groups(source: YamlSource, checklist: Checklist) -> Iterator[Fault]:
    least = checklist.rules.min_group
    if least < _USUAL_GROUP:
        wrong = f"min_group is {least}, so the report shows what {least} people say together"
        yield Fault(
            source.line(("rules", "min_group")),
            f"{wrong}; colleagues may guess who: from {_USUAL_GROUP} on that is much harder",
        )
