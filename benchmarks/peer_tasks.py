"""The work beside which run.py and peers.py put ours, as a user would write it; one a process.

Each that makes a report reads answers.csv, counts per item and per group, and writes both tables
and the first remarks of each section to an .xlsx.
"""

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

# As many as vinkje shows.
MOST_REMARKS = 1_000


def is_item(title: str) -> bool:
    """Say whether a column is a statement, by the id that it begins with."""
    return title[:1] in "SPO" and title[1:2].isdigit()


def openpyxl_way(folder: Path) -> None:
    """Read with Python's csv, count with a Counter a column, write with openpyxl."""
    import openpyxl

    with (folder / "answers.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        _, _, *titles = next(rows)
        counts = {n: Counter[tuple[str, str]]() for n, title in enumerate(titles) if is_item(title)}
        texts: dict[int, list[str]] = {n: [] for n in range(len(titles)) if n not in counts}
        for _, role, *cells in rows:
            for number, counted in counts.items():
                counted[role, cells[number]] += 1
            for number, own in texts.items():
                if cells[number]:
                    own.append(cells[number])
    pairs = {pair for counted in counts.values() for pair in counted}
    roles, answers = sorted({role for role, _ in pairs}), sorted({a for _, a in pairs if a})
    book = openpyxl.Workbook(write_only=True)
    everybody, groups = book.create_sheet("all"), book.create_sheet("groups")
    everybody.append(["item", *answers])
    groups.append(["item", "role", *answers])
    for number, counted in counts.items():
        several = {role: [counted[role, answer] for answer in answers] for role in roles}
        everybody.append([titles[number], *map(sum, zip(*several.values(), strict=True))])
        for role, of_role in several.items():
            groups.append([titles[number], role, *of_role])
    for number, own in texts.items():
        sheet = book.create_sheet(f"remarks {number}")
        for text in [titles[number], *sorted(own)[:MOST_REMARKS]]:
            sheet.append([text])
    book.save(folder / "openpyxl.xlsx")


def pandas_way(folder: Path) -> None:
    """Read, count and write with pandas; to_excel is openpyxl's."""
    import pandas as pd

    frame = pd.read_csv(folder / "answers.csv")
    role = frame.columns[1]
    items = [name for name in frame.columns if is_item(name)]
    remarks = [name for name in frame.columns[2:] if name not in items]
    with pd.ExcelWriter(folder / "pandas.xlsx", engine="openpyxl") as writer:
        frame[items].apply(lambda column: column.value_counts()).T.to_excel(
            writer, sheet_name="all"
        )
        groups = {name: pd.crosstab(frame[role], frame[name]) for name in items}
        pd.concat(groups).to_excel(writer, sheet_name="groups")
        for number, name in enumerate(remarks):
            sheet = f"remarks {number}"
            frame[name].dropna().sort_values().head(MOST_REMARKS).to_excel(writer, sheet_name=sheet)


def polars_way(folder: Path) -> None:
    """Read, count and write with Polars; write_excel is XlsxWriter's."""
    import polars as pl
    import xlsxwriter

    frame = pl.scan_csv(folder / "answers.csv")
    role, *rest = frame.collect_schema().names()[1:]
    items = [name for name in rest if is_item(name)]
    long = frame.unpivot(items, index=role, variable_name="item", value_name="answer")
    groups = long.group_by("item", role, "answer").len().collect(engine="streaming")
    counts = groups.group_by("item", "answer").agg(pl.sum("len"))
    with xlsxwriter.Workbook(folder / "polars.xlsx") as book:
        # What pandas has another method for, Polars does by this one.
        counts.pivot("answer", index="item", values="len").write_excel(book, "all")  # noqa: PD010
        table = groups.pivot("answer", index=["item", role], values="len")  # noqa: PD010
        table.write_excel(book, "groups")
        for number, name in enumerate(each for each in rest if not is_item(each)):
            remarks = frame.select(pl.col(name).drop_nulls().sort().head(MOST_REMARKS))
            remarks.collect(engine="streaming").write_excel(book, f"remarks {number}")


def duckdb_way(folder: Path) -> None:
    """Read and count with DuckDB, write with XlsxWriter.

    DuckDB's own writing of .xlsx is an extension that is fetched over the network at first use.
    """
    import duckdb
    import xlsxwriter

    database = duckdb.connect()
    database.execute(f"CREATE TABLE answers AS FROM read_csv('{folder / 'answers.csv'}')")
    role, *rest = [name for name, *_ in database.sql("DESCRIBE answers").fetchall()][1:]
    items = ", ".join(f'"{name}"' for name in rest if is_item(name))
    database.execute(
        f'CREATE TABLE groups AS SELECT item, "{role}" AS role, answer, count(*) AS number '  # noqa: S608
        f"FROM (UNPIVOT answers ON {items} INTO NAME item VALUE answer) GROUP BY ALL"
    )
    tables = {
        "all": "PIVOT groups ON answer USING sum(number) GROUP BY item ORDER BY item",
        "groups": "PIVOT groups ON answer USING sum(number) GROUP BY item, role ORDER BY ALL",
    }
    for number, name in enumerate(each for each in rest if not is_item(each)):
        tables[f"remarks {number}"] = (
            f'SELECT "{name}" FROM answers WHERE "{name}" IS NOT NULL '  # noqa: S608
            f"ORDER BY 1 LIMIT {MOST_REMARKS}"
        )
    with xlsxwriter.Workbook(folder / "duckdb.xlsx") as book:
        for title, query in tables.items():
            found = database.sql(query)
            _write(book.add_worksheet(title), [found.columns, *found.fetchall()])


def _write(sheet: Any, rows: Iterable[Sequence[object]]) -> None:
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)


def formpack_way(folder: Path) -> None:
    """Write an archive as KoboToolbox does: submissions as its database holds them, with labels."""
    from formpack import FormPack
    from formpack.constants import UNTRANSLATED

    survey = json.loads((folder / "survey.json").read_text(encoding="utf-8"))
    export = FormPack([survey], survey["title"]).export(
        lang=UNTRANSLATED, copy_fields=("_submission_time",)
    )
    with (folder / "submissions.jsonl").open(encoding="utf-8") as lines:
        export.to_xlsx(str(folder / "formpack.xlsx"), map(json.loads, lines))


if __name__ == "__main__":
    name, where = sys.argv[1:]
    globals()[name](Path(where))
