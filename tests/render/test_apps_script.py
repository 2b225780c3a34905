"""The form script: checked by TypeScript, and run in Node against a FormApp that says no."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run, after_name, tool

from forms.checklist.model import Checklist, load_checklist
from forms.publish.apps_script import apps_script
from forms.questionnaire import questionnaire

HERE = Path(__file__).parent / "apps_script"
CHECKLISTS = {"nl": ROOT / "checklist.yaml", "en": ROOT / "examples" / "english.yaml"}
EVIL = "*/ ${x} </script> `'\"\\ \u2028 // é 👩‍🔧"


def run(path: Path, **world: Any) -> Any:
    """Run a script; return the forms, the sheets and the log."""
    command = [tool("node", "nodejs"), str(HERE / "run.js"), str(path), json.dumps(world)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True)
    return json.loads(done.stdout)


def written(tmp_path: Path, checklist: Checklist) -> Path:
    """Return the file with a checklist's script."""
    path = tmp_path / "form.gs"
    path.write_text(apps_script(checklist), encoding="ascii")
    return path


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """Return the script of the checklist that ships."""
    return written(tmp_path, load_checklist(CHECKLISTS["nl"]))


@pytest.mark.parametrize("language", CHECKLISTS)
@pytest.mark.parametrize(
    "world", [{}, {"account": "consumer"}, {"publishing": False}], ids=["domain", "private", "old"]
)
def test_one_run_makes_the_whole_form(
    vinkje: Run, tmp_path: Path, language: str, world: Any
) -> None:
    """Every page and question as asked, in order, and open to answers."""
    done = vinkje("form", "script", "-o", "f.gs", "--checklist", CHECKLISTS[language])
    assert (done.returncode, after_name(done)) == (0, "")
    made = run(tmp_path / "f.gs", **world)
    asked = questionnaire(load_checklist(CHECKLISTS[language]))
    [form] = made["forms"]
    items = iter(form["items"])
    for number, page in enumerate(asked.pages):
        start = next(items)
        kind = "pageBreak" if number else "sectionHeader"
        assert (start["kind"], start["title"]) == (kind, page.title)
        for question in page.questions:
            item = next(items)
            assert (item["title"], item["help"]) == (question.title, question.help)
            assert item["required"] is question.required
            labels = [choice.label for choice in question.choices]
            assert item["choices"] == (labels or None)
            assert item["kind"] == ("multipleChoice" if labels else "paragraph")
    assert next(items, None) is None
    assert (form["title"], form["description"]) == (asked.title, asked.introduction)
    assert form["confirmation"] == asked.confirmation
    assert form["name"] == asked.name
    assert (form["published"], form["accepting"], form["progressBar"]) == (True, True, True)
    assert form["collectEmail"] is False
    assert form["requireLogin"] is (world.get("account") == "consumer")
    assert made["errors"] == []


def test_the_log_says_where_things_are(script: Path) -> None:
    """The link for staff, the Sheet that the form writes to, and the line for vinkje.toml.

    Reading that Sheet takes a key or a login, so the page that says how is named.
    """
    made = run(script)
    [form], [sheet], log = made["forms"], made["sheets"], "\n".join(made["log"])
    address = f"https://docs.google.com/spreadsheets/d/{sheet['id']}/edit"
    assert form["destination"] == sheet["id"]
    assert f"https://docs.google.com/forms/d/e/{form['id']}/viewform" in log
    assert f'\nsource = "{address}"' in log
    assert "eerst een sleutel of inlog nodig" in log
    named = re.search(r"docs/nl/\w+\.md", log)
    assert named
    assert "\n## Google zelf laten lezen\n" in (ROOT / named[0]).read_text(encoding="utf-8")
    assert "privévenster" in log


