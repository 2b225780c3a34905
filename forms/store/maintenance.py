"""Care for a store: copies, putting them back, and wiping what need not be kept any longer."""

from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from gettext import gettext
from pathlib import Path

from forms.atomic_files import check_distinct, write_privately
from forms.errors import SettingsError, StoreError
from forms.store.copies import DATE, name_at, prune
from forms.store.open import is_postgresql, open_store, read_store, store_path


@dataclass(frozen=True)
class Content:
    """How many sets of answers a store holds, and on which days the first and last were sent."""

    count: int
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Restored:
    """What a copy holds: submissions, their revisions in all, and how many of those were added."""

    submissions: int
    revisions: int
    added: int


def backup(
    url: str, output: Path, zone: tzinfo, *, overwrite: bool = False, keep: int | None = None
) -> tuple[Path, Content, list[Path]]:
    """Write the whole store into one file, which is a store itself; the form may be running.

    `{date}` and `{time}` in its name become today and now, by the clock of a zone. With `keep` so
    many copies under such a name stay, this one and the latest; those before go once this one was
    written. Returns the file, what it holds, and which copies should have gone but hold more than
    twice as much: a store that was emptied may not take its copies along. Raises StoreError,
    SettingsError for a name without a day to keep several of, or OutputError when something stands
    there.
    """
    if keep and DATE not in output.name:
        problem = gettext("keeps several copies, and this name is always the same")
        raise SettingsError("--keep", problem, gettext("write -o answers-{date}.db"))
    path = name_at(output, datetime.now(zone))
    check_distinct([path], _files(url))
    with read_store(url) as store:
        write_privately(path, store.copy_to, overwrite=overwrite)
    content = contents(_address(path), zone)

    def may_go(former: Path) -> bool:
        try:
            return contents(_address(former), zone).count <= 2 * content.count
        except StoreError:
            # Damaged, or a newer vinkje's: somebody should look at it.
            return False

    return path, content, prune(output, path, keep, zone, may_go) if keep else []


def restore(copy: Path, url: str) -> Restored:
    """Put back what a copy holds, and its questionnaires; what is there already stays as it is.

    Of what one person sent, what is later than what is there comes after that. That the round was
    closed is no part of a copy. All answers come back, or none. Raises StoreError, also for a store
    of another round, and while the form is served from a file.
    """
    check_distinct(_files(url), [copy])
    with read_store(_address(copy)) as held, closing(open_store(url)) as store:
        asked, there = held.asked(), store.asked()
        if asked and there and asked[-1].round != there[-1].round:
            problem = gettext("is of round '{former}', and the copy of round '{round}'")
            raise StoreError(
                url,
                problem.format(former=there[-1].round, round=asked[-1].round),
                gettext("name another database, such as sqlite:///restored.db"),
                gettext("Nothing was put back"),
            )
        own, copied = ({o.name for o in each.organisations()} for each in (store, held))
        _refuse_other_organisations(url, own, copied, has_answers=store.newest() is not None)
        # Those of other organisations are no figures of these.
        figures = held.figures() if own <= copied else ""
        added = store.restore(held.submissions(), asked, held.organisations(), figures)
        holdings = held.holdings()
        return Restored(holdings.submissions, holdings.revisions, added)


def _refuse_other_organisations(
    url: str, own: set[str], copied: set[str], *, has_answers: bool
) -> None:
    """Refuse a copy whose answers would come among those of others, where nobody sees them."""
    if bool(own) == bool(copied) and (not own or own & copied):
        return
    if not own and not has_answers:
        return
    if own and copied:
        problem = gettext("is a round of other organisations than those of the copy")
    elif own:
        problem = gettext("is a round of several organisations, and the copy is of one")
    else:
        problem = gettext("has the answers of one organisation, and the copy is of several")
    raise StoreError(
        url,
        problem,
        gettext("name another database, such as sqlite:///restored.db"),
        gettext("Nothing was put back"),
    )


def contents(url: str, zone: tzinfo, before: date | None = None) -> Content:
    """Say what a store holds: all of it, or what was last changed before a day in a zone.

    Raises StoreError.
    """
    with read_store(url) as store:
        held = store.holdings(_midnight(before, zone) if before else None)
    first, last = (at and at.astimezone(zone).date() for at in (held.first, held.last))
    return Content(held.submissions, first, last)


def purge(url: str, before: date, zone: tzinfo) -> int:
    """Wipe what was last changed before a day in a zone; returns how many sets of answers.

    Raises StoreError, also while the form is being served.
    """
    if not contents(url, zone).count:
        return 0
    with closing(open_store(url)) as store:
        return store.purge(_midnight(before, zone))


def _midnight(day: date, zone: tzinfo) -> datetime:
    """Return when a day begins in a zone."""
    return datetime.combine(day, time(), zone)


def _address(path: Path) -> str:
    return f"sqlite:///{path}"


def _files(url: str) -> list[Path]:
    """Return the file that a store is, where it is one."""
    return [] if is_postgresql(url) else [store_path(url)]
