"""What people double-click, as Windows and a Mac would run it, and what `init` writes of it."""

import os
import re
import stat
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from conftest import ROOT, VINKJE, Run, environment, run_vinkje, tool
from releases import installs, release, releases
from windows import Call, Windows, windows_path

from forms.checklist.model import load_checklist
from forms.questionnaire import item_title
from forms.scaffold import make_folder
from forms.starters import IN_A_FOLDER, macos_starter, starters, windows_starter

HARD_NAMES = ["R&D (één) wow! ^x", "100% zeker, map 2"]
BATCH = [windows_starter(lang, does) for lang in ("nl", "en") for does in (*IN_A_FOLDER, "install")]
INSTALL, _ = windows_starter("nl", "install")


@pytest.fixture(scope="session")
def wine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """Return a Windows, whose folder all workers share: Wine needs seconds to make one."""
    program = tool("wine")
    work = tmp_path_factory.mktemp("windows")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    windows = Windows(program, shared / "wine", work)
    windows.begin()
    yield windows
    windows.end()


@pytest.fixture
def windows(wine: Windows) -> Windows:
    """Return it with nothing asked of it yet."""
    wine.calls.clear()
    return wine


@pytest.fixture(params=HARD_NAMES)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a folder of one's own, at a path that cmd may trip over."""
    made: Path = tmp_path / request.param
    make_folder(made, macos=False)
    return made


def answers(path: Path, answer: str = "Op orde") -> None:
    """Write answers of six people to the shipped checklist, all alike."""
    titles = [item_title(item) for item in load_checklist(ROOT / "checklist.yaml").items()]
    rows = [["Tijdstempel", *titles]]
    rows += [[f"{day}-11-2026 9:00:00", *[answer] * len(titles)] for day in range(1, 7)]
    path.write_text("".join(";".join(row) + "\n" for row in rows), encoding="utf-8")


def really(call: Call) -> tuple[int, str]:
    """Let vinkje itself do what it was begun for."""
    done = run_vinkje(*call.args, cwd=call.folder)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("batch", BATCH, ids=[name for name, _ in BATCH])
def test_a_batch_file_holds_nothing_that_cmd_trips_over(batch: tuple[str, bytes]) -> None:
    """A reading of what is sure to go wrong; what it does is played by Wine."""
    text = batch[1].decode("ascii")
    assert text.count("\n") == text.count("\r\n") == text.count("\r")
    lines = text.split("\r\n")
    assert [line for line in lines if unquoted_path(line)] == []
    assert [line for line in lines if line.replace('%ANSWER:"=%', "").count('"') % 2] == []
    labels = [line[1:] for line in lines if line.startswith(":")]
    assert len(labels) == len(set(labels))
    asked = set(re.findall(r"\bgoto (\w+)|\bcall :(\w+)", text))
    assert {one or other for one, other in asked} <= set(labels)
    # A second reading by CALL would expand the % of a path; SHIFT alone moves %0 too.
    assert not re.search(r"\bcall (?!:)|\bshift(?! /1)", text)
    assert not [line for line in lines if line.startswith("rem ") and re.search(r"[&|<>^%]", line)]
    assert not [line for line in lines if line.endswith("(")]


def unquoted_path(line: str) -> bool:
    """Say whether a variable stands outside quotes, where its `&` would begin a command.

    What was typed or dropped comes with quotes of its own, and exit codes are numbers.
    """
    bare = re.sub(r'"[^"]*"', "", line.replace('%ANSWER:"=%', "%ANSWER%"))
    known = bare.replace(" %*", "").replace("exit /b %CODE%", "").replace("%%", "")
    return "%" in known.replace("set CODE=%ERRORLEVEL%", "")


def test_a_report_by_a_double_click(windows: Windows, folder: Path, tmp_path: Path) -> None:
    """Of what vinkje.toml names; it says what was made or why not, and offers to open it."""
    answers(folder / "a b&c.csv")
    run = partial(windows.run, cwd=folder, home=tmp_path, answer=really, typed=["n"])
    path = [windows.program(tmp_path / "bin" / "vinkje.exe").parent]
    done = run('"Rapport maken.cmd"', path=path)
    assert done.returncode == 2
    assert "Where are the answers?" in done.stdout
    assert "Er is geen nieuw rapport. Hierboven staat waarom" in done.stdout
    settings = folder / "vinkje.toml"
    settings.write_text(f'source = "a b&c.csv"\n{settings.read_text(encoding="utf-8")}', "utf-8")
    done = run('"Rapport maken.cmd"', path=path)
    assert done.returncode == 0, done.stdout
    assert "Het rapport is klaar." in done.stdout
    assert "rapport.xlsx nu openen? (J/N)" in done.stdout
    assert (folder / "rapport.xlsx").exists()
    assert (windows.calls[-1].args, windows.calls[-1].utf8) == (("report",), "1")


