"""Where a form was sent from, and by which name it was asked for: our own, or another's."""

import ipaddress
from collections.abc import Iterable
from urllib.parse import urlsplit

import idna
from werkzeug.datastructures import Headers


def is_ours(headers: Headers, hosts: Iterable[str]) -> bool:
    """Say whether a form was sent from one of our own pages, or by no browser at all.

    Browsers say so in Sec-Fetch-Site where the address is https or this machine's own, else in
    Origin; programs send neither. `hosts` are as `ascii_host` gives them.
    """
    if site := headers.get("Sec-Fetch-Site"):
        return site in {"same-origin", "none"}
    origin = headers.get("Origin")
    return origin is None or ascii_host(origin.rpartition("//")[2]) in hosts


def host_name(host: str) -> str:
    """Return a host without its port, as `ascii_host`; nothing for what is no host."""
    try:
        return urlsplit(f"//{ascii_host(host)}").hostname or ""
    except ValueError:
        return ""


def ascii_host(host: str) -> str:
    """Return a host in the one spelling that browsers send: lower case, accents as `xn--`."""
    name, colon, port = host.lower().partition(":")
    if name.isascii():
        return host.lower()
    try:
        return idna.encode(name, uts46=True).decode("ascii") + colon + port
    except idna.IDNAError:
        return host.lower()


def is_address(name: str) -> bool:
    """Say whether a host's name is a bare address.

    Whoever asks by one really came to it; another's name may lead here (DNS rebinding).
    """
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
