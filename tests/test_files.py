"""Files are written whole, all or none, and what stood there is kept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from forms.errors import OutputError
from forms.files import refuse_same, write_all

INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from cli.main import _end
from forms import files
signal.signal(signal.SIGTERM, _end)
calls = 0
real = getattr(os, "{call}")
def interrupting(*args, **kwargs):
    global calls
    calls += 1
    if calls == {nth}:
        os.kill(os.getpid(), signal.{signal})
    return real(*args, **kwargs)
os.{call} = interrupting
folder = Path(sys.argv[1])
files.write_all({{folder / n: b"new" * 99999 for n in ("a", "b", "c")}}, keep_former=[folder / "a"])
"""


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder, and what it holds."""
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_new_files_are_written(tmp_path: Path) -> None:
    """Nothing else is left."""
    assert write_all({tmp_path / "a": b"1", tmp_path / "b": b"2"}) == []
    assert snapshot(tmp_path) == {"a": b"1", "b": b"2"}


def test_a_former_file_is_kept_under_its_time(tmp_path: Path) -> None:
    """A name that is taken is never taken again; the same content keeps nothing."""
    path = tmp_path / "rapport.xlsx"
    for content in (b"1", b"2", b"2", b"3"):
        write_all({path: content}, keep_former=[path])
        os.utime(path, (1_800_000_000, 1_800_000_000))
    assert path.read_bytes() == b"3"
    assert sorted(snapshot(tmp_path).values()) == [b"1", b"2", b"3"]
    assert all(p.name.startswith("rapport.") and p.suffix == ".xlsx" for p in tmp_path.iterdir())


@pytest.mark.parametrize("lock", ["~$rapport.xlsx", ".~lock.rapport.xlsx#"])
def test_a_file_that_is_open_elsewhere_is_left_alone(tmp_path: Path, lock: str) -> None:
    """Excel and LibreOffice both lay a file beside it; all other files wait too."""
    (tmp_path / "rapport.xlsx").write_bytes(b"old")
    (tmp_path / lock).write_bytes(b"")
    before = snapshot(tmp_path)
    with pytest.raises(OutputError, match="close it"):
        write_all({tmp_path / "rapport.eml": b"new", tmp_path / "rapport.xlsx": b"new"})
    assert snapshot(tmp_path) == before


def test_a_folder_or_a_device_is_no_file(tmp_path: Path) -> None:
    """Nor is a path below a folder that is not there."""
    for path in (tmp_path, tmp_path / "no" / "a", Path(os.devnull)):
        with pytest.raises(OutputError, match=r"folder|ordinary"):
            write_all({path: b"1"})


def test_an_output_is_never_an_input(tmp_path: Path) -> None:
    """By whatever name."""
    with pytest.raises(OutputError, match="something else"):
        refuse_same([tmp_path / "x" / ".." / "a"], [tmp_path / "a"])


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Its target is what is written."""
    (tmp_path / "there").write_bytes(b"old")
    (tmp_path / "here").symlink_to(tmp_path / "there")
    write_all({tmp_path / "here": b"new"})
    assert (tmp_path / "here").is_symlink()
    assert (tmp_path / "there").read_bytes() == b"new"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
def test_a_full_disk_leaves_all_as_it_was(tmp_path: Path) -> None:
    """The first file fits, the second does not."""
    (tmp_path / "a").write_bytes(b"old a")
    before = snapshot(tmp_path)
    code = (
        "import resource, sys\nfrom pathlib import Path\nfrom forms.files import write_all\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9999, 9999))\nfolder = Path(sys.argv[1])\n"
        "write_all({folder / 'a': b'1', folder / 'b': b'2' * 99999})"
    )
    done = run(code, tmp_path)
    assert done.returncode != 0
    assert "OutputError" in done.stderr
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
@pytest.mark.parametrize(("call", "nth"), [("fsync", 1), ("fsync", 3), ("replace", 2)])
def test_an_interrupt_leaves_all_as_it_was(tmp_path: Path, call: str, nth: int, name: str) -> None:
    """Before, between and in the middle of the swaps."""
    for file in ("a", "b"):
        (tmp_path / file).write_bytes(b"old " + file.encode())
    before = snapshot(tmp_path)
    done = run(INTERRUPTED.format(call=call, nth=nth, signal=name), tmp_path)
    assert done.returncode != 0
    assert snapshot(tmp_path) == before


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
