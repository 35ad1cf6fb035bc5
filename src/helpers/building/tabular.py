"""The small committed files: official tables, figure data and every printed number, as CSV.

They are sorted as the page is, so that a number that moves shows as one changed line.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from helpers.quantity import machine_readable
from helpers.writing.blocks import Figure, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.building.contents import Placed
    from helpers.building.document import Document
    from helpers.writing.blocks import HeaderCell, Run

FACT_COLUMNS = (
    "chapter", "place", "printed", "value", "unit", "indicator", "entity", "year",
    "scope", "breakdown", "formula", "source", "locator",
)  # fmt: skip
OFFICIAL_TABLE, OFFICIAL_FIGURE = "表", "图"


def write_csv(rows: Iterable[Sequence[str]]) -> str:
    """Write rows as CSV text with LF line ends."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def facts_csv(documents: Sequence[Document], front: Iterable[Placed] = ()) -> str:
    """List every number printed anywhere; ``front`` are those of the index page."""
    rows: list[Sequence[str]] = [FACT_COLUMNS]
    rows += [_fact_row("index", placed) for placed in front]
    for document in documents:
        rows += [_fact_row(document.info.number, placed) for placed in document.numbers]
    return write_csv(rows)


def official_files(documents: Sequence[Document]) -> dict[str, str]:
    """Return ``tables/*.csv``, ``figures/*.csv`` and ``figures/*.svg`` of one report, by path.

    Officially numbered ones (表1, 图1) are ``table-01.csv`` and ``figure-01.csv``; those that we add (图示1-1) are
    ``chart-1-1.csv``.
    """
    files: dict[str, str] = {}
    for document in documents:
        for block in document.blocks:
            if isinstance(block, Table):
                files[f"tables/table-{_two_digits(block.number)}.csv"] = table_csv(block)
            elif isinstance(block, Figure):
                stem = _figure_stem(block.number)
                files[f"figures/{stem}.csv"] = figure_csv(block)
                files[f"figures/{stem}.svg"] = block.svg + "\n"
    return files


def table_csv(table: Table) -> str:
    """Write a table as printed, but for the sign of a number: header rows first, spans repeated in every cell."""
    body = [["".join(map(_written, cell)) for cell in row.cells] for row in table.rows]
    return write_csv([*_expand(table.header), *body])


def figure_csv(figure: Figure) -> str:
    """Write the numbers that a figure draws."""
    rows = [[datum.series, datum.category, datum.value, datum.unit] for datum in figure.data]
    return write_csv([["series", "category", "value", "unit"], *rows])


def _expand(header: Sequence[Sequence[HeaderCell]]) -> list[list[str]]:
    """Lay header cells with spans out on a grid."""
    grid: dict[tuple[int, int], str] = {}
    for row, cells in enumerate(header):
        column = 0
        for cell in cells:
            while (row, column) in grid:
                column += 1
            for down in range(cell.rows):
                for right in range(cell.columns):
                    grid[row + down, column + right] = cell.text
    width = 1 + max((column for _, column in grid), default=-1)
    return [[grid.get((row, column), "") for column in range(width)] for row in range(len(header))]


def _fact_row(chapter: str, placed: Placed) -> list[str]:
    card = placed.card
    return [
        chapter, placed.place, machine_readable(placed.printed), card.number, card.unit, card.indicator, card.entity,
        str(card.year), card.scope_code, card.breakdown, card.formula, card.source_code, card.locator,
    ]  # fmt: skip


def _written(run: Run) -> str:
    return machine_readable(run.text) if run.kind == "number" else run.text


def _two_digits(number: str) -> str:
    digits = number.removeprefix(OFFICIAL_TABLE)
    return digits.zfill(2) if digits.isdigit() else digits


def _figure_stem(number: str) -> str:
    digits = number.removeprefix(OFFICIAL_FIGURE)
    return f"figure-{digits.zfill(2)}" if digits.isdigit() else f"chart-{number.removeprefix('图示')}"
