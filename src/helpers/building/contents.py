"""What an executed notebook holds for the page, the book and the CSV files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers.chapter import CHAPTER_MIME_TYPE
from helpers.errors import BuildError
from helpers.writing.blocks import MIME_TYPE, CaseBox, Figure, Number, Prose, Table, read_block

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
    for output in _outputs(notebook):
        if CHAPTER_MIME_TYPE in output[1]:
            return dict(output[1][CHAPTER_MIME_TYPE])
    message = "the notebook holds no chapter: execute it first (its setup cell calls open_chapter)"
    raise BuildError(message)


def blocks(notebook: Notebook) -> Iterator[tuple[str, Block]]:
    """Yield each block with the id of the cell that shows it, in the order of the page."""
    for cell_id, data in _outputs(notebook):
        if MIME_TYPE in data:
            yield cell_id, read_block(data[MIME_TYPE])


def numbers(notebook: Notebook) -> Iterator[Placed]:
    """Yield every number that the chapter prints from data, in the order of the page."""
    for cell_id, block in blocks(notebook):
        yield from numbers_in(block, cell_id)


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


def _outputs(notebook: Notebook) -> Iterator[tuple[str, dict[str, Any]]]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if "data" in output:
                yield cell.get("id", ""), output["data"]
