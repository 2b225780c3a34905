"""The server of the web form: from a checklist to a link that takes answers until it is ended."""

import math
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from gettext import gettext
from threading import Lock, Thread, current_thread, main_thread
from time import monotonic
from typing import Any
from urllib.parse import unquote_to_bytes
from zoneinfo import ZoneInfo

from waitress import wasyncore

from forms.checklist.model import Checklist
from forms.errors import StoreError
from forms.publish.web.address import (
    Address,
    health_address,
    listening_socket,
    own_name,
    own_names,
    public_link,
    senders_of,
)
from forms.publish.web.app import make_app
from forms.publish.web.form import WebForm
from forms.publish.web.health import Metrics, Readiness, answering
from forms.publish.web.listener import Listener
from forms.publish.web.round_window import RoundWindow
from forms.publish.web.senders import Senders
from forms.questionnaire import Questionnaire, questionnaire
from forms.store.interface import QuestionnaireVersion, Store
from forms.store.open import open_store

# As long as who sends is let wait for the store, and then for the answer.
_UNDER_WAY_SECONDS = 35
_TURN_SECONDS = 0.0005
# Of 0.01 s each, so that the last answers leave before the connections are closed.
_LAST_TURNS = 20


@dataclass(frozen=True)
class Operation:
    """How it is run: what machines ask goes to `health`, HOST:PORT; `drain` is in seconds."""

    health: str | None = None
    drain: float = 0

    def watched(self, stack: ExitStack, ready: Readiness) -> Metrics | None:
        """Let machines ask how it is, until the stack is left; returns what is counted for them."""
        if self.health is None:
            return None
        listening = listening_socket(health_address(self.health), "--health")
        metrics = Metrics()
        stack.enter_context(answering(listening, ready, metrics))
        return metrics


@dataclass(frozen=True)
class Serving:
    """A form that is being served: its link, and what serves it until it is ended.

    `port` is where it listens, `warnings` are sentences for whoever started it, `organisations` is
    how many have a link of their own.
    """

    link: str
    port: int
    run: Callable[[], None]
    warnings: Sequence[str] = ()
    organisations: int = 0

    @contextmanager
    def in_background(self) -> Iterator[None]:
        """Serve in a thread of its own while this lasts, or until the form is ended."""
        Thread(target=self.run, name="form", daemon=True).start()
        yield


@contextmanager
def serve(
    checklist: Checklist,
    store_url: str,
    address: Address,
    closes: date | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    operation: Operation | None = None,
) -> Iterator[Serving]:
    """Serve the form; leaving ends it, with every accepted answer on disk.

    Raises StoreError, or SettingsError for an address that cannot be listened on.
    """
    asked = questionnaire(checklist)
    public = public_link(address.public) if address.public else ""
    senders = senders_of(address)
    operation = operation or Operation()
    with ExitStack() as stack:
        listening = stack.enter_context(closing(listening_socket(address)))
        port = listening.getsockname()[1]
        link = public or f"http://{own_name(address.host)}:{port}/"
        store = stack.enter_context(closing(open_store(store_url)))
        _refuse_other_answers(store, store_url, asked)
        store.remember(QuestionnaireVersion.of(asked))
        rounds = RoundWindow(closes, store.closed_at, ZoneInfo(checklist.time_zone))
        hosts = frozenset(own_names(link, address.host, port))
        ready = Readiness(store)
        metrics = operation.watched(stack, ready)
        form = WebForm(asked, store, link, rounds, hosts, clock, senders, metrics)
        server = stack.enter_context(closing(_Server(form, listening, ready, operation.drain)))
        warnings = [*store.warnings, *_closed(rounds, clock()), *_together(senders)]
        yield Serving(link, port, server.run, warnings, len(store.organisations()))


