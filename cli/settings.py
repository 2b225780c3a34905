"""vinkje.toml: options that a folder keeps, so that nobody types them each week."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from gettext import gettext
from pathlib import Path
from typing import Any

import click

from cli.options import ACCOUNT
from forms.errors import SettingsError, reason_of

FILE = Path("vinkje.toml")
# Refused in the file, which is shared and copied (docs/threats.md, the other user of the machine).
_SECRETS = {"password", "token"}
# Said each time anew: nobody may send, or not send, by a line that was forgotten.
_ONCE = {"again", "arrived", "dry_run", "save_password", "owner"}
# These make a folder of their own, or are for any folder.
_WITHOUT = ("init", "demo", "completion")


class _Later(Mapping[str, Any]):
    """The settings of one command; the file is read when the command asks for one.

    Help and completion ask too, and do without where the file is wrong.
    """

    def __init__(self, read: Callable[[], Mapping[str, Any]]) -> None:
        self._read = read

    def __getitem__(self, key: str) -> Any:
        return self._settings()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._settings())

    def __len__(self) -> int:
        return len(self._settings())

    def _settings(self) -> Mapping[str, Any]:
        try:
            return self._read()
        except SettingsError:
            ctx = click.get_current_context(silent=True)
            if ctx and ctx.resilient_parsing:
                return {}
            raise


def settings_for(group: click.Group) -> dict[str, Any]:
    """Return Click's default map from vinkje.toml in this folder, not read yet.

    A command that asks for a setting raises SettingsError for a file that cannot be read, or a key
    that no command has.
    """
    return _later(_with_settings(group), cache(lambda: _settings_for(group)))


def _later(
    commands: Mapping[str, click.Command], read: Callable[[], Mapping[str, Any]]
) -> dict[str, Any]:
    def of(name: str) -> Callable[[], Mapping[str, Any]]:
        return lambda: read()[name]

    return {
        name: _later(command.commands, of(name))
        if isinstance(command, click.Group)
        else _Later(of(name))
        for name, command in commands.items()
    }


def _with_settings(group: click.Group) -> dict[str, click.Command]:
    return {name: command for name, command in group.commands.items() if name not in _WITHOUT}


def _settings_for(group: click.Group) -> dict[str, Any]:
    """Return what the file says, by command.

    A key at the top goes to every command that has it; a table is for the command it names.
    """
    settings, commands = _read(), _with_settings(group)
    shared = {key: value for key, value in settings.items() if not isinstance(value, dict)}
    tables = {key: value for key, value in settings.items() if isinstance(value, dict)}
    owners = _owners(tables.pop("owners", {}))
    _check_known(tables, {*commands, "owners"}, "")
    every = {name for command in _single(commands) for name in _options(command)}
    _check_known(shared, every, "")
    defaults = _defaults(commands, shared, tables)
    # Reminders go by the account under [send], and link to where [report] says the workbook is.
    shared = {key: v for key, v in defaults["send"].items() if key in ACCOUNT}
    shared |= {key: v for key, v in defaults["report"].items() if key == "workbook_url"}
    defaults["remind"] = {"owner": owners} | shared | defaults["remind"]
    return defaults


def log_named() -> dict[str, Any]:
    """Return where a run writes its line, as far as a file says it in which something is wrong."""
    try:
        settings = _read()
    except SettingsError:
        return {}
    for table in (settings.get("run"), settings):
        log = table.get("log") if isinstance(table, dict) else None
        if isinstance(log, str) and "\0" not in log:
            return {"log": log}
    return {}


def checklist_named() -> Path:
    """Return which checklist the settings name for all commands, be it there or not."""
    try:
        named = os.environ.get("VINKJE_CHECKLIST") or _read().get("checklist")
    except SettingsError:
        named = None
    return Path(named) if isinstance(named, str) else Path("checklist.yaml")


def _owners(table: dict[str, Any]) -> list[tuple[str, str]]:
    """Return names and addresses, a pair for each address."""
    pairs = []
    for name, given in table.items():
        addresses = given if isinstance(given, list) else [given]
        if not addresses or not all(isinstance(address, str) for address in addresses):
            raise SettingsError(
                f"{FILE}: [owners] '{name}'",
                gettext("must be an address, or a list of them"),
                gettext('write it so: "{name}" = "naam@example.nl"').format(name=name),
            )
        pairs += [(name, address) for address in addresses]
    return pairs


def _read() -> dict[str, Any]:
    if not FILE.exists():
        return {}
    if not FILE.is_file():
        # A pipe or a device would keep every command waiting.
        raise SettingsError(str(FILE), gettext("this is no file"))
    import tomllib

    try:
        # Windows' Notepad puts a byte order mark before it, which TOML does not know.
        return tomllib.loads(FILE.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise SettingsError(
            str(FILE),
            _not_toml(error),
            gettext(
                'a setting looks like: source = "answers.csv" (in a Windows path write / instead '
                "of \\; each name may stand there once)"
            ),
        ) from None
    except RecursionError:
        raise SettingsError(str(FILE), gettext("nested too deeply")) from None
    except OSError as error:
        problem = gettext("cannot be read: {reason}").format(reason=reason_of(error))
        raise SettingsError(str(FILE), problem) from None


def _not_toml(error: ValueError) -> str:
    """Return on which line the file cannot be read: what tomllib says of it is for programmers."""
    line = re.search(r"at line (\d+)", str(error))
    if line is None:
        return gettext("cannot be read as settings (TOML)")
    text = gettext("line {line} cannot be read as a setting (TOML)")
    return text.format(line=line[1])


def _defaults(
    commands: Mapping[str, click.Command], shared: dict[str, Any], tables: dict[str, Any]
) -> dict[str, Any]:
    defaults: dict[str, Any] = {}
    for name, command in commands.items():
        own = tables.get(name, {})
        if isinstance(command, click.Group):
            inner = {key: value for key, value in own.items() if isinstance(value, dict)}
            _check_known(inner, set(command.commands), f"[{name}] ")
            defaults[name] = _defaults(command.commands, shared, inner)
            own = {key: value for key, value in own.items() if key not in inner}
        else:
            known = {key.replace("-", "_"): value for key, value in shared.items()}
            defaults[name] = {key: known[key] for key in _options(command) if key in known}
        _check_known(own, set(_options(command)), f"[{name}] ")
        defaults[name] |= {key.replace("-", "_"): value for key, value in own.items()}
        if not isinstance(command, click.Group):
            defaults[name] = _typed(command, defaults[name])
    return defaults


def _typed(command: click.Command, given: dict[str, Any]) -> dict[str, Any]:
    """Return settings as the command line would give them: a switch, a number, text, or texts."""
    parameters = {p.name: p for p in command.params if p.name}
    for key, value in given.items():
        wanted, fits = _wanted(parameters.get(key), value)
        if not fits:
            problem = gettext("'{key}' must be {wanted}, not {value}")
            text = problem.format(key=key, wanted=wanted, value=f"{value!r:.40}")
            raise SettingsError(str(FILE), text)
        if "\0" in str(value):
            problem = gettext("'{key}' holds a character that no name has")
            raise SettingsError(str(FILE), problem.format(key=key))
    several = {key for key, parameter in parameters.items() if _takes_several(parameter)}
    return {
        key: [value] if key in several and isinstance(value, str) else value
        for key, value in given.items()
    }


def _takes_several(parameter: click.Parameter | None) -> bool:
    return bool(parameter and (getattr(parameter, "multiple", False) or parameter.nargs == -1))


def _wanted(parameter: click.Parameter | None, value: Any) -> tuple[str, bool]:
    """Return what an option or argument takes, and whether a value is that."""
    if getattr(parameter, "is_flag", False):
        return gettext("true or false"), isinstance(value, bool)
    if _takes_several(parameter):
        texts = value if isinstance(value, list) else [value]
        return gettext('a list of texts: ["…", "…"]'), all(isinstance(one, str) for one in texts)
    if parameter and isinstance(parameter.type, click.types.IntParamType):
        # To Python, true is a number too.
        return gettext("a number"), isinstance(value, int) and not isinstance(value, bool)
    is_day = type(value).__name__ == "date"
    return gettext('text between quotes: "…"'), isinstance(value, str) or is_day


def _single(commands: Mapping[str, click.Command]) -> list[click.Command]:
    leaves: list[click.Command] = []
    for command in commands.values():
        leaves += _single(command.commands) if isinstance(command, click.Group) else [command]
    return leaves


def _options(command: click.Command) -> list[str]:
    return [parameter.name for parameter in command.params if parameter.name]


def _check_known(given: dict[str, Any], known: set[str], table: str) -> None:
    """Raise SettingsError for a key that no command has, or that does not belong in a file."""
    place = f"{FILE}: {table}".rstrip(": ")
    for key in given:
        if key.lower() in _SECRETS:
            raise SettingsError(
                place,
                gettext("'{key}': does not belong in this file, which others can read").format(
                    key=key
                ),
                gettext(
                    "take it out, and keep it with 'vinkje send --save-password' or in the "
                    "variable VINKJE_SEND_PASSWORD (a token: VINKJE_SEND_TOKEN)"
                ),
            )
        name = key.replace("-", "_")
        if table and name in _ONCE:
            remedy = gettext("type it with the command")
            if name == "owner":
                remedy = gettext("put names under [owners]")
            raise SettingsError(place, gettext("'{key}' is no setting").format(key=key), remedy)
        if name not in known:
            from difflib import get_close_matches

            near = get_close_matches(key, sorted(known), n=1)
            remedy = gettext("known: {names}").format(names=", ".join(sorted(known)))
            if near:
                remedy = gettext("did you mean '{name}'?").format(name=near[0])
            if name == "owners":
                remedy = gettext("put names under [owners]")
            raise SettingsError(place, gettext("unknown setting '{key}'").format(key=key), remedy)


def settings_of(group: click.Group, table: str = "") -> Iterator[tuple[str, click.Parameter, str]]:
    """Yield what the file can say: a table, such as `form.web`, a setting, and what that takes."""
    commands = group.commands if table else _with_settings(group)
    for name, command in commands.items():
        inside = f"{table}.{name}".strip(".")
        if isinstance(command, click.Group):
            yield from settings_of(command, inside)
            continue
        for parameter in command.params:
            # The account is that under [send], whoever sends.
            elsewhere = inside != "send" and parameter.name in ACCOUNT
            if parameter.name not in _ONCE and not elsewhere:
                yield inside, parameter, _wanted(parameter, None)[0]
