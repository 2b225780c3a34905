"""A round of several organisations, from their answers to each one's report and the sector's."""

import json
import re
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Run
from openpyxl import load_workbook
from postgres_server import Cluster
from rounds import CHECKLIST, DAY, LINK, NAMES, TODAY, listed
from shared_answers import close_long_ago, fill_round

from forms.analysis.quartiles import quartiles, step_of
from forms.questionnaire import questionnaire
from forms.store.interface import Organisation, QuestionnaireVersion, Submission
from forms.store.open import init_store, open_store, read_store, set_closed


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of a round that is over: twelve organisations, twelve people of each."""
    path = tmp_path_factory.mktemp("round") / "answers.db"
    url = f"sqlite:///{path}"
    fill_round(url, CHECKLIST, [Organisation(name) for name in NAMES], 12, TODAY)
    return path


@pytest.fixture
def answers(filled: Path, tmp_path: Path) -> str:
    """Return a copy of it in the test's own folder, closed two hours ago."""
    with read_store(f"sqlite:///{filled}") as reader:
        reader.copy_to(tmp_path / "answers.db")
    close_long_ago(tmp_path / "answers.db")
    return "sqlite:///answers.db"


def test_answers_of_several_are_not_put_together(tmp_path: Path, vinkje: Run, answers: str) -> None:
    """One is named, or all are made; a name that is none is told what is near."""
    for command in (["report", answers], ["pull", answers, "-o", "a.csv"]):
        done = vinkje(*command)
        assert (done.returncode, "--organisation" in done.stderr) == (1, True)
    done = vinkje("report", answers, "--organisation", "Corporatie X")
    assert (done.returncode, 'did you mean "Corporatie' in done.stderr) == (1, True)
    assert vinkje("report", answers, "x.csv", "--organisation", "Corporatie A").returncode == 2
    assert vinkje("report", answers, "--each", "--organisation", "Corporatie A").returncode == 2
    assert vinkje("report", answers, "--each", "--json", "-").returncode == 2
    (tmp_path / "then.csv").touch()
    done = vinkje("report", answers, "--each", "--previous", "then.csv")
    assert (done.returncode, "has the answers of one organisation" in done.stderr) == (1, True)
    with closing(open_store(f"sqlite:///{tmp_path / 'one.db'}")) as store:
        store.put(Submission("a" * 32, {"S1": "needed"}, "v1", datetime.now(UTC)))
    done = vinkje("report", "sqlite:///one.db", "--organisation", "A")
    assert (done.returncode, "no round of several organisations" in done.stderr) == (1, True)
    assert vinkje("check", "--against", answers).returncode == 0


def test_a_report_is_of_its_own_answers(tmp_path: Path, vinkje: Run, answers: str) -> None:
    """The same as of an archive of them; the workbook says whose it is, and takes no other's."""
    own = ["--organisation", "corporatie b"]
    done = vinkje("report", "--store", answers, *own, "--json", "own.json", *DAY)
    assert done.returncode == 0, done.stderr
    pulled = vinkje("pull", answers, "--organisation", "Corporatie B", "-o", "b.csv")
    assert "12 of 12" in pulled.stdout
    assert vinkje("report", "b.csv", "-o", "b.xlsx", "--json", "b.json", *DAY).returncode == 0
    figures = json.loads((tmp_path / "own.json").read_text("utf-8"))
    assert figures.pop("organisation") == "Corporatie B"
    assert figures == json.loads((tmp_path / "b.json").read_text("utf-8"))
    about = [cell.value for cell in load_workbook(tmp_path / "rapport.xlsx")["Overzicht"]["A"]]
    assert about[0] == f"{CHECKLIST.title} - Corporatie B"
    assert "Organisatie: Corporatie B" in about
    before = (tmp_path / "rapport.xlsx").read_bytes()
    other = vinkje("report", answers, "--organisation", "Corporatie C", *DAY)
    assert (other.returncode, "another organisation ('Corporatie B')" in other.stderr) == (1, True)
    assert (tmp_path / "rapport.xlsx").read_bytes() == before
    assert vinkje("report", answers, *own, *DAY).returncode == 0


