"""A rapport.xlsx with all that Excel lets people make.

openpyxl drops most of it when it saves, so tests cannot make it by openpyxl: it is put in as XML.
"""

import io
import re
import struct
import zipfile
import zlib
from base64 import b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from itertools import count
from posixpath import dirname, join, normpath, relpath, split

from lxml import etree
from openpyxl.utils import column_index_from_string, coordinate_to_tuple, get_column_letter
from working import BOOK, TYPES, Parts

LIST, PIVOT, PICTURES, OWN = "Acties 2026", "Draaitabel", "Beeld", "Extra"
LINK = "https://example.sharepoint.com/sites/wonen/Gedeelde%20documenten/tarieven.xlsx"
TALK, REPLY = (f"{{8F4B9F2A-0001-4C00-8000-00000000000{n}}}" for n in (1, 2))
FATIMA, BAR = "{AAAA0001-0000-0000-0000-000000000001}", "{DA7ABA51-AAAA-BBBB-0001-000000000001}"
YELLOW = "FFFFFBEF"
OPEN = "http://schemas.openxmlformats.org"
MS = "http://schemas.microsoft.com/office"
MAIN, PACKAGE = f"{OPEN}/spreadsheetml/2006/main", f"{OPEN}/package/2006"
TALKS = f"{MS}/spreadsheetml/2018/threadedcomments"
NS = {
    "s": MAIN,
    "r": f"{OPEN}/officeDocument/2006/relationships",
    "mc": f"{OPEN}/markup-compatibility/2006",
    "a": f"{OPEN}/drawingml/2006/main",
    "c": f"{OPEN}/drawingml/2006/chart",
    "xdr": f"{OPEN}/drawingml/2006/spreadsheetDrawing",
    "ds": f"{OPEN}/officeDocument/2006/customXml",
    "x14": f"{MS}/spreadsheetml/2009/9/main",
    "x14ac": f"{MS}/spreadsheetml/2009/9/ac",
    "x15": f"{MS}/spreadsheetml/2010/11/main",
    "xr": f"{MS}/spreadsheetml/2014/revision",
    "xr2": f"{MS}/spreadsheetml/2015/revision2",
    "xr3": f"{MS}/spreadsheetml/2016/revision3",
    "xm": f"{MS}/excel/2006/main",
    "xda": f"{MS}/spreadsheetml/2017/dynamicarray",
    "xfpb": f"{MS}/spreadsheetml/2022/featurepropertybag",
    "xxl21": f"{MS}/spreadsheetml/2021/extlinks2021",
    "sle": f"{MS}/drawing/2010/slicer",
    "clbl": f"{MS}/2020/mipLabelMetadata",
    "tc": TALKS,
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
SML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DML = "application/vnd.openxmlformats-officedocument"
# By relation: how its parts are called, and their type.
KINDS = {
    "worksheet": ("xl/worksheets/sheet{}.xml", f"{SML}.worksheet+xml"),
    "table": ("xl/tables/table{}.xml", f"{SML}.table+xml"),
    "comments": ("xl/comments{}.xml", f"{SML}.comments+xml"),
    "pivotTable": ("xl/pivotTables/pivotTable{}.xml", f"{SML}.pivotTable+xml"),
    "pivotCacheDefinition": (
        "xl/pivotCache/pivotCacheDefinition{}.xml",
        f"{SML}.pivotCacheDefinition+xml",
    ),
    "pivotCacheRecords": ("xl/pivotCache/pivotCacheRecords{}.xml", f"{SML}.pivotCacheRecords+xml"),
    "queryTable": ("xl/queryTables/queryTable{}.xml", f"{SML}.queryTable+xml"),
    "connections": ("xl/connections.xml", f"{SML}.connections+xml"),
    "externalLink": ("xl/externalLinks/externalLink{}.xml", f"{SML}.externalLink+xml"),
    "sharedStrings": ("xl/sharedStrings.xml", f"{SML}.sharedStrings+xml"),
    "calcChain": ("xl/calcChain.xml", f"{SML}.calcChain+xml"),
    "sheetMetadata": ("xl/metadata.xml", f"{SML}.sheetMetadata+xml"),
    "drawing": ("xl/drawings/drawing{}.xml", f"{DML}.drawing+xml"),
    "chart": ("xl/charts/chart{}.xml", f"{DML}.drawingml.chart+xml"),
    "customXml": ("customXml/item{}.xml", "application/xml"),
    "customXmlProps": ("customXml/itemProps{}.xml", f"{DML}.customXmlProperties+xml"),
    "image": ("xl/media/image{}.png", "image/png"),
    "vmlDrawing": ("xl/drawings/vmlDrawing{}.vml", f"{DML}.vmlDrawing"),
    "printerSettings": ("xl/printerSettings/printerSettings{}.bin", f"{SML}.printerSettings"),
    "2017/10/relationships/threadedComment": (
        "xl/threadedComments/threadedComment{}.xml",
        "application/vnd.ms-excel.threadedcomments+xml",
    ),
    "2017/10/relationships/person": (
        "xl/persons/person.xml",
        "application/vnd.ms-excel.person+xml",
    ),
    "2007/relationships/slicer": (
        "xl/slicers/slicer{}.xml",
        "application/vnd.ms-excel.slicer+xml",
    ),
    "2007/relationships/slicerCache": (
        "xl/slicerCaches/slicerCache{}.xml",
        "application/vnd.ms-excel.slicerCache+xml",
    ),
    "2022/11/relationships/FeaturePropertyBag": (
        "xl/featurePropertyBag/featurePropertyBag.xml",
        "application/vnd.ms-excel.featurepropertybag+xml",
    ),
    "2020/02/relationships/classificationlabels": (
        "docMetadata/LabelInfo.xml",
        "application/vnd.ms-office.classificationlabels+xml",
    ),
}
# In which order the schemas want what stands right under a worksheet, a workbook or a Table.
ORDER = re.findall(
    r"\w+",
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData autoFilter sortState mergeCells "
    "conditionalFormatting dataValidations hyperlinks pageMargins pageSetup headerFooter rowBreaks "
    "ignoredErrors drawing legacyDrawing tableParts tableColumns tableStyleInfo workbookPr "
    "workbookProtection bookViews sheets externalReferences definedNames calcPr pivotCaches "
    "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst",
)
HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
MARGINS = '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
_COMPACT = etree.XMLParser(remove_blank_text=True)


def read(parts: Parts, name: str) -> etree._Element:
    """Return a part's root; an empty one for a part that is not there."""
    return etree.fromstring(parts.get(name, b"<none/>"))


def one(root: etree._Element, path: str) -> etree._Element:
    """Return an element that must be there."""
    found = root.find(path, NS)
    assert found is not None, path
    return found


@contextmanager
def opened(parts: Parts, name: str) -> Iterator[etree._Element]:
    """Yield a part's root, and write it back as it then is."""
    root = read(parts, name)
    yield root
    parts[name] = HEAD + etree.tostring(root)


def written(xml: str) -> bytes:
    """Return a part, whose templates leave out the namespaces and may break lines anywhere."""
    used = {prefix: uri for prefix, uri in NS.items() if re.search(rf"[<\s/]{prefix}:", xml)}
    spaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in used.items())
    has_own = "xmlns=" in xml.partition(">")[0]
    root = re.sub(r"(<[\w:]+)", rf"\1{spaces}" + f' xmlns="{MAIN}"' * (not has_own), xml, count=1)
    return HEAD + etree.tostring(etree.fromstring(root, _COMPACT))


