"""A folder of one's own to start in, and the files in it that people double-click."""

import sys
from collections.abc import Mapping
from gettext import gettext
from pathlib import Path

from forms.atomic_files import write_all
from forms.checklist.model import load_checklist
from forms.errors import OutputError
from forms.file_rights import shared_folder
from forms.resources import resource
from forms.starters import starters

_SHIPPED_SCHEMA = "templates/init/checklist.schema.json"


def make_folder(folder: Path, *, macos: bool = sys.platform == "darwin") -> list[Path]:
    """Write the starting files; returns them.

    Raises OutputError when one of them stands there already, and then writes none.
    """
    shipped = resource("checklist.yaml")
    text = shipped.read_text(encoding="utf-8")
    contents = {
        "checklist.yaml": text.replace(_SHIPPED_SCHEMA, "checklist.schema.json", 1).encode()
    }
    for path in sorted((resource("templates") / "init").iterdir()):
        contents[path.name] = path.read_bytes()
    contents |= starters(load_checklist(shipped).language, macos=macos)
    remedy = gettext("name another folder: vinkje init other-folder")
    return _write_new(folder, contents, remedy)


def add_starters(folder: Path, *, macos: bool = sys.platform == "darwin") -> list[Path]:
    """Write the files to double-click into a folder that has a checklist; returns them.

    Raises OutputError when one of them stands there already, and ChecklistError when there is no
    checklist, or one with a fault.
    """
    language = load_checklist(folder / "checklist.yaml").language
    remedy = gettext("remove it first if a new one can take its place")
    return _write_new(folder, starters(language, macos=macos), remedy)


def _write_new(folder: Path, named: Mapping[str, bytes], remedy: str) -> list[Path]:
    contents = {folder / name: content for name, content in named.items()}
    if folder.exists() and not folder.is_dir():
        raise OutputError(str(folder), gettext("this is a file"), gettext("name a folder"))
    for path in contents:
        if path.exists():
            raise OutputError(
                str(path),
                gettext("stands there already"),
                remedy,
                gettext("Nothing was written"),
            )
    shared_folder(folder)
    write_all(contents, new=contents)
    for path in contents:
        if path.suffix == ".command":
            # Whoever may read it may run it.
            mode = path.stat().st_mode
            path.chmod(mode | (mode & 0o444) >> 2)
    return list(contents)
