"""The pages for the IT department: alike in both languages, and what they ship is what they say.

What holds for every page, such as that its commands exist, is in `tests/commands/test_docs.py`.
"""

import re
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from deploy_files import DEPLOY, UNITS, settings_in, started_by
from doc_pages import DOCS, blocks_of, commands_in, parse, text_of, typed_commands
from page_blocks import KINDS, blocks

from cli.form import web

DUTCH = {
    "index": "index",
    "install": "installeren",
    "backup": "kopieen",
    "end": "afsluiten",
    "database-servers": "databaseservers",
}
NAMES = ("index", "install", "backup", "privacy", "end", "postgresql", "database-servers")
PAIRS = [
    (DOCS / "en/administration" / f"{name}.md", DOCS / "nl/beheer" / f"{DUTCH.get(name, name)}.md")
    for name in NAMES
]
PAGES = [page for pair in PAIRS for page in pair]


def test_what_services_and_containers_start_is_a_command() -> None:
    """With these options, and values that they take."""
    found = [*commands_in(text_of(DEPLOY / "compose.yaml"))]
    told = settings_in(text_of(DEPLOY / "form.env"))
    for arguments in [*found, *(started_by(text_of(unit), told) for unit in UNITS)]:
        parse(arguments)


def test_commands_are_found() -> None:
    """The test of commands on pages has something to look at here."""
    typed = [each for page in PAGES for each in typed_commands(page)]
    assert len(typed) > 25
    for words in (["store", "backup"], ["store", "restore"], ["store", "purge"]):
        assert words in [each[:2] for each in typed]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_option_in_a_sentence_stands_in_a_command(page: Path) -> None:
    """On some page, with the value that it has there: a sentence may leave out whose it is."""
    lines = [text for each in PAGES for text in blocks_of(each, "sh", "bat")]
    used = re.sub(r"[\s\"]", " ", "".join(lines))
    for option in re.findall(r"`(--[^`]+)`", text_of(page)):
        # What pip has, and no command here uses.
        assert option == "--require-hashes" or f" {option} " in used, option


def test_every_setting_is_an_option_of_the_form() -> None:
    """In form.env, in compose.yaml and in the pages."""
    texts = [text_of(page) for page in (*PAGES, DEPLOY / "form.env", DEPLOY / "compose.yaml")]
    found = set(re.findall(r"VINKJE_FORM_WEB_(\w+)", "\n".join(texts)))
    options = {str(param.name).upper() for param in web.params}
    assert found <= options
    assert len(found) >= 6


def commands_on(text: str) -> list[tuple[str, str]]:
    """Return a page's blocks by kind and text; a table of contents has names in its language."""
    return [(each.kind, each.text) for each in blocks(text) if each.kind in KINDS]


@pytest.mark.parametrize("pair", PAIRS, ids=NAMES)
def test_both_languages_say_the_same(pair: tuple[Path, Path]) -> None:
    """The same commands, and as many headings, tables, points and links."""
    both = [text_of(page) for page in pair]
    assert commands_on(both[0]) == commands_on(both[1])
    for pattern in (r"^#+ ", r"^\|", r"^[-\d]\S* ", r"\]\("):
        counts = [len(re.findall(pattern, text, re.MULTILINE)) for text in both]
        assert counts[0] == counts[1], pattern


def test_files_that_pages_name_are_there() -> None:
    """All of docs/deploy is named, and what is named is there."""
    named = set(re.findall(r"docs/deploy/([\w@.-]*(?:\w|\*))", "\n".join(map(text_of, PAGES))))
    for name in named:
        assert list(DEPLOY.glob(name)), name
    said = "\n".join(map(text_of, [*PAGES, DEPLOY / "compose.yaml"]))
    for path in DEPLOY.glob("[!.]*"):
        assert path.name in said or path.name.startswith("vinkje-"), path.name


def test_the_image_is_made_of_what_is_there_and_runs_as_nobody_special() -> None:
    """Its recipe copies what a wheel needs; it keeps no pip, and no root."""
    recipe = text_of(DEPLOY / "Containerfile")
    copied = [
        name
        for line in re.findall(r"^COPY (.*) \S+$", recipe, re.MULTILINE)
        for name in line.split()
    ]
    assert all((ROOT / name).exists() for name in copied)
    assert {"cli", "forms", "templates", "checklist.yaml"} <= set(copied)
    final = recipe.rpartition("FROM ")[2]
    assert re.search(r"^USER [1-9]\d+:[1-9]\d+$", final, re.MULTILINE)
    assert "pip uninstall --yes pip" in final
    assert "HEALTHCHECK" in final
    parse(yaml.safe_load(re.findall(r"^CMD (.*)$", final, re.MULTILINE)[0]))


def test_what_compose_names_is_there() -> None:
    """Files that we ship, secrets that it declares, and the address that the form trusts."""
    composed = yaml.safe_load(text_of(DEPLOY / "compose.yaml"))
    for name, service in composed["services"].items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            ours = source.startswith("./") and source.endswith(".conf")
            assert not ours or (DEPLOY / source).exists(), volume
        used = [each if isinstance(each, str) else each["source"] for each in service["secrets"]]
        assert set(used) <= set(composed["secrets"]), name
    proxy = composed["services"]["proxy"]["networks"]["front"]["ipv4_address"]
    assert composed["x-form"]["environment"]["VINKJE_FORM_WEB_TRUSTED_PROXY"] == proxy
    assert composed["networks"]["back"]["internal"] is True


def test_no_file_holds_a_password_or_a_name_of_ours() -> None:
    """Examples name example.org, which is nobody's."""
    for path in [*DEPLOY.iterdir(), *PAGES]:
        assert not re.search(r"://\w+:[^@\s]+@", text_of(path)), path
        hosts = re.findall(r"https?://([\w.-]+)", text_of(path))
        assert set(hosts) <= {
            "127.0.0.1",
            "questions.example.org",
            "intranet.example.org",
            "vinkje",
        }
