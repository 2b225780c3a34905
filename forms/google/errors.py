"""What went wrong with Google, and the way out."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from gettext import gettext, ngettext
from http import HTTPStatus
from math import ceil
from typing import Any

import requests
from google.auth.exceptions import RefreshError, TransportError

from forms.errors import GoogleError
from forms.google.credentials import GoogleAccount
from forms.text import shortened

_A_MINUTE = 60
# Reasons of the Drive API, *Resolve errors*, that come with 403 where others say 429.
_TOO_OFTEN = ("rateLimitExceeded", "userRateLimitExceeded", "sharingRateLimitExceeded")


class Refused(Exception):  # noqa: N818 - what Google did, not what broke
    """An answer of Google's that is no success, with what it says of why.

    `status` is HTTP's; `retry_after` the seconds that it asks for, None without; `is_page` says
    that it is HTML; `error`, `details` and `reasons` follow Google's AIP-193 (*Errors*), Drive's
    older ones too.
    """

    def __init__(self, response: requests.Response) -> None:
        super().__init__(response.status_code)
        self.status = response.status_code
        self.is_page = "html" in response.headers.get("Content-Type", "")
        self.retry_after = _seconds(response.headers.get("Retry-After"))
        self.error = _error(response)
        details = [*self.error.get("details", ()), *self.error.get("errors", ())]
        self.details = [detail for detail in details if isinstance(detail, dict)]
        self.reasons = {str(detail["reason"]) for detail in self.details if "reason" in detail}

    def gives(self, *reasons: str) -> bool:
        """Say whether Google names one of these reasons, such as `SERVICE_DISABLED`."""
        return not self.reasons.isdisjoint(reasons)

    @property
    def is_busy(self) -> bool:
        """Say whether too much was asked at once; Drive says so with 403."""
        return self.status == HTTPStatus.TOO_MANY_REQUESTS or (
            self.status == HTTPStatus.FORBIDDEN and self.gives(*_TOO_OFTEN)
        )

    @property
    def metadata(self) -> dict[str, str]:
        """Return what Google adds to its reason, such as where to switch an API on."""
        metadata = (detail.get("metadata") for detail in self.details)
        return next((values for values in metadata if isinstance(values, dict)), {})

    @property
    def explanation(self) -> str:
        """Return Google's own sentence, in 300 characters at most; its status without one."""
        return shortened(str(self.error.get("message") or f"HTTP {self.status}"), 300)


def google_error(place: str, error: Exception, account: GoogleAccount) -> GoogleError:
    """Return what went wrong at a place, and what to do about it.

    `error` is a Refused, or what requests or google-auth raised; `account` is who asked.
    """
    if isinstance(error, Refused):
        return _refusal(place, error, account)
    if isinstance(error, RefreshError):
        return _no_sign_in(place, error, account)
    # In their order: an SSLError and a ProxyError are RequestExceptions too.
    for kind, problem, remedy in _lost():
        if isinstance(error, kind):
            return GoogleError(place, problem, remedy)
    return _sign_in_refused(place, str(error), account)


def _lost() -> tuple[tuple[type[Exception], str, str], ...]:
    """Return what broke before Google answered; the first kind that fits counts."""
    is_there_internet = gettext(
        "is there internet, and may this machine reach googleapis.com? Then try again"
    )
    return (
        (
            requests.exceptions.SSLError,
            gettext("the connection is not safe: the certificate cannot be checked"),
            gettext(
                "does your network look into connections? Then name its certificate in the "
                "variable REQUESTS_CA_BUNDLE"
            ),
        ),
        (
            requests.exceptions.ProxyError,
            gettext("the proxy of your network does not answer"),
            gettext("is the variable HTTPS_PROXY right?"),
        ),
        (
            requests.Timeout,
            gettext("Google does not answer in time"),
            gettext("try again later"),
        ),
        (
            requests.RequestException,
            gettext("Google cannot be reached, or the connection was lost"),
            is_there_internet,
        ),
        (TransportError, gettext("Google's sign-in cannot be reached"), is_there_internet),
    )


def _refusal(place: str, refused: Refused, account: GoogleAccount) -> GoogleError:
    for applies, problem, remedy in (
        *_settings_refusals(refused),
        *_limit_refusals(refused),
        *_file_refusals(refused, account),
    ):
        if applies:
            return GoogleError(place, problem, remedy)
    if refused.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        problem = gettext("Google has a fault of its own (HTTP {status})")
        return GoogleError(place, problem.format(status=refused.status), gettext("try again later"))
    # A success that is no whole JSON: see `session._is_answer`.
    if refused.status < HTTPStatus.BAD_REQUEST:
        return GoogleError(
            place, gettext("Google's answer cannot be read"), gettext("try again later")
        )
    problem = gettext("Google refuses (HTTP {status}): {explanation}")
    return GoogleError(
        place, problem.format(status=refused.status, explanation=refused.explanation)
    )


_Refusals = tuple[tuple[bool, str, str], ...]


