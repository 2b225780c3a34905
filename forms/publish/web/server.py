"""The server of the web form: from a checklist to a link that takes answers until it is ended."""

import errno
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from gettext import gettext
from ipaddress import ip_network
from threading import Lock, Thread
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlsplit
from zoneinfo import ZoneInfo

from waitress import wasyncore

from forms.checklist.model import Checklist
from forms.errors import SettingsError, StoreError
from forms.publish.web.app import WebForm, make_app
from forms.publish.web.listener import Listener
from forms.publish.web.origin import ascii_host
from forms.publish.web.round_window import RoundWindow
from forms.publish.web.senders import Senders, network
from forms.questionnaire import Questionnaire, questionnaire
from forms.store.interface import QuestionnaireVersion, Store
from forms.store.open import open_store

_EVERYWHERE = {"0.0.0.0", "::", ""}  # noqa: S104 - to tell them, not to bind to them
_THIS_MACHINE = ("127.0.0.1", "localhost", "[::1]")
# Connections that the system lets wait for us.
_BACKLOG = 1_024
# Of 0.01 s each, so that the last answers leave before the connections are closed.
_LAST_TURNS = 20


@dataclass(frozen=True)
class Address:
    """Where to listen, and the link that people get; without one it is the first.

    `proxies` are the addresses, or ranges of them, of the web servers that people come by.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    public: str | None = None
    proxies: Sequence[str] = ()


@dataclass(frozen=True)
class Serving:
    """A form that is being served: its link, and what serves it until it is ended.

    `port` is where it listens, `warnings` are sentences for whoever started it.
    """

    link: str
    port: int
    run: Callable[[], None]
    warnings: Sequence[str] = ()

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
) -> Iterator[Serving]:
    """Serve the form; leaving ends it, with every accepted answer on disk.

    Raises StoreError, or SettingsError for an address that cannot be listened on.
    """
    asked = questionnaire(checklist)
    public = _public(address.public) if address.public else ""
    senders = _senders(address)
    with closing(_socket(address)) as listening:
        port = listening.getsockname()[1]
        link = public or f"http://{_name(address.host)}:{port}/"
        with closing(open_store(store_url)) as store:
            _refuse_other_answers(store, store_url, asked)
            store.remember(
                QuestionnaireVersion(asked.version, asked.round, asked.words(), asked.codebook())
            )
            rounds = RoundWindow(closes, store.closed_at, ZoneInfo(checklist.time_zone))
            hosts = frozenset(_hosts(link, address.host, port))
            form = WebForm(asked, store, link, rounds, hosts, clock, senders=senders)
            with closing(_Server(form, listening)) as server:
                yield Serving(
                    link,
                    port,
                    server.run,
                    [*store.warnings, *_closed(rounds, clock()), *_together(senders)],
                )


class _Server:
    """waitress, ended so that whoever waits for an answer still gets it."""

    def __init__(self, form: WebForm, listening: socket.socket) -> None:
        self._map: dict[int, Any] = {}
        self._running = Lock()
        self._server: Any = Listener(
            make_app(form),
            self._map,
            listening,
            form.senders,
            # waitress would put a gigabyte on the disk.
            max_request_body_size=form.most_bytes(),
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
        with self._running:
            self._server.run()
            self._server.task_dispatcher.shutdown()
            for _ in range(_LAST_TURNS):
                wasyncore.loop(timeout=0.01, map=self._map, count=1)
            self._end()

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


def _socket(address: Address) -> socket.socket:
    """Return a socket that nobody else listens on."""
    try:
        candidates = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
        # IPv4 first, where a name such as localhost has both.
        family, kind, *_, where = min(candidates, key=lambda one: one[0] != socket.AF_INET)
        listening = socket.socket(family, kind)
        if sys.platform == "win32":
            # SO_REUSEADDR would let another program listen along there (Microsoft's documentation
            # says so).
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(where)
        listening.listen(_BACKLOG)
    except (OSError, OverflowError, UnicodeError) as error:
        raise _not_listening(address, error) from None
    return listening


def _not_listening(address: Address, error: Exception) -> SettingsError:
    number = getattr(error, "errno", None)
    if number == errno.EADDRINUSE:
        problem = gettext("this port is in use")
        remedy = gettext("stop what uses it, or choose another with --port")
    elif number == errno.EACCES:
        problem = gettext("this port may not be used")
        remedy = gettext("choose one from 1024 on with --port")
    else:
        problem = gettext("cannot be listened on")
        remedy = gettext("--host is an address of this machine, such as 127.0.0.1")
    return SettingsError(f"{address.host}:{address.port}", problem, remedy)


def _public(link: str) -> str:
    """Return the link that people get, ending in a slash."""
    parts = urlsplit(link.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(
            "--public-url",
            gettext("'{link}' is no link to a form").format(link=link),
            gettext("write it as https://vragen.example.nl/"),
        )
    path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~")
    return f"{parts.scheme}://{parts.netloc}{path}/"


def _senders(address: Address) -> Senders:
    """Return who is known to send; where only this machine is listened to, its own are believed."""
    named = [(text, network(text)) for text in address.proxies]
    for text, found in named:
        if found is None:
            raise SettingsError(
                "--trusted-proxy",
                gettext("'{text}' is no address").format(text=text),
                gettext("write it as 127.0.0.1, or as a range such as 172.16.0.0/12"),
            )
    proxies = [found for _, found in named if found]
    here = network(address.host)
    if not proxies and address.public and here and here.is_loopback:
        proxies = [ip_network("127.0.0.0/8"), ip_network("::1")]
    return Senders(proxies, told_apart=bool(proxies) or not address.public)


def _together(senders: Senders) -> Iterator[str]:
    """Yield that senders cannot be told apart, if so."""
    if not senders.told_apart:
        yield gettext(
            "the form does not know who sends, so it sets no limit to how much one may; name the "
            "web server before it, such as --trusted-proxy 10.0.0.7"
        )


def _name(host: str) -> str:
    if host in _EVERYWHERE:
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host


def _hosts(link: str, host: str, port: int) -> Iterator[str]:
    """Yield every name that this form may be asked for by, with its port."""
    # Any other name may be somebody's that leads here (DNS rebinding).
    yield ascii_host(urlsplit(link).netloc)
    names = {*_THIS_MACHINE, _name(host)}
    if host in _EVERYWHERE:
        with suppress(OSError):
            name, more, _ = socket.gethostbyname_ex(socket.gethostname())
            names |= {name, socket.getfqdn(), *more}
    for name in names:
        yield f"{ascii_host(name)}:{port}"


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
                "name another file for the answers with --store, such as sqlite:///round-2.db, or "
                "give the round its former name in the checklist"
            ),
        )
    ours, theirs = asked.words(), before[-1].questions
    same = sum(list(theirs.get(question, ())) == words for question, words in ours.items())
    if 2 * same < len(ours):
        raise StoreError(
            store_url,
            gettext("holds answers to another checklist: most of its questions differ"),
            gettext("name another file for the answers with --store, such as sqlite:///round-2.db"),
        )
