"""Sending a mail: never twice, by a password that nobody sees, and with faults explained."""

import json
import os
import re
import resource
import signal
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.headerregistry import Address
from pathlib import Path
from typing import Any

import keyring
import keyring.backend
import pytest
from click.testing import CliRunner
from conftest import VINKJE, Run, environment, tool
from mail_server import PASSWORD, TOKEN, USER, PostOffice, served
from mailing import ANNA, BRAM, CEES, SENDER, account, options, sent, told, written

from cli.main import vinkje as command
from forms.errors import AddressError, FormsError, MailError
from forms.mail.account import (
    AccountSettings,
    SmtpAccount,
    keep_password,
    read_account,
    with_secret,
)
from forms.mail.outcome import DeliveryStatus
from forms.mail.sent_log import locked_log, log_of
from forms.mail.smtp_errors import Server

RINGED = "uit de ring"
pytestmark = pytest.mark.usefixtures("quick")


# The log.


def test_killed_while_handing_over_it_may_have_arrived(
    mail: Path, vinkje: Run, tmp_path: Path
) -> None:
    """The log knew before the server did; the next run does not send it again."""
    with served(PostOffice(data=["stall"])) as office:
        arguments = ["send", mail.name, "--to", ANNA, *options(office)]
        child = subprocess.Popen(
            [*VINKJE, *arguments],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while not office.taken and time.monotonic() < deadline:
            time.sleep(0.02)
        child.kill()
        child.wait()
        office.data = ["250 OK"]
        again = vinkje(*arguments)
    assert again.returncode == 1
    assert f"{ANNA}: may have arrived at 20" in again.stderr
    assert len(office.taken) == 1


def test_the_log_is_on_the_disk_before_the_mail_leaves(mail: Path, tmp_path: Path) -> None:
    """A power cut in between must not make it look as if nothing was sent."""
    trace = tmp_path / "trace"
    with served(PostOffice()) as office:
        command = [tool("strace"), "-f", "-qq", "-s", "40", "-o", str(trace)]
        command += ["-e", "trace=fsync,sendto", *VINKJE]
        command += ["send", mail.name, "--to", ANNA, *options(office)]
        subprocess.run(command, cwd=tmp_path, env=environment(), timeout=60, check=True)
    calls = re.findall(r"fsync|DATA", trace.read_text(encoding="utf-8"))
    assert calls == ["fsync", "DATA", "fsync"]


def test_half_a_line_at_the_end_is_no_line(mail: Path) -> None:
    """A line counts once it is whole: the mail it speaks of was not handed over yet."""
    with served(PostOffice()) as office:
        log_of(mail).write_text('{"at": "2026-11-30T10:00:00+0', encoding="utf-8")
        assert sent(mail, account(office))[0] == {ANNA: DeliveryStatus.SENT}
        assert sent(mail, account(office))[0] == {}
    lines = log_of(mail).read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["fate"] for line in lines] == ["unsure", "sent"]


@pytest.mark.parametrize("ends", ["", "\n", "\r\n", "\r"])
def test_a_last_line_without_its_end_counts_when_it_is_whole(mail: Path, ends: str) -> None:
    """As editors leave it; and what comes after stands on a line of its own."""
    with served(PostOffice()) as office:
        sent(mail, account(office))
        lines = log_of(mail).read_text(encoding="utf-8").splitlines()
        log_of(mail).write_bytes((ends or "\n").join(lines).encode() + ends.encode())
        fates, posted = sent(mail, account(office))
        assert (fates, told(posted)) == ({}, "")
        assert sent(mail, account(office), ANNA, BRAM)[0] == {BRAM: DeliveryStatus.SENT}
        assert sent(mail, account(office), ANNA, BRAM)[0] == {}
    assert len(log_of(mail).read_text(encoding="utf-8").splitlines()) == 4


def test_an_address_in_the_log_may_have_been_written_otherwise(mail: Path) -> None:
    """By a spreadsheet, or by hand."""
    with served(PostOffice()) as office:
        sent(mail, account(office))
        text = log_of(mail).read_text(encoding="utf-8")
        log_of(mail).write_text(text.replace(ANNA, f" {ANNA.upper()}"), encoding="utf-8")
        assert sent(mail, account(office))[0] == {}


