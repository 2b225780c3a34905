"""How many have answered so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from forms.analysis.participation import Participation, participation
from forms.checklist.model import load_checklist
from forms.collect.access import Access
from forms.collect.source import open_sources
from forms.notes import Note
from forms.responses.counting import read_sources


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
class StatusResult:
    """The checklist's title, who answered, in what steps groups are counted, and what stood out."""

    title: str
    participation: Participation
    step: int
    notes: Sequence[Note]


def read_status(request: StatusRequest) -> StatusResult:
    """Read the answers and count who gave them, groups in steps of `min_group`.

    Raises SourceError for answers that cannot be read, SettingsError for an `invited` that is none.
    """
    checklist = load_checklist(request.checklist)
    tables = open_sources(request.sources, checklist, request.tab, request.access)
    responses = read_sources(tables, checklist, request.today)
    counted = participation(checklist, responses, request.invited)
    return StatusResult(checklist.title, counted, checklist.rules.min_group, responses.notes)
