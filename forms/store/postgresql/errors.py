"""What PostgreSQL says, or the way to it, as a StoreError with the way out."""

from collections.abc import Iterator
from contextlib import contextmanager
from gettext import gettext

import psycopg
from psycopg_pool import PoolTimeout

from forms.errors import StoreError

# What passes by itself: a server that ends, starts or is overtaken, and a row that others hold.
_PASSING = frozenset({"57P01", "57P02", "57P03", "40001", "40P01", "40003", "25006", "53300"})


class UnsureError(psycopg.OperationalError):
    """Something was kept by one server, and not known to be by those that should have it too."""


class LateError(psycopg.OperationalError):
    """The server did not answer before the moment until which somebody waits."""


def is_passing(error: BaseException) -> bool:
    """Say whether the same may well succeed in a moment: sent again, it is kept once."""
    if isinstance(error, LateError):
        return False
    # A connection that was lost, or could not be made, has no code.
    return isinstance(error, psycopg.OperationalError) and (
        error.sqlstate is None or error.sqlstate in _PASSING
    )


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn what PostgreSQL says into a StoreError with the way out."""
    try:
        yield
    except psycopg.Error as error:
        raise StoreError(url, *_problem(error)) from error


def no_schema(url: str) -> StoreError:
    """Say of a database that it holds none of our tables."""
    return StoreError(
        url,
        gettext("this database has no tables for a form yet"),
        gettext("let its owner make them once: vinkje store init {url}").format(url=url),
    )


def _problem(error: psycopg.Error) -> tuple[str, str]:
    """Return what is wrong, and the way out."""
    if isinstance(error, (PoolTimeout, LateError)):
        return gettext("the database did not answer in time"), gettext("try again")
    state = error.sqlstate or ""
    if state in {"3F000", "42P01"}:
        return (
            gettext("this database has no tables for a form yet"),
            gettext("let its owner make them once, with: vinkje store init"),
        )
    return gettext("the database failed: {reason}").format(reason=_reason(error)), ""


def _reason(error: psycopg.Error) -> str:
    """Return what the server said, in a line."""
    return error.diag.message_primary or " ".join(str(error).split())
