"""Files written whole or not at all, several as one; what stood there is kept when asked.

Who may read them, and which links are followed to them, is decided here for all that is written.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from forms.errors import FormsError, OutputError

if TYPE_CHECKING:
    from filelock import FileLock

_FAULTS = {
    errno.ENOSPC: "the disk is full; make room and try again",
    errno.EDQUOT: "your share of the disk is full; make room and try again",
    errno.EFBIG: "the disk takes no file of this size; choose another folder",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}
_FOR_US, _FOLDER_FOR_US, _FOR_OTHERS = 0o600, 0o700, 0o077
# Windows knows no such links; it has to be told that a file is no text.
_AS_IT_STANDS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
# As many as the system itself follows.
_MOST_LINKS = 40


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
        refuse_in_use(path)
    with _only_one(next(iter(contents)).parent), _Batch() as batch:
        for path in new:
            refuse_existing(path)
        for path, content in contents.items():
            rights = _FOR_US if path in private else _rights((like or {}).get(path, path))
            batch.write_beside(path, content, rights)
        for path, content in (read or {}).items():
            _refuse_changed(path, content)
        for swap in batch.swaps:
            if swap.path in keep_former and _holds_other(swap.target, contents[swap.path]):
                _keep(swap.target, batch.kept, is_private=swap.path in private)
            batch.swap_in(swap)
    return batch.kept


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
    held = FileLock(name, timeout=0, thread_local=False, mode=_FOR_US)
    try:
        # Else a folder that takes no files looks like a lock that is taken.
        open_private(name, type(busy)).close()
        held.acquire()
    except Timeout:
        raise busy from None
    except (OSError, NotImplementedError) as error:
        why = getattr(error, "strerror", None) or error
        raise type(busy)(
            f"{path}: cannot be written: {why}; choose a folder where you may write"
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
        self.busy_with = path
        target = target_of(path)
        temporary = target.with_name(f".vinkje-{secrets.token_hex(8)}.new")
        self.swaps.append(_Swap(path, target, temporary))
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "read-only")
        _create(temporary, content, rights)

    def swap_in(self, swap: _Swap) -> None:
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
            raise OutputError(f"{self.busy_with}: cannot be written: {_why(error)}") from None

    def finish(self, *, undo: bool) -> None:
        if undo:
            self.undo()
        for swap in self.swaps:
            for left in filter(None, (swap.temporary, swap.former)):
                with suppress(OSError):
                    left.unlink(missing_ok=True)

    def undo(self) -> None:
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


def refuse_in_use(path: Path) -> None:
    """Raise OutputError when a file cannot be put here, or is open in Excel or LibreOffice."""
    target = target_of(path)
    if path.is_dir():
        raise OutputError(f"{path}: this is a folder; name a file in it")
    if not path.parent.is_dir():
        raise OutputError(f"{path}: the folder '{path.parent}' is not there; make it first")
    if path.exists() and not path.is_file():
        raise OutputError(f"{path}: this is no ordinary file; choose another name")
    # Programs lock a file where it really stands.
    for place in {path, target}:
        for lock in (f"~${place.name}", f"~${place.name[2:]}", f".~lock.{place.name}#"):
            if (place.parent / lock).exists():
                raise OutputError(
                    f"{path}: is open in Excel or LibreOffice; save and close it there, then try "
                    f"again (when nobody has it open, delete '{lock}')"
                )


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
    found = path.stat()
    _create(copy, path.read_bytes(), _FOR_US if is_private else _rights(path))
    os.utime(copy, ns=(found.st_atime_ns, found.st_mtime_ns))


def _create(path: Path, content: bytes, rights: int | None) -> None:
    """Write a file that was not there, with these rights or what the umask leaves.

    It is never open to more people on its way than in the end.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _AS_IT_STANDS
    handle = os.open(path, flags, 0o666 if rights is None else _FOR_US)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        if rights is not None:
            _give(handle, rights)
        os.fsync(handle)


def _rights(path: Path) -> int | None:
    """Return who may do what with a file; None where there is none."""
    try:
        return stat.S_IMODE(path.stat().st_mode) & 0o777
    except OSError:
        return None


def _give(file: int | Path, rights: int) -> None:
    """Say who may do what with a file, where the disk knows of that."""
    # On Windows, and on some disks, the folder alone has rights.
    if sys.platform != "win32":
        with suppress(OSError):
            os.chmod(file, rights)  # noqa: PTH101 - also of what is open


def open_private(
    path: Path, fault: type[FormsError] = OutputError, *, buffering: int = -1
) -> IO[bytes]:
    """Open a file to read it and to add to it, for the user's eyes alone from now on.

    Raises `fault` for a file that is not the user's own, OSError when it cannot be opened.
    """
    target = target_of(path, fault)
    handle = os.open(target, os.O_RDWR | os.O_APPEND | os.O_CREAT | _AS_IT_STANDS, _FOR_US)
    try:
        _make_private(target, handle, fault)
    except BaseException:
        os.close(handle)
        raise
    return os.fdopen(handle, "a+b", buffering)


