"""When a benchmark says that a goal is missed."""

from collections.abc import Callable, Sequence

import pytest
from goals import GOALS, Goal
from ratios import Ratio, conclude, in_turns


@pytest.fixture(autouse=True)
def _goals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GOALS, "seconds", Goal(2))
    monkeypatch.setitem(GOALS, "rate", Goal(2, is_least=True))


@pytest.mark.parametrize(
    ("name", "turns", "verdict"),
    [
        ("seconds", [1, 2, 3], "met"),
        ("seconds", [2, 3, 3], "in doubt"),
        ("seconds", [2.1, 3, 3], "MISSED"),
        ("rate", [1, 2, 3], "met"),
        ("rate", [1, 1, 3], "in doubt"),
        ("rate", [1, 1, 1.9], "MISSED"),
        ("without a goal", [9, 9, 9], ""),
    ],
)
def test_a_goal_is_missed_when_no_turn_meets_it(
    name: str, turns: Sequence[float], verdict: str
) -> None:
    """A turn that meets it says that the others may be noise."""
    assert Ratio(name, turns).verdict == verdict


def test_a_miss_takes_more_turns_and_what_is_met_does_not() -> None:
    """A turn is told what is still to be measured."""
    wanted = []

    def turn(_number: int, is_wanted: Callable[[str], bool]) -> dict[str, float]:
        names = [name for name in ("seconds", "rate") if is_wanted(name)]
        wanted.append(names)
        return dict.fromkeys(names, 3)

    ratios = {ratio.name: len(ratio.turns) for ratio in in_turns(turn)}
    assert wanted == [["seconds", "rate"]] * 3 + [["seconds"]] * 2
    assert ratios == {"seconds": 5, "rate": 3}


def test_a_miss_is_printed_beside_its_goal_and_ends_with_1(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """So that whoever runs it sees which, and a machine too."""
    conclude([Ratio("rate", [2, 3, 3])])
    with pytest.raises(SystemExit) as end:
        conclude([Ratio("seconds", [3, 4, 5, 6, 7]), Ratio("rate", [2, 3, 3])])
    assert end.value.code == 1
    missed = capsys.readouterr().out.splitlines()[1]
    assert " ".join(missed.split()) == "MISSED seconds 5 (3 to 7 in 5 turns) goal: at most 2"
