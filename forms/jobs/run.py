"""One run by a scheduler: pull, report, send, remind, and a line about it in a log."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from gettext import gettext, ngettext
from pathlib import Path

from forms.analysis.rules import Priority
from forms.atomic_files import alone
from forms.errors import FormsError, OutputError, RunError, reason_of
from forms.file_rights import open_private
from forms.jobs.pull import PullRequest, pull_answers
from forms.jobs.remind import RemindRequest, write_reminders
from forms.jobs.report import ReportRequest, make_report
from forms.jobs.send import Outgoing, SendRequest, outgoing
from forms.language import message_language
from forms.mail.account import SmtpAccount
from forms.mail.delivery import Delivery, faults
from forms.mail.outcome import DeliveryStatus
from forms.text import one_line, printable, shortened
from forms.wording import wording

# Letters of a message, and messages, in a line of the log.
_LONGEST, _MOST = 300, 5


@dataclass(frozen=True)
class RunRequest:
    """What a run does: always a report; the rest where it is asked for.

    The report is mailed to `send_to`; reminders leave with `sends_reminders`, else they are drafts.
    """

    report: ReportRequest
    log: Path
    archive: PullRequest | None = None
    send_to: tuple[str, ...] = ()
    reminders: RemindRequest | None = None
    sends_reminders: bool = False
    account: SmtpAccount | None = None


@dataclass(frozen=True)
class RunResult:
    """The line that the log got."""

    line: str


@dataclass
class _Diary:
    """What was done, what went wrong, and what else somebody should know."""

    done: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    def step(self, job: Callable[[], None]) -> None:
        """Do one job; a fault is noted."""
        try:
            job()
        except FormsError as error:
            self.wrong.append(str(error))
        except OSError as error:
            self.wrong.append(f"{error.filename or gettext('a file')}: {reason_of(error)}")


def run_jobs(request: RunRequest) -> RunResult:
    """Do what is asked, one job after another, and write a line about it in the log.

    What does not hang on a job that failed still happens: reminders go out also while the answers
    cannot be read. Raises RunError when anything went wrong.
    """
    diary = _Diary()
    try:
        with alone(request.log, RunError(problem=_busy())):
            _jobs(request, diary)
    except FormsError as error:
        diary.wrong.append(str(error))
    except BaseException as error:
        # Also when somebody stops it, or it is our own fault: a scheduler shows the log alone.
        stopped = gettext("stopped before it was done ({name})")
        diary.wrong.append(stopped.format(name=type(error).__name__))
        _write(request.log, diary)
        raise
    line = _write(request.log, diary)
    if diary.wrong:
        raise RunError(problem=" | ".join(dict.fromkeys(diary.wrong)), effect=_done(diary))
    return RunResult(line)


def _done(diary: _Diary) -> str:
    done = "; ".join(diary.done) or gettext("nothing")
    return gettext("Done all the same: {done}").format(done=done)


def log_fault(log: Path, why: str) -> None:
    """Add a line about a run that could not begin. Raises RunError."""
    _write(log, _Diary(wrong=[why]))


def _busy() -> str:
    return gettext("another 'vinkje run' is at work here, so this one did nothing")


def _jobs(request: RunRequest, diary: _Diary) -> None:
    if archive := request.archive:
        # Nobody is there to say that an earlier archive may be replaced.
        diary.step(lambda: _pull(replace(archive, keep_former=True), diary))
    diary.step(lambda: _report_and_send(request, diary))
    if reminders := request.reminders:
        diary.step(lambda: _remind(reminders, request, diary))


def _pull(request: PullRequest, diary: _Diary) -> None:
    count = pull_answers(request).rows.used
    diary.done.append(f"{request.output}: {_responses(count)}")


def _responses(count: int) -> str:
    return ngettext("{count} response", "{count} responses", count).format(count=count)


def _report_and_send(request: RunRequest, diary: _Diary) -> None:
    result = make_report(request.report)
    findings, words = result.report.findings, wording(message_language())
    counts = _responses(findings.rows.used)
    if not findings.too_few:
        priorities = (f"{findings.count(p)} {words(f'priority.{p}').lower()}" for p in Priority)
        counts = ", ".join([counts, *priorities])
    diary.done.append(f"{request.report.output}: {counts}")
    # First, since the line of a log has no room for all.
    notes = [*filter(None, [result.to_read]), *result.every_note]
    diary.noted += [note.text(words, with_places=True) for note in notes]
    if request.send_to and findings.too_few:
        # Nothing to decide on; and perhaps somebody emptied the Sheet.
        diary.done.append(gettext("too few responses, so no mail"))
    elif request.send_to:
        mail = request.report.output.with_suffix(".eml")
        ready = outgoing(SendRequest(mail, usual_to=request.send_to, only_news=True))
        _send(ready, request, gettext("report"), diary)


def _remind(reminders: RemindRequest, request: RunRequest, diary: _Diary) -> None:
    result = write_reminders(reminders)
    if request.sends_reminders:
        if result.outgoing.drafts:
            _send(result.outgoing, request, gettext("reminders"), diary)
        diary.wrong += result.outgoing.left_out
    else:
        drafts = gettext("new reminders as drafts: {count}").format(count=len(result.written))
        diary.done.append(drafts)
        diary.noted += result.outgoing.left_out


def _send(ready: Outgoing, request: RunRequest, what: str, diary: _Diary) -> None:
    if request.account is None:
        raise RunError(
            problem=gettext("no mail account"),
            remedy=gettext("put host and sender under [send] in vinkje.toml"),
        )
    deliveries = ready.send(request.account)
    diary.done.append(_counted(what, deliveries))
    diary.wrong += faults(deliveries)


def _counted(what: str, deliveries: Sequence[Delivery]) -> str:
    """Return of how many addresses which is true, a count that is nought left out."""
    fates = Counter(outcome.fate for delivery in deliveries for outcome in delivery.outcomes)
    fates.update(DeliveryStatus.UNSURE for delivery in deliveries for _ in delivery.unsure)
    had = sum(len(delivery.before) - len(delivery.unsure) for delivery in deliveries)
    counts = {
        gettext("nothing new for {count}"): had,
        gettext("refused for {count}"): fates[DeliveryStatus.REFUSED],
        gettext("not sent to {count}"): fates[DeliveryStatus.NOT_SENT],
        gettext("uncertain for {count}"): fates[DeliveryStatus.UNSURE],
    }
    sent = gettext("{what}: sent to {count}").format(what=what, count=fates[DeliveryStatus.SENT])
    return ", ".join([sent, *(text.format(count=n) for text, n in counts.items() if n)])


def _write(log: Path, diary: _Diary) -> str:
    """Add the line to the log, and return it. Programs read its `ok:` and `FAULT:`."""
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    done = "; ".join(diary.done)
    if diary.wrong:
        text = gettext("{faults} (done: {done})")
        more = gettext("and {count} more: 'vinkje run', typed by hand, shows all")
        wrong = _some(diary.wrong, more)
        result = "FAULT: " + text.format(faults=wrong, done=done or gettext("nothing"))
    else:
        result = f"ok: {done or gettext('nothing to do')}"
    if diary.noted:
        more = gettext("and {count} more: 'vinkje report' and 'vinkje remind' show all")
        result += gettext(" (noted: {notes})").format(notes=_some(diary.noted, more))
    # What a source says cannot begin a line of its own, nor steer a terminal that shows the log.
    line = printable(one_line(f"{now} {result}"))
    try:
        with open_private(log) as file:
            file.write(f"{line}\n".encode())
    except OSError as error:
        problem = gettext("cannot be written: {reason}").format(reason=reason_of(error))
        raise RunError(str(log), problem, effect=line) from None
    except OutputError as error:
        raise RunError(error.place, error.problem, error.remedy, line) from None
    return line


def _some(texts: Sequence[str], where: str) -> str:
    """Return the first of what is told, each once and not too long: a log is read in lines.

    `where` says how many there are beside, and what shows them.
    """
    lines = [shortened(text, _LONGEST) for text in dict.fromkeys(texts)]
    left = len(lines) - _MOST
    more = [where.format(count=left)] if left > 0 else []
    return " | ".join([*lines[:_MOST], *more])
