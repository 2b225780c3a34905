"""What is served, as a value."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from forms.publish.web.health import Metrics
from forms.publish.web.round_window import RoundWindow
from forms.publish.web.senders import Senders
from forms.publish.web.validation import MOST_TEXT
from forms.questionnaire import Questionnaire
from forms.store.interface import Store

# Bytes, far more than a form without remarks has.
_LEAST_BODY = 64 * 1024


@dataclass(frozen=True)
class WebForm:
    """What is served: the questions, where answers go, under which address, and until when."""

    asked: Questionnaire
    store: Store
    address: str
    round: RoundWindow
    hosts: frozenset[str]
    clock: Callable[[], datetime]
    senders: Senders
    metrics: Metrics | None

    @property
    def base(self) -> str:
        """Return the path that addresses begin with, percent-encoded; "" at the top of a host."""
        return urlsplit(self.address).path.rstrip("/")

    def most_bytes(self) -> int:
        """Return how large a form can be when every text in it is as long as it may be."""
        texts = sum(question.kind == "remark" for question in self.asked.questions())
        # Percent-encoded, a character of Unicode's first plane takes nine bytes at most.
        return 9 * MOST_TEXT * texts + _LEAST_BODY
