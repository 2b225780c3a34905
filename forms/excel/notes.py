"""What is written on cells: notes with their boxes, and conversations."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from html import escape, unescape
from uuid import NAMESPACE_URL, uuid5

from forms.excel.book import Book
from forms.excel.moves import Moves
from forms.excel.references import cell_place
from forms.excel.sheet import Sheet
from forms.excel.tree import MAIN, OFFICE, Element, M, R, local_name, text_in
from forms.excel.values import escaped, unescaped

_THREADED = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_T = f"{{{_THREADED}}}"
_NOTES = ("comment", "threadedComment")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# Boxes are of a vocabulary that is no XML at all times: Excel leaves a `<br>` open. So they are
# edited as text, by what is always written in one way.
_SHAPE = re.compile(rb"<((?:\w+:)?(?:shape|rect|oval|line))\b")
_ANCHOR = re.compile(rb"(<(?:\w+:)?Anchor>)([-0-9,\s]+)")
_ROW = re.compile(rb"(<(?:\w+:)?Row>)\s*([0-9]+)")
_COLUMN = re.compile(rb"<(?:\w+:)?Column>\s*([0-9]+)")
_FORMULA = re.compile(rb"(<(?:\w+:)?Fmla(?:Link|Range|Group|Txbx)>)([^<]*)")
_MAP = re.compile(rb"""\bidmap\b[^>]{0,200}?\bdata=["']\s*([0-9]+)""")
_SHAPE_NUMBER = re.compile(rb"""\bid=["']_x0000_s([0-9]+)""")
# Two corners, each a column and a row, with how far into it.
_CORNERS, _TOP, _BOTTOM = 8, 2, 6
# Shapes of one drawing have numbers from 1,024 times its own.
_SHAPES_EACH = 1024
# How many letters a line holds in a box as wide as ours, and how high it is.
_LINE_LENGTH, _LINE_POINTS = 40, 18
# As Excel writes them; the vocabulary is VML, of ECMA-376 Part 4.
_EMPTY_BOXES = """<xml xmlns:v="urn:schemas-microsoft-com:vml"
 xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
 <o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{number}"/></o:shapelayout>
 <v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"
  path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>
  <v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>
</xml>"""
_BOX = """<v:shape xmlns:v="urn:schemas-microsoft-com:vml"
 xmlns:o="urn:schemas-microsoft-com:office:office"
 xmlns:x="urn:schemas-microsoft-com:office:excel"
 id="_x0000_s{number}" type="#_x0000_t202" fillcolor="#ffffe1" o:insetmode="auto"
 style="position:absolute;width:195pt;height:{height}pt;z-index:{order};visibility:hidden">
 <v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>
 <v:textbox style="mso-direction-alt:auto"/>
 <x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>
  <x:Anchor>{left}, 15, {top}, 2, {right}, 31, {bottom}, 1</x:Anchor>
  <x:AutoFill>False</x:AutoFill><x:Row>{top}</x:Row><x:Column>{column}</x:Column>
 </x:ClientData></v:shape>"""


@dataclass(frozen=True)
class CellNote:
    """What is written on a cell: who began it, and all text, a line for each who spoke."""

    text: str
    author: str = ""
    is_conversation: bool = False


