"""What `make release` makes: the same bytes each time, and a program that runs where it is put."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from build_release import (
    MACOS,
    MANUALS,
    ROOT,
    VERSIONS,
    at_hand,
    build,
    read_mes,
    source_date,
    starters,
    version,
    write_zip,
)
from conftest import environment, tool
from doc_pages import READMES, SITE, text_of

from forms.scaffold import make_folder

EPOCH = 1_790_000_000
# Pages that send their reader for a file of `examples`, beside the read-mes.
FIRST_REPORTS = ("eerste-rapport", "first-report")


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
    folder = tmp_path / "een andere map"
    folder.mkdir()
    # Not by Python, whose every version unpacks in its own way.
    subprocess.run([tool("tar"), "-xf", str(built[1]), "-C", str(folder)], check=True)
    tree = folder / f"vinkje-{version()}"
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
        f"{name}/{MACOS}/Vinkje installeren.command",
        f"{name}/{MACOS}/Install vinkje.command",
    }


def test_the_read_mes_say_what_is_there() -> None:
    """Files that they name are in the zip, and both languages name the same."""
    texts = {name: content.decode() for name, content in read_mes()}
    wheel = f"vinkje-{version()}-py3-none-any.whl"
    there = {*at_hand(), *MANUALS, wheel, VERSIONS, "LICENCES.txt", "sbom.cdx.json"}
    for text in texts.values():
        named = set(re.findall(r"[\w.-]+\.(?:txt|whl|json|html)", text))
        assert named <= there
        assert {wheel, VERSIONS, "LICENCES.txt", "sbom.cdx.json"} <= named
        assert "VERSION" not in text.replace("VERSIONS", "")
        assert "examples" in text
        assert MACOS in text
    assert "Vinkje installeren.cmd" in texts["LEESMIJ.txt"]
    assert "Install vinkje.cmd" in texts["README.txt"]


def test_a_file_that_a_page_has_its_reader_take_is_in_the_zip() -> None:
    """Who has no source finds there what of `examples` a page names, in what the page calls so."""
    examples, zipped = {path.name for path in (ROOT / "examples").iterdir()}, at_hand()
    texts = {page: text_of(page) for page in [*SITE, *READMES]}
    named = {name for name in examples if any(name in text for text in texts.values())}
    assert "antwoorden-verzonnen.csv" in named
    assert {f"examples/{name}" for name in named} <= set(zipped)
    firsts = [page for page in texts if page in READMES or page.stem in FIRST_REPORTS]
    assert len(firsts) == 4
    assert [page for page in firsts if "`examples`" not in texts[page]] == []


@pytest.mark.parametrize(
    ("page", "manual"), [("nl/beginnen", "Handleiding.html"), ("en/start", "Manual.html")]
)
def test_what_one_double_clicks_is_where_the_page_says(
    page: str, manual: str, tmp_path: Path
) -> None:
    """In the zip, or in the folder that init makes."""
    text = text_of(ROOT / "docs" / f"{page}.md")
    own = {path.name for path in make_folder(tmp_path / "map", macos=True)}
    zipped = {name.rpartition("/")[2] for name in at_hand()}
    named = set(re.findall(r"`([^`/]+\.(?:cmd|command))`", text))
    assert named
    assert named <= own | zipped
    assert f"`{manual}`" in text
    assert f"`{MACOS}`" in text


def test_no_two_files_beside_each_other_look_alike() -> None:
    """Windows shows no endings; what is for a Mac has a folder of its own."""
    shown = [path.rpartition(".")[0] for path in [*at_hand(), *MANUALS] if "/" not in path]
    assert len(shown) == len(set(shown))


def test_the_time_is_that_of_the_release() -> None:
    """SOURCE_DATE_EPOCH goes before git; no earlier than a zip can hold."""
    assert source_date({"SOURCE_DATE_EPOCH": str(EPOCH)}) == EPOCH
    assert source_date({"SOURCE_DATE_EPOCH": "0"}) == 315532800
