"""The one value that workbook, mail and JSON are made from."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from babel.dates import format_date

from forms.action_list.actions import Action, Standing, actions_in, standing
from forms.action_list.merge import merge_list
from forms.action_list.model import ActionList
from forms.analysis.disclosure import Waiting
from forms.analysis.released import Released
from forms.analysis.rules import Finding, Findings, Verdict
from forms.analysis.sector import SectorFigures
from forms.analysis.trend import EarlierRound, Trend, name_now, trend
from forms.analysis.withheld import code_of, without
from forms.checklist.model import Checklist
from forms.report.existing import ExistingWorkbook
from forms.report.remarks import Known, Remark, SectionRemark, known_remarks, section_remarks
from forms.report.tabs import Tabs, tabs_for
from forms.responses.model import Responses
from forms.text import says_something
from forms.wording import Wording, wording

# Letters that a remark has at most in the one cell that a statement has for them.
REMARK_LENGTH = 160


@dataclass(frozen=True)
class Report:
    """A checklist, what was answered, what was found on a day, and the workbook before this one.

    `earlier` holds the rounds before this one, earliest first; findings compare with the last.
    `responses` holds what may be shown. What `waiting` counts does not: figures are then those of
    an earlier day, or those of the groups alone, since `split_since`. `released` is what readers
    have once this is out, `key` that by which remarks have codes. Of one of several organisations
    `organisation` is its name, `size` its size class, and `sector` what all are told of all.
    """

    checklist: Checklist
    responses: Responses
    findings: Findings
    today: date
    earlier: tuple[EarlierRound, ...] = ()
    existing: ExistingWorkbook | None = None
    withheld: frozenset[str] = frozenset()
    key: bytes = field(default=b"", repr=False)
    released: Released = field(default=Released(), repr=False)
    waiting: Waiting | None = None
    split_since: date | None = None
    organisation: str = ""
    size: str = ""
    sector: SectorFigures | None = None

    @cached_property
    def action_list(self) -> ActionList:
        """Return the action list, with what people keep in the existing one."""
        return merge_list(
            self.checklist, self.findings, self.existing.list if self.existing else None
        )

    @cached_property
    def tabs(self) -> Tabs:
        """Return what the workbook's tabs are called."""
        return tabs_for(self.checklist, self.existing)

    @cached_property
    def actions(self) -> list[Action]:
        """Return what every row of the list says, top to bottom."""
        return actions_in(self.action_list, self.today)

    @cached_property
    def kept_actions(self) -> dict[str, Action]:
        """Return what people keep about every item: of its rows, the first that is not settled."""
        kept: dict[str, Action] = {}
        for action in self.actions:
            if action.id not in kept or kept[action.id].is_settled > action.is_settled:
                kept[action.id] = action
        return kept

    @property
    def to_take_up(self) -> list[Finding]:
        """Return what is not in order, but for what the meeting dropped, and what is done."""
        kept = self.kept_actions
        return [f for f in self.findings.actions if not kept[f.item.id].is_settled]

    @cached_property
    def standing(self) -> Standing:
        """Return how many actions stand where, as people keep them."""
        return standing(self.actions, self.today)

    @cached_property
    def late(self) -> list[Action]:
        """Return the actions that are late, the earliest deadline first."""
        late = [action for action in self.actions if action.is_late(self.today)]
        return sorted(late, key=lambda action: action.deadline or self.today)

    @property
    def nothing_open(self) -> str:
        """Return what is said when no item is to be discussed."""
        is_all_known = all(finding.counts for finding in self.findings.items)
        return self.words("overview.all_in_order" if is_all_known else "overview.rest_in_order")

    @property
    def until_closed(self) -> str:
        """Return that people wait while staff can still answer; nothing once the round is over."""
        asked = self.checklist.round
        if not self.findings.round_open or not asked:
            return ""
        key = "overview.wait_deciding" if self.standing.open else "overview.wait"
        day = format_date(asked.closes, "d MMMM yyyy", locale=self.words.language)
        return self.words(key, date=day)

    @property
    def words(self) -> Wording:
        """Return the texts in the checklist's language."""
        return wording(self.checklist.language)

    @cached_property
    def trend(self) -> Trend | None:
        """Return how the sections changed over all rounds; None without any, or for a few."""
        if not self.earlier or self.findings.too_few:
            return None
        now = name_now(self.checklist, self.responses, self.earlier, self.today)
        return trend(self.checklist, self.responses, self.findings, self.earlier, now)

    @property
    def waits(self) -> tuple[str, ...]:
        """Return how many answers wait, and of which day the figures are; nothing if none do."""
        return self.waits_in(self.words)

    def waits_in(self, words: Wording) -> tuple[str, ...]:
        """Return the same in a language."""
        wait = self.waiting
        if wait is None:
            return ()
        day = format_date(wait.since, "d MMMM yyyy", locale=words.language)
        waiting = words("overview.waiting_changed", least=wait.least)
        if wait.people:
            waiting = words.plural("overview.waiting", wait.people, least=wait.least)
        asked = self.checklist.round
        is_closed = asked and asked.closes and not self.findings.round_open
        key = "overview.closed_then" if is_closed else "overview.until_then"
        return waiting, words(key, date=day)

    @property
    def shows_remarks(self) -> bool:
        """Say whether remarks may be shown: not before the round has closed, not for a few."""
        return not self.findings.round_open and not self.findings.too_few

    def shown_remarks(self, subject: str) -> list[Remark]:
        """Return the remarks that may be shown about an item or a section, by its id.

        Each once, with how often it was written.
        """
        return self._shown.get(subject, []) if self.shows_remarks else []

    @cached_property
    def _shown(self) -> dict[str, list[Remark]]:
        return {
            subject: [remark for remark in remarks.values() if remark.text]
            for subject, remarks in self._remarks.items()
        }

    @cached_property
    def section_remarks(self) -> dict[str, list[SectionRemark]]:
        """Return by section every remark about it and its items, those withheld without text."""
        known = self._remarks if self.shows_remarks else {}
        return {section.id: section_remarks(section, known) for section in self.checklist.sections}

    def empty_remarks(self, subject: str) -> int:
        """Return how many remarks about a subject say nothing: they are left out."""
        texts = self.responses.remarks.get(subject, ()) if self.shows_remarks else ()
        return sum(not says_something(text) for text in texts)

    def code_of(self, remark: Remark) -> str:
        """Return what a remark is known by, in every report."""
        return remark.code or code_of(self.key, remark.text)

    @cached_property
    def _remarks(self) -> dict[str, Known]:
        texts = self.responses.remarks
        return {s: known_remarks(own, self._withheld_code) for s, own in texts.items()}

    def _withheld_code(self, text: str) -> str:
        """Return a remark's code if it is withheld, else nothing."""
        # Codes cost more than all else about remarks, and of very many only a few are shown.
        code = code_of(self.key, text) if self.withheld else ""
        return code if code in self.withheld else ""

    def without_withheld(self, text: str) -> str:
        """Return what people wrote elsewhere, without the remarks that are withheld."""
        if not self._withheld_texts:
            return text
        return without(text, self._withheld_texts, self.words("section.not_shown"), REMARK_LENGTH)

    @cached_property
    def _withheld_texts(self) -> list[str]:
        if not self.withheld:
            return []
        texts = [text for remarks in self.responses.remarks.values() for text in remarks]
        return [
            text
            for text in dict.fromkeys(texts)
            if says_something(text) and self._withheld_code(text)
        ]

    def section_findings(self, section: str) -> list[Finding]:
        """Return what was found on a section's items."""
        return [f for f in self.findings.items if f.section.id == section]

    def in_order(self) -> int:
        """Return how many items are in order."""
        return sum(f.verdict is Verdict.IN_ORDER for f in self.findings.items)


