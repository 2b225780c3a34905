"""What lies in an unpacked zip, as far as starters look for it, and who installs from it."""

from pathlib import Path

from windows import Answer, Call, Windows

from forms.starters import windows_starter


def release(folder: Path, version: str = "0.1.0") -> Path:
    """Make what lies in the unpacked zip, as far as it is looked for; return the wheel."""
    folder.mkdir()
    (folder / "versions.txt").touch()
    name, content = windows_starter("nl", "install")
    (folder / name).write_bytes(content)
    wheel = folder / f"vinkje-{version}-py3-none-any.whl"
    wheel.touch()
    return wheel


def releases(place: Path) -> Path:
    """Make more than one; return the wheel of the newest, which has no versions beside it."""
    for version in ("0.1.99", "0.9.12", "0.10.1", "0.10.9"):
        release(place / f"vinkje-{version}", version)
    newest = release(place / "vinkje-0.10.10 & (1)", "0.10.10")
    newest.with_name("versions.txt").unlink()
    return newest


def installs(windows: Windows, home: Path, uv: str = "Links") -> Answer:
    """Return a winget that brings uv into a folder of its own, and a uv that installs vinkje."""

    def answer(call: Call) -> tuple[int, str]:
        if call.program == "winget.exe":
            windows.program(home / "local" / "Microsoft" / "WinGet" / uv / "uv.exe")
        elif call.args[:2] == ("tool", "install"):
            windows.program(home / ".local" / "bin" / "vinkje.exe")
        return 0, f"{call.program} was here"

    return answer
