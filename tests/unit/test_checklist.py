"""A checklist is read whole or refused with every fault; a new file here is a new case."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import environment

from forms.checklist.model import Checklist, default_checklist, load_checklist
from forms.errors import ChecklistError
from forms.resources import resource
from forms.wording import Answer

FILES = Path(__file__).parent / "checklists"
GOOD = sorted((FILES / "good").glob("*.yaml"))
BAD = sorted((FILES / "bad").glob("*.yaml"))
IDS = (
    [f"S{n}" for n in range(1, 9)] + [f"P{n}" for n in range(1, 6)] + [f"O{n}" for n in range(1, 8)]
)
SOUND = b"title: T\nsections:\n  - {id: A, title: X, items: [{id: A1, text: Een.}]}\n"

# The seed, word for word, with its two no-break spaces.
TEXTS = """\
In het gehele bezit zijn wijkbeheerders\xa0actief.
Personeel met klantcontacten is getraind in het herkennen van signalen dat er achter de voordeur \
een probleem is.
Vaklieden en onderhoudsmonteurs zijn getraind in het herkennen van signalen dat er iets mis is.
Vaklieden en onderhoudsmonteurs, ook die van aannemers, worden gestimuleerd om signalen te melden \
en doen dat ook.
Bij huurachterstanden\xa0gaan we, als er niet wordt gereageerd op betalingsherinneringen en \
aanmaningen, altijd op huisbezoek.
Als huurders niet mee werken aan onderhoud in de woning (zoals controle van de cv installatie) \
wordt dit opgevat als een signaal dat er mogelijk een probleem achter de voordeur is.
Wij onderhouden op wijk en buurtniveau netwerken met professionals zoals de wijkagent, gemeente \
en hulpverlening en ontvangen daar ook signalen dat er op een bepaald adres iets aan de hand is.
Wij werken samen met formele en informele bewonersorganisaties en ontvangen van hen signalen dat \
er op sommige adressen iets aan de hand is.
We hebben duidelijke regels en beleid over het omgaan met de woning, de tuin en \
gemeenschappelijke ruimten.
In veel van onze wooncomplexen zijn leefregels van kracht, die door de bewoners zelf zijn \
opgesteld.
Wij controleren actief en spreken huurders die zich niet aan deze regels houden, direct aan.
Wij ondersteunen groepen vrijwilligers die zich op allerlei manieren inzetten voor hun buurt.
Wij hebben onze zorgwekkende huurders goed in beeld.
Medewerkers zijn getraind in het omgaan met bewoners met verward gedrag.
We nemen deel aan netwerkoverleggen, waar wij problemen met zorgwekkende huurders inbrengen.
De hulpverlening in ons netwerk zoekt contact met de persoon, ook als deze zelf geen hulpvraag \
heeft geuit.
De hulpverlening komt snel in actie.
Wij maken met de hulpverlening zakelijke afspraken over doelstellingen en binnen welke termijn \
deze moeten zijn bereikt.
Als wij kwetsbare huurders ontruimen worden deze vrijwel altijd opgevangen en krijgen elders \
onderdak.
Medewerkers zijn getraind in het zorgvuldig aanpakken van woonoverlast en hanteren van \
gedragsaanwijzingen.
"""

# Read in another process with little memory, so that what would hurt fails instead of hurting.
READ_ALONE = """\
import sys
from pathlib import Path
from forms.checklist.model import load_checklist
from forms.errors import ChecklistError
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))
except ImportError:
    pass
for name in sys.argv[1:]:
    try:
        load_checklist(Path(name))
    except ChecklistError as error:
        print(error, end="\\0")
