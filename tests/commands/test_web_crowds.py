"""Nobody shuts the form for others, by connections that wait or by whatever they send."""

import http.client
import json
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
import requests
from served import Served, answers_of, hidden, kept, served, small

from forms.checklist.model import load_checklist
from forms.publish.web.address import Address
from forms.publish.web.rate_limit import RateLimit
from forms.publish.web.server import serve

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def form(tmp_path: Path) -> Iterator[Served]:
    """Return a form with the shipped checklist."""
    with served(tmp_path) as found:
        yield found


def _port(form: Served) -> int:
    return int(form.link.rpartition(":")[2].strip("/"))


def _others_wait(form: Served, turns: int = 3) -> float:
    """Return the seconds that somebody else waits, to see the form and to send it, mostly."""
    data = form.filled()
    body, headers = urlencode(data), {"Content-Type": FORM}
    waited = []
    for number in range(turns):
        for method, path in (("GET", "/"), ("POST", "/send")):
            start = time.monotonic()
            # All of 127.0.0.0/8 is this machine, so here is another sender.
            line = http.client.HTTPConnection(
                "127.0.0.1", _port(form), timeout=30, source_address=("127.0.0.2", 0)
            )
            sent = body.replace(data["_key"], f"{number:032x}") if method == "POST" else None
            line.request(method, path, sent, headers)
            assert line.getresponse().status == 200
            line.close()
            waited.append(time.monotonic() - start)
    return statistics.median(waited)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"POST /send HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        b"POST /send HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\nx",
    ],
    ids=["nothing", "half a head", "half a form"],
)
def test_connections_that_wait_make_room(form: Served, said: bytes) -> None:
    """1,100 of one sender: nobody was served for 130 s; whoever opens most loses the quietest."""
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < 2_000:
        pytest.skip("this machine lets a process have too few files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(files, 2_000), most))
    early = requests.Session()
    early.get(form.link, timeout=30)
    with ExitStack() as held:
        for _ in range(1_100):
            line = held.enter_context(socket.create_connection(("127.0.0.1", _port(form)), 30))
            line.sendall(said)
        assert _others_wait(form) < 5
    assert form.send(form.filled()).status_code == 200


@pytest.mark.parametrize("length", [190_000, 180_000], ids=["half a form", "whole forms"])
def test_memory_has_a_bound(form: Served, length: int) -> None:
    """700 forms of 180 KB took 145 MB; whoever has most under way loses the largest."""
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < 2_000:
        pytest.skip("this machine lets a process have too few files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(files, 2_000), most))
    process = psutil.Process(form.process.pid)
    form.send(form.filled())
    before = process.memory_info().rss
    head = f"POST /send HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {length}\r\n"
    said = f"{head}Content-Type: {FORM}\r\n\r\n".encode() + b"a" * 180_000
    peak = 0
    with ExitStack() as held:
        honest = held.enter_context(
            socket.create_connection(("127.0.0.1", _port(form)), 30, ("127.0.0.2", 0))
        )
        body = urlencode(form.filled()).encode()
        begun = f"{head.replace(str(length), str(len(body)))}Content-Type: {FORM}\r\n\r\n"
        honest.sendall(begun.encode() + body[:50])
        for _ in range(700):
            line = held.enter_context(socket.create_connection(("127.0.0.1", _port(form)), 30))
            with suppress(OSError):
                line.sendall(said)
            peak = max(peak, process.memory_info().rss)
        # The system takes what is sent before the form does.
        until = time.monotonic() + 1
        while time.monotonic() < until:
            time.sleep(0.05)
            if (now := process.memory_info().rss) > peak:
                peak, until = now, time.monotonic() + 1
        honest.sendall(body[50:])
        assert honest.recv(100).startswith(b"HTTP/1.1 200 ")
    assert peak - before < 100 * 1024 * 1024
    assert "Traceback" not in form.end()[2]


# A process of its own, or who waits here would wait for its threads too.
FLOOD = """
import http.client, json, sys, threading, time
port, senders = int(sys.argv[1]), int(sys.argv[2])
body = open(sys.argv[3], "rb").read()
kind = {"Content-Type": "application/x-www-form-urlencoded"}
answered, ended = [], threading.Event()
def send():
    while not ended.is_set():
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        start, status = time.monotonic(), 0
        try:
            line.request("POST", "/send", body, kind)
            status = line.getresponse().status
        except OSError:
            pass  # What is refused unread is cut off while it is sent.
        answered.append((status, time.monotonic() - start))
        line.close()
threads = [threading.Thread(target=send) for _ in range(senders)]
for thread in threads:
    thread.start()
print(flush=True)
sys.stdin.read()
ended.set()
for thread in threads:
    thread.join()
print(json.dumps(answered))
"""


@contextmanager
def _flood(form: Served, body: bytes, senders: int) -> Iterator[list[tuple[int, float]]]:
    """Let one address send something over and over, many at once; then each status and wait."""
    path = form.folder / "body"
    path.write_bytes(body)
    command = [sys.executable, "-c", FLOOD, str(_port(form)), str(senders), str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            process.stdout.readline()
            time.sleep(0.5)
            answered: list[tuple[int, float]] = []
            yield answered
            answered += json.loads(process.communicate(timeout=90)[0])
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("body", "senders", "statuses"),
    [
        (b"&".join(b"f%d=1" % number for number in range(20_000)), 32, {413}),
        (b"remark:S=" + b"%41" * 60_000, 32, {422, 429}),
        (b"remark:S=" + b"x" * 500_000, 32, {413, 0}),
        (b"S1=x", 64, {422, 429}),
    ],
    ids=["many fields", "a long text", "too large", "unsound"],
)
def test_others_are_served_while_one_floods(
    form: Served, body: bytes, senders: int, statuses: set[int]
) -> None:
    """Whatever one sends, others' turn comes: half of them within a second, however busy it is."""
    with _flood(form, body, senders) as answered:
        assert _others_wait(form) < 1
    assert answered
    assert {status for status, _ in answered} <= statuses


def test_who_sends_much_waits_for_themself(form: Served) -> None:
    """Not for their turn behind all of it: others wait less than half as long."""
    with _flood(form, b"S1=x", 200) as answered:
        waited = _others_wait(form, 10)
    assert waited < statistics.median(seconds for _, seconds in answered) / 2


@pytest.fixture
def behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return a form behind a web server on this machine, that takes fifty a minute from each."""
    monkeypatch.setattr(RateLimit.__init__, "__defaults__", (50, time.monotonic))
    checklist = load_checklist(small(tmp_path) / "checklist.yaml")
    url = f"sqlite:///{tmp_path / 'answers.db'}"
    public = Address(port=0, public="https://vragen.example.nl/wonen/")
    with serve(checklist, url, public) as form, form.in_background():
        assert form.warnings == []
        yield f"http://127.0.0.1:{form.port}/"


def test_one_sender_behind_a_web_server_leaves_others_their_own(behind: str) -> None:
    """Each is counted by the address that the web server names, whatever they add before it."""
    with requests.Session() as web_server:
        page = web_server.get(behind, timeout=30)
        data = {**hidden(page.text), "team": "Noord", "A1": "needed", "A2": "unknown"}

        def sent(name: str, address: str | None) -> requests.Response:
            headers = {"X-Forwarded-For": address} if address else {}
            body = data | {"_key": f"{abs(hash(name)):032x}"}
            return web_server.post(behind, body, headers=headers, timeout=30)

        for number in range(50):
            assert sent(f"a{number}", f"1.2.3.{number}, 198.51.100.7").status_code == 200
        late = sent("late", "9.9.9.9, 198.51.100.7")
        assert (late.status_code, kept(late.text)) == (429, answers_of(data))
        assert sent("other", "198.51.100.8").status_code == 200
        # A web server that names nobody: then no one's flood is everybody's.
        assert {sent(f"n{number}", None).status_code for number in range(60)} == {200}


def test_nobody_else_is_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reaches the form without a web server may name whom they like."""
    monkeypatch.setattr(RateLimit.__init__, "__defaults__", (50, time.monotonic))
    checklist = load_checklist(small(tmp_path) / "checklist.yaml")
    url = f"sqlite:///{tmp_path / 'answers.db'}"
    with serve(checklist, url, Address(port=0)) as form, form.in_background():
        statuses = [
            requests.post(
                form.link, {"S1": "x"}, headers={"X-Forwarded-For": f"1.2.3.{n}"}, timeout=30
            ).status_code
            for n in range(51)
        ]
    assert statuses == [422] * 50 + [429]


def test_where_senders_cannot_be_told_apart_it_is_said(tmp_path: Path) -> None:
    """Behind a web server elsewhere, until it is named."""
    link = ("--public-url", "https://vragen.example.nl/", "--host", "0.0.0.0")  # noqa: S104
    with served(small(tmp_path), *link) as form:
        assert "Warning: the form does not know who sends" in form.end()[2]
    with served(tmp_path, *link, "--trusted-proxy", "10.0.0.7") as form:
        assert "who sends" not in form.end()[2]
