"""Options that several commands share."""

from __future__ import annotations

from functools import wraps
from gettext import gettext
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from cli.terminal import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from click.shell_completion import CompletionItem

R = TypeVar("R")
_SECURITIES = ("starttls", "tls", "none")
_FIRST_YEAR, _LAST_YEAR = 2000, 2099
A_FILE = click.Path(path_type=Path)


class _Day(click.ParamType["date"]):
    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        from datetime import date

        try:
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            text = gettext("'{value}' is no date; write it as 2026-11-30")
            self.fail(text.format(value=value), param, ctx)
        # Excel knows no day before 1900, and a deadline lies years ahead.
        if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            text = gettext("'{value}' is not in this century; write it as 2026-11-30")
            self.fail(text.format(value=value), param, ctx)
        return day


A_DAY = _Day()


class _Texts(click.types.StringParamType):
    """Text of which a variable holds several, a line each: names of files may have spaces."""

    def split_envvar_value(self, rv: str) -> list[str]:
        return [line for line in rv.splitlines() if line.strip()]


TEXTS = _Texts()


def today() -> date:
    """Return the day it is here."""
    from datetime import date

    return date.today()  # noqa: DTZ011 - the reader's own day


checklist_option = click.option(
    "--checklist",
    type=A_FILE,
    metavar="FILE",
    help="The file with your checklist; without it, checklist.yaml in this folder, or else the one "
    "that comes with vinkje.",
)


def checklist_file(named: Path | None, *, names_shipped: bool = True) -> Path:
    """Return the checklist that a command uses, and name it, once however often it is asked.

    Without `names_shipped` only one of somebody's own is named. Raises ChecklistError where this
    folder lacks one of its own.
    """
    from forms.checklist.model import default_checklist, shipped_checklist
    from forms.language import language_for, set_language

    path = named or default_checklist()
    named_before: set[Path] = click.get_current_context().meta.setdefault(
        f"{__name__}.named", set()
    )
    if path not in named_before:
        named_before.add(path)
        set_language(language_for(path))
        if path == shipped_checklist() and not names_shipped:
            return path
        click.echo(gettext("Checklist: {name}").format(name=checklist_name(path)), err=True)
    return path


def checklist_name(path: Path) -> str:
    """Return what people call a checklist's file."""
    from forms.checklist.model import shipped_checklist

    if path == shipped_checklist():
        return gettext("the one that ships with vinkje")
    return printable(str(path))


def _needed(
    ctx: click.Context, _parameter: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...]:
    if not value and ctx.params.get("store"):
        # Of a round of several organisations.
        return (ctx.params["store"],)
    if not value:
        raise click.UsageError(
            gettext(
                "Where are the answers? Name them, such as answers.csv or the address of a Google "
                'Sheet, or put source = "..." at the top of your settings, the file vinkje.toml.'
            )
        )
    from forms.collect.source import whole_names

    return tuple(whole_names(value))


def _files(
    _ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Let a shell offer names of files: most answers are in one."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


sources_argument = click.argument(
    "source",
    type=TEXTS,
    shell_complete=_files,
    envvar="VINKJE_SOURCE",
    metavar="[SOURCE]...",
    nargs=-1,
    callback=_needed,
)
organisation_option = click.option(
    "--organisation",
    metavar="NAME",
    help="Of a round of several organisations: whose answers are meant.",
)
store_option = click.option(
    "--store",
    default="sqlite:///answers.db",
    metavar="URL",
    show_default=True,
    help="The database that keeps the answers: a file on a disk of this computer, or a PostgreSQL "
    "database (postgresql://name@server/database).",
)
workbook_argument = click.argument(
    "workbook", type=A_FILE, default=Path("rapport.xlsx"), metavar="[FILE.xlsx]"
)
tab_option = click.option(
    "--tab", metavar="NAME", help="The tab with the answers, where a file or Sheet has several."
)
credentials_option = click.option(
    "--credentials",
    type=A_FILE,
    metavar="FILE",
    help="For Google alone: the file with the key of a service account (JSON). Without it, the "
    "file that GOOGLE_APPLICATION_CREDENTIALS names, or else your own 'vinkje login'.",
)
date_option = click.option(
    "--date",
    type=A_DAY,
    default=today,
    metavar="YYYY-MM-DD",
    help="Do as if this is today; the same answers then give the same files.",
)


def _of_send(*names: str, **more: Any) -> Callable[[Any], Any]:
    """Return an option of the mail server's: one variable and one table, whoever sends."""
    return click.option(*names, envvar=f"VINKJE_SEND_{names[0].strip('-').upper()}", **more)


_ACCOUNT_OPTIONS = (
    _of_send(
        "--host",
        metavar="HOST",
        help="The server that sends your mail, such as smtp.office365.com.",
    ),
    _of_send(
        "--port",
        type=click.IntRange(1, 65535),
        metavar="PORT",
        help="The port of that server; without it 587 for starttls, 465 for tls, 25 for none.",
    ),
    _of_send(
        "--security",
        type=click.Choice(_SECURITIES),
        default="starttls",
        show_default=True,
        help="How the connection is encrypted; none is for a server on this computer alone.",
    ),
    _of_send(
        "--user",
        metavar="USER",
        help="Who signs in at that server; without it, nobody does. The password is the one that "
        "'vinkje send --save-password' kept, or in the variable VINKJE_SEND_PASSWORD; a token "
        "instead of a password (OAuth) is in VINKJE_SEND_TOKEN.",
    ),
    _of_send("--sender", metavar="ADDRESS", help="From whom the mail is; without it, USER."),
    _of_send(
        "--timeout",
        type=click.IntRange(1, 600),
        metavar="SECONDS",
        default=60,
        show_default=True,
        help="How long to wait for each answer of the server; a whole mail gets at least a minute, "
        "and a large one more.",
    ),
)


ACCOUNT = ("host", "port", "security", "user", "sender", "timeout")


def account_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of the mail account, which stand under [send] in vinkje.toml.

    It takes them together, as `account`.
    """

    @wraps(command)
    def with_account(**options: Any) -> None:
        command(**account_in(options))

    decorated: Callable[..., None] = with_account
    for option in reversed(_ACCOUNT_OPTIONS):
        decorated = option(decorated)
    return decorated


def account_in(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options with those of the mail account as one, `account`."""
    from forms.mail.account import AccountSettings

    others = {name: value for name, value in options.items() if name not in ACCOUNT}
    return others | {"account": AccountSettings(**{name: options[name] for name in ACCOUNT})}


def takes(build: Callable[..., R]) -> Callable[[Callable[[R], None]], Callable[..., None]]:
    """Let a command take the one request that `build` makes of its options."""

    def decorate(command: Callable[[R], None]) -> Callable[..., None]:
        @wraps(command)
        def with_request(**options: Any) -> None:
            command(build(**options))

        return with_request

    return decorate


again_option = click.option(
    "--again",
    is_flag=True,
    help="Send once more the mails of which it is not certain that they arrived; who surely has it "
    "gets nothing.",
)
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Show who would get what; send nothing."
)
