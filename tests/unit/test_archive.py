"""The archive: gives the same figures again, and says nothing of who answered."""

import csv
import io
import re
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from forms.checklist.model import Checklist
from forms.collect.archive import archive, check_kind
from forms.collect.csv_formulas import MARK, escaped, unescaped
from forms.collect.file import file_table
from forms.errors import OutputError
from forms.responses.counting import read_responses
from forms.responses.model import Responses, Table, is_filled
from forms.text import clean

YES, NEEDED, UNKNOWN = "Op orde", "Niet op orde: aanpakken is nodig", "Weet ik niet"
HEADER = [
    "ID",
    "Tijd van voltooien",
    "E-mail",
    "Naam",
    "Welk team?",
    "S1. Melders werken.",
    "Trappen zijn vrij.",
    "Veilig: toelichting",
    "Uw huisnummer",
    "S1. Melders werken.2",
]
ROWS: list[list[object]] = [
    [1, "1/2/2026 9:00:00", "jan@x.nl", "Jan", "Balie", YES, NEEDED, "oud", "12", ""],
    [],
    [2, "1/3/2026 9:00:00", "JAN@x.nl", "Jan", "Balie", "in order", "onzin", "nieuw", "12", NEEDED],
    [3, "1/4/2026 9:00:00", "piet@x.nl", "Piet", "Kelder", "", "", "geen antwoord", "7", ""],
    [4, "1/5/2026 9:00:00", "anonymous", "", "-5", UNKNOWN, YES, "=1+1", "=2+2", ""],
    [5, "", "", "", "", "", "I don't know", None, "", "WEET IK NIET."],
]
RISKY = ["=1+1", "+31 6 1234", "-7", "@SOM(A1)", "\t=1", "\r=1", "=HYPERLINK(A1)"]


def checklist(**changes: object) -> Checklist:
    """Return a checklist of two statements, split by team."""
    data = {
        "title": "Brand",
        "respondent": [
            {"id": "team", "label": "Welk team?", "choices": ["Balie", "-5"], "split": True}
        ],
        "sections": [
            {
                "id": "V",
                "title": "Veilig",
                "items": [
                    {"id": "S1", "text": "Melders werken."},
                    {"id": "S2", "text": "Trappen zijn vrij."},
                ],
            }
        ],
    }
    return Checklist.model_validate(data | changes)


def kept(
    rows: list[list[object]], kind: str = ".csv", **changes: object
) -> tuple[bytes, Responses]:
    """Return an archive of rows under our header, and what was read."""
    return archive([Table("bron.csv", HEADER, rows)], checklist(**changes), kind)


def again(folder: Path, content: bytes, kind: str, **changes: object) -> Responses:
    """Return what a later report reads from an archive."""
    path = folder / f"archief{kind}"
    path.write_bytes(content)
    return read_responses(file_table(path, checklist(**changes)), checklist(**changes))


def figures(responses: Responses) -> tuple[object, ...]:
    """Return all that a report shows, but for the account of rows."""
    return responses.counts, responses.groups, responses.period, responses.rows.used


