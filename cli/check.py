"""vinkje check: is the checklist in order, and does the live form still match it."""

from __future__ import annotations

from gettext import gettext
from typing import TYPE_CHECKING

import click

from cli.options import (
    checklist_file,
    checklist_name,
    checklist_option,
    credentials_option,
    tab_option,
)
from cli.output import asked, progress
from cli.terminal import printable

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@checklist_option
@click.option(
    "--against",
    metavar="SOURCE",
    help="Compare with a form too. SOURCE is the address of a Google Form or Sheet, or a file with "
    "answers. Names every question and choice that differs; ends with 1 when answers would be lost "
    "or misread.",
)
@tab_option
@credentials_option
@click.pass_context
def check(
    ctx: click.Context,
    checklist: Path | None,
    against: str | None,
    tab: str | None,
    credentials: Path | None,
) -> None:
    """Check the checklist, and whether the form still matches it.

    For example: vinkje check

    Names every mistake at once, with its line and what to write instead. Do this each time that you
    have changed checklist.yaml.
    """
    path = checklist_file(checklist)
    loaded = asked(path)
    text = gettext("{name} is in order: '{title}'; sections: {sections}, statements: {items}.")
    click.echo(
        text.format(
            name=checklist_name(path),
            title=printable(loaded.title),
            sections=len(loaded.sections),
            items=sum(1 for _ in loaded.items()),
        )
    )
    if against is None:
        return
    from forms.collect.access import Access
    from forms.jobs.check import CheckRequest, check_form

    with progress(CheckRequest(loaded, against, tab, Access(credentials))) as request:
        result = check_form(request)
    for difference in result.differences:
        text = gettext("Problem: {text}.") if difference.loses else gettext("Note: {text}.")
        click.echo(text.format(text=printable(difference.text)))
    if result.loses:
        text = gettext("{source}: answers would be lost or misread; see the problems above.")
        click.echo(text.format(source=against), err=True)
        ctx.exit(1)
    text = gettext("{source} matches: no answer would be lost or misread.")
    click.echo(text.format(source=against))
