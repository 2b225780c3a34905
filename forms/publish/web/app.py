"""The web form as a WSGI application: what each address answers."""

import secrets
import sys
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from gettext import gettext
from http import HTTPStatus
from threading import BoundedSemaphore
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

from flask import Flask, Response, g, request
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    NotFound,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from forms.errors import StoreError
from forms.publish.web.elapsed import Elapsed
from forms.publish.web.entrances import Entrance, Entrances, link_path
from forms.publish.web.form import WebForm
from forms.publish.web.headers import HEADERS
from forms.publish.web.health import Metrics
from forms.publish.web.names import Names
from forms.publish.web.origin import ascii_host, is_ours
from forms.publish.web.pages import Filled, Pages
from forms.publish.web.rate_limit import RateLimit
from forms.publish.web.validation import (
    CHANGE_FIELD,
    Validated,
    changed_since,
    validated,
)
from forms.store.interface import KEY, MOST_REVISIONS, Submission
from forms.wording import wording

# Whoever sits at a shared desk next must not find a colleague's answers in the history.
SHOWN_FOR = timedelta(hours=1)
# More than a browser, or a program that adds something, sends besides the questions.
_MOST_OTHER_FIELDS = 100
# To read a large form, or make its page anew, takes a processor: more at once only wait for it, and
# keep those waiting who send little.
_AT_ONCE = 2
_LARGE = 16 * 1024
# Going back shows the same page, so the same key: nothing is lost, and nothing is sent twice.
_FOR_THE_BACK_BUTTON = "private, no-cache"


