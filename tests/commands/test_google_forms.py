"""Google Forms: made, read and compared, against Google on loopback."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, VINKJE, Run, after_name, environment, settings
from google_resources import PERSON, Form, Sheet, filled, google_error
from google_server import GoogleServer, google_server

from forms.checklist.model import load_checklist
from forms.publish.google_forms import form_requests
from forms.questionnaire import questionnaire

CHECKLISTS = {"nl": ROOT / "checklist.yaml", "en": ROOT / "examples" / "english.yaml"}
ASKED = questionnaire(load_checklist(CHECKLISTS["nl"]))
QUESTIONS = list(ASKED.questions())
FORM = "1FormFormFormFormFormFormFormFormForm"
ADDRESS = f"https://docs.google.com/forms/d/{FORM}/edit"
MAKING = [
    "token",
    "forms.forms.create",
    "forms.forms.batchUpdate",
    "forms.forms.setPublishSettings",
    "drive.permissions.create",
    "forms.forms.get",
]
# Waiting is played.
pytestmark = pytest.mark.usefixtures("waits")


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleServer]:
    """Return Google, where somebody has logged in, and settings of their own."""
    with google_server() as server:
        monkeypatch.setenv("VINKJE_GOOGLE_URL", server.url)
        monkeypatch.setenv("VINKJE_LOGIN_FILE", str(tmp_path / "config" / "login.json"))
        monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
        scopes = ("drive.file", "forms.body.readonly", "forms.responses.readonly")
        login = tmp_path / "config" / "login.json"
        server.login_file(login, *scopes, "spreadsheets.readonly")
        yield server


def live(google: GoogleServer, answers: int = 12, **linked: str) -> Form:
    """Let the shipped checklist's form stand at Google, answered."""
    said, resource = filled({"info": {"title": "Checklist"}}, form_requests(ASKED))
    assert said == ""
    google.forms[FORM] = Form(resource | {"formId": FORM} | linked)
    google.forms[FORM].responses = [response(resource, number) for number in range(answers)]
    return google.forms[FORM]


def response(form: dict[str, Any], number: int) -> dict[str, Any]:
    """Return a response as responses.list gives it."""
    answers = {}
    for item in form["items"]:
        if question := item.get("questionItem", {}).get("question"):
            options = question.get("choiceQuestion", {}).get("options")
            text = options[number % len(options)]["value"] if options else f"Toelichting {number}"
            key = question["questionId"]
            answers[key] = {"questionId": key, "textAnswers": {"answers": [{"value": text}]}}
    time = f"2026-11-02T{9 + number // 60 % 12:02}:{number % 60:02}:00.5Z"
    return {
        "responseId": f"response-{number}",
        "createTime": time,
        "lastSubmittedTime": time,
        "answers": answers,
    }


def figures(vinkje: Run, source: object = ADDRESS) -> Any:
    """Return the figures that a report gives."""
    done = vinkje("report", source, "--json", "-", "--overwrite", "--date", "2026-11-30")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def failed(done: Any) -> str:
    """Return what a command says that did nothing."""
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    *_, last = done.stderr.strip().splitlines()
    return str(last)


@pytest.mark.parametrize("language", CHECKLISTS)
def test_the_form_is_made_and_open(vinkje: Run, google: GoogleServer, language: str) -> None:
    """Published only when it is whole, for anyone with the link, who can only answer."""
    done = vinkje("form", "google", "--checklist", CHECKLISTS[language])
    assert (done.returncode, after_name(done)) == (0, "")
    assert google.requests() == MAKING
    [form] = google.forms.values()
    asked = questionnaire(load_checklist(CHECKLISTS[language]))
    made = form.resource
    assert made["info"]["title"] == asked.title
    assert made["info"]["description"] == asked.introduction
    assert made["settings"] == {"emailCollectionType": "DO_NOT_COLLECT"}
    assert form.permissions == [{"type": "anyone", "view": "published", "role": "reader"}]
    items = made["items"]
    pages = [i["title"] for i in items if "pageBreakItem" in i or "textItem" in i]
    assert pages == [page.title for page in asked.pages]
    assert sum("pageBreakItem" in item for item in items) == len(asked.pages) - 1
    found = [item for item in items if "questionItem" in item]
    for item, question in zip(found, asked.questions(), strict=True):
        labels = [choice.label for choice in question.choices]
        at_google = item["questionItem"]["question"]
        offered = at_google.get("choiceQuestion", {}).get("options", [])
        assert (item["title"], item.get("description", "")) == (question.title, question.help)
        assert [option["value"] for option in offered] == labels
        assert at_google["required"] is question.required
    assert made["responderUri"] in done.stdout
    assert f'source = "https://docs.google.com/forms/d/{made["formId"]}/edit"' in done.stdout


