"""The mail server: whatever it does, who got the mail is known and told."""

import json
import os
import re
import signal
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from mail_server import PASSWORD, TOKEN, USER, Certificates, PostOffice, served
from mailing import ANNA, BRAM, CEES, SENDER, TEXT, WORKBOOK, account, sent, told, written

from forms.errors import MailError
from forms.mail import smtp, smtp_session
from forms.mail.account import SmtpAccount
from forms.mail.delivery import check_delivered, faults, send_drafts
from forms.mail.draft_files import read_draft
from forms.mail.outcome import DeliveryStatus
from forms.mail.sent_log import log_of
from forms.mail.smtp_errors import Server

pytestmark = pytest.mark.usefixtures("quick")
# Seconds for an answer that never comes.
BRIEF = 0.3


@pytest.mark.parametrize(
    ("security", "from_start"), [("starttls", False), ("tls", True), ("none", False)]
)
def test_a_mail_arrives_whole(
    mail: Path, certs: Certificates, security: str, *, from_start: bool
) -> None:
    """From us, to whom we say, now; text and workbook as they were made."""
    tls = None if security == "none" else certs.valid
    with served(PostOffice(), tls, from_start=from_start) as office:
        user = {} if security == "none" else {"user": USER}
        assert sent(mail, account(office, security, **user), ANNA, BRAM)[0] == {
            ANNA: DeliveryStatus.SENT,
            BRAM: DeliveryStatus.SENT,
        }
    (taken,) = office.taken
    got = taken.mail
    body: Any = got.get_body(("plain",))
    (attached,) = got.iter_attachments()
    assert taken.to == [ANNA, BRAM]
    assert [a.addr_spec for a in got["To"].addresses] == [ANNA, BRAM]
    assert got["From"].addresses == (SENDER,)
    assert "X-Unsent" not in got
    assert abs(got["Date"].datetime.timestamp() - time.time()) < 60
    assert body.get_content().splitlines() == TEXT.splitlines()
    assert attached.get_payload(decode=True) == WORKBOOK
    assert office.sign_ins == bool(user)


def test_it_is_never_sent_twice(mail: Path) -> None:
    """Not by a second run; to somebody new it is; with --again to all."""
    with served(PostOffice()) as office:
        there = account(office)
        assert sent(mail, there)[0] == {ANNA: DeliveryStatus.SENT}
        fates, posted = sent(mail, there)
        assert (fates, [e.to for e in posted.before]) == ({}, [ANNA])
        assert sent(mail, there, ANNA.upper(), BRAM)[0] == {BRAM: DeliveryStatus.SENT}
        assert sent(mail, there, ANNA, BRAM, anew=list(DeliveryStatus))[0] == {
            ANNA: DeliveryStatus.SENT,
            BRAM: DeliveryStatus.SENT,
        }
    assert [taken.to for taken in office.taken] == [[ANNA], [BRAM], [ANNA, BRAM]]
    # Whoever gets it later sees all whom it is for.
    assert len(office.taken[1].mail["To"].addresses) == 2


def test_a_sent_mail_needs_no_server(mail: Path) -> None:
    """Nor a password, when there is nobody left to send to."""
    with served(PostOffice()) as office:
        there = account(office)
        sent(mail, there)
    gone = replace(there, server=replace(there.server, user=USER))
    os.environ.pop("VINKJE_SEND_PASSWORD")
    assert sent(mail, gone)[0] == {}


