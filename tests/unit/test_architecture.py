"""ARCHITECTURE.md and README speak of what is there, and show it as it is."""

import re

import pytest
from draw_badges import PICTURES, badges
from draw_rooms import ANSWER, NOTE, PICTURE, ROOT, layers, picture

TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def test_the_drawing_is_current() -> None:
    """Draw it anew with: python docs/draw_rooms.py."""
    assert PICTURE.read_text(encoding="utf-8") == picture()


@pytest.mark.parametrize("name", badges())
def test_a_badge_is_current(name: str) -> None:
    """Draw them anew with: python docs/draw_badges.py."""
    assert (PICTURES / name).read_text(encoding="utf-8") == badges()[name]


@pytest.mark.parametrize("way", [ANSWER, NOTE])
def test_the_ways_lead_through_rooms(way: tuple[str, ...]) -> None:
    """Each stop of a way is a room that the lint knows."""
    assert set(way) <= {room for row in layers() for room in row}


def test_the_modules_that_it_names_are_there() -> None:
    """By their path from forms, or by a name that only one room can mean there."""
    forms = ROOT / "forms"
    known = {path.relative_to(forms).as_posix() for path in forms.rglob("*.py")}
    names = set(re.findall(r"`([\w/]+\.py)`", TEXT))
    assert len(names) > 20
    lost = {name for name in names if not any(f"/{each}".endswith(f"/{name}") for each in known)}
    assert lost == set()
