"""Where answers come from: the one place that knows every kind of SOURCE."""

from pathlib import Path

from forms.checklist import Checklist
from forms.collect.file import file_table
from forms.responses import Table


def open_source(source: str, checklist: Checklist, tab: str | None = None) -> Table:
    """Return the table of answers in a source.

    Raises SourceError when it cannot be read.
    """
    return file_table(Path(source), checklist, tab)
