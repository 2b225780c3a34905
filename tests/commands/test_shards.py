"""Answers spread over two database servers by PostgreSQL itself, as the page for IT says."""

import os
import re
import secrets
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from conftest import ROOT, database_cluster, run_vinkje
from load import under_load
from postgres_server import Cluster, end, postgres_program

from forms.errors import StoreError
from forms.store.interface import CodedAnswers, QuestionnaireVersion, Store, Submission
from forms.store.open import open_store, read_store
from forms.store.postgresql import owner

ENGLISH = ROOT / "docs/en/administration/database-servers.md"
DUTCH = ROOT / "docs/nl/beheer/databaseservers.md"
ASKED = QuestionnaireVersion(
    "v1",
    "",
    {"A1": ["A1. Een.", "Op orde", "Nodig"], "team": ["Team?", "N", "Z"], "remark:A": ["Iets?"]},
    {"A1": ["in_order", "needed"], "team": ["N", "Z"]},
)
NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
_BLOCK = re.compile(r"^```(sql|sh)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_ROLES = ("vinkje_owner", "form", "report")


@dataclass
class Servers:
    """Two servers with the names that the page gives them."""

    db1: Cluster
    db3: Cluster

    def url(self, user: str, name: str = "db1") -> str:
        """Return the address of one of them as somebody comes to it."""
        server: Cluster = getattr(self, name)
        return server.url("vinkje", user)

    def follow(self, page: str) -> None:
        """Do what a part of the page says, a block at a time."""
        for kind, text in _BLOCK.findall(page):
            if kind == "sh":
                for line in text.splitlines():
                    self._command(line)
                continue
            self.block(text)

    def block(self, text: str, *, stops: bool = True) -> bool:
        """Run a block of SQL where it says; tells whether all of it was done."""
        who = re.match(r"-- on (db\d)(?: and (db\d))?, as (\w+)\n", text)
        assert who, text
        done = [self._sql(name, who[3], text, stops=stops) for name in who.groups()[:2] if name]
        assert not stops or all(each.returncode == 0 for each in done), (text, done)
        return not any("ERROR" in each.stderr for each in done)

    def _command(self, line: str) -> None:
        program, *words = line.split()
        if program == "systemctl":
            return
        assert program == "/opt/vinkje/bin/vinkje"
        for name, server in (("db1", self.db1), ("db3", self.db3)):
            words = [word.replace(f"@{name}/", f"@127.0.0.1:{server.port}/") for word in words]
        done = run_vinkje(*words, cwd=Path("/"))
        assert done.returncode == 0, done.stderr

    def _sql(
        self, name: str, role: str, text: str, *, stops: bool
    ) -> subprocess.CompletedProcess[str]:
        where = f"host '127.0.0.1', port '{self.db3.port}'"
        text = text.replace("host 'db3'", where).replace("'verify-full'", "'disable'")
        file = self.db1.folder / "page.sql"
        file.write_text(text, encoding="utf-8")
        program = postgres_program("psql")
        assert program
        return subprocess.run(
            [program, "-Xq", "-v", f"ON_ERROR_STOP={int(stops)}", "-f", file, self.url(role, name)],
            input="".join(f"secret of {each}\n" for each in _ROLES),
            env={**os.environ, "PGPASSWORD": f"secret of {role}"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@contextmanager
def _two() -> Iterator[Servers]:
    """Bring two servers with their roles, as the page before this one says."""
    with database_cluster() as db1, database_cluster() as db3:
        for server in (db1, db3):
            rules = server.data / "pg_hba.conf"
            locked = f"host vinkje {','.join(_ROLES)} 127.0.0.1/32 scram-sha-256\n"
            rules.write_text(locked + rules.read_text("utf-8"), encoding="utf-8")
            server.sql("CREATE ROLE postgres SUPERUSER LOGIN")
            for role in _ROLES:
                server.sql(f"CREATE ROLE {role} LOGIN PASSWORD 'secret of {role}'")
            server.sql("CREATE DATABASE vinkje OWNER vinkje_owner")
            server.sql("SELECT pg_reload_conf()")
        yield Servers(db1, db3)


@pytest.fixture(scope="module", autouse=True)
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have the passwords of all roles where PostgreSQL's programs look for them."""
    passes = tmp_path_factory.mktemp("passes") / "passes"
    passes.write_text("".join(f"*:*:*:{role}:secret of {role}\n" for role in _ROLES), "utf-8")
    passes.chmod(0o600)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSFILE", str(passes))
        yield


def part(title: str) -> str:
    """Return one part of the page."""
    return ENGLISH.read_text("utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Return two servers over which the answers are spread."""
    with _two() as found:
        found.follow(part("Once"))
        yield found


@pytest.fixture
def store(servers: Servers) -> Iterator[Store]:
    """Return the store as a form server opens it."""
    with closing(open_store(servers.url("form"))) as opened:
        opened.remember(ASKED)
        yield opened


def submission(organisation: str, **answers: str) -> Submission:
    """Return one made-up submission."""
    told = {"A1": "needed", "team": "N", **answers}
    return Submission(secrets.token_hex(16), told, "v1", NOW, organisation=organisation)


def organisations(servers: Servers) -> set[str]:
    """Return all organisations that reports find."""
    with read_store(servers.url("report")) as reader:
        return {each.organisation for each in reader.submissions()}


def far(servers: Servers) -> set[str]:
    """Return the organisations of which the second server has the answers."""
    found = servers.db3.sql("SELECT DISTINCT organisation FROM vinkje.submission", "vinkje")
    return set(found.splitlines())


def test_both_pages_say_the_same_to_psql() -> None:
    """Only what people read is translated."""
    assert _BLOCK.findall(ENGLISH.read_text("utf-8")) == _BLOCK.findall(DUTCH.read_text("utf-8"))


def test_spreading_what_was_there_loses_nothing_whatever_fails() -> None:
    """By a psql that goes on after errors, while the second server is away; the way back; again."""
    first, _, rest = part("Once").partition("```sql")
    blocks = [text for kind, text in _BLOCK.findall("```sql" + rest) if kind == "sql"]
    here = next(n for n, text in enumerate(blocks) if "INSERT INTO" in text)
    sent = {f"organisation {number}" for number in range(12)}
    with _two() as servers:
        servers.follow(first)
        with closing(open_store(servers.url("form"))) as opened:
            opened.remember(ASKED)
            for each in sent:
                opened.put(submission(each))
        for text in blocks[:here]:
            servers.block(text)
        servers.db3.stop("immediate")
        assert not servers.block(blocks[here], stops=False)
        assert not servers.block(blocks[-1].replace("db3 and db1", "db1"), stops=False)
        servers.db3.start()
        servers.follow(part("The way back"))
        assert organisations(servers) == sent
        servers.follow("```sql" + rest)
        assert organisations(servers) == sent
        assert far(servers)


def test_answers_are_kept_once_wherever_they_are(servers: Servers, store: Store) -> None:
    """Sent twice they stand once, others are a revision, and all of them are found."""
    sent = [submission(f"organisation {number}") for number in range(12)]
    assert [store.put(each) for each in sent * 2] == sent * 2
    assert 0 < len(far(servers) & {each.organisation for each in sent}) < len(sent)
    for each in sent:
        changed = store.put(replace(each, answers={"A1": "in_order"}, at=NOW + timedelta(hours=1)))
        assert changed.revision == 2
        assert store.latest(receipt=each.receipt) == store.latest(key=each.key) == changed
    assert store.newest() == NOW + timedelta(hours=1)
    with read_store(servers.url("report")) as reader:
        assert len(list(reader.submissions())) == 24
        held = reader.holdings()
    assert (held.submissions, held.revisions) == (12, 24)


@pytest.mark.usefixtures("store")
def test_each_server_counts_its_own(servers: Servers) -> None:
    """The second sends groups and not rows, whatever was revised; the figures are those of rows."""
    first = [submission(f"organisation {n % 20}", team="NZ"[n % 2]) for n in range(12_000)]
    changed = {"A1": "in_order", "team": "Z", "remark:A": "x"}
    later = [replace(each, answers=changed, revision=2) for each in first[::30]]
    with closing(open_store(servers.url("vinkje_owner"))) as owned:
        assert owned.restore(first + later) == len(first) + len(later)
        assert owned.restore(first + later) == 0
    for server in (servers.db1, servers.db3):
        server.sql("ANALYZE vinkje.submission", "vinkje")
    with statements(servers.db3) as heard, read_store(servers.url("report")) as reader:
        found = Counter(_answers(reader.coded("team", ZONE)))
        assert sum(map(len, reader.coded("", ZONE))) == found.total()
    with read_store(servers.url("report")) as reader:
        standing = {(each.organisation, each.key): each for each in reader.submissions()}
    assert found == Counter(
        (each.answers.get("team", ""), each.answers["A1"]) for each in standing.values()
    )
    lists = [re.split(r"\sFROM\s", each)[0] for each in heard]
    of_codes = [each for each in lists if ".codes" in each or " codes" in each]
    assert of_codes
    assert all("string_agg" in each for each in of_codes), of_codes


def _answers(parts: Iterable[CodedAnswers]) -> Iterator[tuple[str, str]]:
    """Yield the group and the answer to A1 of each submission."""
    for part in parts:
        place = list(part.codebook).index("A1")
        for code in part.codes[place :: len(part.codebook)]:
            yield part.group, part.codebook["A1"][code - 1]


@contextmanager
def statements(server: Cluster) -> Iterator[list[str]]:
    """Return, once this is left, the queries that another server asked it."""
    found: list[str] = []
    log = server.folder / "log"
    server.set(log_statement="all")
    before = log.stat().st_size
    yield found
    server.set(log_statement="none")
    text = log.read_bytes()[before:].decode("utf-8")
    found += re.findall(r"DECLARE c\d+ CURSOR FOR\s+(SELECT.*)", text)


def test_a_server_that_is_away_hinders_its_own_organisations_alone(
    servers: Servers, store: Store
) -> None:
    """They are told which server it is; when it is back all go on, with the same connections."""
    sent = [submission(f"organisation {number}") for number in range(12)]
    for each in sent:
        store.put(each)
    away = [each for each in sent if each.organisation in far(servers)]
    servers.db3.stop("immediate")
    try:
        for each in sent:
            new = replace(each, key=secrets.token_hex(16))
            if each not in away:
                assert store.put(new) == new
                continue
            with pytest.raises(StoreError) as told:
                store.put(new)
            assert told.value.place == servers.url("form")
            assert "db3" in told.value.problem
            assert told.value.remedy
        with pytest.raises(StoreError, match="db3"), read_store(servers.url("report")) as reader:
            list(reader.submissions())
    finally:
        servers.db3.start()
    assert [store.put(each) for each in sent] == sent


def test_old_answers_are_wiped_on_both(servers: Servers, store: Store) -> None:
    """By the owner, while the form is served."""
    old = datetime(2020, 1, 1, tzinfo=UTC)
    for number in range(12):
        store.put(replace(submission(f"organisation {number}"), at=old))
    with closing(open_store(servers.url("vinkje_owner"))) as owned:
        assert owned.purge(old + timedelta(days=1)) == 12
        assert owned.purge(old + timedelta(days=1)) == 0


def test_a_partition_moves_while_people_answer(servers: Servers, store: Store) -> None:
    """As the page says it; what was there and what comes meanwhile is at the other server, once."""
    for number in range(20):
        store.put(submission(f"organisation {number}"))
    moving = servers.db1.sql("SELECT DISTINCT organisation FROM vinkje.submission_0", "vinkje")
    moved = moving.splitlines()
    assert not far(servers) & set(moved)

    def put(submission: Submission) -> Submission:
        return store.put(replace(submission, organisation=moved[0]))

    with under_load(put) as load:
        load.wait_for(100)
        servers.follow(part("One server more"))
        load.wait_for(100)
    thanked = {each.key for each in load.thanked}
    with read_store(servers.url("report")) as reader:
        rows = [each for each in reader.submissions() if each.key in thanked]
    assert (load.lost(rows), load.doubled(rows)) == (0, 0), load.account(rows)
    assert set(moved) < far(servers)


def test_new_tables_come_to_the_second_server_first(servers: Servers, store: Store) -> None:
    """An upgrade adds columns, there and then here, while forms of the former layout go on."""
    added = {2: (["ALTER TABLE vinkje.submission ADD COLUMN channel text"], 1)}
    for name in ("db3", "db1"):
        assert owner.upgrade(servers.url("vinkje_owner", name), added) == (1, 2)
        for number in range(12):
            each = submission(f"organisation {number}")
            assert store.put(each) == each


def test_the_second_server_is_killed_and_its_standby_promoted(
    servers: Servers, store: Store
) -> None:
    """Both are named as its hosts. The last test here: the second server is gone after it."""
    db3 = servers.db3
    for number in range(12):
        store.put(submission(f"organisation {number}"))
    with TemporaryDirectory() as folder:
        standby = db3.standby(Path(folder) / "standby")
        try:
            standby.start()
            db3.set(synchronous_standby_names="standby")
            db3.wait_until("SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
            servers.db1.sql(
                "ALTER SERVER db3 OPTIONS (SET host '127.0.0.1,127.0.0.1', "
                f"SET port '{db3.port},{standby.port}')",
                "vinkje",
            )
            organisation = min(far(servers))
            with under_load(
                lambda each: store.put(replace(each, organisation=organisation))
            ) as load:
                load.wait_for(100)
                db3.kill()
                standby.promote()
                servers.db3 = standby
                load.wait_for(100)
            thanked = {each.key for each in load.thanked}
            with read_store(servers.url("report")) as reader:
                rows = [each for each in reader.submissions() if each.key in thanked]
            assert (load.lost(rows), load.doubled(rows)) == (0, 0), load.account(rows)
        finally:
            end(standby)