def relations_of(part: str) -> str:
    """Return where a part's relations stand; those of the whole file for no part."""
    folder, name = split(part)
    return join(folder, "_rels", f"{name}.rels")


def relations(parts: Parts, of: str) -> dict[str, tuple[str, str]]:
    """Return kind and target of a part's relations, by id."""
    return {
        each.attrib["Id"]: (
            each.attrib["Type"],
            each.attrib["Target"]
            if each.get("TargetMode") == "External"
            else normpath(join("/", dirname(of), each.attrib["Target"]))[1:],
        )
        for each in read(parts, relations_of(of))
    }


def relate(parts: Parts, of: str, kind: str, target: str, *, is_outside: bool = False) -> str:
    """Let a part refer to another; return the relation's id."""
    index = relations_of(of)
    parts.setdefault(index, f'<Relationships xmlns="{PACKAGE}/relationships"/>'.encode())
    taken = relations(parts, of)
    new = next(name for n in count(1) if (name := f"rId{n}") not in taken)
    kind = f"{MS}/{kind}" if "/" in kind else f"{NS['r']}/{kind}"
    with opened(parts, index) as root:
        where = target if is_outside else f"/{target}"
        added = etree.SubElement(root, f"{{{PACKAGE}/relationships}}Relationship", Id=new)
        added.attrib.update({"Type": kind, "Target": where})
        if is_outside:
            added.set("TargetMode", "External")
    return new


def attach(parts: Parts, of: str, kind: str, content: str | bytes) -> tuple[str, str]:
    """Add a part that another refers to; return its name and the relation's id."""
    found = next(full for full in KINDS if full.endswith(kind))
    pattern, content_type = KINDS[found]
    name = next(name for n in count(1) if (name := pattern.format(n)) not in parts)
    parts[name] = content if isinstance(content, bytes) else written(content)
    ending = name.rpartition(".")[2]
    with opened(parts, TYPES) as types:
        tag = f"{{{PACKAGE}/content-types}}"
        if ending == "xml" and content_type != "application/xml":
            new = etree.SubElement(types, f"{tag}Override", PartName=f"/{name}")
            new.set("ContentType", content_type)
        elif not any(each.get("Extension") == ending for each in types):
            new = etree.SubElement(types, f"{tag}Default", Extension=ending)
            new.set("ContentType", content_type)
    return name, relate(parts, of, found, name)


def put(parts: Parts, part: str, xml: str) -> None:
    """Put elements where the schema wants them; what is there once gets the new one's children."""
    spaces = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())
    wrapper = etree.fromstring(f'<w xmlns="{MAIN}"{spaces}>{xml}</w>', _COMPACT)
    with opened(parts, part) as root:
        for new in list(wrapper):
            name = etree.QName(new).localname
            old = root.find(f"s:{name}", NS)
            if old is None or name == "conditionalFormatting":
                order = [ORDER.index(etree.QName(each).localname) for each in root]
                root.insert(bisect_right(order, ORDER.index(name)), new)
                continue
            old.attrib.update(new.attrib)
            old.extend(list(new))
            if "count" in old.attrib:
                old.set("count", str(len(old)))


def extension(uri: str, xml: str) -> str:
    """Return what Excel keeps outside the first version of the schema."""
    return f'<extLst><ext uri="{{{uri}}}">{xml}</ext></extLst>'


def write(parts: Parts, name: str, cells: Mapping[str, str], style: str | None = None) -> None:
    """Write cells: text, or a `<c>`; a cell that has a format keeps it."""
    with opened(parts, name) as sheet:
        for ref, content in cells.items():
            text = f'<c t="inlineStr"><is><t>{content}</t></is></c>'
            xml = content if content.startswith("<c") else text
            new = etree.fromstring(f'<w xmlns="{MAIN}">{xml}</w>')[0]
            place(sheet, ref, new)
            if style and "s" not in new.attrib:
                new.set("s", style)


def row_of(sheet: etree._Element, number: int) -> etree._Element:
    """Return a row, made in its place where there is none."""
    rows = one(sheet, "s:sheetData")
    at = bisect_left([int(row.attrib["r"]) for row in rows], number)
    if at == len(rows) or rows[at].get("r") != str(number):
        rows.insert(at, etree.Element(f"{{{MAIN}}}row", r=str(number)))
    return rows[at]


def place(sheet: etree._Element, ref: str, new: etree._Element) -> None:
    """Put a cell in its place, over the one that is there."""
    number, column = coordinate_to_tuple(ref)
    row = row_of(sheet, number)
    at = bisect_left([coordinate_to_tuple(cell.attrib["r"])[1] for cell in row], column)
    new.set("r", ref)
    if at < len(row) and row[at].get("r") == ref:
        if "s" in row[at].attrib and "s" not in new.attrib:
            new.set("s", row[at].attrib["s"])
        row.remove(row[at])
    row.insert(at, new)


def walk(parts: Parts, start: str, *steps: str) -> list[str]:
    """Return the parts that one leads to: by elements that name a relation, or by `@kind`."""
    at = [start]
    for step in steps:
        found = []
        for part in at:
            known = relations(parts, part)
            if step.startswith("@"):
                ids = [id_ for id_, (kind, _) in known.items() if kind.endswith(f"/{step[1:]}")]
            else:
                named = [each.attrib for each in read(parts, part).iterfind(step, NS)]
                office = f"{{{NS['r']}}}"
                ids = [v for a in named for k, v in a.items() if str(k).startswith(office)]
            found += [known[id_][1] for id_ in ids if id_ in known]
        at = [part for part in found if part in parts and has_type(parts, part)]
    return at


def has_type(parts: Parts, part: str) -> bool:
    """Say whether the file tells what kind of part it is; any XML is that of people's own."""
    ending = part.rpartition(".")[2]
    by_ending = ending != "xml" or part.startswith("customXml/item")
    return any(
        each.get("PartName") == f"/{part}" or (by_ending and each.get("Extension") == ending)
        for each in read(parts, TYPES)
    )


