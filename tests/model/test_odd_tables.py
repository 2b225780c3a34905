"""Tables as people really have them, made at random: right figures, or a refusal, never in silence.

Every table begins as what a form would give, with known answers. Then a few things are done to it
that people and programs do. What comes out is held against the answers by another count than the
reader's own: no answer may count that was not given, and each that does not count is named.
`VINKJE_ODD=2000 pytest tests/model/test_odd_tables.py` plays more of them.
"""

import csv
import html
import io
import os
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from openpyxl import Workbook

from forms.checklist.model import load_checklist
from forms.collect.file import file_table
from forms.collect.source import open_sources
from forms.errors import SourceError
from forms.questionnaire import item_title, remark_title
from forms.resources import resource
from forms.responses.counting import read_sources
from forms.responses.model import Responses
from forms.wording import Answer, wording

CHECKLIST = load_checklist(resource("checklist.yaml"))
WORDS = wording("nl")
ANSWERS = [WORDS.answer(answer) for answer in Answer]
MANY = int(os.environ.get("VINKJE_ODD", "300"))
ITEMS = {item.id: item_title(item) for item in CHECKLIST.items()}
ROLE = CHECKLIST.respondent[0]
REMARKS = [
    "",
    "",
    "Vaak wel, soms niet",
    "Café de Hoek; één keer",
    "Zie S3",
    'Hij zei "ja"',
    "Prima",
]


@dataclass
class Odd:
    """A table that is being made odd: its rows with the header first, and what was given.

    `given` has, per item, how often each answer was; `sep` and `quoting` say how it is written.
    """

    rng: random.Random
    rows: list[list[str]]
    given: dict[str, Counter[str]]
    sep: str = ","
    encoding: str = "utf-8"
    quoting: bool = True
    spaced: bool = False
    as_workbook: bool = False
    done: list[str] = field(default_factory=list)


def fresh(rng: random.Random) -> Odd:
    """Return a form's table, with columns in the checklist's order and remarks per section."""
    header = ["Tijdstempel", ROLE.label]
    for section in CHECKLIST.sections:
        header += [ITEMS[item.id] for item in section.items]
        header.append(remark_title(section, WORDS))
    rows = [header]
    given: dict[str, Counter[str]] = {item: Counter() for item in ITEMS}
    titles = {title: item for item, title in ITEMS.items()}
    for n in range(rng.randint(5, 30)):
        row = []
        for title in header:
            if title in titles:
                answer = rng.choice(ANSWERS)
                given[titles[title]][answer] += 1
                row.append(answer)
            elif title == "Tijdstempel":
                row.append(f"{1 + n % 28}-11-2026 9:{n % 60:02}:00")
            else:
                row.append(rng.choice(ROLE.choices if title == ROLE.label else REMARKS))
        rows.append(row)
    return Odd(rng, rows, given)


def items_of(odd: Odd) -> list[int]:
    """Return where the statements stand in the first row."""
    return [n for n, title in enumerate(odd.rows[0]) if title in ITEMS.values()]


def unquoted(odd: Odd) -> None:
    """Write texts without quotes, whatever separators they hold."""
    odd.quoting = False


def semicolons(odd: Odd) -> None:
    """Write another separator."""
    odd.sep = odd.rng.choice([";", "\t", "|"])


def spaces_before_quotes(odd: Odd) -> None:
    """Write a space between a separator and a quote."""
    odd.spaced = True


def another_encoding(odd: Odd) -> None:
    """Write another encoding than UTF-8."""
    odd.encoding = odd.rng.choice(["cp1252", "utf-16", "utf-16-le", "utf-8-sig", "mac_roman"])


def workbook(odd: Odd) -> None:
    """Write an Excel workbook."""
    odd.as_workbook = True


def rows_above(odd: Odd) -> None:
    """Put a title, an empty row or group names above the header."""
    above = [["Export van 28 november 2026"], [], ["", "", "Signaleren", *[""] * 8, "Preventie"]]
    odd.rows[:0] = odd.rng.sample(above, odd.rng.randint(1, 3))


def header_sunk(odd: Odd) -> None:
    """Let the header sink among the rows, as sorting does."""
    odd.rows.insert(odd.rng.randint(1, len(odd.rows)), odd.rows.pop(0))


def blank_rows(odd: Odd) -> None:
    """Put in empty rows."""
    for _ in range(odd.rng.randint(1, 6)):
        odd.rows.insert(
            odd.rng.randint(1, len(odd.rows)), [""] * odd.rng.choice([0, len(odd.rows[0])])
        )


def repeated_header(odd: Odd) -> None:
    """Let the header stand there again."""
    odd.rows.insert(odd.rng.randint(2, len(odd.rows)), list(odd.rows[0]))


