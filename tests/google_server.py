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
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt
from jsonschema import Draft202012Validator

DOCUMENTS = files("googleapiclient") / "discovery_cache" / "documents"
APIS = ("sheets.v4", "forms.v1", "drive.v3")
SERVICE, PERSON = "lezer@voorbeeld-project.iam.gserviceaccount.com", "adviseur@example.org"
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a Sheet's clock has no zone
GZIP_FROM = 500
REFRESH = "refresh-1"
DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"


def google_error(code: int, message: str, status: str, *details: dict[str, Any]) -> dict[str, Any]:
    """Return the body of an error, as Google's newer services word them."""
    body: dict[str, Any] = {"code": code, "message": message, "status": status}
    return {"error": body | ({"details": list(details)} if details else {})}


def reason(name: str, **metadata: str) -> dict[str, Any]:
    """Return the detail that says why."""
    info = "type.googleapis.com/google.rpc.ErrorInfo"
    return {"@type": info, "reason": name, "domain": "googleapis.com", "metadata": metadata}


FORBIDDEN = google_error(403, "The caller does not have permission", "PERMISSION_DENIED")
NOT_FOUND = google_error(404, "Requested entity was not found.", "NOT_FOUND")
SCOPES = google_error(
    403,
    "Request had insufficient authentication scopes.",
    "PERMISSION_DENIED",
    reason("ACCESS_TOKEN_SCOPE_INSUFFICIENT", service="sheets.googleapis.com"),
)


@dataclass(frozen=True)
class Method:
    """One method of an API, from its discovery document."""

    api: str
    id: str
    verb: str
    path: re.Pattern[str]
    parameters: frozenset[str]
    scopes: frozenset[str]
    body: Draft202012Validator | None
    answer: Draft202012Validator | None


def discovered() -> Iterator[Method]:
    """Yield every method of the APIs that vinkje uses."""
    for api in APIS:
        document = json.loads((DOCUMENTS / f"{api}.json").read_text(encoding="utf-8"))
        defs = {name: as_schema(schema) for name, schema in document["schemas"].items()}
        for method in methods(document):
            flat = document["servicePath"] + method.get("flatPath", method["path"])
            path = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/:]+)", re.escape(flat))
            yield Method(
                api,
                method["id"],
                method["httpMethod"],
                re.compile(f"/{path}"),
                frozenset(method.get("parameters", {})) | frozenset(document["parameters"]),
                frozenset(method.get("scopes", ())),
                validator(method.get("request"), defs),
                validator(method.get("response"), defs),
            )


