"""A sector's report: worked out once, when the round of all is over, and never again."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from gettext import gettext
from pathlib import Path
from zoneinfo import ZoneInfo

from forms.analysis.sector import (
    Contribution,
    SectorFigures,
    as_text,
    contribution,
    from_text,
    least_answers,
    sector_figures,
)
from forms.atomic_files import check_distinct, check_not_in_use, write_all
from forms.checklist.model import Checklist, load_checklist
from forms.collect.access import Access
from forms.collect.source import check_sources, local_file, open_source
from forms.errors import FormsError, OutputError, StoreError
from forms.jobs.shared_round import SharedRound, answers_of, shared_round
from forms.mail.sector_mail import sector_mail
from forms.publish.web.round_window import RoundWindow
from forms.responses.counting import read_sources
from forms.store.interface import Organisation
from forms.store.open import open_store, read_store
from forms.workbook.sector_book import sector_book


@dataclass(frozen=True)
class SectorRequest:
    """The store of a round, what was asked there, and where the workbook goes.

    `agree` is called with the names of organisations that do not count, before what cannot be
    undone; it may raise.
    """

    store: str
    output: Path
    checklist: Path
    today: date
    access: Access = field(default_factory=Access)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    agree: Callable[[Sequence[str]], None] = lambda _: None


@dataclass(frozen=True)
class SectorResult:
    """What the sector is told, whether that was worked out just now, and the files."""

    figures: SectorFigures
    is_new: bool
    written: tuple[Path, ...]
    kept: tuple[Path, ...]


def make_sector(request: SectorRequest) -> SectorResult:
    """Work the figures out, unless that was done, and write the workbook and the mail.

    Raises StoreError while the round is open, where too few count, and what reading answers does;
    then nothing was worked out for good. Raises OutputError for files that cannot be written.
    """
    checklist = load_checklist(request.checklist)
    mail = [request.output.with_suffix(ending) for ending in (".eml", ".html")]
    _check_outputs(request, mail)
    taking_part = shared_round(request.store)
    figures = taking_part.sector
    if is_new := figures is None:
        figures = _worked_out(request, checklist, taking_part)
    workbook = sector_book(figures, checklist)
    said = sector_mail(figures, checklist, workbook, request.output.name)
    contents = {
        request.output: workbook,
        mail[0]: said.eml,
        mail[1]: said.html.encode(),
    }
    kept = write_all(contents, keep_former=[request.output])
    return SectorResult(figures, is_new, tuple(contents), tuple(kept))


def _check_outputs(request: SectorRequest, mail: Sequence[Path]) -> None:
    if request.output.suffix.lower() != ".xlsx":
        raise OutputError(
            str(request.output),
            gettext("the report is an Excel workbook"),
            gettext("end its name in .xlsx"),
        )
    check_distinct([request.output, *mail], [request.checklist, local_file(request.store)])
    for path in (request.output, *mail):
        check_not_in_use(path)


def _worked_out(
    request: SectorRequest, checklist: Checklist, taking_part: SharedRound
) -> SectorFigures:
    """Work the figures out and keep them for good; whoever was first decides."""
    _refuse_open_round(request, checklist)
    # Else the answers of one would stand for several, in figures that are made once.
    check_sources([each.source for each in taking_part.organisations if each.source])
    brought = [_brought(request, checklist, each) for each in taking_part.organisations]
    figures = sector_figures(checklist, request.today, brought)
    _refuse_few(request.store, figures, brought)
    names = (each.name for each in taking_part.organisations)
    if out := [name for name, each in zip(names, brought, strict=True) if not each.is_enough]:
        request.agree(out)
    with closing(open_store(request.store)) as store:
        return from_text(store.keep_figures(as_text(figures)))


def _refuse_open_round(request: SectorRequest, checklist: Checklist) -> None:
    closes = checklist.round.closes if checklist.round else None
    with read_store(request.store) as reader:
        closed_at = reader.closed_at()
    rounds = RoundWindow(closes, lambda: closed_at, ZoneInfo(checklist.time_zone))
    if not rounds.takes_answers(request.clock()):
        return
    once = gettext("The sector's figures are made once, and answers after that change nothing")
    if closed_at or (closes and not rounds.shows_form(request.clock())):
        remedy = gettext(
            "do this an hour after the round closed: who had the form open can send it"
        )
    elif closes:
        remedy = gettext("do this after {day}, or close it now: vinkje store close").format(
            day=closes
        )
    else:
        remedy = gettext(
            "close it with 'vinkje store close', or write the last day under 'round' in the "
            "checklist"
        )
    raise StoreError(request.store, gettext("the round is still open"), remedy, once)


def _brought(request: SectorRequest, checklist: Checklist, each: Organisation) -> Contribution:
    """Return what one organisation brings; a fault says whose answers cannot be read."""
    source, access = answers_of(each, request.store, request.access)
    try:
        table = open_source(source, checklist, access=access)
        responses = read_sources([table], checklist, request.today)
    except FormsError as error:
        effect = gettext(
            "So nothing was made: every organisation counts, or is left out by its answers"
        )
        raise StoreError(each.name, str(error), effect=effect) from error
    return contribution(checklist, responses, each.size)


def _refuse_few(store: str, figures: SectorFigures, brought: Sequence[Contribution]) -> None:
    if figures.participation.counted >= figures.least:
        return
    least = least_answers(figures.min_group)
    nearly = sum(0 < each.answers < least for each in brought)
    problem = gettext(
        "{counted} of {asked} organisations have the {answers} answers that it takes to count, and "
        "a sector's report is of {least} at least"
    ).format(
        counted=figures.participation.counted,
        asked=figures.participation.asked,
        answers=least,
        least=figures.least,
    )
    remedy = gettext(
        "open the round again for those that have fewer ({nearly}) or none ({none}), with 'vinkje "
        "store close --reopen' and a later last day, or add organisations"
    ).format(nearly=nearly, none=sum(not each.answers for each in brought))
    raise StoreError(store, problem, remedy, gettext("Nothing was made"))
