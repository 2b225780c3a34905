"""vinkje store: care for the web form's own store."""

from __future__ import annotations

from gettext import gettext, ngettext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.options import A_DAY, A_FILE, checklist_file, checklist_option
from cli.output import warn_of
from cli.translation import Group, confirm

if TYPE_CHECKING:
    import datetime as dt
    from zoneinfo import ZoneInfo

    from forms.store.maintenance import Content

_STORE = "sqlite:///answers.db"
_store_argument = click.argument("store", metavar="[STORE]", default=_STORE)


@click.group("store", cls=Group)
def store_group() -> None:
    """Look after the answers of your own web form.

    'vinkje form web' keeps them in a database: the file answers.db in your folder, which the
    commands below call STORE. Is yours another? Name it as you did with --store there, such as
    sqlite:///answers.db or postgresql://name@server/database
    """


@store_group.command()
@_store_argument
@click.option(
    "--form-role",
    metavar="NAME",
    multiple=True,
    help="The user of the database that the form works as: it may add answers and read them.",
)
@click.option(
    "--report-role",
    metavar="NAME",
    multiple=True,
    help="The user of the database that reports are made as: it may read answers.",
)
def init(store: str, form_role: tuple[str, ...], report_role: tuple[str, ...]) -> None:
    """Make the tables in a PostgreSQL database, once, as its owner.

    For example: vinkje store init postgresql://owner@server/forms --form-role forms

    The users that you name must be there already. What is there stays as it is, so you can run this
    again to let another user in. A file such as answers.db needs none of this.
    """
    from forms.store.open import init_store

    init_store(store, form_role, report_role)
    click.echo(gettext("{store}: ready for 'vinkje form web'.").format(store=store))


@store_group.command()
@_store_argument
def upgrade(store: str) -> None:
    """Bring the tables up to date after an update of vinkje.

    Run this as the owner of the database. Forms that are open may stay open. Make a copy first:
    vinkje store backup
    """
    from forms.store.open import upgrade_store

    former, now = upgrade_store(store)
    if former == now:
        text = gettext("{store}: already up to date (format {now}).")
    else:
        text = gettext("{store}: brought from format {former} to format {now}.")
    click.echo(text.format(store=store, former=former, now=now))


@store_group.command()
@_store_argument
@click.option(
    "-o",
    "output",
    type=A_FILE,
    required=True,
    metavar="FILE.db",
    help="The copy to write; {date} and {time} in its name become such as 2026-11-30 and 0915; "
    "in the hour that comes twice when summer time ends, the second time is such as 0215b.",
)
@click.option("--overwrite", is_flag=True, help="Replace an earlier copy.")
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar="N",
    help="Keep the latest N copies, this one with them, and delete those before: of files under "
    "the same name with another {date} and {time}. Copies that hold far more answers than this one "
    "stay, so that an emptied database does not take them along.",
)
@checklist_option
def backup(
    store: str, output: Path, *, overwrite: bool, keep: int | None, checklist: Path | None
) -> None:
    """Copy the answers into one file, also while the form is open.

    For example: vinkje store backup -o copy.db

    STORE is the database of the form; without it, sqlite:///answers.db. The copy is such a database
    too, and 'vinkje report' can read it. Do not copy answers.db by hand: the last answers may still
    stand in another file beside it.

    For a scheduler: vinkje store backup -o copy-{date}-{time}.db --keep 168
    """
    from forms.errors import ChecklistError
    from forms.store.maintenance import backup as make

    try:
        zone = _zone(checklist)
    except ChecklistError as error:
        # What keeps the answers safe does not wait for somebody to mend a comma.
        warn_of([str(error)])
        zone = _usual_zone()
    path, held, spared = make(store, output, zone, overwrite=overwrite, keep=keep)
    click.echo(gettext("Wrote {path}: {content}.").format(path=path, content=_content(held)))
    if spared:
        text = gettext(
            "{files}: not deleted, since they hold far more answers than this copy, or cannot be "
            "read; is that as it should be (a new round, answers that were wiped), then delete "
            "them yourself"
        )
        warn_of([text.format(files=", ".join(map(str, spared)))])


