"""A folder of somebody's own without `checklist.yaml`: what lies there, and the way out."""

import os
from gettext import gettext
from pathlib import Path

from forms.errors import ChecklistError
from forms.text import argument

# Kladblok adds .txt to whatever it saves, and the Explorer does not show it.
_ENDINGS = (".yaml", ".yml", ".yaml.txt", ".yml.txt")
_SETTINGS = "vinkje.toml"
# Names in one message.
_MOST = 5


def missing_here(path: Path) -> ChecklistError | None:
    """Return what to do about a checklist that is not there; None where nothing asks for one.

    Its folder asks for one when it holds `vinkje.toml` or any other file that may be a checklist.
    """
    names = sorted(path.name for path in path.parent.iterdir() if path.is_file())
    lists = [name for name in names if _may_be_one(name)]
    if len(lists) == 1:
        return _one(path, lists[0])
    if lists:
        return _several(path, lists)
    if _SETTINGS in names:
        return ChecklistError(
            str(path),
            gettext("there is no such file in this folder, though it has a vinkje.toml"),
            gettext(
                "put your checklist here under that name, or name it with --checklist FILE. To "
                "begin anew: vinkje init other-folder"
            ),
        )
    return None


def _may_be_one(name: str) -> bool:
    return not name.startswith(".") and name.lower().endswith(_ENDINGS)


def _one(path: Path, name: str) -> ChecklistError:
    rename = "ren" if os.name == "nt" else "mv"
    problem = gettext("there is no such file in this folder, but '{name}' lies here")
    remedy = gettext(
        "is that your checklist? Rename it ({command}), or name it: --checklist {name}"
    )
    command = f"{rename} {argument(name)} {path.name}"
    return ChecklistError(
        str(path), problem.format(name=name), remedy.format(command=command, name=argument(name))
    )


def _several(path: Path, names: list[str]) -> ChecklistError:
    more = len(names) - _MOST
    listed = ", ".join(f"'{name}'" for name in names[:_MOST])
    if more > 0:
        listed = gettext("{names} and {count} more").format(names=listed, count=more)
    problem = gettext("there is no such file in this folder, but these lie here: {names}")
    remedy = gettext("rename the one that is your checklist to {name}, or name it with --checklist")
    return ChecklistError(str(path), problem.format(names=listed), remedy.format(name=path.name))