def test_a_full_disk_leaves_no_half_a_log(mail: Path) -> None:
    """All whom a mail goes to are written down, or none; then nothing leaves."""
    with served(PostOffice()) as office:
        sent(mail, account(office))
        before = log_of(mail).read_bytes()
        usual = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 300, usual[1]))
        try:
            fates, posted = sent(mail, account(office), BRAM, CEES)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        assert fates == {BRAM: DeliveryStatus.NOT_SENT, CEES: DeliveryStatus.NOT_SENT}
        assert "jsonl: cannot be written: File too large" in told(posted)
        assert log_of(mail).read_bytes() == before
    assert len(office.taken) == 1


def test_a_log_that_fails_at_the_end_is_told(mail: Path) -> None:
    """The mail was sent, and that is said; the next run will not be certain, and that too."""
    with served(PostOffice()) as office:
        usual = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (300, usual[1]))
        try:
            fates, posted = sent(mail, account(office))
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        assert fates == {ANNA: DeliveryStatus.SENT}
        assert "jsonl: cannot be written" in told(posted)
        assert sent(mail, account(office))[0] == {}


@pytest.mark.parametrize("kind", ["copy", "link", "renamed", "folder"])
def test_the_same_mail_by_another_name(mail: Path, tmp_path: Path, kind: str) -> None:
    """Is the same mail: its name on the disk does not matter."""
    with served(PostOffice()) as office:
        sent(mail, account(office))
        other = tmp_path / "Kopie van rapport.eml"
        if kind == "copy":
            other.write_bytes(mail.read_bytes())
        elif kind == "link":
            (tmp_path / "elders").mkdir()
            other = tmp_path / "elders" / "mail.eml"
            other.symlink_to(mail)
        elif kind == "folder":
            (tmp_path / "elders").symlink_to(tmp_path)
            other = tmp_path / "elders" / mail.name
        else:
            mail.rename(other)
        assert sent(other, account(office))[0] == {}
        assert sent(other, account(office), ANNA, BRAM)[0] == {BRAM: DeliveryStatus.SENT}
    assert len(office.taken) == 2


@pytest.mark.parametrize(
    "line",
    [
        *("{}", "x", '{"id": 1}', "[]", '{"at":"","id":"<x>","day":"2026"}', "[" * 100_000),
        '{"at":"","id":"<a.b.c@x>","day":"2026-11-30","to":null,"fate":"sent","why":""}',
    ],
)
def test_a_log_that_cannot_be_read_stops_all(mail: Path, line: str) -> None:
    """Nobody knows then what was sent; the line is named."""
    log_of(mail).write_text(f"\n{line}\n", encoding="utf-8")
    with served(PostOffice()) as office, pytest.raises(MailError, match=r"\.jsonl:2: cannot be r"):
        sent(mail, account(office))
    assert office.taken == []


def test_no_log_no_mail(mail: Path) -> None:
    """Where it cannot be written, nothing leaves; and what it said before stays."""
    log_of(mail).mkdir()
    with served(PostOffice()) as office, pytest.raises(MailError, match="no ordinary file"):
        sent(mail, account(office))
    assert office.taken == []


def test_two_at_once(mail: Path) -> None:
    """The second waits for nobody and sends nothing."""
    why = "another vinkje is sending these mails now"
    with (
        served(PostOffice()) as office,
        locked_log(log_of(mail)),
        pytest.raises(MailError, match=why),
    ):
        sent(mail, account(office))
    assert office.taken == []


def test_the_log_has_who_when_and_how_and_no_more(mail: Path) -> None:
    """No text, no name, no password."""
    with served(PostOffice()) as office:
        sent(mail, account(office), f"Anna de Vries <{ANNA}>")
    entry = json.loads(log_of(mail).read_text().splitlines()[-1])
    assert set(entry) == {"at", "id", "day", "to", "fate", "why"}
    assert (entry["to"], entry["fate"], entry["day"]) == (ANNA, "sent", "2026-11-30")


# Passwords.


class _Ring(keyring.backend.KeyringBackend):
    """A keyring in memory, for the real library to use."""

    priority = 1
    kept: dict[tuple[str, str], str] = {}  # noqa: RUF012 - keyring makes one of it

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[_Ring]:
    """Use a keyring of our own."""
    before, ours = keyring.get_keyring(), _Ring()  # type: ignore[no-untyped-call]
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)
    _Ring.kept.clear()