def test_all_reports_at_once_keep_what_people_wrote(tmp_path: Path, vinkje: Run) -> None:
    """Each in a folder of its own; one that cannot be made keeps no other."""
    answers = "sqlite:///answers.db"
    several = [Organisation(name) for name in NAMES[:3]]
    fill_round(f"sqlite:///{tmp_path / 'answers.db'}", CHECKLIST, several, 12, TODAY)
    each = ["report", answers, "--each", "-o", "alle/rapport.xlsx", "--json", "f.json", *DAY]
    done = vinkje(*each)
    assert done.returncode == 0, done.stderr
    assert "Reports made: 3 of 3." in done.stdout
    assert "sector's figures are not made yet" in done.stderr
    assert "(new remarks: read them first)" in done.stdout
    folders = [tmp_path / "alle" / each.name for each in several]
    assert all((folder / "rapport.eml").exists() for folder in folders)
    alone = vinkje("report", answers, "--organisation", "Corporatie C", "--json", "c.json", *DAY)
    assert alone.returncode == 0
    assert (tmp_path / "c.json").read_bytes() == (folders[2] / "f.json").read_bytes()
    note(folders[2] / "rapport.xlsx", "bellen met de gemeente")
    shutil.copy(folders[1] / "rapport.xlsx", folders[0] / "rapport.xlsx")
    shutil.rmtree(folders[1])
    folders[1].touch()
    done = vinkje(*each)
    assert done.returncode == 1
    assert "Reports made: 1 of 3." in done.stdout
    assert re.search(r"Corporatie A: no new report\. .*another organisation", done.stderr)
    assert "Corporatie B: no new report." in done.stderr
    assert notes_in(folders[2] / "rapport.xlsx") == ["bellen met de gemeente"]


def note(path: Path, text: str) -> None:
    """Write a note at the first action, as somebody would."""
    workbook = load_workbook(path)
    sheet = workbook["Actielijst"]
    row, column = place_of_notes(sheet)
    sheet.cell(row, column).value = text
    workbook.save(path)


def notes_in(path: Path) -> list[Any]:
    """Return the notes in a list."""
    sheet = load_workbook(path)["Actielijst"]
    row, column = place_of_notes(sheet)
    values = [sheet.cell(each, column).value for each in range(row, sheet.max_row + 1)]
    return [value for value in values if value]


def place_of_notes(sheet: Any) -> tuple[int, int]:
    """Return the row of the first action, and the column of notes."""
    for row in sheet.iter_rows(max_row=20):
        for cell in row:
            if cell.value == "Notitie":
                return cell.row + 1, cell.column
    raise AssertionError


def test_a_sector_is_told_once(tmp_path: Path, vinkje: Run, answers: str) -> None:
    """What the answers say then; those of later change nothing, and the files come again."""
    done = vinkje("sector", *DAY)
    assert done.returncode == 0, done.stderr
    assert "Worked out for good, from 12 of 12 organisations." in done.stdout
    assert [path.name for path in sorted(tmp_path.glob("sector.*"))] == [
        *("sector.eml", "sector.html", "sector.xlsx")
    ]
    made = {path: path.read_bytes() for path in tmp_path.glob("sector.*")}
    with closing(open_store(f"sqlite:///{tmp_path / 'answers.db'}")) as store:
        for number in range(40):
            given = {item.id: "in_order" for item in CHECKLIST.items()}
            key = f"{number:032x}"
            version = store.asked()[-1].version
            store.put(Submission(key, given, version, datetime.now(UTC), organisation=NAMES[0]))
    again = vinkje("sector", "--date", "2026-12-24")
    assert "Worked out on 2026-11-30" in again.stdout
    assert {path: path.read_bytes() for path in tmp_path.glob("sector.*")} == made
    shares = own_shares(tmp_path, vinkje, answers, NAMES[1:])
    assert figures_of(tmp_path / "sector.xlsx").keys() == shares["Corporatie B"].keys()


