"""What stands open in the workbook that people work in."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from forms.action_list.actions import Action, actions_of
from forms.action_list.columns import COLUMNS
from forms.action_list.items import check_columns
from forms.action_list.model import ExistingList
from forms.text import normalize, text_of
from forms.wording import LANGUAGES, Wording, wording


@dataclass(frozen=True)
class ActionsRequest:
    """The workbook, and the day that says what is late."""

    workbook: Path
    today: date


@dataclass(frozen=True)
class ActionsResult:
    """The checklist's title, the words that the list is in, and what each row says."""

    title: str
    words: Wording
    actions: list[Action]


def read_actions(request: ActionsRequest) -> ActionsResult:
    """Read the action list of a workbook, which stays as it is.

    Raises WorkbookError for a workbook that is not ours, or whose list lost what it hangs on.
    """
    from forms.workbook.reader import open_existing

    existing = open_existing(request.workbook).list
    words = wording(_language(existing))
    check_columns(str(request.workbook), existing, words)
    return ActionsResult(existing.checklist, words, actions_of(existing, request.today))


def _language(existing: ExistingList) -> str:
    """Return the language that most headers of the list are in."""
    headers = {
        normalize(text_of(column.header.shown)) for column in existing.columns if column.name
    }

    # The checklist is not at hand here, and could have changed its language since.
    def known(language: str) -> int:
        return sum(normalize(wording(language)(f"actions.{name}")) in headers for name in COLUMNS)

    return max(LANGUAGES, key=known)
