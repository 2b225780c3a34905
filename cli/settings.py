"""vinkje.toml: options that a folder keeps, so that nobody types them each week."""

from pathlib import Path
from typing import Any

import click

from forms.errors import SettingsError

FILE = Path("vinkje.toml")


def settings_for(group: click.Group) -> dict[str, Any]:
    """Return Click's default map from vinkje.toml in this folder.

    A key at the top goes to every command that has it; a table is for the command it names.
    Raises SettingsError for a file that cannot be read, or a key that no command has.
    """
    settings = _read()
    shared = {key: value for key, value in settings.items() if not isinstance(value, dict)}
    tables = {key: value for key, value in settings.items() if isinstance(value, dict)}
    _refuse_unknown(tables, set(group.commands), "")
    every = {name for command in _commands(group) for name in _options(command)}
    _refuse_unknown(shared, every, "")
    return _defaults(group, shared, tables)


def _read() -> dict[str, Any]:
    if not FILE.exists():
        return {}
    import tomllib

    try:
        return tomllib.loads(FILE.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f'{FILE}: this is not TOML: {error}; a setting looks like: source = "answers.csv" '
            "(in a Windows path write / instead of \\)"
        ) from None
    except OSError as error:
        raise SettingsError(f"{FILE}: cannot be read: {error.strerror}") from None


def _defaults(group: click.Group, shared: dict[str, Any], tables: dict[str, Any]) -> dict[str, Any]:
    defaults: dict[str, Any] = {}
    for name, command in group.commands.items():
        own = tables.get(name, {})
        if isinstance(command, click.Group):
            inner = {key: value for key, value in own.items() if isinstance(value, dict)}
            _refuse_unknown(inner, set(command.commands), f"[{name}] ")
            defaults[name] = _defaults(command, shared, inner)
            own = {key: value for key, value in own.items() if key not in inner}
        else:
            defaults[name] = {key: shared[key] for key in _options(command) if key in shared}
        _refuse_unknown(own, set(_options(command)), f"[{name}] ")
        defaults[name] |= {key.replace("-", "_"): value for key, value in own.items()}
    return defaults


def _commands(group: click.Group) -> list[click.Command]:
    found: list[click.Command] = []
    for command in group.commands.values():
        found += _commands(command) if isinstance(command, click.Group) else [command]
    return found


def _options(command: click.Command) -> list[str]:
    return [parameter.name for parameter in command.params if parameter.name]


def _refuse_unknown(given: dict[str, Any], known: set[str], place: str) -> None:
    for key in given:
        if key.replace("-", "_") not in known:
            from difflib import get_close_matches

            near = get_close_matches(key, sorted(known), n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(sorted(known))}"
            raise SettingsError(f"{FILE}: {place}unknown setting '{key}'; {hint}")