def keep_private(path: Path, fault: type[FormsError] = OutputError) -> None:
    """Make what may stand here one for the user's eyes alone, without opening it.

    Raises `fault` for what is not the user's own; a link is not.
    """
    with suppress(FileNotFoundError):
        _make_private(path, path, fault)


def private_folder(path: Path) -> None:
    """Make a folder for the user's eyes alone, also of one that stands there.

    Raises OutputError, also for one that is not the user's own.
    """
    target = target_of(path)
    try:
        target.mkdir(mode=_FOLDER_FOR_US, exist_ok=True)
        _make_private(target, target, OutputError)
    except OSError as error:
        raise OutputError(f"{path}: cannot be made: {error.strerror}") from None


def _make_private(path: Path, file: int | Path, fault: type[FormsError]) -> None:
    found = os.lstat(file) if isinstance(file, Path) else os.fstat(file)
    is_folder = stat.S_ISDIR(found.st_mode)
    if not (is_folder or stat.S_ISREG(found.st_mode)):
        raise fault(f"{path}: is no ordinary file; take it away, or choose another place")
    if sys.platform == "win32":
        return
    # By a second name others can let us write in a file of ours that is none of this.
    is_lent = found.st_nlink > 1 and not is_folder and _may_others_write(path.parent)
    if not _is_trusted(found.st_uid) or is_lent:
        raise fault(
            f"{path}: may be somebody else's, who then reads along; take it away, or choose a "
            "folder where only you may write"
        )
    if found.st_mode & _FOR_OTHERS:
        _give(file, _FOLDER_FOR_US if is_folder else _FOR_US)


def target_of(path: Path, fault: type[FormsError] = OutputError) -> Path:
    """Return where a file really stands, for whoever writes it.

    Followed are the links that nobody but the user (or root) can have put there: such a link is
    theirs, and so is the folder that it stands in, where nobody else may write. Raises `fault` for
    any other, since it may lead to a file that is not meant. A link to itself is its own target.
    """
    if sys.platform == "win32":
        return _real(path)
    whole, links = Path.cwd() / path, 0
    here, ahead = Path(whole.anchor), [*reversed(whole.parts[1:])]
    while ahead:
        step = here / ahead.pop()
        if step.name == "..":
            here = here.parent
        elif links < _MOST_LINKS and os.path.islink(step):  # noqa: PTH114 - or nothing to see
            links += 1
            if not _is_trusted(step.lstat().st_uid) or _may_others_write(here):
                raise fault(
                    f"{path}: somebody else may have put the link '{step}' there; name the place "
                    "where the file is really to stand, or take the link away"
                )
            onward = step.readlink()
            here = Path(onward.anchor) if onward.anchor else here
            ahead += reversed(onward.parts[bool(onward.anchor) :])
        else:
            here = step
    return here


def _is_trusted(user: int) -> bool:
    """Say whether this is who runs vinkje, or root, who can do all."""
    return user in {os.geteuid(), 0}


def _may_others_write(folder: Path) -> bool:
    """Say whether others may put things in a folder; some systems give each user a group."""
    found = folder.stat()
    mode = found.st_mode
    is_shared = mode & stat.S_IWGRP and not _is_own_group(found.st_gid)
    return bool(mode & stat.S_IWOTH or is_shared) or not _is_trusted(found.st_uid)


def _is_own_group(group: int) -> bool:
    """Say whether a group is the user's alone: named as they are, and nobody else in it."""
    import grp
    import pwd

    try:
        us, found = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(group)
    except KeyError:
        return False
    return found.gr_name == us and set(found.gr_mem) <= {us}


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _why(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return (
            "it is open in another program, or you may not write here; close it there, "
            "or choose another folder"
        )
    return _FAULTS.get(error.errno or 0, error.strerror or str(error))


def refuse_existing(path: Path) -> None:
    """Raise OutputError when something stands here already."""
    if path.exists():
        raise OutputError(
            f"{path}: stands there already; write over it with --overwrite, or name another file "
            "with -o"
        )


def _refuse_changed(path: Path, content: bytes) -> None:
    refuse_in_use(path)
    if not path.exists() or path.read_bytes() != content:
        raise OutputError(
            f"{path}: somebody saved it while this command ran, so nothing was written; close it "
            "and try again"
        )


def refuse_same(outputs: Collection[Path], inputs: Collection[Path]) -> None:
    """Raise OutputError when an output would take the place of an input or of another output."""
    taken = {_real(path): path for path in inputs}
    for output in outputs:
        if _real(output) in taken:
            raise OutputError(
                f"{output}: is used for something else in this command; name another file"
            )
        taken[_real(output)] = output


def _real(path: Path) -> Path:
    """Return where a file really stands; unlike Path.resolve, also for a link to itself."""
    return Path(os.path.realpath(path))
