"""An executed notebook as a document: its chapter, then headings, passages and blocks in reading order.

Exporters set documents; only this module knows what a notebook looks like inside.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from helpers.building.contents import chapter_bundle, numbers_in
from helpers.building.gaps import tell_gaps
from helpers.building.information import ChapterInfo
from helpers.chapter import CHAPTER_MIME_TYPE
from helpers.errors import BuildError
from helpers.reads import MIME_TYPE as READS_MIME_TYPE
from helpers.writing.anchors import section_anchor, split_heading
from helpers.writing.blocks import MIME_TYPE, Block, Card, Gap, GapList, Prose, read_block

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from helpers.building.contents import Notebook, Placed

Result = TypeVar("Result")

SECTION = 2  # the level of a section's heading
SIMULATED = "模拟数据，不得引用"
EMPTY_SECTION = "本节数据暂缺，见文末“本章数据缺口”。"
SILENT_SECTION = "本年度没有这方面的材料。"
UNSEEN = {"text/plain", CHAPTER_MIME_TYPE, READS_MIME_TYPE}
"""Outputs for the analyst alone: a page may leave them out."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a chapter; level 1 is the chapter's own."""

    level: int
    number: str
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Markdown that is no heading, as parsed by mistune."""

    tokens: tuple[dict[str, Any], ...]


Piece = Heading | Passage | Block


@dataclass(frozen=True, eq=False)
class Document:
    """One chapter, ready to be set: ``shown`` are the blocks among its pieces, each with the id of its cell."""

    info: ChapterInfo
    pieces: tuple[Piece, ...] = ()
    shown: tuple[tuple[str, Block], ...] = ()
    _made: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def once(self, name: Hashable, make: Callable[[], Result]) -> Result:
        """Return what was made of this document under a name before, or make it now."""
        if name not in self._made:
            self._made[name] = make()
        made: Result = self._made[name]
        return made

    @property
    def blocks(self) -> Iterator[Block]:
        """Yield the blocks in reading order."""
        return (block for _, block in self.shown)

    @property
    def numbers(self) -> Iterator[Placed]:
        """Yield every number that the chapter prints from data, in the order of the page."""
        return (placed for cell_id, block in self.shown for placed in numbers_in(block, cell_id))

    @property
    def sections(self) -> list[Heading]:
        """Return the headings of the second level."""
        return [piece for piece in self.pieces if isinstance(piece, Heading) and piece.level == SECTION]

    @cached_property
    def cards(self) -> dict[str, Card]:
        """Return every card of the chapter once, in the order in which blocks bring them."""
        return gather_cards(self.blocks)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Return every gap of the chapter once; some are told together.

        What a place has not reported for years is one gap in each section; comparisons without a predecessor are one
        when they are many.
        """
        return tell_gaps(self._by_section())

    def _by_section(self) -> Iterator[tuple[Heading | None, list[Block]]]:
        """Yield each section's heading with its blocks, first the blocks before any section."""
        heading: Heading | None = None
        blocks: list[Block] = []
        for piece in self.pieces:
            if isinstance(piece, Heading) and piece.level == SECTION:
                yield heading, blocks
                heading, blocks = piece, []
            elif isinstance(piece, Block):
                blocks.append(piece)
        yield heading, blocks


def notice_on(cards: Iterable[Card]) -> str:
    """Return what must stand on whatever prints these cards' numbers: that they are invented, if any of them is."""
    return SIMULATED if any(card.simulated for card in cards) else ""


def gather_cards(blocks: Iterable[Block]) -> dict[str, Card]:
    """Return the cards of some blocks, each once."""
    cards: dict[str, Card] = {}
    for block in blocks:
        for code, card in block.cards.items():
            cards.setdefault(code, card)
    return cards


def is_visible(piece: Piece) -> bool:
    """Say whether a reader sees something where the piece stands."""
    if isinstance(piece, Prose):
        return bool(piece.paragraphs)
    return not isinstance(piece, (GapList, Heading))


def left_empty(pieces: Sequence[Piece], position: int) -> str:
    """Say why the section whose heading stands at ``position`` shows nothing; nothing where it shows something.

    A heading over nothing reads like a mistake. The list of gaps tells each once, where it comes first: a section
    whose gaps all came before, like the last one, under which a chapter lists them all, has no entry there.
    """
    level = pieces[position].level  # type: ignore[union-attr]
    found: set[Gap] = set()
    for piece in pieces[position + 1 :]:
        if isinstance(piece, Heading):
            if piece.level > level:
                return ""
            break
        if is_visible(piece):
            return ""
        found.update(_gaps_of(piece))
    told = {gap for piece in pieces[:position] for gap in _gaps_of(piece)}
    return EMPTY_SECTION if found - told else SILENT_SECTION


