"""YAML as plain data that remembers its lines; whatever could hurt is refused while reading."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from gettext import gettext, ngettext
from pathlib import Path
from typing import Any

import yaml

from forms.checklist.yaml_lines import Line, line_at, text_at
from forms.checklist.yaml_mistakes import mistakes, reserved_at
from forms.errors import ChecklistError, reason_of
from forms.text import shortened

# The checklist that ships has 12 kB; an alias of an item, the deepest there is, lies 6 deep.
MAX_BYTES = 1_000_000
MAX_DEPTH = 12

Place = tuple[str | int, ...]
# Where a key itself stands, beside what it holds.
_KEY: Place = ("",)
_REMARK = re.compile(r"\s+#.*")
# libyaml's parser where PyYAML was built with it: faster, with the same events.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong on a line (counted from 1), and what to write instead."""

    line: int
    message: str


def place_name(place: Place) -> str:
    """Name a key as `'choices'`, an entry of a list as `entry 2 of 'choices'`."""
    if isinstance(place[-1], int):
        return gettext("entry {nth} of '{key}'").format(nth=place[-1] + 1, key=place[-2])
    return f"'{place[-1]}'"


def _too_deep() -> str:
    return gettext("nested far deeper than a checklist is; check the spaces before each line")


@dataclass(frozen=True)
class Scalar:
    """How a text was typed: without quotes or not, from which line (from 1), to where (from 0)."""

    is_plain: bool
    first: int
    end: tuple[int, int]


