"""A real PostgreSQL of a test's own: in a folder, on a free port, ended with the test."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

OWNER = "owner"
_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda bin_: bin_.parent.name)
# Half of all this is waiting for a disk, which only tests of what a crash leaves need.
_QUICK = {"fsync": "off", "full_page_writes": "off"}
_SMALL = {
    "shared_buffers": "16MB",
    "max_connections": "60",
    "log_min_messages": "warning",
    # A standby whose primary is gone may hear only after this that it is promoted.
    "wal_retrieve_retry_interval": "200ms",
}


def postgres_program(name: str) -> str | None:
    """Return one of PostgreSQL's programs, such as `initdb`, where Debian or the path has it."""
    path = os.pathsep.join([*map(str, reversed(_INSTALLED)), os.environ.get("PATH", "")])
    return shutil.which(name, path=path)


@dataclass
class Cluster:
    """A server in a folder: where it listens, and what can happen to it."""

    folder: Path
    port: int
    settings: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """Return where the server keeps all that it has."""
        return self.folder / "data"

    def url(self, database: str = "postgres", user: str = OWNER) -> str:
        """Return the address of one of its databases, as vinkje takes it."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def url_with(self, *others: "Cluster", database: str = "postgres") -> str:
        """Return one address of a database on this server or another, whichever is written to."""
        hosts = ",".join(f"127.0.0.1:{each.port}" for each in (self, *others))
        return f"postgresql://{OWNER}@{hosts}/{database}"

    def new_database(self) -> str:
        """Make an empty database; returns its address."""
        name = f"forms_{secrets.token_hex(4)}"
        self.sql(f"CREATE DATABASE {name}")
        return self.url(name)

    def sql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement as the owner; returns what it gave, a row a line."""
        # Debian's own `psql` is a script in Perl that looks for this one.
        psql = [_path_of("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1"]
        command = [*psql, self.url(database), "-c", statement]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = {
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
            **_SMALL,
            **self.settings,
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        log = str(self.folder / "log")
        self.run("pg_ctl", "start", "-w", "-t", "60", "-l", log, "-o", options)

    def stop(self, mode: str = "fast") -> None:
        """Stop it as an administrator would: `fast`, `smart` or `immediate`."""
        self.run("pg_ctl", "stop", "-w", "-t", "60", "-m", mode)

    def kill(self) -> None:
        """Kill all of it with -9, as a power cut would end it."""
        head = psutil.Process(int((self.data / "postmaster.pid").read_text("utf-8").split()[0]))
        for process in (head, *head.children()):
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def part(self, name: str) -> psutil.Process:
        """Return one of the processes of a server, such as its `walreceiver`."""
        head = psutil.Process(int((self.data / "postmaster.pid").read_text("utf-8").split()[0]))
        return next(each for each in head.children() if name in " ".join(each.cmdline()))

    def set(self, **settings: str) -> None:
        """Change settings of a server that runs, for all its connections."""
        for name, value in settings.items():
            self.sql(f"ALTER SYSTEM SET {name} = '{value}'")
        self.sql("SELECT pg_reload_conf()")

    def wait_until(self, question: str, seconds: float = 20) -> None:
        """Wait until a query gives true."""
        until = time.monotonic() + seconds
        while self.sql(question) != "t":
            assert time.monotonic() < until, question
            time.sleep(0.02)

    def promote(self) -> None:
        """Make a standby the one that is written to."""
        self.run("pg_ctl", "promote", "-w")

    def standby(self, folder: Path, name: str = "standby") -> "Cluster":
        """Return a standby of this server, not started yet, that calls itself by a name."""
        other = Cluster(folder, free_port(), self.settings, self.env)
        _own(folder)
        source = f"host=127.0.0.1 port={self.port} user={OWNER} application_name={name}"
        other.run("pg_basebackup", "-N", "-R", "-X", "stream", "-c", "fast", "-d", source)
        return other

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs on what the server keeps, to its end."""
        _as_postgres([_path_of(program), "-D", str(self.data), *arguments], self.folder, self.env)


@contextmanager
def postgres(
    folder: Path, *, durable: bool = False, env: Mapping[str, str] | None = None, **settings: str
) -> Iterator[Cluster]:
    """Serve a new cluster from a folder; `durable` where a crash must lose nothing."""
    settings = {**({} if durable else _QUICK), **settings}
    cluster = Cluster(folder, free_port(), settings, env or {})
    _own(folder)
    # Anybody on this machine may be anybody: what tests hold is made up.
    cluster.run("initdb", "-U", OWNER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    cluster.start()
    try:
        yield cluster
    finally:
        end(cluster)


def end(cluster: Cluster) -> None:
    """End what is left of a server, if anything is: what it holds is of no use any more."""
    with suppress(FileNotFoundError, psutil.NoSuchProcess):
        cluster.kill()


def _path_of(name: str) -> str:
    path = postgres_program(name)
    assert path, name
    return path


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _own(folder: Path) -> None:
    """Let PostgreSQL have a folder: it never runs as root."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        for above in folder.parents:
            if above.stat().st_uid == 0 and len(above.parts) > 2:
                above.chmod(above.stat().st_mode | 0o011)


def _as_postgres(command: list[str], folder: Path, env: Mapping[str, str]) -> None:
    """Run a program of PostgreSQL; what it leaves running holds none of our pipes."""
    user = "postgres" if os.geteuid() == 0 else None
    output = folder / "output"
    with output.open("w", encoding="utf-8") as file:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            timeout=120,
            check=False,
            user=user,
            group=user,
        )
    assert done.returncode == 0, output.read_text("utf-8")
