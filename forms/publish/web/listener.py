"""waitress, so that nobody takes what is for all: threads go round, connections make room."""

import logging
import select
import socket
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from forms.publish.web.senders import Senders

# waitress has 4: then few who are slow hold up all others.
_THREADS = 16
# Open at once; more of them make each turn of the loop slower, which looks at all.
_CONNECTIONS = 1_000
# Windows waits for 512 at most.
_CONNECTIONS_WITHOUT_POLL = 400
# Files and other sockets of this process, besides connections.
_OTHER_FILES = 100
# Connections let in before those who are in are seen to.
_AT_A_TURN = 100
# Of all connections: from how many on room is made, and how many go at a time.
_FULL, _LEAVING = 7 / 8, 1 / 8
# Of all forms that are not read yet, in bytes: those of 2,000 people, with long remarks.
_MOST_BYTES = 32 * 1024 * 1024
# Bytes that come in before they are counted anew.
_UNCOUNTED = 2 * 1024 * 1024


class _Channel(HTTPChannel):
    """A connection, that lets its server know what comes in."""

    def received(self, data: bytes) -> bool:
        """Take what was sent."""
        server: Any = self.server
        server.uncounted += len(data)
        return bool(super().received(data))

    @property
    def held(self) -> int:
        """Return the bytes of the forms that it has sent, or begun to."""
        begun = [self.request] if self.request else []
        return sum(request.body_bytes_received for request in [*self.requests, *begun])


class Listener(TcpWSGIServer):
    """Takes connections; where there are many, the quietest of who has most of them go.

    Whoever opens connections and sends nothing, or a letter at a time, makes room for others so. A
    person has a few, and reads longer than they are kept: browsers open another by themselves.
    """

    channel_class = _Channel
    is_ending = False
    uncounted = 0

    def __init__(
        self,
        app: Callable[..., Any],
        map_: dict[int, Any],
        listening: socket.socket,
        senders: Senders,
        **options: Any,
    ) -> None:
        self._senders = senders
        dispatcher: Any = ThreadedTaskDispatcher()
        dispatcher.queue = FairQueue(self._sender)
        # A queue is no fault here: people wait a moment.
        dispatcher.queue_logger = logging.getLogger("vinkje.queue")
        dispatcher.queue_logger.setLevel(logging.ERROR)
        dispatcher.set_thread_count(_THREADS)
        self._dispatcher = dispatcher
        has_poll = hasattr(select, "poll")
        settings = Adjustments(
            sockets=[listening],
            connection_limit=_most_connections(has_poll=has_poll),
            # select() knows no file past the 1,024th, and fails on it.
            asyncore_use_poll=has_poll,
            **options,
        )
        super().__init__(
            app,
            map_,
            True,  # noqa: FBT003 - waitress' own, without a name
            listening,
            dispatcher=dispatcher,
            adj=settings,
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
            bind_socket=False,
        )
        self._turning = map_
        self._listening = listening
        self._channels: dict[int, Any] = vars(self)["active_channels"]

    def _sender(self, channel: Any) -> str:
        # A head may have come before its form.
        first = next(iter(channel.requests), channel.request)
        headers = first.headers if first else {}
        return self._senders.of(channel.addr[0], headers.get("X_FORWARDED_FOR"))

    def turn(self, seconds: float) -> None:
        """Serve whoever has something now, or wait so long for somebody."""
        wasyncore.loop(seconds, self.adj.asyncore_use_poll, self._turning, count=1)
        if self.uncounted > _UNCOUNTED:
            self.uncounted = 0
            self._bound_bytes()

    def _bound_bytes(self) -> None:
        """Let go of the largest forms of who has most under way, where all are too large."""
        held = defaultdict(list)
        for channel in list(self._channels.values()):
            if not channel.will_close and (size := channel.held):
                held[self._sender(channel)].append((size, channel))
        all_bytes = {sender: sum(size for size, _ in forms) for sender, forms in held.items()}
        for forms in held.values():
            forms.sort(key=lambda form: form[0])
        while sum(all_bytes.values()) > _MOST_BYTES:
            most = max(all_bytes, key=lambda sender: all_bytes[sender])
            size, channel = held[most].pop()
            all_bytes[most] -= size
            self._let_go(channel)

    def _let_go(self, channel: Any) -> None:
        """Close a connection, unless it is being served."""
        with self._dispatcher.lock:
            if channel.requests and not self._dispatcher.queue.remove(channel):
                return
        channel.will_close = True

    def add_task(self, task: Any) -> None:
        """Let a request wait for a thread; once this ends, its connection ends with its answer."""
        if self.is_ending:
            # Whoever stands before this would send the next by it just when it is closed.
            task.requests[0].headers["CONNECTION"] = "close"
        super().add_task(task)

    def stop_accepting(self) -> None:
        """Take those whom the system let in already, and nobody else."""
        while select.select([self._listening], [], [], 0)[0]:
            self.handle_accept()
        wasyncore.dispatcher.close(self)

    def is_busy(self) -> bool:
        """Say whether somebody is sending, waits for an answer, or is getting it."""
        return any(
            channel.request is not None or channel.requests or channel.total_outbufs_len
            for channel in list(self._channels.values())
        )

    def handle_accept(self) -> None:
        """Take whoever waits to be let in, and see to it that there is room for the next.

        waitress lets one in a turn: then all others stand in line behind who connects very often.
        """
        for _ in range(_AT_A_TURN):
            before = len(self._channels)
            super().handle_accept()
            if len(self._channels) == before:
                break
        if len(self._channels) >= self.adj.connection_limit * _FULL:
            self._make_room()

    def _make_room(self) -> None:
        quiet = defaultdict(list)
        for channel in list(self._channels.values()):
            # One that is being served stays.
            if not channel.requests and not channel.will_close:
                quiet[self._senders.of(channel.addr[0], None)].append(channel)
        if quiet:
            most = max(quiet.values(), key=len)
            most.sort(key=lambda channel: channel.last_activity)
            for channel in most[: max(1, int(self.adj.connection_limit * _LEAVING))]:
                channel.will_close = True


def _most_connections(*, has_poll: bool) -> int:
    if not has_poll:
        return _CONNECTIONS_WITHOUT_POLL
    import resource

    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _CONNECTIONS + _OTHER_FILES
    if files != resource.RLIM_INFINITY and files < wanted:
        files = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return (
        _CONNECTIONS if files == resource.RLIM_INFINITY else min(_CONNECTIONS, files - _OTHER_FILES)
    )


class FairQueue:
    """Tasks that wait for a thread: each sender's in their order, a sender after the other.

    So who sends very much waits for what they sent themself, and others do not. It stands in for
    the queue of waitress' dispatcher, which holds a lock around each call.
    """

    def __init__(self, sender: Callable[[Any], str]) -> None:
        self._sender = sender
        self._waiting: dict[str, deque[Any]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, task: Any) -> None:
        """Let a task wait, behind its sender's own."""
        self._waiting.setdefault(self._sender(task), deque()).append(task)
        self._count += 1

    def popleft(self) -> Any:
        """Return the first task of the sender whose turn it is."""
        sender, tasks = next(iter(self._waiting.items()))
        del self._waiting[sender]
        task = tasks.popleft()
        if tasks:
            self._waiting[sender] = tasks
        self._count -= 1
        return task

    def remove(self, task: Any) -> bool:
        """Let a task wait no longer; says whether it did."""
        sender = self._sender(task)
        tasks = self._waiting.get(sender, ())
        if task not in tasks:
            return False
        self._waiting[sender].remove(task)
        if not tasks:
            del self._waiting[sender]
        self._count -= 1
        return True
