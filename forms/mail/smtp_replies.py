"""What a mail server answers, and the way out that follows from its codes.

What a code means hangs on the code, not on the command it answers. A code that nobody knows is
what its class is: one with a 4 passes, one with a 5 does not (RFC 5321, 4.2.1; RFC 3463).
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from gettext import gettext
from typing import NamedTuple

from forms.text import one_line, shortened

# RFC 5321, 4.2.1: what begins with 4 may go well later.
PASSING = range(400, 500)
# RFC 2034: an enhanced code stands at the start of each line of an answer.
_ENHANCED = re.compile(r"(?m)^[ \t]*([245]\.\d{1,3}\.\d{1,3})(?:[ \t]|$)")
# As Exchange names itself in an answer: the server, the time and the session's number.
_SERVER_NAME = re.compile(r"\s*\[[\w.-]+(?: [\d:.TZ-]+)?(?: [0-9A-F]+)?\]\s*$")
_MOST_QUOTED = 200


class Cause(Enum):
    """Why a server does not take something, as far as its answer tells."""

    FIRST_MAIL = auto()
    LATER = auto()
    NEEDS_TLS = auto()
    NEEDS_SIGN_IN = auto()
    SIGN_IN_KIND = auto()
    APP_PASSWORD = auto()
    BROWSER = auto()
    SMTP_AUTH_OFF = auto()
    NO_PASSWORDS = auto()
    PASSWORD = auto()
    SENDER = auto()
    ADDRESS = auto()
    FULL = auto()
    LIMIT = auto()
    SIZE = auto()
    DOMAIN = auto()
    UNKNOWN = auto()


class _Meaning(NamedTuple):
    """A reply's code begins so, its enhanced code is or begins so, and it holds the words."""

    code: str
    enhanced: str
    words: str
    cause: Cause


# The first that fits; what stands behind it says it. RFC 5321 has the codes, 4954 those of signing
# in, 3207 those of STARTTLS; IANA: its registry of enhanced codes; EXO: Microsoft's pages and its
# Exchange team's blog about Exchange Online; Gmail: Google's "Gmail SMTP errors and codes"; seen:
# answers that people posted with their question.
_MEANINGS = tuple(
    _Meaning(*row)
    for row in (
        ("4", "", "greylist", Cause.FIRST_MAIL),  # RFC 6647
        ("4", "", "graylist", Cause.FIRST_MAIL),
        ("", "*.2.2", "", Cause.FULL),  # IANA
        ("4", "", "", Cause.LATER),
        ("530", "", "starttls", Cause.NEEDS_TLS),  # RFC 3207, Gmail
        ("538", "", "", Cause.NEEDS_TLS),  # IANA, at 5.7.11
        ("", "5.7.10", "", Cause.NEEDS_TLS),  # IANA
        ("530", "", "", Cause.NEEDS_SIGN_IN),  # RFC 4954
        ("", "5.7.57", "", Cause.NEEDS_SIGN_IN),  # EXO
        ("", "5.7.54", "", Cause.NEEDS_SIGN_IN),  # seen: Exchange, "unable to relay"
        ("5", "", "relay access denied", Cause.NEEDS_SIGN_IN),  # seen: Postfix
        ("5", "", "relaying denied", Cause.NEEDS_SIGN_IN),  # seen: Sendmail
        ("504", "", "helo", Cause.UNKNOWN),  # seen: Postfix, of our name
        ("504", "", "address", Cause.ADDRESS),  # seen: Postfix, of one without a domain
        ("504", "", "", Cause.SIGN_IN_KIND),  # RFC 4954; EXO 5.7.4
        ("534", "5.7.14", "", Cause.BROWSER),  # Gmail
        ("534", "", "", Cause.APP_PASSWORD),  # RFC 4954: too weak a way to sign in; Gmail 5.7.9
        ("", "5.7.9", "", Cause.APP_PASSWORD),  # IANA, Gmail
        ("", "5.7.30", "", Cause.NO_PASSWORDS),  # EXO
        ("", "5.7.139", "basic auth", Cause.NO_PASSWORDS),  # EXO
        ("", "5.7.139", "", Cause.SMTP_AUTH_OFF),  # EXO: for all, for the mailbox, by a policy
        ("535", "", "", Cause.PASSWORD),  # RFC 4954; EXO 5.7.3; Gmail 5.7.8
        ("", "5.2.252", "", Cause.SENDER),  # EXO
        ("", "5.7.60", "", Cause.SENDER),  # EXO
        ("5", "", "sendasdenied", Cause.SENDER),  # seen: Exchange, 554 5.2.0
        ("5", "", "send as this sender", Cause.SENDER),  # Exchange, 550 5.7.1
        ("5", "", "not owned by user", Cause.SENDER),  # seen: Postfix, 553 5.7.1
        ("", "5.1.7", "", Cause.SENDER),  # IANA
        ("", "5.1.8", "", Cause.UNKNOWN),  # EXO: an account that may not send any more
        ("", "5.1.90", "", Cause.LIMIT),  # EXO
        ("", "5.4.5", "", Cause.LIMIT),  # Gmail
        ("", "5.3.4", "", Cause.SIZE),  # IANA
        ("", "5.2.3", "", Cause.SIZE),  # IANA
        ("", "5.7.23", "", Cause.DOMAIN),  # IANA
        ("", "5.7.26", "", Cause.DOMAIN),  # IANA, Gmail
        ("", "5.7.515", "", Cause.DOMAIN),  # EXO
        ("", "5.2.1", "", Cause.ADDRESS),  # IANA
        ("", "5.1.", "", Cause.ADDRESS),  # RFC 3463: all that is about addresses
        ("", "5.", "", Cause.UNKNOWN),
        # Without an enhanced code that says more.
        ("550", "", "", Cause.ADDRESS),
        ("551", "", "", Cause.ADDRESS),
        ("553", "", "", Cause.ADDRESS),
        ("552", "", "", Cause.SIZE),
    )
)


