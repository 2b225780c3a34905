"""Files are written whole, all or none, and what stood there is kept."""

import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from conftest import ROOT

from cli.main import _end
from forms.atomic_files import check_distinct, write_all
from forms.errors import OutputError

STOPPED = """
import os, signal, sys
from cli.main import vinkje
calls, real = [], os.fsync
def stopping(handle):
    calls.append(handle)
    if len(calls) == 2:
        os.kill(os.getpid(), signal.{signal})
    real(handle)
os.fsync = stopping
os.chdir(sys.argv[1])
vinkje(["report", "antwoorden-demo.csv", *{more}, "--date", "2027-01-01"])
"""
# Three files, two of them there already, one of these kept: every call from first to last.
CALLS = [
    (c, n) for c, most in (("fsync", 6), ("link", 3), ("replace", 3)) for n in range(1, most + 1)
]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder, and what it holds."""
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def snapshot_of_files(folder: Path) -> dict[str, bytes]:
    """Return the same of a folder that holds folders too."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


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
        check_distinct([tmp_path / "x" / ".." / "a"], [tmp_path / "a"])


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
        "import resource, sys\nfrom pathlib import Path\nfrom forms.atomic_files import write_all\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9999, 9999))\nfolder = Path(sys.argv[1])\n"
        "write_all({folder / 'a': b'1', folder / 'b': b'2' * 99999})"
    )
    done = run(code, tmp_path)
    assert done.returncode != 0
    assert "OutputError" in done.stderr
    assert snapshot(tmp_path) == before


@contextmanager
def interrupted(call: str, nth: int, moment: str, number: int) -> Iterator[None]:
    """Send this process a signal at a call of the system, before it or after; it must end there."""
    real, calls = getattr(os, call), 0

    def interrupting(*args: object, **kwargs: object) -> object:
        nonlocal calls
        calls += 1
        if calls == nth and moment == "before":
            os.kill(os.getpid(), number)
        result = real(*args, **kwargs)
        if calls == nth and moment == "after":
            os.kill(os.getpid(), number)
        return result

    former = signal.signal(signal.SIGTERM, _end)
    try:
        with (
            pytest.raises((KeyboardInterrupt, SystemExit)),
            mock.patch.object(os, call, interrupting),
        ):
            yield
    finally:
        signal.signal(signal.SIGTERM, former)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGTERM")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(("call", "nth"), CALLS)
def test_an_interrupt_leaves_all_as_it_was(
    tmp_path: Path, call: str, nth: int, moment: str, number: int
) -> None:
    """Before, between and in the middle of the swaps: no new file, no other file."""
    for file in ("a", "b"):
        (tmp_path / file).write_bytes(b"old " + file.encode())
    before = snapshot(tmp_path)
    with interrupted(call, nth, moment, number):
        write_all({tmp_path / n: b"new" * 99_999 for n in "abc"}, keep_former=[tmp_path / "a"])
    assert snapshot(tmp_path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGTERM")
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_an_interrupt_while_tidying_leaves_nothing_odd(tmp_path: Path, nth: int) -> None:
    """By then all files are new; the hidden ones still go."""
    for file in ("a", "b"):
        (tmp_path / file).write_bytes(b"old")
    with interrupted("unlink", nth, "before", signal.SIGINT):
        write_all({tmp_path / n: b"new" * 99_999 for n in "abc"}, keep_former=[tmp_path / "a"])
    left = snapshot(tmp_path)
    assert [name for name in left if name.startswith(".")] == []
    assert len({left[name][:3] for name in ("a", "b") if name in left}) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGTERM")
@pytest.mark.parametrize(
    ("name", "code", "more"),
    [("SIGINT", 1, []), ("SIGTERM", 143, ["--overwrite"])],
    ids=["carried over", "anew"],
)
def test_a_command_that_is_stopped_leaves_all_as_it_was(
    tmp_path: Path, demo: Path, name: str, code: int, more: list[str]
) -> None:
    """The real one, stopped while it writes the second of its files."""
    shutil.copytree(demo, tmp_path, dirs_exist_ok=True)
    before = snapshot(tmp_path)
    stopped = run(STOPPED.format(signal=name, more=more), tmp_path)
    assert stopped.returncode == code, stopped.stderr
    assert "Traceback" not in stopped.stderr
    assert snapshot(tmp_path) == before


# As an ordinary user, whoever runs the tests; gettext wants `locale`, which that user may not read.
AS_ANYBODY = (
    "import locale, os, sys\nfrom pathlib import Path\nfrom forms.atomic_files import write_all\n"
    "os.geteuid() or os.setuid(65534)\nwrite_all({Path(sys.argv[1]) / 'a': b'new'})"
)


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no other users' rights")
def test_who_may_not_write_here_is_told() -> None:
    """As an ordinary user, whoever runs the tests."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "a").write_bytes(b"old")
        folder.chmod(0o555)
        done = run(AS_ANYBODY, folder)
        folder.chmod(0o755)
        assert "OutputError" in done.stderr
        assert "you may not write here" in done.stderr
        assert snapshot(folder) == {"a": b"old"}


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no other users' rights")
def test_a_read_only_file_stays() -> None:
    """Also in a folder where it could be replaced: somebody meant it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        (folder / "a").write_bytes(b"old")
        (folder / "a").chmod(0o444)
        assert "you may not write here" in run(AS_ANYBODY, folder).stderr
        assert snapshot(folder) == {"a": b"old"}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a disk of 64 KB; only root can make one."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not (mount and umount and sys.platform == "linux" and os.geteuid() == 0):
        pytest.skip("only root can mount a disk, on Linux")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)],
        capture_output=True,
        check=False,
    )
    if made.returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield tmp_path
    subprocess.run([umount, str(tmp_path)], check=True)


