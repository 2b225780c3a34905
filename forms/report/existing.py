"""What stands where a report goes: people's workbook, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forms.action_list.model import ExistingList
from forms.analysis.released import Released


@dataclass(frozen=True)
class ExistingWorkbook:
    """People's workbook, which a report goes into; columns and rows count from 1."""

    content: bytes = field(repr=False)
    list: ExistingList
    tab: str
    """The tab that the list stands on."""
    header_row: int
    """The row of the list's headers."""
    table: str = ""
    """What the list's Table is called."""
    column_beside: int = 0
    """The first column that holds what stands apart beside the list; 0 for none."""
    filtered: frozenset[int] = frozenset()
    """The columns, here counted from 0, that a filter can be on."""
    words_above: Mapping[str, str] = field(default_factory=dict)
    """Our own words above the list, by their cell."""
    roles: Mapping[str, str] = field(default_factory=dict)
    """The names of vinkje's other tabs, by what they are."""
    hidden_tab: str = ""
    """The hidden tab that tells what people changed; empty when it is gone."""
    own_tabs: tuple[str, ...] = ()
    tabs_built_on: tuple[str, ...] = ()
    """Of people's own tabs those that were vinkje's, and hold a pivot table or the like."""
    remarks: frozenset[str] = frozenset()
    """The codes of remarks that stand on its tabs: whoever had it could read them."""
    withheld: frozenset[str] = frozenset()
    """The codes of remarks not to show."""
    keys: tuple[str, ...] = ()
    """What the keys of these codes are called, the newest first; none of an earlier vinkje."""
    released: Released = field(default=Released(), repr=False)
    """What readers have, as far as the workbook itself tells."""
    refused_texts: frozenset[str] = frozenset()
    """The texts beside a no without a code, folded."""
    marks_odd: bool = True
    """Whether the list got the rules that mark what vinkje does not know."""
    unclear_choices: int = 0
    """Beside how many remarks stands neither yes nor no."""
    annotated_tabs: tuple[str, ...] = ()
    """Vinkje's tabs with what people put on them, which a new one cannot hold."""

    @property
    def is_marked(self) -> bool:
        """Say whether anything tells what people changed."""
        return bool(self.hidden_tab)
