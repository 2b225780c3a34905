"""Office Open XML workbooks as parts of a zip file; knows nothing of checklists."""
