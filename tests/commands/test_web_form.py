"""The web form over HTTP: every answer is stored once, and whatever is wrong keeps the answers."""

import gzip
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psutil
import pytest
import requests
from conftest import ROOT, Run
from served import SMALL, Served, answers_of, choices, hidden, kept, served, small, title_of

from forms.checklist.model import load_checklist
from forms.publish.web.address import Address
from forms.publish.web.rate_limit import MOST_A_MINUTE, RateLimit
from forms.publish.web.server import serve
from forms.publish.web.validation import MOST_TEXT
from forms.questionnaire import questionnaire
from forms.store.interface import QuestionnaireVersion
from forms.store.open import open_store, read_store
from forms.wording import Answer

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return one form with the shipped checklist; tests add to its answers."""
    with served(tmp_path_factory.mktemp("form")) as found:
        yield found


def test_every_question_is_asked_by_its_id(form: Served) -> None:
    """With the answers' names as values, so that programs can answer too."""
    html = requests.get(form.link, timeout=30).text
    asked = list(questionnaire(load_checklist(ROOT / "checklist.yaml")).questions())
    assert choices(html) == {q.id: [c.value for c in q.choices] for q in asked if q.choices}
    assert choices(html)["S1"] == list(Answer)
    assert re.findall(r'<textarea name="([^"]+)"', html) == ["remark:S", "remark:P", "remark:O"]
    assert kept(html) == {}
    assert "name" not in re.findall(r"<button[^>]*>", html)[-1]


def test_an_answer_is_stored_and_thanked_for(form: Served) -> None:
    """The receipt repeats it, asks nothing, and gives a code and a link."""
    data = form.filled(S2="needed") | {"S1": " in_order\r\n", "remark:S": "  Een\r\nopmerking\a "}
    done = form.send(data)
    assert done.status_code == 200
    stored = next(s for s in form.stored() if s.key == data["_key"])
    assert stored.answers == {
        **answers_of(data),
        "S1": "in_order",
        "remark:S": "Een\nopmerking\ufffd",
    }
    page = done.text
    assert stored.code in page
    assert "Niet op orde: aanpakken is nodig" in page
    assert f"{form.link}change#{data['_key']}" in page
    assert "<form" not in page
    assert "<input" not in page


def test_each_page_has_a_key_of_its_own(form: Served) -> None:
    """Of 128 bits, and the page that is packed says the same as the one that is not."""
    keys = {form.blank()["_key"] for _ in range(5)}
    assert len(keys) == 5
    assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys)
    plain = requests.get(form.link, headers={"Accept-Encoding": "identity"}, timeout=30)
    packed = requests.get(form.link, headers={"Accept-Encoding": "gzip"}, timeout=30, stream=True)
    assert "Content-Encoding" not in plain.headers
    unpacked = gzip.decompress(packed.raw.read(decode_content=False)).decode()
    assert unpacked.replace(hidden(unpacked)["_key"], hidden(plain.text)["_key"]) == plain.text


def test_the_same_page_twice_is_one_submission(form: Served) -> None:
    """A double click, a retry after a lost connection: the same receipt."""
    data = form.filled()
    receipts = {form.send(data).text for _ in range(3)}
    assert len(receipts) == 1
    assert sum(s.key == data["_key"] for s in form.stored()) == 1


def test_changed_answers_are_a_revision(form: Served, vinkje: Run) -> None:
    """By the secret link; the last one counts, and the earlier is told of."""
    data = form.filled()
    form.send(data)
    change = form.change(f"{form.link}change#{data['_key']}").text
    assert kept(change) == answers_of(data)
    assert hidden(change)["_key"] == data["_key"]
    before = form.stored()
    form.send(data | {"S1": "unknown"})
    assert [s.answers["S1"] for s in form.stored() if s.key == data["_key"]] == [
        *("in_order", "unknown")
    ]
    done = vinkje("status", form.store)
    count = len({s.key for s in before})
    assert f"Responses that count: {count}" in done.stdout
    assert "changed later: " in done.stderr


@pytest.mark.parametrize(
    "pasted", ["{link}change#{key}", " {link}change/{key} ", "{key}", "<{link}change#{key}>."]
)
def test_a_link_to_change_may_be_pasted(form: Served, pasted: str) -> None:
    """Whole or in part, of today or of before; what is none is told, and asked for again."""
    data = form.filled()
    form.send(data)
    page = form.change(pasted.format(link=form.link, key=data["_key"]))
    assert (page.status_code, kept(page.text)) == (200, answers_of(data))
    for none in ("", "K7MW-9QXB", data["_key"][:31], "0" * 32):
        page = form.change(none)
        assert (page.status_code, title_of(page.text)[:5]) == (404, "Fout:")
        assert 'name="_code"' in page.text


