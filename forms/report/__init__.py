"""From answers to findings, and to the workbook that people work in."""
