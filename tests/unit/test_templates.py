"""Templates: compiled once, and again when they change."""

import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from forms import templates


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that may keep what is compiled, whatever this machine's Python is told."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "__pycache__"


def _environment(folder: Path, text: str) -> Environment:
    return Environment(  # noqa: S701 - no page
        loader=DictLoader({"a": text}), bytecode_cache=templates.CompiledTemplates(folder)
    )


def test_what_was_compiled_is_kept_until_the_template_changes(folder: Path) -> None:
    """A program that begins anew does not compile it again."""
    _environment(folder, "een {{ x }}").get_template("a")
    (kept,) = folder.iterdir()
    again = _environment(folder, "een {{ x }}")
    again.compile = None  # type: ignore[assignment, method-assign]
    assert again.get_template("a").render(x=1) == "een 1"
    assert _environment(folder, "twee {{ x }}").get_template("a").render(x=1) == "twee 1"
    assert list(folder.iterdir()) == [kept]


@pytest.mark.parametrize("length", [0, 1, 20, 50, -10])
def test_what_is_no_compiled_template_is_compiled(folder: Path, length: int) -> None:
    """Such as what another version left, or a full disk cut off."""
    _environment(folder, "een").get_template("a")
    (kept,) = folder.iterdir()
    kept.write_bytes(kept.read_bytes()[:length])
    assert _environment(folder, "een").get_template("a").render() == "een"


def test_where_nothing_can_be_written_it_is_compiled_each_time(folder: Path) -> None:
    """As modules are."""
    folder.write_text("no folder", "utf-8")
    assert _environment(folder, "een").get_template("a").render() == "een"


def test_who_wants_no_compiled_files_gets_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's own setting holds for templates too."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert _environment(folder, "een").get_template("a").render() == "een"
    assert not folder.exists()