def test_reminders_by_a_double_click(windows: Windows, folder: Path, tmp_path: Path) -> None:
    """Without a report it says so; with one there are drafts, whatever `vinkje run` may send."""
    windows.program(tmp_path / ".local" / "bin" / "vinkje.exe")
    run = partial(windows.run, cwd=folder, home=tmp_path, answer=really)
    done = run('"Herinneringen maken.cmd"')
    assert done.returncode == 1
    assert "Er zijn geen herinneringen gemaakt. Hierboven staat waarom" in done.stdout
    answers(folder / "a.csv", "Niet op orde: aanpakken is nodig")
    assert run_vinkje("report", "a.csv", cwd=folder).returncode == 0
    (folder / "vinkje.toml").write_text("[remind]\nsend = true\n", encoding="utf-8")
    done = run('"Herinneringen maken.cmd"', typed=["n"])
    assert done.returncode == 0, done.stdout
    assert "Er is niets verstuurd." in done.stdout
    assert [call.args for call in windows.calls] == [("remind",), ("remind",)]
    assert (folder / "rapport.herinneringen" / "coordinator.eml").exists()


def test_what_is_dropped_reaches_vinkje_as_it_is_named(
    windows: Windows, folder: Path, tmp_path: Path
) -> None:
    """Explorer puts quotes around a path with a space; one that was cut in two is found nowhere."""
    files = [folder / name for name in ("a b.csv", "x&y z.csv", "een (!).csv")]
    for each in files:
        each.touch()
    # A % in an argument is beyond Wine, and is no matter of these files: they read %* once.
    if "%" in folder.name:
        files = [Path(each.name) for each in files]
    named = [windows_path(each) if each.is_absolute() else str(each) for each in files]
    dropped = " ".join(f'"{each}"' for each in named)
    path = [windows.program(tmp_path / "bin" / "vinkje.exe").parent]
    run = partial(windows.run, cwd=folder, home=tmp_path, path=path, answer=lambda _: (0, ""))
    run(f'"Rapport maken.cmd" {dropped}')
    assert windows.calls[-1].args == ("report", *named)
    windows.calls.clear()
    for name in ("a;b.csv", "a^b.csv", "a&b.csv"):
        (folder / name).touch()
        done = run(f'"Rapport maken.cmd" {name}')
        assert (done.returncode, windows.calls) == (2, [])
        assert "Wat u hierop sleepte, is niet te vinden. Staat er een teken" in done.stdout


def test_a_window_in_which_vinkje_is_found(windows: Windows, folder: Path, tmp_path: Path) -> None:
    """`vinkje.cmd` opens it and is `vinkje` there; with words behind it, it keeps the code."""
    windows.program(tmp_path / ".local" / "bin" / "vinkje.exe")
    run = partial(windows.run, cwd=folder, home=tmp_path, answer=lambda call: (len(call.args), ""))
    done = run("vinkje.cmd", typed=["vinkje check", "exit"])
    assert (done.returncode, [call.args for call in windows.calls]) == (0, [(), ("check",)])
    assert "Typ hier een commando" in done.stdout
    assert run('vinkje status "a b" x').returncode == 3
    assert windows.calls[-1].args == ("status", "a b", "x")
    assert {call.folder for call in windows.calls} == {folder}


@pytest.mark.parametrize("uv", ["Links", "Packages/astral-sh.uv_Microsoft.Winget.Source_x"])
def test_vinkje_is_installed_by_a_double_click(windows: Windows, tmp_path: Path, uv: str) -> None:
    """By winget comes uv, by uv vinkje from the wheel, with the versions beside it; after a yes."""
    home, unpacked = tmp_path / "J. & (co)", tmp_path / "vinkje-0.1.0 (1)"
    wheel = release(unpacked)
    path = [windows.program(tmp_path / "bin" / "winget.exe").parent]
    run = partial(windows.run, home=home, path=path, answer=installs(windows, home, uv))
    done = run(f'"{INSTALL}"', cwd=unpacked, typed=["n"])
    assert (done.returncode, windows.calls) == (1, [])
    assert "Er is niets op uw computer gezet." in done.stdout
    done = run(f'"{INSTALL}"', cwd=unpacked, typed=["ja", "n", "n"])
    assert done.returncode == 0, done.stdout
    versions = windows_path(wheel.with_name("versions.txt"))
    assert [(call.program, *call.args) for call in windows.calls] == [
        ("winget.exe", "install", "--id", "astral-sh.uv", "--exact", "--source", "winget"),
        ("uv.exe", "tool", "install", "--force", "--constraints", versions, windows_path(wheel)),
        ("uv.exe", "tool", "update-shell"),
    ]
    assert "Wilt u een eigen map om mee te beginnen?" in done.stdout