def second_table(odd: Odd) -> None:
    """Put another table below, with its columns in another order and a header of its own."""
    at = odd.rng.randint(2, len(odd.rows))
    order = list(range(len(odd.rows[0])))
    odd.rng.shuffle(order)
    second = [odd.rows[0], *odd.rows[at:]]
    odd.rows[at:] = [[row[n] if n < len(row) else "" for n in order] for row in second]


def asked_again(odd: Odd) -> None:
    """Delete a question and add it again: what comes later stands in a column at the right."""
    place = odd.rng.choice(items_of(odd) or [2])
    at, width = odd.rng.randint(1, len(odd.rows)), len(odd.rows[0])
    for n, row in enumerate(odd.rows):
        row.extend([""] * (width - len(row)))
        row.append(row[place] if n == 0 or n >= at else "")
        if n >= at:
            row[place] = ""


def own_column(odd: Odd) -> None:
    """Add a column of somebody's own, that may begin as a statement's does."""
    item = odd.rng.choice(list(ITEMS))
    title = odd.rng.choice(
        [f"{item} oordeel MT", f"{item}. Opmerking", f"Points - {ITEMS[item]}", "Akkoord?", ""]
    )
    cells = ANSWERS if "oordeel" in title else ["1", "0"] if "Points" in title else ["ok", "", "hm"]
    at = odd.rng.randint(0, len(odd.rows[0]))
    for n, row in enumerate(odd.rows):
        row.insert(min(at, len(row)), title if n == 0 else odd.rng.choice(cells))


def renamed(odd: Odd) -> None:
    """Give a few headers other words, with or without their ids."""
    places = items_of(odd)
    for place in odd.rng.sample(places, min(len(places), odd.rng.randint(1, 4))):
        title = odd.rows[0][place]
        item = title.partition(".")[0]
        odd.rows[0][place] = odd.rng.choice(
            [f"{item}. Nieuw geformuleerd", "Nieuwe vraag", "", item, title.partition(". ")[2]]
        )


def written_otherwise(odd: Odd) -> None:
    """Write all headers as another tool does: they are the statements still."""
    how: Callable[[int, str], str] = odd.rng.choice(
        [
            lambda n, t: f"{n}. {t.partition('. ')[2]}",
            lambda n, t: f"Vraag {n} - {t}",
            lambda _, t: f"<p><b>{html.escape(t)}</b></p>",
            lambda _, t: f"{t} Kies wat het beste past.",
            lambda _, t: f"Stellingen [{t}]",
            lambda _, t: t[:40],
            lambda _, t: t.upper().replace(" ", "\u00a0"),
        ]
    )
    for n, place in enumerate(items_of(odd), 1):
        odd.rows[0][place] = how(n, odd.rows[0][place])


def choice_edited(odd: Odd) -> None:
    """Change the wording of all choices of one statement."""
    place = odd.rng.choice(items_of(odd) or [2])
    for row in odd.rows[1:]:
        if place < len(row) and row[place]:
            row[place] = f"Ja: {row[place]}"


def as_codes(odd: Odd) -> None:
    """Give numbers for answers."""
    codes = {answer: str(n) for n, answer in enumerate(ANSWERS, 1)}
    odd.rows[1:] = [[codes.get(cell, cell) for cell in row] for row in odd.rows[1:]]


def cell_deleted(odd: Odd) -> None:
    """Delete one cell of a row, so that the rest moves left."""
    row = odd.rng.choice(odd.rows[1:])
    if len(row) > 10:
        del row[odd.rng.randint(1, 8)]


def cell_put_in(odd: Odd) -> None:
    """Put a cell into a row, so that the rest moves right."""
    row = odd.rng.choice(odd.rows[1:])
    row.insert(odd.rng.randint(1, 8), odd.rng.choice(["", "hm"]))


def trimmed(odd: Odd) -> None:
    """Leave out the empty cells at the end of rows."""
    for row in odd.rows[1:]:
        while row and not row[-1]:
            row.pop()


def column_moved(odd: Odd) -> None:
    """Put the columns in another order."""
    order = list(range(len(odd.rows[0])))
    odd.rng.shuffle(order)
    odd.rows = [[row[n] if n < len(row) else "" for n in order] for row in odd.rows]


# What leaves the columns in place comes first, then what moves them, then how it is written.
DEEDS = (
    (choice_edited, as_codes, renamed, written_otherwise, asked_again, own_column, column_moved),
    (blank_rows, repeated_header, second_table, cell_deleted, cell_put_in, trimmed),
    (rows_above, header_sunk),
    (unquoted, semicolons, spaces_before_quotes, another_encoding, workbook),
)


def odd_table(seed: int) -> Odd:
    """Return a table made odd, the same for the same seed."""
    odd = fresh(random.Random(seed))
    for deeds in DEEDS:
        for deed in odd.rng.sample(deeds, odd.rng.choice([0, 0, 1, 1, 2])):
            deed(odd)
            odd.done.append(deed.__name__)
    return odd


