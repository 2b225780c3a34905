"""Damaged letters: told with their place, never in silence, and nothing else taken for them."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbooks import workbook_of

from forms.checklist.model import Checklist
from forms.collect.file import file_table
from forms.differences import table_differences
from forms.notes import Note
from forms.responses.counting import read_responses
from forms.responses.model import Responses, Table
from forms.responses.mojibake import _damage, is_mojibake, mended
from forms.wording import Answer

CHECKLIST = Checklist.model_validate(
    {
        "title": "Coöperatie",
        "answers": {"in_order": "Eén keer geregeld"},
        "respondent": [
            {"id": "t", "label": "Welk café?", "choices": ["Zoë", "Balie"], "split": True}
        ],
        "sections": [
            {"id": "V", "title": "Reële zaken", "items": [{"id": "S1", "text": "Alles is heel."}]},
        ],
    }
)
HEADER = ["Welk café?", "S1. Alles is heel.", "Reële zaken: toelichting", "Eigen"]
ROWS = [
    ["Zoë", "Eén keer geregeld", "Eén \u2018trap\u2019 \u2013 €50", "vóór"],
    ["Balie", "Weet ik niet", "niets aan de hand", "plain"],
    ["Balie", "Weet ik niet", "👍 daar à la carte", ""],
]


def taken_for(encoding: str, text: str) -> str:
    """Return a text in UTF-8 as it reads in another encoding; Windows has a sign for each byte."""
    return "".join(
        bytes([b]).decode(encoding, errors="ignore") or chr(b) for b in text.encode("utf-8")
    )


def read(folder: Path, rows: list[list[str]], ending: str) -> Responses:
    """Read rows from a file as Excel saves it: as CSV UTF-8, or as a workbook."""
    path = folder / f"antwoorden{ending}"
    if ending == ".xlsx":
        path.write_bytes(workbook_of({"Blad1": [list(row) for row in rows]}))
    else:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=";").writerows(rows)
        path.write_bytes(text.getvalue().encode("utf-8-sig"))
    return read_responses(file_table(path, CHECKLIST), CHECKLIST)


def damage(responses: Responses) -> list[Note]:
    """Return the notes of damaged letters."""
    return [note for note in responses.notes if note.key == "damaged_texts"]


@pytest.mark.parametrize("ending", [".csv", ".xlsx"])
@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "cp1250", "mac_roman"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_file_that_excel_took_for_another_encoding(
    tmp_path: Path, encoding: str, ending: str, times: int
) -> None:
    """Answers, groups and headers count as they were; each damaged text is told with its place."""
    whole = [HEADER, *ROWS]
    sound = read(tmp_path, whole, ending)
    assert not damage(sound)
    for _ in range(times):
        whole = [[taken_for(encoding, cell) for cell in row] for row in whole]
    broken = read(tmp_path, whole, ending)
    assert (broken.rows, broken.counts, broken.groups) == (sound.rows, sound.counts, sound.groups)
    assert not broken.reworded_columns()
    (note,) = damage(broken)
    # Two headers, and what stands below those that are read; the column that is not read stays out.
    assert note.values == {"count": 6}
    assert note.texts == "A1, C1, A2, B2, C2, … (+1)"
    # What is not certain is not changed: a remark stands there as it came.
    assert whole[1][2] in broken.remarks["V"]


def test_a_letter_that_is_lost_is_told(tmp_path: Path) -> None:
    """Nobody can say which letter U+FFFD was, so an answer that holds one does not count."""
    rows = [HEADER, ["Zo\ufffd", "E\ufffdn keer geregeld", "na\ufffdef", "x"], ROWS[1]]
    responses = read(tmp_path, rows, ".csv")
    (note,) = damage(responses)
    assert note.texts == "A2, B2, C2"
    assert responses.rows.used == 1


def test_a_no_break_space_in_a_header(tmp_path: Path) -> None:
    """It was two signs in the file, of which one looks like a space."""
    rows = [["S1. Alles\u00c2\u00a0is heel."], ["Weet ik niet"]]
    responses = read(tmp_path, rows, ".csv")
    assert damage(responses)[0].texts == "A1"
    assert not responses.reworded_columns()


def test_a_checklist_that_is_damaged_itself_still_knows_its_own_words() -> None:
    """Its form asked so, and what was answered there counts."""
    damaged = Checklist.model_validate_json(taken_for("cp1252", CHECKLIST.model_dump_json()))
    split = damaged.respondent[0]
    header = [split.label, "S1", f"{damaged.sections[0].title}: toelichting"]
    rows = [[split.choices[0], damaged.answers[Answer.IN_ORDER], "x"]]
    responses = read_responses(Table("a.csv", header, rows), damaged)
    assert responses.counts["S1"][Answer.IN_ORDER] == 1
    assert list(responses.groups) == [split.choices[0]]
    assert responses.remarks == {"V": ("x",)}


def test_a_byte_order_mark_that_was_read_as_text(tmp_path: Path) -> None:
    """It stands before the first header, which here says when people answered."""
    rows = [["ï»¿Tijdstempel", "S1"], ["2-1-2026 9:00:00", "Weet ik niet"]]
    responses = read(tmp_path, rows, ".csv")
    assert responses.period == (date(2026, 1, 2), date(2026, 1, 2))
    assert damage(responses)[0].texts == "A1"


def test_check_tells_it_too(tmp_path: Path) -> None:
    """No answer is lost, but whoever compares the file hears that it is damaged."""
    path = tmp_path / "a.csv"
    path.write_text("S1,Reële zaken: toelichting\nWeet ik niet,cafÃ©\n", encoding="utf-8")
    *_, damaged = table_differences(file_table(path, CHECKLIST), CHECKLIST)
    assert damaged.text.startswith("letters are damaged in 1 text, such as Ã© where é belongs (B2)")
    assert not damaged.loses


def test_places_are_told_in_part_and_counted_in_full(tmp_path: Path) -> None:
    """Also below a header that stands further down, and in a file of many rows."""
    rows = [["Export"], HEADER, *[["Zoë", "Weet ik niet", f"cafÃ© {n}", ""] for n in range(3000)]]
    (note,) = damage(read(tmp_path, rows, ".csv"))
    assert note.values == {"count": 3000}
    assert note.texts == "C3, C4, C5, C6, C7, … (+2995)"


@pytest.mark.parametrize(
    ("text", "was"),
    [
        # As people showed them in public: metabase 1961, hbz/oerworldmap 1263, ushahidi 3899,
        # python-ftfy 41, 103, 184, 192 and 202, platform-forms-client 3877.
        ("coupÃ©", "coupé"),
        ("Mathematik-LehrkrÃ¤fte", "Mathematik-Lehrkräfte"),
        ("zg\u0139\u201aoszenia", "zgłoszenia"),
        ("â€œ like this â€\ufffd", "“ like this â€\ufffd"),
        ("K√∂nig", "König"),
        ("A\u00c3\u2018OS", "AÑOS"),
        ("Ä°stanbul", "İstanbul"),
        ("\u2013 DrÃ¥ber", "\u2013 Dråber"),
        ("CoÃƒÂ¶peratie", "Coöperatie"),
        ("\u00f0Ÿ\u2018‰ hier", "👉 hier"),
        ("20 mÂ²", "20 m²"),
        ("zo\u00e2\u0080\u0099n", "zo\u2019n"),
    ],
)
def test_damage_as_people_met_it(text: str, was: str) -> None:
    """Seen, and compared as what it was."""
    assert is_mojibake(text)
    assert mended(text) == was


@pytest.mark.parametrize("text", ["voilÃ", "Ã la carte", "4 Ã 5 keer", "(Ã la", "na\ufffdef"])
def test_what_cannot_be_mended_is_seen(text: str) -> None:
    """A no-break space behind the sign was stripped, or a letter is gone; it stays as it is."""
    assert is_mojibake(text)
    assert mended(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *("CAFÉ\u2019S", "\u2018één\u2019", "Het café…\u201d zei hij", "\u201aéén\u2018"),
        *("IDEEËN\u2013plan", "Zoë\u2019s €50…", "½ m² ± 2 °C", "«CAFÉ»", "ƒ 10,-", "≈ 10"),
        *(
            "Ångström",
            "SÃO TOMÉ",
            "IRMÃ",
            "IRMÃ LUZ",
            "Łódź",
            "ñandú",
            "İstanbul",
            "( o¬ô )",
            "привет",
            "naïef",
            "—",
        ),
        *("voilà…", "crème brûlée", "Ç'est ça", "ÎLE", "Øresund", "þ", "👍🏽", "مرحبا", "日本"),
        *("\u00a0", "\u201eÄrger\u201c", "¡olé!", "GRÖẞE", "1\u202f000", "'s avonds", ""),
    ],
)
def test_what_people_type_is_no_damage(text: str) -> None:
    """Nor is it changed to compare with."""
    assert not is_mojibake(text)
    assert mended(text) == text


def test_every_letter_of_latin_script_is_known() -> None:
    """Whichever was read as another encoding is seen, and is what it was."""
    for letter in map(chr, (*range(0xA0, 0x180), *range(0x2010, 0x2028), 0x20AC, 0x2122)):
        for encoding in ("cp1252", "cp1250", "mac_roman"):
            damaged = taken_for(encoding, f"a{letter}b")
            assert is_mojibake(damaged), (encoding, letter)
            assert mended(damaged) == f"a{letter}b", (encoding, letter)


@given(
    st.text(
        st.sampled_from(
            "aZ \u00e9\u00c3\u00c2\u00a0\u00a9\u20ac\u2026\u201a\u00e2\x82\u0102\u00b1\u221a\u00a2"
        )
    )
)
def test_a_quick_look_passes_no_damage_by(text: str) -> None:
    """What is looked for first is in all that is damaged."""
    if _damage().search(text):
        assert is_mojibake(text)
