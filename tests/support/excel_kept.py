"""Whether all that excel_made put into a rapport.xlsx is still there, and wired.

Every relation leads to a part, every name to what it names.
"""

import re
from collections.abc import Callable, Mapping

from excel_made import (
    BAR,
    LINK,
    LIST,
    NS,
    OWN,
    PICTURES,
    PIVOT,
    TALK,
    YELLOW,
    find_tables,
    one,
    read,
    relations,
    tabs,
    unpacked,
    walk,
)
from lxml import etree
from openpyxl.utils import coordinate_to_tuple
from working import BOOK, Parts


def sheet_of(parts: Parts, tab: str) -> etree._Element:
    """Return a tab's root; an empty one for a tab that is not there."""
    return read(parts, tabs(parts).get(tab, ""))


def seen(parts: Parts, tab: str, path: str) -> bool:
    """Say whether a tab holds an element."""
    return sheet_of(parts, tab).find(path, NS) is not None


def reached(parts: Parts, tab: str, *steps: str) -> list[str]:
    """Return the parts that a tab, or the workbook, leads to."""
    start = BOOK if tab == BOOK else tabs(parts).get(tab)
    return walk(parts, start, *steps) if start else []


def led(parts: Parts, tab: str, *steps: str) -> list[etree._Element]:
    """Return the roots of the parts that a tab, or the workbook, leads to."""
    return [read(parts, name) for name in reached(parts, tab, *steps)]


def texts(roots: list[etree._Element], path: str) -> list[str]:
    """Return the text of elements, or an attribute of them: path@name."""
    path, _, name = path.partition("/@")
    found = [each for root in roots for each in root.iterfind(path, NS)]
    return [each.get(name, "") if name else "".join(each.itertext()) for each in found]


def point(parts: Parts, formulas: list[str]) -> bool:
    """Say whether there are formulas, which all name tabs and cells that are there."""
    titles = [re.findall(r"'([^']+)'!|\b(\w+)!", formula) for formula in formulas]
    named = {quoted or other for found in titles for quoted, other in found}
    return bool(named) and named <= set(tabs(parts)) and "#REF" not in "".join(formulas)


def book_texts(parts: Parts, path: str) -> list[str]:
    """Return text of elements in the workbook, or an attribute of them."""
    return texts([read(parts, BOOK)], path)


def has_slicer(parts: Parts, tab: str, cache: str, known: str) -> bool:
    """Say whether a slicer is drawn, listed and kept, and what it filters is known by its cache."""
    names = texts(led(parts, tab, ".//x14:slicer"), "x14:slicer/@name")
    caches = led(parts, BOOK, f".//{cache}:slicerCaches/x14:slicerCache")
    drawn = texts(led(parts, tab, "s:drawing"), ".//sle:slicer/@name")
    kept = texts(led(parts, tab, ".//x14:slicer"), "x14:slicer/@cache")
    defined = set(book_texts(parts, ".//s:definedName/@name"))
    has_cache = [
        each for each in caches if each.get("name") in kept and each.get("name") in defined
    ]
    return names == drawn != [] and known in [x for c in has_cache for x in known_by(c)]


def known_by(cache: etree._Element) -> list[str]:
    """Return what a slicer's cache says it filters."""
    tables = cache.iterfind(".//x15:tableSlicerCache", NS)
    table = [f"{each.get('tableId')}/{each.get('column')}" for each in tables]
    pivots = zip(
        texts([cache], ".//x14:pivotTable/@tabId"),
        texts([cache], ".//x14:pivotTable/@name"),
        texts([cache], ".//x14:tabular/@pivotCacheId"),
        strict=False,
    )
    return table + ["/".join(each) for each in pivots]


def has_table_slicer(parts: Parts) -> bool:
    """Say whether the list's Table and its column still bear the numbers that the slicer knows."""
    names = texts(led(parts, LIST, ".//x14:slicer"), "x14:slicer/@name")
    for table in led(parts, LIST, ".//s:tablePart"):
        for each in table.iterfind(".//s:tableColumn", NS):
            if [each.get("name")] == names:
                return has_slicer(parts, LIST, "x15", f"{table.get('id')}/{each.get('id')}")
    return False


