"""What a shell shows: help that is whole, colours, completion, and words that need quotes."""

import os
import pty
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from conftest import ROOT, Run, environment, run_vinkje, tool

from cli.main import vinkje as whole

SHELLS = ("bash", "zsh", "fish", "powershell")


def every(group: click.Group = whole, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return all commands and groups, by how they are called."""
    found = [path]
    for name, command in group.commands.items():
        own = (*path, name)
        found += every(command, own) if isinstance(command, click.Group) else [own]
    return found


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_line_of_help_is_cut_short_or_too_long(language: str) -> None:
    """In a window of 80 columns, as most begin with."""
    for name in every():
        env = {"VINKJE_LANGUAGE": language, "COLUMNS": "80"}
        done = run_vinkje(*name, "--help", cwd=ROOT, **env)
        lines = done.stdout.splitlines()
        assert [line for line in lines if len(line) > 80] == [], name
        # How often an argument may stand there is told by three dots as well: `[SOURCE]...`.
        assert [line for line in lines if line.endswith(("…", "...")) and line[-4] != "]"] == []


@pytest.fixture
def program(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which `vinkje` is a program, as a shell finds it."""
    place = tmp_path / "bin" / "vinkje"
    place.parent.mkdir()
    code = "from cli.main import vinkje; vinkje(prog_name='vinkje')"
    place.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -c "{code}" "$@"\n', encoding="utf-8")
    place.chmod(0o755)
    return environment(PATH=f"{place.parent}{os.pathsep}{os.environ['PATH']}", HOME=str(tmp_path))


def typed(shell: list[str], text: str, env: dict[str, str], cwd: Path) -> str:
    """Return what a shell prints."""
    done = subprocess.run(
        [*shell, "-c", text],
        cwd=cwd,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


@pytest.mark.slow
def test_bash_finishes_words(program: dict[str, str], tmp_path: Path) -> None:
    """Commands, what an option takes, and names of files."""
    script = (
        'eval "$(vinkje completion bash)"\n'
        'ask() { COMPREPLY=(); COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
        ' _vinkje_completion vinkje; echo "${COMPREPLY[@]}"; }\n'
        'ask vinkje re\nask vinkje send --security ""\ncomplete -p vinkje\n'
    )
    lines = typed([tool("bash"), "--norc"], script, program, tmp_path).splitlines()
    assert lines[:2] == ["report remind", "starttls tls none"]
    assert lines[2].endswith("-F _vinkje_completion vinkje")


@pytest.mark.slow
def test_zsh_finishes_words(program: dict[str, str], tmp_path: Path) -> None:
    """Also where nothing that completes was begun, as on a new Mac."""
    script = (
        'eval "$(vinkje completion zsh)"\nprint $_comps[vinkje]\n'
        'COMP_WORDS="vinkje re" COMP_CWORD=1 _VINKJE_COMPLETE=zsh_complete vinkje\n'
    )
    lines = typed([tool("zsh"), "-f"], script, program, tmp_path).splitlines()
    assert lines[:3] == ["_vinkje_completion", "plain", "report"]


@pytest.mark.slow
def test_fish_finishes_words(program: dict[str, str], tmp_path: Path) -> None:
    """With what each is for."""
    script = 'vinkje completion fish | source; complete --do-complete "vinkje re"'
    lines = typed([tool("fish"), "--no-config"], script, program, tmp_path).splitlines()
    assert sorted(line.partition("\t")[0] for line in lines) == ["remind", "report"]
    assert all(line.partition("\t")[2] for line in lines)


@pytest.mark.parametrize(
    ("words", "word", "found"),
    [
        ("vinkje\nre", "re", ["report", "remind"]),
        ("vinkje", "", [*whole.commands]),
        ("vinkje\nsend\n--security", "", ["starttls", "tls", "none"]),
        ("vinkje\nsend\n--sec", "--sec", ["--security"]),
        ("vinkje\nform\n", "", ["script", "google", "web", "paper"]),
        ("vinkje\nreport\nmijn", "mijn", []),
        ("vinkje\nsend\nC:\\mijn map\\a.eml\n--dry", "--dry", ["--dry-run"]),
    ],
)
def test_powershell_is_told_what_fits(vinkje: Run, words: str, word: str, found: list[str]) -> None:
    """As its script asks: words a line each; of names of files nothing, so it offers those."""
    env = {"_VINKJE_COMPLETE": "powershell_complete", "COMP_WORDS": words, "COMP_CWORD": word}
    lines = vinkje(**env).stdout.splitlines()
    assert [line.partition("\t")[0] for line in lines if line] == found


@pytest.mark.slow
def test_powershell_finishes_words(program: dict[str, str], tmp_path: Path) -> None:
    """In the real one, where there is one; no Debian has it."""
    if not (shell := shutil.which("pwsh")):
        pytest.skip("pwsh is not installed, and Debian does not have it")
    script = (
        "vinkje completion powershell | Out-String | Invoke-Expression\n"
        "(TabExpansion2 'vinkje re' 9).CompletionMatches.CompletionText\n"
        "(TabExpansion2 'vinkje send --security ' 23).CompletionMatches.CompletionText\n"
    )
    lines = typed([shell, "-NoProfile"], script, program, tmp_path).splitlines()
    assert lines == ["report", "remind", "starttls", "tls", "none"]


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_begins_with_how_to_install_it(vinkje: Run, tmp_path: Path, shell: str) -> None:
    """In lines that the shell passes over; it may be asked in any folder."""
    (tmp_path / "vinkje.toml").write_text("source = \n", encoding="utf-8")
    done = vinkje("completion", shell)
    first, second = done.stdout.splitlines()[:2]
    assert first == "# Type this once, and then open a new window:"
    assert second.startswith("#   ")
    assert f"vinkje completion {shell}" in second
    assert done.stdout.isascii()
    assert vinkje("completion", "cmd").returncode == 2


def shown(env: dict[str, str], cwd: Path) -> bytes:
    """Return what `vinkje` writes on a terminal."""
    ours, theirs = pty.openpty()
    code = "from cli.main import vinkje; vinkje(prog_name='vinkje')"
    subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=cwd, env=env, stdout=theirs, timeout=60, check=True
    )
    os.close(theirs)
    read = os.read(ours, 10_000)
    os.close(ours)
    return read


@pytest.mark.slow
def test_colours_are_for_a_terminal(vinkje: Run, tmp_path: Path) -> None:
    """And not for one whose reader asks for none, nor for one that cannot show them."""
    usual = environment(TERM="xterm")
    usual.pop("NO_COLOR", None)
    assert b"\x1b[1mvinkje demo\x1b[0m" in shown(usual, tmp_path)
    assert b"\x1b" not in shown(usual | {"NO_COLOR": "1"}, tmp_path)
    assert b"\x1b" not in shown(usual | {"TERM": "dumb"}, tmp_path)
    assert "\x1b" not in vinkje().stdout


QUOTES: dict[str, tuple[list[str], str]] = {
    "a workbook": (["actions", "Mijn", "rapport.xlsx"], '"Mijn rapport.xlsx"'),
    "three words": (["remind", "het", "hele", "rapport.xlsx"], '"het hele rapport.xlsx"'),
    "a new folder": (["init", "mijn", "map"], '"mijn map"'),
    "of an option": (["form", "script", "-o", "mijn", "form.gs"], '"mijn form.gs"'),
    "before an option": (["send", "mijn", "mail.eml", "--dry-run"], '"mijn mail.eml"'),
    "that is there": (["actions", "er", "is.xlsx"], '"er is.xlsx"'),
    "a word that is none": (["actions", "er", "iets"], ""),
    "no name before it": (["login", "nu"], ""),
    "a switch before it": (["send", "--dry-run", "a.eml", "--again", "b.eml"], ""),
}


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("name", QUOTES)
def test_a_name_with_spaces_needs_quotes(
    vinkje: Run, tmp_path: Path, name: str, language: str
) -> None:
    """That is said with the name in them; not where a word names a file by itself."""
    for file in ("er", "er is.xlsx"):
        (tmp_path / file).write_bytes(b"")
    arguments, quoted = QUOTES[name]
    done = vinkje(*arguments, VINKJE_LANGUAGE=language)
    assert done.returncode == 2
    said = done.stderr.rstrip().splitlines()[-1]
    assert said.endswith(quoted) if quoted else '"' not in said
