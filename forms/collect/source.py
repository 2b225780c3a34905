"""Where answers come from: the one place that knows every kind of source."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from gettext import gettext
from pathlib import Path

from forms.checklist.model import Checklist
from forms.collect.access import Access
from forms.collect.file import file_table
from forms.differences import Difference, table_differences
from forms.errors import SourceError
from forms.responses.model import Table
from forms.store.open import (
    is_postgresql,
    is_store,
    read_store,
    store_identity,
    store_path,
)

# /a/DOMAIN stands in an organisation's addresses, /u/1 where somebody has several accounts.
_GOOGLE = re.compile(
    r"""(?:https?://)? docs\.google\.com (?:/a/[^/]+)? /(?P<kind>spreadsheets|forms)
        (?:/u/\d+)? /d/ (?P<id>[\w-]+) (?:[/?\#].*)?""",
    re.VERBOSE | re.ASCII,
)
# The id alone, such as Google's addresses hold it (44 characters now); no word is as long.
_BARE_ID = re.compile(r"[\w-]{30,}", re.ASCII)
_WEB = re.compile(
    r"(?:https?://)?forms\.(?:office\.com|cloud\.microsoft)/|https?://"
    r"|(?:docs|drive)\.google\.com/|forms\.gle/",
    re.IGNORECASE,
)


def open_source(
    source: str, checklist: Checklist, tab: str | None = None, access: Access | None = None
) -> Table:
    """Return the table of answers in a source: an address, an id, a path or a store.

    Without `access` Google is read with the login. Raises SourceError when it cannot be read,
    GoogleError when Google does not let it be read.
    """
    access = access or Access()
    kind, place = kind_of(source)
    if kind == "spreadsheets":
        from forms.collect.google_sheet import sheet_table

        return sheet_table(place, source, checklist, tab, access)
    if kind == "forms":
        from forms.collect.google_form import form_table

        return form_table(place, source, checklist, tab, access)
    if kind == "store":
        from forms.collect.store import store_table

        if tab is not None:
            raise SourceError(
                source,
                gettext("the form's own database has no tabs"),
                gettext("leave --tab out"),
            )
        return store_table(source, checklist, access.organisation)
    return file_table(Path(source), checklist, tab)


def open_sources(
    sources: Sequence[str],
    checklist: Checklist,
    tab: str | None = None,
    access: Access | None = None,
) -> Iterator[Table]:
    """Yield the table of each source of one round, each to be read before the next.

    Raises SourceError for a source that is named twice, and what `open_source` raises.
    """
    check_sources(sources)
    for source in sources:
        yield open_source(source, checklist, tab, access)


def check_once(sources: Iterable[str]) -> None:
    """Refuse a source that is named twice: its answers would count twice. Raises SourceError."""
    seen = set()
    for source in sources:
        place = identity(source)
        if place in seen:
            raise SourceError(
                source, gettext("is named twice"), gettext("name each source and each round once")
            )
        seen.add(place)


def access_to_earlier(source: str, access: Access) -> Access | None:
    """Return how an organisation's answers are read in an earlier round; None if it has none there.

    A database of one organisation is read whole, as a file is: who names it says whose it is.
    """
    if access.organisation is None or not is_store(source):
        return access
    with read_store(source) as store:
        if not store.organisations():
            return replace(access, organisation=None)
        return access if store.organisation(access.organisation) else None


def check_sources(sources: Sequence[str]) -> None:
    """Refuse what is named twice, also as a copy of a file. Raises SourceError."""
    check_once(sources)
    _check_copies(sources)


def identity(source: str) -> str:
    """Return a text that all names of one source share. Raises what `kind_of` does."""
    kind, place = kind_of(source)
    if is_postgresql(source):
        return store_identity(source)
    if kind in {"file", "store"}:
        return os.path.normcase(os.path.realpath(local_file(source)))
    return place


def whole_names(words: Sequence[str]) -> list[str]:
    """Return sources as they were meant: a file's name with spaces, typed without quotes, is one.

    Words that name no file are put together where the file exists.
    """
    names: list[str] = []
    rest = list(words)
    while rest:
        together = [" ".join(rest[:count]) for count in range(1, len(rest) + 1)]
        count = next((n for n, name in enumerate(together, 1) if _exists(name)), 1)
        names.append(together[count - 1])
        del rest[:count]
    return names


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def _check_copies(sources: Iterable[str]) -> None:
    """Refuse a copy of a file: a browser gives the same answers another name each time."""
    contents: dict[bytes, str] = {}
    for source in sources:
        if kind_of(source)[0] == "file":
            copy = contents.setdefault(_fingerprint(source), source)
            if copy != source:
                raise SourceError(
                    source,
                    gettext("holds exactly what {copy} holds").format(copy=copy),
                    gettext("name one of them"),
                )


def _fingerprint(source: str) -> bytes:
    """Return a digest of a file; of one that cannot be read its name, since reading it says why."""
    try:
        with Path(source).open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except (OSError, ValueError):
        return source.encode(errors="surrogatepass")


def source_differences(
    source: str, checklist: Checklist, tab: str | None = None, access: Access | None = None
) -> list[Difference]:
    """Return what differs between the checklist and a source: of a form, its questions of today.

    Raises what `open_source` raises, and HeadersError for another checklist's questions.
    """
    kind, place = kind_of(source)
    if kind == "forms":
        from forms.collect.google_form import live_differences

        return live_differences(place, source, checklist, access or Access())
    # What was asked, by whomever: of nobody's answers.
    nobody = replace(access or Access(), organisation="")
    return table_differences(open_source(source, checklist, tab, nobody), checklist)


def local_file(source: str) -> Path:
    """Return the file that a source is, so that nothing is written over it."""
    in_file = is_store(source) and not is_postgresql(source)
    return store_path(source) if in_file else Path(source)


def kind_of(source: str) -> tuple[str, str]:
    """Return `spreadsheets` or `forms` and its id, `store` and its address, `file` and its path.

    Raises SourceError for an address that answers cannot be read from.
    """
    if match := _GOOGLE.fullmatch(source.strip()):
        # /d/e/… is what a form or Sheet is published under: by it no API knows the file.
        if match["id"] != "e":
            return match["kind"], match["id"]
        remedy = (
            gettext(
                "open the form as its owner, and copy the address that your browser shows then; it "
                "ends in /edit"
            )
            if match["kind"] == "forms"
            else gettext(
                "open the Sheet as its owner, and copy the address that your browser shows then; "
                "it ends in /edit"
            )
        )
        raise SourceError(source, gettext("this is the link for those who answer or look"), remedy)
    if is_store(source):
        # An address with a password in it goes no further, nor into any message.
        store_identity(source)
        return "store", source
    # A file goes first, however odd its name.
    if _BARE_ID.fullmatch(source) and not Path(source).exists():
        return "spreadsheets", source
    if match := _WEB.match(source):
        raise _unreadable(source, match[0])
    return "file", source


def _unreadable(source: str, start: str) -> SourceError:
    """Say of a web address, by how it starts, how its answers can be had."""
    remedy = (
        gettext("in Microsoft Forms choose Open in Excel, save that file and name it")
        if "office" in start or "microsoft" in start
        else gettext(
            "open the Google Sheet or Form as its owner, and copy the address that your browser "
            "shows, or download the answers and name that file"
        )
    )
    # A name and a password may stand before an @.
    place = f"{start}…" if "@" in source else source
    return SourceError(place, gettext("answers cannot be read from this address"), remedy)
