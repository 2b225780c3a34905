"""Files written whole or not at all, several as one; what stood there is kept when asked."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from gettext import gettext
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from forms.errors import FormsError, OutputError, reason_of
from forms.file_rights import FOR_US, create, open_private, real_path, rights_of, target_of

if TYPE_CHECKING:
    from filelock import FileLock


def write_all(
    contents: Mapping[Path, bytes],
    *,
    keep_former: Collection[Path] = (),
    new: Collection[Path] = (),
    read: Mapping[Path, bytes] | None = None,
    private: Collection[Path] = (),
    like: Mapping[Path, Path] | None = None,
) -> list[Path]:
    """Write all files, or none: a fault or an interrupt leaves every old file whole.

    Of the paths in `keep_former`, a file that stood there and held something else is kept as
    `name.<its time>.ext`; returns those. Those in `private` are for the user's eyes alone, and so
    is what is kept of them; any other has the rights of the file that it is `like`, or else takes
    the place of, or what the umask leaves. Raises OutputError, also when one of `new` is there, or
    when a file no longer holds what was `read` from it.
    """
    for path in contents:
        check_not_in_use(path)
    with _only_one(next(iter(contents)).parent), _Batch() as batch:
        for path in new:
            check_absent(path)
        for path, content in contents.items():
            rights = FOR_US if path in private else rights_of((like or {}).get(path, path))
            batch.write_beside(path, content, rights)
        for path, content in (read or {}).items():
            _refuse_changed(path, content)
        # From here on it is renames: all is written, and on the disk.
        for swap in batch.swaps:
            if swap.path in keep_former and _holds_other(swap.target, contents[swap.path]):
                _keep(swap.target, batch.kept, is_private=swap.path in private)
            batch.swap_in(swap)
    return batch.kept


def write_privately(path: Path, write: Callable[[Path], None], *, overwrite: bool = False) -> None:
    """Let `write` fill one file for the user's eyes alone, which then takes its place whole.

    It is given the name of an empty file beside it, so that what is large need not be held in
    memory. Raises OutputError, also when something stands there already, unless `overwrite`.
    """
    check_not_in_use(path)
    with _only_one(path.parent), _Batch() as batch:
        if not overwrite:
            check_absent(path)
        batch.write_beside(path, b"", FOR_US)
        for swap in batch.swaps:
            write(swap.temporary)
            with swap.temporary.open("rb+") as written:
                os.fsync(written)
            batch.swap_in(swap)


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Let two programs that write here do so one after the other, where the system can."""
    handle = None
    with suppress(ImportError, OSError):
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def lock(path: Path, busy: FormsError) -> FileLock:
    """Return a lock on a file, held until it is released or the program ends.

    Raises `busy` when another program holds it, and an error of its kind when nothing can be
    written here.
    """
    from filelock import FileLock, Timeout

    name = Path(f"{path}-lock")
    held = FileLock(name, timeout=0, thread_local=False, mode=FOR_US)
    try:
        # Else a folder that takes no files looks like a lock that is taken.
        open_private(name, type(busy)).close()
        held.acquire()
    except Timeout:
        raise busy from None
    except (OSError, NotImplementedError) as error:
        problem = gettext("cannot be written: {reason}")
        raise type(busy)(
            str(path),
            problem.format(reason=reason_of(error) if isinstance(error, OSError) else error),
            gettext("choose a folder where you may write"),
        ) from None
    return held


@contextmanager
def alone(path: Path, busy: FormsError) -> Iterator[None]:
    """Let one program at a time work with a file; raises what `lock` does."""
    held = lock(path, busy)
    try:
        yield
    finally:
        held.release()


@dataclass
class _Swap:
    """One file on its way: written beside its target, the former one set aside."""

    path: Path
    target: Path
    temporary: Path
    former: Path | None = None
    is_begun: bool = False


