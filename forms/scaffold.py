"""A folder of one's own to start in."""

from pathlib import Path

from forms.atomic_files import write_all
from forms.errors import OutputError
from forms.resources import resource

_SHIPPED_SCHEMA = "templates/init/checklist.schema.json"


def make_folder(folder: Path) -> list[Path]:
    """Write the starting files; returns them.

    Raises OutputError when one of them stands there already, and then writes none.
    """
    text = resource("checklist.yaml").read_text(encoding="utf-8")
    contents = {
        folder / "checklist.yaml": text.replace(
            _SHIPPED_SCHEMA, "checklist.schema.json", 1
        ).encode()
    }
    for path in sorted((resource("templates") / "init").iterdir()):
        contents[folder / path.name] = path.read_bytes()
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}: this is a file; name a folder")
    for path in contents:
        if path.exists():
            raise OutputError(
                f"{path}: stands there already, so nothing was written; name another folder: "
                "vinkje init other-folder"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: the folder cannot be made: {error.strerror}") from None
    write_all(contents, new=contents)
    return list(contents)
