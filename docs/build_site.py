"""Build the docs site: `python docs/build_site.py [FOLDER]`, or `make site`; FOLDER is ./site.

A warning is a fault, and so is a link within the site that leads nowhere; links to elsewhere are
not fetched. All is built anew each time: some pages are made from the program, and Sphinx would not
see that it changed.
"""

import shutil
import subprocess
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from tempfile import TemporaryDirectory

DOCS = Path(__file__).parent
LANGUAGES = ("nl", "en")


def build(out: Path, docs: Path = DOCS) -> bool:
    """Build both trees of `docs` into a folder, at the same time; return whether all is well.

    Raises SystemExit for a folder that holds what is no such site: all in it would be deleted.
    """
    if out.exists() and any(out.iterdir()) and not any((out / each).is_dir() for each in LANGUAGES):
        raise SystemExit(f"{out} is no site of ours; choose another folder")
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
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("site"))
    sys.exit(not build(parser.parse_args().folder))
