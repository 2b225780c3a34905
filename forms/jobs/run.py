"""One run by a scheduler: pull, report, send, remind, and a line about it in a log."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from forms.analysis.rules import Priority
from forms.atomic_files import alone
from forms.errors import FormsError, OutputError, RunError
from forms.file_rights import open_private
from forms.jobs import pull, remind, report
from forms.mail.account import SmtpAccount
from forms.mail.delivery import Delivery, faults, send_drafts
from forms.mail.draft_files import read_draft
from forms.mail.sent_log import log_of
from forms.mail.smtp import DeliveryStatus
from forms.text import one_line, printable, shortened
from forms.wording import wording

_LONGEST, _MOST = 300, 5
_BUSY = "another 'vinkje run' is at work here, so this one did nothing"


@dataclass(frozen=True)
class Plan:
    """What a run does: always a report; the rest where it is asked for."""

    report: report.ReportRequest
    log: Path
    archive: pull.PullRequest | None = None
    send_to: tuple[str, ...] = ()
    reminders: remind.RemindRequest | None = None
    sends_reminders: bool = False
    account: SmtpAccount | None = None


@dataclass
class _Diary:
    """What was done, what went wrong, and what else somebody should know."""

    done: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    def step(self, do: Callable[["_Diary"], None]) -> None:
        """Do one thing; a fault is noted."""
        try:
            do(self)
        except FormsError as error:
            self.wrong.append(str(error))
        except OSError as error:
            self.wrong.append(f"{error.filename or 'a file'}: {error.strerror or error}")


def run_plan(plan: Plan) -> str:
    """Do what is planned, write a line about it in the log, and return that line.

    What does not hang on a step that failed still happens: reminders go out also while the answers
    cannot be read. Raises RunError with the line when anything went wrong.
    """
    diary = _Diary()
    try:
        with alone(plan.log, RunError(_BUSY)):
            _steps(plan, diary)
    except FormsError as error:
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
    diary.step(lambda d: _report_and_send(plan, d))
    if plan.reminders:
        diary.step(lambda d: _remind(plan, d))


def _pull(plan: Plan, diary: _Diary) -> None:
    if plan.archive:
        read = pull.pull_answers(replace(plan.archive, keep_former=True))
        diary.done.append(f"{plan.archive.output}: {read.rows.used} responses")


def _report_and_send(plan: Plan, diary: _Diary) -> None:
    made = report.make_report(plan.report)
    findings = made.report.findings
    counts = f"{findings.rows.used} responses"
    if not findings.too_few:
        counts += "".join(f", {findings.count(p)} {p.replace('_', ' ')}" for p in Priority)
    diary.done.append(f"{plan.report.output}: {counts}")
    words = wording("en")
    diary.noted += [note.text(words, with_places=True) for note in made.every_note]
    if plan.send_to and findings.too_few:
        # Nothing to decide on; and perhaps somebody emptied the Sheet.
        diary.done.append("too few responses, so no mail")
    elif plan.send_to:
        mail = plan.report.output.with_suffix(".eml")
        draft = replace(read_draft(mail, (), plan.send_to), only_news=True)
        _note(diary, "report", send_drafts([draft], _account(plan), log_of(mail)))


def _remind(plan: Plan, diary: _Diary) -> None:
    if not plan.reminders:
        return
    made = remind.make_reminders(plan.reminders)
    left, fresh = remind.changed_drafts(made), remind.write_drafts(made)
    if plan.sends_reminders:
        drafts = remind.drafts_of(made, left)
        if drafts:
            _note(diary, "reminders", send_drafts(drafts, _account(plan), made.log))
        diary.wrong += [*made.nameless, *remind.left_as_is(left)]
    else:
        diary.done.append(f"new reminders as drafts: {len(fresh)}")
        diary.noted += [*made.nameless, *remind.left_as_is(left)]


def _account(plan: Plan) -> SmtpAccount:
    if plan.account is None:
        raise RunError("no mail account; put host and sender under [send] in vinkje.toml")
    return plan.account


def _note(diary: _Diary, what: str, posted: list[Delivery]) -> None:
    fates = Counter(outcome.fate for each in posted for outcome in each.outcomes)
    fates.update(DeliveryStatus.UNSURE for each in posted for _ in each.unsure)
    had = sum(len(each.before) - len(each.unsure) for each in posted)
    counts = {
        "nothing new for": had,
        "refused for": fates[DeliveryStatus.REFUSED],
        "not sent to": fates[DeliveryStatus.NOT_SENT],
        "uncertain for": fates[DeliveryStatus.UNSURE],
    }
    told = [f"{name} {count}" for name, count in counts.items() if count]
    diary.done.append(", ".join([f"{what}: sent to {fates[DeliveryStatus.SENT]}", *told]))
    diary.wrong += faults(posted)


def _write(log: Path, diary: _Diary) -> str:
    """Add the line to the log, and return it."""
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    done = "; ".join(diary.done)
    said = f"ok: {done or 'nothing to do'}"
    if diary.wrong:
        said = f"FAULT: {_some(diary.wrong)} (done: {done or 'nothing'})"
    if diary.noted:
        said += f" (noted: {_some(diary.noted)})"
    line = printable(one_line(f"{now} {said}"))
    try:
        with open_private(log) as file:
            file.write(f"{line}\n".encode())
    except OSError as error:
        raise RunError(f"{log}: cannot be written: {error.strerror}. {line}") from None
    except OutputError as error:
        raise RunError(f"{error}. {line}") from None
    return line


def _some(told: Sequence[str]) -> str:
    """Return the first of what is told, each once and not too long: a log is read in lines."""
    lines = [shortened(each, _LONGEST) for each in dict.fromkeys(told)]
    more = [f"and {len(lines) - _MOST} more"] if len(lines) > _MOST else []
    return " | ".join([*lines[:_MOST], *more])
