"""Everything the program can say, with the way out, from the catalogue and the code around it.

A text is a message when it has three words or more of its own; shorter ones are labels.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from catalogues import LOCALE, read

from extension.made import all_words, defined, plain
from extension.pages import ROOT
from forms.language import DOMAIN
from forms.wording import wording

_FEWEST_WORDS = 3
# What is filled in, in our messages and in Click's; a reader has something else there.
_FILLED = re.compile(r"\{[^}]*\}|%\(\w+\)\w")


class Text(NamedTuple):
    """A message as readers see it, and in which file it stands."""

    place: str
    text: str


# A fault: what is wrong, what to do, and what became of things, each as texts that it may be.
Fault = tuple[frozenset[str], frozenset[str], frozenset[str]]


def messages(words: dict[str, str], language: str) -> str:
    """Return a heading for each part of the program, with its faults, and all else that it says."""
    texts = _texts(language)
    lines: list[str] = []
    for room in all_words()["rooms"]:
        said = {each for each, text in texts.items() if _room_of(text.place) == room}
        entries, told = {}, set()
        for problem, remedies, effects in _entries(sorted(filter(_is_message, said))):
            told |= {problem, *remedies, *effects}
            entries[_shown(texts[problem].text)] = [
                _told(words["remedy"], [_shown(texts[each].text) for each in remedies]),
                _told(words["effect"], [_shown(texts[each].text) for each in effects]),
            ]
        lines.append(f"## {room[language]}")
        lines += [defined(f"**{problem}**", *entries[problem]) for problem in _sorted(entries)]
        rest = {_shown(texts[each].text) for each in filter(_is_message, said - told)}
        if rest and told:
            lines.append(f"### {words['more']}")
        lines += [f"- {each}" for each in _sorted(rest)]
    return "\n\n".join(lines)


def _is_message(english: str) -> bool:
    return len(_FILLED.sub("", english).split()) >= _FEWEST_WORDS


def _sorted(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=lambda text: (re.sub(r"\W", "", text).casefold(), text))


def _shown(text: str) -> str:
    shown = plain(_FILLED.sub("…", text))
    return shown[:1].upper() + shown[1:]


def _told(title: str, texts: list[str]) -> str:
    """Return sentences behind a title; where it depends, each on a line of its own."""
    closed = [text if text.endswith(("?", ".", "…")) else f"{text}." for text in texts]
    if len(closed) < 2:  # noqa: PLR2004
        return "".join(f"{title}: {text}" for text in closed)
    return f"{title}:\n\n" + "\n".join(f"  - {text}" for text in closed)


def _texts(language: str) -> dict[str, Text]:
    """Return each message: its English, and what readers see of it."""
    found = {}
    for message in read(LOCALE / "nl" / "LC_MESSAGES" / f"{DOMAIN}.po"):
        english, dutch = _most(message.id), _most(message.string)
        # Help is shown with the commands.
        if english and "--help" not in message.auto_comments:
            place = message.locations[0][0]
            found[english] = Text(place, dutch if language == "nl" else english)
    notes = wording(language).texts.items()
    return found | {key: Text("notes", text) for key, text in notes if key.startswith("note.")}


def _most(text: Any) -> str:
    """Return a message's text; of one that counts, that for many."""
    return str(text[1] if isinstance(text, tuple | list) else text)


def _room_of(place: str) -> dict[str, Any]:
    rooms: list[dict[str, Any]] = all_words()["rooms"]
    return next(room for room in rooms if place.startswith(tuple(room["places"])))


def _entries(said: Iterable[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each problem among some texts that has a way out, with that and its effects."""
    for problem in said:
        ways = [fault for fault in _faults() if problem in fault[0]]
        remedies = {each: None for _, remedy, _ in ways for each in sorted(remedy)}
        effects = {each: None for _, _, effect in ways for each in sorted(effect)}
        if remedies:
            yield problem, [*remedies], [*effects]


@cache
def _faults() -> list[Fault]:
    """Return every fault that the code raises, as far as its texts stand in the same function."""
    files = [path for folder in ("cli", "forms") for path in sorted((ROOT / folder).rglob("*.py"))]
    texts = [text for text in map(Path.read_bytes, files) if b"gettext" in text]
    return [fault for text in texts for fault in _faults_in(ast.parse(text))]


def _faults_in(module: ast.Module) -> Iterator[Fault]:
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    returned = {node.name: _returned(node) for node in functions}
    for function in functions:
        for call in _calls(function):
            named = _named(function)
            given: list[Any] = [*call.args[1:], None, None, None]
            by_name = {each.arg: each.value for each in call.keywords}
            keys = ("problem", "remedy", "effect")
            nodes = [by_name.get(key, given[i]) for i, key in enumerate(keys)]
            problem, remedy, effect = (_said(node, named | returned) for node in nodes)
            yield problem, remedy, effect


def _calls(function: ast.FunctionDef) -> Iterator[ast.Call]:
    """Yield where a fault is made: a class of forms.errors, by its name."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name.endswith("Error"):
                yield node


def _named(function: ast.FunctionDef) -> dict[str, frozenset[str]]:
    """Return which texts each name of a function may stand for."""
    found: dict[str, frozenset[str]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            found[name] = found.get(name, frozenset()) | _said(node.value, {})
    return found


def _returned(function: ast.FunctionDef) -> frozenset[str]:
    """Return which texts a function may return."""
    returns = [node for node in ast.walk(function) if isinstance(node, ast.Return)]
    return frozenset().union(*(_said(node.value, _named(function)) for node in returns))


def _said(node: ast.AST | None, known: dict[str, frozenset[str]]) -> frozenset[str]:
    """Return the texts that an expression may be: gettext's, and those of names in it."""
    found: set[str] = set()
    for each in ast.walk(node) if node else ():
        if isinstance(each, ast.Name):
            found |= known.get(each.id, frozenset())
        elif isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
            place = {"gettext": 0, "ngettext": 1}.get(each.func.id)
            text = None if place is None else each.args[place]
            # Help is asked for by a name, and is no message.
            if isinstance(text, ast.Constant):
                found.add(str(text.value))
    return frozenset(found)