def test_a_disk_that_is_really_full_leaves_all_as_it_was(small_disk: Path) -> None:
    """And says what to do."""
    (small_disk / "a").write_bytes(b"old")
    before = snapshot(small_disk)
    with pytest.raises(OutputError, match="b: cannot be written: the disk is full; make room"):
        write_all({small_disk / "a": b"new", small_disk / "b": b"2" * 99_999})
    assert snapshot(small_disk) == before


def test_a_failed_swap_keeps_no_copy(tmp_path: Path) -> None:
    """What was kept of the first goes again when the second cannot be put in its place."""
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "gone").mkdir()
    before = snapshot_of_files(tmp_path)
    code = (
        "import os, shutil, sys\nfrom pathlib import Path\n"
        "from forms.atomic_files import write_all\n"
        "folder, real = Path(sys.argv[1]), os.fsync\ncalls = []\n"
        "def fsync(handle):\n    real(handle); calls.append(1)\n"
        "    if len(calls) == 2: shutil.rmtree(folder / 'gone')\n"
        "os.fsync = fsync\n"
        "write_all({folder / 'a': b'1', folder / 'gone' / 'b': b'2'}, keep_former=[folder / 'a'])"
    )
    done = run(code, tmp_path)
    assert "OutputError" in done.stderr
    assert snapshot_of_files(tmp_path) == before


def test_what_cannot_be_put_back_is_not_thrown_away(tmp_path: Path) -> None:
    """Another program may take hold of a file between its swap and the undoing of it."""
    for file in ("a", "b"):
        (tmp_path / file).write_bytes(b"old " + file.encode())
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom forms.atomic_files import write_all\n"
        "folder, real, calls = Path(sys.argv[1]), os.replace, []\n"
        "def replace(*names):\n    calls.append(names)\n"
        "    if len(calls) > 1: raise PermissionError(13, 'open elsewhere')\n    real(*names)\n"
        "os.replace = replace\n"
        "write_all({folder / 'a': b'new', folder / 'b': b'new'})"
    )
    done = run(code, tmp_path)
    assert "OutputError" in done.stderr
    assert {b"old a", b"old b"} <= set(snapshot(tmp_path).values())


def test_a_new_version_has_the_rights_of_the_old(tmp_path: Path) -> None:
    """A file that others may read stays so."""
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "a").chmod(0o604)
    write_all({tmp_path / "a": b"new"})
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o604


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


def test_long_names_that_begin_alike_do_not_meet(tmp_path: Path) -> None:
    """Three files of one long name, each by way of a name of its own."""
    contents = {tmp_path / f"{'n' * 120}.{kind}": kind.encode() for kind in ("a", "b", "c")}
    write_all(contents)
    assert snapshot(tmp_path) == {path.name: content for path, content in contents.items()}


def test_what_must_be_new_never_replaces(tmp_path: Path) -> None:
    """Checked again when it is written: another run may have been first."""
    (tmp_path / "a").write_bytes(b"first")
    with pytest.raises(OutputError, match="--overwrite"):
        write_all({tmp_path / "a": b"second"}, new=[tmp_path / "a"])
    assert snapshot(tmp_path) == {"a": b"first"}