@store_group.command()
@click.argument("copy", type=A_FILE, metavar="COPY.db")
@_store_argument
def restore(copy: Path, store: str) -> None:
    """Put the answers of a copy back.

    For example: vinkje store restore copy.db

    COPY.db is what 'vinkje store backup' wrote. STORE is the database to put them in; without it,
    sqlite:///answers.db, which is made when it is not there. Stop a form on a file first. On
    PostgreSQL the owner of the database does this; its form may stay open.

    What is in STORE already stays as it is, so you can do this twice. Who sent answers again since
    the copy keeps those. All answers come back, or none. Had you closed the round? Close it again
    with 'vinkje store close': a copy does not hold that.
    """
    from forms.store.maintenance import restore as put_back

    done = put_back(copy, store)
    text = gettext(
        "{store}: {added} sets of answers put back, {there} were there already, or others that the "
        "same people sent later."
    )
    click.echo(text.format(store=store, added=done.added, there=done.revisions - done.added))
    if done.revisions > done.submissions:
        text = gettext(
            "(Who changed their answers counts once for each time: the copy holds {submissions} "
            "people's answers.)"
        )
        click.echo(text.format(submissions=done.submissions))


@store_group.command()
@_store_argument
@click.option("--reopen", is_flag=True, help="Open the round again: the form takes answers.")
def close(store: str, *, reopen: bool) -> None:
    """End the round now, also while the form is open.

    Who opens the link then reads that the round is over. Who has the page open already can still
    send it for an hour. STORE is the database of the form; without it, sqlite:///answers.db. On
    PostgreSQL the owner of the database does this.
    """
    from forms.store.open import set_closed

    set_closed(store, closed=not reopen)
    if reopen:
        click.echo(gettext("{store}: the form takes answers again.").format(store=store))
    else:
        text = gettext("{store}: the round is closed. 'vinkje store close --reopen' undoes this.")
        click.echo(text.format(store=store))


@store_group.command()
@_store_argument
@click.option(
    "--before",
    type=A_DAY,
    required=True,
    metavar="YYYY-MM-DD",
    help="Wipe the answers that were last changed before this day.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@checklist_option
def purge(store: str, before: dt.date, *, yes: bool, checklist: Path | None) -> None:
    """Wipe old answers for good; shows first what would go.

    For example: vinkje store purge --before 2026-01-01

    Stop a form on a file first. On PostgreSQL the owner of the database does this; its form may
    stay open. A day begins at midnight in the time zone of your checklist. STORE is the database of
    the form; without it, sqlite:///answers.db.
    """
    from forms.store.maintenance import contents
    from forms.store.maintenance import purge as wipe

    zone = _zone(checklist)
    old, everything = contents(store, zone, before), contents(store, zone)
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
            "mails and\nkey files (rapport.sleutel) made before, whatever others copied, and the "
            "backups that your\norganisation makes of this disk."
        )
    )
    if not yes:
        confirm(gettext("Wipe them?"))
    click.echo(gettext("Wiped {count} sets of answers.").format(count=wipe(store, before, zone)))


def _zone(checklist: Path | None) -> ZoneInfo:
    """Return where a day begins: the time zone of the checklist that applies."""
    from zoneinfo import ZoneInfo

    from forms.checklist.model import load_checklist

    # That of the shipped one is no news.
    file = checklist_file(checklist, names_shipped=False)
    return ZoneInfo(load_checklist(file).time_zone)


def _usual_zone() -> ZoneInfo:
    """Return where a day begins when no checklist says it."""
    from zoneinfo import ZoneInfo

    from forms.checklist.model import Checklist

    return ZoneInfo(Checklist.model_fields["time_zone"].default)


def _content(held: Content) -> str:
    count = ngettext("{count} set of answers", "{count} sets of answers", held.count)
    content = count.format(count=held.count)
    if not held.count:
        return content
    text = gettext("{content} of {first} to {last}")
    return text.format(content=content, first=held.first, last=held.last)
