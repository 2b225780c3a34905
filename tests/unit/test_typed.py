"""What messages give to type: in quotes that each shell takes, and no full stop behind it."""

import os
import subprocess
from pathlib import Path

import click
import pytest
from conftest import ROOT, Run

from cli.main import vinkje as program
from forms.checklist.missing import missing_here
from forms.checklist.model import load_checklist, shipped_checklist
from forms.collect.file import file_table
from forms.errors import SourceError
from forms.text import argument

NAMES = [
    "answers.csv",
    "antwoorden (1).csv",
    "OneDrive - Woonstichting Ons Dak!/antwoorden.csv",
    "Q&A; 50% = één, 'twee'.xlsx",
    "$HOME `ls` !!.csv",
    "~/a*[b].csv",
    "-x y",
]


@pytest.mark.skipif(os.name == "nt", reason="cmd.exe is no sh")
@pytest.mark.parametrize("name", [*NAMES, 'met "quotes".csv', "back\\slash.csv"])
def test_sh_takes_it_as_one_name(name: str) -> None:
    """Whatever it holds, the program gets that name."""
    line = f"printf %s {argument(name, for_windows=False)}"
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout == name


@pytest.mark.parametrize("name", [*NAMES, r"C:\Users\jan\OneDrive - Ons Dak\a (1).csv"])
def test_cmd_and_powershell_get_double_quotes(name: str) -> None:
    """Single ones mean nothing to cmd.exe; what is plain needs none."""
    typed = argument(name, for_windows=True)
    assert typed == (name if name == "answers.csv" else f'"{name}"')
    for plain in (r"map\a-1.csv", "postgresql://owner@server:5432/forms"):
        assert argument(plain, for_windows=True) == plain
    # Which PowerShell takes for more than a name.
    assert argument("@a,b", for_windows=True) == '"@a,b"'


@pytest.mark.parametrize("sign", '"$`!\\')
def test_what_sh_reads_within_double_quotes_gets_single_ones(sign: str) -> None:
    """Of these an interactive shell reads `!` as well, which no script shows."""
    assert argument(f"a {sign}b", for_windows=False) == f"'a {sign}b'"


@pytest.mark.parametrize("name", NAMES[1:3])
def test_double_quotes_do_wherever_they_can(name: str) -> None:
    """So that a page, and a message that somebody sends on, are right on each system."""
    typed = {argument(name.replace("!", ""), for_windows=windows) for windows in (True, False)}
    assert typed == {f'"{name.replace("!", "")}"'}


def test_the_names_that_are_offered_can_be_typed(tmp_path: Path) -> None:
    """A file downloaded twice, and a checklist under another name."""
    (tmp_path / "antwoorden (1).csv").touch()
    (tmp_path / "b.csv").touch()
    with pytest.raises(SourceError) as caught:
        file_table(tmp_path / "antwoorden.csv", load_checklist(shipped_checklist()))
    assert caught.value.remedy == 'there are: "antwoorden (1).csv", b.csv'
    (tmp_path / "checklist (1).yaml").touch()
    missing = missing_here(tmp_path / "checklist.yaml")
    assert missing
    assert ' "checklist (1).yaml" checklist.yaml), or' in str(missing)


def test_what_is_to_be_typed_has_no_stop_behind_it(vinkje: Run, tmp_path: Path) -> None:
    """A command or an option at the end of a message would take it along."""
    (tmp_path / "vinkje.toml").touch()
    assert vinkje("check").stderr.endswith(" To begin anew: vinkje init other-folder\n")
    (tmp_path / "lijst (1).yml").touch()
    assert vinkje("check").stderr.endswith(' or name it: --checklist "lijst (1).yml"\n')
    (tmp_path / "checklist.yaml").write_bytes((ROOT / "checklist.yaml").read_bytes())
    ids = [item.id for item in load_checklist(shipped_checklist()).items()]
    (tmp_path / "x.csv").write_text(f"{','.join(ids)}\n{'Op orde,' * len(ids)}", encoding="utf-8")
    asked = vinkje("status", "x.csv", "--invited", "Anders=veel").stderr
    assert asked.endswith('; write them as --invited "GROUP=12"\n')


def _helps(command: click.Command, name: str = "vinkje") -> dict[str, str]:
    """Return the help of a command and of those below it, by name."""
    own = {name: command.get_help(click.Context(command, info_name=name))}
    if isinstance(command, click.Group):
        for below, each in command.commands.items():
            own |= _helps(each, f"{name} {below}")
    return own


def test_help_quotes_no_value_as_cmd_does_not_know() -> None:
    """Single quotes around a value reach the program as part of it."""
    for name, text in _helps(program).items():
        assert "='" not in text, name
        assert "=40'" not in text, name
    assert '--invited "Wonen=40"' in " ".join(_helps(program)["vinkje status"].split())
