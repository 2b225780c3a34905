"""Earlier rounds: their order and names, what is compared, and what the workbook shows of it."""

import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from conftest import Run, settings
from office import Convert
from openpyxl import load_workbook
from pypdf import PdfReader

from forms.analysis.rules import apply_rules
from forms.analysis.trend import (
    EarlierRound,
    changes,
    earlier_rounds,
    later_rounds,
    middle_day,
    name_now,
    points,
)
from forms.checklist.model import Checklist, default_checklist, load_checklist
from forms.percent import whole_points
from forms.report.model import Report
from forms.responses.columns import Column, Match
from forms.responses.model import Counts, Responses, RowCounts, SourceAccount
from forms.wording import Answer
from forms.workbook import build_workbook

TODAY = date(2026, 11, 30)
SPRING, SUMMER, AUTUMN = date(2026, 3, 10), date(2026, 7, 10), date(2026, 11, 10)


def checklist(sizes: Mapping[str, int] | None = None, **others: Any) -> Checklist:
    """Return a checklist with sections of so many items: A1, A2, B1."""
    sections = [
        {
            "id": name,
            "title": f"Deel {name}",
            "items": [
                {"id": f"{name}{n}", "text": f"Stelling {name}{n}."} for n in range(1, size + 1)
            ],
        }
        for name, size in (sizes or {"A": 2, "B": 2}).items()
    ]
    return Checklist.model_validate({"title": "Lijst", "sections": sections, **others})


def answered(
    percents: Mapping[str, int],
    day: date | None = None,
    *,
    people: int = 100,
    reworded: tuple[str, ...] = (),
    source: str = "bron.csv",
) -> Responses:
    """Return a round in which so many percent of a hundred said in order, all on one day."""
    columns = tuple(
        Column(n, f"{item}. Anders", "item", item, Match.ID if item in reworded else Match.EXACT)
        for n, item in enumerate(percents)
    )
    rows = RowCounts(people, people, 0, 0, 0)
    period = (day, day) if day else None
    account = SourceAccount(source, rows, columns, (), (), 0, period, b"\1" * people)
    return Responses(
        rows=rows,
        sources=(account,),
        counts={item: Counts(share, 100 - share) for item, share in percents.items()},
        groups={},
        remarks={},
        notes=(),
        days={day: people} if day else {},
    )


def all_at(percent: int, asked: Checklist, day: date | None = None, **others: Any) -> Responses:
    """Return a round in which every statement has the same share."""
    return answered({item.id: percent for item in asked.items()}, day, **others)


def report(asked: Checklist, now: Responses, *then: Responses) -> Report:
    """Return a report on a round and those before it."""
    earlier = earlier_rounds(then, asked.language)
    previous = earlier[-1].responses if earlier else None
    return Report(asked, now, apply_rules(asked, now, TODAY, previous), TODAY, earlier)


def opened(report: Report) -> Any:
    """Return the workbook of a report."""
    return load_workbook(io.BytesIO(build_workbook(report)))


def texts(sheet: Any) -> list[str]:
    """Return every text on a tab."""
    return [
        cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)
    ]


def line_charts(made: Report) -> list[ET.Element]:
    """Return the line charts in a workbook, as they are written."""
    with zipfile.ZipFile(io.BytesIO(build_workbook(made))) as archive:
        parts = [archive.read(n) for n in archive.namelist() if "charts/chart" in n]
    charts = [ET.fromstring(part) for part in parts]  # noqa: S314 - our own file
    return [chart for chart in charts if chart.find(".//{*}lineChart") is not None]


def test_rounds_with_dates_stand_in_their_order() -> None:
    """However they were given; the newest is what is compared with."""
    asked = checklist()
    given = [
        all_at(n, asked, day) for n, day in ((30, SUMMER), (10, date(2025, 11, 3)), (20, SPRING))
    ]
    made = report(asked, all_at(90, asked, AUTUMN), *given)
    assert [each.name for each in made.earlier] == ["nov 2025", "mrt 2026", "jul 2026"]
    assert [each.responses.counts["A1"][Answer.IN_ORDER] for each in made.earlier] == [10, 20, 30]
    assert points(made.findings.items[0].comparison) == 60