def has_pivot_slicer(parts: Parts) -> bool:
    """Say whether the pivot table's tab and cache still bear the numbers that the slicer knows."""
    tab = book_texts(parts, f"s:sheets/s:sheet[@name='{PIVOT}']/@sheetId")
    names = [each.get("name", "") for each in led(parts, PIVOT, "@pivotTable")]
    caches = led(parts, PIVOT, "@pivotTable", "@pivotCacheDefinition")
    numbers = texts(caches, ".//x14:pivotCacheDefinition/@pivotCacheId")
    return has_slicer(parts, PIVOT, "x14", "/".join((tab + names + numbers)[:3]))


def has_pivot(parts: Parts) -> bool:
    """Say whether the pivot table has its cache, its records, and a Table to count."""
    tables = led(parts, PIVOT, "@pivotTable")
    caches = led(parts, PIVOT, "@pivotTable", "@pivotCacheDefinition")
    sources = texts(caches, ".//s:worksheetSource/@name")
    numbers = book_texts(parts, "s:pivotCaches/s:pivotCache/@cacheId")
    return (
        bool(led(parts, PIVOT, "@pivotTable", "@pivotCacheDefinition", "@pivotCacheRecords"))
        and [each.get("cacheId") for each in tables] == numbers
        and walk(parts, BOOK, "s:pivotCaches/s:pivotCache")
        == walk(parts, tabs(parts).get(PIVOT, ""), "@pivotTable", "@pivotCacheDefinition")
        and bool(sources)
        and set(sources) <= set(find_tables(parts))
    )


def boxes(parts: Parts, ref: str) -> list[str]:
    """Return the looks of the boxes that show a cell's note."""
    row, column = (str(n - 1) for n in coordinate_to_tuple(ref))
    return [
        shape.get("style", "")
        for root in led(parts, LIST, "s:legacyDrawing")
        for shape in root.iterfind(".//v:shape", NS)
        if texts([shape], ".//x:Row") == [row] and texts([shape], ".//x:Column") == [column]
    ]


def noted(parts: Parts, text: str) -> etree._Element | None:
    """Return the note that holds a text."""
    for root in led(parts, LIST, "@comments"):
        for each in root.iterfind(".//s:comment", NS):
            if text in "".join(each.itertext()):
                return each
    return None


def has_note(parts: Parts) -> bool:
    """Say whether the note stands in a cell, with a box to show it."""
    note = noted(parts, "bel Piet")
    return note is not None and bool(boxes(parts, note.attrib["ref"]))


def has_looks(parts: Parts) -> bool:
    """Say whether the note is still bold and Tahoma, in a box of its own size."""
    note = noted(parts, "bel Piet")
    return (
        note is not None
        and note.find(".//s:r/s:rPr/s:b", NS) is not None
        and "Tahoma" in texts([note], ".//s:rFont/@val")
        and any("width:180pt" in looks for looks in boxes(parts, note.attrib["ref"]))
    )


def has_talk(parts: Parts) -> bool:
    """Say whether both sides of the conversation stand at one cell, by a person that is known."""
    talk, note = led(parts, LIST, "@threadedComment"), noted(parts, "Haalbaar?")
    authors = texts(led(parts, LIST, "@comments"), ".//s:author")
    people = set(texts(led(parts, BOOK, "@person"), "tc:person/@id"))
    return (
        note is not None
        and authors[int(note.attrib["authorId"])] == f"tc={TALK}"
        and texts(talk, "tc:threadedComment/@ref") == [note.attrib["ref"]] * 2
        and texts(talk, "tc:threadedComment/@parentId") == ["", TALK]
        and set(texts(talk, "tc:threadedComment/@personId")) <= people
        and bool(boxes(parts, note.attrib["ref"]))
    )