class CellNotes:
    """What is written on the cells of a sheet."""

    def __init__(self, book: Book, sheet: Sheet) -> None:
        """Find the parts; nothing is read before it is asked for."""
        self._book, self._sheet, self._package = book, sheet, book.package

    def read(self) -> dict[str, CellNote]:
        """Return what is written, by cell."""
        notes = {}
        for part in self._parts("comments"):
            root = self._package.tree(part)
            authors = [element.text or "" for element in root.iter(f"{M}author")]
            for note in root.iter(f"{M}comment"):
                who = unescaped(authors[int(note.get("authorId", "0"))]) if authors else ""
                text = note.find(f"{M}text")
                notes[note.get("ref", "")] = CellNote(_plain_text(text), who)
        # A program that does not know conversations removes one with the notice in its place.
        talks = {c: "\n".join(lines) for c, lines in self._conversations().items() if c in notes}
        return notes | {
            cell: CellNote(text, "", is_conversation=True) for cell, text in talks.items()
        }

    def follow(self, moves: Moves) -> None:
        """Let what is written go along with its cell, and each box with what it is on."""
        for part in self._parts("comments", "threadedComment"):
            root = self._package.tree(part)
            for note in [e for e in root.iter() if local_name(e) in _NOTES]:
                now = moves.area(note.get("ref", ""))
                if now:
                    note.set("ref", now)
                elif (around := note.getparent()) is not None:
                    around.remove(note)
            self._package.write_tree(part, root)
        for part in self._parts("vmlDrawing"):
            boxes = self._package.read(part)
            self._package.write(part, _moved_boxes(boxes, moves))

    def clean(self, cells: Callable[[str], bool], without: Callable[[str], str]) -> None:
        """Change text on some cells, in notes and conversations."""
        for part in self._parts("comments", "threadedComment"):
            root = self._package.tree(part)
            for note in [e for e in root.iter() if local_name(e) in _NOTES]:
                if cells(note.get("ref", "")):
                    _clean(note, without)
            self._package.write_tree(part, root)

    def add(self, texts: Mapping[str, str], author: str, day: date) -> None:
        """Add text to cells, below what is written there; a conversation gets a reply.

        `texts` is by cell, such as `B7`; a reply is dated on `day`.
        """
        there = self.read()
        # What the report before this one wrote there already is not said twice.
        new = {c: t for c, t in texts.items() if c not in there or t not in there[c].text}
        replies = {c: t for c, t in new.items() if c in there and there[c].is_conversation}
        notes = {cell: text for cell, text in new.items() if cell not in replies}
        if replies:
            self._reply(replies, author, day)
        if notes:
            self._write(notes, author)

    def _conversations(self) -> dict[str, list[str]]:
        names = {
            person.get("id", ""): person.get("displayName", "")
            for part in self._package.related(self._book.part, "person")
            for person in self._package.tree(part)
        }
        messages: dict[str, list[str]] = {}
        for part in self._parts("threadedComment"):
            for comment in self._package.tree(part).iter(f"{_T}threadedComment"):
                who = names.get(comment.get("personId", ""), "")
                line = f"{who} ({comment.get('dT', '')[:10]}): {comment.findtext(f'{_T}text', '')}"
                messages.setdefault(comment.get("ref", ""), []).append(line)
        return messages

    def _reply(self, texts: Mapping[str, str], author: str, day: date) -> None:
        """Say more in conversations, after what was said last."""
        person = self._person(author)
        for part in self._parts("threadedComment"):
            root = self._package.tree(part)
            for cell, text in texts.items():
                messages = [e for e in root.iter(f"{_T}threadedComment") if e.get("ref") == cell]
                if not messages:
                    continue
                first = messages[0]
                reply = root.makeelement(f"{_T}threadedComment")
                reply.set("ref", cell)
                # Later than what it answers, or Excel puts it before that.
                last = max(message.get("dT", "") for message in messages)
                reply.set("dT", max(f"{day.isoformat()}T00:00:00.00", last))
                reply.set("personId", person)
                # By what is said and not by chance: the same report gives the same bytes.
                reply.set("id", _guid(f"{cell}{text}{len(messages)}"))
                reply.set("parentId", first.get("parentId", "") or first.get("id", ""))
                body = reply.makeelement(f"{_T}text")
                body.text = text
                reply.append(body)
                messages[-1].addnext(reply)
            self._package.write_tree(part, root)

    def _person(self, name: str) -> str:
        """Return the id of somebody who speaks, who is added where not known yet."""
        for part in self._package.related(self._book.part, "person"):
            root = self._package.tree(part)
            for person in root:
                if person.get("displayName") == name:
                    return person.get("id", "")
            person = root.makeelement(f"{_T}person")
            number = _guid(name)
            for key, value in {
                "displayName": name,
                "id": number,
                "userId": name,
                "providerId": "None",
            }.items():
                person.set(key, value)
            root.append(person)
            self._package.write_tree(part, root)
            return number
        return ""

    def _write(self, texts: Mapping[str, str], author: str) -> None:
        comments, boxes = self._comments_part(), self._boxes_part()
        root, drawing = self._package.tree(comments), self._package.read(boxes)
        comment_list = root.find(f"{M}commentList")
        if comment_list is None:
            return
        there = {note.get("ref"): note for note in comment_list}
        number = str(_author(root, author))
        for cell, text in texts.items():
            note = there.get(cell)
            if note is None:
                note = comment_list.makeelement(f"{M}comment")
                note.set("ref", cell)
                note.set("authorId", number)
                note.append(note.makeelement(f"{M}text"))
                comment_list.append(note)
                _add_run(note, text)
                drawing = _with_box(drawing, cell, text)
            else:
                _add_run(note, f"\n{text}")
        in_order = sorted(
            comment_list, key=lambda comment: cell_place(comment.get("ref", ""))[::-1]
        )
        comment_list[:] = in_order
        self._package.write_tree(comments, root)
        self._package.write(boxes, drawing)

    def _comments_part(self) -> str:
        for part in self._parts("comments"):
            return part
        part = self._package.free_name("xl/comments{}.xml")
        empty = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode()
        self._package.add(part, empty, _COMMENTS_TYPE)
        self._package.relate(self._sheet.part, f"{OFFICE}/comments", part)
        return part

    def _boxes_part(self) -> str:
        """Return the part with the boxes of notes: pictures in a header have one like it."""
        legacy = self._sheet.root.find(f"{M}legacyDrawing")
        if legacy is not None:
            relations = self._package.relations(self._sheet.part)
            return next(
                relation.part for relation in relations if relation.id == legacy.get(f"{R}id")
            )
        part = self._package.free_name("xl/drawings/vmlDrawing{}.vml")
        taken = [_numbers(_MAP, self._package.read(drawing)) for drawing in self._vml_parts()]
        number = 1 + max((n for numbers in taken for n in numbers), default=0)
        self._package.know_ending("vml", _VML_TYPE)
        self._package.add(part, _EMPTY_BOXES.format(number=number).encode(), _VML_TYPE)
        relation = self._package.relate(self._sheet.part, f"{OFFICE}/vmlDrawing", part)
        self._sheet.group("legacyDrawing").set(f"{R}id", relation)
        self._sheet.is_changed = True
        return part

    def _vml_parts(self) -> Iterator[str]:
        yield from (part for part in self._package if part.lower().endswith(".vml"))

    def _parts(self, *kinds: str) -> tuple[str, ...]:
        return self._package.related(self._sheet.part, *kinds)


