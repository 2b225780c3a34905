"""Whose eyes a file is for, and which links are followed to it: for all that is written."""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from gettext import gettext
from pathlib import Path
from typing import IO

from forms.errors import FormsError, OutputError, reason_of

# What people share has the umask's rights; these are for answers, keys and addresses.
FOR_US = 0o600
_FOLDER_FOR_US, _FOR_OTHERS = 0o700, 0o077
# Windows knows no such links; it has to be told that a file is no text.
_AS_IT_STANDS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
# As many as the system itself follows.
_MOST_LINKS = 40


def create(path: Path, content: bytes, rights: int | None) -> None:
    """Write a file that was not there, with these rights or what the umask leaves.

    It is never open to more people on its way than in the end.
    """
    # O_EXCL: what somebody put there in between, a link too, is never written to.
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _AS_IT_STANDS
    handle = os.open(path, flags, 0o666 if rights is None else FOR_US)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        if rights is not None:
            _give(handle, rights)
        os.fsync(handle)


def rights_of(path: Path) -> int | None:
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
    handle = os.open(target, os.O_RDWR | os.O_APPEND | os.O_CREAT | _AS_IT_STANDS, FOR_US)
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
        raise no_folder(path, error) from None


def shared_folder(path: Path) -> None:
    """Make a folder, and those above it, where they are not there. Raises OutputError."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise no_folder(path, error) from None


def no_folder(path: Path, error: OSError) -> OutputError:
    """Return the fault of a folder that cannot be made."""
    problem = gettext("the folder cannot be made: {reason}").format(reason=reason_of(error))
    return OutputError(str(path), problem)


def _make_private(path: Path, file: int | Path, fault: type[FormsError]) -> None:
    status = os.lstat(file) if isinstance(file, Path) else os.fstat(file)
    is_folder = stat.S_ISDIR(status.st_mode)
    if not (is_folder or stat.S_ISREG(status.st_mode)):
        raise fault(
            str(path),
            gettext("this is no ordinary file"),
            gettext("take it away, or choose another place"),
        )
    if sys.platform == "win32":
        return
    # By a second name others can let us write in a file of ours that is none of this.
    is_lent = status.st_nlink > 1 and not is_folder and _may_others_write(path.parent)
    if not _is_trusted(status.st_uid) or is_lent:
        raise fault(
            str(path),
            gettext("may be somebody else's, who then reads along"),
            gettext("take it away, or choose a folder where only you may write"),
        )
    if status.st_mode & _FOR_OTHERS:
        _give(file, _FOLDER_FOR_US if is_folder else FOR_US)


def target_of(path: Path, fault: type[FormsError] = OutputError) -> Path:
    """Return where a file really stands, for whoever writes it.

    Followed are the links that nobody but the user (or root) can have put there: such a link is
    theirs, and so is the folder that it stands in, where nobody else may write. Raises `fault` for
    any other, since it may lead to a file that is not meant. A link to itself is its own target.
    """
    if sys.platform == "win32":
        return real_path(path)
    # Step by step, since `resolve` follows whatever stands there.
    whole, links = Path.cwd() / path, 0
    here, ahead = Path(whole.anchor), [*reversed(whole.parts[1:])]
    while ahead:
        step = here / ahead.pop()
        if step.name == "..":
            here = here.parent
        elif links < _MOST_LINKS and os.path.islink(step):  # noqa: PTH114 - or nothing to see
            links += 1
            if not _is_trusted(step.lstat().st_uid) or _may_others_write(here):
                problem = gettext("somebody else may have put the link '{link}' there")
                remedy = gettext(
                    "name the place where the file is really to stand, or take the link away"
                )
                raise fault(str(path), problem.format(link=step), remedy)
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
    status = folder.stat()
    is_shared = status.st_mode & stat.S_IWGRP and not _is_own_group(status.st_gid)
    return bool(status.st_mode & stat.S_IWOTH or is_shared) or not _is_trusted(status.st_uid)


def _is_own_group(group: int) -> bool:
    """Say whether a group is the user's alone: named as they are, and nobody else in it."""
    import grp
    import pwd

    try:
        us, entry = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(group)
    except KeyError:
        return False
    return entry.gr_name == us and set(entry.gr_mem) <= {us}


def real_path(path: Path) -> Path:
    """Return where a file really stands; unlike Path.resolve, also for a link to itself."""
    return Path(os.path.realpath(path))