def has_check_box(parts: Parts) -> bool:
    """Say whether a cell has the format that the property bag makes a check box."""
    formats = one(read(parts, "xl/styles.xml"), "s:cellXfs")
    boxed = ".//xfpb:xfComplement"
    checks = [str(n) for n, each in enumerate(formats) if each.find(boxed, NS) is not None]
    of = texts([sheet_of(parts, OWN)], ".//s:c[@t='b']/@s")
    return bool(of) and set(of) <= set(checks) and bool(led(parts, BOOK, "@FeaturePropertyBag"))


def has_dynamic_array(parts: Parts) -> bool:
    """Say whether a cell spills: by a number that the metadata has."""
    of = texts([sheet_of(parts, OWN)], ".//s:c[s:f]/@cm")
    kept = texts(led(parts, BOOK, "@sheetMetadata"), "s:cellMetadata/s:bk/s:rc/@t")
    return [int(n) for n in of if n] == [1] and len(kept) >= 1


def has_filter_formula(parts: Parts) -> bool:
    """Say whether FILTER still names a Table and columns of it."""
    formulas = "".join(texts([sheet_of(parts, OWN)], ".//s:f"))
    named = re.findall(r"_xlfn\._xlws\.FILTER\((\w+)\[([^\]]+)\],(\w+)\[([^\]]+)\]", formulas)
    known = {
        (name, each)
        for name, part in find_tables(parts).items()
        for each in texts([read(parts, part)], ".//s:tableColumn/@name")
    }
    return bool(named) and all({f[:2], f[2:]} <= known for f in named)


def has_sparkline(parts: Parts, tab: str) -> bool:
    """Say whether a line is drawn of cells that are there."""
    return point(parts, texts([sheet_of(parts, tab)], ".//x14:sparkline/xm:f"))


def has_bar(parts: Parts) -> bool:
    """Say whether the rule and what Excel 2010 knows more of it still name each other."""
    sheet = [sheet_of(parts, LIST)]
    old, new = (texts(sheet, p) for p in (".//s:cfRule//x14:id", ".//x14:cfRule/@id"))
    return [BAR] == old == new


def has_picture(parts: Parts, tab: str) -> bool:
    """Say whether a tab shows a picture."""
    return bool(reached(parts, tab, "s:drawing", "./*/xdr:pic//a:blip"))


def has_query_table(parts: Parts) -> bool:
    """Say whether the query's Table is loaded by a connection that is there."""
    of = [each.get("connectionId") for each in led(parts, OWN, ".//s:tablePart", "@queryTable")]
    return bool(of) and set(of) <= set(texts(led(parts, BOOK, "@connections"), "s:connection/@id"))


def has_link(parts: Parts) -> bool:
    """Say whether the formula's number still leads to the other workbook's address."""
    links = walk(parts, BOOK, "s:externalReferences/s:externalReference")
    formulas = "".join(texts([sheet_of(parts, OWN)], ".//s:f"))
    number = re.search(r"\[(\d+)\]Blad1!A1", formulas)
    if not number or int(number[1]) > len(links):
        return False
    part = links[int(number[1]) - 1]
    book = read(parts, part).find("s:externalBook", NS)
    id_ = book.get(f"{{{NS['r']}}}id", "") if book is not None else ""
    return relations(parts, part).get(id_, ("", ""))[1] == LINK


def has_names(parts: Parts) -> bool:
    """Say whether the workbook's name and the tab's own still point to something."""
    names = {e.get("name"): e for e in read(parts, BOOK).iterfind(".//s:definedName", NS)}
    first, local = names.get("EersteHouder"), names.get("Lokaal")
    if first is None or local is None:
        return False
    at = list(tabs(parts)).index(OWN) if OWN in tabs(parts) else -1
    both = point(parts, [first.text or ""]) and point(parts, [local.text or ""])
    return local.get("localSheetId") == str(at) and both