FATES: dict[str, tuple[dict[str, Any], dict[str, DeliveryStatus], str, int]] = {
    "one refused": (
        {"rcpt": {BRAM: ["550 5.1.1 No such user"]}},
        {ANNA: DeliveryStatus.SENT, BRAM: DeliveryStatus.REFUSED, CEES: DeliveryStatus.SENT},
        "550 5.1.1 No such user",
        1,
    ),
    "all refused": (
        {"rcpt": {to: ["550 no"] for to in (ANNA, BRAM, CEES)}},
        dict.fromkeys([ANNA, BRAM, CEES], DeliveryStatus.REFUSED),
        "550 no",
        0,
    ),
    "one later": (
        {"rcpt": {BRAM: ["451 4.7.1 Greylisted", "250 OK"]}},
        dict.fromkeys([ANNA, BRAM, CEES], DeliveryStatus.SENT),
        "",
        2,
    ),
    "one never": (
        {"rcpt": {BRAM: ["451 4.7.1 Greylisted"]}},
        {ANNA: DeliveryStatus.SENT, BRAM: DeliveryStatus.NOT_SENT, CEES: DeliveryStatus.SENT},
        "451 4.7.1 Greylisted",
        1,
    ),
    "dropped before": (
        {"rcpt": {BRAM: ["drop", "250 OK"]}},
        dict.fromkeys([ANNA, BRAM, CEES], DeliveryStatus.SENT),
        "",
        1,
    ),
    "sender refused once": (
        {"mail": ["421 4.3.2 Busy", "250 OK"]},
        dict.fromkeys([ANNA, BRAM, CEES], DeliveryStatus.SENT),
        "",
        1,
    ),
    "content refused": (
        {"data": ["554 5.7.1 Looks like spam"]},
        dict.fromkeys([ANNA, BRAM, CEES], DeliveryStatus.REFUSED),
        "Looks like spam",
        0,
    ),
    "content later": (
        {"data": ["452 4.3.1 Disk full", "250 OK"]},
        dict.fromkeys([ANNA, BRAM, CEES], DeliveryStatus.SENT),
        "",
        1,
    ),
    "dropped after": (
        {"data": ["drop"]},
        dict.fromkeys([ANNA, BRAM, CEES], DeliveryStatus.UNSURE),
        "MAY HAVE ARRIVED",
        1,
    ),
    "stalled after": (
        {"data": ["stall"]},
        dict.fromkeys([ANNA, BRAM, CEES], DeliveryStatus.UNSURE),
        "MAY HAVE ARRIVED",
        1,
    ),
}


@pytest.mark.parametrize("name", FATES)
def test_whatever_the_server_does_the_truth_is_told(mail: Path, name: str) -> None:
    """Of every address; and what may have arrived is never sent again by itself."""
    behaviour, fates, why, taken = FATES[name]
    with served(PostOffice(**behaviour)) as office:
        patient = account(office, timeout=1 if "stalled" in name else 2)
        found, posted = sent(mail, patient, ANNA, BRAM, CEES)
        assert found == fates
        assert why in told(posted)
        assert len(office.taken) == taken
        office.data, office.rcpt = ["250 OK"], {}
        left, _ = sent(mail, account(office), ANNA, BRAM, CEES)
    open_ones = {
        to
        for to, fate in fates.items()
        if fate in {DeliveryStatus.REFUSED, DeliveryStatus.NOT_SENT}
    }
    assert left == dict.fromkeys(open_ones, DeliveryStatus.SENT)
    times = [to for each in office.taken for to in each.to]
    assert sorted(times) == sorted([ANNA, BRAM, CEES])


def test_what_may_have_arrived_stays_a_fault_until_somebody_decides(mail: Path) -> None:
    """The second run says so too, and only --again sends it."""
    with served(PostOffice(data=["drop", "250 OK"])) as office:
        sent(mail, account(office))
        fates, posted = sent(mail, account(office))
        assert fates == {}
        assert "may have arrived" in told(posted)
        assert sent(mail, account(office), anew=[DeliveryStatus.UNSURE])[0] == {
            ANNA: DeliveryStatus.SENT
        }
        assert told(sent(mail, account(office))[1]) == ""


