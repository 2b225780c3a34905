"""What came out, in words: of all in the one line that a mail opens with, of a section in a few."""

from collections import Counter
from collections.abc import Iterator, Sequence

from babel.dates import format_date

from forms.analysis.rules import Finding, Priority, Verdict
from forms.analysis.trend import LEAST_POINTS, changes, points
from forms.mail.body import MailBar
from forms.mail.phrases import SHORT, day_of, span_of
from forms.percent import percent
from forms.report.model import Report, based_on
from forms.report.sector_comparison import of_section, said_steps, sector_of
from forms.text import shortened
from forms.wording import Wording

# Statements by what was found on them; None where it was not asked.
Found = Counter[Verdict | Priority | None]
# What is said when all are in order, when none are, when some are, and when nobody can tell.
_OF_ALL = ("mail.result_all", "mail.result_nil", "mail.result_some", "mail.result_unknown")
_OF_SECTION = ("mail.section_all", "mail.section_nil", "mail.section_some", "mail.section_unknown")


def result_line(report: Report) -> str:
    """Return what came out, what is left to do and of how many answers, without a full stop."""
    words, findings = report.words, report.findings
    if findings.too_few:
        few = "mail.result_few" if findings.rows.used else "mail.result_none"
        least = report.checklist.rules.min_group
        return "; ".join([words(few, used=findings.rows.used, least=least), *_left(report)])
    in_order = _in_order(Counter(map(_outcome, findings.items)), words, *_OF_ALL)
    responses = words.plural("section.responses", findings.rows.used)
    return "; ".join([in_order, *_left(report), responses])


def subject_result(report: Report) -> str:
    """Return the result as a subject has room for: forty letters of it are seen on a phone."""
    words, findings = report.words, report.findings
    urgent = list(_urgent(report))
    if findings.too_few:
        few = "mail.subject_few" if findings.rows.used else "mail.subject_none"
        return "; ".join([words(few, used=findings.rows.used), *urgent])
    in_order = _in_order(Counter(map(_outcome, findings.items)), words, *_OF_SECTION)
    result = "; ".join([in_order, *urgent])
    if findings.round_open:
        result = words("mail.subject_so_far", result=result)
    if report.waiting:
        day = format_date(report.waiting.since, "d MMM", locale=words.language)
        result = f"{result} {words('mail.result_of', date=day)}"
    return result[0].upper() + result[1:]


def _urgent(report: Report) -> Iterator[str]:
    """Yield what weighs most of what is left, in two counts at most.

    Advice counts once everybody gave it: not while the round is open.
    """
    words, stands = report.words, report.standing
    counts = []
    if is_followed(report):
        if stands.undecided:
            counts.append(words("mail.count_undecided", count=stands.undecided))
        if stands.late:
            counts.append(words("mail.count_late", count=stands.late))
        elif stands.open and not stands.undecided:
            counts.append(words("mail.count_open", count=stands.open))
    elif not report.findings.round_open:
        found = Counter(map(_outcome, report.to_take_up))
        kinds = [p for p in Priority if found[p] and p is not Priority.NOT_NEEDED]
        counts = [words(f"mail.count_{p}", count=found[p]) for p in kinds[:2]]
    if counts:
        yield ", ".join(counts)


def about(report: Report) -> str:
    """Return who said what is in it, and that nobody decided yet; nothing once somebody did."""
    words, period = report.words, report.responses.period
    if report.findings.too_few or any(action.decision_text for action in report.actions):
        return ""
    # While answers wait, days are theirs too; and of some answers nobody knows the day.
    is_dated = sum(report.responses.days.values()) == report.findings.rows.used
    who = words("mail.about")
    if period and is_dated and not report.waiting and period[1] <= report.today:
        who = words("mail.about_days", days=span_of(*period, words))
    advice = {Priority.NEEDED, Priority.DESIRABLE} & {f.priority for f in report.findings.actions}
    return f"{who} {words('mail.about_advice')}" if advice else who


def as_of(report: Report) -> str:
    """Return of when the figures are, where they are not the last word."""
    words, asked = report.words, report.checklist.round
    if report.findings.too_few:
        return ""
    if report.waiting:
        return words("mail.result_of", date=day_of(report.waiting.since, words))
    if report.findings.round_open and asked:
        return words("mail.result_open", date=day_of(asked.closes, words))
    return ""


