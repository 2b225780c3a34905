"""vinkje alone: what comes next in this folder, in three lines at most."""

from __future__ import annotations

from gettext import gettext, ngettext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import today
from cli.settings import FILE, settings_for
from cli.terminal import printable, strong
from forms.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forms.jobs.next_step import Answers, NextStepRequest, NextStepResult

# From so many on a number is written as its reader writes it, which takes a moment.
_LARGE = 1000


def show_next_step(ctx: click.Context) -> None:
    """Print what comes next, the command last: what cannot be looked at is left out."""
    click.echo(gettext("All commands: {command}").format(command="vinkje --help"))
    if not FILE.exists() and not _checklist_is_here():
        text = gettext("This is not a folder of vinkje's. Begin one of your own: {command}")
        click.echo(text.format(command=strong("vinkje init my-folder")))
        text = gettext("See what you get, with made-up answers: {command}")
        click.echo(text.format(command=strong("vinkje demo")))
        return
    try:
        request = _request(ctx)
    except SettingsError:
        text = gettext("{file} cannot be read. What to do about it: {command}")
        click.echo(text.format(file=FILE, command=strong("vinkje check")))
        return
    from forms.jobs.next_step import next_step

    result = next_step(request)
    if facts := ", ".join(_facts(result)):
        click.echo(f"{facts[0].upper()}{facts[1:]}.")
    command = strong(printable(_command(result, request)))
    click.echo(_sentence(result).format(command=command))


def _checklist_is_here() -> bool:
    """Say whether a checklist lies here, be it as Kladblok names it: checklist.yaml.txt."""
    try:
        return any(path.name.startswith("checklist.y") for path in Path().iterdir())
    except OSError:
        return False


def _request(ctx: click.Context) -> NextStepRequest:
    """Return what the settings say. Raises SettingsError where they cannot be read."""
    from forms.jobs.next_step import NextStepRequest

    group = ctx.command
    if not isinstance(group, click.Group):
        raise TypeError(group)
    ctx.default_map = settings_for(group)
    # Else a fault in it would be passed over, as it is for the help.
    dict(ctx.default_map["report"])
    report, send = (
        group.commands[name].make_context(name, [], parent=ctx, resilient_parsing=True).params
        for name in ("report", "send")
    )
    return NextStepRequest(
        tuple(report["source"] or ()),
        report["output"],
        today(),
        report["checklist"],
        report["tab"],
        sends=bool(send["host"]),
    )


def _facts(result: NextStepResult) -> Iterator[str]:
    if result.answers:
        yield from _of_answers(result.answers)
    if result.reported:
        yield _of_report((today() - result.reported).days)
    elif result.answers and result.answers.count != 0:
        yield gettext("no report yet")
    for name in dict.fromkeys(result.unread):
        text = gettext("{name} could not be looked at")
        yield text.format(name=printable(name) or gettext("the answers"))


def _of_answers(answers: Answers) -> Iterator[str]:
    count = answers.count
    if answers.is_elsewhere:
        yield gettext("the answers are on another computer (not looked at now)")
    elif count == 0 and not answers.is_more:
        yield gettext("no answers yet")
    elif count is not None:
        text = ngettext("{count} answer", "{count} answers", count)
        if answers.is_more:
            text = gettext("more than {count} answers")
        yield text.format(count=_number(count))


def _number(count: int) -> str:
    if count < _LARGE:
        return str(count)
    from forms.language import whole_number

    return whole_number(count)


def _of_report(days: int) -> str:
    if days <= 0:
        return gettext("last report today")
    text = ngettext("last report yesterday", "last report {count} days ago", days)
    return text.format(count=days)


def _sentence(result: NextStepResult) -> str:
    """Return what to do, with a place for the command."""
    late, undecided = result.late, result.undecided
    sentences = {
        "mend_checklist": gettext("The checklist cannot be used yet. What to mend: {command}"),
        "make_form": gettext("There is no form yet. Choose one: {command}"),
        "name_source": gettext(
            "vinkje.toml does not say yet where the answers are (source). Name them once: {command}"
        ),
        "invite": gettext("Invite your colleagues: {command}"),
        "report": gettext("Make the report: {command}"),
        "send": gettext("The mail about it was not sent yet. See who would get it: {command}"),
        "send_reminders": gettext(
            "Reminders lie ready that were not sent yet. See who would get one: {command}"
        ),
        "remind": ngettext(
            "{count} action is late. Remind its owner: {command}",
            "{count} actions are late. Remind their owners: {command}",
            late,
        ),
        "decide": ngettext(
            "{count} statement waits for a decision. See which: {command}",
            "{count} statements wait for a decision. See which: {command}",
            undecided,
        ),
        "look": gettext("Nothing waits for you now. See what stands open: {command}"),
    }
    return sentences[result.step].replace("{count}", str(late or undecided))


def _command(result: NextStepResult, request: NextStepRequest) -> str:
    """Return what to type; what it would take anyway is left out."""
    usual, output = request.output == Path("rapport.xlsx"), request.output
    source = result.answers.source if result.answers else ""
    commands = {
        "mend_checklist": ["check"],
        "make_form": ["form", "--help"],
        "name_source": ["status", "SOURCE"],
        "invite": ["invite", "LINK"],
        "report": ["report", source],
        "send": ["send", "" if usual else str(output.with_suffix(".eml")), "--dry-run"],
        "send_reminders": ["send", str(output.with_suffix(".herinneringen")), "--dry-run"],
        "remind": ["remind", "" if usual else str(output)],
        "decide": ["actions", "" if usual else str(output)],
        "look": ["actions", "" if usual else str(output)],
    }
    words = [f'"{word}"' if " " in word else word for word in commands[result.step] if word]
    return " ".join(["vinkje", *words])
