"""The one value that the workbook, the mail and JSON are made from."""
