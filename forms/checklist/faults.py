"""What is wrong with a checklist, in words that say what to write instead."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from forms.checklist.yaml_source import Place
from forms.known_columns import known_column
from forms.text import normalize, shortened
from forms.wording import LANGUAGES, Answer, wording

_SAID = {
    "missing": "'{key}' is missing; add '{key}: …'",
    "string_type": "'{key}' must be a text on one line; write '{key}: …'",
    "tuple_type": "'{key}' must be a list; write its entries below it, each after '- '",
    "dict_type": "'{key}' must hold keys of its own; write them below it, indented",
    "model_type": "'{key}' must hold keys of its own; write them below it, indented",
    "bool_type": "'{key}' must be true or false",
    "bool_parsing": "'{key}' must be true or false, not '{value}'",
    "int_type": "'{key}' must be a whole number",
    "int_parsing": "'{key}' must be a whole number, not '{value}'",
    "decimal_type": "'{key}' must be a number such as 0.8",
    "decimal_parsing": "'{key}' must be a number such as 0.8, not '{value}'",
    "finite_number": "'{key}' must be a number such as 0.8, not '{value}'",
    "decimal_max_places": "'{key}' has more than {decimal_places} decimals; write 0.8",
    "greater_than": "'{key}' is {value}; it must be more than {gt}",
    "greater_than_equal": "'{key}' is {value}; it must be {ge} or more",
    "less_than_equal": "'{key}' is {value}; it must be {le} or less",
    "literal_error": "'{key}' is '{value}'; write {expected}",
    "string_too_short": "'{key}' is empty; write a text",
    "string_too_long": "'{key}' is longer than {max_length} characters; shorten it",
    "too_short": "'{key}' has {actual_length}; it needs at least {min_length}",
    "string_unicode": "'{key}' holds a character that cannot be saved; type it again",
}


def shape_fault(detail: Any, root: type[BaseModel]) -> str:
    """Return what one of pydantic's errors means to whoever wrote the YAML."""
    place: Place = detail["loc"]
    kind, value = detail["type"], detail["input"]
    if kind == "extra_forbidden" or place[-1:] == ("[key]",):
        return _unknown_key(place, root)
    if kind == "string_pattern_mismatch":
        if place[-1] == "id":
            return (
                f"the id '{shortened(value, 40)}' may hold letters, digits, '.', '-' and '_' only, "
                "and begins with a letter or digit"
            )
        return f"{_name(place)} holds a line break or control character; write it on one line"
    if kind == "value_error":
        right = "Europe/Amsterdam" if place[-1] == "time_zone" else "a date as 2026-11-30"
        return f"{_name(place)} is '{shortened(str(value), 40)}'; write {right}"
    said = _SAID.get(kind, "'{key}' is not right: " + str(detail["msg"]))
    context = {"value": shortened(str(value), 40), **detail.get("ctx", {})}
    return said.replace("'{key}'", _name(place)).format(key=place[-1] if place else "", **context)


def _name(place: Place) -> str:
    """Name a key as `'choices'`, an entry of a list as `entry 2 of 'choices'`."""
    if not place:
        return "the checklist"
    if isinstance(place[-1], int):
        return f"entry {place[-1] + 1} of '{place[-2]}'" if len(place) > 1 else "the checklist"
    return f"'{place[-1]}'"


def _unknown_key(place: Place, root: type[BaseModel]) -> str:
    if place[-1] == "[key]":
        place, known = place[:-1], list(map(str, Answer))
    else:
        known = list(_model_at(place[:-1], root).model_fields)
    near = get_close_matches(str(place[-1]), known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"known here: {', '.join(known)}"
    return f"unknown key '{shortened(str(place[-1]), 40)}'; {hint}"


def _model_at(place: Place, model: type[BaseModel]) -> type[BaseModel]:
    for step in place:
        if isinstance(step, str):
            model = next(_models_in(model.model_fields[step].annotation))
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)


Found = Iterator[tuple[Place, str]]
_Entries = list[tuple[Place, dict[str, Any]]]


def cross_faults(data: dict[str, Any]) -> Found:
    """Yield what is wrong between entries, also when some of them have a wrong shape."""
    sections = _entries(data, "sections")
    items = [pair for place, section in sections for pair in _entries(section, "items", place)]
    questions = _entries(data, "respondent")
    yield from _alike("id", _texts([*questions, *sections, *items], "id"), str.casefold)
    asked = [*_texts(items, "text"), *_texts(questions, "label")]
    for place, item in items:
        asked += _list_texts(item, "aliases", place)
    yield from _alike("text", asked, normalize)
    if data.get("remarks", "section") == "section":
        yield from _alike("section title", _texts(sections, "title"), normalize)
    for place, question in questions:
        yield from _alike("choice", _list_texts(question, "choices", place), normalize)
    yield from _read_alike(_names(data, questions, sections, items))
    yield from _taken_names(asked + _texts([*questions, *items], "id"))
    yield from _two_splits(questions)
    yield from _answers_alike(data)


