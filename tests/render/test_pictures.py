"""The pictures of README and docs show what vinkje makes today, and can be drawn anew."""

import json
from pathlib import Path

import pytest
from conftest import tool
from draw_results import DRAWN_FROM, PICTURES, demo, demo_round, digest, draw
from PIL import Image
from playwright.sync_api import Browser

from forms.wording import LANGUAGES

# A picture of one colour shows nothing.
_COLOURS = 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_are_of_today(language: str) -> None:
    """Whoever changes what comes out draws it anew: make pictures."""
    with demo(language) as played, demo_round(language) as shared:
        assert (
            digest(played, shared, language) == json.loads(DRAWN_FROM.read_text("utf-8"))[language]
        )


def test_every_picture_can_be_drawn(browser: Browser, tmp_path: Path) -> None:
    """Those of the English demo have the names of those that are shown, and show something."""
    tool("libreoffice", "soffice")
    draw("en", browser, tmp_path)
    drawn = {path.name for path in tmp_path.iterdir()}
    assert drawn == {path.name for path in PICTURES.glob("*.en.png")} - {"clicks.en.png"}
    for path in tmp_path.iterdir():
        with Image.open(path) as picture:
            assert len(picture.getcolors() or ()) >= _COLOURS, path.name
