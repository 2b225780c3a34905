"""Who takes part in a round of several: the list, a link for each, and the form by those links."""

import hashlib
import re
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from conftest import Run
from rounds import DAY, LINK, links, listed
from served import Served, choices, hidden, kept, served

from forms.store.interface import Organisation, Submission
from forms.store.open import open_store, read_store


def test_each_gets_a_link_that_is_kept_nowhere(tmp_path: Path, vinkje: Run) -> None:
    """But in the file for whoever sends them, for their eyes alone."""
    path = listed(tmp_path, "Één & Thuis;a@example.nl;klein;", "Ymere;;groot;", ";;;")
    done = vinkje("organisations", path.name, "--public-url", LINK)
    assert done.returncode == 0, done.stderr
    assert "2 organisations take part" in done.stdout
    given = links(tmp_path / "links.csv")
    assert list(given) == ["Één & Thuis", "Ymere"]
    assert stat.S_IMODE((tmp_path / "links.csv").stat().st_mode) == 0o600
    with read_store(f"sqlite:///{tmp_path / 'answers.db'}") as reader:
        for each in reader.organisations():
            token = re.fullmatch(rf"{LINK}o/([\w-]{{22}})/", given[each.name])
            assert token
            assert each.link == hashlib.sha256(token[1].encode()).hexdigest()
            held = b"".join(path.read_bytes() for path in tmp_path.glob("answers.db*"))
            assert token[1].encode() not in held


def test_a_lost_link_is_made_anew(tmp_path: Path, vinkje: Run) -> None:
    """The one before ends; others stay, also of who is not listed any more."""
    args = ["organisations", listed(tmp_path, "A", "B").name, "--public-url", LINK]
    assert vinkje(*args).returncode == 0
    before = stored_links(tmp_path)
    listed(tmp_path, "B;b@example.nl;;", "C;;;")
    again = vinkje(*args, "--new-link", "b")
    assert (again.returncode, "links.csv: is there already" in again.stderr) == (1, True)
    assert stored_links(tmp_path) == before
    done = vinkje(*args, "--new-link", "b", "-o", "more.csv")
    assert done.returncode == 0
    assert "not in the list any more, and they still take part: A" in done.stderr
    now = stored_links(tmp_path)
    assert list(now) == ["A", "B", "C"]
    assert (now["A"] == before["A"], now["B"] == before["B"]) == (True, False)
    assert list(links(tmp_path / "more.csv")) == ["B", "C"]
    assert vinkje(*args, "-o", "none.csv").returncode == 0
    assert not (tmp_path / "none.csv").exists()
    assert stored_links(tmp_path) == now


def stored_links(folder: Path) -> dict[str, str]:
    """Return what is kept of links, by name."""
    with read_store(f"sqlite:///{folder / 'answers.db'}") as reader:
        return {each.name: each.link for each in reader.organisations()}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["A", "a", "A/B", "A:B", ";x", "x" * 101, "..", "é" * 101], [3, 5, 6, 7, 8, 9]),
        (["A;;;https://forms.gle/abc", "B;;;sqlite:///b.db"], [2, 3]),
        (["A;;;a.csv", "B;;;./a.csv", "C;;;b.csv"], [3]),
        (["A;" + "x" * 201, "B;b;klein;b.csv;more"], [2, 3]),
        ([], [1]),
    ],
)
def test_every_fault_of_a_list_is_told(
    tmp_path: Path, vinkje: Run, lines: list[str], expected: list[int]
) -> None:
    """With its line, all at once, and nothing is made."""
    done = vinkje("organisations", listed(tmp_path, *lines).name, "--public-url", LINK)
    assert done.returncode == 1
    assert [int(n) for n in re.findall(r"^list.csv:(\d+):", done.stderr, re.MULTILINE)] == expected
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


@pytest.mark.parametrize(
    ("header", "text"),
    [("wie;waar", "no column with names"), ("naam;name", "two columns are 'naam'")],
)
def test_a_list_without_names(tmp_path: Path, vinkje: Run, header: str, text: str) -> None:
    """Or with two columns of them."""
    done = vinkje(
        "organisations", listed(tmp_path, "A;B", header=header).name, "--public-url", LINK
    )
    assert (done.returncode, text in done.stderr) == (1, True)


