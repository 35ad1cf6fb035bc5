"""A sent-back workbook -> which sheet is which, which column is which, wherever they were moved.

A sheet is known by its defined name; where that was lost, by the heads of its columns; never by its position. Rows
above the head and columns in between do no harm.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.entry.intake.grid import address
from helpers.entry.intake.problems import CellProblem
from helpers.entry.intake.words import label
from helpers.entry.layout import (
    CASE_COLUMNS,
    CHOICE_COLUMNS,
    COVER_EDITION,
    COVER_ENTITY,
    COVER_SLUG,
    NOTE_COLUMNS,
    TOPIC_COLUMNS,
    read_mark,
    record_columns,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.catalogue import Catalogue
    from helpers.entry.intake.grid import Grid, Sheet
    from helpers.entry.intake.problems import Findings
    from helpers.entry.layout import Column

HEADER_SEARCHED = 60
"""Rows in which the head of a table is looked for."""
NEEDED = {
    "topic": ("indicator", "value"),
    "cases": ("title", "summary"),
    "notes": ("subject", "text"),
    "registers": ("register",),
}
"""The columns by which a sheet without its defined name is known."""


@dataclass(frozen=True)
class Table:
    """A table on a sheet: its kind and code, where its head stands, and which column holds what."""

    sheet: Sheet
    kind: str
    code: str
    header: int
    columns: dict[str, int]

    def text(self, row: int, name: str) -> str:
        """Return what stands in a row under a column's name."""
        return self.sheet.text(row, self.columns.get(name))

    def address(self, row: int, name: str) -> str:
        """Return the address of a cell of the table."""
        return address(row, self.columns.get(name, 1))

    def problem(self, row: int, name: str, what: str, remedy: str, seen: str | None = None) -> CellProblem:
        """Say what is wrong with a cell of the table."""
        text = self.text(row, name) if seen is None else seen
        return CellProblem(self.sheet.title, self.address(row, name), text, what, remedy)

    @property
    def rows(self) -> list[int]:
        """The rows below the head that hold anything."""
        return [row for row in sorted(self.sheet.rows) if row > self.header]


def columns_of(kind: str, code: str, catalogue: Catalogue) -> tuple[Column, ...]:
    """Return the columns that a sheet of a kind has."""
    match kind:
        case "topic":
            return TOPIC_COLUMNS
        case "cases":
            return CASE_COLUMNS
        case "notes":
            return NOTE_COLUMNS
        case "registers":
            return record_columns(None)
        case "register" if code in catalogue.registers:
            return record_columns(catalogue.registers[code])
        case _:
            return ()


def find_tables(grid: Grid, catalogue: Catalogue, findings: Findings) -> list[Table]:
    """Find every table of an entry workbook; what is missing in one, or holds data and is not known, is a problem."""
    tables: list[Table] = []
    for sheet in grid:
        kind, code = read_mark(sheet.mark) or _kind_of(sheet, catalogue)
        columns = columns_of(kind, code, catalogue)
        if columns:
            table = _table(sheet, kind, code, columns, findings)
            if table is not None:
                tables.append(table)
        elif kind not in {"cover", "choices"} and sheet.rows:
            findings.notices.append(CellProblem(sheet.title, "", "", "不是填报工作簿的表，未读取"))
    _refuse_twice(tables, findings)
    return tables


def _refuse_twice(tables: Iterable[Table], findings: Findings) -> None:
    """Refuse copies of a marked sheet: Excel copies the defined name with it, as a name of the copy's own."""
    seen: dict[tuple[str, str], Table] = {}
    for table in tables:
        first = seen.setdefault((table.kind, table.code), table)
        if first is not table and table.code:
            what = f"与“{first.sheet.title}”是同一张表"
            findings.problems.append(CellProblem(table.sheet.title, "", "", what, "只留一张"))


def find_header(sheet: Sheet, wanted: Iterable[str], needed: Iterable[str]) -> tuple[int, dict[int, str]] | None:
    """Return the row that bears most of the ``wanted`` labels, all of the ``needed`` among them, with its labels."""
    wanted, needed = {label(text) for text in wanted}, {label(text) for text in needed}
    best: tuple[int, int, dict[int, str]] | None = None
    for row in sorted(sheet.rows)[:HEADER_SEARCHED]:
        labels = {column: _head(text) for column, text in sheet.labels(row).items()}
        found = wanted & set(labels.values())
        if needed <= found and (best is None or len(found) > best[0]):
            best = (len(found), row, labels)
    return None if best is None else best[1:]


def _head(text: str) -> str:
    """Drop what a clerk adds behind a head in brackets: ``本年数(人)``."""
    return text.partition("(")[0] or text


def _kind_of(sheet: Sheet, catalogue: Catalogue) -> tuple[str, str]:
    """Tell by the heads of its columns what a sheet without its defined name is."""
    for kind in ("topic", "cases", "notes", "registers"):
        columns = columns_of(kind, "", catalogue)
        if find_header(sheet, _headers(columns), _headers(c for c in columns if c.name in NEEDED[kind])):
            return kind, ""
    for register in catalogue.registers.values():
        if label(sheet.title) == label(register.label)[:31] and find_header(
            sheet, *[_headers(record_columns(register))] * 2
        ):
            return "register", register.code
    if find_header(sheet, _headers(CHOICE_COLUMNS), _headers(CHOICE_COLUMNS)):
        return "choices", ""
    held = {label(cell.text) for cells in sheet.rows.values() for cell in cells.values()}
    if {label(COVER_ENTITY), label(COVER_SLUG), label(COVER_EDITION)} <= held:
        return "cover", ""
    return "", ""


def _headers(columns: Iterable[Column]) -> list[str]:
    return [column.header for column in columns]


def _table(sheet: Sheet, kind: str, code: str, columns: tuple[Column, ...], findings: Findings) -> Table | None:
    """Locate the columns of a table by their heads."""
    needed = {"topic": ("code", "indicator", "unit", "value")}.get(kind, NEEDED.get(kind, ()))
    heads = {label(column.header): column for column in columns}
    found = find_header(sheet, _headers(columns), ())
    row, labels = found if found is not None else (1, {})
    places: dict[str, int] = {}
    complete = True
    for place, text in sorted(labels.items()):
        column = heads.get(text)
        if column is None:
            continue
        if column.name in places:
            what = f"与{address(row, places[column.name])}是同一个列名“{column.header}”"
            findings.problems.append(CellProblem(sheet.title, address(row, place), "", what, "删去多余的一列"))
            complete = False
        places.setdefault(column.name, place)
    for column in columns:
        if column.name in needed and column.name not in places:
            what = f"表头缺少“{column.header}”列"
            findings.problems.append(CellProblem(sheet.title, address(row, 1), "", what, "从原工作簿复制这一列的表头"))
            complete = False
    return Table(sheet, kind, code, row, places) if complete else None
