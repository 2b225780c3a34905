"""What pages say in sentences: how to install vinkje, and the numbers it reckons with."""

import re
import tomllib
from pathlib import Path

import pytest
from doc_pages import DOCS, READMES, ROOT, SITE, blocks_of, name_of, text_of

from forms.analysis.sector import least_answers
from forms.checklist.model import Checklist, Rules
from forms.starters import IN_A_FOLDER, macos_starter, windows_starter
from forms.wording import Answer

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
WHEEL = f"vinkje-{VERSION}-py3-none-any.whl"
INSTALLING = [DOCS / "nl" / "beginnen.md", DOCS / "en" / "start.md", *READMES]
TARGETS = re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE)
# The help or the manual of its program has each: look there before you add one.
KNOWN = {
    "winget install astral-sh.uv",
    "winget install --id astral-sh.uv --exact",
    "brew install uv",
    "sudo apt install pipx",
    f"uv tool install {WHEEL}",
    "uv tool install vinkje-*.whl",
    "uv tool install --constraints versions.txt",
    "uv tool update-shell",
    "uv tool uninstall vinkje",
    f"pipx install ./{WHEEL}",
    "pipx install ./vinkje-*.whl",
    "pipx install --force",
    "pipx ensurepath",
    "pipx uninstall vinkje",
    "pip install --require-hashes -r versions.txt",
    "pip install --no-deps",
    *(f"make {target}" for target in TARGETS),
    *(
        starter(language, does)[0]
        for starter in (windows_starter, macos_starter)
        for language in ("nl", "en")
        for does in (*IN_A_FOLDER, "install")
    ),
}


def unknown_lines(spans: list[str], lines: list[str]) -> list[str]:
    """Return what is typed to install vinkje and is not known to be right.

    A single word between ticks names something. Commands of vinkje are held against itself.
    """
    typed = [*(span for span in spans if " " in span), *lines]
    return [each for each in typed if each not in KNOWN and not each.startswith("vinkje ")]


@pytest.mark.parametrize("page", INSTALLING, ids=name_of)
def test_what_is_typed_to_install_is_known(page: Path) -> None:
    """In sentences, in tables and in blocks; with the number that this version has."""
    text = text_of(page)
    spans = re.findall(r"(?<!`)`([^`]+)`(?!`)", text)
    lines = "".join(blocks_of(page, "text", "powershell", "sh", "bat")).splitlines()
    assert unknown_lines(spans, lines) == []
    assert set(re.findall(r"\b\d+\.\d+\.\d+\b", text)) <= {VERSION}


@pytest.mark.parametrize(
    "line",
    ["uv tool instal vinkje-9.9.9", "uv tool install vinkje-9.9.9-py3-none-any.whl", "pipx  x"],
)
def test_a_line_that_is_not_known_is_seen(line: str) -> None:
    """A slip of the pen, another version."""
    assert unknown_lines([line], []) == unknown_lines([], [line]) == [line]
    assert unknown_lines(["uv", "vinkje demo"], ["vinkje --version"]) == []


