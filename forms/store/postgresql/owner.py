"""What the owner of a database does: makes its tables, changes them, and ends a round."""

from collections.abc import Iterable

from forms.store.postgresql.connection import SURELY, connected
from forms.store.postgresql.errors import only_owner
from forms.store.postgresql.schema import MIGRATIONS, Migrations, check_format, make, migrate


def init(url: str, form_roles: Iterable[str] = (), report_roles: Iterable[str] = ()) -> None:
    """Make the tables that are not there yet, and let roles write or read. Raises StoreError."""
    with connected(url, writable=True, refused=only_owner) as connection:
        make(connection, form_roles, report_roles)
        check_format(connection, url)


def upgrade(url: str, migrations: Migrations = MIGRATIONS) -> tuple[int, int]:
    """Bring the tables to this vinkje's layout; returns the former one and the new.

    Raises StoreError.
    """
    with connected(url, writable=True, refused=only_owner) as connection:
        return migrate(connection, url, migrations)


def set_closed(url: str, *, closed: bool) -> None:
    """Close the round, or open it again, as the owner. Raises StoreError."""
    with connected(url, writable=True, refused=only_owner) as connection:
        check_format(connection, url)
        # Closed once more it would take answers for another hour.
        connection.write(
            "INSERT INTO vinkje.closing (at, closed) SELECT greatest(clock_timestamp(), "
            # The latest, also after a server whose clock was ahead.
            "(SELECT max(at) FROM vinkje.closing) + interval '1 microsecond'), %(closed)s "
            "WHERE %(closed)s <> "
            "coalesce((SELECT closed FROM vinkje.closing ORDER BY at DESC LIMIT 1), false) "
            f"RETURNING {SURELY}",
            {"closed": closed},
        )
