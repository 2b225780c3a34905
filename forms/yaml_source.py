"""YAML as plain data that remembers its lines; whatever could hurt is refused while reading."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from forms.errors import ChecklistError
from forms.text import shortened

MAX_BYTES = 1_000_000
MAX_DEPTH = 12
_TOO_DEEP = "nested far deeper than a checklist is; check the indentation"

Place = tuple[str | int, ...]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong on a line (counted from 1), and what to write instead."""

    line: int
    message: str


@dataclass(frozen=True)
class YamlSource:
    """A file's data: every scalar as the text that was typed, None where nothing was."""

    name: str
    data: Any
    lines: dict[Place, int]
    faults: list[Fault] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """Return the line where a place begins, or where the nearest thing around it does."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def error(self, faults: list[Fault]) -> ChecklistError:
        """Return one error that lists every fault as `file:line: message`."""
        lines = dict.fromkeys(
            f"{self.name}:{fault.line}: {fault.message}" for fault in sorted(faults)
        )
        return ChecklistError("\n".join(lines))


def read_yaml(path: Path) -> YamlSource:
    """Read a YAML file.

    Raises ChecklistError when it is missing, is no UTF-8 or no YAML, is larger than
    `MAX_BYTES`, nests deeper than `MAX_DEPTH`, or uses anchors, aliases or tags.
    """
    source = YamlSource(str(path), None, {})
    text = _text(path)
    try:
        builder = _Builder(source, yaml.parse(text, Loader=_LOADER))
        return builder.document()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        said = (
            f"this is not YAML ({problem}); check the indentation, the colons, and put quotes "
            "around a text that holds ': ' or ' #'"
        )
        # The parser reads ahead of us, and newer ones have a limit of their own.
        is_deep = "nesting depth" in problem
        raise source.error(
            [Fault(mark.line + 1 if mark else 1, _TOO_DEEP if is_deep else said)]
        ) from None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ChecklistError(
            f"{path}: there is no such file; make a checklist with 'vinkje init'"
        ) from None
    except IsADirectoryError:
        raise ChecklistError(f"{path}: this is a folder; name the checklist in it") from None
    except OSError as error:
        raise ChecklistError(f"{path}: cannot be read: {error.strerror}") from None
    if len(raw) > MAX_BYTES:
        raise ChecklistError(
            f"{path}: larger than 1 MB; a checklist never is. Is it the right file?"
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise ChecklistError(
            f"{path}:{line}: holds characters that are not UTF-8; save the file as UTF-8"
        ) from None


class _Builder:
    """Builds data from parser events, so that nothing is expanded before it was looked at."""

    def __init__(self, source: YamlSource, events: Iterator[Any]) -> None:
        self.source = source
        self.events = events

    def document(self) -> YamlSource:
        data: Any = None
        seen = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1:
                    self.refuse(event, "a second document starts here ('---'); keep one to a file")
            elif isinstance(event, yaml.NodeEvent):
                data = self.node(event, ())
        return YamlSource(self.source.name, data, self.source.lines, self.source.faults)

    def refuse(self, event: Any, message: str) -> None:
        raise self.source.error([Fault(event.start_mark.line + 1, message)])

    def node(self, event: Any, place: Place) -> Any:
        self.source.lines.setdefault(place, event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            self.refuse(event, "'&' and '*' (anchors and aliases) are not used here; write it out")
        if event.tag and event.tag != "!":
            self.refuse(event, f"the tag '{event.tag}' is not used here; leave it out")
        if len(place) > MAX_DEPTH:
            self.refuse(event, _TOO_DEEP)
        if isinstance(event, yaml.ScalarEvent):
            return None if event.implicit[0] and event.value in ("", "~", "null") else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(place)
        return self.mapping(place)

    def sequence(self, place: Place) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, (*place, len(items))))
        return items

    def mapping(self, place: Place) -> dict[str, Any]:
        entries: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse(event, "a key is one word; put quotes around a text that starts so")
            key = str(self.node(event, (*place, "")))
            first = self.source.lines.setdefault((*place, key), line)
            if key in entries:
                said = f"'{shortened(key, 40)}' stands here again (first on line {first}); keep one"
                self.source.faults.append(Fault(line, said))
            entries[key] = self.node(next(self.events), (*place, key))
        return entries
