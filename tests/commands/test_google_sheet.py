"""A Google Sheet as source: the real gspread and google-auth against Google on loopback."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from weakref import ref

import pytest
from conftest import ROOT, Run
from google_resources import SERVICE, Sheet, google_error, reason
from google_server import Asked, GoogleServer, google_server
from gspread.http_client import HTTPClient

from forms.checklist.model import load_checklist
from forms.collect import google_sheet
from forms.questionnaire import questionnaire

SHEET = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-abcdE"
ADDRESS = f"https://docs.google.com/spreadsheets/d/{SHEET}/edit?gid=12#gid=12"
READS = ["token", "sheets.spreadsheets.get", "sheets.spreadsheets.values.batchGet"]
ASKED = questionnaire(load_checklist(ROOT / "checklist.yaml"))
QUESTIONS = list(ASKED.questions())


def response(number: int, **changed: str) -> list[Any]:
    """Return a row as Google Forms writes it."""
    time = datetime(2026, 11, 2, 9, 0, 0) + timedelta(minutes=number)  # noqa: DTZ001
    cells = [
        q.choices[number % len(q.choices)].label if q.choices else f"Toelichting {number}"
        for q in QUESTIONS
    ]
    titles = [q.title for q in QUESTIONS]
    return [
        time,
        *(changed.get(t.partition(".")[0], c) for t, c in zip(titles, cells, strict=True)),
    ]


def rows(count: int) -> list[list[Any]]:
    """Return a header and rows, as the tab with responses holds them."""
    return [["Tijdstempel", *(q.title for q in QUESTIONS)], *map(response, range(count))]


# Waiting is played.
pytestmark = pytest.mark.usefixtures("waits")


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GoogleServer]:
    """Return Google, with a Sheet that the service account of key.json may read."""
    with google_server() as server:
        server.sheets[SHEET] = Sheet("Checklist (antwoorden)", {"Formulierreacties 1": rows(12)})
        server.key_file(tmp_path / "key.json")
        monkeypatch.setenv("VINKJE_GOOGLE_URL", server.url)
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "key.json"))
        monkeypatch.setenv("VINKJE_LOGIN_FILE", str(tmp_path / "none.json"))
        yield server


def figures(vinkje: Run, source: object, *more: str) -> Any:
    """Return the figures that a report gives."""
    done = vinkje("report", source, "--json", "-", "--overwrite", "--date", "2026-11-30", *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def refused(vinkje: Run, tmp_path: Path, source: object = ADDRESS, *more: str) -> str:
    """Return why a report is not made; nothing is written, and what stood there still does."""
    (tmp_path / "rapport.xlsx").write_bytes(b"former")
    before = sorted(tmp_path.iterdir())
    done = vinkje("report", source, "--overwrite", *more)
    assert (done.returncode, done.stdout) == (1, "")
    assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "rapport.xlsx").read_bytes() == b"former"
    *_, last = done.stderr.strip().splitlines()
    assert last.startswith("Error: ")
    assert "Traceback" not in done.stderr
    return last


@pytest.mark.parametrize("source", [ADDRESS, SHEET, f"docs.google.com/spreadsheets/u/1/d/{SHEET}"])
def test_a_report_takes_a_sign_in_and_two_reads(
    vinkje: Run, google: GoogleServer, source: str
) -> None:
    """Whatever way the Sheet is named."""
    found = figures(vinkje, source)
    assert found["responses"]["used"] == 12
    assert google.requests() == READS


def test_the_figures_are_those_of_the_download(
    vinkje: Run, google: GoogleServer, tmp_path: Path
) -> None:
    """Read from Google, pulled as an archive, and reported from that."""
    google.sheets[SHEET].tabs["Formulierreacties 1"][5:5] = [[], ["", ""], [None]]
    live = figures(vinkje, ADDRESS)
    done = vinkje("pull", ADDRESS, "-o", "archief.csv")
    assert done.returncode == 0, done.stderr
    archived = figures(vinkje, tmp_path / "archief.csv")
    assert live["responses"] == {"read": 15, "used": 12, "blank": 3, "replaced": 0, "unusable": 0}
    assert archived["items"] == live["items"]
    assert "2026-11-02 09:00:00" in (tmp_path / "archief.csv").read_text(encoding="utf-8-sig")


def test_the_tab_with_the_answers_is_found(vinkje: Run, google: GoogleServer) -> None:
    """By its headers, whatever it is called; quotes in a name and empty tabs do no harm."""
    google.sheets[SHEET].tabs = {"Blad1": [], "Piet's": rows(7), "Notities": [["S1 bespreken"]]}
    assert figures(vinkje, ADDRESS)["responses"]["used"] == 7
    assert google.requests() == READS


def test_rows_that_a_filter_hides_count_and_are_told(vinkje: Run, google: GoogleServer) -> None:
    """How many; empty ones do not matter, and it takes no further request."""
    google.sheets[SHEET].tabs = {"Blad1": rows(7)}
    google.sheets[SHEET].hidden = {"Blad1": {3, 4, 50}}
    done = vinkje("report", ADDRESS, "--json", "-")
    assert json.loads(done.stdout)["responses"]["used"] == 7
    assert "hidden in the source, by a filter or by hand: 2." in done.stderr
    assert google.requests() == READS


def test_two_tabs_alike_are_told_apart_by_name(
    vinkje: Run, google: GoogleServer, tmp_path: Path
) -> None:
    """Of two with answers that with most is read, and the other named; a tie is not guessed at."""
    google.sheets[SHEET].tabs = {"Formulierreacties 1": rows(9), "Formulierreacties 2": rows(9)}
    said = refused(vinkje, tmp_path)
    assert "'Formulierreacties 1', 'Formulierreacties 2' hold as many" in said
    google.sheets[SHEET].tabs = {"Formulierreacties 1": rows(5), "Formulierreacties 2": rows(9)}
    done = vinkje("report", ADDRESS, "--json", "-", "--overwrite")
    assert json.loads(done.stdout)["responses"]["used"] == 9
    assert "Other tabs have answers too: 'Formulierreacties 1' (100)" in done.stderr
    assert figures(vinkje, ADDRESS, "--tab", "formulierreacties 2")["responses"]["used"] == 9


def test_a_sheet_without_answers_says_what_it_holds(
    vinkje: Run, google: GoogleServer, tmp_path: Path
) -> None:
    """An empty tab, another list, the wrong tab's name."""
    google.sheets[SHEET].tabs = {"Blad1": []}
    (tmp_path / "rapport.xlsx").write_bytes(b"former")
    said = vinkje("report", ADDRESS, "--overwrite").stderr
    assert "Google Sheet 'Checklist (antwoorden)', tab 'Blad1': none of the columns" in said
    google.sheets[SHEET].tabs = {"Blad1": [], "Lijst": [["Naam", "Telefoon"]]}
    assert "no tab holds at least half of the 20 statements" in refused(vinkje, tmp_path)
    assert "there is no tab 'Blad2'; it has 'Blad1', 'Lijst'" in refused(
        vinkje, tmp_path, ADDRESS, "--tab", "Blad2"
    )


