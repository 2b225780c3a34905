"""What docs/deploy ships, run for real: services, web servers, copies; nothing tells who sent."""

import json
import os
import random
import re
import shlex
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from conftest import ROOT, Run, tool
from deploy_files import DEPLOY, UNITS, settings_in, started_by
from mail_server import Certificates
from served import hidden, served, small


def port() -> int:
    """Return a port that is free, and with a 1 before it, where its health is.

    The system gives its own connections none of these, so nobody takes it before it is used.
    """
    for number in random.sample(range(2_000, 10_000), 1_000):
        with socket.socket() as one, socket.socket() as other, suppress(OSError):
            one.bind(("127.0.0.1", number))
            other.bind(("127.0.0.1", 10_000 + number))
            return number
    pytest.fail("no port is free")


def settings(folder: Path, link: str) -> dict[str, str]:
    """Return what form.env tells a service, its paths brought to a folder."""
    text = (DEPLOY / "form.env").read_text("utf-8").replace("https://questions.example.org/", link)
    return settings_in(at_home(text, folder))


def at_home(text: str, folder: Path) -> str:
    """Return a text with the places of a server brought to a folder."""
    places = ("/var/lib/vinkje", "/var/backups/vinkje", "/srv/vinkje", "/etc/vinkje")
    for place in places:
        text = text.replace(place, str(folder))
    return text


