"""What Google's own discovery documents say of its APIs: paths, parameters, scopes and bodies."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

DOCUMENTS = files("googleapiclient") / "discovery_cache" / "documents"
APIS = ("sheets.v4", "forms.v1", "drive.v3")


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