def _gaps_of(piece: Piece) -> tuple[Gap, ...]:
    return piece.gaps if isinstance(piece, Block) else ()


def read_document(notebook: Notebook | Document) -> Document:
    """Read an executed chapter notebook; what has been read is returned as it is.

    Raises
    ------
    BuildError
        The notebook was not executed, failed, or shows something that no page can take over.
    """
    if isinstance(notebook, Document):
        return notebook
    info = ChapterInfo.model_validate(chapter_bundle(notebook))
    reader = _Reader(info)
    for cell in notebook["cells"]:
        reader.read(cell)
    if not any(isinstance(piece, Heading) and piece.level == 1 for piece in reader.pieces):
        message = f"chapter {info.number}: no title; begin with a Markdown cell `# {info.title}`"
        raise BuildError(message)
    brief = info.one_page or _is_silent(reader.pieces)
    return Document(info, tuple(_told(reader.pieces) if brief else reader.pieces), tuple(reader.shown))


def _is_silent(pieces: Sequence[Piece]) -> bool:
    """Whether a chapter has nothing to say, not even of a gap: one line under its title tells that."""
    return not any(is_visible(piece) or _gaps_of(piece) for piece in pieces)


def _told(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Leave out the headings under which a reader sees nothing."""
    for position, piece in enumerate(pieces):
        if not isinstance(piece, Heading) or piece.level == 1 or _shows(pieces[position + 1 :], piece.level):
            yield piece


def _shows(following: Sequence[Piece], level: int) -> bool:
    for piece in following:
        if isinstance(piece, Heading) and piece.level <= level:
            return False
        if is_visible(piece):
            return True
    return False


class _Reader:
    """Turns cells into pieces."""

    def __init__(self, info: ChapterInfo) -> None:
        self.info = info
        self.pieces: list[Piece] = []
        self.shown: list[tuple[str, Block]] = []

    def read(self, cell: Notebook) -> None:
        if cell["cell_type"] == "markdown":
            self.read_markdown(cell)
        elif cell["cell_type"] == "code":
            for output in cell.get("outputs", ()):
                self.read_output(cell, output)

    def read_output(self, cell: Notebook, output: Notebook) -> None:
        if output["output_type"] == "error":
            message = (
                f"chapter {self.info.number}, cell {cell.get('id')!r} failed: {output['ename']}: {output['evalue']}"
            )
            raise BuildError(message)
        data = output.get("data", {})
        if MIME_TYPE in data:
            block = read_block(data[MIME_TYPE])
            self.pieces.append(block)
            self.shown.append((cell.get("id", ""), block))
        elif shown := sorted(data.keys() - UNSEEN):
            message = (
                f"chapter {self.info.number}, cell {cell.get('id')!r} shows {', '.join(shown)}, which has no place on "
                "a page; show a table, a figure or prose of helpers, or end the line with a semicolon"
            )
            raise BuildError(message)

    def read_markdown(self, cell: Notebook) -> None:
        import mistune  # noqa: PLC0415 - only documents are parsed

        tokens, _ = mistune.create_markdown(renderer=None).parse(cell["source"])
        for token in tokens:
            if not isinstance(token, dict) or token["type"] == "blank_line":
                continue
            if token["type"] == "heading":
                self.add_heading(token["attrs"]["level"], _plain(token), cell)
            else:
                if _holds(token, "image"):
                    message = f"chapter {self.info.number}, cell {cell.get('id')!r}: a page takes no outside image"
                    raise BuildError(message)
                self.pieces.append(Passage((token,)))

    def add_heading(self, level: int, text: str, cell: Notebook) -> None:
        headings = [piece for piece in self.pieces if isinstance(piece, Heading)]
        deepest = headings[-1].level + 1 if headings else 1
        if level > deepest or (level == 1 and headings):
            message = (
                f"chapter {self.info.number}, cell {cell.get('id')!r}: the heading {text!r} has level {level}, "
                f"{'a chapter has one title' if level == 1 else f'after level {deepest - 1}'}; mend the #"
            )
            raise BuildError(message)
        number, words = split_heading(text)
        name = cell.get("id", "")
        section = self.info.section(name) if level == SECTION else None
        if section is not None:
            number, words = section.number, section.title
        if level == 1:
            number, words, anchor = self.info.shown_number, self.info.title, self.info.anchor
        elif number:
            anchor = section_anchor(number)
        else:
            anchor = f"section-{name}" if section is not None else f"section-{self.info.number}-{len(headings)}"
        self.pieces.append(Heading(level, number, words, anchor))


def _plain(token: dict[str, Any]) -> str:
    """Return the text of a Markdown token."""
    return str(token.get("raw", "")) + "".join(_plain(child) for child in token.get("children", ()))


def _holds(token: dict[str, Any], kind: str) -> bool:
    return token["type"] == kind or any(_holds(child, kind) for child in token.get("children", ()))
