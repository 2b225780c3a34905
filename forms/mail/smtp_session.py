"""A session with a mail server that may mean no good: whatever it says or does not, it ends.

Every wait has an end, all waits together have one, and so has what the server says at once.
"""

import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
import time
from gettext import gettext
from typing import Any

from forms.mail.smtp_errors import Server, SmtpFault

# A mail keeps us no longer than so many seconds; where one answer may take longer, so long.
LONGEST = 60.0
# But a large one may take what it needs on a slow line, in bytes a second.
_SLOWEST = 64 * 1024
# RFC 5321 has lines of 512 bytes; a server with much to offer uses twenty of them.
_MOST_SAID = 64 * 1024
# Bytes that are sent or read at once, each within what is left of the time.
_PIECE = 64 * 1024
_READY = 220
# RFC 5321, 2.3.5: a full name is two labels or more, of ASCII letters, digits and hyphens (so no
# underscore, as Windows has it); the last is no number, or it would be a bare address.
_FULL_NAME = re.compile(
    r"(?=.{4,253}\Z)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?![0-9]+\Z)(?!-)[a-z0-9-]{2,63}(?<!-)",
    re.ASCII | re.IGNORECASE,
)
# Names that hold in one house or machine alone (RFC 6761, 6762, 8375), and an address turned round
# (macOS): no server finds them, and some take none that they cannot find.
_LOCAL_NAME = re.compile(
    r"(?:^|\.)(?:localhost|localdomain|local|lan|home|internal|arpa|test|invalid)\Z", re.IGNORECASE
)


class Clock:
    """The seconds that a mail may keep us without progress; runs from when it is made."""

    def __init__(self, server: Server) -> None:
        self.seconds = max(LONGEST, server.timeout)
        self.begin()

    def begin(self) -> None:
        """Begin anew."""
        self._began = time.monotonic()

    @property
    def left(self) -> float:
        """Return the seconds that are left."""
        return self._began + self.seconds - time.monotonic()

    def leave_time_for(self, size: int) -> None:
        """Let a mail of `size` bytes have the time that it needs."""
        self.seconds = max(self.seconds, size / _SLOWEST)

    def wait(self, longest: float) -> float:
        """Return how many seconds to wait now, `longest` at most; SmtpFault when none is left."""
        if (left := self.left) <= 0:
            raise SmtpFault(
                gettext("the server was not done after {seconds:.0f} s").format(
                    seconds=self.seconds
                ),
                gettext("give a server that is only slow more time with --timeout"),
            )
        return min(left, longest)


