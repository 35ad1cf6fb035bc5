"""A draft in Word's format (.docx): every line that a reader would see, in reading order, each with its place.

Whatever is text is read, wherever it stands (tables, text boxes, notes, content controls, fields, formulas, inserted
text); left out is only what nobody sees: deleted and hidden text, the instructions of fields, and page numbers. The
package is read with the standard library, because one walk that leaves out is short, and libraries that pick what they
know (python-docx, mammoth) leave out inserted text, fields or text boxes without a word.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from helpers.archives import ArchiveError, Flaw, open_archive, scan, xml_parts
from helpers.audit.word_tables import LONGEST_LABEL, Cell, Spot, spots
from helpers.errors import ParameterError

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator, Mapping
    from pathlib import Path

SAVE = "open it in Word or WPS and save it as .docx"
TOLD = {
    Flaw.OLD: f"is of the old format .doc; {SAVE}",
    Flaw.LOCKED: f"is locked by a password; {SAVE} without one",
    Flaw.OTHER: f"is no Word document; {SAVE}",
    Flaw.LARGE: "is larger than 20 MB; remove its pictures and try again",
    Flaw.SWOLLEN: f"unpacks to far too much, like a zip bomb; {SAVE}",
    Flaw.DENSE: f"unpacks to far too much, like a zip bomb ({{part}}); {SAVE}",
    Flaw.DOUBLED: f"has two parts of one name; {SAVE}",
    Flaw.TYPED: f"declares a document type ({{part}}), which no Word document does; {SAVE}",
    Flaw.BROKEN: f"is broken ({{part}}); {SAVE}",
}
UNSEEN = frozenset({
    "del", "moveFrom", "delText", "delInstrText", "Fallback", "rt", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sdtPr",
    "sectPr", "tblGrid", "annotationRef", "footnoteRef", "endnoteRef",
})  # fmt: skip
"""Elements in which nothing is printed; of alternatives, the first is read and the ``Fallback`` is not."""
SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
NOTES = {"footnoteReference": ("footnotes", "脚注"), "endnoteReference": ("endnotes", "尾注")}
OF_LAYOUT = re.compile(r"\s*(?:TOC|PAGE|PAGEREF|NUMPAGES|SECTIONPAGES)\b")
TITLE = re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2})*")
CAPTION = re.compile(r"(表|图示?|案例) ?([0-9]+(?:-[0-9]+)*)")


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or a line of one, and where it stands; ``spot`` is the cell of a table that holds it."""

    text: str
    place: str
    spot: Spot | None = None


@dataclass
class _Field:
    """A field that is open: its instruction, and whether its result has begun."""

    instruction: str = ""
    shows: bool = False

    @property
    def is_seen(self) -> bool:
        return self.shows and OF_LAYOUT.match(self.instruction) is None


@dataclass
class _Paragraph:
    """A paragraph's own text, and what hangs on it: text boxes, and notes with their names."""

    text: str = ""
    boxes: list[ET.Element] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)


def read_document(path: Path) -> list[Line]:
    """Return the lines of a Word document.

    Raises
    ------
    ParameterError
        It is of an old format, locked, broken, or would unpack to too much.
    """
    try:
        with open_archive(path) as archive:
            for part in xml_parts(archive):
                scan(archive, part)
            try:
                return _Walk(_Package(archive)).lines
            except RecursionError:
                raise ArchiveError(Flaw.BROKEN, "too many levels") from None
    except ArchiveError as error:
        message = f"{path.name} {TOLD[error.flaw].format(part=error.part)}"
        raise ParameterError(message) from None


