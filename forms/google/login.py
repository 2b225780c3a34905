"""Signing in at Google as a person: once, in the browser."""

import contextlib
import json
import sys
import webbrowser
from gettext import gettext, ngettext
from pathlib import Path

import requests
from google.auth.exceptions import GoogleAuthError
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError
from oauthlib.oauth2 import OAuth2Error

from forms.atomic_files import write_all
from forms.errors import GoogleError, OutputError, reason_of
from forms.google.credentials import (
    MAKE_FORM,
    READ_FORM,
    READ_SHEET,
    GoogleAccount,
    login_file,
    read_key,
)
from forms.google.session import DRIVE_API, Google

# To sign in, before the command gives up.
_MINUTES = 5


def log_in(client: Path) -> tuple[str, Path]:
    """Let a person sign in; return whose account it is, and where the token is kept.

    `client` is the file of an OAuth client of the kind "Desktop app". Raises GoogleError.
    """
    credentials = _consent(_flow(client))
    account = GoogleAccount(credentials, "", is_service=False)
    about = Google(account, "Google Drive").get(
        f"{DRIVE_API}/about", {"fields": "user(emailAddress)"}
    )
    address = str(about.get("user", {}).get("emailAddress", ""))
    return address, _keep(credentials, address)


def _flow(client: Path) -> InstalledAppFlow:
    info = read_key(client)
    if info.get("type") == "service_account":
        raise GoogleError(
            str(client),
            gettext("this is a service account's key, which needs no login"),
            gettext("name it with --credentials where you read a Sheet"),
        )
    scopes = [*READ_SHEET, *READ_FORM, *MAKE_FORM]
    try:
        return InstalledAppFlow.from_client_config({"installed": info["installed"]}, scopes=scopes)
    except (ValueError, KeyError, TypeError):
        raise GoogleError(
            str(client),
            gettext("is no file of an OAuth client of the kind 'Desktop app'"),
            gettext(
                "make one in the Google Cloud console (Credentials, Create credentials, OAuth "
                "client ID) and download its JSON"
            ),
        ) from None


def _consent(flow: InstalledAppFlow) -> Credentials:
    try:
        # What it prints is no result of ours.
        with contextlib.redirect_stdout(sys.stderr):
            signed_in = flow.run_local_server(
                # A port that is free, on this machine alone (RFC 8252, *Loopback Interface
                # Redirection*).
                host="127.0.0.1",
                port=0,
                timeout_seconds=60 * _MINUTES,
                authorization_prompt_message=gettext("Sign in with your browser: {url}"),
                success_message=gettext("Ready. You can close this window and go back to vinkje."),
                # For a token that lasts; a second time Google gives one only after consent anew.
                access_type="offline",
                prompt="consent",
            )
    except webbrowser.Error:
        remedy = gettext("log in on a machine that has one, and copy its {name} to {place}")
        raise GoogleError(
            "",
            gettext("there is no browser here"),
            remedy.format(name=login_file().name, place=login_file()),
        ) from None
    except WSGITimeoutError:
        reason = ngettext(
            "nobody signed in within {minutes} minute",
            "nobody signed in within {minutes} minutes",
            _MINUTES,
        ).format(minutes=_MINUTES)
    # oauthlib's way of saying that the scopes are not those that were asked for.
    except Warning:
        reason = gettext("Google gave less than was asked for, so leave every tick on")
    except OAuth2Error as error:
        is_denied = error.error == "access_denied"
        reason = gettext("you did not allow it") if is_denied else str(error)
    except (requests.RequestException, GoogleAuthError) as error:
        reason = gettext("Google's sign-in cannot be reached ({reason})").format(
            reason=type(error).__name__
        )
    else:
        if isinstance(signed_in, Credentials) and signed_in.refresh_token:
            return signed_in
        reason = gettext("Google gave no lasting login")
    problem = gettext("not logged in: {reason}").format(reason=reason)
    raise GoogleError("", problem, gettext("run 'vinkje login' again"))


def _keep(credentials: Credentials, address: str) -> Path:
    """Write what a later sign-in needs, for this user's eyes only."""
    login = {
        "type": "authorized_user",
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "refresh_token": credentials.refresh_token,
        "token_uri": credentials.token_uri,
        "account": address,
    }
    path = login_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        problem = gettext("the login cannot be kept: {reason}").format(reason=reason_of(error))
        raise OutputError(str(path), problem) from None
    write_all({path: json.dumps(login, indent=2).encode()}, private=[path])
    return path