def own_shares(
    folder: Path, vinkje: Run, answers: str, names: list[str]
) -> dict[str, dict[str, float]]:
    """Return the share of each statement, by organisation, as each one's own report has it."""
    found = {}
    for name in names:
        args = ["--organisation", name, "-o", f"{name}.xlsx", "--json", "own.json", "--overwrite"]
        assert vinkje("report", answers, *args, *DAY).returncode == 0
        items = json.loads((folder / "own.json").read_text("utf-8"))["items"]
        found[name] = {item["id"]: item["in_order_share"] for item in items}
    return found


def figures_of(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the quartiles of each statement in percents, and of how many organisations."""
    rows = load_workbook(path)["Stellingen"].iter_rows(min_row=5, values_only=True)
    return {
        str(row[0]): (*(round(100 * float(str(share))) for share in row[2:5]), int(str(row[6])))
        for row in rows
        if row[0]
    }


def test_a_sectors_figures_are_those_of_its_organisations(
    tmp_path: Path, vinkje: Run, answers: str
) -> None:
    """Each once, as its own report has it: to be worked out with a pencil."""
    assert vinkje("sector", *DAY).returncode == 0
    late = listed(tmp_path, "Later").name
    done = vinkje("organisations", late, "--public-url", LINK)
    assert "the sector's figures are made already" in done.stderr
    shares = own_shares(tmp_path, vinkje, answers, NAMES)
    found = figures_of(tmp_path / "sector.xlsx")
    for item, given in found.items():
        steps = [step_of_float(own[item]) for own in shares.values()]
        assert given == (*quartiles(steps), 12), item
    medians = [steps[1] for steps in found.values()]
    assert medians == sorted(medians)


def step_of_float(share: float) -> int:
    """Return the step of a share that was read from JSON."""
    return step_of(Fraction(share).limit_denominator(100))


def test_ones_own_shares_stand_beside_the_sectors(
    tmp_path: Path, vinkje: Run, answers: str
) -> None:
    """On the sections' tabs, in the overview and in the mail; not before they are made."""
    args = ["report", answers, "--organisation", "Corporatie B", *DAY]
    assert vinkje(*args).returncode == 0
    assert "Sector: midden" not in texts(tmp_path / "rapport.xlsx", "Signaleren")
    assert vinkje("sector", *DAY).returncode == 0
    assert vinkje(*args).returncode == 0
    figures = figures_of(tmp_path / "sector.xlsx")
    sheet: Any = load_workbook(tmp_path / "rapport.xlsx")["Signaleren"]
    header = next(row for row in sheet.iter_rows() if row[0].value == "Nr")
    columns = [cell.column for cell in header if str(cell.value).startswith("Sector: ")]
    for number in range(8):
        row = header[0].row + 1 + number
        found = [round(100 * sheet.cell(row, column).value) for column in columns]
        assert found == list(figures[f"S{number + 1}"][:3])
        colours = {sheet.cell(row, column).fill.fgColor.rgb for column in columns}
        assert colours == {"00000000"}
    overview = texts(tmp_path / "rapport.xlsx", "Overzicht")
    assert {"Naast de sector", "Uw eigen aandeel", "Sector: onderste kwart"} <= set(overview)
    mail = (tmp_path / "rapport.html").read_text("utf-8")
    assert "Naast de sector (12 organisaties): uw eigen aandeel" in mail
    rules = texts(tmp_path / "rapport.xlsx", "Verantwoording")
    assert any(rule.startswith("De sector: elke organisatie telt één keer") for rule in rules)


def texts(path: Path, tab: str) -> list[str]:
    """Return all texts of a tab."""
    rows = load_workbook(path)[tab].iter_rows(values_only=True)
    return [str(value) for row in rows for value in row if value is not None]


def test_a_statement_that_reads_otherwise_is_not_held_beside_it(
    tmp_path: Path, vinkje: Run, answers: str
) -> None:
    """Nor is one that too few know: then a question mark says that it is not given."""
    assert vinkje("sector", *DAY).returncode == 0
    text = (ROOT / "checklist.yaml").read_text("utf-8")
    own = text.replace("gehele bezit zijn wijkbeheerders", "hele bezit zijn wijkbeheerders")
    assert own != text
    (tmp_path / "checklist.yaml").write_text(own, "utf-8")
    done = vinkje("report", answers, "--organisation", "Corporatie B", *DAY)
    assert done.returncode == 0, done.stderr
    sheet = load_workbook(tmp_path / "rapport.xlsx")["Signaleren"]
    rows = {str(row[0]): row for row in sheet.iter_rows(values_only=True) if row[0]}
    assert [value for value in rows["S1"][11:] if value] == ["?"] * 3
    assert "?" not in rows["S2"]


@pytest.mark.usefixtures("answers")
def test_no_figures_of_a_round_that_is_open(tmp_path: Path, vinkje: Run) -> None:
    """Nor while somebody may have the form open; it says until when."""
    set_closed(f"sqlite:///{tmp_path / 'answers.db'}", closed=False)
    done = vinkje("sector", *DAY)
    assert (done.returncode, "the round is still open" in done.stderr) == (1, True)
    assert "vinkje store close" in done.stderr
    assert vinkje("store", "close").returncode == 0
    done = vinkje("sector", *DAY)
    assert (done.returncode, "an hour after the round closed" in done.stderr) == (1, True)
    assert sorted(path.name for path in tmp_path.glob("sector*")) == []
    with read_store(f"sqlite:///{tmp_path / 'answers.db'}") as reader:
        assert reader.figures() == ""


def test_no_figures_of_too_few(tmp_path: Path, vinkje: Run) -> None:
    """It says how many count, how many nearly do, and what may come of that."""
    several = [Organisation(name) for name in NAMES]
    url = f"sqlite:///{tmp_path / 'answers.db'}"
    fill_round(url, CHECKLIST, several[:9], 8, TODAY)
    fill_round(url, CHECKLIST, several[9:10], 7, TODAY)
    with closing(open_store(url)) as store:
        store.enrol(several)
    close_long_ago(tmp_path / "answers.db")
    done = vinkje("sector", *DAY)
    assert done.returncode == 1
    assert "9 of 12 organisations have the 8 answers" in done.stderr
    assert "fewer (1) or none (2)" in done.stderr
    with read_store(url) as reader:
        assert reader.figures() == ""


def test_it_asks_before_some_are_left_out_for_good(tmp_path: Path, vinkje: Run) -> None:
    """By name; without a yes nothing is made."""
    several = [Organisation(name) for name in NAMES[:11]]
    url = f"sqlite:///{tmp_path / 'answers.db'}"
    fill_round(url, CHECKLIST, several[:10], 8, TODAY)
    with closing(open_store(url)) as store:
        store.enrol(several)
    close_long_ago(tmp_path / "answers.db")
    done = vinkje("sector", *DAY)
    assert done.returncode == 1
    assert "will not be in the figures: Corporatie K." in done.stdout
    with read_store(url) as reader:
        assert reader.figures() == ""
    done = vinkje("sector", "--yes", *DAY)
    assert (done.returncode, "from 10 of 11 organisations" in done.stdout) == (0, True)
    assert vinkje("sector", *DAY).returncode == 0


def test_answers_of_an_organisations_own_form_count(
    tmp_path: Path, vinkje: Run, answers: str
) -> None:
    """By the source that the list names; one that cannot be read holds up all."""
    assert vinkje("pull", answers, "--organisation", "Corporatie A", "-o", "a.csv").returncode == 0
    with read_store(f"sqlite:///{tmp_path / 'answers.db'}") as reader:
        held = [each for each in reader.submissions() if each.organisation != "Corporatie A"]
        asked, several = reader.asked(), reader.organisations()
    new = tmp_path / "new.db"
    several[0] = replace(several[0], source="a.csv")
    with closing(open_store(f"sqlite:///{new}")) as store:
        store.restore(held, asked, several)
    close_long_ago(new)
    both = {}
    for url in (answers, "sqlite:///new.db"):
        assert vinkje("sector", "--store", url, "-o", "s.xlsx", *DAY).returncode == 0
        both[url] = figures_of(tmp_path / "s.xlsx")
    assert both[answers] == both["sqlite:///new.db"]
    one = ["report", "sqlite:///new.db", "--organisation", "Corporatie A", *DAY]
    assert vinkje(*one).returncode == 0
    done = vinkje("status", "sqlite:///new.db")
    assert re.search(r"Corporatie A +12", done.stdout)
    done = vinkje("pull", "sqlite:///new.db", "--organisation", "Corporatie A", "-o", "x.csv")
    assert (done.returncode, "its answers are at a.csv" in done.stderr) == (1, True)
    (tmp_path / "a.csv").unlink()
    assert re.search(r"Corporatie A +\?", vinkje("status", "sqlite:///new.db").stdout)
    other = tmp_path / "other.db"
    with closing(open_store(f"sqlite:///{other}")) as store:
        store.restore(held, asked, several)
    close_long_ago(other)
    done = vinkje("sector", "--store", "sqlite:///other.db", *DAY)
    assert (done.returncode, done.stderr.count("Corporatie A: ")) == (1, 1)


def test_one_source_is_of_one_organisation(tmp_path: Path, vinkje: Run, answers: str) -> None:
    """Also as a copy of a file: else the figures would be those of one, and for good."""
    assert vinkje("pull", answers, "--organisation", "Corporatie A", "-o", "a.csv").returncode == 0
    (tmp_path / "b.csv").write_bytes((tmp_path / "a.csv").read_bytes())
    with closing(open_store(f"sqlite:///{tmp_path / 'new.db'}")) as store:
        store.enrol([Organisation(name, source=f"{name[-1].lower()}.csv") for name in NAMES[:2]])
    close_long_ago(tmp_path / "new.db")
    done = vinkje("sector", "--store", "sqlite:///new.db", *DAY)
    assert (done.returncode, "b.csv: holds exactly what a.csv holds" in done.stderr) == (1, True)


def test_a_copy_goes_back_among_its_own(tmp_path: Path, vinkje: Run, answers: str) -> None:
    """Answers of one organisation do not come among those of several, nor of other ones."""
    assert vinkje("store", "backup", answers, "-o", "copy.db").returncode == 0
    assert vinkje("store", "restore", "copy.db", answers).returncode == 0
    assert vinkje("store", "restore", "copy.db", "sqlite:///new.db").returncode == 0
    assert "144" in vinkje("status", "sqlite:///new.db").stdout
    # The sector's figures that a copy has are not those of a round in which others take part too.
    with closing(open_store(f"sqlite:///{tmp_path / 'told.db'}")) as store:
        store.enrol([Organisation(NAMES[0])])
        store.keep_figures("{}")
    with closing(open_store(f"sqlite:///{tmp_path / 'larger.db'}")) as store:
        store.enrol([Organisation(NAMES[0]), Organisation("Zed")])
    for name, expected in (("larger", ""), ("smaller", "{}")):
        url = f"sqlite:///{tmp_path / name}.db"
        assert vinkje("store", "restore", "told.db", url).returncode == 0
        with read_store(url) as reader:
            assert reader.figures() == expected
    for name, organisations in (("one.db", []), ("others.db", [Organisation("Zed")])):
        with closing(open_store(f"sqlite:///{tmp_path / name}")) as store:
            if organisations:
                store.enrol(organisations)
            whose = organisations[0].name if organisations else ""
            store.put(Submission("a" * 32, {}, "v1", datetime.now(UTC), organisation=whose))
        for copy, into in (("copy.db", f"sqlite:///{name}"), (name, answers)):
            done = vinkje("store", "restore", copy, into)
            assert (done.returncode, "Nothing was put back" in done.stderr) == (1, True), into


def test_answers_of_nobody_are_told_of(tmp_path: Path, vinkje: Run, answers: str) -> None:
    """As of an organisation whose row is gone."""
    with closing(open_store(f"sqlite:///{tmp_path / 'answers.db'}")) as store:
        store.put(Submission("f" * 32, {}, "v1", datetime.now(UTC), organisation="Weg"))
    assert "1 answers are of no organisation" in vinkje("status", answers).stderr


def test_a_round_before_this_one_may_lack_somebody(
    tmp_path: Path, vinkje: Run, answers: str
) -> None:
    """Then there is a report that compares with nothing, and says so."""
    several = [Organisation(name) for name in NAMES[:2]]
    fill_round(f"sqlite:///{tmp_path / 'then.db'}", CHECKLIST, several, 10, date(2025, 11, 30))
    for name, is_compared in (("Corporatie A", True), ("Corporatie C", False)):
        args = ["--organisation", name, "--previous", "sqlite:///then.db", "--overwrite"]
        done = vinkje("report", answers, *args, *DAY)
        assert done.returncode == 0, done.stderr
        assert ("did not take part there" in done.stderr) is not is_compared


def test_a_round_before_this_one_may_be_its_own_alone(
    tmp_path: Path, vinkje: Run, answers: str
) -> None:
    """A form's database that only it had, which is read as an archive of it is."""
    asked, day = questionnaire(CHECKLIST), datetime(2025, 11, 3, tzinfo=UTC)
    with closing(open_store(f"sqlite:///{tmp_path / 'own.db'}")) as store:
        store.remember(QuestionnaireVersion.of(asked))
        for number in range(10):
            given = {"S1": "in_order" if number % 2 else "needed", "S2": "in_order"}
            store.put(Submission(f"{number:032}", given, asked.version, day))
    assert vinkje("pull", "sqlite:///own.db", "-o", "own.csv").returncode == 0
    told = []
    for previous in ("sqlite:///own.db", "own.csv"):
        args = ["--organisation", "Corporatie A", "--previous", previous, "-o", "a.xlsx", *DAY]
        done = vinkje("report", answers, *args, "--overwrite")
        assert (done.returncode, "did not take part there" in done.stderr) == (0, False)
        told.append(texts(tmp_path / "a.xlsx", "Overzicht"))
    assert told[0] == told[1]
    alone = ["--organisation", "Corporatie A", "-o", "a.xlsx", *DAY, "--overwrite"]
    assert vinkje("report", answers, *alone).returncode == 0
    assert texts(tmp_path / "a.xlsx", "Overzicht") != told[0]


def test_status_gives_numbers_by_organisation(vinkje: Run, answers: str) -> None:
    """And no days or groups; of one that is named it is as ever."""
    done = vinkje("status", answers)
    assert done.returncode == 0, done.stderr
    assert "Organisations: 12; responses of all: 144" in done.stdout
    assert "which it takes to count in the sector: 12" in done.stdout
    lines = re.findall(r"^ +Corporatie [A-L] +12$", done.stdout, re.MULTILINE)
    assert len(lines) == 12
    assert "Per day" not in done.stdout
    own = vinkje("status", answers, "--organisation", "Corporatie A")
    assert ("Per day" in own.stdout, "Corporatie B" in own.stdout) == (True, False)


def test_a_round_on_postgresql(tmp_path: Path, vinkje: Run, database_server: Cluster) -> None:
    """The same commands, as the owner; whoever makes reports may read alone."""
    database_server.sql("CREATE ROLE round_report LOGIN")
    url = database_server.new_database()
    init_store(url, report_roles=["round_report"])
    path = listed(tmp_path, *NAMES).name
    enrolled = vinkje("organisations", path, "--public-url", LINK, "--store", url)
    assert enrolled.returncode == 0, enrolled.stderr
    fill_round(url, CHECKLIST, [Organisation(name) for name in NAMES], 9, TODAY)
    set_closed(url, closed=True)
    database_server.sql("UPDATE vinkje.closing SET at = at - interval '2 hours'", name_in(url))
    reader = url.replace("owner@", "round_report@")
    done = vinkje("sector", "--store", url, *DAY)
    assert done.returncode == 0, done.stderr
    done = vinkje("report", reader, "--organisation", "Corporatie B", "--json", "b.json", *DAY)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "b.json").read_text("utf-8"))["responses"]["used"] == 9
    assert "Sector: midden" in texts(tmp_path / "rapport.xlsx", "Signaleren")
    assert re.search(r"Corporatie L +9", vinkje("status", reader).stdout)


