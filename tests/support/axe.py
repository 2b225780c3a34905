"""What axe, the checker of accessibility, has against a page."""

from collections.abc import Sequence

from conftest import ROOT, brought
from playwright.sync_api import Page

_WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
# Nothing but what is asked for is brought over: all of what passed takes longer than the checking.
_RUN = """async ([where, tags]) => {
    const found = await axe.run(where || document, {runOnly: tags, resultTypes: ["violations"]})
    return [found.passes.length, found.violations.map(v => [v.id, v.nodes[0].html])]
}"""


def load_axe(page: Page) -> None:
    """Let a page have axe."""
    page.add_script_tag(path=brought(ROOT / "tests/render/pages/node_modules/axe-core/axe.min.js"))


def faults_of(page: Page, where: str = "", more: Sequence[str] = ()) -> list[list[str]]:
    """Return each rule that a page, which has axe, breaks, and where it first does.

    `where` selects a part of the page, and `more` are rules besides those of WCAG 2.2 AA.
    """
    passed, faults = page.evaluate(_RUN, [where, [*_WCAG, *more]])
    # Else it looked at nothing.
    assert passed > (10 if more else 5)
    found: list[list[str]] = faults
    return found
