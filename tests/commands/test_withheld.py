"""A remark that names somebody: kept out of every later report, mail and figures, until undone."""

import hashlib
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from office import Convert
from workbooks import opened
from working import Folder, begun, checklist, headers, rows

from forms.analysis.withheld import CODE, RemarkChoices, code_of, withheld
from forms.report import remarks
from forms.report.list_notes import carried_notes
from forms.report.secret import find_secret
from forms.workbook.remark_choices import may_ask_in

NAMES = "Jan van de Kerkstraat belde"
OTHER = "Gaat goed"


# Remarks of an item and of a section stand on the same tab: most tests look at one of the two.
both = pytest.mark.parametrize("folder", ["item", "section"], indirect=True)


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Folder:
    """Return a folder with a report that shows two remarks."""
    by_item = getattr(request, "param", "section") == "item"
    return begun(_with_remarks_by_item if by_item else _with_remarks_by_section, tmp_path)


def _with_remarks_by_item(path: Path, subject: str = "A1", remarks: str = "item") -> Folder:
    made = Folder(path, checklist(remarks=remarks))
    made.remarks = {subject: NAMES, "A2": OTHER}
    made.report()
    return made


def _with_remarks_by_section(path: Path) -> Folder:
    return _with_remarks_by_item(path, "Deel", "section")


def code(folder: Folder, text: str) -> str:
    """Return what a remark is known by in this folder."""
    secret = find_secret(folder.workbook)
    assert secret is not None
    return code_of(secret.key, text)


def answer(folder: Folder, word: object, *, save: Callable[[Any], object] | None = None) -> None:
    """Write a word beside the remark that names somebody."""
    workbook = opened(folder.workbook)
    sheet: Any = workbook["Deel"]
    for row in sheet.iter_rows():
        if row[4].value == code(folder, NAMES):
            row[3].value = word
    if save:
        save(workbook)
    workbook.save(folder.workbook)


def asked(folder: Folder, tab: str = "Deel") -> list[Any]:
    """Return the cells that ask whether to show a remark, of the workbook as it is loaded."""
    return [row[3] for row in loaded(folder)[tab].iter_rows() if row[3].value in {"Ja", "Nee"}]


def loaded(folder: Folder) -> Any:
    """Return the workbook."""
    return opened(folder.workbook.read_bytes())


def everything(folder: Folder, path: Path | None = None) -> str:
    """Return all that is in the workbook and the mail, as text."""
    with zipfile.ZipFile(path or folder.workbook) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist()]
    mails = [p.read_text(encoding="utf-8") for p in folder.path.glob("rapport.*ml")]
    return "\n".join([*parts, *mails])


@both
def test_it_is_shown_until_somebody_says_no(folder: Folder) -> None:
    """As it was written."""
    folder.report(date(2026, 12, 7))
    assert NAMES in everything(folder)


@both
def test_a_no_keeps_it_out_for_good(folder: Folder) -> None:
    """The row stays, so that it can be undone."""
    answer(folder, "Nee")
    for week in (7, 14, 21):
        folder.report(date(2026, 12, week))
        said = everything(folder)
        assert NAMES not in said
        assert OTHER in said
        assert "(niet getoond)" in said
        assert "Onderdeel: 12" not in said


@pytest.mark.parametrize("word", ["nee", " NEE ", "No", False, "liever niet", "nee, naam"])
def test_anything_but_a_yes_is_a_no(folder: Folder, word: object) -> None:
    """Also what nobody foresaw."""
    answer(folder, word)
    folder.report(date(2026, 12, 7))
    said = everything(folder)
    assert NAMES not in said
    assert OTHER in said
    assert "(niet getoond)" in said


def _withheld(path: Path) -> Folder:
    made = _with_remarks_by_section(path)
    answer(made, "Nee")
    made.report(date(2026, 12, 7))
    return made


@pytest.mark.parametrize("word", ["Ja", "yes", None, True, " ja! ", "J", "waar", "  "])
def test_a_yes_shows_it_again(tmp_path: Path, word: object) -> None:
    """Also an emptied cell."""
    folder = begun(_withheld, tmp_path)
    assert NAMES not in everything(folder)
    answer(folder, word)
    folder.report(date(2026, 12, 14))
    assert NAMES in everything(folder)


