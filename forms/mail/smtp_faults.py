"""What goes wrong between here and a mail server, in words that say the way out."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

from forms.text import shortened

PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class Server:
    """A mail server, and who signs in there; without a user nobody does.

    `security` is a key of PORTS; `timeout` is in seconds, for each answer.
    """

    host: str
    port: int
    security: str = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    timeout: int = 60

    @property
    def place(self) -> str:
        """Return what messages call it."""
        return f"{self.host}:{self.port}"


class Fault(Exception):  # noqa: N818 - never leaves this room
    """The server, or the line to it, failed before it could have taken the mail."""

    def __init__(self, why: str, *, passes: bool = False) -> None:
        super().__init__(why)
        self.passes = passes


def lost(error: Exception, server: Server) -> Fault:
    """Return the fault that a broken line, or one that never came about, is."""
    if "timed out" in str(error):
        return _timed_out(error, server)
    told = (fault for kind, fault in _FAULTS if isinstance(error, kind))
    return next(told)(error, server)


def _no_certificate(error: Exception, _server: Server) -> Fault:
    return Fault(
        f"its certificate is not valid: {getattr(error, 'verify_message', error)}. Is the host's "
        "name right? Else ask whoever runs the server (for an authority of your own, name its file "
        "in SSL_CERT_FILE)"
    )


def _no_tls(_error: Exception, _server: Server) -> Fault:
    return Fault(
        "speaks no TLS that this computer takes; --security tls belongs to port 465, starttls to "
        "port 587"
    )


def _no_name(error: Exception, _server: Server) -> Fault:
    return Fault(
        "there is no server of this name; is --host right, and is there a network?",
        passes=getattr(error, "errno", None) == socket.EAI_AGAIN,
    )


def _nobody(_error: Exception, _server: Server) -> Fault:
    return Fault("no mail server answers here; are --host and --port right?", passes=True)


def _timed_out(_error: Exception, server: Server) -> Fault:
    hint = ""
    if server.security == "starttls" and server.port == PORTS["tls"]:
        hint = "; port 465 needs --security tls"
    return Fault(f"gave no answer within {server.timeout} s{hint}", passes=True)


def _cut(error: Exception, _server: Server) -> Fault:
    return Fault(broken(error), passes=True)


def _no_host(error: Exception, _server: Server) -> Fault:
    return Fault(f"cannot be reached: {shortened(str(error), 80)}; is --host right?")


# The first that fits; most of these are OSErrors too.
_FAULTS: list[tuple[type[Exception], Callable[[Exception, Server], Fault]]] = [
    (ssl.SSLCertVerificationError, _no_certificate),
    (ssl.SSLError, _no_tls),
    (socket.gaierror, _no_name),
    (ConnectionRefusedError, _nobody),
    (TimeoutError, _timed_out),
    (OSError, _cut),
    (smtplib.SMTPException, _cut),
    (Exception, _no_host),
]


def broken(error: Exception) -> str:
    """Return what is said of a line that broke, or of an answer that did not come."""
    if "timed out" in str(error):
        return "the server gave no answer in time"
    return f"the line broke ({shortened(str(error), 80)})"


def refused_sign_in(server: Server) -> str:
    """Return what is said when user and password, or token, are not taken."""
    if server.token:
        return (
            f"refused the token for '{server.user}'; tokens last about an hour: get a new one in "
            "VINKJE_SEND_TOKEN"
        )
    return (
        f"refused user '{server.user}' with this password; is it the right one? Gmail and "
        "Microsoft 365 may want an app password or a token (VINKJE_SEND_TOKEN)"
    )


def said(code: int, reply: bytes | str) -> str:
    """Return a server's answer, to quote."""
    return f"'{code} {shortened(bytes_of(reply).decode(errors='replace'), 200)}'"


def bytes_of(reply: bytes | str) -> bytes:
    """Return a server's answer as bytes; smtplib gives either."""
    return reply.encode() if isinstance(reply, str) else reply
