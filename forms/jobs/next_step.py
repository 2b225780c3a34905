"""What somebody would do next in a folder of their own, by a look at what lies there.

It takes no second and never fails: what cannot be looked at is left out, and no network is asked.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from forms.checklist.model import Checklist, default_checklist, load_checklist
from forms.collect.source import kind_of, local_file, open_source
from forms.report.secret import secret_path
from forms.store.open import is_postgresql, read_store

# Seconds to count rows of files in; who has more is told that they have more.
_MOST_SECONDS = 0.3
# Bytes of a file that is looked in: of text, and of what has to be unpacked, such as a workbook.
_MOST_TEXT, _MOST_PACKED = 50_000_000, 1_500_000
# Files that are written together lie so many seconds apart at most.
_A_MOMENT = 2
# What 'vinkje form script' and 'vinkje form web' leave behind, unless told otherwise.
_SCRIPT, _STORE = Path("vragenlijst.gs"), Path("answers.db")
T = TypeVar("T")


class Step(StrEnum):
    """What to do next, in the order in which it comes."""

    MEND_CHECKLIST = "mend_checklist"
    MAKE_FORM = "make_form"
    NAME_SOURCE = "name_source"
    INVITE = "invite"
    REPORT = "report"
    SEND = "send"
    SEND_REMINDERS = "send_reminders"
    REMIND = "remind"
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
class Answers:
    """How many answers there are: no group and no day, so that nobody is known by it.

    `count` is None where nobody counted; with `is_more` there are more than that. `source` is how
    a command takes them where no setting says so, `is_elsewhere` that a network would be asked,
    `changed` when they last changed.
    """

    count: int | None = None
    is_more: bool = False
    source: str = ""
    is_elsewhere: bool = False
    changed: datetime | None = None


@dataclass(frozen=True)
class NextStepResult:
    """What to do next, and what is known of it.

    `unread` names what could not be looked at, by "" the answers.
    """

    step: Step
    answers: Answers | None = None
    reported: date | None = None
    late: int = 0
    undecided: int = 0
    unread: tuple[str, ...] = ()


def next_step(request: NextStepRequest) -> NextStepResult:
    """Look at what lies there, and say what comes next."""
    look = _Look()
    named = request.checklist
    checklist = look.at("", lambda: load_checklist(_plain(named or default_checklist())))
    if checklist is None:
        return NextStepResult(Step.MEND_CHECKLIST)
    reported = look.at(str(request.output), lambda: _reported(request.output))
    sources = request.sources or ((f"sqlite:///{_STORE}",) if _STORE.is_file() else ())
    # Without a name: an address may hold a password.
    answers = look.at("", lambda: _answers(request, sources, checklist)) if sources else None
    standing: dict[str, int] = {}
    step = _before_report(answers, reported, request, has_source=bool(sources))
    step = step or _mail_step(request, look)
    if not step:
        standing = look.at(str(request.output), lambda: _standing(request)) or {}
        decide = Step.DECIDE if standing.get("undecided") else Step.LOOK
        step = Step.REMIND if standing.get("late") else decide
    day = reported and reported.astimezone().date()
    return NextStepResult(step, answers, day, unread=tuple(look.unread), **standing)


class _Look:
    """What was looked at, and by what name what could not be."""

    def __init__(self) -> None:
        self.unread: list[str] = []

    def at(self, name: str, see: Callable[[], T]) -> T | None:
        """Return what is seen; None where that fails."""
        try:
            return see()
        except Exception:  # noqa: BLE001 - whatever it is, the command that comes to it says it
            self.unread.append(name)
            return None


def _before_report(
    answers: Answers | None,
    reported: datetime | None,
    request: NextStepRequest,
    *,
    has_source: bool,
) -> Step | None:
    """Return what comes before a report, or the report; None where there is nothing new to it."""
    if not has_source and not reported:
        return Step.NAME_SOURCE if _SCRIPT.exists() else Step.MAKE_FORM
    if answers and answers.count == 0:
        return Step.INVITE
    is_new = has_source and _wants_report(answers, reported, request.today)
    return Step.REPORT if is_new else None


def _mail_step(request: NextStepRequest, look: _Look) -> Step | None:
    """Return what is to be sent, where the settings name a server: else people send it by hand."""
    output = request.output
    if request.sends and look.at(output.with_suffix(".eml").name, lambda: _waits(output)):
        return Step.SEND
    if request.sends and look.at(output.stem, lambda: _lie_ready(output)):
        return Step.SEND_REMINDERS
    return None


def _reported(output: Path) -> datetime | None:
    """Return when the last report was made; people save the workbook itself at any time."""
    if not output.exists():
        return None
    secret = secret_path(output)
    return _changed(secret if secret.exists() else output)


def _plain(path: Path) -> Path:
    """Return a file; raises OSError for what could keep us waiting, such as a pipe."""
    if not path.is_file():
        raise FileNotFoundError(path)
    return path


def _changed(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _wants_report(answers: Answers | None, reported: datetime | None, today: date) -> bool:
    """Say whether a report would be new; of answers elsewhere one of an earlier day may be."""
    if not reported:
        return True
    if answers is None:
        return False
    if answers.changed is None:
        return reported.astimezone().date() < today
    return (answers.changed - reported).total_seconds() > _A_MOMENT


def _answers(request: NextStepRequest, sources: Sequence[str], checklist: Checklist) -> Answers:
    """Count the answers of all sources, as far as that takes no time and no network."""
    end = time.monotonic() + _MOST_SECONDS
    source = "" if request.sources else sources[0]
    found = [_answers_in(each, checklist, request.tab, end) for each in sources]
    if any(each.is_elsewhere for each in found):
        return Answers(source=source, is_elsewhere=True)
    changed = max((each.changed for each in found if each.changed), default=None)
    counts = [each.count for each in found]
    total = None if None in counts else sum(count or 0 for count in counts)
    return Answers(total, any(each.is_more for each in found), source, changed=changed)


def _answers_in(source: str, checklist: Checklist, tab: str | None, end: float) -> Answers:
    kind, _ = kind_of(source)
    if kind in {"spreadsheets", "forms"} or is_postgresql(source):
        return Answers(is_elsewhere=True)
    if kind == "store":
        with read_store(source) as store:
            held = store.holdings()
        return Answers(held.submissions, changed=held.last or _changed(local_file(source)))
    path = _plain(Path(source))
    changed = _changed(path)
    if path.stat().st_size > _most(path):
        return Answers(changed=changed)
    count = 0
    for row in open_source(source, checklist, tab).rows:
        if time.monotonic() > end:
            return Answers(count or None, is_more=True, changed=changed)
        count += any(str(cell).strip() for cell in row if cell is not None)
    return Answers(count, changed=changed)


def _most(path: Path) -> int:
    with path.open("rb") as file:
        return _MOST_PACKED if file.read(2) == b"PK" else _MOST_TEXT


def _waits(output: Path) -> bool:
    """Say whether the mail of the last report lies there, and nobody got it by vinkje."""
    from forms.mail.draft_files import read_draft
    from forms.mail.sent_log import log_of, read_log

    path = output.with_suffix(".eml")
    if not path.is_file():
        return False
    mail, log = read_draft(path, (), to_send=False), read_log(log_of(path))
    return not any(entry.id == mail.id for entry in (*log.entries, *log.others))


def _lie_ready(output: Path) -> bool:
    """Say whether there are reminders that were not sent: whoever sends one takes it away."""
    from forms.mail.sent_log import DRAFTS

    return any(output.with_suffix(DRAFTS).glob("*.eml"))


def _standing(request: NextStepRequest) -> dict[str, int]:
    """Return how many actions are late, and how many statements wait for a decision."""
    from forms.action_list.actions import standing
    from forms.jobs.actions import ActionsRequest, read_actions

    if not request.output.exists() or request.output.stat().st_size > _MOST_PACKED:
        return {}
    counted = standing(
        read_actions(ActionsRequest(request.output, request.today)).actions, request.today
    )
    return {"late": counted.late, "undecided": counted.undecided}
