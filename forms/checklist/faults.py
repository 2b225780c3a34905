"""What is wrong with a checklist, in words that say what to write instead."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from gettext import gettext
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from forms.checklist.yaml_source import Place, place_name
from forms.known_columns import known_column
from forms.text import normalize, shortened
from forms.wording import LANGUAGES, Answer, wording


def _sentences() -> dict[str, str]:
    """Return what each kind of pydantic's errors means to whoever wrote the YAML."""
    keys_below = gettext("{name} must hold keys of its own; write them below it, indented")
    whole = gettext("{name} must be a whole number, not '{value}'")
    share = gettext("{name} must be a number such as 0.8, not '{value}'")
    return {
        "missing": gettext("{name} is missing; add '{key}: …'"),
        "string_type": gettext("{name} must be a text on one line; write '{key}: …'"),
        "tuple_type": gettext("{name} must be a list; write its entries below it, each after '- '"),
        "dict_type": keys_below,
        "model_type": keys_below,
        "bool_type": gettext("{name} must be true or false"),
        "bool_parsing": gettext("{name} must be true or false, not '{value}'"),
        "int_type": gettext("{name} must be a whole number"),
        "int_parsing": whole,
        "int_parsing_size": whole,
        "decimal_type": gettext("{name} must be a number such as 0.8"),
        "decimal_parsing": share,
        "finite_number": share,
        "decimal_max_places": gettext("{name} has more than {decimal_places} decimals; write 0.8"),
        "greater_than": gettext("{name} is {value}; it must be more than {gt}"),
        "greater_than_equal": gettext("{name} is {value}; it must be {ge} or more"),
        "less_than_equal": gettext("{name} is {value}; it must be {le} or less"),
        "date_type": gettext("{name} must be a date such as 2026-11-30"),
        "literal_error": gettext("{name} is '{value}'; write {choices}"),
        "string_too_short": gettext("{name} is empty; write a text"),
        "string_too_long": gettext("{name} is longer than {max_length} characters; shorten it"),
        "too_short": gettext("{name} has {actual_length}; it needs at least {min_length}"),
        "string_unicode": gettext("{name} holds a character that cannot be saved; type it again"),
    }


def shape_fault(detail: ErrorDetails, root: type[BaseModel]) -> str:
    """Return what one of pydantic's errors means to whoever wrote the YAML.

    `detail` is one of `ValidationError.errors()`; its `type` is a name of pydantic's documentation,
    *Validation Errors*. `root` is the model of the whole file.
    """
    place: Place = detail["loc"]
    kind, value = detail["type"], shortened(str(detail["input"]), 40)
    if kind == "extra_forbidden" or place[-1:] == ("[key]",):
        return _unknown_key(place, root)
    sentence = _sentences().get(kind, gettext("{name} is not right; write something else"))
    if kind == "string_pattern_mismatch":
        sentence = (
            gettext(
                "the id '{value}' may hold letters, digits, '.', '-' and '_' only, and begins with "
                "a letter or digit"
            )
            if place[-1] == "id"
            else gettext("{name} holds a line break or control character; write it on one line")
        )
    if kind == "value_error":
        sentence = (
            gettext("{name} is '{value}'; write a time zone such as Europe/Amsterdam")
            if place[-1] == "time_zone"
            else gettext("{name} is '{value}'; write a date as 2026-11-30")
        )
    context = detail.get("ctx", {})
    choices = re.findall(r"'\w+'", str(context.get("expected", "")))
    values = context | {
        "name": _name(place),
        "key": place[-1] if place else "",
        "value": value,
        "choices": _one_of(choices),
    }
    return sentence.format(**values)


def _one_of(names: list[str]) -> str:
    """Return names as a choice between them."""
    *others, last = names or [""]
    if not others:
        return last
    return gettext("{names} or {last}").format(names=", ".join(others), last=last)


def _name(place: Place) -> str:
    """Name a key as `'choices'`, an entry of a list as `entry 2 of 'choices'`."""
    if not place or (len(place) == 1 and isinstance(place[0], int)):
        return gettext("the checklist")
    return place_name(place)


def _unknown_key(place: Place, root: type[BaseModel]) -> str:
    if place[-1] == "[key]":
        place, known = place[:-1], list(map(str, Answer))
    else:
        known = list(_model_at(place[:-1], root).model_fields)
    key = shortened(str(place[-1]), 40)
    if near := get_close_matches(str(place[-1]), known, n=1):
        sentence = gettext("unknown key '{key}'; did you mean '{near}'?")
        return sentence.format(key=key, near=near[0])
    return gettext("unknown key '{key}'; known here: {keys}").format(key=key, keys=", ".join(known))


def _model_at(place: Place, model: type[BaseModel]) -> type[BaseModel]:
    for step in place:
        if isinstance(step, str):
            model = next(_models_in(model.model_fields[step].annotation))
    return model


