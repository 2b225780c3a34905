"""Each page has a twin in the other language, and a link to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from extension.pages import front_matter, other_tree, page_file, page_names

_LOG = logging.getLogger(__name__)
_NAMES = {"nl": "Nederlands", "en": "English"}


def faults(tree: Path) -> Iterator[tuple[str, str]]:
    """Yield each page of a tree whose twin is not there, or names another page; and why."""
    for name in page_names(tree):
        twin = front_matter(page_file(tree, name)).get("twin")
        other = page_file(other_tree(tree), str(twin))
        if not twin:
            yield name, "no twin: name the page in the other language between two lines ---"
        elif not other.exists():
            yield name, f"its twin '{twin}' is not there"
        elif (back := front_matter(other).get("twin")) != name:
            yield name, f"its twin '{twin}' names '{back}' as its own"


def _check(app: Sphinx) -> None:
    for name, why in faults(Path(app.srcdir)):
        _LOG.warning("%s", why, location=name)


def _link(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Give the page's template where its twin is; search and the like have the front page."""
    other = other_tree(Path(app.srcdir)).name
    twin = (context.get("meta") or {}).get("twin", "index")
    up = "../" * (pagename.count("/") + 1)
    context["twin"] = {"href": f"{up}{other}/{twin}.html", "lang": other, "name": _NAMES[other]}
    if other == "en" and "shows" in (context.get("meta") or {}):
        # What stands under the Dutch heading is a file of the repository, in English.
        first, section, others = context["body"].partition("</h1>")
        context["body"] = first + section + others.replace("<section ", '<section lang="en" ')


def setup(app: Sphinx) -> None:
    """Let Sphinx know of it."""
    app.connect("builder-inited", _check)
    app.connect("html-page-context", _link)
