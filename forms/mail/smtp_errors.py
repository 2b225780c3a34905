"""What goes wrong between here and a mail server, in words that say the way out."""

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from gettext import gettext

from forms.errors import FormsError
from forms.mail.smtp_replies import Cause, Reply, read_reply, way_out
from forms.text import shortened

# smtplib gives -1 for a reply that has no number.
_ANSWERS = range(200, 600)
# Submission (RFC 6409), submission with TLS from the start (RFC 8314), and between servers.
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
    timeout: float = 60

    @property
    def place(self) -> str:
        """Return what messages call it."""
        return f"{self.host}:{self.port}"


class SmtpFault(Exception):  # noqa: N818 - never leaves this room
    """The server, or the line to it, failed before it could have taken the mail.

    `place` is an address where it is of one, and empty where it is the server itself. `is_of_mail`
    is said of what came after the sign-in, and may not befall another mail.
    """

    def __init__(
        self,
        problem: str,
        remedy: str = "",
        *,
        place: str = "",
        passes: bool = False,
        is_of_mail: bool = False,
    ) -> None:
        super().__init__(str(FormsError(place, problem, remedy)))
        self.place, self.problem, self.remedy = place, problem, remedy
        self.passes = passes
        self.is_of_mail = is_of_mail


def fault_of(error: Exception, server: Server, *, is_of_mail: bool) -> SmtpFault:
    """Return the fault that an answer, a broken line, or one that never came about, is."""
    fault = error if isinstance(error, SmtpFault) else _fault_of(error, server)
    if is_silent(error) and not is_of_mail and server.security == "starttls":
        remedy = gettext("where TLS begins at once, as on port 465, use --security tls")
        fault = SmtpFault(fault.problem, remedy)
    fault.is_of_mail = is_of_mail
    return fault


def _fault_of(error: Exception, server: Server) -> SmtpFault:
    if isinstance(error, smtplib.SMTPResponseException):
        if error.smtp_code not in _ANSWERS:
            return SmtpFault(gettext("is no mail server"), _check_place())
        reply = read_reply(error.smtp_code, error.smtp_error)
        problem = gettext("the server said {reply}")
        return answered(problem.format(reply=reply.quoted()), reply)
    if is_silent(error):
        # To wait as long once more would help nobody who looks on.
        problem = gettext("gave no answer within {seconds} s")
        return SmtpFault(problem.format(seconds=f"{server.timeout:g}"))
    return next(fault for kind, fault in _FAULTS if isinstance(error, kind))(error)


def _check_place() -> str:
    return gettext("check --host and --port")


def is_silent(error: Exception) -> bool:
    """Say whether no answer came in time; smtplib has no class of its own for it."""
    return isinstance(error, TimeoutError) or "timed out" in str(error)


def _no_certificate(error: Exception) -> SmtpFault:
    problem = gettext("its certificate is not valid: {reason}")
    return SmtpFault(
        problem.format(reason=getattr(error, "verify_message", error)),
        gettext(
            "check the name in --host, or ask whoever runs the server (for an authority of your "
            "own, name its file in SSL_CERT_FILE)"
        ),
    )


def _no_tls(_error: Exception) -> SmtpFault:
    return SmtpFault(
        gettext("offers no safe line (TLS) that this computer takes"),
        gettext("--security tls belongs to port 465, starttls to port 587"),
    )


def _no_name(error: Exception) -> SmtpFault:
    return SmtpFault(
        gettext("there is no server of this name"),
        gettext("check --host, and whether there is a network"),
        passes=getattr(error, "errno", None) == socket.EAI_AGAIN,
    )


def _nobody(_error: Exception) -> SmtpFault:
    return SmtpFault(gettext("no mail server answers here"), _check_place(), passes=True)


def _cut(error: Exception) -> SmtpFault:
    return SmtpFault(broken(error), passes=True)


def _no_host(error: Exception) -> SmtpFault:
    problem = gettext("cannot be reached: {reason}")
    return SmtpFault(problem.format(reason=shortened(str(error), 80)), gettext("check --host"))


# The first that fits; most of these are OSErrors too.
_FAULTS: list[tuple[type[Exception], Callable[[Exception], SmtpFault]]] = [
    (ssl.SSLCertVerificationError, _no_certificate),
    (ssl.SSLError, _no_tls),
    (socket.gaierror, _no_name),
    (ConnectionRefusedError, _nobody),
    (OSError, _cut),
    (Exception, _no_host),
]


def broken(error: Exception) -> str:
    """Return what is said of a line that broke, or of an answer that did not come."""
    if is_silent(error):
        return gettext("the server gave no answer in time")
    if isinstance(error, SmtpFault):
        return str(error)
    return gettext("the line broke ({reason})").format(reason=shortened(str(error), 80))


def answered(problem: str, reply: Reply, remedy: str = "") -> SmtpFault:
    """Return the fault that an answer is, with the way out that follows from it."""
    return SmtpFault(problem, remedy or way_out(reply), passes=reply.passes)


def refused_sign_in(server: Server, reply: Reply) -> SmtpFault:
    """Return the fault of a user and a password, or a token, that are not taken.

    Of the answer its codes alone are told: a server can say back what it was told.
    """
    is_secret = reply.cause in {Cause.PASSWORD, Cause.APP_PASSWORD, Cause.UNKNOWN}
    remedy = way_out(reply, gettext("ask whoever runs the server what this code means"))
    if reply.passes:
        problem = gettext("does not sign '{user}' in now (it answered {code})")
    elif not is_secret:
        problem = gettext("does not let '{user}' sign in (it answered {code})")
    elif server.token:
        problem = gettext("refused the token for '{user}' (it answered {code})")
    else:
        problem = gettext("refused user '{user}' with this password (it answered {code})")
    if server.token and reply.cause is Cause.PASSWORD:
        remedy = gettext("tokens last about an hour: put a new one in VINKJE_SEND_TOKEN")
    # Never tried again: wrong passwords are counted, and lock accounts.
    return SmtpFault(problem.format(user=server.user, code=reply.codes), remedy)
