"""A form on PostgreSQL: what it says when it cannot be, and that nothing gets lost."""

import json
from pathlib import Path

from conftest import Run
from postgres_server import Cluster
from served import answers_of, served, small


def test_a_form_and_its_report_on_postgresql(
    database_server: Cluster, tmp_path: Path, vinkje: Run
) -> None:
    """From an empty database to figures, every command by the same address."""
    url = database_server.new_database()
    small(tmp_path)
    done = vinkje("form", "web", "--store", url)
    assert (done.returncode, "vinkje store init" in done.stderr) == (1, True), done.stderr
    for _ in range(2):
        assert vinkje("store", "init", url).returncode == 0
    assert "up to date" in vinkje("store", "upgrade", url).stdout
    with served(tmp_path, "--store", url) as form:
        data = form.filled()
        assert form.send(data).status_code == 200
        assert [each.answers for each in form.stored()] == [answers_of(data)]
        assert vinkje("store", "close", url).returncode == 0
        assert form.end()[0] == 0
    done = vinkje("report", url, "--json", "-")
    assert json.loads(done.stdout)["responses"]["used"] == 1, done.stderr
    for args in (["status", url], ["pull", url, "-o", "a.csv"], ["check", "--against", url]):
        done = vinkje(*args)
        assert done.returncode == 0, done.stderr
    assert vinkje("store", "backup", url, "-o", "copy.db").returncode == 0
    copied = vinkje("report", "sqlite:///copy.db", "--json", "-", "-o", "2.xlsx")
    assert json.loads(copied.stdout)["responses"]["used"] == 1, copied.stderr
    done = vinkje("store", "purge", url, "--before", "2098-01-01", "--yes")
    assert "Wiped 1" in done.stdout
    twice = vinkje(
        "report", url, url.replace("127.0.0.1", "127.0.0.1").replace("postgresql", "postgres")
    )
    assert "named twice" in twice.stderr
