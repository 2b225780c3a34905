"""Templates: compiled once, and again when they change."""

import sys
from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, compiler

from forms import templates
from forms.resources import resource


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that may keep what is compiled, whatever this machine's Python is told."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "__pycache__"


def _environment(folder: Path, text: str, compiler: str = __file__) -> Environment:
    cache = templates.CompiledTemplates(folder, [compiler])
    return Environment(loader=DictLoader({"a": text}), bytecode_cache=cache)  # noqa: S701 - no page


def test_what_was_compiled_is_kept_until_the_template_changes(folder: Path) -> None:
    """A program that begins anew does not compile it again."""
    _environment(folder, "een {{ x }}").get_template("a")
    (kept,) = folder.iterdir()
    again = _environment(folder, "een {{ x }}")
    again.compile = None  # type: ignore[assignment, method-assign]
    assert again.get_template("a").render(x=1) == "een 1"
    assert _environment(folder, "twee {{ x }}").get_template("a").render(x=1) == "twee 1"
    assert list(folder.iterdir()) == [kept]


@pytest.mark.parametrize("place", [0, 20, 40, 60, 100, -1])
def test_what_is_damaged_is_compiled_again(folder: Path, place: int) -> None:
    """Whatever a disk, a virus scanner or a full partition made of it."""
    _environment(folder, "een").get_template("a")
    (kept,) = folder.iterdir()
    content = bytearray(kept.read_bytes())
    content[place] ^= 0xFF
    kept.write_bytes(content[: len(content) - place % 2])
    assert _environment(folder, "een").get_template("a").render() == "een"


def test_what_another_compiler_made_is_compiled_again(folder: Path, tmp_path: Path) -> None:
    """A new Jinja2 may escape what the old one did not; our own options are compiled in too."""
    compiler = tmp_path / "compiler.py"
    compiler.write_text("old", "utf-8")
    _environment(folder, "een", str(compiler)).get_template("a")
    (kept,) = folder.iterdir()
    before = kept.read_bytes()
    compiler.write_text("newer", "utf-8")
    _environment(folder, "een", str(compiler)).get_template("a")
    assert [file.read_bytes() == before for file in folder.iterdir()] == [False]


def test_our_own_templates_are_kept_beside_them() -> None:
    """Held against Jinja2's compiler, and the options that stand beside it."""
    cache = templates._environment().bytecode_cache  # noqa: SLF001
    expected = templates.CompiledTemplates(
        resource("templates") / "__pycache__", [compiler.__file__, templates.__file__]
    )
    assert isinstance(cache, templates.CompiledTemplates)
    assert vars(cache) == vars(expected)


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
