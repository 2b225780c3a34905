"""What a column holds is told by some of its cells, however its rows are handed over."""

from collections.abc import Sequence

import pytest

from forms.responses.model import Cell
from forms.responses.samples import Samples


def are_marked(filled: Sequence[Cell]) -> bool:
    """Say whether three cells or more, and half of them, are an x."""
    return filled.count("x") >= 3 and 2 * filled.count("x") >= len(filled)


def found(cells: Sequence[Cell], at_once: int) -> set[int]:
    """Return the columns that are found in one column, some rows at a time."""
    samples = Samples(are_marked)
    for start in range(0, len(cells), at_once):
        own = cells[start : start + at_once]
        samples.add([(7, own)] if any(own) else [], len(own))
    return samples.judge()


@pytest.mark.parametrize("at_once", [1, 40, 200, 5_000])
@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        (["x", "", "x", None, "x"], {7}),
        (["x", "x"], set()),
        # Spread over more rows than are handed over at once.
        ([*["x", *[""] * 999] * 5], {7}),
        (["no"] * 300 + ["x"] * 300, set()),
        (["no"] * 5_000 + ["x"] * 5, {7}),
        (["x"] * 3 + ["no"] * 10_000, set()),
    ],
    ids=["few", "too few", "sparse", "too late", "later", "drowned"],
)
def test_the_first_filled_cells_of_every_so_many_rows_tell(
    cells: list[Cell], columns: set[int], at_once: int
) -> None:
    """The same whatever number of rows comes at once, up to as many as are one sample."""
    assert found(cells, at_once) == columns
