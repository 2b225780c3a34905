"""A workbook that was written, as the parts of a file: the same on any day and any machine."""

import io
import re
from datetime import date, datetime, time
from typing import Any

from forms.excel.package import Package
from forms.excel.text import cell_text
from forms.text import one_line

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def packed(workbook: Any, title: str, subject: str, day: date) -> Package:
    """Return the file's parts, dated on a day: openpyxl writes the moment down."""
    moment = datetime.combine(day, time())
    properties = workbook.properties
    properties.title = cell_text(one_line(title))
    properties.creator = properties.lastModifiedBy = "vinkje"
    properties.subject = subject
    properties.created = moment
    file = io.BytesIO()
    workbook.save(file)
    package = Package(file.getvalue())
    core = package.read("docProps/core.xml")
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    package.write("docProps/core.xml", _MODIFIED.sub(rb"\g<1>" + stamp, core))
    return package
