"""Whether a live form, or the answers that it gave, still match the checklist."""

from dataclasses import dataclass, field

from forms.checklist.model import Checklist
from forms.collect.access import Access
from forms.collect.source import source_differences
from forms.differences import Difference


@dataclass(frozen=True)
class CheckRequest:
    """A checklist, and where the form or its answers are: an address, a file or a store."""

    checklist: Checklist
    against: str
    tab: str | None = None
    access: Access = field(default_factory=Access)


@dataclass(frozen=True)
class CheckResult:
    """Every question and choice that differs, first those by which answers would be lost."""

    differences: tuple[Difference, ...]

    @property
    def loses(self) -> bool:
        """Say whether any answer would be lost or misread."""
        return any(difference.loses for difference in self.differences)


def check_form(request: CheckRequest) -> CheckResult:
    """Compare a form or its answers with the checklist.

    Raises SourceError or GoogleError for a form that cannot be read.
    """
    differences = source_differences(
        request.against, request.checklist, request.tab, request.access
    )
    return CheckResult(tuple(sorted(differences, key=lambda difference: not difference.loses)))
