"""What becomes of a mail, as the log of what was sent keeps it."""

from dataclasses import dataclass
from email.headerregistry import Address
from enum import StrEnum


class DeliveryStatus(StrEnum):
    """What became of a mail for one who should get it."""

    SENT = "sent"
    UNSURE = "unsure"
    REFUSED = "refused"
    NOT_SENT = "not sent"


@dataclass(frozen=True)
class Outcome:
    """What became of a mail for one address, what the server said of it, and the way out."""

    to: Address
    fate: DeliveryStatus
    why: str = ""
    remedy: str = ""
