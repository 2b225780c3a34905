"""Messages in Dutch: all of them, Click's own too, and the shipped catalogue is current."""

import gettext
import os
import re
import string
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Message
from catalogues import LOCALE, compiled, messages, read
from click.testing import CliRunner
from conftest import Run

from cli.main import vinkje as command
from cli.translation import confirm
from forms.language import DOMAIN, language_for, set_language

CATALOGUE = read(LOCALE / "nl" / "LC_MESSAGES" / f"{DOMAIN}.po")


def texts(message: Message) -> list[str]:
    """Return what a message is translated by, in one and in many."""
    string = message.string
    return list(string) if isinstance(string, tuple | list) else [string or ""]


def fields(text: str) -> set[str]:
    """Return the names of a text's placeholders."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def faults() -> Iterator[str]:
    """Yield what is wrong with the Dutch text of every message.

    It has the same placeholders, or the sentence breaks where somebody needs it most.
    """
    for message in messages():
        dutch = CATALOGUE.get(message.id)
        english = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        if not message.id:
            continue
        if dutch is None:
            yield f"not in the catalogue (run: make messages): {english[0]}"
        elif not all(texts(dutch)):
            yield f"no Dutch text: {english[0]}"
        elif "%(" not in english[0]:
            known = [fields(each) for each in english]
            yield from (
                f"other placeholders: {each}" for each in texts(dutch) if fields(each) not in known
            )


def test_every_message_is_translated() -> None:
    """A message without a Dutch text would be shown in English to who reads no English."""
    assert list(faults()) == []


def test_the_catalogue_is_current() -> None:
    """Nothing in it that no message has, and compiled as it is written."""
    wanted = {each.id for each in messages()}
    assert {each.id for each in CATALOGUE} - wanted == set()
    path = LOCALE / "nl" / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with path.open("rb") as shipped:
        then = gettext.GNUTranslations(shipped)
    now = gettext.GNUTranslations(BytesIO(compiled(CATALOGUE)))
    for message in CATALOGUE:
        if isinstance(message.id, tuple | list):
            one, many = message.id
            for count in (1, 2):
                assert then.ngettext(one, many, count) == now.ngettext(one, many, count)
        elif message.id:
            assert then.gettext(message.id) == now.gettext(message.id)


@pytest.mark.parametrize(
    ("variable", "checklist", "machine", "language"),
    [
        ("en", "language: nl", "nl_NL.UTF-8", "en"),
        ("NL", "language: en", "en_US.UTF-8", "nl"),
        ("", "title: x\nlanguage: 'en'\n", "nl_NL.UTF-8", "en"),
        ("fr", "language: nl", "C", "nl"),
        ("", None, "nl_BE.UTF-8", "nl"),
        ("", None, "de_DE.UTF-8", "en"),
        ("", "language: klingon", "nl_NL.UTF-8", "nl"),
        ("", "\0", "", "nl"),
        (" Nederlands", None, "C", "nl"),
        ("", None, "Dutch_Netherlands.1252", "nl"),
        ("", None, "", "en"),
    ],
)
def test_which_language(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    checklist: str | None,
    machine: str,
    language: str,
) -> None:
    """Whoever says it with the variable, else the checklist, else the machine."""
    monkeypatch.setenv("VINKJE_LANGUAGE", variable)
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", machine)
    path = tmp_path / "checklist.yaml"
    if checklist is not None:
        path.write_text(checklist, encoding="utf-8")
    assert language_for(path) == language


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="the shell has no <(…) here")
def test_a_checklist_from_a_pipe_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its language is not looked up: whoever reads it next would find nothing left."""
    monkeypatch.delenv("VINKJE_LANGUAGE")
    out, into = os.pipe()
    os.write(into, b"language: nl")
    os.close(into)
    language_for(Path(f"/dev/fd/{out}"))
    assert os.read(out, 100) == b"language: nl"
    os.close(out)


def test_help_in_dutch(vinkje: Run) -> None:
    """Also what Click says of itself."""
    done = vinkje("report", "--help", VINKJE_LANGUAGE="nl")
    assert "Gebruik: vinkje report [OPTIES] [BRON]..." in done.stdout
    assert "Toon deze tekst en stop." in done.stdout
    wrong = vinkje("report", "--nee", VINKJE_LANGUAGE="nl")
    assert wrong.returncode == 2
    assert "Fout: Deze optie bestaat niet: '--nee'" in wrong.stderr


