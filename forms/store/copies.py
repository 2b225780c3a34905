"""Copies of a store under a name that tells when each was made, and which of them may go."""

import re
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path

from forms.file_rights import real_path
from forms.store.sqlite.schema import APPLICATION

DATE, _TIME = "{date}", "{time}"
# How each is known again, the first time and after that.
_PATTERNS = {
    DATE: (r"(?P<date>\d{4}-\d{2}-\d{2})", "(?P=date)"),
    _TIME: (r"(?P<time>\d{4})(?P<again>b?)", "(?P=time)(?P=again)"),
}
# What a form lays beside a file that it writes to.
_IN_USE = ("-lock", "-wal", "-shm", "-journal")
# Bytes of a file of SQLite up to where its program marks it as its own, and before that.
_HEADER, _MARK = 72, 68


def name_at(output: Path, now: datetime) -> Path:
    """Return the file that a copy goes to at a moment.

    `{date}` becomes such as 2026-11-30 and `{time}` 0915; in the hour that comes twice when summer
    time ends, the second time has a b, as 0215b.
    """
    time = f"{now:%H%M}{'b' * now.fold}"
    return output.with_name(output.name.replace(DATE, f"{now:%Y-%m-%d}").replace(_TIME, time))


def prune(
    output: Path, made: Path, keep: int, zone: tzinfo, may_go: Callable[[Path], bool]
) -> list[Path]:
    """Delete all but the latest copies under such a name, `keep` with the one that was just made.

    Latest by the moment in their names. A file that is no copy is left alone, and so is one that
    may not go; returns those last.
    """
    pattern = re.escape(output.name)
    for part, (first, same) in _PATTERNS.items():
        pattern = pattern.replace(re.escape(part), first, 1).replace(re.escape(part), same)
    moments = {
        path: moment
        for path in output.parent.iterdir()
        if real_path(path) != real_path(made)
        and (match := re.fullmatch(pattern, path.name, re.ASCII))
        and (moment := _moment(match, zone)) is not None
        and _is_copy(path)
    }
    spared = []
    for path in sorted(moments, key=lambda path: moments[path], reverse=True)[keep - 1 :]:
        if may_go(path):
            path.unlink(missing_ok=True)
        else:
            spared.append(path)
    return spared


def _moment(match: re.Match[str], zone: tzinfo) -> float | None:
    found = {"time": "0000", "again": ""} | match.groupdict()
    try:
        moment = datetime.strptime(f"{found['date']} {found['time']}", "%Y-%m-%d %H%M")  # noqa: DTZ007
    except ValueError:
        return None
    return moment.replace(tzinfo=zone, fold=len(found["again"])).timestamp()


def _is_copy(path: Path) -> bool:
    """Say whether a file is a store of ours that nobody writes to."""
    beside = (path.with_name(f"{path.name}{ending}") for ending in _IN_USE)
    if path.is_symlink() or not path.is_file() or any(each.exists() for each in beside):
        return False
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError:
        return False
    return header[_MARK:] == APPLICATION.to_bytes(4, "big")
