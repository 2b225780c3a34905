"""Help in the reader's language: docstrings and options are English until they are shown."""

from __future__ import annotations

import inspect
from copy import copy
from gettext import gettext
from typing import TypeVar

import click

C = TypeVar("C", bound=click.Command)


class Group(click.Group):
    """A group that hands out its commands in the language of the moment."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command with its help translated; None where there is none."""
        command = super().get_command(ctx, cmd_name)
        return command and translated(command)


def translated(command: C) -> C:
    """Return a copy of a command whose help is translated, and that of its options."""
    shown = copy(command)
    shown.help = _translated(command.help)
    shown.params = [_translated_parameter(each) for each in command.params]
    return shown


def help_texts(command: click.Command) -> set[str]:
    """Return the English texts of a command's help, and of all commands in it."""
    texts = {_cleaned(command.help)}
    for parameter in command.params:
        texts |= {_cleaned(getattr(parameter, "help", None)), parameter.metavar or ""}
    if isinstance(command, click.Group):
        for each in command.commands.values():
            texts |= help_texts(each)
    return texts - {""}


def _translated_parameter(parameter: click.Parameter) -> click.Parameter:
    shown = copy(parameter)
    if isinstance(shown, click.Option):
        shown.help = _translated(shown.help)
    shown.metavar = _translated(shown.metavar)
    return shown


def _translated(text: str | None) -> str | None:
    return gettext(_cleaned(text)) if text else text


def _cleaned(text: str | None) -> str:
    return inspect.cleandoc(text or "")
