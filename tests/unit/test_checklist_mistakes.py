"""Whoever mistypes something is told where, and what to write: following that is enough."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from conftest import ROOT, Run, after_name

from forms.checklist import yaml_indentation, yaml_mistakes, yaml_source
from forms.checklist.model import (
    Checklist,
    default_checklist,
    load_checklist,
    read_checklist,
    shipped_checklist,
)
from forms.checklist.warnings import warnings
from forms.errors import ChecklistError
from forms.resources import resource

FILES = Path(__file__).parent / "checklists"
MISTAKES = sorted((FILES / "bad").glob("mistake-*.yaml"))
WARNED = sorted((FILES / "warned").glob("*.yaml"))
# Where the advice leaves something to decide.
BY_HAND = {
    "choices-one-text": ("       - Zorg", "      - Zorg"),
    "braces-colon": ("text: Let op: alle melders werken.", 'text: "Let op: alle melders werken."'),
    "braces-comma": ("Wij werken, en goed", '"Wij werken, en goed"'),
    "choice-twice-by-remark": ("- Team #2", '- "Team #2"'),
    "items-left-out-of": (
        "  - id: A1\n    text: Alle melders werken.\n    help",
        "      - id: A1\n        text: Alle melders werken.\n        help",
    ),
    "no-space-dash-at-items": ("-id: A1\n    text", "- id: A1\n      text"),
    "text-below": ("text:\n          Let op: alle", 'text: "Let op: alle'),
    "unreadable": ("}{", "sections: [{id: A, title: B, items: [{id: A1, text: Wij werken.}]}]"),
}
NAMES = ["checklist.yaml.txt", "checklist.yml", "mijn lijst.yaml", "Lijst.YAML.TXT"]


def followed(text: str, advice: str) -> str:
    """Return a file in which one line is as its advice says."""
    lines = text.split("\n")
    number, said = re.match(r".*?:(\d+): (.*)", advice, re.DOTALL).groups()  # type: ignore[union-attr]
    at = int(number) - 1
    bare = lines[at].lstrip()
    if found := re.search(r"write: (.*)$", said):
        lines[at] = lines[at][: len(lines[at]) - len(bare)] + found[1]
    elif found := re.search(r"begin (?:it|the line) with(?: (\d+)|out) spaces", said):
        lines[at] = " " * int(found[1] or 0) + bare
    elif "take the # away" in said:
        lines[at] = bare.removeprefix("# ")
    elif "take this line out" in said:
        del lines[at]
    elif found := re.search(r"write a line above it that does, such as '(.*)'", said):
        lines.insert(at, re.sub(r"[^ ].*", "", lines[at - 1]) + found[1])
    return "\n".join(lines)


def refusal(path: Path) -> str:
    """Return what refuses a file, or nothing."""
    try:
        load_checklist(path)
    except ChecklistError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem.removeprefix("mistake-"))
def test_following_the_advice_is_enough(tmp_path: Path, path: Path) -> None:
    """Line by line, from the last, so that no line moves before it is mended."""
    copy = tmp_path / path.name
    text = path.read_text(encoding="utf-8")
    wrong, right = BY_HAND.get(path.stem.removeprefix("mistake-"), ("", ""))
    assert wrong in text
    if wrong:
        text = text.replace(wrong, right, 1)
    copy.write_text(text, encoding="utf-8")
    for _ in range(5):
        for advice in reversed(refusal(copy).splitlines()[1:]):
            text = followed(text, advice)
        copy.write_text(text, encoding="utf-8")
    assert refusal(copy) == ""


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem.removeprefix("mistake-"))
def test_the_other_parser_leads_to_the_same_words(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where PyYAML came without its C library, it stops elsewhere or says it otherwise."""
    said = refusal(path)
    monkeypatch.setattr(yaml_source, "_LOADER", yaml.SafeLoader)
    assert refusal(path) == said


@pytest.mark.parametrize("path", MISTAKES, ids=lambda path: path.stem.removeprefix("mistake-"))
def test_no_word_of_yamls_own_is_said(path: Path) -> None:
    """Nobody who writes a checklist knows tokens, mappings and scalars."""
    said = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert not re.search(r"YAML|token|mapping|scalar|anchor|alias|simple key|block|flow", said)


@pytest.mark.parametrize("path", WARNED, ids=lambda path: path.stem)
def test_what_may_be_meant_otherwise_is_warned_of(path: Path) -> None:
    """The .txt beside a file in checklists/warned holds exactly what is said of it."""
    checklist, source = read_checklist(path)
    expected = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert [f"{each.line}: {each.message}" for each in warnings(source, checklist)] == expected


def test_every_warning_has_its_file() -> None:
    """Each of the .txt beside a .yaml, and files that are right in all."""
    assert [p.stem for p in sorted((FILES / "warned").glob("*.txt"))] == [p.stem for p in WARNED]
    assert any(not path.with_suffix(".txt").read_text(encoding="utf-8") for path in WARNED)


@pytest.mark.parametrize("name", ["checklist.yaml", "examples/english.yaml"])
def test_what_ships_is_warned_of_nowhere(vinkje: Run, name: str) -> None:
    """Its no-break spaces are the authors' own, and its remarks stand where remarks may stand."""
    done = vinkje("check", "--checklist", ROOT / name)
    assert (done.returncode, after_name(done)) == (0, "")
    assert "is in order: '" in done.stdout


