"""What the mail about a report says."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from forms.action_list.actions import Action
from forms.analysis.rules import Finding, Priority
from forms.mail.body import Mail, MailEntry, MailPart, fitted, html_of, text_of
from forms.mail.draft import XLSX, draft, sealed
from forms.mail.headers import header_text
from forms.mail.phrases import LONG, SHORT, day_of, decided, to_do
from forms.mail.result import (
    about,
    as_of,
    changed_lines,
    is_followed,
    result_line,
    section_bars,
    sector_line,
    subject_result,
)
from forms.percent import percent
from forms.report.model import Report, based_on
from forms.text import one_line, shortened

# Many servers take no mail over 25 MB, and an attachment grows by 37% on its way.
_MOST_ATTACHED = 18_000_000
# Letters of the checklist's title that a subject takes, behind what came out.
_LONGEST_TITLE = 60
# As many as the agenda begins with.
_MOST_DIVIDED = 5
# What is late stands above what is to be decided, and must leave that in view.
_MOST_LATE = 20


@dataclass(frozen=True)
class Message:
    """A mail as files hold it: a draft for mail programs, and a page to copy from."""

    subject: str
    text: str
    html: str
    eml: bytes


def report_mail(
    report: Report,
    workbook: bytes,
    workbook_name: str,
    workbook_url: str | None = None,
    *,
    is_whole: bool = True,
) -> Message:
    """Return the mail about a report: the workbook attached as a copy, linked to, or too large.

    A copy that is not whole lacks remarks that nobody has read yet. Raises OutputError when what it
    holds would change its own headers.
    """
    attached = is_attached(workbook, workbook_url)
    copy = report.words("mail.copy" if attached else "mail.too_large")
    if not is_whole:
        copy = f"{copy} {report.words('mail.copy_unread')}"
    mail = fitted(_mail(report, workbook_url or "", "" if workbook_url else copy))
    text, html = text_of(mail), html_of(mail)
    eml = draft(mail.subject, report.today, text, html)
    if attached:
        # By its name nobody should take it for the workbook that people work in.
        stem, _, ending = header_text(workbook_name).rpartition(".")
        name = f"{stem}-{report.words('mail.copy_name')}.{ending}"
        eml.add_attachment(workbook, *XLSX, filename=name)
    return Message(mail.subject, text, html, sealed(eml, "report", f"{workbook_name}\n{mail.says}"))


def fits_a_mail(workbook: bytes) -> bool:
    """Say whether a workbook is small enough to attach."""
    return len(workbook) <= _MOST_ATTACHED


def is_attached(workbook: bytes, workbook_url: str | None) -> bool:
    """Say whether a copy of a workbook goes along: not where the mail links to it."""
    return not workbook_url and fits_a_mail(workbook)


def _mail(report: Report, link: str, copy: str) -> Mail:
    words = report.words
    title = shortened(report.checklist.title, _LONGEST_TITLE)
    subject = words("mail.subject", result=subject_result(report), title=title)
    return Mail(
        language=words.language,
        subject=header_text(subject),
        result=result_line(report),
        as_of=as_of(report),
        about=about(report),
        title=one_line(report.checklist.title),
        dateline=words("overview.made", date=day_of(report.today, words)),
        waits=report.waits,
        asked=tuple(_asked(report, is_copy=bool(copy))),
        note=copy,
        link=link,
        link_lead=words("mail.link_wait") if report.until_closed else "",
        parts=tuple(part for part in _parts(report) if len(part)),
        foot=words("mail.foot"),
    )


def _parts(report: Report) -> Iterator[MailPart]:
    words = report.words
    beside = (*changed_lines(report), *sector_line(report))
    yield MailPart(words("mail.sections"), bars=section_bars(report), lines=beside)
    late = tuple(_late_entry(report, action) for action in report.late)
    yield MailPart(words("mail.late_title"), late, is_urgent=True).cut(_MOST_LATE)
    shown = report.late[:_MOST_LATE]
    left = [f for f in report.to_take_up if report.kept_actions[f.item.id] not in shown]
    full = tuple(_entry(report, finding) for finding in left if not _is_let_be(report, finding))
    yield MailPart(words("mail.list_rest" if late else "mail.list"), full)
    let_be = tuple(_short(report, f, "mail.let_be_item") for f in left if _is_let_be(report, f))
    yield MailPart(words("mail.let_be"), let_be)
    divided = report.findings.divided()[:_MOST_DIVIDED]
    divided_ones = tuple(_short(report, finding, "mail.divided_item") for finding in divided)
    yield MailPart(words("mail.divided"), divided_ones)
    yield MailPart(words("mail.further"), lines=tuple(_further(report)))


def _is_let_be(report: Report, finding: Finding) -> bool:
    """Say whether staff think that nothing needs to be done, and the meeting said nothing else."""
    said = report.kept_actions[finding.item.id].decision_text
    return finding.priority is Priority.NOT_NEEDED and not said


def _asked(report: Report, *, is_copy: bool) -> list[str]:
    """Return what is asked of the reader, in three lines at most: a link is the third."""
    words, findings = report.words, report.findings
    if findings.too_few:
        few = words("mail.ask_few", least=report.checklist.rules.min_group)
        late = report.standing.late
        return [few, *([words.plural("mail.ask_late", late)] if late else [])]
    if wait := report.until_closed:
        return [wait, *_going_on(report)]
    if report.existing and (findings.actions or report.standing.open):
        return _asked_again(report, is_copy=is_copy)
    if not findings.actions:
        return [report.nothing_open]
    tab = report.tabs.discuss
    discuss = words.plural("mail.ask_discuss", len(findings.actions), tab=tab)
    return [discuss, words("mail.ask_decide_copy" if is_copy else "mail.ask_decide")]


def _asked_again(report: Report, *, is_copy: bool) -> list[str]:
    """Return what is asked once people work in the list: decide on the rest, mind what is late."""
    words, stands = report.words, report.standing
    asked = [words("mail.ask_decided"), *_going_on(report)]
    if stands.undecided:
        key = "mail.ask_undecided_copy" if is_copy else "mail.ask_undecided"
        return [words.plural(key, stands.undecided), *_going_on(report)]
    return asked if stands.open else [*asked, words("mail.ask_nothing")]


def _going_on(report: Report) -> Iterator[str]:
    """Yield what is asked about actions that were taken up."""
    words, stands = report.words, report.standing
    if stands.late:
        yield words.plural("mail.ask_late", stands.late)
    elif stands.open:
        yield words.plural("mail.ask_follow", stands.open)


def _entry(report: Report, finding: Finding) -> MailEntry:
    words = report.words
    based = based_on(finding, report.findings.rows.used, words)
    figures = words("mail.item_unknown", based=based)
    if finding.priority is not Priority.FIND_OUT:
        figures = words("mail.item", share=_percent(report, finding), based=based)
    label = words(f"priority.{finding.priority}")
    if report.kept_actions[finding.item.id].decision:
        # Beside what was decided it must be clear whose word this is.
        label = words("mail.staff_say", priority=label)
    return MailEntry(
        finding.item.id,
        finding.item.text,
        figures,
        _to_do(report, finding.item.id),
        label=label,
        tint=str(finding.priority),
    )


def _to_do(report: Report, item: str) -> tuple[str, ...]:
    """Return what is to be done, and by whom: as proposed, or as people decided."""
    words, kept = report.words, report.kept_actions[item]
    if kept.decision:
        return decided(kept, words, report.today)
    if report.until_closed:
        # Nothing is asked of anybody yet.
        return ()
    owner = shortened(kept.owner, SHORT)
    return (*to_do(kept, words), *([words("mail.owner", owner=owner)] if owner else []))


def _late_entry(report: Report, action: Action) -> MailEntry:
    lines = decided(action, report.words, report.today)
    return MailEntry(action.id, shortened(action.text, LONG), lines=lines)


def _short(report: Report, finding: Finding, figures: str) -> MailEntry:
    """Return a statement on one line, with its share in these words."""
    share = _percent(report, finding)
    return MailEntry(finding.item.id, finding.item.text, report.words(figures, share=share))


def _percent(report: Report, finding: Finding) -> str:
    share = finding.share
    return "?" if share is None else percent(share, report.words.language)


def _further(report: Report) -> Iterator[str]:
    """Yield what else there is to know, beside the result and the sections."""
    words, findings = report.words, report.findings
    if findings.too_few:
        return
    if not_asked := sum(finding.counts is None for finding in findings.items):
        yield words("mail.not_asked", count=not_asked)
    said = chain.from_iterable(report.section_remarks.values())
    if remarks := sum(bool(each.remark.text) for each in said):
        yield words("mail.remarks", count=remarks)
    if is_followed(report):
        yield words("mail.standing", **vars(report.standing))
    if findings.round_open and report.checklist.round:
        day = day_of(report.checklist.round.closes, words)
        yield words("overview.round_open", date=day)