def test_one_round_without_dates_leaves_them_as_given() -> None:
    """Under its file's name, without the folder."""
    asked = checklist()
    given = [all_at(10, asked, SUMMER), all_at(20, asked, source="/home/x/oud.csv")]
    given.append(all_at(30, asked, SPRING))
    names = [each.name for each in earlier_rounds(given, "nl")]
    assert names == ["jul 2026", "oud.csv", "mrt 2026"]


def test_names_are_all_different() -> None:
    """Two rounds in a month, two on a day, two files alike; this one too."""
    asked = checklist()
    given = [all_at(9, asked, SPRING + timedelta(n)) for n in (0, 2, 2)]
    earlier = earlier_rounds(given, "en")
    assert [each.name for each in earlier] == ["Mar 2026", "12 Mar 2026", "12 Mar 2026 (2)"]
    files = earlier_rounds(
        [all_at(9, asked, source="a/x.csv"), all_at(9, asked, source="x.csv")], "nl"
    )
    assert [each.name for each in files] == ["x.csv", "x.csv (2)"]
    english = asked.model_copy(update={"language": "en"})
    assert name_now(english, all_at(9, asked, SPRING), earlier, TODAY) == "10 Mar 2026"


def test_this_round_is_called_as_the_checklist_says() -> None:
    """Else by its answers, else by the report's day."""
    own = checklist(round={"name": "Najaar 2026"})
    answers = all_at(9, own, SUMMER)
    assert name_now(own, answers, (), TODAY) == "Najaar 2026"
    assert name_now(checklist(), answers, (), TODAY) == "jul 2026"
    assert name_now(checklist(), all_at(9, own), (), TODAY) == "nov 2026"


def test_a_stray_answer_moves_no_round() -> None:
    """Somebody tried the form a year before, and one was late."""
    days = {date(2025, 1, 1): 1, SPRING: 50, SPRING + timedelta(1): 49, AUTUMN: 1}
    stray = replace(all_at(9, checklist()), days=days)
    assert middle_day(stray) == SPRING
    assert middle_day(all_at(9, checklist())) is None


def test_a_later_round_is_said_to_be_later() -> None:
    """SOURCE and --previous may have changed places."""
    asked = checklist()
    earlier = earlier_rounds([all_at(9, asked, SPRING), all_at(9, asked, AUTUMN)], "nl")
    notes = later_rounds(all_at(9, asked, SUMMER), earlier)
    assert [note.values["name"] for note in notes] == ["nov 2026"]
    assert later_rounds(all_at(9, asked), earlier) == ()


def test_the_trend_is_the_mean_of_the_shares() -> None:
    """Each statement counts the same, worked out by hand: (20 + 60) / 2, (30 + 80) / 2."""
    asked = checklist()
    then = answered({"A1": 20, "A2": 60, "B1": 10, "B2": 10}, SPRING)
    now = answered({"A1": 30, "A2": 80, "B1": 20, "B2": 10}, AUTUMN)
    trend = report(asked, now, then).trend
    assert trend
    assert trend.rounds == ("mrt 2026", "nov 2026")
    assert [line.shares for line in trend.lines] == [
        (Fraction(40, 100), Fraction(55, 100)),
        (Fraction(10, 100), Fraction(15, 100)),
    ]
    assert trend.whole.shares == (Fraction(25, 100), Fraction(35, 100))


