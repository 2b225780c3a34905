"""What several tests share: the real command in a process of its own, and one made-up report."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from mail_server import PASSWORD, Certificates, certificates
from mailing import written
from playwright.sync_api import Page, sync_playwright

import forms
from forms.mail import smtp

# Where the code under test lies, also when it is a copy that comes first on the path.
ROOT = Path(forms.__file__).parent.parent
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
Run = Callable[..., subprocess.CompletedProcess[str]]
# Hundreds of processes start here: each would compile all modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# Whatever runs in the background ignores Ctrl-C, and so would all that tests start and stop by it.
signal.signal(signal.SIGINT, signal.default_int_handler)
# What most tests expect to read, whatever the machine's language.
os.environ["VINKJE_LANGUAGE"] = "en"


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are cores: much of a run is waiting."""
    return (os.cpu_count() or 1) + 1


def run_vinkje(*args: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run `vinkje` as people do."""
    code = "from cli.main import vinkje; vinkje(prog_name='vinkje')"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, args)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def after_name(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a command says on stderr behind the line that names its checklist."""
    name, _, rest = done.stderr.partition("\n")
    assert name.startswith("Checklist: "), done.stderr
    return rest


def settings(folder: Path, text: str) -> None:
    """Write vinkje.toml, and the checklist that belongs beside it."""
    (folder / "vinkje.toml").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "checklist.yaml", folder)


@pytest.fixture
def vinkje(tmp_path: Path) -> Run:
    """Return the command, run in the test's own folder."""

    def run(*args: object, **env: str) -> subprocess.CompletedProcess[str]:
        return run_vinkje(*args, cwd=tmp_path, **env)

    return run


@pytest.fixture(params=[0o000, 0o022], ids=["umask 000", "umask 022"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Let all that a test makes, and its commands, be made under a umask; return it."""
    found: int = request.param
    usual = os.umask(found)
    yield found
    os.umask(usual)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of one demo, dated; to read, not to write in."""
    folder = tmp_path_factory.mktemp("demo")
    done = run_vinkje("demo", folder, "--date", "2026-11-30", cwd=folder)
    assert done.returncode == 0, done.stderr
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
def page() -> Iterator[Page]:
    """Return an empty page in Debian's Chromium."""
    program = tool("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET.split())
        yield browser.new_page()
        browser.close()


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str], Path]:
    """Return a function that has LibreOffice save a workbook as another kind, beside it."""

    def convert(path: Path, kind: str) -> Path:
        program = tool("libreoffice", "soffice")
        profile = tmp_path_factory.mktemp("profile").as_uri()
        out = tmp_path_factory.mktemp("converted")
        arguments = ["--headless", f"-env:UserInstallation={profile}", "--convert-to", kind]
        subprocess.run(
            [program, *arguments, "--outdir", str(out), str(path)],
            capture_output=True,
            timeout=180,
            check=True,
        )
        return out / path.with_suffix(f".{kind.partition(':')[0]}").name

    return convert


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


@pytest.fixture
def mail(tmp_path: Path) -> Path:
    """Return a draft, as `report` leaves it."""
    return written(tmp_path / "rapport.eml")
