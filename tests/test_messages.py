"""Messages in Dutch: all of them, also Click's own, and the catalogue that is shipped is current."""

import gettext
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from catalogues import DOMAIN, LOCALE, compiled, messages, read
from click.testing import CliRunner
from conftest import Run

from cli.main import vinkje as command
from forms.language import language_for

CATALOGUE = read(LOCALE / "nl" / "LC_MESSAGES" / f"{DOMAIN}.po")
# What names the same in both languages.
SAME = frozenset({"URL", "FILE.gs"})


def texts(message: Message) -> list[str]:
    """Return what a message is translated by, in one and in many."""
    return list(message.string) if isinstance(message.string, tuple) else [message.string]


@pytest.fixture(params=[each for each in messages() if each.id], ids=lambda each: str(each.id)[:40])
def dutch(request: pytest.FixtureRequest) -> Message:
    """Return one message with its Dutch text."""
    english: Message = request.param
    found = CATALOGUE.get(english.id)
    assert found, "this message is not in the catalogue; run: make messages"
    return found


def fields(text: str) -> set[str]:
    """Return the names of a text's placeholders."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_message_is_translated(dutch: Message) -> None:
    """With the same placeholders, or the sentence breaks where somebody needs it most."""
    assert all(texts(dutch)), "no Dutch text"
    english = dutch.id if isinstance(dutch.id, tuple) else (dutch.id,)
    for text in texts(dutch):
        if "%(" not in english[0]:
            assert fields(text) in [fields(each) for each in english]


def test_the_catalogue_is_current() -> None:
    """Nothing in it that no message has, and compiled as it is written."""
    wanted = {each.id for each in messages()}
    assert {each.id for each in CATALOGUE} - wanted == set()
    path = LOCALE / "nl" / "LC_MESSAGES" / f"{DOMAIN}.mo"
    with path.open("rb") as shipped:
        from io import BytesIO

        now = gettext.GNUTranslations(BytesIO(compiled(CATALOGUE)))
        then = gettext.GNUTranslations(shipped)
    assert {**then._catalog, "": ""} == {**now._catalog, "": ""}  # type: ignore[attr-defined]


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