def test_another_site_changes_nothing(form: Served) -> None:
    """Nor shows it: a page that sends its own key on would have people answer under that."""
    data = form.filled(S1="needed")
    form.send(data)
    for said in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        page = requests.post(
            f"{form.link}change", {"_code": data["_key"]}, headers=said, timeout=30
        )
        assert page.status_code == 403
        assert data["_key"] not in page.text
        assert kept(page.text) == {}


def test_whose_answers_are_changed_is_said(form: Served) -> None:
    """When they were sent and under which code, so that whoever was led there sees it."""
    data = form.filled()
    form.send(data)
    stored = next(s for s in form.stored() if s.key == data["_key"])
    page = form.change(data["_key"]).text
    at = stored.at.astimezone(ZoneInfo("Europe/Amsterdam"))
    assert f"{at:%H:%M}. De code is {stored.code}. Zijn ze niet van u?" in page
    assert title_of(page) == title_of(requests.get(form.link, timeout=30).text)
    assert "De code is" not in requests.get(form.link, timeout=30).text


def test_links_of_before_still_lead_there(form: Served) -> None:
    """To the answers, by a link that no server sees; and to a receipt that shows none of them."""
    data = form.filled(S1="needed")
    form.send(data)
    done = requests.get(f"{form.link}change/{data['_key']}", timeout=30, allow_redirects=False)
    assert (done.status_code, done.headers["Location"]) == (303, f"/change#{data['_key']}")
    stored = next(s for s in form.stored() if s.key == data["_key"])
    receipt = requests.get(f"{form.link}receipt/{stored.receipt}", timeout=30).text
    assert stored.code in receipt
    assert "aanpakken is nodig" not in receipt
    assert data["_key"] not in receipt


def test_what_is_missing_is_named_and_the_rest_kept(form: Served) -> None:
    """At the top with a link, and at the question; "Fout" in the title."""
    data = form.filled() | {"remark:P": "Een </textarea><script>alert(1)</script>"}
    data.pop("S3")
    done = form.send(data)
    assert done.status_code == 422
    assert title_of(done.text).startswith("Fout:")
    assert '<a href="#S3">' in done.text
    assert done.text.count('aria-invalid="true"') == 1
    assert kept(done.text) == answers_of(data)
    assert hidden(done.text) == hidden(done.text) | {"_key": data["_key"]}
    assert "<script>alert" not in done.text
    assert data["_key"] not in {s.key for s in form.stored()}


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"S1": "banana"}, 422, "geen van de antwoorden"),
        ({"S1": "Op orde"}, 422, "geen van de antwoorden"),
        ({"S1": "in_order\a"}, 422, "geen van de antwoorden"),
        ({"S1": ["in_order", "needed"]}, 422, "geen van de antwoorden"),
        ({"role": "Koning"}, 422, "geen van de antwoorden"),
        ({"S1": ""}, 422, "kies een antwoord"),
        ({"role": ""}, 422, "kies een antwoord"),
        ({"Q9": "in_order"}, 422, "Q9"),
        ({"s1": "needed"}, 422, "s1"),
        ({"remark:S": "x" * (MOST_TEXT + 1)}, 422, "te lang"),
        ({"_key": "short"}, 422, "niet compleet"),
        ({"_key": ""}, 422, "niet compleet"),
        ({"_key": "A" * 32}, 422, "niet compleet"),
        ({"_version": "0123456789abcdef"}, 409, "veranderd"),
    ],
    ids=str,
)
def test_what_cannot_be_kept_is_explained(
    form: Served, change: dict[str, str], status: int, said: str
) -> None:
    """And the answers stay on the page, ready to be sent again."""
    data = form.filled()
    before = len(form.stored())
    done = form.send(data | change)
    assert (done.status_code, said in done.text) == (status, True)
    assert len(form.stored()) == before
    left = {name: value for name, value in answers_of(data).items() if name not in change}
    assert kept(done.text).items() >= left.items()
    mended = {**hidden(done.text), **answers_of(data)}
    assert form.send(mended).status_code == 200


