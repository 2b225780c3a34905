"""A folder of one's own to start in."""

from gettext import gettext
from pathlib import Path

from forms.atomic_files import write_all
from forms.errors import OutputError
from forms.file_rights import no_folder
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
        raise OutputError(str(folder), gettext("this is a file"), gettext("name a folder"))
    for path in contents:
        if path.exists():
            raise OutputError(
                str(path),
                gettext("stands there already"),
                gettext("name another folder: vinkje init other-folder"),
                gettext("Nothing was written"),
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise no_folder(folder, error) from None
    write_all(contents, new=contents)
    return list(contents)