def lines(content: bytes) -> list[list[str]]:
    """Return an archive's cells, the header's line first."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_a_later_report_gives_the_same_figures(tmp_path: Path, kind: str) -> None:
    """Counts, groups and period come back; only used rows are there."""
    content, first = kept(ROWS, kind)
    second = again(tmp_path, content, kind)
    assert figures(second) == figures(first)
    assert second.rows.read == first.rows.used == 3


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_remarks_of_used_rows_come_back_as_typed(tmp_path: Path, kind: str) -> None:
    """What looks like a formula or an escape is the same text again."""
    texts = ["=1+1", "_x0041_", "007", "1e5", "een\ntwee", "\U0001f600\u202e", "'tekst", "#N/A"]
    rows: list[list[object]] = [["", "", "", "", "Balie", YES, YES, text] for text in texts]
    content, first = kept(rows, kind)
    assert again(tmp_path, content, kind).remarks == first.remarks
    assert sorted(first.remarks["V"]) == sorted(texts)


@pytest.mark.parametrize(
    "time",
    [
        "2026/01/02 9:00:00 AM GMT+1",
        "2026/01/01 11:30:00 p.m. CET",
        "2026-01-02T09:00:00Z",
        datetime(2026, 1, 2, 9, tzinfo=timezone(timedelta(hours=1))),
        datetime(2026, 1, 2, 9),  # noqa: DTZ001 - as a workbook has it
        46024.375,
        "2-1-2026 9:00:00",
        "13/1/2026 9:00:00",
        "gisteren",
    ],
)
@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_times_read_back_as_the_same_day(tmp_path: Path, kind: str, time: object) -> None:
    """Also those with a zone; what could not be read still cannot."""
    content, first = kept([["", time, "", "", "", YES]], kind)
    second = again(tmp_path, content, kind)
    assert second.period == first.period
    assert [n for n in second.notes if n.key == "unread_dates"] == [
        n for n in first.notes if n.key == "unread_dates"
    ]


@pytest.mark.parametrize("other", [["jan@x.nl", YES], ["", "onzin"], ["", ""]])
def test_days_and_months_are_told_apart_by_all_rows(tmp_path: Path, other: list[str]) -> None:
    """`13/1` says that days come first, also when its own row is left out."""
    row: list[object] = ["", "5/1/2026 9:00", "jan@x.nl", "", "", YES]
    mail, answer = other
    content, first = kept([["", "13/1/2026 9:00", mail, "", "", answer], row])
    assert first.period == (date(2026, 1, 5), date(2026, 1, 5)) or answer == YES
    assert again(tmp_path, content, ".csv").period == first.period


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_nothing_says_who_answered(tmp_path: Path, kind: str) -> None:
    """No address, name, number, or column that is no question; nor a replaced or unusable row."""
    content, _ = kept(ROWS, kind)
    path = tmp_path / f"archief{kind}"
    path.write_bytes(content)
    table = file_table(path, checklist())
    text = repr([list(table.header), *map(list, table.rows)]).casefold()
    for absent in ("jan@", "piet", "'jan'", "e-mail", "naam", "huisnummer", "=2+2", "oud", "geen"):
        assert absent not in text


def test_headers_are_todays_titles() -> None:
    """A statement that was asked twice keeps both columns, so that it is read the same."""
    titles = ["S1. Melders werken.", "S2. Trappen zijn vrij.", "Veilig: toelichting"]
    expected = ["Tijdstip", "Welk team?", *titles, titles[0]]
    assert lines(kept(ROWS)[0])[0][:-1] == expected


def test_answers_are_written_in_the_default_wording(tmp_path: Path) -> None:
    """So that they are read when the checklist's own wording has changed since."""
    own = {"in_order": "Ja hoor", "needed": "Nee"}
    content, first = kept([["", "", "", "", "", "ja hoor!", "nee"]], answers=own)
    assert lines(content)[1][2:4] == [YES, NEEDED]
    assert again(tmp_path, content, ".csv").counts == first.counts


@pytest.mark.parametrize("text", RISKY)
def test_text_that_a_spreadsheet_would_run_is_escaped(text: str) -> None:
    """In remarks, unread cells, times, choices and headers alike; a last column says so."""
    header = [*HEADER[:4], "=Welk team?", *HEADER[5:]]
    row: list[object] = ["", text, "", "", text, YES, text, text]
    content, _ = archive([Table("bron.csv", header, [row])], checklist(), ".csv")
    top, cells = lines(content)
    safe = escaped(clean(text))
    assert safe.startswith("'")
    assert cells == [safe, safe, YES, safe, safe, "", ""]
    assert top[-1].startswith(MARK)


def test_an_archive_with_nothing_to_escape_says_nothing_of_it() -> None:
    """Apostrophes and signs within a text are no formula."""
    content, _ = kept([["", "", "", "", "Balie", YES, YES, "'s avonds van 5-7, e.d. (a=b)"]])
    assert MARK.encode() not in content
    assert lines(content)[1][4] == "'s avonds van 5-7, e.d. (a=b)"


def test_other_peoples_files_are_left_as_they_are(tmp_path: Path) -> None:
    """An apostrophe in them is somebody's own, also before a formula or in a remark on it all."""
    rows: list[list[object]] = [
        ["", "", "", "", "Balie", YES, YES, text] for text in ("'=1+1", "''+1", f"{MARK} (x)")
    ]
    path = tmp_path / "bron.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER[:8], *rows])
    responses = read_responses(file_table(path, checklist()), checklist())
    assert sorted(responses.remarks["V"]) == sorted(str(row[7]) for row in rows)


ODD_TEXT = st.text(st.sampled_from("=+-@\t\r\n';,|\" \u00a0\uff1dab1")) | st.text()


