"""Executed notebooks -> files: the tasks that run in worker processes."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING, NamedTuple

from helpers.building import book, pages
from helpers.building.document import read_document
from helpers.building.fingerprint import rendering_fingerprint
from helpers.building.front import FrontMatter, front_matter, front_page
from helpers.building.press import Composed, own_press
from helpers.kept import kept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.building.contents import Notebook
    from helpers.building.document import Document

__all__ = [
    "FrontMatter",
    "RenderedChapter",
    "compose_report",
    "dump",
    "front_matter",
    "lay_out",
    "parse",
    "parse_book",
    "render_chapter",
    "render_report",
]

Files = dict[str, str | bytes]
KIND = "chapters"
MOST = 60
"""How many chapters are kept as a whole report takes them over."""


_last: dict[str, Document] = {}
"""The chapters of the book that this process was last busy with."""


def parse(text: str) -> Document:
    """Read an executed notebook from its JSON text: one that we have written ourselves, which nobody need validate."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    return read_document(notebook)


def parse_book(texts: Sequence[str]) -> list[Document]:
    """Read the chapters of a book; those that were in the last one, too, are not read and made anew."""
    chapters = {text: _last[text] if text in _last else parse(text) for text in texts}
    _last.clear()
    _last.update(chapters)
    return [chapters[text] for text in texts]


def parse_chapter(text: str) -> Document:
    """Read one chapter, or take it from the last book."""
    if text not in _last:
        _last[text] = parse(text)
    return _last[text]


def dump(notebook: Notebook) -> str:
    """Write an executed notebook as JSON text."""
    import nbformat  # noqa: PLC0415 - heavy

    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    return text


def lay_out(text: str) -> None:
    """Decide how a chapter stands in the book; it is kept, and need not be decided when the book is composed."""
    book.layout(parse_chapter(text), whole=True)
    own_press().rest()


def prepare(texts: Sequence[str], formats: Sequence[str]) -> None:
    """Make of some chapters what a whole report takes over from them.

    This process remembers it, and it is kept for the next one. What all rendering needs is made ready, too.
    """
    pages.get_ready()
    book.get_ready()
    for text in texts:
        if text not in _last:
            _last[text] = _prepared(text, formats)


def _prepared(text: str, formats: Sequence[str]) -> Document:
    made: list[Document] = []

    def make() -> bytes:
        made.append(parse(text))
        if "html" in formats:
            pages.prepare(made)
        if "pdf" in formats:
            book.prepare(made)
        return pickle.dumps(made[0])

    key = json.dumps([sorted(rendering_fingerprint(text).items()), *formats])
    content = kept(KIND, key, make, most=MOST)
    if not made:
        try:
            made.append(pickle.loads(content))  # noqa: S301 - our own, from a folder that only we write
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it can be made again
            make()
    return made[0]


class RenderedChapter(NamedTuple):
    """A chapter's files by name, and how many things its data could not fill."""

    files: Files
    gaps: int


def render_chapter(stem: str, text: str, formats: Sequence[str]) -> RenderedChapter:
    """Render one chapter in some formats, or in none, from the text of its notebook."""
    document = parse_chapter(text)
    files: Files = {}
    if "html" in formats:
        files[f"chapters/{stem}.html"] = pages.chapter_page(document)
    if "pdf" in formats:
        files[f"chapters/{stem}.pdf"] = book.compile_book([document], whole=False)
    return RenderedChapter(files, len(document.gaps))


def render_report(texts: Sequence[str], front: FrontMatter, name: str) -> Files:
    """Render one of the files that are made of all chapters."""
    documents = parse_book(texts)
    if name == "index.html":
        return {name: front_page(documents, front)}
    if name == "report.html":
        return {name: pages.report_page(documents)}
    return {name: book.compile_book(documents, whole=True, annex=front.annex)}


def compose_report(texts: Sequence[str], front: FrontMatter) -> Composed:
    """Compose the book of all chapters, for the press to set."""
    return book.compose_book(parse_book(texts), whole=True, annex=front.annex)