def test_a_warning_does_not_refuse(vinkje: Run, tmp_path: Path) -> None:
    """Exit 0, and both are said."""
    shutil.copy(FILES / "warned" / "cut.yaml", tmp_path / "checklist.yaml")
    done = vinkje("check")
    assert done.returncode == 0
    assert done.stdout.startswith("checklist.yaml is in order: 'Veilig wonen'")
    heading, first, *_ = after_name(done).splitlines()
    said = "checklist.yaml: look at 11 places; the number behind the name is the line"
    assert heading == f"Warning: {said}"
    assert first.startswith("checklist.yaml:1: 'title' ends before '# ")


@pytest.mark.parametrize("name", ["bad/mistake-no-space-colon", "bad/cross-answers", "warned/cut"])
def test_what_is_to_be_copied_ends_its_line(vinkje: Run, tmp_path: Path, name: str) -> None:
    """A full stop behind it would be copied too, whether one fault is told or several."""
    shutil.copy(FILES / f"{name}.yaml", tmp_path / "checklist.yaml")
    lines = after_name(vinkje("check")).splitlines()
    assert len(lines) > 1
    assert not [line for line in lines if re.search(r"[^.]\.$", line)]


def test_what_is_cut_off_is_written_whole(tmp_path: Path) -> None:
    """As the line that belongs there: copied over the old one, nothing is warned of any more."""
    path = tmp_path / "checklist.yaml"
    text = (FILES / "warned" / "cut.yaml").read_text(encoding="utf-8")
    # A text on two lines is for people to put together.
    path.write_text(text.replace("          goed # nu\n", ""), encoding="utf-8")
    checklist, source = read_checklist(path)
    text = source.text
    for each in source.located(warnings(source, checklist)):
        text = followed(text, each)
    path.write_text(text, encoding="utf-8")
    checklist, source = read_checklist(path)
    assert [each.message for each in warnings(source, checklist)] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_checklist_under_another_name_is_never_passed_over(
    vinkje: Run, tmp_path: Path, name: str
) -> None:
    """It is named, with how to rename it; done so, it is the one that is used."""
    shutil.copy(FILES / "good" / "least.yaml", tmp_path / name)
    for command in (["check"], ["form", "script"]):
        refused = vinkje(*command)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.startswith("Error: checklist.yaml: there is no such file in this")
        assert f"'{name}'" in refused.stderr
    assert [path.name for path in tmp_path.iterdir()] == [name]
    advised = re.search(r'Rename it \((?:mv|ren) ("?)(.*?)\1 checklist\.yaml\)', refused.stderr)
    assert advised
    (tmp_path / advised[2]).rename(tmp_path / "checklist.yaml")
    done = vinkje("check")
    assert done.stderr == "Checklist: checklist.yaml\n"
    assert done.stdout.startswith("checklist.yaml is in order: 'Kort'")


def test_a_checklist_under_another_name_can_be_named(vinkje: Run, tmp_path: Path) -> None:
    """As the message says too."""
    shutil.copy(FILES / "good" / "least.yaml", tmp_path / "lijst.yml")
    done = vinkje("check", "--checklist", "lijst.yml")
    assert (done.returncode, done.stderr) == (0, "Checklist: lijst.yml\n")


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["a.yaml", "b.yml"], ["'a.yaml', 'b.yml'", "rename the one", "--checklist"]),
        (["vinkje.toml"], ["it has a vinkje.toml", "--checklist", "vinkje init other-folder"]),
        (["vinkje.toml", "b.yml"], ["'b.yml'", "Rename it"]),
        ([f"{n}.yaml" for n in range(9)], ["'4.yaml' and 4 more"]),
    ],
)
def test_a_folder_of_ones_own_without_a_checklist_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: list[str], said: list[str]
) -> None:
    """What lies there, and each way out."""
    for name in names:
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ChecklistError) as caught:
        default_checklist()
    assert [part for part in said if part not in str(caught.value)] == []


@pytest.mark.parametrize("name", ["answers.csv", ".github.yml", "notes.txt", "folder.yaml/"])
def test_in_any_other_folder_the_shipped_one_is_used_and_named(
    vinkje: Run, tmp_path: Path, name: str
) -> None:
    """Hidden files, folders and other kinds of files ask for no checklist."""
    path = tmp_path / name
    path.mkdir() if name.endswith("/") else path.touch()
    done = vinkje("check")
    assert (done.returncode, done.stderr) == (0, "Checklist: the one that ships with vinkje\n")
    assert done.stdout.startswith("the one that ships with vinkje is in order: 'Checklist kwets")


def test_a_link_that_leads_nowhere_is_no_reason_for_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`checklist.yaml` stands there; what is wrong is what it leads to."""
    (tmp_path / "checklist.yaml").symlink_to("gone.yaml")
    monkeypatch.chdir(tmp_path)
    assert default_checklist() == Path("checklist.yaml")


def test_the_shipped_one_is_the_one_that_lies_here() -> None:
    """Its texts are what `check` takes for nobody's mistake."""
    assert shipped_checklist() == resource("checklist.yaml")


def test_the_keys_that_mistakes_are_told_by_are_the_checklists() -> None:
    """Else a line with a new key would be said to stand too far left."""
    schema = Checklist.model_json_schema()
    keys = {key for model in schema["$defs"].values() for key in model.get("properties", ())}
    assert set(schema["properties"]) == yaml_indentation.TOP_KEYS
    assert keys | set(schema["properties"]) >= yaml_mistakes.TEXT_KEYS
