"""Lines of YAML that do not begin where they should: their spaces, and what stands for these."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from gettext import gettext, ngettext

from forms.checklist.yaml_lines import Line, Mistake, own_lines, write_so

# Spaces a level, as the checklist that ships has them.
_STEP = 2
# The keys of a checklist at the margin.
TOP_KEYS = frozenset(
    {"title", "language", "time_zone", "source", "introduction", "round", "remarks"}
    | {"respondent", "answers", "rules", "sections"}
)


@dataclass(frozen=True)
class Column:
    """Where something begins that lines below may belong to."""

    at: int
    is_list: bool
    number: int


def bad_indent(line: Line) -> Mistake | None:
    """Return the tab or no-break space that stands where only spaces may, if one does."""
    odd = next((c for c in line.indent + line.dashes if c in "\t\xa0\u202f"), None)
    if not odd:
        return None
    is_tab = odd == "\t"
    if not line.indent.strip(" "):
        wrong = (
            gettext("a tab stands behind the dash")
            if is_tab
            else gettext("a no-break space stands behind the dash")
        )
        return Mistake(line, wrong, write_so(line.unspaced))
    wrong = (
        gettext("a tab stands before this text, where only spaces may stand")
        if is_tab
        else gettext("a no-break space stands before this text, where only spaces may stand")
    )
    return Mistake(line, wrong, gettext("take it away and type spaces"), "no spaces")


def with_number(mistake: Mistake, above: list[Line]) -> Mistake:
    """Return a fault of indentation with the number of spaces that is meant, as far as is known."""
    if mistake.before != "no spaces":
        return mistake
    held = [c for c in open_columns(above) if c.is_list == bool(mistake.line.dashes)]
    at = held[-1].at if held else 0
    if above and above[-1].opens:
        at = above[-1].column + _STEP
    remedy = (
        ngettext(
            "take it away and begin the line with {count} space",
            "take it away and begin the line with {count} spaces",
            at,
        )
        if at
        else gettext("take it away and begin the line without spaces")
    )
    return replace(mistake, remedy=remedy.format(count=at))


def _begin(line: Line, wrong: str, spaces: int, like: int | None = None) -> Mistake:
    """Return that a line begins in the wrong place, and the number of a line that is right."""
    if like and spaces:
        remedy = ngettext(
            "begin it with {count} space, as line {line}",
            "begin it with {count} spaces, as line {line}",
            spaces,
        )
    elif like:
        remedy = gettext("begin it without spaces, as line {line}")
    else:
        remedy = gettext("begin it without spaces")
    return Mistake(line, wrong, remedy.format(count=spaces, line=like), "other spaces")


def open_columns(lines: Iterable[Line]) -> list[Column]:
    """Return what is still open below these lines, outermost first."""
    held: list[Column] = []
    for line in own_lines(lines):
        starts = [m.start() + len(line.indent) for m in re.finditer("-", line.dashes)]
        for at in starts:
            held = [c for c in held if c.at < at or (c.at == at and not c.is_list)]
            held.append(Column(at, is_list=True, number=line.number))
        if line.key:
            held = [c for c in held if c.at < line.column or (c.at == line.column and c.is_list)]
            held.append(Column(line.column, is_list=False, number=line.number))
    return held


def wrong_indent(here: Line, above: list[Line]) -> Mistake | None:
    """Return that a line, or the one above it, has more or fewer spaces than any other allows."""
    held = open_columns(above)
    at = len(here.indent)
    if not held or not here.begins_entry or (above[-1].opens and at > held[-1].at):
        return None
    if at < held[0].at:
        first = next(line for line in above if line.number == held[0].number)
        return _begin(first, gettext("spaces stand before this line"), 0)
    is_entry = bool(here.dashes)
    fits = [c for c in held if c.is_list == is_entry]
    if any(c.at == at for c in fits):
        return None
    if is_entry and (not fits or at >= held[-1].at):
        return Mistake(
            here,
            gettext("an entry with a dash stands here, but nothing above it opens a list"),
            gettext("write a line above it that does, such as 'items:'"),
        )
    near = min(fits, key=lambda c: (abs(c.at - at), -c.at))
    if near.number == above[-1].number and near.at % _STEP and not at % _STEP:
        # Where all others are even, the odd one is the mistake.
        right = len(above[-1].indent) + at - near.at
        wrong = gettext("the number of spaces before it is {count}, and its next line differs")
        count = len(above[-1].indent)
        return _begin(above[-1], wrong.format(count=count), right, here.number)
    wrong = gettext("the number of spaces before it, {count}, fits nothing above it")
    return _begin(here, wrong.format(count=at), near.at, near.number)


def too_far_left(above: list[Line]) -> Mistake | None:
    """Tell of a line at the margin that only makes sense further in."""
    line, *before = above[::-1]
    if not before or line.indent or line.dashes or not line.key or line.key in TOP_KEYS:
        return None
    wrong = gettext("it stands too far left")
    return _begin(line, wrong, before[0].column, before[0].number)
