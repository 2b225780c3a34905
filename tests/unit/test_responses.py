"""From a table to counted responses: every row, column and cell is accounted for."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.checklist.model import Checklist
from forms.errors import HeadersError
from forms.responses.counting import read_responses
from forms.responses.model import Counts, Responses, RowCounts, Table
from forms.responses.reader import MAX_LISTED
from forms.wording import Answer, wording

YES, NEEDED, UNKNOWN = "Op orde", "Niet op orde: aanpakken is nodig", "Weet ik niet"
FIVE = [wording(language).answer(answer) for language in ("nl", "en") for answer in Answer]
ANSWERS = st.sampled_from([*FIVE, "in_order", "OP ORDE.", "onzin", "", None, " ", 5, True])
REMARKS = st.sampled_from(["Let op", "let op", "x", "", None, 7])
PEOPLE = st.sampled_from(["a@b.nl", " A@B.NL", "c@d.nl", "anonymous", "", None, "piet"])
DATES = st.sampled_from(["1-2-2026 9:00:00", "2-2-2026 9:00:00", "3-2-2026", "straks", "", None])


def checklist(**changes: object) -> Checklist:
    """Return a checklist of three statements in two sections, split by team."""
    data = {
        "title": "Brand",
        "respondent": [
            {"id": "team", "label": "Welk team?", "choices": ["Balie", "Buiten"], "split": True}
        ],
        "sections": [
            {
                "id": "V",
                "title": "Veilig",
                "items": [
                    {"id": "S1", "text": "Melders werken."},
                    {"id": "S2", "text": "Trappen zijn vrij."},
                ],
            },
            {"id": "W", "title": "Water", "items": [{"id": "S3", "text": "Kranen lekken niet."}]},
        ],
    }
    return Checklist.model_validate(data | changes)


def read(header: str, *rows: Sequence[object], first_row: int = 2, **changes: object) -> Responses:
    """Read rows under a header that is written with bars between the columns."""
    return read_responses(Table("a.csv", header.split("|"), rows, first_row), checklist(**changes))


def notes(responses: Responses, key: str) -> list[dict[str, str | int]]:
    """Return the values of all notes of a kind."""
    return [note.values for note in responses.notes if note.key == key]


def total(counts: Counts) -> int:
    """Return what the five counts and `empty` add up to."""
    return counts.all


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], RowCounts(0, 0, 0, 0, 0)),
        ([["", YES, "", ""]], RowCounts(1, 1, 0, 0, 0)),
        ([["", "", "", ""], [], [None] * 4, [" ", "\u00a0", "\n", "\t"]], RowCounts(4, 0, 4, 0, 0)),
        ([[], ["", YES], [], ["", "", NEEDED], []], RowCounts(5, 2, 3, 0, 0)),
        (
            [["a@b.nl"], ["", "onzin"], ["", "", "", "Let op"], ["", YES]],
            RowCounts(4, 1, 0, 0, 3),
        ),
        ([["a@b.nl", YES], ["a@b.nl", NEEDED], ["a@b.nl", "?"]], RowCounts(3, 1, 0, 1, 1)),
        ([["a@b.nl", YES], [], ["a@b.nl"], ["a@b.nl", YES]], RowCounts(4, 1, 1, 1, 1)),
    ],
)
def test_each_row_is_one_of_four(rows: list[list[object]], expected: RowCounts) -> None:
    """Used, blank, replaced or unusable, wherever it stands."""
    responses = read("E-mail|S1|S2|Veilig: toelichting", *rows)
    assert responses.rows == expected
    assert responses.sources[0].used_rows.count(1) == expected.used


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        *[(wording("nl").answer(answer), answer) for answer in Answer],
        *[(wording("en").answer(answer), answer) for answer in Answer],
        *[(answer.value, answer) for answer in Answer],
        ("OP ORDE", Answer.IN_ORDER),
        ("  op\u00a0orde.\n", Answer.IN_ORDER),
        ("Niet op orde \u2013 aanpakken is nodig", Answer.NEEDED),
        ("I don\u2019t know", Answer.UNKNOWN),
        ("Not needed", Answer.NOT_NEEDED),
        ("Op orde;", Answer.IN_ORDER),
    ],
)
def test_answers_in_every_wording(cell: str, answer: Answer) -> None:
    """The defaults of both languages and the names, folded."""
    counts = read("S1", [cell]).counts["S1"]
    assert counts == Counts(**{answer.value: 1})


def test_the_checklists_own_wording_is_read_beside_the_defaults() -> None:
    """Rows from before a change of wording count too."""
    own = {"in_order": "Ja hoor", "unknown": "Geen idee"}
    responses = read("S1|S2", ["ja hoor!", "GEEN IDEE"], ["Op orde", "unknown"], answers=own)
    assert responses.counts["S1"] == Counts(in_order=2)
    assert responses.counts["S2"] == Counts(unknown=2)


def test_answers_of_punctuation_alone_stay_apart() -> None:
    """A checklist may ask for + and -."""
    responses = read("S1|S2", ["+", "-"], answers={"in_order": "+", "needed": "-"})
    assert responses.counts["S1"] == Counts(in_order=1)
    assert responses.counts["S2"] == Counts(needed=1)


@pytest.mark.parametrize(
    "cell", ["ja", "Op orde, Weet ik niet", "Op orde;Weet ik niet;", 1, 1.0, True, "#N/A", "=1+1"]
)
def test_other_cells_are_listed_and_never_guessed(cell: object) -> None:
    """Such a cell counts as empty; its row is told by its number in the file."""
    responses = read("S1|S2", [], ["", ""], [cell, YES], first_row=7)
    assert [(found.row, found.item) for found in responses.sources[0].unread_cells] == [(9, "S1")]
    assert responses.counts["S1"] == Counts(empty=1)
    assert notes(responses, "unread_cells") == [{"count": 1}]


def test_a_long_text_that_is_no_answer_is_told_in_part() -> None:
    """It may be what somebody wrote: the first forty characters show what the column holds."""
    responses = read("S1|S2", *[["x" * 41, YES]] * 10)
    [note] = [note for note in responses.notes if note.key == "item_unread"]
    assert note.texts == f"'{'x' * 39}…' (10)"


def test_the_list_of_unread_cells_ends_but_their_number_does_not() -> None:
    """A million wrong cells do not fill the memory."""
    responses = read("S1", *[["onzin"]] * (MAX_LISTED + 5000), [YES])
    assert len(responses.sources[0].unread_cells) == MAX_LISTED
    assert responses.sources[0].unread_total == MAX_LISTED + 5000


@pytest.mark.parametrize("known", ["E-mail", "Email address", "Gebruikersnaam"])
@pytest.mark.parametrize("again", ["jan@x.nl", " JAN@X.NL ", "Jan@x.nl\u00a0"])
def test_the_same_address_answers_once(known: str, again: str) -> None:
    """Trimmed, whatever its case; the later row counts, and it is said."""
    responses = read(f"{known}|S1", ["jan@x.nl", YES], [again, NEEDED])
    assert responses.counts["S1"] == Counts(needed=1)
    assert notes(responses, "replaced") == [{"count": 1}]


@pytest.mark.parametrize(
    "name", ["", None, "anonymous", "Anonymous", "anoniem", " ANONIEM ", "Jan", "@", 7]
)
@pytest.mark.parametrize("known", ["E-mail", "Naam", "ID"])
def test_these_identify_nobody(known: str, name: object) -> None:
    """Only a real address does; names and Microsoft's numbers do not."""
    responses = read(f"{known}|S1", [name, YES], [name, YES])
    assert responses.rows == RowCounts(2, 2, 0, 0, 0)


