"""What all that speaks with Google shares: sign-in, a session, bounded retries."""

import ipaddress
import json
import logging
import os
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import tenacity
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import Request as TokenTransport
from google.oauth2 import credentials as a_person
from google.oauth2 import service_account
from platformdirs import user_config_path
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from forms.errors import GoogleError, SettingsError
from forms.google.errors import Refused, is_page, message

_SCOPE = "https://www.googleapis.com/auth/"
READ_SHEET = (f"{_SCOPE}spreadsheets.readonly",)
READ_FORM = (f"{_SCOPE}forms.body.readonly", f"{_SCOPE}forms.responses.readonly")
MAKE_FORM = (f"{_SCOPE}drive.file",)

FORMS_API = "https://forms.googleapis.com/v1/forms"
DRIVE_API = "https://www.googleapis.com/drive/v3"

_TOKEN_ADDRESS = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
TIMEOUT = (10, 60)
_TOKEN_TIMEOUT = 30
_TRIES = 4
_LONGEST_WAIT = 90
_PASSING = {408, 500, 502, 503, 504}
_ELSEWHERE = "VINKJE_GOOGLE_URL"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class GoogleAccount:
    """Who speaks with Google; `address` is empty where a login does not say whose it is."""

    credentials: Credentials
    address: str
    is_service: bool


def login_file() -> Path:
    """Return where `vinkje login` keeps its token; VINKJE_LOGIN_FILE names another place."""
    elsewhere = os.environ.get("VINKJE_LOGIN_FILE")
    return Path(elsewhere) if elsewhere else user_config_path("vinkje") / "google-login.json"


def sign_in(credentials: Path | None, scopes: tuple[str, ...]) -> GoogleAccount:
    """Return the account of a key file, of GOOGLE_APPLICATION_CREDENTIALS, or of the login.

    Nothing is asked of Google yet. Raises GoogleError when there is none, or it is no key.
    """
    named = credentials or Path(os.environ.get("GOOGLE_APPLICATION_CREDENTIALS", ""))
    if named.name:
        return account_of(named, scopes)
    if login_file().exists():
        return account_of(login_file())
    raise GoogleError(
        "no Google account to read with. Either run 'vinkje login', or name the key file of a "
        "service account with --credentials (and share the Sheet with its address). Or download "
        "the answers as .csv and name that file"
    )


def account_of(path: Path, scopes: tuple[str, ...] = ()) -> GoogleAccount:
    """Return the account of a service account's key, or of a login. Raises GoogleError."""
    info = read_key(path)
    kind = info.get("type")
    try:
        if kind == "service_account":
            key = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
                info, scopes=scopes
            )
            return GoogleAccount(key, key.service_account_email, is_service=True)
        if kind == "authorized_user":
            login = a_person.Credentials(  # type: ignore[no-untyped-call]
                token=None,
                refresh_token=info["refresh_token"],
                token_uri=info.get("token_uri") or _TOKEN_ADDRESS,
                client_id=info["client_id"],
                client_secret=info["client_secret"],
            )
            return GoogleAccount(login, str(info.get("account") or ""), is_service=False)
    except (GoogleAuthError, KeyError, ValueError, TypeError) as error:
        raise GoogleError(
            f"{path}: is a key that is not complete ({error}); download it again"
        ) from None
    if "installed" in info or "web" in info:
        raise GoogleError(
            f"{path}: this file names a program, not an account; log in with it once: "
            f"vinkje login --client {path.name}"
        )
    raise GoogleError(
        f"{path}: is no key that vinkje knows; it takes the JSON key of a service account "
        "(Google Cloud console, Service accounts, Keys, Add key)"
    )


def read_key(path: Path) -> dict[str, Any]:
    """Return what a key file holds. Raises GoogleError."""
    try:
        info = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise GoogleError(f"{path}: there is no such key file; is its name right?") from None
    except OSError as error:
        raise GoogleError(f"{path}: the key file cannot be read: {error.strerror}") from None
    except ValueError:
        info = None
    if not isinstance(info, dict):
        raise GoogleError(f"{path}: is no key: it holds no JSON; download the key again as JSON")
    return info


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
        """Return the JSON object at an address."""
        return _object(self.request("GET", url, params=params))

    def post(
        self, url: str, body: object, params: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Send an object and return the one that comes back."""
        return _object(self.request("POST", url, params=params, json=body))

    def delete(self, url: str) -> None:
        """Delete what stands at an address."""
        self.request("DELETE", url)

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        """Return a response that is in order; gspread calls this as it would a session."""
        options["timeout"] = options.get("timeout") or TIMEOUT
        again = _may_try_again(method.upper())
        try:
            attempt = tenacity.Retrying(
                stop=tenacity.stop_after_attempt(_TRIES),
                retry=tenacity.retry_if_exception(again),
                wait=_wait,
                before_sleep=_say_so,
                reraise=True,
            )
            return attempt(self._once, method, url, **options)
        except (Refused, requests.RequestException, GoogleAuthError) as error:
            raise GoogleError(f"{self.place}: {message(error, self.account)}") from None

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
    found: dict[str, Any] = response.json()
    return found


def _is_answer(response: requests.Response) -> bool:
    """Say whether this is a whole answer of Google's, not a page that a network puts there."""
    if response.status_code == HTTPStatus.NO_CONTENT:
        return True
    kind = response.headers.get("Content-Type", "")
    return kind.startswith("application/json") and response.content.rstrip().endswith(b"}")


def _may_try_again(method: str) -> Any:
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


def _say_so(state: tenacity.RetryCallState) -> None:
    seconds = state.next_action.sleep if state.next_action else 0
    _log.warning(
        "No good answer from Google yet; trying again in %.0f s (%d of %d)",
        seconds,
        state.attempt_number + 1,
        _TRIES,
    )


def _session() -> requests.Session:
    session = requests.Session()
    if elsewhere := os.environ.get(_ELSEWHERE):
        session.mount("https://", _Elsewhere(_loopback(elsewhere)))
    return session


class _Elsewhere(HTTPAdapter):
    """Sends what is meant for Google to another server on this machine."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Send a request with its path as it was."""
        parts = urlsplit(request.url or "")
        query = f"?{parts.query}" if parts.query else ""
        request.url = f"{self.base}{parts.path}{query}"
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
        raise SettingsError(
            f"{_ELSEWHERE} is for tests and must be a loopback address such as "
            f"http://127.0.0.1:8080, not '{address}'; take it away to speak with Google"
        )
    return f"{parts.scheme}://{parts.netloc}"