def test_a_field_that_people_do_not_see_flags_but_never_drops(form: Served, vinkje: Run) -> None:
    """A robot, or a browser that fills in too much."""
    data = form.filled(_website="http://example.com")
    assert form.send(data).status_code == 200
    assert next(s for s in form.stored() if s.key == data["_key"]).flagged
    assert "perhaps by a robot: " in vinkje("status", form.store).stderr


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "SELF"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Host": "evil.example"}, 400),
        ({"Host": "127.0.0.1.evil.example"}, 400),
        ({"X-Forwarded-Host": "evil.example"}, 200),
    ],
    ids=str,
)
def test_only_our_own_pages_may_send(form: Served, headers: dict[str, str], status: int) -> None:
    """What another site sends is not stored; its answers stay on the page."""
    own = {name: value.replace("SELF", form.link[:-1]) for name, value in headers.items()}
    data = form.filled()
    done = form.send(data, headers=own)
    assert done.status_code == status
    assert (data["_key"] in {s.key for s in form.stored()}) == (status == 200)
    if status == 403:
        assert kept(done.text) == answers_of(data)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"S1": "in_order"}', "application/json", 415),
        (b"S1=in_order", "text/plain", 415),
        (b"S1=in_order", "", 415),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x", 415),
        (b"S1=" + b"x" * 3_000_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"f%d=1" % i for i in range(10_000)), "application/x-www-form-urlencoded", 413),
        (b"%ff%fe=%80&S1=%00%1b[31m", "application/x-www-form-urlencoded", 422),
        (b"", "application/x-www-form-urlencoded", 422),
    ],
    ids=str,
)
def test_what_is_no_form_is_refused(form: Served, body: bytes, kind: str, status: int) -> None:
    """With a status that says why; the form goes on."""
    done = form.send(body[:4_000_000], headers={"Content-Type": kind})
    assert done.status_code == status
    assert form.send(form.filled()).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("../../etc/passwd", 404),
        ("..%2f..%2fetc%2fpasswd", 404),
        ("form.css/../answers.db", 404),
        ("answers.db", 404),
        ("receipt/", 404),
        ("receipt/" + "0" * 32, 404),
        ("change/" + "0" * 32, 303),
        ("change/" + "0" * 31, 404),
        ("change/%0d%0aSet-Cookie:x=1", 404),
        ("change/%27%20OR%201=1", 404),
        ("change/" + "0" * 5000, 404),
        ("%00", 404),
        ("?S1=in_order", 200),
    ],
)
def test_path_tricks_find_nothing(form: Served, path: str, status: int) -> None:
    """As they are sent, not as a library tidies them."""
    parts = urlsplit(form.link)
    with socket.create_connection((parts.hostname, parts.port or 80), timeout=30) as line:
        line.sendall(f"GET /{path} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        said = line.recv(4096).decode("latin-1")
    assert said.startswith(f"HTTP/1.1 {status} ")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_other_methods_are_refused(form: Served, method: str) -> None:
    """And say which there are."""
    done = requests.request(method, form.link, timeout=30)
    assert done.status_code == 405
    assert "POST" in done.headers["Allow"]


@pytest.mark.parametrize("path", ["", "nowhere", "change"])
def test_every_page_has_its_guards(form: Served, path: str) -> None:
    """No inline script, no frame, no guess at what a file is."""
    done = requests.get(form.link + path, timeout=30)
    policy = done.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert done.headers["Referrer-Policy"] == "same-origin"
    assert done.headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in done.headers
    assert not re.search(r"<script(?! src)|\son\w+=|style=", done.text)


def test_style_and_script_are_small_and_may_be_kept(form: Served) -> None:
    """Under 2 KB together as they are sent; their names change with what they hold."""
    html = requests.get(form.link, timeout=30).text
    names = re.findall(r'(?:href|src)="/(form-[^"]+)"', html)
    assert len(names) == 2
    size = 0
    for name in names:
        done = requests.get(form.link + name, timeout=30, stream=True)
        assert "immutable" in done.headers["Cache-Control"]
        size += len(done.raw.read(decode_content=False))
    assert size < 2048


def test_what_is_private_is_not_kept_by_browsers(form: Served) -> None:
    """The empty form may be, for the back button; receipts and answers not."""
    data = form.filled()
    for done in (form.send(data), form.change(data["_key"])):
        assert data["_key"] in done.text
        assert (done.status_code, done.headers["Cache-Control"]) == (200, "no-store")
    assert requests.get(form.link, timeout=30).headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(tmp_path: Path, vinkje: Run, how: signal.Signals) -> None:
    """With exit 0, one file left, and every answer in it."""
    with served(tmp_path) as form:
        for _ in range(6):
            assert form.send(form.filled()).status_code == 200
        code, out, err = form.end(how)
    assert (code, err) == (0, "Checklist: the one that ships with vinkje\n")
    assert "Ended" in out
    assert {path.name for path in tmp_path.iterdir()} <= {"answers.db", "answers.db-lock"}
    assert '"used": 6' in vinkje("report", "sqlite:///answers.db", "--json", "-").stdout


def test_the_report_may_be_made_while_the_form_is_open(form: Served, vinkje: Run) -> None:
    """The same for an archive, and for the check."""
    for _ in range(5):
        form.send(form.filled())
    assert vinkje("report", form.store).returncode == 0
    assert vinkje("pull", form.store, "-o", "a.csv").returncode == 0
    assert vinkje("check", "--against", form.store).returncode == 0


@pytest.fixture
def fifty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """Return a form that takes fifty a minute where others take two thousand, and its store."""
    assert MOST_A_MINUTE == 2_000
    monkeypatch.setattr(RateLimit.__init__, "__defaults__", (50, monotonic))
    url = f"sqlite:///{tmp_path / 'answers.db'}"
    checklist = load_checklist(small(tmp_path) / "checklist.yaml")
    with serve(checklist, url, Address(port=0)) as form, form.in_background():
        yield form.link, url


def stored(url: str) -> int:
    """Return how many submissions a store holds."""
    with read_store(url) as store:
        return len(list(store.submissions()))


def test_two_thousand_a_minute_from_one_address_and_no_more(fifty: tuple[str, str]) -> None:
    """An office behind one router passes; above that every answer stays on the page."""
    link, store = fifty
    with requests.Session() as office:
        data = answered(link)
        for number in range(50):
            sent = data | {"_key": f"{number:032x}"}
            done = office.post(link, sent, timeout=60, allow_redirects=False)
            assert done.status_code == 200
        done = office.post(link, data, timeout=60, allow_redirects=False)
        assert (done.status_code, done.headers["Retry-After"]) == (429, "60")
        assert kept(done.text) == answers_of(data)
        assert stored(store) == 50


def test_after_the_last_day_the_form_is_closed(tmp_path: Path) -> None:
    """Somebody who comes too late is told so, and loses nothing."""
    yesterday = date.today() - timedelta(days=1)  # noqa: DTZ011 - the form's own day
    with served(small(tmp_path), "--closes", yesterday - timedelta(days=1)) as form:
        page = requests.get(form.link, timeout=30)
        assert (page.status_code, "gesloten" in page.text) == (403, True)
        data = {"_key": "0" * 32, "team": "Noord", "A1": "needed", "A2": "unknown"}
        done = form.send(data)
        assert (done.status_code, kept(done.text)) == (403, answers_of(data))
        assert "niet opgeslagen" in done.text
        assert form.stored() == []


def test_closing_by_hand_while_it_is_served(tmp_path: Path, vinkje: Run) -> None:
    """Who has the page open may still send; then it can be opened again."""
    with served(small(tmp_path)) as form:
        data = form.filled()
        assert vinkje("store", "close").returncode == 0
        assert requests.get(form.link, timeout=30).status_code == 403
        assert form.send(data).status_code == 200
        assert form.change(data["_key"]).status_code == 403
        assert vinkje("store", "close", "--reopen").returncode == 0
        assert requests.get(form.link, timeout=30).status_code == 200


def test_a_question_that_changed_in_between_is_named(tmp_path: Path, vinkje: Run) -> None:
    """Whoever had the page open looks again; what was stored before stays what it was."""
    with served(small(tmp_path)) as form:
        first, data = form.filled(), form.filled(A1="needed")
        form.send(first)
        form.end()
    small(tmp_path, SMALL.replace("Een.", "Iets heel anders."))
    with served(tmp_path) as form:
        done = form.send(data)
        assert done.status_code == 409
        assert '<a href="#A1">' in done.text
        assert '<a href="#A2">' not in done.text
        assert kept(done.text) == answers_of(data)
        again = {**hidden(done.text), **answers_of(data)}
        assert form.send(again).status_code == 200
        changing = form.change(first["_key"]).text
        assert kept(changing) == answers_of(first)
        assert changing.count("deze vraag is veranderd") == 2
    archive = vinkje("pull", "sqlite:///answers.db", "-o", "a.csv")
    assert archive.returncode == 0, archive.stderr
    said = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert "A1. Een." in said
    assert "A1. Iets heel anders." in said


def test_a_question_that_went_is_named_too(tmp_path: Path) -> None:
    """Its answer is not dropped in silence."""
    with served(small(tmp_path)) as form:
        data = form.filled()
        form.end()
    small(tmp_path, SMALL.replace(", {id: A2, text: Twee.}", ""))
    with served(tmp_path) as form:
        done = form.send(data)
        assert done.status_code in {409, 422}
        assert "A2" in done.text
        assert kept(done.text).items() <= answers_of(data).items()


def test_a_reworded_checklist_changes_nothing_stored(tmp_path: Path, vinkje: Run) -> None:
    """Ids and names of answers are kept; other words for the answers read the same."""
    with served(small(tmp_path)) as form:
        for answer in ("in_order", "needed", "needed", "unknown", "unknown"):
            form.send(form.filled(A1=answer))
    small(tmp_path, SMALL + "answers: {needed: Dit moet anders, unknown: Geen idee}\n")
    done = vinkje("report", "sqlite:///answers.db", "--json", "-")
    assert '"needed": 2' in done.stdout
    assert '"unknown": 2' in done.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SMALL + "round: {name: Voorjaar}\n", "round"),
        (SMALL.replace("Een.", "Ja.").replace("Twee.", "Nee.").replace("Uw team?", "Wie?"), "most"),
    ],
)
def test_another_round_needs_another_store(
    tmp_path: Path, vinkje: Run, text: str, said: str
) -> None:
    """Two rounds in one store would be counted as one."""
    with served(small(tmp_path)) as form:
        form.send(form.filled())
    small(tmp_path, text)
    done = vinkje("form", "web", "--port", "0")
    assert (done.returncode, done.stdout) == (1, "")
    assert "\nError: sqlite:///answers.db: holds answers" in done.stderr
    assert said in done.stderr
    assert "--store" in done.stderr