def test_the_keyring_keeps_a_password(ring: _Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a user at a host; the variable goes before it."""
    there = SmtpAccount(SENDER, Server("mail.example.nl", 587, user=USER))
    keep_password(there.server, RINGED)
    assert list(ring.kept) == [("vinkje mail.example.nl", USER)]
    assert with_secret(there).server.password == PASSWORD
    monkeypatch.delenv("VINKJE_SEND_PASSWORD")
    assert with_secret(there).server.password == RINGED
    other = replace(there, server=replace(there.server, host="mail.ander.example"))
    with pytest.raises(MailError, match="there is no password for"):
        with_secret(other)


@pytest.mark.parametrize("user", [USER, "jan"])
def test_a_password_is_asked_for_and_not_shown(
    ring: _Ring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, user: str
) -> None:
    """By --save-password, once; from whom mails are does not matter yet."""
    monkeypatch.chdir(tmp_path)
    arguments = ["send", "--save-password", "--host", "mail.example.nl", "--user", user]
    done = CliRunner().invoke(command, arguments, input="geheim\n")
    assert done.exit_code == 0, done.output
    assert ring.kept == {("vinkje mail.example.nl", user): "geheim"}
    assert "geheim" not in done.output


def test_a_computer_without_a_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is the way out."""
    from keyring.backends import fail

    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())  # type: ignore[no-untyped-call]
    monkeypatch.delenv("VINKJE_SEND_PASSWORD")
    there = SmtpAccount(SENDER, Server("mail.example.nl", 587, user=USER))
    try:
        with pytest.raises(MailError, match="VINKJE_SEND_PASSWORD"):
            keep_password(there.server, "x")
        with pytest.raises(MailError, match="VINKJE_SEND_PASSWORD"):
            with_secret(there)
    finally:
        keyring.set_keyring(before)


class _Broken(_Ring):
    """A keyring that fails in its own way, as those of systems do."""

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError(service, username)

    def set_password(self, *_: str) -> None:
        raise RuntimeError("locked")


