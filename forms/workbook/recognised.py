"""Which tabs are vinkje's own, where a program dropped all that tells but their words."""

from typing import Any

from forms.text import fold
from forms.wording import LANGUAGES, wording

_SIGNS = (
    *(("overview.what",), ("discuss.explain",), ("discuss.none",)),
    *(("section.back", "section.verdict"), ("account.title", "account.notes")),
)
_SAID = [
    {fold(wording(language)(key)) for key in sign} for language in LANGUAGES for sign in _SIGNS
]


def is_ours(sheet: Any) -> bool:
    """Say whether a tab has the words that vinkje writes on one of its own."""
    cells = sheet._cells.values()  # noqa: SLF001
    texts = {fold(cell.value) for cell in cells if isinstance(cell.value, str)}
    return any(said <= texts for said in _SAID)
