"""Which column holds what, by its header alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.checklist.model import Checklist
from forms.errors import HeadersError
from forms.responses.columns import ColumnReader, check_columns

ALARM = "Elke woning heeft een rookmelder."
STAIRS = "De trappen, gangen en hallen zijn vrij."


def checklist(**changes: object) -> Checklist:
    """Return a small checklist with one letter as an id too."""
    data = {
        "title": "Brand",
        "respondent": [{"id": "role", "label": "Wat is uw functie?", "choices": ["A", "B"]}],
        "sections": [
            {
                "id": "V",
                "title": "Veilig wonen",
                "items": [
                    {"id": "S1", "text": ALARM, "aliases": ["Overal hangt een melder"]},
                    {"id": "S2", "text": STAIRS},
                ],
            },
            {"id": "W", "title": "Water", "items": [{"id": "A", "text": "Kranen lekken niet."}]},
        ],
    }
    return Checklist.model_validate(data | changes)


def read_as(header: str) -> tuple[str, str]:
    """Return what one header is read as: its kind and what it is about."""
    column = ColumnReader(checklist()).read([header]).all[0]
    return column.kind, column.subject


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        (("Tijdstempel", "Timestamp", "Tijdstip"), "time"),
        (("E-mail", "Email", "E-mailadres", "Email address", "Gebruikersnaam"), "email"),
        (("Naam", "Name"), "name"),
        (("ID", "Id"), "id"),
        (("Begintijd", "Start time"), "start"),
        (("Tijd van voltooien", "Completion time"), "completion"),
        (("Tijd van laatste wijziging", "Last modified time"), "modified"),
    ],
)
def test_columns_of_google_and_microsoft_in_both_languages(
    headers: tuple[str, ...], subject: str
) -> None:
    """Known ones are found whatever their case and spaces."""
    for header in headers:
        for text in (header, header.upper(), f" {header.replace(' ', chr(160))}\n"):
            assert read_as(text) == ("known", subject)


@pytest.mark.parametrize(
    "header",
    [
        "S1",
        "S1.",
        f"S1. {ALARM}",
        f"s1 {ALARM}",
        f"S1 {ALARM}",
        f"[S1. {ALARM}]",
        f"Stellingen [S1. {ALARM}]",
        f"Stellingen over brand [{ALARM}]",
        ALARM,
        ALARM.upper(),
        "  elke  woning\u00a0heeft\u00a0een rookmelder ",
        "Elke woning heeft een rookmelder",
        "Elke woning heeft\neen rookmelder?",
        "Elke&nbsp;woning heeft een rookmelder.",
        f"S1\u00a0{ALARM}",
        f"{ALARM}2",
        f"S1. {ALARM}3",
        f"S1. {ALARM} 12",
        "Overal hangt een melder",
        "OVERAL HANGT EEN MELDER.",
        "S1. Overal hangt een melder",
        "Stellingen [Overal hangt een melder]",
    ],
)
def test_ways_to_write_a_statement(header: str) -> None:
    """By id, by text, by alias; folded, in a grid, numbered by Microsoft: never reworded."""
    columns = ColumnReader(checklist()).read([header])
    assert columns.of("item", "S1") == [0]
    assert columns.reworded() == []


@pytest.mark.parametrize(
    ("header", "kind", "subject"),
    [
        ("Veilig wonen: toelichting", "remark", "V"),
        ("veilig wonen \u2013 Toelichting", "remark", "V"),
        ("Veilig wonen: remarks", "remark", "V"),
        ("S1. Toelichting", "remark", "S1"),
        ("S1. Remarks", "remark", "S1"),
        ("S1. toelichting2", "remark", "S1"),
        ("A. Toelichting", "remark", "A"),
        ("Wat is uw functie?", "respondent", "role"),
        ("wat is uw functie", "respondent", "role"),
        ("role", "respondent", "role"),
        ("ROLE", "respondent", "role"),
        ("A. Kranen lekken niet.", "item", "A"),
        ("A", "item", "A"),
    ],
)
def test_remarks_and_the_respondents_questions(header: str, kind: str, subject: str) -> None:
    """Remark titles of both languages go before the id they begin with."""
    assert read_as(header) == (kind, subject)


@pytest.mark.parametrize(
    "header",
    [
        "A question of ours",
        "S10",
        "S3. Iets anders",
        "S1x",
        "Opmerkingen",
        "Wat is uw leeftijd?",
        "V",
        "",
        "2",
        "[]",
    ],
)
def test_what_is_no_question_of_the_checklist(header: str) -> None:
    """A word that begins like an id is none."""
    assert read_as(header)[0] == "unread"


def test_cells_that_are_no_text_are_headers_too() -> None:
    """A header may hold numbers, dates or nothing."""
    columns = ColumnReader(checklist()).read([None, 7, 1.5, True, "S1"])
    assert [column.kind for column in columns.all] == ["unread"] * 4 + ["item"]


def test_another_text_under_the_same_id_is_flagged() -> None:
    """Read by its id, and said aloud."""
    header = ["S1. Elke woning heeft twee melders.", "S2", "A"]
    columns = ColumnReader(checklist()).read(header)
    assert [column.subject for column in columns.reworded()] == ["S1"]
    assert set(columns.by_subject("item")) == {"S1", "S2", "A"}
    check_columns(columns, checklist(), "a.csv")


def test_a_second_column_with_the_right_text_takes_the_flag_away() -> None:
    """A question deleted and added again need not be warned about twice."""
    columns = ColumnReader(checklist()).read(["S1. Iets ouds", f"S1. {ALARM}"])
    assert columns.of("item", "S1") == [0, 1]
    assert columns.reworded() == []


@pytest.mark.parametrize(
    ("header", "is_refused"),
    [
        (["S1. x", "S2. y", "A"], True),
        (["S1. x", "S2. y"], True),
        (["S1. x"], True),
        (["S1. x", "S2"], False),
        (["S1. x", "S2", "A"], False),
    ],
)
def test_more_than_half_reworded_is_another_checklist(
    header: list[str], *, is_refused: bool
) -> None:
    """Half is still this one."""
    columns = ColumnReader(checklist()).read(header)
    if not is_refused:
        check_columns(columns, checklist(), "a.csv")
        return
    with pytest.raises(HeadersError, match=r"a\.csv: is this another checklist\?.*S1"):
        check_columns(columns, checklist(), "a.csv")


def test_nothing_recognised_lists_what_was_found_and_expected() -> None:
    """The reader can see both at once."""
    columns = ColumnReader(checklist()).read(["Vraag een", "", "Vraag\ntwee", "E-mail"])
    with pytest.raises(HeadersError) as raised:
        check_columns(columns, checklist(), "a.csv")
    lines = [line.strip() for line in str(raised.value).splitlines()]
    assert {"Vraag een", "Vraag twee", "E-mail"} <= set(lines)
    assert {f"S1. {ALARM}", f"S2. {STAIRS}", "A. Kranen lekken niet."} <= set(lines)


def test_a_header_without_end_is_shown_in_part() -> None:
    """An error fits on a screen."""
    columns = ColumnReader(checklist()).read([f"Vraag {n} {'x' * 5000}" for n in range(500)])
    with pytest.raises(HeadersError, match="470 more") as raised:
        check_columns(columns, checklist(), "a.csv")
    assert len(str(raised.value)) < 5000


def test_columns_count_once_per_statement() -> None:
    """How a tab is scored: by statements, not by columns."""
    assert ColumnReader(checklist()).recognised(["S1", "S1", "S2", "Naam"]) == 2


@given(headers=st.lists(st.text() | st.none() | st.integers()))
def test_any_header_is_read(headers: list[str | int | None]) -> None:
    """Every column gets a kind, in order, whatever stands in it."""
    columns = ColumnReader(checklist()).read(headers)
    assert [column.index for column in columns.all] == list(range(len(headers)))
    assert all("\n" not in column.header for column in columns.all)


@given(
    text=st.sampled_from([ALARM, STAIRS]),
    spaces=st.lists(st.sampled_from([" ", "\u00a0", "\n", "  ", "\u202f"]), min_size=1),
)
def test_white_space_never_matters(text: str, spaces: list[str]) -> None:
    """Whatever stands between the words, the statement is found."""
    words = text.split()
    header = "".join(word + spaces[n % len(spaces)] for n, word in enumerate(words))
    assert read_as(header) == ("item", "S1" if text == ALARM else "S2")


def test_a_hostile_header_is_read_at_once() -> None:
    """Tens of thousands of brackets are no grid's row."""
    long = [mark * 200_000 for mark in ("[", "/", ">", "<", "1.")]
    spaced = f"x{' ' * 200_000}y"
    columns = ColumnReader(checklist()).read([*long, long[0] + "]", spaced])
    assert {column.kind for column in columns.all} == {"unread"}