@dataclass(frozen=True)
class Listed:
    """Where the list stands in this report: its parts, and its columns by vinkje's names."""

    title: str
    part: str
    table: str
    header: int
    last: int
    columns: dict[str, str]

    def at(self, column: str, nth: int) -> str:
        """Return a cell of the nth row."""
        return f"{self.columns[column]}{self.header + 1 + nth}"

    def down(self, column: str, *, fixed: bool = False) -> str:
        """Return a column's cells, people's own row below them too."""
        letter = f"${self.columns[column]}$" if fixed else self.columns[column]
        return f"{letter}{self.header + 1}:{letter}{self.own}"

    @property
    def own(self) -> int:
        """Return the row that people add right below the list."""
        return self.last + 1


def tabs(parts: Parts) -> dict[str, str]:
    """Return the part of each tab, by its title, in order."""
    found = relations(parts, BOOK)
    return {
        sheet.attrib["name"]: found[sheet.attrib[f"{{{NS['r']}}}id"]][1]
        for sheet in read(parts, BOOK).iterfind("s:sheets/s:sheet", NS)
    }


def find_list(parts: Parts) -> Listed:
    """Find the list in a fresh report."""
    names = read(parts, BOOK).iterfind("s:definedNames/s:definedName", NS)
    cells = {each.attrib["name"]: (each.text or "").rpartition("!") for each in names}
    title, _, cell = cells["vinkje_column_id"]
    title = title.strip("'").replace("''", "'")
    start = "vinkje_column_"
    columns = {n[len(start) :]: c[2].split("$")[1] for n, c in cells.items() if n.startswith(start)}
    part = tabs(parts)[title]
    table = walk(parts, part, ".//s:tablePart")[0]
    width, last = re.findall(r":([A-Z]+)(\d+)$", read(parts, table).attrib["ref"])[0]
    for name, after in (("costs", 1), ("total", 2), ("beside", 4)):
        columns[name] = get_column_letter(column_index_from_string(width) + after)
    return Listed(title, part, table, int(cell.split("$")[2]), int(last), columns)


def style_of(parts: Parts, name: str, ref: str) -> str:
    """Return which format a cell has."""
    return one(read(parts, name), f".//s:c[@r='{ref}']").attrib["s"]


def own_cells(parts: Parts, listed: Listed) -> None:
    """Fill in what is theirs, write over what is vinkje's, and write beside and below the list."""
    at, own = listed.at, listed.own
    texts = {
        at("owner", 0): "Fatima",
        at("decision", 0): "Nodig",
        at("deadline", 0): "1 dec",
        at("priority", 1): "Hoog!",
        at("note", 2): "zie verslag",
        at("action", 3): "Eigen woorden bij deze actie",
        at("note", 5): "blijft staan",
        f"{listed.columns['item']}{own}": "eigen regel: Jan belt",
        f"{listed.columns['decision']}{own}": "Nodig",
        f"{listed.columns['note']}{own + 2}": "Totaal kosten",
    }
    status = listed.down("status", fixed=True)
    sums = {
        at("beside", 0): f'COUNTIF({status},"Open")',
        f"{listed.columns['costs']}{own + 2}": f"SUM({listed.down('costs')})",
    }
    write(parts, listed.part, texts)
    write(parts, listed.part, {c: f"<c><f>{f}</f><v>9</v></c>" for c, f in sums.items()})
    with opened(parts, listed.part) as sheet:
        row_of(sheet, own).attrib.update({"ht": "40", "customHeight": "1"})
        row_of(sheet, listed.header + 5).set("hidden", "1")
    page = "https://example.org/a?b=1&c=2"
    target = relate(parts, listed.part, "hyperlink", page, is_outside=True)
    link = f'<hyperlink ref="{at("note", 2)}" r:id="{target}" tooltip="verslag"/>'
    put(parts, listed.part, f"<hyperlinks>{link}</hyperlinks>")


def own_columns(parts: Parts, listed: Listed) -> None:
    """Add Kosten, with one cell left empty, and Totaal, which Excel fills down."""
    costs, total, first = listed.columns["costs"], listed.columns["total"], listed.header + 1
    header = style_of(parts, listed.part, f"{listed.columns['decision']}{listed.header}")
    titles = {f"{costs}{listed.header}": "Kosten", f"{total}{listed.header}": "Totaal"}
    write(parts, listed.part, titles, header)
    cells = {}
    for n in range(first, listed.own + 1):
        if n == first + 6:
            continue
        of = f'ref="{total}{first}:{total}{listed.own}"'
        shared = f'<f t="shared" {of} si="0">{costs}{n}*1.21</f>'
        formula = shared if n == first else '<f t="shared" si="0"/>'
        cells[f"{costs}{n}"] = f"<c><v>{n * 100}</v></c>"
        cells[f"{total}{n}"] = f"<c>{formula}<v>{n * 121}</v></c>"
    write(parts, listed.part, cells, style_of(parts, listed.part, listed.at("decision", 0)))
    with opened(parts, listed.table) as table:
        ids = [int(each.attrib["id"]) for each in one(table, "s:tableColumns")]
        ref = f"{listed.columns['id']}{listed.header}:{total}{listed.own}"
        table.set("ref", ref)
        one(table, "s:autoFilter").set("ref", ref)
    formula = f"<calculatedColumnFormula>{costs}{first}*1.21</calculatedColumnFormula>"
    xml = f'<tableColumn id="{max(ids) + 1}" name="Kosten"/>'
    xml += f'<tableColumn id="{max(ids) + 2}" name="Totaal">{formula}</tableColumn>'
    put(parts, listed.table, f"<tableColumns>{xml}</tableColumns>")


def own_tabs(parts: Parts, _: Listed) -> None:
    """Add three tabs."""
    for title in (PIVOT, PICTURES, OWN):
        xml = f"<worksheet><sheetData/>{MARGINS}</worksheet>"
        target = attach(parts, BOOK, "worksheet", xml)[1]
        ids = [int(each.attrib["sheetId"]) for each in read(parts, BOOK).iterfind(".//s:sheet", NS)]
        sheet = f'<sheet name="{title}" sheetId="{max(ids) + 1}" r:id="{target}"/>'
        put(parts, BOOK, f"<sheets>{sheet}</sheets>")