@pytest.mark.parametrize(
    ("header", "times", "kept"),
    [
        ("Tijdstempel", ["3-1-2026 9:00", "2-1-2026 9:00"], 0),
        ("Tijdstempel", ["2-1-2026 9:00", "2-1-2026 9:00"], 1),
        ("Tijdstempel", ["3-1-2026 9:00", ""], 1),
        ("Tijdstempel", ["3-1-2026 9:00", "gisteren"], 1),
        ("Completion time", ["1/12/2026 9:00", "1/2/2026 9:00"], 0),
        ("Tijd van voltooien", [datetime(2026, 1, 3), datetime(2026, 1, 2)], 0),  # noqa: DTZ001
        ("Tijdstempel", [46030.5, 46024], 0),
        ("Tijdstempel", ["2026/10/25 2:10:00 AM GMT+1", "2026/10/25 2:50:00 AM GMT+2"], 0),
        ("Tijdstempel", [datetime(2026, 1, 3, tzinfo=UTC), "2-1-2026"], 0),
        ("Naam", ["9", "1"], 1),
    ],
)
def test_the_latest_completed_counts(header: str, times: list[object], kept: int) -> None:
    """By time where both rows have one, else the lower row."""
    answers = [YES, NEEDED]
    rows = [["a@b.nl", *pair] for pair in zip(times, answers, strict=True)]
    responses = read(f"E-mail|{header}|S1", *rows)
    assert responses.counts["S1"] == Counts(**{["in_order", "needed"][kept]: 1})


