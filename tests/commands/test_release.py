"""What `make release` makes: the same bytes each time, and a program that runs where it is put."""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from build_release import ROOT, VERSIONS, build, read_mes, source_date, starters, version, write_zip
from conftest import environment

EPOCH = 1_790_000_000


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return wheel and sdist of this tree."""
    return build(ROOT, tmp_path_factory.mktemp("dist"), EPOCH)


def test_the_version_stands_in_one_place() -> None:
    """The changelog begins with it; all else reads pyproject.toml."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", text, re.MULTILINE)
    assert newest
    assert newest[1] == version()


def test_the_same_bytes_from_another_place(tmp_path: Path, built: tuple[Path, Path]) -> None:
    """From the sdist, in another folder, with another umask, and files of another day."""
    # Not a copy of the tree, where other tests compile modules meanwhile.
    shutil.unpack_archive(built[1], tmp_path / "een andere map", filter="data")
    tree = tmp_path / "een andere map" / f"vinkje-{version()}"
    for path in tree.rglob("*.py"):
        os.utime(path, (1e9, 1e9))
        path.chmod(0o600)
    usual = os.umask(0o077)
    try:
        again = build(tree, tmp_path / "dist", EPOCH)
    finally:
        os.umask(usual)
    assert [path.read_bytes() for path in again] == [path.read_bytes() for path in built]


def test_the_wheel_runs_where_it_is_put(tmp_path: Path, built: tuple[Path, Path]) -> None:
    """Outside the source tree, in a folder that has a space in its name: it brings all it reads."""
    site, work = tmp_path / "een map" / "site", tmp_path / "werk"
    work.mkdir()
    with zipfile.ZipFile(built[0]) as wheel:
        wheel.extractall(site)
    entry = "import forms, sys; from cli.main import vinkje; "
    entry += f"assert forms.__file__.startswith({str(site)!r}); vinkje(prog_name='vinkje')"

    def run(*args: str) -> str:
        done = subprocess.run(
            [sys.executable, "-P", "-c", entry, *args],
            cwd=work,
            env=environment(PYTHONPATH=str(site)),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("--version") == f"vinkje {version()}\n"
    run("demo")
    run("init", "map")
    assert {"rapport.xlsx", "rapport.eml"} <= {path.name for path in (work / "demo").iterdir()}
    assert (work / "map" / "Rapport maken.cmd").exists()


def test_the_zip_is_the_same_each_time(tmp_path: Path) -> None:
    """And what a Mac has to run may be run when it is unpacked."""
    contents = starters() | dict(read_mes()) | {VERSIONS: b"x"}
    name = f"vinkje-{version()}"
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        write_zip(folder / f"{name}.zip", contents, EPOCH)
        contents = dict(reversed(contents.items()))
    first, second = (tmp_path / each / f"{name}.zip" for each in "ab")
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    assert {path for path, mode in modes.items() if mode == 0o755} == {
        f"{name}/Vinkje installeren.command",
        f"{name}/Install vinkje.command",
    }


def test_the_read_mes_say_what_is_there() -> None:
    """Files that they name are in the zip, and both languages name the same."""
    texts = {name: content.decode() for name, content in read_mes()}
    wheel = f"vinkje-{version()}-py3-none-any.whl"
    there = {*starters(), *texts, wheel, VERSIONS, "LICENCES.txt", "sbom.cdx.json"}
    for text in texts.values():
        named = set(re.findall(r"[\w.-]+\.(?:txt|whl|json)", text))
        assert named <= there
        assert {wheel, VERSIONS, "LICENCES.txt", "sbom.cdx.json"} <= named
        assert "VERSION" not in text.replace("VERSIONS", "")
    assert "Vinkje installeren.cmd" in texts["LEESMIJ.txt"]
    assert "Install vinkje.cmd" in texts["README.txt"]


def test_the_time_is_that_of_the_release() -> None:
    """SOURCE_DATE_EPOCH goes before git; no earlier than a zip can hold."""
    assert source_date({"SOURCE_DATE_EPOCH": str(EPOCH)}) == EPOCH
    assert source_date({"SOURCE_DATE_EPOCH": "0"}) == 315532800
