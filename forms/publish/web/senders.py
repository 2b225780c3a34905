"""Whose a request is: a sender's address, also where a web server stands before this one."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

# Web servers in a row that a request may have come by.
_MOST_HOPS = 8
# A household or an office is given as many addresses as these bits leave it, and may use them all.
_IPV6_BITS = 64


@dataclass(frozen=True)
class Senders:
    """Tells senders apart; `proxies` are the web servers whose word on that is taken.

    `told_apart` is False where everybody comes by a web server that is none of these.
    """

    proxies: Sequence[IPv4Network | IPv6Network] = ()
    told_apart: bool = True

    def of(self, peer: str, forwarded: str | None) -> str:
        """Return what a sender is known by, "" where nobody knows.

        `peer` is who made the connection, `forwarded` the header X-Forwarded-For: anybody may write
        anything there, so each web server in it vouches for the one it names, from the last on.
        Where all are among `proxies` it is the first that may be a person's, who is in a range.
        """
        if not self.told_apart:
            return ""
        hops = [peer, *reversed((forwarded or "").rsplit(",", _MOST_HOPS))]
        named = ""
        for number, hop in enumerate(hops):
            address = _address(hop)
            if address is None:
                break
            among = [proxy for proxy in self.proxies if address in proxy]
            if not among:
                return str(_network(address))
            # The peer, and one that is named by itself, is a web server that names nobody.
            if number and any(_has_people(proxy) for proxy in among):
                named = str(_network(address))
        return named


def network(text: str) -> IPv4Network | IPv6Network | None:
    """Return the address or the range of addresses that a text is, None for another text."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def _has_people(proxy: IPv4Network | IPv6Network) -> bool:
    """Say whether a range of web servers may have people in it too."""
    return proxy.num_addresses > 1 and not proxy.is_loopback


def _network(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Network:
    if isinstance(address, IPv4Address):
        return address
    return IPv6Network((int(address), _IPV6_BITS), strict=False)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return an address without what some write around it: quotes, brackets, a port."""
    plain = text.strip().strip('"')
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        found = ip_address(plain)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
