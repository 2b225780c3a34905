"""What commands print: results to stdout, all else to stderr."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from datetime import datetime
from gettext import gettext, ngettext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from forms.checklist.model import Checklist
    from forms.checklist.yaml_source import YamlSource
    from forms.jobs.check import CheckRequest
    from forms.jobs.pull import PullRequest
    from forms.jobs.report import ReportRequest, ReportResult
    from forms.jobs.send import Outgoing
    from forms.jobs.status import StatusRequest
    from forms.mail.account import SmtpAccount
    from forms.mail.delivery import Delivery
    from forms.mail.sent_log import SentEntry
    from forms.notes import Note

    R = TypeVar("R", CheckRequest, PullRequest, ReportRequest, StatusRequest)


# Signs that a field's name and its colon take.
_FIELD_WIDTH = 11


def warn(notes: Iterable[Note]) -> None:
    """Print what stood out while reading."""
    from forms.language import message_language
    from forms.notes import Level
    from forms.wording import wording

    words = wording(message_language())
    for note in notes:
        text = note.text(words, with_places=True)
        if note.level is Level.WARNING:
            _warn(text)
        else:
            click.echo(gettext("Note: {text}").format(text=printable(text)), err=True)


def warn_of(lines: Iterable[str]) -> None:
    """Print sentences as warnings."""
    for line in lines:
        _warn(f"{line}.")


def _warn(text: str) -> None:
    click.echo(gettext("Warning: {text}").format(text=printable(text)), err=True)


def _warn_of_texts(source: YamlSource, checklist: Checklist) -> None:
    """Print which texts may say something else than was meant."""
    from forms.checklist.model import load_checklist, shipped_checklist
    from forms.checklist.warnings import warnings

    ours = {item.text for item in load_checklist(shipped_checklist()).items()}
    lines = source.located(warnings(source, checklist, ours))
    if lines:
        heading = ngettext(
            "{name}: look at {count} place; the number behind the name is its line",
            "{name}: look at {count} places; the number behind the name is the line",
            len(lines),
        ).format(name=source.name, count=len(lines))
        _warn("\n".join([heading, *lines]))


def asked(path: Path) -> Checklist:
    """Load a checklist that goes out to people, and print which texts look cut or mistyped."""
    from forms.checklist.model import read_checklist

    checklist, source = read_checklist(path)
    _warn_of_texts(source, checklist)
    return checklist


def summary(result: ReportResult) -> str:
    """Return the figures of a report, and where things are."""
    from forms.analysis.rules import Priority
    from forms.language import message_language
    from forms.wording import wording

    report, findings = result.report, result.report.findings
    words = wording(message_language())
    lines = [printable(report.checklist.title), *(f"  {line}" for line in report.waits_in(words))]
    rows: list[tuple[str, object]] = [(gettext("Responses that count"), findings.rows.used)]
    if findings.too_few:
        least = report.checklist.rules.min_group
        text = gettext("Results are shown from {least} responses on.")
        lines += [_table(rows), f"  {text.format(least=least)}", ""]
    else:
        rows.append((gettext("Statements in order"), report.in_order()))
        rows += [(words(f"priority.{p}"), findings.count(p)) for p in Priority]
        lines += [_table(rows), ""]
    if result.to_read:
        lines += [printable(result.to_read.text(words)), ""]
    lines += [gettext("Wrote {path}").format(path=path) for path in result.written]
    text = gettext("Kept the one before as {path}")
    return "\n".join([*lines, *(text.format(path=_from_here(path)) for path in result.kept)])


def _from_here(path: Path) -> Path:
    """Return a path as somebody in this folder would write it."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def show_waiting(outgoing: Outgoing, account: SmtpAccount | None) -> None:
    """Print who would get what, were it sent now; without an account, by no server yet."""
    if account:
        _print_account(account)
    for draft, to, before in outgoing.waiting():
        click.echo()
        names = ", ".join(map(str, to)) or gettext("(nobody)")
        fields = [(gettext("To"), names), (gettext("Subject"), draft.subject)]
        for name, size in draft.attached:
            fields.append((gettext("Attached"), f"{name} ({size / 1024:.0f} KiB)"))
        _print_fields(fields)
        print_had_before(before)
    click.echo("\n" + gettext("Nothing was sent."))
    warn_of(outgoing.left_out)


