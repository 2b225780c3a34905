"""Remarks that the coordinator keeps out of reports, since they name somebody. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from forms.text import clean, normalize, one_line, shortened
from forms.wording import LANGUAGES, wording

CODE = re.compile(r"r[0-9a-f]{10}")
_YES = {normalize(wording(language)("section.show_yes")) for language in LANGUAGES}
# What people type, and what a check box or a program writes: Dutch Excel says WAAR.
_YES |= {"j", "y", "true", "waar", "1"}
_NO = {normalize(wording(language)("section.show_no")) for language in LANGUAGES}
_NO |= {"n", "false", "onwaar", "0"}


@dataclass
class RemarkChoices:
    """The codes of remarks in a workbook, those with a no beside them, and those with neither.

    `texts` has what stands beside a no, folded: a remark may be among it that has lost its code,
    or has another's.
    One no is enough for a remark that stands there twice. Anything but yes or an empty cell is
    taken as a no: better a remark too few than a name too many.
    """

    codes: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    unclear: set[str] = field(default_factory=set)
    texts: set[str] = field(default_factory=set)

    def add(self, code: str, word: str) -> None:
        """Take note of the word beside a remark, by the remark's code."""
        self.codes.add(code)
        if is_no(word):
            self.refused.add(code)
            if normalize(word) not in _NO:
                self.unclear.add(code)


def code_of(key: bytes, text: str) -> str:
    """Return what a remark is known by, report after report, wherever it was written.

    `key` is the report's secret: without it nobody can tell by the code whether a remark says what
    they think. Case, spaces and punctuation do not matter.
    """
    return "r" + blake2b(normalize(text).encode(), key=key, digest_size=5).hexdigest()


def carried_codes(
    codes: Iterable[str], remarks: Mapping[str, Iterable[str]], key: bytes
) -> frozenset[str]:
    """Return the codes of remarks that an earlier vinkje knew by codes without a key."""
    known = frozenset(codes)
    return frozenset(
        code_of(key, text)
        for subject, texts in remarks.items()
        for text in texts
        if "r" + hashlib.sha256(f"{subject}\n{normalize(text)}".encode()).hexdigest()[:10] in known
    )


def withheld(choices: RemarkChoices, before: frozenset[str]) -> frozenset[str]:
    """Return the codes not to show: by the word beside each remark, else as it was before."""
    return frozenset(choices.refused | (before - choices.codes))


def codes_of(
    texts: frozenset[str] | None, remarks: Mapping[str, Iterable[str]], key: bytes
) -> frozenset[str]:
    """Return the codes of those remarks, by subject, that are among folded texts, or of all."""
    return frozenset(
        code_of(key, remark)
        for own in remarks.values()
        for remark in own
        if texts is None or normalize(remark) in texts
    )


def without(text: str, remarks: Iterable[str], instead: str, length: int) -> str:
    """Return text with every one of some remarks replaced, also where it stands cut to a length."""
    forms = {f for r in remarks for f in (clean(r), one_line(r), shortened(r, length))}
    # The longest first: a shorter one may be a part of it.
    for form in sorted(forms, key=len, reverse=True):
        # Not a part of a word: a remark can be a letter.
        pattern = rf"(?<!\w){re.escape(form)}(?!\w)"
        text = re.sub(pattern, lambda _: instead, text, flags=re.IGNORECASE)
    return text


def is_no(word: str) -> bool:
    """Say whether a word beside a remark keeps it out: anything but yes or nothing does."""
    return bool(word.strip()) and normalize(word) not in _YES


def is_understood(word: str) -> bool:
    """Say whether a word is a yes or a no; a figure can be anything."""
    return normalize(word) in _YES | _NO and not word.isdigit()
