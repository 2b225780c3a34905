"""What checklist.yaml can hold, from the JSON Schema by which editors complete it."""

from collections.abc import Iterator
from typing import Any

from extension.made import all_words, defined
from forms.checklist.model import json_schema

# A part of the checklist, where it stands, in the order in which people write them.
_PARTS = {
    "": "",
    "round": "Round",
    "source": "Source",
    "respondent": "RespondentQuestion",
    "sections": "Section",
    "items": "Item",
    "rules": "Rules",
    "due": "Due",
}


def checklist_file(words: dict[str, str], language: str) -> str:
    """Return a heading for each part of the file, with its keys and what each takes."""
    schema: dict[str, Any] = json_schema()
    meanings: dict[str, dict[str, str]] = all_words()["keys"]
    lines = []
    for name, model in _PARTS.items():
        part = schema["$defs"][model] if model else schema
        lines.append(f"## {f'`{name}`' if name else words['top']}")
        for key, shape in part["properties"].items():
            meaning = meanings[f"{name}.{key}".strip(".")][language]
            facts = [*_facts(shape, words), _presence(key, part, shape, words)]
            lines.append(defined(f"`{key}`", meaning, " ".join(facts)))
    return "\n\n".join(lines)


def _facts(shape: dict[str, Any], words: dict[str, str]) -> Iterator[str]:
    """Yield what a key takes, by its shape in the schema."""
    # What may be left out has null beside its own shape, a share text beside a number.
    shape = next((each for each in shape.get("anyOf", []) if each.get("type") != "null"), shape)
    kind = shape.get("type")
    if "enum" in shape:
        yield words["one_of"].format(values=", ".join(f"`{each}`" for each in shape["enum"]))
    elif kind in {"integer", "number"}:
        least = shape.get("minimum", shape.get("exclusiveMinimum"))
        between = words["range"].format(least=f"{least:g}", most=f"{shape['maximum']:g}")
        yield words["number"].format(range=between)
    elif kind == "array":
        yield words["list_of"]
    elif kind == "boolean":
        yield words["yes_no"]
    elif shape.get("format") == "date":
        yield words["day"]
    elif kind == "string" and "maxLength" in shape:
        yield words["characters"].format(most=shape["maxLength"])


def _presence(key: str, part: dict[str, Any], shape: dict[str, Any], words: dict[str, str]) -> str:
    if key in part.get("required", []):
        return f"**{words['required']}**"
    default = shape.get("default")
    if isinstance(default, bool):
        default = str(default).lower()
    if isinstance(default, str | int):
        return words["default"].format(default=f"`{default}`")
    return words["optional"]