@pytest.mark.parametrize("where", ["above", "beside", "nowhere"])
def test_a_folder_finds_the_release(windows: Windows, tmp_path: Path, where: str) -> None:
    """Beside it, above it; else it says where to look, and without winget what to ask of whom."""
    home, unpacked = tmp_path / "home", tmp_path / "vinkje-0.1.0"
    if where != "nowhere":
        release(unpacked)
    folder = (unpacked if where == "above" else tmp_path) / "vinkje-map"
    make_folder(folder, macos=False)
    answer = installs(windows, home)
    done = windows.run('"Rapport maken.cmd"', cwd=folder, home=home, answer=answer, typed=["j"])
    assert (done.returncode, windows.calls) == (1, [])
    expected = "Pak de zip van vinkje uit" if where == "nowhere" else "Vraag uw IT-afdeling"
    assert expected in done.stdout
    if where != "nowhere":
        windows.program(home / ".local" / "bin" / "uv.exe")
        run = partial(windows.run, cwd=folder, home=home, answer=answer, typed=["j", "n"])
        assert run('"Rapport maken.cmd"').returncode == 0
        assert [call.args[0] for call in windows.calls] == ["tool", "tool", "report"]


def test_the_newest_of_more_releases_is_installed(windows: Windows, tmp_path: Path) -> None:
    """By number, as 0.10 is newer than 0.9; yet from a release itself, that one."""
    home, newest = tmp_path / "home", releases(tmp_path)
    windows.program(home / ".local" / "bin" / "uv.exe")
    make_folder(tmp_path / "map", macos=False)
    run = partial(windows.run, home=home, answer=installs(windows, home))
    done = run('"Rapport maken.cmd"', cwd=tmp_path / "map", typed=["j", "n"])
    assert done.returncode == 0, done.stdout
    assert windows.calls[0].args == ("tool", "install", "--force", windows_path(newest))
    windows.calls.clear()
    run(f'"{INSTALL}"', cwd=tmp_path / "vinkje-0.9.12", typed=["j", "n", "n"])
    assert windows.calls[0].args[-1].endswith("vinkje-0.9.12-py3-none-any.whl")


def test_a_program_in_a_shared_folder_is_never_begun(windows: Windows, tmp_path: Path) -> None:
    """Whoever may write there could put one there; those of PATH and of the user are begun."""
    folder = tmp_path / "map"
    make_folder(folder, macos=False)
    for name in ("vinkje", "uv", "winget", "start", "pause", "python"):
        windows.program(folder / f"{name}.exe")
    windows.program(tmp_path / ".local" / "bin" / "vinkje.exe")
    for name in ("Rapport maken", "Herinneringen maken", "vinkje"):
        run = partial(windows.run, cwd=folder, home=tmp_path, typed=["exit"])
        assert run(f'"{name}.cmd"', answer=lambda _: (0, "")).returncode == 0
    assert [call.args for call in windows.calls] == [("report",), ("remind",), ()]
    (tmp_path / ".local" / "bin" / "vinkje.exe").unlink()
    release(tmp_path / "vinkje-0.1.0")
    done = windows.run('"Rapport maken.cmd"', cwd=folder, home=tmp_path, answer=lambda _: (0, ""))
    assert "Vinkje heeft uv nodig" in done.stdout
    assert len(windows.calls) == 3


@pytest.mark.parametrize("typed", ['"', "&", '"&x', "%PATH%", "^", "nj", ""])
def test_whatever_is_typed_is_no_command(windows: Windows, tmp_path: Path, typed: str) -> None:
    """Only a word that begins with a J is a yes."""
    release(tmp_path / "vinkje-0.1.0")
    windows.program(tmp_path / ".local" / "bin" / "uv.exe")
    run = partial(windows.run, cwd=tmp_path / "vinkje-0.1.0", home=tmp_path, typed=[typed])
    done = run(f'"{INSTALL}"', answer=lambda _: (0, ""))
    assert (done.returncode, windows.calls) == (1, [])
    assert "Er is niets op uw computer gezet." in done.stdout