@pytest.mark.parametrize("gap", ["few", "dropped"])
def test_it_stays_out_when_no_remark_was_shown_in_between(folder: Folder, gap: str) -> None:
    """The workbook remembers, also without a tab of remarks."""
    answer(folder, "Nee")
    folder.report(date(2026, 12, 7))
    remarks = folder.remarks
    if gap == "few":
        folder.people = 2
    else:
        folder.remarks = {}
    folder.report(date(2026, 12, 14))
    folder.people, folder.remarks = 6, remarks
    folder.report(date(2026, 12, 21))
    assert NAMES not in everything(folder)


def renamed(workbook: Any) -> None:
    """Give the header another name."""
    for row in workbook["Deel"].iter_rows():
        if row[3].value == "Tonen":
            row[3].value = "Laten zien?"


def moved(workbook: Any) -> None:
    """Put a column before it, and rows above it."""
    workbook["Deel"].insert_cols(2)
    workbook["Deel"].insert_rows(1, 3)


def titled(workbook: Any) -> None:
    """Give the tab another name; Excel changes the defined name with it."""
    workbook["Deel"].title = "Iets anders"
    for name in workbook.defined_names.values():
        name.attr_text = name.attr_text.replace("'Deel'", "'Iets anders'")


@both
@pytest.mark.parametrize("change", [renamed, moved, titled])
def test_a_no_is_found_wherever_it_went(folder: Folder, change: Callable[[Any], object]) -> None:
    """By the code that stands in the same row."""
    answer(folder, "Nee", save=change)
    folder.report(date(2026, 12, 7))
    assert NAMES not in everything(folder)
    assert OTHER in everything(folder)


@both
def test_libreoffice_may_save_it(folder: Folder, libreoffice: Convert) -> None:
    """Its text then stands in a table of its own."""
    answer(folder, "Nee")
    folder.workbook.write_bytes(libreoffice(folder.workbook, "xlsx").read_bytes())
    folder.report(date(2026, 12, 7))
    assert NAMES not in everything(folder)
    assert OTHER in everything(folder)


@both
def test_a_list_that_is_begun_anew_does_not_show_it(folder: Folder) -> None:
    """With --overwrite nothing else comes along; what a broken file cannot say the secret does."""
    answer(folder, "Nee")
    folder.report(date(2026, 12, 7), overwrite=True)
    assert NAMES not in everything(folder)
    folder.workbook.write_bytes(b"broken")
    folder.report(date(2026, 12, 7), overwrite=True)
    assert NAMES not in everything(folder)
    folder.workbook.unlink()
    folder.report(date(2026, 12, 7), overwrite=True)
    assert NAMES not in everything(folder)


@both
def test_the_same_remark_stands_there_once(folder: Folder) -> None:
    """With how often: six people wrote it, with a word beside it for all of them."""
    said = [(row[1].value, row[2].value) for row in loaded(folder)["Deel"] if row[3].value == "Ja"]
    assert sorted(said) == [(OTHER, 6), (NAMES, 6)]


def test_one_no_is_enough(folder: Folder) -> None:
    """An earlier vinkje gave every remark a row of its own, also those that say the same."""
    sheet = (workbook := loaded(folder))["Deel"]
    (row,) = [row for row in sheet.iter_rows() if row[1].value == NAMES]
    there = [cell.value for cell in row]
    for number, word in enumerate(("Ja", "Nee", "Ja"), row[0].row):
        for column, value in enumerate([*there[:3], word, there[4]], 1):
            sheet.cell(number, column).value = value
    sheet.delete_cols(3)
    workbook.save(folder.workbook)
    folder.report(date(2026, 12, 7))
    assert NAMES not in everything(folder)
    assert [cell.value for cell in asked(folder)] == ["Nee", "Ja"]


@pytest.mark.parametrize("text", ["Tonen", "Show", "Kenmerk", "Nee", "r0123456789"])
def test_a_remark_may_read_as_anything(folder: Folder, text: str) -> None:
    """It is never taken for the header, an answer or another one's code."""
    folder.remarks = {next(iter(folder.remarks)): NAMES, "A2": text}
    folder.people += 5
    folder.report(date(2026, 12, 7))
    answer(folder, "Nee")
    for week in (14, 21):
        folder.report(date(2026, 12, week))
        assert NAMES not in everything(folder)
        assert f">{text}</t>" in everything(folder)
        assert sorted(cell.value for cell in asked(folder)) == ["Ja", "Nee"]


