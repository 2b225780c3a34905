"""Several form servers, watched over and ended one by one: nobody who sends notices."""

import http.client
import os
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import Self
from urllib.parse import urlencode, urlsplit

import psutil
import pytest
import requests
from conftest import missing
from postgres_server import Cluster, free_port
from served import SMALL, Served, answers_of, hidden, kept, served, small

from forms.store.open import init_store, read_store


def _get(port: int, path: str) -> requests.Response:
    # By an address, as probes do.
    return requests.get(f"http://127.0.0.1:{port}{path}", timeout=30)


def test_machines_may_ask_how_it_is(tmp_path: Path) -> None:
    """It runs, it can keep answers or not, and figures that say nothing of anybody."""
    health = free_port()
    link = ("--public-url", "https://vragen.example.nl/")
    with served(small(tmp_path), *link, "--health", f"127.0.0.1:{health}") as form:
        here = urlsplit(form.link).hostname
        assert here == "vragen.example.nl"
        assert (_get(health, "/healthz").status_code, _get(health, "/readyz").text) == (
            200,
            "ready\n",
        )
        assert _get(health, "/").status_code == 404
        (tmp_path / "answers.db").unlink()
        assert _get(health, "/readyz").status_code == 503
        assert _get(health, "/healthz").status_code == 200


def test_machines_may_ask_over_ipv6(tmp_path: Path) -> None:
    """At an address as it is written before a port."""
    if not socket.has_ipv6 or not Path("/proc/net/if_inet6").exists():
        pytest.skip("this machine has no IPv6")
    health = free_port()
    with served(small(tmp_path), "--health", f"[::1]:{health}"):
        assert requests.get(f"http://[::1]:{health}/healthz", timeout=30).text == "ok\n"


def _raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 30) as line:
        line.sendall(request)
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    return answer


def test_machines_ask_in_their_own_ways(tmp_path: Path) -> None:
    """HAProxy by OPTIONS or HEAD, some with a query; who leaves at once is in no journal."""
    health = free_port()
    with served(small(tmp_path), "--health", f"127.0.0.1:{health}") as form:
        for path in (b"/healthz", b"/readyz", b"/readyz?from=haproxy"):
            for method, body in ((b"GET", True), (b"OPTIONS", True), (b"HEAD", False)):
                answer = _raw(health, method + b" " + path + b" HTTP/1.0\r\n\r\n")
                assert b" 200 " in answer.splitlines()[0], (method, path)
                assert (not answer.endswith(b"\r\n\r\n")) == body
        for _ in range(20):
            with socket.create_connection(("127.0.0.1", health), 30) as line:
                # So that it is cut off, and not just ended.
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                line.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
        assert _get(health, "/readyz").status_code == 200
        said = form.end()[2]
        assert "Traceback" not in said
        assert "('127.0.0.1'" not in said


def test_who_asks_nothing_makes_room(tmp_path: Path) -> None:
    """Each of 300 had a thread, for ten seconds; whoever asks still has an answer."""
    health = free_port()
    with (
        served(small(tmp_path), "--health", f"127.0.0.1:{health}") as form,
        ExitStack() as held,
    ):
        process = psutil.Process(form.process.pid)
        before = process.num_threads()
        for _ in range(300):
            held.enter_context(socket.create_connection(("127.0.0.1", health), 30))
        assert _get(health, "/readyz").status_code == 200
        assert process.num_threads() < before + 100


def test_figures_are_counts_and_times(tmp_path: Path) -> None:
    """Nothing of who sent what, from where, and by which path."""
    health = free_port()
    with served(small(tmp_path), "--health", f"127.0.0.1:{health}") as form:
        data = form.filled(team="Noord")
        form.send(data)
        form.send(data | {"A1": "banana"})
        requests.get(f"{form.link}change/{data['_key']}", timeout=30, allow_redirects=False)
        said = _get(health, "/metrics").text
    assert 'vinkje_http_responses_total{status="200"} 2.0' in said
    assert 'vinkje_http_responses_total{status="422"} 1.0' in said
    assert "vinkje_submissions_total 1.0" in said
    assert "vinkje_http_response_seconds_count 4.0" in said
    assert "process_resident_memory_bytes" in said
    for secret in (data["_key"], "Noord", "127.0.0.1", "/send", "/change"):
        assert secret not in said


@pytest.mark.parametrize("address", ["8081", "127.0.0.1", "127.0.0.1:x", "192.0.2.1:8081"])
def test_where_machines_cannot_ask_is_explained(tmp_path: Path, address: str) -> None:
    """Before anything is served."""
    with pytest.raises(AssertionError) as failed, served(small(tmp_path), "--health", address):
        pass
    assert "--health" in str(failed.value)


