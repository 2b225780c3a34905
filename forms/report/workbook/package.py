"""From workbook to bytes: properties set, and the same bytes for the same input."""

import io
import re
import zipfile
from datetime import datetime, time
from typing import Any

from openpyxl.packaging.custom import IntProperty, StringProperty

from forms.report.report import Report
from forms.report.workbook.state import FORMAT
from forms.report.workbook.text import cell_text
from forms.text import one_line

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def saved(workbook: Any, report: Report) -> bytes:
    """Return the file, dated on the report's day."""
    day = datetime.combine(report.today, time())
    title = cell_text(one_line(report.checklist.title))
    properties = workbook.properties
    properties.title = title
    properties.creator = properties.lastModifiedBy = "vinkje"
    properties.subject = report.words("tabs.actions")
    properties.created = day
    workbook.custom_doc_props.append(IntProperty(name="vinkje format", value=FORMAT))
    workbook.custom_doc_props.append(StringProperty(name="vinkje checklist", value=title))
    file = io.BytesIO()
    workbook.save(file)
    return _repacked(file, day)


def _repacked(file: io.BytesIO, day: datetime) -> bytes:
    """Write the zip again without the moment of writing, which openpyxl puts in two places."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "docProps/core.xml":
                stamp = f"{day:%Y-%m-%dT%H:%M:%SZ}".encode()
                content = _MODIFIED.sub(rb"\g<1>" + stamp, content)
            entry = zipfile.ZipInfo(part.filename, _ZIP_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return out.getvalue()
