"""Which item a row of the action list is about."""

from collections.abc import Iterable
from gettext import gettext

from forms.action_list.model import ExistingList, ExistingRow, fingerprint
from forms.checklist.model import Checklist, Item
from forms.errors import WorkbookError
from forms.text import normalize, one_line, text_of
from forms.wording import Wording

# What says whether an action is open, whose it is and when it is late.
_TELLING = ("decision", "owner", "deadline", "status")


class RowIds:
    """Knows an item's row: by its Nr, else by the statement that stands in it.

    A statement is known by its text, an alias, or the mark of what vinkje wrote there.
    """

    def __init__(self, existing: ExistingList, items: Iterable[Item] = ()) -> None:
        self.existing = existing
        asked = list(items)
        self.by_id = {normalize(item): item for item in existing.written}
        self.by_id |= {normalize(item.id): item.id for item in asked}
        self.by_text = {
            normalize(text): item.id for item in asked for text in (*item.aliases, item.text)
        }
        self.by_mark = {marks["item"]: item for item, marks in existing.written.items()}

    def of(self, row: ExistingRow) -> str | None:
        """Return the item that a row is about; None for a row of people's own."""
        number = self.existing.cell(row, "id").shown
        by_number = self.by_id.get(normalize(text_of(number)))
        # A program can take 1.10 for a number, which is 1.1.
        if by_number and isinstance(number, str):
            return by_number
        return self._by_statement(row) or by_number

    def contradicts(self, row: ExistingRow) -> bool:
        """Say whether a row's Nr and its statement are those of two items."""
        by_statement = self._by_statement(row)
        return by_statement is not None and by_statement != self.of(row)

    def _by_statement(self, row: ExistingRow) -> str | None:
        statement = self.existing.cell(row, "item").shown
        if statement is None:
            return None
        return self.by_text.get(normalize(str(statement))) or self.by_mark.get(
            fingerprint(statement)
        )


def check_columns(place: str, existing: ExistingList, words: Wording) -> None:
    """Raise WorkbookError when a column is gone without which nobody can say what stands open.

    Without its decisions every action would read as undecided, and none as late.
    """
    lost = [
        f"'{words(f'actions.{name}')}'"
        for name in _TELLING
        if name in existing.columns_written and existing.place(name) is None
    ]
    if lost:
        raise WorkbookError(
            place,
            gettext("the action list misses {columns}, so nobody can say what stands open").format(
                columns=", ".join(lost)
            ),
            gettext(
                "undo that in Excel, or make the report again: it puts an empty column in its place"
            ),
        )


def check_same_checklist(place: str, existing: ExistingList, checklist: Checklist) -> None:
    """Raise WorkbookError when most of a list's statements are not this checklist's.

    Ids such as `S1` are in every checklist: by those alone, decisions would come at statements that
    they were not about.
    """
    texts = {normalize(text) for item in checklist.items() for text in (item.text, *item.aliases)}
    filled = [row for row in existing.rows if not existing.cell(row, "item").is_blank]
    known = [row for row in filled if normalize(str(existing.cell(row, "item").shown)) in texts]
    ids = {normalize(item.id) for item in checklist.items()}
    numbered = [row for row in filled if normalize(text_of(existing.cell(row, "id").shown)) in ids]
    same_title = normalize(existing.checklist) == normalize(checklist.title)
    if numbered and (same_title or 2 * len(known) >= len(numbered)):
        return
    if not any(not existing.cell(row, "id").is_blank for row in existing.rows) or same_title:
        return
    problem = gettext("is the action list of another checklist")
    if existing.checklist:
        problem = gettext("is the action list of another checklist ('{title}')")
        problem = problem.format(title=one_line(existing.checklist))
    remedy = gettext(
        "name the right checklist with --checklist, or, where this one was reworded, put the "
        "former texts under 'aliases'"
    )
    raise WorkbookError(place, problem, remedy)


def check_same_organisation(place: str, existing: ExistingList, organisation: str) -> None:
    """Raise WorkbookError for the list of another organisation, whose notes are its own."""
    if organisation and normalize(existing.organisation) not in {"", normalize(organisation)}:
        raise WorkbookError(
            place,
            gettext("is the action list of another organisation ('{name}')").format(
                name=one_line(existing.organisation)
            ),
            gettext("put each organisation's workbook back in its own folder"),
        )
