"""A round of several organisations: who takes part, each one's answers, and a report for each."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from gettext import gettext
from multiprocessing import get_context
from pathlib import Path

from forms.analysis.sector import SectorFigures, from_text
from forms.collect.access import Access
from forms.collect.organisations import folder_name, named
from forms.collect.store import no_round, unknown_organisation
from forms.errors import FormsError, SettingsError, StoreError, reason_of
from forms.file_rights import shared_folder
from forms.jobs.report import ReportRequest, ReportResult, make_report
from forms.language import message_language, set_language
from forms.store.interface import Organisation
from forms.store.open import is_store, read_store


@dataclass(frozen=True)
class SharedRound:
    """Who takes part, by name, and what they are told of all; None before that is worked out."""

    store: str
    organisations: Sequence[Organisation]
    sector: SectorFigures | None


@dataclass(frozen=True)
class OwnReport:
    """What became of one organisation's report: of how many answers, or why there is none.

    `has_news` says that there are remarks in it to be read before it is passed on.
    """

    organisation: str
    output: Path
    used: int = 0
    fault: str = ""
    has_news: bool = False


def shared_round(store: str) -> SharedRound:
    """Look who takes part. Raises StoreError, also where the form is one organisation's."""
    with read_store(store) as reader:
        organisations, figures = reader.organisations(), reader.figures()
    if not organisations:
        raise no_round(store)
    return SharedRound(store, organisations, _figures(store, figures) if figures else None)


def _figures(store: str, text: str) -> SectorFigures:
    try:
        return from_text(text)
    except ValueError as error:
        raise StoreError(
            store,
            gettext("has figures of the sector that this vinkje cannot read"),
            gettext("install the newer vinkje"),
        ) from error


def answers_of(each: Organisation, store: str, access: Access) -> tuple[str, Access]:
    """Return where an organisation's answers are, and how they are reached."""
    return each.source or store, replace(access, organisation=each.name)


def own_request(request: ReportRequest, taking_part: SharedRound, name: str) -> ReportRequest:
    """Return what the report of one organisation is made from. Raises StoreError for another."""
    found = named(taking_part.organisations, name)
    if found is None:
        names = [each.name for each in taking_part.organisations]
        raise unknown_organisation(taking_part.store, name, names)
    source, access = answers_of(found, taking_part.store, request.access)
    return replace(
        request, sources=(source,), access=access, size=found.size, sector=taking_part.sector
    )


def own_requests(request: ReportRequest, taking_part: SharedRound) -> list[ReportRequest]:
    """Return what the report of each is made from; each goes into a folder of its own.

    Raises SettingsError for an earlier round that is one organisation's: it is not each one's.
    """
    for source in request.previous:
        if not _is_shared(source):
            raise SettingsError(
                f"--previous {source}",
                gettext("has the answers of one organisation, and each would be held against them"),
                gettext("name it with --organisation, for the one whose it is"),
            )
    folder, name = request.output.parent, request.output.name
    requests = []
    for each in taking_part.organisations:
        own = folder / folder_name(each.name)
        json = own / request.json_to.name if request.json_to else None
        one = replace(request, output=own / name, json_to=json)
        requests.append(own_request(one, taking_part, each.name))
    return requests


def _is_shared(source: str) -> bool:
    if not is_store(source):
        return False
    with read_store(source) as store:
        return bool(store.organisations())


def make_each(requests: Sequence[ReportRequest]) -> Iterator[OwnReport]:
    """Make the reports of all, some at once, and yield what became of each, in their order.

    One that cannot be made keeps no other.
    """
    # Made anew, not copied: what this process has open would be shared.
    with ProcessPoolExecutor(
        min(len(requests), os.cpu_count() or 1),
        mp_context=get_context("spawn"),
        initializer=set_language,
        initargs=(message_language(),),
    ) as pool:
        yield from pool.map(_own_report, requests)


def _own_report(request: ReportRequest) -> OwnReport:
    made = OwnReport(request.organisation, request.output)
    try:
        shared_folder(request.output.parent)
        result: ReportResult = make_report(request)
    except FormsError as error:
        return replace(made, fault=str(error))
    except OSError as error:
        return replace(made, fault=f"{error.filename or request.output}: {reason_of(error)}")
    except Exception as error:  # noqa: BLE001 - what is wrong with one is no reason to stop all
        return replace(made, fault=f"{type(error).__name__}: {error}")
    used = result.report.findings.rows.used
    return replace(made, used=used, has_news=result.to_read is not None)
