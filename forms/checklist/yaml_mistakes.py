"""What somebody mistyped, when a file is no YAML: found by its lines and where YAML stopped."""

import re
from collections.abc import Callable, Iterable, Iterator
from gettext import gettext

from forms.checklist.yaml_indentation import (
    Column,
    bad_indent,
    open_columns,
    too_far_left,
    with_number,
    wrong_indent,
)
from forms.checklist.yaml_lines import (
    DOUBLE,
    QUOTES,
    SINGLE,
    Line,
    Mistake,
    closing_quote,
    line_at,
    lines_of,
    outside_quotes,
    own_lines,
    write_so,
)

# Mistakes in one file that are told at once.
_MOST = 50
# The keys of a checklist that hold a text.
TEXT_KEYS = frozenset({"title", "text", "label", "help", "action", "owner", "introduction", "name"})
# Of YAML's indicators those that no plain text may begin with, whatever stands behind them.
_RESERVED = "@`%&*!|>[{,]}"
_CURLY_QUOTES = (DOUBLE + SINGLE).replace('"', "").replace("'", "")
_COMMENTED_KEY = re.compile(r"#\s*[a-z_]+:\s*(?:#.*)?")
_COLON = re.compile(r":(?:\s|$)")
_NO_SPACE_KEY = re.compile(r"^([a-z_]+):(?=[^\s/])")
# A backslash behind which none of YAML's escapes stands.
_NO_ESCAPE = re.compile(r"""(?<!\\)(?:\\\\)*\\(?![0abtnvefrN_LPxuU "/\\])""")
_NO_SPACE_DASH = re.compile(r"^-+(?=[^\s-])")


def mistakes(text: str, stopped: int, key: int | None = None) -> list[Mistake]:
    """Return what is mistyped, given the line (from 1) where YAML stopped.

    `key` is the line whose key it was still reading then, if there is one.
    What is wrong for certain further on is there as well, so that nobody mends one line a time.
    """
    lines = lines_of(text)
    before = [line for line in lines if line.number <= stopped]
    if not before:
        return [_unreadable(line_at(text, stopped))]
    keys = [line for line in before if line.number == key]
    cause = next((m for line in keys if (m := _no_colon(line))), None) or _cause(before, lines)
    later = [m for m in _certain(lines) if m.line.number > stopped] if cause else []
    first = _commented(text, cause) or cause or _unreadable(before[-1])
    return [first, *later][:_MOST]


def _unreadable(line: Line) -> Mistake:
    return Mistake(
        line,
        gettext("this line cannot be read"),
        gettext(
            "look at the spaces before it, and put quotes around each text, also on the line above "
            "it"
        ),
    )


def _commented(text: str, cause: Mistake | None) -> Mistake | None:
    """Tell of a key that is still a comment, while what belongs below it is not."""
    if cause is None or cause.before != "other spaces":
        return None
    above = line_at(text, cause.line.number - 1)
    if not _COMMENTED_KEY.fullmatch(above.text):
        return None
    return Mistake(
        above,
        gettext("it still has its #, and the line below it has not"),
        gettext("take the # away"),
    )


def reserved_at(text: str, number: int) -> str | None:
    """Return what to write when a line's text begins with a character that means something."""
    line = line_at(text, number)
    if line.plain.startswith("!!") or (line.key and line.key not in TEXT_KEYS):
        return None
    return str(_reserved(line) or "") or None


def _cause(before: list[Line], lines: list[Line]) -> Mistake | None:
    """Return why YAML stopped at the last of these lines, or just before it."""
    here, above = before[-1], before[:-1]
    if lost := _lost_quote(before, lines):
        return lost
    for look in _LOOKS:
        if mistake := look(here):
            return with_number(mistake, above)
    for look in _LOOKS_ABOVE:
        if above and (mistake := look(above[-1])):
            return with_number(mistake, above[:-1])
    if above and (mistake := _no_dash(above[-1], open_columns(above[:-1]))):
        return mistake
    if above and _is_no_key(above[-1], here, open_columns(above[:-1])):
        return _no_colon(above[-1])
    indent = wrong_indent(here, above)
    return (too_far_left(above) if indent else None) or indent or _in_brackets(here)


def _certain(lines: Iterable[Line]) -> Iterator[Mistake]:
    """Yield what is wrong wherever it stands, and whatever stands around it."""
    for line in own_lines(lines):
        mistake = next((m for look in _CERTAIN if (m := look(line))), None)
        if mistake:
            yield mistake


def _colon(line: Line) -> Mistake | None:
    if line.value[:1] in QUOTES | {"[", "{"} or not _COLON.search(line.plain):
        return None
    if line.plain[0] in _CURLY_QUOTES:
        wrong = gettext("curly quotes do not count as quotes here")
        return Mistake(line, wrong, write_so(line.with_quotes()))
    if not line.begins_entry:
        wrong = gettext("a colon with a space behind it is read as the end of a key")
        return Mistake(line, wrong, gettext("put the whole text on one line, between quotes"))
    if line.plain[-1] in QUOTES and line.plain.count(line.plain[-1]) == 1:
        wrong = gettext("the quote {quote} that closes this text opens nowhere")
        return Mistake(line, wrong.format(quote=line.plain[-1]), write_so(line.with_quotes()))
    wrong = gettext(
        "a colon with a space behind it, or at the end, cannot stand in a text without quotes"
    )
    return Mistake(line, wrong, write_so(line.with_quotes()))


