"""The commands as people run them: what they say, write, refuse and leave alone."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click
import pytest
import requests
from conftest import ROOT, VINKJE, Run, after_name, environment, run_vinkje, settings
from doc_pages import all_commands
from openpyxl import Workbook, load_workbook

from forms.checklist.model import load_checklist
from forms.questionnaire import item_title
from forms.store.open import read_store

YES = "Op orde"
COMMANDS = [
    *("", "init", "check", "form", "form google", "form paper", "form script", "form web"),
    *("invite", "login", "status", "pull", "report", "actions", "send", "remind", "run", "demo"),
    *("store", "store init", "store upgrade", "store backup", "store restore", "store close"),
    "store purge",
]
HEAVY = {
    *("openpyxl", "gspread", "flask", "sqlalchemy", "pydantic", "jinja2", "yaml", "babel"),
    *("google", "google_auth_oauthlib", "requests", "tenacity", "platformdirs"),
    *("filelock", "psutil", "sqlite3", "waitress", "werkzeug", "segno"),
    *("keyring", "email_validator", "smtplib", "ssl", "psycopg", "psycopg_pool"),
    "prometheus_client",
}


def answers(path: Path, rows: int = 6, answer: str = YES) -> Path:
    """Write answers to the shipped checklist, all alike."""
    titles = [item_title(item) for item in load_checklist(ROOT / "checklist.yaml").items()]
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


@pytest.mark.parametrize(("name", "command"), list(all_commands()))
def test_help_names_every_option_and_says_what_it_is_for(name: str, command: click.Command) -> None:
    """Options without a word of help are no help."""
    done = run_vinkje(*name.split(), "--help", cwd=ROOT)
    options = [each for each in command.params if isinstance(each, click.Option)]
    said = set(re.split(r"[\s,]+", done.stdout))
    assert [flag for option in options for flag in option.opts if flag not in said] == []
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize(("name", "command"), list(all_commands()))
def test_a_setting_is_named_as_its_option(name: str, command: click.Command) -> None:
    """In vinkje.toml and in VINKJE_… people write the name that --help shows."""
    named = {
        option.name: {flag.removeprefix("--").replace("-", "_") for flag in option.opts}
        for option in command.params
        if isinstance(option, click.Option) and any(flag[:2] == "--" for flag in option.opts)
    }
    assert {own: flags for own, flags in named.items() if own not in flags} == {}, name


def imported(arguments: list[str], cwd: Path) -> set[str]:
    """Return what a process has imported when a command ends, which must be well."""
    code = (
        "import sys\nfrom cli.main import vinkje\n"
        f"try: vinkje({arguments})\n"
        "finally: print('\\n' + ' '.join(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_imports_nothing_heavy(command: str) -> None:
    """The first thing that people run answers at once."""
    assert imported([*command.split(), "--help"], ROOT) & HEAVY == set()


@pytest.mark.parametrize(
    ("command", "needs"),
    [
        ("check", {"pydantic", "yaml"}),
        ("status a.csv", {"pydantic", "yaml", "babel"}),
        ("report a.csv", {"pydantic", "yaml", "babel", "jinja2", "openpyxl"}),
        ("actions", {"pydantic", "yaml", "babel", "openpyxl"}),
    ],
)
def test_a_command_imports_what_it_needs_alone(
    command: str, needs: set[str], tmp_path: Path
) -> None:
    """A report is made each week: it waits for no mail server's library, nor for the web form's."""
    answers(tmp_path / "a.csv")
    shutil.copy(ROOT / "checklist.yaml", tmp_path)
    if command == "actions":
        assert run_vinkje("report", "a.csv", cwd=tmp_path).returncode == 0
    assert imported(command.split(), tmp_path) & HEAVY == needs


def test_the_main_job(vinkje_alone: Run, tmp_path: Path) -> None:
    """From a download to the workbook and the mail; figures on demand."""
    answers(tmp_path / "a.csv")
    done = vinkje_alone("report", "a.csv", "--json", "f.json", "--date", "2026-11-30")
    assert done.returncode == 0, done.stderr
    assert sorted(snapshot(tmp_path)) == [
        *("a.csv", "f.json", "rapport.eml", "rapport.html", "rapport.sleutel", "rapport.xlsx")
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


@pytest.mark.parametrize(
    ("language", "day"), [("nl", "4 december 2026"), ("en", "4 December 2026")]
)
def test_the_end_of_an_open_round_is_told_as_its_reader_writes_days(
    vinkje: Run, tmp_path: Path, language: str, day: str
) -> None:
    """The whole message is in one language."""
    answers(tmp_path / "a.csv")
    checklist = (ROOT / "checklist.yaml").read_text(encoding="utf-8")
    checklist += "\nround: {name: Najaar, closes: 2026-12-04}\n"
    (tmp_path / "checklist.yaml").write_text(checklist, encoding="utf-8")
    done = vinkje("report", "a.csv", "--date", "2026-11-30", VINKJE_LANGUAGE=language)
    assert f" {day}:" in done.stderr


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
    "wrong.csv": (lambda p: p.write_bytes("S1,é\n".encode() + b"Op orde,\xe9\n"), "UTF-8"),
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
    assert after_name(done).startswith(f"Error: {name}")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["report", "a.csv"], "cannot be read as an Excel workbook"),
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
    settings(tmp_path, 'source = "a.csv"\n[report]\noutput = "toml.xlsx"\n')
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
    assert run_vinkje("check", cwd=folder).stdout.startswith("checklist.yaml is in order")
    assert run_vinkje("report", "a.csv", cwd=folder).returncode == 0
    before = snapshot(folder)
    assert vinkje("init", "map").returncode == 1
    assert snapshot(folder) == before
    assert "$schema=checklist.schema.json" in before["checklist.yaml"].decode()


def test_the_demo_goes_through_the_form(demo: Path, tmp_path: Path) -> None:
    """Sixty people, each with a key, a receipt and the version of the page they were served."""
    with read_store(f"sqlite:///{demo / 'antwoorden.db'}") as store:
        asked, people = store.asked(), list(store.submissions())
    assert len({person.key for person in people}) == len(people) == 60
    assert {person.version for person in people} == {asked[-1].version}
    figures = json.loads(
        run_vinkje(
            "report", f"sqlite:///{demo / 'antwoorden.db'}", "--json", "-", cwd=tmp_path
        ).stdout
    )
    counted = Counter(person.answers["S1"] for person in people)
    assert {k: n for k, n in figures["items"][0]["counts"].items() if n} == dict(counted)


def test_the_demo_can_leave_the_form_open(tmp_path: Path) -> None:
    """To try by hand; Ctrl-C ends it with exit 0."""
    with subprocess.Popen(
        [*VINKJE, "demo", "d", "--keep"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        said = ""
        while "Ctrl-C" not in said:
            said += process.stdout.readline()
            assert process.poll() is None, said
        link = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert link
        page = requests.get(link[0], timeout=30).text
        assert "verzonnen" in page
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


def made_in(folder: Path) -> dict[str, bytes]:
    """Return what a demo made; its store holds keys that nobody can foretell."""
    return {name: held for name, held in snapshot(folder).items() if ".db" not in name}


def test_the_demo_runs_again_in_the_same_folder(vinkje_alone: Run, tmp_path: Path) -> None:
    """The same day the same bytes; another day the former workbook is kept."""
    assert vinkje_alone("demo", "d", "--date", "2026-11-30").returncode == 0
    before = made_in(tmp_path / "d")
    assert vinkje_alone("demo", "d", "--date", "2026-11-30", PYTHONHASHSEED="7").returncode == 0
    assert made_in(tmp_path / "d") == before
    assert vinkje_alone("demo", "d", "--date", "2026-12-01").returncode == 0
    assert before["rapport.xlsx"] in made_in(tmp_path / "d").values()
    assert len(made_in(tmp_path / "d")) == len(before) + 1


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_report_on_the_archive_gives_the_same_figures(
    vinkje: Run, tmp_path: Path, demo: Path, kind: str
) -> None:
    """And the archive is never replaced unasked."""
    source = demo / "antwoorden-demo.csv"
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


def workbook(path: Path, **tabs: str) -> Path:
    """Write a workbook of answers: by tab, the answer that all six people gave."""
    book = Workbook()
    book.remove(book.worksheets[0])
    items = list(load_checklist(ROOT / "checklist.yaml").items())
    for name, answer in tabs.items():
        sheet = book.create_sheet(name)
        sheet.append([item_title(item) for item in items])
        for _ in range(6):
            sheet.append([answer] * len(items))
    book.save(path)
    return path


def test_a_tab_is_chosen_by_name(vinkje: Run, tmp_path: Path) -> None:
    """Two alike are no guess; the message names the option and both tabs."""
    workbook(tmp_path / "a.xlsx", Nu=YES, Toen="Weet ik niet")
    refused = vinkje("report", "a.xlsx")
    assert refused.returncode == 1
    assert all(word in refused.stderr for word in ("a.xlsx", "--tab", "'Nu'", "'Toen'"))
    for tab, verdict in (("Nu", "in_order"), ("toen", "unknown")):
        done = vinkje("report", "a.xlsx", "--tab", tab, "--overwrite", "--json", "-")
        assert {item["verdict"] for item in json.loads(done.stdout)["items"]} == {verdict}
    unknown = vinkje("report", "a.xlsx", "--tab", "Straks", "--overwrite")
    assert (unknown.returncode, "'Nu'" in unknown.stderr) == (1, True)


@pytest.mark.parametrize("output", ["a.xlsx", "./a.xlsx", "sub/../a.xlsx", "link.xlsx"])
@pytest.mark.parametrize("command", ["report", "pull"])
def test_a_source_is_never_written_over(
    vinkje: Run, tmp_path: Path, command: str, output: str
) -> None:
    """By whatever name, even when asked to."""
    workbook(tmp_path / "a.xlsx", Nu=YES)
    (tmp_path / "sub").mkdir()
    (tmp_path / "link.xlsx").symlink_to("a.xlsx")
    before = snapshot(tmp_path)
    done = vinkje(command, "a.xlsx", "-o", output, "--overwrite")
    assert (done.returncode, snapshot(tmp_path)) == (1, before)
    assert "name another file" in done.stderr


@pytest.mark.parametrize("existing", ["rapport.xlsx", "rapport.eml", "rapport.html"])
def test_an_existing_output_stays_until_asked(vinkje: Run, tmp_path: Path, existing: str) -> None:
    """Any of the three; and with --overwrite a former workbook or mail is kept."""
    answers(tmp_path / "a.csv")
    (tmp_path / existing).write_bytes(b"of people")
    before = snapshot(tmp_path)
    refused = vinkje("report", "a.csv")
    assert (refused.returncode, snapshot(tmp_path)) == (1, before)
    assert existing in refused.stderr
    assert "--overwrite" in refused.stderr
    assert vinkje("report", "a.csv", "--overwrite").returncode == 0
    kept = b"of people" in snapshot(tmp_path).values()
    assert kept is (existing != "rapport.html")


def test_json_is_always_replaced(vinkje: Run, tmp_path: Path) -> None:
    """It is a program's file, of the same figures as on stdout."""
    answers(tmp_path / "a.csv")
    (tmp_path / "f.json").write_text("old", encoding="utf-8")
    assert vinkje("report", "a.csv", "--json", "f.json").returncode == 0
    printed = vinkje("report", "a.csv", "--json", "-", "--overwrite").stdout
    assert json.loads((tmp_path / "f.json").read_text(encoding="utf-8")) == json.loads(printed)


