"""Install the zip in dist/ as its readers do, on every Python that is here, and run what comes.

Each in a folder whose name has a space, an ampersand and an accent, outside the source tree; and
once by the file that people double-click on a Mac, with uv. `make release-check` runs it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from build_release import MACOS, ROOT, VERSIONS, version

# The least that pyproject.toml asks for, up to the newest that is out.
MINORS = range(11, 15)
_MADE = {"rapport.xlsx", "rapport.eml", "rapport.html", "antwoorden.db"}


def pythons() -> Iterator[tuple[str, Path]]:
    """Yield name and program of each Python on PATH or kept by pyenv; one a version."""
    kept = Path.home() / ".pyenv" / "versions"
    for minor in MINORS:
        name = f"python3.{minor}"
        found = [*sorted(kept.glob(f"3.{minor}.*/bin/python")), Path(shutil.which(name) or name)]
        for program in found:
            if program.exists() and _makes_venvs(program):
                yield name, program
                break


def _makes_venvs(program: Path) -> bool:
    """Say whether it runs, which a shim of pyenv need not, and has what Debian leaves out."""
    command = [str(program), "-c", "import ensurepip, venv"]
    return not subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603


def unpack(folder: Path) -> Path:
    """Unpack the zip as a Mac does, with what may be run; return its folder."""
    with zipfile.ZipFile(ROOT / "dist" / f"vinkje-{version()}.zip") as archive:
        archive.extractall(folder)
        for entry in archive.infolist():
            (folder / entry.filename).chmod(entry.external_attr >> 16 & 0o777)
    return folder / f"vinkje-{version()}"


def run(*args: object, cwd: Path, **env: str) -> str:
    """Run a program outside the source tree, and return what it said; its fault ends all."""
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | env
    done = subprocess.run(  # noqa: S603
        [*map(str, args)],
        cwd=cwd,
        env=clean,
        input="j\nj\nj\n\n",
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"{args[0]} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def by_pip(program: Path, unpacked: Path) -> Path:
    """Install it without uv, every file held against its hash; return where vinkje is."""
    made = unpacked / "een omgeving"
    run(program, "-m", "venv", made, cwd=unpacked)
    pip = [made / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-warn-script-location"]
    run(*pip, "--require-hashes", "-r", VERSIONS, cwd=unpacked)
    run(*pip, "--no-deps", f"vinkje-{version()}-py3-none-any.whl", cwd=unpacked)
    return made / "bin" / "vinkje"


def by_double_click(unpacked: Path) -> Path:
    """Install it as on a Mac: all questions are answered with yes; return where vinkje is."""
    home = unpacked.parent / "thuis"
    (home / "bin").mkdir(parents=True)
    # What shows a folder; here nobody looks.
    (home / "bin" / "open").symlink_to("/bin/true")
    path = os.pathsep.join([str(home / "bin"), str(Path(sys.executable).parent), "/usr/bin:/bin"])
    said = run(
        unpacked / MACOS / "Vinkje installeren.command", cwd=Path("/"), HOME=str(home), PATH=path
    )
    made = (unpacked / "mijn-map").is_dir()
    if "Vinkje staat op deze computer." not in said or not made:
        sys.exit(f"Vinkje installeren.command said\n{said}")
    return home / ".local" / "bin" / "vinkje"


def check(vinkje: Path, folder: Path) -> None:
    """Run what was installed: it says its version, and all of the demo comes out."""
    folder.mkdir()
    if (said := run(vinkje, "--version", cwd=folder)) != f"vinkje {version()}\n":
        sys.exit(f"{vinkje} --version said {said}")
    run(vinkje, "demo", cwd=folder, VINKJE_LANGUAGE="nl")
    made = {path.name for path in (folder / "demo").iterdir()}
    if missing := _MADE - made:
        sys.exit(f"{vinkje} demo did not make {', '.join(sorted(missing))}")
    run(vinkje, "init", "map", cwd=folder)
    run(vinkje, "report", f"sqlite:///{folder / 'demo' / 'antwoorden.db'}", cwd=folder / "map")


def main() -> None:
    """Check all, and say what was checked."""
    found = list(pythons())
    ways: list[tuple[str, Callable[[Path], Path]]]
    ways = [(name, partial(by_pip, program)) for name, program in found]
    for name, install in [*ways, ("uv, by a double click", by_double_click)]:
        with tempfile.TemporaryDirectory() as temporary:
            began = time.monotonic()
            folder = Path(temporary) / "map met spaties & één"
            check(install(unpack(folder)), folder / "proef")
            sys.stdout.write(f"{name}: installed and ran, {time.monotonic() - began:.0f} s\n")
    absent = {f"python3.{minor}" for minor in MINORS} - {name for name, _ in found}
    if absent:
        sys.stdout.write(f"Not here, so not tried: {', '.join(sorted(absent))}\n")


if __name__ == "__main__":
    main()