def test_the_first_remark_may_read_as_the_header(tmp_path: Path) -> None:
    """Then the column of the texts is still not the one that answers."""
    folder = Folder(tmp_path, remarks={"A1": "Tonen", "A2": "Gaat goed"})
    folder.report()
    folder.report(date(2026, 12, 7))
    assert {cell.value for cell in asked(folder)} == {"Ja"}


def test_a_remark_that_looks_like_a_code_can_be_withheld(tmp_path: Path) -> None:
    """By its own code, which stands to the right of it."""
    folder = Folder(tmp_path, remarks={"A1": "r0123456789"})
    folder.report()
    workbook = loaded(folder)
    for row in workbook["Deel"].iter_rows():
        if row[1].value == "r0123456789":
            row[3].value = "Nee"
    workbook.save(folder.workbook)
    folder.report(date(2026, 12, 7))
    assert "r0123456789" not in everything(folder)


@pytest.mark.parametrize("words", [("Nee", "Ja"), ("Ja", "Nee")])
def test_a_yes_does_not_undo_a_no(words: tuple[str, str]) -> None:
    """Whichever stands first."""
    said = RemarkChoices()
    for word in words:
        said.add("r0123456789", word)
    assert withheld(said, frozenset()) == {"r0123456789"}


@pytest.mark.parametrize("is_copy", [True, False])
def test_a_no_counts_on_a_tab_and_on_its_copy(folder: Folder, *, is_copy: bool) -> None:
    """People keep copies; the yes on one does not undo the no on the other."""
    workbook = loaded(folder)
    workbook.copy_worksheet(workbook["Deel"]).title = "Kopie"
    for row in workbook["Kopie" if is_copy else "Deel"].iter_rows():
        if row[3].value == "Ja":
            row[3].value = "Nee"
    workbook.save(folder.workbook)
    folder.report(date(2026, 12, 7))
    assert {cell.value for cell in asked(folder)} == {"Nee"}


@pytest.mark.parametrize("is_worked_out", [True, False])
def test_a_formula_can_say_no(folder: Folder, libreoffice: Convert, *, is_worked_out: bool) -> None:
    """What it comes to counts; where no program worked it out, the name stays out."""
    word = "Nee" if is_worked_out else "Ja"
    answer(folder, f'=IF(1=1,"{word}","Misschien")')
    if is_worked_out:
        folder.workbook.write_bytes(libreoffice(folder.workbook, "xlsx").read_bytes())
    folder.report(date(2026, 12, 7))
    assert NAMES not in everything(folder)
    assert OTHER in everything(folder)


def test_a_formula_can_say_yes(folder: Folder, libreoffice: Convert) -> None:
    """And only then."""
    answer(folder, '=IF(1=1,"Ja","Nee")')
    folder.workbook.write_bytes(libreoffice(folder.workbook, "xlsx").read_bytes())
    folder.report(date(2026, 12, 7))
    assert NAMES in everything(folder)


def written_otherwise(path: Path) -> None:
    """Give the cells of all tabs their attributes in another order, which is as good XML."""
    swap = re.compile(rb'<c (r="[A-Z]+[0-9]+") ([^>/]*[^>/ ])')
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            if "/worksheets/sheet" in name:
                content = swap.sub(rb"<c \2 \1", content)  # noqa: PLW2901 - the next line writes it
            archive.writestr(name, content)


@pytest.mark.parametrize("change", [None, renamed, moved])
@pytest.mark.parametrize("is_shared", [True, False])
def test_another_program_may_write_it(
    folder: Folder,
    libreoffice: Convert,
    change: Callable[[Any], object] | None,
    *,
    is_shared: bool,
) -> None:
    """Text in the cells or in a table of its own, attributes in another order."""
    answer(folder, "Nee", save=change)
    if is_shared:
        folder.workbook.write_bytes(libreoffice(folder.workbook, "xlsx").read_bytes())
    written_otherwise(folder.workbook)
    folder.report(date(2026, 12, 7))
    assert NAMES not in everything(folder)
    assert OTHER in everything(folder)
    folder.report(date(2026, 12, 14))
    assert [cell.value for cell in asked(folder)] == ["Nee", "Ja"]


def test_a_renamed_header_beside_a_new_column(folder: Folder) -> None:
    """The column with a yes or a no in it is the one that is meant."""

    def change(workbook: Any) -> None:
        renamed(workbook)
        workbook["Deel"].insert_cols(4)

    answer(folder, "Nee", save=change)
    folder.report(date(2026, 12, 7))
    assert NAMES not in everything(folder)
    assert OTHER in everything(folder)