def methods(resource: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a resource's methods, and those of the resources in it."""
    yield from resource.get("methods", {}).values()
    for inner in resource.get("resources", {}).values():
        yield from methods(inner)


def as_schema(found: dict[str, Any]) -> dict[str, Any]:
    """Turn a discovery schema into a JSON Schema that allows nothing it does not name."""
    if "$ref" in found:
        return {"$ref": f"#/$defs/{found['$ref']}"}
    schema: dict[str, Any] = {}
    if found.get("type", "any") != "any":
        schema["type"] = found["type"]
    if "enum" in found:
        schema["enum"] = found["enum"]
    if "items" in found:
        schema["items"] = as_schema(found["items"])
    if found.get("type") == "object":
        properties = found.get("properties", {})
        schema["properties"] = {name: as_schema(value) for name, value in properties.items()}
        more = found.get("additionalProperties")
        schema["additionalProperties"] = as_schema(more) if more else False
    return schema


def validator(ref: dict[str, Any] | None, defs: dict[str, Any]) -> Draft202012Validator | None:
    """Return the check of a request's or an answer's body."""
    return Draft202012Validator({"$defs": defs} | as_schema(ref)) if ref else None


METHODS = list(discovered())


@dataclass
class Sheet:
    """A Google Sheet: rows per tab, and who may see it."""

    title: str
    tabs: dict[str, list[list[Any]]]
    readers: set[str] = field(default_factory=lambda: {SERVICE, PERSON})
    spare_rows: int = 100

    def resource(self, sheet_id: str) -> dict[str, Any]:
        """Return it as spreadsheets.get does."""
        sheets = [
            {
                "properties": {
                    "sheetId": number,
                    "title": title,
                    "index": number,
                    "sheetType": "GRID",
                    "gridProperties": {"rowCount": rows, "columnCount": columns},
                }
            }
            for number, title in enumerate(self.tabs)
            for rows, columns in [self.size(title)]
        ]
        properties = {"title": self.title, "locale": "nl_NL", "timeZone": "Europe/Amsterdam"}
        return {"spreadsheetId": sheet_id, "properties": properties, "sheets": sheets}

    def size(self, title: str) -> tuple[int, int]:
        """Return how many rows and columns a tab has."""
        rows = self.tabs[title]
        return len(rows) + self.spare_rows, max(map(len, rows), default=26)


@dataclass
class Form:
    """A Google Form, what was answered, and who may see it."""

    resource: dict[str, Any]
    responses: list[dict[str, Any]] = field(default_factory=list)
    readers: set[str] = field(default_factory=lambda: {SERVICE, PERSON})
    permissions: list[dict[str, Any]] = field(default_factory=list)
    made_here: bool = False


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
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
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


def filled(form: dict[str, Any], requests: list[dict[str, Any]]) -> tuple[str, dict[str, Any]]:
    """Return a form with changes made to it: all of them, or what is wrong with one."""
    form = {"settings": {}, "revisionId": "1"} | json.loads(json.dumps(form))
    for number, request in enumerate(requests):
        [(kind, change)] = request.items()
        if said := CHANGES[kind](form, change):
            return f"Invalid requests[{number}].{kind}: {said}", {}
    return "", form | {"revisionId": f"{int(form['revisionId']) + 1:08}"}


def create_item(form: dict[str, Any], change: dict[str, Any]) -> str:
    """Add an item to a form, or say why Google would not."""
    item = dict(change["item"])
    kinds = [key for key in item if key.endswith("Item")]
    question = item.get("questionItem", {}).get("question", {})
    options = [o.get("value", "") for o in question.get("choiceQuestion", {}).get("options", ())]
    if len(kinds) != 1 or change["location"]["index"] > len(form.get("items", [])):
        return "Invalid item or location"
    if any("\n" in text or "\r" in text for text in [item.get("title", ""), *options]):
        return "Displayed text cannot contain newlines"
    if len(set(options)) != len(options) or "" in options:
        return "Duplicate or empty options"
    item["itemId"] = f"{secrets.randbits(31):08x}"
    if question:
        item["questionItem"] = {"question": question | {"questionId": item["itemId"]}}
    form.setdefault("items", []).insert(change["location"]["index"], item)
    return ""


def update_info(form: dict[str, Any], change: dict[str, Any]) -> str:
    """Change a form's title or description."""
    form["info"] |= {key: change["info"][key] for key in change["updateMask"].split(",")}
    return ""


def update_settings(form: dict[str, Any], change: dict[str, Any]) -> str:
    """Change a form's settings."""
    form["settings"] |= {key: change["settings"][key] for key in change["updateMask"].split(",")}
    return ""


Change = Callable[[dict[str, Any], dict[str, Any]], str]
CHANGES: dict[str, Change] = {
    "createItem": create_item,
    "updateFormInfo": update_info,
    "updateSettings": update_settings,
}


def values(sheet: Sheet, name: str, *, raw: bool) -> dict[str, Any]:
    """Return a range's values, empty ones at the end left out, as Google does."""
    match = re.fullmatch(r"'((?:[^']|'')+)'!(\d+):(\d+)", name)
    title = match[1].replace("''", "'") if match else ""
    if not match or title not in sheet.tabs:
        return google_error(400, f"Unable to parse range: {name}", "INVALID_ARGUMENT")
    rows, columns = sheet.size(title)
    first, last = int(match[2]), int(match[3])
    if first > rows:
        said = f"Range ({name}) exceeds grid limits. Max rows: {rows}, max columns: {columns}"
        return google_error(400, said, "INVALID_ARGUMENT")
    found = [
        trimmed([shown(c, raw=raw) for c in row]) for row in sheet.tabs[title][first - 1 : last]
    ]
    while found and not found[-1]:
        found.pop()
    return {"range": name, "majorDimension": "ROWS"} | ({"values": found} if found else {})


def trimmed(row: list[Any]) -> list[Any]:
    """Return a row without the empty cells at its end."""
    while row and row[-1] == "":
        row = row[:-1]
    return row


def shown(cell: Any, *, raw: bool) -> Any:
    """Return a cell as it is kept, or as it looks on a Dutch screen."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        serial = (cell - EPOCH) / timedelta(days=1)
        return serial if raw else f"{cell:%d-%m-%Y %H:%M:%S}"
    return cell if raw else str(cell).replace(".", ",")


def masked(resource: Any, mask: str) -> Any:
    """Return the parts of a resource that a field mask names, `a(b,c(d)),e`."""
    if mask in {"", "*"}:
        return resource
    if isinstance(resource, list):
        return [masked(one, mask) for one in resource]
    parts, depth = [""], 0
    for letter in mask:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    split = [part.partition("(") for part in parts]
    return {n: masked(resource[n], inner[:-1]) for n, _, inner in split if n in resource}


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
