"""The pages of the web form; what is the same for everybody is made once."""

import hashlib
import re
import secrets
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial

from babel.dates import format_date, format_datetime

from forms.publish.web.receipt import Receipts
from forms.publish.web.round_window import RoundWindow
from forms.publish.web.validation import CHANGE_FIELD, KEY_FIELD, TRAP_FIELD, VERSION_FIELD
from forms.questionnaire import Questionnaire
from forms.resources import resource
from forms.store.interface import Submission
from forms.templates import render
from forms.text import clean
from forms.wording import wording

_FILES = {"form.css": "text/css", "form.js": "text/javascript", "change.js": "text/javascript"}
_INDENT_OR_COMMENT = re.compile(rb"^ *(?://.*\n)?", re.MULTILINE)


@dataclass(frozen=True)
class Asset:
    """A file that pages need; its name changes with its content, so that browsers may keep it."""

    name: str
    kind: str
    content: bytes
    packed: bytes


@dataclass(frozen=True)
class Filled:
    """A form that is not blank: what stands in it, and what is said of that.

    `sent` says when that was sent before, "" where it was not.
    """

    key: str
    answers: Mapping[str, str]
    faults: Mapping[str, str] = field(default_factory=dict)
    notices: Sequence[str] = ()
    sent: str = ""


class Pages:
    """Every page of one questionnaire, for links that begin with `base`.

    `organisation` is the one of several whose people answer here; files are at `root`.
    """

    def __init__(
        self,
        asked: Questionnaire,
        base: str,
        round_: RoundWindow,
        organisation: str = "",
        root: str | None = None,
    ) -> None:
        self.asked = asked
        self.base = base
        self._zone = round_.zone
        self.words = wording(asked.language)
        files = {name: _asset(name, kind) for name, kind in _FILES.items()}
        self.assets = list(files.values())
        self._common = {
            "base": base,
            "root": base if root is None else root,
            "organisation": organisation,
            "asked": asked,
            "words": self.words,
            "assets": {name: asset.name for name, asset in files.items()},
            "closes": round_.closes
            and format_date(round_.closes, "d MMMM yyyy", locale=asked.language),
            "names": {
                "key": KEY_FIELD,
                "version": VERSION_FIELD,
                "trap": TRAP_FIELD,
                "change": CHANGE_FIELD,
            },
        }
        self._before, self._after = self._around_the_key()
        self._packer = _gzip()
        self._packed = self._packer.compress(self._before)
        self._receipts = Receipts(
            asked,
            partial(self._rendered, "receipt", title=self.words("web.received")),
            partial(self._rendered, "answer"),
        )
        # Whoever sends in the same minute reads the same.
        self._minute = lru_cache(self._new_minute)

    def _around_the_key(self) -> tuple[bytes, bytes]:
        """Return what stands before and after the key of a blank form.

        That is the same for everybody, so it is rendered and packed once: a page rendered for each
        request cut what is served six to eight times.
        """
        # Found nowhere else in a page, which is split there.
        key = secrets.token_hex(16)
        before, after = self._form(Filled(key, {}), kept=False).split(key.encode())
        return before, after

    def blank(self, key: str) -> bytes:
        """Return the form to fill in, as UTF-8 HTML."""
        return self._before + key.encode() + self._after

    def blank_packed(self, key: str) -> bytes:
        """Return the form to fill in, as gzip: only what follows the key is packed each time."""
        packer = self._packer.copy()
        return self._packed + packer.compress(key.encode() + self._after) + packer.flush()

    def filled(self, filled: Filled) -> bytes:
        """Return the form with answers in it, and what is wrong with them, as UTF-8 HTML."""
        return self._form(filled, kept=True)

    def _form(self, filled: Filled, *, kept: bool) -> bytes:
        title = self.asked.title
        if filled.faults or filled.notices:
            title = self.words("web.fault_title", title=title)
        return self._page("form", title=title, filled=filled, kept=kept)

    def receipt(self, submission: Submission, link: str | None) -> bytes:
        """Return what somebody keeps; without a link to change them, the answers are not shown."""
        return self._receipts.html(submission, self._moment(submission.at), link).encode()

    def sent(self, submission: Submission) -> str:
        """Return when answers were sent, and under which code: whoever came by a link may see it.

        By a link that somebody else gave them, they would change that one's answers, or show
        theirs to that one.
        """
        at = self._moment(submission.at)
        return self.words("web.sent_before", moment=at, code=submission.code)

    def change(self, *, wrong: bool = False) -> bytes:
        """Return the page that asks for the link to change answers; `wrong` when it finds none."""
        title = self.words("web.change_title")
        if wrong:
            title = self.words("web.fault_title", title=title)
        return self._page("change", title=title, wrong=wrong, script="change.js")

    def message(self, title: str, text: str) -> bytes:
        """Return a page that says one thing, under a title."""
        return self._page("message", title=title, text=text)

    def closed(self, at: datetime | None) -> bytes:
        """Return the page after the round; `at` is when somebody closed it."""
        if at:
            text = self.words("web.closed_at", moment=self._moment(at))
        else:
            text = self.words("web.closed_since", date=self._common["closes"])
        return self.message(self.words("web.closed"), text)

    def _page(self, name: str, **values: object) -> bytes:
        return self._rendered(name, **values).encode()

    def _rendered(self, name: str, **values: object) -> str:
        return clean(render(f"web/{name}.html.j2", **self._common, **values))

    def _moment(self, moment: datetime) -> str:
        return self._minute(moment.replace(second=0, microsecond=0))

    def _new_minute(self, moment: datetime) -> str:
        return format_datetime(
            moment.astimezone(self._zone), "d MMMM yyyy, HH:mm", locale=self.asked.language
        )


def _asset(name: str, kind: str) -> Asset:
    content = _INDENT_OR_COMMENT.sub(b"", (resource("templates") / "web" / name).read_bytes())
    stem, _, suffix = name.partition(".")
    packer = _gzip()
    return Asset(
        f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.{suffix}",
        f"{kind}; charset=utf-8",
        content,
        packer.compress(content) + packer.flush(),
    )


def _gzip() -> "zlib._Compress":
    return zlib.compressobj(9, wbits=zlib.MAX_WBITS | 16)
