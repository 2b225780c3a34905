"""What a command costs in a process of its own: by the clock, of the CPU, of memory."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, seconds of CPU, and peak memory in MB; `printed` is its stdout."""

    clock: float
    seconds: float
    memory: float
    printed: str = ""


def measure(command: Sequence[str]) -> Cost:
    """Run a command; raises SystemExit when it fails."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        printed = process.stdout.read() if process.stdout else b""
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    clock = time.perf_counter() - start
    return Cost(clock, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, printed.decode())


def lowest(costs: Sequence[Cost]) -> Cost:
    """Return the lowest time of several runs: what disturbs only adds. Of memory the highest."""
    return Cost(
        min(cost.clock for cost in costs),
        min(cost.seconds for cost in costs),
        max(cost.memory for cost in costs),
        costs[0].printed,
    )
