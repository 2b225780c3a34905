"""Text that is safe to print."""

import sys

from forms import text as forms_text


def printable(text: str) -> str:
    """Return text without what a terminal would obey, or cannot show."""
    encoding = sys.stderr.encoding or "utf-8"
    return forms_text.printable(text).encode(encoding, "replace").decode(encoding)
