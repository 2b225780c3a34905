"""Where a form was sent from: one of our own pages, or another's."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers


def is_ours(headers: Headers, hosts: Iterable[str]) -> bool:
    """Say whether a form was sent from one of our own pages, or by no browser at all.

    Browsers say so in Sec-Fetch-Site where the address is https or this machine's own, else in
    Origin; programs send neither.
    """
    if site := headers.get("Sec-Fetch-Site"):
        return site in {"same-origin", "none"}
    origin = headers.get("Origin")
    return origin is None or origin.rpartition("//")[2].lower() in hosts


def host_name(host: str) -> str:
    """Return a host without its port; nothing for what is no host."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
