"""Where the files that ship with the code lie: inside the wheel, or beside the package."""

from importlib.resources import files
from pathlib import Path


def resource(name: str) -> Path:
    """Return the path of a shipped file or folder, such as `checklist.yaml` or `templates`."""
    package = Path(str(files("forms")))
    inside = package / "_bundled" / name
    return inside if inside.exists() else package.parent / name