@contextmanager
def silent(answer: bytes = b"") -> Iterator[int]:
    """Serve a port that says one thing, or nothing, and then waits; gives the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        pid = os.fork()
        if pid == 0:
            held = []
            while True:
                held.append(server.accept()[0])
                held[-1].sendall(answer)
        try:
            yield server.getsockname()[1]
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def fault_of(mail: Path, account: SmtpAccount) -> str:
    """Return what is told when nothing can be sent at all; nobody may have got it."""
    fates, posted = sent(mail, account)
    assert fates == {ANNA: DeliveryStatus.NOT_SENT}
    return told(posted)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "gave no answer within 0.3 s."),
        (b"220 hello\r\n", "gave no answer within 0.3 s"),
        (b"554 5.7.1 not you\r\n", "554 5.7.1 not you"),
        (b"GET / HTTP/1.1\r\n\r\n", "is no mail server"),
        (b"x" * 10_000, "Line too long"),
    ],
)
def test_a_server_that_is_none(mail: Path, answer: bytes, why: str) -> None:
    """It says nothing, or no; we give up in time and say so."""
    with silent(answer) as port:
        there = SmtpAccount(SENDER, Server("127.0.0.1", port, "none", timeout=BRIEF))
        assert why in fault_of(mail, there)


ANSWERS = (b"220 hi", b"250 hi", b"250 from", b"250 to", b"354 go on", b"250 taken")
ODD: dict[str, tuple[int, bytes, DeliveryStatus]] = {
    "the size is no number": (1, b"250-hi\r\n250 SIZE much", DeliveryStatus.SENT),
    "no content is wanted": (4, b"250 fine", DeliveryStatus.REFUSED),
    "no content is wanted now": (4, b"421 later", DeliveryStatus.NOT_SENT),
    "in several lines": (5, b"250-a\r\n250 b", DeliveryStatus.SENT),
    "another yes": (5, b"200 fine", DeliveryStatus.SENT),
    "a size beyond numbers": (1, b"250-hi\r\n250 SIZE " + b"9" * 5000, DeliveryStatus.SENT),
    "more content is wanted": (5, b"354 more", DeliveryStatus.UNSURE),
    "thanks that are no answer": (5, b"thank you", DeliveryStatus.UNSURE),
    "half an answer": (5, b"25", DeliveryStatus.UNSURE),
}


def converse(
    server: socket.socket, answers: list[bytes], commands: list[bytes] | None = None
) -> None:
    """Say the answers in turn, one a command; the last once a whole mail came in.

    An empty answer hangs up.
    """
    for _ in range(3):
        try:
            line = server.accept()[0]
        except OSError:
            return
        with line, line.makefile("rb") as heard:
            if converse_once(line, heard, answers, commands):
                heard.readline()


def converse_once(
    line: socket.socket,
    heard: BinaryIO,
    answers: list[bytes],
    commands: list[bytes] | None = None,
) -> bool:
    """Say the answers in turn on one line; return whether it was not hung up."""
    for number, answer in enumerate(answers):
        if number == len(ANSWERS) - 1:
            while heard.readline() not in {b".\r\n", b"quit\r\n", b""}:
                pass
        elif number:
            command = heard.readline()
            if commands is not None:
                commands.append(command)
        if not answer:
            return False
        # Of an answer of two characters the rest never comes.
        with suppress(OSError):
            line.sendall(answer + b"\r\n"[: len(answer) - 2])
    return True


@pytest.mark.parametrize("name", ODD)
def test_odd_answers(mail: Path, name: str) -> None:
    """Only a plain yes to the whole mail is one; only a plain no may be tried again."""
    place, answer, fate = ODD[name]
    answers = [answer if n == place else usual for n, usual in enumerate(ANSWERS)]
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=converse, args=(server, answers), daemon=True).start()
        there = Server("127.0.0.1", server.getsockname()[1], "none", timeout=1)
        assert sent(mail, SmtpAccount(SENDER, there))[0] == {ANNA: fate}


def test_a_server_that_is_not_there(mail: Path) -> None:
    """By its port, or by its name."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert "no mail server answers here" in fault_of(mail, account(PostOffice(port=port)))
    unknown = account(PostOffice(port=25), "starttls", host="mail.invalid")
    assert "mail.invalid:25: there is no server of this name" in fault_of(mail, unknown)
    odd = account(PostOffice(port=25), "starttls", host="a..b")
    assert "a..b:25: " in fault_of(mail, odd)