@pytest.mark.parametrize(("word", "count"), [("liever niet", 1), ("Nee", 0), ("n", 0), ("Ja", 0)])
def test_a_word_that_is_neither_is_pointed_out(folder: Folder, word: str, count: int) -> None:
    """Without the word itself, in which the name may stand."""
    answer(folder, word)
    made = folder.report(date(2026, 12, 7))
    notes = {note.key: note.values for note in carried_notes(made.report)}
    assert notes.get("show_unread", {"count": 0})["count"] == count
    assert "liever" not in str(notes)


@pytest.fixture
def by_item(tmp_path: Path) -> Folder:
    """Return a folder with a report that shows a remark in the action list too."""
    return begun(_with_one_remark, tmp_path)


def _with_one_remark(path: Path) -> Folder:
    made = Folder(path, remarks={"A1": NAMES})
    made.report()
    return made


def test_it_leaves_the_action_list_where_somebody_wrote_beside_it(by_item: Folder) -> None:
    """What people type over a cell of ours is kept as a comment: without the name."""
    by_item.write("A1", Toelichting=f"{NAMES} - nabellen")
    by_item.report(date(2026, 12, 7))
    assert f"{NAMES} - nabellen" in everything(by_item)
    answer(by_item, "Nee")
    by_item.report(date(2026, 12, 14))
    assert NAMES not in everything(by_item)
    assert "(niet getoond) - nabellen" in everything(by_item)


def test_it_leaves_the_action_list_when_the_hidden_tab_was_lost(by_item: Folder) -> None:
    """Then our own text looks like people's."""
    answer(by_item, "Nee", save=lambda workbook: workbook.remove(workbook["vinkje"]))
    by_item.report(date(2026, 12, 7))
    assert NAMES not in everything(by_item)


def test_it_leaves_the_cells_that_hold_no_answer(by_item: Folder) -> None:
    """The same text, typed where an answer should be."""
    by_item.answers = {"A2": NAMES.upper(), "A3": "Anders"}
    answer(by_item, "Nee")
    by_item.report(date(2026, 12, 7))
    said = everything(by_item)
    assert NAMES.casefold() not in said.casefold()
    assert "Anders" in said


def test_a_letter_that_is_withheld_is_no_part_of_words(by_item: Folder) -> None:
    """Else hardly a word would be left of what people wrote."""
    by_item.remarks = {"A1": "a"}
    by_item.people += 5
    by_item.answers = {"A2": "Mama, dat was a, dacht ik"}
    by_item.report(date(2026, 12, 7))
    workbook = loaded(by_item)
    for row in workbook["Deel"].iter_rows():
        if row[4].value == code(by_item, "a"):
            row[3].value = "Nee"
    workbook.save(by_item.workbook)
    by_item.report(date(2026, 12, 14))
    assert "Mama, dat was (niet getoond), dacht ik" in everything(by_item)


def test_every_piece_of_a_long_remark_asks(by_item: Folder) -> None:
    """The name stands in one of them; a no there keeps all of it out."""
    by_item.remarks = {"A1": "woord " * 700 + NAMES, "A2": "kort"}
    by_item.people += 5
    by_item.report(date(2026, 12, 7))
    sheet = (workbook := loaded(by_item))["Deel"]
    (rule,) = sheet.data_validations.dataValidation
    offered = {row for area in rule.sqref.ranges for row, _ in area.cells}
    assert offered == {cell.row for cell in asked(by_item)}
    assert len(offered) == 4
    last = max(row for row in offered if NAMES in str(sheet.cell(row, 2).value))
    sheet.cell(last, 4, "Nee")
    workbook.save(by_item.workbook)
    by_item.report(date(2026, 12, 14))
    assert "woord woord" not in everything(by_item)
    assert sorted(cell.value for cell in asked(by_item)) == ["Ja", "Nee"]