@pytest.mark.parametrize("where", ["oldest", "newest", "now"])
def test_only_what_every_round_asked_in_the_same_words_counts(where: str) -> None:
    """A statement reworded in any of them is in none of the means."""
    asked = checklist()
    percents = {"A1": 20, "A2": 60, "B1": 10, "B2": 10}
    rounds = {
        name: answered(percents, day, reworded=("A2",) if name == where else ())
        for name, day in (("oldest", SPRING), ("newest", SUMMER), ("now", AUTUMN))
    }
    trend = report(asked, rounds["now"], rounds["oldest"], rounds["newest"]).trend
    assert trend
    first, second = trend.lines
    assert ([f.item.id for f in first.items], first.asked) == (["A1"], 2)
    assert first.shares == (Fraction(1, 5),) * 3
    assert len(second.items) == 2
    assert len(trend.whole.items) == 3


def test_what_a_round_did_not_ask_or_nobody_knew_does_not_count() -> None:
    """Else a mean would change because other statements are in it."""
    asked = checklist({"A": 3})
    then = answered({"A1": 20, "A2": 40}, SPRING)
    now = answered({"A1": 30, "A2": 90, "A3": 90}, AUTUMN)
    now = replace(now, counts={**now.counts, "A2": Counts(unknown=100)})
    trend = report(asked, now, then).trend
    assert trend
    assert trend.whole.shares == (Fraction(20, 100), Fraction(30, 100))


def test_a_round_of_a_few_gives_no_figures() -> None:
    """Nor does it make another round's statements incomparable."""
    asked = checklist()
    few = all_at(0, asked, SUMMER, people=4, reworded=("A1", "A2"))
    made = report(asked, all_at(90, asked, AUTUMN), few, all_at(10, asked, SPRING))
    assert made.trend
    assert made.trend.rounds == ("mrt 2026", "nov 2026")
    assert made.trend.too_few == ("jul 2026",)
    assert [len(line.items) for line in made.trend.lines] == [2, 2]
    workbook = opened(made)
    assert "Ronde jul 2026 had minder dan 5 reacties en geeft daarom geen cijfers." in texts(
        workbook["Overzicht"]
    )
    assert texts(workbook["Deel A"]).count("niet te vergelijken") == 2
    assert "Gestegen: 0" not in texts(workbook["Overzicht"])
    assert "Verschil (procentpunt)" not in texts(workbook["Overzicht"])


def test_of_a_few_rounds_only_there_is_no_chart() -> None:
    """The part on changes says why."""
    asked = checklist()
    made = report(asked, all_at(90, asked, AUTUMN), all_at(10, asked, SUMMER, people=4))
    assert line_charts(made) == []
    assert any("minder dan 5 reacties" in text for text in texts(opened(made)["Overzicht"]))


def test_with_few_answers_now_there_is_no_trend() -> None:
    """Their number only, as without an earlier round."""
    asked = checklist()
    made = report(asked, all_at(90, asked, AUTUMN, people=4), all_at(10, asked, SPRING))
    assert made.trend is None
    assert not [text for text in texts(opened(made)["Overzicht"]) if "mrt 2026" in text]


def test_while_the_round_is_open_totals_are_compared() -> None:
    """Earlier rounds are over; of no round is anything shown per group."""
    role = {"id": "role", "label": "Functie?", "choices": ["X", "Y"], "split": True}
    asked = checklist(round={"name": "Nu", "closes": TODAY}, respondent=[role])
    rounds = [
        replace(each, groups={"X": dict(each.counts), "Y": dict(each.counts)})
        for each in (all_at(10, asked, SPRING), all_at(30, asked, AUTUMN))
    ]
    made = report(asked, rounds[1], rounds[0])
    workbook = opened(made)
    assert made.findings.round_open
    assert made.trend
    assert made.trend.rounds == ("mrt 2026", "Nu")
    said = {text for sheet in workbook.worksheets for text in texts(sheet)}
    assert "Gestegen: 4" in said
    assert not {"X", "Y"} & said


@pytest.mark.parametrize(
    ("difference", "expected"),
    [
        ("0", 0),
        ("0.004", 0),
        ("0.005", 1),
        ("-0.005", -1),
        ("0.045", 5),
        ("-0.0449", -4),
        ("1", 100),
    ],
)
def test_points_are_rounded_as_people_do(difference: str, expected: int) -> None:
    """A half goes away from zero, up as well as down."""
    assert whole_points(Fraction(difference)) == expected


