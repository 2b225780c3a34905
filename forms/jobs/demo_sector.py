"""A round of several organisations with made-up answers, from the links to the sector's report."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from gettext import gettext

from forms.atomic_files import write_all
from forms.checklist.model import load_checklist
from forms.collect.organisations import read_links
from forms.errors import OutputError
from forms.file_rights import no_folder
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
_LETTERS = "ABCDEFGHIJKL"
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
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise no_folder(folder, error) from None
    store = f"sqlite:///{folder / words('demo.store_file')}"
    listed, links = folder / words("demo.list_file"), folder / "links.csv"
    names = [words("demo.organisation", letter=letter) for letter in _LETTERS]
    if listed.exists():
        raise OutputError(
            str(folder),
            gettext("an earlier demo is in it"),
            gettext("delete that folder, or name another"),
        )
    content = "".join(f"{line}\n" for line in (words("demo.list_header"), *names))
    write_all({listed: content.encode()}, new=[listed])
    enrol(EnrolRequest(listed, store, "http://127.0.0.1/", links))
    clock = Clock()
    with serve(checklist, store, Address(port=0), clock=clock) as form, form.in_background():
        for each in read_links(links):
            # Each has people of its own, and so figures of its own.
            own = checklist.model_copy(update={"title": f"{checklist.title} {each.name}"})
            path = each.link.partition("/o/")[2]
            for person in made_up_people(own, request.today, PEOPLE):
                clock.shows = person.at
                answer(f"{form.link}o/{path}", person.answers)
        clock.shows = None
    set_closed(store, closed=True)
    later = datetime.now(UTC) + _LATER
    sector = make_sector(
        SectorRequest(
            store, folder / "sector.xlsx", request.checklist, request.today, clock=lambda: later
        )
    )
    report = ReportRequest((store,), folder / "rapport.xlsx", request.checklist, request.today)
    reports = tuple(make_each(own_requests(report, shared_round(store))))
    return SectorDemo(store, sector, reports)
