"""What a checklist that is in order may still say otherwise than was meant."""

import re
from collections.abc import Collection, Iterator
from gettext import gettext

from forms.checklist.model import Checklist
from forms.checklist.yaml_lines import APOSTROPHE_FIRST, APOSTROPHE_LAST, DOUBLE, SINGLE, quoted
from forms.checklist.yaml_mistakes import TEXT_KEYS
from forms.checklist.yaml_source import Fault, Place, YamlSource, place_name
from forms.text import shortened

# What stands behind a round's short name is a remark.
_TEXTS = TEXT_KEYS - {"name"}
_LISTS = frozenset({"choices", "aliases"})
_FEWEST_WORDS = 3
# The default of `min_group`.
_USUAL_GROUP = 5
_NO_BREAK = "\u00a0\u202f"
# Soft hyphen, zero-width space and non-joiner, marks of direction, word joiner, byte order mark.
_UNSEEN = "\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff"


def warnings(source: YamlSource, checklist: Checklist, ours: Collection[str] = ()) -> list[Fault]:
    """Return what stands out in a checklist's texts, by line.

    Texts that are `ours`, as they ship, are nobody's mistake.
    """
    faults = [*_short(source, checklist), *_small_groups(source, checklist)]
    for place, text in _texts(source):
        line = source.line(place)
        faults += [Fault(line, message) for message in _cut(place, text, source)]
        if text and text not in ours:
            faults += [Fault(line, message) for message in _looks(place, text, source)]
    return sorted(faults)


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
    yield gettext(
        "{name} ends before '{lost}': what comes after # is a note to yourself, and nobody else "
        "sees it. If it is one, put it on a line of its own; if it belongs to the text, write: "
        "{line}"
    ).format(name=place_name(place), lost=lost, line=_whole(place, whole, source))


def _whole(place: Place, text: str, source: YamlSource) -> str:
    """Return the line with its whole text between quotes; else that text alone."""
    line = source.typed(source.scalars[place].first)
    is_alone = line.plain == (source.value(place) or "")
    return line.with_value(quoted(text)) if is_alone else quoted(text)


def _looks(place: Place, text: str, source: YamlSource) -> Iterator[str]:
    """Yield what people would see, or not see, in a text."""
    shown = shortened(text, 60)
    if source.scalars[place].is_plain and _in_curly(text):
        yield gettext(
            "curly quotes stand around '{text}' and people will see them; write straight ones"
        ).format(text=shown)
    elif stray := _stray(text):
        yield gettext(
            "a quote {quote} stands alone at the edge of '{text}'; take it away, or add the other "
            "one"
        ).format(quote=stray, text=shown)
    scalar = source.scalars[place]
    if scalar.is_plain and " - " in text and scalar.end[0] >= scalar.first:
        yield gettext(
            "'{text}' is read as one text; for a list, put the same number of spaces before every "
            "dash"
        ).format(text=shown)
    elif scalar.is_plain and place[-2:-1] == ("choices",) and scalar.end[0] >= scalar.first:
        yield gettext(
            "'{text}' is read as one text, of two lines; are they two, put a dash before the second"
        ).format(text=shown)
    if any(char in text for char in _NO_BREAK):
        yield gettext(
            "a no-break space stands in '{text}'; type an ordinary space at each ␣"
        ).format(text=_marked(text))
    if any(char in text for char in _UNSEEN):
        yield gettext(
            "a character that nobody sees stands in '{text}'; take it away at each ␣"
        ).format(text=_marked(text))


def _short(source: YamlSource, checklist: Checklist) -> Iterator[Fault]:
    for s, section in enumerate(checklist.sections):
        for i, item in enumerate(section.items):
            if len(re.findall(r"\w+", item.text)) < _FEWEST_WORDS:
                line = source.line(("sections", s, "items", i, "text"))
                sentence = gettext(
                    "the statement '{text}' has fewer than {least} words; write a whole sentence "
                    "that staff can tick"
                )
                yield Fault(line, sentence.format(text=item.text, least=_FEWEST_WORDS))


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


def _small_groups(source: YamlSource, checklist: Checklist) -> Iterator[Fault]:
    least = checklist.rules.min_group
    if least < _USUAL_GROUP:
        sentence = gettext(
            "min_group is {least}, so the report shows what {least} people say together; "
            "colleagues may guess who: from {usual} on that is much harder"
        )
        yield Fault(
            source.line(("rules", "min_group")), sentence.format(least=least, usual=_USUAL_GROUP)
        )
