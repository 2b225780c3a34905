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
