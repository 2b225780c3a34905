"""Draws how the cost of a report grows with the answers: python docs/draw_growth.py.

From what benchmarks/growth.py measured last, in both languages; both axes step by tens, so that a
line as steep as the dashed one grows as the answers do.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path

from babel.numbers import format_decimal

ROOT = Path(__file__).parent.parent
FIGURES = ROOT / "benchmarks" / "growth.json"
PICTURES = Path(__file__).parent / "pictures"
# In pixels: narrow, so that a phone shows its letters large enough.
_WIDTH, _LEFT, _RIGHT, _HIGH = 480, 64, 34, 240
# Where the two panels begin, and where the picture ends.
_TOPS, _HEIGHT = (96, 414), 700
_WORDS = {
    "nl": {
        "title": "Wat een rapport kost als er meer antwoorden komen",
        "seconds": "seconden CPU",
        "memory": "MB geheugen",
        "answers": "antwoorden",
        "report .csv": "rapport, .csv",
        "report .xlsx": "rapport, .xlsx",
        "reading": "alleen lezen",
        "even": "even hard als de antwoorden",
    },
    "en": {
        "title": "What a report costs when there are more answers",
        "seconds": "seconds of CPU",
        "memory": "MB of memory",
        "answers": "answers",
        "report .csv": "report, .csv",
        "report .xlsx": "report, .xlsx",
        "reading": "reading alone",
        "even": "as fast as the answers",
    },
}
_TASKS = {"report .xlsx": "three", "report .csv": "one", "reading": "two"}
_Points = Sequence[tuple[float, float]]
# A page in the dark has a dark picture, where the browser says so to pictures.
_STYLE = """<style>
.paper{fill:#fff}.ink{fill:#1f2933}.faint{fill:#5b6670}path.grid{stroke:#dde3e8;stroke-width:1}
path.even{stroke:#8a949d;stroke-width:1.5;stroke-dasharray:5 4}path{fill:none;stroke-width:2}
path.one{stroke:#1d5fa8}path.two{stroke:#4d7c0f}path.three{stroke:#b3541e}
circle.one,text.one{fill:#1d5fa8}circle.two,text.two{fill:#4d7c0f}circle.three,text.three{fill:#b3541e}
@media (prefers-color-scheme:dark){
.paper{fill:#16191c}.ink{fill:#e6eaee}.faint{fill:#a5afb8}path.grid{stroke:#343a40}path.even{stroke:#78828b}
path.one{stroke:#7db8f5}path.two{stroke:#a3d65c}path.three{stroke:#f0a070}
circle.one,text.one{fill:#7db8f5}circle.two,text.two{fill:#a3d65c}circle.three,text.three{fill:#f0a070}
}</style>"""


def figures() -> list[dict[str, float | str]]:
    """Return what was measured last."""
    found: list[dict[str, float | str]] = json.loads(FIGURES.read_text("utf-8"))["figures"]
    return found


def series(measured: Sequence[Mapping[str, float | str]], cost: str) -> dict[str, _Points]:
    """Return of each task its points: a number of answers, and the cost by that name."""
    return {
        task: [(float(f["rows"]), float(f[cost])) for f in measured if f["task"] == task]
        for task in _TASKS
    }


class _Panel:
    """A square of the picture, from one power of ten to another; to the right until the last."""

    def __init__(self, points: _Points, top: float) -> None:
        logs = [[math.log10(point[axis]) for point in points] for axis in (0, 1)]
        self.top = top
        self.across = (math.floor(min(logs[0])), max(logs[0]))
        self.up = (math.floor(min(logs[1])), math.ceil(max(logs[1])))

    def x(self, rows: float) -> float:
        return _LEFT + _share(rows, self.across) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, cost: float) -> float:
        return self.top + _HIGH * (1 - _share(cost, self.up))


def _share(value: float, powers: tuple[float, float]) -> float:
    return (math.log10(value) - powers[0]) / (powers[1] - powers[0])


def picture(measured: Sequence[Mapping[str, float | str]], language: str) -> str:
    """Return the drawing, as SVG: time above, memory below."""
    words = _WORDS[language]
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" role="img" font-size="13" '
        'font-family="Segoe UI, Helvetica, Arial, sans-serif">'
    )
    parts = [
        start,
        f"<title>{escape(words['title'])}</title>",
        _STYLE,
        f'<rect class="paper" width="{_WIDTH}" height="{_HEIGHT}"/>',
        *_legend(words),
    ]
    for cost, top in zip(("seconds", "memory"), _TOPS, strict=True):
        found = series(measured, cost)
        panel = _Panel([point for points in found.values() for point in points], top)
        parts += [*_axes(panel, words[cost], words["answers"], language)]
        parts.append(_even(panel, found["report .csv"]))
        for task, points in found.items():
            parts += _line(panel, points, _TASKS[task])
    return "\n".join([*parts, "</svg>", ""])


def _legend(words: Mapping[str, str]) -> Iterator[str]:
    left = 14
    for task, name in _TASKS.items():
        yield f'<circle class="{name}" cx="{left}" cy="20" r="4"/>'
        yield _text(left + 10, 24, words[task], "ink")
        left += 150
    yield '<path class="even" d="M10 44h24"/>'
    yield _text(42, 48, words["even"], "faint")


def _axes(panel: _Panel, cost: str, answers: str, language: str) -> Iterator[str]:
    bottom, right = panel.top + _HIGH, _WIDTH - _RIGHT
    yield _text(10, panel.top - 14, cost, "ink", "start", "600")
    for power in range(int(panel.across[0]), int(panel.across[1]) + 1):
        x = panel.x(10**power)
        yield f'<path class="grid" d="M{x:.1f} {panel.top}V{bottom}"/>'
        label = format_decimal(10**power, locale=language)
        yield _text(x, bottom + 18, label, "faint", "middle")
    for power in range(int(panel.up[0]), int(panel.up[1]) + 1):
        y = panel.y(10**power)
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{right}"/>'
        label = format_decimal(10.0**power, locale=language)
        yield _text(_LEFT - 8, y + 4, label, "faint", "end")
    yield _text(right + 24, bottom + 34, answers, "faint", "end")


def _even(panel: _Panel, points: _Points) -> str:
    """Return a line that grows as the answers do, to the last point of a task."""
    most, cost = points[-1]
    least = max(10 ** panel.across[0], most * 10 ** panel.up[0] / cost)
    return f'<path class="even" d="{_path(panel, [(least, cost * least / most), points[-1]])}"/>'


def _line(panel: _Panel, points: _Points, name: str) -> Iterator[str]:
    yield f'<path class="{name}" d="{_path(panel, points)}"/>'
    for rows, cost in points:
        yield f'<circle class="{name}" cx="{panel.x(rows):.1f}" cy="{panel.y(cost):.1f}" r="3"/>'


def _path(panel: _Panel, points: _Points) -> str:
    return "M" + "L".join(f"{panel.x(rows):.1f} {panel.y(cost):.1f}" for rows, cost in points)


def _text(
    x: float, y: float, text: str, name: str, anchor: str = "start", weight: str = "400"
) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
    return f'<text class="{name}" {place}>{escape(text)}</text>'


def main() -> None:
    """Draw it in both languages."""
    for language in _WORDS:
        path = PICTURES / f"growth.{language}.svg"
        path.write_text(picture(figures(), language), encoding="utf-8")


if __name__ == "__main__":
    main()