def test_a_keyring_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable is the way out."""
    before = keyring.get_keyring()
    keyring.set_keyring(_Broken())  # type: ignore[no-untyped-call]
    monkeypatch.delenv("VINKJE_SEND_PASSWORD")
    there = SmtpAccount(SENDER, Server("mail.example.nl", 587, user=USER))
    try:
        with pytest.raises(MailError, match=r"does not take it \(locked\); put the password"):
            keep_password(there.server, "x")
        with pytest.raises(MailError, match="VINKJE_SEND_PASSWORD"):
            with_secret(there)
    finally:
        keyring.set_keyring(before)


@pytest.mark.parametrize("password", ["geheim\n", "geh\udce9im"])
def test_a_password_that_no_server_takes(monkeypatch: pytest.MonkeyPatch, password: str) -> None:
    """Such as one read from a file with its line break; it is not repeated."""
    monkeypatch.setenv("VINKJE_SEND_PASSWORD", password)
    with pytest.raises(MailError, match="VINKJE_SEND_PASSWORD: the password holds") as error:
        with_secret(SmtpAccount(SENDER, Server("h", 1, user="u")))
    assert "geh" not in str(error.value)


def test_secrets_are_in_no_description() -> None:
    """Such as an error may show."""
    server = Server("h", 1, user="u", password=PASSWORD, token=TOKEN)
    shown = repr(server) + repr(SmtpAccount(SENDER, server))
    assert PASSWORD not in shown
    assert TOKEN not in shown


# The command.


def test_the_command_sends_and_says_so(mail: Path, vinkje: Run) -> None:
    """And a second time that they had it."""
    with served(PostOffice()) as office:
        first = vinkje("send", mail.name, "--to", f"{ANNA}; {BRAM}", *options(office))
        second = vinkje("send", mail.name, "--to", ANNA, *options(office))
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == f"Sent 'Actielijst' to {ANNA}, {BRAM}\n"
    assert re.match(
        rf"Had it before: {ANNA}, at \d+ \w+ 20\d\d \d\d:\d\d$", second.stdout, re.MULTILINE
    )
    assert len(office.taken) == 1


def test_a_part_that_was_refused_is_said_and_ends_with_1(mail: Path, vinkje: Run) -> None:
    """Who got it on stdout, who did not on stderr."""
    with served(PostOffice(rcpt={BRAM: ["550 5.1.1 weg"]})) as office:
        done = vinkje("send", mail.name, "--to", ANNA, "--to", BRAM, *options(office))
    assert done.returncode == 1
    assert done.stdout == f"Sent 'Actielijst' to {ANNA}\n"
    assert done.stderr == (
        "Error: not everybody got their mail (sent now: 1)\n"
        f"  {BRAM}: NOT SENT, refused: '550 5.1.1 weg'; correct the address, or ask whoever "
        "runs the server\n"
    )


def test_a_dry_run_shows_and_sends_nothing(mail: Path, vinkje: Run) -> None:
    """Who gets what, what goes with it, who had it; it needs no password."""
    with served(PostOffice()) as office:
        vinkje("send", mail.name, "--to", BRAM, *options(office))
        arguments = ["--to", ANNA, "--to", BRAM, "--user", USER, "--dry-run"]
        env = {"VINKJE_SEND_PASSWORD": ""}
        done = vinkje("send", mail.name, *arguments, *options(office), **env)
    assert done.returncode == 0, done.stderr
    for said in (SENDER.addr_spec, f"To:        {ANNA}\n", "rapport-kopie.xlsx (5 KiB)", USER):
        assert said in done.stdout
    assert f"Had it before: {BRAM}" in done.stdout
    assert done.stdout.endswith("Nothing was sent.\n")
    assert len(office.taken) == 1


def test_again_reaches_only_who_may_not_have_it(mail: Path, vinkje: Run) -> None:
    """Who surely has it gets it once more by name alone."""
    with served(PostOffice(data=["250 OK", "drop", "250 OK"])) as office:

        def send(*arguments: str) -> Any:
            return vinkje("send", mail.name, *arguments, *options(office))

        send("--to", ANNA)
        refused = send("--to", ANNA, "--to", BRAM)
        assert refused.returncode == 1
        assert f"vinkje send {mail.name} --again   or if it did: vinkje send" in refused.stderr
        shown = send("--to", ANNA, "--to", BRAM, "--dry-run")
        assert f"May have had it before, or not: {BRAM}, at " in shown.stdout
        text = f'[send]\nto = ["{ANNA}", "{BRAM}"]\n'
        (mail.parent / "vinkje.toml").write_text(text, encoding="utf-8")
        assert send("--again").stdout.startswith(f"Sent 'Actielijst' to {BRAM}\n")
        assert send("--again", "--to", ANNA).stdout == f"Sent 'Actielijst' to {ANNA}\n"
    assert [taken.to for taken in office.taken] == [[ANNA], [BRAM], [BRAM], [ANNA]]


def test_who_is_uncertain_need_not_be_named_again(mail: Path, vinkje: Run) -> None:
    """What is advised reaches them, and not whoever gets the report as a rule."""
    text = f'[send]\nto = ["{CEES}"]\n'
    (mail.parent / "vinkje.toml").write_text(text, encoding="utf-8")
    with served(PostOffice(data=["drop", "drop", "250 OK"])) as office:
        for to in (ANNA, BRAM):
            assert vinkje("send", "--to", to, *options(office)).returncode == 1
        assert vinkje("send", "--arrived", "--to", ANNA).stdout == f"Written down: {ANNA} got it.\n"
        assert (
            vinkje("send", "--again", *options(office)).stdout == f"Sent 'Actielijst' to {BRAM}\n"
        )
        assert vinkje("send", "--arrived").stdout.startswith("Of nobody was it uncertain")
        done = vinkje("send", "--again", *options(office))
        assert done.stdout.startswith("Of nobody is it uncertain")
    assert [taken.to for taken in office.taken] == [[ANNA], [BRAM], [BRAM]]


def test_a_mail_older_than_its_workbook(mail: Path, vinkje: Run) -> None:
    """People decided on things since; that is said before it goes."""
    workbook = mail.with_suffix(".xlsx")
    workbook.write_bytes(b"x")
    later = mail.stat().st_mtime + 60
    os.utime(workbook, (later, later))
    with served(PostOffice()) as office:
        done = vinkje("send", "--to", ANNA, "--dry-run", *options(office))
        assert (
            "Warning: rapport.xlsx was saved after this mail was made; 'vinkje rep" in done.stderr
        )
        os.utime(workbook, (later - 60, later - 60))
        assert vinkje("send", "--to", ANNA, "--dry-run", *options(office)).stderr == ""


def test_nobody_reads_what_is_said(mail: Path, vinkje: Run, tmp_path: Path) -> None:
    """The mails go on all the same: a closed screen stops none."""
    assert mail.exists()
    folder = tmp_path / "rapport.herinneringen"
    folder.mkdir()
    for name, to in (("a", ANNA), ("b", BRAM)):
        written(folder / f"{name}.eml", f"Voor {name}", (Address("", addr_spec=to),))
    with served(PostOffice()) as office, Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*VINKJE, "send", folder.name, *options(office)],
            cwd=tmp_path,
            env=environment(),
            stdout=full,
            timeout=60,
            check=False,
        )
        assert done.returncode == 1
        assert [taken.to for taken in office.taken] == [[ANNA], [BRAM]]
    assert vinkje("send", "weg").returncode == 1


def test_it_did_arrive(mail: Path, vinkje: Run) -> None:
    """Somebody asked; then it is a fault no more, and needs no server."""
    with served(PostOffice(data=["drop"])) as office:
        arguments = ["send", mail.name, "--to", ANNA]
        assert f"{mail.name} --arrived" in vinkje(*arguments, *options(office)).stderr
        done = vinkje(*arguments, "--arrived")
        assert (done.returncode, done.stdout) == (0, f"Written down: {ANNA} got it.\n")
        assert vinkje(*arguments, "--arrived").stdout.startswith("Of nobody was it uncertain")
        assert vinkje(*arguments, *options(office)).returncode == 0
    assert len(office.taken) == 1


def test_it_did_arrive_is_said_of_what_is_uncertain(mail: Path, vinkje: Run) -> None:
    """And not of a mail that was made since, and that nobody has."""
    settings = f'[send]\nto = ["{BRAM}"]\n'
    (mail.parent / "vinkje.toml").write_text(settings, encoding="utf-8")
    with served(PostOffice(data=["drop"])) as office:
        assert vinkje("send", "--to", ANNA, *options(office)).returncode == 1
    written(mail, "Nieuwe actielijst")
    assert vinkje("send", "--arrived").stdout.startswith("Of nobody was it uncertain")


def test_whoever_stops_it_knows_what_was_sent(vinkje: Run, tmp_path: Path) -> None:
    """By Ctrl-C while the second of two mails hangs."""
    folder = tmp_path / "rapport.herinneringen"
    folder.mkdir()
    for name, to in (("a", ANNA), ("b", BRAM)):
        written(folder / f"{name}.eml", f"Voor {name}", (Address("", addr_spec=to),))
    with served(PostOffice(data=["250 OK", "stall"])) as office:
        child = subprocess.Popen(
            [*VINKJE, "send", folder.name, *options(office)],
            cwd=tmp_path,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + 30
        while len(office.taken) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=30)
        assert out == f"Sent 'Voor a' to {ANNA}\n"
        assert err.startswith("Stopped. Above stands what was sent")
        office.data = ["250 OK"]
        done = vinkje("send", folder.name, *options(office))
    assert f"{BRAM}: may have arrived at 20" in done.stderr
    assert len(office.taken) == 2


def test_settings_stand_in_the_file(mail: Path, vinkje: Run, tmp_path: Path) -> None:
    """As a rule; a mail that names its own reader goes there all the same."""
    own = written(tmp_path / "anna.eml", "Voor Anna", (Address("Anna", addr_spec=ANNA),))
    with served(PostOffice()) as office:
        (tmp_path / "vinkje.toml").write_text(
            f'[send]\nhost = "127.0.0.1"\nport = {office.port}\nsecurity = "none"\n'
            f'sender = "{SENDER.addr_spec}"\nto = ["{BRAM}", "{CEES}"]\n',
            encoding="utf-8",
        )
        assert vinkje("send").returncode == 0
        assert vinkje("send", own.name).returncode == 0
        assert vinkje("send", own.name, "--to", CEES).returncode == 0
    assert [taken.to for taken in office.taken] == [[BRAM, CEES], [ANNA], [CEES]]
    assert mail.name == "rapport.eml"


def changed(content: bytes) -> bytes:
    """Return a mail with a word of its text changed by hand."""
    return content.replace(b"Beste collega", b"Lieve collega", 1)


BAD: dict[str, tuple[Callable[[bytes], bytes] | None, list[str], str]] = {
    "nobody to send to": (
        None,
        [],
        "rapport.eml: nothing says for whom this mail is",
    ),
    "no address": (None, ["--to", "anna"], "--to: 'anna' is no e-mail address"),
    "changed by hand": (changed, ["--to", ANNA], "rapport.eml: was changed since vinkje made it"),
    "cut off": (lambda c: c[:500], ["--to", ANNA], "rapport.eml: "),
    "another mail": (
        lambda _: b"Subject: x\r\nMessage-ID: <1@x>\r\n\r\nx",
        ["--to", ANNA],
        "rapport.eml: is no mail that vinkje made",
    ),
    "a workbook": (lambda _: b"PK\x03\x04", ["--to", ANNA], "is no mail that vinkje made"),
    "nothing": (lambda _: b"", ["--to", ANNA], "is no mail that vinkje made"),
    "no sender": (None, ["--to", ANNA, "--sender", ""], "nothing says from whom the mail is"),
    "no host": (None, ["--to", ANNA, "--host", ""], "nothing says which server takes your mail"),
    "in the clear": (None, ["--to", ANNA, "--host", "mail.example.nl"], "--security none is for"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_explained(mail: Path, vinkje: Run, name: str) -> None:
    """Place, fault, way out, 1; and nothing is sent."""
    change, arguments, why = BAD[name]
    if change:
        mail.write_bytes(change(mail.read_bytes()))
    with served(PostOffice()) as office:
        done = vinkje("send", mail.name, *options(office), *arguments)
    assert done.returncode == 1
    assert why in done.stderr
    assert done.stdout == ""
    assert office.commands == []


def test_a_mail_that_is_not_there(vinkje: Run) -> None:
    """Its name is said."""
    done = vinkje("send", "weg.eml", "--to", ANNA, "--host", "127.0.0.1", "--sender", ANNA)
    assert done.returncode == 1
    assert "weg.eml: cannot be read: there is no such file" in done.stderr


@pytest.mark.parametrize("key", ["password", "token", "Password"])
def test_a_password_in_the_settings_is_refused(vinkje: Run, tmp_path: Path, key: str) -> None:
    """Others can read that file; and it is not repeated."""
    text = f'[send]\n{key} = "geheim"\n'
    (tmp_path / "vinkje.toml").write_text(text, encoding="utf-8")
    done = vinkje("send")
    assert done.returncode == 1
    assert "does not belong in this file" in done.stderr
    assert "geheim" not in done.stderr
    assert vinkje("send", "--password", "x").returncode == 2


def test_an_account_needs_a_host_and_a_sender() -> None:
    """The user is the sender, where it is an address; ports follow from the security."""
    found = read_account(AccountSettings(host="h.example", user=USER))
    assert (found.sender.addr_spec, found.server.port) == (USER, 587)
    tls = read_account(AccountSettings(host="h.example", user=USER, security="tls"))
    assert tls.server.port == 465
    with pytest.raises(AddressError, match="from whom"):
        read_account(AccountSettings(host="h.example", user="jan"))
    with pytest.raises(FormsError, match="which server"):
        read_account(AccountSettings(user=USER))


def test_the_context_checks_certificates() -> None:
    """Smtplib's own would take any."""
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED


def test_a_refusal_in_dutch(mail: Path, vinkje: Run) -> None:
    """Also what is put together of several faults; the server's own words are quoted."""
    with served(PostOffice(rcpt={BRAM: ["550 5.1.1 weg"]})) as office:
        done = vinkje("send", mail.name, "--to", BRAM, *options(office), VINKJE_LANGUAGE="nl")
    assert "niet iedereen heeft zijn mail gekregen (nu verstuurd: 0)\n" in done.stderr
    assert f"  {BRAM}: NIET VERSTUURD, geweigerd: '550 5.1.1 weg'; verbeter het" in done.stderr


@pytest.mark.usefixtures("mail")
def test_a_look_needs_no_server(vinkje: Run) -> None:
    """Who tries it first has not named one; and a mail that is not there is named before that."""
    done = vinkje("send", "--to", ANNA, "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"To:        {ANNA}\n" in done.stdout
    assert "Server:" not in done.stdout
    assert "weg.eml: cannot be read" in vinkje("send", "weg.eml").stderr
    assert "nothing says which server" in vinkje("send", "--to", ANNA).stderr
