"""The files of a report put in place at once, and what becomes of those that stand there.

A workbook that was carried over from is kept as `rapport.vorige.xlsx`, until the next report. One
that nothing was carried over from, or not all, is kept under its own time, and nothing replaces it.
"""

import glob
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from forms.atomic_files import write_all
from forms.errors import WorkbookError
from forms.mail.draft import is_untouched
from forms.notes import Note
from forms.report.existing import ExistingWorkbook
from forms.report.note_kinds import NewerCopy
from forms.report.secret import secret_path


def previous_path(output: Path) -> Path:
    """Return where the workbook that was carried over from is kept, until the next one."""
    return output.with_suffix(f".vorige{output.suffix}")


def put_first_in_place(
    output: Path, contents: Mapping[Path, bytes], *, replaceable: Path | None, overwrite: bool
) -> list[Path]:
    """Write the files of a report that nothing is carried over into; returns what was kept.

    With `overwrite` they may take the place of others, else only that of the secret and of
    `replaceable`. Raises OutputError; then every file is as it was.
    """
    private = [secret_path(output)]
    new = [] if overwrite else [path for path in contents if path not in {replaceable, *private}]
    former = [output, *_changed_mails(contents)]
    return write_all(contents, keep_former=former, new=new, private=private)


def put_in_place(
    output: Path, contents: Mapping[Path, bytes], existing: ExistingWorkbook
) -> list[Path]:
    """Write the files of a report that people's workbook was carried over into.

    Returns what was kept of those that stood there. Raises OutputError, also where somebody saved
    the workbook since it was read; then every file is as it was.
    """
    from forms.workbook.build import is_report

    mails, private = _changed_mails(contents), [secret_path(output)]
    read = {output: existing.content}
    if existing.annotated_tabs or not existing.is_marked:
        # Not all of it is in the new one, so it is kept for good.
        former = [output, *mails]
        return write_all(contents, keep_former=former, read=read, private=private)
    if contents[output] == existing.content:
        # The one before this is still the one that differs.
        return write_all(contents, keep_former=mails, read=read, private=private)
    previous = previous_path(output)
    # What stands there and is no report of ours was put there by somebody.
    theirs = [previous] if previous.exists() and not is_report(previous.read_bytes()) else []
    others = write_all(
        {previous: existing.content, **contents},
        keep_former=[*theirs, *mails],
        read=read,
        private=private,
        # It is the same file, so the same people may read it.
        like={previous: output},
    )
    return [previous, *others]


def newer_copies(output: Path, existing: ExistingWorkbook) -> tuple[Note, ...]:
    """Return which copies of a workbook were saved after it: a browser's, or a synchroniser's.

    Such as `rapport (1).xlsx`, or `rapport-LAPTOP.xlsx` where two people wrote at once. It is a
    copy when vinkje wrote the same in it.
    """
    from forms.workbook.reader import open_existing

    when = output.stat().st_mtime
    notes = []
    for path in sorted(output.parent.glob(f"{glob.escape(output.stem)}[ _(-]*{output.suffix}")):
        with suppress(OSError, WorkbookError):
            if path.stat().st_mtime <= when or path.read_bytes() == existing.content:
                continue
            copy = open_existing(path)
            if copy.list.written == existing.list.written:
                notes.append(Note(NewerCopy(output.name, path.name)))
    return tuple(notes)


def _changed_mails(contents: Mapping[Path, bytes]) -> list[Path]:
    """Return the mails to be written in whose place stands one that somebody worked on."""
    mails = [path for path in contents if path.suffix == ".eml" and path.is_file()]
    return [path for path in mails if not is_untouched(path.read_bytes())]