def test_json_and_workbook_give_the_same_list(vinkje: Run, tmp_path: Path, demo: Path) -> None:
    """In the same order, with shares between 0 and 1, and counts that add up."""
    done = vinkje("report", demo / "antwoorden-demo.csv", "--json", "-")
    figures = json.loads(done.stdout)
    rows = load_workbook(tmp_path / "rapport.xlsx")["Actielijst"].iter_rows(values_only=True)
    ids = {item["id"]: item for item in figures["items"]}
    assert [row[0] for row in rows if row[0] in ids] == figures["actions"]
    assert {sum(item["counts"].values()) for item in ids.values()} == {figures["responses"]["used"]}
    assert all(0 <= item["in_order_share"] <= 1 for item in ids.values())
    assert {item["id"] for item in ids.values() if item["priority"]} == set(figures["actions"])


def test_settings_of_one_command_reach_no_other(vinkje: Run, tmp_path: Path) -> None:
    """A table is its command's; a key at the top is for all that have it."""
    answers(tmp_path / "a.csv")
    settings(
        tmp_path,
        'source = "a.csv"\n[report]\noutput = "r.xlsx"\n[pull]\noutput = "p.csv"\n'
        '[form.paper]\noutput = "f.html"\n',
    )
    for command in (["report"], ["pull"], ["form", "paper"]):
        assert vinkje(*command).returncode == 0
    assert set(snapshot(tmp_path)) == {
        *("a.csv", "vinkje.toml", "checklist.yaml"),
        *("r.xlsx", "r.eml", "r.html", "r.sleutel", "p.csv", "f.html"),
    }


