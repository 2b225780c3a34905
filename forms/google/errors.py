"""What went wrong with Google, in one sentence with the way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import requests
from google.auth.exceptions import RefreshError, TransportError

from forms.text import shortened

if TYPE_CHECKING:
    from forms.google.session import GoogleAccount

_A_MINUTE = 60
_TOO_OFTEN = ("rateLimitExceeded", "userRateLimitExceeded", "sharingRateLimitExceeded")


class Refused(Exception):  # noqa: N818 - what Google did, not what broke
    """An answer of Google's that is no success."""

    def __init__(self, response: requests.Response) -> None:
        super().__init__(response.status_code)
        self.status = response.status_code
        self.is_page = "html" in response.headers.get("Content-Type", "")
        self.retry_after = _seconds(response.headers.get("Retry-After"))
        self.error = _error(response)
        details = [*self.error.get("details", ()), *self.error.get("errors", ())]
        self.details = [detail for detail in details if isinstance(detail, dict)]
        self.reasons = {str(detail["reason"]) for detail in self.details if "reason" in detail}

    @property
    def is_busy(self) -> bool:
        """Say whether too much was asked at once; Drive says so with 403."""
        return self.status == HTTPStatus.TOO_MANY_REQUESTS or (
            self.status == HTTPStatus.FORBIDDEN and not self.reasons.isdisjoint(_TOO_OFTEN)
        )

    @property
    def metadata(self) -> dict[str, str]:
        """Return what Google adds to its reason, such as where to switch an API on."""
        found = (detail.get("metadata") for detail in self.details)
        return next((values for values in found if isinstance(values, dict)), {})

    @property
    def said(self) -> str:
        """Return Google's own sentence."""
        return shortened(str(self.error.get("message") or f"HTTP {self.status}"), 300)


_LOST: tuple[tuple[type[Exception], str], ...] = (
    (
        requests.exceptions.SSLError,
        (
            "the connection is not safe: the certificate cannot be checked. Does your network look "
            "into connections? Then name its certificate in the variable REQUESTS_CA_BUNDLE"
        ),
    ),
    (
        requests.exceptions.ProxyError,
        "the proxy of your network does not answer; is the variable HTTPS_PROXY right?",
    ),
    (requests.Timeout, "Google does not answer in time; try again later"),
    (
        requests.RequestException,
        (
            "Google cannot be reached, or the connection was lost. Is there internet? May this "
            "machine reach googleapis.com? Then try again"
        ),
    ),
    (
        TransportError,
        (
            "Google's sign-in cannot be reached. Is there internet? May this machine reach "
            "googleapis.com? Then try again"
        ),
    ),
)


def _because(*reasons: str) -> Callable[[Refused], bool]:
    return lambda refused: not refused.reasons.isdisjoint(reasons)


def _with(status: HTTPStatus) -> Callable[[Refused], bool]:
    return lambda refused: refused.status == status


