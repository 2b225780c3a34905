"""Signing in at a mail server (RFC 4954), without its answers telling anybody the password."""

import base64
import smtplib
from gettext import gettext

from forms.mail.smtp_errors import Server, SmtpFault, broken, refused_sign_in
from forms.mail.smtp_replies import read_reply

_SIGNED_IN, _ASKS = 235, 334


def sign_in(smtp: smtplib.SMTP, server: Server) -> None:
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
        reply = read_reply(*_answer_to(smtp, server, kind))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        problem = gettext("the sign-in as '{user}' failed: {reason}")
        raise SmtpFault(
            problem.format(user=server.user, reason=_unquoted(error)), gettext("try again later")
        ) from None
    if reply.code != _SIGNED_IN:
        raise refused_sign_in(server, reply)


def _unquoted(error: Exception) -> str:
    """Return what went wrong at a sign-in, without the server's words: they may be the password."""
    is_line = isinstance(error, smtplib.SMTPServerDisconnected)
    is_words = isinstance(error, smtplib.SMTPException) and not is_line
    return gettext("the server asked on and on") if is_words else broken(error)


def _answer_to(smtp: smtplib.SMTP, server: Server, kind: str) -> tuple[int, bytes | str]:
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
        return error.smtp_code, error.smtp_error
    except UnicodeEncodeError:
        raise SmtpFault(
            gettext("takes no password with letters such as é by the sign-in it offers"),
            gettext("choose another password, or ask whoever runs it"),
        ) from None