def test_variables_stand_for_what_help_names(vinkje: Run, tmp_path: Path) -> None:
    """Source, day and figures, each by the name that --help shows."""
    answers(tmp_path / "a.csv", answer="Niet op orde: aanpakken is nodig")
    settings(tmp_path, 'source = "missing.csv"\n')
    variables = {
        "VINKJE_SOURCE": "a.csv",
        "VINKJE_REPORT_DATE": "2030-01-02",
        "VINKJE_REPORT_JSON": "f.json",
    }
    done = vinkje("report", **variables)
    assert done.returncode == 0, done.stderr
    assert "2 januari 2030" in (tmp_path / "rapport.html").read_text(encoding="utf-8")
    assert (tmp_path / "f.json").exists()


@pytest.mark.parametrize(
    "text", ["sorce = 'a'", "[report]\nouput = 'a'", "source = ", "x", "[repot]"]
)
@pytest.mark.parametrize("command", ["check", "report", "form paper"])
def test_bad_settings_write_nothing(vinkje: Run, tmp_path: Path, command: str, text: str) -> None:
    """Whatever the command."""
    (tmp_path / "vinkje.toml").write_text(text, encoding="utf-8")
    answers(tmp_path / "a.csv")
    before = snapshot(tmp_path)
    done = vinkje(*command.split(), *(["a.csv"] if command == "report" else []))
    assert (done.returncode, snapshot(tmp_path)) == (1, before)
    assert done.stderr.startswith("Error: vinkje.toml: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("text", ["[report", "[repot]", "[form.web]\nport = 'x'"])
@pytest.mark.parametrize("command", ["", "report", "run", "form", "form web", "send", "init"])
def test_bad_settings_keep_nobody_from_the_help(
    vinkje: Run, tmp_path: Path, command: str, text: str
) -> None:
    """Somebody may look there for what to write."""
    (tmp_path / "vinkje.toml").write_text(text, encoding="utf-8")
    done = vinkje(*command.split(), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: vinkje")
    assert not (tmp_path / "vinkje.log").exists()


def test_help_shows_what_the_settings_say(vinkje: Run, tmp_path: Path) -> None:
    """Where they can be read."""
    (tmp_path / "vinkje.toml").write_text("[form.web]\nport = 8099\n", encoding="utf-8")
    assert "8099" in vinkje("form", "web", "--help").stdout


def test_who_makes_a_folder_needs_no_settings(vinkje: Run, tmp_path: Path) -> None:
    """Those of this folder are not for that one."""
    settings(tmp_path, "[report")
    assert vinkje("init", "nieuw").returncode == 0
    assert vinkje("demo", "proef").returncode == 0
    (tmp_path / "vinkje.toml").write_text("[demo]\nkeep = true\n", encoding="utf-8")
    assert "unknown setting 'demo'" in vinkje("check").stderr


def test_every_setting_that_init_offers_is_one(vinkje: Run, tmp_path: Path) -> None:
    """With its # taken away, of each name the last."""
    assert vinkje("init", ".").returncode == 0
    path = tmp_path / "vinkje.toml"
    offered = re.findall(r'(?m)^# ((?:\[|"|[a-z_]+ = ).*)$', path.read_text(encoding="utf-8"))
    by_name = {line.partition(" = ")[0]: line for line in offered if "=" in line}
    lines = [line for line in offered if line in by_name.values() or line.startswith("[")]
    path.write_text("\n".join(lines), encoding="utf-8")
    done = vinkje("check")
    assert (done.returncode, done.stderr) == (0, "Checklist: checklist.yaml\n")
    assert {"[send]", "[remind]", "[owners]", "[pull]", "[report]"} < set(lines)


@pytest.mark.parametrize("file", ["checklist.yaml", "vinkje.toml", "LEESMIJ.txt"])
def test_init_refuses_when_any_of_its_files_stands_there(
    vinkje: Run, tmp_path: Path, file: str
) -> None:
    """And then writes none of the others."""
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / file).write_text("mine", encoding="utf-8")
    done = vinkje("init", "map")
    assert done.returncode == 1
    assert file in done.stderr
    assert snapshot(tmp_path / "map") == {file: b"mine"}


def test_a_bad_checklist_writes_nothing(vinkje: Run, tmp_path: Path) -> None:
    """Every command that reads one says where the fault is."""
    answers(tmp_path / "a.csv")
    (tmp_path / "checklist.yaml").write_text("title: T\nsections: []\nx: 1\n", encoding="utf-8")
    before = snapshot(tmp_path)
    for command in (["check"], ["form", "paper"], ["report", "a.csv"], ["demo"]):
        done = vinkje(*command)
        assert done.returncode == 1
        assert after_name(done).startswith("Error: checklist.yaml:")
        assert "Traceback" not in done.stderr
    assert snapshot(tmp_path) == before


def test_an_open_workbook_is_left_alone(vinkje: Run, tmp_path: Path) -> None:
    """Excel's lock lies beside it: nothing is touched, and it says what to do."""
    answers(tmp_path / "a.csv")
    assert vinkje("report", "a.csv").returncode == 0
    (tmp_path / "~$rapport.xlsx").write_bytes(b"")
    before = snapshot(tmp_path)
    done = vinkje("report", "a.csv", "--overwrite", "--date", "2030-01-01")
    assert (done.returncode, snapshot(tmp_path)) == (1, before)
    assert "rapport.xlsx" in done.stderr
    assert "close it" in done.stderr


def test_what_a_source_says_cannot_steer_the_terminal(vinkje: Run, tmp_path: Path) -> None:
    """Escape sequences in headers are shown, not obeyed."""
    (tmp_path / "a.csv").write_text("\x1b[2J\x1b]0;x\x07,b\n1,2\n", encoding="utf-8")
    done = vinkje("report", "a.csv")
    assert done.returncode == 1
    assert "\x1b" not in done.stderr
    assert "\x07" not in done.stderr


@pytest.mark.parametrize(
    "text",
    [
        *(
            "[report]\noutput = 5",
            "[report]\noverwrite = 'ja'",
            "tab = ['a']",
            "source = 2026-01-01T10:00:00",
        ),
        'checklist = "a\\u0000b"',
    ],
)
def test_a_setting_of_another_type_is_explained(vinkje: Run, tmp_path: Path, text: str) -> None:
    """A number is no file, and a word no switch."""
    (tmp_path / "vinkje.toml").write_text(text, encoding="utf-8")
    done = vinkje("report", "a.csv")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: vinkje.toml: '")


@pytest.mark.parametrize(
    "args",
    [
        ["report", "x" * 300 + ".csv"],
        ["report", "a.csv", "-o", "x" * 250 + ".xlsx"],
        ["report", "a.csv", "--workbook-url", "http://["],
        ["report", "loop.csv"],
    ],
)
def test_an_impossible_name_is_no_traceback(vinkje: Run, tmp_path: Path, args: list[str]) -> None:
    """Whatever the system says of it."""
    answers(tmp_path / "a.csv")
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    done = vinkje(*args)
    assert done.returncode == 1
    assert after_name(done).startswith("Error: ")
    assert "Traceback" not in done.stderr


def test_a_tab_is_of_the_source_not_of_the_earlier_round(vinkje: Run, tmp_path: Path) -> None:
    """A .csv of last year has none."""
    answers(tmp_path / "old.csv")
    book = Workbook()
    for line in (tmp_path / "old.csv").read_text(encoding="utf-8").splitlines():
        book.worksheets[0].append(line.split(";"))
    book.worksheets[0].title = "Nu"
    book.save(tmp_path / "a.xlsx")
    done = vinkje("report", "a.xlsx", "--tab", "Nu", "--previous", "old.csv")
    assert done.returncode == 0, done.stderr


def test_a_plugin_of_another_package_is_not_run(tmp_path: Path, vinkje_alone: Run) -> None:
    """Pydantic would run it, and show it every checklist."""
    (tmp_path / "plugged.py").write_text("open('ran', 'w').close()\nplugin = None\n", "utf-8")
    info = tmp_path / "plugged-1.dist-info"
    info.mkdir()
    metadata = "Metadata-Version: 2.1\nName: plugged\nVersion: 1\n"
    (info / "METADATA").write_text(metadata, encoding="utf-8")
    (info / "entry_points.txt").write_text("[pydantic]\nplugged = plugged:plugin\n", "utf-8")
    done = vinkje_alone("check", PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "ran").exists()
