"""What stands at Google: Sheets, Forms, and how each answers, changes or refuses."""

import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

SERVICE, PERSON = "lezer@voorbeeld-project.iam.gserviceaccount.com", "adviseur@example.org"
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a Sheet's clock has no zone


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


@dataclass
class Sheet:
    """A Google Sheet: rows per tab, and who may see it."""

    title: str
    tabs: dict[str, list[list[Any]]]
    readers: set[str] = field(default_factory=lambda: {SERVICE, PERSON})
    spare_rows: int = 100
    hidden: dict[str, set[int]] = field(default_factory=dict)

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
                },
                "data": [{"rowMetadata": self.row_metadata(title)}],
            }
            for number, title in enumerate(self.tabs)
            for rows, columns in [self.size(title)]
        ]
        properties = {"title": self.title, "locale": "nl_NL", "timeZone": "Europe/Amsterdam"}
        return {"spreadsheetId": sheet_id, "properties": properties, "sheets": sheets}

    def row_metadata(self, title: str) -> list[dict[str, Any]]:
        """Return what is said of each row besides its cells."""
        rows, _ = self.size(title)
        hidden = self.hidden.get(title, set())
        is_hidden: dict[str, Any] = {"hiddenByFilter": True}
        return [{"pixelSize": 21} | (is_hidden if n in hidden else {}) for n in range(1, rows + 1)]

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
