"""Who speaks with Google, how long it is tried, and what is said when it fails."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from google_resources import SERVICE, Sheet
from google_server import GoogleServer, google_server, new_key

from forms.collect.source import kind_of
from forms.errors import GoogleError, SourceError
from forms.google.credentials import READ_SHEET, sign_in
from forms.google.session import Google

SHEET = "1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789_-abcdE"
METADATA = f"https://sheets.googleapis.com/v4/spreadsheets/{SHEET}"
# Waiting is played.
pytestmark = pytest.mark.usefixtures("waits")


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[GoogleServer]:
    """Return Google with one Sheet, and nobody logged in."""
    with google_server() as server:
        server.sheets[SHEET] = Sheet("Antwoorden", {"Blad1": [["x"]]})
        monkeypatch.setenv("VINKJE_GOOGLE_URL", server.url)
        monkeypatch.setenv("VINKJE_LOGIN_FILE", str(tmp_path / "config" / "login.json"))
        monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
        yield server


def session(google: GoogleServer, tmp_path: Path) -> Google:
    """Return a session of the service account."""
    return Google(sign_in(google.key_file(tmp_path / "key.json"), READ_SHEET), "here")


def refused(vinkje: Run, *args: object) -> str:
    """Return why a pull did not happen."""
    done = vinkje("pull", SHEET, "-o", "a.csv", *args)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    *_, last = done.stderr.strip().splitlines()
    return last


def test_without_an_account_it_says_what_to_do(vinkje: Run, google: GoogleServer) -> None:
    """Three ways out, none of them tried."""
    said = refused(vinkje)
    assert "'vinkje login'" in said
    assert "--credentials" in said
    assert ".csv" in said
    assert google.asked == []


KEYS = {
    "no JSON": ("-----BEGIN PRIVATE KEY-----", "is no key: it holds no JSON"),
    "a list": ("[]", "is no key: it holds no JSON"),
    "another": ('{"type": "external_account"}', "is no key that vinkje knows"),
    "a client": ('{"installed": {}}', "vinkje login --client key.json"),
    "half": ('{"type": "service_account"}', "is a key that is not complete"),
    "half a login": ('{"type": "authorized_user"}', "is a key that is not complete"),
    "a key of letters": (
        (
            '{"type": "service_account", "client_email": "a@b.c", "token_uri": "https://x", '
            '"private_key": "letters"}'
        ),
        "is a key that is not complete",
    ),
}


@pytest.mark.parametrize("kind", KEYS)
def test_a_file_that_is_no_key_is_refused(
    vinkje: Run, google: GoogleServer, tmp_path: Path, kind: str
) -> None:
    """By its name, before anything is asked of Google; its content is not shown."""
    content, expected = KEYS[kind]
    (tmp_path / "key.json").write_text(content)
    said = refused(vinkje, "--credentials", "key.json")
    assert said.startswith("Error: key.json: ")
    assert expected in said
    assert "PRIVATE" not in said
    assert google.asked == []


def test_a_key_that_is_not_there(vinkje: Run, google: GoogleServer, tmp_path: Path) -> None:
    """Whichever way it is named."""
    assert "there is no such key file" in refused(vinkje, "--credentials", "none.json")
    done = vinkje("pull", SHEET, "-o", "a.csv", GOOGLE_APPLICATION_CREDENTIALS=str(tmp_path / "x"))
    assert "there is no such key file" in done.stderr
    assert google.asked == []


def test_the_clock_is_blamed_when_it_is_wrong(
    vinkje: Run, google: GoogleServer, tmp_path: Path
) -> None:
    """Google takes a key's word for a few minutes only."""
    google.clock = timedelta(hours=2)
    said = refused(vinkje, "--credentials", google.key_file(tmp_path / "key.json"))
    assert "this machine's clock is wrong" in said
    assert f"{datetime.now(UTC):%Y-%m-%d}" in said


@pytest.mark.parametrize(
    "changed", [{"client_email": "weg@voorbeeld.iam.gserviceaccount.com"}, {"private_key": None}]
)
def test_a_key_that_was_deleted(
    vinkje: Run, google: GoogleServer, tmp_path: Path, changed: dict[str, Any]
) -> None:
    """The account is gone, or the key is another's."""
    if "private_key" in changed:
        with google_server() as other:
            other.key = new_key()
            changed = json.loads(other.key_file(tmp_path / "other.json").read_text())
            changed = {"private_key": changed["private_key"]}
    key = google.key_file(tmp_path / "key.json", **changed)
    said = refused(vinkje, "--credentials", key)
    assert "invalid_grant" in said
    assert "may have been deleted: make a new one" in said


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"type": "service_account"}', "a service account's key, which needs no login"),
        ('{"web": {"client_id": "x"}}', "no file of an OAuth client of the kind 'Desktop app'"),
        ('{"installed": {}}', "no file of an OAuth client of the kind 'Desktop app'"),
        ("x", "holds no JSON"),
    ],
)
def test_a_login_needs_the_file_of_a_client(
    vinkje: Run, tmp_path: Path, content: str, expected: str
) -> None:
    """Keys and clients look alike in a folder of downloads."""
    (tmp_path / "client.json").write_text(content)
    done = vinkje("login", "--client", "client.json", BROWSER="false")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: client.json: ")
    assert expected in done.stderr


