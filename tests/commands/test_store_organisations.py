"""What every store does for a round of several organisations: over a file, and over PostgreSQL."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from postgres_server import Cluster

from forms.errors import StoreError
from forms.store.interface import Holdings, Organisation, QuestionnaireVersion, Store, Submission
from forms.store.maintenance import backup, restore
from forms.store.open import init_store, open_store, read_store

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ASKED = QuestionnaireVersion(
    "v1", "Najaar", {"A1": ["A1. Een.", "Op orde", "Nodig"]}, {"A1": ["in_order", "needed"]}
)
# Of characters that a query or a format could take for its own.
ODD = "100% Wonen %s {of} O'Neill; --"
TAKING_PART = [
    Organisation(ODD, "info@example.nl", "klein", "", "ab" * 32),
    Organisation("Ymere", link="cd" * 32),
    Organisation("Één Thuis", source="antwoorden.csv"),
]


@pytest.fixture
def url(each_store: str) -> str:
    """Return an empty store, of each kind in turn."""
    return each_store


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """Return it, opened to write to, with a questionnaire asked."""
    with closing(open_store(url)) as opened:
        opened.remember(ASKED)
        yield opened


def sent(organisation: str, answer: str = "needed", key: str = "") -> Submission:
    """Return one made-up submission, with a remark that says whose it is."""
    answers = {"A1": answer, "remark": organisation}
    key = key or secrets.token_hex(16)
    return Submission(key, answers, "v1", NOW, organisation=organisation)


def test_a_store_knows_who_takes_part(store: Store, url: str) -> None:
    """Nobody until they are enrolled; who is enrolled again has a new link, and nobody goes."""
    assert store.organisations() == []
    store.enrol(TAKING_PART)
    store.enrol([replace(TAKING_PART[1], link="ef" * 32)])
    expected = [TAKING_PART[0], replace(TAKING_PART[1], link="ef" * 32), TAKING_PART[2]]
    assert store.organisations() == expected
    with read_store(url) as reader:
        assert reader.organisations() == expected
        assert reader.organisation("Ymere") == expected[1]
        assert reader.organisation("ymere") is None


def test_one_organisation_is_read_alone(store: Store, url: str) -> None:
    """By whatever name, and with what was changed since."""
    store.enrol(TAKING_PART)
    own, other = sent(ODD), sent("Ymere", "in_order")
    for each in (own, other, sent("Ymere")):
        store.put(each)
    changed = store.put(replace(own, answers={"A1": "in_order"}, at=NOW + timedelta(hours=1)))
    with read_store(url, ODD) as reader:
        assert list(reader.submissions()) == [own, changed]
        assert [len(batch) for batch in reader.coded("", UTC)] == [1]
        assert list(reader.remarks()) == []
        assert reader.holdings() == Holdings(1, 2, 0, own.at, changed.at)
        assert reader.holdings(NOW) == Holdings()
    with read_store(url, "Ymere") as reader:
        assert sum(len(batch) for batch in reader.coded("", UTC)) == 2
        assert [remark.text for remark in reader.remarks()] == ["Ymere"] * 2
        assert reader.holdings(NOW + timedelta(days=1)).submissions == 2
    with read_store(url) as reader:
        assert reader.answered() == {ODD: 1, "Ymere": 2}
        assert reader.holdings().submissions == 3


def test_a_key_of_another_link_changes_nothing(store: Store, url: str) -> None:
    """Whoever comes to know a key, and sends it by another organisation's link."""
    own = store.put(sent("Ymere", key="a" * 32))
    store.put(sent("Vestia", "in_order", key="a" * 32))
    with read_store(url, "Ymere") as reader:
        assert list(reader.submissions()) == [own]


def test_a_sector_has_its_figures_once(store: Store, url: str) -> None:
    """Whoever is first; the others are told what stands."""
    with read_store(url) as reader:
        assert reader.figures() == ""
    assert store.keep_figures("first") == store.keep_figures("later") == "first"
    with read_store(url) as reader:
        assert reader.figures() == "first"


def test_two_who_enrol_at_once(store: Store, url: str) -> None:
    """Where both could write, the second is told to do it again: else one's links are dead."""
    before = store.organisations()
    store.enrol(TAKING_PART, before)
    if url.startswith("postgresql"):
        with pytest.raises(StoreError, match="changed who takes part just now"):
            store.enrol([replace(TAKING_PART[0], link="ef" * 32)], before)
    assert store.organisations() == TAKING_PART


def test_a_vinkje_that_knows_no_rounds_refuses_one(store: Store, url: str) -> None:
    """It would put the answers of all together."""
    store.enrol(TAKING_PART)
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        return
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT oldest_writer FROM vinkje.format").fetchone() == (2,)
    with closing(open_store(url)) as other, read_store(url) as reader:
        assert other.organisations() == reader.organisations() == TAKING_PART


def test_a_copy_holds_the_round(store: Store, url: str, tmp_path: Path) -> None:
    """Who takes part, and the figures; what is there when it is put back stays."""
    store.enrol(TAKING_PART)
    store.keep_figures("first")
    store.put(sent("Ymere"))
    path, *_ = backup(url, tmp_path / "copy.db", UTC)
    new = f"sqlite:///{tmp_path / 'new.db'}"
    with closing(open_store(new)) as opened:
        newer = replace(TAKING_PART[0], link="ef" * 32)
        opened.enrol([newer])
    assert restore(path, new).added == 1
    with read_store(new) as reader:
        assert reader.organisations() == [newer, *TAKING_PART[1:]]
        assert reader.figures() == "first"
        assert reader.answered() == {"Ymere": 1}


def test_a_copy_goes_into_a_database_of_before_such_rounds(
    database_server: Cluster, tmp_path: Path
) -> None:
    """Its tables come when they are needed, for all who may read the others."""
    url = database_server.new_database()
    database_server.sql("CREATE ROLE round_form LOGIN")
    init_store(url, ["round_form"])
    tables = "DROP TABLE vinkje.organisation, vinkje.sector"
    database_server.sql(tables, url.rpartition("/")[2])
    form = url.replace("owner@", "round_form@")
    with closing(open_store(form)) as served, read_store(form) as reader:
        assert served.organisations() == reader.organisations() == []
        assert (reader.figures(), reader.organisation("Ymere")) == ("", None)
    copy = tmp_path / "copy.db"
    with closing(open_store(f"sqlite:///{copy}")) as opened:
        opened.enrol(TAKING_PART)
        opened.keep_figures("first")
    restore(copy, url)
    with closing(open_store(form)) as served, read_store(form) as reader:
        assert served.organisations() == reader.organisations() == TAKING_PART
        assert reader.figures() == "first"
