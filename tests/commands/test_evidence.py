"""What is certain is read; what is not is refused with a way out that works, or named."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from conftest import Run, after_name
from openpyxl import Workbook, load_workbook

from forms.checklist.model import Checklist, load_checklist
from forms.collect.file import file_table
from forms.collect.source import open_sources, whole_names
from forms.errors import SourceError
from forms.notes import Note
from forms.resources import resource
from forms.responses.columns import ColumnReader, Match
from forms.responses.counting import read_responses, read_sources
from forms.responses.header import table_of_rows
from forms.responses.model import Responses, Table
from forms.wording import Answer, wording

SHIPPED = load_checklist(resource("checklist.yaml"))
YES, NO, UNKNOWN = "Op orde", "Niet op orde: aanpakken is nodig", "Weet ik niet"
ALARM, STAIRS = "Elke woning heeft een rookmelder.", "De trappen en gangen zijn altijd vrij."
TODAY = date(2026, 11, 28)


def checklist(**changes: object) -> Checklist:
    """Return a checklist of two statements in one section, split by team."""
    data = {
        "title": "Brand",
        "respondent": [
            {"id": "team", "label": "In welk team?", "choices": ["Balie", "Buiten"], "split": True}
        ],
        "sections": [
            {
                "id": "V",
                "title": "Veilig",
                "items": [{"id": "S1", "text": ALARM}, {"id": "S2", "text": STAIRS}],
            }
        ],
    }
    return Checklist.model_validate(data | changes)


def read(*lines: str, is_text: bool = True, **changes: object) -> Responses:
    """Read lines with bars between their cells, the header first."""
    own = checklist(**changes)
    table = table_of_rows("a.csv", (line.split("|") for line in lines), ColumnReader(own))
    return read_responses(replace(table, is_text=is_text), own, TODAY)


def written(folder: Path, text: str, name: str = "a.csv", encoding: str = "utf-8") -> Path:
    """Write a file of answers."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def from_file(path: Path, own: Checklist | None = None) -> Responses:
    """Read a file of answers."""
    own = own or checklist()
    return read_sources([file_table(path, own)], own, TODAY)


def fault(path: Path, own: Checklist | None = None) -> str:
    """Return why a file is refused."""
    with pytest.raises(SourceError) as raised:
        from_file(path, own)
    return str(raised.value)


def keys(responses: Responses) -> set[str]:
    """Return which notes there are."""
    return {note.key for note in responses.notes}


def note(responses: Responses, key: str) -> Note:
    """Return the one note of a kind."""
    return next(each for each in responses.notes if each.key == key)


def counts(responses: Responses) -> list[dict[str, int]]:
    """Return per statement how often each answer was given."""
    return [
        {answer.value: own[answer] for answer in Answer if own[answer]}
        for own in responses.counts.values()
    ]


# --- columns


@pytest.mark.parametrize(
    "header",
    [
        f"1. {ALARM}",
        f"12) {ALARM}",
        f"Vraag 1 - {ALARM}",
        f"Vraag 1: S1. {ALARM}",
        f"Q1. S1. {ALARM}",
        f"Q1 {ALARM}",
        f"7 {ALARM}",
        f"<p><strong>S1. {ALARM}</strong></p>",
        f"S1. {ALARM.replace(' ', '&nbsp;')}<br />",
        f"{ALARM} (2)",
        f"S1. {ALARM}\nKies wat het beste past.",
        f"{ALARM} Kies wat het beste past.",
        ALARM[:30],
        f"S1. {ALARM[:12]}…",
        f"Stellingen [1. {ALARM}]",
        f"Veilig >> S1. {ALARM}",
        f"groep/veilig/S1. {ALARM}",
        f"Veilig/{ALARM}",
    ],
)
def test_a_header_is_the_statement_still(header: str) -> None:
    """Numbered, marked up, explained or cut: no other wording."""
    [column] = ColumnReader(checklist()).read([header]).all
    assert (column.kind, column.subject, column.reworded) == ("item", "S1", False)


@pytest.mark.parametrize(
    ("header", "kind", "match"),
    [
        ("S1. Iets anders", "item", Match.ID),
        ("S1 oordeel MT", "item", Match.LOOSE),
        ("S1 - opmerkingen", "item", Match.ID),
        (f"S1. {STAIRS}", "unread", Match.EXACT),
        (f"Points - S1. {ALARM}", "item", Match.BEHIND),
        (f"Geef aan wat u vindt. - S1. {ALARM}", "item", Match.BEHIND),
        (f"Points - S2. {STAIRS} - S1. {ALARM}", "unread", Match.EXACT),
        (f"S1. {ALARM} [Score]", "item", Match.LOOSE),
        (f"{ALARM} [Opmerking]", "unread", Match.EXACT),
        (ALARM[:25], "unread", Match.EXACT),
        ("Elke", "unread", Match.EXACT),
        ("S1. Toelichting (niet verplicht)", "remark", Match.NEAR),
        ("Veilig: toelichting Noem geen namen", "remark", Match.NEAR),
        ("In welk team? Kies er een", "respondent", Match.NEAR),
        ("Wat is uw team?", "unread", Match.EXACT),
    ],
)
def test_how_sure_a_header_is(header: str, kind: str, match: Match) -> None:
    """An id with another statement's text is neither; a title may go on."""
    [column] = ColumnReader(checklist()).read([header]).all
    assert (column.kind, column.match) == (kind, match)


def test_a_cut_end_that_fits_two_statements_is_neither() -> None:
    """What they share says nothing; a letter more does."""
    shared = "Wij spreken bewoners die overlast geven "
    items = [
        {"id": "S1", "text": f"{shared}zelf aan."},
        {"id": "S2", "text": f"{shared}nooit aan."},
    ]
    own = checklist(sections=[{"id": "V", "title": "Veilig", "items": items}])
    columns = ColumnReader(own).read([shared, f"{shared}z", f"{shared}nooit"]).all
    assert [column.subject for column in columns] == ["", "S1", "S2"]


