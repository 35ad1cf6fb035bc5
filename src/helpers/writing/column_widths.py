"""How wide the columns of a printed table are, at which size it is set, and whether it needs a page on its side.

Widths are counted in characters (one Chinese character = 1), which is what the size of type multiplies.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.errors import TemplateError
from helpers.writing import alignment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.writing.blocks import HeaderCell, Table

UPRIGHT_WIDTH = 440.0  # points: the text width of the book, 40 characters of 11 points
LANDSCAPE_WIDTH = 649.0  # points: the same page on its side
UPRIGHT_SIZES = (9.5, 8.5)
LANDSCAPE_SIZES = (9.5, 8.5, 7.5, 6.5)
PADDING = 9.0  # points: left and right of a cell's text, and a hair
NARROW = 0.58  # a digit or Latin letter; the widest of Noto Sans CJK's digits is 0.555
GAP = 0.25
CHINESE_BESIDE_LATIN = re.compile(r"[一-鿿](?=[A-Za-z0-9])|[A-Za-z0-9](?=[一-鿿])")
HEADER_LINES = 3
CENTRED_UP_TO = 6.5
SHORTEST_WRAPPED = 7.0
WRAPPED_LINES = 3
NO_LINE_START = frozenset("，。、；：！？）》”’」』】〕%")


@dataclass(frozen=True, slots=True)
class PrintedColumn:
    """One column: its width and size of type in points, how its cells stand, the widest parts of its numbers."""

    width: float
    left: bool
    widest: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """How a table is set."""

    size: float
    landscape: bool
    columns: tuple[PrintedColumn, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """What a column needs, in characters.

    Attributes
    ----------
    least
        No number is broken, no word runs to more than three lines.
    heading
        Its heading runs to two lines at most.
    body
        No cell is broken.
    whole
        Its heading is not broken either.
    """

    least: float
    heading: float
    body: float
    whole: float


def text_width(text: str) -> float:
    """Return the width of ``text`` in characters: the wide ones count one, and Chinese stands off from Latin.

    >>> text_width("共61所")
    3.66
    """
    widths = (1.0 if unicodedata.east_asian_width(letter) in "WFA" else NARROW for letter in text)
    return round(sum(widths) + GAP * len(CHINESE_BESIDE_LATIN.findall(text)), 2)


def split_number(text: str) -> tuple[str, str] | None:
    """Split a printed number before its decimal point; ``None`` for words.

    >>> split_number("8.23%"), split_number("61"), split_number("暂缺")
    (('8', '.23%'), ('61', ''), None)
    """
    match = alignment.NUMBER.fullmatch(text.strip())
    return (match["whole"], text.strip()[match.end("whole") :]) if match else None


def lay_out(table: Table) -> PrintedTable:
    """Choose size, orientation and column widths: the largest size at which no column gets less than it needs.

    Raises
    ------
    TemplateError
        The table is too wide even for small type on a page on its side.
    """
    numeric = alignment.columns(table)
    needs = [_need(table, index, is_numeric=column is not None) for index, column in enumerate(numeric)]
    tries = [(size, False) for size in UPRIGHT_SIZES] + [(size, True) for size in LANDSCAPE_SIZES]
    for size, landscape in tries:
        widths = _widths(needs, size, LANDSCAPE_WIDTH if landscape else UPRIGHT_WIDTH)
        if widths:
            return PrintedTable(size, landscape, _columns(table, widths))
    message = f"{table.number}: {len(needs)} columns do not fit on a printed page; make two tables of it"
    raise TemplateError(message)


def header_lines(text: str, room: float) -> tuple[str, ...]:
    """Break a header cell into lines of even length; what stands in brackets at the end takes a line of its own.

    >>> header_lines("生均占地面积（平方米）", 7)
    ('生均占地面积', '（平方米）')
    >>> header_lines("生均仪器设备值", 5)
    ('生均仪器', '设备值')
    """
    if text_width(text) <= room:
        return (text,)
    name, bracket, unit = text.partition("（")
    if name and bracket and text.endswith("）"):
        return (*header_lines(name, room), *_even(bracket + unit, room))
    return _even(text, room)


def _even(text: str, room: float) -> tuple[str, ...]:
    """Break Chinese text into lines of even length; leave text with Latin words or digits to the typesetter."""
    if text_width(text) <= room or any(letter.isascii() for letter in text):
        return (text,)
    count = math.ceil(len(text) / max(1, math.floor(room)))
    length = math.ceil(len(text) / count)
    lines = [text[start : start + length] for start in range(0, len(text), length)]
    return (text,) if any(line[0] in NO_LINE_START for line in lines) else tuple(lines)


def header_columns(table: Table) -> list[list[int]]:
    """Return the first column that each header cell covers."""
    taken: set[tuple[int, int]] = set()
    starts: list[list[int]] = []
    for line, cells in enumerate(table.header):
        position, row = 0, []
        for cell in cells:
            while (line, position) in taken:
                position += 1
            row.append(position)
            taken |= {(line + down, position + right) for down in range(cell.rows) for right in range(cell.columns)}
            position += cell.columns
        starts.append(row)
    return starts


def _need(table: Table, index: int, *, is_numeric: bool) -> Need:
    body = max(map(text_width, _texts(table, index)), default=1.0)
    if is_numeric:  # in line at their points, 第2位 and 10余年 take more room than either
        body = max(body, text_width("".join(_widest(table, index))))
    heads = [_head_need(cell) for cell in _own_heads(table, index)] or [(1.0, 1.0, 1.0)]
    least_head, comfortable_head, whole_head = (max(widths) for widths in zip(*heads, strict=True))
    wraps = not is_numeric and body > SHORTEST_WRAPPED
    least = max(SHORTEST_WRAPPED, body / WRAPPED_LINES) if wraps else body
    least = max(least, least_head)
    return Need(least, max(least, comfortable_head), max(body, comfortable_head), max(body, whole_head))


def _own_heads(table: Table, index: int) -> list[HeaderCell]:
    return [
        cell
        for cells, starts in zip(table.header, header_columns(table), strict=True)
        for cell, start in zip(cells, starts, strict=True)
        if start == index and cell.columns == 1
    ]


def _head_need(cell: HeaderCell) -> tuple[float, float, float]:
    """Say what a heading needs on three lines, on two, and on one; its unit in brackets has a line of its own."""
    name, _, unit = cell.text.partition("（")
    width, unit_width = text_width(name), text_width(f"（{unit}") if unit else 0.0
    least = max(math.ceil(width / HEADER_LINES), min(unit_width, 5.0), min(width, 2.0))
    comfortable = math.ceil(width / 2) if width > CENTRED_UP_TO else width
    return float(least), max(comfortable, unit_width), max(width, unit_width)


def _widths(needs: Sequence[Need], size: float, room: float) -> list[float] | None:
    """Share ``room`` (points) out: what each column needs, then its wishes, the rest in proportion.

    ``None`` if there is too little for the needs.
    """
    widths = [need.least * size + PADDING for need in needs]
    if sum(widths) > room:
        return None
    for wished in ([need.heading for need in needs], [need.body for need in needs], [need.whole for need in needs]):
        wishes = [max(0.0, wish * size + PADDING - width) for wish, width in zip(wished, widths, strict=True)]
        granted = min(1.0, (room - sum(widths)) / sum(wishes)) if sum(wishes) else 0.0
        widths = [width + granted * wish for width, wish in zip(widths, wishes, strict=True)]
    return [round(width * room / sum(widths), 1) for width in widths]


def _columns(table: Table, widths: Sequence[float]) -> tuple[PrintedColumn, ...]:
    numeric = alignment.columns(table)
    return tuple(
        PrintedColumn(width, _stands_left(table, index), _widest(table, index) if numeric[index] else None)
        for index, width in enumerate(widths)
    )


def _stands_left(table: Table, index: int) -> bool:
    """Whether a column's cells begin at its left edge: long words do, and the names of rows that differ in length."""
    widths = {text_width(text) for text in _texts(table, index) if split_number(text) is None}
    return max(widths, default=0) > CENTRED_UP_TO or (index == 0 and len(widths) > 1)


def _widest(table: Table, index: int) -> tuple[str, str]:
    parts = [part for part in map(split_number, _texts(table, index)) if part]
    return (
        max((whole for whole, _ in parts), key=lambda part: (text_width(part), part)),
        max((rest for _, rest in parts), key=lambda part: (text_width(part), part)),
    )


def _texts(table: Table, index: int) -> list[str]:
    return [alignment.plain(row.cells[index]) for row in table.rows if index < len(row.cells)]