def test_a_round_with_a_name_goes_on_when_its_form_is_started_again(tmp_path: Path) -> None:
    """What was asked is stored with its round."""
    with served(small(tmp_path, SMALL + "round: {name: Voorjaar}\n")) as form:
        form.send(form.filled())
    with served(tmp_path) as form:
        assert len(form.stored()) == 1


def test_a_checklist_that_was_asked_before_may_be_asked_again(tmp_path: Path) -> None:
    """Also where another one was asked since, or came last from a copy."""
    with served(small(tmp_path)) as form:
        form.send(form.filled())
    other = QuestionnaireVersion("other", "", {"Z1": ["Z1. Anders.", "Op orde"]})
    with closing(open_store("sqlite:///" + str(tmp_path / "answers.db"))) as store:
        store.remember(other)
    with served(tmp_path) as form:
        assert len(form.stored()) == 1


def test_a_link_of_ones_own_behind_a_web_server(tmp_path: Path) -> None:
    """Links are built from it, whatever name a request comes in by."""
    link = "https://vragen.example.nl/wonen"
    with served(small(tmp_path), "--public-url", link) as form:
        assert form.link == f"{link}/"
        port = _port(form)
        here = f"http://127.0.0.1:{port}/"
        headers = {"Host": "vragen.example.nl", "Origin": "https://vragen.example.nl"}
        for address in (here, f"{here}wonen/"):
            page = requests.get(address, headers=headers, timeout=30).text
            assert 'action="/wonen/send"' in page
            data = {**hidden(page), **{name: v[0] for name, v in choices(page).items()}}
            done = requests.post(address, data, headers=headers, timeout=30, allow_redirects=False)
            assert f"{link}/change#{data['_key']}" in done.text