def make_app(form: WebForm) -> Flask:
    """Return the application: WSGI, which any server of that kind can run."""
    app = Flask("vinkje", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = form.most_bytes()
    # Its own way to mend a path leads to the host as Flask sees it, which need not be people's.
    app.url_map.merge_slashes = False
    views = _Views(form)
    app.url_value_preprocessor(views.enter)
    app.before_request(views.refuse_other_names)
    app.before_request(views.end_in_a_slash)
    for link in ("", link_path("<token>")):
        app.add_url_rule(f"{link}/", view_func=views.blank, methods=["GET"])
        # Sent to another address, since browsers forget a page whose own address is sent to.
        for path in ("/send", "/"):
            app.add_url_rule(link + path, view_func=views.send, methods=["POST"])
        app.add_url_rule(f"{link}/send", view_func=views.home, methods=["GET"])
        app.add_url_rule(f"{link}/change", view_func=views.ask_link, methods=["GET"])
        app.add_url_rule(f"{link}/change", view_func=views.change, methods=["POST"])
    app.add_url_rule(link_path("<token>"), view_func=views.home, methods=["GET"])
    # Links that were given before: their secret stood in the path, which web servers log.
    app.add_url_rule("/change/<key>", view_func=views.earlier_link, methods=["GET"])
    app.add_url_rule("/receipt/<receipt>", view_func=views.earlier_receipt, methods=["GET"])
    for name in views.assets:
        app.add_url_rule(f"/{name}", name, views.asset, defaults={"name": name})
    app.register_error_handler(Exception, views.failed)
    app.after_request(_with_headers)
    if form.metrics:
        _count(app, form.metrics)
    return app


def _count(app: Flask, metrics: Metrics) -> None:
    """Count all that is answered, and how long that took."""

    def begin() -> None:
        g.began = monotonic()

    def end(response: Response) -> Response:
        metrics.answered(response.status_code, monotonic() - g.began)
        return response

    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request(end)


def _with_headers(response: Response) -> Response:
    response.headers.extend(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


class _Views:
    """What each address answers."""

    def __init__(self, form: WebForm) -> None:
        self.form = form
        self.names = Names(form.hosts, _log)
        self.entrances = Entrances(form.store, self._new_pages)
        self.words = wording(form.asked.language)
        self.own_entrance = self.entrances.of(None)
        self.assets = {asset.name: asset for asset in self.own_entrance.pages.assets}
        self.elapsed = Elapsed(form.clock, form.store.newest())
        self._limit = RateLimit()
        self._heavy = BoundedSemaphore(_AT_ONCE)
        self._most_fields = sum(1 for _ in form.asked.questions()) + _MOST_OTHER_FIELDS

    def _new_pages(self, link: str, organisation: str) -> Pages:
        form = self.form
        return Pages(form.asked, form.base + link, form.round, organisation, form.base)

    def enter(self, _endpoint: str | None, values: dict[str, Any] | None) -> None:
        """See by which link somebody comes in."""
        g.entrance = self.entrances.of(values.pop("token", None) if values else None)

    @property
    def entrance(self) -> Entrance:
        """Return by which link somebody came in."""
        entrance: Entrance | None = g.get("entrance")
        # What failed before that was seen is told as by the form's own link.
        return entrance or self.own_entrance

    @property
    def pages(self) -> Pages:
        """Return the pages behind that link."""
        return self.entrance.pages

    def refuse_other_names(self) -> None:
        """Answer to the form's own names alone; Flask's own check knows no IPv6."""
        if not self.names.has(_host()):
            raise BadRequest

    def end_in_a_slash(self) -> Response | None:
        """Lead a link without its last slash to the form; Flask would name the host as it sees it.

        That is another than people's where a web server stands before this one.
        """
        return None if request.environ["PATH_INFO"] else self.home(HTTPStatus.PERMANENT_REDIRECT)

    def blank(self) -> Response:
        """Show the form to fill in, under a key of its own."""
        if self.entrance.organisation is None:
            return self._no_entrance()
        if not self.form.round.shows_form(self.form.clock()):
            return self._closed()
        key = secrets.token_hex(16)
        headers = {"Cache-Control": _FOR_THE_BACK_BUTTON, "Vary": "Accept-Encoding"}
        if _takes_gzip():
            headers["Content-Encoding"] = "gzip"
            return _page(self.pages.blank_packed(key), headers=headers)
        return _page(self.pages.blank(key), headers=headers)

    def home(self, status: HTTPStatus = HTTPStatus.SEE_OTHER) -> Response:
        """Lead back to the form whoever asks for a page that only answers are sent to."""
        return Response(status=status, headers={"Location": f"{self.pages.base}/"})

    def ask_link(self) -> Response:
        """Show the page that asks for the link to change; a script sends on the one it came by."""
        if self.entrance.organisation is None:
            return self._no_entrance()
        return _page(self.pages.change())

    def earlier_link(self, key: str) -> Response:
        """Lead a link whose key stands in its path to the one where no server sees it."""
        if not KEY.fullmatch(key):
            raise NotFound
        place = f"{self.form.base}/change#{key}"
        return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": place})

    def change(self) -> Response:
        """Show the form with what was sent before under a link's key, to send it once more."""
        if not self._allowed():
            return self._message("web.failed", "web.busy", HTTPStatus.TOO_MANY_REQUESTS)
        if not self._is_ours():
            # Else another's page could fill a form in with answers that are not theirs.
            return self._message("web.failed", "web.no_form", HTTPStatus.FORBIDDEN)
        pasted = "".join(self._fields().get(CHANGE_FIELD, []))
        # People paste the whole link, or what they have left of it, in as many pieces.
        keys = KEY.findall("".join(pasted.split()))
        submission = self.form.store.latest(key=keys[-1]) if keys else None
        if submission is None or submission.organisation != self.entrance.organisation:
            return _page(self.pages.change(wrong=True), HTTPStatus.NOT_FOUND)
        if not self.form.round.shows_form(self.form.clock()):
            return self._closed()
        if submission.is_last:
            how = self.words("web.last_change", most=MOST_REVISIONS)
            return _page(self.pages.message(self.words("web.no_change"), how), HTTPStatus.FORBIDDEN)
        changed = self._changed(submission.answers, submission.version)
        sent = self.pages.sent(submission)
        return self._filled(Filled(submission.key, submission.answers, changed, sent=sent))

    def send(self) -> Response:
        """Keep what was sent and show its receipt, or show it again with what is wrong.

        The receipt has no address of its own, which would be in logs; loading it again sends the
        same once more, which changes nothing.
        """
        # Whatever is sent takes time, sound or not, so all of it counts.
        allowed = self._allowed()
        is_large = (request.content_length or 0) > _LARGE
        with self._heavy if is_large else nullcontext():
            sent = validated(self._fields(), self.form.asked)
        status, sent = self._judged(sent, allowed=allowed)
        if status is not HTTPStatus.OK:
            return self._again(sent, status)
        submission = Submission(
            sent.key,
            sent.answers,
            self.form.asked.version,
            self.form.clock(),
            sent.flagged,
            organisation=self.entrance.organisation or "",
        )
        try:
            kept = self._kept(submission)
        except Exception as error:  # noqa: BLE001 - whatever it was, the answers stay on the page
            _log(error)
            return self._again(
                self._noticed(sent, "web.not_stored"), HTTPStatus.SERVICE_UNAVAILABLE
            )
        if self.form.metrics:
            self.form.metrics.kept()
        return self._receipt(kept)

    def _kept(self, submission: Submission) -> Submission:
        """Keep what was sent; raises StoreError, also where its key is another organisation's."""
        kept = self.form.store.put(submission)
        if kept.organisation != submission.organisation:
            place = submission.organisation
            raise StoreError(place, gettext("a key came by another organisation's link"))
        return kept

    def _allowed(self) -> bool:
        """Count what is sent with its sender, and say whether that is not too much."""
        peer, forwarded = request.remote_addr or "", request.headers.get("X-Forwarded-For")
        return self._limit.allows(self.form.senders.of(peer, forwarded))

    def _is_ours(self) -> bool:
        return is_ours(request.headers, self.form.hosts | {ascii_host(_host())})

    def _fields(self) -> dict[str, list[str]]:
        """Return the fields that were sent; Flask's own takes them to any number."""
        if request.mimetype != "application/x-www-form-urlencoded":
            raise UnsupportedMediaType
        text = request.get_data(cache=False).decode("utf-8", "replace")
        try:
            return parse_qs(text, keep_blank_values=True, max_num_fields=self._most_fields)
        except ValueError:
            raise RequestEntityTooLarge from None

    def _judged(self, sent: Validated, *, allowed: bool) -> tuple[HTTPStatus, Validated]:
        """Return why a form cannot be kept, and the form with that said; OK when it can be."""
        for is_well, status, notice in (
            (allowed, HTTPStatus.TOO_MANY_REQUESTS, "web.too_many"),
            (self.entrance.organisation is not None, HTTPStatus.NOT_FOUND, "web.no_link_kept"),
            (self._is_ours(), HTTPStatus.FORBIDDEN, "web.foreign"),
            (self._takes_answers(), HTTPStatus.FORBIDDEN, "web.closed_kept"),
        ):
            if not is_well:
                return status, self._noticed(sent, notice)
        if changed := self._changed(sent.answers, sent.version):
            faults = {**changed, **sent.faults}
            sent = self._noticed(replace(sent, faults=faults), "web.changed")
            return HTTPStatus.CONFLICT, sent
        if not sent.is_sound:
            return HTTPStatus.UNPROCESSABLE_ENTITY, sent
        return HTTPStatus.OK, sent

    def _takes_answers(self) -> bool:
        return self.form.round.takes_answers(self.form.clock())

    def _changed(self, answered: Iterable[str], version: str) -> dict[str, str]:
        """Return what to say of questions that read otherwise in the version that was answered."""
        if version in {"", self.form.asked.version}:
            return {}
        asked = {asked.version: asked.questions for asked in self.form.store.asked()}
        return changed_since(answered, asked.get(version), self.form.asked)

    def _noticed(self, sent: Validated, key: str) -> Validated:
        return replace(sent, notices=(*sent.notices, self.words(key)))

    def _again(self, sent: Validated, status: HTTPStatus) -> Response:
        key = sent.key or secrets.token_hex(16)
        waiting = {"Retry-After": "60"} if status in _PASSING else {}
        headers = {"Cache-Control": _FOR_THE_BACK_BUTTON, **waiting}
        return self._filled(Filled(key, sent.answers, sent.faults, sent.notices), status, headers)

    def _filled(
        self,
        filled: Filled,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        with self._heavy:
            return _page(self.pages.filled(filled), status, headers)

    def _receipt(self, kept: Submission) -> Response:
        """Show what was kept; for an hour with the answers and the link to change them."""
        shown = self.elapsed(kept.at) < SHOWN_FOR
        link = f"{self._address()}change#{kept.key}" if shown else None
        return _page(self.pages.receipt(kept, link))

    def earlier_receipt(self, receipt: str) -> Response:
        """Say that answers are kept, without them: this address may stand in a log."""
        submission = self.form.store.latest(receipt=receipt) if KEY.fullmatch(receipt) else None
        if submission is None:
            return self._message("web.unknown", "web.unknown_how", HTTPStatus.NOT_FOUND)
        return _page(self.pages.receipt(submission, None))

    def asset(self, name: str) -> Response:
        """Give the style or the script, to keep for a year: another content has another name."""
        asset = self.assets[name]
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
        }
        if not _takes_gzip():
            return Response(asset.content, content_type=asset.kind, headers=headers)
        headers["Content-Encoding"] = "gzip"
        return Response(asset.packed, content_type=asset.kind, headers=headers)

    def failed(self, error: Exception) -> Response:
        """Explain what went wrong, in the checklist's language, with HTTP's own status."""
        if isinstance(error, HTTPException):
            status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
            how = _EXPLAINED.get(status, "web.start_at")
            response = self._message("web.failed", how, status)
            response.headers.extend({name: v for name, v in error.get_headers() if name == "Allow"})
            return response
        _log(error)
        return self._message("web.failed", "web.try_later", HTTPStatus.SERVICE_UNAVAILABLE)

    def _no_entrance(self) -> Response:
        """Say that this is no organisation's link; whether it ever was one, nobody is told."""
        page = self.pages.message(self.words("web.no_link"), self.words("web.no_link_how"))
        return _page(page, HTTPStatus.NOT_FOUND)

    def _address(self) -> str:
        """Return the link by which somebody came in."""
        link = self.pages.base.removeprefix(self.form.base).lstrip("/")
        return f"{self.form.address}{link}/" if link else self.form.address

    def _closed(self) -> Response:
        return _page(self.pages.closed(self.form.round.closed_at()), HTTPStatus.FORBIDDEN)

    def _message(self, title: str, text: str, status: HTTPStatus) -> Response:
        explanation = self.words(text, address=self._address())
        return _page(self.pages.message(self.words(title), explanation), status)


_EXPLAINED = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "web.too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "web.no_form",
}
_PASSING = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}


def _takes_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0


def _page(
    content: bytes, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(content, status, headers, content_type="text/html; charset=utf-8")


def _host() -> str:
    """Return the host that was asked for, as it was sent: Flask's own has none that is no ASCII."""
    host: str = request.environ.get("HTTP_HOST", "")
    return host.encode("latin-1").decode("utf-8", "replace")


def _log(event: Exception | str) -> None:
    plain = isinstance(event, StoreError | str)
    text = event if plain else f"{type(event).__name__}: {event}"
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC {text}", file=sys.stderr, flush=True)  # noqa: T201
