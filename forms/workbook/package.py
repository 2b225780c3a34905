"""From workbook to bytes: properties set, and the same bytes for the same input."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from openpyxl.packaging.custom import IntProperty, StringProperty

from forms.report.report import Report
from forms.text import one_line
from forms.workbook.outcomes import with_outcomes
from forms.workbook.state import FORMAT
from forms.workbook.text import cell_text

_FORMAT_NAME = "vinkje format"
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def is_report(content: bytes) -> bool:
    """Say whether a file is a workbook that vinkje made, whatever people did to it since."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _FORMAT_NAME.encode() in archive.read("docProps/custom.xml")
    except Exception:  # noqa: BLE001 - a zip file can be broken in as many ways as there are bytes
        return False


def saved(workbook: Any, report: Report, outcomes: Mapping[str, Mapping[str, object]]) -> bytes:
    """Return the file, dated on the report's day.

    `outcomes` says, by tab and cell, what formulas of people's own last came to.
    """
    day = datetime.combine(report.today, time())
    title = cell_text(one_line(report.checklist.title))
    properties = workbook.properties
    properties.title = title
    properties.creator = properties.lastModifiedBy = "vinkje"
    properties.subject = report.words("tabs.actions")
    properties.created = day
    workbook.custom_doc_props.append(IntProperty(name=_FORMAT_NAME, value=FORMAT))
    workbook.custom_doc_props.append(StringProperty(name="vinkje checklist", value=title))
    file = io.BytesIO()
    workbook.save(file)
    parts = {f"xl/worksheets/sheet{n}.xml": s.title for n, s in enumerate(workbook.worksheets, 1)}
    return _repacked(file, day, {part: outcomes.get(title, {}) for part, title in parts.items()})


def _repacked(
    file: io.BytesIO, day: datetime, outcomes: Mapping[str, Mapping[str, object]]
) -> bytes:
    """Write the zip again without the moment of writing, which openpyxl puts in two places."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                stamp = f"{day:%Y-%m-%dT%H:%M:%SZ}".encode()
                content = _MODIFIED.sub(rb"\g<1>" + stamp, content)
            if outcomes.get(part.filename):
                content = with_outcomes(content, outcomes[part.filename])
            entry = zipfile.ZipInfo(part.filename, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return out.getvalue()
