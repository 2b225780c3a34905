"""Remarks that people keep out since a mail was made: its copy must not leave with them.

What counts is what stands in the copy and in the workbook beside it, and no time of a file.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from gettext import gettext
from pathlib import Path

from forms.errors import FormsError, MailError, WorkbookError
from forms.mail.draft_files import Draft
from forms.report.reconciliation import reconciled_secret, withheld_codes
from forms.wording import LANGUAGES, wording


def check_withheld(drafts: Sequence[Draft]) -> None:
    """Refuse a draft whose copy shows a remark that the workbook beside it keeps out.

    A copy with remarks is refused as well where no workbook tells: one that is gone, or cannot be
    read. A mail without a copy, or a copy without remarks, goes in any case. Raises MailError.
    """
    for draft in drafts:
        if withheld_since(draft):
            raise MailError(
                str(draft.path),
                gettext("you chose No beside a remark since this mail was made"),
                gettext("make the report anew with 'vinkje report'"),
                gettext("Nothing was sent"),
            )


def withheld_since(draft: Draft) -> frozenset[str]:
    """Return the codes of remarks that a draft's copy shows, and the workbook beside it keeps out.

    Raises MailError where the copy shows remarks and nobody can tell.
    """
    names = [str(part.get_filename()) for part in draft.eml.iter_attachments()]
    shown = _shown(draft)
    return shown & _withheld_now(draft.path, names) if shown else shown


def _shown(draft: Draft) -> frozenset[str]:
    from forms.workbook.reader import read_existing

    shown: frozenset[str] = frozenset()
    for part in draft.eml.iter_attachments():
        # What is no workbook of ours has no remarks of ours.
        with suppress(WorkbookError):
            copy = read_existing("", part.get_content())
            shown |= copy.remarks - copy.withheld
    return shown


def _withheld_now(mail: Path, copies: Iterable[str]) -> frozenset[str]:
    """Return the codes of the remarks that the workbook beside a mail keeps out."""
    from forms.workbook.reader import open_existing

    workbook = _beside(mail, copies)
    untold = gettext(
        "Only the workbook tells which remarks you keep out of this mail, so nothing was sent"
    )
    if not workbook.is_file():
        raise MailError(
            str(mail.with_name(workbook.name)),
            gettext("is not beside its mail any more"),
            gettext("put it back, or make the report anew with 'vinkje report'"),
            untold,
        )
    try:
        existing = open_existing(workbook)
        secret, is_lost = reconciled_secret(workbook, existing)
    except FormsError as error:
        raise MailError(error.place, error.problem, error.remedy, untold) from None
    given = secret.released.remarks
    return withheld_codes(existing, given.texts if given else {}, secret, is_lost=is_lost)


def _beside(mail: Path, copies: Iterable[str]) -> Path:
    """Return the workbook that a mail is about: by its own name, else by that of its copy."""
    real = mail.resolve()
    own = real.with_suffix(".xlsx")
    endings = [f"-{wording(language)('mail.copy_name')}.xlsx" for language in LANGUAGES]
    named = [
        real.with_name(f"{Path(copy).name.removesuffix(ending)}.xlsx")
        for copy in copies
        for ending in endings
        if copy.endswith(ending)
    ]
    return next((path for path in (own, *named) if path.is_file()), own)
