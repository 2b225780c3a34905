"""One run by a scheduler: pull, report, send, remind, and a line about it in a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from forms.collect import pull
from forms.errors import FormsError, RunError
from forms.mail import remind
from forms.mail.account import Account
from forms.mail.outbox import log_of
from forms.mail.post import Posted, faults, read_draft, send_drafts, sent_now
from forms.report import make
from forms.report.findings import Priority
from forms.text import one_line


@dataclass(frozen=True)
class Plan:
    """What a run does: always a report; the rest where it is asked for."""

    report: make.Request
    log: Path
    archive: pull.Request | None = None
    send_to: tuple[str, ...] = ()
    reminders: remind.Request | None = None
    sends_reminders: bool = False
    account: Account | None = None


@dataclass
class _Diary:
    """What was done, and what went wrong."""

    done: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def step(self, do: Callable[["_Diary"], None]) -> bool:
        """Do one thing; a fault is noted, and returns False."""
        before = len(self.wrong)
        try:
            do(self)
        except (FormsError, OSError) as error:
            self.wrong.append(one_line(str(error)))
        return len(self.wrong) == before


def run_plan(plan: Plan) -> str:
    """Do what is planned, write a line about it in the log, and return that line.

    What does not hang on a step that failed still happens: reminders go out also while the answers
    cannot be read. Raises RunError with the line when anything went wrong.
    """
    diary = _Diary()
    try:
        with _alone(plan.log):
            _steps(plan, diary)
    except RunError as error:
        diary.wrong.append(str(error))
    except BaseException as error:
        diary.wrong.append(f"stopped before it was done ({type(error).__name__})")
        _write(plan.log, diary)
        raise
    line = _write(plan.log, diary)
    if diary.wrong:
        raise RunError(line)
    return line


def log_fault(log: Path, why: str) -> None:
    """Add a line about a run that could not begin. Raises RunError."""
    _write(log, _Diary(wrong=[why]))


def _steps(plan: Plan, diary: _Diary) -> None:
    if plan.archive:
        diary.step(lambda d: _pull(plan, d))
    if diary.step(lambda d: _report(plan, d)) and plan.send_to:
        diary.step(lambda d: _send(plan, d))
    if plan.reminders:
        diary.step(lambda d: _remind(plan, d))


def _pull(plan: Plan, diary: _Diary) -> None:
    if plan.archive:
        read = pull.pull_answers(replace(plan.archive, keep_former=True))
        diary.done.append(f"{plan.archive.output}: {read.account.used} responses")


def _report(plan: Plan, diary: _Diary) -> None:
    made = make.make_report(plan.report)
    findings = made.report.findings
    counts = f"{findings.account.used} responses"
    if not findings.too_few:
        counts += "".join(f", {findings.count(p)} {p.replace('_', ' ')}" for p in Priority)
    diary.done.append(f"{plan.report.output}: {counts}")


def _send(plan: Plan, diary: _Diary) -> None:
    mail = plan.report.output.with_suffix(".eml")
    draft = replace(read_draft(mail, (), plan.send_to), only_news=True)
    _note(diary, "report", send_drafts([draft], _account(plan), log_of(mail)))


def _remind(plan: Plan, diary: _Diary) -> None:
    if not plan.reminders:
        return
    made = remind.make_reminders(plan.reminders)
    remind.write_drafts(made)
    if not plan.sends_reminders:
        diary.done.append(f"{len(made.contents)} reminders as drafts")
        return
    if made.contents:
        _note(diary, "reminders", remind.send_reminders(made, _account(plan)))
    diary.wrong += made.nameless


def _account(plan: Plan) -> Account:
    if plan.account is None:
        raise RunError("no mail account; put host and sender under [send] in vinkje.toml")
    return plan.account


def _note(diary: _Diary, what: str, posted: list[Posted]) -> None:
    nothing_new = sum(len(each.before) for each in posted)
    diary.done.append(f"{what}: sent to {sent_now(posted)}, nothing new for {nothing_new}")
    diary.wrong += faults(posted)


@contextmanager
def _alone(log: Path) -> Iterator[None]:
    """Let one run at a time be at work in a folder."""
    try:
        with FileLock(f"{log}-lock", timeout=0, thread_local=False):
            yield
    except Timeout:
        raise RunError("another 'vinkje run' is at work here, so this one did nothing") from None


def _write(log: Path, diary: _Diary) -> str:
    """Add the line to the log, and return it."""
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    said = "; ".join(diary.done) or "nothing done"
    line = f"{now} ok: {said}"
    if diary.wrong:
        line = f"{now} FAULT: {' | '.join(map(one_line, diary.wrong))} (done: {said})"
    try:
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
    except OSError as error:
        raise RunError(f"{log}: cannot be written: {error.strerror}. {line}") from None
    return line
