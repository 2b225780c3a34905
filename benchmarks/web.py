"""The web form, beside servers and stores that do less: a part of `make bench`.

nginx serves the same bytes, waitress a bare application, and a store commits once a request.
All run in turns. Everything is on 127.0.0.1, with wrk as the load.
"""

import logging
import os
import re
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

from process import needed, python
from ratios import Ratio, conclude, in_turns

SECONDS = 4
CONNECTIONS = 50
PEOPLE_A_SECOND = 2_000 / 60

POST_LUA = """
local body = "%s"
local threads = 0
function setup(thread)
  thread:set("place", threads)
  threads = threads + 1
end
-- Each thread has keys of its own: else half of what it sends is there already.
function init()
  number = %d + place * 10000000
end
request = function()
  number = number + 1
  return wrk.format("POST", "/send",
    {["Content-Type"] = "application/x-www-form-urlencoded", ["Host"] = "127.0.0.1",
     ["Connection"] = "close"},
    string.format("_key=%%032x&", number) .. body)
end
"""
SLOW_DISK_C = """
#include <sys/syscall.h>
#include <unistd.h>
int fdatasync(int fd) { usleep(5000); return syscall(SYS_fdatasync, fd); }
int fsync(int fd) { usleep(5000); return syscall(SYS_fsync, fd); }
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ratios = _serving(folder) if needed("wrk", shutil.which("wrk")) else []
        ratios += _storing(folder, "", "")
        if library := slow_disk(folder):
            ratios += _storing(folder, ", 5 ms a sync", library)
    conclude(ratios)


def _serving(folder: Path) -> list[Ratio]:
    with ours(folder, "form") as (link, pid), ours(folder, "bare") as (bare, _):
        with urlopen(link) as page:  # noqa: S310 - our own, on loopback
            content = page.read()
        body = form_body(content.decode())
        print(f"Page of {len(content):,} bytes, {CONNECTIONS} connections", flush=True)
        with _nginx(folder, content) as beside:

            def turn(number: int, _is_wanted: object) -> dict[str, float]:
                script = POST_LUA % (body, (number + 1) * 10**8)
                get, other = wrk(link), wrk(beside) if beside else 0
                post, plain = wrk(f"{link}send", script), wrk(f"{bare}send", script)
                print(f"  GET: ours {get:.0f}/s, nginx {other:.0f}/s", flush=True)
                print(f"  POST: ours {post:.0f}/s, bare {plain:.0f}/s", flush=True)
                return {
                    **({"GET / nginx with the same bytes": get / other} if other else {}),
                    "durable POST / bare POST": post / plain,
                    "GET / 2,000 people in a minute": get / PEOPLE_A_SECOND,
                    "POST / 2,000 people in a minute": post / PEOPLE_A_SECOND,
                }

            ratios = in_turns(turn)
        # What it had at most only rises, so that turns would tell nothing.
        return [*ratios, Ratio("memory of the form after that, MB", [_peak(pid)])]


def _peak(pid: int) -> float:
    """Return the most memory that a process had, in MB."""
    peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("utf-8"))
    return int(peak[1]) / 1024 if peak else 0


def _storing(folder: Path, disk: str, library: str) -> list[Ratio]:
    env = {**os.environ, **({"LD_PRELOAD": library} if library else {})}

    def stored(way: str) -> float:
        command = [python("plain"), __file__, way, str(folder)]
        done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
        return float(done.stdout)

    def turn(_number: int, _is_wanted: object) -> dict[str, float]:
        together, singly = stored("groups"), stored("singles")
        print(f"  stored{disk}: ours {together:.0f}/s, singly {singly:.0f}/s", flush=True)
        return {f"group commit / commit each{disk}": together / singly}

    return in_turns(turn)


def slow_disk(folder: Path) -> str:
    """Return a library that makes every sync wait 5 ms; nothing without a compiler."""
    compiler = needed("gcc", shutil.which("gcc"))
    if not compiler:
        return ""
    library, source = folder / "slow.so", folder / "slow.c"
    source.write_text(SLOW_DISK_C, encoding="utf-8")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(library), str(source)], check=True)
    return str(library)


def form_body(html: str) -> str:
    """Return a sound answer to a page, without its key."""
    version = re.search(r'name="_version" value="([^"]+)"', html)
    first: dict[str, str] = {}
    for name, value in re.findall(r'type="radio" name="([^"]+)" value="([^"]+)"', html):
        first.setdefault(name, value.replace(" ", "+"))
    fields = {"_version": version[1] if version else "", **first}
    return "&".join(f"{name}={value}" for name, value in fields.items())


def wrk(link: str, script: str = "") -> float:
    """Return the requests that were answered well in a second; `script` is Lua that says which."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as file:
        file.write(script)
        file.flush()
        scripted = ["-s", file.name] if script else []
        # People come one by one: each has a connection of their own.
        load = ["-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", "Connection: close"]
        command = ["wrk", *load, *scripted, link]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    if "Non-2xx" in done.stdout:
        raise SystemExit(f"{link}: not every request was taken\n{done.stdout}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    return float(rate[1]) if rate else 0


@contextmanager
def ours(
    folder: Path, what: str, store: str = "", env: Mapping[str, str] | None = None
) -> Iterator[tuple[str, int]]:
    """Serve one of the functions below in a process of its own; yields its link and its id."""
    command = [python("plain"), __file__, what, str(folder), *([store] if store else [])]
    environment = {**os.environ, **(env or {})}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        link = process.stdout.readline().strip() if process.stdout else ""
        try:
            yield link, process.pid
        finally:
            process.send_signal(signal.SIGINT)


@contextmanager
def _nginx(folder: Path, content: bytes) -> Iterator[str]:
    # Debian has it where only root looks.
    program = needed("nginx", shutil.which("nginx") or shutil.which("/usr/sbin/nginx"))
    if not program:
        yield ""
        return
    (folder / "www").mkdir()
    (folder / "www" / "index.html").write_bytes(content)
    folder.chmod(0o755)
    port = 18_000 + secrets.randbelow(2_000)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log stderr; worker_processes 1; user root;"
        "events { worker_connections 512; }"
        f"http {{ access_log off; server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}",
        encoding="utf-8",
    )
    with subprocess.Popen([program, "-c", str(folder / "nginx.conf")]) as process:
        time.sleep(1)
        try:
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()


