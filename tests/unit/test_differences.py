"""What differs between the checklist and the questions that people see."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, Run

from forms.checklist.model import load_checklist
from forms.differences import LiveQuestion, form_differences, table_differences
from forms.errors import HeadersError
from forms.questionnaire import questionnaire
from forms.responses.model import Table

CHECKLIST = load_checklist(ROOT / "checklist.yaml")
LIVE = [
    LiveQuestion(q.id, q.title, tuple(c.label for c in q.choices) or None, q.required)
    for q in questionnaire(CHECKLIST).questions()
]
S1 = next(n for n, question in enumerate(LIVE) if question.id == "S1")
ROLE = 0
Change = Callable[[list[LiveQuestion]], object]


def changed(index: int, **values: object) -> Change:
    """Return a change of one question."""

    def change(live: list[LiveQuestion]) -> None:
        live[index] = replace(live[index], **values)  # type: ignore[arg-type]

    return change


def compare(change: Change) -> list[tuple[bool, str]]:
    """Return what differs after a change to the form."""
    live = list(LIVE)
    change(live)
    return [(d.loses, d.text) for d in form_differences(live, CHECKLIST, "form")]


def five(index: int, label: str) -> tuple[str, ...]:
    """Return the answers with one of them changed."""
    answers = list(LIVE[S1].choices or ())
    answers[index] = label
    return tuple(answers)


def test_the_form_as_we_make_it_does_not_differ() -> None:
    """Nothing to tell."""
    assert compare(lambda _: None) == []


FAULTS: dict[str, tuple[Change, str]] = {
    "missing": (lambda live: live.pop(S1), "S1 is missing"),
    "remarks missing": (lambda live: live.pop(9), "'Signaleren: toelichting' is missing"),
    "role missing": (lambda live: live.pop(ROLE), "'Wat is uw functie?' is missing"),
    "reworded": (
        changed(S1, title="S1. Overal is een wijkbeheerder."),
        "S1 is worded differently: 'S1. Overal is een wijkbeheerder.', not",
    ),
    "doubled": (lambda live: live.append(live[S1]), "S1 is asked 2 times; take all but one"),
    "an answer of one's own": (
        changed(S1, choices=five(0, "Prima")),
        "S1 offers 'Prima', which counts as empty",
    ),
    "an answer less": (changed(S1, choices=five(0, "")[1:]), "S1 lacks the choice 'Op orde'"),
    "several at once": (changed(S1, choices=None), "S1 does not take one choice of a list"),
}
NOTES: dict[str, tuple[Change, str]] = {
    "moved": (lambda live: live.insert(0, live.pop(S1)), "S1 stands in another place"),
    "not required": (changed(S1, required=False), "S1 is not required"),
    "extra": (
        lambda live: live.append(LiveQuestion("x", "Hoe gaat het?", None, required=False)),
        "'Hoe gaat het?' is not in the checklist; it is not read",
    ),
    "extra, with an item's id": (
        lambda live: live.append(LiveQuestion("x", "S1 oordeel MT", None, required=False)),
        "'S1 oordeel MT' is not in the checklist; it is not read",
    ),
    "twice the same answer": (
        changed(S1, choices=(*five(0, "Op orde"), "In order")),
        "S1 offers 'Op orde' more than once",
    ),
    "another order": (
        changed(S1, choices=five(0, "Op orde")[::-1]),
        "S1 offers the answers in another order",
    ),
    "a role more": (
        changed(ROLE, choices=(*(LIVE[ROLE].choices or ()), "Stagiair")),
        "'Wat is uw functie?' also offers the choice 'Stagiair'",
    ),
    "a role less": (
        changed(ROLE, choices=(LIVE[ROLE].choices or ())[:-1]),
        "'Wat is uw functie?' lacks the choice 'Anders'",
    ),
}


@pytest.mark.parametrize("what", FAULTS)
def test_what_loses_answers_is_a_fault(what: str) -> None:
    """Each is named with its question."""
    change, expected = FAULTS[what]
    faults = [text for loses, text in compare(change) if loses]
    assert any(text.startswith(expected) for text in faults), faults


@pytest.mark.parametrize("what", NOTES)
def test_what_loses_nothing_is_a_note(what: str) -> None:
    """Told, and no more."""
    change, expected = NOTES[what]
    assert compare(change) == [(False, expected)]


def test_default_wording_of_the_other_language_is_no_difference() -> None:
    """It is read all the same."""
    english = ("In order", *five(0, "")[1:])
    assert compare(changed(S1, choices=english)) == []


def test_another_checklists_form_is_refused() -> None:
    """With what was found and what was expected."""
    with pytest.raises(HeadersError, match="none of the columns is a statement"):
        form_differences([LiveQuestion("x", "Naam?", None, required=True)], CHECKLIST, "form")


def test_a_table_shows_what_its_answers_lose() -> None:
    """By what stands in the cells, since nobody knows which choices were offered."""
    header = [question.title for question in LIVE]
    row = [(question.choices or ("tekst",))[0] for question in LIVE]
    other = [*row, "Weet ik niet"]
    other[S1] = "Prima"
    table = Table("t", [*header, LIVE[S1 + 1].title], [row, other, other])
    found = [(d.loses, d.text) for d in table_differences(table, CHECKLIST)]
    assert (True, "S1 has 'Prima', which counts as empty (2 times)") in found
    assert any(
        loses and text.startswith("S2 has 2 columns; they differ in 2") for loses, text in found
    )


@pytest.mark.slow
def test_the_command_exits_by_what_it_finds(vinkje: Run, tmp_path: Path, demo: Path) -> None:
    """0 and what stands out, or 1 and the faults first."""
    answers = demo / "antwoorden-demo.csv"
    done = vinkje("check", "--against", answers)
    assert done.returncode == 0, done.stdout
    assert f"{answers} matches" in done.stdout
    text = answers.read_text(encoding="utf-8-sig").replace("Op orde", "Prima", 9)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    done = vinkje("check", "--against", "a.csv")
    assert done.returncode == 1
    assert " has 'Prima', which counts as empty" in done.stdout
    assert "a.csv: answers would be lost or misread" in done.stderr
