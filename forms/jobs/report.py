"""The main job: from a source to the workbook, the mail and the figures, all at once or not."""

import glob
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from babel.dates import format_date

from forms.action_list.items import check_same_checklist
from forms.analysis.disclosure import disclose
from forms.analysis.released import Released
from forms.analysis.rules import apply_rules
from forms.analysis.trend import earlier_rounds, later_rounds
from forms.analysis.withheld import carried_codes, codes_of
from forms.atomic_files import check_absent, check_distinct, check_not_in_use, write_all
from forms.checklist.model import Checklist, load_checklist
from forms.collect.access import Access
from forms.collect.source import check_once, local_file, open_source, open_sources
from forms.errors import OutputError, WorkbookError
from forms.mail.attachment import notes_on_copy
from forms.mail.body import check_link
from forms.mail.draft import is_untouched
from forms.mail.report_mail import fits_a_mail, report_mail
from forms.notes import Note
from forms.report.existing import ExistingWorkbook
from forms.report.model import Report, as_json
from forms.report.note_kinds import AttachmentLarge, NewerCopy, RoundOpen, SecretLost, Withheld
from forms.report.secret import Secret, find_secret, new_secret, saved_secret, secret_path
from forms.responses.counting import read_sources
from forms.responses.model import Responses

PRINTED = Path("-")
_MB = 1_000_000


@dataclass(frozen=True)
class ReportRequest:
    """What a report is made from, and where it goes; `PRINTED` leaves the figures to the caller."""

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

    @property
    def json_file(self) -> Path | None:
        """Return the file that the figures go in, if any."""
        return None if self.json_to == PRINTED else self.json_to


@dataclass(frozen=True)
class ReportResult:
    """A report, its figures as JSON, what was written, what was kept of a former one.

    `read` is what stood out in the answers, `notes` while the report was written.
    """

    report: Report
    json: str
    written: tuple[Path, ...]
    kept: tuple[Path, ...]
    read: tuple[Note, ...] = ()
    notes: tuple[Note, ...] = ()

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
    day = format_date(asked.closes, "d MMMM yyyy", locale="en")
    return [Note(RoundOpen(day))]


def make_report(request: ReportRequest) -> ReportResult:
    """Read, count, judge and write.

    Raises FormsError; then every file is as it was.
    """
    outputs = _outputs(request)
    checklist = load_checklist(request.checklist)
    existing = _former(request, checklist)
    report, read = _report(request, checklist, existing[1] if existing else None)
    figures = json.dumps(as_json(report), ensure_ascii=False, indent=2) + "\n"
    written = write_report(report, request.output, request.workbook_url)
    if request.json_file:
        written[request.json_file] = figures.encode()
    copies = _newer_copies(request.output, *existing) if existing else ()
    kept = _swapped(request, written, existing)
    notes = (*copies, *_too_large(request, written[request.output]))
    notes += notes_on_copy(written[request.output], request.output.name, request.workbook_url)
    return ReportResult(report, figures, tuple(outputs), tuple(kept), read, notes)


def _newer_copies(output: Path, content: bytes, existing: ExistingWorkbook) -> tuple[Note, ...]:
    """Return which copies of a workbook were saved after it: a browser's, or a synchroniser's.

    Such as `rapport (1).xlsx`, or `rapport-LAPTOP.xlsx` where two people wrote at once. It is a
    copy when vinkje wrote the same in it.
    """
    from forms.workbook.reader import open_existing

    when = output.stat().st_mtime
    found = []
    for path in sorted(output.parent.glob(f"{glob.escape(output.stem)}[ _(-]*{output.suffix}")):
        with suppress(OSError, WorkbookError):
            if path.stat().st_mtime <= when or path.read_bytes() == content:
                continue
            _, copy = open_existing(path)
            if copy.list.written == existing.list.written:
                found.append(Note(NewerCopy(output.name, path.name)))
    return tuple(found)


