"""By which names links lead to the headings of a page."""

import re
from collections import Counter
from pathlib import Path

from page_blocks import prose


def anchors(page: Path) -> set[str]:
    """Return the names as MyST and code-hosting sites make them: a second alike ends in -1."""
    text = prose(page.read_text(encoding="utf-8"))
    seen: Counter[str] = Counter()
    found = set()
    for head in re.findall(r"^#+ (.*)$", text, re.MULTILINE):
        slug = re.sub(r"[^\w -]", "", head).lower().replace(" ", "-")
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found
