"""Handing a mail to a server (RFC 5321), and knowing afterwards who got it.

What passes is tried again, but never once the server may have taken the mail.
"""

import contextlib
import ipaddress
import logging
import random
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from gettext import gettext

import tenacity

from forms.errors import MailError, SettingsError
from forms.mail.outcome import DeliveryStatus, Outcome
from forms.mail.smtp_errors import Server, SmtpFault, answered, broken, fault_of
from forms.mail.smtp_replies import PASSING, Reply, read_reply, way_out
from forms.mail.smtp_session import Clock, Session
from forms.mail.smtp_sign_in import sign_in

# In seconds, before the second try; a fault that passes is tried so many times without progress.
PAUSE = 1.0
_TRIES = 3
# Replies by their number: RFC 5321, 4.2.3.
_OK, _GO_ON, _CLOSING = 250, 354, 421
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
    tries = _Tries(server)
    outcomes: dict[str, Outcome] = {}

    def waiting() -> list[Address]:
        return [to for to in letter.to if _waits(outcomes.get(to.addr_spec))]

    def once() -> None:
        tries.begin()
        before = waiting()
        with _signed_in(server, tries.clock) as smtp:
            done = _transaction(smtp, tries.clock, letter, before)
            outcomes.update({outcome.to.addr_spec: outcome for outcome in done})
        if left := waiting():
            if len(left) < len(before):
                tries.begin_anew()
            first = outcomes[left[0].addr_spec]
            place = first.to.addr_spec
            raise SmtpFault(first.why, first.remedy, place=place, passes=True, is_of_mail=True)

    try:
        _retrying(server, tries)(once)
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


class _Tries:
    """How often a mail was tried without progress, and the time that it has.

    A server that takes so many addresses at a time, or those of one domain, is asked until all have
    had their turn.
    """

    def __init__(self, server: Server) -> None:
        self.clock, self.turn = Clock(server), 0

    def begin(self) -> None:
        """Begin a try."""
        self.turn += 1

    def begin_anew(self) -> None:
        """Count from this try on: of some address it is now known what became of it."""
        self.turn = 1
        self.clock.begin()

    def are_enough(self, state: tenacity.RetryCallState) -> bool:
        """Say whether to give up."""
        return self.turn == _TRIES or self.clock.left <= state.upcoming_sleep

    def pause(self, _state: tenacity.RetryCallState) -> float:
        """Return the seconds to wait, twice as long each time.

        Without chance in it, all that failed together would come back together.
        """
        twice: int = 2 ** (self.turn - 1)
        return PAUSE * (twice + random.random())  # noqa: S311 - a pause


def _retrying(server: Server, tries: _Tries) -> tenacity.Retrying:
    def say_so(state: tenacity.RetryCallState) -> None:
        why = state.outcome and state.outcome.exception()
        message = gettext("{server}: {reason}; trying again ({turn} of {most})")
        values = {"server": server.place, "reason": _problem_of(why)}
        _log.warning(message.format(**values, turn=tries.turn + 1, most=_TRIES))

    def passes(error: BaseException) -> bool:
        return isinstance(error, SmtpFault) and error.passes

    return tenacity.Retrying(
        stop=tries.are_enough,
        retry=tenacity.retry_if_exception(passes),
        wait=tries.pause,
        before_sleep=say_so,
        reraise=True,
    )


def _problem_of(error: object) -> str:
    """Return what went wrong, without the way out: we take it ourselves."""
    if not isinstance(error, SmtpFault):
        return str(error)
    return ": ".join(filter(None, (error.place, error.problem)))


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
        sign_in(smtp, server)
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
    smtp = Session(server, clock, context if server.security == "tls" else None)
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
    reply = read_reply(*smtp.docmd("MAIL", f"FROM:<{letter.sender.addr_spec}>{options}"))
    if reply.code != _OK:
        problem = gettext("takes no mail from {sender} ({reply})").format(
            sender=letter.sender.addr_spec, reply=reply.quoted()
        )
        raise answered(problem, reply, way_out(reply, of_sender=True))
    accepted, others = _asked(smtp, fit)
    outcomes += others
    return outcomes + (_handed_over(smtp, letter, accepted, content) if accepted else [])


def _asked(smtp: smtplib.SMTP, to: Sequence[Address]) -> tuple[list[Address], list[Outcome]]:
    """Return for whom the server takes the mail, and what it says of the others."""
    accepted, others = [], []
    for address in to:
        reply = read_reply(*smtp.docmd("RCPT", f"TO:<{address.addr_spec}>"))
        # Of the session and not of this address: the others would be taken for refused too.
        if reply.code == _CLOSING:
            problem = gettext("ended the session ({reply})")
            raise answered(problem.format(reply=reply.quoted()), reply)
        if reply.code in _TAKEN:
            accepted.append(address)
        else:
            others.append(Outcome(address, *_verdict(reply)))
    return accepted, others


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
    fate, *said = _fate(smtp, content)
    outcomes = [Outcome(address, fate, *said) for address in accepted]
    letter.end(outcomes)
    return outcomes


def _fate(smtp: smtplib.SMTP, content: bytes) -> tuple[DeliveryStatus, str, str]:
    """Return what became of the content; after its last byte left that is not always known."""
    reply = read_reply(*smtp.docmd("DATA"))
    if reply.code != _GO_ON:
        # Whatever else it says, it took no content.
        return _not_taken(reply)
    smtp.send(_DOT.sub(b"..", content))
    try:
        smtp.send(b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")
        reply = read_reply(*smtp.getreply())
    except (SmtpFault, smtplib.SMTPException, OSError) as error:
        return DeliveryStatus.UNSURE, broken(error), ""
    if reply.code in _VERDICTS:
        return _verdict(reply)
    return DeliveryStatus.UNSURE, reply.quoted(), ""


def _verdict(reply: Reply) -> tuple[DeliveryStatus, str, str]:
    return (DeliveryStatus.SENT, "", "") if reply.code in _TAKEN else _not_taken(reply)


def _not_taken(reply: Reply) -> tuple[DeliveryStatus, str, str]:
    fate = DeliveryStatus.NOT_SENT if reply.passes else DeliveryStatus.REFUSED
    return fate, reply.quoted(), way_out(reply)


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