def _port(form: Served) -> int:
    listening = psutil.Process(form.process.pid).net_connections()
    return int(next(c.laddr.port for c in listening if c.status == "LISTEN"))


def test_a_port_in_use_is_explained(form: Served, vinkje_alone: Run) -> None:
    """Before a store is made."""
    port = urlsplit(form.link).port
    done = vinkje_alone("form", "web", "--port", port)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"127.0.0.1:{port}: this port is in use" in done.stderr
    assert "--port" in done.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--host", "256.1.1.1"], "cannot be listened on"),
        (["--host", "192.0.2.1"], "cannot be listened on"),
        (["--public-url", "vragen.example.nl"], "https://"),
        (["--public-url", "https://vragen.example.nl/?x=1"], "https://"),
        (["--store", "mysql://x/y"], "sqlite:///"),
        (["--trusted-proxy", "nginx"], "'nginx' is no address"),
        (["--store", "answers.db"], "sqlite:///"),
        (["--store", "sqlite:///no/answers.db"], "make it first"),
        (["--store", "sqlite:///."], "folder"),
        (["--store", "sqlite:////proc/answers.db"], "may write"),
        (["--store", "sqlite:///checklist.yaml"], "no database of a form"),
    ],
    ids=str,
)
def test_what_cannot_be_served_is_explained(
    tmp_path: Path, vinkje_alone: Run, args: list[str], said: str
) -> None:
    """One message, exit 1, nothing made."""
    small(tmp_path)
    done = vinkje_alone("form", "web", "--port", "0", *args)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "checklist.yaml").read_text(encoding="utf-8") == SMALL
    assert {p.name for p in tmp_path.iterdir()} <= {"checklist.yaml", "checklist.yaml-lock"}


