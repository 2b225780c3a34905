"""Mojibake: UTF-8 that some program took for another encoding, and saved as that: `cafÃ©`.

Excel does so with a .csv that is opened by a double click. Only what nobody types is taken for it:
a word of capitals with a curly quote behind it is none. Letters of other scripts than Latin are
not looked for.
"""

import re
from collections.abc import Iterable
from functools import cache

# What Excel takes text for: on Windows in Western and in Central Europe, and on an older Mac.
_TAKEN_FOR = ("cp1252", "cp1250", "mac_roman")
# What the letters and signs of Latin script begin with in UTF-8, as ranges of bytes that follow one
# another: U+00A0 to U+017F; dashes, curly quotes, the euro, arrows, signs, ticks; U+FE00 and on,
# where the byte order mark is, and what stands for a lost letter; pictures (emoji).
_SEQUENCES = (
    ((0xC2, 0xC2), (0xA0, 0xBF)),
    ((0xC3, 0xC5), (0x80, 0xBF)),
    *(
        ((0xE2, 0xE2), (byte, byte), (0x80, 0xBF))
        for byte in (0x80, 0x82, 0x84, 0x86, 0x88, 0x9C, 0x9D)
    ),
    ((0xEF, 0xEF), (0xB8, 0xBF), (0x80, 0xBF)),
    ((0xF0, 0xF0), (0x9F, 0x9F), (0x80, 0xBF), (0x80, 0xBF)),
)
# What stands where a letter was lost for good; and an à whose second half, a no-break space, some
# program took away or made a plain space. No word of capitals ends so, but for Portuguese.
_LOST, _HALF = "\ufffd", "\u00c3"
_HALF_ALONE = re.compile(rf"(?<![^\W\da-z]){_HALF}(?=\s|$)")
# What stands for bytes lies beyond ASCII, two signs at least for a letter. That a text has no such
# pair is seen far sooner than that none of its letters is damaged.
_PAIR = re.compile(r"[^\x00-\x7f]{2}")
# It happens again each time that somebody opens and saves the file.
_MOST_TIMES = 4


def is_mojibake(text: str) -> bool:
    """Say whether letters in a text are damaged, or lost."""
    if text.isascii():
        return False
    if _LOST in text or (_HALF in text and _HALF_ALONE.search(text)):
        return True
    return bool(_PAIR.search(text) and _damage().search(text))


def mended(text: str) -> str:
    """Return a text as it most likely was. To compare with, never to show: it is not certain."""
    if text.isascii() or not _PAIR.search(text):
        return text
    for _ in range(_MOST_TIMES):
        text = _damage().sub(_as_utf8, text)
    return text


@cache
def _damage() -> re.Pattern[str]:
    """Return what finds UTF-8 that was read in another encoding: a group has the name of each."""
    groups = (
        f"(?P<{encoding}>{'|'.join(_sequence(encoding, ranges) for ranges in _SEQUENCES)})"
        for encoding in _TAKEN_FOR
    )
    return re.compile("|".join(groups))


def _sequence(encoding: str, ranges: Iterable[tuple[int, int]]) -> str:
    return "".join(f"[{_class(encoding, first, last)}]" for first, last in ranges)


def _class(encoding: str, first: int, last: int) -> str:
    signs = {sign for byte in range(first, last + 1) for sign in _signs(encoding, byte)}
    return "".join(map(re.escape, sorted(signs)))


def _signs(encoding: str, byte: int) -> str:
    """Return what a byte may be read as; Windows makes control characters of some."""
    sign = bytes([byte]).decode(encoding, errors="ignore")
    is_control = encoding != "mac_roman" and byte < 0xA0  # noqa: PLR2004
    return sign + (chr(byte) if is_control else "")


@cache
def _bytes(encoding: str) -> dict[str, int]:
    return {sign: byte for byte in range(0x80, 0x100) for sign in _signs(encoding, byte)}


def _as_utf8(run: re.Match[str]) -> str:
    known = _bytes(run.lastgroup or "")
    return bytes(known[sign] for sign in run[0]).decode("utf-8", errors="replace")
