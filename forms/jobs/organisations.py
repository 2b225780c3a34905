"""Who takes part in a round of several organisations: from a list to a link for each."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from gettext import gettext
from pathlib import Path

from forms.atomic_files import check_distinct, write_all
from forms.collect.csv_formulas import escape_lines
from forms.collect.organisations import by_folded_name, named, read_organisations
from forms.collect.store import unknown_organisation
from forms.errors import OutputError, SettingsError, StoreError
from forms.language import message_language
from forms.publish.web.address import public_link
from forms.publish.web.entrances import digest, link_path, new_token
from forms.store.interface import Organisation
from forms.store.open import open_store, read_store


@dataclass(frozen=True)
class EnrolRequest:
    """The list, the store that keeps it, the form's public link, and where the new links go.

    `renewed` are the names of those whose link is lost: they get another.
    """

    listed: Path
    store: str
    public_url: str
    output: Path
    renewed: tuple[str, ...] = ()


@dataclass(frozen=True)
class EnrolResult:
    """How many take part, and get a link of those; who was listed earlier and is no more.

    `unread` are the titles of columns that say nothing here, `is_late` says that the sector's
    figures are made already, `sizes` how many there are of each size.
    """

    count: int
    new_links: int
    elsewhere: int
    unlisted: tuple[str, ...]
    unread: tuple[str, ...]
    is_late: bool = False
    sizes: Mapping[str, int] = field(default_factory=dict)


def enrol(request: EnrolRequest) -> EnrolResult:
    """Keep who takes part, and write the links that are new, for the user's eyes alone.

    A link is nowhere but in that file: a store has its SHA-256. Raises SourceError for a list that
    is wrong, StoreError, also for a store that has answers of its own, SettingsError, OutputError;
    then all is as it was.
    """
    link = public_link(request.public_url)
    listed = read_organisations(request.listed)
    check_distinct([request.output], [request.listed])
    with closing(open_store(request.store)) as store:
        before = store.organisations()
        there = by_folded_name(before)
        _refuse_answers_of_its_own(request.store, listed.organisations, there)
        now = [_kept(each, there) for each in listed.organisations]
        now += [each for folded, each in there.items() if folded not in by_folded_name(now)]
        tokens = _new_tokens(now, request)
        _write_links(request.output, now, tokens, link)
        try:
            store.enrol(_linked(now, tokens), before)
        except BaseException:
            # Links that nobody can answer by.
            if tokens:
                request.output.unlink(missing_ok=True)
            raise
    with read_store(request.store) as reader:
        is_late = bool(reader.figures())
    names = {each.name for each in now[: len(listed.organisations)]}
    return EnrolResult(
        count=len(now),
        new_links=len(tokens),
        elsewhere=sum(bool(each.source) for each in now),
        unlisted=tuple(each.name for each in now if each.name not in names),
        unread=listed.unread,
        is_late=is_late,
        sizes=Counter(each.size for each in now if each.size),
    )


def _new_tokens(organisations: Sequence[Organisation], request: EnrolRequest) -> dict[str, str]:
    """Return a token for each that has no link yet, or lost it, by name."""
    renewed = {_renewable(name, organisations, request.store).name for name in request.renewed}
    return {
        each.name: new_token()
        for each in organisations
        if each.name in renewed or not (each.link or each.source)
    }


def _kept(listed: Organisation, there: Mapping[str, Organisation]) -> Organisation:
    """Return an organisation as it is listed, under the name and the link that it has already."""
    before = next(iter(by_folded_name([listed])))
    if before not in there:
        return listed
    link = "" if listed.source else there[before].link
    return replace(listed, name=there[before].name, link=link)


def _renewable(name: str, organisations: Sequence[Organisation], store: str) -> Organisation:
    found = named(organisations, name)
    if found is None:
        raise unknown_organisation(store, name, [each.name for each in organisations])
    if found.source:
        raise SettingsError(
            f'--new-link "{found.name}"',
            gettext("its answers are at {source}, so it has no link here").format(
                source=found.source
            ),
            gettext("take its source out of the list first"),
        )
    return found


def _linked(organisations: Iterable[Organisation], tokens: Mapping[str, str]) -> list[Organisation]:
    """Return organisations with the links that are new."""
    return [
        replace(each, link=digest(tokens[each.name])) if each.name in tokens else each
        for each in organisations
    ]


def _write_links(
    output: Path, organisations: Iterable[Organisation], tokens: Mapping[str, str], link: str
) -> None:
    """Write the new links into a file that is not there yet, for the user's eyes alone."""
    if not tokens:
        return
    if output.exists() or output.is_symlink():
        raise OutputError(
            str(output),
            gettext("is there already, and its links may be the only ones that somebody has"),
            gettext("name another file with -o"),
            gettext("Nothing was changed"),
        )
    lines = [[gettext("name"), gettext("contact"), gettext("link")]]
    lines += [
        [each.name, each.contact, f"{link.rstrip('/')}{link_path(tokens[each.name])}/"]
        for each in organisations
        if each.name in tokens
    ]
    text = io.StringIO(newline="")
    # As Excel opens it by a double click where the language is Dutch.
    separator = ";" if message_language() == "nl" else ","
    why = gettext("an apostrophe keeps it a text")
    csv.writer(text, delimiter=separator).writerows(escape_lines(lines, why))
    write_all({output: text.getvalue().encode("utf-8-sig")}, new=[output], private=[output])


def _refuse_answers_of_its_own(
    store: str, listed: Iterable[Organisation], there: Mapping[str, Organisation]
) -> None:
    """Refuse a store whose answers nobody could be given, or would not be looked at any more."""
    with read_store(store) as reader:
        answered = reader.answered()
    if answered.get(""):
        raise StoreError(
            store,
            gettext("has {count} answers that are of no organisation").format(count=answered[""]),
            gettext("name another database with --store, such as sqlite:///round.db"),
        )
    for each in _moved(listed, there):
        if answered.get(each):
            raise StoreError(
                store,
                gettext(
                    "has {count} answers of {name}, which a source would put out of sight"
                ).format(count=answered[each], name=each),
                gettext("take its source out of the list"),
            )


def _moved(listed: Iterable[Organisation], there: Mapping[str, Organisation]) -> Iterator[str]:
    """Yield the names of those whose answers are said to be elsewhere now."""
    for folded, each in by_folded_name(list(listed)).items():
        if each.source and folded in there:
            yield there[folded].name
