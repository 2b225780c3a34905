"""What somebody is told of a mail server's answers: what they mean, and whom to ask, once."""

import ssl
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from mail_server import PASSWORD, USER, Certificates, PostOffice, answering, served
from mailing import ANNA, BRAM, SENDER, account, options, sent, told, written

from forms.mail.account import SmtpAccount
from forms.mail.delivery import faults, send_drafts
from forms.mail.draft_files import read_draft
from forms.mail.outcome import DeliveryStatus
from forms.mail.sent_log import log_of
from forms.mail.smtp_errors import Server

pytestmark = pytest.mark.usefixtures("quick")
MANY = [f"medewerker{n}@corporatie.example" for n in range(150)]


def at(port: int, **more: Any) -> SmtpAccount:
    """Return an account at a server without TLS."""
    return SmtpAccount(SENDER, Server("127.0.0.1", port, "none", **{"timeout": 2, **more}))


SIGN_INS = {
    b"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled": (
        f"does not let '{USER}' sign in (it answered 535 5.7.139); Microsoft 365 lets no program "
        "send from this mailbox: ask your IT department"
    ),
    b"550 5.7.30 Basic authentication is not supported for Client Submission.": (
        "(it answered 550 5.7.30); Microsoft 365 takes no password from a program"
    ),
    b"534-5.7.9 Application-specific password required. For more\r\n534 5.7.9 information": (
        "with this password (it answered 534 5.7.9); it wants an app password"
    ),
    b"504 5.7.4 Unrecognized authentication type": (
        "(it answered 504 5.7.4); it takes no sign-in of this kind"
    ),
    b"535 5.7.8 Error: authentication failed": (
        "with this password (it answered 535 5.7.8); check the password"
    ),
    b"599 5.9.9 no": "(it answered 599 5.9.9); ask whoever runs the server what this code means",
}


@pytest.mark.parametrize("answer", SIGN_INS)
def test_a_sign_in_that_is_refused(mail: Path, answer: bytes) -> None:
    """The codes are shown; the words may hold the password, and are not."""
    with answering({"AUTH": answer + b" " + PASSWORD.encode()}) as (port, heard):
        fates, posted = sent(mail, at(port, user=USER))
    assert fates == {ANNA: DeliveryStatus.NOT_SENT}
    assert SIGN_INS[answer] in told(posted)
    assert PASSWORD not in told(posted) + log_of(mail).read_text(encoding="utf-8")
    assert len([line for line in heard if line.startswith("AUTH")]) == 1


STEPS = {
    "the greeting": ({"": b"554 5.7.1 not from there"}, "ask whoever runs the server, and show"),
    "the greeting, for now": ({"": b"421 4.3.2 busy"}, "this passes: try again later"),
    "the sender": ({"MAIL": b"530 5.7.0 Must issue a STARTTLS command first"}, "--security start"),
    "who is unknown": ({"MAIL": b"530 5.7.1 Authentication required"}, "name the user with --user"),
    "the sender's address": ({"MAIL": b"550 not you"}, "that belongs to this account with --send"),
    "a first mail": ({"RCPT": b"450 4.2.0 Greylisted"}, "try again in half an hour"),
    "the content": ({".": b"554 5.2.252 SendAsDenied; x not allowed to send as y"}, "(Send As)"),
    "the size": ({".": b"552 5.3.4 too big"}, "--workbook-url"),
    "in Latin-1": ({"RCPT": b"550 5.1.1 Empf\xe4nger"}, "'550 5.1.1 Empfänger'; correct the addr"),
}


@pytest.mark.parametrize("step", STEPS)
def test_the_same_code_says_the_same_at_every_step(mail: Path, step: str) -> None:
    """Of what passes and what does not, each with whom to ask."""
    answers, advice = STEPS[step]
    with answering(answers) as (port, heard):
        fates, posted = sent(mail, at(port))
    assert fates[ANNA] is not DeliveryStatus.SENT
    assert advice in told(posted)
    assert all(line == "EHLO [127.0.0.1]" or "." in line for line in heard if "EHLO" in line)


def test_150_answers_that_say_the_same_are_one_line(mail: Path, vinkje: Run) -> None:
    """Though each holds an address and a number of its own; who has it stands in the log."""
    replies = {to: [f"550 5.1.1 <{to}>: unknown [id {n:04x}f]"] for n, to in enumerate(MANY[:147])}
    with served(PostOffice(rcpt=replies)) as office:
        arguments = [part for to in MANY for part in ("--to", to)]
        done = vinkje("send", mail.name, *arguments, *options(office))
    lines = done.stderr.splitlines()
    assert lines[0] == "Error: not everybody got their mail (sent now: 3)"
    assert lines[1] == (
        f"  {', '.join(MANY[:3])} and 144 more (147 addresses, the same answer; see "
        "rapport.verzonden.jsonl): NOT SENT, refused: '550 5.1.1 <…>: unknown [id 0000f]'; correct "
        "the address, or ask whoever runs the server"
    )
    assert len(lines) == 2
    assert all(f'"{to}"' in log_of(mail).read_text(encoding="utf-8") for to in MANY)