def list_in_order(parts: Parts, listed: Listed) -> None:
    """Filter and sort by colour, group rows, break the page, and widen a column."""
    dxfs = len(one(read(parts, "xl/styles.xml"), "s:dxfs"))
    fill = f'<fgColor rgb="{YELLOW}"/><bgColor rgb="{YELLOW}"/>'
    fill = f'<dxf><fill><patternFill patternType="solid">{fill}</patternFill></fill></dxf>'
    put(parts, "xl/styles.xml", f"<dxfs>{fill}<dxf><font><b/></font></dxf></dxfs>")
    column = column_index_from_string(listed.columns["deadline"]) - 1
    down, rows = listed.down("deadline"), f"{listed.at('id', 0)}:{listed.columns['total']}"
    chosen = f'<filterColumn colId="{column}"><colorFilter dxfId="{dxfs}"/></filterColumn>'
    order = f'<sortCondition sortBy="cellColor" ref="{down}" dxfId="{dxfs}"/>'
    order = f'<sortState ref="{rows}{listed.own}">{order}</sortState>'
    put(parts, listed.table, f"<autoFilter>{chosen}</autoFilter>{order}")
    wide = {name: column_index_from_string(listed.columns[name]) for name in ("item", "costs")}
    with opened(parts, listed.part) as sheet:
        for n in (6, 7):
            row_of(sheet, listed.header + n).set("outlineLevel", "1")
        one(sheet, f"s:cols/s:col[@min='{wide['item']}']").set("width", "55.5")
    rule = f"<formula>LEN(${listed.at('owner', 2)})&gt;3</formula>"
    rule = f'<cfRule type="expression" dxfId="{dxfs + 1}" priority="4">{rule}</cfRule>'
    of = f"{listed.at('owner', 2)}:{listed.at('owner', 3)} {listed.at('owner', 5)}"
    rows = f"{listed.at('id', 0)}:{listed.columns['id']}{listed.last}"
    printer = attach(parts, listed.part, "printerSettings", bytes(range(256)) * 2)[1]
    xml = f"""<sheetFormatPr outlineLevelRow="1"/><pageSetup r:id="{printer}"/>
        <cols><col min="{wide["costs"]}" max="{wide["costs"]}" width="22.5" customWidth="1"/></cols>
        <conditionalFormatting sqref="{of}">{rule}</conditionalFormatting>
        <rowBreaks count="1" manualBreakCount="1">
          <brk id="{listed.header + 5}" max="16383" man="1"/></rowBreaks>
        <ignoredErrors><ignoredError sqref="{rows}" numberStoredAsText="1"/></ignoredErrors>"""
    put(parts, listed.part, xml)


def newer_rules(parts: Parts, listed: Listed) -> None:
    """Add a data bar, a drop-down from another tab and sparklines, as Excel 2010 and later do."""
    down = listed.down("costs")
    same = f"<x14:id>{BAR}</x14:id>"
    old = extension("B025F937-C7B1-47D3-B67F-A62EFF666E3E", same)
    bar = f"""<dataBar><cfvo type="min"/><cfvo type="max"/><color rgb="FF638EC6"/></dataBar>{old}"""
    rule = f'<cfRule type="dataBar" priority="3">{bar}</cfRule>'
    new = f"""<x14:conditionalFormattings><x14:conditionalFormatting>
        <x14:cfRule type="dataBar" id="{BAR}"><x14:dataBar minLength="0" maxLength="100">
          <x14:cfvo type="autoMin"/><x14:cfvo type="autoMax"/>
          <x14:negativeFillColor rgb="FFFF0000"/><x14:axisColor rgb="FF000000"/></x14:dataBar>
        </x14:cfRule><xm:sqref>{down}</xm:sqref>
        </x14:conditionalFormatting></x14:conditionalFormattings>"""
    choice = f"""<x14:dataValidations count="1">
        <x14:dataValidation type="list" allowBlank="1" showErrorMessage="1">
        <x14:formula1><xm:f>{OWN}!$H$1:$H$3</xm:f></x14:formula1>
        <xm:sqref>{listed.down("owner")}</xm:sqref>
        </x14:dataValidation></x14:dataValidations>"""
    xml = f'<conditionalFormatting sqref="{down}">{rule}</conditionalFormatting>'
    xml += extension("78C0D931-6437-407d-A8EE-F0AAD7539E65", new)
    put(parts, listed.part, xml + extension("CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF", choice))
    both = f"{listed.at('costs', 1)}:{listed.at('total', 1)}"
    sparkline(parts, listed.part, f"'{LIST}'!{both}", listed.at("beside", 1))
    sparkline(parts, tabs(parts)[OWN], f"'{LIST}'!{down}", "C1")


def sparkline(parts: Parts, tab: str, of: str, at: str) -> None:
    """Draw a line in a cell."""
    line = f"<x14:sparkline><xm:f>{of}</xm:f><xm:sqref>{at}</xm:sqref></x14:sparkline>"
    group = f"""<x14:sparklineGroups><x14:sparklineGroup displayEmptyCellsAs="gap">
        <x14:colorSeries theme="4"/><x14:sparklines>{line}</x14:sparklines>
        </x14:sparklineGroup></x14:sparklineGroups>"""
    put(parts, tab, extension("05C60535-1F16-4fd2-B633-F4F36F0B64E0", group))


def notes(parts: Parts, listed: Listed) -> None:
    """Write a note that looks like no other, and hold a conversation, each with its box."""
    note, talk = listed.at("owner", 0), listed.at("deadline", 3)
    font = '<sz val="9"/><rFont val="Tahoma"/>'
    reads = "[Threaded comment]\n\nYour version of Excel allows you to read this.\n\nHaalbaar?"
    xml = f"""<comments mc:Ignorable="xr">
        <authors><author>Jan</author><author>tc={TALK}</author></authors><commentList>
        <comment ref="{note}" authorId="0" shapeId="0"><text>
          <r><rPr><b/>{font}</rPr><t>Jan:</t></r>
          <r><rPr>{font}</rPr><t xml:space="preserve">\nbel Piet</t></r></text></comment>
        <comment ref="{talk}" authorId="1" shapeId="0" xr:uid="{TALK}"><text><t>{reads}</t></text>
        </comment></commentList></comments>"""
    attach(parts, listed.part, "comments", xml)
    xml = f"""<ThreadedComments xmlns="{TALKS}">
        <threadedComment ref="{talk}" dT="2026-11-25T10:00:00.00" personId="{FATIMA}" id="{TALK}">
          <text>Haalbaar?</text></threadedComment>
        <threadedComment ref="{talk}" dT="2026-11-25T11:00:00.00" personId="{FATIMA}" id="{REPLY}"
          parentId="{TALK}"><text>Ja hoor</text></threadedComment></ThreadedComments>"""
    attach(parts, listed.part, "/threadedComment", xml)
    xml = f"""<personList xmlns="{TALKS}"><person displayName="Fatima" id="{FATIMA}"
        userId="fatima@example.org" providerId="AD"/></personList>"""
    attach(parts, BOOK, "/person", xml)
    boxes = box(1, note, "180pt") + box(2, talk, "108pt")
    xml = f"""<xml><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout>
        <v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"
          path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>
          <v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>{boxes}</xml>"""
    vml = written(xml).replace(f' xmlns="{MAIN}"'.encode(), b"").removeprefix(HEAD)
    target = attach(parts, listed.part, "vmlDrawing", vml)[1]
    put(parts, listed.part, f'<legacyDrawing r:id="{target}"/>')