def _settings_refusals(refused: Refused) -> _Refusals:
    """Return what a network, a Cloud project or an organisation does not allow, and the way out."""
    return (
        (
            refused.is_page and refused.status < HTTPStatus.BAD_REQUEST,
            gettext("something answers in Google's place with a web page"),
            gettext(
                "does your network ask to log in first? Open google.com in a browser, then try "
                "again"
            ),
        ),
        (
            refused.gives("SERVICE_DISABLED", "accessNotConfigured"),
            gettext("the API is switched off for your key's project"),
            gettext("open {address} and choose Enable, wait five minutes and try again").format(
                address=refused.metadata.get("activationUrl") or gettext("the Google Cloud console")
            ),
        ),
        (
            refused.gives("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions"),
            gettext("the login may not do this"),
            gettext("run 'vinkje login' again and leave every tick on"),
        ),
        (
            refused.gives(
                "publishOutNotPermitted", "shareOutNotPermitted", "invalidSharingRequest"
            ),
            gettext("your organisation does not let a form be open to anyone with the link"),
            gettext("ask its administrator of Google Workspace whether it may"),
        ),
    )


def _limit_refusals(refused: Refused) -> _Refusals:
    """Return of what there is too much, and the way out."""
    minutes = ceil((refused.retry_after or _A_MINUTE) / _A_MINUTE)
    return (
        (
            refused.gives("dailyLimitExceeded", "quotaExceeded", "limitExceeded"),
            gettext("Google allows no more today ({explanation})").format(
                explanation=refused.explanation
            ),
            gettext("try again tomorrow"),
        ),
        (
            refused.gives("storageQuotaExceeded"),
            gettext("this account has no room in Google Drive"),
            gettext("make room, or use another account"),
        ),
        (
            refused.is_busy,
            gettext("Google is asked too often, and its limit is per minute"),
            ngettext(
                "wait a minute and try again", "wait {minutes} minutes and try again", minutes
            ).format(minutes=minutes),
        ),
    )


def _file_refusals(refused: Refused, account: GoogleAccount) -> _Refusals:
    """Return why this account does not get this file, and the way out."""
    is_forbidden = refused.status == HTTPStatus.FORBIDDEN
    who = account.address or gettext("the account that you logged in with")
    return (
        (
            refused.status == HTTPStatus.UNAUTHORIZED,
            gettext("Google no longer accepts this sign-in"),
            _renew(account),
        ),
        (
            is_forbidden and refused.is_page,
            gettext("your network refuses the way to googleapis.com"),
            gettext("ask your IT to open it"),
        ),
        (
            is_forbidden and "permission" in refused.explanation.casefold(),
            gettext("{account} may not see this").format(account=who),
            gettext(
                "open it in a browser, choose Share, and add {account} (to a Sheet as a viewer, "
                "to a Form as an editor); then try again"
            ).format(account=who),
        ),
        (
            refused.status == HTTPStatus.NOT_FOUND,
            gettext("Google knows no such file"),
            gettext("was it deleted? Copy its address from the browser again"),
        ),
        (
            # The Sheets API's words for a workbook that was uploaded and never converted.
            "not supported for this document" in refused.explanation,
            gettext("this is an Excel file in Google Drive, not a Google Sheet"),
            gettext(
                "open it there and choose File, Save as Google Sheets, or download it and name "
                "the file"
            ),
        ),
    )


def is_page(error: RefreshError) -> bool:
    """Say whether the sign-in answered with a web page, not in its own words."""
    return str(error).lstrip("('\" ").startswith("<")


def _no_sign_in(place: str, error: RefreshError, account: GoogleAccount) -> GoogleError:
    reason = str(error.args[0]) if error.args else str(error)
    # A key signs with the time, and Google takes no signature of another hour.
    if "reasonable timeframe" in reason:
        problem = gettext("Google refuses the key, since this machine's clock is wrong")
        remedy = gettext("set date and time right (it says {time} UTC) and try again")
        now = f"{datetime.now(UTC):%Y-%m-%d %H:%M}"
        return GoogleError(place, problem, remedy.format(time=now))
    if "invalid_scope" in reason:
        return GoogleError(
            place,
            gettext("the login may not do this"),
            gettext("run 'vinkje login' again and leave every tick on"),
        )
    if is_page(error):
        return GoogleError(
            place,
            gettext("Google's sign-in answers with a web page"),
            gettext("try again later, or from another network"),
        )
    if getattr(error, "retryable", False):
        problem = gettext("Google's sign-in has a fault of its own")
        return GoogleError(place, problem, gettext("try again later"))
    return _sign_in_refused(place, reason, account)


def _sign_in_refused(place: str, reason: str, account: GoogleAccount) -> GoogleError:
    problem = gettext("Google refuses to sign in ({reason})").format(reason=shortened(reason, 200))
    return GoogleError(place, problem, _renew(account))


def _renew(account: GoogleAccount) -> str:
    """Return how to come by a key or a login that works."""
    if account.is_service:
        return gettext(
            "the key of {account} may have been deleted: make a new one in the Google Cloud "
            "console, and name it with --credentials"
        ).format(account=account.address)
    return gettext(
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