def test_answers_that_say_something_else_stay_apart(mail: Path) -> None:
    """By their codes, or by their words; few of them are all named."""
    replies = {
        ANNA: ["550 5.1.1 unknown"],
        BRAM: ["550 5.2.1 unknown"],
        MANY[0]: ["550 5.1.1 never heard of"],
        MANY[1]: [f"550 5.1.1 <{MANY[1]}> unknown"],
        MANY[2]: [f"550 5.1.1 <{MANY[2].upper()}> unknown"],
    }
    with served(PostOffice(rcpt=replies)) as office:
        _, posted = sent(mail, account(office), *replies)
    said = faults([posted])
    assert [line.partition(": NOT SENT")[0] for line in said] == [
        f"{ANNA}, {MANY[1]}, {MANY[2]}",
        BRAM,
        MANY[0],
    ]


def test_a_mail_that_may_have_reached_150_is_one_line(mail: Path) -> None:
    """Now, and in every later run until somebody decides."""
    with served(PostOffice(data=["drop"])) as office:
        _, posted = sent(mail, account(office), *MANY)
        assert len(faults([posted])) == 1
        (again,) = faults([sent(mail, account(office), *MANY)[1]])
    assert "(150 addresses, the same answer; see rapport.verzonden.jsonl): may have arri" in again


def test_drafts_with_ways_out_of_their_own_stay_apart(tmp_path: Path) -> None:
    """Each names the draft that is to be sent again."""
    drafts = [
        read_draft(written(tmp_path / f"{n}.eml", f"Mail {n}"), (to,))
        for n, to in enumerate((ANNA, BRAM))
    ]
    with served(PostOffice(data=["drop"])) as office:
        posted = send_drafts(drafts, account(office), tmp_path / "log.jsonl")
    assert len(faults(posted)) == 2


class _Few(PostOffice):
    """A server that takes so many addresses a mail, as a hundred is what RFC 5321 asks of it."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        if len(envelope.rcpt_tos) == 20:
            self.commands.append("too many")
            return "452 4.5.3 Too many recipients"
        return await super().handle_RCPT(server, session, envelope, address, options)


def test_progress_counts_the_tries_anew(mail: Path) -> None:
    """Of 150 addresses twenty get it at a time; each gets it once."""
    with served(_Few()) as office:
        fates, _ = sent(mail, account(office), *MANY)
    assert fates == dict.fromkeys(MANY, DeliveryStatus.SENT)
    assert [len(taken.to) for taken in office.taken] == [20] * 7 + [10]
    assert sorted(to for taken in office.taken for to in taken.to) == sorted(MANY)


def test_without_progress_there_are_three_tries(mail: Path) -> None:
    """Counted from the last one that got somebody further."""
    replies = {BRAM: ["451 4.7.1 no"], MANY[0]: ["451 4.7.1 no", "451 4.7.1 no", "250 OK"]}
    with served(PostOffice(rcpt=replies)) as office:
        fates, _ = sent(mail, account(office), ANNA, BRAM, MANY[0])
    assert fates == {
        ANNA: DeliveryStatus.SENT,
        BRAM: DeliveryStatus.NOT_SENT,
        MANY[0]: DeliveryStatus.SENT,
    }
    # Progress in the first and in the third, and two more that brought none.
    assert office.commands.count(f"RCPT {BRAM}") == 5


def test_the_wait_for_a_greeting_counts_from_connecting(mail: Path, certs: Certificates) -> None:
    """A server that is slow before it greets has no more time than one that is slow at it."""
    import socket
    import threading

    over = threading.Event()

    def serve(server: socket.socket) -> None:
        line = server.accept()[0]
        over.wait(0.9)
        try:
            with certs.valid.wrap_socket(line, server_side=True) as safe:
                while not over.wait(0.01):
                    safe.sendall(b"220-still here\r\n")
        except (OSError, ssl.SSLError):
            line.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        there = SmtpAccount(SENDER, Server("127.0.0.1", server.getsockname()[1], "tls", timeout=1))
        before = time.monotonic()
        _, posted = sent(mail, there)
        passed = time.monotonic() - before
        over.set()
        thread.join(5)
    assert "gave no answer within 1 s" in told(posted)
    assert passed < 1.7
