"""The command `vinkje`, and how it ends: 0 done, 1 a fault explained, 2 wrong usage."""

import gc
import os
import re
import signal
import sys
from gettext import gettext, ngettext
from pathlib import Path
from typing import Any

import click

from cli.actions import actions
from cli.check import check
from cli.completion import completion
from cli.demo import demo
from cli.form import form
from cli.init import init
from cli.invite import invite
from cli.login import login
from cli.organisations import organisations
from cli.pull import pull
from cli.remind import remind
from cli.report import report
from cli.run import run
from cli.sector import sector
from cli.send import send
from cli.settings import checklist_named, settings_for
from cli.status import status
from cli.store import store_group
from cli.terminal import colour, print_what_can_be, printable
from cli.translation import Group, translated
from forms.errors import FormsError, reason_of
from forms.language import language_for, set_language

# New objects after which Python looks for garbage. After each 700 or 2,000, as its versions do,
# that costs a tenth of a report, which begins by making tens of thousands that stay.
_OBJECTS = 50_000
# Pydantic looks through all packages that are installed for plugins, and would run them.
_NO_PLUGINS = "PYDANTIC_DISABLE_PLUGINS"
# Where a context keeps the words that were typed.
_TYPED = f"{__name__}.typed"


class Vinkje(Group):
    """A group whose faults are messages, never tracebacks."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Begin; also a word that the output has no code for is printed, as far as it can be."""
        print_what_can_be()
        gc.set_threshold(_OBJECTS)
        os.environ[_NO_PLUGINS] = "__all__"
        set_language(language_for(checklist_named()))
        if "_VINKJE_COMPLETE" in os.environ:
            from cli.shells import add_powershell

            add_powershell()
        kwargs.setdefault("color", colour())
        return super(Vinkje, translated(self)).main(*args, **kwargs)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command, which reads its settings itself."""
        # Click takes what it reads out of the list.
        ctx.meta[_TYPED] = list(args)
        ctx.default_map = settings_for(self)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a fault is printed and ends with 1."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            if not (hint := _on_quotes(error, ctx.meta.get(_TYPED, []))):
                raise
            raise click.UsageError(error.message + hint, error.ctx) from None
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        # Our own faults as well: this is the last place where one can be told as a message.
        except Exception as error:
            # Who reads our output stopped, such as `head`: no fault, and Click ends quietly.
            if isinstance(error, BrokenPipeError) or os.environ.get("VINKJE_TRACEBACK"):
                raise
            message = _closed(printable(_explained(error)))
            click.echo(gettext("Error: {message}").format(message=message), err=True)
            ctx.exit(1)


def _on_quotes(error: click.UsageError, typed: list[str]) -> str:
    """Return how a name with spaces is typed, where a word too many may be a part of one."""
    extra = _extra_words(error.message)
    if not extra or error.ctx is None:
        return ""
    first = len(error.ctx.command_path.split()) - 1
    ends = range(first + 1, len(typed))
    at = next((n for n in ends if typed[n : n + len(extra)] == extra), None)
    if at is None or typed[at - 1].startswith("-"):
        return ""
    name = " ".join([typed[at - 1], *extra])
    # A word that names a file by itself is no part of a name, unless the whole names one too.
    if Path(typed[at - 1]).exists() and not Path(name).exists():
        return ""
    text = gettext('. A name with spaces in it goes between quotes: "{name}"')
    return text.format(name=printable(name))


def _extra_words(message: str) -> list[str]:
    """Return the words too many that a fault of Click's is about; it has no class of its own."""
    texts = "Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"
    for count in (1, 2):
        before, _, after = ngettext(*texts, count).partition("{args}")
        if message.startswith(before) and message.endswith(after):
            return message.removeprefix(before).removesuffix(after).split(" ")
    return []


def _closed(text: str) -> str:
    """Return a sentence with its full stop; a list of faults, or what is to be typed, has none."""
    is_closed = "\n" in text or text.endswith((".", "?", "!", ":", '"'))
    return text if is_closed or _ends_with_command(text) else f"{text}."


def _ends_with_command(text: str) -> bool:
    """Say whether a message ends with a command or an option, behind a colon."""
    tail = text.rpartition(": ")[2]
    name, _, rest = tail.partition(" ")
    is_command = name == "vinkje" and rest.partition(" ")[0] in vinkje.commands
    return (is_command or name.startswith("--")) and not re.search("[;.] ", tail)


def _explained(error: Exception) -> str:
    if isinstance(error, FormsError):
        return str(error)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        text = gettext("{reason}; choose another file or folder")
        return place + text.format(reason=reason_of(error))
    if isinstance(error, MemoryError):
        return gettext(
            "there is not enough memory for this; close other programs, or use smaller files"
        )
    text = gettext(
        "{name}: {reason}. This should not happen: please report it, with what VINKJE_TRACEBACK=1 "
        "shows"
    )
    return text.format(name=type(error).__name__, reason=error)


def _end(_number: int, _frame: object) -> None:
    # As shells tell that a signal ended a program.
    sys.exit(128 + signal.SIGTERM)


@click.group(
    cls=Vinkje,
    invoke_without_command=True,
    context_settings={
        "auto_envvar_prefix": "VINKJE",
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
)
@click.version_option(package_name="vinkje", message="%(prog)s %(version)s")
@click.pass_context
def vinkje(ctx: click.Context) -> None:
    """Turn a checklist into a questionnaire, and the answers into an action list and an e-mail.

    Begin with 'vinkje demo': it shows what you get, with made-up answers. Then make a folder of
    your own with 'vinkje init', and work there: 'vinkje' alone says what comes next. The commands
    below stand in the order of use. Each has its own help, for example: vinkje report --help

    What you would type every time can stand in your folder, in the file vinkje.toml, or in
    variables that begin with VINKJE_.
    """
    # Else a scheduler's "stop" would leave half-written files behind.
    signal.signal(signal.SIGTERM, _end)
    if ctx.invoked_subcommand is None:
        from cli.next_step import show_next_step

        show_next_step(ctx)


for command in (
    *(init, check, form, invite, status, report, actions, send, remind),
    *(pull, run, store_group, organisations, sector, login, demo, completion),
):
    vinkje.add_command(command)