CERTIFICATES: dict[str, tuple[str, dict[str, Any]]] = {
    "expired": ("certificate has expired", {}),
    "of an authority that nobody knows": ("self-signed certificate", {}),
    "of another host": ("not valid for 'localhost'", {"host": "localhost"}),
}


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_that_is_wrong(
    mail: Path, certs: Certificates, name: str, security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is said to such a server, least of all a password."""
    why, more = CERTIFICATES[name]
    context = certs.expired if name == "expired" else certs.valid
    if "authority" in name:
        monkeypatch.delenv("SSL_CERT_FILE")
        why = "certificate"
    with served(PostOffice(), context, from_start=security == "tls") as office:
        said = fault_of(mail, account(office, security, user=USER, **more))
    assert "its certificate is not valid: " in said
    assert why in said
    assert (office.commands, office.sign_ins, office.taken) == ([], 0, [])


def test_without_starttls_nothing_leaves(mail: Path) -> None:
    """An attacker on the way can hide that the server offers it."""
    with served(PostOffice()) as office:
        said = fault_of(mail, account(office, "starttls", user=USER))
    assert "offers no STARTTLS, so everybody on the way could read the mail" in said
    assert (office.commands, office.sign_ins, office.taken) == ([], 0, [])


def test_the_wrong_kind_of_tls(mail: Path, certs: Certificates) -> None:
    """The ports are named."""
    with served(PostOffice(), certs.valid) as office:
        assert "tls belongs to port 465" in fault_of(mail, account(office, "tls"))


def test_in_the_clear_only_to_this_machine(mail: Path) -> None:
    """Before anything is asked of the server."""
    there = SmtpAccount(SENDER, Server("mail.example.nl", 25, "none"))
    assert "is for a server on this machine alone" in fault_of(mail, there)


def test_a_wrong_password_is_tried_once(
    mail: Path, certs: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accounts lock after a few; and it stands in no message and no log."""
    monkeypatch.setenv("VINKJE_SEND_PASSWORD", "fout-wachtwoord")
    with served(PostOffice(), certs.valid) as office:
        said = fault_of(mail, account(office, "starttls", user=USER))
    assert f"refused user '{USER}' with this password" in said
    assert office.sign_ins == 1
    assert office.taken == []
    assert "fout-wachtwoord" not in said + log_of(mail).read_text()


@pytest.mark.parametrize("answer", [b"", b"421 4.7.0 Try later", b"454 4.7.0 Not now"])
def test_a_sign_in_is_never_repeated(mail: Path, answer: bytes) -> None:
    """Also when the server hangs up on it: three wrong ones can lock an account."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        answers = [b"220 hi", b"250-hi\r\n250 AUTH PLAIN", answer]
        threading.Thread(target=converse, args=(server, answers, heard), daemon=True).start()
        there = Server("127.0.0.1", server.getsockname()[1], "none", user=USER, timeout=1)
        said = fault_of(mail, SmtpAccount(SENDER, there))
    assert "try again later" in said
    assert len([line for line in heard if line.startswith(b"AUTH")]) == 1


def test_a_server_that_says_the_password_back(mail: Path) -> None:
    """It comes in no message and no log."""
    answers = [b"220 hi", b"250-hi\r\n250 AUTH PLAIN", b"535 not " + PASSWORD.encode()]
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=converse, args=(server, answers), daemon=True).start()
        there = Server("127.0.0.1", server.getsockname()[1], "none", user=USER, timeout=1)
        said = fault_of(mail, SmtpAccount(SENDER, there))
    assert "(it answered 535)" in said
    assert PASSWORD not in said + log_of(mail).read_text(encoding="utf-8")


@pytest.mark.parametrize(("token", "why"), [(TOKEN, ""), ("verlopen", "refused the token for")])
def test_a_token(
    mail: Path, certs: Certificates, monkeypatch: pytest.MonkeyPatch, token: str, why: str
) -> None:
    """As Gmail and Microsoft 365 take it (XOAUTH2), and say no by a question."""
    monkeypatch.setenv("VINKJE_SEND_TOKEN", token)
    with served(PostOffice(), certs.valid) as office:
        fates, posted = sent(mail, account(office, "starttls", user=USER))
    assert fates == {ANNA: DeliveryStatus.NOT_SENT if why else DeliveryStatus.SENT}
    assert why in told(posted)
    assert office.sign_ins == 1
    assert token not in told(posted) + log_of(mail).read_text()


@pytest.mark.parametrize("kind", ["PLAIN", "LOGIN"])
def test_each_way_to_sign_in(mail: Path, certs: Certificates, kind: str) -> None:
    """Microsoft 365 offers LOGIN alone; PLAIN takes a password with any letter."""
    excluded = {"LOGIN", "PLAIN", "XOAUTH2"} - {kind}
    with served(PostOffice(), certs.valid, auth_exclude_mechanism=excluded) as office:
        fates, posted = sent(mail, account(office, "starttls", user=USER))
    if kind == "PLAIN":
        assert fates == {ANNA: DeliveryStatus.SENT}
    else:
        assert "takes no password with letters such as é" in told(posted)


def test_a_server_without_sign_in(mail: Path, certs: Certificates) -> None:
    """What it offers is named."""
    excluded = {"LOGIN", "PLAIN"}
    with served(PostOffice(), certs.valid, auth_exclude_mechanism=excluded) as office:
        said = fault_of(mail, account(office, "starttls", user=USER))
    assert "offers no sign-in by a password (it offers: XOAUTH2)" in said


def test_a_mail_that_is_too_large_for_the_server(mail: Path) -> None:
    """It says how large before anything is sent, and we name both sizes and the way out."""
    with served(PostOffice(), data_size_limit=5_000) as office:
        said = fault_of(mail, account(office))
    assert "takes mails of 0.0 MiB at most" in said
    assert "--workbook-url" in said
    assert office.commands == []


@pytest.mark.parametrize("utf8", [True, False])
def test_letters_before_the_at(mail: Path, *, utf8: bool) -> None:
    """A server takes them or not; who cannot get it is told, and the others get theirs."""
    with served(PostOffice(), utf8=utf8) as office:
        fates, posted = sent(mail, account(office), "jörg@corporatie.example", ANNA)
    (taken,) = office.taken
    assert fates["jörg@corporatie.example"] is (
        DeliveryStatus.SENT if utf8 else DeliveryStatus.REFUSED
    )
    assert fates[ANNA] is DeliveryStatus.SENT
    assert utf8 or "letters that this server does not take" in told(posted)
    assert taken.to == (["jörg@corporatie.example", ANNA] if utf8 else [ANNA])
    assert len(taken.mail["To"].addresses) == len(taken.to)


def test_a_domain_with_accents_goes_in_ascii(mail: Path) -> None:
    """IDNA, in the command and in the header."""
    with served(PostOffice()) as office:
        sent(mail, account(office), "Zoë <zoe@müller.example>")
    assert office.taken[0].to == ["zoe@xn--mller-kva.example"]
    assert b"zoe@xn--mller-kva.example" in office.taken[0].content


def test_a_server_that_is_down_is_asked_once_for_many(tmp_path: Path) -> None:
    """All that is left is not sent, and said so, a line for all of them."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    drafts = [
        replace(read_draft(written(tmp_path / f"{n}.eml", f"Mail {n}"), (ANNA,))) for n in range(3)
    ]
    posted = send_drafts(drafts, account(PostOffice(port=port)), tmp_path / "log.jsonl")
    assert [o.fate for each in posted for o in each.outcomes] == [DeliveryStatus.NOT_SENT] * 3
    assert len(faults(posted)) == 1
    with pytest.raises(MailError, match=r"sent now: 0"):
        check_delivered(posted)