def test_an_exact_column_is_never_outvoted() -> None:
    """Wherever it stands; the other one counts where it is empty, and both are named."""
    lines = [
        f"S1. Vorig jaar anders gevraagd|S1. {ALARM}|S2",
        f"{NO}|{YES}|{YES}",
        f"{NO}||{YES}",
        f"zie mail|{YES}|{YES}",
    ]
    for header, *rows in (lines, ["|".join(reversed(line.split("|"))) for line in lines]):
        responses = read(header, *rows)
        assert responses.counts["S1"].as_dict() == {
            "in_order": 2,
            "needed": 1,
            "desirable": 0,
            "not_needed": 0,
            "unknown": 0,
            "empty": 0,
        }
        values = note(responses, "beside").values
        assert values["rows"] == 1
        assert responses.sources[0].unread_total == 0
        assert "Vorig jaar" in str(values["other"])
        assert ALARM in str(values["header"])


def test_the_words_alone_go_before_the_same_words_with_more_behind() -> None:
    """Also where the other stands at the right; where it is empty the other counts."""
    responses = read(f"{ALARM}|S2|{ALARM} Definitief", f"{YES}|{YES}|{NO}", f"|{YES}|{NO}")
    assert counts(responses)[0] == {"in_order": 1, "needed": 1}
    assert note(responses, "doubled").values == {"id": "S1", "columns": 2, "rows": 1}


@pytest.mark.parametrize("title", ["S1 oordeel MT", "S1. Licht toe", "S1 - opmerkingen"])
def test_a_column_of_peoples_own_is_no_answer(title: str) -> None:
    """By its header, or by what stands in it; nothing of it is listed as an odd cell."""
    cell = NO if "MT" in title else "Het wisselt"
    responses = read(f"S1. {ALARM}|{title}|S2", *[f"{YES}|{cell}|{YES}"] * 6, f"|{cell}|{YES}")
    assert responses.counts["S1"][Answer.IN_ORDER] == 6
    assert responses.counts["S1"].empty == 1
    [account] = responses.sources
    assert account.columns[1].kind == "unread"
    assert account.unread_total == 0


def test_a_column_that_lost_its_header_is_named() -> None:
    """By letter, header and count; the statements are not asked, and not 'unknown'."""
    responses = read("S1|Rookmelders?|", *[f"{YES}|{NO}|{UNKNOWN}"] * 3)
    assert set(responses.counts) == {"S1"}
    assert note(responses, "lost_columns").values == {
        "ids": "S2",
        "columns": "B 'Rookmelders?' (3); C — (3)",
    }
    assert "not_asked" not in keys(responses)


def test_answers_beyond_the_header_of_a_sheet_are_named() -> None:
    """A spreadsheet has cells to the right of its header; they do not count in silence."""
    responses = read("S1|S2", f"{YES}|{YES}|{NO}", is_text=False)
    assert note(responses, "nameless_columns").values["columns"] == "C — (1)"


def test_a_split_question_that_is_not_there_is_told() -> None:
    """With the header to expect, and the column that it may be."""
    missing = note(read("S1|S2|Wijk", f"{YES}|{YES}|Noord"), "split_missing")
    assert missing.values == {"label": "In welk team?", "id": "team", "columns": ""}
    renamed = note(read("Functie|S1|S2", f"balie|{YES}|{YES}"), "split_renamed")
    assert renamed.values["columns"] == "A 'Functie' (1)"
    few = [f"{team}|{YES}|{YES}" for team in ("Balie", "Noord", "Zuid")]
    assert "split_missing" in keys(read("Functie|S1|S2", *few))
    assert not keys(read("team|S1|S2", f"Balie|{YES}|{YES}")) & {"split_missing", "split_renamed"}


def test_remarks_under_another_header_are_named() -> None:
    """What they are to be called is said; times, numbers and single words are no remarks."""
    header = "team|S1|S2|Opmerkingen|Datum|Akkoord|Oordeel"
    row = f"Balie|{YES}|{YES}|Het wisselt nogal|3 november 2026|ja|{YES}"
    found = note(read(header, row, remarks="section"), "remarks_missing")
    assert found.values == {
        "titles": "'Veilig: toelichting'",
        "columns": "D 'Opmerkingen' (1)",
    }
    assert "remarks_missing" not in keys(read(header, row, remarks="none"))
    words = [f"Balie|{YES}|{YES}|{said}" for said in ("ja", "nee", "ja", "ja, graag")]
    assert "remarks_missing" not in keys(read("team|S1|S2|Akkoord", *words, remarks="section"))


def test_a_wrong_number_before_another_statements_words() -> None:
    """The column is no former wording of S2, which is filled everywhere: it is named, with S1."""
    responses = read("S2. Rookmelders|S2", *[f"{YES}|{NO}"] * 3)
    assert counts(responses) == [{"needed": 3}]
    values = note(responses, "lost_columns").values
    assert values == {"ids": "S1", "columns": "A 'S2. Rookmelders' (3)"}
    assert responses.sources[0].columns[0].kind == "unread"


# --- the header's place


@pytest.mark.parametrize(
    "above",
    [
        ["Export van vandaag"],
        ["", "", "Export||"],
        ["Veilig||", "team||"],
        [f"Legenda|{YES}"],
        *([f"regel {n}" for n in range(count)] for count in (1, 10)),
    ],
)
def test_rows_above_the_header(above: list[str]) -> None:
    """Up to ten, and what stands there is named, with the header's row."""
    responses = read(
        *above, "|S1|S2" if above[-1] == "team||" else "team|S1|S2", f"Balie|{YES}|{NO}"
    )
    assert counts(responses) == [{"in_order": 1}, {"needed": 1}]
    assert note(responses, "header_row").values["row"] == len(above) + 1


def test_a_merged_cell_above_is_the_header_of_its_column() -> None:
    """A question whose cell reaches over two rows has its text in the upper one."""
    responses = read("In welk team?|Veilig||", "|S1|S2|Veilig: toelichting", f"Balie|{YES}|{NO}|x")
    assert set(responses.groups) == {"Balie"}


def test_rows_are_numbered_as_in_their_source() -> None:
    """Also below a header further down, and below one that stands there again."""
    responses = read("Titel", "S1|S2", f"{YES}|{YES}", "S1|S2", "?|x", f"{YES}|{NO}")
    assert [cell.row for cell in responses.sources[0].unread_cells] == [5, 5]
    assert note(responses, "header_repeated").rows == "4"


