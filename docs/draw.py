"""Draws the README's pictures anew: python docs/draw.py (with the tests' tools in place)."""

from pathlib import Path
from shutil import which

from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent


def main() -> None:
    """Draw one picture a language."""
    templates = Environment(loader=FileSystemLoader(HERE), autoescape=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 100})
        for language in ("nl", "en"):
            page.set_content(templates.get_template("clicks.html.j2").render(language=language))
            page.screenshot(path=HERE / f"clicks.{language}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
