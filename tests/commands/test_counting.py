"""A store counted from its codes gives what its rows give, whatever was asked and answered."""

import csv
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from postgres_server import Cluster

from forms.checklist.model import Checklist
from forms.collect.file import file_table
from forms.collect.source import open_source
from forms.errors import FormsError
from forms.questionnaire import Question, item_title, questionnaire
from forms.responses.counting import read_sources
from forms.responses.model import Row, Table
from forms.responses.sketch import Sketch, Sketcher, Sketching
from forms.store.interface import QuestionnaireVersion, Submission
from forms.store.open import init_store, open_store
from forms.wording import Answer

KEY = b"0123456789abcdef"
TODAY = date(2026, 11, 30)
# Around the end of a day in Amsterdam, which is not that of UTC.
START = datetime(2026, 11, 30, 21, 30, tzinfo=UTC)
WORDINGS = {
    "S1": ["De lampen branden overal.", "Alle lampen branden."],
    "S2": ["De deuren sluiten goed.", "Elke deur sluit."],
    "S3": ["Het terrein is schoon.", "Er ligt geen vuil."],
    "S4": ["De liften werken altijd.", "Elke lift doet het."],
    "X1": ["De brievenbussen zijn heel.", "Geen brievenbus is kapot."],
}
ROLES = [["Balie", "Wijkbeheer"], ["balie ", "Team Noord", "team noord"], ["Balie", "Team  Noord"]]
REMARKS = ["Te donker.", "weet ik niet", " ", "a@b.nl", "Op orde", "ja", "\u00e9\u00e9n  lamp"]
STRANGE = ["", "", "", "misschien", "Op orde"]


@dataclass(frozen=True)
class Odds:
    """How often a store holds what our own form does not keep, of 1."""

    empty: float = 0
    strange: float = 0


def checklist(chance: Random, *, is_today: bool) -> Checklist:
    """Return a checklist as it may have been at some time: the ids stay, most words too."""
    ids = [i for i in WORDINGS if chance.random() < (0.4 if i == "X1" else 0.85)] or ["S1"]
    items: list[dict[str, Any]] = [
        {"id": i, "text": WORDINGS[i][chance.random() < 0.15]} for i in ids
    ]
    if is_today and "X1" not in ids and chance.random() < 0.5:
        # It was renamed since: another statement is asked in its place, or beside it.
        items[0]["aliases"] = [f"X1. {WORDINGS['X1'][0]}"]
    respondent = []
    if chance.random() < 0.8:
        respondent.append(
            {
                "id": chance.choice(["role", "role", "role", "job"]),
                "label": chance.choice(["Functie", "Functie", "Rol"]),
                "choices": sorted(set(chance.choice(ROLES))),
                "split": chance.random() < 0.8,
            }
        )
    if chance.random() < 0.3:
        label = chance.choice(["Gebouw", "Gebouw", "Gebouw", "E-mail"])
        choices = chance.choice([["Noord oost", "Zuid"], ["a@b.nl", "c@d.nl"]])
        respondent.append({"id": "place", "label": label, "choices": choices})
    return Checklist.model_validate(
        {
            "title": "Proef",
            "remarks": chance.choice(["item", "section", "none"]),
            "respondent": respondent,
            "sections": [{"id": "A", "title": "Deel", "items": items}],
        }
    )


def answer(question: Question, chance: Random, odds: Odds) -> str:
    """Return what somebody answers; "" for nothing."""
    if question.kind == "item":
        given_ = str(chance.choice(list(Answer)))
        return chance.choice(STRANGE) if chance.random() < odds.strange else given_
    if chance.random() < 0.3:
        return ""
    values = [choice.value for choice in question.choices]
    return chance.choice(values or REMARKS)


def submissions(versions: Sequence[Checklist], chance: Random, odds: Odds) -> Iterator[Submission]:
    """Yield what people sent, some of them several times, under the versions in their order."""
    for _ in range(chance.choice([0, 1, 3, 12, 25])):
        key, at, first = f"{chance.getrandbits(128):032x}", START, 0
        for revision in range(1, chance.choice([1, 1, 1, 2, 3]) + 1):
            at += timedelta(minutes=chance.randrange(1, 90))
            first = chance.randrange(first, len(versions))
            asked = questionnaire(versions[first])
            answers = {q.id: answer(q, chance, odds) for q in asked.questions()}
            if chance.random() < odds.empty:
                answers = {id_: text for id_, text in answers.items() if ":" in id_}
            sent = {id_: text for id_, text in answers.items() if text}
            flagged = chance.random() < 0.1
            yield Submission(key, sent, asked.version, at, flagged, revision)


