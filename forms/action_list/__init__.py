"""People's action list: what is in it, and what a new report makes of it; knows no files."""
