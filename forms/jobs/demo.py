"""The whole way with made-up answers, to see what comes out before anybody was asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from gettext import gettext
from html.parser import HTMLParser
from pathlib import Path

from forms.analysis.disclosure import disclose
from forms.analysis.released import Released
from forms.analysis.rules import apply_rules
from forms.atomic_files import check_not_in_use, write_all
from forms.checklist.model import Checklist, load_checklist
from forms.collect.archive import archive
from forms.collect.source import open_source
from forms.errors import StoreError
from forms.file_rights import shared_folder
from forms.jobs.made_up import made_up_people
from forms.jobs.report import ReportResult, write_report
from forms.publish.web.address import Address
from forms.publish.web.server import Serving, serve
from forms.report.model import Report
from forms.report.secret import find_secret, new_secret, secret_path
from forms.responses.counting import read_sources
from forms.store.open import open_store
from forms.wording import wording


@dataclass(frozen=True)
class DemoRequest:
    """The folder that all of it goes in, and what is asked on which day."""

    folder: Path
    checklist: Path
    today: date


@dataclass(frozen=True)
class DemoResult:
    """The form as it is still served, where its answers are, and the report that was made."""

    form: Serving
    store: str
    report: ReportResult


@dataclass
class Clock:
    """The form's clock; it shows a made-up time while made-up people answer."""

    shows: datetime | None = None

    def __call__(self) -> datetime:
        """Return the time it is for the form."""
        return self.shows or datetime.now(UTC)


@contextmanager
def play_demo(request: DemoRequest) -> Iterator[DemoResult]:
    """Serve the form, have made-up people answer it over HTTP, and make the report.

    The same day gives the same report. The form is served until this is left. Raises FormsError.
    """
    checklist, folder, today = load_checklist(request.checklist), request.folder, request.today
    words = wording(checklist.language)
    title = words("demo.title", title=checklist.title)
    checklist = checklist.model_copy(update={"title": title, "round": None})
    shared_folder(folder)
    output = folder / "rapport.xlsx"
    check_not_in_use(output)
    store = f"sqlite:///{folder / words('demo.store_file')}"
    _empty(store)
    clock = Clock()
    # Port 0 is any that is free.
    with serve(checklist, store, Address(port=0), clock=clock) as form, form.in_background():
        for person in made_up_people(checklist, today):
            clock.shows = person.at
            answer(form.link, person.answers)
        clock.shows = None
        answers = folder / words("demo.answers_file")
        yield DemoResult(form, store, _report(checklist, store, output, answers, today))


def _empty(store: str) -> None:
    """Wipe the made-up answers of an earlier time, or they would add up."""
    opened = open_store(store)
    try:
        # Of before the end of time: all.
        opened.purge(datetime.max.replace(tzinfo=UTC))
    finally:
        opened.close()


def _report(
    checklist: Checklist, store: str, output: Path, answers: Path, today: date
) -> ReportResult:
    content, _ = archive([open_source(store, checklist)], checklist, answers.suffix)
    secret = find_secret(output) or new_secret()
    sketching = secret.released.sketching(secret.key)
    responses = read_sources([open_source(store, checklist)], checklist, today, sketching)
    # People who never were answer anew each time; yet a real report may have stood here.
    shown = disclose(checklist, responses, (), Released(), today)
    released = shown.released.merged_with(Released(past=secret.released.all()), same_key=True)
    findings = apply_rules(checklist, shown.responses, today)
    report = Report(
        checklist,
        shown.responses,
        findings,
        today,
        withheld=secret.withheld,
        key=secret.key,
        released=released,
    )
    contents = {answers: content, **write_report(report, output)}
    private = [answers, secret_path(output)]
    kept = write_all(contents, keep_former=[output], private=private)
    named = [path for path in contents if path != secret_path(output)]
    return ReportResult(report, "", tuple(named), tuple(kept), responses.notes)


class _Fields(HTMLParser):
    """The fields of a form as it is served: by name, what stands in it or can be chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden: dict[str, str] = {}
        self.names: dict[str, None] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one field."""
        field = {name: value or "" for name, value in attrs}
        if tag not in {"input", "textarea"} or "name" not in field:
            return
        if field.get("type") == "hidden":
            self.hidden[field["name"]] = field["value"]
        elif field.get("type") == "radio" or tag == "textarea":
            self.names[field["name"]] = None


def answer(link: str, answers: Mapping[str, str]) -> None:
    """Answer the form as a browser would: load it, fill in what it asks, send it.

    Raises StoreError when it was not taken.
    """
    import requests

    # Nothing on this machine's way out has a say in what stays on it.
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(link, timeout=30)
        fields = _Fields()
        fields.feed(page.text)
        filled = {name: answers[name] for name in fields.names if name in answers}
        sent = browser.post(link, data={**fields.hidden, **filled}, timeout=60)
    if not sent.ok:
        problem = gettext("the form did not take an answer ({status})")
        raise StoreError(link, problem.format(status=sent.status_code))