Make = Callable[[], str]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """Return what gives the address of an empty store, of each kind in turn."""
    if request.param == "sqlite":
        return lambda: f"sqlite:///{tmp_path / secrets.token_hex(8)}.db"
    server: Cluster = request.getfixturevalue("database_server")
    urls = [server.new_database() for _ in range(2)]
    for url in urls:
        init_store(url)
    turns = cycle(urls)

    def emptied() -> str:
        url = next(turns)
        server.sql(
            "TRUNCATE vinkje.submission; TRUNCATE vinkje.asked CASCADE", url.rpartition("/")[2]
        )
        return url

    return emptied


def fill(url: str, versions: Sequence[Checklist], sent: Sequence[Submission]) -> None:
    """Make a store that holds some submissions."""
    store = open_store(url)
    try:
        for version in versions:
            asked = questionnaire(version)
            store.remember(QuestionnaireVersion.of(asked))
        store.restore(sent)
    finally:
        store.close()


def csv_file(path: Path, today: Checklist, chance: Random) -> None:
    """Write answers from elsewhere: some of the statements, and perhaps the groups."""
    items = [i for i in today.items() if chance.random() < 0.8] or list(today.items())[:1]
    split = today.split_question()
    with path.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["Tijdstempel", *([split.label] if split else []), *map(item_title, items)])
        for _ in range(4):
            group = [chance.choice(["BALIE", "Elders", "elders"])] if split else []
            own = [chance.choice(["Op orde", "Nodig", "Weet ik niet", "needed"]) for _ in items]
            lines.writerow([f"{chance.randrange(1, 30)}-11-2026 9:00", *group, *own])


class Reading:
    """Reads sources once as they come, and once row by row."""

    def __init__(self) -> None:
        self.rows_read = False

    def noticed(self, table: Table) -> Table:
        """Return a table that notices when its rows are read."""

        def rows() -> Iterator[Row]:
            self.rows_read = True
            yield from table.rows

        return replace(table, rows=rows()) if table.coded else table

    def figures(
        self, tables: Callable[[], list[Table]], today: Checklist, sketching: Sketching
    ) -> tuple[object, object]:
        """Return what codes say, and what rows say."""
        by_codes = outcome(lambda: [self.noticed(table) for table in tables()], today, sketching)
        by_rows = outcome(lambda: [replace(t, coded=None) for t in tables()], today, sketching)
        return by_codes, by_rows


def outcome(tables: Callable[[], list[Table]], today: Checklist, sketching: Sketching) -> object:
    """Return all that responses say, or the fault; rows have no numbers in codes."""
    try:
        responses = read_sources(tables(), today, TODAY, sketching)
    except FormsError as error:
        return str(error)
    plain = replace(
        responses,
        notes=tuple(replace(note, rows="") for note in responses.notes),
        sources=tuple(
            replace(s, used_rows=b"", notes=tuple(replace(note, rows="") for note in s.notes))
            for s in responses.sources
        ),
    )
    # In the same order too: a report follows it.
    return plain, [*plain.counts], [*plain.groups], [*plain.remarks]


def scenario(new_store: Make, folder: Path, seed: int, odds: Odds) -> tuple[object, object, bool]:
    """Return what codes and rows say of made-up sources, and whether rows were read for codes."""
    chance = Random(seed)
    today = checklist(chance, is_today=True)
    former = [checklist(chance, is_today=False) for _ in range(chance.choice([0, 1, 1, 2]))]
    sources = []
    for _ in range(chance.choice([1, 1, 2])):
        asked = [*former, today]
        versions = [each for each in asked if chance.random() < 0.6] or asked
        url = new_store()
        sent = list(submissions(versions, chance, odds))
        fill(url, versions[chance.random() < odds.empty :], sent)
        sources.append(url)
    other = folder / f"{secrets.token_hex(8)}.csv"
    if chance.random() < 0.3:
        csv_file(other, today, chance)

    def tables() -> list[Table]:
        opened = [open_source(source, today) for source in sources]
        return [*opened, *([file_table(other, today)] if other.exists() else [])]

    some = tuple(sorted(i.id for i in today.items() if chance.random() < 0.6))
    reading = Reading()
    sketching = Sketching(KEY, frozenset({some} - {()}))
    return *reading.figures(tables, today, sketching), reading.rows_read


