"""What the mail about a report says."""

from dataclasses import dataclass, replace
from datetime import date

from babel.dates import format_date
from babel.numbers import format_percent

from forms.mail.envelope import draft, header_text, sealed
from forms.report.actions import Action
from forms.report.findings import Finding, Priority
from forms.report.report import Report, based_on
from forms.templates import render
from forms.text import clean, one_line, shortened
from forms.wording import wording

# Gmail hides what comes after 102 KB.
_MOST_BYTES = 90_000
_MOST_DIVIDED = 5
_MOST_LATE = 20
# What people typed can fill a page; the workbook has all of it.
_LONG, _SHORT = 300, 80
_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(frozen=True)
class Entry:
    """One statement in the mail; `priority` is the name, `label` what people read."""

    id: str
    text: str
    priority: str
    label: str
    figures: str
    action: str = ""
    owner: str = ""


@dataclass(frozen=True)
class Mail:
    """What a mail says; text and HTML are both made from this."""

    language: str
    subject: str
    title: str
    made: str
    asked: tuple[str, ...]
    link: str
    actions: tuple[Entry, ...]
    divided: tuple[Entry, ...]
    counts: tuple[str, ...]
    late: tuple[Entry, ...] = ()
    more: str = ""
    more_late: str = ""


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
    """Return the mail about a report: the workbook attached as a copy, or linked to.

    Raises OutputError when what it holds would change its own envelope.
    """
    mail = _fitted(_mail(report, workbook_url))
    text, html = _text(mail, report), _html(mail, report)
    eml = draft(mail.subject, report.today, text, html)
    if not workbook_url:
        stem, _, ending = header_text(workbook_name).rpartition(".")
        name = f"{stem}-{report.words('mail.copy_name')}.{ending}"
        eml.add_attachment(workbook, *_XLSX, filename=name)
    says = _text(replace(mail, made=""), report)
    return Message(mail.subject, text, html, sealed(eml, "report", says))


def _mail(report: Report, workbook_url: str | None) -> Mail:
    words, findings = report.words, report.findings
    late = report.late
    more = words.plural("mail.more_late", len(late) - _MOST_LATE)
    return Mail(
        language=words.language,
        subject=header_text(_subject(report)),
        title=one_line(report.checklist.title),
        made=words("overview.made", date=_day(report, report.today)),
        asked=tuple(_asked(report, workbook_url)),
        link=workbook_url or "",
        actions=tuple(_entry(report, finding) for finding in report.to_take_up),
        divided=tuple(_divided_entry(report, f) for f in findings.divided()[:_MOST_DIVIDED]),
        counts=tuple(_counts(report)),
        late=tuple(_late_entry(report, action) for action in late[:_MOST_LATE]),
        more_late=more if len(late) > _MOST_LATE else "",
    )


def _subject(report: Report) -> str:
    words, findings = report.words, report.findings
    title = shortened(report.checklist.title, 100)
    if findings.too_few:
        return words("mail.subject_few", title=title, used=findings.account.used)
    responses = words.plural("section.responses", findings.account.used)
    stands = report.standing
    if report.former and (stands.open or stands.undecided):
        return words("mail.subject_again", title=title, responses=responses, **vars(stands))
    if not findings.actions:
        return words("mail.subject_fine", title=title, responses=responses)
    if report.former:
        return words("mail.subject_settled", title=title, responses=responses)
    priorities = [finding.priority for finding in report.to_take_up]
    counts = {str(p): priorities.count(p) for p in Priority}
    return words("mail.subject", title=title, responses=responses, **counts)


def _asked(report: Report, workbook_url: str | None) -> list[str]:
    """Return what is asked of the reader, in three lines at most."""
    words, findings = report.words, report.findings
    copy = [] if workbook_url else [words("mail.copy")]
    if findings.too_few:
        least = report.checklist.rules.min_group
        return [words("overview.too_few", used=findings.account.used, least=least)]
    if report.former and (findings.actions or report.standing.open):
        return [*_asked_again(report), *copy]
    if not findings.actions:
        return [words("overview.all_in_order"), *copy]
    needed = findings.count(Priority.NEEDED)
    discuss = words.plural("mail.ask_discuss", len(findings.actions), needed=needed)
    return [discuss, words("mail.ask_decide"), *copy]


