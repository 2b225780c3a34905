"""Windows' command line, as Wine plays it, with programs that ask this test what they do.

A program here is the launcher that pip makes on Windows (distlib's), so it is found, begun and
waited for as the real one; what it launches hands its arguments over, and waits for the answer.
"""

import io
import os
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import distlib
from filelock import FileLock

# Its standard output and error are both shown; then it ends with the code.
Answer = Callable[["Call"], tuple[int, str]]
# What takes Wine most of its time to begin, and no batch file needs.
_NEEDLESS = "mscoree,mshtml,winemenubuilder.exe,explorer.exe,services.exe,plugplay.exe"
_ASKS = r"""
var files = new ActiveXObject("Scripting.FileSystemObject");
var system = new ActiveXObject("WScript.Shell");
var tag = Math.floor(Math.random() * 1e9), said = [files.GetAbsolutePathName(".")];
said.push(system.ExpandEnvironmentStrings("%PYTHONUTF8%"));
for (var i = 0; i < WScript.Arguments.Count(); i++) said.push(WScript.Arguments.Item(i));
var call = files.CreateTextFile("FOLDER\\call-" + tag + ".part", true, true);
call.Write(said.join("\n"));
call.Close();
files.MoveFile("FOLDER\\call-" + tag + ".part", "FOLDER\\call-" + tag + ".txt");
var began = new Date();
while (!files.FileExists("FOLDER\\reply-" + tag + ".txt") && new Date() - began < 60000) {}
var reply = files.OpenTextFile("FOLDER\\reply-" + tag + ".txt", 1, false, -1);
var code = reply.ReadLine();
WScript.Echo(reply.ReadAll());
WScript.Quit(parseInt(code));
"""


@dataclass(frozen=True)
class Call:
    """What a program was begun with."""

    folder: Path
    utf8: str
    program: str
    args: tuple[str, ...]


@dataclass
class Windows:
    """A Windows of its own: `prefix` is Wine's folder, `work` is for the programs put into it."""

    wine: str
    prefix: Path
    work: Path
    calls: list[Call] = field(default_factory=list)

    def begin(self) -> None:
        """Let Wine make its folder, which takes it seconds; all who are at work share one.

        Its server goes on until all have ended, or for ten minutes: one that ends whenever nothing
        runs, and begins anew with the next program, may have that program miss what is registered.
        """
        with self._lock():
            if not self.prefix.exists():
                self._serve("-p600")
                command = [self.wine, "cmd", "/c", "exit"]
                env = self.environment()
                subprocess.run(command, env=env, capture_output=True, timeout=120, check=True)
            self._user().touch()

    def end(self) -> None:
        """Leave; the last one ends what Wine began in the background, and tidies up."""
        with self._lock():
            self._user().unlink()
            if not list(self.prefix.parent.glob("wine-user-*")):
                self._serve("-k")
                self._serve("-w")
                shutil.rmtree(self.prefix)  # 700 MB

    def _serve(self, option: str) -> None:
        server = shutil.which("wineserver") or "/usr/lib/wine/wineserver"
        self.prefix.mkdir(exist_ok=True)
        subprocess.run([server, option], env=self.environment(), timeout=90, check=True)

    def _lock(self) -> FileLock:
        return FileLock(self.prefix.with_name("wine.lock"))

    def _user(self) -> Path:
        return self.prefix.with_name(f"wine-user-{os.getpid()}")

    def program(self, path: Path) -> Path:
        """Put a program there, such as vinkje.exe, that asks what it does."""
        script = self.work / "asks.js"
        folder = windows_path(self.work).replace("\\", "\\\\")
        script.write_text(_ASKS.replace("FOLDER", folder), encoding="ascii")
        launched = io.BytesIO()
        with zipfile.ZipFile(launched, "w") as archive:
            archive.writestr("__main__.py", "")
        launcher = Path(distlib.__file__).with_name("t64.exe").read_bytes()
        begins = rf"#!C:\windows\system32\cscript.exe //nologo {windows_path(script)}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(launcher + f"{begins}\r\n".encode("ascii") + launched.getvalue())
        return path

    def run(
        self,
        line: str,
        *,
        cwd: Path,
        home: Path,
        answer: Answer,
        typed: Sequence[str] = (),
        path: Sequence[Path] = (),
    ) -> subprocess.CompletedProcess[str]:
        """Run a line of cmd as Explorer does; `typed` is what a person types, a line each."""
        launcher = self.work / "line.cmd"
        # Wine's own quoting of arguments is not Windows'; a variable holds the line as it is.
        # Wine makes these two itself, whatever the environment says.
        lines = [
            f'@set "USERPROFILE={windows_path(home)}"',
            f'@set "LOCALAPPDATA={windows_path(home)}\\local"',
            "@%LINE%",
        ]
        launcher.write_bytes("".join(f"{each}\r\n" for each in lines).encode("ascii"))
        # An empty place in PATH, as many have, is the current folder.
        places = ";".join(["", *map(windows_path, path)])
        env = self.environment() | {"LINE": line, "WINEPATH": places}
        args = [self.wine, "cmd", "/c", windows_path(launcher)]
        with (self.work / "typed").open("w+b") as keys, (self.work / "shown").open("w+b") as shown:
            keys.write("".join(f"{each}\r\n" for each in (*typed, "", "")).encode())
            keys.seek(0)
            with subprocess.Popen(
                args, cwd=cwd, env=env, stdin=keys, stdout=shown, stderr=shown
            ) as cmd:
                end = time.monotonic() + 60
                while cmd.poll() is None and time.monotonic() < end:
                    self._reply(answer)
                    time.sleep(0.01)
                cmd.kill()
            shown.seek(0)
            text = shown.read().decode("utf-8", "replace").replace("\r\n", "\n")
        return subprocess.CompletedProcess(args, cmd.returncode, text, "")

    def environment(self) -> dict[str, str]:
        """Return what Wine needs: a folder of its own, no screen, no services."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        return kept | {
            "WINEPREFIX": str(self.prefix),
            # What it could not do is shown beside what a program says: a failing test tells why.
            "WINEDEBUG": "-all,err+all,fixme+cscript",
            "WINEDLLOVERRIDES": f"{_NEEDLESS}=",
            "LC_ALL": "C.UTF-8",
        }

    def _reply(self, answer: Answer) -> None:
        for asked in self.work.glob("call-*.txt"):
            text = asked.read_text(encoding="utf-16").replace("\0", "")
            folder, utf8, program, *args = text.split("\n")
            name = program.rpartition("\\")[2]
            call = Call(unix_path(folder), utf8, name, tuple(args))
            self.calls.append(call)
            asked.unlink()
            code, said = answer(call)
            part = asked.with_name(f"{asked.stem}.part")
            part.write_text(f"{code}\n{said}\n", encoding="utf-16", newline="\r\n")
            part.rename(asked.with_name(asked.name.replace("call", "reply")))


def windows_path(path: Path) -> str:
    """Return where Windows finds a file: all of this machine is on its drive Z."""
    return "Z:" + str(path).replace("/", "\\")


def unix_path(path: str) -> Path:
    """Return a path of drive Z as this machine has it."""
    return Path(path.removeprefix("Z:").replace("\\", "/"))
