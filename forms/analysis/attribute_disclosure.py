"""Whether an organisation's step could be worked out from the figures that a sector is given.

Attribute disclosure, as the field calls it. Whoever tries knows all figures, who takes part, of
which size class each is, and where two organisations stand that put together what they have. Those
of one class that has figures of its own are alike to them, and so are all others. So one is found
out only where all whom they do not know of its class stand at one step, and could not stand at
another with every figure the same. At the first and the last step it may be: those are wide.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from forms.analysis.quartiles import FIRST, LAST, STEPS, Quartiles, quartiles

# Organisations that may put together what they know.
_TOGETHER = 2
# How many organisations stand at a step, by class.
_World = Mapping[str, Counter[int]]


def discloses(classes: Mapping[str, Sequence[int]], others: Sequence[int]) -> bool:
    """Say whether somebody could be found out by the quartiles of all, and those of each class.

    `others` are the steps of those in no class that has quartiles of its own.
    """
    world = {name: Counter(steps) for name, steps in {**classes, "": others}.items() if steps}
    return any(
        _is_found(world, name, step)
        for name, own in world.items()
        for step in own
        if own.total() - own[step] <= _TOGETHER and step not in {FIRST, LAST}
    )


def _is_found(world: _World, name: str, step: int) -> bool:
    """Say whether one of a class at a step could stand at no other, for all that is known."""
    given = _figures(world)
    if any(_figures(_moved(world, name, step, other)) == given for other in STEPS if other != step):
        return False
    # With one of another class, which takes its place: nobody can tell, unless they are all known.
    partners = (
        count
        for other, steps in world.items()
        for there, count in steps.items()
        if other != name
        and there != step
        and _figures(_moved(_moved(world, name, step, there), other, there, step)) == given
    )
    return sum(partners) <= _TOGETHER


def _moved(world: _World, name: str, step: int, other: int) -> _World:
    """Return where everybody would stand if one of a class stood at another step."""
    return {**world, name: world[name] - Counter([step]) + Counter([other])}


def _figures(world: _World) -> tuple[Quartiles, ...]:
    """Return all that is given: the quartiles of each class, and of all together."""
    named = (own.elements() for name, own in sorted(world.items()) if name)
    everybody: Iterator[int] = (step for own in world.values() for step in own.elements())
    return (*map(quartiles, named), quartiles(everybody))