def _asked_again(report: Report) -> list[str]:
    """Return what is asked once people work in the list: decide on the rest, mind what is late."""
    words, stands = report.words, report.standing
    asked = [words("mail.ask_decided")]
    if stands.undecided:
        asked = [words.plural("mail.ask_undecided", stands.undecided)]
    if stands.late:
        asked.append(words.plural("mail.ask_late", stands.late))
    elif stands.open:
        asked.append(words.plural("mail.ask_follow", stands.open))
    elif not stands.undecided:
        asked.append(words("mail.ask_nothing"))
    return asked


def _entry(report: Report, finding: Finding) -> Entry:
    words = report.words
    based = based_on(finding, report.findings.account.used, words)
    figures = words("mail.item_unknown", based=based)
    if finding.priority is not Priority.FIND_OUT:
        figures = words("mail.item", share=_percent(report, finding), based=based)
    return Entry(
        finding.item.id,
        finding.item.text,
        str(finding.priority),
        words(f"priority.{finding.priority}"),
        figures,
        *_to_do(report, finding.item.id),
    )


def _to_do(report: Report, item: str) -> tuple[str, str]:
    """Return what is to be done, and by whom: as proposed, or as people decided."""
    words, kept = report.words, report.kept_actions[item]
    do = words("mail.do", action=shortened(kept.do, _LONG)) if kept.do else ""
    owner = shortened(kept.owner, _SHORT)
    if not kept.decision:
        return do, words("mail.owner", owner=owner) if owner else ""
    deadline = shortened(kept.deadline_text, _SHORT) or words("mail.no_deadline")
    if kept.deadline:
        deadline = _day(report, kept.deadline)
    if kept.is_late(report.today):
        deadline = words("mail.late", deadline=deadline)
    owner = owner or words("mail.nobody")
    decided = words("mail.decided", decision=kept.decision_text, owner=owner, deadline=deadline)
    return do, decided


def _late_entry(report: Report, action: Action) -> Entry:
    words = report.words
    owner = shortened(action.owner, _SHORT) or words("mail.nobody")
    deadline = _day(report, action.deadline)
    return Entry(
        action.id,
        shortened(action.text, _LONG),
        "",
        "",
        words("mail.late_item", owner=owner, deadline=deadline),
    )


def _divided_entry(report: Report, finding: Finding) -> Entry:
    figures = report.words("mail.divided_item", share=_percent(report, finding))
    return Entry(finding.item.id, finding.item.text, "", "", figures)


def _day(report: Report, day: date | None) -> str:
    return format_date(day, "d MMMM yyyy", locale=report.words.language)


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
    if report.former:
        lines.append(words("mail.standing", **vars(report.standing)))
    lines.append(f"{words('overview.responses')}: {findings.account.used}.")
    if findings.round_open and report.checklist.round:
        day = _day(report, report.checklist.round.closes)
        lines.append(words("overview.round_open", date=day))
    return lines


def _fitted(mail: Mail) -> Mail:
    """Leave out the last of a very long list; the workbook holds it all."""
    words = wording(mail.language)
    shown = len(mail.actions)
    fitted = mail
    while (
        shown
        and len(render("mail/report.html.j2", mail=fitted, words=words).encode()) > _MOST_BYTES
    ):
        shown = int(shown * 0.9)
        more = words.plural("mail.more", len(mail.actions) - shown)
        fitted = replace(mail, actions=mail.actions[:shown], more=more)
    return fitted


def _text(mail: Mail, report: Report) -> str:
    return clean(render("mail/report.txt.j2", mail=mail, words=report.words))


def _html(mail: Mail, report: Report) -> str:
    return clean(render("mail/report.html.j2", mail=mail, words=report.words))
