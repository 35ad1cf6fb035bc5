"""The book: executed chapters -> Typst -> one PDF, or one chapter as a PDF of its own.

The same chapters give the same bytes on every machine: fonts come from a locked package and nowhere else, the date of
the document is the last day of its year, and Typst sees no file but those that are handed to it.
"""

from __future__ import annotations

from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from helpers.audit.printing import quoted
from helpers.building.cover import cover_lines, edition
from helpers.building.document import Heading, Passage, is_visible, left_empty, notice_on, read_document
from helpers.building.layouts import Layout, layout_of
from helpers.building.press import Composed, own_press
from helpers.building.typst_passages import passage_to_typst
from helpers.errors import BuildError
from helpers.writing import render
from helpers.writing.anchors import anchor
from helpers.writing.blocks import CaseBox, Figure, GapList, Table
from helpers.writing.render_typst import card_values, environment, picture_path, to_typst
from helpers.writing.typst_markup import literal, markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from helpers.building.audit_files import Annex, Entry
    from helpers.building.contents import Notebook
    from helpers.building.document import Document, Piece
    from helpers.building.information import ChapterInfo

TEMPLATES = Path(__file__).parent / "templates" / "book"
HOUSE_STYLE = "house.typ"


def book_source(
    notebooks: Sequence[Notebook | Document], *, whole: bool, annex: Annex | None = None
) -> tuple[str, dict[str, bytes]]:
    """Return the Typst source of a book, and the files that it reads, by path.

    Parameters
    ----------
    notebooks
        Executed chapters in the order of the book; with ``whole`` false, one.
    whole
        Whether it is the book, with cover and contents, or a chapter by itself.
    annex
        What is told of the published report.

    Raises
    ------
    BuildError
        A notebook was not executed, shows something that cannot be printed, or a table, figure or case has a number
        that another one has.
    """
    documents = [read_document(notebook) for notebook in notebooks]
    if not documents:
        message = "a book needs at least one chapter"
        raise BuildError(message)
    _refuse_repeated_numbers(documents)
    layouts = [layout(document, whole=whole) for document in documents]
    return _source(documents, layouts, whole=whole, annex=annex), _files(documents)


def compose_book(
    notebooks: Sequence[Notebook | Document], *, whole: bool = True, annex: Annex | None = None
) -> Composed:
    """Return a book, or one chapter, ready to be set.

    Raises
    ------
    BuildError
        As :func:`book_source`.
    """
    source, files = book_source(notebooks, whole=whole, annex=annex)
    return Composed(source, files, read_document(notebooks[0]).info.year)


def compile_book(notebooks: Sequence[Notebook | Document], *, whole: bool = True, annex: Annex | None = None) -> bytes:
    """Return a book, or one chapter, as a PDF that conforms to PDF/UA-1 and PDF/A-2a.

    Raises
    ------
    BuildError
        The book cannot be set; the message names what Typst refused.
    """
    press = own_press()
    printed = press.print(compose_book(notebooks, whole=whole, annex=annex))
    press.rest()
    return printed.result()


def layout(document: Document, *, whole: bool) -> Layout:
    """Return how a chapter's tables and figures stand in the book, or in the chapter by itself.

    Raises
    ------
    BuildError
        The chapter cannot be set.
    """
    return document.once(("layout", whole), lambda: _layout(document, whole=whole))


def _layout(document: Document, *, whole: bool) -> Layout:
    names = [anchor(block.number) for block in document.blocks if isinstance(block, (Table, Figure))]
    draft = whole and not document.info.one_page  # any other is set just as it stands, and not laid out again then
    return layout_of(names, lambda layout: _source([document], [layout], whole=whole, draft=draft), _files([document]))


def get_ready() -> None:
    """Compile the templates of books."""
    render.load_templates(environment(), "typst/")
    render.load_templates(_environment(), "book.typ")


def prepare(documents: Iterable[Document]) -> None:
    """Write chapters as a whole book prints them; the documents remember it."""
    for document in documents:
        _laid_out(document, layout(document, whole=True))


def _laid_out(document: Document, layout: Layout) -> str:
    """Return a chapter's pieces as markup; the document remembers it."""
    return document.once(("book", layout), partial(_chapter, document, layout))


def _source(
    documents: Sequence[Document],
    layouts: Sequence[Layout],
    *,
    whole: bool,
    annex: Annex | None = None,
    draft: bool = False,
) -> str:
    """Return the main file; a draft leaves out cards, which come after all that has to be laid out."""
    info, sources = documents[0].info, _sources(documents)
    pairs = zip(documents, layouts, strict=True)
    return (
        _environment()
        .get_template("book.typ.j2")
        .render(
            whole=whole,
            title=info.report_title if whole else f"{info.title}——{info.report_title}",
            info=info,
            notice=notice_on(card for document in documents for card in document.cards.values()),
            cover=cover_lines(info.report_title),
            edition=edition(info.report_title),
            chapters=[_laid_out(document, layout) for document, layout in pairs],
            audit=_audit(annex),
            cards=[] if draft else _cards(documents, sources),
            left_out=[code for document in documents for code in document.cards] if draft else [],
            sources=list(sources),
        )
    )