def box(number: int, ref: str, width: str) -> str:
    """Return the box in which Excel shows a note."""
    row, column = (n - 1 for n in coordinate_to_tuple(ref))
    edges = f"{column + 1}, 15, {row}, 2, {column + 3}, 31, {row + 4}, 1"
    return f"""<v:shape id="_x0000_s{1024 + number}" type="#_x0000_t202" fillcolor="#ffffe1"
        style="position:absolute;width:{width};height:59.25pt;z-index:{number};visibility:hidden"
        o:insetmode="auto"><v:fill color2="#ffffe1"/><v:textbox/><x:ClientData ObjectType="Note">
        <x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{edges}</x:Anchor><x:AutoFill>False</x:AutoFill>
        <x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"""


def png() -> bytes:
    """Return a small picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    size = chunk(b"IHDR", struct.pack(">IIBBBBB", 40, 30, 8, 2, 0, 0, 0))
    dots = chunk(b"IDAT", zlib.compress((b"\0" + b"\x1d\x4e\x5f" * 40) * 30))
    return b"\x89PNG\r\n\x1a\n" + size + dots + chunk(b"IEND", b"")


def anchored(column: int, row: int, body: str) -> str:
    """Return something drawn over three columns and six rows."""
    corners = "".join(
        f"""<xdr:{end}><xdr:col>{column + wide}</xdr:col><xdr:colOff>0</xdr:colOff>
        <xdr:row>{row + high}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:{end}>"""
        for end, wide, high in (("from", 0, 0), ("to", 3, 6))
    )
    return f"<xdr:twoCellAnchor>{corners}{body}<xdr:clientData/></xdr:twoCellAnchor>"


AREA = """<a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="600000"/></a:xfrm>
    <a:prstGeom prst="rect"><a:avLst/></a:prstGeom>"""


def picture(target: str) -> str:
    """Return a picture in a drawing."""
    return f"""<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="Foto 1"/><xdr:cNvPicPr/></xdr:nvPicPr>
        <xdr:blipFill><a:blip r:embed="{target}"/><a:stretch><a:fillRect/></a:stretch>
        </xdr:blipFill>        <xdr:spPr>{AREA}</xdr:spPr></xdr:pic>"""


def text_box(text: str) -> str:
    """Return a text box in a drawing."""
    return f"""<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="3" name="Tekstvak 2"/>
        <xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr>{AREA}</xdr:spPr><xdr:txBody>
        <a:bodyPr wrap="square"/><a:lstStyle/><a:p><a:r><a:t>{text}</a:t></a:r></a:p>
        </xdr:txBody></xdr:sp>"""


def frame(number: int, name: str, uri: str, body: str) -> str:
    """Return the frame in which a drawing holds a chart or a slicer."""
    return f"""<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>
        <xdr:cNvPr id="{number}" name="{name}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>
        <xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic>
        <a:graphicData uri="{uri}">{body}</a:graphicData></a:graphic></xdr:graphicFrame>"""


def draw(parts: Parts, drawing: str, *anchors: str) -> None:
    """Draw on what is drawn there already."""
    with opened(parts, drawing) as root:
        for each in list(read({"": written(f"<xdr:wsDr>{''.join(anchors)}</xdr:wsDr>")}, "")):
            root.append(each)


def drawing_of(parts: Parts, tab: str) -> str:
    """Return a tab's drawing, made where there is none."""
    if there := walk(parts, tab, "s:drawing"):
        return there[0]
    name, target = attach(parts, tab, "drawing", "<xdr:wsDr/>")
    put(parts, tab, f'<drawing r:id="{target}"/>')
    return name


def drawings(parts: Parts, listed: Listed) -> None:
    """Put a picture on the list; a picture, a text box and a chart on a tab of their own."""
    on_list, on_tab = (drawing_of(parts, tab) for tab in (listed.part, tabs(parts)[PICTURES]))
    for drawing in (on_list, on_tab):
        target = attach(parts, drawing, "image", png())[1]
        draw(parts, drawing, anchored(19, 7, picture(target)))
    series = "".join(
        f"<c:{kind}><c:{ref}><c:f>'{LIST}'!{listed.down(of, fixed=True)}</c:f></c:{ref}></c:{kind}>"
        for kind, ref, of in (("cat", "strRef", "id"), ("val", "numRef", "costs"))
    )
    axes = "".join(
        f"""<c:{kind}><c:axId val="{n}"/><c:scaling><c:orientation val="minMax"/></c:scaling>
        <c:delete val="0"/><c:axPos val="{side}"/><c:crossAx val="{3 - n}"/></c:{kind}>"""
        for kind, n, side in (("catAx", 1, "b"), ("valAx", 2, "l"))
    )
    xml = f"""<c:chartSpace><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>
        <c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>
        <c:ser><c:idx val="0"/><c:order val="0"/>{series}</c:ser>
        <c:axId val="1"/><c:axId val="2"/></c:barChart>{axes}</c:plotArea></c:chart>
        </c:chartSpace>"""
    target = attach(parts, on_tab, "chart", xml)[1]
    chart = frame(4, "Grafiek 3", NS["c"], f'<c:chart r:id="{target}"/>')
    draw(parts, on_tab, anchored(4, 0, text_box("Tekstvak van Fatima")), anchored(0, 8, chart))


def slicer(parts: Parts, tab: str, name: str, cache: str, of_what: str) -> None:
    """Put buttons that filter on a tab: drawn, listed on the tab and in the workbook."""
    part, uri, wrapper, needs, year = {
        "table": ("3A4CF648-6AED-40f4-86FF-DC5316D8AED3", "46BE6895-7355-4a93-B00E-2C351335B9C9",
                  "x15", "sle15", 2012),
        "pivot": ("A8765BA9-456A-4dab-B4F3-ACF838C121DE", "BBE1A952-AA13-448e-AADC-164F8A28A991",
                  "x14", "a14", 2010),
    }[of_what]  # fmt: skip
    what = "slicer" if year == 2012 else "main"
    default = f'xmlns="{NS["x14"]}"'
    xml = f"""<slicerCacheDefinition {default} name="Slicer_{name}" sourceName="{name}">
        {cache}</slicerCacheDefinition>"""
    target = attach(parts, BOOK, "/slicerCache", xml)[1]
    caches = f'<x14:slicerCache r:id="{target}"/>'
    caches = f"<{wrapper}:slicerCaches>{caches}</{wrapper}:slicerCaches>"
    put(parts, BOOK, extension(uri, caches))
    put(parts, BOOK, names_of({f"Slicer_{name}": "#N/A"}))
    xml = f"""<slicers {default}><slicer name="{name}" cache="Slicer_{name}" caption="{name}"
        rowHeight="241300"/></slicers>"""
    target = attach(parts, tab, "/slicer", xml)[1]
    xml = f'<x14:slicerList><x14:slicer r:id="{target}"/></x14:slicerList>'
    put(parts, tab, extension(part, xml))
    shape = frame(5, name, NS["sle"], f'<sle:slicer name="{name}"/>')
    xml = f"""<mc:AlternateContent xmlns:{needs}="{MS}/drawing/{year}/{what}">
        <mc:Choice Requires="{needs}">{shape}</mc:Choice>
        <mc:Fallback>{text_box("Slicer")}</mc:Fallback></mc:AlternateContent>"""
    draw(parts, drawing_of(parts, tab), anchored(19, 15, xml))


