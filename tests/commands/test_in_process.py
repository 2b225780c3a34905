"""What tests run in their own process does what `vinkje` does in one of its own."""

import gettext
import logging
import os
import signal
import sys
from pathlib import Path

import pytest
from conftest import Run

from cli.check import check


def state() -> tuple[object, ...]:
    """Return what a command could leave behind in a process."""
    root = logging.getLogger()
    streams = (sys.stdin, sys.stdout, sys.stderr)
    changed = (dict(os.environ), Path.cwd(), signal.getsignal(signal.SIGTERM), streams)
    return (*changed, gettext.textdomain(), [*root.handlers])


@pytest.mark.parametrize(
    "arguments", [["--version"], ["check", "--help"], ["check", "--no"], ["check"]]
)
def test_it_ends_and_says_the_same(vinkje: Run, vinkje_alone: Run, arguments: list[str]) -> None:
    """And leaves nothing behind; help, usage, and a fault among it."""
    before = state()
    here, alone = vinkje(*arguments), vinkje_alone(*arguments)
    assert (here.returncode, here.stdout, here.stderr) == (
        *(alone.returncode, alone.stdout, alone.stderr),
    )
    assert state() == before


def test_what_is_not_caught_is_shown(vinkje: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Python does when a process ends by it; else a test would not see it."""

    def fail(**_: object) -> None:
        raise ValueError("x")

    monkeypatch.setattr(check, "callback", fail)
    explained = vinkje("check")
    assert explained.returncode == 1
    assert "ValueError: x. This should not happen" in explained.stderr
    shown = vinkje("check", VINKJE_TRACEBACK="1")
    assert shown.returncode == 1
    assert shown.stderr.startswith("Traceback")
