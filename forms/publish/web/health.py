"""What machines ask: does the form live, may people be sent here, how is it doing."""

import socket
import sys
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from forms.store.interface import Store

# Whoever asks gives up soon after.
_READY_SECONDS = 2
# Each takes a thread.
_AT_ONCE = 32
_TEXT = "text/plain; charset=utf-8"


class Metrics:
    """Counts and times of all that is answered, and nothing of who asked for what."""

    def __init__(self) -> None:
        from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector

        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._answers = Counter(
            "vinkje_http_responses", "Answers given, by status", ["status"], registry=self._registry
        )
        self._seconds = Histogram(
            "vinkje_http_response_seconds", "Time an answer took", registry=self._registry
        )
        self._kept = Counter(
            "vinkje_submissions", "Forms that were kept, or were there", registry=self._registry
        )

    def answered(self, status: int, seconds: float) -> None:
        """Count one answer, and the time that it took."""
        self._answers.labels(status).inc()
        self._seconds.observe(seconds)

    def kept(self) -> None:
        """Count one form that was kept."""
        self._kept.inc()

    def page(self) -> tuple[bytes, str]:
        """Return all of it as Prometheus reads it, and the type of that."""
        from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

        return generate_latest(self._registry), CONTENT_TYPE_LATEST


class Readiness:
    """Says whether people may be sent here: not once it is ending, nor where nothing is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asking = Lock()
        self._asked: Future[None] | None = None
        self.is_ending = False

    def __call__(self) -> bool:
        """Ask the store; one that takes longer than two seconds is not ready."""
        if self.is_ending:
            return False
        with self._asking:
            # However many ask, the store is asked once at a time.
            if self._asked is None or self._asked.done():
                self._asked = _in_thread(self._store.check_ready)
            asked = self._asked
        try:
            asked.result(_READY_SECONDS)
        except Exception:  # noqa: BLE001 - whatever it is, this is not the place to send people to
            return False
        return not self.is_ending


def _in_thread(work: Callable[[], None]) -> "Future[None]":
    future: Future[None] = Future()

    def run() -> None:
        try:
            work()
            future.set_result(None)
        except Exception as error:  # noqa: BLE001 - for who waits for it
            future.set_exception(error)

    # One that hangs must not keep the program from ending.
    Thread(target=run, name="ready", daemon=True).start()
    return future


class _Server(ThreadingHTTPServer):
    """Answers so many at once; when there are more, the one that came first makes room."""

    daemon_threads = True

    def __init__(self, listening: socket.socket, handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: dict[Any, None] = {}
        self._opening = Lock()
        super().__init__(listening.getsockname(), handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a thread for a connection."""
        first = None
        with self._opening:
            self._open[request] = None
            if len(self._open) > _AT_ONCE:
                first = next(iter(self._open))
                del self._open[first]
        if first:
            # Its thread ends by this, and closes it.
            with suppress(OSError):
                first.shutdown(socket.SHUT_RDWR)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        with self._opening:
            self._open.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, *_: Any) -> None:
        """Tell of a mistake of ours; who asks may leave, and their address is nobody's business."""
        if not isinstance(sys.exception(), OSError):
            traceback.print_exc()


@contextmanager
def answering(listening: socket.socket, ready: Readiness, metrics: Metrics) -> Iterator[None]:
    """Answer /healthz, /readyz and /metrics on a socket of their own, which is closed after."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            status, content, kind = _answer(self.path.partition("?")[0], ready, metrics)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        # What stands before the form asks in one of these ways; HAProxy by OPTIONS.
        do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - http.server's names

        def log_message(self, *_: Any) -> None:
            """Say nothing: it is asked every few seconds."""

    server = _Server(listening, Handler)
    Thread(target=server.serve_forever, name="health", daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def _answer(path: str, ready: Readiness, metrics: Metrics) -> tuple[HTTPStatus, bytes, str]:
    if path == "/healthz":
        return HTTPStatus.OK, b"ok\n", _TEXT
    if path == "/readyz":
        if ready():
            return HTTPStatus.OK, b"ready\n", _TEXT
        return HTTPStatus.SERVICE_UNAVAILABLE, b"not ready\n", _TEXT
    if path == "/metrics":
        return HTTPStatus.OK, *metrics.page()
    return HTTPStatus.NOT_FOUND, b"no such page\n", _TEXT
