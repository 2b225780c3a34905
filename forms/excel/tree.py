"""A part as a tree to edit: prefixes, order and what is not known stay as they were."""

from collections.abc import Iterable
from gettext import gettext

from lxml import etree

from forms.excel.markup import ExcelError, doctype_fault, too_much
from forms.language import whole_number

Element = etree._Element  # noqa: SLF001 - lxml gives its own type no public name

# How a part begins that is written in two bytes a character: it cannot be searched as it is.
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
M = f"{{{MAIN}}}"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
R = f"{{{OFFICE}}}"
_HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
# The most tags and attributes of a part that is edited: each takes about a hundred bytes.
_MOST_NODES = 2_000_000
# No entities and nothing from elsewhere: the file may come from anybody. A sheet can be deeper and
# hold more than libxml2's own bounds allow; ours is the one above.
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


def parse(part: str, content: bytes) -> Element:
    """Return the root of a part; raises ExcelError.

    So it does for what is no XML, declares entities, or has more in it than can be held.
    """
    if content.count(b"<") + content.count(b"=") > _MOST_NODES:
        amount = gettext("over {count} tags and attributes").format(count=whole_number(_MOST_NODES))
        raise too_much(part, amount)
    try:
        root = etree.fromstring(content, _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ExcelError(part, str(error)) from None
    if root.getroottree().docinfo.doctype:
        raise doctype_fault(part)
    return root


def serialize(root: Element) -> bytes:
    """Return a part as Excel writes one."""
    return _HEAD + etree.tostring(root, encoding="UTF-8", xml_declaration=False)


def local_name(element: Element) -> str:
    """Return an element's name without its namespace; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text_in(element: Element) -> str:
    """Return a text, of one piece or of several; how it sounds in Japanese is no part of it."""
    if len(element) == 1 and element[0].tag == f"{M}t":
        return element[0].text or ""
    return "".join(
        piece.text or ""
        for piece in element.iter(f"{M}t")
        if (around := piece.getparent()) is None or local_name(around) != "rPh"
    )


def is_true(value: str | None) -> bool:
    """Say whether an attribute says yes."""
    return value in {"1", "true", "on"}


def insert_in_order(root: Element, element: Element, after: Iterable[str]) -> None:
    """Put an element before the first of those that the schema wants after it."""
    later = frozenset(after)
    at = next((i for i, child in enumerate(root) if local_name(child) in later), len(root))
    root.insert(at, element)
