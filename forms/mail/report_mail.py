"""What the mail about a report says."""

from collections.abc import Iterator
from dataclasses import dataclass

from babel.numbers import format_percent

from forms.action_list.actions import Action
from forms.analysis.rules import Finding, Priority
from forms.mail.body import Mail, MailEntry, MailPart, fitted, html_of, text_of
from forms.mail.draft import draft, sealed
from forms.mail.headers import header_text
from forms.mail.phrases import LONG, SHORT, day_of, decided, to_do
from forms.report.model import Report, based_on
from forms.text import one_line, shortened

# Many servers take no mail over 25 MB, and an attachment grows by 37% on its way.
_MOST_ATTACHED = 18_000_000
# As many as the agenda begins with.
_MOST_DIVIDED = 5
# What is late stands above what is to be decided, and must leave that in view.
_MOST_LATE = 20
_ASKED = (Priority.NEEDED, Priority.DESIRABLE, Priority.FIND_OUT)
_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(frozen=True)
class Message:
    """A mail as files hold it: a draft for mail programs, and a page to copy from."""

    subject: str
    text: str
    html: str
    eml: bytes


def report_mail(
    report: Report, workbook: bytes, workbook_name: str, workbook_url: str | None = None
) -> Message:
    """Return the mail about a report: the workbook attached as a copy, linked to, or too large.

    Raises OutputError when what it holds would change its own headers.
    """
    is_attached = not workbook_url and fits_a_mail(workbook)
    copy = report.words("mail.copy" if is_attached else "mail.too_large")
    mail = fitted(_mail(report, workbook_url or "", "" if workbook_url else copy))
    text, html = text_of(mail), html_of(mail)
    eml = draft(mail.subject, report.today, text, html)
    if is_attached:
        # By its name nobody should take it for the workbook that people work in.
        stem, _, ending = header_text(workbook_name).rpartition(".")
        name = f"{stem}-{report.words('mail.copy_name')}.{ending}"
        eml.add_attachment(workbook, *_XLSX, filename=name)
    return Message(mail.subject, text, html, sealed(eml, "report", f"{workbook_name}\n{mail.says}"))


def fits_a_mail(workbook: bytes) -> bool:
    """Say whether a workbook is small enough to attach."""
    return len(workbook) <= _MOST_ATTACHED


def _mail(report: Report, link: str, copy: str) -> Mail:
    words = report.words
    return Mail(
        language=words.language,
        subject=header_text(_subject(report)),
        title=one_line(report.checklist.title),
        dateline=words("overview.made", date=day_of(report.today, words)),
        waits=report.waits,
        asked=tuple(_asked(report, copy)),
        link=link,
        parts=tuple(part for part in _parts(report) if part.entries or part.lines),
        foot=words("mail.foot"),
    )


def _parts(report: Report) -> Iterator[MailPart]:
    words = report.words
    late = tuple(_late_entry(report, action) for action in report.late)
    yield MailPart(words("mail.late_title"), late, is_urgent=True).cut(_MOST_LATE)
    shown = report.late[:_MOST_LATE]
    left = [f for f in report.to_take_up if report.kept_actions[f.item.id] not in shown]
    rest = tuple(_entry(report, finding) for finding in left)
    yield MailPart(words("mail.list_rest" if late else "mail.list"), rest)
    divided = report.findings.divided()[:_MOST_DIVIDED]
    yield MailPart(words("mail.divided"), tuple(_divided_entry(report, f) for f in divided))
    yield MailPart(words("mail.counts"), lines=tuple(_counts(report)))


