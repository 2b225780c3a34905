"""Links out of a page's own tree.

On a code-hosting site such a link leads to a file of the repository. Here it leads to the page that
shows that file, to a page of the other tree, or, for any other file, to a copy to download.
"""

import os.path
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from headings import anchors
from sphinx.addnodes import download_reference, pending_xref
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from extension.pages import ROOT, front_matter, other_tree, page_file, page_names

_LOG = logging.getLogger(__name__)


@cache
def shown_by(tree: Path) -> dict[Path, str]:
    """Return which page of a tree shows which file of the repository: `shows:` above a page."""
    pages = ((name, front_matter(page_file(tree, name))) for name in page_names(tree))
    return {ROOT / str(above["shows"]): name for name, above in pages if "shows" in above}


class OutOfTree(SphinxTransform):
    """Sends what MyST takes for a page of this tree, and is none, to where it leads."""

    default_priority = 100

    def apply(self, **kwargs: Any) -> None:
        """Replace every link out of the tree."""
        del kwargs
        for node in list(self.document.findall(pending_xref)):
            target, _, anchor = str(node["reftarget"]).partition("#")
            if node.get("refdomain") == "doc" and Path(target).is_absolute():
                self._lead(node, Path(f"{target}.md"), node["reftargetid"] or "")
            # On a page that shows a file of the repository, links are seen from that file.
            elif node.source and not Path(node.source).is_relative_to(self.env.srcdir):
                self._lead(node, Path(os.path.normpath(Path(node.source).parent / target)), anchor)

    def _lead(self, node: nodes.Element, target: Path, anchor: str) -> None:
        here = Path(self.env.srcdir)
        hash_ = f"#{anchor}" if anchor else ""
        other = other_tree(here)
        if not target.is_file() or (anchor and anchor not in anchors(target)):
            _LOG.warning("leads nowhere: %s%s", target, hash_, location=node)
            node.replace_self(node.children)
        elif name := shown_by(here).get(target):
            to = {"refdomain": "doc", "reftarget": name, "reftargetid": anchor or None}
            node.replace_self(pending_xref("", *node.children, **node.attributes | to))
        elif target.is_relative_to(other):
            page = target.relative_to(other.parent).with_suffix(".html").as_posix()
            up = "../" * (self.env.docname.count("/") + 1)
            node.replace_self(
                nodes.reference("", "", *node.children, refuri=f"{up}{page}{hash_}", internal=True)
            )
        else:
            path = os.path.relpath(target, Path(self.env.doc2path(self.env.docname)).parent)
            file = download_reference("", "", *node.children, reftarget=path)
            file["refdoc"] = self.env.docname
            node.replace_self(file)


def setup(app: Sphinx) -> None:
    """Let Sphinx know of it."""
    app.add_transform(OutOfTree)