def has_colour(parts: Parts, path: str) -> bool:
    """Say whether the list's Table still names a format with the colour."""
    formats = one(read(parts, "xl/styles.xml"), "s:dxfs")
    numbers = [int(n) for n in texts(led(parts, LIST, ".//s:tablePart"), f"{path}/@dxfId")]
    return bool(numbers) and all(
        n < len(formats) and YELLOW in texts([formats[n]], ".//s:fgColor/@rgb") for n in numbers
    )


def has_calculated_column(parts: Parts) -> bool:
    """Say whether the Table fills down Totaal, and its cells hold a formula."""
    tables = led(parts, LIST, ".//s:tablePart")
    formulas = texts(tables, ".//s:tableColumn[@name='Totaal']/s:calculatedColumnFormula")
    return bool(formulas) and seen(parts, LIST, f".//s:c[s:f='{formulas[0]}']")


def has_cached(parts: Parts) -> bool:
    """Say whether what a formula came to is still there, for who cannot work it out."""
    return seen(parts, OWN, ".//s:c[s:f='[1]Blad1!A1'][s:v='5']")


THINGS: Mapping[str, Callable[[Parts], bool]] = {
    "pivot table and its cache": has_pivot,
    "slicer of the pivot table": has_pivot_slicer,
    "slicer of the Table": has_table_slicer,
    "conversation and persons": has_talk,
    "note": has_note,
    "note's own looks": has_looks,
    "sensitivity label": lambda p: bool(walk(p, "", "@classificationlabels")),
    "check boxes": has_check_box,
    "dynamic array": has_dynamic_array,
    "FILTER": has_filter_formula,
    "sparklines on own tab": lambda p: has_sparkline(p, OWN),
    "sparklines on the list": lambda p: has_sparkline(p, LIST),
    "data bar": has_bar,
    "drop-down from another tab": lambda p: point(
        p, texts([sheet_of(p, LIST)], ".//x14:dataValidation//xm:f")
    ),
    "picture on the list": lambda p: has_picture(p, LIST),
    "picture on own tab": lambda p: has_picture(p, PICTURES),
    "text box": lambda p: (
        "Tekstvak van Fatima" in texts(led(p, PICTURES, "s:drawing"), "./*/xdr:sp//a:t")
    ),
    "chart on own tab": lambda p: point(
        p, texts(led(p, PICTURES, "s:drawing", ".//c:chart"), ".//c:f")
    ),
    "Power Query": lambda p: bool(walk(p, BOOK, "@customXml", "@customXmlProps")),
    "connections": lambda p: bool(led(p, BOOK, "@connections")),
    "query table": has_query_table,
    "link to another workbook": has_link,
    "names, one of a tab": has_names,
    "filter by colour": lambda p: has_colour(p, ".//s:colorFilter"),
    "sort by colour": lambda p: has_colour(p, ".//s:sortCondition[@sortBy='cellColor']"),
    "page breaks": lambda p: all(seen(p, tab, "s:rowBreaks/s:brk") for tab in (LIST, OWN)),
    "printer settings": lambda p: bool(reached(p, LIST, "s:pageSetup")),
    "grouped rows": lambda p: all(seen(p, t, ".//s:row[@outlineLevel='1']") for t in (LIST, OWN)),
    "frozen own tab": lambda p: seen(p, OWN, ".//s:pane[@state='frozen']"),
    "column width": lambda p: seen(p, LIST, "s:cols/s:col[@width='55.5']"),
    "calculated column": has_calculated_column,
    "order of tabs": lambda p: list(tabs(p))[:3:2] == [LIST, PIVOT],
    "ignored errors": lambda p: seen(p, LIST, "s:ignoredErrors/s:ignoredError"),
    "values that formulas came to": has_cached,
}


def still_there(content: bytes) -> dict[str, bool]:
    """Say of each thing whether a workbook still has it, and wired."""
    parts = unpacked(content)
    return {name: is_there(parts) for name, is_there in THINGS.items()}