def _plain_text(text: Element | None) -> str:
    return "" if text is None else unescaped(text_in(text)).replace("\r\n", "\n")


def _clean(note: Element, without: Callable[[str], str]) -> None:
    """Change a note's text; where its pieces are changed only together, its formats go."""
    texts = list(note.iter(f"{M}t", f"{_T}text"))
    before = "".join(piece.text or "" for piece in texts)
    if (now := without(before)) != before:
        for piece in texts:
            piece.text = ""
        texts[0].text = now


def _moved_boxes(boxes: bytes, moves: Moves) -> bytes:
    """Return a drawing with its boxes where they are now; each is looked for once."""
    pieces: list[bytes] = []
    done = 0
    unended: set[bytes] = set()
    for start in _SHAPE.finditer(boxes):
        if start.start() < done or start[1] in unended:
            continue
        end = boxes.find(ending := b"</%b>" % start[1], start.end())
        if end < 0:
            # Looked for once: a part may be nothing but beginnings.
            unended.add(start[1])
            continue
        box = boxes[start.start() : end + len(ending)]
        pieces += [boxes[done : start.start()], _moved_box(box, moves)]
        done = end + len(ending)
    return b"".join([*pieces, boxes[done:]])


def _moved_box(box: bytes, moves: Moves) -> bytes:
    """Return a box where it is now: that of a note by its cell, any other by where it begins."""
    box = _FORMULA.sub(partial(_moved_formula, moves), box)
    anchor = _ANCHOR.search(box)
    row, column = _ROW.search(box), _COLUMN.search(box)
    corners = [int(n) for n in anchor[2].split(b",")] if anchor else []
    if not row and len(corners) != _CORNERS:
        return box
    place = int(row[2]) if row else corners[_TOP]
    left = int(column[1]) if column else corners[0]
    if moves.is_beside(left + 1):
        return box
    now = moves.row(place + 1)
    if now is None:
        return b"" if row else box
    by = now - 1 - place
    if row:
        box = _ROW.sub(rb"\g<1>%d" % (now - 1), box)
    if len(corners) == _CORNERS:
        corners[_TOP] = max(0, corners[_TOP] + by)
        corners[_BOTTOM] = max(corners[_TOP] + 1, corners[_BOTTOM] + by)
        written = ", ".join(map(str, corners)).encode()
        box = _ANCHOR.sub(lambda match: match[1] + written, box)
    return box


def _moved_formula(moves: Moves, match: re.Match[bytes]) -> bytes:
    """Return what a button or check box is linked to."""
    now = moves.formula(unescape(match[2].decode()), moves.tab)
    return match[1] + escape(now, quote=False).encode()


def _author(root: Element, name: str) -> int:
    """Return the number of somebody who writes notes, who is added where not known yet."""
    authors = root.find(f"{M}authors")
    if authors is None:
        return 0
    names = [element.text or "" for element in authors]
    if name not in names:
        new = authors.makeelement(f"{M}author")
        new.text = escaped(name)
        authors.append(new)
        return len(names)
    return names.index(name)


def _add_run(note: Element, text: str) -> None:
    body = note.find(f"{M}text")
    if body is None:
        return
    # A plain text and pieces do not go together.
    for plain in body.findall(f"{M}t"):
        first = body.makeelement(f"{M}r")
        body.replace(plain, first)
        first.append(plain)
    run = body.makeelement(f"{M}r")
    text_element = run.makeelement(f"{M}t")
    text_element.text = escaped(text)
    text_element.set(_SPACE, "preserve")
    run.append(text_element)
    body.append(run)


def _with_box(drawing: bytes, cell: str, text: str) -> bytes:
    """Return a drawing with a box for a note."""
    column, row = cell_place(cell)
    shapes = _numbers(_SHAPE_NUMBER, drawing)
    lines = sum(len(line) // _LINE_LENGTH + 1 for line in text.split("\n"))
    box = _BOX.format(
        number=max([_SHAPES_EACH * min(_numbers(_MAP, drawing), default=1), *shapes]) + 1,
        order=len(shapes) + 1,
        height=_LINE_POINTS * (lines + 1),
        left=column,
        right=column + 3,
        top=row - 1,
        bottom=row + 3,
        column=column - 1,
    )
    end = drawing.rindex(b"</")
    return drawing[:end] + box.encode() + drawing[end:]


def _numbers(pattern: re.Pattern[bytes], drawing: bytes) -> list[int]:
    return [int(number) for number in pattern.findall(drawing)]


def _guid(text: str) -> str:
    return "{" + str(uuid5(NAMESPACE_URL, text)).upper() + "}"
