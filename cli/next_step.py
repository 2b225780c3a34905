"""vinkje alone: what comes next in this folder, in three lines at most."""

from __future__ import annotations

from copy import copy
from gettext import gettext, ngettext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import today
from cli.settings import FILE, settings_for
from cli.terminal import printable, strong
from forms.errors import SettingsError
from forms.text import argument

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from forms.jobs.answers_there import Answers
    from forms.jobs.next_step import NextStepRequest, NextStepResult

# From so many on a number is written as its reader writes it, which takes a moment.
_LARGE = 1000


def show_next_step(ctx: click.Context) -> None:
    """Print what comes next, the command last: what cannot be looked at is left out."""
    click.echo(gettext("All commands: {command}").format(command="vinkje --help"))
    if not FILE.exists() and not _checklist_is_here():
        text = gettext("This is not a folder of vinkje's. Begin one of your own: {command}")
        folder = gettext("my-folder")
        click.echo(text.format(command=strong(f"vinkje init {folder}")))
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
    click.echo(_sentence(result, request))


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
    # Of copies: Click keeps with a command the help option in the language of that moment.
    report, send = (
        copy(group.commands[name]).make_context(name, [], parent=ctx, resilient_parsing=True).params
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
        text = gettext("could not look at {name}")
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


def _sentence(result: NextStepResult, request: NextStepRequest) -> str:
    """Return what to do, and the command for it."""
    late, undecided, files = result.late, result.undecided, result.files
    sentences = _until_a_report(len(files)) | _from_a_report(late, undecided)
    if result.unread and result.step == "look":
        sentences["look"] = gettext("What waits for you cannot be told. Look at it: {command}")
    return sentences[result.step].format(
        command=strong(printable(_command(result, request))),
        count=late or undecided,
        files=printable(", ".join(f"'{name}'" for name in files)),
        folder=printable(str(_reminders_of(request))),
        workbook=printable(str(request.output)),
        arrived=printable(_typed("send", _mail_of(request), "--arrived")),
        day=_day(result.closes),
    )


def _until_a_report(files: int) -> dict[str, str]:
    return {
        "mend_checklist": gettext("The checklist cannot be used yet. What to mend: {command}"),
        "report_files": ngettext(
            "There are answers in {files}: {command}",
            "There are answers in {files} (the newest first). Make the report: {command}",
            files,
        ),
        "name_source": gettext(
            "vinkje.toml does not say yet where the answers are (source). Name them once: {command}"
        ),
        # Whoever copies a command takes a mark behind it along, so there is none.
        "change_checklist": gettext(
            "Make checklist.yaml your own, and look whether it is right: {command}\n"
            "Then ask your colleagues: vinkje form --help   or try it with made-up answers: "
            "vinkje demo"
        ),
        "make_form": gettext("There is no form yet. Choose one: {command}"),
        "invite": gettext("Invite your colleagues: {command}"),
        "follow_round": gettext("See how many answered of each organisation: {command}"),
        "report_each": gettext(
            "Make the sector's report once the round is over, with: vinkje sector\n"
            "and the report of each organisation: {command}"
        ),
        "report": gettext("Make the report: {command}"),
    }


def _from_a_report(late: int, undecided: int) -> dict[str, str]:
    return {
        "report_again": gettext(
            "You changed {workbook} after its mail was made. Make the report anew: {command}"
        ),
        "read_remarks": gettext(
            "First read the new remarks in {workbook}. Does one name somebody? Choose No there and "
            "save it. Then make a mail that has the others: {command}"
        ),
        "send": gettext(
            "The mail about it was not sent yet. See who would get it: {command}   or if you sent "
            "it yourself: {arrived}"
        ),
        "send_reminders": gettext(
            "Reminders lie ready that were not sent yet. See who would get one: {command}"
        ),
        "mail_reminders": gettext(
            "Reminders lie ready. Send them from your mail program, and throw away what you sent. "
            "Open the folder {folder}"
        ),
        "remind": ngettext(
            "{count} action is late. Remind its owner: {command}",
            "{count} actions are late. Remind their owners: {command}",
            late,
        ),
        "collect": gettext("Colleagues can answer until {day}. See how many did: {command}"),
        "decide": ngettext(
            "{count} statement waits for a decision. See which: {command}",
            "{count} statements wait for a decision. See which: {command}",
            undecided,
        ),
        "look": gettext("Nothing waits for you now. See what stands open: {command}"),
    }


def _day(day: date | None) -> str:
    if day is None:
        return ""
    from babel.dates import format_date

    from forms.language import message_language

    return str(format_date(day, "d MMMM y", locale=message_language()))


def _command(result: NextStepResult, request: NextStepRequest) -> str:
    """Return what to type; what it would take anyway is left out."""
    workbook = "" if _is_usual(request) else str(request.output)
    is_shared = result.answers is not None and result.answers.organisations > 0
    commands = {
        "mend_checklist": ["check"],
        "name_source": ["status", "SOURCE"],
        "change_checklist": ["check"],
        "make_form": ["form", "--help"],
        "invite": ["invite", "links.csv" if is_shared else "LINK"],
        "send": ["send", _mail_of(request), "--dry-run"],
        "send_reminders": ["send", str(_reminders_of(request)), "--dry-run"],
        "remind": ["remind", workbook],
        "collect": ["status", result.source],
        "follow_round": ["status", result.source],
        "report_each": ["report", result.source, "--each"],
        "decide": ["actions", workbook],
        "look": ["actions", workbook],
    }
    return _typed(*commands.get(result.step, ["report", result.source]))


def _is_usual(request: NextStepRequest) -> bool:
    return request.output == Path("rapport.xlsx")


def _mail_of(request: NextStepRequest) -> str:
    return "" if _is_usual(request) else str(request.output.with_suffix(".eml"))


def _reminders_of(request: NextStepRequest) -> Path:
    from forms.mail.sent_log import DRAFTS

    return request.output.with_suffix(DRAFTS)


def _typed(*words: str) -> str:
    return " ".join(["vinkje", *(argument(word) for word in words if word)])
