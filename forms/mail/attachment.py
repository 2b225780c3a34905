"""What a mailed copy of a workbook may do at its reader's: people's cells are theirs, and stay."""

from collections.abc import Sequence

from forms.excel.markup import ExcelError
from forms.excel.outside import Reach, reaching_out
from forms.mail.draft_files import Draft
from forms.mail.report_mail import fits_a_mail
from forms.notes import Note
from forms.report.note_kinds import ReachesOut
from forms.text import shortened

_MOST_NAMED = 10
_XLSX = ".xlsx"


def notes_on_copy(workbook: bytes, name: str, workbook_url: str | None) -> tuple[Note, ...]:
    """Return what is told of a workbook that is attached, and reaches outside itself."""
    is_attached = not workbook_url and fits_a_mail(workbook)
    found = _reaches(workbook, name) if is_attached else []
    return (Note(ReachesOut(name, len(found), _named(found))),) if found else ()


def reaching_copies(drafts: Sequence[Draft]) -> list[str]:
    """Return the same of drafts that are sent, a line for each workbook in them."""
    told = []
    for draft in drafts:
        for part in draft.eml.iter_attachments():
            name = str(part.get_filename())
            if not name.lower().endswith(_XLSX):
                continue
            if found := _reaches(part.get_content(), name):
                told.append(
                    f"{draft.path.name}: in {name} people put what reaches outside the file, on "
                    f"opening or at a click: {_named(found)}"
                )
    return list(dict.fromkeys(told))


def _reaches(workbook: bytes, name: str) -> list[Reach]:
    try:
        return reaching_out(workbook)
    except ExcelError as error:
        # What nobody can look into may hold anything.
        return [Reach(name, str(error))]


def _named(found: Sequence[Reach]) -> str:
    """Return the places, and whereto each leads."""
    places = [f"{each.place} ({shortened(each.target, 60)})" for each in found[:_MOST_NAMED]]
    return ", ".join(places) + (f", … (+{len(found) - _MOST_NAMED})" if found[_MOST_NAMED:] else "")
