"""What several tests share: the real command, and one made-up report."""

import gc
import gettext
import io
import os
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from logging import getLogger
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import NoReturn
from unittest import mock

import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis_settings
from mail_server import PASSWORD, Certificates, certificates
from mailing import written
from office import Convert, office
from playwright.sync_api import Browser, Page, sync_playwright
from postgres_server import Cluster, postgres, postgres_program

import forms
from cli.main import vinkje as command
from forms.mail import smtp
from forms.store.open import init_store

# Where the code under test lies, also when it is a copy that comes first on the path.
ROOT = Path(forms.__file__).parent.parent
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
# The command in a process of its own; `environment` lets it find the code under test.
VINKJE = [sys.executable, "-c", "from cli.main import vinkje; vinkje(prog_name='vinkje')"]
_HERE = Path(__file__).parent
# The folders of tests, all of them.
_LONGEST_FIRST = ["model", "render", "commands", "unit"]
Run = Callable[..., subprocess.CompletedProcess[str]]
# How long one example takes says how busy the machine is.
hypothesis_settings.register_profile("untimed", deadline=None)
hypothesis_settings.load_profile("untimed")
# Hundreds of processes start here: each would compile all modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Whatever runs in the background ignores Ctrl-C, and so would all that tests start and stop by it.
signal.signal(signal.SIGINT, signal.default_int_handler)
# What most tests expect to read, whatever the machine's language.
os.environ["VINKJE_LANGUAGE"] = "en"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose files take longest: the last ones run beside nothing else."""
    items.sort(key=lambda item: _LONGEST_FIRST.index(item.path.relative_to(_HERE).parts[0]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are cores: much of a run is waiting."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """Let the garbage collector look at what tests make only, and less often: a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


