"""What a mail server's answers mean, as servers really gave them to people who asked about it."""

import re

import pytest

from forms.mail.smtp_replies import Cause, read_reply, way_out
from forms.mail.smtp_session import greeting_name

EXCHANGE = "[AM0PR01CA0021.eurprd01.prod.exchangelabs.com 2026-11-30T10:00:00.055Z 08DD3DD7D75D]"
# As a server sends it, and what it means.
ANSWERS: list[tuple[str, Cause]] = [
    ("421 4.3.2 Service not available", Cause.LATER),
    ("421 4.7.0 Try again later, closing connection.", Cause.LATER),
    ("432 4.3.2 Concurrent connections limit exceeded", Cause.LATER),
    ("450 4.2.1 The user you are trying to contact is receiving mail too quickly.", Cause.LATER),
    ("450 4.2.0 <a@b.nl>: Recipient address rejected: Greylisted", Cause.FIRST_MAIL),
    ("451 4.7.1 Graylisting in action, please come back later", Cause.FIRST_MAIL),
    ("422 4.2.2 Greylisted, please try again in a few moments.", Cause.FIRST_MAIL),
    ("451 4.3.0 Multiple destination domains per transaction is unsupported.", Cause.LATER),
    ("452 4.2.2 The email account that you tried to reach is over quota.", Cause.FULL),
    ("452 4.5.3 Too many recipients", Cause.LATER),
    ("454 4.7.0 Temporary authentication failure", Cause.LATER),
    ("455 whatever", Cause.LATER),
    ("504 5.7.4 Unrecognized authentication type", Cause.SIGN_IN_KIND),
    ("504 5.5.2 <styx>: Helo command rejected: need fully-qualified hostname", Cause.UNKNOWN),
    ("504 5.5.2 <jan>: Recipient address rejected: need fully-qualified address", Cause.ADDRESS),
    ("530 5.7.0 Must issue a STARTTLS command first", Cause.NEEDS_TLS),
    ("530 5.7.1 Authentication required", Cause.NEEDS_SIGN_IN),
    (f"530 5.7.57 Client not authenticated to send mail. {EXCHANGE}", Cause.NEEDS_SIGN_IN),
    ("530 Authentication required", Cause.NEEDS_SIGN_IN),
    (
        "534-5.7.9 Application-specific password required.\n534 5.7.9 See g.co/x",
        Cause.APP_PASSWORD,
    ),
    ("534-5.7.14 Please log in via your web browser", Cause.BROWSER),
    ("535-5.7.8 Username and Password not accepted.", Cause.PASSWORD),
    (f"535 5.7.3 Authentication unsuccessful {EXCHANGE}", Cause.PASSWORD),
    ("535 authentication failed (#5.7.1)", Cause.PASSWORD),
    (
        (
            "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the "
            "Tenant. Visit https://aka.ms/smtp_auth_disabled for more information."
        ),
        Cause.SMTP_AUTH_OFF,
    ),
    (
        "535 5.7.139 Authentication unsuccessful, user is locked by your security defaults policy.",
        Cause.SMTP_AUTH_OFF,
    ),
    (
        f"535 5.7.139 Authentication unsuccessful, basic authentication is disabled. {EXCHANGE}",
        Cause.NO_PASSWORDS,
    ),
    ("550 5.7.30 Basic authentication is not supported for Client Submission", Cause.NO_PASSWORDS),
    ("538 5.7.11 Encryption required for requested authentication mechanism", Cause.NEEDS_TLS),
    ("554 5.2.252 SendAsDenied; a@b.nl not allowed to send as c@b.nl", Cause.SENDER),
    ("554 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.Mapi", Cause.SENDER),
    ("550 5.7.60 SMTP; Client does not have permissions to send as this sender", Cause.SENDER),
    ("550 5.7.1 Client does not have permissions to send as this sender", Cause.SENDER),
    ("553 5.7.1 <c@b.nl>: Sender address rejected: not owned by user a@b.nl", Cause.SENDER),
    ("554 5.7.1 <a@b.nl>: Relay access denied", Cause.NEEDS_SIGN_IN),
    ("550 5.1.1 <a@b.nl>: User unknown in relay recipient table", Cause.ADDRESS),
    ("550 5.1.10 RESOLVER.ADR.RecipientNotFound", Cause.ADDRESS),
    ("550 5.1.8 Access denied, bad outbound sender", Cause.UNKNOWN),
    ("550 no", Cause.ADDRESS),
    ("553 mailbox name not allowed", Cause.ADDRESS),
    ("552 5.2.2 Mailbox full", Cause.FULL),
    ("552 5.3.4 Message size exceeds fixed limit", Cause.SIZE),
    ("552 message too large", Cause.SIZE),
    ("552 5.7.0 This message was blocked for its attachment", Cause.UNKNOWN),
    ("550 5.4.5 Daily user sending limit exceeded", Cause.LIMIT),
    ("550 5.7.26 This mail has been blocked because the sender is unauthenticated.", Cause.DOMAIN),
    ("554 5.7.1 Looks like spam", Cause.UNKNOWN),
    ("550 5.7.999 of another day", Cause.UNKNOWN),
    ("599 what nobody knows", Cause.UNKNOWN),
]