def test_a_header_that_sank_below_answers_is_refused(tmp_path: Path) -> None:
    """Following the advice is enough."""
    lines = [f"Balie,{YES},{NO}", f"Buiten,{NO},{YES}", "team,S1,S2", f"Zelf,{YES},{YES}"]
    path = written(tmp_path, "\n".join(lines))
    message = fault(path)
    assert "row 3 holds the statements, but answers stand above it" in message
    assert "Put that row at the top" in message
    mended = written(tmp_path, "\n".join([lines[2], *lines[:2], lines[3]]))
    assert from_file(mended).rows.used == 3


def test_a_header_that_sank_far_below_answers_is_refused(tmp_path: Path) -> None:
    """The advice is never to delete answers."""
    lines = [f"Balie,{YES},{NO},{YES}"] * 30
    message = fault(written(tmp_path, "\n".join([*lines, "team,S1,S2,x"])))
    assert "row 31 holds the statements, but answers stand above it" in message
    assert "delete" not in message


def test_a_header_too_far_down_is_found_all_the_same(tmp_path: Path) -> None:
    """It is named, with what to delete."""
    above = [f"{YES} is goed,{YES}", *(f"regel {n}" for n in range(29))]
    path = written(tmp_path, "\n".join([*above, "S1,S2", f"{YES},{NO}"]))
    message = fault(path)
    assert "row 31 holds the statements" in message
    assert "delete the rows above it" in message
    assert from_file(written(tmp_path, f"S1,S2\n{YES},{NO}")).rows.used == 1


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_that_were_not_split(tmp_path: Path, separator: str) -> None:
    """Each line in one cell, in a .csv and in a workbook; splitting them is enough."""
    rows = [["team", f"S1. {ALARM}", f"S2. {STAIRS}"], ["Balie", YES, NO]]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows(rows)
    lines = text.getvalue().splitlines()
    once_more = io.StringIO(newline="")
    csv.writer(once_more, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([x] for x in lines)
    book = Workbook()
    for line in lines:
        book.worksheets[0].append([line])
    book.save(tmp_path / "a.xlsx")
    for path in (written(tmp_path, once_more.getvalue()), tmp_path / "a.xlsx"):
        message = fault(path)
        assert "the columns were not split" in message
        assert "Text to Columns" in message
    assert from_file(written(tmp_path, text.getvalue())).rows.used == 1


def test_a_second_table_is_read_by_its_own_header() -> None:
    """Its row is told; each part has an account of its own, and they add up."""
    responses = read("team|S1|S2", f"Balie|{YES}|{NO}", "S2|S1|x", f"{YES}|{NO}|y")
    assert counts(responses) == [{"in_order": 1, "needed": 1}, {"in_order": 1, "needed": 1}]
    assert note(responses, "second_header").values["row"] == 3
    assert [source.rows.used for source in responses.sources] == [1, 1]
    assert responses.rows.read == 2


# --- rows that do not stand under their header

HEADER = "team,Veilig: toelichting,S1,S2"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([HEADER, f"Balie,soms, niet altijd,{YES},{NO}"], "row 2 has 5 cells, and the header 4"),
        (
            [f"{HEADER},Leeg", f"Balie,x,{YES},{NO},", f"Balie,soms, niet,{YES},{NO},"],
            "row 3 has 6 cells, and the header 5",
        ),
        (
            ["team,S1. Elke woning, ook een flat, heeft er een.,S2", f"Balie,{YES},{NO}"],
            "row 1, the header, has 5 cells, and no row below it more than 3",
        ),
        ([HEADER, f"Balie,x,{YES},{NO}", f"Balie,{YES},{NO}"], "cells of row 3 do not stand"),
        ([HEADER, f'Balie,"niet dicht,{YES},{NO}', f'Balie,x",{YES},{NO}'], "whole rows"),
        ([HEADER, f'Balie,"niet dicht,{YES},{NO}', f'Balie,"x",{YES},{NO}'], "the quotes do not"),
        (
            [HEADER, f'Balie,"niet dicht,{YES},{NO}\nBalie,x,{YES},{NO}\nBalie",{YES},{NO}'],
            "whole rows",
        ),
    ],
)
def test_cells_that_moved_are_refused(tmp_path: Path, lines: list[str], words: str) -> None:
    """With the row, both widths and what to do; never counted for a neighbour."""
    message = fault(written(tmp_path, "\n".join(lines)))
    assert words in message
    assert "again" in message


def test_quotes_around_the_text_are_the_way_out(tmp_path: Path) -> None:
    """As the message says."""
    lines = [HEADER, f'Balie,"soms, niet altijd",{YES},{NO}']
    assert from_file(written(tmp_path, "\n".join(lines))).remarks == {"V": ("soms, niet altijd",)}


@pytest.mark.parametrize(
    "lines",
    [
        [HEADER, f"Balie,{UNKNOWN},{YES},{NO}"],
        [HEADER, f"Balie,x,{YES}", f"Balie,x,{YES},{NO}"],
        [f"{HEADER},Eigen,Eigen2", f"Balie,x,{YES},{NO}"],
        [HEADER, f"Balie,x,{YES},{NO},,", f"Balie,x,{YES},{NO},,"],
        [HEADER, ",,,,,,", f"Balie,x,{YES},{NO}", "", ","],
        [HEADER, f'Balie,"een\ntwee, {YES}",{YES},{NO}'],
        [HEADER, f"Balie,x,Tja,{NO}", f"Balie,{YES},{YES},{NO}"],
        [f"{HEADER},Oordeel", f"Balie,x,Tja,{NO},{YES}", *[f"Balie,x,{YES},{NO},{YES}"] * 2],
    ],
)
def test_what_only_looks_moved_is_read(tmp_path: Path, lines: list[str]) -> None:
    """A remark that reads like an answer, empty cells at the end, columns of people's own."""
    responses = from_file(written(tmp_path, "\n".join(lines)))
    assert responses.counts["S2"][Answer.NEEDED] >= 1
    assert "suspect_rows" not in keys(responses)


@pytest.mark.parametrize("more", [[], [f"Balie||{YES}"]])
def test_a_row_that_may_have_moved_is_named(more: list[str]) -> None:
    """One answer where none is asked, and none where one is: it counts, and is pointed out."""
    row = f"Balie|{YES}|{NO}" if more else f"Balie|{YES}||{NO}"
    responses = read("team|Veilig: toelichting|S1|S2", row, *more)
    assert note(responses, "suspect_rows").rows == f"2 '{YES}'"
    assert responses.rows.used == 1 + len(more)


