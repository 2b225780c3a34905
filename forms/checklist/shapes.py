"""Why something in a checklist got a shape that nobody meant: a colon, a dash, a bracket, a #."""

import re
from collections.abc import Callable
from gettext import gettext
from typing import Any

from pydantic_core import ErrorDetails

from forms.checklist.yaml_lines import Line, quoted
from forms.checklist.yaml_source import Fault, Place, YamlSource, place_name
from forms.text import shortened

_STATEMENT = {"text", "help", "action", "owner", "aliases"}
# The length of such a place: ("sections", 0, "title").
_IN_SECTION = 3


def mistyped(detail: ErrorDetails, source: YamlSource) -> Fault | None:
    """Return what was mistyped and what to write, for one of pydantic's errors.

    None when the shape is wrong for another reason.
    """
    look = _LOOKS.get(detail["type"])
    return look(detail["loc"], detail["input"], source) if look else None


def is_consequence(detail: ErrorDetails) -> bool:
    """Say whether a fault goes when another one is mended: nothing needs to be said of it.

    A list is called short when its entries have faults; a statement in the place of a section lacks
    all that a section has.
    """
    held = detail["input"]
    if detail["type"] == "too_short":
        return bool(len(held) >= detail["ctx"]["min_length"])
    place = detail["loc"]
    return bool(detail["type"] == "missing" and _is_misplaced(place, held))


def _is_misplaced(place: Place, held: Any) -> bool:
    """Say whether an entry among the sections is a statement, by the place of a key of it."""
    is_section = len(place) == _IN_SECTION and place[0] == "sections"
    return is_section and "text" in held and "items" not in held


def _text(place: Place, value: Any, source: YamlSource) -> Fault | None:
    number = source.line(place)
    line = source.typed(number)
    if value is None and line.value.startswith("#"):
        whole = line.with_value(quoted(line.value))
        sentence = gettext(
            "{name} is empty, as what comes after # is a note to yourself that nobody else sees; "
            "write: {line}"
        )
        return Fault(number, sentence.format(name=place_name(place), line=whole))
    if isinstance(place[-1], int):
        return _entry(place, value, line)
    if isinstance(value, dict | list) and line.value[:1] in {"[", "{"} and line.key == place[-1]:
        sentence = gettext("'{key}' begins with {sign}, so its text needs quotes; write: {line}")
        text = sentence.format(key=line.key, sign=line.value[0], line=line.with_quotes())
        return Fault(number, text)
    if isinstance(value, dict) and line.key == place[-1]:
        sentence = gettext("'{key}' must be a text; write it on this line, between quotes")
        return Fault(number, sentence.format(key=line.key))
    return None


def _entry(place: Place, value: Any, line: Line) -> Fault | None:
    if isinstance(value, dict) and len(value) == 1:
        key, text = next(iter(value.items()))
        whole = quoted(f"{key}: {text}" if isinstance(text, str) else f"{key}:")
        dash = "- " if line.dashes else ""
        sentence = gettext("{name} has a colon in it, so it needs quotes; write: {line}")
        return Fault(line.number, sentence.format(name=place_name(place), line=dash + whole))
    sentence = (
        gettext("{name} is empty; write a text behind the dash")
        if value is None
        else gettext("{name} must be a text; put quotes around it")
    )
    return Fault(line.number, sentence.format(name=place_name(place)))


def _list(place: Place, value: Any, source: YamlSource) -> Fault | None:
    number = source.line(place)
    if isinstance(value, str) and value.startswith("-") and place in source.scalars:
        number = source.scalars[place].first
    elif isinstance(value, dict) and next(iter(value), "").startswith("-"):
        number = source.line((*place, next(iter(value))))
    else:
        return None
    return _no_space(source.typed(number))


def _keys(place: Place, value: Any, source: YamlSource) -> Fault | None:
    """Tell of the space that is missing in the only key below another."""
    if place not in source.scalars or not re.match(r"[a-z_]+:\S", str(value)):
        return None
    line = source.typed(source.scalars[place].first)
    whole = line.text.replace(":", ": ", 1)
    sentence = gettext("'{text}': a space is missing behind the colon; write: {line}")
    return Fault(line.number, sentence.format(text=shortened(line.text, 60), line=whole))


def _one_entry(place: Place, value: Any, source: YamlSource) -> Fault | None:
    """Tell of entries that are read as one text, since theirs have more spaces before them."""
    if len(value) != 1 or not isinstance(value[0], str) or " - " not in value[0]:
        return None
    line = source.typed(source.line((*place, 0)))
    sentence = gettext(
        "'{text}': what stands below it is read as part of this text; put the same number of "
        "spaces before every dash"
    )
    return Fault(line.number, sentence.format(text=shortened(line.text, 60)))


def _no_space(line: Line) -> Fault:
    whole = f"- {line.text.lstrip('-')}"
    sentence = gettext("'{text}': a space is missing behind the dash; write: {line}")
    return Fault(line.number, sentence.format(text=shortened(line.text, 60), line=whole))


def _unknown(place: Place, value: Any, source: YamlSource) -> Fault | None:
    key, number = str(place[-1]), source.line(place)
    if key.startswith("-"):
        return _no_space(source.typed(number))
    if _is_misplaced(place, source.value(place[:-1])) and key in _STATEMENT:
        sentence = gettext(
            "a statement stands here where a section should; write more spaces before it and its "
            "lines, so that it stands below 'items:'"
        )
        return Fault(source.line(place[:-1]), sentence)
    if value is None and source.typed(number).key != key:
        sentence = gettext(
            "'{key}' is read as a key of its own; if it belongs to the text before it, put quotes "
            "around both"
        )
        return Fault(number, sentence.format(key=shortened(key, 40)))
    return None


_Look = Callable[[Place, Any, YamlSource], Fault | None]
_LOOKS: dict[str, _Look] = {
    "model_type": _keys,
    "too_short": _one_entry,
    "string_type": _text,
    "tuple_type": _list,
    "extra_forbidden": _unknown,
}
