"""The JSON Schema, by which editors complete a checklist, agrees with the loader."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from forms.checklist.model import json_schema, load_checklist
from forms.resources import resource
from forms.scaffold import make_folder

FILES = Path(__file__).parent / "checklists"
GOOD = sorted((FILES / "good").glob("*.yaml"))
SHAPES = sorted((FILES / "bad").glob("shape-*.yaml"))


class EditorLoader(yaml.CSafeLoader):
    """Types values as an editor does: JSON knows no dates."""


EditorLoader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def schema_faults(path: Path) -> list[str]:
    """Return what the schema says of a file."""
    data: Any = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=EditorLoader)  # noqa: S506
    return [error.message for error in Draft202012Validator(json_schema()).iter_errors(data)]


def test_the_schema_that_ships_is_the_loaders() -> None:
    """After a change of the models: forms.checklist.model.write_json_schema()."""
    shipped = resource("templates") / "init" / "checklist.schema.json"
    assert json.loads(shipped.read_text(encoding="utf-8")) == json_schema()
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_the_schema_accepts_what_the_loader_accepts(path: Path) -> None:
    """An editor underlines nothing in a sound checklist."""
    assert schema_faults(path) == []


@pytest.mark.parametrize("name", ["checklist.yaml", "examples/english.yaml"])
def test_the_schema_accepts_what_ships(pytestconfig: pytest.Config, name: str) -> None:
    """Also the checklist that people start from."""
    assert schema_faults(pytestconfig.rootpath / name) == []


@pytest.mark.parametrize("path", SHAPES, ids=lambda path: path.stem)
def test_the_schema_refuses_a_wrong_shape(path: Path) -> None:
    """What has a wrong shape is underlined while it is typed."""
    assert schema_faults(path)


def pointer(path: Path) -> str:
    """Return where a checklist's first line sends an editor for its schema."""
    first = path.read_text(encoding="utf-8").splitlines()[0]
    start, _, target = first.partition("$schema=")
    assert start == "# yaml-language-server: "
    return target


@pytest.mark.parametrize("name", ["checklist.yaml", "examples/english.yaml"])
def test_what_ships_points_at_its_schema(pytestconfig: pytest.Config, name: str) -> None:
    """The path is right from the folder that the checklist stands in."""
    path = pytestconfig.rootpath / name
    schema = json.loads((path.parent / pointer(path)).read_text(encoding="utf-8"))
    assert schema == json_schema()


def test_a_new_folder_points_at_the_schema_beside_it(tmp_path: Path) -> None:
    """`vinkje init` brings the schema along, and the checklist still loads."""
    made = make_folder(tmp_path / "map")
    path = tmp_path / "map" / "checklist.yaml"
    assert {path, path.with_name("checklist.schema.json")} <= set(made)
    assert pointer(path) == "checklist.schema.json"
    assert json.loads((path.parent / pointer(path)).read_text(encoding="utf-8")) == json_schema()
    assert load_checklist(path) == load_checklist(resource("checklist.yaml"))