def written(odd: Odd, folder: Path) -> Path:
    """Write the table as its makers would."""
    path = folder / ("a.xlsx" if odd.as_workbook else "a.csv")
    if odd.as_workbook:
        book = Workbook()
        for row in odd.rows:
            book.worksheets[0].append(row)
        book.save(path)
        return path
    if odd.quoting:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=odd.sep).writerows(odd.rows)
        content = text.getvalue()
        if odd.spaced:
            content = content.replace(f'{odd.sep}"', f'{odd.sep} "')
    else:
        content = "".join(odd.sep.join(row) + "\n" for row in odd.rows)
    path.write_bytes(content.encode(odd.encoding, errors="replace"))
    return path


def silent_faults(odd: Odd, responses: Responses) -> list[str]:
    """Return what is counted though nobody gave it, and what is not counted and not named."""
    notes = {(note.key, note.values.get("id")) for note in responses.notes}
    keys = {note.key for note in responses.notes}
    unread = Counter(cell.item for source in responses.sources for cell in source.unread_cells)
    faults = []
    for item, given in odd.given.items():
        counts = responses.counts.get(item)
        if counts is None:
            named = ("not_asked", item) in notes or "lost_columns" in keys
            faults += [] if named else [f"{item} is not asked, and that is not said"]
            continue
        counted = {WORDS.answer(answer): counts[answer] for answer in Answer}
        more = {a: n - given[a] for a, n in counted.items() if n > given[a]}
        faults += [f"{item} counts {more} that nobody gave"] if more else []
        missing = given.total() - sum(counted.values())
        elsewhere = keys & {"suspect_rows", "nameless_columns", "lost_columns"}
        if missing > unread[item] and not elsewhere:
            faults.append(f"{item} lacks {missing} answers, of which {unread[item]} are named")
    return faults


def test_no_wrong_figure_in_silence(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Read right, refused with a reason, or what does not count is named."""
    outcomes: Counter[str] = Counter()
    faults = []
    for seed in range(MANY):
        odd = odd_table(seed)
        path = written(odd, tmp_path)
        try:
            responses = read_sources([file_table(path, CHECKLIST)], CHECKLIST)
        except SourceError:
            outcomes["refused"] += 1
            continue
        wrong = silent_faults(odd, responses)
        outcomes["wrong" if wrong else "read"] += 1
        faults += [f"seed {seed} ({', '.join(odd.done)}): {fault}" for fault in wrong[:2]]
    record_property("outcomes", dict(outcomes))
    assert not faults, "\n".join([str(dict(outcomes)), *faults[:20]])
    assert outcomes["read"] > MANY // 3


@pytest.mark.parametrize(
    "deed",
    [
        *(semicolons, spaces_before_quotes, another_encoding, workbook, rows_above, blank_rows),
        *(repeated_header, second_table, asked_again, own_column, written_otherwise, trimmed),
        column_moved,
    ],
)
def test_what_is_certain_is_read(tmp_path: Path, deed: Callable[[Odd], None]) -> None:
    """Every figure is right: a reader that refuses more than it must helps nobody."""
    for seed in range(12):
        odd = fresh(random.Random(seed))
        deed(odd)
        table = file_table(written(odd, tmp_path), CHECKLIST)
        counts = read_sources([table], CHECKLIST).counts
        for item, given in odd.given.items():
            assert {WORDS.answer(a): counts[item][a] for a in Answer if counts[item][a]} == given


@pytest.mark.parametrize("deed", [unquoted, header_sunk, as_codes, cell_deleted, cell_put_in])
def test_what_is_not_certain_is_refused_or_named(
    tmp_path: Path, deed: Callable[[Odd], None]
) -> None:
    """Each of them alone: mostly refused, never wrong in silence."""
    refused = 0
    for seed in range(12):
        odd = fresh(random.Random(seed))
        deed(odd)
        try:
            table = file_table(written(odd, tmp_path), CHECKLIST)
            assert silent_faults(odd, read_sources([table], CHECKLIST)) == []
        except SourceError:
            refused += 1
    assert refused >= 8


def test_two_sources_of_one_round_add_up(tmp_path: Path) -> None:
    """Staff by one form, contractors by another: every answer of both counts once."""
    for seed in range(12):
        odds = [fresh(random.Random(seed)), fresh(random.Random(seed + 100))]
        column_moved(odds[1])
        paths = []
        for number, odd in enumerate(odds):
            folder = tmp_path / f"{seed}-{number}"
            folder.mkdir()
            paths.append(str(written(odd, folder)))
        responses = read_sources(open_sources(paths, CHECKLIST), CHECKLIST)
        assert [source.rows.used for source in responses.sources] == [
            len(odd.rows) - 1 for odd in odds
        ]
        for item in ITEMS:
            given = odds[0].given[item] + odds[1].given[item]
            counts = responses.counts[item]
            assert {WORDS.answer(a): counts[a] for a in Answer if counts[a]} == given
