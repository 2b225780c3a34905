"""Ratios over several turns, held against their goals: what is a miss, and what is noise."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from goals import GOALS, Goal

LEAST_TURNS, MOST_TURNS = 3, 5
# What a turn gives: of each name that is wanted, ours divided by what ran beside it in that turn.
Turn = Callable[[int, Callable[[str], bool]], Mapping[str, float]]


@dataclass(frozen=True)
class Ratio:
    """What was compared, and the ratio of every turn."""

    name: str
    turns: Sequence[float]

    @property
    def goal(self) -> Goal | None:
        """The goal that belongs to the name, if any."""
        return GOALS.get(self.name)

    @property
    def is_missed(self) -> bool:
        """Whether no turn met the goal.

        This is the sign test: a turn is a pair run side by side, so whatever slows the machine
        slows both, and a ratio that is at its goal misses a turn no more often than it meets one.
        To miss all five happens to it once in 32 times (p = 0.03). Of dozens of goals one is then
        missed now and again though nothing slipped: the lowest turn, which is printed, tells by how
        much. A goal that is met in one of the first three turns can no longer be missed, and takes
        no more of them.
        """
        goal = self.goal
        return goal is not None and not any(map(goal.is_met, self.turns))

    @property
    def verdict(self) -> str:
        """A word: missed beyond the noise, within it, or met by the middle turn."""
        if self.goal is None:
            return ""
        if self.is_missed:
            return "MISSED"
        return "met" if self.goal.is_met(median(self.turns)) else "in doubt"

    def __str__(self) -> str:
        """Return a line: verdict, name, middle, lowest and highest turn, goal."""
        low, high = min(self.turns), max(self.turns)
        spread = f"({low:.3g} to {high:.3g} in {len(self.turns)} turns)"
        goal = f"goal: {self.goal}" if self.goal else ""
        middle = f"{median(self.turns):.3g}"
        return f"  {self.verdict:<8} {self.name:<52} {middle:>6} {spread:<28} {goal}".rstrip()


def in_turns(turn: Turn) -> list[Ratio]:
    """Measure until a miss is believed: no goal costs more turns than it needs."""
    found: dict[str, Ratio] = {}

    def is_open(name: str) -> bool:
        return name not in found or found[name].is_missed

    for number in range(MOST_TURNS):
        if number >= LEAST_TURNS and not any(map(is_open, found)):
            break
        wanted = is_open if number >= LEAST_TURNS else _every
        for name, ratio in turn(number, wanted).items():
            found[name] = Ratio(name, [*(found[name].turns if name in found else ()), ratio])
    return list(found.values())


def _every(_name: str) -> bool:
    return True


def conclude(ratios: Sequence[Ratio]) -> None:
    """Print every ratio; raises SystemExit with 1 when a goal is missed."""
    for ratio in ratios:
        print(ratio, flush=True)
    if any(ratio.is_missed for ratio in ratios):
        raise SystemExit(1)
