"""What PostgreSQL says, or the way to it, as a StoreError with the way out."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gettext import gettext

import psycopg
from psycopg_pool import PoolTimeout

from forms.errors import StoreError
from forms.text import argument

# What passes by itself: a server that ends, starts or is overtaken, and a row that others hold.
_PASSING = frozenset({"57P01", "57P02", "57P03", "40001", "40P01", "40003", "25006", "53300"})
# A server that has some of the rows for this one: the line to it was lost, or it is away. That is
# told at once, as who waits for it would hold up those whose rows are elsewhere.
_LINE_LOST, _AWAY = "08006", "08001"


class UnsureError(psycopg.OperationalError):
    """Something was kept by one server, and not known to be by those that should have it too."""


class LateError(psycopg.OperationalError):
    """The server did not answer before the moment until which somebody waits."""


def is_passing(error: BaseException) -> bool:
    """Say whether the same may well succeed in a moment: sent again, it is kept once."""
    if not isinstance(error, psycopg.Error) or isinstance(error, LateError):
        return False
    # A connection that was lost, or could not be made, has no code.
    is_line = isinstance(error, psycopg.OperationalError) and error.sqlstate is None
    return is_line or error.sqlstate in {*_PASSING, _LINE_LOST}


# What is said to who may not do something.
Refusal = Callable[[str], StoreError]


def no_right(url: str) -> StoreError:
    """Say of who asks that they may not do this."""
    return StoreError(
        url,
        gettext("this user of the database may not do that"),
        gettext(
            "let its owner allow it with vinkje store init and --form-role or --report-role, or do "
            "this as the owner"
        ),
    )


def only_owner(url: str) -> StoreError:
    """Say of who asks that nobody may do this but the owner."""
    return StoreError(
        url,
        gettext("this user of the database may not do that"),
        gettext("do this as the owner of the tables: name that user in the address"),
        gettext("Nothing was changed"),
    )


@contextmanager
def explained(url: str, refused: Refusal = no_right) -> Iterator[None]:
    """Turn what PostgreSQL says into a StoreError with the way out."""
    try:
        yield
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
        raise no_schema(url) from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise refused(url) from error
    except psycopg.Error as error:
        if isinstance(error, PoolTimeout) and isinstance(error.__cause__, psycopg.Error):
            raise _shut_out(url, error.__cause__) from error
        raise StoreError(url, *_problem(error)) from error


@contextmanager
def explained_connecting(url: str) -> Iterator[None]:
    """Turn why no server lets us in into a StoreError with the way out."""
    try:
        yield
    except psycopg.Error as error:
        raise _shut_out(url, error) from error


def _shut_out(url: str, error: psycopg.Error) -> StoreError:
    problem = gettext("the database cannot be used: {reason}").format(reason=_reason(error))
    return StoreError(url, problem, _way_in(error))


def no_schema(url: str) -> StoreError:
    """Say of a database that it holds none of our tables."""
    return StoreError(
        url,
        gettext("this database has no tables for a form yet"),
        gettext("let its owner make them once: vinkje store init {url}").format(url=argument(url)),
    )


def _way_in(error: psycopg.Error) -> str:
    # The codes of refusals do not come through; the words do, in English unless a server is set
    # otherwise, and then the reason stands there still.
    reason = str(error)
    if error.pgconn and (error.pgconn.needs_password or error.pgconn.used_password):
        return gettext(
            "put the password in the file ~/.pgpass, in another that ?passfile=… or PGPASSFILE "
            "names, or in a service file (?service=…)"
        )
    if "read-only" in reason:
        return gettext(
            "this server is a copy (a standby); name the one that is written to, or all of them: "
            "postgresql://name@server1,server2/database"
        )
    if "does not support SSL" in reason:
        return gettext(
            "let the administrator of the server switch TLS on, or look at sslmode in the address"
        )
    if "certificate" in reason or "SSL" in reason:
        return gettext(
            "name the certificate of who vouches for the server in the address, with "
            "sslrootcert=…, and the server by the name in its own certificate"
        )
    if "too many" in reason:
        return gettext("let the administrator of the server allow more connections")
    return gettext("look at the server, the user and the database in the address")


def _problem(error: psycopg.Error) -> tuple[str, str, str]:
    """Return what is wrong, the way out, and what became of the answers."""
    kind = type(error)
    unchanged = gettext("Nothing was changed")
    if issubclass(kind, (PoolTimeout, LateError)):
        return gettext("the database did not answer in time"), gettext("try again"), ""
    if issubclass(kind, UnsureError):
        problem = gettext("a standby server does not have the last answers for certain")
        return problem, gettext("try again"), ""
    if is_passing(error) or error.sqlstate == _AWAY:
        problem = gettext("the connection to the database was lost ({reason})")
        return problem.format(reason=_reason(error)), gettext("try again"), ""
    if issubclass(kind, psycopg.errors.DiskFull):
        return gettext("the disk of the server is full"), gettext("make room there"), unchanged
    if issubclass(kind, psycopg.errors.QueryCanceled):
        problem = gettext("somebody, or a time limit of the server, cancelled this")
        return problem, gettext("try again"), unchanged
    problem = gettext("the database failed: {reason}").format(reason=_reason(error))
    remedy = ""
    if issubclass(kind, psycopg.errors.UndefinedObject):
        remedy = gettext("let the administrator of the server make that user first (CREATE ROLE)")
    return problem, remedy, unchanged


def _reason(error: psycopg.Error) -> str:
    """Return what the server said, in a line; of several servers each its own."""
    return error.diag.message_primary or " ".join(str(error).split())
