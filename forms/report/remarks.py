"""Remarks as a report has them: each once, about a subject and in a section's tab. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from forms.checklist.model import Section
from forms.text import says_something

# A tab with more is read by nobody, and took most of a report's time; the archive holds them all.
MOST_REMARKS = 1_000


@dataclass(frozen=True)
class Remark:
    """What people wrote, and how often; of one that is withheld its code instead."""

    text: str = ""
    count: int = 1
    code: str = ""


# By the code of one that is withheld, and what is the same of the spellings of one that is not.
Known = Mapping[tuple[str, str], Remark]


@dataclass(frozen=True)
class SectionRemark:
    """A remark, and the items that it is about; none for one about the section."""

    items: tuple[str, ...]
    remark: Remark


def subjects_of(section: Section) -> list[str]:
    """Return the ids of what remarks can be about: the section, and its items."""
    return [section.id, *(item.id for item in section.items)]


def known_remarks(texts: Iterable[str], withheld_code: Callable[[str], str]) -> Known:
    """Return every remark once, in the spelling that most people gave it; those withheld last.

    `withheld_code` gives the code of a text that is withheld, and nothing for another.
    """
    spellings: dict[str, dict[str, int]] = {}
    for text, count in Counter(texts).items():
        if says_something(text):
            spellings.setdefault(_same(text), {})[text] = count
    shown: dict[tuple[str, str], Remark] = {}
    hidden: dict[tuple[str, str], Remark] = {}
    for same, own in spellings.items():
        text = max(own, key=own.__getitem__)
        if code := withheld_code(text):
            hidden[code, ""] = Remark(code=code)
        else:
            shown["", same] = Remark(text, sum(own.values()))
    return shown | hidden


def _same(text: str) -> str:
    """Return what is the same of remarks that differ in case, spaces or a full stop.

    Their codes make less of a difference: `-1` and `+1` are withheld together, and shown apart.
    """
    return " ".join(text.casefold().split()).rstrip(". ")


def section_remarks(section: Section, known: Mapping[str, Known]) -> list[SectionRemark]:
    """Return every remark once, of those by subject: one word beside it is for all who wrote it."""
    found: dict[tuple[str, str], SectionRemark] = {}
    for subject in subjects_of(section):
        items = () if subject == section.id else (subject,)
        for key, remark in known.get(subject, {}).items():
            if before := found.get(key):
                count = before.remark.count + remark.count
                both = replace(before.remark, count=count)
                found[key] = SectionRemark((*before.items, *items), both)
            else:
                found[key] = SectionRemark(items, remark)
    return list(found.values())


def on_the_tab(remarks: list[SectionRemark]) -> list[SectionRemark]:
    """Return as many as a tab shows; those withheld are always there, to be shown again."""
    more = max(0, len(remarks) - MOST_REMARKS)
    shown = [index for index, each in enumerate(remarks) if each.remark.text]
    left_out = set(shown[len(shown) - more :]) if more else set()
    return [each for index, each in enumerate(remarks) if index not in left_out]
