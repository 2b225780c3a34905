"""vinkje run: pull, report, send and remind as vinkje.toml says, for a scheduler."""

from __future__ import annotations

from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.options import A_FILE, account_in, date_option
from cli.pull import pull_request
from cli.remind import remind_request
from cli.report import report_request
from cli.settings import log_named
from cli.terminal import printable
from cli.translation import translated
from forms.errors import SettingsError

if TYPE_CHECKING:
    import datetime as dt

    from forms.jobs.run import RunRequest


class _Run(click.Command):
    """A command that also logs that its settings cannot be read."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Return the context; a fault of the settings gets its line where the log was named."""
        # Click takes what it reads out of the list.
        typed = list(args)
        try:
            return super().make_context(info_name, args, parent, **extra)
        except SettingsError as error:
            extra["default_map"] = log_named()
            without = super().make_context(info_name, typed, parent, **extra)
            from forms.jobs.run import log_fault

            log_fault(without.params["log"], str(error))
            raise


@click.command(cls=_Run)
@click.option(
    "--log",
    type=A_FILE,
    default=Path("vinkje.log"),
    metavar="FILE",
    show_default=True,
    help="The file that gets a line each time: what was done, or what went wrong.",
)
@date_option
@click.pass_context
def run(ctx: click.Context, /, log: Path, date: dt.date) -> None:
    """Do all of it in one go, as the file vinkje.toml says.

    This is for a program that starts it every week: the Windows Task Scheduler, or cron. The report
    is always made. An archive of the answers is written when [pull] in vinkje.toml names an output;
    the mail is sent when [send] says to whom; reminders are made when [remind] names a coordinator,
    and sent when it says send = true. Variables such as VINKJE_PULL_OUTPUT do as well.

    Nobody gets a mail that says nothing new, and the report is not mailed while it has too few
    responses.

    Ends with 0 when all of it went well (also when there was nothing to send), and with 1 when
    something did not: the line says what, and what was done all the same. Of two runs at once the
    second does nothing, and ends with 1.
    """
    from forms.errors import FormsError, RunError
    from forms.jobs.run import log_fault, run_jobs

    try:
        request = _request(ctx, log, date)
    except FormsError as error:
        log_fault(log, str(error))
        raise
    except click.UsageError as error:
        # Nobody typed these options: they stand in vinkje.toml, or in a variable.
        fault = RunError("vinkje.toml", error.format_message())
        log_fault(log, str(fault))
        raise fault from None
    click.echo(printable(run_jobs(request).line))


def _request(ctx: click.Context, log: Path, date: dt.date) -> RunRequest:
    """Return what the settings of the other commands ask for, read as those commands read them."""
    from dataclasses import replace

    from forms.jobs.run import RunRequest
    from forms.mail.account import read_account

    day = ["--date", date.isoformat()]
    # Only to look whether an output is named: without one, Click would say that it lacks.
    pulls = _context(ctx, "pull", resilient_parsing=True).params["output"] is not None
    report, send, reminds = _of(ctx, "report", *day), _of(ctx, "send"), _of(ctx, "remind", *day)
    del report["store"]
    if report.pop("each"):
        raise click.UsageError(
            gettext("each = true is for 'vinkje report' alone: a run makes one report.")
        )
    pull = _of(ctx, "pull") if pulls else None
    has_mail = bool(send["to"]) or reminds["send"]
    is_asked = reminds["send"] or reminds["coordinator"]
    # Nobody is there to say that the action list may begin anew.
    report_job = replace(report_request(**report), overwrite=False)
    owners = {name: reminds[name] for name in ("owner", "coordinator", "workbook_url", "date")}
    return RunRequest(
        report=report_job,
        log=log,
        archive=pull_request(**pull) if pull else None,
        send_to=tuple(send["to"]),
        reminders=remind_request(report_job.output, **owners) if is_asked else None,
        sends_reminders=reminds["send"],
        account=read_account(account_in(send)["account"]) if has_mail else None,
    )


def _of(ctx: click.Context, name: str, *arguments: str) -> dict[str, Any]:
    """Return the options of another command, as it would get them here."""
    return _context(ctx, name, *arguments).params


def _context(ctx: click.Context, name: str, *arguments: str, **extra: Any) -> click.Context:
    if ctx.parent is None or not isinstance(ctx.parent.command, click.Group):
        raise click.UsageError(gettext("This command is part of vinkje."))
    command = translated(ctx.parent.command.commands[name])
    return command.make_context(name, list(arguments), parent=ctx.parent, **extra)