def test_it_is_served_to_a_network_by_the_machines_own_names(tmp_path: Path) -> None:
    """With 0.0.0.0 the link has this machine's name, and each of its names is answered."""
    with served(small(tmp_path), "--host", "0.0.0.0") as form:  # noqa: S104 - what is tested
        port = urlsplit(form.link).port
        assert urlsplit(form.link).hostname == socket.gethostname().lower()
        for name in ("127.0.0.1", "localhost"):
            assert requests.get(f"http://{name}:{port}/", timeout=30).status_code == 200
        named = {"Host": f"{socket.gethostname()}:{port}"}
        local = f"http://127.0.0.1:{port}/"
        assert requests.get(local, headers=named, timeout=30).status_code == 200
        for address in _addresses(socket.AF_INET):
            assert requests.get(f"http://{address}:{port}/", timeout=30).status_code == 200
        for address in _addresses(socket.AF_INET6):
            headers = {"Host": f"[{address}]:{port}"}
            assert requests.get(local, headers=headers, timeout=30).status_code == 200


def _addresses(family: int) -> list[str]:
    """Return every address of this machine, of one family."""
    every = [one for each in psutil.net_if_addrs().values() for one in each]
    return [one.address.partition("%")[0] for one in every if one.family == family]


def test_a_name_that_is_not_ours_is_told_of_once(tmp_path: Path) -> None:
    """In what the server prints, with the way out; and not for ever so many names."""
    with served(small(tmp_path)) as form:
        for name in ("vragen.example.nl", "vragen.example.nl", "e\x1bvil", *map(str, range(40))):
            done = requests.get(form.link, headers={"Host": f"{name}.nl"}, timeout=30)
            assert done.status_code == 400
        _, _, err = form.end()
    assert err.count("'vragen.example.nl.nl'") == 1
    assert "--public-url https://vragen.example.nl.nl/" in err
    assert "\x1b" not in err
    assert err.count("--public-url") == 20


@pytest.mark.parametrize(
    "link", ["https://één.example/wonen à/", "https://xn--n-9faa.example/wonen%20%C3%A0"]
)
def test_names_and_paths_with_accents(tmp_path: Path, link: str) -> None:
    """Both spellings of each, whichever the link was given in; a browser sends the plain one."""
    with served(small(tmp_path), "--public-url", link) as form:
        here = f"http://127.0.0.1:{_port(form)}"
        assert urlsplit(form.link).path == "/wonen%20%C3%A0/"
        for name in ("xn--n-9faa.example", "XN--N-9FAA.example:443", "één.example"):
            for path in ("/wonen%20%C3%A0/", "/wonen%20%c3%a0/", "/"):
                headers: dict[str, str | bytes] = {"Host": name.encode()}
                page = requests.get(here + path, headers=headers, timeout=30)
                assert page.status_code == 200
                assert 'action="/wonen%20%C3%A0/send"' in page.text
                data = {**hidden(page.text), **{n: v[0] for n, v in choices(page.text).items()}}
                headers |= {"Origin": "https://xn--n-9faa.example"}
                done = requests.post(here + path + "send", data, headers=headers, timeout=30)
                assert done.status_code == 200, done.text


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_without_its_last_slash(tmp_path: Path, method: str) -> None:
    """It leads to the form by way of the web server before it: https and prefix stay."""
    with served(small(tmp_path), "--public-url", "https://vragen.example.nl/wonen") as form:
        here = f"http://127.0.0.1:{_port(form)}/wonen"
        headers = {"Host": "vragen.example.nl"}
        done = requests.request(method, here, headers=headers, timeout=30, allow_redirects=False)
        assert (done.status_code, done.headers["Location"]) == (308, "/wonen/")