@dataclass(frozen=True)
class YamlSource:
    """A file's data: every scalar as the text that was typed, None where nothing was."""

    name: str
    data: Any
    lines: dict[Place, int]
    text: str = ""
    scalars: dict[Place, Scalar] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """Return the line where a place begins, or where the nearest thing around it does."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def value(self, place: Place) -> Any:
        """Return what stands at a place; raises LookupError where nothing does."""
        value = self.data
        for step in place:
            value = value[step]
        return value

    def remark_behind(self, place: Place) -> str:
        """Return the remark, from its `#` on, that follows an unquoted text on its line."""
        scalar = self.scalars.get(place)
        if not scalar or not scalar.is_plain:
            return ""
        line, column = scalar.end
        rest = text_at(self.text, line + 1)[column:]
        return rest.strip() if _REMARK.fullmatch(rest) else ""

    def typed(self, number: int) -> Line:
        """Return a line as it was typed; an empty one where nothing is."""
        return line_at(self.text, number)

    def error(self, faults: list[Fault]) -> ChecklistError:
        """Return one error that lists every fault as `file:line: message`, below how many."""
        lines = self.located(faults)
        heading = ngettext(
            "{count} mistake; the number behind the name is its line",
            "{count} mistakes; the number behind the name is the line",
            len(lines),
        ).format(count=len(lines))
        return ChecklistError(self.name, "\n".join([heading, *lines]))

    def located(self, faults: Iterable[Fault]) -> list[str]:
        """Return each fault once, as `file:line: message`: what it says to write ends the line."""
        lines = (f"{self.name}:{fault.line}: {fault.message}" for fault in sorted(faults))
        return list(dict.fromkeys(lines))


def read_yaml(path: Path) -> YamlSource:
    """Read a YAML file.

    Raises ChecklistError when it is missing, is no UTF-8 or no YAML, is larger than
    `MAX_BYTES`, nests deeper than `MAX_DEPTH`, or uses anchors, aliases or tags.
    """
    text = _text(path)
    source = YamlSource(str(path), None, {}, text)
    try:
        builder = _Builder(source, yaml.parse(text, Loader=_LOADER))
        return builder.document()
    except yaml.YAMLError as error:
        raise source.error(_mistyped(text, error)) from None


def _mistyped(text: str, error: yaml.YAMLError) -> list[Fault]:
    """Return what is wrong in words that say what to write; YAML's own say neither."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return [Fault(line, gettext("holds a character that no text has; save the file as UTF-8"))]
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else 1
    # The parser reads ahead of us, and newer ones have a limit of their own.
    if "nesting depth" in str(getattr(error, "problem", "")):
        return [Fault(line, _too_deep())]
    key = getattr(error, "context_mark", None)
    is_key = "simple key" in str(getattr(error, "context", ""))
    return [
        Fault(mistake.line.number, str(mistake))
        for mistake in mistakes(text, line, key.line + 1 if key and is_key else None)
    ]


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ChecklistError(
            str(path),
            gettext("there is no such file"),
            gettext("make a checklist with 'vinkje init'"),
        ) from None
    except IsADirectoryError:
        raise ChecklistError(
            str(path), gettext("this is a folder"), gettext("name the checklist in it")
        ) from None
    except OSError as error:
        problem = gettext("cannot be read: {reason}").format(reason=reason_of(error))
        raise ChecklistError(str(path), problem) from None
    if len(raw) > MAX_BYTES:
        raise ChecklistError(
            str(path),
            gettext("larger than 1 MB, and a checklist never is"),
            gettext("is it the right file?"),
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if raw.startswith(b"PK"):
            raise ChecklistError(
                str(path),
                gettext("this is no text but a file such as Excel or Word makes"),
                gettext(
                    "a checklist is text, made with 'vinkje init' and changed in an editor such "
                    "as Kladblok"
                ),
            ) from None
        line = raw[: error.start].count(b"\n") + 1
        wrong = gettext(
            "holds characters that are not UTF-8; save it as UTF-8, under the same name (in "
            "Kladblok, Notepad: File, Save as, 'All files', and UTF-8 at Encoding)"
        )
        raise YamlSource(str(path), None, {}).error([Fault(line, wrong)]) from None


class _Builder:
    """Builds data from parser events, so that nothing is expanded before it was looked at.

    Unfolded, a few lines of aliases can be gigabytes (*billion laughs*). Scalars stay text, since
    YAML 1.1 reads `no` as False and `1:30` as 90: the model says what each is to be.
    """

    def __init__(self, source: YamlSource, events: Iterator[Any]) -> None:
        self.source = source
        self.events = events

    def document(self) -> YamlSource:
        """Return the source with the data of its one document."""
        data: Any = None
        seen = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                seen += 1
                if seen > 1:
                    self.refuse(
                        event,
                        gettext(
                            "a second document starts here ('---'); take this line out, and keep "
                            "one checklist"
                        ),
                    )
            elif isinstance(event, yaml.NodeEvent):
                data = self.node(event, ())
        return replace(self.source, data=data)

    def refuse(self, event: Any, message: str) -> None:
        """Raise ChecklistError with a fault at an event's line."""
        raise self.source.error([Fault(event.start_mark.line + 1, message)])

    def refuse_sign(self, event: Any, message: str) -> None:
        """Refuse `&`, `*` or `!`; whoever wrote it mostly meant it as text."""
        self.refuse(event, reserved_at(self.source.text, event.start_mark.line + 1) or message)

    def node(self, event: Any, place: Place) -> Any:
        """Return what begins with an event, and take note of its line."""
        self.source.lines.setdefault(place, event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            self.refuse_sign(
                event,
                gettext("'&' and '*' (anchors and aliases) are not used here; write it out"),
            )
        if event.tag:
            sentence = gettext("the tag '{tag}' is not used here; leave it out")
            self.refuse_sign(event, sentence.format(tag=event.tag))
        if len(place) > MAX_DEPTH:
            self.refuse(event, _too_deep())
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(place)
        return self.mapping(place)

    def scalar(self, event: Any, place: Place) -> str | None:
        """Return the text as typed; None for what YAML calls null, without quotes."""
        first, end = event.start_mark.line + 1, event.end_mark
        if place[-1:] != _KEY:
            self.source.scalars[place] = Scalar(not event.style, first, (end.line, end.column))
        return None if event.implicit[0] and event.value in ("", "~", "null") else str(event.value)

    def sequence(self, place: Place) -> list[Any]:
        """Return the entries up to the event that ends the list."""
        items: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, (*place, len(items))))
        return items

    def mapping(self, place: Place) -> dict[str, Any]:
        """Return the entries up to the event that ends them; a doubled key is a fault."""
        entries: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            if not isinstance(event, yaml.ScalarEvent):
                self.refuse(
                    event, gettext("a key is one word; put quotes around a text that starts so")
                )
            key = str(self.node(event, (*place, *_KEY)))
            first = self.source.lines.setdefault((*place, key), line)
            if key in entries:
                sentence = gettext("'{key}' stands here again (first on line {line}); keep one")
                message = sentence.format(key=shortened(key, 40), line=first)
                self.source.faults.append(Fault(line, message))
            entries[key] = self.node(next(self.events), (*place, key))
        return entries
