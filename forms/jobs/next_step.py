"""What somebody would do next in a folder of their own, by a look at what lies there.

It takes no second and never fails: what cannot be looked at is left out, and no network is asked.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from forms.analysis.rules import is_round_open
from forms.checklist.model import (
    Checklist,
    default_checklist,
    load_checklist,
    shipped_checklist,
)
from forms.jobs.answers_there import (
    Answers,
    changed_at,
    count_answers,
    is_small,
    plain,
    tables_in,
)
from forms.mail.draft_files import A_MOMENT, Draft
from forms.report.secret import secret_path

# What 'vinkje form script' and 'vinkje form web' leave behind, unless told otherwise.
_SCRIPT, _STORE = Path("vragenlijst.gs"), Path("answers.db")
T = TypeVar("T")


class Step(StrEnum):
    """What to do next."""

    MEND_CHECKLIST = "mend_checklist"
    REPORT_FILES = "report_files"
    NAME_SOURCE = "name_source"
    CHANGE_CHECKLIST = "change_checklist"
    MAKE_FORM = "make_form"
    INVITE = "invite"
    FOLLOW_ROUND = "follow_round"
    REPORT_EACH = "report_each"
    REPORT = "report"
    REPORT_AGAIN = "report_again"
    READ_REMARKS = "read_remarks"
    SEND = "send"
    SEND_REMINDERS = "send_reminders"
    MAIL_REMINDERS = "mail_reminders"
    REMIND = "remind"
    COLLECT = "collect"
    DECIDE = "decide"
    LOOK = "look"


@dataclass(frozen=True)
class NextStepRequest:
    """A folder as its settings have it; `sends` says that they name a mail server."""

    sources: tuple[str, ...]
    output: Path
    today: date
    checklist: Path | None = None
    tab: str | None = None
    sends: bool = False


@dataclass(frozen=True)
class NextStepResult:
    """What to do next, and what is known of it.

    `source` is how a command takes the answers where no setting says so, `files` names those that
    lie there unread, `closes` is the day until which colleagues answer. `unread` names what could
    not be looked at, by "" the answers.
    """

    step: Step
    answers: Answers | None = None
    source: str = ""
    files: tuple[str, ...] = ()
    reported: date | None = None
    closes: date | None = None
    late: int = 0
    undecided: int = 0
    unread: tuple[str, ...] = ()


def next_step(request: NextStepRequest) -> NextStepResult:
    """Look at what lies there, and say what comes next."""
    folder = _Folder(request)
    step = next(step for step, is_next in _STEPS if is_next(folder))
    if folder.checklist is None:
        return NextStepResult(step)
    return NextStepResult(
        step,
        folder.answers,
        folder.source,
        tuple(path.name for path in folder.new_files),
        folder.reported and folder.reported.astimezone().date(),
        folder.checklist.round.closes if folder.checklist.round else None,
        unread=tuple(folder.unread),
        **(folder.standing if step in {Step.REMIND, Step.DECIDE} else {}),
    )


class _Folder:
    """What lies there: each thing is looked at once, when it is asked for.

    `unread` has the names of what could not be.
    """

    def __init__(self, request: NextStepRequest) -> None:
        self.request = request
        self.output = request.output
        self.unread: list[str] = []

    def look(self, name: object, see: Callable[[], T]) -> T | None:
        """Return what is seen; None where that fails."""
        try:
            return see()
        except Exception:  # noqa: BLE001 - whatever it is, the command that comes to it says it
            self.unread.append(str(name))
            return None

    @cached_property
    def checklist(self) -> Checklist | None:
        named = self.request.checklist
        return self.look("", lambda: load_checklist(plain(named or default_checklist())))

    @cached_property
    def reported(self) -> datetime | None:
        """Return when the last report was made; people save the workbook itself at any time."""
        return self.look(self.output, lambda: _reported(self.output))

    @cached_property
    def sources(self) -> tuple[str, ...]:
        return self.request.sources or ((f"sqlite:///{_STORE}",) if _STORE.is_file() else ())

    @cached_property
    def answers(self) -> Answers | None:
        checklist, sources = self.checklist, self.sources
        if checklist is None or not sources:
            return None
        # Without a name: an address may hold a password.
        return self.look("", lambda: count_answers(sources, checklist, self.request.tab))

    @property
    def organisations(self) -> int:
        """Return how many take part, where answers are of several."""
        return self.answers.organisations if self.answers else 0

    @cached_property
    def files(self) -> list[Path]:
        """Return the tables of answers that no setting names, the newest first."""
        checklist = self.checklist
        if checklist is None or self.sources:
            return []
        return self.look("", lambda: list(tables_in(Path(), checklist))) or []

    @cached_property
    def new_files(self) -> list[Path]:
        reported = self.reported
        return [
            path for path in self.files if not reported or _is_after(changed_at(path), reported)
        ]

    @property
    def source(self) -> str:
        named = self.sources or [path.name for path in self.files]
        return "" if self.request.sources else next(iter(named), "")

    @property
    def is_begun(self) -> bool:
        return bool(self.sources or self.reported)

    @property
    def is_open(self) -> bool:
        return self.checklist is not None and is_round_open(self.checklist, self.request.today)

    @cached_property
    def mail(self) -> Draft | None:
        """Return the mail of the last report, where vinkje knows of nobody who has it."""
        return self.look(self.output.with_suffix(".eml").name, lambda: _waiting_mail(self.output))

    @cached_property
    def has_reminders(self) -> bool:
        """Say whether there are reminders that were not sent: whoever sends one takes it away."""
        from forms.mail.sent_log import DRAFTS

        folder = self.output.with_suffix(DRAFTS)
        return bool(self.look(folder.name, lambda: any(folder.glob("*.eml"))))

    @cached_property
    def standing(self) -> dict[str, int]:
        """Return how many actions are late, and how many statements wait for a decision."""
        return self.look(self.output, lambda: _standing(self.request)) or {}


def _wants_report(folder: _Folder) -> bool:
    """Say whether a report would be new; of answers elsewhere one of an earlier day may be.

    While colleagues answer there is always more to come.
    """
    answers, reported = folder.answers, folder.reported
    if folder.is_open:
        return False
    if not reported:
        return bool(folder.sources)
    if answers is None:
        return False
    if answers.changed is None:
        return reported.astimezone().date() < folder.request.today
    return _is_after(answers.changed, reported)


def _mail_is_old(folder: _Folder) -> bool:
    """Say whether the mail that waits says less than people did since, or more than they want."""
    from forms.jobs.withheld_since import withheld_since

    mail = folder.mail
    if mail is None:
        return False
    if folder.request.sends and _saved_since(mail):
        return True
    withheld = folder.look(folder.output, lambda: is_small(folder.output) and withheld_since(mail))
    return bool(withheld)


def _has_unread_remarks(folder: _Folder) -> bool:
    """Say whether there are remarks that nobody read: whoever read them saved the workbook."""
    from forms.mail.attachment import without_new_remarks

    mail = folder.mail
    return mail is not None and bool(without_new_remarks([mail])) and not _saved_since(mail)


# The first that is true is next.
_STEPS: Sequence[tuple[Step, Callable[[_Folder], object]]] = (
    (Step.MEND_CHECKLIST, lambda folder: folder.checklist is None),
    (Step.REPORT_FILES, lambda folder: folder.new_files),
    (Step.NAME_SOURCE, lambda folder: not folder.is_begun and _SCRIPT.exists()),
    (Step.CHANGE_CHECKLIST, lambda folder: not folder.is_begun and _is_as_shipped(folder)),
    (Step.MAKE_FORM, lambda folder: not folder.is_begun),
    (Step.INVITE, lambda folder: folder.answers and folder.answers.count == 0),
    (Step.FOLLOW_ROUND, lambda folder: folder.organisations and folder.is_open),
    (Step.REPORT_EACH, lambda folder: folder.organisations),
    (Step.REPORT, _wants_report),
    (Step.REPORT_AGAIN, _mail_is_old),
    (Step.READ_REMARKS, _has_unread_remarks),
    (Step.SEND, lambda folder: folder.request.sends and folder.mail),
    (Step.SEND_REMINDERS, lambda folder: folder.request.sends and folder.has_reminders),
    (Step.MAIL_REMINDERS, lambda folder: folder.has_reminders),
    (Step.REMIND, lambda folder: folder.standing.get("late")),
    (Step.COLLECT, lambda folder: folder.is_open),
    (Step.DECIDE, lambda folder: folder.standing.get("undecided")),
    (Step.LOOK, lambda _: True),
)


def _reported(output: Path) -> datetime | None:
    if not output.exists():
        return None
    secret = secret_path(output)
    return changed_at(secret if secret.exists() else output)


def _is_after(moment: datetime, reported: datetime) -> bool:
    return (moment - reported).total_seconds() > A_MOMENT


def _is_as_shipped(folder: _Folder) -> bool:
    return folder.checklist == load_checklist(shipped_checklist())


def _waiting_mail(output: Path) -> Draft | None:
    from forms.mail.draft_files import read_draft
    from forms.mail.sent_log import log_of, read_log

    path = output.with_suffix(".eml")
    if not path.is_file():
        return None
    mail, log = read_draft(path, (), to_send=False), read_log(log_of(path))
    return None if log.knows(mail.id) else mail


def _saved_since(mail: Draft) -> bool:
    from forms.mail.draft_files import outdated

    return bool(outdated([mail]))


def _standing(request: NextStepRequest) -> dict[str, int]:
    from forms.action_list.actions import standing
    from forms.jobs.actions import ActionsRequest, read_actions

    if not request.output.exists() or not is_small(request.output):
        return {}
    counted = standing(
        read_actions(ActionsRequest(request.output, request.today)).actions, request.today
    )
    return {"late": counted.late, "undecided": counted.undecided}