def test_completion_goes_before_start() -> None:
    """Who began first may have ended last."""
    header = "Begintijd|Tijd van voltooien|E-mail|S1"
    early, late = "1/1/2026 9:00:00", "1/5/2026 9:00:00"
    responses = read(header, [early, late, "a@b.nl", YES], [late, early, "a@b.nl", NEEDED])
    assert responses.counts["S1"] == Counts(in_order=1)


def test_only_usable_rows_replace() -> None:
    """A later row without an answer takes nobody's place, and its remark is still shown."""
    rows = [["a@b.nl", YES, "een"], ["a@b.nl", "onzin", "twee"], ["a@b.nl", YES, "drie"]]
    responses = read("E-mail|S1|Veilig: toelichting", *rows)
    assert responses.rows == RowCounts(3, 1, 0, 1, 1)
    assert responses.remarks == {"V": ("drie", "twee")}


def test_a_source_that_records_people_is_told() -> None:
    """By the headers, never by the names."""
    responses = read("E-mail|Naam|S1", ["a@b.nl", "Jan", YES], ["anonymous", "", YES])
    assert notes(responses, "recorded") == [{"headers": "'E-mail', 'Naam'"}]
    assert not notes(read("E-mail|Naam|S1", ["anonymous", None, YES]), "recorded")


def test_addresses_that_begin_far_down_are_told() -> None:
    """Of a long table more is looked at than its start."""
    rows = [[YES, "geen"]] * 5_100 + [[YES, f"a{number}@b.nl"] for number in range(400)]
    assert notes(read("S1|Contact", *rows), "recorded") == [{"headers": "'Contact'"}]
    rows[5_000:] = [[YES, "geen"]] * 400
    assert not notes(read("S1|Contact", *rows), "recorded")


def test_what_stood_out_is_told_in_the_order_of_statements_and_rows() -> None:
    """Whichever of them came first, or stands in the first column."""
    rows = [["", "vaak", YES]] * 20 + [["vaak", "vaak", YES]] * 20
    told = [n.values["id"] for n in read("S1|S2|S3", *rows).notes if n.key == "item_unread"]
    assert told == ["S1", "S2"]
    damaged = [["", "cafÃ©", YES], ["cafÃ©", "", YES], ["", "cafÃ©", YES]]
    (note,) = [n for n in read("S1|S2|S3", *damaged).notes if n.key == "damaged_texts"]
    assert note.texts == "B2, A3, B4"


def test_odd_texts_are_counted_for_each_statement() -> None:
    """However many of them other statements have."""
    rows = [["", "", f"{n}" if n % 2 else "vaak"] for n in range(200)]
    rows += [[f"{n}" if n % 2 else "vaak", f"{n}" if n % 4 else "vaak", ""] for n in range(12_000)]
    told = [note for note in read("S1|S2|S3", *rows, [YES, YES, YES]).notes if note.texts]
    often = {note.texts.split(",")[0] for note in told if "vaak" in note.texts}
    assert often == {"'vaak' (9100)"}


