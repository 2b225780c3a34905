"""The link that colleagues answer by: where it leads, and which addresses are no such link."""

import re
from dataclasses import dataclass
from gettext import gettext
from typing import Literal
from urllib.parse import SplitResult, parse_qs, urlsplit

from forms.errors import SettingsError
from forms.text import shortened

Kind = Literal["google", "microsoft", "own"]

MOST_CHARACTERS = 2000
# What RFC 3986 lets stand in an address: a QR code and a poster show it as it is.
_ALLOWED = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
# Also names of a network of one's own: without a dot, or with an underscore.
_HOST = re.compile(r"(?:[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)(?:\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
# /d/e/… is what Google publishes; /d/ID/viewform leads there, /d/ID/edit is its owner's.
_GOOGLE_FORM = re.compile(
    r"(?:/a/[^/]+)?/forms(?:/u/\d+)?/d/(?:e/[\w-]+(?:/viewform)?|[\w-]+/viewform)/?"
)
_MICROSOFT = {"forms.office.com", "forms.cloud.microsoft", "forms.microsoft.com"}
# The pages of its owner: design, answers, and a copy of the form to take over.
_MICROSOFT_OWNER = re.compile(r"(?i)/(?:edit|(?:design|analysis|shareform)\w*\.aspx)(?:/|$)")
# Of our own web form: `web/app.py`.
_ONE_PERSONS = re.compile(r"/(?:change|receipt)/[0-9a-f]{32}/?$")
# Files and sign-in pages that are passed round as if they were a form.
_NO_FORM = re.compile(
    r"(?:.+\.)?(?:google\.com|sharepoint\.com|office\.com|office365\.com|live\.com|microsoft\.com)"
)


@dataclass(frozen=True)
class FormLink:
    """An address that was looked at, and whose form stands there.

    `address` is as it was typed; `host` is in lower case, without a port.
    """

    address: str
    kind: Kind
    host: str

    @property
    def is_local(self) -> bool:
        """Say whether it leads to the computer of whoever opens it (RFC 6761, 127.0.0.0/8)."""
        host = self.host
        return host == "localhost" or host.endswith(".localhost") or host.startswith("127.")


def read_link(text: str) -> FormLink:
    """Return the link.

    Raises SettingsError for what is no address, and for one that is only its owner's.
    """
    _refuse_odd(text)
    parts = _parts(text)
    host = (parts.hostname or "").removesuffix(".")
    if host in {"docs.google.com", "forms.gle"}:
        _refuse_unless_google_form(text, host, parts)
        return FormLink(text, "google", host)
    if host in _MICROSOFT:
        if _MICROSOFT_OWNER.search(parts.path) or not parts.path.strip("/"):
            raise _not_for_colleagues(text, "microsoft")
        return FormLink(text, "microsoft", host)
    if _NO_FORM.fullmatch(host):
        raise SettingsError(
            _shown(text),
            gettext("no questionnaire stands at {host}").format(host=host),
            gettext("name the link by which colleagues answer, as the form itself shows it"),
        )
    if _ONE_PERSONS.search(parts.path):
        raise SettingsError(
            _shown(text),
            gettext("this link shows one person's answers"),
            gettext(
                "name the form's own link, without what follows the host (or the folder that the "
                "form is in)"
            ),
        )
    return FormLink(text, "own", host)


def _refuse_odd(text: str) -> None:
    if len(text) > MOST_CHARACTERS:
        problem = gettext(
            "this link has {length} characters, and above {most} no phone reads its QR code from "
            "paper"
        ).format(length=len(text), most=MOST_CHARACTERS)
        raise SettingsError(_shown(text), problem, gettext("use a shorter link"))
    if odd := next((c for c in text if not _ALLOWED.fullmatch(c)), None):
        problem = (
            gettext("a web address holds no white space")
            if odd.isspace()
            else gettext("a web address holds no character {code}").format(code=f"U+{ord(odd):04X}")
        )
        remedy = gettext("copy the link from your browser's address bar, and put it between quotes")
        raise SettingsError(_shown(text), problem, remedy)


def _parts(text: str) -> SplitResult:
    """Return an address in parts, once it is known to be whole."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not _is_host((parts.hostname or "").removesuffix(".")):
        raise SettingsError(
            _shown(text), gettext("this is no web address"), gettext("it begins with https://")
        )
    if parts.username is not None or parts.password is not None:
        raise SettingsError(
            _shown(text),
            gettext(
                "what stands before the @ is a name or a password, and a poster shows it to all"
            ),
            gettext("leave it out"),
        )
    return parts


def _is_host(host: str) -> bool:
    return bool(_HOST.fullmatch(host)) or ":" in host


def _refuse_unless_google_form(text: str, host: str, parts: SplitResult) -> None:
    if host == "forms.gle":
        whole = bool(parts.path.strip("/"))
    else:
        # With edit2 it is the link by which one respondent changes their answers.
        whole = bool(_GOOGLE_FORM.fullmatch(parts.path)) and "edit2" not in parse_qs(parts.query)
    if not whole:
        raise _not_for_colleagues(text, "google")


def _not_for_colleagues(text: str, kind: Literal["google", "microsoft"]) -> SettingsError:
    problem = gettext(
        "this address is not for those who answer, and may let them change the form or see answers"
    )
    remedy = (
        gettext(
            "open the form, choose Publish or Send, and copy the link for those who answer (it "
            "holds /viewform, or begins with https://forms.gle/)"
        )
        if kind == "google"
        else gettext(
            "open the form, choose Collect responses, and copy the link that is shown there"
        )
    )
    return SettingsError(_shown(text), problem, remedy)


def _shown(text: str) -> str:
    return shortened(text, 120) or "LINK"