def _models_in(annotation: object) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)


CrossFaults = Iterator[tuple[Place, str]]
_Entries = list[tuple[Place, dict[str, Any]]]


def cross_faults(data: dict[str, Any]) -> CrossFaults:
    """Yield what is wrong between entries, also when some of them have a wrong shape.

    `data` is what the YAML holds, before any model saw it: so all faults come in one go. Each has
    the place where it is seen, the second one of two that are alike.
    """
    sections = _entries(data, "sections")
    items = [pair for place, section in sections for pair in _entries(section, "items", place)]
    questions = _entries(data, "respondent")
    yield from _alike(
        gettext("the id '{text}' stands here twice; change one of them"),
        _texts([*questions, *sections, *items], "id"),
        str.casefold,
    )
    asked = [*_texts(items, "text"), *_texts(questions, "label")]
    for place, item in items:
        asked += _list_texts(item, "aliases", place)
    yield from _alike(
        gettext("the text '{text}' stands here twice; change one of them"), asked, normalize
    )
    if data.get("remarks", "section") == "section":
        twice = gettext("the section title '{text}' stands here twice; change one of them")
        yield from _alike(twice, _texts(sections, "title"), normalize)
    for place, question in questions:
        yield from _alike(
            gettext("the choice '{text}' stands here twice; change one of them"),
            _list_texts(question, "choices", place),
            normalize,
        )
    yield from _read_alike(_names(data, questions, sections, items))
    yield from _taken_names(asked + _texts([*questions, *items], "id"))
    yield from _two_splits(questions)
    yield from _answers_alike(data)


def _alike(sentence: str, texts: list[tuple[Place, str]], key: Callable[[str], str]) -> CrossFaults:
    seen: set[str] = set()
    for place, text in texts:
        if key(text) in seen:
            yield place, sentence.format(text=shortened(text, 60))
        seen.add(key(text))


@dataclass(frozen=True)
class _Name:
    """What a column's header may say, and whose answers it then holds."""

    place: Place
    subject: str
    kind: str
    text: str


def _read_alike(names: list[_Name]) -> CrossFaults:
    """Yield names that would be taken for another's; `_alike` yields texts that are the same."""
    seen: dict[str, _Name] = {}
    for name in names:
        first = seen.setdefault(normalize(name.text), name)
        is_alike = first.kind == name.kind and (
            name.kind != "id" or first.text.casefold() == name.text.casefold()
        )
        if first.subject != name.subject and not is_alike:
            sentence = gettext(
                "'{text}' ({subject}) reads like '{other}' ({other_subject}); answers would be "
                "mixed up, so change one of them"
            )
            yield (
                name.place,
                sentence.format(
                    text=shortened(name.text, 60),
                    subject=name.subject,
                    other=shortened(first.text, 60),
                    other_subject=first.subject,
                ),
            )


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
            subject = gettext("remarks on {id}").format(id=given)
            names.append(_Name(place[:-1], subject, "remark", title))
    return names


def _taken_names(texts: list[tuple[Place, str]]) -> CrossFaults:
    for place, text in texts:
        if known_column(text):
            sentence = gettext(
                "'{text}' is what Google and Microsoft call a column of their own; its answers "
                "would be lost, so use another word"
            )
            yield place, sentence.format(text=shortened(text, 60))


def _two_splits(questions: _Entries) -> CrossFaults:
    splitting = [place for place, question in questions if _is_yes(question.get("split"))]
    for place in splitting[1:]:
        yield (
            (*place, "split"),
            gettext("only one question can split the report; leave 'split' out here"),
        )


def _is_yes(text: object) -> bool:
    return isinstance(text, str) and text.lower() in {"true", "t", "yes", "y", "on", "1"}


def _answers_alike(data: dict[str, Any]) -> CrossFaults:
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
                sentence = gettext(
                    "'{answer}' is worded as '{other}' is: '{text}'; word it otherwise"
                ).format(answer=answer, other=other, text=shortened(text, 60))
                yield ("answers", answer), sentence
                break


def _entries(data: dict[str, Any], key: str, place: Place = ()) -> _Entries:
    held = data.get(key)
    entries = enumerate(held if isinstance(held, list) else [])
    return [((*place, key, i), entry) for i, entry in entries if isinstance(entry, dict)]


def _texts(entries: _Entries, key: str) -> list[tuple[Place, str]]:
    texts = [((*place, key), entry.get(key)) for place, entry in entries]
    return [(place, text) for place, text in texts if isinstance(text, str)]


def _list_texts(entry: dict[str, Any], key: str, place: Place) -> list[tuple[Place, str]]:
    held = entry.get(key)
    texts = enumerate(held if isinstance(held, list) else [])
    return [((*place, key, i), text) for i, text in texts if isinstance(text, str)]