def _files(documents: Sequence[Document]) -> dict[str, bytes]:
    figures = [block for document in documents for block in document.blocks if isinstance(block, Figure)]
    house_style = {HOUSE_STYLE: (TEMPLATES / HOUSE_STYLE).read_bytes()}
    return house_style | {picture_path(figure): figure.svg.encode() for figure in figures}


def _chapter(document: Document, layout: Layout) -> str:
    """Return a chapter's pieces as markup, its gaps at the end."""
    written = _settings(layout, _led(document.pieces))
    level = 1
    for position, piece in enumerate(document.pieces):
        if isinstance(piece, Heading) and piece.level != level:
            level = piece.level
            written.append(f"#let case-box = case-box.with(level: {level + 1})")
        if not isinstance(piece, GapList):
            written.append(_piece(piece))
        if isinstance(piece, Heading):
            written.append(markup(left_empty(document.pieces, position)))
    if document.gaps:
        written.append(to_typst(GapList(gaps=document.gaps)))
    return "\n\n".join(text for text in written if text)


def _led(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """Name the tables and figures that a heading leads in, with nothing to read between: they keep it with them."""
    led, after_heading = [], False
    for piece in pieces:
        if after_heading and isinstance(piece, (Table, Figure)):
            led.append(anchor(piece.number))
        after_heading = isinstance(piece, Heading) or (after_heading and not is_visible(piece))
    return tuple(led)


def _settings(layout: Layout, led: tuple[str, ...]) -> list[str]:
    """Tell the house style a chapter's layout; where there is nothing to tell, the source stays as it was."""
    of_figures = {"floating": layout.floating, "led": led}
    of_tables = {"floating": layout.floating, "tight": layout.tight, "led": led}
    settings = []
    for builder, told in (("data-table", of_tables), ("data-figure", of_figures)):
        if words := ", ".join(f"{name}: {literal(names)}" for name, names in told.items() if names):
            settings.append(f"#let {builder} = {builder}.with({words})")
    return settings


def _piece(piece: Piece) -> str:
    if isinstance(piece, Heading):
        text = f"{piece.number} {piece.text}".strip()
        return f"#heading(level: {piece.level})[{markup(text)}] #label({literal(piece.anchor)})"
    if isinstance(piece, Passage):
        return passage_to_typst(piece.tokens)
    return to_typst(piece)  # type: ignore[arg-type]  # a block is one of the five


def _cards(documents: Sequence[Document], sources: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the cards by chapter; a number that several chapters print has its card where it is printed first."""
    seen: set[str] = set()
    parts = []
    for document in documents:
        new = [card for code, card in document.cards.items() if code not in seen]
        seen |= document.cards.keys()
        if new:
            parts.append({"title": _titled(document.info), "cards": [card_values(card, sources) for card in new]})
    return parts


def _audit(annex: Annex | None) -> dict[str, Any]:
    """Return what was found amiss in the published report, by verdict."""
    if annex is None:
        return {}
    verdicts = dict.fromkeys(finding.verdict for finding in annex.entries)
    groups = [
        {
            "label": verdict.label,
            "meaning": verdict.meaning,
            "entries": [
                {
                    "spots": _spots(one),
                    "recomputed": one.recomputed if one.differs else "",
                    "evidence": one.evidence,
                    "status": one.status,
                }
                for one in annex.entries
                if one.verdict is verdict
            ],
        }
        for verdict in verdicts
    ]
    return {"introduction": annex.introduction, "groups": groups}


def _spots(entry: Entry) -> list[dict[str, str]]:
    """Return where something is printed, and how; places that print the same words together."""
    places: dict[str, dict[str, None]] = {}
    for one in (entry, *entry.alike):
        places.setdefault(one.printed if one.members else quoted(one.printed), {})[one.place] = None
    return [{"place": "、".join(where), "printed": printed} for printed, where in places.items()]


def _sources(documents: Sequence[Document]) -> dict[str, int]:
    """Give each source that cards name a number, in the order in which a reader meets them."""
    titles = dict.fromkeys(card.source for document in documents for card in document.cards.values() if card.source)
    return {title: number for number, title in enumerate(titles, 1)}


def _titled(info: ChapterInfo) -> str:
    return f"{info.number.lstrip('0')} {info.title}".strip()


def _refuse_repeated_numbers(documents: Sequence[Document]) -> None:
    """Refuse two tables, figures or cases with one number: readers and links could not tell them apart.

    Raises
    ------
    BuildError
        With every number that stands twice.
    """
    seen: dict[str, str] = {}
    repeated: dict[str, None] = {}
    for document in documents:
        for block in document.blocks:
            if isinstance(block, (Table, Figure, CaseBox)):
                name = anchor(block.number)
                if name in seen:
                    repeated[f"{block.number} (chapters {seen[name]} and {document.info.number})"] = None
                seen[name] = document.info.number
    if repeated:
        message = f"numbers given twice: {', '.join(repeated)}"
        raise BuildError(message)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    """Return the templates of the book: those of blocks, set up alike, with others to load."""
    return environment().overlay(loader=jinja2.FileSystemLoader(TEMPLATES), keep_trailing_newline=True)