def test_a_large_sheet_comes_in_chunks(
    vinkje: Run, google: GoogleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of the rows is lost or doubled where two chunks meet."""
    monkeypatch.setattr(google_sheet, "_CELLS_A_READ", 10_000)
    tab = google.sheets[SHEET].tabs["Formulierreacties 1"] = rows(900)
    end_of_first = 10_000 // len(tab[0]) - 1
    for row in (end_of_first, end_of_first + 100):
        tab[row][tab[0].index("Signaleren: toelichting")] = 7
    # A blank row where two chunks meet looks different from either side.
    tab[2 * end_of_first] = []
    found = figures(vinkje, ADDRESS)
    assert found["responses"] == {
        "read": 900,
        "used": 899,
        "blank": 1,
        "replaced": 0,
        "unusable": 0,
    }
    assert google.requests() == [*READS, *[READS[-1]] * 4]


class _Row(list[Any]):
    """A row that can be seen to be let go, as a plain list cannot."""


def test_of_a_large_sheet_one_read_is_held_at_a_time(
    vinkje: Run, google: GoogleServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for the rows that are being looked at, a read is let go before the next is asked for."""
    monkeypatch.setattr(google_sheet, "_CELLS_A_READ", 25_000)
    google.sheets[SHEET].tabs["Formulierreacties 1"] = rows(3_500)
    came: list[ref[_Row]] = []
    held: list[int] = []
    real = HTTPClient.values_batch_get

    def values_batch_get(*places: Any, **how: Any) -> Any:
        held.append(sum(row() is not None for row in came))
        response = real(*places, **how)
        for each in response["valueRanges"]:
            each["values"] = list(map(_Row, each["values"]))
            came.extend(map(ref, each["values"]))
        return response

    monkeypatch.setattr(HTTPClient, "values_batch_get", values_batch_get)
    assert figures(vinkje, ADDRESS)["responses"]["used"] == 3_500
    assert len(held) == 4
    # 200 rows were looked at last, and as many are taken to be looked at next.
    assert max(held) < 500


def test_rows_that_move_in_between_are_noticed(
    vinkje: Run, google: GoogleServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A deleted row would make the next chunk begin one too far."""
    monkeypatch.setattr(google_sheet, "_CELLS_A_READ", 10_000)
    tab = google.sheets[SHEET].tabs["Formulierreacties 1"] = rows(480)

    def delete_a_row(asked: Asked) -> None:
        if asked.method == READS[-1]:
            del tab[3]

    google.after = delete_a_row
    assert "moved while they were read" in refused(vinkje, tmp_path)


def test_what_a_sheet_takes_for_a_number_is_read_as_typed(
    vinkje: Run, google: GoogleServer, tmp_path: Path
) -> None:
    """A remark such as "1-2" becomes a day in a Sheet, "12,5" a number; ours are texts again.

    Wherever it stands, and by one read more.
    """
    tab = google.sheets[SHEET].tabs["Formulierreacties 1"] = rows(450)
    remark = tab[0].index("Signaleren: toelichting")
    tab[3][remark] = datetime(2026, 2, 1)  # noqa: DTZ001
    tab[430][remark] = 12.5
    # A row ends with its last filled cell; that may be before this one, or be it.
    tab[429] = []
    tab[431][remark:] = [7.5]
    del tab[432][remark:]
    done = vinkje("pull", ADDRESS, "-o", "archief.csv")
    assert done.returncode == 0, done.stderr
    archive = (tmp_path / "archief.csv").read_text(encoding="utf-8-sig")
    assert "01-02-2026 00:00:00" in archive
    assert '"12,5"' in archive
    assert '"7,5"' in archive
    # The header, and all but the empty row.
    assert len(archive.splitlines()) == 450
    assert google.requests() == [*READS, READS[-1]]


PASSING: dict[str, dict[str, Any]] = {
    "429": {"status": 429, "body": google_error(429, "Quota exceeded", "RESOURCE_EXHAUSTED")},
    "429 with Retry-After": {"status": 429, "headers": {"Retry-After": "1"}, "body": {}},
    "500": {"status": 500, "body": google_error(500, "Internal error", "INTERNAL")},
    "502 page": {"status": 502, "body": "<html>Bad Gateway</html>"},
    "cut": {"status": 200, "body": {"sheets": ["x" * 3000]}, "how": "cut"},
    "dropped": {"how": "drop"},
}


@pytest.mark.parametrize("at", READS)
@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_tried_again(
    vinkje: Run, google: GoogleServer, tmp_path: Path, at: str, fault: str
) -> None:
    """Once is no matter: every row is there, once."""
    google.fail(at, **PASSING[fault])
    done = vinkje("pull", ADDRESS, "-o", "archief.csv")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "archief.csv").open(encoding="utf-8-sig", newline="") as file:
        _, *times = [row[0] for row in csv.reader(file)]
    assert times == [f"2026-11-02 09:{n:02}:00" for n in range(12)]
    assert len(google.asked) > len(READS)


def test_a_token_that_is_withdrawn_is_renewed(vinkje: Run, google: GoogleServer) -> None:
    """Before its time was up."""

    def withdraw(asked: Asked) -> None:
        if asked.method == READS[1]:
            google.tokens.clear()

    google.after = withdraw
    assert figures(vinkje, ADDRESS)["responses"]["used"] == 12
    assert google.requests() == [*READS, "token", READS[-1]]


LASTING: dict[str, tuple[dict[str, Any], str]] = {
    "429": (PASSING["429"], "asked too often, and its limit is per minute; wait a minute"),
    "429, an hour": (
        {"status": 429, "headers": {"Retry-After": "3600"}, "body": {}},
        "wait 60 minutes and try again",
    ),
    "429, over two minutes": (
        {"status": 429, "headers": {"Retry-After": "121"}, "body": {}},
        "wait 3 minutes and try again",
    ),
    "500": (PASSING["500"], "Google has a fault of its own (HTTP 500); try again later"),
    "502 page": (PASSING["502 page"], "Google has a fault of its own (HTTP 502)"),
    "cut": (PASSING["cut"], "the connection was lost; is there internet"),
    "dropped": (PASSING["dropped"], "the connection was lost; is there internet"),
    "no entry": (
        {"status": 403, "body": google_error(403, "The caller does not have permission", "PD")},
        f"{SERVICE} may not see this; open it in a browser, choose Share, and add {SERVICE}",
    ),
    "gone": (
        {"status": 404, "body": google_error(404, "Requested entity was not found.", "NF")},
        "Google knows no such file; was it deleted?",
    ),
    "switched off": (
        {
            "status": 403,
            "body": google_error(
                403,
                "Google Sheets API has not been used in project 1 before or it is disabled.",
                "PERMISSION_DENIED",
                reason("SERVICE_DISABLED", activationUrl="https://console.example/enable"),
            ),
        },
        "switched off for your key's project; open https://console.example/enable and choose",
    ),
    "scopes": (
        {
            "status": 403,
            "body": google_error(
                403, "Insufficient", "PD", reason("ACCESS_TOKEN_SCOPE_INSUFFICIENT")
            ),
        },
        "run 'vinkje login' again and leave every tick on",
    ),
    "quota gone": (
        {
            "status": 403,
            "body": {
                "error": {
                    "code": 403,
                    "message": "Daily Limit Exceeded",
                    "errors": [{"domain": "usageLimits", "reason": "dailyLimitExceeded"}],
                }
            },
        },
        "Google allows no more today (Daily Limit Exceeded); try again tomorrow",
    ),
    "an .xlsx in Drive": (
        {
            "status": 400,
            "body": google_error(
                400, "This operation is not supported for this document", "FAILED_PRECONDITION"
            ),
        },
        "this is an Excel file in Google Drive, not a Google Sheet",
    ),
    "a login page": (
        {"status": 200, "body": "<html>Welkom op ons gastnetwerk</html>"},
        "does your network ask to log in first?",
    ),
    "a wall": ({"status": 403, "body": "<html>Blocked</html>"}, "ask your IT to open it"),
    "half an answer": (
        {"status": 200, "body": {}, "how": "half"},
        "Google's answer cannot be read; try again later",
    ),
    "anything else": (
        {"status": 418, "body": google_error(418, "I'm a {teapot}", "TEAPOT")},
        "Google refuses (HTTP 418): I'm a {teapot}",
    ),
}


@pytest.mark.parametrize("fault", LASTING)
def test_what_lasts_is_said_with_the_way_out(
    vinkje: Run, google: GoogleServer, tmp_path: Path, fault: str
) -> None:
    """Which Sheet, what is wrong, what to do; and never more than four tries."""
    happens, expected = LASTING[fault]
    google.fail("values.batchGet", times=99, **happens)
    said = refused(vinkje, tmp_path)
    assert said.startswith(f"Error: {ADDRESS}: ")
    assert expected in said
    assert google.requests().count("sheets.spreadsheets.values.batchGet") <= 4
