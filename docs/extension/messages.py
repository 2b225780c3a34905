"""What the program says that asks for something, with the way out: notes, and faults.

Notes are of `templates/wording`, faults of the catalogue and the code around it. Other texts are
there when they say themselves what to do, and have three words or more: shorter ones are labels.
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
from forms.notes import KINDS, Level
from forms.report import note_kinds as _of_reports  # noqa: F401 - it adds its kinds
from forms.responses.note_kinds import Encoding
from forms.wording import wording

_FEWEST_WORDS = 3
_WRITE_SO = "write: {line}"
# What is filled in, in our messages and in Click's; a reader has something else there.
_FILLED = re.compile(r"\{[^}]*\}|%\(\w+\)\w")


class Text(NamedTuple):
    """A message as readers see it, and in which file it stands."""

    place: str
    text: str


# A fault: what is wrong, what to do, and what became of things, each as texts that it may be.
Fault = tuple[frozenset[str], frozenset[str], frozenset[str]]


def notes(words: dict[str, str], language: str) -> str:
    """Return what vinkje tells with a report: what asks somebody to look first, then the rest."""
    said = wording(language)
    told: dict[str, list[str]] = {"answers": [], "list": [], "note": []}
    for key, kind in KINDS.items():
        part = "answers" if kind.__module__ == Encoding.__module__ else "list"
        text, way = _split(said.texts[f"note.{key}"])
        way = " ".join(filter(None, [way, all_words()["advice"].get(key, {}).get(language)]))
        told["note" if kind.level is Level.NOTE else part].append(
            defined(f"**{_shown(text)}**", _shown(way))
        )
    return "\n\n".join(
        line for part, entries in told.items() for line in (f"## {words[part]}", *_sorted(entries))
    )


def messages(words: dict[str, str], language: str) -> str:
    """Return the faults that everybody may meet, each with its way out, part by part."""
    return _of_page("first", words, language)


def more_messages(words: dict[str, str], language: str) -> str:
    """Return the same of mail, forms, databases and commands."""
    return _of_page("more", words, language)


def _of_page(page: str, words: dict[str, str], language: str) -> str:
    texts = _texts(language)
    # The line that is meant stands in the message itself.
    copied = {texts[_WRITE_SO].text: words["copy"]}

    def shown(way: str) -> str:
        return _shown(copied.get(way, way))

    lines: list[str] = []
    for room in (each for each in all_words()["rooms"] if each["page"] == page):
        said = {each for each, text in texts.items() if _room_of(text.place) == room}
        entries, told = {}, set()
        for problem, remedies, effects in _entries(sorted(said)):
            told |= {problem, *remedies, *effects}
            entries[_shown(texts[problem].text)] = [
                _told(words["remedy"], [shown(texts[each].text) for each in remedies]),
                _told(words["effect"], [_shown(texts[each].text) for each in effects]),
            ]
        for each in filter(_is_message, said - told):
            problem, way = _split(texts[each].text)
            if _is_whole(problem, way) and each not in _as_ways_out():
                entries.setdefault(_shown(problem), [_told(words["remedy"], [shown(way)])])
        if entries:
            lines.append(f"## {room[language]}")
        lines += [defined(f"**{problem}**", *entries[problem]) for problem in _sorted(entries)]
    return "\n\n".join(lines)


def _split(text: str) -> tuple[str, str]:
    """Return what a text says, and what it says to do, behind a semicolon or its first sentence."""
    said, _, way = " ".join(text.split()).partition("; ")
    first, end, rest = said.partition(". ")
    if end:
        return f"{first}.", "; ".join(filter(None, [rest, way]))
    return said, way


def _is_whole(problem: str, way: str) -> bool:
    """Say whether it says both what and how; else it is part of a sentence, or all went well."""
    begins = not re.match(r"(?:or|and|of|en)\b", problem)
    says = all(re.search(r"[^\W\d]", _FILLED.sub("", text)) for text in (problem, way))
    return begins and says and problem.count("(") == problem.count(")")


@cache
def _as_ways_out() -> frozenset[str]:
    """Return the texts that stand behind a problem: they are told there."""
    return frozenset().union(*(remedy | effect for what, remedy, effect in faults() if what))


def _is_message(english: str) -> bool:
    return len(_FILLED.sub("", english).split()) >= _FEWEST_WORDS


def _sorted(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=lambda text: (re.sub(r"\W", "", text).casefold(), text))


def _shown(text: str) -> str:
    shown = plain(_FILLED.sub("…", text)).replace("….", "…")
    # A key such as min_group is written as it is.
    return shown if "_" in shown.split(" ")[0] else shown[:1].upper() + shown[1:]


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
    return found


def _most(text: Any) -> str:
    """Return a message's text; of one that counts, that for many."""
    return str(text[1] if isinstance(text, tuple | list) else text)


def _room_of(place: str) -> dict[str, Any]:
    rooms: list[dict[str, Any]] = all_words()["rooms"]
    # The place that says most: that of one file goes before that of its folder.
    lengths = [max(len(p) * place.startswith(p) for p in room["places"]) for room in rooms]
    return rooms[lengths.index(max(lengths))]


def _entries(said: Iterable[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each problem among some texts that has a way out, with that and its effects."""
    for problem in said:
        ways = [fault for fault in faults() if problem in fault[0]]
        remedies = {each: None for _, remedy, _ in ways for each in sorted(remedy)}
        effects = {each: None for _, _, effect in ways for each in sorted(effect)}
        if remedies:
            yield problem, [*remedies], [*effects]


@cache
def faults() -> list[Fault]:
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
            handed = [] if problem else _handed(function, nodes[0], functions)
            yield from ((each, remedy, effect) for each in handed or [problem])


def _handed(
    function: ast.FunctionDef, problem: ast.AST | None, functions: list[ast.FunctionDef]
) -> list[frozenset[str]]:
    """Return which texts others in the module give a function, which makes its fault of them."""
    names = {each.id for each in ast.walk(problem or ast.Pass()) if isinstance(each, ast.Name)}
    places = [i for i, each in enumerate(function.args.args) if each.arg in names]
    returned = {node.name: _returned(node) for node in functions}
    found = [
        _said(call.args[place], _named(other) | returned)
        for other in functions
        for call in ast.walk(other)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == function.name
        for place in places
        if place < len(call.args)
    ]
    return [each for each in found if each]


def _calls(function: ast.FunctionDef) -> Iterator[ast.Call]:
    """Yield where a fault is made: a class of forms.errors, or of a mistyped line, by its name."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name.endswith("Error") or name == "Mistake":
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
