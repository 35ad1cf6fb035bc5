"""Executed notebooks -> pages: a chapter, the whole report, the index. Each is one file that needs no other.

A page is set in two steps: the body from its template, then the shell around it with the style, the script and the
typeface cut down to the characters that the body shows.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape
from pydantic import BaseModel, ConfigDict

from helpers.building.document import Document, Heading, Passage, is_visible, left_empty, notice_on, read_document
from helpers.building.webfonts import data_url
from helpers.errors import BuildError
from helpers.writing import render
from helpers.writing.anchors import section_anchor
from helpers.writing.blocks import Card, Number, Run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from helpers.building.contents import Notebook
    from helpers.building.information import Book

TEMPLATES = Path(__file__).parent / "templates"
FONT_WEIGHTS = {"Regular": 400, "Bold": 700}
BOLD_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption", "figcaption", "th", "strong", "b", "summary"})
BOLD_CLASSES = frozenset({"value", "title", "big", "verdict", "outline", "downloads", "place"})
BOLD_ATTRIBUTE = "aria-current"
VOID_TAGS = frozenset({"meta", "link", "br", "img", "hr", "input", "col", "wbr"})
ALWAYS = frozenset(map(chr, range(0x20, 0x7F)))
"""Printable ASCII: numbers that a style sheet generates, and too small to be worth counting."""
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; script-src '{script}'; "
    "base-uri 'none'; form-action 'none'"
)
LEADING_NUMBER = re.compile(r"(?P<digits>\D{0,2}[\d.:]+)(?P<unit>.*)")
TAG_AND_TEXT = re.compile(r"<(/?)([a-zA-Z][\w-]*)([^>]*?)(/?)>([^<]*)")
CARD_LEVEL = 3  # of a card's heading
IN_REPORT = 1
"""How many levels the headings of a chapter are lowered in the page of the whole report."""
CLASSES = re.compile(r'\bclass="([^"]*)"')
TITLE = re.compile(r"(.+?)((?:中等职业教育)?质量年度报告)(.*)")


class Model(BaseModel):
    """Frozen, strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class KeyFigure(Model):
    """A number for the index page.

    ``change`` and ``standard`` are phrases with facts in them (``比上年增长8.23%``); ``met`` says whether the standard
    is met, ``None`` where there is none.
    """

    label: str
    value: tuple[Run, ...]
    change: tuple[Run, ...] = ()
    standard: tuple[Run, ...] = ()
    met: bool | None = None


class KeyFigureGroup(Model):
    """Key figures under one heading: 主要指标, 对照国家标准."""

    title: str
    figures: tuple[KeyFigure, ...]


class Download(Model):
    """A file beside the index page; ``href`` is relative to it."""

    label: str
    href: str
    detail: str = ""


def chapter_page(notebook: Notebook | Document) -> str:
    """Return the page of one executed chapter.

    Raises
    ------
    BuildError
        The notebook was not executed, failed, or shows something that no page can take over.
    """
    document = read_document(notebook)
    info = document.info
    numbers = [chapter.number for chapter in info.contents]
    place = numbers.index(info.number) if info.number in numbers else len(numbers)
    previous = info.contents[place - 1] if 0 < place < len(numbers) else None
    following = info.contents[place + 1] if place + 1 < len(numbers) else None
    body = page_body("chapter", document=document, previous=previous, following=following)
    return page_shell(f"{info.title}　{info.report_title}", body, notice_on(document.cards.values()))


def report_page(notebooks: Sequence[Notebook | Document]) -> str:
    """Return the whole report as one page: every chapter, then every card once.

    Raises
    ------
    BuildError
        There is no notebook, or one of them has no page.
    """
    if not notebooks:
        raise BuildError("a report needs at least one executed chapter")
    documents = [read_document(notebook) for notebook in notebooks]
    cards: dict[str, Markup] = {}
    for document in documents:
        for code, card in zip(document.cards, _cards_markup(document), strict=True):
            cards.setdefault(code, card)
    book: Book = documents[0].info
    body = page_body("report", book=book, documents=documents, cards=list(cards.values()))
    return page_shell(book.report_title, body, notice_on(card for one in documents for card in one.cards.values()))