def run_vinkje(*args: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `vinkje` as people do, but here: a process of its own takes half a second to begin.

    It gets a folder, an environment and output of its own, and leaves this process as it was. What
    it did not catch is shown as Python would, and ends with 1.
    """
    arguments = [str(each) for each in args]
    out, err = _output("strict"), _output("backslashreplace")
    with (
        _outside_of_pytest(),
        chdir(cwd),
        mock.patch.dict(os.environ, env),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = _exit_code(lambda: command(arguments, prog_name="vinkje"))
    return subprocess.CompletedProcess(arguments, code, _printed(out), _printed(err))


def run_alone(*args: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `vinkje` in a process of its own, where that is the point."""
    return subprocess.run(
        [*VINKJE, *map(str, args)],
        cwd=cwd,
        env=environment(**env),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def environment(**env: str) -> dict[str, str]:
    """Return what a process of its own needs to find the code under test."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **env}


@contextmanager
def _outside_of_pytest() -> Iterator[None]:
    """Let nobody type, log or stop as under pytest, and put back what a command sets for good."""
    handler, domain, root = signal.getsignal(signal.SIGTERM), gettext.textdomain(), getLogger()
    with mock.patch.object(sys, "stdin", io.StringIO()), mock.patch.object(root, "handlers", []):
        try:
            yield
        finally:
            gettext.textdomain(domain)
            signal.signal(signal.SIGTERM, handler)


def _output(errors: str) -> io.TextIOWrapper:
    """Return a stream such as a process has, that keeps what is printed."""
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors=errors)


def _printed(stream: io.TextIOWrapper) -> str:
    """Return what was printed, its lines ended as a subprocess's are."""
    stream.seek(0)
    return stream.read()


def _exit_code(run: Callable[[], object]) -> int:
    """Return the exit code that a process would end with."""
    try:
        run()
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:  # noqa: BLE001 - as Python does at the very end
        traceback.print_exc()
        return 1
    return 0


def after_name(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a command says on stderr behind the line that names its checklist."""
    name, _, rest = done.stderr.partition("\n")
    assert name.startswith("Checklist: "), done.stderr
    return rest


def settings(folder: Path, text: str) -> None:
    """Write vinkje.toml, and the checklist that belongs beside it."""
    (folder / "vinkje.toml").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "checklist.yaml", folder)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Put the language of messages back: a command sets it for its whole process."""
    before = os.environ.get("LANGUAGE")
    yield
    os.environ.pop("LANGUAGE", None)
    if before is not None:
        os.environ["LANGUAGE"] = before


@pytest.fixture
def vinkje(tmp_path: Path) -> Run:
    """Return the command, run in the test's own folder."""

    def run(*args: object, **env: str) -> subprocess.CompletedProcess[str]:
        return run_vinkje(*args, cwd=tmp_path, **env)

    return run


@pytest.fixture
def vinkje_alone(tmp_path: Path) -> Run:
    """Return the command in a process of its own: signals, start-up, what a process keeps."""

    def run(*args: object, **env: str) -> subprocess.CompletedProcess[str]:
        return run_alone(*args, cwd=tmp_path, **env)

    return run


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let whoever tries again wait for nothing; return the seconds that they would have waited."""
    waited: list[float] = []
    clock = SimpleNamespace(sleep=waited.append)
    monkeypatch.setattr("tenacity.nap.time", clock)
    monkeypatch.setattr("google.auth._exponential_backoff.time", clock)
    return waited


@pytest.fixture(params=[0o000, 0o022], ids=["umask 000", "umask 022"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Let all that a test makes, and its commands, be made under a umask; return it."""
    found: int = request.param
    usual = os.umask(found)
    yield found
    os.umask(usual)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of one demo, dated, for all workers; to read, not to write in."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "demo"
    with FileLock(folder.with_name("demo.lock")):
        if not folder.exists():
            making = folder.with_name("demo in the making")
            making.mkdir(exist_ok=True)
            done = run_alone("demo", making, "--date", "2026-11-30", cwd=making)
            assert done.returncode == 0, done.stderr
            making.rename(folder)
    return folder


def tool(*names: str) -> str:
    """Return a program's path; without it the test is skipped, and fails in CI."""
    for name in names:
        if path := shutil.which(name):
            return path
    return missing(f"{' or '.join(names)} is not installed")


def brought(path: Path) -> Path:
    """Return a file that npm brought; without it the test is skipped, and fails in CI."""
    if not path.exists():
        missing(f"{path.name} is not there; tests/bring-tools brings it")
    return path


def missing(reason: str) -> NoReturn:
    """Skip the test, or let it fail in CI."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium; while it is there no other event loop runs in this thread."""
    program = tool("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=QUIET.split())
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """Return an empty page of somebody who visited nothing."""
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Convert]:
    """Return a function that has LibreOffice save a workbook as another kind."""
    folder = tmp_path_factory.mktemp("office")
    program = tool("libreoffice", "soffice")
    with office(program, folder, lambda: tmp_path_factory.mktemp("converted")) as convert:
        yield convert


@pytest.fixture(scope="session")
def certs() -> Certificates:
    """Return certificates of an authority of our own."""
    return certificates()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, certs: Certificates) -> None:
    """Trust that authority, know the password, and wait for nothing."""
    certs.authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("VINKJE_SEND_PASSWORD", PASSWORD)
    monkeypatch.setattr(smtp, "PAUSE", 0)


@contextmanager
def database_cluster() -> Iterator[Cluster]:
    """Bring a PostgreSQL; without its programs the test is skipped, and fails in CI."""
    if not postgres_program("initdb"):
        missing("PostgreSQL is not installed; tests/bring-tools brings it on Debian, as root")
    # Not in pytest's own folder: that is closed to other users whenever another pytest begins.
    with TemporaryDirectory() as folder, postgres(Path(folder) / "server") as cluster:
        yield cluster


@pytest.fixture(scope="session")
def database_server() -> Iterator[Cluster]:
    """Return a PostgreSQL for tests that do it no harm; each makes a database of its own."""
    with database_cluster() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", "postgresql"])
def each_store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty store, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'answers.db'}"
    server: Cluster = request.getfixturevalue("database_server")
    url = server.new_database()
    init_store(url)
    return url


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    """Return a draft, as `report` leaves it."""
    return written(tmp_path / "rapport.eml")