def name_in(url: str) -> str:
    """Return the name of a store's database."""
    return url.rpartition("/")[2]


def test_it_is_shown_with_made_up_answers(tmp_path: Path, vinkje: Run) -> None:
    """Twelve organisations, a report for each, and the sector's; a second time says what to do."""
    done = vinkje("demo", "--sector", *DAY)
    assert done.returncode == 0, done.stderr
    assert "12 made-up organisations took part" in done.stdout
    folder = tmp_path / "demo-sector"
    assert len(list(folder.glob("*/rapport.xlsx"))) == 12
    assert {count for *_, count in figures_of(folder / "sector.xlsx").values()} == {12}
    again = vinkje("demo", "--sector")
    assert (again.returncode, "delete that folder, or name another" in again.stderr) == (1, True)
    assert vinkje("demo", "--sector", "--keep").returncode == 2


def test_sizes_are_groups_of_their_own(tmp_path: Path, vinkje: Run) -> None:
    """Where each is large enough: each is told of its own, and nothing of all together."""
    sizes = {f"{size} {n}": size for size in ("klein", "groot") for n in range(10)}
    url = f"sqlite:///{tmp_path / 'answers.db'}"
    several = [Organisation(name, size=size) for name, size in sizes.items()]
    fill_round(url, CHECKLIST, several, 9, TODAY)
    close_long_ago(tmp_path / "answers.db")
    assert vinkje("sector", *DAY).returncode == 0
    workbook = load_workbook(tmp_path / "sector.xlsx")
    tabs = ["Overzicht", "Stellingen groot", "Stellingen klein", "Verantwoording"]
    assert workbook.sheetnames == tabs
    assert vinkje("report", "--store", url, "--organisation", "klein 3", *DAY).returncode == 0
    sheet = load_workbook(tmp_path / "rapport.xlsx")["Signaleren"]
    own = {str(row[0]): row for row in sheet.iter_rows(values_only=True) if row[0]}
    rows = workbook["Stellingen klein"].iter_rows(min_row=6, values_only=True)
    small = {str(row[0]): row for row in rows if row[0]}
    assert own["S1"][11:14] == small["S1"][2:5]
    group = "Vergeleken wordt met: Organisaties van de grootte 'klein'."
    assert group in texts(tmp_path / "rapport.xlsx", "Overzicht")


