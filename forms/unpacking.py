"""How much may come out of a zip file; what says to hold more is broken, or means harm."""

import zipfile
from gettext import gettext

from forms.language import whole_number

# Answers of staff, and what people keep in a workbook, never come to these.
_MOST_PARTS = 5_000
_MOST_BYTES = 2_000_000_000
# A part may be so many times larger than its packed form; beyond that, all together so much.
_MOST_TIMES, _ALWAYS_FINE = 100, 50_000_000


def size_fault(archive: zipfile.ZipFile) -> str:
    """Return in words why a zip file is not unpacked, by its index alone; "" when it may be.

    Each part is held against its own packed size: others, such as photos, excuse nothing.
    """
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS:
        return gettext("holds {count} parts (tabs, pictures), far more than people make").format(
            count=whole_number(len(parts))
        )
    size = sum(part.file_size for part in parts)
    swollen = sum(max(0, part.file_size - _MOST_TIMES * part.compress_size) for part in parts)
    if size > _MOST_BYTES or swollen > _ALWAYS_FINE:
        return gettext("unpacks to {size} MB, far more than answers or a report take").format(
            size=whole_number(size // 1_000_000)
        )
    return ""