def test_what_rose_and_what_fell() -> None:
    """Most first, ties in the checklist's order, from five points on."""
    asked = checklist({"A": 9})
    then = answered({f"A{n}": 50 for n in range(1, 10)}, SPRING, reworded=("A9",))
    moved = {
        "A1": 55,
        "A2": 54,
        "A3": 70,
        "A4": 55,
        "A5": 45,
        "A6": 46,
        "A7": 20,
        "A8": 45,
        "A9": 99,
    }
    rose, fell = changes(report(asked, answered(moved, AUTUMN), then).findings.items)
    assert [f.item.id for f in rose] == ["A3", "A1", "A4"]
    assert [f.item.id for f in fell] == ["A7", "A5", "A8"]


def test_the_overview_shows_five_of_each() -> None:
    """The greatest, with their points; the heading counts them all."""
    asked = checklist({"A": 8, "B": 1})
    then = all_at(20, asked, SPRING)
    now = answered({**{f"A{n}": 20 + 5 * n for n in range(1, 9)}, "B1": 0}, AUTUMN)
    sheet = opened(report(asked, now, then))["Overzicht"]
    found = texts(sheet)
    assert {"Wat veranderde sinds mrt 2026", "Gestegen: 8", "Gedaald: 1"} <= set(found)
    left = {row[0]: row[4] for row in sheet.iter_rows(values_only=True)}
    assert [left[f"A{n}. Stelling A{n}."] for n in (8, 7, 6, 5, 4)] == [40, 35, 30, 25, 20]
    assert "A3. Stelling A3." not in found
    assert [
        row[-1] for row in sheet.iter_rows(values_only=True) if row[5] == "B1. Stelling B1."
    ] == [-20]


def test_a_change_is_marked_by_more_than_colour() -> None:
    """An arrow with the sign, from five points on."""
    asked = checklist({"A": 3})
    now = answered({"A1": 55, "A2": 45, "A3": 54}, AUTUMN)
    sheet = opened(report(asked, now, all_at(50, asked, SPRING)))["Deel A"]
    formats = {row[0].value: row[-1].number_format for row in sheet.iter_rows(min_row=1)}
    assert "▲" in formats["A1"]
    assert "▼" in formats["A2"]
    assert "▲" not in formats["A3"]


def test_a_sections_tab_shows_every_round_and_the_means() -> None:
    """To be checked with a pencil: the shares, and below them what the trend makes of them."""
    asked = checklist({"A": 2})
    oldest = answered({"A1": 10, "A2": 90}, SPRING, reworded=("A2",))
    newest, now = answered({"A1": 20, "A2": 80}, SUMMER), answered({"A1": 40, "A2": 81}, AUTUMN)
    sheet = opened(report(asked, now, newest, oldest))["Deel A"]
    rows = {row[0] or row[1]: row for row in sheet.iter_rows(values_only=True)}
    assert rows["Nr"][-3:] == ("mrt 2026", "Vorige keer\njul 2026", "Verschil (procentpunt)")
    assert rows["A1"][-3:] == (0.1, 0.2, 20)
    assert rows["A2"][-3:] == ("niet te vergelijken", 0.8, 1)
    means = next(row for name, row in rows.items() if str(name).startswith("Gemiddelde van de ene"))
    assert (means[4], *means[-3:]) == (0.4, 0.1, 0.2, 20)
    said = "Sinds jul 2026: 1 gestegen en 0 gedaald (5 procentpunt of meer)."
    assert said in texts(sheet)


def test_without_an_earlier_round_nothing_is_shown() -> None:
    """Neither columns, nor a chart, nor rules about it."""
    asked = checklist()
    made = report(asked, all_at(90, asked, AUTUMN))
    workbook = opened(made)
    said = " ".join(text for sheet in workbook.worksheets for text in texts(sheet))
    for word in ("Vorige keer", "Verschil", "Gemiddeld", "Wat veranderde", "Rondes", "ronde "):
        assert word not in said
    assert line_charts(made) == []
    assert made.trend is None