@pytest.mark.usefixtures("answers")
def test_a_day_that_ended_closes_a_round(tmp_path: Path, vinkje: Run) -> None:
    """In the checklist: an hour into the next day nobody can send any more."""
    set_closed(f"sqlite:///{tmp_path / 'answers.db'}", closed=False)
    text = (ROOT / "checklist.yaml").read_text("utf-8")
    now = datetime.now(UTC).date()

    def closes(day: date) -> None:
        asked = text.replace(
            "\nsections:", f"\nround: {{name: Najaar, closes: {day}}}\nsections:", 1
        )
        (tmp_path / "checklist.yaml").write_text(asked, "utf-8")

    closes(now + timedelta(days=2))
    done = vinkje("sector", *DAY)
    assert (done.returncode, f"do this after {now + timedelta(days=2)}" in done.stderr) == (1, True)
    closes(now - timedelta(days=2))
    assert vinkje("sector", *DAY).returncode == 0


def test_a_folder_of_a_round_says_what_comes_next(
    tmp_path: Path, vinkje: Run, answers: str
) -> None:
    """The reports of all, not one of everybody together."""
    assert vinkje("init", ".").returncode == 0
    (tmp_path / "vinkje.toml").write_text(f'source = "{answers}"\n', "utf-8")
    assert "vinkje report --each" in vinkje().stdout
