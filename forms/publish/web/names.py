"""The names that a form goes by, and what is said of others that it was asked by."""

from collections.abc import Callable, Iterable
from gettext import gettext

from forms.publish.web.origin import host_name, is_address
from forms.text import printable

# Other names that are told of: anybody may ask by as many as they like.
_MOST_REFUSED = 20


class Names:
    """Knows a form's own names, those of `hosts`; `log` gets a sentence about each other one."""

    def __init__(self, hosts: Iterable[str], log: Callable[[str], None]) -> None:
        self._own = {host_name(host) for host in hosts}
        self._log = log
        self._refused: set[str] = set()

    def has(self, host: str) -> bool:
        """Say whether a host that was asked for is one of them, or an address."""
        name = host_name(host)
        if name in self._own or is_address(name):
            return True
        self._explain(name)
        return False

    def _explain(self, name: str) -> None:
        """Tell whoever runs the form of a name that it does not go by: once, and of so many."""
        if not name or name in self._refused or len(self._refused) >= _MOST_REFUSED:
            return
        self._refused.add(name)
        text = gettext(
            "The form was asked for as '{name}', which is none of its names, so it was not shown; "
            "should colleagues use that name? Then start it with their link: --public-url "
            "https://{name}/"
        )
        self._log(text.format(name=printable(name[:253])))