@pytest.mark.parametrize("at", MAKING[2:])
def test_a_form_that_fails_half_way_is_deleted(vinkje: Run, google: GoogleServer, at: str) -> None:
    """Nothing is left behind, and it says so."""
    body = google_error(400, "Displayed text cannot contain newlines", "INVALID_ARGUMENT")
    google.fail(at, status=400, body=body)
    said = failed(vinkje("form", "google"))
    assert "Displayed text cannot contain newlines" in said
    assert said.endswith("The unfinished form was deleted; try again.")
    assert google.forms == {}


def test_an_organisation_can_forbid_open_forms(vinkje: Run, google: GoogleServer) -> None:
    """Google says so with an empty sentence; the form that nobody could open is gone."""
    said = 'Bad Request. User message: ""'
    errors = [{"message": said, "domain": "global", "reason": "publishOutNotPermitted"}]
    body = {"error": {"code": 400, "message": said, "errors": errors}}
    google.fail("permissions.create", status=400, body=body)
    told = failed(vinkje("form", "google"))
    assert "your organisation does not let a form be open" in told
    assert google.forms == {}


def test_a_form_that_cannot_be_deleted_is_named(vinkje: Run, google: GoogleServer) -> None:
    """It was never published."""
    google.fail("batchUpdate", how="drop")
    google.fail("files.delete", status=404, body=google_error(404, "no", "NOT_FOUND"))
    said = failed(vinkje("form", "google"))
    [form_id] = google.forms
    assert f"Delete https://docs.google.com/forms/d/{form_id}/edit" in said
    assert google.forms[form_id].resource["publishSettings"]["publishState"]["isPublished"] is False


def test_nothing_is_written_twice(vinkje: Run, google: GoogleServer) -> None:
    """A lost connection leaves it unknown whether a form was made; it is not made again."""
    google.fail("forms.forms.create", how="drop")
    assert "the connection was lost" in failed(vinkje("form", "google"))
    assert google.requests() == MAKING[:2]


def test_being_busy_is_waited_out(vinkje: Run, google: GoogleServer, waits: list[float]) -> None:
    """Google did nothing yet when it says 429."""
    google.fail("batchUpdate", status=429, headers={"Retry-After": "1"}, body={})
    assert vinkje("form", "google").returncode == 0
    assert [1 <= seconds < 2 for seconds in waits] == [True]


@pytest.mark.parametrize("change", ["publishSettings", "settings", "items"])
def test_a_form_that_is_not_as_asked_is_no_success(
    vinkje: Run, google: GoogleServer, change: str
) -> None:
    """Google's defaults change; what counts is what stands there."""

    def spoil(asked: Any) -> None:
        if asked.method == "drive.permissions.create":
            for form in google.forms.values():
                form.resource.pop(change)

    google.after = spoil
    assert "Google made another form than was asked for" in failed(vinkje("form", "google"))
    assert google.forms == {}


def test_a_form_is_made_by_who_logged_in(vinkje: Run, google: GoogleServer, tmp_path: Path) -> None:
    """A service account's key, there to read with, has no Drive to keep a form in."""
    key = google.key_file(tmp_path / "key.json")
    settings(tmp_path, 'credentials = "key.json"')
    assert vinkje("form", "google", GOOGLE_APPLICATION_CREDENTIALS=str(key)).returncode == 0
    (tmp_path / "config" / "login.json").unlink()
    assert "run 'vinkje login' first" in failed(vinkje("form", "google"))