@dataclass(frozen=True)
class Reply:
    """What a server answered: the number, its enhanced code or "", and its words on one line."""

    code: int
    enhanced: str
    words: str

    @property
    def passes(self) -> bool:
        """Say whether it may go well later."""
        return self.code in PASSING

    @property
    def codes(self) -> str:
        """Return the number and the enhanced code, such as `535 5.7.139`: never what we said."""
        return f"{self.code} {self.enhanced}".rstrip()

    @property
    def cause(self) -> Cause:
        """Return what it means."""
        return next((m.cause for m in _MEANINGS if self._means(m)), Cause.UNKNOWN)

    def quoted(self) -> str:
        """Return it as messages quote it."""
        text = f"{self.codes} {shortened(self.words, _MOST_QUOTED)}"
        return f"'{text.rstrip()}'"

    def _means(self, meaning: _Meaning) -> bool:
        code, enhanced, words, _ = meaning
        mine = f"*{self.enhanced[1:]}" if enhanced.startswith("*") else self.enhanced
        same = mine.startswith(enhanced) if enhanced.endswith(".") else mine == enhanced
        is_code = str(self.code).startswith(code) and (same or not enhanced)
        return is_code and words in self.words.lower()


def read_reply(code: int, reply: bytes | str) -> Reply:
    """Return a server's answer, as smtplib gives it: without the number, its lines apart."""
    text = _text(reply)
    found = _ENHANCED.search(text)
    # One of another class contradicts the number, which is what counts (RFC 2034).
    enhanced = found[1] if found and found[1][0] == str(code)[0] else ""
    words = _ENHANCED.sub("", text) if enhanced else text
    return Reply(code, enhanced, _SERVER_NAME.sub("", one_line(words)))


def _text(reply: bytes | str) -> str:
    if isinstance(reply, str):
        return reply
    try:
        return reply.decode()
    except UnicodeDecodeError:
        # Older servers answer in Latin-1, of which Windows made this.
        return reply.decode("cp1252", errors="replace")


def way_out(reply: Reply, otherwise: str = "", *, of_sender: bool = False) -> str:
    """Return what to do about an answer, and whom to ask; `otherwise` where no cause is known.

    With `of_sender` the address in question is the sender's.
    """
    cause = reply.cause
    if of_sender and cause is Cause.ADDRESS:
        cause = Cause.SENDER
    ask = otherwise or gettext("ask whoever runs the server, and show this answer")
    return (_of_account() | _of_mail()).get(cause, ask)


def _of_account() -> dict[Cause, str]:
    """Return the ways out where the server does not let us in."""
    return {
        Cause.NEEDS_TLS: gettext(
            "it takes mail over an encrypted line alone: use --security starttls (port 587) or "
            "tls (port 465)"
        ),
        Cause.NEEDS_SIGN_IN: gettext(
            "it wants to know who sends: name the user with --user; if you did, ask your IT "
            "department whether this mailbox may send mail from a program (SMTP AUTH)"
        ),
        Cause.SIGN_IN_KIND: gettext(
            "it takes no sign-in of this kind: ask your IT department whether programs may send "
            "with a password (SMTP AUTH), or for a token (VINKJE_SEND_TOKEN)"
        ),
        Cause.APP_PASSWORD: gettext(
            "it wants an app password, which is for one program: make one in the security "
            "settings of this account, and use that instead of your own password"
        ),
        Cause.BROWSER: gettext(
            "sign in to this account once in your browser, and then try again here"
        ),
        Cause.SMTP_AUTH_OFF: gettext(
            "Microsoft 365 lets no program send from this mailbox: ask your IT department to "
            "switch on Authenticated SMTP (SMTP AUTH) for it, or send the draft from your own "
            "mail program"
        ),
        Cause.NO_PASSWORDS: gettext(
            "Microsoft 365 takes no password from a program: ask your IT department for a token "
            "(VINKJE_SEND_TOKEN) or for another mail server, or send the draft from your own mail "
            "program"
        ),
        Cause.PASSWORD: gettext(
            "check the password; Gmail and Microsoft 365 may want an app password or a token "
            "(VINKJE_SEND_TOKEN)"
        ),
    }


def _of_mail() -> dict[Cause, str]:
    """Return the ways out where the server does not take this mail, or not now."""
    return {
        Cause.FIRST_MAIL: gettext(
            "this server lets a first mail wait (greylisting): try again in half an hour"
        ),
        Cause.LATER: gettext("the server says that this passes: try again later"),
        Cause.SENDER: gettext(
            "name the address that belongs to this account with --sender, or ask your IT "
            "department for the right to send as this address (Send As)"
        ),
        Cause.ADDRESS: gettext("correct the address, or ask whoever runs the server"),
        Cause.FULL: gettext("this mailbox is full: tell its owner in another way"),
        Cause.LIMIT: gettext(
            "this account may send no more mails today: try again tomorrow, or ask your IT "
            "department"
        ),
        Cause.SIZE: gettext("let it link to the workbook, with --workbook-url"),
        Cause.DOMAIN: gettext(
            "mail from your domain is not trusted when it comes from this server (SPF, DKIM): ask "
            "your IT department"
        ),
    }