class _Package:
    """The parts of a document, found by their relations as the format lays down."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        main = self._related("", "officeDocument")
        if main is None:
            raise ArchiveError(Flaw.OTHER)
        self.body = self._tree(main)
        self.notes = {kind: self._notes(main, kind) for kind, _ in NOTES.values()}
        styles = self._related(main, "styles")
        self.headings = frozenset(_headings(self._tree(styles))) if styles is not None else frozenset[str]()

    def _related(self, owner: str, kind: str) -> str | None:
        """Return the name of the part of a kind that another names; the package names the document."""
        folder, name = posixpath.split(owner)
        for relation in self._children(posixpath.join(folder, "_rels", f"{name}.rels")):
            if relation.get("Type", "").rpartition("/")[2] == kind and relation.get("TargetMode") != "External":
                target = relation.get("Target", "")
                return posixpath.normpath(posixpath.join(folder, target)) if target[:1] != "/" else target[1:]
        return None

    def _notes(self, main: str, kind: str) -> Mapping[str, ET.Element]:
        part = self._related(main, kind)
        return {} if part is None else {_attribute(note, "id"): note for note in self._children(part)}

    def _children(self, name: str) -> list[ET.Element]:
        return list(self._tree(name)) if name in self.archive.namelist() else []

    def _tree(self, name: str) -> ET.Element:
        try:
            return ET.fromstring(self.archive.read(name))  # noqa: S314 - scanned for document types
        except KeyError:
            raise ArchiveError(Flaw.BROKEN, f"without {name}") from None


class _Walk:
    """Goes through a document once and gathers its lines."""

    def __init__(self, package: _Package) -> None:
        self.package = package
        self.lines: list[Line] = []
        self.fields: list[_Field] = []
        self.section = self.caption = self.unended = ""
        self.paragraphs = self.tables = 0
        self.noted: dict[str, int] = {}
        self._blocks(package.body, None)

    def _blocks(self, container: ET.Element, place: str | None) -> None:
        """Read what follows one another in a container; ``place`` is where all of it stands, if it is no body."""
        for element in container:
            match _name(element):
                case "p":
                    self._paragraph(element, place)
                case "tbl":
                    self._table(element)
                case name if name not in UNSEEN:
                    self._blocks(element, place)
        if self.unended:  # nothing follows that it could go on in
            self.lines.append(Line(self.unended, place or f"{self.section} 第{self.paragraphs + 1}段".strip()))
            self.unended = ""

    def _paragraph(self, element: ET.Element, place: str | None) -> None:
        found = _Paragraph()
        self._inline(element, found)
        if _has(element, "pPr", "rPr", "del"):  # its end was deleted: it goes on in the next one
            self.unended += found.text
        else:
            text, self.unended = self.unended + found.text, ""
            own = self._own_place(element, text) if place is None else place
            self.lines += [Line(line, own) for line in text.split("\n")]
        own = self.lines[-1].place if self.lines else ""
        for box in found.boxes:
            self._blocks(box, f"{own} 文本框".strip())
        for kind, name, number in found.notes:
            self.noted[name] = self.noted.get(name, 0) + 1
            note = self.package.notes[kind].get(number)
            if note is not None:
                self._blocks(note, f"{name}{self.noted[name]}")

    def _own_place(self, element: ET.Element, text: str) -> str:
        """Name a paragraph of the body by its section, as readers count; headings and captions name others."""
        plain = " ".join(unicodedata.normalize("NFKC", text).split())
        caption = CAPTION.match(plain)
        if caption is not None and "。" not in plain:
            self.caption = f"{caption[1]}{caption[2]}"
        elif len(plain) > LONGEST_LABEL:  # 单位：人 may stand between a caption and its table, a paragraph not
            self.caption = ""
        style = next((_attribute(one, "val") for one in element.iterfind("{*}pPr/{*}pStyle")), "")
        if plain and (style in self.package.headings or _has(element, "pPr", "outlineLvl")):
            number = TITLE.match(plain)
            self.section, self.paragraphs = number[0] if number is not None else plain[:LONGEST_LABEL], 0
            return f"{self.section} 标题"
        self.paragraphs += bool(plain)
        return f"{self.section} 第{self.paragraphs or 1}段".strip()

    def _inline(self, element: ET.Element, found: _Paragraph) -> None:
        """Gather the text of a paragraph in the order of its runs."""
        for child in element:
            name = _name(child)
            if name == "fldChar":
                self._turn(_attribute(child, "fldCharType"))
            elif name == "instrText" and self.fields:
                self.fields[-1].instruction += child.text or ""
            elif name == "txbxContent":
                found.boxes.append(child)
            elif name in UNSEEN or (name == "r" and _is_hidden(child)) or _is_of_layout(child, name):
                continue
            elif not all(one.is_seen for one in self.fields):
                self._inline(child, found)  # only to find where the field ends
            elif name == "t":
                found.text += child.text or ""
            elif name in SIGNS:
                found.text += SIGNS[name]
            elif name in NOTES:
                found.notes.append((*NOTES[name], _attribute(child, "id")))
            else:
                self._inline(child, found)

    def _turn(self, kind: str) -> None:
        """Follow a field: its instruction, its result, its end."""
        if kind == "begin":
            self.fields.append(_Field())
        elif kind == "separate" and self.fields:
            self.fields[-1].shows = True
        elif kind == "end" and self.fields:
            self.fields.pop()

    def _table(self, element: ET.Element) -> None:
        """Read a table row by row; each cell is named by the heads of its row and its column."""
        self.tables += 1
        number = self.tables
        name, self.caption = self.caption if self.caption.startswith("表") else f"第{number}张表", ""
        rows: list[list[Cell]] = []
        for row in _within(element, "tr"):
            if _has(row, "trPr", "del"):
                continue
            cells, column = [], 1
            for cell in _within(row, "tc"):
                first = len(self.lines)
                self._blocks(cell, "")
                text = "".join(line.text for line in self.lines[first:])
                follows = _has(cell, "tcPr", "vMerge") and not text.strip()
                cells.append(Cell(column, _span(cell), text, slice(first, len(self.lines)), follows=follows))
                column += cells[-1].span
            rows.append(cells)
        for one, spot in spots(rows, number):
            place = " ".join((name, *spot.words))
            self.lines[one.lines] = [
                line if line.place else Line(line.text, place, spot) for line in self.lines[one.lines]
            ]


def _within(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """Yield the rows of a table or the cells of a row, through whatever wraps them."""
    for child in element:
        if _name(child) == name:
            yield child
        elif _name(child) not in UNSEEN:
            yield from _within(child, name)


def _headings(styles: ET.Element) -> Iterator[str]:
    """Yield the names of the styles that stand in the outline."""
    for style in styles:
        named = next((_attribute(one, "val") for one in style.iterfind("{*}name")), "")
        if named.casefold().startswith("heading ") or _has(style, "pPr", "outlineLvl"):
            yield _attribute(style, "styleId")


def _span(cell: ET.Element) -> int:
    text = next((_attribute(one, "val") for one in cell.iterfind("{*}tcPr/{*}gridSpan")), "1")
    return int(text) if text.isdigit() else 1


def _is_hidden(run: ET.Element) -> bool:
    """Whether a run is formatted as hidden, which is never printed."""
    marks = [_attribute(one, "val") for one in run.iterfind("{*}rPr/{*}vanish")]
    return any(mark not in {"0", "false", "off"} for mark in marks)


def _is_of_layout(element: ET.Element, name: str) -> bool:
    """Whether a simple field holds a page number or a table of contents."""
    return name == "fldSimple" and OF_LAYOUT.match(_attribute(element, "instr")) is not None


def _has(element: ET.Element, *path: str) -> bool:
    return element.find("/".join(f"{{*}}{name}" for name in path)) is not None


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _attribute(element: ET.Element, name: str) -> str:
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
