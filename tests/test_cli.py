"""The commands as people run them: what they say, write, refuse and leave alone."""

import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Run, run_vinkje

from forms.checklist import default_checklist, load_checklist
from forms.questionnaire import item_title

YES = "Op orde"
COMMANDS = ["", "init", "check", "form", "form paper", "pull", "report", "demo"]
HEAVY = {"openpyxl", "gspread", "flask", "sqlalchemy", "pydantic", "jinja2", "yaml", "babel"}


def answers(path: Path, rows: int = 6, answer: str = YES) -> Path:
    """Write answers to the shipped checklist, all alike."""
    titles = [item_title(item) for item in load_checklist(default_checklist()).items()]
    lines = ["Tijdstempel;" + ";".join(titles)]
    lines += [f"{day}-11-2026 9:00:00" + f";{answer}" * len(titles) for day in range(1, rows + 1)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return every file in a folder, and what it holds."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(vinkje: Run, command: str) -> None:
    """Each says what it does and names its options."""
    done = vinkje(*command.split(), "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: vinkje")
    assert len(done.stdout.splitlines()) > 4


@pytest.mark.parametrize("command", COMMANDS[1:])
def test_the_readme_names_every_command(vinkje: Run, command: str) -> None:
    """And the long options of the main one."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"`vinkje {command}" in readme
    if command == "report":
        options = [w for w in vinkje("report", "--help").stdout.split() if w.startswith("--")]
        assert [o for o in options if o.strip(",.") not in readme] == []


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    """The first thing that people run answers at once."""
    code = (
        "import sys\nfrom cli.main import vinkje\n"
        "try: vinkje(['--help'])\nexcept SystemExit: print('\\n' + ' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "Commands:" in done.stdout
    assert HEAVY & set(done.stdout.splitlines()[-1].split()) == set()
    assert tmp_path.exists()


def test_the_main_job(vinkje: Run, tmp_path: Path) -> None:
    """From a download to the workbook and the mail; figures on demand."""
    answers(tmp_path / "a.csv")
    done = vinkje("report", "a.csv", "--json", "f.json", "--date", "2026-11-30")
    assert done.returncode == 0, done.stderr
    assert sorted(snapshot(tmp_path)) == [
        *("a.csv", "f.json", "rapport.eml", "rapport.html", "rapport.xlsx")
    ]
    figures = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert figures["responses"] == {"read": 6, "used": 6, "blank": 0, "replaced": 0, "unusable": 0}
    assert [item["verdict"] for item in figures["items"]] == ["in_order"] * 20
    assert figures["actions"] == []


def test_json_on_stdout_is_json_alone(vinkje: Run, tmp_path: Path) -> None:
    """So that another program can read it."""
    answers(tmp_path / "a.csv", answer="Niet op orde: aanpakken is nodig")
    done = vinkje("report", "a.csv", "--json", "-")
    figures = json.loads(done.stdout)
    assert figures["actions"][:2] == ["S1", "S2"]
    assert figures["items"][0] == {
        "id": "S1",
        "section": "S",
        "counts": {
            "in_order": 0,
            "needed": 6,
            "desirable": 0,
            "not_needed": 0,
            "unknown": 0,
            "empty": 0,
        },
        "in_order_share": 0.0,
        "verdict": "open",
        "priority": "needed",
        "divided": False,
    }
    assert "Wrote rapport.xlsx" in done.stderr


def test_fewer_than_a_group_gives_the_number_alone(vinkje: Run, tmp_path: Path) -> None:
    """Four people would be recognised."""
    answers(tmp_path / "a.csv", rows=4)
    done = vinkje("report", "a.csv", "--json", "-")
    figures = json.loads(done.stdout)
    assert (figures["items"], figures["actions"]) == ([], [])
    assert figures["responses"]["used"] == 4


def _cut(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", "S1\n" + "Op orde\n" * 1000)
    path.write_bytes(path.read_bytes()[:-40])


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0" * 60_000_000)


BAD_SOURCES: dict[str, tuple[Callable[[Path], object], str]] = {
    "headers.csv": (lambda p: p.write_text("a,b\n1,2\n"), "Expected"),
    "empty.csv": (lambda p: p.write_bytes(b""), "empty"),
    "random.xlsx": (lambda p: p.write_bytes(random.Random(1).randbytes(3000)), "download"),
    "cut.zip": (_cut, "damaged"),
    "bomb.zip": (_bomb, "far more"),
    "wrong.csv": (lambda p: p.write_bytes(b"S1,S2\n\x81,\xe9\n"), "UTF-8"),
    "quotes.csv": (lambda p: p.write_text('S1,S2\n"Op orde,Op orde\n'), "quotes"),
    "missing.csv": (lambda _: None, "no such file"),
    "folder.csv": (lambda p: p.mkdir(), "folder"),
}


@pytest.mark.parametrize("name", BAD_SOURCES)
@pytest.mark.parametrize("command", ["report", "pull"])
def test_a_bad_source_is_explained(vinkje: Run, tmp_path: Path, command: str, name: str) -> None:
    """Place, fault, way out; no traceback, and nothing changed."""
    make, said = BAD_SOURCES[name]
    make(tmp_path / name)
    (tmp_path / "out.xlsx").write_bytes(b"what stood there")
    before = snapshot(tmp_path)
    done = vinkje(command, name, "-o", "out.xlsx", "--overwrite")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Error: {name}")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["report", "a.csv"], "--overwrite"),
        (["report", "a.csv", "-o", "a.csv"], ".xlsx"),
        (["report", "a.csv", "-o", "no/r.xlsx"], "folder"),
        (["report", "a.csv", "-o", "r.xlsx", "--json", "r.xlsx"], "something else"),
        (["report", "a.csv", "-o", "r.xlsx", "--json", "a.csv"], "something else"),
        (["report", "a.csv", "-o", "r.xlsx", "--workbook-url", "ftp:x"], "https://"),
        (["report", "a.csv", "-o", "r.xlsx", "--tab", "x"], "no tabs"),
        (["report", "a.csv", "-o", "r.xlsx", "--previous", "b.csv"], "b.csv"),
        (["report", "a.csv", "-o", "r.xlsx", "--checklist", "b.yaml"], "vinkje init"),
        (["pull", "a.csv", "-o", "a.txt"], ".csv or .xlsx"),
        (["pull", "a.csv", "-o", "a.csv"], "something else"),
        (["init", "a.csv"], "folder"),
        (["check", "--checklist", "a.csv"], "a.csv:"),
    ],
)
def test_a_bad_wish_is_explained(vinkje: Run, tmp_path: Path, args: list[str], said: str) -> None:
    """The same: one message, exit 1, nothing changed."""
    answers(tmp_path / "a.csv")
    (tmp_path / "rapport.xlsx").write_bytes(b"what stood there")
    before = snapshot(tmp_path)
    done = vinkje(*args)
    assert done.returncode == 1, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    "args",
    [
        *(["nothing"], ["report"], ["report", "a", "--date", "morgen"]),
        *(["report", "a", "--date", "9999-12-31"], ["report", "a", "--date", "0001-01-01"]),
    ],
)
def test_wrong_usage_is_2(vinkje: Run, args: list[str]) -> None:
    """As every command line does."""
    assert vinkje(*args).returncode == 2


def test_settings_give_way_to_variables_and_these_to_options(vinkje: Run, tmp_path: Path) -> None:
    """vinkje.toml first, VINKJE_ over it, the command line over both."""
    answers(tmp_path / "a.csv")
    (tmp_path / "vinkje.toml").write_text('source = "a.csv"\n[report]\noutput = "toml.xlsx"\n')
    assert vinkje("report").returncode == 0
    assert vinkje("report", VINKJE_REPORT_OUTPUT="env.xlsx").returncode == 0
    last = vinkje("report", "-o", "line.xlsx", VINKJE_REPORT_OUTPUT="env.xlsx")
    assert last.returncode == 0
    assert {p.stem for p in tmp_path.glob("*.xlsx")} == {"toml", "env", "line"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sorce = 'a'", "did you mean 'source'"),
        ("[repot]\n", "did you mean 'report'"),
        ("[report]\nouput = 'a'", "did you mean 'output'"),
        ("source = ", "TOML"),
        ('source = "C:\\users"', "TOML"),
    ],
)
def test_bad_settings_are_explained(vinkje: Run, tmp_path: Path, text: str, said: str) -> None:
    """A misspelt setting would else be ignored for months."""
    (tmp_path / "vinkje.toml").write_text(text, encoding="utf-8")
    done = vinkje("check")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: vinkje.toml")
    assert said in done.stderr


def test_a_folder_of_ones_own(vinkje: Run, tmp_path: Path) -> None:
    """init, check and report there; a second init changes nothing."""
    assert vinkje("init", "map").returncode == 0
    folder = tmp_path / "map"
    answers(folder / "a.csv")
    assert run_vinkje("check", cwd=folder).stdout.startswith("checklist.yaml is sound")
    assert run_vinkje("report", "a.csv", cwd=folder).returncode == 0
    before = snapshot(folder)
    assert vinkje("init", "map").returncode == 1
    assert snapshot(folder) == before
    assert "$schema=checklist.schema.json" in before["checklist.yaml"].decode()


def test_the_demo_runs_again_in_the_same_folder(vinkje: Run, tmp_path: Path) -> None:
    """The same day the same bytes; another day the former workbook is kept."""
    assert vinkje("demo", "d", "--date", "2026-11-30").returncode == 0
    before = snapshot(tmp_path / "d")
    assert vinkje("demo", "d", "--date", "2026-11-30", PYTHONHASHSEED="7").returncode == 0
    assert snapshot(tmp_path / "d") == before
    assert vinkje("demo", "d", "--date", "2026-12-01").returncode == 0
    assert before["rapport.xlsx"] in snapshot(tmp_path / "d").values()
    assert len(snapshot(tmp_path / "d")) == len(before) + 1


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_report_on_the_archive_gives_the_same_figures(
    vinkje: Run, tmp_path: Path, demo: Path, kind: str
) -> None:
    """And the archive is never replaced unasked."""
    source = demo / "antwoorden-verzonnen.csv"
    first = json.loads(vinkje("report", source, "--json", "-").stdout)
    assert vinkje("pull", source, "-o", f"archief.{kind}").returncode == 0
    assert vinkje("pull", source, "-o", f"archief.{kind}").returncode == 1
    again = vinkje("report", f"archief.{kind}", "--json", "-", "-o", "r.xlsx")
    assert json.loads(again.stdout) == first
    assert len(list(tmp_path.glob("archief*"))) == 1


def test_an_earlier_round_is_set_beside(vinkje: Run, tmp_path: Path) -> None:
    """Share then and difference; reworded items are not comparable."""
    answers(tmp_path / "now.csv")
    before = answers(tmp_path / "then.csv", answer="Niet op orde: aanpakken is nodig")
    text = before.read_text(encoding="utf-8")
    before.write_text(text.replace("S1. In het gehele bezit", "S1. Overal"), encoding="utf-8")
    done = vinkje("report", "now.csv", "--previous", "then.csv", "--json", "-")
    first, second, *_ = json.loads(done.stdout)["items"]
    assert (first["comparable"], first["difference"]) == (False, None)
    assert (second["previous_share"], second["difference"]) == (0.0, 1.0)