def test_a_name_may_have_a_comma(tmp_path: Path, vinkje: Run) -> None:
    """In a list of one column too, around which Excel in Dutch puts no quotes."""
    path = listed(tmp_path, "B, C en D", "Wonen Noord, afd. A", header="naam")
    assert vinkje("organisations", path.name, "--public-url", LINK).returncode == 0
    assert list(links(tmp_path / "links.csv")) == ["B, C en D", "Wonen Noord, afd. A"]


def test_a_workbook_is_no_list(tmp_path: Path, vinkje: Run) -> None:
    """It says what to do with it."""
    (tmp_path / "list.xlsx").write_bytes(b"PK\3\4")
    done = vinkje("organisations", "list.xlsx", "--public-url", LINK)
    assert (done.returncode, "save it as CSV UTF-8" in done.stderr) == (1, True)
    done = vinkje("organisations", listed(tmp_path, "A").name, "--public-url", "https://a:b@x.nl/")
    assert (done.returncode, "is no link to a form" in done.stderr) == (1, True)


def test_a_store_with_answers_of_its_own_is_no_round(tmp_path: Path, vinkje: Run) -> None:
    """They would be of nobody; nor can a source put answers out of sight."""
    path = listed(tmp_path, "A").name
    with closing(open_store(f"sqlite:///{tmp_path / 'answers.db'}")) as store:
        store.put(Submission("a" * 32, {"S1": "needed"}, "v1", datetime.now(UTC)))
    done = vinkje("organisations", path, "--public-url", LINK)
    assert (done.returncode, "1 answers that are of no organisation" in done.stderr) == (1, True)
    other = ["--public-url", LINK, "--store", "sqlite:///b.db"]
    assert vinkje("organisations", path, *other).returncode == 0
    with closing(open_store(f"sqlite:///{tmp_path / 'b.db'}")) as store:
        store.put(Submission("a" * 32, {}, "v1", datetime.now(UTC), organisation="A"))
    listed(tmp_path, "A;;;a.csv")
    done = vinkje("organisations", path, *other)
    assert (done.returncode, "1 answers of A" in done.stderr) == (1, True)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, dict[str, Served]]]:
    """Return a form that two organisations have a link to, and the form by each link."""
    folder = tmp_path_factory.mktemp("form")
    with closing(open_store(f"sqlite:///{folder / 'answers.db'}")) as store:
        tokens = {"A": "a" * 22, "B": "-_" * 11}
        store.enrol(
            Organisation(name, link=hashlib.sha256(token.encode()).hexdigest())
            for name, token in tokens.items()
        )
    with served(folder) as found:
        yield (
            found,
            {name: replace(found, link=f"{found.link}o/{t}/") for name, t in tokens.items()},
        )


Form = tuple[Served, dict[str, Served]]


def test_answers_are_of_whose_link_they_came_by(form: Form) -> None:
    """The page says whose it is, and the receipt's link changes them there alone."""
    root, by_name = form
    page = requests.get(by_name["B"].link, timeout=30).text
    assert '<p class="organisation">B</p>' in page
    data = by_name["B"].filled()
    sent = by_name["B"].send(data)
    assert (sent.status_code, '<p class="organisation">B</p>' in sent.text) == (200, True)
    (stored,) = [each for each in root.stored() if each.key == data["_key"]]
    assert stored.organisation == "B"
    change = f"{by_name['B'].link}change#{data['_key']}"
    assert change in sent.text
    found = by_name["B"].change(change)
    assert (found.status_code, kept(found.text)["S1"]) == (200, data["S1"])
    assert [each.change(change).status_code for each in (by_name["A"], root)] == [404, 404]
    by_name["B"].send({**hidden(found.text), **kept(found.text), "S1": "needed"})
    (_, last) = [each for each in root.stored() if each.key == data["_key"]]
    assert (last.organisation, last.answers["S1"]) == ("B", "needed")


