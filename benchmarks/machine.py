"""What is kept of a benchmark: on what it ran, and what it took."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import psutil
from process import Cost, python


def machine() -> dict[str, object]:
    """Return the machine, its Python and the day, as the docs tell them; memory in GB."""
    return {
        "day": date.today().isoformat(),  # noqa: DTZ011 - the day on this machine
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory": round(psutil.virtual_memory().total / 2**30),
        "system": platform.system(),
        "python": _version_of(python("plain")),
    }


def rounded(cost: Cost) -> dict[str, float]:
    """Return a cost to keep: seconds to the millisecond, memory in whole MB."""
    times = {"clock": round(cost.clock, 3), "seconds": round(cost.seconds, 3)}
    return {**times, "memory": round(cost.memory)}


def keep(path: Path, figures: Sequence[Mapping[str, object]], **more: object) -> None:
    """Write what was measured to a file that the docs show, a line a figure."""
    lines = ",\n  ".join(map(json.dumps, figures))
    told = {"machine": machine(), **more}
    head = ",\n ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in told.items())
    path.write_text(f'{{{head},\n "figures": [\n  {lines}\n ]}}\n', encoding="utf-8")


def _version_of(program: str) -> str:
    code = "import platform; print(platform.python_version())"
    return subprocess.run(
        [program, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", told.read_text("utf-8")) if told.exists() else None
    return found[1] if found else platform.processor()


def versions(program: str, names: Sequence[str]) -> dict[str, str]:
    """Return the versions of those packages that a Python has."""
    code = (
        "import sys; from importlib.metadata import distributions as d; "
        "[print(x.name, x.version) for x in d() if x.name in sys.argv]"
    )
    said = subprocess.run([program, "-c", code, *names], capture_output=True, text=True, check=True)
    return dict(sorted(line.split() for line in said.stdout.splitlines()))
