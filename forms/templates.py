"""The Jinja2 templates: whatever is put in is escaped, whatever is missing is our mistake."""

import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from pickle import UnpicklingError

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.bccache import Bucket, BytecodeCache

from forms.resources import resource


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates where Python keeps compiled modules, and as long: compiling is slow.

    Where nothing can be written they are compiled each time, as modules are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what is kept; Jinja2 holds it against the template and Python's version."""
        with suppress(OSError, EOFError, UnpicklingError):
            bucket.bytecode_from_string(self._file(bucket).read_bytes())

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled; whoever compiles at the same time keeps the same."""
        if sys.dont_write_bytecode:
            return
        file = self._file(bucket)
        own = file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            own.write_bytes(bucket.bytecode_to_string())
            own.replace(file)

    def _file(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.{sys.implementation.cache_tag}"


@cache
def _environment() -> Environment:
    templates = resource("templates")
    return Environment(
        loader=FileSystemLoader(templates),
        bytecode_cache=CompiledTemplates(templates / "__pycache__"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(name: str, /, **values: object) -> str:
    """Return a template filled in; names that end in .html.j2 are escaped."""
    return _environment().get_template(name).render(**values)
