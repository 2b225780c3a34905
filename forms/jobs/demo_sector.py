"""A round of several organisations with made-up answers, from the links to the sector's report."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from gettext import gettext
from pathlib import Path

from forms.atomic_files import write_all
from forms.checklist.model import Checklist, load_checklist
from forms.collect.organisations import read_links
from forms.errors import OutputError
from forms.file_rights import shared_folder
from forms.jobs.demo import Clock, DemoRequest, answer
from forms.jobs.made_up import made_up_people
from forms.jobs.organisations import EnrolRequest, enrol
from forms.jobs.report import ReportRequest
from forms.jobs.sector import SectorRequest, SectorResult, make_sector
from forms.jobs.shared_round import OwnReport, make_each, own_requests, shared_round
from forms.publish.web.address import Address
from forms.publish.web.server import serve
from forms.store.open import set_closed
from forms.wording import wording

# People of each.
PEOPLE = 16
# In the place of where the form is: that is known once it is served.
_LINK = "http://127.0.0.1/"
# After the last who had the form open could send it.
_LATER = timedelta(hours=2)


@dataclass(frozen=True)
class SectorDemo:
    """Where the answers are, and what was made of them."""

    store: str
    sector: SectorResult
    reports: tuple[OwnReport, ...]


def play_sector_demo(request: DemoRequest) -> SectorDemo:
    """Enrol made-up organisations, have their people answer by their links, and make all reports.

    It takes a folder of its own: what a sector is told is made once. Raises FormsError.
    """
    folder, checklist = request.folder, load_checklist(request.checklist)
    words = wording(checklist.language)
    shared_folder(folder)
    store = f"sqlite:///{folder / words('demo.store_file')}"
    listed, links = folder / words("demo.list_file"), folder / "links.csv"
    if listed.exists():
        raise OutputError(
            str(folder),
            gettext("an earlier demo is in it"),
            gettext("delete that folder, or name another"),
        )
    lines = (words("demo.list_header"), *made_up_organisations(checklist.language))
    write_all({listed: "".join(f"{line}\n" for line in lines).encode()}, new=[listed])
    enrol(EnrolRequest(listed, store, _LINK, links))
    _answer_all(checklist, store, links, request.today)
    set_closed(store, closed=True)
    output, later = folder / "sector.xlsx", datetime.now(UTC) + _LATER
    sector = make_sector(
        SectorRequest(store, output, request.checklist, request.today, clock=lambda: later)
    )
    report = ReportRequest((store,), folder / "rapport.xlsx", request.checklist, request.today)
    reports = tuple(make_each(own_requests(report, shared_round(store))))
    return SectorDemo(store, sector, reports)


def made_up_organisations(language: str) -> list[str]:
    """Return the names of twelve organisations that are not there."""
    words = wording(language)
    return [words("demo.organisation", letter=letter) for letter in "ABCDEFGHIJKL"]


def _answer_all(checklist: Checklist, store: str, links: Path, today: date) -> None:
    """Serve the form, and have people of each organisation answer it by their own link."""
    clock = Clock()
    with serve(checklist, store, Address(port=0), clock=clock) as form, form.in_background():
        for each in read_links(links):
            link = form.link + each.link.removeprefix(_LINK)
            for person in made_up_people(checklist, today, PEOPLE, each.name):
                clock.shows = person.at
                answer(link, person.answers)
