"""Draws the six steps from script to form, in both languages: python docs/draw_clicks.py."""

import tomllib
from pathlib import Path

from draw_results import PICTURES, browser_of
from jinja2 import Environment, FileSystemLoader
from playwright.sync_api import sync_playwright

from forms.wording import LANGUAGES, wording

HERE = Path(__file__).parent


def main() -> None:
    """Draw one picture a language; what the log says is what the script logs."""
    template = Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template(
        "clicks.html.j2"
    )
    texts = tomllib.loads((HERE / "clicks.toml").read_text(encoding="utf-8"))
    with sync_playwright() as playwright:
        browser = browser_of(playwright)
        page = browser.new_page(viewport={"width": 1200, "height": 100})
        for language in LANGUAGES:
            words = wording(language)
            logged = {key: words(f"script.{key}") for key in ("link", "sheet", "toml")}
            page.set_content(template.render(language=language, t=texts[language] | logged))
            page.screenshot(path=PICTURES / f"clicks.{language}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    main()
