"""What readers have of former reports: how many people differ, and the odd cells they saw."""

from datetime import date

import pytest

from forms.analysis.disclosure import disclose
from forms.analysis.released import Released, Snapshot, people_changed
from forms.checklist.model import Checklist
from forms.responses.counting import read_responses
from forms.responses.model import Counts, RowCounts, Table, UnreadCell

DAY = date(2026, 11, 30)


def snapshot(own: Counts) -> Snapshot:
    """Return figures of one group, without sketches: those of another key say nothing."""
    return Snapshot(DAY, RowCounts(9, 9, 0, 0, 0), {"A1": own}, groups={"Balie": {"A1": own}})


@pytest.mark.parametrize(
    ("now", "people"),
    [
        (Counts(4, 3), 0),
        (Counts(5, 3), 1),  # one more
        (Counts(5, 4), 2),  # one more of each
        (Counts(4, 2), 1),  # one fewer
        (Counts(5, 2), 1),  # one answers otherwise
        (Counts(4, 2, empty=1), 1),  # or nothing at all
    ],
)
def test_figures_alone_tell_how_many_in_a_group_differ(now: Counts, people: int) -> None:
    """Where there is nothing else to tell it by, one who differs is seen."""
    assert people_changed(snapshot(Counts(4, 3)), snapshot(now), {"Balie"}) == people


def test_odd_cells_are_shown_without_their_rows() -> None:
    """Their number in the source would tell whose they are."""
    checklist = Checklist.model_validate(
        {
            "title": "Proef",
            "sections": [
                {"id": "A", "title": "Deel", "items": [{"id": "A1", "text": "Stelling."}]}
            ],
        }
    )
    table = Table("bron", ["A1"], [*[["Op orde"]] * 6, ["onzin"]])
    responses = read_responses(table, checklist)
    shown = disclose(checklist, responses, (), Released(), DAY)
    [source] = shown.responses.sources
    assert source.unread_cells == (UnreadCell(0, "A1", "onzin"),)
    assert shown.released.remarks is not None
    assert shown.released.remarks.cells == (("bron", "A1", "onzin"),)