# The first that applies is what is said.
_REFUSALS: tuple[tuple[Callable[[Refused], bool], str], ...] = (
    (
        lambda refused: refused.is_page and refused.status < HTTPStatus.BAD_REQUEST,
        (
            "something answers in Google's place with a web page; does your network ask to log in "
            "first? Open google.com in a browser, then try again"
        ),
    ),
    (
        _because("SERVICE_DISABLED", "accessNotConfigured"),
        (
            "the API is switched off for your key's project. Open {where} and choose Enable; wait "
            "five minutes and try again"
        ),
    ),
    (
        _because("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"),
        "the login may not do this; run 'vinkje login' again and leave every tick on",
    ),
    (
        _because("dailyLimitExceeded", "quotaExceeded", "limitExceeded"),
        "Google allows no more today ({said}); try again tomorrow",
    ),
    (
        _because("storageQuotaExceeded"),
        "this account has no room in Google Drive; make room, or use another account",
    ),
    (
        _because("publishOutNotPermitted", "shareOutNotPermitted", "invalidSharingRequest"),
        (
            "your organisation does not let a form be open to anyone with the link; ask its "
            "administrator of Google Workspace whether it may"
        ),
    ),
    (
        lambda refused: refused.is_busy,
        "Google is asked too often, and its limit is per minute; wait {wait} and try again",
    ),
    (_with(HTTPStatus.UNAUTHORIZED), "Google no longer accepts this sign-in; {renew}"),
    (
        lambda refused: refused.status == HTTPStatus.FORBIDDEN and refused.is_page,
        "your network refuses the way to googleapis.com; ask your IT to open it",
    ),
    (
        lambda refused: (
            refused.status == HTTPStatus.FORBIDDEN and "permission" in refused.said.casefold()
        ),
        (
            "{who} may not see this. Open it in a browser, choose Share, and add {who} (to a "
            "Sheet as a viewer, to a Form as an editor); then try again"
        ),
    ),
    (
        _with(HTTPStatus.NOT_FOUND),
        "Google knows no such file. Was it deleted? Copy its address from the browser again",
    ),
    (
        lambda refused: "not supported for this document" in refused.said,
        (
            "this is an Excel file in Google Drive, not a Google Sheet; open it there and choose "
            "File, Save as Google Sheets, or download it and name the file"
        ),
    ),
    (
        lambda refused: refused.status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        "Google has a fault of its own (HTTP {status}); try again later",
    ),
    (
        lambda refused: refused.status < HTTPStatus.BAD_REQUEST,
        "Google's answer cannot be read; try again later",
    ),
    (lambda _: True, "Google refuses (HTTP {status}): {said}"),
)


def message(error: Exception, account: GoogleAccount) -> str:
    """Return what went wrong, and what to do about it."""
    if isinstance(error, Refused):
        return _refusal(error, account)
    if isinstance(error, RefreshError):
        return _sign_in(error, account)
    for kind, said in _LOST:
        if isinstance(error, kind):
            return said
    return f"Google refuses to sign in ({shortened(str(error), 200)}); {_renew(account)}"


def _refusal(refused: Refused, account: GoogleAccount) -> str:
    wait = refused.retry_after or _A_MINUTE
    values = {
        "said": refused.said,
        "status": refused.status,
        "who": account.address or "the account that you logged in with",
        "where": refused.metadata.get("activationUrl", "the Google Cloud console"),
        "wait": "a minute" if wait <= _A_MINUTE else f"{wait / _A_MINUTE:.0f} minutes",
        "renew": _renew(account),
    }
    said = next(said for applies, said in _REFUSALS if applies(refused))
    return said.format(**values)


def is_page(error: RefreshError) -> bool:
    """Say whether the sign-in answered with a web page, not in its own words."""
    return str(error).lstrip("('\" ").startswith("<")


def _sign_in(error: RefreshError, account: GoogleAccount) -> str:
    said = str(error.args[0]) if error.args else str(error)
    if "reasonable timeframe" in said:
        return (
            "Google refuses the key, since this machine's clock is wrong; set date and time "
            f"right (it says {datetime.now(UTC):%Y-%m-%d %H:%M} UTC) and try again"
        )
    if "invalid_scope" in said:
        return "the login may not do this; run 'vinkje login' again and leave every tick on"
    if is_page(error):
        return "Google's sign-in answers with a web page; try again later, or from another network"
    if getattr(error, "retryable", False):
        return "Google's sign-in has a fault of its own; try again later"
    return f"Google refuses to sign in ({shortened(said, 200)}); {_renew(account)}"


def _renew(account: GoogleAccount) -> str:
    if account.is_service:
        return (
            f"the key of {account.address} may have been deleted: make a new one in the Google "
            "Cloud console, and name it with --credentials"
        )
    return (
        "run 'vinkje login' again. A login of an app that stands on 'Testing' in the Google Cloud "
        "console ends after 7 days; set it to 'In production' or 'Internal'"
    )


def _error(response: requests.Response) -> dict[str, Any]:
    try:
        error = response.json()["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return error if isinstance(error, dict) else {"message": str(error)}


def _seconds(header: str | None) -> float | None:
    """Read Retry-After: seconds, or the moment from which one may try again."""
    if not header:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None