def test_a_cell_that_was_put_in_a_sheet_is_refused() -> None:
    """The last answer stands where there is no header; notes of somebody's there do not hide it."""
    rows = [f"Balie|{YES}|{NO}|gebeld", f"Balie||{YES}|{NO}", f"Balie|{YES}|{NO}|nog vragen"]
    with pytest.raises(SourceError, match="the cells of row 3 do not stand under their headers"):
        read("team|S1|S2", *rows, is_text=False)


def test_an_odd_text_and_an_answer_elsewhere_in_one_row_is_refused() -> None:
    """Also in a column of people's own."""
    rows = [*[f"Balie|{YES}|{NO}|Prima zo"] * 3, f"Balie|hm|{NO}|{YES}"]
    with pytest.raises(SourceError, match="the cells of row 5 do not stand"):
        read("team|S1|S2|Opmerkingen", *rows, is_text=False)


def test_a_quote_in_any_column_that_swallows_rows_is_seen(tmp_path: Path) -> None:
    """In one that is not read too; of four people nothing would be left."""
    lines = ["Opmerkingen\tteam\tS1\tS2", *[f"x\tBalie\t{YES}\t{NO}"] * 4]
    lines[2], lines[4] = f'"Zie mijn mail\tBalie\t{YES}\t{NO}', f'kraan 3/4"\tBalie\t{YES}\t{NO}'
    assert "holds whole rows of answers" in fault(written(tmp_path, "\n".join(lines), "a.tsv"))


@pytest.mark.parametrize("line", [f'"Balie;{YES};{NO}"', f"Balie;{YES};{NO}"])
def test_lines_that_were_not_split_among_others_are_refused(tmp_path: Path, line: str) -> None:
    """Two files with other separators put together: half of the people would be gone."""
    lines = ["team,S1,S2", f"Balie,{YES},{NO}", line, line]
    assert "row 3 holds its answers in one cell" in fault(written(tmp_path, "\n".join(lines)))


def test_one_statement_as_a_remark_begins_no_table() -> None:
    """Somebody quotes it, and answers nothing."""
    items = [{"id": f"S{n}", "text": f"Stelling {n}."} for n in range(1, 6)]
    own = checklist(sections=[{"id": "V", "title": "Veilig", "items": items}])
    header = [*(f"S{n}" for n in range(1, 6)), "Opmerking"]
    rows = [[YES] * 5, ["", "", "", "", "", "Stelling 1."], [NO] * 5]
    responses = read_responses(Table("a", header, rows), own)
    assert (len(responses.sources), responses.rows.used, responses.rows.unusable) == (1, 2, 1)


def test_a_table_of_few_statements_below_is_one_too() -> None:
    """Two whole statements make a header; by the first one they would count for a neighbour."""
    items = [{"id": f"S{n}", "text": f"Dit is stelling nummer {n}."} for n in range(1, 9)]
    own = checklist(sections=[{"id": "V", "title": "Veilig", "items": items}])
    titles = [f"S{n}. Dit is stelling nummer {n}." for n in range(1, 9)]
    rows = [[YES] * 8, [titles[5], titles[2]], [NO, NO]]
    found = read_responses(Table("a", titles, rows), own).counts
    assert [found[item][Answer.NEEDED] for item in ("S1", "S3", "S6")] == [0, 1, 1]


# --- nothing recognised


def test_one_choice_in_other_words_everywhere_is_refused() -> None:
    """What is left would say that all is in order; following the advice counts it."""
    items = [{"id": f"S{n}", "text": f"Stelling {n}."} for n in range(1, 6)]
    own = checklist(sections=[{"id": "V", "title": "Veilig", "items": items}])
    rows = [[YES] * 5] * 6 + [["Dit moet anders"] * 5] * 3
    table = Table("a", [f"S{n}" for n in range(1, 6)], rows)
    with pytest.raises(SourceError, match=r"'Dit moet anders' stands in 15 cells .*'answers'"):
        read_responses(table, own)
    mended = own.model_copy(update={"answers": {Answer.NEEDED: "Dit moet anders"}})
    assert counts(read_responses(table, mended)) == [{"in_order": 6, "needed": 3}] * 5
    few = Table("a", table.header, [[YES] * 5] * 40 + [["Tja", *[YES] * 4]] * 5)
    assert note(read_responses(few, own), "unread_often").texts == "'Tja' (5)"


@pytest.mark.parametrize(("answered", "odd"), [(40, 3), (2, 1)])
def test_an_odd_text_in_many_statements_that_is_rare_is_listed(answered: int, odd: int) -> None:
    """Of few cells, or in few: one who says so throughout is no choice in other words."""
    items = [{"id": f"S{n}", "text": f"Stelling {n}."} for n in range(1, 6)]
    own = checklist(sections=[{"id": "V", "title": "Veilig", "items": items}])
    rows = [[YES] * 5] * answered + [["Tja"] * 4 + [YES]] * odd
    responses = read_responses(Table("a", [f"S{n}" for n in range(1, 6)], rows), own)
    assert responses.sources[0].unread_total == 4 * odd
    assert responses.counts["S5"].as_dict()["in_order"] == answered + odd


def test_a_column_for_each_choice_is_refused() -> None:
    """As some tools export: what has a header is one choice, and all else would be dropped."""
    header = ["S1", "", "", "S2", "", ""]
    rows = [[YES, "", "", "", NO, ""], ["", NO, "", YES, "", ""], ["", "", UNKNOWN, "", NO, ""]]
    with pytest.raises(SourceError, match="a column for each question"):
        read_responses(Table("a", header, rows), checklist())


def test_a_few_answers_without_a_header_are_named() -> None:
    """The columns that have one hold nearly all."""
    rows = [[YES, YES, NO, NO], *[[YES, NO]] * 3]
    responses = read_responses(Table("a", ["S1", "S2", "", ""], rows), checklist())
    assert note(responses, "nameless_columns").values["columns"] == "C — (1); D — (1)"


def test_a_summary_below_with_a_header_of_its_own_is_no_fault() -> None:
    """Its rows are named as no answers; the answers above count."""
    rows = [f"{YES}|{NO}", "|", f"S1. {ALARM}|S2. {STAIRS}", "1|0", "0|1"]
    responses = read(f"S1. {ALARM}|S2. {STAIRS}", *rows)
    assert counts(responses) == [{"in_order": 1}, {"needed": 1}]
    assert note(responses, "unusable").rows == "5, 6"