class Session(smtplib.SMTP):
    """smtplib's session, within a clock's time; TLS from the start with a context for it.

    Raises SmtpFault, or what smtplib raises, which is OSError or SMTPException.
    """

    def __init__(self, server: Server, clock: Clock, tls: ssl.SSLContext | None) -> None:
        self._server, self._clock, self._tls = server, clock, tls
        self._end = 0.0
        # Without a name here, smtplib would look one up, and may take one that servers refuse.
        super().__init__(server.host, server.port, local_hostname="", timeout=server.timeout)
        self.local_hostname = greeting_name(self._connection().getsockname()[0])

    def connect(self, host: str = "", port: int = 0, _source: Any = None) -> tuple[int, bytes]:
        """Connect, and wait for the greeting: all of it is one wait, from here on."""
        self._begin_wait()
        try:
            self.sock = self._connected(host, port)
            if self._tls:
                self._secure(self._tls)
            return self._reply()
        except BaseException:
            self.close()
            raise

    def _connected(self, host: str, port: int) -> socket.socket:
        """Return a line to the first address of the host that answers; each has its share."""
        fault = OSError(gettext("this name has no address"))
        places = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        for turn, (family, kind, protocol, _, place) in enumerate(places):
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(self._left() / (len(places) - turn))
                connection.connect(place)
            except OSError as error:
                connection.close()
                fault = error
            except BaseException:
                connection.close()
                raise
            else:
                return connection
        raise fault

    def getreply(self) -> tuple[int, bytes]:
        """Return the server's answer; its seconds count from here."""
        self._begin_wait()
        return self._reply()

    def _reply(self) -> tuple[int, bytes]:
        if self.file is None:
            self.file = _Replies(self)
        self.file.begin()
        return super().getreply()

    def _begin_wait(self) -> None:
        self._end = time.monotonic() + self.timeout

    def _left(self) -> float:
        """Return the seconds that are left of this wait; raises TimeoutError when none are."""
        if (seconds := self._end - time.monotonic()) <= 0:
            raise TimeoutError("timed out")
        return self._clock.wait(seconds)

    def begin_tls(self, context: ssl.SSLContext) -> None:
        """Go on in TLS, and forget what was said before (RFC 3207)."""
        code, reply = self.docmd("STARTTLS")
        if code != _READY:
            raise smtplib.SMTPResponseException(code, reply)
        self._begin_wait()
        self._secure(context)
        self.file = self.helo_resp = self.ehlo_resp = None
        self.esmtp_features, self.does_esmtp = {}, False

    def _secure(self, context: ssl.SSLContext) -> None:
        """Put the line into TLS; smtplib's own way gives the handshake a time of its own."""
        connection = self._connection()
        connection.settimeout(self._left())
        self.sock = context.wrap_socket(connection, server_hostname=self._server.host)

    def send(self, s: Any) -> None:
        """Send text or bytes, in pieces, since a line's own limit may hold for each anew."""
        data = s.encode(self.command_encoding) if isinstance(s, str) else s
        connection = self._connection()
        try:
            for start in range(0, len(data), _PIECE):
                connection.settimeout(self._clock.wait(self.timeout))
                connection.sendall(data[start : start + _PIECE])
        except OSError as error:
            self.close()
            # As for an answer that does not come in time: it may be the mail's that ended.
            self._clock.wait(self.timeout)
            raise smtplib.SMTPServerDisconnected(str(error)) from None

    def leave(self, seconds: float) -> None:
        """Say good-bye, and wait so many seconds for the server's."""
        self.timeout = seconds
        with contextlib.suppress(SmtpFault, smtplib.SMTPException, OSError):
            self.quit()

    def receive(self) -> bytes:
        """Return what the server says next, within this wait; nothing when it hung up."""
        connection = self._connection()
        connection.settimeout(self._left())
        try:
            return connection.recv(_PIECE)
        except TimeoutError:
            # It may be the mail's time that ended, which is said in other words.
            self._clock.wait(self.timeout)
            raise

    def _connection(self) -> socket.socket:
        if self.sock is None:
            raise smtplib.SMTPServerDisconnected(gettext("it is closed"))
        return self.sock


class _Replies:
    """What the server says, a line at a time, as smtplib reads a file."""

    def __init__(self, session: Session) -> None:
        self._session, self._heard = session, b""
        self.begin()

    def begin(self) -> None:
        """Begin an answer: its bytes count from here."""
        self._left = _MOST_SAID

    def readline(self, most: int) -> bytes:
        """Return a line of `most` bytes at most; nothing when there is no more."""
        while b"\n" not in self._heard and len(self._heard) < most:
            if not (more := self._session.receive()):
                break
            self._heard += more
        length = min(self._heard.find(b"\n") + 1 or len(self._heard), most)
        line, self._heard = self._heard[:length], self._heard[length:]
        self._left -= len(line)
        if self._left < 0:
            raise SmtpFault(
                gettext("the server goes on and on, as no mail server does"),
                gettext("check --host and --port"),
            )
        return line

    def close(self) -> None:
        """Forget what was heard."""
        self._heard = b""


def greeting_name(address: str) -> str:
    """Return what to call ourselves at EHLO: this machine's full name, else the line's own address.

    Servers refuse `localhost`, a name of one label, and one with an underscore (RFC 5321, 4.1.4).
    """
    name = socket.getfqdn()
    if _FULL_NAME.fullmatch(name) and not _LOCAL_NAME.search(name):
        return name
    # RFC 5321, 4.1.3; an address of IPv6 may name its card behind a %.
    own = ipaddress.ip_address(address.partition("%")[0])
    return f"[IPv6:{own}]" if own.version == 6 else f"[{own}]"  # noqa: PLR2004
