"""Everything that vinkje.toml can say, by table."""

from itertools import groupby

import click

from cli.main import vinkje
from cli.settings import settings_of
from cli.translation import translated
from extension.made import defined, plain


def settings(words: dict[str, str], _language: str) -> str:
    """Return a heading for each table, with its settings, what they take and what holds without."""
    found = list(settings_of(vinkje))
    homes: dict[tuple[str, str], list[str]] = {}
    for table, parameter, _ in found:
        homes.setdefault(_same(parameter), []).append(table)
    lines = [f"## {words['top']}", words["top_says"]]
    told = set()
    for table, parameter, takes in found:
        tables = homes[_same(parameter)]
        if len(tables) > 1 and _same(parameter) not in told:
            told.add(_same(parameter))
            where = ", ".join(f"`{each.replace('.', ' ')}`" for each in tables)
            lines.append(_setting(table, parameter, takes, words, where))
    for table, inside in groupby(found, key=lambda each: each[0]):
        own = [each for each in inside if len(homes[_same(each[1])]) == 1]
        if own:
            lines.append(f"## \\[{table}\\]")
            lines.append(words["table_says"].format(command=table.replace(".", " ")))
            lines += [_setting(*each, words) for each in own]
    lines += ["## \\[owners\\]", words["owners_says"]]
    return "\n\n".join(lines)


def _same(parameter: click.Parameter) -> tuple[str, str]:
    """Return by what settings of several commands are one: a name may mean two things."""
    return str(parameter.name), getattr(parameter, "help", None) or ""


def _setting(
    table: str, parameter: click.Parameter, takes: str, words: dict[str, str], where: str = ""
) -> str:
    help_text = getattr(_translated(table, parameter), "help", None)
    if isinstance(parameter.type, click.Choice):
        takes = ", ".join(f'"{each}"' for each in parameter.type.choices)
    default = _default(parameter)
    facts = [
        words["takes"].format(takes=plain(takes)),
        default and words["default"].format(default=f"`{default}`"),
        where and words["for"].format(commands=where),
    ]
    return defined(f"`{parameter.name}`", plain(help_text or ""), " ".join(filter(None, facts)))


def _translated(table: str, parameter: click.Parameter) -> click.Parameter:
    command: click.Command = vinkje
    for name in table.split("."):
        assert isinstance(command, click.Group)  # noqa: S101 - a table is a path of commands
        command = command.commands[name]
    return next(each for each in translated(command).params if each.name == parameter.name)


def _default(parameter: click.Parameter) -> str:
    """Return what holds without a setting, where that is the same for everybody; else ""."""
    default = parameter.to_info_dict().get("default")
    if isinstance(default, bool):
        return str(default).lower()
    return str(default) if isinstance(default, str | int) else ""
