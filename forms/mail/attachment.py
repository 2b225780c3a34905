"""What a mailed copy of a workbook may do at its reader's: people's cells are theirs, and stay."""

from __future__ import annotations

from gettext import gettext
from typing import TYPE_CHECKING

from forms.excel.markup import ExcelError
from forms.excel.outside import Reach, reaching_out
from forms.mail.report_mail import is_attached
from forms.notes import Note
from forms.report.note_kinds import ReachesOut
from forms.text import shortened
from forms.wording import LANGUAGES, wording

# A report makes a draft, and reads no drafts in folders: those know of servers and of addresses.
if TYPE_CHECKING:
    from collections.abc import Sequence

    from forms.mail.draft_files import Draft

# Of a workbook full of links a message names so many; how many more there are it says.
_MOST_NAMED = 10
_XLSX = ".xlsx"


def notes_on_copy(workbook: bytes, name: str, workbook_url: str | None) -> tuple[Note, ...]:
    """Return what is told of a workbook that is attached, and reaches outside itself."""
    reaches = _reaches(workbook, name) if is_attached(workbook, workbook_url) else []
    return (Note(ReachesOut(name, len(reaches), _named(reaches))),) if reaches else ()


def reaching_copies(drafts: Sequence[Draft]) -> list[str]:
    """Return the same of drafts that are sent, a sentence for each workbook in them."""
    warnings = []
    for draft in drafts:
        for part in draft.eml.iter_attachments():
            name = str(part.get_filename())
            if not name.lower().endswith(_XLSX):
                continue
            if reaches := _reaches(part.get_content(), name):
                warnings.append(
                    gettext(
                        "{mail}: in {workbook} people put what reaches outside the file, on "
                        "opening or at a click: {places}"
                    ).format(mail=draft.path.name, workbook=name, places=_named(reaches))
                )
    return list(dict.fromkeys(warnings))


def without_new_remarks(drafts: Sequence[Draft]) -> list[str]:
    """Return a sentence for every draft whose copy lacks remarks that nobody had read."""
    said = [wording(language)("mail.copy_unread") for language in LANGUAGES]
    return [
        gettext(
            "{mail}: the copy in it does not have the new remarks yet; read them, and 'vinkje "
            "report' makes a mail that has them"
        ).format(mail=draft.path.name)
        for draft in drafts
        if (body := draft.eml.get_body(("plain",)))
        and any(sentence in body.get_content() for sentence in said)
    ]


def _reaches(workbook: bytes, name: str) -> list[Reach]:
    try:
        return reaching_out(workbook)
    except ExcelError as error:
        # What nobody can look into may hold anything.
        return [Reach(name, str(error))]


def _named(reaches: Sequence[Reach]) -> str:
    """Return the places, and whereto each leads."""
    places = [f"{reach.place} ({shortened(reach.target, 60)})" for reach in reaches[:_MOST_NAMED]]
    more = len(reaches) - _MOST_NAMED
    return ", ".join([*places, *([f"… (+{more})"] if more > 0 else [])])
