"""What commands print: results to stdout, all else to stderr."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from cli.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from forms.collect.access import Progress
    from forms.mail.account import Account
    from forms.mail.outbox import Entry, Outbox
    from forms.mail.post import Draft, Posted
    from forms.report.make import Made
    from forms.responses import Note


def warn(notes: Iterable[Note]) -> None:
    """Print what stood out while reading."""
    from forms.wording import wording

    words = wording("en")
    for note in notes:
        said = words(f"note.{note.key}", **note.values)
        click.echo(f"Warning: {printable(said)}", err=True)


def summary(made: Made) -> str:
    """Return the figures of a report, and where things are."""
    from forms.report.findings import Priority
    from forms.wording import wording

    findings = made.report.findings
    rows: list[tuple[str, object]] = [("Responses that count", findings.account.used)]
    if not findings.too_few:
        rows.append(("Statements in order", made.report.in_order()))
        words = wording("en")
        rows += [(words(f"priority.{p}"), findings.count(p)) for p in Priority]
    lines = [printable(made.report.checklist.title), _table(rows), ""]
    if findings.too_few:
        least = made.report.checklist.rules.min_group
        lines.insert(2, f"  Results are shown from {least} responses on.")
    lines += [f"Wrote {path}" for path in made.written]
    lines += [f"Kept the former one as {path}" for path in made.kept]
    return "\n".join(lines)


def say_posted(posted: Iterable[Posted]) -> None:
    """Print who got what, and who had it before."""
    from forms.mail.smtp import Fate

    for each in posted:
        sent = [o.to.addr_spec for o in each.outcomes if o.fate is Fate.SENT]
        if sent:
            click.echo(f"Sent '{printable(each.draft.subject)}' to {', '.join(sent)}")
        _say_had(each.before)


def say_waiting(
    drafts: Iterable[Draft], account: Account, log: Outbox, *, again: bool = False
) -> None:
    """Print who would get what, were it sent now."""
    from forms.mail.addresses import key_of
    from forms.mail.post import had_before

    server = account.server
    click.echo(f"From:      {printable(str(account.sender))}")
    by = f", signed in as {printable(server.user)}" if server.user else ""
    click.echo(f"Server:    {server.place}, {server.security}{by}")
    for draft in drafts:
        before = [] if again else had_before(draft, log)
        had = {entry.to for entry in before}
        to = [str(each) for each in draft.to if key_of(each) not in had]
        click.echo(f"\nTo:        {printable(', '.join(to)) or '(nobody)'}")
        click.echo(f"Subject:   {printable(draft.subject)}")
        for name, size in draft.attached:
            click.echo(f"Attached:  {printable(name)} ({size / 1024:.0f} KiB)")
        _say_had(before)
    click.echo("\nNothing was sent.")


def _say_had(before: Iterable[Entry]) -> None:
    from forms.mail.smtp import Fate

    for entry in before:
        if entry.fate is Fate.SENT:
            click.echo(f"Had it before: {entry.to}, at {entry.at}")


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
