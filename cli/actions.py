"""vinkje actions: what stands open in the action list that people keep."""

from __future__ import annotations

from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import date_option, workbook_argument
from cli.terminal import printable

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Sequence

    from forms.action_list.actions import Action

# Letters of a statement and of a note: an action has one line on a terminal.
_TEXT, _NOTE = 60, 60


@click.command()
@workbook_argument
@click.option(
    "--json",
    metavar="FILE|-",
    help="Write every row as JSON, for other programs; '-' prints it. An earlier file is replaced.",
)
@date_option
def actions(workbook: Path, json: str | None, date: dt.date) -> None:
    """Show which actions are open, by owner, late ones first.

    For example: vinkje actions rapport.xlsx

    FILE.xlsx is the workbook that people work in; without it, rapport.xlsx. Nothing changes in it.
    An action is open when you decided to take it up (needed, or would be good) and it is not done.
    """
    from json import dumps

    from forms.action_list.actions import actions_json
    from forms.atomic_files import check_distinct, write_all
    from forms.jobs.actions import ActionsRequest, read_actions

    listed = read_actions(ActionsRequest(workbook, date)).actions
    figures = dumps(actions_json(listed, date), ensure_ascii=False, indent=2)
    if json == "-":
        # As bytes: programs read UTF-8, whatever a terminal here would.
        click.echo(figures.encode())
        return
    if json:
        check_distinct([Path(json)], [workbook])
        write_all({Path(json): f"{figures}\n".encode()})
    click.echo("\n".join(_lines(listed, date)))


def _lines(actions: list[Action], today: dt.date) -> Iterator[str]:
    from forms.action_list.actions import Decision, by_owner, standing

    counted = standing(actions, today)
    if counted.late:
        text = gettext("Open: {count}, of which late: {late}")
    else:
        text = gettext("Open: {count}")
    yield text.format(count=counted.open, late=counted.late)
    for owner, theirs in by_owner(actions, today).items():
        yield ""
        yield printable(owner) or gettext("(no owner)")
        yield from (_open(action, today) for action in theirs)
    groups = (
        (gettext("Waiting for a decision"), lambda a: a.waits, _no_decision),
        (gettext("Later"), lambda a: a.decision is Decision.LATER, _note),
        (gettext("Not taken up"), lambda a: a.decision is Decision.DROPPED, _note),
        (
            gettext("Not one of the decisions, so not counted"),
            lambda a: a.is_unclear,
            _no_decision,
        ),
    )
    for title, is_in, remark_on in groups:
        yield from _listed(title, list(filter(is_in, actions)), remark_on)
    if counted.done:
        yield "\n" + gettext("Done: {count}").format(count=counted.done)


def _open(action: Action, today: dt.date) -> str:
    from forms.text import shortened

    when = f"{action.deadline:%d-%m-%Y}" if action.deadline else _not_a_day(action.deadline_text)
    late = gettext("LATE") if action.is_late(today) else ""
    text = printable(shortened(action.text, _TEXT))
    return f"  {late:<{len(gettext('LATE'))}}  {when:<12}  {action.id:<4}  {text}".rstrip()


def _not_a_day(deadline: str) -> str:
    from forms.text import shortened

    return f"'{printable(shortened(deadline, 10))}'" if deadline else gettext("no deadline")


def _note(action: Action) -> str:
    return action.note


def _no_decision(action: Action) -> str:
    if action.decision_text:
        return gettext("'{text}' is no decision").format(text=action.decision_text)
    return "" if action.waits else gettext("no decision")


def _listed(
    title: str, actions: Sequence[Action], remark_on: Callable[[Action], str]
) -> Iterator[str]:
    from forms.text import shortened

    if actions:
        yield f"\n{title}: {len(actions)}"
    for action in actions:
        remark = printable(shortened(remark_on(action), _NOTE))
        text = printable(shortened(action.text, _TEXT))
        yield f"  {action.id:<4}  {text}" + (f"  ({remark})" if remark else "")
