"""A sixth answer is one line and its words: nothing else in the program lists the answers."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import ROOT
from openpyxl import load_workbook

ADDED = {
    "forms/wording.py": (
        '    UNKNOWN = "unknown"\n',
        '    UNKNOWN = "unknown"\n    PARTLY = "partly"\n',
    ),
    "templates/wording/nl.toml": ("[answers]\n", '[answers]\npartly = "Deels op orde"\n'),
    "templates/wording/en.toml": ("[answers]\n", '[answers]\npartly = "Partly in order"\n'),
}
SHORT = ("[short]\n", '[short]\npartly = "Deels"\n')


def changed(folder: Path) -> Path:
    """Return a copy of the program with a sixth answer in it, as CONTRIBUTING says."""
    for name in ("cli", "forms", "templates"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "checklist.yaml", folder)
    for name, replacement in ADDED.items():
        text = (folder / name).read_text(encoding="utf-8").replace(*replacement)
        (folder / name).write_text(text.replace(*SHORT), encoding="utf-8")
    return folder


def test_it_is_asked_read_counted_and_reported(tmp_path: Path) -> None:
    """From the checklist's own wording to the figures; what cannot be read is still told."""
    program = changed(tmp_path / "program")
    checklist = (program / "checklist.yaml").read_text(encoding="utf-8")
    own = checklist + '\nanswers:\n  partly: "Een beetje"\n'
    (tmp_path / "checklist.yaml").write_text(own, encoding="utf-8")
    cells = ["Deels op orde", "partly", "Een beetje", "Op orde", "Op orde", "Weet ik niet", "Tja"]
    rows = "".join(f"{cell},Op orde\n" for cell in cells)
    (tmp_path / "a.csv").write_text(f"S1,S2\n{rows}", encoding="utf-8")
    (tmp_path / "b.csv").write_text("S1,S2\n" + "Op orde,Op orde\n" * 6, encoding="utf-8")

    def run(*args: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", "from cli.main import vinkje; vinkje()", *args],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(program), "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    figures = json.loads(run("report", "a.csv", "--json", "-", "--date", "2026-11-30"))
    counts = {"in_order": 2, "needed": 0, "desirable": 0, "not_needed": 0, "unknown": 1}
    assert figures["items"][0]["counts"] == counts | {"partly": 3, "empty": 1}
    assert figures["items"][0]["in_order_share"] == 0.4
    run("report", "a.csv", "--previous", "b.csv", "-o", "b.xlsx", "--date", "2026-11-30")
    tab = list(load_workbook(tmp_path / "b.xlsx")["Signaleren"].values)
    titles = next(row for row in tab if "Vorige keer\nb.csv" in row)
    whole = next(row for row in tab if str(row[1]).startswith("Gemiddelde"))
    assert whole[titles.index("Vorige keer\nb.csv")] == 1
    run("demo", "voorbeeld")
    run("form", "paper", "-o", "paper.html")
    assert (tmp_path / "paper.html").read_text(encoding="utf-8").count("Een beetje") == 20
