"""What commands print: results to stdout, all else to stderr."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from forms.checklist.model import Checklist
    from forms.checklist.yaml_source import YamlSource
    from forms.collect.access import Progress
    from forms.jobs.report import ReportResult
    from forms.mail.account import SmtpAccount
    from forms.mail.delivery import Delivery
    from forms.mail.draft_files import Draft
    from forms.mail.sent_log import SentEntry, SentLog
    from forms.mail.smtp import DeliveryStatus
    from forms.responses.model import Note


def warn(notes: Iterable[Note]) -> None:
    """Print what stood out while reading."""
    from forms.wording import wording

    words = wording("en")
    for note in notes:
        text = note.text(words, with_places=True)
        click.echo(f"Warning: {printable(text)}", err=True)


def _warn_of_texts(source: YamlSource, checklist: Checklist) -> None:
    """Print which texts may say something else than was meant."""
    from forms.checklist.model import load_checklist, shipped_checklist
    from forms.checklist.warnings import warnings

    ours = {item.text for item in load_checklist(shipped_checklist()).items()}
    for warning in warnings(source, checklist, ours):
        said = printable(f"{source.name}:{warning.line}: {warning.message}")
        click.echo(f"Warning: {said}.", err=True)


def asked(path: Path) -> Checklist:
    """Load a checklist that goes out to people, and print which texts look cut or mistyped."""
    from forms.checklist.model import read_checklist

    checklist, source = read_checklist(path)
    _warn_of_texts(source, checklist)
    return checklist


def summary(made: ReportResult) -> str:
    """Return the figures of a report, and where things are."""
    from forms.analysis.rules import Priority
    from forms.wording import wording

    findings = made.report.findings
    rows: list[tuple[str, object]] = [("Responses that count", findings.rows.used)]
    words = wording("en")
    if not findings.too_few:
        rows.append(("Statements in order", made.report.in_order()))
        rows += [(words(f"priority.{p}"), findings.count(p)) for p in Priority]
    lines = [printable(made.report.checklist.title), _table(rows), ""]
    if findings.too_few:
        least = made.report.checklist.rules.min_group
        lines.insert(2, f"  Results are shown from {least} responses on.")
    lines[1:1] = [f"  {line}" for line in made.report.waits_in(words)]
    lines += [f"Wrote {path}" for path in made.written]
    lines += [f"Kept the former one as {path}" for path in made.kept]
    return "\n".join(lines)


def say_posted(posted: Delivery) -> None:
    """Print who got a mail, and who had it before."""
    from forms.mail.smtp import DeliveryStatus

    sent = [o.to.addr_spec for o in posted.outcomes if o.fate is DeliveryStatus.SENT]
    if sent:
        click.echo(printable(f"Sent '{posted.draft.subject}' to {', '.join(sent)}"))
    _say_had(posted.before)


def say_waiting(
    drafts: Iterable[Draft], account: SmtpAccount, log: SentLog, anew: Collection[DeliveryStatus]
) -> None:
    """Print who would get what, were it sent now."""
    from forms.mail.delivery import waiting

    server = account.server
    by = f", signed in as {server.user}" if server.user else ""
    lines = [f"From:      {account.sender}", f"Server:    {server.place}, {server.security}{by}"]
    click.echo(printable("\n".join(lines)))
    for draft in drafts:
        to, before = waiting(draft, log, anew)
        named = ", ".join(map(str, to)) or "(nobody)"
        lines = ["", f"To:        {named}", f"Subject:   {draft.subject}"]
        lines += [f"Attached:  {name} ({size / 1024:.0f} KiB)" for name, size in draft.attached]
        click.echo(printable("\n".join(lines)))
        _say_had(before)
    click.echo("\nNothing was sent.")


def say_had_before(drafts: Iterable[Draft], log: SentLog) -> None:
    """Print for whom a draft holds nothing new."""
    from forms.mail.delivery import had_before

    for draft in drafts:
        _say_had(had_before(draft, log))


def say_arrived(known: Iterable[SentEntry]) -> None:
    """Print of whom it is now known that they have their mail."""
    named = [entry.to for entry in known]
    click.echo(printable(f"Written down: {', '.join(named)} got it." if named else _ALL_KNOWN))


_ALL_KNOWN = "Of nobody was it uncertain whether they got it; nothing was written down."


def _say_had(before: Iterable[SentEntry]) -> None:
    from forms.mail.smtp import DeliveryStatus

    for entry in before:
        sure = (
            "Had it before"
            if entry.fate is DeliveryStatus.SENT
            else "May have had it before, or not"
        )
        click.echo(printable(f"{sure}: {entry.to}, at {entry.at}"))


def warn_of(lines: Iterable[str]) -> None:
    """Print what is left to do by hand."""
    for line in lines:
        click.echo(f"Warning: {printable(line)}.", err=True)


@contextmanager
def truthful() -> Iterator[None]:
    """Say, when somebody stops the sending, what that means."""
    try:
        yield
    except KeyboardInterrupt:
        click.echo(
            "Stopped. Above stands what was sent; the same command sends what is left, and says "
            "of whom it is not certain.",
            err=True,
        )
        raise


@contextmanager
def progress() -> Iterator[Progress]:
    """Show how far a long read is, on a terminal only; gives the function to tell it."""
    with ExitStack() as stack:
        bars: list[Any] = []

        def tell(done: int, total: int) -> None:
            if not sys.stderr.isatty():
                return
            if not bars:
                endless = None if total else iter(int, 1)
                bar: Any = click.progressbar(
                    endless,
                    length=total or None,
                    label="Reading answers",
                    show_pos=True,
                    file=sys.stderr,
                )
                bars.append(stack.enter_context(bar))
            bars[0].update(done - bars[0].pos)

        yield tell


def _table(rows: Sequence[tuple[str, object]]) -> str:
    """Return two columns, the second aligned to the right."""
    width = max(len(name) for name, _ in rows)
    digits = max(len(str(value)) for _, value in rows)
    return "\n".join(f"  {name:<{width}}  {value!s:>{digits}}" for name, value in rows)
