"""By which link somebody came in: the form's own, or that of one of several organisations."""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from forms.publish.web.pages import Pages
from forms.store.interface import Store

# 128 bits: whoever has it answers for an organisation, so none can be guessed.
_TOKEN = re.compile(r"[\w-]{22}", re.ASCII)
# More than take part in a round: their pages are made once.
_MOST_KEPT = 1_000


@dataclass(frozen=True)
class Entrance:
    """The pages behind a link, and the organisation whose answers come in there.

    `organisation` is "" where the form is one organisation's, None behind a link that is of nobody.
    """

    organisation: str | None
    pages: Pages


class Entrances:
    """Knows the links of a form, as its store has them now.

    `make` gives the pages for links that begin with a path behind the form's own, and for an
    organisation's name.
    """

    def __init__(self, store: Store, make: Callable[[str, str], Pages]) -> None:
        self._store = store
        self._own = make("", "")
        self._pages = lru_cache(_MOST_KEPT)(make)

    def of(self, token: str | None) -> Entrance:
        """Return where a link leads; without a token it is the form's own."""
        organisations = self._store.organisations()
        if token is None:
            return Entrance(None if organisations else "", self._own)
        if _TOKEN.fullmatch(token):
            link = digest(token)
            for each in organisations:
                if each.link == link:
                    return Entrance(each.name, self._pages(link_path(token), each.name))
        return Entrance(None, self._own)


def new_token() -> str:
    """Return what makes a link an organisation's."""
    return secrets.token_urlsafe(16)


def digest(token: str) -> str:
    """Return what a store keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_path(token: str) -> str:
    """Return the path of a link, behind the form's own and without its last slash."""
    return f"/o/{token}"
