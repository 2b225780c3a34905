"""The threat model names tests that there are, for each of those who may be after something."""

import ast
import re
from functools import cache

import pytest
from conftest import ROOT

ACTORS = (
    "The respondent",
    "The colleague with the link",
    "The reader of the mail",
    "The holder of a stolen workbook",
    "The mail server",
    "The other organisation of a round",
    "The checklist or file from outside",
    "The other user of the machine",
)
PAGE = (ROOT / "docs" / "threats.md").read_text(encoding="utf-8")
A_TEST = re.compile(r"`(tests/[^`]*)`")


def section(title: str) -> str:
    """Return what stands under a title; nothing without that title."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


def rows(text: str) -> list[list[str]]:
    """Return the cells of a table's rows, without its header."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@cache
def defined_in(path: str) -> frozenset[str]:
    """Return the names of a file's tests."""
    file = ROOT / path
    tree = ast.parse(file.read_bytes()) if file.is_file() else ast.Module([], [])
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return frozenset(f"{path}::{name}" for name in names if name.startswith("test_"))


@pytest.mark.parametrize("actor", ACTORS)
def test_each_actor_is_played(actor: str) -> None:
    """By a test in every row; and what nothing can hold against them is said."""
    threats = rows(section(actor))
    assert threats
    for cells in threats:
        assert len(cells) == len(["threat", "what holds", "test"]), cells
        assert all(cells), cells
        assert A_TEST.search(cells[-1]), cells
    assert "\nIt cannot: " in section(actor)


def test_every_test_that_is_named_is_there() -> None:
    """Under this very name, in this very file."""
    named = A_TEST.findall(PAGE.replace("`tests/unit/test_threats.py`", ""))
    assert named
    assert [name for name in named if name not in defined_in(name.partition("::")[0])] == []
