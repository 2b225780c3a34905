"""What came out, in words: of all in the one line that a mail opens with, of a section in a few."""

from collections import Counter
from collections.abc import Iterator, Sequence

from forms.analysis.rules import Finding, Priority, Verdict
from forms.mail.body import MailBar
from forms.mail.phrases import day_of
from forms.report.model import Report
from forms.wording import Wording

# Statements by what was found on them; None where it was not asked.
Found = Counter[Verdict | Priority | None]
# What is said when all are in order, when none are, and when some are.
_OF_ALL = ("mail.result_all", "mail.result_nil", "mail.result_some")
_OF_SECTION = ("mail.section_all", "mail.section_nil", "mail.section_some")


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


def _in_order(found: Found, words: Wording, every: str, nil: str, some: str) -> str:
    """Return how many of those that were asked are in order, in these words."""
    asked, items = found.total() - found[None], found[Verdict.IN_ORDER]
    if not asked:
        return words("mail.result_not_asked")
    if 0 < items < asked:
        return words(some, items=items, count=asked)
    return words.plural(every if items else nil, asked)


def _left(report: Report) -> Iterator[str]:
    """Yield what is left to decide and to do; before anything was decided, what staff advise."""
    if is_followed(report):
        if counts := _to_follow(report):
            yield ", ".join(counts)
        elif report.findings.actions:
            yield report.words("mail.count_settled")
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