@pytest.mark.parametrize("cell", ["1", "AO01", "Ja: Op orde", "2. Op orde"])
def test_text_without_an_answer_is_refused(tmp_path: Path, cell: str) -> None:
    """What was found is named, and where to put it; that works."""
    text = f"S1,S2\n{cell},{cell}\n"
    message = fault(written(tmp_path, text))
    assert f"'{cell}' (2)" in message
    assert "'answers'" in message
    own = checklist(answers={"in_order": cell})
    assert counts(from_file(written(tmp_path, text), own)) == [{"in_order": 1}, {"in_order": 1}]


@pytest.mark.parametrize("text", ["S1,S2\n", "S1,S2\n,\n,\n", "S1,S2"])
def test_nobody_answered_yet_is_fine(tmp_path: Path, text: str) -> None:
    """A header alone, or with empty rows."""
    assert from_file(written(tmp_path, text)).rows.used == 0


def test_a_report_on_nothing_recognised_leaves_the_former_one(vinkje: Run, tmp_path: Path) -> None:
    """Exit 1, and every file as it was; so does a run, which ends with 1 and says so in its log."""
    written(tmp_path, f"S1,S2\n{YES},{NO}\n" * 1, "a.csv")
    (tmp_path / "checklist.yaml").write_text(json.dumps(checklist().model_dump(mode="json")))
    assert vinkje("report", "a.csv", "--date", "2026-11-28").returncode == 0
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    written(tmp_path, "S1,S2\n1,2\n3,4\n", "a.csv")
    done = vinkje("report", "a.csv", "--date", "2026-11-28")
    assert done.returncode == 1
    assert "none of the answers in 2 rows is recognised" in after_name(done)
    after = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    assert {**before, "a.csv": b""} == {**after, "a.csv": b""}
    (tmp_path / "vinkje.toml").write_text('source = "a.csv"\n', encoding="utf-8")
    assert vinkje("run").returncode == 1
    assert "none of the answers" in (tmp_path / "vinkje.log").read_text(encoding="utf-8")
    assert (tmp_path / "rapport.xlsx").read_bytes() == before["rapport.xlsx"]


def test_a_statement_of_which_nothing_is_recognised() -> None:
    """From ten answers on: its most frequent texts, and where to put them."""
    rows = [f"{YES}|Ja"] * 7 + [f"{YES}|Nee"] * 3
    found = note(read("S1|S2", *rows), "item_unread")
    assert (found.values, found.texts) == ({"id": "S2", "count": 10}, "'Ja' (7), 'Nee' (3)")
    assert "item_unread" not in keys(read("S1|S2", *rows[:9]))
    assert "item_unread" not in keys(read("S1|S2", *rows, f"{YES}|{YES}"))


# --- whose row is the latest

PEOPLE = "team|E-mail|S1|S2"


@pytest.mark.parametrize(
    ("header", "times", "decided"),
    [
        ("Tijdstempel", ("2-11-2026 9:00", "1-11-2026 9:00"), None),
        ("Datum ingestuurd", ("2026-11-02 09:00:00", "2026-11-01 09:00:00"), None),
        ("Ingevuld", ("2-11-2026 9:00", "1-11-2026 9:00"), "latest_by_column"),
        ("Ingevuld", ("maandag 2 november 2026 om 9:00", "1 nov. 2026 9:00"), "latest_by_column"),
    ],
)
def test_the_latest_by_time_counts(
    header: str, times: tuple[str, str], decided: str | None
) -> None:
    """Newest first or last; a column that holds nothing but times will do, and is named."""
    newest = f"Balie|a@b.nl|{YES}|{YES}|{times[0]}"
    oldest = f"Balie|A@B.NL |{NO}|{NO}|{times[1]}"
    for rows in ((newest, oldest), (oldest, newest)):
        responses = read(f"{PEOPLE}|{header}", *rows)
        assert counts(responses) == [{"in_order": 1}, {"in_order": 1}]
        assert responses.rows.replaced == 1
        assert keys(responses) & {"latest_by_column", "latest_by_order"} == {decided} - {None}


@pytest.mark.parametrize(
    "column", ["", "|Tijdstempel|3-11-2026", "|x|y", "|Ingevuld|maandag", "|Nummer|45000"]
)
def test_where_only_the_order_tells_that_is_said(column: str) -> None:
    """The lowest row counts, as a form adds them; of how many people, too."""
    header, _, cell = column[1:].partition("|")
    more = [f"|{header}", f"|{cell}"] if column else ["", ""]
    rows = [f"Balie|a@b.nl|{answer}|{answer}{more[1]}" for answer in (NO, YES)]
    responses = read(f"{PEOPLE}{more[0]}", *rows)
    assert counts(responses) == [{"in_order": 1}, {"in_order": 1}]
    assert note(responses, "latest_by_order").values == {"count": 1}


def test_two_unknown_columns_of_times_that_disagree_decide_nothing() -> None:
    """Then the order of rows does, and says so; where they agree either will do."""
    rows = [
        f"Balie|a@b.nl|{YES}|{YES}|{day}-11-2026|{other}-11-2026" for day, other in ((2, 1), (1, 2))
    ]
    assert "latest_by_order" in keys(read(f"{PEOPLE}|Begonnen|Klaar", *rows))
    rows = [f"Balie|a@b.nl|{YES}|{YES}|{day}-11-2026|{day}-11-2026" for day in (2, 1)]
    assert "latest_by_column" in keys(read(f"{PEOPLE}|Begonnen|Klaar", *rows))


def test_a_day_is_a_day_in_the_checklists_time_zone() -> None:
    """Half past eleven at night in London is the next day in Amsterdam, whatever the machine's."""
    line = f"Balie|{YES}|{YES}|2026-11-02T23:30:00Z"
    days = {
        zone: read("team|S1|S2|Tijdstempel", line, time_zone=zone).period
        for zone in ("Europe/Amsterdam", "Europe/London")
    }
    assert days["Europe/Amsterdam"] == (date(2026, 11, 3), date(2026, 11, 3))
    assert days["Europe/London"] == (date(2026, 11, 2), date(2026, 11, 2))


