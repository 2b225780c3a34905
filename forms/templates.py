"""The Jinja2 templates: whatever is put in is escaped, whatever is missing is our mistake."""

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, compiler, select_autoescape
from jinja2.bccache import Bucket, BytecodeCache

from forms.resources import resource

_SEAL = sha256().digest_size


class CompiledTemplates(BytecodeCache):
    """Keeps compiled templates beside the templates, as Python keeps modules: compiling is slow.

    Where nothing can be written they are compiled each time, as modules are.
    """

    def __init__(self, folder: Path, compilers: Sequence[str]) -> None:
        """Keep them in a folder until one of these files changes, which decide what is compiled."""
        self._folder = folder
        stats = [Path(compiler).stat() for compiler in compilers]
        self._made_by = repr([(stat.st_mtime_ns, stat.st_size) for stat in stats]).encode()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill in what is kept whole; Jinja2 holds it against the template and Python's version."""
        with suppress(OSError):
            kept = self._file(bucket).read_bytes()
            seal, code = kept[:_SEAL], kept[_SEAL:]
            if seal == self._seal(code):
                bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled; whoever compiles at the same time keeps the same."""
        if sys.dont_write_bytecode:
            return
        file, code = self._file(bucket), bucket.bytecode_to_string()
        own = file.with_suffix(f".{os.getpid()}")
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            try:
                own.write_bytes(self._seal(code) + code)
                own.replace(file)
            finally:
                own.unlink(missing_ok=True)

    def _seal(self, code: bytes) -> bytes:
        return sha256(self._made_by + code).digest()

    def _file(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.{sys.implementation.cache_tag}"


@cache
def _environment() -> Environment:
    templates = resource("templates")
    return Environment(
        loader=FileSystemLoader(templates),
        # The options that follow are compiled in, and stand in this file.
        bytecode_cache=CompiledTemplates(templates / "__pycache__", [compiler.__file__, __file__]),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(name: str, /, **values: object) -> str:
    """Return a template filled in; names that end in .html.j2 are escaped."""
    return _environment().get_template(name).render(**values)