def test_a_key_is_of_no_use_by_another_link(form: Form) -> None:
    """Whoever comes to know it is told nothing, and changes nothing."""
    root, by_name = form
    data = by_name["A"].filled()
    assert by_name["A"].send(data).status_code == 200
    foreign = by_name["B"].send({**data, "S1": "needed"})
    assert (foreign.status_code, kept(foreign.text)["S1"]) == (503, "needed")
    (stored,) = [each for each in root.stored() if each.key == data["_key"]]
    assert (stored.organisation, stored.answers["S1"]) == ("A", data["S1"])


@pytest.mark.parametrize("token", ["c" * 22, "x", "a" * 21])
def test_an_unknown_link_has_a_page_of_its_own(form: Form, token: str) -> None:
    """The same whatever is wrong with it, and the same at the form's own address."""
    root, _ = form
    found = requests.get(f"{root.link}o/{token}/", timeout=30)
    assert found.status_code == requests.get(root.link, timeout=30).status_code == 404
    assert "Deze link werkt niet" in found.text
    assert "Deze link werkt niet" in requests.get(root.link, timeout=30).text
    assert choices(found.text) == {}


def test_answers_by_a_link_that_ended_stay_on_the_page(form: Form) -> None:
    """With what to do; nothing of them is kept."""
    root, by_name = form
    data = by_name["A"].filled(S2="needed")
    for link in (root.link, f"{root.link}o/{'c' * 22}/"):
        sent = requests.post(link + "send", data, timeout=30)
        assert sent.status_code == 404
        assert "De link van deze pagina werkt niet meer" in sent.text
        assert kept(sent.text)["S2"] == "needed"
    assert data["_key"] not in {each.key for each in root.stored()}


def test_a_link_without_its_last_slash_leads_there(form: Form) -> None:
    """So does an address that only answers are sent to."""
    _, by_name = form
    link = by_name["A"].link
    for path in (link.rstrip("/"), f"{link}send"):
        found = requests.get(path, timeout=30)
        assert (found.status_code, found.url) == (200, link)


def test_a_doubled_slash_leads_nowhere(form: Form) -> None:
    """Flask would lead it to the host and the scheme that it sees itself."""
    root, by_name = form
    link = by_name["A"].link
    for path in (f"{link}/", link.replace("/o/", "/o//")):
        found = requests.get(path, timeout=30, allow_redirects=False)
        assert (found.status_code, found.headers.get("Location")) == (404, None)
    assert requests.get(f"{root.link}o/", timeout=30).status_code == 404


def test_all_are_invited_at_once(tmp_path: Path, vinkje: Run) -> None:
    """Each in a folder of its own, by its own link, with what whoever holds the round sees."""
    path = listed(tmp_path, "=A/B;Anna, tel. 1;;", "Con;;;").name
    assert vinkje("organisations", path, "--public-url", LINK).returncode == 0
    done = vinkje("invite", "links.csv", "--contact", "de helpdesk", *DAY)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "uitnodiging"
    assert sorted(each.name for each in folder.iterdir()) == ["=A-B", "Con_"]
    given = links(tmp_path / "links.csv")
    # A file for Excel has an apostrophe before what it would run.
    for name, own, contact in (
        ("=A-B", given["'=A/B"], "Anna, tel. 1"),
        ("Con_", given["Con"], "de helpdesk"),
    ):
        letter = (folder / name / "nl" / "uitnodiging.eml").read_text("utf-8").replace("=\n", "")
        assert own in letter.replace("=3D", "=")
        privacy = (folder / name / "nl" / "privacy.html").read_text("utf-8")
        assert "cijfers van alle organisaties samen" in privacy
        assert contact in privacy
    again = vinkje("invite", "links.csv", *DAY)
    assert (again.returncode, "uitnodiging" in again.stderr) == (1, True)
    done = vinkje("invite", path)
    assert (done.returncode, "is no list of links" in done.stderr) == (1, True)