def test_the_chart_has_a_line_per_section_and_a_point_per_round() -> None:
    """Named by the sections' own cells; told apart by marker and dash as well."""
    asked = checklist({"A": 2, "B": 2, "C": 1})
    rounds = [all_at(n, asked, day) for n, day in ((10, SPRING), (20, SUMMER), (30, AUTUMN))]
    made = report(asked, rounds[2], *rounds[:2])
    (chart,) = line_charts(made)
    sheet = opened(made)["Overzicht"]
    lines = chart.findall(".//{*}ser")

    def cells(line: ET.Element, path: str) -> list[Any]:
        place = str(line.findtext(path)).rpartition("!")[2].replace("$", "")
        area = sheet[place]
        return [cell.value for cell in area[0]] if isinstance(area, tuple) else [area.value]

    names = [cells(line, "{*}tx/{*}strRef/{*}f") for line in lines]
    assert names == [["Deel A"], ["Deel B"], ["Deel C"]]
    for line in lines:
        assert cells(line, "{*}val/{*}numRef/{*}f") == [0.1, 0.2, 0.3]
        assert cells(line, "{*}cat/{*}numRef/{*}f") == ["mrt 2026", "jul 2026", "nov 2026"]
    markers = {line.find("{*}marker/{*}symbol").get("val") for line in lines}  # type: ignore[union-attr]
    dashes = {line.find(".//{*}ln/{*}prstDash").get("val") for line in lines}  # type: ignore[union-attr]
    assert (len(markers), len(dashes)) == (3, 3)


def test_of_many_sections_the_chart_shows_the_whole() -> None:
    """Nobody can follow seven lines; six they can."""
    for size, lines in ((6, 6), (7, 1)):
        asked = checklist(dict.fromkeys("ABCDEFGH"[:size], 1))
        made = report(asked, all_at(30, asked, AUTUMN), all_at(10, asked, SPRING))
        (chart,) = line_charts(made)
        assert len(chart.findall(".//{*}ser")) == lines


def test_the_chart_says_in_words_what_it_shows() -> None:
    """For who cannot see it: every section, round and figure."""
    asked = checklist()
    made = report(asked, all_at(30, asked, AUTUMN), all_at(10, asked, SPRING))
    with zipfile.ZipFile(io.BytesIO(build_workbook(made))) as archive:
        drawing = archive.read("xl/drawings/drawing1.xml").decode()
    (alt,) = (text for text in re.findall(r'descr="([^"]+)"', drawing) if "Lijndiagram" in text)
    assert alt.partition(". ")[2] == (
        "Deel A: mrt 2026 10%, nov 2026 30%. Deel B: mrt 2026 10%, nov 2026 30%."
    )


def test_a_section_that_cannot_be_compared_has_no_line() -> None:
    """It says so in the table, and the others keep theirs."""
    asked = checklist()
    then = all_at(10, asked, SPRING, reworded=("A1", "A2"))
    made = report(asked, all_at(30, asked, AUTUMN), then)
    (chart,) = line_charts(made)
    assert len(chart.findall(".//{*}ser")) == 1
    rows = {row[0]: row[7:] for row in opened(made)["Overzicht"].iter_rows(values_only=True)}
    assert rows["Deel A"] == ("niet te vergelijken", None, None, "0 van 2")
    assert rows["Deel B"] == (0.1, 0.3, 20, "2 van 2")
    assert rows["Alle stellingen"] == (0.1, 0.3, 20, "2 van 4")