def test_odd_times_are_named_with_their_rows() -> None:
    """After today, or no time at all; the answers count."""
    times = ["1-11-2026", "29-11-2026", "straks", "28-11-2026"]
    responses = read("team|S1|S2|Tijdstempel", *[f"Balie|{YES}|{YES}|{time}" for time in times])
    assert note(responses, "future_times").rows == "3 '29-11-2026'"
    assert note(responses, "unread_dates").rows == "4 'straks'"
    assert responses.rows.used == 4


def test_days_after_today_tell_day_and_month_apart() -> None:
    """3/12 cannot be 3 December on 28 November, so it is 12 March."""
    line = f"Balie|{YES}|{YES}|12/3/2026 9:00:00"
    assert read("team|S1|S2|Tijdstempel", line).period == (date(2026, 3, 12), date(2026, 3, 12))


def test_a_column_of_times_that_is_empty_is_passed_over() -> None:
    """Microsoft's time of completion may be, while its start time is filled."""
    rows = [f"a@b.nl||{day}-11-2026|{YES}|{YES}" for day in (2, 1)]
    responses = read("E-mail|Completion time|Start time|S1|S2", *rows)
    assert responses.period == (date(2026, 11, 2), date(2026, 11, 2))
    assert "latest_by_order" not in keys(responses)


@pytest.mark.parametrize("header", ["Submit Date (UTC)", "_submission_time"])
def test_times_in_utc_are_brought_to_the_checklists_zone(header: str) -> None:
    """Typeform and Kobo say it in the header alone."""
    responses = read(f"team|S1|S2|{header}", f"Balie|{YES}|{YES}|2026-11-02 23:30:00")
    assert responses.period == (date(2026, 11, 3), date(2026, 11, 3))
    here = read("team|S1|S2|Tijdstempel", f"Balie|{YES}|{YES}|2026-11-02 23:30:00")
    assert here.period == (date(2026, 11, 2), date(2026, 11, 2))


def test_days_that_can_be_read_in_two_ways_are_told() -> None:
    """Nothing after the twelfth, and no other sign."""
    rows = [f"Balie|{YES}|{YES}|{day}/10/2026 9:00:00" for day in (3, 4)]
    found = note(read("team|S1|S2|Tijdstempel", *rows), "ambiguous_days")
    assert found.texts == "3/10/2026 9:00:00"
    assert "ambiguous_days" not in keys(
        read("team|S1|S2|Tijdstempel", *rows, f"Balie|{YES}|{YES}|13/10/2026")
    )
    assert "mixed_times" not in keys(read("team|S1|S2|Tijdstempel", *rows))


def test_texts_among_real_times_are_named() -> None:
    """As when a spreadsheet took some days for months, and left the others text."""
    header, rows = ["team", "S1", "S2", "Tijdstempel"], [datetime(2026, 11, 1), "10/13/2026"]  # noqa: DTZ001
    table = Table("a.xlsx", header, [["Balie", YES, YES, time] for time in rows])
    found = note(read_responses(table, checklist(), TODAY), "mixed_times")
    assert (found.values["count"], found.rows) == (1, "3 '10/13/2026'")


@pytest.mark.parametrize(
    "header", ["Emailadres", "E-mail adres", "Uw e-mailadres", "Wat is uw e-mailadres?", "Mail"]
)
@pytest.mark.parametrize("cell", ["mailto:a@b.nl", "<A@b.nl>", "a@b.nl;", "\u200ba@b.nl"])
def test_an_address_is_one_however_it_is_written(header: str, cell: str) -> None:
    """Under everyday names, and copied from a mail; somebody else's address is no answerer's."""
    rows = [f"{cell}|{YES}|{YES}", f"a@b.nl|{NO}|{NO}"]
    assert read(f"{header}|S1|S2", *rows).rows.replaced == 1
    assert read("E-mail van uw leidinggevende|S1|S2", *rows).rows.replaced == 0


def test_copies_of_rows_are_named() -> None:
    """Alike in everything, to the second; alike in answers alone is normal."""
    row, other = f"Balie|{YES}|{NO}|1-11-2026 9:00:01", f"Balie|{YES}|{NO}|1-11-2026 9:00:02"
    found = note(read("team|S1|S2|Tijdstempel", row, other, row, row), "alike")
    assert (found.values["count"], found.rows) == (2, "4, 5")
    assert "alike" not in keys(read("team|S1|S2|Tijdstempel", row, other))
    elsewhere = row.replace("Balie", "Buiten")
    assert "alike" not in keys(read("team|S1|S2|Tijdstempel", row, elsewhere))
    persons = [f"{who}|{row}" for who in ("a@b.nl", "c@d.nl")]
    assert "alike" not in keys(read("E-mail|team|S1|S2|Tijdstempel", *persons))


def test_rows_of_nobody_on_one_day_are_no_copies() -> None:
    """A column that only tells which of somebody's rows is the latest may hold days alone."""
    rows = [f"{who}|{YES}|{NO}|{day}-11-2026" for who, day in [("a@b.nl", 1), ("a@b.nl", 2)]]
    responses = read("E-mail|S1|S2|Ingevuld", *rows, *[f"|{YES}|{NO}|3-11-2026"] * 2)
    assert keys(responses) & {"alike", "latest_by_column"} == {"latest_by_column"}


# --- several sources


def test_one_persons_later_answer_counts_across_sources(tmp_path: Path) -> None:
    """By e-mail address; each source has its own account, and its notes its name."""
    first = f"E-mail,Tijdstempel,team,S1,S2\na@b.nl,2-11-2026,Balie,{NO},{NO}\n"
    second = f"S2,S1,E-mailadres,Timestamp\n{YES},{YES},A@b.nl,2026-11-03\n,{YES},,2026-11-04\n"
    paths = [written(tmp_path, first, "a.csv"), written(tmp_path, second, "b.csv")]
    for order in (paths, paths[::-1]):
        responses = read_sources(open_sources(list(map(str, order)), checklist()), checklist())
        assert counts(responses) == [{"in_order": 2}, {"in_order": 1}]
        assert responses.rows.replaced == 1
        assert responses.rows.read == 3
    used = {Path(source.name).name: source.rows.used for source in responses.sources}
    assert used == {"a.csv": 0, "b.csv": 2}
    replaced = note(responses, "replaced")
    assert replaced.text(wording("nl")).startswith(f"{paths[0]}: ")


