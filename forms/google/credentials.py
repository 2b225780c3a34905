"""Who signs in at Google: a service account by its key, or a person by a login that was kept."""

import json
import os
from dataclasses import dataclass
from gettext import gettext
from pathlib import Path
from typing import Any

from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.oauth2 import credentials as a_person
from google.oauth2 import service_account
from platformdirs import user_config_path

from forms.errors import GoogleError, reason_of
from forms.text import argument

# The smallest that will do: to read, and only files that vinkje made itself (`drive.file`).
_SCOPE = "https://www.googleapis.com/auth/"
READ_SHEET = (f"{_SCOPE}spreadsheets.readonly",)
READ_FORM = (f"{_SCOPE}forms.body.readonly", f"{_SCOPE}forms.responses.readonly")
MAKE_FORM = (f"{_SCOPE}drive.file",)

_TOKEN_ADDRESS = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


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
        # Its scopes are those that the person ticked: they cannot be asked for anew here.
        return account_of(login_file())
    raise GoogleError(
        "",
        gettext("no Google account to read with"),
        gettext(
            "either run 'vinkje login', or name the key file of a service account with "
            "--credentials (and share the Sheet with its address). Or download the answers as "
            ".csv and name that file"
        ),
    )


def account_of(path: Path, scopes: tuple[str, ...] = ()) -> GoogleAccount:
    """Return the account of a service account's key, or of a login.

    `scopes` are for a key alone. Raises GoogleError for any other file: what it is, and the way
    out.
    """
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
        problem = gettext("is a key that is not complete ({reason})").format(reason=error)
        raise GoogleError(str(path), problem, gettext("download it again")) from None
    if "installed" in info or "web" in info:
        remedy = gettext("log in with it once: {command}")
        raise GoogleError(
            str(path),
            gettext("this file names a program, not an account"),
            remedy.format(command=f"vinkje login --client {argument(str(path))}"),
        )
    raise GoogleError(
        str(path),
        gettext("is no key that vinkje knows"),
        gettext(
            "it takes the JSON key of a service account (Google Cloud console, Service accounts, "
            "Keys, Add key)"
        ),
    )


def read_key(path: Path) -> dict[str, Any]:
    """Return the JSON object that a key file holds.

    Raises GoogleError when it is not there, cannot be read or holds no object.
    """
    try:
        info = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise GoogleError(
            str(path), gettext("there is no such key file"), gettext("is its name right?")
        ) from None
    except OSError as error:
        problem = gettext("the key file cannot be read: {reason}").format(reason=reason_of(error))
        raise GoogleError(str(path), problem) from None
    except ValueError:
        info = None
    if not isinstance(info, dict):
        raise GoogleError(
            str(path),
            gettext("is no key: it holds no JSON"),
            gettext("download the key again as JSON"),
        )
    return info