def send_all(outgoing: Outgoing, account: SmtpAccount) -> None:
    """Send drafts, printing what becomes of each.

    Raises MailError that says who did not get what, when somebody did not.
    """
    from forms.mail.delivery import check_delivered

    with _truthful():
        deliveries = outgoing.send(account, _print_delivery)
    check_delivered(deliveries, outgoing.left_out)


def _print_delivery(delivery: Delivery) -> None:
    """Print who got a mail, and who had it before."""
    from forms.mail.outcome import DeliveryStatus

    sent = [o.to.addr_spec for o in delivery.outcomes if o.fate is DeliveryStatus.SENT]
    if sent:
        text = gettext("Sent '{subject}' to {addresses}")
        values = {"subject": delivery.draft.subject, "addresses": ", ".join(sent)}
        click.echo(printable(text.format(**values)))
    print_had_before(delivery.before)


def _print_account(account: SmtpAccount) -> None:
    server = account.server
    place = f"{server.place}, {server.security}"
    if server.user:
        place = gettext("{place}, signed in as {user}").format(place=place, user=server.user)
    _print_fields([(gettext("From"), str(account.sender)), (gettext("Server"), place)])


def _print_fields(fields: Iterable[tuple[str, str]]) -> None:
    for name, value in fields:
        click.echo(printable(f"{name + ':':<{_FIELD_WIDTH}}{value}"))


def print_arrived(known: Sequence[SentEntry]) -> None:
    """Print of whom it is now known that they have their mail."""
    if known:
        text = gettext("Written down: {addresses} got it.")
        click.echo(printable(text.format(addresses=", ".join(entry.to for entry in known))))
    else:
        click.echo(
            gettext("Of nobody was it uncertain whether they got it; nothing was written down.")
        )


def print_had_before(entries: Iterable[SentEntry]) -> None:
    """Print who had a mail before, or may have had it."""
    from forms.mail.outcome import DeliveryStatus

    for entry in entries:
        if entry.fate is DeliveryStatus.SENT:
            text = gettext("Had it before: {address}, at {time}")
        else:
            text = gettext("May have had it before, or not: {address}, at {time}")
        click.echo(printable(text.format(address=entry.to, time=_on_this_clock(entry.at))))


def _on_this_clock(time: str) -> str:
    """Return a time of a log as its reader knows it; as it stands there when it is none."""
    from babel.dates import format_datetime

    from forms.language import message_language

    try:
        local = datetime.fromisoformat(time).astimezone()
    except ValueError:
        return time
    return str(format_datetime(local, "d MMMM y HH:mm", locale=message_language()))


@contextmanager
def _truthful() -> Iterator[None]:
    """Say, when somebody stops the sending, what that means."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(
            gettext(
                "Stopped. Above stands what was sent; the same command sends what is left, and "
                "says of whom it is not certain."
            ),
            err=True,
        )
        raise


@contextmanager
def progress(request: R) -> Iterator[R]:
    """Show how far a long read is, on a terminal only; gives the request that tells it."""
    from dataclasses import replace

    with ExitStack() as stack:
        bars: list[Any] = []

        def tell(done: int, total: int) -> None:
            if not sys.stderr.isatty():
                return
            if not bars:
                # Where nobody knows how long it is, Click wants what has no end to go over.
                endless = None if total else iter(int, 1)
                bar: Any = click.progressbar(
                    endless,
                    length=total or None,
                    label=gettext("Reading answers"),
                    show_pos=True,
                    file=sys.stderr,
                )
                bars.append(stack.enter_context(bar))
            bars[0].update(done - bars[0].pos)

        yield replace(request, access=replace(request.access, progress=tell))


def _table(rows: Sequence[tuple[str, object]]) -> str:
    """Return two columns, the second aligned to the right."""
    width = max(len(name) for name, _ in rows)
    digits = max(len(str(value)) for _, value in rows)
    return "\n".join(f"  {name:<{width}}  {value!s:>{digits}}" for name, value in rows)