def test_the_same_rows_in_two_sources_are_named(tmp_path: Path) -> None:
    """As when answers were downloaded twice: to the second alike in everything."""
    rows = [f"{day}-11-2026 9:00:01,Balie,{YES},{NO}" for day in range(1, 7)]
    header = "Tijdstempel,team,S1,S2"
    first = written(tmp_path, "\n".join([header, *rows[:4]]), "a.csv")
    second = written(tmp_path, "\n".join([header, *rows[2:]]).replace(",", ";"), "b.csv")
    responses = read_sources(open_sources([str(first), str(second)], checklist()), checklist())
    assert note(responses, "alike").values["count"] == 2
    assert note(responses, "alike").rows == f"{second} 2, {second} 3"


def test_rows_of_our_own_form_are_never_one_persons(tmp_path: Path) -> None:
    """It knows who is who by keys of its own, whatever stands in the rows."""
    header, row = ["Timestamp", "E-mail", "S1", "S2"], ["1-11-2026 9:00", "a@b.nl", YES, NO]
    keyed = Table("a", header, [row, row], is_keyed=True)
    responses = read_sources([keyed], checklist())
    assert responses.rows.used == 2
    assert not [note for note in responses.notes if note.key == "alike"]
    # In anybody's file that column says nothing of who is who.
    text = f"respondent,S1,S2\nanoniem,{YES},{NO}\nanoniem,{NO},{NO}\n"
    assert from_file(written(tmp_path, text)).rows.used == 2


def test_a_copy_of_a_file_is_refused(tmp_path: Path) -> None:
    """Browsers call it antwoorden (1).csv; everybody would count twice."""
    text = f"S1,S2\n{YES},{NO}\n"
    paths = [str(written(tmp_path, text, name)) for name in ("a.csv", "a (1).csv")]
    with pytest.raises(SourceError, match=r"a \(1\)\.csv: holds exactly what .*a\.csv holds"):
        list(open_sources(paths, checklist()))


def test_what_one_source_did_not_ask_is_said(tmp_path: Path) -> None:
    """Its answers to that count as empty."""
    paths = [
        str(written(tmp_path, f"S1,S2\n{YES},{NO}\n", "a.csv")),
        str(written(tmp_path, f"S1\n{YES}\n", "b.csv")),
    ]
    responses = read_sources(open_sources(paths, checklist()), checklist())
    assert note(responses, "not_asked_here").values == {"ids": "S2"}
    assert responses.counts["S2"].empty == 1


def test_a_source_named_twice_is_refused(tmp_path: Path) -> None:
    """By whatever road: its answers would count twice."""
    path = written(tmp_path, f"S1,S2\n{YES},{NO}\n")
    with pytest.raises(SourceError, match="named twice"):
        list(open_sources([str(path), f"{tmp_path}/./a.csv"], checklist()))


def test_the_command_takes_several_and_names_with_spaces(vinkje: Run, tmp_path: Path) -> None:
    """Unquoted too; the archive and the settings take several as well."""
    title = "team," + ",".join(item.id for item in SHIPPED.items())
    row = ",".join(["Anders", *[YES] * 20])
    for name in ("Mijn antwoorden.csv", "b.csv"):
        written(tmp_path, f"{title}\n" + f"{row}\n" * 3 + "\n" * len(name), name)
    done = vinkje("report", "Mijn", "antwoorden.csv", "b.csv", "--json", "-")
    assert json.loads(done.stdout)["responses"]["used"] == 6
    sheet = load_workbook(tmp_path / "rapport.xlsx")["Verantwoording"]
    said = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert any(text.startswith("b.csv: 8 gelezen, 3 gebruikt, 5 leeg") for text in said)
    assert "Bestand of tabblad: Mijn antwoorden.csv" in said
    assert vinkje("pull", "Mijn antwoorden.csv", "b.csv", "-o", "alles.csv").returncode == 0
    assert json.loads(vinkje("report", "alles.csv", "--json", "-").stdout)["responses"]["used"] == 6
    (tmp_path / "checklist.yaml").write_bytes(resource("checklist.yaml").read_bytes())
    settings = 'source = ["Mijn antwoorden.csv", "b.csv"]\n'
    (tmp_path / "vinkje.toml").write_text(settings, encoding="utf-8")
    assert "Responses that count: 6" in vinkje("status").stdout
    assert "6 responses" in vinkje("run").stdout


def test_a_missing_file_lists_the_tables_that_are_there(tmp_path: Path) -> None:
    """A name is easily mistyped."""
    written(tmp_path, "x", "Mijn antwoorden.csv")
    written(tmp_path, "x", "lees.md")
    message = fault(tmp_path / "mijn antworden.csv")
    assert '"Mijn antwoorden.csv"' in message
    assert "lees.md" not in message
    assert whole_names(["a", "b"]) == ["a", "b"]


# --- kinds of files, tabs, encodings


