"""What an executed notebook holds for the page, the book and the CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers.chapter import CHAPTER_MIME_TYPE
from helpers.errors import BuildError
from helpers.writing.blocks import CaseBox, Figure, Number, Prose, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.writing.blocks import Block, Card, Run

Notebook = Mapping[str, Any]
"""A notebook, or a part of one, as in its JSON text; a ``NotebookNode`` is one, too."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A printed number and where it stands."""

    place: str
    printed: str
    card: Card


def chapter_bundle(notebook: Notebook) -> dict[str, Any]:
    """Return what the notebook's ``open_chapter`` said of its chapter.

    Raises
    ------
    BuildError
        The notebook was not executed, or is none of ours.
    """
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if CHAPTER_MIME_TYPE in output.get("data", ()):
                return dict(output["data"][CHAPTER_MIME_TYPE])
    message = "the notebook holds no chapter: execute it first (its setup cell calls open_chapter)"
    raise BuildError(message)


def numbers_in(block: Block, cell_id: str) -> Iterator[Placed]:
    """Yield the numbers of one block; a table, figure or case is a place of its own, prose is its cell."""
    match block:
        case Prose():
            yield from _in_runs([run for paragraph in block.paragraphs for run in paragraph.runs], cell_id, block)
        case CaseBox():
            runs = [run for paragraph in block.paragraphs for run in paragraph.runs]
            yield from _in_runs(runs, block.number, block)
        case Table():
            runs = [run for row in block.rows for cell in row.cells for run in cell]
            yield from _in_runs(runs, block.number, block)
        case Figure():
            for datum in block.data:
                yield Placed(block.number, f"{datum.value}{datum.unit}", block.cards[datum.card])


def _in_runs(runs: list[Run], place: str, block: Block) -> Iterator[Placed]:
    for run in runs:
        if isinstance(run, Number):
            yield Placed(place, run.text, block.cards[run.card])
