"""Messages in Dutch: all of them, Click's own too, and the shipped catalogue is current."""

import gettext
import string
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from catalogues import LOCALE, compiled, messages, read
from click.testing import CliRunner
from conftest import Run

from cli.main import vinkje as command
from forms.language import DOMAIN, language_for

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
    singular = [each.id for each in CATALOGUE if each.id and isinstance(each.id, str)]
    assert [then.gettext(each) for each in singular] == [now.gettext(each) for each in singular]


@pytest.mark.parametrize(
    ("variable", "checklist", "machine", "language"),
    [
        ("en", "language: nl", "nl_NL.UTF-8", "en"),
        ("NL", "language: en", "en_US.UTF-8", "nl"),
        ("", "title: x\nlanguage: 'en'\n", "nl_NL.UTF-8", "en"),
        ("fr", "language: nl", "C", "nl"),
        ("", None, "nl_BE.UTF-8", "nl"),
        ("", None, "de_DE.UTF-8", "en"),
        ("", "language: klingon", "nl_NL.UTF-8", "en"),
        ("", "\0", "", "en"),
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


def test_help_in_dutch(vinkje: Run) -> None:
    """Also what Click says of itself."""
    done = vinkje("report", "--help", VINKJE_LANGUAGE="nl")
    assert "Gebruik: vinkje report [OPTIES]" in done.stdout
    assert "Toon deze tekst en stop." in done.stdout
    wrong = vinkje("report", "--nee", VINKJE_LANGUAGE="nl")
    assert wrong.returncode == 2
    assert "Fout: Deze optie bestaat niet: '--nee'" in wrong.stderr


def test_one_process_speaks_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """The language is the moment's, not that of the first help that was shown."""
    said = {}
    for language in ("nl", "en", "nl"):
        monkeypatch.setenv("VINKJE_LANGUAGE", language)
        said[language] = CliRunner().invoke(command, ["report", "--help"]).output
    assert said["en"] != said["nl"]
    assert "Usage: " in said["en"]