class _Batch:
    """Files that are swapped in together; leaving it by a fault puts all back as it was."""

    def __init__(self) -> None:
        self.swaps: list[_Swap] = []
        self.kept: list[Path] = []
        self.busy_with = Path()

    def __enter__(self) -> Self:
        return self

    def write_beside(self, path: Path, content: bytes, rights: int | None) -> None:
        """Write a file on the disk of its target, under a name of its own; raises OSError."""
        self.busy_with = path
        target = target_of(path)
        temporary = target.with_name(f".vinkje-{secrets.token_hex(8)}.new")
        self.swaps.append(_Swap(path, target, temporary))
        # A rename asks for rights on the folder alone, and would replace a file that is read-only.
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "read-only")
        create(temporary, content, rights)

    def swap_in(self, swap: _Swap) -> None:
        """Put a file in place, and the former one aside; raises OSError."""
        self.busy_with = swap.path
        # Said before it is done: an interrupt may come in between.
        if swap.target.exists():
            swap.former = swap.temporary.with_suffix(".old")
            _duplicate(swap.target, swap.former)
        swap.is_begun = True
        swap.temporary.replace(swap.target)
        _sync_folder(swap.target.parent)

    def __exit__(
        self, kind: object, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self.finish(undo=error is not None)
        except BaseException:
            # A second interrupt: once more, so that nothing is left halfway.
            self.finish(undo=error is not None)
            raise
        if isinstance(error, OSError):
            raise _not_written(self.busy_with, error) from None

    def finish(self, *, undo: bool) -> None:
        """Take away what was only for on the way, after putting all back with `undo`."""
        if undo:
            self.undo()
        for swap in self.swaps:
            for left in filter(None, (swap.temporary, swap.former)):
                with suppress(OSError):
                    left.unlink(missing_ok=True)

    def undo(self) -> None:
        """Put all back that was swapped in, the last one first, and unmake the copies."""
        for swap in reversed(self.swaps):
            if not swap.is_begun or swap.temporary.exists():
                continue
            try:
                if swap.former is None:
                    swap.target.unlink(missing_ok=True)
                elif swap.former.exists():
                    swap.former.replace(swap.target)
            except OSError:
                # It cannot be put back now; at least it is not thrown away.
                swap.former, swap.is_begun = None, False
        for copy in self.kept:
            with suppress(OSError):
                copy.unlink()


def check_place(path: Path, kind: type[FormsError] = OutputError) -> None:
    """Raise a fault of this kind where no file can be: it is a folder, or in none."""
    if path.is_dir():
        raise kind(str(path), gettext("this is a folder"), gettext("name a file in it"))
    if not path.parent.is_dir():
        problem = gettext("the folder '{folder}' is not there").format(folder=path.parent)
        raise kind(str(path), problem, gettext("make it first"))


def check_not_in_use(path: Path) -> None:
    """Raise OutputError when a file cannot be put here, or is open in Excel or LibreOffice."""
    target = target_of(path)
    check_place(path)
    if path.exists() and not path.is_file():
        raise OutputError(
            str(path), gettext("this is no ordinary file"), gettext("choose another name")
        )
    # Programs lock a file where it really stands.
    for place in {path, target}:
        # The lock files of Excel (those of long names lose two letters) and of LibreOffice.
        for lock in (f"~${place.name}", f"~${place.name[2:]}", f".~lock.{place.name}#"):
            if (place.parent / lock).exists():
                remedy = gettext(
                    "save and close it there, then try again (when nobody has it open, delete "
                    "'{file}')"
                ).format(file=lock)
                raise OutputError(str(path), gettext("is open in Excel or LibreOffice"), remedy)


def _holds_other(path: Path, content: bytes) -> bool:
    return path.exists() and path.read_bytes() != content


def _keep(path: Path, kept: list[Path], *, is_private: bool) -> None:
    """Keep a file under a name with the time it was saved; nothing ever takes that name again."""
    saved = datetime.fromtimestamp(path.stat().st_mtime)  # noqa: DTZ006 - the reader's own clock
    number = 1
    while True:
        mark = f"{saved:%Y-%m-%d-%H%M%S}" + (f"-{number}" if number > 1 else "")
        copy = path.with_name(f"{path.stem}.{mark}{path.suffix}")
        number += 1
        if copy.exists():
            continue
        kept.append(copy)
        try:
            _duplicate(path, copy, is_private=is_private)
        except FileExistsError:
            kept.remove(copy)
        else:
            return


def _duplicate(path: Path, copy: Path, *, is_private: bool = False) -> None:
    """Give a file a second name, or a copy where the disk knows no second names.

    A private one is copied: by a second name it would keep the rights that it had.
    """
    if not is_private:
        try:
            copy.hardlink_to(path)
        except FileExistsError:
            raise
        except OSError:
            pass
        else:
            return
    times = path.stat()
    create(copy, path.read_bytes(), FOR_US if is_private else rights_of(path))
    os.utime(copy, ns=(times.st_atime_ns, times.st_mtime_ns))


def _sync_folder(folder: Path) -> None:
    # A rename is on the disk once its folder is (POSIX); Windows opens no folder, and fails here.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _not_written(path: Path, error: OSError) -> OutputError:
    """Return why the disk does not take a file, and what to do about it."""
    reasons = {
        errno.ENOSPC: (gettext("the disk is full"), gettext("make room and try again")),
        errno.EDQUOT: (
            gettext("your share of the disk is full"),
            gettext("make room and try again"),
        ),
        errno.EFBIG: (
            gettext("the disk takes no file of this size"),
            gettext("choose another folder"),
        ),
        errno.EROFS: (gettext("the disk is read-only"), gettext("choose another folder")),
        errno.ENAMETOOLONG: (gettext("the name is too long"), gettext("choose a shorter one")),
    }
    if isinstance(error, PermissionError):
        reason = gettext("it is open in another program, or you may not write here")
        remedy = gettext("close it there, or choose another folder")
    else:
        unknown = (error.strerror or str(error), "")
        reason, remedy = reasons.get(error.errno or 0, unknown)
    problem = gettext("cannot be written: {reason}").format(reason=reason)
    return OutputError(str(path), problem, remedy)


def check_absent(path: Path) -> None:
    """Raise OutputError when something stands here already, be it a folder."""
    if path.exists():
        raise OutputError(
            str(path),
            gettext("stands there already"),
            gettext("write over it with --overwrite, or name another file with -o"),
        )


def _refuse_changed(path: Path, content: bytes) -> None:
    check_not_in_use(path)
    if not path.exists() or path.read_bytes() != content:
        raise OutputError(
            str(path),
            gettext("somebody saved it while this command ran"),
            gettext("close it and try again"),
            gettext("Nothing was written"),
        )


def check_distinct(outputs: Collection[Path], inputs: Collection[Path]) -> None:
    """Raise OutputError when an output would take the place of an input or of another output."""
    taken = {real_path(path): path for path in inputs}
    for output in outputs:
        if real_path(output) in taken:
            raise OutputError(
                str(output),
                gettext("is used for something else in this command"),
                gettext("name another file"),
            )
        taken[real_path(output)] = output
