"""Which groups' figures are hidden, so that nobody can work out a small one or a person. Pure.

What the reader knows is taken to be: all totals, every figure that is shown, how large each group
is, and one person's own answers. Cell suppression, as statistical offices call it: a small group is
hidden, and so many others with it that what is left over still may be shared out in several ways.
"""

from collections.abc import Iterable, Mapping

from forms.checklist.model import Rules
from forms.responses.model import Counts
from forms.wording import Answer

# One hidden group is what the total leaves when all that is shown is taken off.
_LEAST_GROUPS = 2
# Of two who say the same, one knows the other from what is shown, and from these rules: that fewer
# groups were not enough says that fewer than this many in them said so.
_LEAST_ALIKE = 3


def shown_groups(groups: Mapping[str, Counts], rules: Rules) -> dict[str, Counts | None]:
    """Return the counts of each group, None where they are hidden; nothing when no choice is safe.

    Hidden are the groups of which fewer than `min_group` know the item, and then the smallest of
    the others, until what is hidden cannot be told apart.
    """
    # Of groups as large the same are hidden whatever their order: two orders would give them away.
    order = sorted(groups, key=lambda name: (groups[name].knowing, name))
    count = sum(groups[name].knowing < rules.min_group for name in order)
    if count:
        while not _is_safe([groups[name] for name in order[:count]], rules):
            count += 1
            if count > len(order):
                return {}
    hidden = set(order[:count])
    return {name: None if name in hidden else counts for name, counts in groups.items()}


def _is_safe(hidden: Iterable[Counts], rules: Rules) -> bool:
    """Say whether the sum over hidden groups gives none of them away, nor anybody in them.

    It does not while, also without any one person, there are two groups, and some say in order and
    some say not: then two answers in any of the groups and another could change places.
    """
    groups = [counts for counts in hidden if counts.all]
    is_anyone_alone = any(counts.all == 1 for counts in groups)
    in_order = sum(counts[Answer.IN_ORDER] for counts in groups)
    against = sum(counts.against for counts in groups)
    return (
        len(groups) >= _LEAST_GROUPS + is_anyone_alone
        and in_order + against >= rules.min_group
        and min(in_order, against) >= _LEAST_ALIKE
    )
