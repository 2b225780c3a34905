"""What in a workbook reaches outside it: on opening, on calculating, or when somebody clicks.

Plain links to the web and to mail do too, and are what everybody expects: all else is named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from forms.excel.markup import Element, ExcelError, local, parsed
from forms.excel.package import Package, Relation
from forms.excel.references import cell_name, quoted

# Bytes that are searched at a time.
_PIECE = 1 << 20
# The web, mail, and places in the file itself.
_PLAIN = re.compile(r"\s*(?:https?://(?![\\/])|mailto:|#|\Z)", re.IGNORECASE)
# A tab's name has none of these: what has is an address.
_ADDRESS = re.compile(r"[\\/\[]")
# Functions that ask another computer or program, in Excel and in what else opens its files.
_ASKING = (
    *("WEBSERVICE", "FILTERXML", "IMAGE", "RTD", "DDE", "CALL", "REGISTER", "REGISTER.ID", "EXEC"),
    *("SQL.REQUEST", "STOCKHISTORY", "PY", "TRANSLATE", "DETECTLANGUAGE", "COPILOT", "IMPORTXML"),
    *("IMPORTHTML", "IMPORTDATA", "IMPORTFEED", "IMPORTRANGE"),
)
_ASKS = re.compile(
    rf"(?<![\w.])(?:_xl\w+\.)*(?:{'|'.join(map(re.escape, _ASKING))})\s*\(", re.IGNORECASE
)
_LINKS = re.compile(r'(?<![\w.])HYPERLINK\s*\(\s*(?:"(\d+)")?', re.IGNORECASE)
_TEXT, _NAME = re.compile(r'"((?:[^"]|"")*)"'), re.compile(r"'((?:[^']|'')*)'")
# As in cmd|'/c calc'!A1, where what is in quotes was put away.
_DDE = re.compile(r"[\w.']\|[^|!]*!")
_LINKED = re.compile(r"(?<![\w\]])\[([1-9][0-9]*)\]")
# Without any of these no formula above can be; nor can it be hidden, as by references to letters.
_TELLING = (
    *(b"|", b"[", b"\\", b"&#", b"\0", b"href", b"hyperlink"),
    *(name.lower().encode() for name in _ASKING),
)
_OTHER_LETTERS = re.compile(rb"encoding\s*=\s*.(?!utf-8)", re.IGNORECASE)
# Longer than any of these, and than where an XML declaration says its letters: so much of a piece
# is searched once more with the next, or what is cut in two would not be seen.
_LONGEST = 128
# How XML begins, after a byte order mark, also in two bytes a letter; a picture does not.
_START = re.compile(rb"[\s\x00\xef\xbb\xbf\xfe\xff]*<")
# Texts alone, and how they look.
_NO_FORMULAS = {"sharedStrings", "styles", "theme"}
# What reaches out by being there, by the last word of its relation's type.
_REACHING = {"connections", "webextension", "externalLink"}


@dataclass(frozen=True)
class Reach:
    """Something that reaches outside: where it stands, such as `'Mijn tab'!B7`, and whereto."""

    place: str
    target: str


def reaching_out(content: bytes) -> list[Reach]:
    """Return what reaches outside a workbook and is no plain link, the first of each target.

    Raises ExcelError.
    """
    package = Package(content)
    places: dict[str, str] = {}
    for reach in _Workbook(package).reaches():
        places.setdefault(reach.target, reach.place)
    return [Reach(place, target) for target, place in places.items()]


class _Workbook:
    """A package's parts, what refers to each, and on which tab each is."""

    def __init__(self, package: Package) -> None:
        self.package = package
        parts = [part for part in ("", *package) if not part.lower().endswith(".rels")]
        self.relations = {part.lower(): package.relations(part) for part in parts}
        self.kinds: dict[str, set[str]] = {part.lower(): set() for part in parts}
        for relation in (relation for several in self.relations.values() for relation in several):
            self.kinds.setdefault(relation.part.lower(), set()).add(relation.kind)
        self.parts = parts
        self.book = next(iter(package.related("", "officeDocument")), "")
        self.tabs: dict[str, str] = {}
        self.links: list[str] = []
        self._read_book()

    def _read_book(self) -> None:
        targets = {relation.id: relation.part for relation in self.relations[self.book.lower()]}
        for element in self.package.elements(self.book) if self.book else []:
            part = targets.get(element.attributes.get("id", ""), "")
            if element.name == "sheet":
                self._own(part.lower(), element.attributes.get("name", ""))
            elif element.name == "externalReference":
                self.links.append(part.lower())

    def _own(self, part: str, tab: str) -> None:
        """Note whose a part is, and what it refers to."""
        left = [part]
        while left:
            if (key := left.pop()) in self.relations and key not in self.tabs:
                self.tabs[key] = tab
                left += [other.part.lower() for other in self.relations[key]]

    def reaches(self) -> Iterator[Reach]:
        """Yield what reaches out, each with its place."""
        used: dict[int, str] = {}
        linked: dict[str, list[Reach]] = {}
        for part in self.parts:
            key = part.lower()
            outside = {e.id: e for e in self.relations[key] if not e.part and not _is_plain(e)}
            if not (outside or self.kinds[key] & _REACHING or self._may_reach(part)):
                continue
            looked = _Part(part, self.tabs.get(key, ""), outside)
            looked.look(self.package)
            for number, place in looked.links.items():
                used.setdefault(number, place)
            if key in self.links:
                linked[key] = looked.reaches or [Reach(part, part)]
            else:
                yield from looked.reaches
                if "webextension" in self.kinds[key]:
                    yield Reach(part, "webextension")
        # Formulas call a linked file by its place in the workbook's list: [1], [2], and so on.
        for number, key in enumerate(self.links, start=1):
            for reach in linked.get(key, []):
                yield Reach(used.get(number, reach.place), reach.target)

    def _may_reach(self, part: str) -> bool:
        """Say whether a part can hold such a formula, in little time for what can not."""
        if not part or (self.kinds[part.lower()] and self.kinds[part.lower()] <= _NO_FORMULAS):
            return False
        with self.package.open(part) as file:
            piece = file.read(_PIECE)
            if not _START.match(piece):
                return False
            if _OTHER_LETTERS.search(piece[:_LONGEST]):
                return True
            before = b""
            while piece:
                # Many times faster than one expression for all of them.
                text = (before + piece).lower()
                if any(sign in text for sign in _TELLING):
                    return True
                before, piece = piece[-_LONGEST:], file.read(_PIECE)
        return False


