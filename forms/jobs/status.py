"""How many have answered so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from gettext import gettext
from pathlib import Path

from forms.analysis.participation import Participation, participation
from forms.analysis.sector import least_answers
from forms.checklist.model import Checklist, load_checklist
from forms.collect.access import Access
from forms.collect.source import open_source, open_sources
from forms.errors import FormsError
from forms.notes import Note
from forms.responses.counting import read_sources
from forms.store.open import is_store, read_store


@dataclass(frozen=True)
class StatusRequest:
    """Where the answers are, and how many were invited: texts such as `Wijkbeheerder=12`."""

    sources: tuple[str, ...]
    checklist: Path
    today: date
    invited: tuple[str, ...] = ()
    tab: str | None = None
    access: Access = field(default_factory=Access)


@dataclass(frozen=True)
class RoundStatus:
    """How many answered of each organisation that takes part, and how many it takes to count.

    A number is None where its source cannot be read; `notes` say why.
    """

    title: str
    answers: Mapping[str, int | None]
    least: int
    notes: Sequence[str]


@dataclass(frozen=True)
class StatusResult:
    """The checklist's title, who answered, in what steps groups are counted, and what stood out."""

    title: str
    participation: Participation
    step: int
    notes: Sequence[Note]


def read_status(request: StatusRequest) -> StatusResult | RoundStatus:
    """Read the answers and count who gave them, groups in steps of `min_group`.

    Of several organisations only how many of each. Raises SourceError for answers that cannot be
    read, SettingsError for an `invited` that is none.
    """
    checklist = load_checklist(request.checklist)
    if status := _round_status(request, checklist):
        return status
    tables = open_sources(request.sources, checklist, request.tab, request.access)
    responses = read_sources(tables, checklist, request.today)
    counted = participation(checklist, responses, request.invited)
    return StatusResult(checklist.title, counted, checklist.rules.min_group, responses.notes)


def _round_status(request: StatusRequest, checklist: Checklist) -> RoundStatus | None:
    """Count the answers of each organisation; None where it is about one."""
    (source, *others), access = request.sources, request.access
    if others or access.organisation is not None or not is_store(source):
        return None
    with read_store(source) as store:
        organisations, answered = store.organisations(), store.answered()
    if not organisations:
        return None
    answers: dict[str, int | None] = {}
    notes = []
    for each in organisations:
        answers[each.name] = answered.get(each.name, 0)
        if each.source:
            try:
                table = open_source(each.source, checklist, access=access)
                answers[each.name] = read_sources([table], checklist, request.today).rows.used
            except FormsError as error:
                answers[each.name] = None
                notes.append(f"{each.name}: {error}")
    if strays := sum(count for name, count in answered.items() if name not in answers):
        text = gettext("{count} answers are of no organisation that takes part, and count nowhere")
        notes.append(text.format(count=strays))
    least = least_answers(checklist.rules.min_group)
    return RoundStatus(checklist.title, answers, least, notes)