def names_of(names: Mapping[str, str]) -> str:
    """Return defined names, to put in the workbook."""
    each = (f'<definedName name="{name}">{of}</definedName>' for name, of in names.items())
    return f"<definedNames>{''.join(each)}</definedNames>"


def table_slicer(parts: Parts, listed: Listed) -> None:
    """Filter the list by buttons."""
    table = read(parts, listed.table)
    column = header_of(parts, listed, "decision")
    known = f'tableId="{table.attrib["id"]}" column="{column.attrib["id"]}"'
    cache = f"<x15:tableSlicerCache {known}/>"
    uri = "2F2917AC-EB37-4324-AD4E-5DD8C200BD13"
    cache = f'<extLst><x:ext xmlns:x="{MAIN}" uri="{{{uri}}}">{cache}</x:ext></extLst>'
    slicer(parts, listed.part, escape(column.attrib["name"]), cache, "table")


def header_of(parts: Parts, listed: Listed, column: str) -> etree._Element:
    """Return what the Table says of a column."""
    number = column_index_from_string(listed.columns[column])
    return one(read(parts, listed.table), f"s:tableColumns/s:tableColumn[{number}]")


def values(parts: Parts, listed: Listed, column: str) -> list[str]:
    """Return a column's cells as text, people's own row too."""
    cells = {c.get("r"): c for c in read(parts, listed.part).iterfind(".//s:c", NS)}
    refs = [f"{column}{n}" for n in range(listed.header + 1, listed.own + 1)]
    return [escape("".join(cells[ref].itertext())) if ref in cells else "" for ref in refs]


def pivot(parts: Parts, listed: Listed) -> None:
    """Count the list by priority on a tab of their own, with buttons that filter it."""
    at = column_index_from_string(listed.columns["priority"]) - 1
    table = read(parts, listed.table)
    fields = [escape(each.attrib["name"]) for each in table.iterfind(".//s:tableColumn", NS)]
    columns = [values(parts, listed, get_column_letter(n + 1)) for n in range(len(fields))]
    kinds = list(dict.fromkeys(columns[at]))
    part, tab = pivot_cache(parts, fields, columns, at), tabs(parts)[PIVOT]
    number, n = range(len(kinds)), len(kinds)
    items = "".join(f'<item x="{i}"/>' for i in number)
    rows = "".join(f'<i><x v="{i}"/></i>' for i in number)
    shown = ['<pivotField showAll="0"/>'] * len(fields)
    shown[0] = '<pivotField dataField="1" showAll="0"/>'
    shown[at] = f"""<pivotField axis="axisRow" showAll="0"><items count="{n + 1}">{items}
        <item t="default"/></items></pivotField>"""
    xml = f"""<pivotTableDefinition name="Draaitabel1" cacheId="7" dataCaption="Waarden" outline="1"
        updatedVersion="8" minRefreshableVersion="3" createdVersion="8" applyWidthHeightFormats="1">
        <location ref="A3:B{4 + n}" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>
        <pivotFields count="{len(fields)}">{"".join(shown)}</pivotFields>
        <rowFields count="1"><field x="{at}"/></rowFields>
        <rowItems count="{n + 1}">{rows}<i t="grand"><x/></i></rowItems>
        <colItems count="1"><i/></colItems><dataFields count="1">
        <dataField name="Aantal" fld="0" subtotal="count" baseField="0" baseItem="0"/>
        </dataFields></pivotTableDefinition>"""
    name = attach(parts, tab, "pivotTable", xml)[0]
    relate(parts, name, "pivotCacheDefinition", part)
    texts = ["Rijlabels", *(kind or "(leeg)" for kind in kinds), "Eindtotaal"]
    write(parts, tab, {f"A{3 + i}": text for i, text in enumerate(texts)})
    counts = [*(columns[at].count(kind) for kind in kinds), len(columns[at])]
    write(parts, tab, {"B3": "Aantal"})
    write(parts, tab, {f"B{4 + i}": f"<c><v>{many}</v></c>" for i, many in enumerate(counts)})
    sheet = one(read(parts, BOOK), f"s:sheets/s:sheet[@name='{PIVOT}']").attrib["sheetId"]
    chosen = "".join(f'<i x="{i}" s="1"/>' for i in number)
    cache = f"""<pivotTables><pivotTable tabId="{sheet}" name="Draaitabel1"/></pivotTables>
        <data><tabular pivotCacheId="1"><items count="{n}">{chosen}</items></tabular></data>"""
    slicer(parts, tab, fields[at], cache, "pivot")


def pivot_cache(parts: Parts, fields: list[str], columns: list[list[str]], at: int) -> str:
    """Keep what the pivot table counts; return the part."""
    kinds = list(dict.fromkeys(columns[at]))
    blank = ['containsBlank="1"' * ("" in column) for column in columns]
    shared = [f"<sharedItems {has}/>" for has in blank]
    items = "".join(f'<s v="{kind}"/>' if kind else "<m/>" for kind in kinds)
    shared[at] = f'<sharedItems {blank[at]} count="{len(kinds)}">{items}</sharedItems>'
    xml = "".join(
        f'<cacheField name="{name}" numFmtId="0">{each}</cacheField>'
        for name, each in zip(fields, shared, strict=True)
    )
    known = extension(
        "725AE2AE-9491-48be-B2B4-4EB974FC3084", '<x14:pivotCacheDefinition pivotCacheId="1"/>'
    )
    table = next(iter(find_tables(parts)))
    xml = f"""<pivotCacheDefinition r:id="rId1" refreshedBy="Fatima" createdVersion="8"
        refreshedVersion="8" minRefreshableVersion="3" recordCount="{len(columns[0])}">
        <cacheSource type="worksheet"><worksheetSource name="{table}"/></cacheSource>
        <cacheFields count="{len(fields)}">{xml}</cacheFields>{known}</pivotCacheDefinition>"""
    part, target = attach(parts, BOOK, "pivotCacheDefinition", xml)

    def kept(n: int, value: str) -> str:
        if n == at:
            return f'<x v="{kinds.index(value)}"/>'
        return f'<s v="{value}"/>' if value else "<m/>"

    put(parts, BOOK, f'<pivotCaches><pivotCache cacheId="7" r:id="{target}"/></pivotCaches>')
    records = "".join(
        f"<r>{''.join(kept(n, value) for n, value in enumerate(row))}</r>"
        for row in zip(*columns, strict=True)
    )
    xml = f'<pivotCacheRecords count="{len(columns[0])}">{records}</pivotCacheRecords>'
    attach(parts, part, "pivotCacheRecords", xml)
    return part