class _Part:
    """One part, parsed: what in it reaches out, and which links to other files it uses where."""

    def __init__(self, part: str, tab: str, outside: dict[str, Relation]) -> None:
        self.part, self.tab, self.outside = part, tab, outside
        self.reaches: list[Reach] = []
        self.links: dict[int, str] = {}
        self._cell, self._anchor, self._text = "", [0, 0], ""
        self._around: list[str] = []

    def look(self, package: Package) -> None:
        """Read the part; where that cannot be, it is named as a whole."""
        missed = dict(self.outside)

        def start(name: str, attributes: dict[str, str]) -> None:
            prefixed = [key for key in attributes if ":" in key]
            # Of two alike, the one without a prefix is the element's own.
            alike = {local(k): attributes[k] for k in prefixed if not k.startswith("xmlns")}
            own = alike | attributes if prefixed else attributes
            self._begin(Element(local(name), self._around[-1] if self._around else "", own))
            for key in prefixed:
                if there := self.outside.get(attributes[key]):
                    self._add(there.target)
                    missed.pop(attributes[key], None)

        def attach(parser: expat.XMLParserType, _prefix: str) -> None:
            parser.StartElementHandler = start
            parser.EndElementHandler = self._end
            parser.CharacterDataHandler = self._hear

        try:
            with package.open(self.part) as file:
                for _ in parsed(self.part, file, attach):
                    pass
        except ExcelError as error:
            if self.part:
                self.reaches.append(Reach(self.part, str(error)))
        for relation in missed.values():
            self._cell = ""
            self._add(relation.target)

    def _begin(self, element: Element) -> None:
        name, attributes = element.name, element.attributes
        self._around.append(name)
        self._text = ""
        if name == "c" or "sqref" in attributes or name == "hyperlink":
            self._cell = attributes.get("r") or attributes.get("sqref") or attributes.get("ref", "")
        elif name in {"definedName", "connection"}:
            self._cell = attributes.get("name", "")
        elif name == "from":
            self._anchor = [0, 0]
        if name == "hyperlink" and _ADDRESS.search(attributes.get("location", "")):
            self._add(attributes["location"])
        if name == "ddeLink":
            self._add(f"{attributes.get('ddeService', '')}|{attributes.get('ddeTopic', '')}")
        if not _PLAIN.match(attributes.get("href", "")):
            self._add(attributes["href"])
        if "connection" in self._around:
            addresses = (attributes.get(key, "") for key in ("url", "connection", "sourceFile"))
            for address in filter(None, addresses):
                self._add(address)

    def _hear(self, text: str) -> None:
        self._text += text

    def _end(self, name: str) -> None:
        own = local(name)
        self._around.pop()
        if own in {"col", "row"} and self._around and self._around[-1] == "from":
            self._anchor[own == "row"] = int(self._text) if self._text.isdecimal() else 0
            self._cell = cell_name(self._anchor[0] + 1, self._anchor[1] + 1)
        elif own in {"f", "definedName"} or "ormula" in own:
            self._judge(self._text)
        self._text = ""

    def _judge(self, formula: str) -> None:
        """Add what a formula reaches."""
        # What stands in quotes is put away: in a text a name of a function asks nobody.
        texts, names = [], []

        def text(match: re.Match[str]) -> str:
            texts.append(match[1])
            return f'"{len(texts) - 1}"'

        def name(match: re.Match[str]) -> str:
            names.append(match[1])
            return "''"

        bare = _TEXT.sub(text, formula)
        linked = [int(number) for number in _LINKED.findall(bare.replace("'", ""))]
        bare = _NAME.sub(name, bare)
        for number in linked:
            self.links.setdefault(number, self._place())
        links = [texts[int(at)] if at else "" for at in _LINKS.findall(bare)]
        addresses = [quote for quote in names if _ADDRESS.search(_LINKED.sub("", quote))]
        if (
            _ASKS.search(bare)
            or _DDE.search(bare)
            or "\\" in bare
            or addresses
            or any(not link or not _PLAIN.match(link) for link in links)
        ):
            self._add(f"={formula}")

    def _place(self) -> str:
        where = f"{quoted(self.tab)}!{self._cell}" if self.tab else f"{self.part} {self._cell}"
        return where.rstrip(" !")

    def _add(self, target: str) -> None:
        self.reaches.append(Reach(self._place(), target))


def _is_plain(relation: Relation) -> bool:
    return relation.kind == "hyperlink" and bool(_PLAIN.match(relation.target))
