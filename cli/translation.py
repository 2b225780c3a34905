"""Help in the reader's language: docstrings and options are English until they are shown."""

from __future__ import annotations

import inspect
from copy import copy
from gettext import gettext
from typing import TypeVar

import click

C = TypeVar("C", bound=click.Command)
# What Click looks up by a value, so that no collector finds it in its code.
CLICK_TEXTS = ("required",)
# Signs of a first sentence: more than any has.
_UNCUT = 1000


class Group(click.Group):
    """A group that hands out its commands in the language of the moment, in the order of use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order in which they were added, not the alphabet's."""
        del ctx
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command with its help translated; None where there is none."""
        command = super().get_command(ctx, cmd_name)
        return command and translated(command)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, on as many lines as that takes: Click cuts it short."""
        rows = []
        for name in self.list_commands(ctx):
            # All of a command's options need no translation for this, which takes longer.
            shown = copy(self.commands[name])
            shown.help = _translated(shown.help)
            if not shown.hidden:
                rows.append((name, shown.get_short_help_str(_UNCUT)))
        with formatter.section(gettext("Commands")):
            formatter.write_dl(rows)


def translated(command: C) -> C:
    """Return a copy of a command whose help and usage are translated, and those of its options."""
    shown = copy(command)
    shown.help = _translated(command.help)
    shown.options_metavar = _translated(command.options_metavar)
    if isinstance(shown, click.Group):
        shown.subcommand_metavar = gettext(shown.subcommand_metavar)
    shown.params = [_translated_parameter(parameter) for parameter in command.params]
    return shown


def help_texts(command: click.Command) -> set[str]:
    """Return the English texts of a command's help and usage, and of all commands in it."""
    texts = {_cleaned(command.help), command.options_metavar or ""}
    for parameter in command.params:
        texts |= {_cleaned(getattr(parameter, "help", None)), parameter.metavar or ""}
        texts.add(parameter.type.name)
    if isinstance(command, click.Group):
        texts.add(command.subcommand_metavar)
        for subcommand in command.commands.values():
            texts |= help_texts(subcommand)
    return texts - {""}


def confirm(question: str) -> None:
    """Ask a question, and go on after a yes alone: in the reader's language, or in English.

    Click's own question takes English only. Raises click.Abort for any other answer, or for none.
    """
    prompt = gettext("{question} [y/N]").format(question=question)
    typed = click.prompt(prompt, default="", show_default=False)
    if typed.strip().lower() not in {"y", "yes", gettext("y"), gettext("yes")}:
        raise click.Abort


def _translated_parameter(parameter: click.Parameter) -> click.Parameter:
    shown = copy(parameter)
    if isinstance(shown, click.Option):
        shown.help = _translated(shown.help)
    shown.metavar = _translated(shown.metavar)
    # What Click calls a value that does not fit, and shows where an option has no metavar.
    shown.type = copy(shown.type)
    shown.type.name = gettext(shown.type.name)
    return shown


def _translated(text: str | None) -> str | None:
    return gettext(_cleaned(text)) if text else text


def _cleaned(text: str | None) -> str:
    return inspect.cleandoc(text or "")