"""


def faults(path: Path) -> list[str]:
    """Return the lines that refuse a file, without its folder, and without how many they are."""
    with pytest.raises(ChecklistError) as caught:
        load_checklist(path)
    said = str(caught.value).replace(f"{path.parent}{os.sep}", "")
    heading, *lines = said.splitlines()
    if not lines:
        return [heading]
    several = "s; the number behind the name is the" if len(lines) > 1 else "; the number behind"
    assert heading.startswith(f"{path.name}: {len(lines)} mistake{several}")
    return lines


@pytest.fixture(scope="module")
def shipped() -> Checklist:
    """Return the checklist that ships."""
    return load_checklist(resource("checklist.yaml"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_file_loads(path: Path) -> None:
    """Every file in checklists/good is in order."""
    assert [item.id for item in load_checklist(path).items()]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_is_refused_with_exactly_its_lines(path: Path) -> None:
    """The .txt beside a file in checklists/bad holds what is said of it."""
    expected = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert faults(path) == expected


def test_every_expectation_has_its_file() -> None:
    """No .txt is left behind when its .yaml goes."""
    assert GOOD
    assert [path.stem for path in sorted((FILES / "bad").glob("*.txt"))] == [p.stem for p in BAD]


def test_what_is_left_out_has_its_default() -> None:
    """A checklist of six lines is whole."""
    least = load_checklist(FILES / "good" / "least.yaml")
    assert (least.language, least.remarks, least.round) == ("nl", "section", None)
    assert (str(least.rules.in_order_from), least.rules.min_group) == ("0.8", 5)
    assert tuple(least.rules.due.model_dump().values()) == (30, 90, 14)


def test_everything_that_can_be_said_arrives() -> None:
    """Nothing of a full checklist is lost, and text stays what was typed."""
    full = load_checklist(FILES / "good" / "everything.yaml")
    assert full.round is not None
    assert str(full.round.closes) == "2027-03-31"
    assert full.answer_labels()[Answer.IN_ORDER] == "Yes"
    assert full.respondent[1].choices == ("0-2", "3+")
    split = full.split_question()
    assert split is not None
    assert split.id == "team"
    assert full.sections[0].items[0].aliases == ("Alarms are in order.", "Alarms: do they work?")


def test_folded_text_stands_on_one_line() -> None:
    """YAML's own folding makes one line of several."""
    folded = load_checklist(FILES / "good" / "folded-text.yaml")
    assert folded.title == "Een titel over twee regels"
    assert next(folded.items()).text == "Een stelling die doorloopt."


def test_the_shipped_checklist_is_the_seed_word_for_word(shipped: Checklist) -> None:
    """Twenty statements, in the seed's order and under its ids."""
    assert [item.text for item in shipped.items()] == TEXTS.splitlines()
    assert [item.id for item in shipped.items()] == IDS
    assert [section.title for section in shipped.sections] == [
        "Signaleren",
        "Preventie",
        "Oplossen",
    ]
    assert [section.id for section in shipped.sections] == ["S", "P", "O"]


def test_the_shipped_checklist_is_filled_in(shipped: Checklist) -> None:
    """Every statement has its explanation, action and owner; no round hides the groups."""
    assert shipped.title == "Checklist kwetsbare bewoners"
    assert shipped.round is None
    assert all(item.help and item.action and item.owner for item in shipped.items())
    assert shipped.source is not None
    assert str(shipped.source.date) == "2022-01-31"


def test_the_shipped_checklist_promises_no_anonymity(shipped: Checklist) -> None:
    """It says that no name is asked, which is true, and no more than that."""
    text = resource("checklist.yaml").read_text(encoding="utf-8")
    assert "anoniem" not in text.casefold()
    assert "Wij vragen niet naar uw naam" in (shipped.introduction or "")


def test_the_english_example_loads(pytestconfig: pytest.Config) -> None:
    """The example shows another subject, another language and the optional parts."""
    example = load_checklist(pytestconfig.rootpath / "examples" / "english.yaml")
    assert (example.language, example.remarks) == ("en", "item")
    assert example.round is not None
    assert example.split_question() is not None