def test_a_sheet_that_is_not_shared_names_the_address(
    vinkje: Run, google: GoogleServer, tmp_path: Path
) -> None:
    """The exact one to share with."""
    google.sheets[SHEET].readers.clear()
    said = refused(vinkje, "--credentials", google.key_file(tmp_path / "key.json"))
    assert f"choose Share, and add {SERVICE}" in said


def test_a_login_without_the_right_to_read(
    vinkje: Run, google: GoogleServer, tmp_path: Path
) -> None:
    """Somebody took a tick away when they logged in."""
    google.login_file(tmp_path / "config" / "login.json", "forms.body")
    assert "leave every tick on" in refused(vinkje)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org",
        "http://169.254.1.1",
        "http://127.0.0.1.example.org",
        "ftp://127.0.0.1",
    ],
)
def test_only_a_loopback_address_stands_in_for_google(
    vinkje: Run, google: GoogleServer, tmp_path: Path, address: str
) -> None:
    """A token must not go elsewhere."""
    key = google.key_file(tmp_path / "key.json")
    done = vinkje("pull", SHEET, "-o", "a.csv", "--credentials", key, VINKJE_GOOGLE_URL=address)
    assert done.returncode == 1
    assert "loopback" in done.stderr
    assert google.asked == []


def test_a_silent_server_is_given_up_on(google: GoogleServer, tmp_path: Path) -> None:
    """No request waits for ever."""
    google.fail("sheets", how="stall", status=2, times=99)
    with pytest.raises(GoogleError, match="does not answer in time"):
        session(google, tmp_path).request("GET", METADATA, timeout=(1, 0.2))
    assert google.requests().count("sheets.spreadsheets.get") == 4


@pytest.mark.parametrize("word", ["seconds", "a date"])
def test_retry_after_is_honoured(
    google: GoogleServer, tmp_path: Path, waits: list[float], word: str
) -> None:
    """Google says when to come back; not earlier."""
    speaks = session(google, tmp_path)
    speaks.get(METADATA)
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=4), usegmt=True)
    google.fail("sheets", status=429, headers={"Retry-After": {"seconds": "3"}.get(word, when)})
    speaks.get(METADATA)
    assert [seconds > 2.5 for seconds in waits] == [True]


def test_a_network_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, waits: list[float]
) -> None:
    """Nobody listens at the other end; it is tried four times, each after a longer while."""
    with google_server() as gone:
        speaks = session(gone, tmp_path)
        monkeypatch.setenv("VINKJE_GOOGLE_URL", gone.url)
    with pytest.raises(GoogleError, match="cannot be reached"):
        speaks.get(METADATA)
    assert len(waits) == 3
    assert all(least <= each <= 2 * least for least, each in zip((0.5, 1, 2), waits, strict=True))


ADDRESSES = {
    f"https://docs.google.com/spreadsheets/d/{SHEET}/edit#gid=0": ("spreadsheets", SHEET),
    f"https://docs.google.com/spreadsheets/u/0/d/{SHEET}/": ("spreadsheets", SHEET),
    f"https://docs.google.com/a/example.org/spreadsheets/d/{SHEET}": ("spreadsheets", SHEET),
    f" docs.google.com/forms/d/{SHEET}/edit ": ("forms", SHEET),
    f"https://docs.google.com/forms/u/2/d/{SHEET}/edit#responses": ("forms", SHEET),
    SHEET: ("spreadsheets", SHEET),
    "antwoorden.csv": ("file", "antwoorden.csv"),
    "map/antwoorden": ("file", "map/antwoorden"),
}


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_an_address_names(address: str) -> None:
    """As a browser shows it, or as people shorten it."""
    assert kind_of(address) == ADDRESSES[address]


@pytest.mark.parametrize(
    "address",
    [
        "https://docs.google.com/forms/d/e/1FAIpQLSxyz/viewform",
        "https://docs.google.com/spreadsheets/d/e/2PACX-1vT/pubhtml",
        "https://forms.gle/abc",
        "forms.gle/abc",
        "https://drive.google.com/file/d/1/view",
        "https://example.org/antwoorden.csv",
    ],
)
def test_an_address_that_answers_cannot_come_from(address: str) -> None:
    """It says which address to copy."""
    with pytest.raises(SourceError, match="copy the address that your browser shows"):
        kind_of(address)


@pytest.mark.parametrize("address", ["https://forms.office.com/r/x", "forms.cloud.microsoft/r/x"])
def test_microsofts_form_is_downloaded(address: str) -> None:
    """There is no other way to its answers."""
    with pytest.raises(SourceError, match="in Microsoft Forms choose Open in Excel"):
        kind_of(address)


def test_a_file_with_a_long_name_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when it could be a Sheet's id."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / SHEET).touch()
    assert kind_of(SHEET) == ("file", SHEET)