@pytest.mark.parametrize("behaviour", [{"rcpt": {BRAM: ["drop"]}}, {"rcpt": {BRAM: ["421 no"]}}])
def test_a_fault_of_one_mail_is_no_fault_of_the_next(
    tmp_path: Path, behaviour: dict[str, Any]
) -> None:
    """A server that hangs up at one address takes mail for the others."""
    drafts = [
        read_draft(written(tmp_path / f"{n}.eml", f"Mail {n}"), (to,))
        for n, to in enumerate((ANNA, BRAM, CEES))
    ]
    with served(PostOffice(**behaviour)) as office:
        posted = send_drafts(drafts, account(office), tmp_path / "log.jsonl")
    fates = [o.fate for each in posted for o in each.outcomes]
    assert fates == [DeliveryStatus.SENT, DeliveryStatus.NOT_SENT, DeliveryStatus.SENT]
    assert len(office.taken) == 2


def test_three_in_a_row_is_the_server(tmp_path: Path) -> None:
    """A hundred owners need not each wait for it."""
    drafts = [read_draft(written(tmp_path / f"{n}.eml", f"Mail {n}"), (ANNA,)) for n in range(9)]
    with served(PostOffice(mail=["450 4.2.1 Too many"])) as office:
        posted = send_drafts(drafts, account(office), tmp_path / "log.jsonl")
    assert {o.fate for each in posted for o in each.outcomes} == {DeliveryStatus.NOT_SENT}
    assert len(office.commands) == 3 * 3