def test_the_last_tab_says_how_it_is_worked_out() -> None:
    """And what each round was made from."""
    asked = checklist()
    then = all_at(10, asked, SPRING, source="oud/lente.csv")
    said = texts(opened(report(asked, all_at(30, asked, AUTUMN), then))["Verantwoording"])
    facts = "lente.csv, 10 maart 2026 tot en met 10 maart 2026, 100 reacties"
    assert f"Vergeleken met ronde mrt 2026: {facts}" in said
    assert [
        text[:9] for text in said if text.startswith(("Rondes:", "Verschil:", "Gemiddeld"))
    ] == [
        "Rondes: z",
        "Verschil:",
        "Gemiddeld",
    ]


@pytest.mark.parametrize("rounds", [1, 2, 5])
def test_the_shipped_checklist_fits_one_page(
    tmp_path: Path, libreoffice: Convert, rounds: int
) -> None:
    """With the longest lists of changes, on A4 landscape; nothing is left for a second page."""
    asked = load_checklist(default_checklist())
    ids = [item.id for item in asked.items()]
    then = [
        all_at(50, asked, SPRING - timedelta(days=200 * n), people=30 + n) for n in range(rounds)
    ]
    now = answered({item: 70 if n % 2 else 30 for n, item in enumerate(ids)}, AUTUMN)
    path = tmp_path / "r.xlsx"
    path.write_bytes(build_workbook(report(asked, now, *then)))
    pages = [page.extract_text() for page in PdfReader(libreoffice(path, "pdf")).pages]
    on_overview = [page for page in pages if re.search(r"^\s*Overzicht \d+ / ", page, re.MULTILINE)]
    assert len(on_overview) == 1
    for said in ("Wat vragen wij van u?", "Gestegen: 10", "Gedaald: 10", "mrt 2026", "nov 2026"):
        assert said in on_overview[0]


def csv_round(path: Path, percent: int, *, day: date | None = None, items: int = 20) -> Path:
    """Write a round in which so many of a hundred say in order."""
    ids = [item.id for item in load_checklist(default_checklist()).items()][:items]
    rows = [["Tijdstip" if day else "Anders", *ids]]
    for n in range(100):
        said = "in_order" if n < percent else "needed"
        rows.append([day.isoformat() if day else "x", *[said] * len(ids)])
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_previous_repeats(vinkje: Run, tmp_path: Path) -> None:
    """The figures for programs are those of the newest round before."""
    for name, percent, day in (("b", 60, SUMMER), ("a", 20, SPRING), ("now", 90, AUTUMN)):
        csv_round(tmp_path / f"{name}.csv", percent, day=day)
    done = vinkje("report", "now.csv", "--previous", "b.csv", "--previous", "a.csv", "--json", "-")
    assert done.returncode == 0, done.stderr
    item = json.loads(done.stdout)["items"][0]
    assert (item["previous_share"], item["comparable"]) == (0.6, True)
    assert item["difference"] == pytest.approx(0.3)
    assert "later" not in done.stderr


def test_what_was_asked_in_other_words_is_named(vinkje: Run, tmp_path: Path) -> None:
    """Or its empty cell in the report would be a riddle; nothing is said of the others."""
    then = csv_round(tmp_path / "then.csv", 20)
    csv_round(tmp_path / "now.csv", 90)
    assert "Not compared" not in vinkje("report", "now.csv", "--previous", "then.csv").stderr
    header, _, rows = then.read_text("utf-8").partition("\n")
    words = re.sub(r"\bS1\b[^,]*", "S1. Iets heel anders dan nu", header)
    then.write_text(f"{words}\n{rows}", encoding="utf-8")
    done = vinkje("report", "now.csv", "--previous", "then.csv")
    assert "Not compared with then.csv: S1. There the question has other words." in done.stderr


@pytest.mark.parametrize(
    ("setting", "share"),
    [('previous = "a b.csv"', 0.2), ('previous = ["a b.csv", "c.csv"]', 0.4), ("", None)],
)
def test_settings_name_one_round_or_more(
    vinkje: Run, tmp_path: Path, setting: str, share: float | None
) -> None:
    """A text, or a list of them; without dates the last one is the newest."""
    csv_round(tmp_path / "a b.csv", 20)
    csv_round(tmp_path / "c.csv", 40)
    csv_round(tmp_path / "now.csv", 90)
    settings(tmp_path, f"[report]\n{setting}\n")
    done = vinkje("report", "now.csv", "--json", "-")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["items"][0].get("previous_share") == share