def test_a_request_to_end_is_told_before_it_is_done(tmp_path: Path) -> None:
    """First it is not ready and goes on; whoever is sending then still gets a receipt."""
    health = free_port()
    options = ("--health", f"127.0.0.1:{health}", "--drain", "1")
    with served(small(tmp_path), *options) as form:
        data = form.filled()
        body = urlencode(data).encode()
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", urlsplit(form.link).port or 0), 30) as slow:
            head = (
                "POST /send HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: "
                f"application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            slow.sendall(head.encode() + body[:20])
            form.process.send_signal(signal.SIGTERM)
            while _get(health, "/readyz").status_code == 200:
                assert time.monotonic() - began < 30
            with requests.Session() as keeping:
                page = keeping.get(form.link, timeout=30)
                assert (page.status_code, page.headers["Connection"]) == (200, "close")
            time.sleep(2)
            assert form.process.poll() is None
            with pytest.raises(requests.ConnectionError):
                requests.get(form.link, timeout=30)
            slow.sendall(body[20:])
            answer = b""
            while piece := slow.recv(65536):
                answer += piece
        assert answer.startswith(b"HTTP/1.1 200 ")
        out, _ = form.process.communicate(timeout=30)
        assert (form.process.returncode, "Ended" in out) == (0, True)
        assert [s.key for s in form.stored()] == [data["_key"]]


def test_a_second_request_to_end_is_not_kept_waiting(tmp_path: Path) -> None:
    """Nor is Ctrl-C."""
    for again in (signal.SIGTERM, signal.SIGINT):
        with served(small(tmp_path), "--drain", "600") as form:
            form.blank()
            form.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            assert form.process.poll() is None
            assert form.end(again)[0] == 0


@pytest.fixture
def database(database_server: Cluster) -> str:
    """Return the address of a store on PostgreSQL, ready for a form."""
    url = database_server.new_database()
    init_store(url)
    return url


def test_two_versions_side_by_side(tmp_path: Path, database: str) -> None:
    """Each takes answers to either, unless a question that was answered reads otherwise here."""
    (tmp_path / "new").mkdir()
    with served(small(tmp_path), "--store", database) as old:
        small(tmp_path / "new", SMALL.replace("Een.", "Iets heel anders."))
        with served(tmp_path / "new", "--store", database) as new:
            for one, other in ((old, new), (new, old)):
                data = one.filled(A1="needed")
                assert one.send(data).status_code == 200
                moved = one.filled(A1="needed")
                done = other.send(moved)
                assert (done.status_code, kept(done.text)) == (409, answers_of(moved))
                assert '<a href="#A1">' in done.text
                assert '<a href="#A2">' not in done.text
                again = {**hidden(done.text), **answers_of(moved)}
                assert other.send(again).status_code == 200
            versions = [s.version for s in old.stored()]
    assert len(versions) == 4
    assert len(set(versions)) == 2


@contextmanager
def _nginx(folder: Path, ports: list[int]) -> Iterator[int]:
    """Let nginx stand before servers; it asks the other where one does not answer."""
    where = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    program = shutil.which("nginx", path=where) or missing("nginx is not installed")
    port = free_port()
    # With max_fails nginx would leave a server out for a while after it was started again.
    servers = "".join(f"server 127.0.0.1:{each} max_fails=0;" for each in ports)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user} daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log; "
        f"worker_processes 1; events {{ worker_connections 512; }} http {{ access_log off; "
        f"client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; "
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s; "
        f"upstream forms {{ {servers} }} "
        f"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://forms; "
        "proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr; "
        # A form that is sent twice is kept once, by its key.
        "proxy_next_upstream error timeout http_503 non_idempotent; "
        "proxy_connect_timeout 2s; } } }",
        encoding="utf-8",
    )
    with subprocess.Popen([program, "-p", str(folder), "-c", "nginx.conf"]) as process:
        try:
            late = time.monotonic() + 30
            while time.monotonic() < late:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield port
        finally:
            process.terminate()


class _Load:
    """People who send all the time, each a form of their own, and what became of each."""

    def __init__(self, port: int, data: dict[str, str]) -> None:
        self._port, self._data, self._numbers = port, data, count(1)
        self._ended = threading.Event()
        self.sent: dict[str, int] = {}
        self._threads = [threading.Thread(target=self._send) for _ in range(16)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _send(self) -> None:
        while not self._ended.is_set():
            key = f"{next(self._numbers):032x}"
            line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            try:
                line.request("POST", "/send", urlencode(self._data | {"_key": key}), headers)
                self.sent[key] = line.getresponse().status
            except (OSError, http.client.HTTPException):
                self.sent[key] = 0
            line.close()


def test_a_rolling_restart_fails_nobody(tmp_path: Path, database: str) -> None:
    """Two servers behind nginx, each ended and started again under load: 0 failed, 0 doubled.

    Nor does one that is lost without a word, since nginx sends to the other what it had there.
    """
    ports = [free_port(), free_port()]
    # As in the docs: the proxy is on this machine, so it is believed.
    common = ("--store", database, "--public-url", "http://127.0.0.1/", "--drain", "0.3")
    small(tmp_path)
    with ExitStack() as stack:

        def start(port: int) -> Served:
            return stack.enter_context(served(tmp_path, *common, "--port", port))

        servers = [start(port) for port in ports]
        proxy = stack.enter_context(_nginx(tmp_path, ports))
        page = requests.get(f"http://127.0.0.1:{proxy}/", timeout=30).text
        data = {**hidden(page), "team": "Noord", "A1": "needed", "A2": "unknown"}
        with _Load(proxy, data) as load:
            for server, port in zip(servers, ports, strict=True):
                time.sleep(0.5)
                assert server.end(signal.SIGTERM)[0] == 0
                before = len(load.sent)
                restarted = start(port)
                assert len(load.sent) > before
                time.sleep(0.5)
            restarted.process.kill()
            time.sleep(1)
        # As nginx does where only the receipt was lost, which a kill does to some or to none.
        again = data | {"_key": min(load.sent)}
        sent = requests.post(f"http://127.0.0.1:{proxy}/send", again, timeout=30)
        assert sent.status_code == 200
        with read_store(database) as store:
            stored = [s.key for s in store.submissions()]
    assert set(load.sent.values()) == {200}
    assert len(load.sent) > 50
    assert sorted(stored) == sorted(load.sent)