def exec_start(unit: str, folder: Path, number: int = 0, link: str = "") -> list[str]:
    """Return the arguments with which a unit starts vinkje."""
    text = at_home((DEPLOY / unit).read_text("utf-8"), folder)
    return started_by(text, settings(folder, link), number)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_service_is_one_that_systemd_takes_and_may_do_little(unit: Path, tmp_path: Path) -> None:
    """Every line is known, and the exposure is 3.0 or less."""
    program = tool("systemd-analyze")
    copy = tmp_path / unit.name.replace("@", "@8080")
    text = unit.read_text("utf-8").replace("/opt/vinkje/bin/vinkje", tool("true"))
    copy.write_text(text, encoding="utf-8")
    if (timer := unit.with_suffix(".timer")).exists():
        shutil.copy(timer, tmp_path)
    checked = [str(path) for path in tmp_path.iterdir()]
    done = subprocess.run(
        [program, "verify", *checked], capture_output=True, text=True, check=False
    )
    ours = [line for line in done.stderr.splitlines() if "vinkje" in line]
    assert (done.returncode, ours) == (0, [])
    security = [program, "security", "--offline=true", "--threshold=30", "--json=short", str(copy)]
    done = subprocess.run(security, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert len(json.loads(done.stdout)) > 50


def test_copies_and_the_archive_are_made_while_the_form_is_open(
    tmp_path: Path, vinkje: Run
) -> None:
    """As their services make them; the drill of the pages then counts as many."""
    small(tmp_path)
    told = settings(tmp_path, "https://localhost/")
    del told["VINKJE_FORM_WEB_PUBLIC_URL"]
    with served(tmp_path, **told) as form:
        for _ in range(7):
            form.send(form.filled())
        for unit in ("vinkje-backup.service", "vinkje-pull.service"):
            done = vinkje(*exec_start(unit, tmp_path))
            assert done.returncode == 0, done.stderr
        assert len(list(tmp_path.glob("answers-20??-??-??-????.db"))) == 1
        assert len((tmp_path / "archive.csv").read_text("utf-8").splitlines()) == 1 + 7
        page = (ROOT / "docs/en/administration/backup.md").read_text("utf-8")
        drill = at_home(page.partition("## A drill")[2].partition("## From")[0], tmp_path)
        lines = re.findall(r"^sudo -u vinkje \S+/vinkje (.*)$", drill, re.MULTILINE)
        said = [vinkje(*shlex.split(line)) for line in lines]
        assert [each.returncode for each in said] == [0] * 4
        assert said[2].stdout.replace("answers.db", "") == said[3].stdout.replace("drill.db", "")
        assert "7" in said[3].stdout


# A form as the service starts it, and a web server with our settings before it.


@dataclass
class Front:
    """A web server before a form: the link that people open, and what it wrote down."""

    folder: Path
    http: int = field(default_factory=port)
    https: int = field(default_factory=port)

    @property
    def link(self) -> str:
        """Return the link that people open."""
        return f"https://localhost:{self.https}/"

    def ask(
        self, method: str, path: str = "", session: requests.Session | None = None, **more: Any
    ) -> requests.Response:
        """Ask for a page as a browser does; what it leads to is not followed."""
        ca = str(self.folder / "ca.pem")
        request = session.request if session else requests.request
        return request(
            method, self.link + path, verify=ca, timeout=60, allow_redirects=False, **more
        )

    def told(self) -> str:
        """Return all that it wrote, wherever."""
        texts = (path.read_text("utf-8", "replace") for path in self.folder.rglob("*.log"))
        return "".join(texts)


@pytest.fixture
def front(tmp_path: Path, certs: Certificates) -> Front:
    """Return a front with a certificate of an authority of our own, not started yet."""
    folder = tmp_path / "front"
    folder.mkdir()
    issued = certs.authority.issue_cert("localhost")
    issued.private_key_pem.write_to_path(str(folder / "key.pem"))
    issued.cert_chain_pems[0].write_to_path(str(folder / "cert.pem"))
    certs.authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    return Front(folder)


@contextmanager
def nginx(front: Front, *forms: int) -> Iterator[None]:
    """Run nginx with what we ship, before form servers on these ports."""
    site = (DEPLOY / "nginx.conf").read_text("utf-8").replace("questions.example.org", "localhost")
    site = re.sub(r"\n +listen \[::\].*", "", site)
    site = site.replace("listen 80;", f"listen 127.0.0.1:{front.http};")
    site = site.replace("listen 443 ", f"listen 127.0.0.1:{front.https} ")
    for place in ("/etc/ssl/vinkje", "/var/log/nginx"):
        site = site.replace(place, str(front.folder))
    upstream = (DEPLOY / "nginx-upstream.conf").read_text("utf-8")
    servers = " ".join(f"server 127.0.0.1:{port} max_fails=0;" for port in forms)
    upstream = upstream.replace("server 127.0.0.1:8080 max_fails=0;", servers)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {front.folder}/{kind};" for kind in kinds)
    whole = (
        f"{'user root;' if os.geteuid() == 0 else ''} daemon off; worker_processes 1;"
        f"pid {front.folder}/pid; error_log {front.folder}/main.log;"
        f"events {{}} http {{ {temporary} {upstream} {site} }}"
    )
    (front.folder / "whole.conf").write_text(whole, encoding="utf-8")
    command = [tool("nginx"), "-e", str(front.folder / "main.log"), "-c"]
    command += [str(front.folder / "whole.conf")]
    done = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with running(command, front):
        yield


@contextmanager
def caddy(front: Front, form: int) -> Iterator[None]:
    """Run Caddy with what we ship, before a form server on a port."""
    site = (DEPLOY / "Caddyfile").read_text("utf-8")
    keys = f"tls {front.folder}/cert.pem {front.folder}/key.pem"
    site = site.replace("questions.example.org {", f"localhost:{front.https} {{\n\t{keys}")
    site = site.replace(
        "{\n\t# Without", f"{{\n\tadmin off\n\thttp_port {front.http}\n\t# Without", 1
    )
    site = site.replace("reverse_proxy 127.0.0.1:8080", f"reverse_proxy 127.0.0.1:{form}")
    (front.folder / "Caddyfile").write_text(site, encoding="utf-8")
    options = ["--config", str(front.folder / "Caddyfile"), "--adapter", "caddyfile"]
    with running([tool("caddy"), "run", *options], front):
        yield


@contextmanager
def haproxy(front: Front, *forms: int) -> Iterator[None]:
    """Run HAProxy with what we ship, before two form servers; each says there if it is ready."""
    text = (DEPLOY / "haproxy.cfg").read_text("utf-8")
    text = re.sub(r"^ +(user|group) .*\n", "", text, flags=re.MULTILINE)
    both = "".join((front.folder / name).read_text("utf-8") for name in ("cert.pem", "key.pem"))
    (front.folder / "both.pem").write_text(both, encoding="utf-8")
    text = text.replace("/etc/ssl/vinkje", str(front.folder))
    text = text.replace("bind :80", f"bind 127.0.0.1:{front.http}")
    text = text.replace("bind :443", f"bind 127.0.0.1:{front.https}")
    for shipped, form in zip((8080, 8081), forms, strict=True):
        text = text.replace(f"127.0.0.1:{shipped}", f"127.0.0.1:{form}")
        text = text.replace(f"port 1{shipped}", f"port {form}")
    (front.folder / "haproxy.cfg").write_text(text.replace("inter 2s", "inter 50ms"), "utf-8")
    command = [tool("haproxy"), "-db", "-f", str(front.folder / "haproxy.cfg")]
    done = subprocess.run([*command, "-c"], capture_output=True, text=True, check=False)
    assert (done.returncode, "WARNING" in done.stderr) == (0, False), done.stderr
    with running(command, front):
        yield


@contextmanager
def running(command: list[str], front: Front) -> Iterator[None]:
    """Run a web server until this is left, with all that it says in a log."""
    home = {"HOME": str(front.folder), "XDG_DATA_HOME": str(front.folder)}
    with (
        (front.folder / "said.log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | home) as process,
    ):
        try:
            for _ in range(200):
                with suppress(OSError), socket.create_connection(("127.0.0.1", front.https), 1):
                    break
                assert process.poll() is None, front.told()
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def send_broken_tls(number: int) -> None:
    """Begin as a browser does, with what is too short to be one; the other side ends it."""
    with socket.create_connection(("127.0.0.1", number), 10) as connection, suppress(OSError):
        connection.sendall(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x03")
        while connection.recv(100):
            pass


FRONTS: dict[str, Callable[[Front, int], AbstractContextManager[None]]] = {
    "nginx": nginx,
    "caddy": caddy,
}


@pytest.mark.parametrize("kind", FRONTS)
def test_https_before_a_form_that_writes_down_nobody(
    tmp_path: Path, front: Front, kind: str
) -> None:
    """Asked, sent, too large, broken, and with the form away: no log says who or which page."""
    small(tmp_path)
    arguments = exec_start("vinkje-form@.service", tmp_path, port())
    env = settings(tmp_path, front.link)
    with served(tmp_path, *arguments[2:], **env) as form, FRONTS[kind](front, int(arguments[3])):
        assert form.link == front.link
        page = front.ask("GET")
        assert (page.status_code, "max-age" in page.headers["Strict-Transport-Security"]) == (
            200,
            True,
        )
        data = hidden(page.text) | {"team": "Noord", "A1": "needed", "A2": "unknown"}
        sent = front.ask("POST", "send", data=data, headers={"Origin": front.link.rstrip("/")})
        assert sent.status_code == 200, sent.text
        assert [each.answers["A1"] for each in form.stored()] == ["needed"]
        large = front.ask("POST", "send", data={"A1": "x" * 1_100_000})
        assert large.status_code == 413
        assert "answers are still there" in large.text or kind == "caddy"
        plain = f"http://localhost:{front.http}/"
        moved = requests.get(plain, timeout=60, allow_redirects=False)
        assert moved.headers["Location"].startswith("https://localhost")
        send_broken_tls(front.https)
        assert form.end()[0] == 0
        away = front.ask("POST", "send", data=data)
        assert (away.status_code, "answers are still there" in away.text) == (503, True)
    told = front.told()
    assert not re.search(r"client: |remote_(ip|addr)|error from|POST|/send", told), told


class _Form(BaseHTTPRequestHandler):
    """A form server that says what its server tells it to, and keeps what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        server.asked.append((self.headers["X-Forwarded-For"], len(body)))
        self.send_response(server.status)
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"kept")

    do_GET = do_POST  # noqa: N815 - as its base class names it

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


class _FormServer(ThreadingHTTPServer):
    """One that lets as many wait as a form server does; its base class lets five."""

    request_queue_size = 1_024


@contextmanager
def form_servers(*statuses: int) -> Iterator[list[Any]]:
    """Serve stand-ins for form servers, for what is about the web server before them."""
    servers: list[Any] = [_FormServer(("127.0.0.1", 0), _Form) for _ in statuses]
    for server, status in zip(servers, statuses, strict=True):
        server.status, server.asked = status, []
        Thread(target=server.serve_forever, daemon=True).start()
    yield servers
    for server in servers:
        server.shutdown()
        server.server_close()


def test_what_one_form_server_cannot_keep_goes_to_another(front: Front) -> None:
    """Whole; and when none can, people get the form's own page. Nobody chooses their address."""
    forged = {"X-Forwarded-For": "6.6.6.6"}
    large = "x" * 900_000
    with form_servers(503, 200) as forms, nginx(front, *(f.server_address[1] for f in forms)):
        done = [front.ask("POST", "send", data=large, headers=forged) for _ in range(4)]
        assert [each.status_code for each in done] == [200] * 4
        assert forms[1].asked == [("127.0.0.1", 900_000)] * 4
        assert forms[0].asked
        forms[1].status = 503
        done = [front.ask("POST", "send", data=large) for _ in range(4)]
        assert {(each.status_code, each.text) for each in done} == {(503, "kept")}
    temporary = [path for path in front.folder.rglob("*") if path.is_file()]
    assert not [path for path in temporary if path.parent != front.folder]
    assert "client: " not in front.told()


def test_behind_haproxy_people_get_the_forms_own_page_while_none_is_ready(front: Front) -> None:
    """Which keeps their answers; one that is ready gets all. Nobody chooses their address."""
    forged = {"X-Forwarded-For": "6.6.6.6"}
    with form_servers(503, 200) as forms, haproxy(front, *(f.server_address[1] for f in forms)):
        _until(lambda: all(front.ask("GET").status_code == 200 for _ in range(4)))
        tried = len([each for each in forms[0].asked if each[1]])
        for _ in range(4):
            assert front.ask("POST", "send", data="x" * 90_000, headers=forged).status_code == 200
        assert forms[1].asked.count(("127.0.0.1", 90_000)) == 4
        assert len([each for each in forms[0].asked if each[1]]) == tried
        forms[1].status = 503
        for _ in range(8):
            away = front.ask("POST", "send", data="x" * 900_000)
            assert (away.status_code, away.text) == (503, "kept")
            time.sleep(0.05)
        assert "max-age" in away.headers["Strict-Transport-Security"]
        moved = requests.get(f"http://localhost:{front.http}/", timeout=60, allow_redirects=False)
        assert moved.headers["Location"].startswith("https://localhost")
        for each in forms:
            each.shutdown()
            each.server_close()
        away = front.ask("POST", "send", data="x")
        assert (away.status_code, "answers are still there" in away.text) == (503, True)
    assert not re.search(r"127\.0\.0\.1:\d+ \[|POST|/send", front.told()), front.told()


def _until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    until = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_one_sender_is_held_back_and_who_looks_is_not(front: Front) -> None:
    """An office of 400 may send at once; a flood gets 429."""
    with form_servers(200) as forms, nginx(front, forms[0].server_address[1]):
        # Over connections that stay: 560 new ones may take the 8 s in which nginx lets 560 through.
        with ThreadPoolExecutor(8) as people, requests.Session() as one:
            sent = list(people.map(lambda _: front.ask("POST", "send", one, data="x"), range(560)))
        statuses = Counter(each.status_code for each in sent)
        held = {each.text for each in sent if each.status_code == 429}
        assert all("answers are still there" in text for text in held)
        assert set(statuses) == {200, 429}
        assert statuses[200] >= 400
        assert front.ask("GET", data="x").status_code == 200
    assert "client: " not in front.told()
