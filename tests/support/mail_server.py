"""A real mail server on loopback (aiosmtpd), that can also refuse, stall and drop the line."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

USER, PASSWORD, TOKEN = "jan@corporatie.example", "gehéim, niet in een log", "ya29.een-token"


@dataclass(frozen=True)
class Taken:
    """A mail as the server took it."""

    sender: str
    to: list[str]
    content: bytes

    @property
    def mail(self) -> EmailMessage:
        """Return it as a mail program reads it."""
        return message_from_bytes(self.content, policy=policy.default)


@dataclass
class PostOffice:
    """What the server does, by command; each answer of a list is given once, the last for ever.

    An answer is a reply such as `550 no`, or `stall`, or `drop`.
    """

    rcpt: dict[str, list[str]] = field(default_factory=dict)
    mail: list[str] = field(default_factory=lambda: ["250 OK"])
    data: list[str] = field(default_factory=lambda: ["250 OK"])
    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    sign_ins: int = 0
    port: int = 0

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: Any, _session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        self.commands.append(f"MAIL {address} {' '.join(options)}")
        envelope.mail_from = address
        return await self._answer(server, self.mail)

    async def handle_RCPT(  # noqa: N802
        self, server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        self.commands.append(f"RCPT {address}")
        reply = await self._answer(server, self.rcpt.get(address, ["250 OK"]))
        if reply.startswith("25"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Answer the end of a mail."""
        reply = self.data.pop(0) if len(self.data) > 1 else self.data[0]
        # Who drops the line or stalls now has the mail all the same.
        if reply.startswith("250") or reply in {"stall", "drop"}:
            to = list(envelope.rcpt_tos)
            self.taken.append(Taken(envelope.mail_from, to, envelope.original_content))
        return await self._answer(server, [reply])

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802
        """Take the token, or ask a question as Google and Microsoft do when it is no good."""
        import base64

        self.sign_ins += 1
        said = base64.b64decode(args[1]).decode()
        if said == f"user={USER}\x01auth=Bearer {TOKEN}\x01\x01":
            return AuthResult(success=True)
        await server.push("334 eyJzdGF0dXMiOiI0MDEifQ==")
        assert await server._reader.readline() == b"\r\n"  # noqa: SLF001
        return AuthResult(success=False, handled=False)

    def sign_in(
        self, _server: Any, _session: Any, _envelope: Any, _kind: str, data: Any
    ) -> AuthResult:
        """Take the right password alone."""
        self.sign_ins += 1
        right = LoginPassword(USER.encode(), PASSWORD.encode())
        # With handled=True, aiosmtpd would leave the answer to us.
        return AuthResult(success=data == right, handled=False)

    async def _answer(self, server: Any, replies: list[str]) -> str:
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if reply == "stall":
            await asyncio.sleep(30)
        if reply == "drop":
            server.transport.abort()
        return reply


@dataclass(frozen=True)
class Certificates:
    """An authority of our own, with a certificate that is right, and one that has expired."""

    authority: trustme.CA
    valid: ssl.SSLContext
    expired: ssl.SSLContext


def certificates() -> Certificates:
    """Make them."""
    authority = trustme.CA()
    past = datetime.now(UTC) - timedelta(days=1)
    contexts = []
    for days in (None, past):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1", not_after=days).configure_cert(context)
        contexts.append(context)
    return Certificates(authority, *contexts)


@contextmanager
def served(
    office: PostOffice, tls: ssl.SSLContext | None = None, *, from_start: bool = False, **more: Any
) -> Iterator[PostOffice]:
    """Serve on a free port of 127.0.0.1, with STARTTLS or TLS from the start; end it after."""
    loop = asyncio.new_event_loop()
    utf8 = more.pop("utf8", True)

    def factory() -> SMTP:
        return SMTP(
            office,
            hostname="post.example",
            tls_context=None if from_start else tls,
            auth_require_tls=tls is not None and not from_start,
            authenticator=office.sign_in,
            enable_SMTPUTF8=utf8,
            loop=loop,
            **more,
        )

    context = tls if from_start else None
    server = loop.run_until_complete(loop.create_server(factory, "127.0.0.1", 0, ssl=context))
    office.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


# What a server without a word of its own says, by the first word of a command; "" is the greeting.
_USUAL = {
    "": b"220 hi",
    "EHLO": b"250-hi\r\n250 AUTH PLAIN",
    "AUTH": b"235 2.7.0 in",
    "MAIL": b"250 from",
    "RCPT": b"250 to",
    "DATA": b"354 go on",
    ".": b"250 taken",
    "QUIT": b"221 bye",
}


@contextmanager
def answering(answers: Mapping[str, bytes]) -> Iterator[tuple[int, list[str]]]:
    """Serve answers that no server library gives; gives the port, and the commands it heard."""
    heard: list[str] = []
    said = {**_USUAL, **answers}

    def converse(line: socket.socket) -> None:
        with line, line.makefile("rb") as commands:
            line.sendall(said[""] + b"\r\n")
            is_content = False
            for each in commands:
                word = each.split(maxsplit=1)[0].upper().decode() if each.strip() else ""
                if is_content and each != b".\r\n":
                    continue
                heard.append(each.decode().rstrip())
                line.sendall(said[word] + b"\r\n")
                is_content = word == "DATA" and said[word].startswith(b"3")

    def serve(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line = server.accept()[0]
                with suppress(OSError):
                    converse(line)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1], heard
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(5)
