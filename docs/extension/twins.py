"""Each page has a twin in the other language, and a link to it."""

from collections.abc import Iterator
from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

from extension.pages import OTHER, front_matter, page_file, page_names

_LOG = logging.getLogger(__name__)
_NAMES = {"nl": "Nederlands", "en": "English"}


def faults(language: str) -> Iterator[tuple[str, str]]:
    """Yield each page of a tree whose twin is not there, or names another page; and why."""
    for name in page_names(language):
        twin = front_matter(page_file(language, name)).get("twin")
        other = page_file(OTHER[language], str(twin))
        if not twin:
            yield name, "no twin: name the page in the other language between two lines ---"
        elif not other.exists():
            yield name, f"its twin '{twin}' is not there"
        elif (back := front_matter(other).get("twin")) != name:
            yield name, f"its twin '{twin}' names '{back}' as its own"


def _check(app: Sphinx) -> None:
    for name, why in faults(app.srcdir.name):
        _LOG.warning("%s", why, location=name)


def _link(
    app: Sphinx, pagename: str, _template: str, context: dict[str, Any], _tree: object
) -> None:
    """Give the page's template where its twin is; search and the like have the front page."""
    other = OTHER[app.srcdir.name]
    twin = (context.get("meta") or {}).get("twin", "index")
    up = "../" * (pagename.count("/") + 1)
    context["twin"] = {"href": f"{up}{other}/{twin}.html", "lang": other, "name": _NAMES[other]}


def setup(app: Sphinx) -> None:
    """Let Sphinx know of it."""
    app.connect("builder-inited", _check)
    app.connect("html-page-context", _link)
