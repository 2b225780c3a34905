"""Answers from the web form's own store, also while the form is being served."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from difflib import get_close_matches
from gettext import gettext
from itertools import chain
from zoneinfo import ZoneInfo

from forms.checklist.model import Checklist
from forms.errors import StoreError
from forms.notes import Note
from forms.questionnaire import questionnaire
from forms.responses.batches import Batch, RowsNeeded
from forms.responses.model import Row, Table
from forms.responses.note_kinds import Flagged
from forms.store.interface import QuestionnaireVersion, Reader
from forms.store.open import read_store, shown_address
from forms.text import argument


@dataclass(frozen=True)
class _Column:
    """What one column holds: a question, as some versions of the questionnaire put it."""

    question: str
    header: str
    versions: frozenset[str]


def store_table(url: str, checklist: Checklist, organisation: str | None = None) -> Table:
    """Return the table of what stands, a row a submission: a revision takes its former's place.

    A statement that was reworded in between has a column for each wording, so that what was asked
    stands beside what was answered. Of several organisations it is the table of one; "" is nobody.
    Raises StoreError, also for one that is not named, or that does not take part.
    """
    with ExitStack() as opened:
        store = opened.enter_context(read_store(url, organisation))
        _check_named(url, store, organisation)
        columns = _columns(store.asked(), checklist)
        held = store.holdings()
        answers = _Answers(store, columns, held.submissions, ZoneInfo(checklist.time_zone))
        # One moment for header and rows, until they have been read.
        answers.opened = opened.pop_all()
    return Table(
        shown_address(url),
        ["Timestamp", *(column.header for column in columns)],
        answers.table_rows(has_revisions=held.revisions > held.submissions),
        notes=(Note(Flagged(held.flagged)),) if held.flagged else (),
        is_keyed=True,
        replaced=held.revisions - held.submissions,
        coded=answers,
    )


def _check_named(url: str, store: Reader, organisation: str | None) -> None:
    """Refuse to put the answers of several organisations together, or to give those of nobody."""
    if organisation is None:
        if several := store.organisations():
            text = gettext("has the answers of {count} organisations, which are not put together")
            remedy = gettext(
                'name one, with --organisation "{name}", or make all their reports with: vinkje '
                "report {source} --each"
            )
            raise StoreError(
                shown_address(url),
                text.format(count=len(several)),
                remedy.format(name=several[0].name, source=argument(url)),
            )
    elif organisation:
        found = store.organisation(organisation)
        if found is None:
            names = [each.name for each in store.organisations()]
            raise unknown_organisation(url, organisation, names)
        if found.source:
            raise StoreError(
                found.name,
                gettext("its answers are at {source}").format(source=found.source),
                gettext("name that as the source"),
            )


def unknown_organisation(url: str, name: str, names: Sequence[str]) -> StoreError:
    """Say that an organisation does not take part, and which one was perhaps meant."""
    place = shown_address(url)
    if not names:
        return no_round(url)
    near = get_close_matches(name, names, 1, cutoff=0.4)
    remedy = (
        gettext('did you mean "{name}"?').format(name=near[0])
        if near
        else gettext("'vinkje status' names them all")
    )
    return StoreError(place, gettext('there is no organisation "{name}"').format(name=name), remedy)


def no_round(url: str) -> StoreError:
    """Say that a store has the answers of one organisation."""
    problem = gettext("is no round of several organisations")
    return StoreError(shown_address(url), problem, gettext("leave --organisation out"))


def _columns(asked: Sequence[QuestionnaireVersion], checklist: Checklist) -> list[_Column]:
    today = {question.id: question for question in questionnaire(checklist).questions()}
    columns: dict[tuple[str, str], set[str]] = {}
    # Latest first, so that columns stand in today's order; the reader takes the rightmost answer.
    ids = dict.fromkeys(chain(*(version.questions for version in reversed(asked))))
    for question in ids:
        for version in asked:
            if words := version.questions.get(question):
                known = today.get(question)
                # A statement keeps its words of then; all else is known by its id.
                header = words[0] if known is None or known.kind == "item" else known.title
                columns.setdefault((question, header), set()).add(version.version)
    return [_Column(*key, frozenset(versions)) for key, versions in columns.items()]


class _Answers:
    """One moment of a store, as rows and as codes; a column of ours stands behind the time."""

    def __init__(
        self, store: Reader, columns: Sequence[_Column], rows: int, zone: ZoneInfo
    ) -> None:
        self.store, self.columns, self.rows, self.zone = store, columns, rows, zone
        self.opened = ExitStack()
        self.of_question: Mapping[tuple[str, str], int] = {
            (version, column.question): index
            for index, column in enumerate(columns, 1)
            for version in column.versions
        }

    def table_rows(self, *, has_revisions: bool) -> Iterator[Row]:
        """Yield a row for each submission as it stands; may be read once."""
        with self.opened:
            last: dict[str, int] = {}
            if has_revisions:
                sent = self.store.submissions()
                # Those of a key come in their order.
                last = {each.key: each.revision for each in sent if each.revision > 1}
            for each in self.store.submissions():
                if each.revision == last.get(each.key, 1):
                    row: list[object] = [each.at.astimezone(self.zone)]
                    row += [None] * len(self.columns)
                    for question, answer in each.answers.items():
                        if index := self.of_question.get((each.version, question)):
                            row[index] = answer
                    yield row

    def batches(self, split: Sequence[int]) -> Iterator[Batch]:
        """Yield what stands in codes; see `Coded`."""
        questions = {self.columns[index - 1].question for index in split}
        if len(questions) > 1:
            raise RowsNeeded
        question = next(iter(questions), "")
        for coded in self.store.coded(question, self.zone):
            # Asked under another header it splits nothing: that is another column.
            splits = self.of_question.get((coded.version, question)) in split
            texts = {
                self._column(coded.version, question): answers
                for question, answers in coded.codebook.items()
            }
            yield Batch(coded.day, coded.group if splits else "", texts, coded.codes)

    def texts(self) -> Iterator[tuple[int, str]]:
        """Yield the texts that people typed, each with its column."""
        for remark in self.store.remarks():
            if index := self.of_question.get((remark.version, remark.question)):
                yield index, remark.text

    def close(self) -> None:
        """Let go of the store."""
        self.opened.close()

    def _column(self, version: str, question: str) -> int:
        """Return a question's column; none knows it where nobody was asked it so."""
        if index := self.of_question.get((version, question)):
            return index
        raise RowsNeeded
