"""Where a cell of a table stands, in the words of its heads: 表5 硕士研究生及以上 2020年 占比."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_LABEL = 20
NUMBER = re.compile(r"[-+]?[0-9][0-9.,:]*%?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its first column and how many it covers, what stands in it, and in which lines.

    ``follows`` is true of a cell that is one with the cell above it.
    """

    column: int
    span: int
    text: str
    lines: slice
    follows: bool = False

    @property
    def plain(self) -> str:
        """Return the text without spaces, in ordinary width."""
        return "".join(unicodedata.normalize("NFKC", self.text).split())

    @property
    def is_number(self) -> bool:
        """Whether a number stands in the cell, and nothing else."""
        return NUMBER.fullmatch(self.plain) is not None

    @property
    def label(self) -> str:
        """Return the text as the name of a row or column; a long one, or a number, names nothing."""
        return "" if self.is_number or len(self.plain) > LONGEST_LABEL else self.plain


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a cell stands: in which table, row and column, counted from 1, and under which heads, if there are any."""

    table: int
    row: int
    column: int
    row_head: str
    column_head: str

    @property
    def words(self) -> tuple[str, str]:
        """Name the row and the column: by their heads, or by their numbers."""
        return self.row_head or f"第{self.row}行", self.column_head or f"第{self.column}列"


def spots(rows: Sequence[Sequence[Cell]], table: int) -> Iterator[tuple[Cell, Spot]]:
    """Yield each cell of a table with the place where it stands."""
    height = _height(rows)
    heads = _column_heads(rows[:height])
    row_head = ""
    for number, cells in enumerate(rows, 1):
        first = next((cell for cell in cells if cell.column == 1), None)
        row_head = row_head if first is not None and first.follows else "" if first is None else first.label
        for cell in cells:
            row = row_head if number > height and cell.column > 1 else ""
            column = heads.get(cell.column, "") if number > height else ""
            yield cell, Spot(table, number, cell.column, row, column)


def _height(rows: Sequence[Sequence[Cell]]) -> int:
    """Return how many rows are heads: those before the first that has a number behind its first cell, but one."""
    for number, cells in enumerate(rows):
        if any(cell.is_number for cell in cells if cell.column > 1):
            return number
    return 1


def _column_heads(rows: Sequence[Sequence[Cell]]) -> dict[int, str]:
    """Join what stands above each column, a cell over several columns above each of them."""
    heads: dict[int, list[str]] = {}
    for cell in (cell for cells in rows for cell in cells):
        for column in range(cell.column, cell.column + cell.span):
            if cell.label and cell.label not in heads.setdefault(column, []):
                heads[column].append(cell.label)
    return {column: " ".join(labels) for column, labels in heads.items()}