def section_bars(report: Report) -> tuple[MailBar, ...]:
    """Return a bar for each section: its statements by what was found on them."""
    if report.findings.too_few:
        return ()
    return tuple(
        _bar(section.title, report.section_findings(section.id), report.words)
        for section in report.checklist.sections
    )


def _bar(title: str, findings: Sequence[Finding], words: Wording) -> MailBar:
    found = Counter(map(_outcome, findings))
    text = "; ".join([_in_order(found, words, *_OF_SECTION), *_advised(found, words)])
    pieces = tuple((str(o), found[o]) for o in (Verdict.IN_ORDER, *Priority) if found[o])
    return MailBar(title, text, pieces)


def _advised(found: Found, words: Wording) -> list[str]:
    """Return how many have which priority, as one text without what is zero; nothing for none."""
    counts = [words(f"mail.count_{p}", count=found[p]) for p in Priority if found[p]]
    return [", ".join(counts)] if counts else []


def _outcome(finding: Finding) -> Verdict | Priority | None:
    """Return what counts of a statement; None for one that was not asked."""
    return finding.priority or finding.verdict


def _in_order(found: Found, words: Wording, every: str, nil: str, some: str, unknown: str) -> str:
    """Return how many of those that were asked are in order, in these words."""
    asked, items = found.total() - found[None], found[Verdict.IN_ORDER]
    if not asked:
        return words("mail.result_not_asked")
    if 0 < items < asked:
        return words(some, items=items, count=asked)
    if found[Priority.FIND_OUT] == asked:
        # Not in order is what somebody says who knows it.
        return words.plural(unknown, asked)
    return words.plural(every if items else nil, asked)


def _left(report: Report) -> Iterator[str]:
    """Yield what is left to decide and to do; before anything was decided, what staff advise."""
    if is_followed(report):
        if counts := _to_follow(report):
            yield ", ".join(counts)
        elif report.findings.actions:
            later = report.standing.later
            key = "mail.count_settled_later" if later else "mail.count_settled"
            yield report.words(key, count=later)
        return
    yield from _advised(Counter(map(_outcome, report.to_take_up)), report.words)


def is_followed(report: Report) -> bool:
    """Say whether anything was decided yet."""
    stands = report.standing
    return any((stands.open, stands.done, stands.later, stands.dropped))


def _to_follow(report: Report) -> list[str]:
    words, stands = report.words, report.standing
    counts = []
    if stands.undecided:
        counts.append(words("mail.count_undecided", count=stands.undecided))
    if stands.open:
        key = "mail.count_open_late" if stands.late else "mail.count_open"
        counts.append(words(key, count=stands.open, late=stands.late))
    return counts


def changed_lines(report: Report) -> Iterator[str]:
    """Yield what rose most and what fell most since the last round, if anything compares."""
    if not any(points(finding.comparison) is not None for finding in report.findings.items):
        return
    words, since = report.words, report.earlier[-1].name
    rose, fell = changes(report.findings.items)
    if not rose and not fell:
        yield words("mail.unchanged", since=since, least=LEAST_POINTS)
    for key, moved in (("mail.rose", rose), ("mail.fell", fell)):
        if moved:
            yield words(key, since=since, **_change(report, moved[0]))


def _change(report: Report, moved: Finding) -> dict[str, str]:
    """Return a statement with its shares, and how few may be behind the last."""
    words, item = report.words, moved.item
    then = moved.comparison.share if moved.comparison else None
    shares = {"then": then, "now": moved.share}
    known = {name: percent(s, words.language) for name, s in shares.items() if s is not None}
    based = based_on(moved, report.findings.rows.used, words)
    return known | {"id": item.id, "text": shortened(item.text, SHORT), "based": based}


def sector_line(report: Report) -> Iterator[str]:
    """Yield where one's own sections stand beside the middle of all; nothing without a sector."""
    figures, words = sector_of(report), report.words
    besides = [(section, of_section(report, section)) for section in report.checklist.sections]
    said = [
        words(
            "sector.mail_section",
            section=section.title,
            own=percent(beside.own, words.language),
            median=said_steps(beside.spread.steps)["median"],
        )
        for section, beside in besides
        if beside and beside.own is not None and beside.spread.steps
    ]
    if figures and said:
        counted = figures.participation.counted
        yield words("sector.mail", counted=counted, figures="; ".join(said))
