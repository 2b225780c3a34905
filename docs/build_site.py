"""Build the docs site: `python docs/build_site.py [FOLDER]`, or `make site`.

A warning is a fault, and so is a link within the site that leads nowhere; links to elsewhere are
not fetched. All is built anew each time: some pages are made from the program, and Sphinx would not
see that it changed.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

DOCS = Path(__file__).parent
LANGUAGES = ("nl", "en")


def build(out: Path, docs: Path = DOCS) -> bool:
    """Build both trees of `docs` into a folder, at the same time; return whether all is well."""
    shutil.rmtree(out, ignore_errors=True)
    with TemporaryDirectory() as between:
        running = []
        for language in LANGUAGES:
            options = ["-q", "-n", "-W", "-c", DOCS, "-d", Path(between) / language]
            chosen = ["-D", f"language={language}", docs / language, out / language]
            program = [sys.executable, "-m", "sphinx", *options, *chosen]
            running.append(subprocess.Popen(list(map(str, program))))  # noqa: S603 - all ours
        ended = [each.wait() for each in running]
    shutil.copy(DOCS / "look" / "index.html", out)
    return not any(ended)


if __name__ == "__main__":
    sys.exit(not build(Path(sys.argv[1] if sys.argv[1:] else "site")))