def get_ready() -> None:
    """Compile the templates of pages."""
    render.load_templates(render.environment(), "html/")
    render.load_templates(_environment(), "page/", "html/")


def prepare(documents: Iterable[Document]) -> None:
    """Set the pieces of chapters as a whole report shows them; the documents remember it."""
    for document in documents:
        _chapter_parts(document, IN_REPORT)
        _cards_markup(document)


def index_page(
    book: Book,
    *,
    groups: Sequence[KeyFigureGroup] = (),
    downloads: Sequence[Download] = (),
    cards: Mapping[str, Card] | None = None,
) -> str:
    """Return the page that a reader opens first.

    Parameters
    ----------
    book
        Title and contents; the ``info`` of any chapter's document will do, or ``Book.model_validate(bundle)``.
    groups
        Key figures under their headings.
    downloads
        The whole report and the data, as files beside this page.
    cards
        The cards of the numbers in ``groups``.

    Raises
    ------
    BuildError
        A number has no card.
    """
    cards = cards or {}
    for group in groups:
        for figure in group.figures:
            for run in (*figure.value, *figure.change, *figure.standard):
                if isinstance(run, Number) and run.card not in cards:
                    message = f"index page, {figure.label}: no card {run.card!r}"
                    raise BuildError(message)
    shown = [_card_markup(card) for card in cards.values()]
    body = page_body("index", book=book, groups=groups, downloads=downloads, cards=shown)
    return page_shell(book.report_title, body, notice_on(cards.values()))


def page_body(name: str, **parts: object) -> str:
    """Set the body of a page from its template."""
    return _environment().get_template(f"page/{name}.html.j2").render(**parts)


