"""Draws the README's badges from pyproject.toml: python docs/draw_badges.py.

They say only what stands in this folder, so that they are true without a network.
"""

import tomllib
from html import escape
from pathlib import Path

ROOT = Path(__file__).parent.parent
PICTURES = Path(__file__).parent / "pictures"
# In pixels: what a letter takes at this size, the room beside a text, and the height.
_LETTER, _ROOM, _HIGH = 6.6, 16, 20
_BADGE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{high}" role="img">
<title>{name}: {value}</title>
<rect width="{width}" height="{high}" rx="3" fill="#1f4e5f"/>
<path d="M0 3a3 3 0 0 1 3-3h{bend}v{high}h-{bend}a3 3 0 0 1-3-3z" fill="#4a5560"/>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{left}" y="14">{name}</text>
<text x="{right}" y="14">{value}</text>
</g>
</svg>
"""


def badges() -> dict[str, str]:
    """Return the badges as SVG, by the name of their file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = {
        "version": project["version"],
        "python": project["requires-python"].replace(">=", "") + "+",
        "licence": project["license"],
        "languages": "nl · en",
    }
    return {f"badge-{name}.svg": _badge(name, said[name]) for name in said}


def _badge(name: str, value: str) -> str:
    first, second = (round(len(text) * _LETTER) + _ROOM for text in (name, value))
    places = {"left": first / 2, "right": first + second / 2, "bend": first - 3}
    texts = {"name": escape(name), "value": escape(value)}
    return _BADGE.format(width=first + second, high=_HIGH, **places, **texts)


def main() -> None:
    """Draw all of them."""
    for name, picture in badges().items():
        (PICTURES / name).write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