@pytest.mark.parametrize("is_whole_column", [True, False])
def test_a_no_without_its_code_counts(folder: Folder, *, is_whole_column: bool) -> None:
    """The code looks like something to tidy away; the remark itself still tells."""
    answer(folder, "Nee")
    workbook = loaded(folder)
    sheet: Any = workbook["Deel"]
    head = next(c.row for c in sheet["D"] if c.value == "Tonen")
    for row in sheet.iter_rows(min_row=head, min_col=5, max_col=5):
        if is_whole_column or row[0].row in {c.row for c in sheet["D"] if c.value == "Nee"}:
            row[0].value = None
    workbook.save(folder.workbook)
    for week in (7, 14):
        folder.report(date(2026, 12, week))
        assert NAMES not in everything(folder)
        assert OTHER in everything(folder)
    assert {cell.value for cell in asked(folder)} == {"Ja", "Nee"}


def test_a_no_over_merged_cells_counts_for_all_of_them(by_item: Folder) -> None:
    """Excel shows one word beside all those remarks."""
    by_item.remarks = {"A1": NAMES, "A2": "Klaas ook"}
    by_item.people += 5
    by_item.report(date(2026, 12, 7))
    cells = asked(by_item)
    sheet = (workbook := loaded(by_item))["Deel"]
    first, last = cells[0].row, cells[-1].row
    sheet.cell(first, 4, "Nee")
    sheet.merge_cells(f"D{first}:D{last}")
    workbook.save(by_item.workbook)
    by_item.report(date(2026, 12, 14))
    assert NAMES not in everything(by_item)
    assert "Klaas ook" not in everything(by_item)


def test_it_leaves_a_row_of_their_own_that_was_copied(by_item: Folder) -> None:
    """In vinkje's own column; what they copied into a note is theirs."""

    def add(sheet: Any) -> None:
        columns = headers(sheet)
        row = sheet.max_row + 1
        sheet.cell(row, columns.index("Stelling") + 1, "Tweede helft")
        sheet.cell(row, columns.index("Toelichting") + 1, f"{NAMES} - en meer")

    by_item.edit(add)
    answer(by_item, "Nee")
    by_item.report(date(2026, 12, 7))
    assert NAMES not in everything(by_item)
    row = next(r for r in rows(by_item.sheet()) if r["Stelling"] == "Tweede helft")
    assert row["Toelichting"] == "(niet getoond) - en meer"


