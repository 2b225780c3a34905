"""A folder of somebody's own without `checklist.yaml`: what lies there, and the way out."""

import os
from pathlib import Path

# Kladblok adds .txt to whatever it saves, and the Explorer does not show it.
_ENDINGS = (".yaml", ".yml", ".yaml.txt", ".yml.txt")
_SETTINGS = "vinkje.toml"
_MOST = 5


def missing_here(folder: Path) -> str | None:
    """Return what to do about the checklist that a folder lacks; None where nothing asks for one.

    A folder asks for one when it holds `vinkje.toml` or any other file that may be a checklist.
    """
    names = sorted(path.name for path in folder.iterdir() if path.is_file())
    lists = [name for name in names if _may_be_one(name)]
    if len(lists) == 1:
        return _one(lists[0])
    if lists:
        return _several(lists)
    if _SETTINGS in names:
        return (
            f"there is no such file in this folder, though it has a {_SETTINGS}; put your "
            "checklist here under that name, or name it with --checklist FILE. To begin anew: "
            "vinkje init other-folder"
        )
    return None


def _may_be_one(name: str) -> bool:
    return not name.startswith(".") and name.lower().endswith(_ENDINGS)


def _one(name: str) -> str:
    rename = "ren" if os.name == "nt" else "mv"
    return (
        f"there is no such file in this folder, but '{name}' lies here. Is that your checklist? "
        f"Rename it: {rename} {_typed(name)} checklist.yaml. Or name it: --checklist {_typed(name)}"
    )


def _several(names: list[str]) -> str:
    said = ", ".join(f"'{name}'" for name in names[:_MOST])
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return (
        f"there is no such file in this folder, but these lie here: {said}{more}. Rename the one "
        "that is your checklist to checklist.yaml, or name it with --checklist"
    )


def _typed(name: str) -> str:
    return f'"{name}"' if " " in name else name