class _Server:
    """waitress, ended so that whoever waits for an answer still gets it.

    A request to end (SIGTERM) begins `drain` seconds in which all goes on, save that `ready` says
    no: so whatever stands before several of these sends people to the others.
    """

    def __init__(
        self, form: WebForm, listening: socket.socket, ready: Readiness, drain: float
    ) -> None:
        self._map: dict[int, Any] = {}
        self._ready = ready
        self._drain = drain
        self._until = math.inf
        self._running = Lock()
        self._server: Any = Listener(
            make_app(form),
            self._map,
            listening,
            form.senders,
            # waitress would put a gigabyte on the disk.
            max_request_body_size=form.most_bytes(),
            # Nobody's answers stand on the disk before they are kept.
            inbuf_overflow=form.most_bytes() + 1,
            # `Senders` judges whose word is taken; nothing else here reads such headers.
            clear_untrusted_proxy_headers=False,
            # Nobody needs to know which server of which version this is.
            ident=None,
        )
        # As WSGI has it, whose texts hold bytes; an option would lose a last byte that looks like
        # a space, as that of "à" does.
        self._server.adj.url_prefix = unquote_to_bytes(form.base).decode("latin-1")

    def run(self) -> None:
        """Serve until Ctrl-C, a request to end, or `close` in another thread."""
        with self._running, self._drained(), _short_turns():
            # A second request to end, or Ctrl-C, is not kept waiting.
            with suppress(KeyboardInterrupt, SystemExit):
                while self._map and (left := self._until - monotonic()) > 0:
                    self._server.turn(min(1, left))
                self._finish()
            self._server.task_dispatcher.shutdown()
            for _ in range(_LAST_TURNS):
                self._server.turn(0.01)
            self._end()

    @contextmanager
    def _drained(self) -> Iterator[None]:
        """Take a first request to end as one to drain; only a program's main thread hears it."""
        if not self._drain or current_thread() is not main_thread():
            yield
            return
        before = signal.getsignal(signal.SIGTERM)

        def begin(*_: object) -> None:
            signal.signal(signal.SIGTERM, before)
            self._ready.is_ending = self._server.is_ending = True
            self._until = monotonic() + self._drain
            self._server.pull_trigger()

        signal.signal(signal.SIGTERM, begin)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, before)

    def _finish(self) -> None:
        """Take nobody in any more, and answer all who are: storing may take half a minute."""
        if self._map:
            self._server.stop_accepting()
            late = monotonic() + _UNDER_WAY_SECONDS
            while self._server.is_busy() and monotonic() < late:
                self._server.turn(0.05)

    def close(self) -> None:
        """End from any thread, and wait until whoever was being served has their answer."""
        if self._map:
            # It may be ending by itself just now.
            with suppress(OSError):
                self._server.trigger.pull_trigger(self._end)
        with self._running:
            self._server.task_dispatcher.shutdown()
            self._end()

    def _end(self) -> None:
        wasyncore.close_all(self._map, ignore_all=True)


def _together(senders: Senders) -> Iterator[str]:
    """Yield that senders cannot be told apart, if so."""
    if not senders.told_apart:
        yield gettext(
            "the form does not know who sends, so it sets no limit to how much one may; name the "
            "web server before it, such as --trusted-proxy 10.0.0.7"
        )


def _closed(rounds: RoundWindow, now: datetime) -> Iterator[str]:
    """Yield why a form that is started now is closed, if it is."""
    if rounds.shows_form(now):
        return
    if rounds.closed_at():
        yield gettext(
            "the form is closed, so nobody can answer; open it again with: vinkje store close "
            "--reopen"
        )
    else:
        text = gettext(
            "the last day to answer was {day}, so the form is closed and nobody can answer; "
            "another last day goes with --closes"
        )
        yield text.format(day=rounds.closes)


@contextmanager
def _short_turns() -> Iterator[None]:
    """Let threads of Python wait less long for each other.

    One takes in and answers all, and stands in line anew after each read and write, of which there
    are thousands; the others would each go on for 5 ms.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _refuse_other_answers(store: Store, store_url: str, asked: Questionnaire) -> None:
    """Refuse a store that holds answers of another round, or to another checklist."""
    before = store.asked()
    if not before or store.newest() is None:
        return
    if before[-1].round != asked.round:
        problem = gettext("holds answers of round '{former}', not of '{round}'")
        raise StoreError(
            store_url,
            problem.format(former=before[-1].round, round=asked.round),
            gettext(
                "name another database for the answers with --store, such as "
                "sqlite:///round-2.db, or give the round its former name in the checklist"
            ),
        )
    ours = asked.words()
    same = [
        sum(list(each.questions.get(question, ())) == words for question, words in ours.items())
        for each in before
        if each.round == asked.round
    ]
    if 2 * max(same) < len(ours):
        raise StoreError(
            store_url,
            gettext("holds answers to another checklist: most of its questions differ"),
            gettext(
                "name another database for the answers with --store, such as sqlite:///round-2.db"
            ),
        )