def test_a_silent_server_may_want_tls_at_once(mail: Path) -> None:
    """It waits for us as we wait for it; that is said after one time-out."""
    with silent() as port:
        there = SmtpAccount(SENDER, Server("127.0.0.1", port, "starttls", timeout=BRIEF))
        before = time.monotonic()
        assert "use --security tls" in fault_of(mail, there)
    assert time.monotonic() - before < 2


def test_what_is_tried_again_is_told(mail: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Which server, whose mail and why."""
    with served(PostOffice(rcpt={ANNA: ["451 4.7.1 Greylisted", "250 OK"]})) as office:
        sent(mail, account(office))
    (told,) = [record.getMessage() for record in caplog.records if "again" in record.message]
    assert told.startswith(f"127.0.0.1:{office.port}: {ANNA}: '451 4.7.1 Greylisted'; trying again")


def test_the_log_knows_before_the_good_bye(mail: Path) -> None:
    """A server may take its time for that; whoever kills us then must not leave us uncertain."""
    fates: list[str] = []

    def look(at: socket.socket) -> None:
        line = at.accept()[0]
        with line, line.makefile("rb") as heard:
            converse_once(line, heard, [*ANSWERS])
            assert heard.readline().upper() == b"QUIT\r\n"
            lines = log_of(mail).read_text(encoding="utf-8").splitlines()
            fates.extend(json.loads(each)["fate"] for each in lines)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=look, args=(server,), daemon=True)
        thread.start()
        there = Server("127.0.0.1", server.getsockname()[1], "none", timeout=2)
        assert sent(mail, SmtpAccount(SENDER, there))[0] == {ANNA: DeliveryStatus.SENT}
        thread.join(5)
    assert fates == ["unsure", "sent"]


def test_one_more_time_it_leaves_by_another_message_id(mail: Path) -> None:
    """Else mail servers may drop it as one that they had; and it is from our own domain."""
    with served(PostOffice(data=["drop", "250 OK"])) as office:
        sent(mail, account(office))
        sent(mail, account(office), anew=[DeliveryStatus.UNSURE])
    first, second = (str(taken.mail["Message-ID"]) for taken in office.taken)
    assert first != second
    assert first.endswith("@corporatie.example>")
    assert {taken.mail["Auto-Submitted"] for taken in office.taken} == {"auto-generated"}


@contextmanager
def hostile(speak: Callable[[socket.socket], object]) -> Iterator[tuple[int, list[float]]]:
    """Serve a port that speaks so on each line; gives it, and when each line was opened."""
    opened: list[float] = []

    def go_on(at: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line = at.accept()[0]
                opened.append(time.monotonic())
                with line, suppress(OSError):
                    speak(line)

    with socket.create_server(("127.0.0.1", 0)) as server:
        # The less waits in the system's own buffers, the smaller a mail shows it.
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        threading.Thread(target=go_on, args=(server,), daemon=True).start()
        yield server.getsockname()[1], opened
        # Else the thread would wait for ever, and hold the port.
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a mail keep us for a second."""
    monkeypatch.setattr(smtp_session, "LONGEST", 1.0)


def for_one(port: int, **more: Any) -> SmtpAccount:
    """Return an account at a server that gets a second for an answer."""
    return SmtpAccount(SENDER, Server("127.0.0.1", port, "none", **{"timeout": 1, **more}))


def dripping(before: bytes, drip: bytes, pause: float = 0.01) -> Callable[[socket.socket], None]:
    """Return what says something, and then a little for ever."""

    def speak(line: socket.socket) -> None:
        line.sendall(before)
        while True:
            line.sendall(drip)
            time.sleep(pause)

    return speak


@pytest.mark.parametrize(
    ("greeting", "drip"),
    [(b"220 hi\r\n", b"250-more\r\n"), (b"220 hi\r\n", b"2"), (b"220 ", b"a"), (b"", b"220-a\r\n")],
)
def test_a_server_that_drips(mail: Path, greeting: bytes, drip: bytes) -> None:
    """Each byte comes in time, and there is no end to them; we end it, and do not come back."""
    with hostile(dripping(greeting, drip)) as (port, opened):
        before = time.monotonic()
        assert "gave no answer within 0.3 s" in fault_of(mail, for_one(port, timeout=BRIEF))
        assert time.monotonic() - before < 2
    assert len(opened) == 1


@pytest.mark.usefixtures("short")
def test_a_server_that_floods(mail: Path) -> None:
    """No more is kept of it than an answer can be; what it sends stays on its side."""
    said = 0

    def speak(line: socket.socket) -> None:
        nonlocal said
        line.sendall(b"220 hi\r\n")
        while True:
            said += line.send(b"250-SIZE 1000\r\n" * 10_000)

    with hostile(speak) as (port, opened):
        before = time.monotonic()
        tracemalloc.start()
        told = fault_of(mail, for_one(port))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert "goes on and on, as no mail server does" in told
        assert time.monotonic() - before < 1
    assert len(opened) == 1
    assert peak < 2_000_000
    # All that left it but was not read waits in the system's own buffers.
    assert said < 20_000_000


@pytest.mark.usefixtures("short")
def test_a_server_that_echoes(mail: Path) -> None:
    """It takes part in nothing, and is told from a mail server at once."""

    def speak(line: socket.socket) -> None:
        line.sendall(b"220 hi\r\n")
        while heard := line.recv(65536):
            line.sendall(heard)

    with hostile(speak) as (port, _):
        assert "is no mail server" in fault_of(mail, for_one(port))


def asked(line: socket.socket, heard: BinaryIO, answers: Sequence[bytes]) -> None:
    """Say the answers in turn, each after its command."""
    for answer in answers:
        line.sendall(answer + b"\r\n")
        heard.readline()


HINDERS: dict[str, Callable[[socket.socket, BinaryIO], object]] = {
    "says it back": lambda line, heard: line.sendall(heard.read(1)),
    "reads a little at a time": lambda line, _: line.recv(threading.Event().wait(0.01) or 4096),
    "reads no further": lambda _line, _heard: threading.Event().wait(0.1),
}


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("name", HINDERS)
def test_a_large_mail_that_is_hindered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The server takes not all that it asked for: surely nobody got it, and it is not resent."""
    monkeypatch.setattr(smtp_session, "_SLOWEST", 1 << 30)
    monkeypatch.setattr(smtp_session, "LONGEST", 0.6)
    over = threading.Event()

    def speak(line: socket.socket) -> None:
        with line.makefile("rb", buffering=0) as raw:
            heard = cast("BinaryIO", raw)
            asked(line, heard, ANSWERS[:5])
            while not over.is_set():
                HINDERS[name](line, heard)

    large = written(tmp_path / "groot.eml", workbook=bytes(5_000_000))
    with hostile(speak) as (port, opened):
        fates, posted = sent(large, for_one(port, timeout=0.6))
        over.set()
    assert fates == {ANNA: DeliveryStatus.NOT_SENT}
    assert re.search("gave no answer|not done after", told(posted))
    assert len(opened) == 1


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize(
    "drip", [b"2", b"250-more\r\n", b"250-" + b"x" * 5000 + b"\r\n", b"25" + b"x" * 9000]
)
def test_an_answer_to_the_whole_mail_that_never_ends(mail: Path, drip: bytes) -> None:
    """It may have arrived: that is told, and it is never sent again by itself."""
    taken: list[bytes] = []

    def speak(line: socket.socket) -> None:
        with line.makefile("rb") as heard:
            asked(line, heard, ANSWERS[:5])
            while heard.readline() != b".\r\n":
                pass
            taken.append(b"whole")
            dripping(b"", drip)(line)

    with hostile(speak) as (port, _):
        fates, posted = sent(mail, for_one(port))
        again, _ = sent(mail, for_one(port))
    assert (fates, again) == ({ANNA: DeliveryStatus.UNSURE}, {})
    assert "MAY HAVE ARRIVED" in told(posted)
    assert len(taken) == 1


@pytest.mark.usefixtures("short")
def test_a_yes_at_the_last_moment_counts(mail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was heard is known, also when the time is over by then."""
    real = smtp_session.Session.getreply

    def late(self: smtp_session.Session) -> tuple[int, bytes]:
        answer = real(self)
        if answer[1] == b"taken":
            self._clock.seconds = -1
        return answer

    monkeypatch.setattr(smtp_session.Session, "getreply", late)
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=converse, args=(server, [*ANSWERS]), daemon=True).start()
        assert sent(mail, for_one(server.getsockname()[1]))[0] == {ANNA: DeliveryStatus.SENT}


