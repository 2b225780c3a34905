"""What pages say is so: commands are run and print what stands there, files load, links lead."""

import json
import re
import tomllib
from collections.abc import Callable
from contextlib import chdir
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import click
import pytest
import yaml
from conftest import ROOT, Run, tool
from doc_pages import (
    DOCS,
    OTHERS,
    READMES,
    SITE,
    all_commands,
    all_options,
    blocks_of,
    name_of,
    parse,
    shown_commands,
    text_of,
    typed_commands,
    unknown_in,
)
from headings import anchors
from page_blocks import blocks, prose, start_of
from run_blocks import (
    TODAY,
    Said,
    Shell,
    environment,
    language_of,
    make_programs,
    make_start,
    rewritten,
    run_page,
)
from shared_answers import fill_demo_round

from cli.main import vinkje
from cli.options import ACCOUNT
from cli.settings import settings_for, settings_of
from forms.checklist.model import load_checklist, shipped_checklist
from forms.errors import SettingsError
from forms.wording import Answer, wording

PAGES = [*SITE, *READMES]
DAY = date.fromisoformat(TODAY)
# Programs of others have these; a sentence may name them.
THEIRS = {"--require-hashes"}
every_page = pytest.mark.parametrize("page", PAGES, ids=name_of)


def shell(folder: Path, language: str = "en") -> Shell:
    """Return somebody at a prompt in a folder."""
    tool("sh")
    programs = folder.with_name(f"{folder.name} programs")
    programs.mkdir()
    make_programs(programs)
    return Shell(folder, environment(language, programs))


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """Return an empty folder, with nothing of ours beside it."""
    (tmp_path / "map").mkdir()
    return tmp_path / "map"


@every_page
def test_commands_print_what_the_page_says(page: Path, fresh: Path, demo: Path) -> None:
    """Whole, save where it says `...`; renew it by: python docs/run_blocks.py PAGE --write."""
    at, text = shell(fresh, language_of(page)), text_of(page)
    make_start(start_of(text), at, lambda _: copytree(demo, fresh, dirs_exist_ok=True))
    said = [each for _, some in run_page(text, at) for each in some]
    assert [each.difference() for each in said if not each.agrees] == []


@every_page
def test_commands_that_are_not_run_exist(page: Path) -> None:
    """In blocks for shells with all options and values; elsewhere by their names."""
    for arguments in typed_commands(page):
        parse(arguments)
    for words in shown_commands(page):
        assert unknown_in(words) == set(), words


@every_page
def test_an_option_in_a_sentence_exists(page: Path) -> None:
    """A sentence may leave out whose it is."""
    named = set(re.findall(r"(?<!`)`(--[a-z-]+)[^`]*`(?!`)", text_of(page)))
    assert named <= all_options() | THEIRS


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_command_has_its_page(language: str) -> None:
    """In words of the docs' own, beside the reference that is made of it."""
    text = " ".join(text_of(page) for page in SITE if page.is_relative_to(DOCS / language))
    assert [name for name, _ in all_commands() if f"vinkje {name}" not in text] == []


@every_page
def test_settings_are_ones_that_vinkje_takes(page: Path, fresh: Path) -> None:
    """Each block of TOML is a vinkje.toml; a line that is commented out is one too."""
    for block in blocks_of(page, "toml"):
        takes_settings(block, fresh)


def takes_settings(text: str, folder: Path) -> None:
    """Let vinkje read settings as its commands do."""
    (folder / "vinkje.toml").write_text(text, encoding="utf-8")
    with chdir(folder):
        list(settings_for(vinkje)["report"])
    tomllib.loads(re.sub(r"^# (?=[\w\"]+ = )", "", text, flags=re.MULTILINE))


@every_page
def test_a_piece_of_a_checklist_loads(page: Path, fresh: Path) -> None:
    """In the place where it belongs; what `file:` names is for the commands below it."""
    for block in blocks(text_of(page)):
        if block.kind == "yaml" and not block.file:
            takes_checklist(block.text, fresh)


def takes_checklist(text: str, folder: Path) -> None:
    """Put a piece of a checklist in the one that ships, and load that."""
    piece = yaml.safe_load(text)
    whole: dict[str, Any] = yaml.safe_load(shipped_checklist().read_text("utf-8"))
    if isinstance(piece, list):
        section = {"id": "X", "title": "X", "items": piece}
        places = {
            "items": {"sections": piece},
            "label": {"respondent": piece},
            "text": {"sections": [section]},
        }
        found = [place for key, place in places.items() if key in piece[0]]
        assert found, "this piece has no place in a checklist"
        piece = found[0]
    path = folder / "checklist.yaml"
    path.write_text(yaml.safe_dump(whole | piece, allow_unicode=True), encoding="utf-8")
    load_checklist(path)


@pytest.mark.parametrize("page", ["nl/eerste-rapport", "en/first-report"])
def test_what_is_said_of_a_remark_that_was_hidden(page: str) -> None:
    """It needs Excel, so it is not run: the words are the program's."""
    words = wording(page[:2])
    said = words("note.withheld", count=1, file="rapport.vorige.xlsx")
    assert any(block.strip().endswith(said) for block in blocks_of(DOCS / f"{page}.md", "text"))


