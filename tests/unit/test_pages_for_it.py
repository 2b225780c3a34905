"""The pages for the IT department: alike in both languages, and every command in them exists."""

import re
import shlex
from collections.abc import Iterator, Sequence
from copy import copy
from pathlib import Path

import click
import pytest
import yaml
from conftest import ROOT

from cli.form import web
from cli.main import vinkje as command

DOCS = ROOT / "docs"
DEPLOY = DOCS / "deploy"
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
UNITS = sorted(DEPLOY.glob("*.service"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PROGRAM = re.compile(r"(?:(?:^|bin/|&& )vinkje|\bmanage) (?=[a-z-])")


def text_of(page: Path) -> str:
    """Return a page."""
    return page.read_text(encoding="utf-8")


def settings() -> dict[str, str]:
    """Return what form.env tells services."""
    lines = (line.partition("=") for line in text_of(DEPLOY / "form.env").splitlines())
    return {name: value for name, _, value in lines if value and name[0] != "#"}


def blocks(page: Path, kind: str = "sh") -> list[str]:
    """Return the blocks of commands on a page."""
    return [text for found, text in BLOCK.findall(text_of(page)) if found == kind]


def commands_in(text: str) -> Iterator[list[str]]:
    """Yield the arguments of each `vinkje` in lines of commands."""
    for line in text.splitlines():
        if begin := PROGRAM.search(line):
            yield shlex.split(line[begin.end() :].rstrip('"'))


def exec_start(unit: Path, **settings: str) -> list[str]:
    """Return what a unit starts, with what form.env tells it."""
    line = re.findall(r"^ExecStart=\S+ (.*)$", text_of(unit), re.MULTILINE)[0]
    told = re.sub(r"\$\{(\w+)\}", lambda found: settings[found[1]], line)
    return shlex.split(told.replace("%i", "8080"))


def parse(arguments: Sequence[str]) -> None:
    """Read a command's arguments as Click does when it is run."""
    here: click.Command = command
    while isinstance(here, click.Group):
        if arguments[0] == "--version":
            return
        here, arguments = here.commands[arguments[0]], arguments[1:]
    # A copy: Click keeps with a command the help option in the language of that moment.
    copy(here).make_context(here.name, list(arguments))


def all_commands() -> list[list[str]]:
    """Return every command in blocks, units and files."""
    lines = [text for page in PAGES for kind in ("sh", "bat") for text in blocks(page, kind)]
    lines += [text_of(DEPLOY / "compose.yaml")]
    found = [each for text in lines for each in commands_in(text)]
    return [*found, *(exec_start(unit, **settings()) for unit in UNITS)]


@pytest.mark.parametrize("arguments", all_commands(), ids=" ".join)
def test_a_command_is_one_that_vinkje_has(arguments: list[str]) -> None:
    """With these options, and values that they take."""
    parse(arguments)


def test_commands_are_found() -> None:
    """The test before this one has something to look at, and can fail."""
    found = all_commands()
    assert len(found) > 25
    for words in (["store", "backup"], ["store", "restore"], ["store", "purge"], ["form", "web"]):
        assert words in [each[:2] for each in found]
    with pytest.raises(click.UsageError):
        parse(["store", "backup", "-o", "x.db", "--hourly"])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_command_in_a_sentence_exists(page: Path) -> None:
    """Its words, and its options by name: sentences leave out the rest."""
    for words in map(str.split, re.findall(r"`vinkje ([^`]+)`", text_of(page))):
        here: click.Command = command
        while isinstance(here, click.Group) and words:
            here = here.commands[words.pop(0)]
        known = {name for param in here.params for name in param.opts}
        assert {word for word in words if word.startswith("-")} <= known, words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_an_option_in_a_sentence_stands_in_a_command(page: Path) -> None:
    """On some page, with the value that it has there: a sentence may leave out whose it is."""
    lines = [text for each in PAGES for kind in ("sh", "bat") for text in blocks(each, kind)]
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


@pytest.mark.parametrize("pair", PAIRS, ids=NAMES)
def test_both_languages_say_the_same(pair: tuple[Path, Path]) -> None:
    """The same commands, and as many headings, tables, points and links."""
    both = [text_of(page) for page in pair]
    assert BLOCK.findall(both[0]) == BLOCK.findall(both[1])
    for pattern in (r"^#+ ", r"^\|", r"^[-\d]\S* ", r"\]\("):
        counts = [len(re.findall(pattern, text, re.MULTILINE)) for text in both]
        assert counts[0] == counts[1], pattern


@pytest.mark.parametrize("page", [*PAGES, ROOT / "SECURITY.md"], ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    """To a page that is there, and a heading on it."""
    for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", " ".join(text_of(page).split())):
        other = (page.parent / target) if target else page
        assert other.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.*)$", text_of(other), re.MULTILINE)
            plain = [re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads]
            assert anchor in plain, anchor


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