@pytest.mark.parametrize(("value", "share"), [("a b.csv", 0.2), ("a b.csv\nc.csv\n", 0.4)])
def test_a_variable_names_a_round_a_line(
    vinkje: Run, tmp_path: Path, value: str, share: float
) -> None:
    """A space is part of a file's name."""
    csv_round(tmp_path / "a b.csv", 20)
    csv_round(tmp_path / "c.csv", 40)
    csv_round(tmp_path / "now.csv", 90)
    done = vinkje("report", "now.csv", "--json", "-", VINKJE_REPORT_PREVIOUS=value)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["items"][0]["previous_share"] == share


@pytest.mark.parametrize(
    ("previous", "said"),
    [
        (["a.csv", "./a.csv"], "./a.csv: is named twice"),
        (["a.csv", "./now.csv"], "./now.csv: is named twice"),
        (["a.csv", "other.csv"], "other.csv: none of the columns"),
        (["a.csv", "gone.csv"], "gone.csv: there is no such file"),
    ],
)
def test_a_bad_earlier_round_is_explained(
    vinkje: Run, tmp_path: Path, previous: list[str], said: str
) -> None:
    """Place and fault; nothing is written."""
    csv_round(tmp_path / "a.csv", 20)
    csv_round(tmp_path / "now.csv", 90)
    (tmp_path / "other.csv").write_text("X1,X2\nin_order,needed\n", encoding="utf-8")
    options = [word for name in previous for word in ("--previous", name)]
    done = vinkje("report", "now.csv", *options)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert not (tmp_path / "rapport.xlsx").exists()


def test_the_report_is_not_written_over_an_earlier_round(vinkje: Run, tmp_path: Path) -> None:
    """Whichever of them it is."""
    csv_round(tmp_path / "now.csv", 90)
    csv_round(tmp_path / "a.csv", 20)
    csv_round(tmp_path / "b.csv", 20)
    before = (tmp_path / "b.csv").read_bytes()
    done = vinkje(
        *("report", "now.csv", "--previous", "a.csv", "--previous", "b.csv", "--json", "b.csv")
    )
    assert done.returncode == 1
    assert (tmp_path / "b.csv").read_bytes() == before


def test_rounds_that_changed_places_are_warned_of(vinkje: Run, tmp_path: Path) -> None:
    """The report is made all the same."""
    csv_round(tmp_path / "a.csv", 20, day=SPRING)
    csv_round(tmp_path / "b.csv", 90, day=AUTUMN)
    done = vinkje("report", "a.csv", "--previous", "b.csv")
    assert done.returncode == 0
    assert "nov 2026 were given later" in done.stderr


def test_the_same_rounds_give_the_same_bytes() -> None:
    """Charts and all, in whatever order they were given."""
    asked = checklist()
    rounds = [all_at(10, asked, SPRING), all_at(20, asked, SUMMER)]
    now = all_at(30, asked, AUTUMN)
    one, other = report(asked, now, *rounds), report(asked, now, *reversed(rounds))
    assert build_workbook(one) == build_workbook(one) == build_workbook(other)


def test_a_round_called_like_a_formula_stays_text() -> None:
    """A file may be called anything."""
    asked = checklist()
    then = all_at(10, asked, source="=1+1")
    made = Report(
        asked,
        all_at(30, asked),
        apply_rules(asked, all_at(30, asked), TODAY, then),
        TODAY,
        (EarlierRound("=1+1", then),),
    )
    cells = [c for sheet in opened(made).worksheets for row in sheet.iter_rows() for c in row]
    assert sum(cell.value == "=1+1" for cell in cells) >= 1
    assert "f" not in {cell.data_type for cell in cells}