def test_answers_come_from_the_form_itself(vinkje: Run, google: GoogleServer) -> None:
    """By question, page by page, when no Sheet is linked."""
    live(google, 120)
    google.page_size = 50
    found = figures(vinkje)
    assert found["responses"]["used"] == 120
    assert google.requests() == ["token", "forms.forms.get", *["forms.forms.responses.list"] * 3]
    assert sum(item["counts"]["empty"] for item in found["items"]) == 0


def test_answers_to_a_deleted_question_are_told(vinkje: Run, google: GoogleServer) -> None:
    """They cannot be counted, and are not dropped in silence."""
    form = live(google, 12)
    items = form.resource["items"]
    items.remove(next(i for i in items if i.get("title", "").startswith("S1. ")))
    done = vinkje("report", ADDRESS, "--json", "-", "--date", "2026-11-30")
    assert json.loads(done.stdout)["items"][0]["verdict"] is None
    assert "questions that are no longer in the form: 12." in done.stderr
    done = vinkje("pull", ADDRESS, "-o", "a.csv")
    assert "questions that are no longer in the form: 12." in done.stderr


def test_a_linked_sheet_that_is_gone_has_a_way_out(vinkje: Run, google: GoogleServer) -> None:
    """The form still has the answers."""
    live(google, linkedSheetId="sheet")
    said = failed(vinkje("report", ADDRESS))
    assert f"{ADDRESS} (its linked Sheet): Google knows no such file" in said
    assert "unlink that Sheet in the form" in said


def test_a_long_read_shows_how_far_it_is(google: GoogleServer, tmp_path: Path) -> None:
    """On a terminal only; nobody knows how many pages a form has."""
    pty = pytest.importorskip("pty")
    live(google, 120)
    google.page_size = 50
    ours, theirs = pty.openpty()
    command = [*VINKJE, "pull", ADDRESS, "-o", "a.csv"]
    done = subprocess.run(
        command, stderr=theirs, cwd=tmp_path, env=environment(), timeout=60, check=False
    )
    os.close(theirs)
    said = os.read(ours, 10_000).decode()
    os.close(ours)
    assert done.returncode == 0, said
    assert "Reading answers" in said
    assert "100" in said


def test_the_linked_sheet_goes_first(vinkje: Run, google: GoogleServer) -> None:
    """It is found by itself after the click; rows that were deleted there stay deleted."""
    form = live(google, 12, linkedSheetId="sheet")
    header = ["Tijdstempel", *(question.title for question in QUESTIONS)]
    choices = {item["title"]: item for item in form.resource["items"]}
    row = [45000.5]
    for question in QUESTIONS:
        asked = choices[question.title]["questionItem"]["question"]
        options = asked.get("choiceQuestion", {}).get("options", [{"value": "tekst"}])
        row.append(options[0]["value"])
    google.sheets["sheet"] = Sheet("Antwoorden", {"Formulierreacties 1": [header, *[row] * 9]})
    assert figures(vinkje)["responses"]["used"] == 9
    reads = ["sheets.spreadsheets.get", "sheets.spreadsheets.values.batchGet"]
    assert google.requests() == ["token", "forms.forms.get", "token", *reads]


def test_a_question_that_changed_in_the_middle_keeps_its_answers(
    vinkje: Run, google: GoogleServer
) -> None:
    """Reworded: read under its id, and said; a response on two pages counts once."""
    form = live(google, 30)
    google.page_size = 10
    form.responses.insert(10, form.responses[9])
    item = next(i for i in form.resource["items"] if i.get("title", "").startswith("S1. "))
    item["title"] = "S1. In het hele bezit zijn wijkbeheerders."
    done = vinkje("report", ADDRESS, "--json", "-", "--date", "2026-11-30")
    found = json.loads(done.stdout)
    assert found["responses"]["used"] == 30
    assert found["items"][0]["counts"]["empty"] == 0
    assert "S1" in done.stderr


