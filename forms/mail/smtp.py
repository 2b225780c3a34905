"""Handing a mail to a server (RFC 5321), and knowing afterwards who got it.

What passes is tried again, but never once the server may have taken the mail.
"""

import base64
import contextlib
import ipaddress
import logging
import random
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from enum import StrEnum
from gettext import gettext

import tenacity

from forms.errors import MailError, SettingsError
from forms.mail.smtp_errors import (
    PASSING,
    Server,
    SmtpFault,
    broken,
    bytes_of,
    fault_of,
    refused_sign_in,
    reply_text,
)
from forms.mail.smtp_session import Clock, Session

# In seconds, before the second try; a fault that passes is tried so many times.
PAUSE = 1.0
_TRIES = 3
# Replies by their number: RFC 5321, 4.2.3, and for signing in RFC 4954.
_SIGNED_IN, _OK, _ASKS, _GO_ON, _CLOSING = 235, 250, 334, 354, 421
_TAKEN = range(200, 300)
_VERDICTS = {*_TAKEN, *PASSING, *range(500, 600)}
# Seconds to wait for the server's: by then it has the mail.
_GOOD_BYE = 5
_MIB = 1024 * 1024
# The largest mail that a server says it takes (RFC 1870); with more figures it is no size.
_SIZE = re.compile("[0-9]{1,18}")
# RFC 5321, 4.5.2: a line of one dot would end the mail.
_DOT = re.compile(rb"(?m)^\.")
_log = logging.getLogger(__name__)


class DeliveryStatus(StrEnum):
    """What became of a mail for one who should get it."""

    SENT = "sent"
    UNSURE = "unsure"
    REFUSED = "refused"
    NOT_SENT = "not sent"


@dataclass(frozen=True)
class Outcome:
    """What became of a mail for one address, and what the server said of it."""

    to: Address
    fate: DeliveryStatus
    why: str = ""


@dataclass(frozen=True)
class Letter:
    """A mail on its way: `content` gives its bytes, with headers in UTF-8 where they may be.

    `begin` is called with whom the server accepts, right before the mail is handed over, and `end`
    with what became of it for each, as soon as that is known.
    """

    sender: Address
    to: Sequence[Address]
    content: Callable[[bool], bytes]
    begin: Callable[[Sequence[Address]], None]
    end: Callable[[Sequence[Outcome]], None]


def check_secure(server: Server) -> None:
    """Raise SettingsError for a mail, and a password, in the clear to another machine.

    Whoever is on the way could read both, and change the mail (docs/threats.md, the mail server).
    """
    if server.security == "none" and not _is_here(server.host):
        raise SettingsError(
            server.place,
            gettext("--security none is for a server on this machine alone"),
            gettext("leave it out for STARTTLS (port 587), or name tls (port 465)"),
        )


def deliver(server: Server, letter: Letter) -> list[Outcome]:
    """Hand a mail over and return what became of it, one outcome an address.

    Raises MailError where the server could not be reached, or let nobody in: then no other mail
    would fare better.
    """
    check_secure(server)
    clock = Clock(server)
    outcomes: dict[str, Outcome] = {}

    def once() -> None:
        waiting = [to for to in letter.to if _waits(outcomes.get(to.addr_spec))]
        with _signed_in(server, clock) as smtp:
            done = _transaction(smtp, clock, letter, waiting)
            outcomes.update({outcome.to.addr_spec: outcome for outcome in done})
        if later := [o for o in outcomes.values() if _waits(o)]:
            first = later[0]
            raise SmtpFault(first.why, place=first.to.addr_spec, passes=True, is_of_mail=True)

    try:
        _retrying(server, clock)(once)
    except SmtpFault as fault:
        place = ": ".join(filter(None, (server.place, fault.place)))
        error = MailError(place, fault.problem, fault.remedy)
        if not outcomes and not fault.is_of_mail:
            raise error from None
        return [
            outcomes.get(to.addr_spec) or Outcome(to, DeliveryStatus.NOT_SENT, str(error))
            for to in letter.to
        ]
    return [outcomes[to.addr_spec] for to in letter.to]


def _retrying(server: Server, clock: Clock) -> tenacity.Retrying:
    def say_so(state: tenacity.RetryCallState) -> None:
        why = state.outcome and state.outcome.exception()
        message = gettext("{server}: {reason}; trying again ({turn} of {most})")
        _log.warning(
            message.format(
                server=server.place, reason=why, turn=state.attempt_number + 1, most=_TRIES
            )
        )

    def passes(error: BaseException) -> bool:
        return isinstance(error, SmtpFault) and error.passes

    def is_enough(state: tenacity.RetryCallState) -> bool:
        return state.attempt_number == _TRIES or clock.left <= state.upcoming_sleep

    return tenacity.Retrying(
        stop=is_enough,
        retry=tenacity.retry_if_exception(passes),
        wait=_pause,
        before_sleep=say_so,
        reraise=True,
    )