@settings(deadline=None)
@given(text=ODD_TEXT)
@example("'=1")
@example("\t\t=1")
@example("' '=1;''@a")
def test_any_text_is_inert_and_comes_back(text: str) -> None:
    """Whatever separator a spreadsheet splits by: it takes our quotes for text when not its own."""
    assert unescaped(escaped(text)) == text
    file = io.StringIO(newline="")
    csv.writer(file).writerow(["a", escaped(text), "b"])
    for separator in ",;\t|":
        for line in re.split("[\r\n]", file.getvalue()):
            for cell in line.split(separator):
                assert not cell.lstrip('" \u00a0').startswith(tuple("=+-@\uff1d\uff0b\uff0d\uff20"))


@pytest.mark.slow
@settings(deadline=None)
@given(texts=st.lists(ODD_TEXT, min_size=1), kind=st.sampled_from([".csv", ".xlsx"]))
def test_what_was_pulled_reads_as_the_same_texts(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], kind: str
) -> None:
    """Every cell, and again from an archive of the archive."""
    rows: list[list[object]] = [["", "", "", "", text, YES, text, text] for text in texts]
    content, _ = kept(rows, kind)
    path = tmp_path_factory.mktemp("archive") / f"a{kind}"
    path.write_bytes(content)
    # A workbook's reader leaves out what is empty at the end.
    read = [[*row, *[""] * 5] for row in file_table(path, checklist()).rows]
    expected = [clean(text) if is_filled(text) else "" for text in texts]
    assert [[row[n] or "" for n in (1, 3, 4)] for row in read] == [[text] * 3 for text in expected]
    twice, _ = archive([file_table(path, checklist())], checklist(), kind)
    assert twice == content or kind == ".xlsx"


def test_in_a_workbook_every_cell_is_text() -> None:
    """Nothing is a formula, a number or a link."""
    rows: list[list[object]] = [["", "", "", "", "=A1", YES, text, text] for text in RISKY]
    sheet = load_workbook(io.BytesIO(kept(rows, ".xlsx")[0])).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}


@pytest.mark.parametrize("name", ["a.xls", "a", "a.zip", "a.csv.txt"])
def test_an_archive_is_one_of_two_kinds(name: str) -> None:
    """Its name says which."""
    with pytest.raises(OutputError, match=r"\.csv or \.xlsx"):
        check_kind(Path(name))
    check_kind(Path("A.CSV"))
    check_kind(Path("a.xlsx"))


CELLS = st.sampled_from([YES, NEEDED, "needed", "onzin", "-", "", None, 7, 1.5, True])
TEAMS = st.sampled_from(["Balie", "balie ", "-5", -5, "=1", "007", "+1", "", None, 7.0, "a\nb"])


@pytest.mark.slow
@settings(deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["1/2/2026 9:00", "13/2/2026", 46024.5, "", "2026-01-02T09:00:00Z"]),
            st.sampled_from(["a@b.nl", "c@d.nl", "", None]),
            TEAMS,
            CELLS,
            CELLS,
            st.text(),
            CELLS,
        )
    ),
    kind=st.sampled_from([".csv", ".xlsx"]),
)
def test_any_table_comes_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[object, ...]], kind: str
) -> None:
    """Whatever was answered, the archive counts the same."""
    table: list[list[object]] = [
        ["", "", "", "", "", YES],
        *(
            ["", time, mail, "", team, s1, s2, remark, "", more]
            for time, mail, team, s1, s2, remark, more in rows
        ),
    ]
    content, first = kept(table, kind)
    second = again(tmp_path_factory.mktemp("archive"), content, kind)
    assert figures(second) == figures(first)
    assert second.rows.replaced == second.rows.unusable == 0


def test_a_reworded_question_stays_one_in_the_archive(tmp_path: Path) -> None:
    """Else a later comparison would take it for the same question."""
    header = [h.replace("S1. Melders werken.", "S1. Iets anders?") for h in HEADER[:9]]
    rows = [row[:9] for row in ROWS]
    content, first = archive([Table("bron.csv", header, rows)], checklist(), ".csv")
    assert [c.subject for c in first.reworded_columns()] == ["S1"]
    second = again(tmp_path, content, ".csv")
    assert [c.subject for c in second.reworded_columns()] == ["S1"]


def test_text_that_no_cell_can_hold_is_refused_not_cut(tmp_path: Path) -> None:
    """32,767 characters come back whole; one more asks for a .csv."""
    row: list[object] = ["", "", "", "", "Balie", YES, YES, "x" * 32_767, "", ""]
    content, first = kept([row], ".xlsx")
    assert again(tmp_path, content, ".xlsx").remarks == first.remarks
    with pytest.raises(OutputError, match=r"\.csv"):
        kept([[*row[:7], "x" * 32_768, "", ""]], ".xlsx")