@pytest.mark.usefixtures("short")
def test_trying_again_takes_no_more_time(mail: Path) -> None:
    """All tries of a mail together have a minute; the last answer too has but what is left."""

    def speak(line: socket.socket) -> None:
        with line.makefile("rb") as heard:
            asked(line, heard, ANSWERS[:3])
            time.sleep(0.6 if len(opened) == 1 else 3)

    with hostile(speak) as (port, opened):
        before = time.monotonic()
        fates, posted = sent(mail, for_one(port))
        assert time.monotonic() - before < 1.5
    assert fates == {ANNA: DeliveryStatus.NOT_SENT}
    assert "was not done after 1 s" in told(posted)
    assert len(opened) == 2


@pytest.mark.usefixtures("short")
def test_no_try_that_would_come_too_late(mail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for it, and what the server said is told."""
    monkeypatch.setattr(smtp, "PAUSE", 5)
    with served(PostOffice(rcpt={ANNA: ["451 4.7.1 Greylisted"]})) as office:
        before = time.monotonic()
        fates, posted = sent(mail, for_one(office.port))
        assert time.monotonic() - before < 1
    assert fates == {ANNA: DeliveryStatus.NOT_SENT}
    assert "Greylisted" in told(posted)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_that_never_begins(mail: Path, security: str) -> None:
    """Its handshake has no more time than what was left."""

    def speak(line: socket.socket) -> None:
        with line.makefile("rb") as heard:
            if security == "starttls":
                asked(line, heard, [b"220 hi", b"250-hi\r\n250 STARTTLS"])
                time.sleep(0.6)
                line.sendall(b"220 go\r\n")
            heard.readline()
            # A handshake record's header of 16,384 bytes, of which each comes in its time.
            dripping(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x03")(line)

    with hostile(speak) as (port, opened):
        there = replace(for_one(port).server, security=security)
        before = time.monotonic()
        assert re.search(
            "gave no answer|not done|no safe line", fault_of(mail, SmtpAccount(SENDER, there))
        )
        assert time.monotonic() - before < 1.5
    assert len(opened) == 1


@pytest.mark.usefixtures("short")
def test_a_server_that_asks_for_the_password_on_and_on(mail: Path) -> None:
    """What it says back meanwhile comes in no message and no log."""

    def speak(line: socket.socket) -> None:
        with line.makefile("rb") as heard:
            asked(line, heard, [b"220 hi", b"250-hi\r\n250 AUTH LOGIN"])
            while True:
                asked(line, heard, [b"334 Z2VoZWlt"])

    with hostile(speak) as (port, opened), pytest.MonkeyPatch.context() as patch:
        patch.setenv("VINKJE_SEND_PASSWORD", "geheim")
        said = fault_of(mail, for_one(port, user=USER))
    assert "asked on and on" in said
    assert "Z2VoZWlt" not in said + log_of(mail).read_text(encoding="utf-8")
    assert len(opened) == 1


def test_three_uncertain_ones_in_a_row_are_the_server(tmp_path: Path) -> None:
    """The others are surely not sent, and go next time."""
    drafts = [read_draft(written(tmp_path / f"{n}.eml", f"Mail {n}"), (ANNA,)) for n in range(5)]
    with served(PostOffice(data=["drop"])) as office:
        posted = send_drafts(drafts, account(office), tmp_path / "log.jsonl")
    fates = [o.fate for each in posted for o in each.outcomes]
    assert fates == [DeliveryStatus.UNSURE] * 3 + [DeliveryStatus.NOT_SENT] * 2


def test_a_slow_server_gets_the_time_that_its_user_gives_it() -> None:
    """A large mail on a slow line as well."""
    clock = smtp_session.Clock(Server("mail.example.nl", 25, timeout=300))
    assert clock.seconds == 300
    clock.leave_time_for(25 << 20)
    assert clock.seconds == 400
    assert smtp_session.Clock(Server("mail.example.nl", 25)).seconds == 60
