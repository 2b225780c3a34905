"""Draws the rooms of forms as ARCHITECTURE.md shows them: python docs/draw_rooms.py.

Their order is the lint's, what they are for is what their first line says; only the two ways
through them stand here.
"""

import ast
import textwrap
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
PICTURE = Path(__file__).parent / "pictures" / "rooms.svg"
ANSWER = (
    *("publish", "store", "collect", "responses", "analysis", "report", "workbook", "mail"),
    *("jobs", "atomic_files"),
)
NOTE = (
    *("workbook", "excel", "action_list", "report", "workbook", "excel", "jobs", "atomic_files"),
    "mail",
)
# In pixels; a card is as wide as its row leaves it.
_WIDTH, _MARGIN, _GAP, _LETTER = 1000, 16, 8, 5.7
# Of a row with room for its sentence on one line, on two, on three.
_LOW, _MIDDLE, _HIGH = 50, 62, 78
_WAYS = ((ANSWER, "#1d5fa8", "an answer"), (NOTE, "#b3541e", "a note typed in Excel"))


def layers() -> list[list[str]]:
    """Return the rooms, the highest first: each may know those below it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    rows = next(each["layers"] for each in contracts if each["type"] == "layers")
    return [["cli"], *([room.strip() for room in row.split("|")] for row in rows)]


def purpose(room: str) -> str:
    """Return the first line of a room's docstring."""
    folder = ROOT / room if room == "cli" else ROOT / "forms" / room
    path = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return text.splitlines()[0]


def stops(way: Sequence[str]) -> Mapping[str, list[int]]:
    """Return at which steps of a way each room is passed, counted from 1."""
    passed: dict[str, list[int]] = {}
    for step, room in enumerate(way, 1):
        passed.setdefault(room, []).append(step)
    return passed


def picture() -> str:
    """Return the drawing, as SVG."""
    rows = layers()
    height = _MARGIN * 2 + 34 + sum(_height(row) + _GAP for row in rows)
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="Segoe UI, Helvetica, Arial, sans-serif">'
    )
    parts = [start, f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>', *_legend()]
    top = _MARGIN + 34
    for row in rows:
        width = (_WIDTH - 2 * _MARGIN - (len(row) - 1) * _GAP) / len(row)
        for place, room in enumerate(row):
            left = _MARGIN + place * (width + _GAP)
            parts += _card(room, left, top, width, _height(row))
        top += _height(row) + _GAP
    return "\n".join([*parts, "</svg>", ""])


def _legend() -> Iterator[str]:
    left = _MARGIN
    for _, colour, name in _WAYS:
        yield f'<circle cx="{left + 9}" cy="24" r="9" fill="{colour}"/>'
        yield f'<text x="{left + 24}" y="29" font-size="14">the way of {name}</text>'
        left += 190
    text = "each room knows those below it, never those above"
    yield f'<text x="{_WIDTH - _MARGIN}" y="29" font-size="13" fill="#555" text-anchor="end">'
    yield f"{text}</text>"


def _height(row: Sequence[str]) -> int:
    return {1: _LOW, 2: _MIDDLE, 3: _MIDDLE}.get(len(row), _HIGH)


def _card(room: str, left: float, top: int, width: float, height: int) -> Iterator[str]:
    yield (
        f'<rect x="{left:.0f}" y="{top}" width="{width:.0f}" height="{height}" rx="6" '
        'fill="#f6f7f4" stroke="#9aa58c"/>'
    )
    yield (
        f'<text x="{left + 10:.0f}" y="{top + 20}" font-size="14" font-weight="600">{room}</text>'
    )
    lines = textwrap.wrap(purpose(room), int((width - 20) / _LETTER), max_lines=3, placeholder=" …")
    for number, line in enumerate(lines):
        yield (
            f'<text x="{left + 10:.0f}" y="{top + 38 + number * 15}" font-size="11.5" '
            f'fill="#333">{escape(line)}</text>'
        )
    right = left + width - 16
    for way, colour, _ in reversed(_WAYS):
        for step in reversed(stops(way).get(room, [])):
            yield f'<circle cx="{right:.0f}" cy="{top + 15}" r="9" fill="{colour}"/>'
            yield (
                f'<text x="{right:.0f}" y="{top + 19}" font-size="11" fill="#fff" '
                f'text-anchor="middle">{step}</text>'
            )
            right -= 21


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