RULES = Rules()
GROUP, ANSWERS = RULES.min_group, len(Answer)
IN_ORDER, NEEDED = int(RULES.in_order_from * 100), int(RULES.needed_from * 100)
LEAST = next(each.ge for each in Rules.model_fields["min_group"].metadata if hasattr(each, "ge"))
ROUND = RULES.min_organisations
FLOOR = next(
    each.ge for each in Rules.model_fields["min_organisations"].metadata if hasattr(each, "ge")
)
DUE = (RULES.due.needed, RULES.due.desirable, RULES.due.find_out)
WORDS = (
    ["een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien"],
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"],
)
VALUES = {word: value for words in WORDS for value, word in enumerate(words, 1)}
VALUES |= {"kwart": 25, "quarter": 25, "derde": 33, "third": 33, "helft": 50, "half": 50}
N = rf"(\d+|{'|'.join(VALUES)})"
# A sentence of the pages, with what stands in place of each N. Each stands there at least once.
SENTENCES: dict[str, list[tuple[str, *tuple[int, ...]]]] = {
    "nl": [
        (rf"op orde begint bij {N}%", IN_ORDER),
        (rf"op orde \| minstens {N}% van wie het weet", IN_ORDER),
        (rf"en dat is minstens {N}% van wie het weet", NEEDED),
        (rf"minstens een {N} van alle", NEEDED),
        (rf"de getallen {N}%, {N}%, {N} en de dagen", IN_ORDER, NEEDED, GROUP),
        (rf"nodig: {N} dagen na het rapport; wenselijk: {N}; uitzoeken: {N};", *DUE),
        (rf"{N} is `min_group`", GROUP),
        (rf"minder dan {N} kan niet", LEAST),
        (rf"minder dan {N} (?:mensen|antwoorden|weten)", GROUP),
        (rf"groepen onder de {N} verborgen", GROUP),
        (rf"groepen gaan in stappen van {N}", GROUP),
        (rf"als (?:de antwoorden van )?{N} mensen (?:antwoordden|erbij)", GROUP),
        (rf"(?:wachten op|pas na) {N} (?:veranderde )?antwoorden", GROUP),
        (rf"\b(?:de|deze|stelling met) {N} antwoorden\b", ANSWERS),
        (rf"cijfers (?:zijn er )?van (?:minstens )?{N} organisaties", ROUND),
        (rf"{N} is het laagste", FLOOR),
        (rf"mee (?:met|vanaf) {N} antwoorden", least_answers(GROUP)),
        (rf"\| {N} of meer \| hetzelfde, en u telt mee", least_answers(GROUP)),
    ],
    "en": [
        (rf"in order begins at {N}%", IN_ORDER),
        (rf"in order \| at least {N}% of those who know", IN_ORDER),
        (rf"and they are at least {N}% of those who know", NEEDED),
        (rf"at least a {N} of all", NEEDED),
        (rf"the numbers {N}%, {N}%, {N} and the days", IN_ORDER, NEEDED, GROUP),
        (rf"needed: {N} days after the report; would be good: {N}; find out: {N};", *DUE),
        (rf"{N} is `min_group`", GROUP),
        (rf"less than {N} cannot be", LEAST),
        (rf"fewer than {N} (?:people|answers|know)", GROUP),
        (rf"groups under {N} hidden", GROUP),
        (rf"groups go in steps of {N}", GROUP),
        (rf"(?:the answers of|come once) {N} people", GROUP),
        (rf"(?:wait until|only after) {N} answers", GROUP),
        (rf"\b(?:the|these|statement with) {N} answers\b", ANSWERS),
        (rf"figures of (?:at least )?{N} organisations", ROUND),
        (rf"{N} is the lowest", FLOOR),
        (rf"counts (?:with|from) {N} responses", least_answers(GROUP)),
        (rf"\| {N} or more \| the same, and you count", least_answers(GROUP)),
    ],
}


def wrong_figures(text: str, language: str) -> tuple[list[str], list[str]]:
    """Return the sentences of a text whose numbers are wrong, and the patterns found nowhere."""
    text = " ".join(text.split())
    wrong, absent = [], []
    for pattern, *expected in SENTENCES[language]:
        found = list(re.finditer(pattern, text, re.IGNORECASE))
        absent += [] if found else [pattern]
        for match in found:
            said = [VALUES.get(each.lower()) or int(each) for each in match.groups()]
            wrong += [match[0]] if said != expected else []
    return wrong, absent


def all_text(language: str) -> str:
    """Return all pages of a language, one after another."""
    readme = ROOT / {"nl": "README.nl.md", "en": "README.md"}[language]
    pages = [page for page in SITE if page.is_relative_to(DOCS / language)]
    return "\n".join(map(text_of, [*pages, readme]))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_numbers_in_sentences_are_those_of_the_rules(language: str) -> None:
    """Those of a checklist that sets none; a sentence that went takes its pattern along."""
    assert wrong_figures(all_text(language), language) == ([], [])
    assert Checklist.model_fields["rules"].default == RULES


@pytest.mark.parametrize(
    ("language", "so", "not_so"),
    [
        ("nl", "begint bij 80%", "begint bij 70%"),
        ("nl", "vijf veranderde antwoorden", "tien veranderde antwoorden"),
        ("nl", "Wenselijk: 90", "Wenselijk: 60"),
        ("nl", "minstens een kwart van alle", "minstens een derde van alle"),
        ("en", "The five answers", "The four answers"),
        ("en", "less than three cannot be", "less than two cannot be"),
    ],
)
def test_a_wrong_number_is_seen(language: str, so: str, not_so: str) -> None:
    """In one place alone."""
    text = all_text(language)
    assert so in text
    wrong, _ = wrong_figures(text.replace(so, not_so, 1), language)
    assert len(wrong) == 1
