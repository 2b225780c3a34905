"""What every store does: each test runs over a file and over PostgreSQL."""

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.errors import StoreError
from forms.store.interface import (
    MOST_REVISIONS,
    Holdings,
    QuestionnaireVersion,
    Reader,
    Remark,
    Store,
    Submission,
)
from forms.store.maintenance import backup, purge, restore
from forms.store.open import open_store, read_store, set_closed

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
# Of the second only the words are known: so a store of an earlier vinkje has it.
CODED = QuestionnaireVersion(
    "v1",
    "Najaar",
    {"A1": ["A1. Een.", "Op orde", "Nodig"], "team": ["Team?", "Noord"], "remark:A": ["Nog iets?"]},
    {"A1": ["in_order", "needed"], "team": ["Noord"]},
)
WORDS_ALONE = QuestionnaireVersion("v0", "Najaar", CODED.questions)


@pytest.fixture
def url(each_store: str) -> str:
    """Return an empty store, of each kind in turn."""
    return each_store


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Return it, opened to write to, with two questionnaires asked."""
    opened = open_store(url)
    opened.remember(WORDS_ALONE)
    opened.remember(CODED)
    yield opened
    opened.close()


def submission(answer: str = "needed", key: str = "", at: datetime = NOW) -> Submission:
    """Return one made-up submission."""
    return Submission(key or secrets.token_hex(16), {"A1": answer}, "v1", at)


def stored(url: str) -> list[Submission]:
    """Return all that is stored, in the order of time."""
    with read_store(url) as reader:
        return sorted(reader.submissions(), key=lambda each: (each.at, each.key, each.revision))


def test_what_is_put_comes_back(store: Store, url: str) -> None:
    """With the time and the version it was answered in, whatever the answers."""
    texts = {"A1": "in_order", "remark:A": 'Zo\'n "knop"\\ \0 €\n🏠', "team": ""}
    sent = [
        submission(),
        submission("unknown"),
        Submission(secrets.token_hex(16), texts, "v1", NOW, flagged=True, organisation="Ymere"),
        Submission(secrets.token_hex(16), texts, "v0", NOW),
        Submission(secrets.token_hex(16), {}, "v1", NOW),
    ]
    assert [store.put(each) for each in sent] == sent
    assert stored(url) == sorted(sent, key=lambda each: each.key)
    for each in sent:
        assert store.latest(key=each.key) == store.latest(receipt=each.receipt) == each
    assert store.latest(key="f" * 32) is store.latest(receipt="f" * 32) is None
    assert store.newest() == NOW


def test_a_key_is_one_submission(store: Store, url: str) -> None:
    """The same answers change nothing, others are a revision, however the clock is set."""
    first = submission(key="a" * 32)
    again = submission(key="a" * 32, at=NOW + timedelta(minutes=1))
    changed = submission("unknown", "a" * 32, NOW - timedelta(days=1))
    kept = [store.put(each) for each in (first, again, changed)]
    assert kept[:2] == [first, first]
    assert [each.answers["A1"] for each in stored(url)] == ["needed", "unknown"]
    assert kept[2].at > first.at
    assert len({each.receipt for each in kept}) == len({each.code for each in kept}) == 1
    assert store.latest(receipt=first.receipt) == store.latest(key="a" * 32) == kept[2]


def test_one_key_from_fifty_at_once_is_one_row(store: Store, url: str) -> None:
    """Whoever clicks impatiently is one person."""
    with ThreadPoolExecutor(50) as people:
        kept = list(people.map(store.put, [submission(key="b" * 32)] * 50))
    assert len(stored(url)) == 1
    assert len({each.receipt for each in kept}) == 1


def test_twenty_revisions_of_one_key_and_no_more(store: Store, url: str) -> None:
    """Also when they come at once, or to a store that has more; what stands is given back."""
    with ThreadPoolExecutor(50) as people:
        changes = (submission(f"a{n}", "b" * 32) for n in range(200))
        kept = list(people.map(store.put, changes))
    found = stored(url)
    assert [each.revision for each in found] == list(range(1, MOST_REVISIONS + 1))
    assert sum(each.is_last for each in kept) == 181
    more = [
        replace(found[-1], revision=n, at=NOW + timedelta(days=n))
        for n in range(MOST_REVISIONS + 1, 32)
    ]
    assert store.restore(more) == len(more)
    same = store.put(submission("later", "b" * 32))
    assert (same.answers, same.revision) == (found[-1].answers, 31)
    assert len(stored(url)) == 31


def test_what_cannot_be_written_harms_nobody_else(store: Store, url: str) -> None:
    """A submission that no store takes is refused; the next is stored."""
    with pytest.raises((UnicodeEncodeError, StoreError)):
        store.put(submission("\ud800"))
    good = store.put(submission())
    assert stored(url) == [good]


def test_reading_waits_for_nobody(store: Store, url: str) -> None:
    """A reader sees one moment, while others write."""
    store.put(submission())
    with read_store(url) as reader:
        rows = reader.submissions()
        assert next(rows)
        store.put(submission())
        assert list(rows) == []
        assert reader.holdings().submissions == 1
    assert len(stored(url)) == 2


def test_what_was_asked_comes_back_latest_last(store: Store, url: str) -> None:
    """With the questions in their order; asked once more it stands once."""
    for again in (CODED, CODED):
        store.remember(again)
    with read_store(url) as reader:
        for asked in (store.asked(), reader.asked()):
            assert [each.version for each in asked] == ["v0", "v1"]
            assert [list(each.questions) for each in asked] == [["A1", "team", "remark:A"]] * 2
            assert [each.codebook for each in asked] == [{}, CODED.codebook]
            assert asked[-1].round == "Najaar"


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "A1": st.sampled_from(["in_order", "needed", "iets anders"]),
        "team": st.sampled_from(["Noord", "Zuid"]),
        "remark:A": st.sampled_from(["Ja.", "Nee."]),
        "gone": st.just("Een vraag die er niet meer is."),
    },
)
SENT = st.lists(
    st.builds(
        Submission,
        st.sampled_from(["a" * 32, "b" * 32, "c" * 31 + "1", "c" * 31 + "2"]),
        ANSWERS,
        st.sampled_from(["v0", "v1"]),
        st.datetimes(datetime(2026, 10, 24), datetime(2026, 10, 26), timezones=st.just(UTC)),  # noqa: DTZ001
    ),
    max_size=12,
)
ZONES = (ZoneInfo("Europe/Amsterdam"), UTC, timezone(timedelta(hours=-9, minutes=-30)))


def test_coded_answers_are_what_the_rows_say(store: Store, url: str) -> None:
    """In every zone, split by any question or none, with answers that no codebook has."""

    @given(SENT, st.sampled_from(["", "team", "A1"]), st.sampled_from(ZONES))
    @settings(max_examples=40)
    def check(sent: list[Submission], split: str, zone: Any) -> None:
        # A file forgets what nobody answered any more.
        store.remember(WORDS_ALONE)
        store.remember(CODED)
        for each in sent:
            store.put(each)
        with read_store(url) as reader:
            standing = {each.key: each for each in reader.submissions()}.values()
            assert _coded(reader, split, zone) == Counter(
                (each.version, group, each.at.astimezone(zone).date(), _known(each.answers))
                for each in standing
                for group in [each.answers.get(split, "")]
            )
            assert Counter(reader.remarks()) == Counter(
                Remark(each.version, question, text)
                for each in standing
                for question, text in each.answers.items()
                if question not in {"A1", "team"}
            )
        store.purge(NOW)

    check()


def _known(answers: Mapping[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(pair for pair in answers.items() if pair[0] in {"A1", "team"})


def _coded(
    reader: Reader, split: str, zone: Any
) -> Counter[tuple[str, str, date, frozenset[tuple[str, str]]]]:
    """Return what coded answers say: how many gave which answers, by version, group and day."""
    found: Counter[tuple[str, str, date, frozenset[tuple[str, str]]]] = Counter()
    for part in reader.coded(split, zone):
        width = len(part.codebook)
        assert len(part.codes) == len(part) * width
        for start in range(0, len(part.codes), width):
            codes = zip(part.codebook.items(), part.codes[start : start + width], strict=True)
            answers = {question: known[code - 1] for (question, known), code in codes if code}
            found[part.version, part.group, part.day, _known(answers)] += 1
    return found


def test_a_round_is_closed_and_opened_again(store: Store, url: str) -> None:
    """Closed once more it closed when it did; another that is opened sees it at once."""
    assert store.closed_at() is None
    before = datetime.now(UTC) - timedelta(seconds=2)
    set_closed(url, closed=True)
    if url.startswith("sqlite"):
        assert store.closed_at()
        return
    closed = _closed_at(url)
    assert closed
    assert before < closed
    set_closed(url, closed=True)
    assert _closed_at(url) == closed
    set_closed(url, closed=False)
    assert _closed_at(url) is None


def _closed_at(url: str) -> datetime | None:
    other = open_store(url)
    try:
        return other.closed_at()
    finally:
        other.close()


def test_old_answers_are_wiped(store: Store, url: str) -> None:
    """By the last change; and what was asked stays for as long as anything may need it."""
    old, changed = submission(), submission()
    for each in (old, changed, replace(changed, answers={}, at=NOW + timedelta(days=9))):
        store.put(each)
    with read_store(url) as reader:
        assert reader.holdings(NOW + timedelta(days=1)) == Holdings(1, 1, 0, NOW, NOW)
        last = NOW + timedelta(days=9)
        assert reader.holdings() == Holdings(2, 3, 0, NOW, last)
    store.close()
    assert purge(url, date(2026, 12, 5), UTC) == 1
    assert {each.key for each in stored(url)} == {changed.key}
    assert purge(url, date(2026, 12, 5), UTC) == 0
    with read_store(url) as reader:
        assert reader.asked()[-1].version == "v1"


def test_a_copy_is_a_store_that_can_be_put_back(store: Store, url: str, tmp_path: Path) -> None:
    """A file, whatever it is a copy of; put back twice it is there once."""
    first = submission()
    for each in (first, replace(first, answers={"A1": "odd"}), submission()):
        store.put(each)
    copy = tmp_path / "copy.db"
    _, content, _ = backup(url, copy, UTC)
    assert content.count == 2
    assert not list(tmp_path.glob("copy.db-*"))
    held = stored(f"sqlite:///{copy}")
    assert held == stored(url)
    with read_store(f"sqlite:///{copy}") as reader:
        assert [each.version for each in reader.asked()] == ["v0", "v1"]
    assert store.restore(held) == 0
    assert store.purge(NOW + timedelta(days=1)) == 2
    assert store.restore(held) == 3
    assert stored(url) == held


def sent_at(*minutes: int, key: str = "a" * 32) -> list[Submission]:
    """Return what one person sent at some minutes, each time something else."""
    return [
        replace(submission(f"at {minute}", key, NOW + timedelta(minutes=minute)), revision=turn)
        for turn, minute in enumerate(minutes, 1)
    ]


@pytest.mark.parametrize(
    ("there", "copy", "standing"),
    [
        ((30,), (0, 10, 60), (30, 60)),
        ((30,), (0, 10, 60, 70), (30, 60, 70)),
        ((0, 10, 60), (30,), (0, 10, 60)),
        ((0, 10), (0, 10, 60), (0, 10, 60)),
        ((0, 10, 60), (0, 10), (0, 10, 60)),
        ((), (0, 10), (0, 10)),
    ],
)
def test_one_person_in_two_stores_stays_one(
    store: Store,
    url: str,
    tmp_path: Path,
    there: tuple[int, ...],
    copy: tuple[int, ...],
    standing: tuple[int, ...],
) -> None:
    """What was sent last stands, nothing that is there changes, and no turn is left out."""
    for each in sent_at(*there):
        store.put(each)
    both = [*sent_at(*copy), submission(key="b" * 32)]
    assert store.restore(both) == len(standing) - len(there) + 1
    assert store.restore(both) == 0
    with read_store(url) as reader:
        own = [each for each in reader.submissions() if each.key == "a" * 32]
        assert own == sent_at(*standing)
        held = reader.holdings()
        assert (held.submissions, held.revisions) == (2, len(standing) + 1)
        assert sum(map(len, reader.coded("", UTC))) == 2
    backup(url, tmp_path / "copy.db", UTC)
    assert stored(f"sqlite:///{tmp_path / 'copy.db'}") == stored(url)


def test_an_outage_served_from_a_file(store: Store, url: str, tmp_path: Path) -> None:
    """The database's copy goes into the spare file, and that goes back: all have the last."""
    for each in sent_at(0, 10, 60):
        store.put(each)
    store.close()
    spare, copy = f"sqlite:///{tmp_path / 'spare.db'}", tmp_path / "copy.db"
    put(spare, submission("at 30", "a" * 32, NOW + timedelta(minutes=30)))
    backup(url, copy, UTC)
    assert restore(copy, url).added == 0
    assert restore(copy, spare).added == 1
    put(spare, submission("at 90", "a" * 32, NOW + timedelta(minutes=90)))
    assert restore(tmp_path / "spare.db", url).added == 1
    assert stored(url) == sent_at(0, 10, 60, 90)


def test_questionnaires_of_a_copy_go_before_what_is_asked(store: Store, url: str) -> None:
    """In their own order, whatever the kind of store."""
    older = [replace(CODED, version=version) for version in ("o1", "o2")]
    store.restore([replace(submission(), version="o1")], [*older, CODED])
    for asked in (store.asked(), _asked(url)):
        assert [each.version for each in asked] == ["o1", "o2", "v0", "v1"]
    # An older copy still.
    store.restore([], [replace(CODED, version="o0")])
    assert [each.version for each in store.asked()] == ["o0", "o1", "o2", "v0", "v1"]


def put(url: str, sent: Submission) -> None:
    """Send something to a store of its own."""
    with closing(open_store(url)) as store:
        store.remember(CODED)
        store.put(sent)


def _asked(url: str) -> list[QuestionnaireVersion]:
    with read_store(url) as reader:
        return reader.asked()


def test_a_store_that_is_well_is_ready(store: Store) -> None:
    """And has nothing to warn of."""
    store.check_ready()
    assert not store.warnings