def page_shell(title: str, body: str, notice: str = "") -> str:
    """Put the style, the script and the typeface around a body, and a notice above it that stays in sight."""
    template = _environment().get_template("page/shell.html.j2")
    script = _source("page/page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    body = page_body("notice", notice=notice) + body if notice else body
    shown, bold = characters(body)
    drawn = ALWAYS | shown | {letter for letter in set(script) if not letter.isascii()}
    style = f"{_font_faces(drawn, ALWAYS | bold)}\n{_source('page/page.css')}"
    page = template.render(
        title=title,
        policy=Markup(POLICY.format(script=f"sha256-{digest}")),  # noqa: S704 - ours
        style=Markup(style),  # noqa: S704 - ours
        script=Markup(script),  # noqa: S704 - ours
        body=Markup(body),  # noqa: S704 - from an escaping template
    )
    return page + "\n"


def _font_faces(regular: frozenset[str], bold: frozenset[str]) -> str:
    """Declare the typeface: a copy that the reader has, else the cut in the page."""
    faces = []
    for (weight, value), letters in zip(FONT_WEIGHTS.items(), (regular, bold), strict=True):
        full = "Noto Sans CJK SC" if weight == "Regular" else f"Noto Sans CJK SC {weight}"
        sources = f'local("{full}"), local("NotoSansCJKsc-{weight}"), url({data_url(weight, letters)}) format("woff2")'
        faces.append(f'@font-face {{ font-family: "Nianbao"; font-weight: {value}; src: {sources}; }}')
    return "\n".join(faces)


def characters(body: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the characters that a body shows, and those that it may show in bold; errs on the side of bold.

    Our templates write every ``<`` and ``>`` of a text as an entity, so that tags can be told by them; a parser takes
    ten times as long.
    """
    shown, bold = set[str](), set[str]()
    open_elements: list[bool] = []
    for match in TAG_AND_TEXT.finditer(body):
        closing, name, attributes, closed, text = match.groups()
        if closing:
            if open_elements and name not in VOID_TAGS:
                open_elements.pop()
        elif name and not closed and name not in VOID_TAGS:
            open_elements.append((bool(open_elements) and open_elements[-1]) or _is_bold(name, attributes))
        if text:
            (bold if open_elements and open_elements[-1] else shown).add(text)
    drawn_bold = _letters(bold)
    return _letters(shown) | drawn_bold, drawn_bold


def _is_bold(name: str, attributes: str) -> bool:
    if name in BOLD_TAGS or BOLD_ATTRIBUTE in attributes:
        return True
    classes = CLASSES.search(attributes)
    return classes is not None and not BOLD_CLASSES.isdisjoint(classes[1].split())


def _letters(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(letter for letter in set(unescape("\0".join(texts))) if letter.isprintable())


def _chapter_parts(document: Document, shift: int) -> list[dict[str, Any]]:
    """Set the pieces of a chapter; a section that its gaps left empty says so."""
    return document.once(("page", shift), lambda: _set_parts(document, shift))


def _cards_markup(document: Document) -> list[Markup]:
    """Set the cards of a chapter, in the order of its numbers."""
    return document.once("cards", lambda: [_card_markup(card) for card in document.cards.values()])


def _card_markup(card: Card) -> Markup:
    template = _environment().get_template("html/card.html.j2")
    return Markup(template.module.card(card, CARD_LEVEL))  # type: ignore[attr-defined]  # noqa: S704 - it escapes


def _set_parts(document: Document, shift: int) -> list[dict[str, Any]]:
    parts: list[dict[str, Any]] = []
    level = 1 + shift
    for position, piece in enumerate(document.pieces):
        if isinstance(piece, Heading):
            level = piece.level + shift
            parts.append({"heading": piece, "level": level, "markup": ""})
            if note := left_empty(document.pieces, position):
                parts.append(_markup(f'<p class="note">{note}</p>'))
        elif isinstance(piece, Passage):
            parts.append(_markup(f'<div class="prose">\n{_markdown(piece)}</div>'))
        elif is_visible(piece):
            parts.append(_block(piece, level + 1))
    return parts


def _block(piece: Any, level: int) -> dict[str, Any]:  # noqa: ANN401 - one of the kinds of blocks
    markup = render.to_html(piece, level=level)
    return _markup(f'<div class="prose">\n{markup}\n</div>' if piece.kind == "prose" else markup)


def _markup(markup: str) -> dict[str, Any]:
    return {"heading": None, "level": 0, "markup": Markup(markup)}  # noqa: S704 - from an escaping template


def _markdown(passage: Passage) -> str:
    import mistune  # noqa: PLC0415 - only documents with passages need it

    return str(mistune.HTMLRenderer(escape=True)(list(passage.tokens), mistune.BlockState()))


def _big(run: Run) -> Markup:
    """Set a key figure: its digits large, its unit beside them."""
    match = LEADING_NUMBER.fullmatch(run.text)
    inner = (
        escape(run.text)
        if match is None
        else Markup('<span class="digits">{}</span>{}').format(match["digits"], match["unit"])
    )
    if isinstance(run, Number):
        return Markup('<a class="fact" href="#card-{}">{}</a>').format(run.card, inner)
    return Markup("{}").format(inner)


def _title_parts(title: str) -> list[str]:
    """Split the report's title where a line may end."""
    match = TITLE.fullmatch(title)
    return [part for part in match.groups() if part] if match else [title]


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    """Return the templates of pages, those of blocks beside them."""
    environment = render.environment().overlay(
        loader=jinja2.ChoiceLoader([jinja2.FileSystemLoader(TEMPLATES), jinja2.FileSystemLoader(render.TEMPLATES)])
    )
    environment.filters = {
        **render.environment().filters,
        "chapter_parts": _chapter_parts,
        "cards_markup": _cards_markup,
        "big": _big,
        "title_parts": _title_parts,
        "section_anchor": section_anchor,
    }
    return environment


def _source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8").strip()