def _alike(what: str, texts: list[tuple[Place, str]], key: Any) -> Found:
    seen: set[str] = set()
    for place, text in texts:
        if key(text) in seen:
            yield place, f"the {what} '{shortened(text, 60)}' stands here twice; change one of them"
        seen.add(key(text))


@dataclass(frozen=True)
class _Name:
    """What a column's header may say, and whose answers it then holds."""

    place: Place
    subject: str
    kind: str
    text: str


def _read_alike(names: list[_Name]) -> Found:
    """Yield names that would be taken for another's; texts alike are told elsewhere."""
    seen: dict[str, _Name] = {}
    for name in names:
        first = seen.setdefault(normalize(name.text), name)
        told = first.kind == name.kind and (
            name.kind != "id" or first.text.casefold() == name.text.casefold()
        )
        if first.subject != name.subject and not told:
            one, two = shortened(name.text, 60), shortened(first.text, 60)
            said = f"'{one}' ({name.subject}) reads like '{two}' ({first.subject})"
            yield name.place, f"{said}; answers would be mixed up, so change one of them"


def _names(
    data: dict[str, Any], questions: _Entries, sections: _Entries, items: _Entries
) -> list[_Name]:
    """Return every header by which a question can be asked."""
    names = []
    for place, entry in [*questions, *items]:
        given, text = entry.get("id"), entry.get("label", entry.get("text"))
        if isinstance(given, str) and isinstance(text, str):
            names += [_Name(place, given, "id", given), _Name(place, given, "text", text)]
            if "label" not in entry:
                names.append(_Name(place, given, "title", f"{given}. {text}"))
    remarks = data.get("remarks", "section")
    asked = {"section": sections, "item": items}.get(str(remarks), [])
    for place, given in _texts(asked, "id"):
        entry = dict(asked)[place[:-1]]
        for language in LANGUAGES:
            words = wording(language)
            title = words(f"form.{remarks}_remark", id=given, title=entry.get("title"))
            names.append(_Name(place[:-1], f"remarks on {given}", "remark", title))
    return names


def _taken_names(texts: list[tuple[Place, str]]) -> Found:
    for place, text in texts:
        if known_column(text):
            said = (
                f"'{shortened(text, 60)}' is what Google and Microsoft call a column of their own"
            )
            yield place, f"{said}; its answers would be lost, so use another word"


def _two_splits(questions: list[tuple[Place, dict[str, Any]]]) -> Found:
    splitting = [place for place, question in questions if _is_yes(question.get("split"))]
    for place in splitting[1:]:
        yield (*place, "split"), "only one question can split the report; leave 'split' out here"


def _is_yes(text: Any) -> bool:
    return isinstance(text, str) and text.lower() in {"true", "t", "yes", "y", "on", "1"}


def _answers_alike(data: dict[str, Any]) -> Found:
    """Yield answers worded as another one is, by default or here: they would count as that."""
    own = data.get("answers")
    own = own if isinstance(own, dict) else {}
    defaults = {
        normalize(text): answer
        for answer in Answer
        for text in (answer, *(wording(language).answer(answer) for language in LANGUAGES))
    }
    seen: dict[str, str] = {}
    for answer, text in own.items():
        if not isinstance(text, str):
            continue
        others = (seen.setdefault(normalize(text), answer), defaults.get(normalize(text), answer))
        for other in others:
            if other != answer:
                said = f"'{answer}' is worded as '{other}' is: '{shortened(text, 60)}'"
                yield ("answers", answer), f"{said}; word it otherwise"
                break


def _entries(data: Any, key: str, place: Place = ()) -> list[tuple[Place, dict[str, Any]]]:
    found = data.get(key)
    entries = enumerate(found if isinstance(found, list) else [])
    return [((*place, key, i), entry) for i, entry in entries if isinstance(entry, dict)]


def _texts(entries: list[tuple[Place, dict[str, Any]]], key: str) -> list[tuple[Place, str]]:
    texts = [((*place, key), entry.get(key)) for place, entry in entries]
    return [(place, text) for place, text in texts if isinstance(text, str)]


def _list_texts(entry: dict[str, Any], key: str, place: Place) -> list[tuple[Place, str]]:
    found = entry.get(key)
    texts = enumerate(found if isinstance(found, list) else [])
    return [((*place, key, i), text) for i, text in texts if isinstance(text, str)]
