"""One LibreOffice for all conversions of a test worker: to begin takes most of each."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

Convert = Callable[[Path, str], Path]
# Seconds: a first start makes a profile, on a machine that may be busy with other tests.
_PATIENCE = 180
# What it has open while it waits, since it ends when nothing is: a sheet with nothing in it. Of
# another kind, .xlsx, it would begin with a conversion while it still opens this, and hang.
_OPEN = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:body><office:spreadsheet><table:table table:name="Open"/></office:spreadsheet></office:body>
</office:document>
"""


@contextmanager
def office(program: str, folder: Path, new_folder: Callable[[], Path]) -> Iterator[Convert]:
    """Have LibreOffice wait in a folder of its own; gives what saves a workbook as another kind.

    What is started with its profile hands its work over. Each result is in a folder of its own.
    """
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, "--headless", "--norestore", profile]
    # What it unpacks while it works.
    env = {**os.environ, "TMPDIR": str(folder)}

    def convert(path: Path, kind: str) -> Path:
        out = new_folder()
        subprocess.run(
            [*command, "--convert-to", kind, "--outdir", str(out), str(path)],
            env=env,
            capture_output=True,
            timeout=_PATIENCE,
            check=True,
        )
        return out / path.with_suffix(f".{kind.partition(':')[0]}").name

    kept_open = folder / "open.fods"
    kept_open.write_text(_OPEN, encoding="utf-8")
    nowhere = subprocess.DEVNULL
    process = subprocess.Popen(
        [*command, str(kept_open)], env=env, stdin=nowhere, stdout=nowhere, stderr=nowhere
    )
    try:
        _wait_for(kept_open.with_name(f".~lock.{kept_open.name}#"), process)
        yield convert
    finally:
        _end(process)


def _wait_for(lock: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while not lock.exists():
        assert process.poll() is None, "LibreOffice ended at once"
        assert time.monotonic() < until, "LibreOffice does not begin"
        time.sleep(0.05)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End it, and take away its pipe, which it leaves in /tmp whatever it is told."""
    if process.poll() is None:
        own = psutil.Process(process.pid).children(recursive=True)
        named = [each.laddr for part in own for each in part.net_connections("unix")]
        # The starter ends the program that it started.
        process.terminate()
        process.wait(_PATIENCE)
        for pipe in (Path(str(name)) for name in named if "OSL_PIPE" in str(name)):
            pipe.unlink(missing_ok=True)