def test_of_very_many_those_withheld_are_always_there(
    by_item: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else nobody could show them again."""
    by_item.remarks = {"A1": OTHER, "A2": NAMES, "A3": "Soms", "A4": "Vaak", "A5": "Nooit"}
    by_item.people += 5
    monkeypatch.setattr(remarks, "MOST_REMARKS", 5)
    by_item.report(date(2026, 12, 7))
    for row in (workbook := loaded(by_item))["Deel"].iter_rows():
        if row[1].value == NAMES and row[3].value:
            row[3].value = "Nee"
    workbook.save(by_item.workbook)
    monkeypatch.setattr(remarks, "MOST_REMARKS", 4)
    by_item.report(date(2026, 12, 14))
    assert sorted(cell.value for cell in asked(by_item)) == ["Ja"] * 3 + ["Nee"]


@pytest.mark.parametrize(
    ("content", "strings", "expected"),
    [
        (b'<c t="inlineStr"><is><t>r0123456789</t></is></c>', [], True),
        (b"<c><is><t>TONEN</t></is></c>", [], True),
        (b'<c t="s"><v>1</v></c>', ["iets", "r0123456789"], True),
        (b'<c t="s"><v>1</v></c>', ["iets", " Tonen "], True),
        (b'<c t="s"><v>0</v></c><c><v>12</v></c>', ["iets", "r0123456789"], False),
        (b"<c><is><t>rood, 0123456789</t></is></c>", [], False),
        ("<c/>".encode("utf-16"), [], True),
    ],
)
def test_which_tabs_of_their_own_are_read(
    content: bytes, strings: list[str], *, expected: bool
) -> None:
    """Those that can ask whether to show a remark, as a copy of one of ours does."""
    assert may_ask_in(content, strings) is expected


EARLIER = Path(__file__).parent / "earlier" / "rapport-2.xlsx"


def test_choices_of_an_earlier_vinkje_come_along(tmp_path: Path) -> None:
    """It knew remarks by codes that anybody could work out from what they guess was said."""
    shutil.copy(EARLIER, tmp_path / "rapport.xlsx")
    folder = Folder(tmp_path, remarks={"A1": "Mevrouw Proef belde", "A2": "Gaat goed"})
    guessed = "r" + hashlib.sha256(b"A1\nmevrouw proef belde").hexdigest()[:10]
    assert guessed in everything(folder)
    for week in (7, 14):
        folder.report(date(2026, 12, week))
        said = everything(folder)
        assert "Gaat goed" in said
        assert "Mevrouw Proef" not in said
        assert guessed not in said


@both
def test_without_the_key_all_remarks_stay_out_until_somebody_chooses(folder: Folder) -> None:
    """Nobody can tell which of them was withheld, nor which are new."""
    answer(folder, "Nee")
    folder.report(date(2026, 12, 7))
    (folder.path / "rapport.sleutel").unlink()
    made = folder.report(date(2026, 12, 14))
    assert "secret_lost" in [note.key for note in made.every_note]
    assert asked(folder) == []
    folder.people += 5
    made = folder.report(date(2026, 12, 21))
    assert "secret_lost" not in [note.key for note in made.every_note]
    assert {cell.value for cell in asked(folder)} == {"Nee"}
    assert not [text for text in (NAMES, OTHER) if text in everything(folder)]
    workbook = loaded(folder)
    for row in workbook["Deel"].iter_rows():
        if row[4].value == code(folder, OTHER):
            row[3].value = "Ja"
    workbook.save(folder.workbook)
    folder.report(date(2026, 12, 28))
    assert OTHER in everything(folder)
    assert NAMES not in everything(folder)


@pytest.mark.parametrize("reports", [0, 1, 2])
def test_a_key_that_was_put_back_knows_what_was_withheld(folder: Folder, reports: int) -> None:
    """Also where reports were made without it."""
    answer(folder, "Nee")
    folder.report(date(2026, 12, 7))
    secret = folder.path / "rapport.sleutel"
    saved = secret.read_bytes()
    secret.unlink()
    for week in range(reports):
        folder.people += 5
        folder.report(date(2026, 12, 14 + week))
    secret.write_bytes(saved)
    folder.people += 5
    made = folder.report(date(2026, 12, 28))
    assert "secret_lost" not in [note.key for note in made.every_note]
    assert OTHER in everything(folder)
    assert NAMES not in everything(folder)


def test_without_the_key_remarks_come_with_new_figures(folder: Folder) -> None:
    """Where none was withheld nobody has to choose."""
    (folder.path / "rapport.sleutel").unlink()
    folder.report(date(2026, 12, 7))
    assert asked(folder) == []
    folder.people += 5
    folder.report(date(2026, 12, 14))
    assert NAMES in everything(folder)


@both
def test_sorting_without_the_code_keeps_the_right_one_out(folder: Folder) -> None:
    """Nobody sees the code, so people leave it out of what they sort."""
    workbook = loaded(folder)
    sheet: Any = workbook["Deel"]
    coded = [row for row in sheet.iter_rows() if CODE.fullmatch(str(row[4].value))]
    texts = [row[1].value for row in coded]
    for row, text in zip(coded, reversed(texts), strict=True):
        row[1].value = text
        row[3].value = "Nee" if text == NAMES else "Ja"
    workbook.save(folder.workbook)
    folder.report(date(2026, 12, 7))
    assert NAMES not in everything(folder)


@pytest.mark.parametrize("items", [("A1", "A3"), ("A3", "A1")])
def test_a_no_counts_wherever_the_same_was_written(tmp_path: Path, items: tuple[str, str]) -> None:
    """At another statement, or by another id."""
    folder = Folder(tmp_path, remarks=dict.fromkeys(items, NAMES))
    folder.report()
    answer(folder, "Nee")
    folder.report(date(2026, 12, 7))
    assert NAMES not in everything(folder)


def test_it_is_said_once_where_it_still_stands(folder: Folder) -> None:
    """The former workbook lies beside the new one, and holds the name."""
    answer(folder, "Nee")
    notes = [
        [note.values for note in folder.report(date(2026, 12, day)).every_note] for day in (7, 14)
    ]
    said = {"count": 1, "file": "rapport.vorige.xlsx"}
    assert [said in each for each in notes] == [True, False]


def test_the_code_is_not_seen(folder: Folder) -> None:
    """It tells people nothing; it is there, beside the word."""
    rows_ = [row for row in loaded(folder)["Deel"].iter_rows() if row[4].value]
    coded = [row for row in rows_ if CODE.fullmatch(str(row[4].value))]
    assert len(coded) == 2
    for row in coded:
        assert row[4].number_format == ";;;"
        assert row[3].value == "Ja"