def test_a_live_form_is_held_against_the_checklist(vinkje: Run, google: GoogleServer) -> None:
    """Its questions of today, whatever its Sheet holds; faults first, and exit 1."""
    form = live(google, linkedSheetId="sheet")
    form.resource["publishSettings"] = {"publishState": {"isPublished": True}}
    form.resource["settings"] = {"emailCollectionType": "RESPONDER_INPUT"}
    done = vinkje("check", "--against", ADDRESS)
    assert (done.returncode, after_name(done)) == (0, "")
    _, *notes, last = done.stdout.splitlines()
    assert notes == [
        "Note: the form asks for e-mail addresses.",
        "Note: the form does not accept answers now.",
    ]
    assert last == f"{ADDRESS} matches: no answer would be lost or misread."
    first = next(i for i in form.resource["items"] if i.get("title", "").startswith("S1. "))
    first["questionItem"]["question"]["choiceQuestion"]["options"][0] = {"isOther": True}
    done = vinkje("check", "--against", ADDRESS)
    assert done.returncode == 1
    assert done.stdout.splitlines()[1:3] == [
        "Problem: S1 offers '(other)', which counts as empty.",
        "Problem: S1 lacks the choice 'Op orde'.",
    ]
    assert google.requests() == ["token", "forms.forms.get"] * 2


@pytest.mark.parametrize("how", ["drop", "cut"])
def test_a_network_lost_half_way_leaves_the_archive_whole(
    vinkje: Run, google: GoogleServer, tmp_path: Path, how: str
) -> None:
    """Page 3 never comes; what was pulled before is untouched."""
    live(google, 120)
    google.page_size = 50
    (tmp_path / "archief.csv").write_text("former")
    google.fail("responses.list", status=200, body={"x": "y" * 999}, how=how, after=2, times=99)
    done = vinkje("pull", ADDRESS, "-o", "archief.csv", "--overwrite")
    assert "the connection was lost" in failed(done)
    assert (tmp_path / "archief.csv").read_text() == "former"
    assert google.requests().count("forms.forms.responses.list") == 2 + 4


def browser(tmp_path: Path) -> str:
    """Return a browser that opens a page and goes where it leads."""
    program = tmp_path / "browser.py"
    program.write_text("import sys, urllib.request\nurllib.request.urlopen(sys.argv[1])\n")
    return f"{sys.executable} {program} %s &"


def log_in(vinkje_alone: Run, google: GoogleServer, tmp_path: Path) -> Any:
    """Log in through the browser, which a process looks for once."""
    client = google.client_file(tmp_path / "client.json")
    env = {"BROWSER": browser(tmp_path), "OAUTHLIB_INSECURE_TRANSPORT": "1"}
    return vinkje_alone("login", "--client", client, **env)


def test_a_login_is_kept_for_its_owner_alone(
    vinkje: Run, vinkje_alone: Run, google: GoogleServer, tmp_path: Path
) -> None:
    """It says whose it is; a form can then be made, and read."""
    kept = tmp_path / "config" / "login.json"
    kept.unlink()
    done = log_in(vinkje_alone, google, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"Logged in as {PERSON}; kept in {kept}.\n"
    assert "access_token" not in kept.read_text()
    if os.name == "posix":
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert vinkje("form", "google").returncode == 0
    live(google)
    assert figures(vinkje)["responses"]["used"] == 12


@pytest.mark.parametrize(
    ("granted", "expected"),
    [
        (set(), "you did not allow it"),
        ({"https://www.googleapis.com/auth/drive.file"}, "leave every tick on"),
    ],
    ids=["denied", "less"],
)
def test_a_login_that_is_not_allowed_leaves_the_former(
    vinkje_alone: Run, google: GoogleServer, tmp_path: Path, granted: set[str], expected: str
) -> None:
    """Nothing is kept of it."""
    kept = tmp_path / "config" / "login.json"
    former = kept.read_bytes()
    google.granted = granted
    assert expected in failed(log_in(vinkje_alone, google, tmp_path))
    assert kept.read_bytes() == former


def test_a_login_taken_back_says_how_to_go_on(vinkje: Run, google: GoogleServer) -> None:
    """Also what ends a login after seven days."""
    live(google)
    google.codes.clear()
    said = failed(vinkje("report", ADDRESS))
    assert "Token has been expired or revoked" in said
    assert "run 'vinkje login' again" in said
    assert "ends after 7 days" in said
