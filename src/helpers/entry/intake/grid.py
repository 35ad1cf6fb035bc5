"""A file that came in -> sheets of cells with addresses, whatever kind of file it is. Nothing is interpreted here."""

from __future__ import annotations

import csv
import datetime as dt
import warnings
from contextlib import ExitStack
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from helpers.archives import MAXIMUM_FILE
from helpers.decoding import decoded
from helpers.entry.intake.inspection import Extent, inspect_workbook, refuse
from helpers.entry.intake.words import label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xls", ".et")
TABLES = (".csv", ".tsv", ".txt")
DELIMITERS = ",\t;"
LINES_LOOKED_AT = 20
LONGEST_CELL = 32_767
"""Excel's own limit."""


class Kind(StrEnum):
    """What a file says that a cell holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"
    ERROR = "error"
    UNCOMPUTED = "uncomputed"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its value as stored, and how it is shown; ``formula`` is the formula whose result the value is."""

    value: str | float | dt.datetime | dt.date | dt.time | dt.timedelta | bool
    kind: Kind
    number_format: str = "General"
    formula: str = ""

    @property
    def text(self) -> str:
        """What stands in the cell, for a message or a label."""
        if isinstance(self.value, float) and self.value.is_integer() and self.kind is Kind.NUMBER:
            return str(int(self.value))
        if isinstance(self.value, dt.datetime) and self.value.time() == dt.time():
            return str(self.value.date())
        return str(self.value)


@dataclass(frozen=True)
class Sheet:
    """A sheet: the cells that hold something, by row and column, both from 1."""

    title: str
    rows: Mapping[int, Mapping[int, Cell]]
    mark: str = ""
    hidden: bool = False

    def cell(self, row: int, column: int) -> Cell | None:
        """Return a cell, ``None`` where nothing stands."""
        return self.rows.get(row, {}).get(column)

    def text(self, row: int, column: int | None) -> str:
        """Return what stands in a cell as text."""
        cell = self.cell(row, column) if column is not None else None
        return "" if cell is None else cell.text

    def labels(self, row: int) -> dict[int, str]:
        """Return the labels of a row by column, ready for comparison."""
        return {column: label(cell.text) for column, cell in self.rows.get(row, {}).items() if label(cell.text)}


@dataclass(frozen=True)
class Grid:
    """A file's sheets, in their order, and the document property that an entry workbook carries."""

    name: str
    sheets: tuple[Sheet, ...]
    stamp: str = ""
    extent: Extent = field(default_factory=Extent)

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self.sheets)


