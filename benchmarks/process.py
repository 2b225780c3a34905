"""What a command costs in a process of its own: by the clock, of the CPU, of memory."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from answers import TODAY

ROOT = Path(__file__).parent.parent
# Letters of what a command that failed said last.
_TOLD = 2_000


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of CPU, and peak memory in MB; `printed` is its stdout."""

    clock: float
    seconds: float
    memory: float
    printed: str = ""


def python(kind: str) -> str:
    """Return the Python with what vinkje needs and no more (plain), or with its `peers`.

    openpyxl imports numpy and Pillow wherever they are, which is not what people have.
    """
    program = ROOT / f".venv-{kind}" / "bin" / "python"
    if not program.exists():
        raise SystemExit(f"{program} is not there; to make it: make .venv-{kind}/installed")
    return str(program)


def vinkje(*arguments: str, program: str = "") -> list[str]:
    """Return the command `vinkje`, with arguments: as people have it, or run by another Python."""
    return [program or python("plain"), "-c", "from cli.main import vinkje; vinkje()", *arguments]


def report(sources: Sequence[Path], *options: str, program: str = "") -> list[str]:
    """Return the command that makes report.xlsx beside made-up answers, on the day that they have.

    On a later day it would point out all of them.
    """
    output = ["-o", str(sources[0].parent / "report.xlsx"), "--date", str(TODAY)]
    return vinkje("report", *map(str, sources), *output, *options, program=program)


def peer_python(package: str) -> str:
    """Return the Python that runs what a user would write with a package; see `python`."""
    return python("plain" if package == "openpyxl" else "peers")


def peer(package: str, folder: Path) -> list[str]:
    """Return the command that does what a user would write with a package, in a folder."""
    tasks = Path(__file__).with_name("peer_tasks.py")
    return [peer_python(package), str(tasks), f"{package}_way", str(folder)]


def needed(name: str, path: str | None) -> str:
    """Return where a program was found; nothing where it was not, and say so.

    What needs it is left out then: bench.py names the goals that nobody measured.
    """
    if not path:
        print(f"  {name} is not installed; what needs it is not measured", flush=True)
    return path or ""


def measure(command: Sequence[str], until: Callable[[str], bool] | None = None) -> Cost:
    """Run a command; raises SystemExit when it fails.

    `until` gets each line that it prints, and once that returns true the process is killed.
    """
    # Who had vinkje installed has its modules compiled.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as told,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=told, encoding="utf-8", env=env
        ) as process,
    ):
        printed = []
        is_enough = False
        try:
            for line in process.stdout or ():
                printed.append(line)
                if until and until(line):
                    is_enough = True
                    break
        finally:
            # A server that does not answer as it should would be waited for without end.
            if until:
                process.kill()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        told.seek(0)
        reason = told.read()[-_TOLD:]
    if is_enough != bool(until) or (process.returncode and not until):
        raise SystemExit(f"{' '.join(command)} failed: {reason}")
    clock = time.perf_counter() - start
    memory = usage.ru_maxrss / 1024
    return Cost(clock, usage.ru_utime + usage.ru_stime, memory, "".join(printed))


def lowest(costs: Sequence[Cost]) -> Cost:
    """Return the lowest time of several runs: what disturbs only adds. Of memory the highest."""
    return Cost(
        min(cost.clock for cost in costs),
        min(cost.seconds for cost in costs),
        max(cost.memory for cost in costs),
        costs[0].printed,
    )


def show_costs(costs: Mapping[str, Sequence[Cost]]) -> None:
    """Print what each task cost at the least, and its highest memory."""
    for task, several in costs.items():
        cost = lowest(several)
        print(
            f"  {task:<20} {cost.clock:7.2f} s by the clock {cost.seconds:8.3f} s of CPU "
            f"{cost.memory:6.0f} MB"
        )