def zip_of(files: dict[str, bytes]) -> bytes:
    """Return a zip with these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()


SPREADSHEET_2003 = (
    b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (zip_of({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "(.ods)"),
        (zip_of({"Index/Document.iwa": b""}), "Apple Numbers"),
        (zip_of({"[Content_Types].xml": b"", "xl/workbook.bin": b""}), "(.xlsb)"),
        (zip_of({"[Content_Types].xml": b"", "word/document.xml": b""}), "Word document"),
        (SPREADSHEET_2003, "XML Spreadsheet 2003"),
        (b"<html><table><tr><td>S1</td></tr></table></html>", "web page with a table"),
        (b"<!DOCTYPE html><title>Sign in</title>", "sign in"),
        (b"\xd0\xcf\x11\xe0" + "Workbook".encode("utf-16-le") + bytes(99), "old Excel file (.xls)"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "with a password"),
        (b"SQLite format 3\0" + bytes(99), "sqlite:///"),
        (b"%PDF-1.7", "PDF"),
    ],
)
@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.xls"])
def test_what_a_file_really_is(tmp_path: Path, content: bytes, what: str, name: str) -> None:
    """By its content, whatever its name; with how to save it."""
    (tmp_path / name).write_bytes(content)
    message = fault(tmp_path / name)
    assert what in message
    assert any(way in message for way in ("save", "download", "Export", "name it as"))


@pytest.mark.parametrize("name", ["a.xlsx", "a.docx", "antwoorden", "a.xls"])
def test_text_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    """So is a workbook."""
    assert from_file(written(tmp_path, f"S1;S2\n{YES};{NO}\n", name)).rows.used == 1
    book = Workbook()
    for row in (["S1", "S2"], [YES, NO]):
        book.worksheets[0].append(row)
    book.save(tmp_path / name)
    assert from_file(tmp_path / name).rows.used == 1


@pytest.mark.parametrize(
    ("encoding", "is_likely"),
    [("utf-8", False), ("utf-16-le", False), ("cp1252", True), ("mac_roman", True)],
)
def test_what_is_only_likely_is_said(tmp_path: Path, encoding: str, is_likely: bool) -> None:  # noqa: FBT001
    """No letter turns into another in silence."""
    remark = "Eén coördinator vóór de zomer; geïnteresseerde collega's"
    text = f'S1,S2,Veilig: toelichting\n{YES},{NO},"{remark}"\n'
    responses = from_file(written(tmp_path, text, encoding=encoding))
    assert responses.remarks == {"V": (remark,)}
    assert ("encoding" in keys(responses)) is is_likely


def test_a_tab_of_few_statements_is_never_the_one(tmp_path: Path) -> None:
    """However many answers it has; that it has some is told."""
    book = Workbook()
    items = [{"id": f"S{n}", "text": f"Stelling {n}."} for n in range(1, 6)]
    own = checklist(sections=[{"id": "V", "title": "Veilig", "items": items}])
    for title, count, rows in (("Deel", 2, 9), ("Alles", 5, 1)):
        sheet = book.create_sheet(title)
        for row in ([f"S{n}" for n in range(1, count + 1)], *[[YES] * count] * rows):
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    responses = from_file(tmp_path / "a.xlsx", own)
    values = {"tab": "Alles", "others": "'Deel' (18)"}
    assert note(responses, "other_tabs").values == values


def test_the_tab_with_most_answers_is_read(tmp_path: Path) -> None:
    """Not the one with most statements; others with answers are named, and a tie is refused."""
    book = Workbook()
    tabs: dict[str, list[list[object]]] = {
        "Overzicht": [[3, 4]],
        "Ronde 1": [[YES, NO]],
        "Ronde 2": [[YES, NO], [NO, NO]],
    }
    for title, rows in tabs.items():
        sheet = book.create_sheet(title)
        for row in ([f"S1. {ALARM}", f"S2. {STAIRS}"], *rows):
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    responses = from_file(tmp_path / "a.xlsx")
    assert responses.rows.used == 2
    assert note(responses, "other_tabs").values == {"tab": "Ronde 2", "others": "'Ronde 1' (2)"}
    sheet = book.create_sheet("Deel")
    for row in (["x", f"S2. {STAIRS}"], ["x", YES]):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    others = note(from_file(tmp_path / "a.xlsx"), "other_tabs").values["others"]
    assert others == "'Ronde 1' (2), 'Deel' (1)"
    book["Ronde 1"].append([YES, YES])
    book.save(tmp_path / "a.xlsx")
    assert "--tab" in fault(tmp_path / "a.xlsx")
    table = file_table(tmp_path / "a.xlsx", checklist(), "ronde 1")
    assert read_responses(table, checklist()).counts["S2"][Answer.IN_ORDER] == 1


def test_tabs_without_quotes_are_read(tmp_path: Path) -> None:
    """A quote in a remark is a character there; a downloaded file has no other form."""
    lines = ["Veilig: toelichting\tS1\tS2", f'"Mooi" zei hij\t{YES}\t{NO}', f'5" buis\t{YES}\t{NO}']
    responses = from_file(written(tmp_path, "\n".join(lines) + "\n", "a.tsv"))
    assert responses.remarks == {"V": ('"Mooi" zei hij', '5" buis')}


def test_tabs_with_quotes_that_may_mean_something_are_refused(tmp_path: Path) -> None:
    """Lines of different widths do not tell where an answer ends."""
    lines = ["Veilig: toelichting\tS1\tS2", f'"Mooi" zei hij\t{YES}\t{NO}\t', f"x\t{YES}\t{NO}"]
    assert "the quotes do not match" in fault(written(tmp_path, "\n".join(lines), "a.tsv"))


def test_merged_cells_are_named(tmp_path: Path) -> None:
    """One answer over several cells is one answer; merged headers and other columns are none."""
    book = Workbook()
    sheet = book.worksheets[0]
    top = [["Titel"], ["Nr", "S1", "S2", "Wijk"]]
    for row in [*top, ["x", YES, YES, "Oost"], ["x", YES], ["x", YES], ["x", NO]]:
        sheet.append(row)
    for area in ("A1:D1", "D3:D5", "C3:C5", "A6:B6"):
        sheet.merge_cells(area)
    book.save(tmp_path / "a.xlsx")
    found = note(from_file(tmp_path / "a.xlsx"), "merged_cells")
    assert set(found.rows.split(", ")) == {"C3:C5", "A6:B6"}


def test_what_stands_for_nothing_is_listed_and_not_refused() -> None:
    """R writes NA; a look-up that failed may have been an answer."""
    items = [{"id": f"S{n}", "text": f"Stelling {n}."} for n in range(1, 6)]
    own = checklist(sections=[{"id": "V", "title": "Veilig", "items": items}])
    for text in ("NA", "-", "#N/A"):
        rows = [[YES] * 5] * 6 + [[text] * 4 + [YES]] * 3
        table = Table("a", [f"S{n}" for n in range(1, 6)], rows)
        if text == "#N/A":
            with pytest.raises(SourceError, match="'#N/A' stands in 12 cells"):
                read_responses(table, own)
        else:
            assert read_responses(table, own).counts["S1"].empty == 3


# --- personal data


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("User display name", "Jan"),
        ("Voornaam", "Jan"),
        ("firstname. Voornaam", "Jan"),
        ("IP address", "192.0.2.1"),
        ("_submitted_by", "jan"),
        ("RecipientLastName", "Jansen"),
        ("Contact", "jan@x.nl"),
    ],
)
def test_what_tells_who_answered_gives_a_warning(header: str, cell: str) -> None:
    """By the headers of the known tools, or a column full of addresses."""
    responses = read(f"{header}|S1|S2", *[f"{cell}|{YES}|{NO}"] * 3)
    assert header in str(note(responses, "recorded").values["headers"])
    assert "recorded" not in keys(read(f"{header}|S1|S2", f"|{YES}|{NO}"))