def test_a_checklist_in_this_folder_goes_before_the_shipped_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`checklist.yaml` here is meant when none is named."""
    monkeypatch.chdir(tmp_path)
    assert default_checklist() == resource("checklist.yaml")
    (tmp_path / "checklist.yaml").write_bytes(SOUND)
    assert load_checklist(default_checklist()).title == "T"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda _: None, "there is no such file; make a checklist with 'vinkje init'"),
        (lambda path: path.mkdir(), "this is a folder; name the checklist in it"),
    ],
)
def test_no_file_is_said_so(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    """A path that leads nowhere is a fault explained."""
    make(tmp_path / "lijst.yaml")
    assert faults(tmp_path / "lijst.yaml") == [f"lijst.yaml: {said}"]


def _bomb() -> bytes:
    rows = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    return "\n".join(["a0: &a0 [x]", *rows]).encode()


HOSTILE: dict[str, tuple[bytes, str]] = {
    "python object": (b"title: !!python/object/apply:os.system ['echo hurt']\n", ":1: the tag"),
    "own tag": (b"title: !import /etc/passwd\n", ":1: 'title: !import /etc/passwd'"),
    "tag on a key": (b"title: T\n!!binary aGk=: x\n", ":2: the tag"),
    "alias bomb": (_bomb(), ":1: '&' and '*'"),
    "alias of itself": (b"title: &a [*a]\n", ":1: 'title: &a [*a]'"),
    "open brackets": (b"title: T\nsections: " + b"[" * 100_000, ":2: nested far deeper"),
    "brackets": (b"title: " + b"[" * 100_000 + b"]" * 100_000, ":1: nested far deeper"),
    "braces": (b"title: " + b"{a: " * 100_000 + b"}" * 100_000, ":1: nested far deeper"),
    "dashes": (b"title:\n  " + b"- " * 100_000 + b"x\n", ":2: nested far deeper"),
    "tabs": (b"title: T\nsections:\n\t- id: A\n", ":3: '- id: A': a tab"),
    "null bytes": (b"title: T\0\n", ":1: holds a character"),
    "binary": (bytes(range(256)) * 40, ": holds characters that are not UTF-8"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(1000), ":1: holds characters that are not UTF-8"),
    "UTF-16": (SOUND.decode().encode("utf-16"), ":1: holds characters that are not UTF-8"),
    "UTF-16 without mark": (SOUND.decode().encode("utf-16-le"), ":1: holds a character"),
    "Latin-1": ("title: T\n# één\n".encode("latin-1"), ":2: holds characters that are not UTF-8"),
    "half a surrogate": (b'title: "\\uD800"\n', ":1: 'title: "),
    "several documents": (SOUND + b"---\n" + SOUND, ":4: a second document"),
    "many documents": (b"---\n" * 200_000, ":2: a second document"),
    "duplicate keys": (b"title: T\n" * 30_000, ":2: 'title' stands here again"),
    "unknown keys": (b"".join(b"k%x: 1\n" % n for n in range(30_000)), ":1: unknown key 'k0'"),
    "a long number": (
        b"title: T\nrules: {min_group: " + b"9" * 900_000 + b"}\n",
        ":2: 'min_group'",
    ),
    "a great exponent": (
        b"title: T\nrules: {in_order_from: 1e999999999}\n",
        ":2: 'in_order_from'",
    ),
    "a long id": (SOUND.replace(b"A1", b"A" * 900_000), ":3: "),
    "unclosed quote": (b'title: "T\n' + b"x" * 900_000, ":1: 'title: \"T'"),
}


def read_alone(*paths: Path) -> list[str]:
    """Return what is said of files in a process that may use 512 MB, and 30 seconds for all."""
    done = subprocess.run(
        [sys.executable, "-c", READ_ALONE, *(path.name for path in paths)],
        cwd=paths[0].parent,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-500:]
    return done.stdout.split("\0")[:-1]


@pytest.mark.slow
def test_a_hostile_file_is_refused_before_it_hurts(tmp_path: Path) -> None:
    """Whatever could run, grow or recurse is refused, with its line."""
    paths = [tmp_path / f"lijst-{number}.yaml" for number in range(len(HOSTILE))]
    for path, (content, _) in zip(paths, HOSTILE.values(), strict=True):
        path.write_bytes(content)
    for path, (name, (_, said)), refused in zip(
        paths, HOSTILE.items(), read_alone(*paths), strict=True
    ):
        assert said in refused, name
        assert "hurt" not in refused.replace("echo hurt", "")
        of_file = re.compile(rf"{path.name}:\d+: ")
        assert all(of_file.match(line) for line in refused.splitlines()[1:]), name


@pytest.mark.slow
def test_a_file_of_a_gigabyte_is_not_read_whole(tmp_path: Path) -> None:
    """It is twice the memory that the process may use."""
    path = tmp_path / "lijst.yaml"
    with path.open("wb") as file:
        file.write(SOUND + b"# ")
        file.truncate(1_000_000_000)
    said = "lijst.yaml: larger than 1 MB, and a checklist never is; is it the right file?"
    assert read_alone(path) == [said]