# The codes alone, with words of ours, so that no line of the table goes unseen.
CODES: list[tuple[str, Cause]] = [
    ("550 5.7.10 Encryption needed", Cause.NEEDS_TLS),
    ("550 5.7.57 Client was not authenticated", Cause.NEEDS_SIGN_IN),
    ("550 5.7.54 Unable to relay recipient in non-accepted domain", Cause.NEEDS_SIGN_IN),
    ("550 5.7.1 Relaying denied", Cause.NEEDS_SIGN_IN),
    ("534 Authentication mechanism is too weak", Cause.APP_PASSWORD),
    ("550 5.7.9 App password needed", Cause.APP_PASSWORD),
    ("550 5.2.252 Send as denied", Cause.SENDER),
    ("550 5.7.60 Sender", Cause.SENDER),
    ("550 5.1.7 Invalid sender", Cause.SENDER),
    ("550 5.1.90 Message limit", Cause.LIMIT),
    ("550 5.2.3 Too long", Cause.SIZE),
    ("550 5.7.23 SPF", Cause.DOMAIN),
    ("550 5.7.515 Access denied", Cause.DOMAIN),
    ("550 5.2.1 Mailbox disabled", Cause.ADDRESS),
    ("551 User not local", Cause.ADDRESS),
]


@pytest.mark.parametrize(("said", "cause"), [*ANSWERS, *CODES])
def test_a_code_says_what_to_do(said: str, cause: Cause) -> None:
    """Whatever command it answers; and each has a way out."""
    # smtplib takes the number off each line.
    words = re.sub(r"(?m)^\d{3}[ -]", "", said)
    reply = read_reply(int(said[:3]), words.encode())
    assert reply.cause is cause
    assert way_out(reply)
    assert reply.quoted().startswith(f"'{reply.codes}")
    assert "exchangelabs" not in reply.quoted()


def test_every_cause_is_met() -> None:
    """A cause without an answer would be one that nobody saw."""
    assert {cause for _, cause in ANSWERS} == set(Cause)


@pytest.mark.parametrize("code", [400, 421, 451, 499])
def test_what_begins_with_4_passes(code: int) -> None:
    """Also a number that nobody knows, whatever enhanced code of another class stands behind it."""
    reply = read_reply(code, b"5.1.1 odd")
    assert (reply.passes, reply.enhanced) == (True, "")
    assert "try again" in way_out(reply)


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        (b"5.1.1 Empf\xe4nger unbekannt", "'550 5.1.1 Empfänger unbekannt'"),
        ("5.1.1 Empfänger".encode(), "'550 5.1.1 Empfänger'"),
        (b"5.1.1 a \x93b\x94", "'550 5.1.1 a “b”'"),
        (b"5.1.1 one\n5.1.1 two", "'550 5.1.1 one two'"),
        (b"", "'550'"),
        (b"5.1.1", "'550 5.1.1'"),
        (b"a\x1b[31m\rb", "'550 a\ufffd[31m b'"),
        (b"x" * 5000, f"'550 {'x' * 199}…'"),
        (b"it's 'fine'", "'550 it's 'fine''"),
    ],
)
def test_an_answer_is_quoted_so_that_it_can_be_read(said: bytes, quoted: str) -> None:
    """In UTF-8 or Latin-1, on one line, and no longer than a message can bear."""
    assert read_reply(550, said).quoted() == quoted


def test_of_the_sender_another_address_is_meant() -> None:
    """A bare 550 says that an address is no good: at MAIL that is ours."""
    reply = read_reply(550, b"not you")
    assert way_out(reply, of_sender=True).startswith(
        "name the address that belongs to this account"
    )
    assert way_out(reply) == "correct the address, or ask whoever runs the server"


NAMES = {
    "pc12.corporatie.nl": "pc12.corporatie.nl",
    "PC-12.Corporatie.NL": "PC-12.Corporatie.NL",
    "localhost": "[127.0.0.1]",
    "localhost.localdomain": "[127.0.0.1]",
    "laptop": "[127.0.0.1]",
    "laptop.local": "[127.0.0.1]",
    "laptop.lan": "[127.0.0.1]",
    "pc_12.corporatie.nl": "[127.0.0.1]",
    "zoë.corporatie.nl": "[127.0.0.1]",
    "-pc.corporatie.nl": "[127.0.0.1]",
    "10.0.0.7": "[127.0.0.1]",
    "1.0.0.127.in-addr.arpa": "[127.0.0.1]",
    "": "[127.0.0.1]",
    "a b.corporatie.nl": "[127.0.0.1]",
    "pc.corporatie.nl\r\nQUIT": "[127.0.0.1]",
    f"{'a' * 64}.nl": "[127.0.0.1]",
}


@pytest.mark.parametrize("name", NAMES)
def test_the_name_by_which_we_greet(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full name of ASCII letters, or else an address in brackets, which servers take."""
    monkeypatch.setattr("socket.getfqdn", lambda *_: name)
    assert greeting_name("127.0.0.1") == NAMES[name]


@pytest.mark.parametrize(
    ("address", "name"), [("::1", "[IPv6:::1]"), ("fe80::1%eth0", "[IPv6:fe80::1]")]
)
def test_an_address_of_ipv6(address: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is written as RFC 5321 has it, without the name of the card."""
    monkeypatch.setattr("socket.getfqdn", lambda *_: "localhost")
    assert greeting_name(address) == name