def _reserved(line: Line) -> Mistake | None:
    first = line.plain[:1]
    is_sign = first in {"-", "?"} and line.plain[1:2] == " "
    if not first or not line.begins_entry or (first not in _RESERVED and not is_sign):
        return None
    if line.opens_text or (first in "[{" and _is_whole(line.plain)):
        return None
    if first in "[{" and line.key not in TEXT_KEYS:
        return _open_bracket(line)
    wrong = gettext("a text that begins with {sign} needs quotes").format(sign=first)
    return Mistake(line, wrong, write_so(line.with_quotes()))


def _is_whole(text: str) -> bool:
    """Say whether what is between brackets is closed, with nothing behind it."""
    depth = 0
    outside = list(outside_quotes(text))
    for at, char in enumerate(outside):
        depth += (char in "[{") - (char in "]}")
        if depth == 0:
            return at == len(outside) - 1
    return False


def _open_bracket(line: Line) -> Mistake | None:
    outside = list(outside_quotes(line.plain))
    if outside[-1] in "\"'":
        wrong = gettext("the quote {quote} that opens here is not closed")
        return Mistake(
            line, wrong.format(quote=outside[-1]), gettext("put one at the end of that text")
        )
    open_ones = [c for c in outside if c in "[{"]
    closed = sum(c in "]}" for c in outside)
    if len(open_ones) > closed:
        close = "".join({"[": "]", "{": "}"}[c] for c in reversed(open_ones[closed:]))
        whole = line.with_value(line.plain + close)
        wrong = gettext("{sign} is missing at its end").format(sign=close)
        return Mistake(line, wrong, write_so(whole))
    return _in_brackets(line)


def _in_brackets(line: Line) -> Mistake | None:
    if line.plain[:1] not in {"[", "{"}:
        return None
    return Mistake(
        line,
        gettext("a comma or a quote is missing between these brackets"),
        gettext("put a comma between the parts, and quotes around each text"),
    )


def _after_quote(line: Line) -> Mistake | None:
    """Tell of a text that goes on behind its closing quote, as `'Zo's'` does."""
    if line.value[:1] not in QUOTES:
        return None
    end = closing_quote(line.value)
    if end < 0 or not line.value[end + 1 :].strip() or line.value[end + 1 :].lstrip()[0] == "#":
        return None
    wrong = gettext("a quote {quote} inside the text ends it too early")
    return Mistake(line, wrong.format(quote=line.value[0]), write_so(line.with_quotes()))


def _bad_escape(line: Line) -> Mistake | None:
    if line.value[:1] != '"' or not _NO_ESCAPE.search(line.value):
        return None
    text = line.value.rstrip().removesuffix('"')[1:]
    if "'" in text:
        wrong = gettext("\\ has a meaning between double quotes")
        return Mistake(line, wrong, gettext("write \\\\ for each \\"))
    wrong = gettext("\\ has a meaning between double quotes, and none between single ones")
    return Mistake(line, wrong, write_so(line.with_value(f"'{text}'")))


def _no_space_dash(line: Line) -> Mistake | None:
    fixed = _NO_SPACE_DASH.sub("- ", line.text, count=1)
    if not line.text.startswith("-") or fixed == line.text:
        return None
    return Mistake(line, gettext("a space is missing behind the dash"), write_so(fixed))


def _no_space_colon(line: Line) -> Mistake | None:
    fixed = _NO_SPACE_KEY.sub(r"\1: ", line.value, count=1)
    if line.key or fixed == line.value:
        return None
    wrong = gettext("a space is missing behind the colon")
    return Mistake(line, wrong, write_so(line.with_value(fixed)))


def _no_dash(line: Line, held: list[Column]) -> Mistake | None:
    """Tell of a text right below the dashes of a list, which has none itself."""
    if line.begins_entry or len(line.indent) not in {c.at for c in held if c.is_list}:
        return None
    wrong = gettext("the lines above it begin with a dash, and this one does not")
    return Mistake(line, wrong, write_so(f"- {line.value}"))


def _is_no_key(above: Line, here: Line, held: list[Column]) -> bool:
    """Say whether a line stands where a key should, by what stands around it."""
    if above.key:
        return False
    is_beside_one = bool(here.key) and above.column == here.column
    is_below_one = not above.dashes and above.column in {c.at for c in held if not c.is_list}
    return is_beside_one or is_below_one


def _no_colon(line: Line) -> Mistake | None:
    if line.key or not re.fullmatch(r"[a-z_]+(?: .*)?", line.value):
        return None
    key, _, rest = line.value.partition(" ")
    fixed = f"{key}: {rest}".strip()
    return Mistake(line, gettext("a colon is missing here"), write_so(line.with_value(fixed)))


def _lost_quote(before: list[Line], lines: list[Line]) -> Mistake | None:
    """Return the text whose quote was never closed, and so took in what stands below it."""
    stopped = before[-1].number
    for line in own_lines(before):
        quote = line.open_quote
        if not quote:
            continue
        below = (o.number for o in lines if o.number > line.number and quote in o.text)
        if next(below, stopped) >= stopped:
            wrong = gettext("the quote {quote} that opens this text is not closed")
            return Mistake(line, wrong.format(quote=quote), write_so(line.with_quotes()))
    return None


_Look = Callable[[Line], Mistake | None]
# The first that sees a mistake names it. Those that are certain hold wherever a line stands.
_CERTAIN: tuple[_Look, ...] = (bad_indent, _after_quote, _reserved, _colon)
_LOOKS: tuple[_Look, ...] = (_no_space_dash, *_CERTAIN, _no_space_colon, _bad_escape)
_LOOKS_ABOVE: tuple[_Look, ...] = (bad_indent, _no_space_dash, _no_space_colon, _reserved)
