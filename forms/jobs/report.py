"""The main job: from a source to the workbook, the mail and the figures, all at once or not."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from gettext import gettext
from pathlib import Path

from babel.dates import format_date

from forms.action_list.items import check_same_checklist, check_same_organisation
from forms.analysis.disclosure import disclose
from forms.analysis.rules import apply_rules
from forms.analysis.sector import SectorFigures
from forms.analysis.trend import earlier_rounds, later_rounds
from forms.atomic_files import check_absent, check_distinct, check_not_in_use
from forms.checklist.model import Checklist, load_checklist
from forms.collect.access import Access
from forms.collect.source import (
    access_to_earlier,
    check_once,
    local_file,
    open_source,
    open_sources,
)
from forms.errors import OutputError, WorkbookError
from forms.jobs.report_files import newer_copies, previous_path, put_first_in_place, put_in_place
from forms.language import message_language
from forms.mail.attachment import notes_on_copy
from forms.mail.body import check_link
from forms.mail.report_mail import fits_a_mail, is_attached, report_mail
from forms.notes import Note
from forms.report.existing import ExistingWorkbook
from forms.report.model import Report, as_json
from forms.report.note_kinds import (
    AttachmentLarge,
    NotCompared,
    NotInRound,
    RoundOpen,
    SecretLost,
    Withheld,
)
from forms.report.reconciliation import reconciled_secret, withheld_codes
from forms.report.secret import Secret, saved_secret, secret_path
from forms.report.unread import note_on, only_read, unread_remarks
from forms.responses.counting import read_sources
from forms.responses.model import Responses
from forms.store.open import shown_address
from forms.text import one_line

# In the place of a file: the figures are for the caller to print.
PRINTED = Path("-")
_MB = 1_000_000


@dataclass(frozen=True)
class ReportRequest:
    """What a report is made from, and where it goes; `PRINTED` leaves the figures to the caller.

    Of one of several organisations, `size` is its size class and `sector` what all are told of all.
    """

    sources: tuple[str, ...]
    output: Path
    checklist: Path
    today: date
    previous: tuple[str, ...] = ()
    tab: str | None = None
    json_to: Path | None = None
    workbook_url: str | None = None
    overwrite: bool = False
    access: Access = field(default_factory=Access)
    size: str = ""
    sector: SectorFigures | None = None

    @property
    def organisation(self) -> str:
        """Return whose report it is of several organisations; "" where there is one."""
        return self.access.organisation or ""

    @property
    def json_file(self) -> Path | None:
        """Return the file that the figures go in, if any."""
        return None if self.json_to == PRINTED else self.json_to


@dataclass(frozen=True)
class ReportResult:
    """A report, its figures as JSON, what was written, what was kept of a former one.

    `read` is what stood out in the answers, `notes` while the report was written; `to_read` says
    which remarks to read before anything is mailed.
    """

    report: Report
    json: str
    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    read: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()
    to_read: Note | None = None

    @property
    def every_note(self) -> list[Note]:
        """Return all that stood out, also in what people wrote in the list."""
        from forms.report.list_notes import carried_notes

        report = self.report
        return [*_on_the_round(report), *self.read, *carried_notes(report), *self.notes]


def _on_the_round(report: Report) -> list[Note]:
    """Return why groups and remarks are not shown, while they are not."""
    asked = report.checklist.round
    if not (report.findings.round_open and asked and asked.closes):
        return []
    day = format_date(asked.closes, "d MMMM yyyy", locale=message_language())
    return [Note(RoundOpen(day))]


def make_report(request: ReportRequest) -> ReportResult:
    """Read, count, judge and write.

    Raises FormsError: SourceError for answers that cannot be read, WorkbookError for a workbook
    that no report can go into, OutputError for files that cannot be written. Then every file is as
    it was.
    """
    outputs = _checked_outputs(request)
    checklist = _checklist(request)
    existing = _existing(request, checklist)
    before = existing or _readable(request.output)
    report, read = _report(request, checklist, existing, before)
    could_be_read = before.remarks if before else frozenset()
    unread = unread_remarks(report, could_be_read)
    mailed = only_read(report, could_be_read) if unread else report
    figures = json.dumps(as_json(report), ensure_ascii=False, indent=2) + "\n"
    contents = write_report(report, request.output, request.workbook_url, mailed)
    if request.json_file:
        contents[request.json_file] = figures.encode()
    workbook = contents[request.output]
    # Looked for before the new workbook is there: it would be newer than all of them.
    copies = newer_copies(request.output, existing) if existing else ()
    if existing:
        kept = put_in_place(request.output, contents, existing)
    else:
        kept = put_first_in_place(
            request.output, contents, replaceable=request.json_file, overwrite=request.overwrite
        )
    notes = (*copies, *_too_large(request, workbook))
    # A first workbook is vinkje's alone.
    if existing:
        notes += notes_on_copy(workbook, request.output.name, request.workbook_url)
    to_read = note_on(report, unread, is_attached=is_attached(workbook, request.workbook_url))
    return ReportResult(report, figures, tuple(outputs), tuple(kept), read, notes, to_read)


def _checklist(request: ReportRequest) -> Checklist:
    """Return the checklist; of one of several organisations its title says whose report it is."""
    checklist = load_checklist(request.checklist)
    if not request.organisation:
        return checklist
    title = f"{checklist.title} - {one_line(request.organisation)}"
    return checklist.model_copy(update={"title": title})


def _too_large(request: ReportRequest, workbook: bytes) -> tuple[Note, ...]:
    if request.workbook_url or fits_a_mail(workbook):
        return ()
    return (Note(AttachmentLarge(request.output.name, len(workbook) // _MB)),)


def _existing(request: ReportRequest, checklist: Checklist) -> ExistingWorkbook | None:
    """Return the workbook that stands where the new one goes; None when there is none to keep."""
    from forms.workbook.reader import open_existing

    if request.overwrite or not request.output.exists():
        return None
    with _with_way_out(request.output):
        existing = open_existing(request.output)
        check_same_checklist(str(request.output), existing.list, checklist)
        check_same_organisation(str(request.output), existing.list, request.organisation)
    return existing


@contextmanager
def _with_way_out(output: Path) -> Iterator[None]:
    """Say of a workbook that no report can go into that it is as it was, and what else to do."""
    try:
        yield
    except WorkbookError as error:
        other = gettext(
            "Otherwise, name another file with -o, or begin the action list anew with --overwrite, "
            "which keeps this file beside it"
        )
        place = error.place if str(output) in error.place else f"{output}: {error.place}"
        effect = ". ".join((gettext("Nothing was changed"), other))
        raise WorkbookError(place, error.problem, error.remedy, effect) from None


def _readable(output: Path) -> ExistingWorkbook | None:
    """Return a workbook that no list is carried from: what it gave and hid still holds."""
    from forms.workbook.reader import open_existing

    # What cannot be read says nothing.
    with suppress(WorkbookError):
        if output.exists():
            return open_existing(output)
    return None


def write_report(
    report: Report,
    output: Path,
    workbook_url: str | None = None,
    mailed: Report | None = None,
) -> dict[Path, bytes]:
    """Return the content of the workbook and of the mail beside it.

    `mailed` is what the copy in the mail may hold of the report; without it that is all.
    """
    from forms.workbook import build_workbook

    with _with_way_out(output):
        copy = workbook = build_workbook(report)
        if mailed is None or not is_attached(workbook, workbook_url):
            mailed = report
        if mailed is not report:
            copy = build_workbook(mailed)
    mail = report_mail(mailed, copy, output.name, workbook_url, is_whole=mailed is report)
    return {
        # First, so that it never knows of less than what is out.
        secret_path(output): saved_secret(Secret(report.key, report.released, report.withheld)),
        output: workbook,
        output.with_suffix(".eml"): mail.eml,
        output.with_suffix(".html"): mail.html.encode(),
    }


def _report(
    request: ReportRequest,
    checklist: Checklist,
    existing: ExistingWorkbook | None,
    before: ExistingWorkbook | None,
) -> tuple[Report, tuple[Note, ...]]:
    """Return the report, and what its maker should know of the answers.

    `before` is the workbook that lies there, also where no list is carried from it.
    """
    secret, is_lost = reconciled_secret(request.output, before)
    read = _answers(request, checklist, secret)
    previous, absent = _previous(request, checklist, secret, read)
    shown = disclose(checklist, read, previous, secret.released, request.today)
    earlier = earlier_rounds(shown.earlier, checklist.language)
    # Also those that stand and were taken back since; mostly they are the same ones.
    remarks = {
        subject: tuple(dict.fromkeys((*read.remarks.get(subject, ()), *texts)))
        for subject, texts in shown.responses.remarks.items()
    }
    withheld = withheld_codes(before, read.remarks | remarks, secret, is_lost=is_lost)
    later = later_rounds(read, earlier)
    last = earlier[-1].responses if earlier else None
    report = Report(
        checklist,
        replace(shown.responses, notes=(*shown.responses.notes, *later)),
        apply_rules(checklist, shown.responses, request.today, last),
        request.today,
        earlier=earlier,
        existing=existing,
        withheld=withheld,
        key=secret.key,
        released=shown.released,
        waiting=shown.waiting,
        split_since=shown.split_since,
        organisation=request.organisation,
        size=request.size,
        sector=request.sector,
    )
    notes = [*read.notes, *later, *shown.notes, *absent, *_not_compared(last)]
    if is_lost:
        notes.append(Note(SecretLost(secret_path(request.output).name)))
    elif existing and existing.keys[:1] == (secret.name,) and (new := withheld - secret.withheld):
        notes.append(Note(Withheld(len(new), previous_path(request.output).name)))
    return report, tuple(notes)


def _answers(request: ReportRequest, checklist: Checklist, secret: Secret) -> Responses:
    """Read the answers of this round."""
    # Named twice, the same answers would count twice.
    check_once([*request.sources, *request.previous])
    tables = open_sources(request.sources, checklist, request.tab, request.access)
    sketching = secret.released.sketching(secret.key)
    return read_sources(tables, checklist, request.today, sketching)


def _not_compared(last: Responses | None) -> Iterator[Note]:
    """Yield which items the last round asked in other words."""
    if last and (ids := dict.fromkeys(column.subject for column in last.reworded_columns())):
        yield Note(NotCompared(", ".join(ids), last.name))


def _previous(
    request: ReportRequest, checklist: Checklist, secret: Secret, read: Responses
) -> tuple[list[Responses], list[Note]]:
    """Read the earlier rounds, and say in which an organisation did not take part."""
    asked = tuple(sorted(read.counts))
    sketching = secret.released.sketching(secret.key, asked)
    rounds, absent = [], []
    for source in request.previous:
        if access := access_to_earlier(source, request.access):
            table = open_source(source, checklist, access=access)
            rounds.append(read_sources([table], checklist, request.today, sketching))
        else:
            absent.append(Note(NotInRound(shown_address(source))))
    return rounds, absent


def _checked_outputs(request: ReportRequest) -> list[Path]:
    """Return what will be written, once it is known that it can be."""
    output = request.output
    if output.suffix.lower() != ".xlsx":
        raise OutputError(
            str(output),
            gettext("the report is an Excel workbook"),
            gettext("end its name in .xlsx"),
        )
    check_link(request.workbook_url)
    mail = [output.with_suffix(".eml"), output.with_suffix(".html")]
    outputs = [output, *mail, *([request.json_file] if request.json_file else [])]
    sources = map(local_file, [*request.sources, *request.previous])
    kept = [previous_path(output)] if output.exists() and not request.overwrite else []
    secret = secret_path(output)
    check_distinct([*outputs, secret, *kept], [*sources, request.checklist])
    for path in (*outputs, secret):
        check_not_in_use(path)
    if not request.overwrite and not output.exists():
        for path in mail:
            check_absent(path)
    return outputs