def _subject(report: Report) -> str:
    words, findings = report.words, report.findings
    title = shortened(report.checklist.title, 100)
    if findings.too_few:
        return words("mail.subject_few", title=title, used=findings.rows.used)
    responses = words.plural("section.responses", findings.rows.used)
    stands = report.standing
    if report.existing and (stands.open or stands.undecided):
        return words("mail.subject", title=title, responses=responses, counts=_to_follow(report))
    if not findings.actions:
        return words("mail.subject_fine", title=title, responses=responses)
    if report.existing:
        return words("mail.subject_settled", title=title, responses=responses)
    priorities = [finding.priority for finding in report.to_take_up]
    by_priority = {p: priorities.count(p) for p in _ASKED}
    counted = [words(f"mail.count_{p}", count=n) for p, n in by_priority.items() if n]
    counts = ", ".join(counted) or words("mail.count_discuss", count=len(priorities))
    return words("mail.subject", title=title, responses=responses, counts=counts)


def _to_follow(report: Report) -> str:
    """Return what is left to decide and to do, in words, without what is zero."""
    words, stands = report.words, report.standing
    counts = []
    if stands.undecided:
        counts.append(words("mail.count_undecided", count=stands.undecided))
    if stands.open:
        key = "mail.count_open_late" if stands.late else "mail.count_open"
        counts.append(words(key, count=stands.open, late=stands.late))
    return ", ".join(counts)


def _asked(report: Report, copy: str) -> list[str]:
    """Return what is asked of the reader, in three lines at most; of a copy, also what it is."""
    words, findings = report.words, report.findings
    about_copy = [copy] if copy else []
    if findings.too_few:
        least = report.checklist.rules.min_group
        return [words("overview.too_few", used=findings.rows.used, least=least)]
    if report.existing and (findings.actions or report.standing.open):
        return [*_asked_again(report, copy), *about_copy]
    if not findings.actions:
        return [report.nothing_open, *about_copy]
    needed = findings.count(Priority.NEEDED)
    discuss = words.plural("mail.ask_discuss", len(findings.actions), needed=needed)
    return [discuss, words("mail.ask_decide_copy" if copy else "mail.ask_decide"), *about_copy]


def _asked_again(report: Report, copy: str) -> list[str]:
    """Return what is asked once people work in the list: decide on the rest, mind what is late."""
    words, stands = report.words, report.standing
    asked = [words("mail.ask_decided")]
    if stands.undecided:
        key = "mail.ask_undecided_copy" if copy else "mail.ask_undecided"
        asked = [words.plural(key, stands.undecided)]
    if stands.late:
        asked.append(words.plural("mail.ask_late", stands.late))
    elif stands.open:
        asked.append(words.plural("mail.ask_follow", stands.open))
    elif not stands.undecided:
        asked.append(words("mail.ask_nothing"))
    return asked


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
    owner = shortened(kept.owner, SHORT)
    return (*to_do(kept, words), *([words("mail.owner", owner=owner)] if owner else []))


def _late_entry(report: Report, action: Action) -> MailEntry:
    lines = decided(action, report.words, report.today)
    return MailEntry(action.id, shortened(action.text, LONG), lines=lines)


def _divided_entry(report: Report, finding: Finding) -> MailEntry:
    figures = report.words("mail.divided_item", share=_percent(report, finding))
    return MailEntry(finding.item.id, finding.item.text, figures)


def _percent(report: Report, finding: Finding) -> str:
    share = finding.share
    return "?" if share is None else format_percent(float(share), locale=report.words.language)


def _counts(report: Report) -> list[str]:
    words, findings = report.words, report.findings
    if findings.too_few:
        return []
    asked = sum(finding.counts is not None for finding in findings.items)
    lines = [words("mail.counts_line", items=report.in_order(), asked=asked)]
    lines += [
        f"{words(f'priority.{p}')}: {findings.count(p)}." for p in Priority if findings.count(p)
    ]
    if not_asked := len(findings.items) - asked:
        lines.append(words("mail.not_asked", count=not_asked))
    if report.existing:
        lines.append(words("mail.standing", **vars(report.standing)))
    lines.append(f"{words('overview.responses')}: {findings.rows.used}.")
    if findings.round_open and report.checklist.round:
        day = day_of(report.checklist.round.closes, words)
        lines.append(words("overview.round_open", date=day))
    return lines