def _too_large(request: ReportRequest, workbook: bytes) -> tuple[Note, ...]:
    if request.workbook_url or fits_a_mail(workbook):
        return ()
    return (Note(AttachmentLarge(request.output.name, len(workbook) // _MB)),)


def _swapped(
    request: ReportRequest,
    written: dict[Path, bytes],
    existing: tuple[bytes, ExistingWorkbook] | None,
) -> list[Path]:
    """Put all files in place at once; what a former workbook held is kept beside the new one."""
    from forms.workbook.build import is_report

    mails = [path for path in written if path.suffix == ".eml" and _is_changed(path)]
    private = [secret_path(request.output)]
    if existing is None:
        ours = {request.json_file, *private}
        new = [] if request.overwrite else [path for path in written if path not in ours]
        return write_all(written, keep_former=[request.output, *mails], new=new, private=private)
    content, carried = existing
    read = {request.output: content}
    if carried.lost or not carried.is_marked:
        aside = [request.output, *mails]
        return write_all(written, keep_former=aside, read=read, private=private)
    if written[request.output] == content:
        return write_all(written, keep_former=mails, read=read, private=private)
    kept = previous_path(request.output)
    # What stands there and is no report of ours was put there by somebody.
    theirs = [kept] if kept.exists() and not is_report(kept.read_bytes()) else []
    others = write_all(
        {kept: content} | written,
        keep_former=[*theirs, *mails],
        read=read,
        private=private,
        # It is the same file, so the same people may read it.
        like={kept: request.output},
    )
    return [kept, *others]


def _is_changed(mail: Path) -> bool:
    """Say whether somebody worked on a mail that stands there."""
    return mail.is_file() and not is_untouched(mail.read_bytes())


def previous_path(output: Path) -> Path:
    """Return where the workbook that was carried over from is kept, until the next one."""
    return output.with_suffix(f".vorige{output.suffix}")


def _former(request: ReportRequest, checklist: Checklist) -> tuple[bytes, ExistingWorkbook] | None:
    """Return the workbook that stands where the new one goes; None when there is none to keep."""
    from forms.workbook.reader import open_existing

    if request.overwrite or not request.output.exists():
        return None
    with _nothing_changed():
        content, existing = open_existing(request.output)
        check_same_checklist(str(request.output), existing.list, checklist)
    return content, existing


@contextmanager
def _nothing_changed() -> Iterator[None]:
    """Say of a workbook that no report can go into that it is as it was, and what else to do."""
    try:
        yield
    except WorkbookError as error:
        raise WorkbookError(
            f"{error}. Nothing was changed. Otherwise, name another file with -o, or begin the "
            "action list anew with --overwrite, which keeps this file beside it"
        ) from None


def _before(output: Path, existing: ExistingWorkbook | None) -> ExistingWorkbook | None:
    """Return also a workbook that no list is carried from: what it gave and hid still holds."""
    from forms.workbook.reader import open_existing

    if existing is None and output.exists():
        # What cannot be read says nothing.
        with suppress(WorkbookError):
            _, existing = open_existing(output)
    return existing


def _secret(output: Path, before: ExistingWorkbook | None) -> tuple[Secret, bool]:
    """Return the report's secret, and whether the one that the workbook knows is gone.

    What the workbook says that is out counts as well, and what lies beside it whatever it says.
    """
    names, on_tabs = (before.keys, before.released) if before else ((), Released())
    found, beside = find_secret(output, names), find_secret(output)
    secret = found or beside or new_secret()
    released = secret.released
    if beside:
        released = released.merged_with(beside.released, same_key=beside.key == secret.key)
    released = released.merged_with(on_tabs, same_key=False)
    return replace(secret, released=released), found is None and bool(names)


def _withheld(
    before: ExistingWorkbook | None,
    remarks: Mapping[str, Sequence[str]],
    secret: Secret,
    *,
    is_lost: bool,
) -> frozenset[str]:
    """Return the codes of the remarks not to show; without the key that they had, that is all.

    Where the workbook that says so is gone, the secret still knows.
    """
    if before is None:
        return secret.withheld
    key = secret.key
    codes, known = frozenset(before.withheld), codes_of(None, remarks, key)
    if not before.is_marked:
        codes |= secret.withheld
    if is_lost and codes:
        # Those by the key that is gone stay too: it may be found.
        codes |= known
    elif not before.keys:
        # An earlier vinkje wrote it, or its hidden tab was lost.
        codes = codes & known | carried_codes(codes, remarks, key)
    return codes | codes_of(before.refused, remarks, key)


def write_report(
    report: Report, output: Path, workbook_url: str | None = None
) -> dict[Path, bytes]:
    """Return the content of the workbook and of the mail beside it."""
    from forms.workbook import build_workbook

    with _nothing_changed():
        workbook = build_workbook(report)
    mail = report_mail(report, workbook, output.name, workbook_url)
    return {
        # First, so that it never knows of less than what is out.
        secret_path(output): saved_secret(Secret(report.key, report.released, report.withheld)),
        output: workbook,
        output.with_suffix(".eml"): mail.eml,
        output.with_suffix(".html"): mail.html.encode(),
    }


def _report(
    request: ReportRequest, checklist: Checklist, existing: ExistingWorkbook | None
) -> tuple[Report, tuple[Note, ...]]:
    """Return the report, and what its maker should know of the answers."""
    before = _before(request.output, existing)
    secret, is_lost = _secret(request.output, before)
    check_once([*request.sources, *request.previous])
    tables = open_sources(request.sources, checklist, request.tab, request.access)
    sketching = secret.released.sketching(secret.key)
    read = read_sources(tables, checklist, request.today, sketching)
    previous = _previous(request, checklist, secret, read)
    shown = disclose(checklist, read, previous, secret.released, request.today)
    earlier = earlier_rounds(shown.earlier, checklist.language)
    # Also those that stand and were taken back since.
    remarks = {s: (*read.remarks.get(s, ()), *said) for s, said in shown.responses.remarks.items()}
    withheld = _withheld(before, read.remarks | remarks, secret, is_lost=is_lost)
    report = Report(
        checklist,
        replace(shown.responses, notes=(*shown.responses.notes, *later_rounds(read, earlier))),
        apply_rules(
            checklist, shown.responses, request.today, earlier[-1].responses if earlier else None
        ),
        request.today,
        earlier,
        existing,
        withheld,
        secret.key,
        shown.released,
        shown.waiting,
        shown.split_since,
    )
    notes = [*read.notes, *later_rounds(read, earlier), *shown.notes]
    if is_lost:
        notes.append(Note(SecretLost(secret_path(request.output).name)))
    elif existing and existing.keys[:1] == (secret.name,) and (new := withheld - secret.withheld):
        notes.append(Note(Withheld(len(new), previous_path(request.output).name)))
    return report, tuple(notes)


def _previous(
    request: ReportRequest, checklist: Checklist, secret: Secret, read: Responses
) -> list[Responses]:
    """Read the earlier rounds."""
    asked = tuple(sorted(read.counts))
    sketching = secret.released.sketching(secret.key, asked)
    tables = (open_source(s, checklist, access=request.access) for s in request.previous)
    return [read_sources([table], checklist, request.today, sketching) for table in tables]


def _outputs(request: ReportRequest) -> list[Path]:
    """Return what will be written, once it is known that it can be."""
    output = request.output
    if output.suffix.lower() != ".xlsx":
        raise OutputError(f"{output}: the report is an Excel workbook; end its name in .xlsx")
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
