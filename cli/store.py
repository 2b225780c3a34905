"""vinkje store: care for the web form's own store."""

from __future__ import annotations

from gettext import gettext, ngettext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import A_DAY, A_FILE
from cli.translation import Group

if TYPE_CHECKING:
    import datetime as dt

    from forms.store.maintenance import Content

_store_argument = click.argument("store", metavar="[STORE]", default="sqlite:///answers.db")


@click.group("store", cls=Group)
def store_group() -> None:
    """Care for the web form's own store; STORE is sqlite:///answers.db unless you name one."""


@store_group.command()
@_store_argument
@click.option("-o", "output", type=A_FILE, required=True, metavar="FILE.db", help="The copy.")
@click.option("--overwrite", is_flag=True, help="Replace the copy that stands there.")
def backup(store: str, output: Path, *, overwrite: bool) -> None:
    """Copy the store into one file, also while the form is being served.

    The copy is a store itself. Do not copy the file by hand: what was written last may stand in
    another file beside it.
    """
    from forms.store.maintenance import backup as make

    held = make(store, output, overwrite=overwrite)
    click.echo(gettext("Wrote {path}: {content}.").format(path=output, content=_content(held)))


@store_group.command()
@_store_argument
@click.option("--reopen", is_flag=True, help="Take answers again.")
def close(store: str, *, reopen: bool) -> None:
    """End the round now, also while the form is being served.

    Whoever opens the link is told so; who has the page open may still send for an hour.
    """
    from forms.store.maintenance import close_round, reopen_round

    if reopen:
        reopen_round(store)
        click.echo(gettext("{store}: the form takes answers again.").format(store=store))
    else:
        close_round(store)
        text = gettext("{store}: the round is closed. 'vinkje store close --reopen' undoes this.")
        click.echo(text.format(store=store))


@store_group.command()
@_store_argument
@click.option(
    "--before",
    type=A_DAY,
    required=True,
    metavar="YYYY-MM-DD",
    help="Wipe what was last changed before this day.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge(store: str, before: dt.date, *, yes: bool) -> None:
    """Wipe old answers for good, after showing what would go. Stop the form first."""
    from forms.store.maintenance import contents
    from forms.store.maintenance import purge as wipe

    old, everything = contents(store, before), contents(store)
    if not old.count:
        text = gettext("{store}: nothing was last changed before {day}; {content}.")
        click.echo(text.format(store=store, day=before, content=_content(everything)))
        return
    text = gettext("{store}: would be wiped: {content}; {count} stay.")
    left = everything.count - old.count
    click.echo(text.format(store=store, content=_content(old), count=left))
    click.echo(
        gettext(
            "Not reached by this: copies (vinkje store backup), archives (vinkje pull), workbooks, "
            "mails and\nsecrets (rapport.sleutel) made before, whatever others copied, and the "
            "backups that your\norganisation makes of this disk."
        )
    )
    if not yes:
        click.confirm(gettext("Wipe them?"), abort=True)
    click.echo(gettext("Wiped {count} sets of answers.").format(count=wipe(store, before)))


def _content(held: Content) -> str:
    count = ngettext("{count} set of answers", "{count} sets of answers", held.count)
    content = count.format(count=held.count)
    if not held.count:
        return content
    text = gettext("{content} of {first} to {last}")
    return text.format(content=content, first=held.first, last=held.last)
