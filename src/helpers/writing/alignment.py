"""Which cells of a table are numbers, and what keeps their decimal points in line.

A shorter number is followed by an invisible piece of the longest: ``33`` under ``35.99`` by ``.00``. So the points meet
in every font, and the text of the cell stays the number alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.writing.blocks import Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.writing.blocks import HeaderCell, Run, Table

NUMBER = re.compile(r"(?P<whole>[约近第]?[-−+]?\d+)(?P<decimals>\.\d+)?(?P<suffix>[^\d.].*)?")
BRIEF = 4
"""So many characters need no line of their own, and no room for longer ones: 国家级."""
LARGE = ("万", "亿")
PLACEHOLDERS = {"", "—", "－", "-", "暂缺", "不适用", "未采集", "无数据"}


@dataclass(frozen=True, slots=True)
class Column:
    """How a column of numbers is set: the longest decimals and the longest suffix in it."""

    decimals: int
    suffix: str

    def padding(self, text: str) -> str:
        """Return what ``text`` lacks on its right side to stand in line."""
        match = NUMBER.fullmatch(text)
        if match is None:
            return ""
        own = len(match["decimals"] or ".") - 1
        point = "." if not own and self.decimals else ""
        suffix = "" if match["suffix"] else self.suffix
        return point + "0" * (self.decimals - own) + suffix


def plain(runs: Iterable[Run]) -> str:
    """Return the text of a cell."""
    return "".join(run.text for run in runs)


def columns(table: Table) -> tuple[Column | None, ...]:
    """Say of each column how its numbers are set; ``None`` where it holds words."""
    width = max((len(row.cells) for row in table.rows), default=0)
    return tuple(_column(table, index) for index in range(width))


def is_brief(table: Table, index: int) -> bool:
    """Whether every cell of a column is brief: it takes no more room than that."""
    return all(len(plain(row.cells[index])) <= BRIEF for row in table.rows if index < len(row.cells))


def header_is_numeric(table: Table, numeric: Sequence[Column | None]) -> tuple[tuple[bool, ...], ...]:
    """Say of each header cell whether it heads one column of numbers, and is set like them."""
    taken: set[tuple[int, int]] = set()
    marks: list[tuple[bool, ...]] = []
    for line, cells in enumerate(table.header):
        row: list[bool] = []
        position = 0
        for cell in cells:
            while (line, position) in taken:
                position += 1
            row.append(cell.columns == 1 and position < len(numeric) and numeric[position] is not None)
            _take(taken, cell, line, position)
            position += cell.columns
        marks.append(tuple(row))
    return tuple(marks)


def _take(taken: set[tuple[int, int]], cell: HeaderCell, line: int, position: int) -> None:
    for row in range(line, line + cell.rows):
        taken.update((row, column) for column in range(position, position + cell.columns))


def _column(table: Table, index: int) -> Column | None:
    cells = []
    for row in table.rows:
        if index < row.headers:
            return None
        if index < len(row.cells) and plain(row.cells[index]).strip() not in PLACEHOLDERS:
            cells.append(row.cells[index])
    if not all(any(isinstance(run, Number) for run in cell) for cell in cells):
        return None  # words that begin with a digit: 2020年, 1金1铜
    matches = [NUMBER.fullmatch(plain(cell).strip()) for cell in cells]
    if not matches or None in matches:
        return None
    decimals = max(len(match["decimals"] or ".") - 1 for match in matches if match)
    suffixes = {match["suffix"] or "" for match in matches if match}
    if len({suffix[:1] in LARGE for suffix in suffixes}) > 1:  # 12663 above 1.23万所: the points mean different things
        return Column(0, "")
    return Column(decimals, max(sorted(suffixes), key=len))
