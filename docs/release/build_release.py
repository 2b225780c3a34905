"""Make what people install into dist/: the wheel, the sdist, and a zip for who has no git.

The zip has the docs too, as pages to open without a network, and the examples that these name.

The same bytes at every run of the same commit: times come from SOURCE_DATE_EPOCH, else from the
commit; versions are those that were out at that time. `make release` brings what this needs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from forms.starters import macos_starter, windows_starter

sys.path.append(str(Path(__file__).parents[1]))
from build_site import build as build_site  # found by the line above

if TYPE_CHECKING:
    from bill_of_materials import Package

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
DOCS = HERE.parent
VERSIONS = "versions.txt"
# What opens the docs in each language, beside the read-me in that language.
MANUALS = {"Handleiding.html": "nl", "Manual.html": "en"}
# Windows hides what a name ends with: what is double-clicked on a Mac looks like what is here.
MACOS = "macOS"
# What a browser does not ask for.
_NOT_TO_READ = (".buildinfo", ".inv", ".map")
# A zip knows no earlier day.
_FIRST_DAY = 315532800


def version() -> str:
    """Return vinkje's version: pyproject.toml is the one place that says it."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found: str = tomllib.loads(text)["project"]["version"]
    return found


def source_date(environment: Mapping[str, str] = os.environ) -> int:
    """Return the time of what is released, in seconds since 1970."""
    if named := environment.get("SOURCE_DATE_EPOCH"):
        return max(int(named), _FIRST_DAY)
    if not (committed := _git("log", "-1", "--format=%ct")):
        sys.exit("No git here to say of when this is: set SOURCE_DATE_EPOCH to seconds since 1970.")
    if changed := _git("status", "--porcelain"):
        sys.stderr.write(f"Not committed, so not the same for everybody:\n{changed}")
    return max(int(committed), _FIRST_DAY)


def _git(*args: str) -> str:
    """Return what git says of this tree; nothing where there is no git, or no repository."""
    try:
        command = ["git", "-C", str(ROOT), *args]
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError:
        return ""
    return "" if done.returncode else done.stdout


def build(root: Path, out: Path, epoch: int) -> tuple[Path, Path]:
    """Make wheel and sdist of a source tree; returns them."""
    for kind in ("wheel", "sdist"):
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(out)],
            cwd=root,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(epoch)},
            stdout=subprocess.DEVNULL,
            check=True,
        )
    name = f"vinkje-{version()}"
    return out / f"{name}-py3-none-any.whl", out / f"{name}.tar.gz"


def locked(epoch: int) -> str:
    """Return all that vinkje needs, on every system, with versions and hashes: for pip and uv."""
    day = dt.datetime.fromtimestamp(epoch, dt.UTC).isoformat()
    options = [
        "--universal",
        "--python-version=3.11",
        "--generate-hashes",
        f"--exclude-newer={day}",
    ]
    # No addresses: it is for whatever index its reader has.
    options += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "uv", "pip", "compile", "--quiet", *options, "pyproject.toml"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def on_every_system(versions: str, folder: Path) -> list[Package]:
    """Return what those versions bring on Windows, macOS and Linux together."""
    from bill_of_materials import PLATFORMS, packages

    listed = folder / VERSIONS
    listed.write_text(versions, encoding="utf-8")
    for platform in PLATFORMS:
        options = ["--quiet", "--require-hashes", "--python-version=3.11"]
        options += [f"--python-platform={platform}", f"--target={folder / platform}"]
        command = [sys.executable, "-m", "uv", "pip", "install", *options, "-r", str(listed)]
        subprocess.run(command, check=True)  # noqa: S603
    return packages(versions, [folder / platform for platform in PLATFORMS])


def starters() -> dict[str, bytes]:
    """Return what installs vinkje at a double click, in both languages and on both systems."""
    windows = dict(windows_starter(language, "install") for language in ("nl", "en"))
    macos = dict(macos_starter(language, "install") for language in ("nl", "en"))
    return windows | {f"{MACOS}/{name}": content for name, content in macos.items()}


def read_mes() -> Iterator[tuple[str, bytes]]:
    """Yield the read-mes by name, with line ends that every Notepad knows."""
    for name in ("LEESMIJ.txt", "README.txt"):
        text = (HERE / name).read_text(encoding="utf-8").replace("VERSION", version())
        yield name, text.replace("\n", "\r\n").encode()


def at_hand() -> dict[str, bytes]:
    """Return all in the zip that stands in this tree already, by name."""
    examples = {f"examples/{path.name}": path for path in (ROOT / "examples").iterdir()}
    files = examples | {"LICENSE": ROOT / "LICENSE"}
    return starters() | dict(read_mes()) | {name: path.read_bytes() for name, path in files.items()}


def manual(site: Path) -> dict[str, bytes]:
    """Return the docs as they were built in a folder, and what opens them in each language."""
    found = [path for path in site.rglob("*") if path.is_file()]
    pages = {
        f"docs/{path.relative_to(site).as_posix()}": path.read_bytes()
        for path in found
        if not path.name.endswith(_NOT_TO_READ)
    }
    start = (DOCS / "look" / "index.html").read_text(encoding="utf-8")
    for name, language in MANUALS.items():
        to = start.replace("url=nl/", f"url={language}/")
        pages[name] = re.sub(r'(url=|href=")(?=nl/|en/)', r"\1docs/", to).encode()
    return pages


def build_manual(folder: Path) -> dict[str, bytes]:
    """Build the docs in a folder, and return them as they are in the zip."""
    if not build_site(folder):
        sys.exit("The docs cannot be built: above is why.")
    return manual(folder)


def write_zip(path: Path, contents: Mapping[str, bytes], epoch: int) -> None:
    """Write files into a zip, in one folder that is named as the zip."""
    time = dt.datetime.fromtimestamp(epoch, dt.UTC).timetuple()[:6]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in sorted(contents.items()):
            entry = zipfile.ZipInfo(f"{path.stem}/{name}", time)
            entry.create_system = 3  # so that a Mac sees what may be run
            entry.external_attr = (0o100755 if name.endswith(".command") else 0o100644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)


def main() -> None:
    """Make all of it anew."""
    # What only `make release` brings; tests do without.
    from bill_of_materials import licences, sbom

    epoch, out = source_date(), ROOT / "dist"
    out.mkdir(exist_ok=True)
    for old in out.glob("vinkje-*"):
        old.unlink()
    wheel, sdist = build(ROOT, out, epoch)
    versions = locked(epoch)
    with tempfile.TemporaryDirectory() as folder:
        brought = on_every_system(versions, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        contents = at_hand() | build_manual(Path(folder) / "docs")
    contents[wheel.name] = wheel.read_bytes()
    contents[VERSIONS] = versions.encode()
    contents["LICENCES.txt"] = licences(brought).replace("\n", "\r\n").encode()
    contents["sbom.cdx.json"] = sbom(version(), brought, wheel, epoch).encode()
    archive = out / f"vinkje-{version()}.zip"
    write_zip(archive, contents, epoch)
    made = sorted([wheel, sdist, archive])
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made]
    (out / "SHA256SUMS").write_text("".join(sums), encoding="ascii")
    sys.stdout.write("".join(f"Made {path.relative_to(ROOT)}\n" for path in made))


if __name__ == "__main__":
    main()
