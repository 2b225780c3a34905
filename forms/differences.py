"""What differs between a checklist and the questions as they stand in a form or a table."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from gettext import gettext, ngettext

from forms.checklist.model import Checklist
from forms.questionnaire import Question, questionnaire
from forms.responses.answers import answer_codes
from forms.responses.columns import Column, ColumnReader, Columns, Kind, check_columns
from forms.responses.counting import read_responses
from forms.responses.model import Responses, Table
from forms.responses.note_kinds import DamagedTexts, Doubled
from forms.text import normalize, shortened
from forms.wording import Answer

# Characters of a text that a difference quotes.
_SHOWN = 100


@dataclass(frozen=True)
class LiveQuestion:
    """A question as it stands in a form: its title as a Sheet would head it, and its choices.

    `choices` is None for free text and for several answers at once.
    """

    id: str
    title: str
    choices: tuple[str, ...] | None
    required: bool


@dataclass(frozen=True)
class Difference:
    """What differs; `loses` when answers would be lost or misread by it."""

    text: str
    loses: bool


def form_differences(
    live: Sequence[LiveQuestion], checklist: Checklist, place: str
) -> list[Difference]:
    """Compare with a form's questions, as they stand today, and with their choices.

    Raises HeadersError when they are another checklist's.
    """
    columns = ColumnReader(checklist).read([question.title for question in live])
    check_columns(columns, checklist, place)
    asked = _asked(checklist)
    differences = list(_questions(columns, asked, checklist))
    for question in asked:
        places = columns.of(question.kind, _subject(question))
        if len(places) > 1:
            text = gettext("{question} is asked {count} times; take all but one away").format(
                question=_name(question), count=len(places)
            )
            differences.append(Difference(text, loses=True))
        for index in places:
            differences += _choices(question, live[index], checklist)
    return differences


def table_differences(table: Table, checklist: Checklist) -> list[Difference]:
    """Compare with a table's columns, and with the answers in them.

    Raises HeadersError when they are another checklist's.
    """
    responses = read_responses(table, checklist)
    asked = _asked(checklist)
    return [
        *_questions(Columns(responses.sources[0].columns), asked, checklist),
        *_doubled(responses),
        *_unread(responses),
        *_damaged(responses),
    ]


def _asked(checklist: Checklist) -> list[Question]:
    return list(questionnaire(checklist).questions())


def _subject(question: Question) -> str:
    return question.id.removeprefix("remark:")


def _name(question: Question) -> str:
    return question.id if question.kind == "item" else f"'{shortened(question.title, _SHOWN)}'"


def _questions(
    columns: Columns, asked: Sequence[Question], checklist: Checklist
) -> Iterator[Difference]:
    """Yield what is missing, reworded, moved, or not ours."""
    texts = {item.id: item.text for item in checklist.items()}
    for question in asked:
        if not columns.of(question.kind, _subject(question)):
            text = gettext("{question} is missing").format(question=_name(question))
            yield Difference(text, loses=True)
    for column in columns.reworded():
        text = gettext(
            "{question} is worded differently: '{there}', not '{ours}'; if it means the same, add "
            "that text to its 'aliases'"
        ).format(
            question=column.subject,
            there=shortened(column.header, _SHOWN),
            ours=shortened(texts[column.subject], _SHOWN),
        )
        yield Difference(text, loses=True)
    for name in _moved(columns.all, asked):
        text = gettext("{question} stands in another place").format(question=name)
        yield Difference(text, loses=False)
    for column in columns.all:
        if column.kind == "unread" and column.header:
            text = gettext("'{header}' is not in the checklist; it is not read").format(
                header=shortened(column.header, _SHOWN)
            )
            yield Difference(text, loses=False)


def _moved(columns: Iterable[Column], asked: Sequence[Question]) -> list[str]:
    """Return the names of the questions that do not stand in the checklist's order."""
    names: dict[tuple[Kind, str], str] = {(q.kind, _subject(q)): _name(q) for q in asked}
    there = [key for c in columns if (key := (c.kind, c.subject)) in names]
    there = list(dict.fromkeys(there))
    expected = [key for key in names if key in there]
    # So that one question that was moved is named, not all those that it passed.
    blocks = SequenceMatcher(None, expected, there, autojunk=False).get_matching_blocks()
    kept = {key for block in blocks for key in expected[block.a : block.a + block.size]}
    return [names[key] for key in expected if key not in kept]