def form(folder: Path, store: str = "") -> None:
    """Serve the shipped checklist until Ctrl-C, with no limit for one address.

    Without a store in a new file of SQLite.
    """
    from forms.checklist.model import default_checklist, load_checklist
    from forms.publish.web.address import Address
    from forms.publish.web.rate_limit import RateLimit
    from forms.publish.web.server import serve

    RateLimit.allows = lambda *_: True  # type: ignore[method-assign]
    checklist = load_checklist(default_checklist())
    store = store or f"sqlite:///{folder / secrets.token_hex(4)}.db"
    with serve(checklist, store, Address(port=0)) as served:
        print(served.link, flush=True)
        served.run()


def bare(_folder: Path) -> None:
    """Serve an application that reads what is sent and keeps nothing."""
    from waitress.server import create_server

    def answer(environ: dict[str, object], start: Callable[..., object]) -> list[bytes]:
        environ["wsgi.input"].read()  # type: ignore[attr-defined]
        start("303 See Other", [("Location", "/"), ("Content-Length", "0")])
        return []

    listening = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}/", flush=True)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    create_server(answer, sockets=[listening], threads=16, connection_limit=1000).run()


def _stored_a_second(put: Callable[[int], object]) -> float:
    number, start = 0, time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as people:
        while time.perf_counter() - start < SECONDS:
            list(people.map(put, range(number, number + 500)))
            number += 500
    return number / (time.perf_counter() - start)


def groups(folder: Path) -> None:
    """Store as the form does."""
    from forms.store.interface import Submission
    from forms.store.open import open_store

    store = open_store(f"sqlite:///{folder / secrets.token_hex(4)}.db")
    answers = {f"S{number}": "in_order" for number in range(20)}

    def put(number: int) -> None:
        store.put(Submission(f"{number:032x}", answers, "v", datetime.now(UTC)))

    print(_stored_a_second(put))
    store.close()


def singles(folder: Path) -> None:
    """Store the same by a connection a thread and a commit a submission."""
    import json
    import threading

    path = folder / f"{secrets.token_hex(4)}.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE submission (key TEXT PRIMARY KEY, at TEXT, answers TEXT)")
    answers = {f"S{number}": "in_order" for number in range(20)}
    own = threading.local()

    def put(number: int) -> None:
        if not hasattr(own, "connection"):
            own.connection = sqlite3.connect(path, timeout=60, isolation_level=None)
            own.connection.execute("PRAGMA synchronous=FULL")
        own.connection.execute("BEGIN IMMEDIATE")
        own.connection.execute(
            "INSERT INTO submission VALUES (?, ?, ?)",
            (f"{number:032x}", datetime.now(UTC).isoformat(), json.dumps(answers)),
        )
        own.connection.execute("COMMIT")

    print(_stored_a_second(put))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        globals()[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
    else:
        main()