def every_command(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    """Yield how each command is called, groups too."""
    yield path
    for name, each in group.commands.items():
        if isinstance(each, click.Group):
            yield from every_command(each, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(every_command(command)))
def test_no_word_of_english_is_left_in_the_help(
    monkeypatch: pytest.MonkeyPatch, path: tuple[str, ...]
) -> None:
    """Nor in the usage, which Click makes of names of types and words of its own."""
    monkeypatch.setenv("VINKJE_LANGUAGE", "nl")
    shown = CliRunner().invoke(command, [*path, "--help"]).output
    english = (
        r"OPTIONS|COMMAND\b|ARGS|FILE|SOURCE|NUMBER|INTEGER|TEXT|required|Usage|\b(the|with|and)\b"
    )
    assert re.findall(english, shown) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("reprot", "Fout: Dit commando bestaat niet: 'reprot'."),
        ("report --jsn", "Bedoelt u '--json'?"),
        ("report --json", "Fout: Na '--json' hoort een waarde."),
        ("login", "Fout: Deze optie ontbreekt: '--client'."),
        ("invite", "Fout: Dit ontbreekt: 'LINK'."),
        ("init a b", "Fout: Onverwacht: b."),
        ("form web --port x", "'x'; hier hoort een geheel getal."),
        ("form web --port 99999", "99999 valt buiten 0<=x<=65535."),
        ("send --security x", "'x' is niet een van 'starttls', 'tls', 'none'."),
        ("report --date x", "Fout: Dit kan niet bij '--date': 'x' is geen datum"),
        ("send --dry-run=x", "Fout: Na '--dry-run' hoort geen waarde."),
        ("report --x", "Typ 'vinkje report --help' voor hulp."),
    ],
)
def test_wrong_usage_in_dutch(monkeypatch: pytest.MonkeyPatch, typed: str, said: str) -> None:
    """By Click's own messages: what was typed, and where help is."""
    monkeypatch.setenv("VINKJE_LANGUAGE", "nl")
    done = CliRunner().invoke(command, typed.split(), prog_name="vinkje")
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("group", [[], ["form"], ["store"]])
def test_commands_are_listed_whole_and_in_the_order_of_use(
    monkeypatch: pytest.MonkeyPatch, language: str, group: list[str]
) -> None:
    """At 80 columns a line that Click cuts ends in dots, and nobody knows what the command does."""
    monkeypatch.setenv("VINKJE_LANGUAGE", language)
    shown = CliRunner().invoke(command, [*group, "--help"], terminal_width=80).output
    lines = [line for line in shown.splitlines() if re.match(r"  \S", line)]
    assert [line for line in lines if line.endswith("...")] == []
    of = command.commands[group[0]] if group else command
    assert isinstance(of, click.Group)
    assert [line.split()[0] for line in lines][-len(of.commands) :] == list(of.commands)


@pytest.mark.parametrize(
    ("language", "typed", "said"),
    [
        ("nl", "j", "goes on"),
        ("nl", "Ja", "goes on"),
        ("nl", "y", "goes on"),
        ("nl", "n", "Afgebroken."),
        ("nl", "", "Afgebroken."),
        ("nl", "misschien", "Afgebroken."),
        ("en", "y", "goes on"),
        ("en", "j", "Aborted!"),
    ],
)
def test_yes_in_the_readers_language(
    monkeypatch: pytest.MonkeyPatch, language: str, typed: str, said: str
) -> None:
    """Anything but a yes is a no: what is asked cannot be undone."""
    monkeypatch.setenv("VINKJE_LANGUAGE", language)

    @click.command()
    def asks() -> None:
        set_language(language)
        confirm("?")
        click.echo("goes on")

    done = CliRunner().invoke(asks, input=f"{typed}\n")
    assert {"nl": "? [j/N]: ", "en": "? [y/N]: "}[language] in done.output
    assert done.output.splitlines()[-1].endswith(said)


def test_one_process_speaks_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language is the moment's, not that of the first help that was shown."""
    said = {}
    for language in ("nl", "en", "nl"):
        monkeypatch.setenv("VINKJE_LANGUAGE", language)
        said[language] = CliRunner().invoke(command, ["report", "--help"]).output
    assert said["en"] != said["nl"]
    assert "Usage: " in said["en"]
    # A command's, an option's and Click's own text, and a metavar.
    for text in ("Make the report from the answers", "Show this message and exit.", "YYYY-MM-DD"):
        assert text in said["en"]
