"""The one value that every channel renders: pages, titles, help, choices, remarks."""

from typing import Any

import pytest

from forms.checklist.model import Checklist, load_checklist
from forms.questionnaire import Page, Question, questionnaire
from forms.resources import resource
from forms.wording import Answer

NL = (
    "Op orde",
    "Niet op orde: aanpakken is nodig",
    "Niet op orde: aanpakken is wenselijk",
    "Niet op orde: aanpakken hoeft niet",
    "Weet ik niet",
)
EN = (
    "In order",
    "Not in order: action is needed",
    "Not in order: action would be good",
    "Not in order: action is not needed",
    "I don't know",
)
NAME_NOBODY = {
    "nl": "Noem geen namen of adressen van bewoners of collega's",
    "en": "Name no tenants or colleagues, and give no addresses",
}


def checklist(**others: Any) -> Checklist:
    """Return two sections, A with two items and B with one; the first item has help."""
    items = [{"id": "A1", "text": "Een.", "help": "Denk aan één."}, {"id": "A2", "text": "Twee."}]
    return Checklist.model_validate(
        {
            "title": "Lijst",
            "sections": [
                {"id": "A", "title": "Begin", "items": items},
                {"id": "B", "title": "Eind", "items": [{"id": "B1", "text": "Drie."}]},
            ],
            **others,
        }
    )


def titles(page: Page) -> list[str]:
    """Return the titles of a page's questions."""
    return [question.title for question in page.questions]


def items(found: Checklist) -> list[Question]:
    """Return the questions about items."""
    return [q for q in questionnaire(found).questions() if q.kind == "item"]


def test_a_page_per_section() -> None:
    """Without questions about the respondent the first section comes first."""
    assert [page.title for page in questionnaire(checklist()).pages] == ["Begin", "Eind"]


@pytest.mark.parametrize(("language", "title"), [("nl", "Over u"), ("en", "About you")])
def test_the_respondents_own_questions_come_first(language: str, title: str) -> None:
    """On a page of their own, each as the checklist words it."""
    asked = {"id": "role", "label": "Functie?", "choices": ["Balie", "Anders"], "required": True}
    other = {"id": "years", "label": "Jaren?", "choices": ["0-2", "3+"]}
    first = questionnaire(checklist(language=language, respondent=[asked, other])).pages[0]
    assert (first.title, titles(first)) == (title, ["Functie?", "Jaren?"])
    assert [q.required for q in first.questions] == [True, False]
    assert [(c.value, c.label) for c in first.questions[0].choices] == [
        ("Balie", "Balie"),
        ("Anders", "Anders"),
    ]
    assert {q.kind for q in first.questions} == {"respondent"}


def test_an_item_is_one_required_choice() -> None:
    """One tap gives both steps; the help stands under it, or nothing does."""
    found = items(checklist())
    assert [q.title for q in found] == ["A1. Een.", "A2. Twee.", "B1. Drie."]
    assert [q.help for q in found] == ["Denk aan één.", "", ""]
    assert all(q.required and len(q.choices) == 5 for q in found)


@pytest.mark.parametrize(("language", "labels"), [("nl", NL), ("en", EN)])
def test_the_five_answers(language: str, labels: tuple[str, ...]) -> None:
    """In the design's order and words; programs see the names."""
    for question in items(checklist(language=language)):
        assert tuple(c.label for c in question.choices) == labels
        assert [c.value for c in question.choices] == list(Answer)


def test_answers_worded_otherwise() -> None:
    """What the checklist leaves out keeps its default."""
    question = items(checklist(answers={"in_order": "Geregeld", "unknown": "Geen idee"}))[0]
    assert tuple(c.label for c in question.choices) == ("Geregeld", *NL[1:4], "Geen idee")


@pytest.mark.parametrize(
    ("language", "remarks", "expected"),
    [
        ("nl", "section", [["A1. Een.", "A2. Twee.", "Begin: toelichting"]]),
        ("nl", "item", [["A1. Een.", "A1. Toelichting", "A2. Twee.", "A2. Toelichting"]]),
        ("nl", "none", [["A1. Een.", "A2. Twee."]]),
        ("en", "section", [["A1. Een.", "A2. Twee.", "Begin: remarks"]]),
        ("en", "item", [["A1. Een.", "A1. Remarks", "A2. Twee.", "A2. Remarks"]]),
    ],
)
def test_where_remarks_are_asked(language: str, remarks: str, expected: list[list[str]]) -> None:
    """Per item, per section, or nowhere."""
    asked = questionnaire(checklist(language=language, remarks=remarks))
    assert [titles(page) for page in asked.pages[:1]] == expected


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("remarks", "number"), [("item", 3), ("section", 2)])
def test_a_remark_is_optional_and_names_nobody(language: str, remarks: str, number: int) -> None:
    """Each says so itself; it is free text, under a name of its own."""
    asked = questionnaire(checklist(language=language, remarks=remarks)).questions()
    found = [q for q in asked if q.kind == "remark"]
    assert len({q.id for q in found}) == number
    for question in found:
        assert NAME_NOBODY[language] in question.help
        assert not question.required
        assert question.choices == ()


@pytest.mark.parametrize("remarks", ["item", "section", "none"])
def test_no_two_questions_are_alike(remarks: str) -> None:
    """A channel may file answers by id or by title."""
    shipped = load_checklist(resource("checklist.yaml")).model_copy(update={"remarks": remarks})
    asked = list(questionnaire(shipped).questions())
    assert len({q.id for q in asked}) == len({q.title for q in asked}) == len(asked)


def test_the_shipped_questionnaire() -> None:
    """Eight functions, three pages of statements, a remark for each section."""
    asked = questionnaire(load_checklist(resource("checklist.yaml")))
    assert [page.title for page in asked.pages] == ["Over u", "Signaleren", "Preventie", "Oplossen"]
    assert [len(page.questions) for page in asked.pages] == [1, 9, 6, 8]
    assert len(asked.pages[0].questions[0].choices) == 8
    assert asked.pages[1].questions[-1].title == "Signaleren: toelichting"
    assert all(q.help for q in asked.questions() if q.kind == "item")


def test_round_and_introduction_are_passed_on() -> None:
    """Empty when the checklist has none."""
    plain = questionnaire(checklist())
    assert (plain.title, plain.language, plain.introduction, plain.round) == ("Lijst", "nl", "", "")
    full = questionnaire(checklist(introduction="Waarom.", round={"name": "Najaar 2026"}))
    assert (full.introduction, full.round) == ("Waarom.", "Najaar 2026")


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("remarks", ["item", "section", "none"])
def test_nobody_is_called_anonymous(language: str, remarks: str) -> None:
    """Nor is anybody asked for a name: a promise of more could not be kept."""
    shipped = load_checklist(resource("checklist.yaml"))
    asked = questionnaire(shipped.model_copy(update={"language": language, "remarks": remarks}))
    text = repr(asked).casefold()
    assert "anoniem" not in text
    assert "anonym" not in text
