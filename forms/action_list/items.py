"""Which item a row of the action list is about."""

from collections.abc import Iterable

from forms.action_list.model import Former, Row, mark
from forms.checklist.model import Checklist, Item
from forms.errors import WorkbookError
from forms.text import fold, one_line, text_of


class RowIds:
    """Knows an item's row: by its Nr, else by the statement that stands in it."""

    def __init__(self, former: Former, items: Iterable[Item] = ()) -> None:
        self.former = former
        listed = list(items)
        self.by_id = {fold(item): item for item in former.written}
        self.by_id |= {fold(item.id): item.id for item in listed}
        self.by_text = {
            fold(text): item.id for item in listed for text in (*item.aliases, item.text)
        }
        self.by_mark = {marks["item"]: item for item, marks in former.written.items()}

    def of(self, row: Row) -> str | None:
        """Return the item that a row is about; None for a row of people's own."""
        number = self.former.cell(row, "id").shown
        by_number = self.by_id.get(fold(text_of(number)))
        # A program can take 1.10 for a number, which is 1.1.
        if by_number and isinstance(number, str):
            return by_number
        return self._by_statement(row) or by_number

    def contradicts(self, row: Row) -> bool:
        """Say whether a row's Nr and its statement are those of two items."""
        by_statement = self._by_statement(row)
        return by_statement is not None and by_statement != self.of(row)

    def _by_statement(self, row: Row) -> str | None:
        statement = self.former.cell(row, "item").shown
        if statement is None:
            return None
        return self.by_text.get(fold(str(statement))) or self.by_mark.get(mark(statement))


def refuse_another(place: str, former: Former, checklist: Checklist) -> None:
    """Raise WorkbookError when most of a list's statements are not this checklist's."""
    texts = {fold(t): item.id for item in checklist.items() for t in (item.text, *item.aliases)}
    listed = [row for row in former.rows if not former.cell(row, "item").is_blank]
    known = [row for row in listed if fold(str(former.cell(row, "item").shown)) in texts]
    ids = {fold(item.id) for item in checklist.items()}
    numbered = [row for row in listed if fold(text_of(former.cell(row, "id").shown)) in ids]
    same_title = fold(former.checklist) == fold(checklist.title)
    if numbered and (same_title or 2 * len(known) >= len(numbered)):
        return
    if not any(not former.cell(row, "id").is_blank for row in former.rows) or same_title:
        return
    raise WorkbookError(
        f"{place}: is the action list of another checklist"
        + (f" ('{one_line(former.checklist)}')" if former.checklist else "")
        + "; name the right checklist with --checklist, or, where this one was reworded, put the "
        "former texts under 'aliases'"
    )
