"""A session with Google: each request signed, and tried again a bounded number of times."""

import ipaddress
import logging
import os
import random
from collections.abc import Callable, Mapping
from functools import partial
from gettext import gettext
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import requests
import tenacity
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import Request as TokenTransport
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from forms.errors import SettingsError
from forms.google.credentials import GoogleAccount
from forms.google.errors import Refused, google_error, is_page

FORMS_API = "https://forms.googleapis.com/v1/forms"
DRIVE_API = "https://www.googleapis.com/drive/v3"

# Seconds: to connect, and between two pieces of an answer; and for a token.
TIMEOUT = (10, 60)
_TOKEN_TIMEOUT = 30
# In all; and the longest wait, in seconds, that Google may ask for: its quotas are a minute's.
_TRIES = 4
_LONGEST_WAIT = 90
# What may be otherwise a moment later; after a POST nobody knows whether it was done.
_PASSING = {408, 500, 502, 503, 504}
_ELSEWHERE = "VINKJE_GOOGLE_URL"

_log = logging.getLogger(__name__)


class _Bearer(AuthBase):
    """Signs each request; a token is asked for when there is none, or it has expired.

    google-auth's own session also looks up, at yet another address, in which regions an account
    may work; nothing here needs that.
    """

    def __init__(self, credentials: Credentials) -> None:
        self.credentials = credentials
        self.transport = partial(TokenTransport(_session()), timeout=_TOKEN_TIMEOUT)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if not self.credentials.valid:
            self.credentials.refresh(self.transport)  # type: ignore[no-untyped-call]
        request.headers["Authorization"] = f"Bearer {self.credentials.token}"
        return request


class Google:
    """A session with Google for one account; `place` is what its messages are about.

    What passes (busy, failing, lost, too slow) is tried four times. Raises GoogleError for all
    else, with the way out.
    """

    def __init__(self, account: GoogleAccount, place: str) -> None:
        self.account = account
        self.place = place
        self._session = _session()
        self._session.auth = _Bearer(account.credentials)

    def get(self, url: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the JSON object at an address; `params` is its query."""
        return _object(self.request("GET", url, params=params))

    def post(
        self, url: str, body: object, params: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Send an object as JSON and return the one that comes back.

        Sent again only where Google was busy or had not seen it: what may have been written is
        not written twice.
        """
        return _object(self.request("POST", url, params=params, json=body))

    def delete(self, url: str) -> None:
        """Delete what stands at an address, for good."""
        self.request("DELETE", url)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Return a response that is in order; gspread calls this as it would a session.

        `options` are those of `requests.Session.request`. Raises GoogleError.
        """
        options["timeout"] = options.get("timeout") or TIMEOUT
        again = _may_try_again(method.upper())
        try:
            attempt = tenacity.Retrying(
                stop=tenacity.stop_after_attempt(_TRIES),
                retry=tenacity.retry_if_exception(again),
                wait=_wait,
                before_sleep=_log_retry,
                reraise=True,
            )
            return attempt(self._once, method, url, **options)
        except (Refused, requests.RequestException, GoogleAuthError) as error:
            raise google_error(self.place, error, self.account) from None

    def _once(self, method: str, url: str, **options: Any) -> requests.Response:
        response = self._session.request(method, url, **options)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            # A token can be withdrawn before its time is up.
            self.account.credentials.token = None
            response = self._session.request(method, url, **options)
        if not response.ok or not _is_answer(response):
            raise Refused(response)
        return response


def _object(response: requests.Response) -> dict[str, Any]:
    content: dict[str, Any] = response.json()
    return content


def _is_answer(response: requests.Response) -> bool:
    """Say whether this is a whole answer of Google's, not a page that a network puts there."""
    if response.status_code == HTTPStatus.NO_CONTENT:
        return True
    kind = response.headers.get("Content-Type", "")
    return kind.startswith("application/json") and response.content.rstrip().endswith(b"}")


def _may_try_again(method: str) -> Callable[[BaseException], bool]:
    """Return whether a failure passes; what may have been written is not written twice."""

    def passes(error: BaseException) -> bool:
        if isinstance(error, Refused):
            passing = error.is_busy or (method != "POST" and error.status in _PASSING)
            return passing and (error.retry_after or 0) <= _LONGEST_WAIT
        if isinstance(error, RefreshError):
            # What Google words, google-auth has tried again where that helps; a page it has not.
            return is_page(error)
        if isinstance(error, TransportError):
            return True
        lost = (
            requests.ConnectionError,
            requests.Timeout,
            requests.exceptions.ChunkedEncodingError,
            requests.exceptions.ContentDecodingError,
        )
        # A ConnectionError as well, but a certificate is no better the next time.
        if isinstance(error, requests.exceptions.SSLError):
            return False
        return method != "POST" and isinstance(error, lost)

    return passes


def _wait(state: tenacity.RetryCallState) -> float:
    """Return the seconds to wait: as long as Google asks, else twice as long each time."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, Refused) else None
    least = 2 ** (state.attempt_number - 1) / 2 if asked is None else asked
    # Without chance in it, all that failed together would come back together.
    return least + random.uniform(0, 2 ** (state.attempt_number - 1) / 2)  # noqa: S311 - a pause


def _log_retry(state: tenacity.RetryCallState) -> None:
    seconds = state.next_action.sleep if state.next_action else 0
    text = gettext("No good answer from Google yet; trying again in {seconds} s ({nth} of {most})")
    _log.warning(text.format(seconds=f"{seconds:.0f}", nth=state.attempt_number + 1, most=_TRIES))


def _session() -> requests.Session:
    session = requests.Session()
    # So that tests play Google on this machine; any other address could take people's tokens.
    if elsewhere := os.environ.get(_ELSEWHERE):
        session.mount("https://", _Elsewhere(_loopback(elsewhere)))
    return session


class _Elsewhere(HTTPAdapter):
    """Sends what is meant for Google to another server on this machine."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        """Send a request to the other server, with its path and query as they were."""
        parts = urlsplit(request.url or "")
        query = f"?{parts.query}" if parts.query else ""
        request.url = f"{self.base}{parts.path}{query}"
        # This machine is reached without the proxy of its network.
        return super().send(request, *args, **kwargs | {"proxies": {}})


def _loopback(address: str) -> str:
    """Return scheme and host of an address on this machine; refuse any other."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    try:
        is_here = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = False
    if not is_here or parts.scheme not in {"http", "https"}:
        problem = gettext(
            "is for tests and must be a loopback address such as http://127.0.0.1:8080, not "
            "'{address}'"
        ).format(address=address)
        raise SettingsError(_ELSEWHERE, problem, gettext("take it away to speak with Google"))
    return f"{parts.scheme}://{parts.netloc}"