def _choices(question: Question, live: LiveQuestion, checklist: Checklist) -> Iterator[Difference]:
    """Yield what differs in the choices that one question offers."""
    name = _name(question)
    if question.required and not live.required:
        text = gettext("{question} is not required").format(question=name)
        yield Difference(text, loses=False)
    if not question.choices:
        return
    if live.choices is None:
        text = gettext("{question} does not take one choice of a list").format(question=name)
        yield Difference(text, loses=True)
    elif question.kind == "item":
        yield from _answers(name, live.choices, checklist)
    else:
        ours, theirs = ({normalize(c): c for c in cs} for cs in (_labels(question), live.choices))
        for key in [*(ours.keys() - theirs.keys()), *(theirs.keys() - ours.keys())]:
            text = (
                gettext("{question} lacks the choice '{choice}'")
                if key in ours
                else gettext("{question} also offers the choice '{choice}'")
            )
            choice = shortened((ours | theirs)[key], _SHOWN)
            yield Difference(text.format(question=name, choice=choice), loses=False)


def _labels(question: Question) -> list[str]:
    return [choice.label for choice in question.choices]


def _answers(name: str, offered: Sequence[str], checklist: Checklist) -> Iterator[Difference]:
    codes, labels = answer_codes(checklist), checklist.answer_labels()
    known = [codes.get(normalize(choice)) for choice in offered]
    for choice, answer in zip(offered, known, strict=True):
        if answer is None:
            text = gettext("{question} offers '{choice}', which counts as empty").format(
                question=name, choice=shortened(choice, _SHOWN)
            )
            yield Difference(text, loses=True)
    for answer in Answer:
        label = shortened(labels[answer], _SHOWN)
        if answer not in known:
            text = gettext("{question} lacks the choice '{choice}'").format(
                question=name, choice=label
            )
            yield Difference(text, loses=True)
        elif known.count(answer) > 1:
            text = gettext("{question} offers '{choice}' more than once").format(
                question=name, choice=label
            )
            yield Difference(text, loses=False)
    in_order = [answer for answer in Answer if answer in known]
    # The form's order is told once; an answer that is offered twice was told above.
    if in_order != [answer for answer in dict.fromkeys(known) if answer]:
        text = gettext("{question} offers the answers in another order").format(question=name)
        yield Difference(text, loses=False)


def _doubled(responses: Responses) -> Iterator[Difference]:
    for note in responses.notes:
        if isinstance(doubled := note.kind, Doubled):
            text = ngettext(
                "{question} has {columns} columns; they differ in {count} row, where the one at "
                "the right counts",
                "{question} has {columns} columns; they differ in {count} rows, where the one at "
                "the right counts",
                doubled.rows,
            ).format(question=doubled.id, columns=doubled.columns, count=doubled.rows)
            yield Difference(text, loses=doubled.rows > 0)


def _unread(responses: Responses) -> Iterator[Difference]:
    """Yield each text that is no answer, with how often it stands there."""
    texts = Counter(
        (cell.item, shortened(cell.text, _SHOWN)) for cell in responses.sources[0].unread_cells
    )
    for (item, answer), count in texts.items():
        text = ngettext(
            "{question} has '{text}', which counts as empty ({count} time)",
            "{question} has '{text}', which counts as empty ({count} times)",
            count,
        ).format(question=item, text=answer, count=count)
        yield Difference(text, loses=True)


def _damaged(responses: Responses) -> Iterator[Difference]:
    """Yield that letters are damaged, and where; what is not certain counts as empty already."""
    for note in responses.notes:
        if isinstance(damaged := note.kind, DamagedTexts):
            text = ngettext(
                "letters are damaged in {count} text, such as Ã© where é belongs ({places}); "
                "download the answers again, and do not open that file in Excel first",
                "letters are damaged in {count} texts, such as Ã© where é belongs ({places}); "
                "download the answers again, and do not open that file in Excel first",
                damaged.count,
            ).format(count=damaged.count, places=note.texts)
            yield Difference(text, loses=False)