def find_tables(parts: Parts) -> dict[str, str]:
    """Return the part of each Table that a tab holds, by name."""
    found = [part for tab in tabs(parts).values() for part in walk(parts, tab, ".//s:tablePart")]
    return {read(parts, part).attrib["name"]: part for part in found}


def check_boxes(parts: Parts, _: Listed) -> None:
    """Show a cell as a check box."""
    box = extension("C7286773-470A-42A8-94C5-96B5CB345126", '<xfpb:xfComplement i="0"/>')
    number = len(one(read(parts, "xl/styles.xml"), "s:cellXfs"))
    xf = f'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0">{box}</xf>'
    put(parts, "xl/styles.xml", f"<cellXfs>{xf}</cellXfs>")
    xml = f"""<FeaturePropertyBags xmlns="{NS["xfpb"]}"><bag type="Checkbox"/>
        <bag type="XFControls"><bagId k="CellControl">0</bagId></bag>
        <bag type="XFComplement"><bagId k="XFControls">1</bagId></bag>
        <bag type="XFComplements" extRef="XFComplementsMapperExtRef">
        <a k="MappedFeaturePropertyBags"><bagId>2</bagId></a></bag></FeaturePropertyBags>"""
    attach(parts, BOOK, "/FeaturePropertyBag", xml)
    checked = f'<c s="{number}" t="b"><v>1</v></c>'
    write(parts, tabs(parts)[OWN], {"A1": "af", "B1": checked})


def own_formulas(parts: Parts, listed: Listed) -> None:
    """Let formulas on a tab of their own name the list, spill, and name another workbook."""
    dynamic = extension(
        "bdbb8cdc-fa1e-496e-a857-3c3f30c029c3",
        '<xda:dynamicArrayProperties fDynamic="1" fCollapsed="0"/>',
    )
    xml = f"""<metadata><metadataTypes count="1"><metadataType name="XLDAPR" cellMeta="1" copy="1"
        minSupportedVersion="120000" pasteAll="1" merge="1" splitFirst="1" rowColShift="1"
        clearFormats="1" clearComments="1" assign="1" coerce="1"/></metadataTypes>
        <futureMetadata name="XLDAPR" count="1"><bk>{dynamic}</bk></futureMetadata>
        <cellMetadata count="1"><bk><rc t="1" v="0"/></bk></cellMetadata></metadata>"""
    attach(parts, BOOK, "sheetMetadata", xml)
    table = read(parts, listed.table).attrib["name"]
    number, choice = (header_of(parts, listed, n).attrib["name"] for n in ("id", "decision"))
    spilled = f'_xlfn._xlws.FILTER({table}[{number}],{table}[{choice}]="Nodig")'
    cells = {
        "A2": f"<c><f>'{LIST}'!{listed.at('owner', 0)}</f><v>0</v></c>",
        "B2": f"<c><f>SUM('{LIST}'!{listed.down('costs')})</f><v>1</v></c>",
        "A3": "<c><f>[1]Blad1!A1</f><v>5</v></c>",
        "B3": f"<c><f>'{LIST}'!{listed.at('costs', 5)}*2</f><v>1</v></c>",
        "D1": f'<c cm="1"><f t="array" ref="D1:D3">{spilled}</f><v>0</v></c>',
        **dict.fromkeys(("D2", "D3"), "<c><v>0</v></c>"),
        "H1": "Fatima",
        "H2": "Jan",
        "H3": "Piet",
        "A10": "Naam",
        "A11": "Query",
    }
    tab = tabs(parts)[OWN]
    write(parts, tab, cells)
    xml = """<sheetViews><sheetView workbookViewId="0" tabSelected="1"><pane ySplit="1"
        topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>
        <sheetFormatPr defaultRowHeight="15" outlineLevelRow="1"/>
        <rowBreaks count="1" manualBreakCount="1"><brk id="5" max="16383" man="1"/></rowBreaks>"""
    put(parts, tab, xml)
    with opened(parts, tab) as sheet:
        for n in (10, 11):
            row_of(sheet, n).set("outlineLevel", "1")


def power_query(parts: Parts, _: Listed) -> None:
    """Load a query's outcome into a Table."""
    mashup = b64encode(bytes(300)).decode()
    xml = f'<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">{mashup}</DataMashup>'
    item = attach(parts, BOOK, "customXml", xml)[0]
    xml = f'<ds:datastoreItem ds:itemID="{FATIMA}"><ds:schemaRefs/></ds:datastoreItem>'
    attach(parts, item, "customXmlProps", xml)
    source = "Provider=Microsoft.Mashup.OleDb.1;Data Source=$Workbook$;Location=Query1"
    command = "SELECT * FROM [Query1]"
    xml = f"""<connections><connection id="1" keepAlive="1" name="Query - Query1" type="5"
        refreshedVersion="8" background="1" saveData="1">
        <dbPr connection="{source}" command="{command}"/></connection></connections>"""
    attach(parts, BOOK, "connections", xml)
    number = 1 + max(int(read(parts, part).attrib["id"]) for part in find_tables(parts).values())
    xml = f"""<table id="{number}" name="Query1" displayName="Query1" ref="A10:A11"
        tableType="queryTable" totalsRowShown="0"><autoFilter ref="A10:A11"/>
        <tableColumns count="1"><tableColumn id="1" uniqueName="1" name="Naam"
        queryTableFieldId="1"/></tableColumns></table>"""
    table, target = attach(parts, tabs(parts)[OWN], "table", xml)
    xml = f'<tableParts count="1"><tablePart r:id="{target}"/></tableParts>'
    put(parts, tabs(parts)[OWN], xml)
    xml = """<queryTable name="ExterneGegevens_1" connectionId="1" autoFormatId="16">
        <queryTableRefresh nextId="2"><queryTableFields count="1"><queryTableField id="1"
        name="Naam" tableColumnId="1"/></queryTableFields></queryTableRefresh></queryTable>"""
    attach(parts, table, "queryTable", xml)


def another_workbook(parts: Parts, _: Listed) -> None:
    """Let formulas name a workbook in SharePoint: not by the first relation, but by its id."""
    xml = """<externalLink mc:Ignorable="xxl21"><externalBook r:id="rId2"><xxl21:alternateUrls>
        <xxl21:absoluteUrl r:id="rId1"/></xxl21:alternateUrls><sheetNames><sheetName val="Blad1"/>
        </sheetNames><sheetDataSet><sheetData sheetId="0"><row r="1"><cell r="A1"><v>5</v></cell>
        </row></sheetData></sheetDataSet></externalBook></externalLink>"""
    name, target = attach(parts, BOOK, "externalLink", xml)
    for url in (LINK.replace("wonen", "elders"), LINK):
        relate(parts, name, "externalLinkPath", url, is_outside=True)
    xml = f'<externalReferences><externalReference r:id="{target}"/></externalReferences>'
    put(parts, BOOK, xml)