def shape(page: Path) -> list[str]:
    """Return a page's headings, blocks and pictures in their order, without their words."""
    text = text_of(page)
    found = [(block.line, block.kind) for block in blocks(text)]
    for line, content in enumerate(prose(text).split("\n"), 1):
        found += [(line, "".join(each)) for each in re.findall(r"^(#+) |(!)\[|^(\|) *:?-", content)]
    return [kind for _, kind in sorted(found)]


def twins() -> list[tuple[Path, Path]]:
    """Return each Dutch page with the English one that it names."""
    pairs = []
    for page in SITE:
        twin = re.match(r"---\n(?:.*\n)*?twin: (\S+)\n", text_of(page))
        if twin and page.is_relative_to(DOCS / "nl"):
            pairs.append((page, DOCS / "en" / f"{twin[1]}.md"))
    return pairs


@pytest.mark.parametrize("pair", twins(), ids=lambda pair: name_of(pair[0]))
def test_both_languages_run_parallel(pair: tuple[Path, Path]) -> None:
    """The same headings, blocks, tables and pictures, one after another."""
    assert shape(pair[0]) == shape(pair[1])


@pytest.mark.parametrize("page", [*PAGES, *OTHERS], ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    """Between files, as a code-hosting site shows them, and to headings that are there."""
    text = " ".join(prose(text_of(page)).split())
    for target, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#]*)#?([^)]*)\)", text):
        other = (page.parent / target) if target else page
        assert other.exists(), target
        assert not anchor or anchor in anchors(other), f"{target}#{anchor}"


@pytest.mark.parametrize("table", sorted({table for table, _, _ in settings_of(vinkje)}))
def test_settings_of_has_all_that_the_file_takes(table: str, fresh: Path) -> None:
    """What it lists is taken; what it leaves out is refused, or is the account under [send]."""
    command: click.Command = vinkje
    for name in table.split("."):
        assert isinstance(command, click.Group)
        command = command.commands[name]
    listed = {parameter.name for of, parameter, _ in settings_of(vinkje) if of == table}
    for parameter in command.params:
        value = "[]" if parameter.nargs == -1 or getattr(parameter, "multiple", False) else '"x"'
        value = "true" if getattr(parameter, "is_flag", False) else value
        value = "1" if isinstance(parameter.type, click.types.IntParamType) else value
        text = f"[{table}]\n{parameter.name} = {value}\n"
        if parameter.name in listed:
            takes_settings(text, fresh)
        elif parameter.name not in ACCOUNT:
            with pytest.raises(SettingsError):
                takes_settings(text, fresh)


def keys_in(value: object) -> set[str]:
    """Return every name in JSON, at any depth."""
    if isinstance(value, list):
        return set().union(*map(keys_in, value))
    if isinstance(value, dict):
        return set(value).union(*map(keys_in, value.values()))
    return set()


def test_the_page_of_json_names_all_that_is_there(demo: Path, fresh: Path, vinkje: Run) -> None:
    """In both languages, with an earlier round and with several organisations; nothing else."""
    answers = demo / "antwoorden-demo.csv"
    earlier = fresh / "earlier.csv"
    earlier.write_text("".join(answers.read_text("utf-8").splitlines(keepends=True)[:21]), "utf-8")
    options = ("--previous", earlier, "-o", fresh / "r.xlsx", "--json", fresh / "r.json")
    assert vinkje("report", answers, *options).returncode == 0
    said = vinkje("actions", demo / "rapport.xlsx", "--json", "-").stdout
    url = fill_demo_round(fresh / "b.db", load_checklist(ROOT / "checklist.yaml"), DAY, "nl")
    own = ("--organisation", "Verzonnen corporatie B", "-o", fresh / "b.xlsx", "--json", "-")
    said_of_one = vinkje("report", url, *own).stdout
    known = keys_in(json.loads((fresh / "r.json").read_text("utf-8")))
    known |= keys_in(json.loads(said)) | keys_in(json.loads(said_of_one))
    # The five answers and the one that is none have a page of their own.
    known -= {*Answer, "empty"}
    for page in (DOCS / "nl/naslag/json.md", DOCS / "en/reference/json.md"):
        rows = re.findall(r"^\| (`.*?) \| (.*) \|$", text_of(page), re.MULTILINE)
        named = {name for row in rows for name in re.findall(r"`(\w+)`", row[0])}
        explained = {name for row in rows for name in re.findall(r"`(\w+)`", row[1])}
        assert named <= known
        assert known - named - explained == set(), page


# The tests above can fail.


def on_a_page(folder: Path, text: str) -> list[Said]:
    """Run a page that says `text`."""
    return [each for _, said in run_page(text, shell(folder)) for each in said]


def test_a_page_is_run_as_its_reader_would(fresh: Path) -> None:
    """In one folder from top to bottom; what stands in files, and in lists, too."""
    text = (
        "<!-- file: a.txt -->\n```text\nfirst\n```\n"
        "```console\n$ cat a.txt\nfirst\n$ mkdir in\n$ cd in\n"
        "```\n1. Then:\n\n   ```console\n   $ ls ..\n   a.txt\n   in\n   $ vinkje status x.csv\n"
        "   Checklist: ...\n   Error: x.csv: ...\n   ```\n"
    )
    said = on_a_page(fresh, text)
    assert [each.difference() for each in said if not each.agrees] == []
    assert [each.line for each in said] == [6, 8, 9, 14, 17]


@pytest.mark.parametrize(
    "block",
    ["$ echo a\nb\n", "$ echo a\n", "$ true\na\n", "$ printf 'a\\nb'\na\n", "$ echo a\n...\n"],
)
def test_what_is_printed_otherwise_is_told_and_can_be_renewed(fresh: Path, block: str) -> None:
    """One word, none, too many, a line short, all left out."""
    text = f"# A\n\n```console\n{block}```\nB\n"
    ran = list(run_page(text, shell(fresh)))
    assert [each.agrees for _, said in ran for each in said] == [False]
    renewed = rewritten(text, ran)
    assert renewed.startswith("# A\n\n```console\n$ ")
    assert renewed.endswith("\n```\nB\n")
    assert all(each.agrees for _, said in run_page(renewed, Shell(fresh, {})) for each in said)


@pytest.mark.parametrize(
    "text",
    [
        "``` console\n$ echo a\nb\n```\n",
        "~~~console\n$ echo a\nb\n~~~\n",
        "````console\n$ echo a\nb\n````\n",
        "```console linenums\n$ echo a\nb\n```\n",
        "1. A\n\n   ~~~~  console\n   $ echo a\n   b\n   ~~~~\n",
        "```console\n$ echo a\n...\n```\n",
        "```console\n$ echo a; echo b\n...\n...\n```\n",
        "```console\n$ false\n```\n",
        "```console\n$ vinkje check > all 2>&1\n```\n",
        "```console\n$ vinkje check --checklist x.yaml\nChecklist: x.yaml\n...\n```\n",
    ],
)
def test_no_way_of_writing_hides_what_is_not_so(fresh: Path, text: str) -> None:
    """However Markdown writes a block; all of it left out; a failure that is not shown."""
    (fresh / "checklist.yaml").write_text("title: ", encoding="utf-8")
    assert [each.agrees for each in on_a_page(fresh, text)] == [False]


def test_a_failure_that_is_shown_is_no_lie(fresh: Path) -> None:
    """By what the command says, or by its code."""
    text = (
        "```console\n$ vinkje check --checklist x.yaml\nChecklist: x.yaml\nError: ...\n"
        "$ false; echo $?\n1\n```\n"
    )
    assert [each.agrees for each in on_a_page(fresh, text)] == [True, True]


@pytest.mark.parametrize(
    "text",
    [
        "A\n\n    $ vinkje reprot\n",
        "```\n$ vinkje reprot\n```\n",
        "```Console\n$ vinkje reprot\n```\n",
        "```{code-block} console\n$ vinkje reprot\n```\n",
        "> ```console\n> $ vinkje reprot\n> ```\n",
        "- ```console\n  $ vinkje reprot\n  ```\n",
        "```text\nA\n\nB\n",
    ],
)
def test_a_block_that_nobody_looks_at_is_refused(text: str) -> None:
    """By spaces, of no kind or one that is not known, in something else, without an end."""
    with pytest.raises(ValueError, match=r"line [13]: .*(block|kind)"):
        list(blocks(text))


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (takes_settings, "[send]\nhots = 'x'\n"),
        (takes_settings, "# port = \n"),
        (takes_checklist, "rules: {needed_form: 0.25}"),
        (takes_checklist, "- {id: S1}"),
        (takes_checklist, "- {id: S1, text: a, ownr: b}"),
    ],
)
def test_a_wrong_file_is_seen(check: Callable[[str, Path], None], text: str, fresh: Path) -> None:
    """A setting, a key, a piece that has no place."""
    with pytest.raises(Exception, match=r"hots|Invalid value|needed_form|no place|ownr"):
        check(text, fresh)


def test_headings_are_known_by_the_names_that_sites_give_them(tmp_path: Path) -> None:
    """With signs, alike, and none in a block."""
    page = tmp_path / "page.md"
    page.write_text("# 1. Één & x\n## Kop\n## Kop\n## Kop\n```sh\n# no\n```\n### `a` b\n", "utf-8")
    assert anchors(page) == {"1-één--x", "kop", "kop-1", "kop-2", "a-b"}


def test_a_wrong_command_is_seen() -> None:
    """Its name, an option, a value."""
    assert unknown_in(["reprot"]) == {"reprot"}
    assert unknown_in(["form", "web", "--hots", "x"]) == {"--hots"}
    assert unknown_in(["report", "a.csv", "--json", "-"]) == set()
    with pytest.raises(click.UsageError):
        parse(["store", "backup", "-o", "x.db", "--hourly"])