@pytest.mark.parametrize(
    ("cells", "counts", "differing"),
    [
        ([YES, NEEDED], Counts(needed=1), 1),
        ([YES, ""], Counts(in_order=1), 0),
        ([YES, "onzin"], Counts(in_order=1), 0),
        (["", NEEDED], Counts(needed=1), 0),
        ([YES, "in order"], Counts(in_order=1), 0),
        (["", ""], Counts(empty=1), 0),
    ],
)
def test_the_rightmost_recognised_column_counts(
    cells: list[str], counts: Counts, differing: int
) -> None:
    """A question deleted and added again has two columns; a note says how often they differ."""
    responses = read("S1|S2|Melders werken.", [cells[0], UNKNOWN, cells[1]])
    assert responses.counts["S1"] == counts
    assert notes(responses, "doubled") == [{"id": "S1", "columns": 2, "rows": differing}]


def test_a_statement_without_a_column_is_not_asked() -> None:
    """It has no counts, and a note says so."""
    responses = read("S1", [YES])
    assert set(responses.counts) == {"S1"}
    assert notes(responses, "not_asked") == [{"id": "S2"}, {"id": "S3"}]


def test_a_table_of_something_else_is_refused() -> None:
    """Nothing recognised, or another text under most ids."""
    with pytest.raises(HeadersError, match="Found as headers"):
        read("Kleur|Prijs", ["rood", 3])
    with pytest.raises(HeadersError, match="another checklist"):
        read("S1. Iets|S2. Anders|S3", [YES, YES, YES])


def test_groups_are_the_choices_and_whatever_else_was_typed() -> None:
    """An answer outside the choices is a group of its own; folded alike is one group."""
    teams = ["Balie", " balie", "BALIE.", "Kelder", "kelder", "", 7.0]
    responses = read("Welk team?|S1", *[[team, YES] for team in teams])
    sizes = {name: counts["S1"][Answer.IN_ORDER] for name, counts in responses.groups.items()}
    assert sizes == {"Balie": 3, "Kelder": 2, "": 1, "7": 1}


def test_groups_hold_used_rows_only() -> None:
    """Blank, replaced and unusable rows are in no group."""
    rows = [["Balie", "a@b.nl", YES], ["Buiten", "a@b.nl", YES], ["Kelder", "", "?"], []]
    responses = read("team|E-mail|S1", *rows)
    assert {name: total(counts["S1"]) for name, counts in responses.groups.items()} == {"Buiten": 1}


def test_ragged_rows_are_padded_and_what_sticks_out_is_left() -> None:
    """Trailing empty cells are cut by Sheets; a row may also be too long."""
    responses = read("S1|S2|S3", [YES], [YES, NEEDED, UNKNOWN, "te veel", YES], [], ["", YES])
    assert responses.rows == RowCounts(4, 3, 1, 0, 0)
    assert responses.counts["S3"] == Counts(unknown=1, empty=2)


def test_remarks_stand_in_an_order_that_tells_nothing() -> None:
    """Alphabetical, numbers as typed, those of replaced rows gone."""
    rows: list[list[object]] = [["a@b.nl", YES, "weg"], ["a@b.nl", YES, ""]]
    rows += [["", "S", "zeep"], ["", YES, "Appel"], ["", YES, " bij\u00a0"], ["", YES, 7.0]]
    responses = read("E-mail|S1|Veilig: toelichting", *rows)
    assert responses.remarks == {"V": ("7", "Appel", "bij", "zeep")}


def test_the_period_is_that_of_the_used_rows() -> None:
    """First and last day; dates that cannot be read are counted."""
    rows = [["1-1-2026 9:00", ""], ["2-1-2026 9:00", YES], ["5-1-2026", YES], ["ooit", YES]]
    responses = read("Tijdstempel|S1", *rows)
    assert responses.period == (date(2026, 1, 2), date(2026, 1, 5))
    assert notes(responses, "unread_dates") == [{"count": 1}]


def test_used_has_nothing_to_do_with_dates() -> None:
    """An answer of another century counts, and one without a date."""
    responses = read("Tijdstempel|S1", ["1-1-1926", YES], ["", YES], ["1-1-2926", YES])
    assert responses.rows.used == 3