@pytest.mark.parametrize(("zone", "status"), [("Europe/Amsterdam", 403), ("America/New_York", 200)])
def test_a_day_ends_where_the_checklist_says(tmp_path: Path, zone: str, status: int) -> None:
    """Whatever zone the machine is in: half past midnight in Amsterdam is evening in New York."""
    checklist = load_checklist(small(tmp_path, f"time_zone: {zone}\n{SMALL}") / "checklist.yaml")
    clock = Clock(datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
    url = f"sqlite:///{tmp_path / 'answers.db'}"
    with (
        serve(checklist, url, Address(port=0), date(2026, 11, 30), clock) as form,
        form.in_background(),
    ):
        assert requests.get(form.link, timeout=30).status_code == status
        clock.shows -= timedelta(hours=1)
        done = requests.post(form.link, answered(form.link), timeout=30)
        assert ("23:30" if status == 403 else "17:30") in done.text


@pytest.mark.parametrize("machine", ["UTC", "Pacific/Auckland"])
def test_the_machines_zone_does_not_matter(tmp_path: Path, machine: str) -> None:
    """A container runs UTC; the receipt has the time of the checklist's zone."""
    with served(small(tmp_path), TZ=machine) as form:
        done = form.send(form.filled())
        at = form.stored()[0].at.astimezone(ZoneInfo("Europe/Amsterdam"))
        assert f"{at:%H:%M}" in done.text


def test_closed_when_started_is_said(tmp_path: Path, vinkje: Run) -> None:
    """After the last day, or once somebody closed the round."""
    with served(small(tmp_path), "--closes", "2000-01-01") as form:
        err = form.end()[2]
    assert "Warning: the last day to answer was 2000-01-01" in err
    assert vinkje("store", "close").returncode == 0
    with served(tmp_path) as form:
        assert "Warning: the form is closed" in form.end()[2]
    assert vinkje("store", "close", "--reopen").returncode == 0
    with served(tmp_path) as form:
        assert "closed" not in form.end()[2]


@pytest.mark.parametrize("host", ["::1", "localhost", "127.0.0.1"])
def test_it_is_served_on_other_addresses_of_this_machine(tmp_path: Path, host: str) -> None:
    """The link leads to it."""
    with served(small(tmp_path), "--host", host) as form:
        headers = {"Origin": form.link[:-1]}
        assert form.send(form.filled(), headers=headers).status_code == 200


def test_answers_are_for_the_owner_alone(tmp_path: Path, umask: int) -> None:
    """Nobody else on the machine reads them, whatever the umask."""
    assert umask in {0, 0o022}
    with served(small(tmp_path)) as form:
        form.send(form.filled())
        modes = {path.name: path.stat().st_mode & 0o077 for path in tmp_path.glob("answers.db*")}
        assert set(modes.values()) == {0}, modes


@dataclass
class Clock:
    """A clock that a test sets."""

    shows: datetime

    def __call__(self) -> datetime:
        """Return what it shows."""
        return self.shows


@pytest.fixture
def clocked(tmp_path: Path) -> Iterator[tuple[str, Clock]]:
    """Return a form that closes after 30 November, and its clock half an hour before."""
    checklist = load_checklist(small(tmp_path) / "checklist.yaml")
    clock = Clock(datetime(2026, 11, 30, 22, 30, tzinfo=ZoneInfo("Europe/Amsterdam")))
    url = f"sqlite:///{tmp_path / 'answers.db'}"
    with (
        serve(checklist, url, Address(port=0), date(2026, 11, 30), clock) as form,
        form.in_background(),
    ):
        yield form.link, clock


def answered(link: str) -> dict[str, str]:
    """Return a page of the small form, filled in."""
    html = requests.get(link, timeout=30).text
    return {**hidden(html), "team": "Noord", "A1": "needed", "A2": "unknown"}


def test_after_an_hour_a_receipt_shows_no_answers(clocked: tuple[str, Clock]) -> None:
    """Whoever sits at a shared desk next finds that they were received, no more."""
    link, clock = clocked
    data = answered(link)
    done = requests.post(link, data, timeout=30)
    assert "aanpakken is nodig" in done.text
    clock.shows += timedelta(minutes=61)
    late = requests.post(link, data, timeout=30).text
    assert "ontvangen" in late
    assert "aanpakken is nodig" not in late
    assert data["_key"] not in late


@pytest.mark.parametrize("minutes", [-30, -70, -60 * 24 * 400, 60 * 24 * 365 * 9])
def test_a_clock_that_is_wrong_shows_no_answers_again(tmp_path: Path, minutes: int) -> None:
    """Set back or ahead by whatever, while it serves or before it starts again."""
    checklist = load_checklist(small(tmp_path) / "checklist.yaml")
    clock = Clock(datetime(2026, 11, 30, 12).astimezone())
    url = f"sqlite:///{tmp_path / 'answers.db'}"
    with serve(checklist, url, Address(port=0), clock=clock) as form, form.in_background():
        data = answered(form.link)
        requests.post(form.link, data, timeout=30)
        clock.shows += timedelta(minutes=55)
        assert "aanpakken is nodig" in requests.post(form.link, data, timeout=30).text
        clock.shows += timedelta(minutes=10)
        requests.post(form.link, answered(form.link), timeout=30)
    with serve(checklist, url, Address(port=0), clock=clock) as form, form.in_background():
        assert "aanpakken is nodig" not in requests.post(form.link, data, timeout=30).text
        clock.shows += timedelta(minutes=minutes)
        assert "aanpakken is nodig" not in requests.post(form.link, data, timeout=30).text
    with serve(checklist, url, Address(port=0), clock=clock) as form, form.in_background():
        assert "aanpakken is nodig" not in requests.post(form.link, data, timeout=30).text


def test_a_clock_that_is_put_right_hides_nothing(tmp_path: Path) -> None:
    """By a few seconds back, or by years ahead."""
    checklist = load_checklist(small(tmp_path) / "checklist.yaml")
    clock = Clock(datetime(2026, 11, 30, 12).astimezone())
    url = f"sqlite:///{tmp_path / 'answers.db'}"
    with serve(checklist, url, Address(port=0), clock=clock) as form, form.in_background():
        clock.shows += timedelta(days=4000)
        receipt = requests.post(form.link, answered(form.link), timeout=30)
        assert "aanpakken is nodig" in receipt.text
        clock.shows -= timedelta(seconds=20)
        again = requests.post(form.link, receipt.request.body, headers=_FORM, timeout=30)
        assert "aanpakken is nodig" in again.text


@pytest.mark.parametrize("closes", ["9999-12-31", "9999-12-30", "2999-01-01"])
def test_a_last_day_that_never_comes(tmp_path: Path, closes: str) -> None:
    """Some write it when there is none."""
    text = SMALL + f"round: {{name: Altijd, closes: {closes}}}\n"
    with served(small(tmp_path, text)) as form:
        assert form.send(form.filled()).status_code == 200
        assert "9999" in closes or closes[:4] in requests.get(form.link, timeout=30).text


def test_a_last_day_long_ago(tmp_path: Path) -> None:
    """It is closed, with a page that says so."""
    with served(small(tmp_path), "--closes", "2000-01-01") as form:
        assert requests.get(form.link, timeout=30).status_code == 403


def test_what_is_not_sound_counts_as_well(fifty: tuple[str, str]) -> None:
    """It takes as much time; and what is sent after it stays on the page."""
    link, store = fifty
    with requests.Session() as office:
        data = answered(link)
        bad: list[tuple[dict[str, str], dict[str, str], int]] = [
            (data | {"A1": "banana"}, {}, 422),
            ({"_key": "x"}, {}, 422),
            (data | {"_version": "0" * 16}, {}, 409),
            (data, {"Sec-Fetch-Site": "cross-site"}, 403),
            ({}, {"Content-Type": "text/plain"}, 415),
        ]
        for number in range(50):
            body, headers, status = bad[number % len(bad)]
            done = office.post(link, body, headers=headers, timeout=60, allow_redirects=False)
            assert done.status_code == status
        done = office.post(link, data, timeout=60, allow_redirects=False)
        assert (done.status_code, kept(done.text)) == (429, answers_of(data))
        assert stored(store) == 0


@pytest.mark.parametrize(("language", "said"), [("nl", "20 keer verstuurd"), ("en", "20 times")])
def test_twenty_times_and_no_more(tmp_path: Path, language: str, said: str) -> None:
    """The receipt says so and shows what counts; the same once more changes nothing."""
    with served(small(tmp_path, f"language: {language}\n" + SMALL)) as form:
        data = form.filled()
        for turn in range(25):
            remark = data | {"remark:A": f"keer {turn}"}
            done = form.send(remark)
            assert done.status_code == 200
            page = done.text
            assert (said in page) == (turn >= 19)
            assert (f"change#{data['_key']}" in page) == (turn < 19)
            assert f"keer {min(turn, 19)}<" in page
        assert len(form.stored()) == 20
        change = form.change(data["_key"])
        assert (change.status_code, said in change.text, kept(change.text)) == (403, True, {})
        again = form.send(data | {"remark:A": "keer 19"})
        assert again.text == done.text


def test_who_has_the_page_open_at_midnight_may_still_send(clocked: tuple[str, Clock]) -> None:
    """For an hour; nobody else gets in, and after that it is too late."""
    link, clock = clocked
    clock.shows += timedelta(minutes=89)
    in_time, late = answered(link), answered(link)
    clock.shows += timedelta(minutes=2)
    assert requests.get(link, timeout=30).status_code == 403
    assert "30 november 2026" in requests.get(link, timeout=30).text
    assert requests.post(link, in_time, timeout=30).status_code == 200
    clock.shows += timedelta(minutes=60)
    done = requests.post(link, late, timeout=30)
    assert (done.status_code, kept(done.text)) == (403, answers_of(late))