def test_a_second_run_makes_nothing(script: Path) -> None:
    """It says where the first form is."""
    made = run(script, runs=2)
    assert (len(made["forms"]), len(made["sheets"])) == (1, 1)
    again = "\n".join(made["log"]).partition("heeft het formulier al gemaakt")[2]
    assert "/forms/d/e/form-1/viewform" in again
    assert "/spreadsheets/d/sheet-1/edit" in again


def test_two_runs_at_once_make_one_form(script: Path) -> None:
    """The second waits for nobody and makes nothing."""
    made = run(script, busy=True)
    assert (made["forms"], made["errors"]) == ([], [])
    assert "al bezig" in made["log"][0]


def test_a_deleted_form_is_made_anew(script: Path) -> None:
    """What was stored of the former one is replaced."""
    made = run(script, stored={"formId": "gone", "sheetUrl": "gone"})
    assert made["stored"]["formId"] == "form-1"
    assert "er niet meer" in made["log"][0]


@pytest.mark.parametrize(
    "fail",
    [
        {"method": "setPublished"},
        {"method": "addMultipleChoiceItem", "times": 12},
        {"method": "SpreadsheetApp.create"},
        {"method": "setDestination"},
        {"method": "setProperties"},
    ],
    ids=lambda fail: fail["method"],
)
def test_a_half_made_form_says_so_and_the_next_run_makes_a_whole_one(
    script: Path, fail: dict[str, Any]
) -> None:
    """The first is named in the log; nobody can take it for the form."""
    made = run(script, runs=2, fail=fail)
    half, whole = made["forms"]
    assert made["errors"] == [f"Service Forms failed while running {fail['method']}"]
    assert made["log"][0].endswith(f"https://docs.google.com/forms/d/{half['id']}/edit")
    assert "verwijder het, en kies daarna weer Uitvoeren" in made["log"][0]
    assert half["title"].startswith("NIET AF")
    assert not (half["published"] and half["accepting"])
    assert (whole["title"], whole["accepting"]) == ("Checklist kwetsbare bewoners", True)
    assert whole["destination"] == made["sheets"][-1]["id"]
    assert made["stored"]["formId"] == whole["id"]


def test_a_script_that_google_ends_leaves_a_form_that_takes_no_answers(script: Path) -> None:
    """After six minutes; nothing of ours runs any more, and the next run makes another."""
    made = run(script, fail={"method": "addMultipleChoiceItem", "times": 12, "ends": True})
    [half] = made["forms"]
    assert half["title"].startswith("NIET AF")
    assert half["accepting"] is False
    assert made["stored"] == {}


def test_nothing_in_a_checklist_is_code(tmp_path: Path) -> None:
    """Quotes, comments' ends, odd line breaks and letters come out as they went in."""
    item = {"id": "A1", "text": EVIL.replace("\u2028", "")}
    checklist = Checklist.model_validate(
        {
            "title": "T */ é",
            "introduction": f"{EVIL}\ntwee",
            "round": {"name": "*/ `1`"},
            "remarks": "none",
            "sections": [{"id": "A", "title": "Deel", "items": [item]}],
        }
    )
    [form] = run(written(tmp_path, checklist))["forms"]
    assert form["description"] == f"{EVIL}\ntwee"
    assert form["name"] == "T */ é - */ `1`"
    assert form["items"][1]["title"] == f"A1. {item['text']}"


def test_the_script_is_sound_to_a_type_checker(script: Path, tmp_path: Path) -> None:
    """TypeScript knows Apps Script's methods; a wrong name or argument is an error."""
    modules = HERE / "node_modules"
    if not modules.exists():
        tool("tsc, brought by tests/bring-tools,")
    shutil.copy(HERE / "jsconfig.json", tmp_path)
    (tmp_path / "node_modules").symlink_to(modules)
    shutil.copy(script, tmp_path / "form.js")
    tsc = str(modules / "typescript" / "bin" / "tsc")
    command = [tool("node", "nodejs"), tsc, "--project", "jsconfig.json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    (tmp_path / "form.js").write_text(script.read_text().replace("setProgressBar", "setProgres"))
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "setProgres" in done.stdout
