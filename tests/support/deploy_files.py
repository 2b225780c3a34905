"""What the files of docs/deploy say: settings, and what a service starts."""

import re
import shlex
from collections.abc import Mapping

from doc_pages import DOCS

DEPLOY = DOCS / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))


def settings_in(text: str) -> dict[str, str]:
    """Return the settings of a file such as form.env; a line without a value is none."""
    lines = (line.partition("=") for line in text.splitlines())
    return {name: value for name, _, value in lines if value and name[0] != "#"}


def started_by(unit: str, told: Mapping[str, str], instance: int = 8080) -> list[str]:
    """Return the arguments with which the text of a unit starts vinkje."""
    line = re.findall(r"^ExecStart=/opt/vinkje/bin/vinkje (.*)$", unit, re.MULTILINE)[0]
    filled = re.sub(r"\$\{(\w+)\}", lambda found: told[found[1]], line)
    return shlex.split(filled.replace("%i", str(instance)))
