"""Where a PostgreSQL store is: an address as libpq takes it, without a password in it."""

import re
from gettext import gettext

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from forms.errors import StoreError

_PORT = "5432"
_ADDRESS = re.compile(r"postgres(?:ql)?://[^/]*(?:/(?P<rest>.*))?", re.DOTALL)


def parameters(url: str) -> dict[str, str]:
    """Return what an address says, by libpq's names: `host`, `port`, `dbname`, `service`, ….

    Raises StoreError where it is no address, or holds a password: whoever looks at a machine's
    programs reads that, and so it is not shown in the error either.
    """
    found = _parsed(url)
    if found is None:
        raise StoreError(
            "postgresql://…",
            gettext("this is no address of a PostgreSQL database"),
            gettext(
                "write it as postgresql://name@server/database, or with several servers as "
                "postgresql://name@server1,server2/database; other signs than letters and digits "
                "in a name are written as %40 and the like"
            ),
        )
    if any("password" in name for name in found) or "passw" in found.get("options", "").lower():
        raise StoreError(
            "postgresql://…",
            gettext("a password may not stand in the address: others on this machine can read it"),
            gettext(
                "leave it out of the address and put it in the file ~/.pgpass, in another file "
                "that ?passfile=… or PGPASSFILE names, or in a service file (?service=…)"
            ),
        )
    return found


def _parsed(url: str) -> dict[str, str] | None:
    right = _ADDRESS.fullmatch(url)
    # An @ past the servers: libpq takes what stands before a / in a password as the servers. And it
    # takes what comes after a # as part of a name, which is then shown.
    if not right or "@" in (right["rest"] or "") or "#" in url:
        return None
    try:
        return {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except ProgrammingError:
        # Its reason may repeat a password.
        return None


def shown(url: str) -> str:
    """Return an address as those read it who do not run it: servers and database, no more."""
    found = parameters(url)
    servers = found.get("host") or found.get("hostaddr") or ""
    database = found.get("dbname") or found.get("service") or found.get("user", "")
    return f"postgresql://{servers}/{database}"


def identity(url: str) -> str:
    """Return a text that two spellings of one address share. Raises StoreError."""
    found = parameters(url)
    hosts = (found.get("host") or found.get("hostaddr") or "").split(",")
    ports = (found.get("port") or _PORT).split(",")
    pairs = zip(hosts, ports if len(ports) == len(hosts) else ports * len(hosts), strict=False)
    servers = ",".join(sorted(f"{host.lower()}:{port or _PORT}" for host, port in pairs))
    database = found.get("dbname") or found.get("user", "")
    return f"postgresql://{servers}/{database}?service={found.get('service', '')}"