def label(parts: Parts, _: Listed) -> None:
    """Label the file as confidential."""
    own_id, other = (f"{{{n}1111111-2222-3333-4444-555555555555}}" for n in (1, 9))
    xml = f"""<clbl:labelList><clbl:label id="{own_id}" siteId="{other}" enabled="1"
        method="Privileged" contentBits="0" removed="0"/></clbl:labelList>"""
    attach(parts, "", "/classificationlabels", xml)


def reorder(parts: Parts, listed: Listed) -> None:
    """Rename the list, move it to the front and a tab of their own in between; name cells."""
    names = {
        "Kosten_2026": f"'{LIST}'!{listed.down('costs', fixed=True)}",
        "EersteHouder": f"'{LIST}'!${listed.columns['owner']}${listed.header + 1}",
    }
    put(parts, BOOK, names_of(names))
    renamed = rf"(?:'{re.escape(listed.title)}'|\b{re.escape(listed.title)})!(?=[^<>]*<)"
    for name in [name for name in parts if name.endswith(".xml")]:
        parts[name] = re.sub(renamed.encode(), f"'{LIST}'!".encode(), parts[name])
    with opened(parts, BOOK) as book:
        sheets = one(book, "s:sheets")
        old = list(sheets)
        first = next(each for each in old if each.get("name") == listed.title)
        first.set("name", LIST)
        sheets[:] = [first, *(each for each in old if each is not first)]
        moved = next(each for each in old if each.get("name") == PIVOT)
        sheets.insert(2, moved)
        for each in one(book, "s:definedNames"):
            if "localSheetId" in each.attrib:
                at = sheets.index(old[int(each.attrib["localSheetId"])])
                each.set("localSheetId", str(at))
        local = etree.SubElement(one(book, "s:definedNames"), f"{{{MAIN}}}definedName")
        local.attrib.update({"name": "Lokaal", "localSheetId": str(len(sheets) - 1)})
        local.text = f"{OWN}!$H$1:$H$3"
        one(book, "s:bookViews/s:workbookView").set("activeTab", str(len(sheets) - 1))


def as_excel_saves(parts: Parts, _: Listed) -> None:
    """Share strings, declare Excel's namespaces, and list the formulas."""
    strings: dict[bytes, int] = {}
    chain = []
    ids = [each.attrib["sheetId"] for each in read(parts, BOOK).iterfind(".//s:sheet", NS)]
    for number, part in zip(ids, tabs(parts).values(), strict=True):
        with opened(parts, part) as sheet:
            for cell in sheet.iterfind(".//s:c", NS):
                share(cell, strings)
            for row in one(sheet, "s:sheetData"):
                of = [coordinate_to_tuple(cell.attrib["r"])[1] for cell in row] or [1]
                row.set("spans", f"{of[0]}:{of[-1]}")
                row.set(f"{{{NS['x14ac']}}}dyDescent", "0.2")
            refs = [coordinate_to_tuple(cell.attrib["r"]) for cell in sheet.iterfind(".//s:c", NS)]
            if refs and (used := sheet.find("s:dimension", NS)) is not None:
                letter = get_column_letter(max(column for _, column in refs))
                used.set("ref", f"A1:{letter}{refs[-1][0]}")
            formulas = sheet.iterfind(".//s:c[s:f]", NS)
            chain += [f'<c r="{each.attrib["r"]}" i="{number}"/>' for each in formulas]
            spaces = {p: NS[p] for p in ("r", "mc", "x14ac", "xr", "xr2", "xr3")}
            etree.cleanup_namespaces(sheet, spaces, list(spaces))
            sheet.set(f"{{{NS['mc']}}}Ignorable", "x14ac xr xr2 xr3")
            sheet.set(f"{{{NS['xr']}}}uid", f"{{{int(number):08}-0001-0000-0000-000000000000}}")
    attach(parts, BOOK, "calcChain", f"<calcChain>{''.join(chain)}</calcChain>")
    many = f'count="{len(strings)}" uniqueCount="{len(strings)}"'
    found = b"".join(strings).decode()
    target = attach(parts, BOOK, "sharedStrings", f"<sst {many}/>")[1]
    name = relations(parts, BOOK)[target][1]
    parts[name] = parts[name].replace(b"/>", f">{found}</sst>".encode())
    for index in [name for name in parts if name.endswith(".rels")]:
        with opened(parts, index) as root:
            for each in root:
                if each.attrib["Target"].startswith("/"):
                    start = join("/", dirname(dirname(index)))
                    each.set("Target", relpath(each.attrib["Target"], start))
    name = "docProps/app.xml"
    parts[name] = re.sub(rb"(?<=<Application>)[^<]*", b"Microsoft Excel", parts[name])
    parts[name] = re.sub(rb"(?<=<AppVersion>)[^<]*", b"16.0300", parts[name])
    put(parts, BOOK, '<calcPr calcId="191029"/>')
    with opened(parts, BOOK) as book:
        one(book, "s:calcPr").attrib.pop("fullCalcOnLoad", None)


def share(cell: etree._Element, strings: dict[bytes, int]) -> None:
    """Let a cell refer to the strings that all tabs share."""
    text = cell.find("s:is", NS)
    if text is not None:
        inner = b"".join(etree.tostring(each, with_tail=False) for each in text)
        inner = re.sub(rb' xmlns(:\w+)?="[^"]*"', b"", inner)
        number = strings.setdefault(b"<si>" + inner + b"</si>", len(strings))
        cell.remove(text)
        cell.set("t", "s")
        etree.SubElement(cell, f"{{{MAIN}}}v").text = str(number)
    elif cell.get("t") == "n":
        del cell.attrib["t"]


MAKERS = (
    own_cells, own_columns, own_tabs, list_in_order, newer_rules, notes, drawings, table_slicer,
    pivot, check_boxes, own_formulas, power_query, another_workbook, label, reorder, as_excel_saves,
)  # fmt: skip


def unpacked(content: bytes) -> Parts:
    """Return the parts of a file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Parts) -> bytes:
    """Return a file of parts, with the index in front as Excel has it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: name != TYPES):
            archive.writestr(name, parts[name])
    return file.getvalue()


def make(content: bytes) -> bytes:
    """Return a fresh report as people left it, as Excel saves it."""
    parts = unpacked(content)
    listed = find_list(parts)
    for maker in MAKERS:
        maker(parts, listed)
    return packed(parts)