def based_on(finding: Finding, used: int, words: Wording) -> str:
    """Return how many know it, of all who answered."""
    known = finding.counts.knowing if finding.counts else 0
    return words("actions.based_on", known=known, used=used)


def as_json(report: Report) -> dict[str, object]:
    """Return the figures as `--json` gives them; shares are 0 to 1, or null.

    Other programs read it: a key may come, and none may go or mean something else.
    """
    rows = report.findings.rows
    figures: dict[str, object] = {
        "responses": {
            "read": rows.read,
            "used": rows.used,
            "blank": rows.blank,
            "replaced": rows.replaced,
            "unusable": rows.unusable,
        },
        "items": [_item_json(finding) for finding in report.findings.items],
        "actions": [finding.item.id for finding in report.findings.actions],
    }
    if report.organisation:
        figures["organisation"] = report.organisation
    return figures


def _item_json(finding: Finding) -> dict[str, object]:
    counts = finding.counts
    share = finding.share
    figures: dict[str, object] = {
        "id": finding.item.id,
        "section": finding.section.id,
        "counts": counts and counts.as_dict(),
        "in_order_share": None if share is None else float(share),
        "verdict": finding.verdict,
        "priority": finding.priority,
        "divided": finding.divided,
    }
    if earlier := finding.comparison:
        figures["previous_share"] = None if earlier.share is None else float(earlier.share)
        figures["difference"] = None if earlier.difference is None else float(earlier.difference)
        figures["comparable"] = earlier.comparable
    return figures
