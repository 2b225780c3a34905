"""Where a store may lie: on a disk of this machine, for one program at a time."""

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from gettext import gettext
from pathlib import Path, PurePath
from typing import NamedTuple

from filelock import FileLock

from forms import atomic_files
from forms.errors import StoreError

# File systems by which several machines see one disk; locks do not hold there.
_SHARED = (
    *("nfs", "cifs", "smb", "afs", "afpfs", "9p", "ceph", "gluster", "gfs2", "lustre", "ncp"),
    *("davfs", "webdav", "fuse.davfs", "fuse.glusterfs", "fuse.rclone", "fuse.sshfs"),
)


class Mount(NamedTuple):
    """A disk: where it is seen, of which kind, and what Windows says of it."""

    mountpoint: str
    fstype: str
    opts: str = ""


def check_location(path: Path) -> None:
    """Raise StoreError where a store cannot be, or would not be safe."""
    atomic_files.check_place(path, StoreError)
    if kind := shared_disk(path, _mounts()):
        raise StoreError(
            str(path),
            gettext("lies on a network drive ({kind}), where answers can get lost").format(
                kind=kind
            ),
            gettext("name a file on a disk of this machine"),
        )


def lock(path: Path) -> FileLock:
    """Return a lock on a store, held until it is released or the program ends.

    Raises StoreError when another program holds it, or when nothing can be written here.
    """
    return atomic_files.lock(
        path,
        StoreError(
            str(path),
            gettext("another vinkje writes to this database now"),
            gettext("stop that one first, or name another file"),
        ),
    )


def closed_mark(path: Path) -> Path:
    """Return the file that says, by being there, that the round is closed.

    It is no part of the database: that has one writer, the form, while a round is closed by
    another program.
    """
    return path.with_name(f"{path.name}-closed")


def closed_at(path: Path) -> datetime | None:
    """Return when the round was closed, in UTC; None while it is open."""
    try:
        return datetime.fromtimestamp(closed_mark(path).stat().st_mtime, UTC)
    except OSError:
        return None


def shared_disk(path: PurePath, mounts: Iterable[Mount]) -> str:
    """Return the kind of network drive that a path lies on; nothing for a disk of this machine."""
    if str(path).startswith(("\\\\", "//")):
        return gettext("a shared folder")
    above = [mount for mount in mounts if path.is_relative_to(mount.mountpoint)]
    # Of two disks at one place the later hides the earlier.
    nearest = max(reversed(above), key=lambda mount: len(mount.mountpoint), default=None)
    if nearest is None:
        return ""
    if "remote" in nearest.opts.split(","):
        return nearest.fstype or gettext("a shared folder")
    return nearest.fstype if nearest.fstype.lower().startswith(_SHARED) else ""


def _mounts() -> list[Mount]:
    import psutil

    disks = psutil.disk_partitions(all=True)
    return [Mount(os.fspath(disk.mountpoint), disk.fstype, disk.opts) for disk in disks]
