"""Where the form listens, the link that people get, and the names that it goes by."""

import errno
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from gettext import gettext
from ipaddress import ip_network
from urllib.parse import quote, urlsplit

from forms.errors import SettingsError
from forms.publish.web.origin import ascii_host
from forms.publish.web.senders import Senders, network

_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - to tell them, not to bind to them
_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")
# Connections that the system lets wait for us.
_BACKLOG = 1_024


@dataclass(frozen=True)
class Address:
    """Where to listen, and the link that people get; without one it is the first.

    `proxies` are the addresses, or ranges of them, of the web servers that people come by.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    public: str | None = None
    proxies: Sequence[str] = ()


def listening_socket(address: Address, option: str = "") -> socket.socket:
    """Return a socket that nobody else listens on; `option` is the one that has host and port."""
    try:
        candidates = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        # IPv4 first, where a name such as localhost has both.
        family, kind, *_, where = min(candidates, key=lambda one: one[0] != socket.AF_INET)
        listening = socket.socket(family, kind)
        if sys.platform == "win32":
            # SO_REUSEADDR would let another program listen along there (Microsoft's documentation
            # says so).
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen(_BACKLOG)
    except (OSError, OverflowError, UnicodeError) as error:
        raise _not_listening(address, error, option) from None
    return listening


def health_address(text: str) -> Address:
    """Return where machines may ask how the form is, of HOST:PORT."""
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdecimal():
        raise SettingsError(
            "--health",
            gettext("'{text}' is no address with a port").format(text=text),
            gettext("write it as 127.0.0.1:8081"),
        )
    return Address(host.strip("[]"), int(port))


def _not_listening(address: Address, error: Exception, option: str) -> SettingsError:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        problem = gettext("this port is in use")
        remedy = gettext("stop what uses it, or choose another with {option}").format(
            option=option or "--port"
        )
    elif number == errno.EACCES:
        problem = gettext("this port may not be used")
        remedy = gettext("choose one from 1024 on with {option}").format(option=option or "--port")
    else:
        problem = gettext("cannot be listened on")
        remedy = gettext("{option} is an address of this machine, such as 127.0.0.1").format(
            option=option or "--host"
        )
    return SettingsError(f"{address.host}:{address.port}", problem, remedy)


def public_link(link: str) -> str:
    """Return the link that people get, ending in a slash."""
    parts = urlsplit(link.strip())
    is_web = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    if not is_web or parts.query or parts.fragment:
        raise SettingsError(
            "--public-url",
            gettext("'{link}' is no link to a form").format(link=link),
            gettext("write it as https://vragen.example.nl/"),
        )
    path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~")
    return f"{parts.scheme}://{parts.netloc}{path}/"


def senders_of(address: Address) -> Senders:
    """Return who is known to send; where only this machine is listened to, its own are believed."""
    named = [(text, network(text)) for text in address.proxies]
    for text, found in named:
        if found is None:
            raise SettingsError(
                "--trusted-proxy",
                gettext("'{text}' is no address").format(text=text),
                gettext("write it as 127.0.0.1, or as a range such as 172.16.0.0/12"),
            )
    proxies = [found for _, found in named if found]
    here = network(address.host)
    if not proxies and address.public and here and here.is_loopback:
        proxies = [ip_network("127.0.0.0/8"), ip_network("::1")]
    return Senders(proxies, told_apart=bool(proxies) or not address.public)


def own_name(host: str) -> str:
    """Return the name that a link has for the host that is listened on."""
    if host in _EVERYWHERE:
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def own_names(link: str, host: str, port: int) -> Iterator[str]:
    """Yield every name that this form may be asked for by, with its port."""
    # Any other name may be somebody's that leads here (DNS rebinding).
    yield ascii_host(urlsplit(link).netloc)
    names = {*_THIS_MACHINE, own_name(host)}
    if host in _EVERYWHERE:
        with suppress(OSError):
            name, more, _ = socket.gethostbyname_ex(socket.gethostname())
            names |= {name, socket.getfqdn(), *more}
    for name in names:
        yield f"{ascii_host(name)}:{port}"