def test_many_rows_are_one_whole() -> None:
    """Rows are taken in pieces; nothing is lost or moved where two pieces meet."""
    cells = [YES if n % 3 else "onzin" for n in range(10_001)]
    responses = read("S1|S2", *[[cell, UNKNOWN] for cell in cells], first_row=2)
    assert responses.counts["S1"] == Counts(in_order=6667, empty=3334)
    assert responses.sources[0].unread_cells[-1].row == 2 + 3 * (MAX_LISTED - 1)


def test_a_cell_far_down_keeps_its_row_number() -> None:
    """Rows are counted from the top, whatever piece they came in."""
    responses = read("S1", *[[YES]] * 12_345, ["onzin"], first_row=4)
    assert [found.row for found in responses.sources[0].unread_cells] == [12_349]


@given(
    rows=st.lists(
        st.tuples(PEOPLE, DATES, st.sampled_from(["Balie", "x", ""]), ANSWERS, ANSWERS, ANSWERS)
    )
)
def test_totals_reconcile_for_any_table(rows: list[tuple[object, ...]]) -> None:
    """What was read is what became of it; per statement and over groups all add up to used."""
    rows = [*rows, ("", "", "", YES, "", "")]
    responses = read("E-mail|Tijdstempel|team|S1|S2|S1", *rows)
    account = responses.rows
    assert account.read == len(rows)
    assert account.read == account.used + account.blank + account.replaced + account.unusable
    assert all(total(counts) == account.used for counts in responses.counts.values())
    for item, counts in responses.counts.items():
        over_groups = [total(group[item]) for group in responses.groups.values()]
        assert sum(over_groups) == total(counts)


@given(
    rows=st.lists(st.tuples(st.sampled_from(["Balie", "x", ""]), ANSWERS, REMARKS)),
    random=st.randoms(use_true_random=False),
)
def test_the_order_of_unnamed_rows_never_matters(
    rows: list[tuple[object, ...]], random: object
) -> None:
    """Shuffled, the same figures, groups and remarks come out."""
    rows = [*rows, ("Balie", YES, "")]
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    header = "team|S1|Veilig: toelichting"
    one, other = read(header, *rows), read(header, *shuffled)
    assert (one.rows, one.counts, one.groups) == (other.rows, other.counts, other.groups)
    assert one.remarks == other.remarks


@given(rows=st.lists(st.tuples(PEOPLE, st.integers(0, 10**6), ANSWERS), unique_by=lambda r: r[1]))
def test_the_order_of_named_rows_never_matters_when_times_differ(
    rows: list[tuple[object, int, object]],
) -> None:
    """The latest by time stands, wherever its row is."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    rows = [*rows, ("e@f.nl", -1, YES)]
    timed = [(who, start + timedelta(seconds=at), cell) for who, at, cell in rows]
    one = read("E-mail|Tijdstempel|S1", *timed)
    other = read("E-mail|Tijdstempel|S1", *reversed(timed))
    assert (one.rows, one.counts) == (other.rows, other.counts)


@given(cells=st.lists(st.text() | st.none() | st.integers() | st.floats() | st.booleans()))
def test_any_cell_is_an_answer_empty_or_listed(cells: list[object]) -> None:
    """Nothing is dropped in silence."""
    responses = read("S1|S2", *[[cell, YES] for cell in cells])
    is_empty = Counter(cell is None or not str(cell).strip() for cell in cells)[True]
    counts = responses.counts["S1"]
    assert counts.empty == is_empty + responses.sources[0].unread_total
    assert total(counts) == len(cells)


def test_the_rightmost_real_address_says_who() -> None:
    """A second column that says `anonymous` hides nobody."""
    header = ["E-mailadres", "Email", "S1"]
    rows = [["jan@x.nl", "anonymous", YES], ["jan@x.nl", "", YES], ["", "piet@x.nl", YES]]
    responses = read_responses(Table("a", header, rows), checklist())
    assert (responses.rows.used, responses.rows.replaced) == (2, 1)