@pytest.mark.parametrize("failing", ["install", "nothing made"])
def test_an_install_that_fails_says_what_to_ask(
    windows: Windows, tmp_path: Path, failing: str
) -> None:
    """Its code is kept; when no vinkje came of it, it has failed whatever uv says."""
    release(tmp_path / "vinkje-0.1.0")
    windows.program(tmp_path / ".local" / "bin" / "uv.exe")
    code = 2 if failing == "install" else 0
    run = partial(windows.run, cwd=tmp_path / "vinkje-0.1.0", home=tmp_path, typed=["j"])
    done = run(f'"{INSTALL}"', answer=lambda _: (code, "UnknownIssuer"))
    assert done.returncode == (code or 1)
    assert done.stdout.index("UnknownIssuer") < done.stdout.index("Het installeren is niet gelukt")
    assert "Staat er een proxy tussen met een eigen certificaat?" in done.stdout


def test_a_winget_that_may_not_bring_uv(windows: Windows, tmp_path: Path) -> None:
    """As where a policy forbids it: what to ask of IT, and nothing is tried in another way."""
    release(tmp_path / "vinkje-0.1.0")
    path = [windows.program(tmp_path / "bin" / "winget.exe").parent]
    run = partial(windows.run, cwd=tmp_path / "vinkje-0.1.0", home=tmp_path, path=path)
    done = run(f'"{INSTALL}"', typed=["j"], answer=lambda _: (1, "blocked by group policy"))
    assert (done.returncode, [call.program for call in windows.calls]) == (1, ["winget.exe"])
    assert "met winget kan het hier niet worden opgehaald" in done.stdout
    assert "Vraag uw IT-afdeling (u mag dit doorsturen)" in done.stdout


def test_in_english(windows: Windows, tmp_path: Path) -> None:
    """The same, for an English checklist; a Y is a yes."""
    release(tmp_path / "vinkje-0.1.0")
    windows.program(tmp_path / ".local" / "bin" / "uv.exe")
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, content in starters("en", macos=False).items():
        (folder / name).write_bytes(content)
    run = partial(windows.run, cwd=folder, home=tmp_path, answer=installs(windows, tmp_path))
    assert "Nothing was put on your computer." in run('"Make report.cmd"', typed=["j"]).stdout
    assert run('"Make reminders.cmd"', typed=["y"]).returncode == 0
    assert windows.calls[-1].args == ("remind",)


def on_a_mac(
    script: Path, home: Path, typed: str, *programs: Path
) -> subprocess.CompletedProcess[str]:
    """Run a script as Terminal does, with programs of our own before the system's."""
    path = os.pathsep.join([*map(str, programs), "/usr/bin", "/bin"])
    env = environment(PATH=path, HOME=str(home), SHELL="/bin/true")
    return subprocess.run(
        [script], env=env, cwd="/", input=typed, capture_output=True, text=True, check=False
    )


