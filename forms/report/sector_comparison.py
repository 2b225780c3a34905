"""An organisation's own shares beside those of all that took part in its round."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from babel.dates import format_date

from forms.analysis.quartiles import FIRST, LAST, Quartiles
from forms.analysis.rules import Finding
from forms.analysis.sector import SectorFigures, Spread, shares_of
from forms.checklist.model import Section
from forms.report.model import Report
from forms.wording import Wording


@dataclass(frozen=True)
class Beside:
    """One's own share, and the quartiles of all organisations, or of those of its size."""

    own: Fraction | None
    spread: Spread


def sector_of(report: Report) -> SectorFigures | None:
    """Return the sector's figures that a report shows; None without, or for a few answers."""
    return None if report.findings.too_few else report.sector


def of_item(report: Report, finding: Finding) -> Beside | None:
    """Return what stands beside an item's share; None where it was asked in other words then."""
    return _beside(report, finding.item.id, finding.item.text, finding.share)


def of_section(report: Report, section: Section) -> Beside | None:
    """Return what stands beside a section's mean, which is of all its items or of none."""
    own = shares_of(report.checklist, report.responses).get(section.id)
    return _beside(report, section.id, section.title, own)


def _beside(report: Report, subject: str, text: str, own: Fraction | None) -> Beside | None:
    figures = sector_of(report)
    if figures is None or figures.texts.get(subject) != text:
        return None
    return Beside(own, figures.of(subject, figures.group_of(report.size)))


def said_group(figures: SectorFigures, group: str, words: Wording) -> str:
    """Return which organisations a group has, where there are more than one; "" else."""
    if len(figures.groups) == 1:
        return ""
    return words("sector.group", size=group) if group else words("sector.group_others")


def said_steps(steps: Quartiles) -> dict[str, str]:
    """Return the quartiles by their names, as text: `65%`, at either end with a sign."""
    signs = {FIRST: "≤ ", LAST: "≥ "}
    return {name: f"{signs.get(step, '')}{step}%" for name, step in steps._asdict().items()}


def sector_rules(figures: SectorFigures, words: Wording) -> Iterator[str]:
    """Yield in words how a sector's figures were made."""
    answers, group, least = figures.least_answers, figures.min_group, figures.least
    yield words("sector.rule_counts", answers=answers, group=group)
    yield words("sector.rule_quartiles")
    yield words("sector.rule_section")
    yield words("sector.rule_least", least=least)
    if len(figures.groups) > 1:
        yield words("sector.rule_size")
    day = format_date(figures.made, "d MMMM yyyy", locale=words.language)
    yield words("sector.rule_once", date=day)
    yield words("sector.rule_nobody")
