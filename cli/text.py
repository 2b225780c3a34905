"""Text that is safe to print."""

import sys


def printable(text: str) -> str:
    """Return text without what a terminal would obey, or cannot show."""
    shown = "".join(c if c == "\n" or c.isprintable() else "\ufffd" for c in text)
    encoding = sys.stderr.encoding or "utf-8"
    return shown.encode(encoding, "replace").decode(encoding)