def program(path: Path, does: str) -> Path:
    """Make a program of the shell; return its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{does}\n", encoding="utf-8")
    path.chmod(0o755)
    return path.parent


def test_on_a_mac(tmp_path: Path) -> None:
    """The same: installed when that is wanted, by uv, and the report made."""
    home, folder = tmp_path / "home", tmp_path / 'R&D "é" $x'
    make_folder(folder, macos=True)
    report = folder / "Rapport maken.command"
    done = on_a_mac(report, home, "")
    assert done.returncode == 1
    assert "Pak de zip van vinkje uit" in done.stdout
    release(tmp_path / "vinkje-0.1.0")
    assert "Homebrew ook niet" in on_a_mac(report, home, "j\n").stdout
    python, *rest = VINKJE
    vinkje = f'exec {python} {rest[0]} "{rest[1]}" "$@"'
    program(tmp_path / "vinkje", vinkje)
    bin_folder = program(
        tmp_path / "bin" / "uv",
        f'echo "uv $*"; mkdir -p "$UV_TOOL_BIN_DIR"; cp "{tmp_path}/vinkje" "$UV_TOOL_BIN_DIR"',
    )
    done = on_a_mac(report, home, "n\n", bin_folder)
    assert (done.returncode, "Er is niets op uw computer gezet." in done.stdout) == (1, True)
    answers(folder / "a.csv")
    (folder / "vinkje.toml").write_text('source = "a.csv"\n', encoding="utf-8")
    done = on_a_mac(report, home, "j\nn\n", bin_folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "uv tool install --force --constraints ../vinkje-0.1.0/versions.txt" in done.stdout
    assert "Het rapport is klaar." in done.stdout
    assert on_a_mac(folder / "vinkje.command", home, "").returncode == 0


def test_the_newest_of_more_releases_is_installed_on_a_mac(tmp_path: Path) -> None:
    """The same; and when no vinkje came of it, it has failed whatever uv says."""
    newest = releases(tmp_path)
    make_folder(tmp_path / "map", macos=True)
    uv = program(tmp_path / "bin" / "uv", 'echo "uv $*"')
    done = on_a_mac(tmp_path / "map" / "Rapport maken.command", tmp_path, "j\n", uv)
    assert f"uv tool install --force ../{newest.parent.name}/{newest.name}\n" in done.stdout
    assert (done.returncode, "Vinkje staat op deze computer." in done.stdout) == (1, False)
    assert "Het installeren is niet gelukt. Hierboven staat waarom." in done.stdout
    name, content = macos_starter("nl", "install")
    script = tmp_path / "vinkje-0.9.12" / name
    script.write_bytes(content)
    script.chmod(0o755)
    done = on_a_mac(script, tmp_path, "j\n", uv)
    assert "--constraints ./versions.txt ./vinkje-0.9.12-py3-none-any.whl\n" in done.stdout


def test_on_a_mac_it_installs_from_a_folder_in_the_zip(tmp_path: Path) -> None:
    """The wheel is found above that folder; a folder of one's own comes beside the wheel."""
    unpacked = tmp_path / 'vinkje-0.1.0 "é" $x'
    release(unpacked)
    name, content = macos_starter("nl", "install")
    install = unpacked / "macOS" / name
    program(install, "").joinpath(name).write_bytes(content)
    python, *rest = VINKJE
    installed = tmp_path / ".local" / "bin" / "vinkje"
    program(installed, f'exec {python} {rest[0]} "{rest[1]}" "$@"')
    program(tmp_path / "bin" / "open", "")
    bin_folder = program(tmp_path / "bin" / "uv", 'echo "uv $*"')
    done = on_a_mac(install, tmp_path, "j\nn\nj\n", bin_folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "--constraints ../versions.txt ../vinkje-0.1.0-py3-none-any.whl" in done.stdout
    assert "Verplaats hem naar Documenten" in done.stdout
    assert (unpacked / "mijn-map" / "checklist.yaml").is_file()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("does", [*IN_A_FOLDER, "install"])
def test_a_script_for_a_mac_is_sound(language: str, does: str) -> None:
    """As far as a shell tells without running it."""
    _, content = macos_starter(language, does)
    subprocess.run(["/bin/sh", "-n"], input=content, check=True)


def test_init_writes_what_is_double_clicked(vinkje: Run, tmp_path: Path) -> None:
    """In the checklist's language; those for a Mac come on a Mac alone, and can be run there."""
    assert vinkje("init", "map").returncode == 0
    cmd = {"Rapport maken.cmd", "Herinneringen maken.cmd", "vinkje.cmd"}
    assert {path.name for path in (tmp_path / "map").glob("*.c*md")} >= cmd
    made = make_folder(tmp_path / "mac", macos=True)
    scripts = [path for path in made if path.suffix == ".command"]
    assert {path.stem for path in scripts} == {Path(name).stem for name in cmd}
    assert all(stat.S_IMODE(path.stat().st_mode) & 0o100 for path in scripts)
    assert set(starters("en", macos=False)) == {
        "Make report.cmd",
        "Make reminders.cmd",
        "vinkje.cmd",
    }


def test_a_folder_of_before_gets_them(vinkje: Run, tmp_path: Path) -> None:
    """`init --starters` adds them, and only them; nothing that stands there is replaced."""
    done = vinkje("init", "--starters")
    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])
    assert "checklist.yaml" in done.stderr
    english = (ROOT / "examples" / "english.yaml").read_text(encoding="utf-8")
    (tmp_path / "checklist.yaml").write_text(english, encoding="utf-8")
    (tmp_path / "vinkje.cmd").write_text("mine", encoding="utf-8")
    done = vinkje("init", "--starters")
    assert (done.returncode, len(list(tmp_path.iterdir()))) == (1, 2)
    assert done.stderr.startswith("Error: vinkje.cmd: stands there already; ")
    (tmp_path / "vinkje.cmd").unlink()
    assert vinkje("init", "--starters").returncode == 0
    assert {path.name for path in tmp_path.glob("*.cmd")} == set(starters("en", macos=False))
    assert not (tmp_path / "vinkje.toml").exists()
