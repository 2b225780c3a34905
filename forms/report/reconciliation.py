"""What a report must remember, from the two places that know: the secret beside it, the workbook.

Either may be gone, or older than the other. Of what readers have, both count: to believe only the
one that says least would let two reports be subtracted (docs/threats.md, the reader of the mail).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from forms.analysis.released import Released
from forms.analysis.withheld import carried_codes, codes_of
from forms.report.existing import ExistingWorkbook
from forms.report.secret import Secret, find_secret, named_secret, new_secret


def reconciled_secret(output: Path, existing: ExistingWorkbook | None) -> tuple[Secret, bool]:
    """Return the secret of a report, and whether the one that the workbook knows is lost.

    What the workbook says that is out counts as well, and what lies beside it whatever it says.
    Raises OutputError for a secret that cannot be read, or that is somebody else's.
    """
    names, on_tabs = (existing.keys, existing.released) if existing else ((), Released())
    beside = find_secret(output)
    is_named = not names or (beside is not None and beside.name in names)
    named = beside if is_named else named_secret(output, names)
    secret = named or beside or new_secret()
    released = secret.released
    if beside:
        released = released.merged_with(beside.released, same_key=beside.key == secret.key)
    released = released.merged_with(on_tabs, same_key=False)
    return replace(secret, released=released), named is None and bool(names)


def withheld_codes(
    existing: ExistingWorkbook | None,
    remarks: Mapping[str, Sequence[str]],
    secret: Secret,
    *,
    is_lost: bool,
) -> frozenset[str]:
    """Return the codes, by the secret's key, of the remarks not to show; `remarks` are by subject.

    Without the key that the codes were made by, nobody can tell which remarks they are: that is
    all. What the workbook does not say, the secret still knows.
    """
    if existing is None:
        return secret.withheld
    key = secret.key
    # A workbook of before a remark, or a copy without it, says nothing of it: no is still no.
    unsaid = secret.withheld - existing.remarks if existing.is_marked else secret.withheld
    codes = existing.withheld | unsaid
    if is_lost and codes:
        # Those by the key that is gone stay too: it may be found.
        codes |= codes_of(None, remarks, key)
    elif not existing.keys:
        # An earlier vinkje wrote it, or its hidden tab was lost.
        codes = codes & codes_of(None, remarks, key) | carried_codes(codes, remarks, key)
    refused = existing.refused_texts
    return codes | codes_of(refused, remarks, key) if refused else codes
