"""vinkje actions: what stands open in the action list that people keep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import A_FILE, date_option
from cli.terminal import printable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Iterator

    from forms.action_list.actions import Action

_TEXT, _NOTE = 60, 60


@click.command()
@click.argument("workbook", type=A_FILE, default=Path("rapport.xlsx"), metavar="[FILE.xlsx]")
@click.option(
    "--json",
    metavar="FILE|-",
    help="Write every row as JSON; '-' prints it. Always replaced.",
)
@date_option
def actions(workbook: Path, json: str | None, date: dt.date) -> None:
    """Show what stands open in a workbook's action list, by owner, late first.

    An action is open when the meeting decided on it (needed, or would be good) and it is not done.
    FILE.xlsx is the workbook that people work in; rapport.xlsx when none is named. It is only read.
    """
    from json import dumps

    from forms.action_list.actions import actions_json, actions_of
    from forms.atomic_files import check_distinct, write_all
    from forms.workbook.reader import open_existing

    _, existing = open_existing(workbook)
    found = actions_of(existing.list, date)
    said = dumps(actions_json(found, date), ensure_ascii=False, indent=2)
    if json == "-":
        # As bytes: programs read UTF-8, whatever a terminal here would.
        click.echo(said.encode())
        return
    if json:
        check_distinct([Path(json)], [workbook])
        write_all({Path(json): f"{said}\n".encode()})
    click.echo("\n".join(_lines(found, date)))


def _lines(found: list[Action], today: dt.date) -> Iterator[str]:
    from forms.action_list.actions import Decision, by_owner, standing

    counted = standing(found, today)
    late = f", of which late: {counted.late}" if counted.late else ""
    yield f"Open: {counted.open}{late}"
    for owner, listed in by_owner(found, today).items():
        yield ""
        yield printable(owner) or "(no owner)"
        yield from (_open(action, today) for action in listed)
    yield from _listed("Waiting for a decision", (a for a in found if a.waits), _no_decision)
    yield from _listed("Later", (a for a in found if a.decision is Decision.LATER))
    yield from _listed("Not taken up", (a for a in found if a.decision is Decision.DROPPED))
    unclear = (a for a in found if a.is_unclear)
    yield from _listed("Not one of the decisions, so not counted", unclear, _no_decision)
    if counted.done:
        yield f"\nDone: {counted.done}"


def _open(action: Action, today: dt.date) -> str:
    from forms.text import shortened

    when = f"{action.deadline:%d-%m-%Y}" if action.deadline else _said(action.deadline_text)
    late = "LATE" if action.is_late(today) else ""
    text = printable(shortened(action.text, _TEXT))
    return f"  {late:<4}  {when:<12}  {action.id:<4}  {text}".rstrip()


def _said(deadline: str) -> str:
    from forms.text import shortened

    return f"'{printable(shortened(deadline, 10))}'" if deadline else "no deadline"


def _note(action: Action) -> str:
    return action.note


def _no_decision(action: Action) -> str:
    if action.decision_text:
        return f"'{action.decision_text}' is no decision"
    return "" if action.waits else "no decision"


def _listed(
    title: str, found: Iterable[Action], said_of: Callable[[Action], str] = _note
) -> Iterator[str]:
    from forms.text import shortened

    listed = list(found)
    if listed:
        yield f"\n{title}: {len(listed)}"
    for action in listed:
        note = said_of(action)
        said = f"  ({printable(shortened(note, _NOTE))})" if note else ""
        yield f"  {action.id:<4}  {printable(shortened(action.text, _TEXT))}{said}"