@pytest.mark.parametrize(
    ("odds", "examples", "most_by_rows"),
    [(Odds(), 60, 0.5), (Odds(0.03, 0.01), 40, 1.0)],
    ids=["as our form keeps it", "anything else too"],
)
def test_codes_and_rows_say_the_same(
    new_store: Make, tmp_path: Path, odds: Odds, examples: int, most_by_rows: float
) -> None:
    """Rewordings, dropped statements, revisions, groups and sources; mostly no row is read."""
    by_rows: list[bool] = []

    @settings(max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, 2**40))
    def check(seed: int) -> None:
        codes, rows, rows_read = scenario(new_store, tmp_path, seed, odds)
        assert codes == rows
        by_rows.append(rows_read)

    check()
    assert sum(by_rows) <= most_by_rows * len(by_rows)


ITEM, REMARK = ["S1. De lampen branden overal.", "Op orde"], ["Opmerkingen over Deel"]


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        ({"S2": ["S2. De deuren sluiten goed."]}, {"S2": "Op orde"}),
        ({"remark:A": [*REMARK, "Ja"]}, {"remark:A": "Ja"}),
        ({"S1 ": ITEM}, {"S1 ": "needed"}),
        ({"S2": [*ITEM]}, {"S2": "misschien"}),
    ],
    ids=["a statement typed", "a remark chosen", "a statement twice", "what is no answer"],
)
def test_what_our_own_form_does_not_ask_is_read_row_by_row(
    tmp_path: Path, words: dict[str, list[str]], answers: dict[str, str]
) -> None:
    """Then codes do not say all, and the report is what it was."""
    items = [{"id": i, "text": WORDINGS[i][0]} for i in ("S1", "S2")]
    sections = [{"id": "A", "title": "Deel", "items": items}]
    today = Checklist.model_validate({"title": "Proef", "sections": sections})
    url = f"sqlite:///{tmp_path / 'answers.db'}"
    store = open_store(url)
    store.remember(QuestionnaireVersion("v1", "", {"S1": ITEM, **words}))
    store.put(Submission(secrets.token_hex(16), {"S1": "in_order", **answers}, "v1", START))
    store.close()
    reading = Reading()
    codes, rows = reading.figures(
        lambda: [open_source(url, today)], today, Sketching(KEY, frozenset())
    )
    assert codes == rows
    assert reading.rows_read


def test_a_group_counts_under_the_header_that_splits_alone(new_store: Make) -> None:
    """Not what a question of the same id was answered under another: that may be another one."""
    today = Checklist.model_validate(
        {
            "title": "Proef",
            "respondent": [
                {"id": "role", "label": "Rol", "choices": ["Balie", "Wijk"], "split": True}
            ],
            "sections": [{"id": "A", "title": "Deel", "items": [{"id": "S1", "text": "Een."}]}],
        }
    )
    url = new_store()
    store = open_store(url)
    for version, label in (("v1", "Functie"), ("v2", "Rol")):
        words = {"job": [label, "Balie", "Wijk"], "S1": ["S1. Een.", *Answer]}
        store.remember(QuestionnaireVersion(version, "", words))
        sent = {"job": "Balie", "S1": "in_order"}
        store.put(Submission(secrets.token_hex(16), sent, version, START))
    store.close()
    responses = read_sources([open_source(url, today)], today, TODAY)
    counted = {group: counts["S1"][Answer.IN_ORDER] for group, counts in responses.groups.items()}
    assert counted == {"": 1, "Balie": 1}
    reading = Reading()
    codes, rows = reading.figures(
        lambda: [open_source(url, today)], today, Sketching(KEY, frozenset())
    )
    assert codes == rows
    assert not reading.rows_read


def test_a_sketch_is_what_earlier_reports_hold() -> None:
    """It is held against those: of each row a keyed hash, in one of 256 sums."""
    chance = Random(1)
    answers = {item: bytes(chance.choices(range(7), k=1_000)) for item in ("S1", "S2")}
    sketcher = Sketcher(KEY, ("S1", "S2", "S3"))
    sketcher.add("", answers, 1_000)
    sums: Counter[int] = Counter()
    for row in zip(*answers.values(), bytes(1_000), strict=True):
        counted = bytes(0 if code > len(Answer) else code for code in row)
        digest = blake2b(counted, digest_size=8, key=KEY).digest()
        sums[digest[0]] += int.from_bytes(digest[1:]) << 32 | 1
    assert sketcher.sketches() == {"": Sketch(sums)}
