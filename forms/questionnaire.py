"""The questionnaire: the one value that every channel renders."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from forms.checklist.model import Checklist, Item, Section
from forms.wording import Answer, Wording, wording


@dataclass(frozen=True)
class Choice:
    """One answer to tick: the value that programs use, the label that people read."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """One question; without choices it is free text.

    `id` is an item's, a respondent's question's, or a `remark_id`; no two questions share one.
    """

    id: str
    kind: Literal["respondent", "item", "remark"]
    title: str
    help: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False

    @cached_property
    def values(self) -> frozenset[str]:
        """Return the answers that can be chosen; none for free text."""
        return frozenset(choice.value for choice in self.choices)

    def label(self, value: str) -> str:
        """Return an answer as people read it; one that is no choice, such as a remark, as it is."""
        return next((choice.label for choice in self.choices if choice.value == value), value)


@dataclass(frozen=True)
class Page:
    """The questions that stand together: the respondent's own, or a section's."""

    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Questionnaire:
    """All that is asked, in order, in the checklist's language; `round` is "" without one."""

    title: str
    language: str
    introduction: str
    round: str
    confirmation: str
    pages: tuple[Page, ...]

    @property
    def name(self) -> str:
        """Return what a file with this round's answers is called, such as a Form or its Sheet."""
        return f"{self.title} - {self.round}" if self.round else self.title

    @cached_property
    def version(self) -> str:
        """Return a name that changes when the words of a question or a choice do."""
        # Sorted, since a question that is moved still reads as it did.
        words = json.dumps(self.words(), sort_keys=True).encode()
        return hashlib.sha256(words).hexdigest()[:16]

    def words(self) -> dict[str, list[str]]:
        """Return what each question says, by its id: its title, then its choices."""
        return {q.id: [q.title, *(choice.label for choice in q.choices)] for q in self.questions()}

    def codebook(self) -> dict[str, list[str]]:
        """Return what is kept for each choice of a question that has some, by the question's id."""
        return {q.id: [choice.value for choice in q.choices] for q in self.questions() if q.choices}

    def questions(self) -> Iterator[Question]:
        """Yield every question of every page, in the order in which they are asked."""
        for page in self.pages:
            yield from page.questions


def questionnaire(checklist: Checklist) -> Questionnaire:
    """Return what is asked: the respondent's questions, then a page per section."""
    words = wording(checklist.language)
    pages = [_section_page(checklist, section, words) for section in checklist.sections]
    if checklist.respondent:
        own = tuple(
            Question(
                question.id,
                "respondent",
                question.label,
                choices=tuple(Choice(choice, choice) for choice in question.choices),
                required=question.required,
            )
            for question in checklist.respondent
        )
        pages.insert(0, Page(words("form.respondent_page"), own))
    return Questionnaire(
        title=checklist.title,
        language=checklist.language,
        introduction=checklist.introduction or "",
        round=checklist.round.name if checklist.round else "",
        confirmation=words("form.confirmation"),
        pages=tuple(pages),
    )


def item_title(item: Item) -> str:
    """Return the title of an item's question, `S1. …`: its column is known by the id in front."""
    return f"{item.id}. {item.text}"


def remark_title(subject: Item | Section, words: Wording) -> str:
    """Return the title of the free-text question about an item or a section."""
    if isinstance(subject, Item):
        return words("form.item_remark", id=subject.id)
    return words("form.section_remark", title=subject.title)


def remark_id(subject: Item | Section) -> str:
    """Return the name of that question; no item or respondent's question can have it."""
    return f"remark:{subject.id}"


def remark_subjects(checklist: Checklist) -> list[Item | Section]:
    """Return what remarks are asked about: items, sections, or nothing."""
    if checklist.remarks == "item":
        return list(checklist.items())
    return list(checklist.sections) if checklist.remarks == "section" else []


def _section_page(checklist: Checklist, section: Section, words: Wording) -> Page:
    labels = checklist.answer_labels()
    choices = tuple(Choice(answer, labels[answer]) for answer in Answer)
    questions = []
    for item in section.items:
        questions.append(
            Question(item.id, "item", item_title(item), item.help or "", choices, required=True)
        )
        if checklist.remarks == "item":
            questions.append(_remark(item, words))
    if checklist.remarks == "section":
        questions.append(_remark(section, words))
    return Page(section.title, tuple(questions))


def _remark(subject: Item | Section, words: Wording) -> Question:
    return Question(
        remark_id(subject), "remark", remark_title(subject, words), words("form.remark_help")
    )