def _pause(state: tenacity.RetryCallState) -> float:
    """Return the seconds to wait, twice as long each time.

    Without chance in it, all that failed together would come back together.
    """
    twice: int = 2 ** (state.attempt_number - 1)
    return PAUSE * (twice + random.random())  # noqa: S311 - a pause


def _waits(outcome: Outcome | None) -> bool:
    """Say whether it is to be tried again: not before it was tried, or by what passes."""
    return outcome is None or outcome.fate is DeliveryStatus.NOT_SENT


@contextlib.contextmanager
def _signed_in(server: Server, clock: Clock) -> Iterator[Session]:
    """Give a session in which mail may be sent; raises SmtpFault for whatever goes wrong in it."""
    smtp, is_of_mail = None, False
    try:
        smtp = _connected(server, clock)
        smtp.ehlo_or_helo_if_needed()
        _sign_in(smtp, server)
        is_of_mail = True
        yield smtp
        # Not after a fault: who stops us would wait for the server's good-bye.
        smtp.leave(_GOOD_BYE)
    except (SmtpFault, smtplib.SMTPException, OSError, ValueError) as error:
        raise fault_of(error, server, is_of_mail=is_of_mail) from None
    finally:
        if smtp is not None:
            smtp.close()


def _connected(server: Server, clock: Clock) -> Session:
    # Without a context of one's own, smtplib takes any certificate.
    context = ssl.create_default_context()
    # A machine's own name can have letters that no command can.
    name = None if socket.getfqdn().isascii() else "localhost"
    smtp = Session(server, clock, name, context if server.security == "tls" else None)
    if server.security == "starttls":
        try:
            _start_tls(smtp, context)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _start_tls(smtp: Session, context: ssl.SSLContext) -> None:
    smtp.ehlo_or_helo_if_needed()
    if not smtp.has_extn("starttls"):
        raise SmtpFault(
            gettext("offers no STARTTLS, so everybody on the way could read the mail"),
            gettext("try --security tls (port 465), or ask whoever runs the server"),
        )
    smtp.begin_tls(context)
    smtp.ehlo_or_helo_if_needed()


def _sign_in(smtp: smtplib.SMTP, server: Server) -> None:
    """Sign in, with one try: wrong passwords are counted, and lock accounts."""
    if not server.user:
        return
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    # PLAIN first: the line is encrypted, and it takes letters that the others cannot.
    known = ["XOAUTH2"] if server.token else ["PLAIN", "LOGIN", "CRAM-MD5"]
    kind = next((kind for kind in known if kind in offered), None)
    if kind is None:
        problem = (
            gettext("offers no sign-in by a token (it offers: {kinds})")
            if server.token
            else gettext("offers no sign-in by a password (it offers: {kinds})")
        )
        raise SmtpFault(
            problem.format(kinds=" ".join(offered) or gettext("nothing")),
            gettext("leave --user out when it needs none, or ask whoever runs it"),
        )
    try:
        code, _ = _answer_to(smtp, server, kind)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        problem = gettext("the sign-in as '{user}' failed: {reason}")
        raise SmtpFault(
            problem.format(user=server.user, reason=_unquoted(error)), gettext("try later")
        ) from None
    if code in PASSING:
        problem = gettext("does not sign '{user}' in now (it answered {code})")
        raise SmtpFault(problem.format(user=server.user, code=code), gettext("try later"))
    if code != _SIGNED_IN:
        # Its words are not quoted: a server can say back what it was told, password and all.
        raise refused_sign_in(server, code)


def _unquoted(error: Exception) -> str:
    """Return what went wrong at a sign-in, without the server's words: they may be the password."""
    is_line = isinstance(error, smtplib.SMTPServerDisconnected)
    is_words = isinstance(error, smtplib.SMTPException) and not is_line
    return gettext("the server asked on and on") if is_words else broken(error)


def _answer_to(smtp: smtplib.SMTP, server: Server, kind: str) -> tuple[int, bytes]:
    """Return what the server says to a sign-in."""
    if kind in {"PLAIN", "XOAUTH2"}:
        # By hand: smtplib knows no password beyond ASCII, and no token.
        secret = f"\0{server.user}\0{server.password}"
        if kind == "XOAUTH2":
            secret = f"user={server.user}\1auth=Bearer {server.token}\1\1"
        code, reply = smtp.docmd("AUTH", f"{kind} {base64.b64encode(secret.encode()).decode()}")
        # A token's fault comes as a question, to be answered with nothing.
        return smtp.docmd("") if code == _ASKS else (code, reply)
    smtp.user, smtp.password = server.user, server.password
    try:
        by = smtp.auth_login if kind == "LOGIN" else smtp.auth_cram_md5
        return smtp.auth(kind, by)
    except smtplib.SMTPAuthenticationError as error:
        return error.smtp_code, bytes_of(error.smtp_error)
    except UnicodeEncodeError:
        raise SmtpFault(
            gettext("takes no password with letters such as é by the sign-in it offers"),
            gettext("choose another password, or ask whoever runs it"),
        ) from None


