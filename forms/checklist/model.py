"""The checklist: what is asked, and the rules by which answers are read."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from gettext import gettext
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)
from pydantic_core import ErrorDetails

from forms.checklist.faults import cross_faults, shape_fault
from forms.checklist.missing import missing_here
from forms.checklist.shapes import is_consequence, mistyped
from forms.checklist.yaml_source import Fault, Place, YamlSource, read_yaml
from forms.resources import resource
from forms.text import shortened
from forms.wording import Answer, wording

# No control character and no line break of any kind (Unicode's NEL, LS and PS too): Google's Forms
# API takes none in a title, and a header of a table holds one line.
OneLine = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=2000,
        pattern=r"^[^\x00-\x1f\x7f\x85\u2028\u2029]*$",
    ),
]
# As it stands at the start of a column's header, where `ColumnReader` looks for it.
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=20)]
Day = Annotated[
    date, BeforeValidator(lambda day: date.fromisoformat(day) if isinstance(day, str) else day)
]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(_NO_ZONE) from None
    return name


# Said for pydantic alone; `faults.shape_fault` words it.
_NO_ZONE = "no time zone"
# A day of an answer is a day there, whatever the machine's own clock.
TimeZone = Annotated[OneLine, AfterValidator(_known_zone)]


def _filled(answers: Any) -> Any:
    """Leave out answers without wording of their own: they keep the default."""
    if not isinstance(answers, dict):
        return answers
    return {name: text for name, text in answers.items() if text is not None}


def _each_answer(schema: dict[str, Any]) -> None:
    """Name every answer in the schema, so that editors complete them."""
    schema["properties"] = {str(answer): {"type": "string"} for answer in Answer}
    schema["additionalProperties"] = False


# Who has more has another file before them than a checklist.
_MOST_FAULTS = 200


# The docstrings of the models stand in the JSON Schema that ships, for people who write YAML.
class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Value):
    """Where the statements come from."""

    name: OneLine
    date: Day | None = None


class Round(_Value):
    """One time that staff are asked; until it closes a report shows totals only."""

    name: OneLine
    closes: Day | None = None


class RespondentQuestion(_Value):
    """A question about the respondent; one of them may split the report in groups."""

    id: Id
    label: OneLine
    choices: tuple[OneLine, ...] = Field(min_length=2)
    required: bool = False
    split: bool = False


class Due(_Value):
    """Days from a report to the deadline it proposes."""

    needed: int = Field(default=30, ge=0, le=3650)
    desirable: int = Field(default=90, ge=0, le=3650)
    find_out: int = Field(default=14, ge=0, le=3650)


class Rules(_Value):
    """From which share a statement is in order, or needed, and how small a group may be shown."""

    in_order_from: Decimal = Field(default=Decimal("0.8"), gt=0, le=1, decimal_places=6)
    needed_from: Decimal = Field(default=Decimal("0.25"), ge=0, le=1, decimal_places=6)
    # Under 3 a group of two would show each to the other.
    min_group: int = Field(default=5, ge=3, le=1000)
    # Of fewer, two that put together what they know would find out the others by the quartiles.
    min_organisations: int = Field(default=10, ge=9, le=1000)
    due: Due = Due()


class Item(_Value):
    """A statement, and what to do when it is not in order."""

    id: Id
    text: OneLine
    help: OneLine | None = None
    action: OneLine | None = None
    owner: OneLine | None = None
    aliases: tuple[OneLine, ...] = ()


class Section(_Value):
    """Statements that belong together: a page of the form, a tab of the workbook."""

    id: Id
    title: OneLine
    items: tuple[Item, ...] = Field(min_length=1)


class Checklist(_Value):
    """A whole checklist.yaml."""

    title: OneLine
    language: Literal["nl", "en"] = "nl"
    time_zone: TimeZone = "Europe/Amsterdam"
    source: Source | None = None
    introduction: (
        Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] | None
    ) = None
    round: Round | None = None
    remarks: Literal["item", "section", "none"] = "section"
    respondent: tuple[RespondentQuestion, ...] = ()
    answers: Annotated[dict[Answer, OneLine], BeforeValidator(_filled)] = Field(
        default={}, json_schema_extra=_each_answer
    )
    rules: Rules = Rules()
    sections: tuple[Section, ...] = Field(min_length=1)

    def items(self) -> Iterator[Item]:
        """Yield every item of every section, in the checklist's order."""
        for section in self.sections:
            yield from section.items

    def answer_labels(self) -> dict[Answer, str]:
        """Return all answers in their order, as this checklist words them or else by default."""
        words = wording(self.language)
        return {answer: self.answers.get(answer) or words.answer(answer) for answer in Answer}

    def split_question(self) -> RespondentQuestion | None:
        """Return the question whose answers divide the report in groups, if there is one."""
        return next((question for question in self.respondent if question.split), None)


def load_checklist(path: Path) -> Checklist:
    """Read a checklist. Raises ChecklistError as `read_checklist` does."""
    return read_checklist(path)[0]


def read_checklist(path: Path) -> tuple[Checklist, YamlSource]:
    """Read a checklist, and how it was typed.

    Raises ChecklistError that lists every fault, each as `file:line: what is wrong, what to
    write`.
    """
    source = read_yaml(path)
    faults = list(source.faults)
    if not isinstance(source.data, dict):
        empty = gettext("the file holds no checklist; it begins with 'title: …'")
        raise source.error([Fault(1, empty)])
    checklist = None
    try:
        checklist = Checklist.model_validate(source.data)
    except ValidationError as error:
        details = [d for d in error.errors(include_url=False) if not is_consequence(d)]
        faults += [_fault(detail, source) for detail in details[:_MOST_FAULTS]]
    faults += [
        Fault(source.line(place), _with_cut(message, place, source))
        for place, message in cross_faults(source.data)
    ]
    if faults or checklist is None:
        raise source.error(faults)
    return checklist, source


def _fault(detail: ErrorDetails, source: YamlSource) -> Fault:
    return mistyped(detail, source) or Fault(
        source.line(detail["loc"]), shape_fault(detail, Checklist)
    )


def _with_cut(message: str, place: Place, source: YamlSource) -> str:
    """Return also what to do when texts are alike only because `#` cut them."""
    rest = shortened(source.remark_behind(place), 40)
    if not rest:
        return message
    cut = gettext("It ends before '{rest}': put quotes around the whole text").format(rest=rest)
    return f"{message}. {cut}"


def default_checklist() -> Path:
    """Return `checklist.yaml` in this folder, or the one that ships where nothing is somebody's.

    Raises ChecklistError in a folder of one's own that lacks it: who lost their own checklist
    would otherwise send out another one.
    """
    here = Path("checklist.yaml")
    if here.exists() or here.is_symlink():
        return here
    if error := missing_here(here):
        raise error
    return shipped_checklist()


def shipped_checklist() -> Path:
    """Return the path of the checklist that ships with the code."""
    return resource("checklist.yaml")


def write_json_schema() -> None:
    """Write the schema that ships with `vinkje init` anew, after a change of the models above."""
    text = json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
    (resource("templates") / "init" / "checklist.schema.json").write_text(text, encoding="utf-8")


def json_schema() -> dict[str, object]:
    """Return the JSON Schema by which editors complete and check a checklist."""
    schema = Checklist.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
