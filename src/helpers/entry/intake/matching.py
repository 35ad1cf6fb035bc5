"""A sent-back workbook -> which sheet is which, which column is which, wherever they were moved.

A sheet is known by its defined name; where that was lost, by the heads of its columns; never by its position. Rows
above the head and columns in between do no harm. A head may be retyped where that leaves no doubt: as the year that
it means (2021年 for 本年数), or as another word for the same; the codes are known by what they are. A column that the
clerk fills must be found: one that is passed over would be lost without a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.entry.intake.grid import address
from helpers.entry.intake.problems import CellProblem
from helpers.entry.intake.words import label, year_of
from helpers.entry.layout import (
    CASE_COLUMNS,
    CHOICE_COLUMNS,
    COVER_EDITION,
    COVER_ENTITY,
    COVER_SLUG,
    DERIVED,
    NOTE_COLUMNS,
    TOPIC_COLUMNS,
    read_code,
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
ALWAYS_NEEDED = {"topic": ("code", "indicator", "unit", "before", "value")}
"""Last year's numbers tell that a workbook is this place's, and that its columns are what their heads say."""
YEARS_BEFORE = {"value": 0, "before": 1, "correction": 1}
"""How many years before the edition's a column is about whose head may be retyped as a year."""
BEHIND_YEAR = {"correction": ("更正", "更正数", "数更正")}
NUMBERS = ("", "数", "数据", "数值", "值", "情况", "实际", "实际数")
CODED = 3
"""So many codes below one another, and nothing else, make a column that of the codes."""


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


def find_tables(grid: Grid, catalogue: Catalogue, edition: int, findings: Findings) -> list[Table]:
    """Find every table of an entry workbook; what is missing in one, or holds data and is not known, is a problem."""
    tables: list[Table] = []
    for sheet in grid:
        kind, code = read_mark(sheet.mark) or _kind_of(sheet, catalogue, edition)
        columns = columns_of(kind, code, catalogue)
        if columns:
            table = _table(sheet, kind, code, Heads(columns, edition), findings)
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


@dataclass(frozen=True)
class Heads:
    """The heads that a kind of table has, and what else may stand for them in a workbook of one edition."""

    columns: tuple[Column, ...]
    edition: int

    def name(self, text: str, *, loosely: bool) -> str | None:
        """Return the column that a head means: by its own word, or ``loosely`` by another one or by its year."""
        for column in self.columns:
            if label(column.header) == text:
                return column.name
        if not loosely:
            return None
        for column in self.columns:
            if text in map(label, column.also) or self._is_year_of(column.name, text):
                return column.name
        return None

    def _is_year_of(self, name: str, text: str) -> bool:
        """Whether a head is the year that a column is about: ``2021年``, ``2021年数``, ``2020年更正``."""
        if name not in YEARS_BEFORE:
            return False
        year = self.edition - YEARS_BEFORE[name]
        endings = BEHIND_YEAR.get(name, NUMBERS)
        return any(text.endswith(ending) and year_of(text.removesuffix(ending)) == year for ending in endings)

    def places(self, labels: dict[int, str], *, loosely: bool = True) -> dict[str, list[int]]:
        """Return where each column stands; its own word goes before another one."""
        found: dict[str, list[int]] = {}
        for strictly in (True, False) if loosely else (True,):
            known = set(found)
            for place, text in sorted(labels.items()):
                name = self.name(text, loosely=not strictly)
                if name is not None and name not in known and all(place not in one for one in found.values()):
                    found.setdefault(name, []).append(place)
        return found


def find_header(
    sheet: Sheet, heads: Heads, needed: Iterable[str] = (), *, loosely: bool = True
) -> tuple[int, dict[str, list[int]]] | None:
    """Return the row that bears most heads, those of the ``needed`` columns among them, and where each stands."""
    needed, best = set(needed), None
    for row in sorted(sheet.rows)[:HEADER_SEARCHED]:
        places = heads.places({column: _head(text) for column, text in sheet.labels(row).items()}, loosely=loosely)
        if needed <= places.keys() and places and (best is None or len(places) > len(best[1])):
            best = (row, places)
    return best


def _head(text: str) -> str:
    """Drop what a clerk adds behind a head in brackets: ``本年数(人)``."""
    return text.partition("(")[0] or text


def _kind_of(sheet: Sheet, catalogue: Catalogue, edition: int) -> tuple[str, str]:
    """Tell by the heads of its columns what a sheet without its defined name is."""
    for kind in ("topic", "cases", "notes", "registers"):
        heads = Heads(columns_of(kind, "", catalogue), edition)
        if find_header(sheet, heads, NEEDED[kind], loosely=False) or (kind == "topic" and _holds_codes(sheet, heads)):
            return kind, ""
    for register in catalogue.registers.values():
        heads = Heads(record_columns(register), edition)
        named = label(sheet.title) == label(register.label)[:31]
        if named and find_header(sheet, heads, (column.name for column in heads.columns), loosely=False):
            return "register", register.code
    heads = Heads(CHOICE_COLUMNS, edition)
    if find_header(sheet, heads, (column.name for column in heads.columns), loosely=False):
        return "choices", ""
    held = {label(cell.text) for cells in sheet.rows.values() for cell in cells.values()}
    if {label(COVER_ENTITY), label(COVER_SLUG), label(COVER_EDITION)} <= held:
        return "cover", ""
    return "", ""


def _holds_codes(sheet: Sheet, heads: Heads) -> bool:
    """Whether a sheet has the codes of a topic below heads that were retyped; a clerk's own reckoning has none."""
    found = find_header(sheet, heads, NEEDED["topic"])
    return found is not None and _column_of_codes(sheet, found[0], heads.edition) is not None


def _table(sheet: Sheet, kind: str, code: str, heads: Heads, findings: Findings) -> Table | None:
    """Locate the columns of a table by their heads."""
    row, places = find_header(sheet, heads) or (1, {})
    if kind == "topic" and "code" not in places and (coded := _column_of_codes(sheet, row, heads.edition)):
        places["code"] = [coded]
    complete = True
    for column in heads.columns:
        found = places.get(column.name, [])
        if len(found) > 1:
            what = f"与{address(row, found[0])}是同一个列名“{column.header}”"
            findings.problems.append(CellProblem(sheet.title, address(row, found[1]), "", what, "删去多余的一列"))
            complete = False
        if not found and (column.is_entry or column.name in ALWAYS_NEEDED.get(kind, ())):
            what = f"表头缺少“{column.header}”列"
            findings.problems.append(CellProblem(sheet.title, address(row, 1), "", what, "从原工作簿复制这一列的表头"))
            complete = False
    if not complete:
        return None
    return Table(sheet, kind, code, row, {name: found[0] for name, found in places.items()})


def _column_of_codes(sheet: Sheet, header: int, edition: int) -> int | None:
    """Return the one column that holds codes below the head and nothing else, whatever it is called."""
    texts: dict[int, list[str]] = {}
    for row, cells in sheet.rows.items():
        for place, cell in cells.items() if row > header else ():
            texts.setdefault(place, []).append(cell.text)
    coded = [
        place for place, held in texts.items()
        if len(held) >= CODED and all(text.startswith(DERIVED) or read_code(text, "", edition) for text in held)
        and any(read_code(text, "", edition) for text in held)
    ]  # fmt: skip
    return coded[0] if len(coded) == 1 else None
