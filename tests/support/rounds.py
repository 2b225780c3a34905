"""Rounds of several organisations, made up for tests."""

import csv
from datetime import date
from pathlib import Path

from conftest import ROOT

from forms.checklist.model import load_checklist

CHECKLIST = load_checklist(ROOT / "checklist.yaml")
TODAY = date(2026, 11, 30)
DAY = ["--date", TODAY.isoformat()]
NAMES = [f"Corporatie {letter}" for letter in "ABCDEFGHIJKL"]
LINK = "https://vragen.example.nl/"


def listed(folder: Path, *lines: str, header: str = "name;contact;size;source") -> Path:
    """Write a list of organisations as Excel saves it in Dutch."""
    path = folder / "list.csv"
    path.write_bytes("".join(f"{line}\r\n" for line in (header, *lines)).encode("cp1252"))
    return path


def links(path: Path) -> dict[str, str]:
    """Return the links in a file, by name."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter = ";" if ";" in file.readline() else ","
        file.seek(0)
        return {row[0]: row[2] for row in list(csv.reader(file, delimiter=delimiter))[1:]}
