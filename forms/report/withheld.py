"""Remarks that the coordinator keeps out of reports, since they name somebody. Pure."""

import hashlib
import re
from collections.abc import Mapping

from forms.text import fold
from forms.wording import LANGUAGES, wording

CODE = re.compile(r"r[0-9a-f]{10}")
_YES = {fold(wording(language)("section.show_yes")) for language in LANGUAGES} | {"true", "1"}


def code_of(subject: str, text: str) -> str:
    """Return what a remark on an item or section is known by, report after report."""
    return "r" + hashlib.sha256(f"{subject}\n{fold(text)}".encode()).hexdigest()[:10]


def withheld(words: Mapping[str, str], before: frozenset[str]) -> frozenset[str]:
    """Return the codes not to show: by the word beside each remark, else as it was before.

    Anything but yes or an empty cell is a no: better a remark too few than a name too many.
    """
    refused = {code for code, word in words.items() if word.strip() and fold(word) not in _YES}
    return frozenset(refused | (before - words.keys()))