def address(row: int, column: int) -> str:
    """Name a cell as Excel does.

    >>> address(14, 4), address(1, 28)
    ('D14', 'AB1')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def read_grid(path: Path, stamp: str = "", mark: str = "") -> Grid:
    """Read a workbook or a plain table.

    Parameters
    ----------
    path
        An .xlsx, or text with commas, tabs or semicolons in UTF-8, UTF-16 or GB18030.
    stamp, mark
        The document property to take along, and the first part of the defined names that mark sheets.

    Raises
    ------
    ImportRefusedError
        The file is not to be read, or not safe to be.
    """
    if not path.is_file():
        raise refuse(f"没有 {path.name} 这个文件", "检查文件名和路径")
    if path.suffix.casefold() in TABLES:
        return _read_table(path)
    if path.suffix.casefold() in WORKBOOKS:
        return _read_workbook(path, inspect_workbook(path), stamp, mark)
    raise refuse(f"不认识 {path.suffix or '没有后缀'} 的文件", "导入 .xlsx、.csv 或 .tsv")


def _read_workbook(path: Path, extent: Extent, stamp: str, mark: str) -> Grid:
    """Read the values and, beside them, the formulas; two passes of a stream, no further than values reach."""
    import openpyxl  # noqa: PLC0415 - heavy

    try:
        with warnings.catch_warnings(), ExitStack() as stack:
            warnings.simplefilter("ignore")  # what openpyxl cannot keep of a workbook does not matter to us
            shown = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
            stack.callback(shown.close)
            typed = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
            stack.callback(typed.close)
            marks = _marks(typed, mark) if mark else {}
            sheets = [
                Sheet(one.title, _rows(one, other, extent), marks.get(one.title, ""), one.sheet_state != "visible")
                for one, other in zip(shown.worksheets, typed.worksheets, strict=True)
            ]
            held = next(
                (
                    p.value
                    for p in typed.custom_doc_props.props  # type: ignore[attr-defined]  # the stubs lack it
                    if stamp and p.name == stamp
                ),
                "",
            )
            return Grid(path.stem, tuple(sheets), str(held), extent)
    except Exception as error:  # noqa: BLE001 - a damaged workbook fails anywhere in the library, in any way
        raise refuse(f"工作簿已损坏，读不出来（{type(error).__name__}）", "用 Excel 打开并修复，另存后再导入") from None


def _marks(book: Any, prefix: str) -> dict[str, str]:  # noqa: ANN401 - openpyxl's read-only workbook
    """Return the defined names that begin with ``prefix``, by the title of the sheet that they point to."""
    found = {}
    for name, defined in book.defined_names.items():
        if name.startswith(prefix):
            for title, _ in defined.destinations:
                found[title] = name
    for sheet in book.worksheets:
        for name in sheet.defined_names:
            if name.startswith(prefix):
                found[sheet.title] = name
    return found


def _rows(shown: Any, typed: Any, extent: Extent) -> dict[int, dict[int, Cell]]:  # noqa: ANN401
    for sheet in (shown, typed):
        sheet.reset_dimensions()  # a file may say anything about them
    reach = {"max_row": extent.row, "max_col": extent.column}
    rows: dict[int, dict[int, Cell]] = {}
    for number, (values, formulas) in enumerate(
        zip(shown.iter_rows(**reach), typed.iter_rows(**reach), strict=True), 1
    ):
        cells = {}
        for column, (value, formula) in enumerate(zip(values, formulas, strict=True), 1):
            cell = _cell(value, formula)
            if cell is not None:
                cells[column] = cell
        if cells:
            rows[number] = cells
    return rows


def _cell(shown: Any, typed: Any) -> Cell | None:  # noqa: ANN401
    formula = ""
    if typed.data_type == "f":
        formula = getattr(typed.value, "text", None) or str(typed.value)
        if shown.value is None:
            return Cell(formula, Kind.UNCOMPUTED, formula=formula)
    value = shown.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    kind = {"b": Kind.BOOLEAN, "e": Kind.ERROR}.get(shown.data_type, Kind.TEXT)
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        kind = Kind.DATE
    elif isinstance(value, int | float) and not isinstance(value, bool):
        kind = Kind.NUMBER
    return Cell(value, kind, shown.number_format or "General", formula)


def _read_table(path: Path) -> Grid:
    if path.stat().st_size > MAXIMUM_FILE:
        raise refuse("文件过大", "只留需要的表")
    text = _text_of(path)
    first, _, rest = text.partition("\n")
    delimiter = ""
    if first.strip().casefold().startswith("sep="):  # Excel's own hint
        delimiter, text = first.strip()[4:], "\n" + rest
    delimiter = delimiter or ("\t" if path.suffix.casefold() == ".tsv" else _delimiter(text))
    try:
        lines = list(csv.reader(text.splitlines(keepends=True), delimiter=delimiter, strict=True))
    except (csv.Error, TypeError) as error:
        raise refuse(f"表格读不出来（{error}）", "检查引号是否成对，或另存为 .xlsx") from None
    rows = {
        number: {column: Cell(value, Kind.TEXT) for column, value in enumerate(line, 1) if value.strip()}
        for number, line in enumerate(lines, 1)
    }
    return Grid(path.stem, (Sheet(path.stem, {number: cells for number, cells in rows.items() if cells}),))


def _text_of(path: Path) -> str:
    text = decoded(path.read_bytes())
    if text is not None:
        return text
    raise refuse("不是文本表格，或编码认不出来", "用 Excel 打开，另存为“CSV UTF-8”或 .xlsx")


def _delimiter(text: str) -> str:
    """Return the delimiter that stands most often in the first lines; a comma if none does."""
    lines = text.splitlines()[:LINES_LOOKED_AT]
    return max(DELIMITERS, key=lambda sign: sum(line.count(sign) for line in lines))
