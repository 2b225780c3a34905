"""What the administrator of a server should know: whether it keeps answers, and to itself."""

from collections.abc import Iterator
from gettext import gettext, ngettext
from ipaddress import ip_address
from typing import LiteralString

from psycopg.sql import Identifier

from forms.errors import StoreError
from forms.store.postgresql.connection import Connection, refusing_servers

_LENGTHS = ("log_parameter_max_length", "log_parameter_max_length_on_error")
# Whether statements stand in the log of the server with what they were given. A plan in the log has
# that too, and pgaudit may be told to write it. No version of a server knows all of these.
_LOGGED: LiteralString = """
SELECT (coalesce(current_setting('log_parameter_max_length', true), '-1') <> '0' AND (
    current_setting('log_statement', true) IN ('mod', 'all')
    OR current_setting('log_min_duration_statement', true) <> '-1'
    OR current_setting('log_min_duration_sample', true) <> '-1'
    OR current_setting('log_transaction_sample_rate', true) <> '0'))
  OR current_setting('log_parameter_max_length_on_error', true) <> '0',
nullif(current_setting('auto_explain.log_min_duration', true), '') <> '-1',
current_setting('pgaudit.log_parameter', true) IN ('on', 'true', 'yes', '1')
"""


def server_warnings(connection: Connection, url: str) -> list[str]:
    """Return sentences about a server, and about those that would take over.

    Raises StoreError for one that forgets what it thanked for.
    """
    return [
        *_check_durability(connection, url),
        *_look_at_line(connection, url),
        *_look_at_log(connection, url),
        *map(str, refusing_servers(url)),
    ]


def _look_at_log(connection: Connection, url: str) -> Iterator[str]:
    ((statements, plans, audit),) = connection.execute(_LOGGED)
    role = Identifier(connection.info.user).as_string(connection)
    for is_so, settings in (
        (statements, [f"{name} = 0" for name in _LENGTHS]),
        (plans, ["auto_explain.log_min_duration = -1"]),
        (audit, ["pgaudit.log_parameter = off"]),
    ):
        if is_so:
            yield gettext(
                "{url}: the log of this server gets answers, and the links by which people change "
                "them; let its administrator say: {remedy}"
            ).format(
                url=url, remedy="; ".join(f"ALTER ROLE {role} SET {each}" for each in settings)
            )


def is_in_clear(address: str, *, has_tls: bool) -> bool:
    """Say whether others can read what goes to an address; "" is a socket of this machine."""
    return bool(address) and not has_tls and not ip_address(address.partition("%")[0]).is_loopback


def _look_at_line(connection: Connection, url: str) -> list[str]:
    if not is_in_clear(connection.info.hostaddr, has_tls=connection.pgconn.ssl_in_use):
        return []
    text = gettext(
        "{url}: answers go to this server unencrypted, where others on the network can read them; "
        "write sslmode=verify-full in the address, or require TLS on the server"
    )
    return [text.format(url=url)]


def _check_durability(connection: Connection, url: str) -> list[str]:
    """Refuse a server that thanks before the disk has it; return what its owner should know."""
    ((commit, standby_names, standbys),) = connection.execute(
        "SELECT current_setting('synchronous_commit'), "
        "current_setting('synchronous_standby_names'), (SELECT count(*) FROM pg_stat_replication)"
    )
    if commit == "off":
        raise StoreError(
            url,
            gettext("the server forgets answers when it loses power (synchronous_commit is off)"),
            gettext("let its administrator set synchronous_commit to on, for this user at least"),
        )
    if standby_names and commit == "local":
        return [
            gettext(
                "{url}: synchronous_commit is local, so standby servers may lack the last answers "
                "when they take over"
            ).format(url=url)
        ]
    if standbys and not standby_names:
        return [
            ngettext(
                "{url}: the server has {count} standby server, which may lack the last answers "
                "when it takes over; synchronous_standby_names is empty",
                "{url}: the server has {count} standby servers, which may lack the last answers "
                "when they take over; synchronous_standby_names is empty",
                standbys,
            ).format(url=url, count=standbys)
        ]
    return []
