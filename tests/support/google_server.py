"""Google on loopback: Sheets, Forms, Drive and sign-in, as far as vinkje speaks with them.

Every request is held against Google's own discovery documents (path, parameters, scopes, body),
and so is every answer given here; what does not fit is kept in `violations`. Faults come when
asked for.
"""

import gzip
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt
from google_discovery import METHODS, Method
from google_resources import (
    FORBIDDEN,
    NOT_FOUND,
    PERSON,
    SCOPES,
    SERVICE,
    Form,
    Sheet,
    filled,
    google_error,
    masked,
    reason,
    values,
)

GZIP_FROM = 500
REFRESH = "refresh-1"


@dataclass
class Fault:
    """What goes wrong, at which path, and how often: status and body, or what happens to them."""

    at: str
    status: int = 500
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    how: str = "answer"
    after: int = 0


@dataclass(frozen=True)
class Asked:
    """A request that came in."""

    method: str
    verb: str
    path: str
    query: dict[str, list[str]]
    body: Any


class GoogleServer:
    """What stands at Google, and what was asked of it."""

    def __init__(self) -> None:
        self.key = _key()
        self.sheets: dict[str, Sheet] = {}
        self.forms: dict[str, Form] = {}
        self.faults: list[Fault] = []
        self.asked: list[Asked] = []
        self.violations: list[str] = []
        self.tokens: dict[str, tuple[str, set[str]]] = {}
        self.codes: dict[str, set[str]] = {}
        self.granted: set[str] | None = None
        self.page_size = 5000
        self.clock = timedelta()
        self.after: Callable[[Asked], None] = lambda _asked: None
        self.lock = threading.RLock()
        handler = type("Handler", (_Handler,), {"google": self})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def requests(self) -> list[str]:
        """Return the methods that were asked for, sign-in included."""
        return [asked.method for asked in self.asked]

    def fail(self, at: str, **fault: Any) -> None:
        """Let a request whose path or method holds `at` go wrong."""
        self.faults.append(Fault(at, **fault))

    def key_file(self, path: Path, **changed: Any) -> Path:
        """Write the key of a service account that this server knows."""
        pem = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        key = {
            "type": "service_account",
            "project_id": "voorbeeld-project",
            "private_key_id": "1",
            "private_key": pem.decode(),
            "client_email": SERVICE,
            "client_id": "1",
            "token_uri": f"{self.url}/token",
        }
        path.write_text(json.dumps(key | changed), encoding="utf-8")
        return path

    def client_file(self, path: Path) -> Path:
        """Write the file of a program that people may log in with."""
        client = {
            "client_id": "vinkje-test",
            "client_secret": "made-up",
            "auth_uri": f"{self.url}/auth",
            "token_uri": f"{self.url}/token",
            "redirect_uris": ["http://localhost"],
        }
        path.write_text(json.dumps({"installed": client}), encoding="utf-8")
        return path

    def login_file(self, path: Path, *scopes: str) -> Path:
        """Write what a login leaves behind."""
        self.codes[REFRESH] = {f"https://www.googleapis.com/auth/{scope}" for scope in scopes}
        login = {
            "type": "authorized_user",
            "client_id": "vinkje-test",
            "client_secret": "made-up",
            "refresh_token": REFRESH,
            "token_uri": f"{self.url}/token",
            "account": PERSON,
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(login), encoding="utf-8")
        return path

    def token(self, account: str, scopes: set[str]) -> dict[str, Any]:
        """Return a fresh token."""
        token = secrets.token_urlsafe(24)
        self.tokens[token] = (account, scopes)
        return {
            "access_token": token,
            "expires_in": 3599,
            "token_type": "Bearer",
            "scope": " ".join(sorted(scopes)),
        }

    def sign_in(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        """Answer at the token address."""
        grant = form["grant_type"][0]
        if grant.endswith("jwt-bearer"):
            return self._by_key(form["assertion"][0])
        known = self.codes.get(form["refresh_token" if "refresh_token" in form else "code"][0])
        if known is None:
            said = "Token has been expired or revoked."
            return 400, {"error": "invalid_grant", "error_description": said}
        token = self.token(PERSON, known if self.granted is None else self.granted)
        if grant == "authorization_code":
            self.codes[REFRESH] = known
            token["refresh_token"] = REFRESH
        return 200, token

    def _by_key(self, assertion: str) -> tuple[int, dict[str, Any]]:
        public = self.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        try:
            claims = jwt.decode(
                assertion, public, verify=True, audience="https://oauth2.googleapis.com/token"
            )  # type: ignore[no-untyped-call]
        except ValueError:
            said = "Invalid JWT Signature."
            return 400, {"error": "invalid_grant", "error_description": said}
        if abs(time.time() + self.clock.total_seconds() - claims["iat"]) > 300:
            said = (
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
                "timeframe. Check your iat and exp values in the JWT claim."
            )
            return 400, {"error": "invalid_grant", "error_description": said}
        if claims["iss"] != SERVICE:
            said = "Invalid grant: account not found"
            return 400, {"error": "invalid_grant", "error_description": said}
        return 200, self.token(claims["iss"], set(claims["scope"].split()))

    def answer(self, asked: Asked, method: Method, ids: dict[str, str], who: str) -> Any:
        """Return a method's answer, or an error's body."""
        name = re.sub(r"\W", "_", method.id)
        return getattr(self, f"_{name}")(asked, who, **ids)

    def _sheets_spreadsheets_get(self, asked: Asked, who: str, spreadsheetId: str) -> Any:  # noqa: N803
        sheet = self.sheets.get(spreadsheetId)
        if sheet is None:
            return NOT_FOUND
        if who not in sheet.readers:
            return FORBIDDEN
        return masked(sheet.resource(spreadsheetId), asked.query.get("fields", ["*"])[0])

    def _sheets_spreadsheets_values_batchGet(  # noqa: N802
        self,
        asked: Asked,
        who: str,
        spreadsheetId: str,  # noqa: N803
    ) -> Any:
        sheet = self.sheets.get(spreadsheetId)
        if sheet is None:
            return NOT_FOUND
        if who not in sheet.readers:
            return FORBIDDEN
        raw = asked.query.get("valueRenderOption") == ["UNFORMATTED_VALUE"]
        found = [values(sheet, name, raw=raw) for name in asked.query["ranges"]]
        wrong = next((one for one in found if "error" in one), None)
        return wrong or {"spreadsheetId": spreadsheetId, "valueRanges": found}

    def _forms_forms_create(self, asked: Asked, who: str) -> Any:
        if who == SERVICE:
            said = "The user's Drive storage quota has been exceeded."
            return google_error(403, said, "PERMISSION_DENIED", reason("storageQuotaExceeded"))
        if set(asked.body) != {"info"} or not set(asked.body["info"]) <= {"title", "documentTitle"}:
            return google_error(400, "Only info.title can be set", "INVALID_ARGUMENT")
        form_id = f"form-{len(self.forms) + 1}-{secrets.token_hex(12)}"
        shown = asked.query.get("unpublished") != ["true"]
        resource = {
            "formId": form_id,
            "revisionId": "00000001",
            "info": asked.body["info"],
            "settings": {"emailCollectionType": "VERIFIED"},
            "responderUri": f"https://docs.google.com/forms/d/e/{form_id}/viewform",
            "publishSettings": {
                "publishState": {"isPublished": shown, "isAcceptingResponses": shown}
            },
        }
        self.forms[form_id] = Form(resource, readers={who}, made_here=True)
        return resource

    def _forms_forms_get(self, _asked: Asked, who: str, formId: str) -> Any:  # noqa: N803
        form = self.forms.get(formId)
        return NOT_FOUND if form is None else form.resource if who in form.readers else FORBIDDEN

    def _forms_forms_batchUpdate(self, asked: Asked, _who: str, formId: str) -> Any:  # noqa: N802, N803
        said, changed = filled(self.forms[formId].resource, asked.body["requests"])
        if said:
            return google_error(400, said, "INVALID_ARGUMENT")
        self.forms[formId].resource = changed
        return {"replies": [], "writeControl": {"requiredRevisionId": changed["revisionId"]}}

    def _forms_forms_setPublishSettings(self, asked: Asked, _who: str, formId: str) -> Any:  # noqa: N802, N803
        if asked.body.get("updateMask") not in {"publishState", "*"}:
            return google_error(400, "Unknown name", "INVALID_ARGUMENT")
        settings = asked.body["publishSettings"]
        self.forms[formId].resource["publishSettings"] = settings
        return {"formId": formId, "publishSettings": settings}

    def _forms_forms_responses_list(self, asked: Asked, who: str, formId: str) -> Any:  # noqa: N803
        form = self.forms.get(formId)
        if form is None or who not in form.readers:
            return NOT_FOUND if form is None else FORBIDDEN
        start = int(asked.query.get("pageToken", ["0"])[0])
        end = start + self.page_size
        page: dict[str, Any] = {}
        if shown := form.responses[start:end]:
            page["responses"] = shown
        return page | ({"nextPageToken": str(end)} if end < len(form.responses) else {})

    def _drive_permissions_create(self, asked: Asked, _who: str, fileId: str) -> Any:  # noqa: N803
        self.forms[fileId].permissions.append(asked.body)
        return {"kind": "drive#permission", "id": "anyoneWithLink"} | asked.body

    def _drive_files_delete(self, _asked: Asked, _who: str, fileId: str) -> Any:  # noqa: N803
        return NOT_FOUND if self.forms.pop(fileId, None) is None else None

    def _drive_about_get(self, _asked: Asked, who: str) -> Any:
        return {"user": {"emailAddress": who}}


class _Handler(BaseHTTPRequestHandler):
    """Takes requests apart and sends answers, whole or not."""

    google: GoogleServer
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer a reading request."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Answer a writing request."""
        self._answer("POST")

    def do_DELETE(self) -> None:
        """Answer a deleting request."""
        self._answer("DELETE")

    def _answer(self, verb: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        parts = urlsplit(self.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        path = unquote(parts.path)
        if path == "/auth":
            self._consent(query)
            return
        method = next((m for m in METHODS if m.verb == verb and m.path.fullmatch(path)), None)
        name = "token" if path == "/token" else method.id if method else f"unknown {path}"
        body = None if not raw else parse_qs(raw.decode()) if name == "token" else json.loads(raw)
        asked = Asked(name, verb, path, query, body)
        with self.google.lock:
            self.google.asked.append(asked)
            fault = self._fault(asked)
            if fault is None:
                is_token = method is None and name == "token"
                sent = self.google.sign_in(body or {}) if is_token else self._ask(asked, method)
                self.google.after(asked)
        if fault:
            self._fail(fault)
        else:
            self._send(*sent)

    def _ask(self, asked: Asked, method: Method | None) -> tuple[int, Any]:
        google = self.google
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in google.tokens:
            said = "Request had invalid authentication credentials."
            return 401, google_error(401, said, "UNAUTHENTICATED")
        who, scopes = google.tokens[token]
        if method is None:
            google.violations.append(asked.method)
            return 404, NOT_FOUND
        google.violations += [
            f"{asked.method}: unknown parameter {name}"
            for name in asked.query
            if name not in method.parameters
        ]
        if method.body and asked.body is not None:
            google.violations += [
                f"{asked.method}: {e.message}" for e in method.body.iter_errors(asked.body)
            ]
        if not scopes & method.scopes:
            return 403, SCOPES
        match = method.path.fullmatch(asked.path)
        ids = match.groupdict() if match else {}
        only_own = {scope.rsplit("/", 1)[1] for scope in scopes & method.scopes} == {"drive.file"}
        if only_own and not all(
            i in google.forms and google.forms[i].made_here for i in ids.values()
        ):
            return 404, NOT_FOUND
        found = google.answer(asked, method, ids, who)
        if isinstance(found, dict) and "error" in found:
            return int(found["error"]["code"]), found
        if method.answer and found is not None:
            google.violations += [
                f"{asked.method}: answer: {e.message}" for e in method.answer.iter_errors(found)
            ]
        return (204, None) if found is None else (200, found)

    def _consent(self, query: dict[str, list[str]]) -> None:
        """Agree, as a person would in the browser, and go back to where they came from."""
        code = secrets.token_urlsafe(8)
        self.google.codes[code] = set(query["scope"][0].split())
        back = {"state": query["state"][0], "code": code}
        if self.google.granted == set():
            back = {"state": query["state"][0], "error": "access_denied"}
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri'][0]}?{urlencode(back)}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _fault(self, asked: Asked) -> Fault | None:
        for fault in self.google.faults:
            if fault.at in asked.method and fault.times > 0:
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= 1
                return fault
        return None

    def _fail(self, fault: Fault) -> None:
        if fault.how == "drop":
            self.close_connection = True
            return
        if fault.how == "stall":
            time.sleep(fault.status)
            self.close_connection = True
            return
        if fault.how == "half":
            self._write(fault.status, b'{"valueRanges": [', {"Content-Type": "application/json"})
            return
        self._send(fault.status, fault.body, fault.headers, cut=fault.how == "cut")

    def _send(
        self, status: int, body: Any, headers: dict[str, str] | None = None, *, cut: bool = False
    ) -> None:
        is_page = isinstance(body, str)
        content = b"" if body is None else (body if is_page else json.dumps(body)).encode()
        sent = {"Content-Type": "text/html" if is_page else "application/json; charset=UTF-8"}
        if len(content) > GZIP_FROM and "gzip" in self.headers.get("Accept-Encoding", ""):
            content = gzip.compress(content, 1)
            sent["Content-Encoding"] = "gzip"
        self._write(status, content, sent | (headers or {}), cut=cut)

    def _write(
        self, status: int, content: bytes, headers: dict[str, str], *, cut: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if cut else content)
        if cut:
            self.close_connection = True


@cache
def _key() -> rsa.RSAPrivateKey:
    """Return the service account's key, which takes a while to make."""
    return new_key()


def new_key() -> rsa.RSAPrivateKey:
    """Return a key that is nobody else's."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def google_server() -> Iterator[GoogleServer]:
    """Run a server for as long as it is needed; fails if it was asked what Google has not."""
    google = GoogleServer()
    thread = threading.Thread(target=google.http.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield google
        assert google.violations == []
    finally:
        google.http.shutdown()
        google.http.server_close()
        thread.join()
