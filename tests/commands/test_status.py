"""How many have answered: every one counted, groups in steps, and nothing of what they said."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import Run
from hypothesis import given
from hypothesis import strategies as st

from forms.analysis.participation import participation
from forms.checklist.model import Checklist
from forms.responses.counting import read_responses
from forms.responses.model import Table

CHOICES = ("Wijk", "Balie", "Incasso", "Techniek")
ASKED = Checklist.model_validate(
    {
        "title": "Proef",
        "respondent": [{"id": "role", "label": "Functie?", "choices": CHOICES, "split": True}],
        "sections": [{"id": "A", "title": "Deel", "items": [{"id": "A1", "text": "Een."}]}],
    }
)
DAY = date(2026, 11, 2)


def table(sizes: dict[str, int], days: int = 1) -> Table:
    """Return answers of groups of these sizes, spread over some days."""
    roles = [role for role, size in sizes.items() for _ in range(size)]
    rows = [
        [f"{DAY + timedelta(days=number % days)} 9:00:00", role, "in_order"]
        for number, role in enumerate(roles)
    ]
    return Table("t", ["Timestamp", "role", "A1"], rows)


def counted(sizes: dict[str, int], *invited: str, days: int = 1) -> dict[str, object]:
    """Return what is shown per group."""
    found = participation(ASKED, read_responses(table(sizes, days), ASKED), invited)
    return {group.name: group.answered for group in found.groups}


@given(st.fixed_dictionaries({name: st.integers(0, 12) for name in CHOICES}))
def test_groups_are_counted_in_steps(sizes: dict[str, int]) -> None:
    """One more answer is seen at every fifth: a day later nobody sees who came in."""
    shown = counted(sizes)
    assert shown == {name: size - size % 5 for name, size in sizes.items()}


@pytest.mark.parametrize("days", [1, 3, 31, 32, 90])
def test_days_add_up(days: int) -> None:
    """Every day stands there, empty ones too; a long round is shown by week."""
    sizes = {"Wijk": 100}
    found = participation(ASKED, read_responses(table(sizes, days), ASKED))
    assert sum(count for _, count in found.days) == 100
    assert found.by_week == (days > 31)
    assert found.days[0][0] == DAY
    gaps = {(b - a).days for (a, _), (b, _) in zip(found.days, found.days[1:], strict=False)}
    assert gaps <= {7 if found.by_week else 1}


def test_what_it_shows(tmp_path: Path, vinkje: Run) -> None:
    """Shares of those invited where known; a setting will do as well."""
    (tmp_path / "checklist.yaml").write_text(ASKED.model_dump_json(), encoding="utf-8")
    rows = [["Timestamp", "role", "A1"], *table({"Wijk": 6, "Balie": 8, "Incasso": 3}).rows]
    text = "\n".join(",".join(map(str, row)) for row in rows)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    done = vinkje("status", "a.csv", "--invited", "balie=16", "--invited", "40")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Proef",
        "  Responses that count: 17 of 40 (43%)",
        "",
        "Per day",
        f"  Mon 02 Nov  17  {'█' * 40}",
        "",
        "Per group",
        "  Wijk      at least 5",
        "  Balie     at least 5 of 16 (31%)",
        "  Incasso   fewer than 5",
        "  Techniek  fewer than 5",
        "  (in steps of 5, so that nobody sees who came in)",
    ]
    settings = 'source = "a.csv"\n[status]\ninvited = ["Balie=16", "40"]\n'
    (tmp_path / "vinkje.toml").write_text(settings, encoding="utf-8")
    assert vinkje("status").stdout == done.stdout


def test_more_than_were_invited_is_pointed_out(tmp_path: Path, vinkje: Run) -> None:
    """In all and per group: somebody should look at the number, or at the answers."""
    (tmp_path / "checklist.yaml").write_text(ASKED.model_dump_json(), encoding="utf-8")
    rows = [
        ["Timestamp", "role", "A1"],
        *table({"Wijk": 6, "Balie": 8, "Incasso": 5, "Techniek": 7}).rows,
    ]
    text = "\n".join(",".join(map(str, row)) for row in rows)
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    groups = ("--invited", "Wijk=5", "--invited", "Balie=8", "--invited", "Incasso=0")
    said = vinkje("status", "a.csv", "--invited", "25", *groups).stdout.splitlines()
    assert said[1] == "  Responses that count: 26 (more than the 25 invited)"
    assert "  Wijk      at least 5 (more than the 5 invited)" in said
    assert "  Balie     at least 5 of 8 (63%)" in said
    assert "  Incasso   at least 5 (more than the 0 invited)" in said
    assert "  Techniek  at least 5" in said


@pytest.mark.parametrize(
    ("invited", "said"),
    [
        ("Koning=3", "'Wijk'"),
        ("Balie=veel", "no group and number"),
        ("Balie=", "no group and number"),
        ("x", "no group"),
    ],
)
def test_a_bad_number_is_explained(tmp_path: Path, vinkje: Run, invited: str, said: str) -> None:
    """With the groups there are."""
    (tmp_path / "checklist.yaml").write_text(ASKED.model_dump_json(), encoding="utf-8")
    (tmp_path / "a.csv").write_text("role,A1\nWijk,in_order\n", encoding="utf-8")
    done = vinkje("status", "a.csv", "--invited", invited)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[form.web]\nport = 'x'\n", "a number"),
        ("[form.web]\nport = true\n", "a number"),
        ("[status]\ninvited = 3\n", "a list of texts"),
        ("[status]\ninvited = [3]\n", "a list of texts"),
    ],
)
def test_settings_of_other_kinds_are_explained(
    tmp_path: Path, vinkje: Run, settings: str, said: str
) -> None:
    """In the file's own terms."""
    (tmp_path / "vinkje.toml").write_text(settings, encoding="utf-8")
    done = vinkje("status", "a.csv")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: vinkje.toml: ")
    assert said in done.stderr
