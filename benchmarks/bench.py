"""Run every benchmark, and end with 1 when a goal was missed: `make bench`.

Each script runs in a process of its own: to a process the system counts the memory of the one that
began it, so that must be small.
"""

import subprocess
import sys
from pathlib import Path

from goals import GOALS

HERE = Path(__file__).parent
SCRIPTS = ("run.py", "counting.py", "follow_up.py", "web.py", "stores.py")


def lines_of(script: str) -> list[str]:
    """Run a script and print what it prints; return that, with a line more when it broke."""
    command = [sys.executable, "-u", str(HERE / script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        lines = []
        for line in process.stdout or ():
            print(line, end="", flush=True)
            lines.append(line)
    if process.returncode and not any("MISSED" in line for line in lines):
        lines.append(f"  BROKE    {script}")
    return lines


def main() -> int:
    """Run all, say what was missed and what nobody measured; return the exit code."""
    lines: list[str] = []
    for script in SCRIPTS:
        print(f"\n{script}", flush=True)
        lines += lines_of(script)
    missed = [line.rstrip() for line in lines if line.split()[:1] in (["MISSED"], ["BROKE"])]
    unmeasured = [name for name in GOALS if not any(f" {name} " in line for line in lines)]
    print("\nMissed:" if missed else "\nNo goal is missed.", *missed, sep="\n")
    if unmeasured:
        print("Not measured here:", *unmeasured, sep="\n  ")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