def _transaction(
    smtp: smtplib.SMTP, clock: Clock, letter: Letter, to: Sequence[Address]
) -> list[Outcome]:
    """Hand the mail over once, to those whom the server accepts; return an outcome for each."""
    takes_utf8 = smtp.has_extn("smtputf8")
    if not takes_utf8 and not letter.sender.addr_spec.isascii():
        raise SmtpFault(_no_accents(), place=letter.sender.addr_spec)
    fit = [address for address in to if address.addr_spec.isascii() or takes_utf8]
    outcomes = [
        Outcome(address, DeliveryStatus.REFUSED, _no_accents())
        for address in to
        if address not in fit
    ]
    if not fit:
        return outcomes
    # Only where an address needs it (RFC 6531): the next server on the way may not take it.
    utf8 = not all(address.addr_spec.isascii() for address in (letter.sender, *fit))
    if utf8:
        smtp.command_encoding = "utf-8"
    content = letter.content(utf8)
    clock.leave_time_for(len(content))
    options = _mail_options(smtp, content, utf8=utf8)
    code, reply = smtp.docmd("MAIL", f"FROM:<{letter.sender.addr_spec}>{options}")
    if code != _OK:
        raise SmtpFault(
            gettext("takes no mail from {sender} ({reply})").format(
                sender=letter.sender.addr_spec, reply=reply_text(code, reply)
            ),
            gettext(
                "name the address that belongs to this account with --sender, and who signs in "
                "with --user"
            ),
            passes=code in PASSING,
        )
    accepted: list[Address] = []
    for address in fit:
        code, reply = smtp.docmd("RCPT", f"TO:<{address.addr_spec}>")
        # Of the session and not of this address: the others would be taken for refused too.
        if code == _CLOSING:
            problem = gettext("ended the session ({reply})")
            raise SmtpFault(problem.format(reply=reply_text(code, reply)), passes=True)
        if code in _TAKEN:
            accepted.append(address)
        else:
            outcomes.append(Outcome(address, *_verdict(code, reply)))
    return outcomes + (_handed_over(smtp, letter, accepted, content) if accepted else [])


def _no_accents() -> str:
    return gettext(
        "its name before the @ has letters that this server does not take; use an address without "
        "accents"
    )


def _mail_options(smtp: smtplib.SMTP, content: bytes, *, utf8: bool) -> str:
    options = ""
    if smtp.has_extn("size"):
        stated = smtp.esmtp_features["size"].strip()
        most = int(stated) if _SIZE.fullmatch(stated) else 0
        if most and len(content) > most:
            raise SmtpFault(
                gettext(
                    "takes mails of {most:.1f} MiB at most, and this one has {size:.1f}"
                ).format(most=most / _MIB, size=len(content) / _MIB),
                gettext("let it link to the workbook, with --workbook-url"),
            )
        options += f" SIZE={len(content)}"
    return options + (" BODY=8BITMIME SMTPUTF8" if utf8 else "")


def _handed_over(
    smtp: smtplib.SMTP, letter: Letter, accepted: list[Address], content: bytes
) -> list[Outcome]:
    """Hand over the content, once it is written down that this begins."""
    letter.begin(accepted)
    fate, why = _fate(smtp, content)
    outcomes = [Outcome(address, fate, why) for address in accepted]
    letter.end(outcomes)
    return outcomes


def _fate(smtp: smtplib.SMTP, content: bytes) -> tuple[DeliveryStatus, str]:
    """Return what became of the content; after its last byte left that is not always known."""
    code, reply = smtp.docmd("DATA")
    if code != _GO_ON:
        # Whatever else it says, it took no content.
        return _not_taken(code, reply)
    smtp.send(_DOT.sub(b"..", content))
    try:
        smtp.send(b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")
        code, reply = smtp.getreply()
    except (SmtpFault, smtplib.SMTPException, OSError) as error:
        return DeliveryStatus.UNSURE, broken(error)
    return (
        _verdict(code, reply)
        if code in _VERDICTS
        else (DeliveryStatus.UNSURE, reply_text(code, reply))
    )


def _verdict(code: int, reply: bytes) -> tuple[DeliveryStatus, str]:
    return (DeliveryStatus.SENT, "") if code in _TAKEN else _not_taken(code, reply)


def _not_taken(code: int, reply: bytes) -> tuple[DeliveryStatus, str]:
    fate = DeliveryStatus.NOT_SENT if code in PASSING else DeliveryStatus.REFUSED
    return fate, reply_text(code, reply)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
