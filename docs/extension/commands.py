"""All commands, as `--help` shows them."""

import re
from collections.abc import Iterator

import click

from cli.main import vinkje
from cli.translation import translated
from extension.made import plain

# A command to type, which ends a paragraph; `plain` shows as code what stands between quotes.
_EXAMPLE, _AS_COMMAND = re.compile(r"(?:^|(?<=:\s))(vinkje [^:]+(?::/[^:]+)?)\Z"), r"'\1'"


def commands(words: dict[str, str], _language: str) -> str:
    """Return a heading for each command, with its usage, what it does, and its options."""
    del words
    root = click.Context(translated(vinkje), info_name="vinkje", **vinkje.context_settings)
    return "\n".join(_lines(root, 2))


def _lines(ctx: click.Context, level: int) -> Iterator[str]:
    command = ctx.command
    if ctx.parent:
        yield f"{'#' * level} {ctx.command_path}\n"
    yield from _described(ctx)
    if isinstance(command, click.Group):
        below = level + 1 if ctx.parent else level
        for name in command.list_commands(ctx):
            if inner := command.get_command(ctx, name):
                yield from _lines(click.Context(inner, info_name=name, parent=ctx), below)


def _described(ctx: click.Context) -> Iterator[str]:
    usage = " ".join(ctx.command.collect_usage_pieces(ctx))
    yield f"```text\n{ctx.command_path} {usage}\n```\n"
    for paragraph in re.split(r"\n\s*\n", ctx.command.help or ""):
        yield f"{plain(_EXAMPLE.sub(_AS_COMMAND, paragraph))}\n"
    yield f"```{{program}} {ctx.command_path}\n```\n"
    for param in ctx.command.params:
        if isinstance(param, click.Option) and (record := param.get_help_record(ctx)):
            yield f"````{{option}} {record[0]}\n{plain(record[1])}\n````\n"
