"""From a file to PostgreSQL and back, as docs/en/administration/backup.md says."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from conftest import Run
from postgres_server import Cluster
from served import served, small
from test_store import NOW, put, stored, submission

from forms.store.interface import QuestionnaireVersion, Submission
from forms.store.maintenance import restore
from forms.store.open import init_store, open_store, read_store, set_closed

WORDS = {"A1": ["A1. Een.", "Op orde", "Nodig"]}
ASKED = [QuestionnaireVersion(version, "", WORDS) for version in ("v1", "v2")]
LATER = NOW + timedelta(hours=1)


def in_order(submissions: list[Submission]) -> list[Submission]:
    """Return submissions by key and revision: databases tell no order of arrival."""
    return sorted(submissions, key=lambda each: (each.key, each.revision))


def test_from_a_file_to_postgresql_and_back(
    database_server: Cluster, tmp_path: Path, vinkje: Run
) -> None:
    """Keys, revisions, moments and questionnaires are as they were; nothing is doubled."""
    file, url = f"sqlite:///{tmp_path / 'answers.db'}", database_server.new_database()
    with closing(open_store(file)) as store:
        for asked in ASKED:
            store.remember(asked)
    first = submission(key="a" * 32)
    changed = replace(first, answers={"A1": "anders", "remark:A1": "één"}, version="v2", at=LATER)
    put(file, first, changed, submission(key="b" * 32))
    before = stored(file)
    init_store(url)
    assert vinkje("store", "backup", "-o", "move.db").returncode == 0
    for added in (3, 0):
        done = vinkje("store", "restore", "move.db", url)
        assert f"{added} sets of answers put back, {3 - added} were" in done.stdout, done.stderr
    assert in_order(stored(url)) == in_order(before)
    set_closed(url, closed=True)
    assert vinkje("store", "backup", url, "-o", "back.db").returncode == 0
    done = vinkje("store", "restore", "back.db", "sqlite:///back-again.db")
    assert done.returncode == 0, done.stderr
    assert in_order(stored(f"sqlite:///{tmp_path / 'back-again.db'}")) == in_order(before)
    with closing(open_store(f"sqlite:///{tmp_path / 'back-again.db'}")) as store:
        assert store.closed_at() is None
        assert [each.version for each in store.asked()] == ["v1", "v2"]


def test_all_of_a_copy_or_none(database_server: Cluster, tmp_path: Path) -> None:
    """Also into a form that people use; what was sent later is what stands."""
    file, url = f"sqlite:///{tmp_path / 'answers.db'}", database_server.new_database()
    init_store(url)
    with closing(open_store(file)) as store:
        store.remember(ASKED[0])
    put(file, submission(key="a" * 32), submission("unknown", "a" * 32, LATER))
    restore(tmp_path / "answers.db", url)
    put(file, submission(key="c" * 32))
    put(url, submission("in_order", "a" * 32, LATER + timedelta(hours=1)))
    assert restore(tmp_path / "answers.db", url).added == 1
    assert [each.answers["A1"] for each in in_order(stored(url))] == [
        "needed",
        "unknown",
        "in_order",
        "needed",
    ]


def test_a_move_keeps_codes(database_server: Cluster, tmp_path: Path) -> None:
    """Answers that a file has as texts are a byte each in the database, as the form puts them."""
    file, url = f"sqlite:///{tmp_path / 'answers.db'}", database_server.new_database()
    init_store(url)
    asked = replace(ASKED[0], codebook={"A1": ["in_order", "needed"]})
    with closing(open_store(file)) as store:
        # As a vinkje before this one did.
        store.remember(ASKED[0])
        store.remember(asked)
        store.put(submission())
    restore(tmp_path / "answers.db", url)
    coded = "SELECT codes FROM vinkje.submission"
    assert database_server.sql(coded, url.rpartition("/")[2]) == r"\x02"
    with read_store(url) as reader:
        assert reader.asked() == [asked]


def test_links_to_change_go_on_working(
    database_server: Cluster, tmp_path: Path, vinkje: Run
) -> None:
    """What somebody sent to the file is changed on PostgreSQL."""
    url = database_server.new_database()
    init_store(url)
    small(tmp_path)
    with served(tmp_path) as form:
        data = form.filled(A1="needed")
        assert form.send(data).ok
        assert form.end()[0] == 0
    assert vinkje("store", "restore", "answers.db", url).returncode == 0
    with served(tmp_path, "--store", url) as form:
        assert form.send({**data, "A1": "unknown"}).ok
        assert [each.answers["A1"] for each in in_order(form.stored())] == ["needed", "unknown"]
