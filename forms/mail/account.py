"""The account that mails leave by; its password comes from a variable or the keyring alone."""

import logging
import os
from dataclasses import dataclass, replace
from email.headerregistry import Address
from gettext import gettext

from forms.errors import AddressError, MailError, SettingsError
from forms.mail.addresses import read_address
from forms.mail.smtp import check_secure
from forms.mail.smtp_errors import PORTS, Server
from forms.text import shortened

PASSWORD, TOKEN = "VINKJE_SEND_PASSWORD", "VINKJE_SEND_TOKEN"
# What keyrings keep a password under, with the server's name behind it.
_SERVICE = "vinkje"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SmtpAccount:
    """From whom mails are, and by which server they leave."""

    sender: Address
    server: Server


@dataclass(frozen=True)
class AccountSettings:
    """How people name the account: on the command line, or under [send] in vinkje.toml.

    `timeout` is in seconds; without `port` it is the usual one of the `security`.
    """

    host: str | None = None
    port: int | None = None
    security: str = "starttls"
    user: str | None = None
    sender: str | None = None
    timeout: int = 60


def read_account(settings: AccountSettings) -> SmtpAccount:
    """Return the account that settings describe, not signed in yet.

    Raises SettingsError or AddressError for what is missing or cannot be.
    """
    server = read_server(settings)
    if not settings.sender and "@" not in server.user:
        raise AddressError(
            problem=gettext("nothing says from whom the mail is"),
            remedy=gettext(
                'name your address with --sender, or put sender = "naam@example.nl" under [send] '
                "in vinkje.toml"
            ),
            effect=gettext("Nothing was sent"),
        )
    return SmtpAccount(read_address(settings.sender or server.user, "--sender"), server)


def read_server(settings: AccountSettings) -> Server:
    """Return the server that settings describe. Raises SettingsError."""
    if not settings.host:
        raise SettingsError(
            problem=gettext("nothing says which server takes your mail"),
            remedy=gettext(
                'name it with --host, or put host = "smtp.example.nl" under [send] in vinkje.toml'
            ),
            effect=gettext("Nothing was sent"),
        )
    security = settings.security
    server = Server(
        settings.host.strip(),
        settings.port or PORTS[security],
        security,
        settings.user or "",
        timeout=settings.timeout,
    )
    check_secure(server)
    return server


def with_secret(account: SmtpAccount) -> SmtpAccount:
    """Return the account with its password or token: of a variable, else of the keyring.

    Raises MailError when there is neither, or a password that cannot be one.
    """
    server = account.server
    if not server.user:
        return account
    if token := os.environ.get(TOKEN, ""):
        return replace(account, server=replace(server, token=token.strip()))
    password = os.environ.get(PASSWORD, "") or _kept(server)
    if not password:
        raise MailError(
            server.host,
            gettext("there is no password for '{user}'").format(user=server.user),
            gettext(
                "keep it once with 'vinkje send --save-password', or put it in the variable "
                "{password} (an OAuth token: {token})"
            ).format(password=PASSWORD, token=TOKEN),
            gettext("Nothing was sent"),
        )
    # Such as the line break behind it in the file that a variable was filled from.
    if not password.isprintable():
        raise MailError(
            PASSWORD,
            gettext("the password holds what is no letter, digit or sign, such as a line break"),
            gettext("put it in this variable again"),
            gettext("Nothing was sent"),
        )
    return replace(account, server=replace(server, password=password))


def check_keyring() -> None:
    """Raise MailError where this computer has no keyring, before a password is asked for."""
    import keyring
    from keyring.backends import fail

    if isinstance(keyring.get_keyring(), fail.Keyring):
        raise MailError(
            problem=gettext("this computer has no keyring that can be used"),
            remedy=_without_keyring(),
        )


def keep_password(server: Server, password: str) -> None:
    """Keep a password in this computer's keyring. Raises MailError where that fails."""
    import keyring

    try:
        keyring.set_password(f"{_SERVICE} {server.host}", server.user, password)
    except Exception as error:  # noqa: BLE001
        # Each system's keyring has errors of its own.
        raise MailError(
            problem=gettext("this computer's keyring does not take it ({reason})").format(
                reason=shortened(str(error), 80)
            ),
            remedy=_without_keyring(),
        ) from None


def _without_keyring() -> str:
    return gettext("put the password in the variable {password} instead").format(password=PASSWORD)


def _kept(server: Server) -> str:
    """Return the password that the keyring has; none where there is no keyring."""
    import keyring

    try:
        return keyring.get_password(f"{_SERVICE} {server.host}", server.user) or ""
    except Exception as error:  # noqa: BLE001
        # As above; then the variable is asked for.
        _log.debug("no password from the keyring: %s", error)
        return ""
