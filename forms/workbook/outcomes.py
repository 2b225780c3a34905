"""What formulas of people's own last came to, beside them in the file.

openpyxl writes a formula without its outcome. Nobody would see one in a preview, and the next
report, made before Excel has opened this one, would know no deadline.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from xml.sax.saxutils import escape

from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.datetime import to_excel

# An empty result is written in one of two ways: openpyxl's own, or lxml's where that is there.
_FORMULA = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f[^>]*/>|<f[^>]*>[^<]*</f>)(?:<v ?/>|<v></v>)</c>'
)


def with_outcomes(xml: bytes, outcomes: Mapping[str, object]) -> bytes:
    """Return a tab's XML with the outcomes of its formulas, by cell; None is not known."""

    def filled(match: re.Match[bytes]) -> bytes:
        place, attributes, formula = match.groups()
        outcome = outcomes.get(place.decode())
        if outcome is None:
            return match[0]
        kind, text = _written(outcome)
        value = escape(text).encode()
        return b'<c r="%s"%s%s>%s<v>%s</v></c>' % (place, attributes, kind, formula, value)

    return _FORMULA.sub(filled, xml)


def _written(outcome: object) -> tuple[bytes, str]:
    """Return the kind of a value as an attribute, and the value as the file holds it."""
    if isinstance(outcome, bool):
        return b' t="b"', str(int(outcome))
    if isinstance(outcome, int | float):
        return b"", repr(outcome)
    if isinstance(outcome, datetime | date | time | timedelta):
        number: object = to_excel(outcome)  # type: ignore[no-untyped-call, unused-ignore]
        return b"", str(number)
    text = str(outcome)
    return (b' t="e"' if text in ERROR_CODES else b' t="str"'), text
