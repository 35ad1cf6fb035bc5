"""CSV files of an edition, row by row, each with its address; what is wrong is gathered, never raised here.

A file is named after its edition (``2020.csv``). Observations, registers and the claims of published reports are read
through this module, so that one mistake has one message wherever it is made.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from helpers.errors import Problem, nearest, unregistered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from helpers.paths import Project

EARLIEST_YEAR, LATEST_YEAR = 1949, 2100


@dataclass(frozen=True, slots=True)
class Row:
    """A CSV row: the file's name, the number of the row in it, the cells by column."""

    file: str
    number: int
    cells: Mapping[str, str]

    @property
    def where(self) -> str:
        """Return the row's address: ``data/observations/2020.csv row 14``."""
        return f"{self.file} row {self.number}"

    def problem(self, column: str, what: str, remedy: str = "", chinese: str = "") -> Problem:
        """Say what is wrong with the cell of ``column``."""
        return Problem(f"{self.where}, {column}", what, remedy, chinese)


def editions(project: Project, folder: str, suffix: str, problems: list[Problem]) -> list[Path]:
    """Return the edition files of a folder, earliest first."""
    paths = sorted((project.data / folder).glob(f"*.{suffix}"))
    for path in paths:
        if not (path.stem.isascii() and path.stem.isdigit()):
            chinese = "文件名不是年度；改成2020.csv这样的名称。"
            where = project.relative(path)
            problems.append(Problem(where, "not named after an edition", "name it like 2020.csv", chinese))
    return [path for path in paths if path.stem.isascii() and path.stem.isdigit()]


def read_rows(project: Project, path: Path, columns: tuple[str, ...], problems: list[Problem]) -> list[Row]:
    """Return the rows of a file that has exactly ``columns``, in any order; cells are stripped.

    Of a file that cannot be read to its end there are none.
    """
    before = len(problems)
    try:
        return list(stream_rows(project, path, columns, problems))
    except (UnicodeDecodeError, csv.Error) as error:
        problems[before:] = [unreadable(project, path, error)]
        return []


def stream_rows(project: Project, path: Path, columns: tuple[str, ...], problems: list[Problem]) -> Iterator[Row]:
    """Yield the rows of a file one by one.

    Raises
    ------
    UnicodeDecodeError, csv.Error
        The file cannot be read on; what to tell says :func:`unreadable`.
    """
    name = project.relative(path)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = csv.reader(file)
        header = tuple(next(lines, ()))
        if found := header_problems(name, header, columns):
            problems += found
            return
        for number, cells in enumerate(lines, start=2):
            if len(cells) != len(header):
                what = f"{len(cells)} cells where the header has {len(header)}"
                chinese = f"这一行有{len(cells)}格，表头有{len(header)}格；含逗号的格子加英文引号。"
                problems.append(Problem(f"{name} row {number}", what, "quote cells that hold commas", chinese))
                continue
            yield Row(name, number, {column: cell.strip() for column, cell in zip(header, cells, strict=True)})


def unreadable(project: Project, path: Path, error: Exception) -> Problem:
    """Say why a file cannot be read."""
    name = project.relative(path)
    if isinstance(error, UnicodeDecodeError):
        return Problem(name, "not UTF-8", "save the file as UTF-8", "不是UTF-8编码；另存为UTF-8。")
    chinese = "不是CSV文件；看有没有引号没有配对。"
    return Problem(name, f"no CSV file: {error}", "look for a quote that is never closed", chinese)


def header_problems(name: str, header: Sequence[str], columns: Sequence[str]) -> list[Problem]:
    """Say which columns a header lacks, and which it should not have."""
    expected = f"expected {','.join(columns)}"
    listed = f"应有的列是{'、'.join(columns)}"
    missing = (
        Problem(f"{name} row 1", f"column {one!r} is missing", expected, f"缺“{one}”一列；{listed}。")
        for one in columns
        if one not in header
    )
    unknown = (
        Problem(f"{name} row 1", f"unknown column {one!r}", nearest(one, columns), f"不认识“{one}”一列；{listed}。")
        for one in header
        if one not in columns
    )
    return [*missing, *unknown]


def read_year(row: Row, problems: list[Problem]) -> int | None:
    """Return the year of a row, or note that it has none."""
    text = row.cells["year"]
    if text.isascii() and text.isdigit() and EARLIEST_YEAR <= int(text) <= LATEST_YEAR:
        return int(text)
    chinese = f"“{text}”不是年份；写四位数字，如2020。"
    problems.append(row.problem("year", f"{text!r} is not a year", "write four digits, like 2020", chinese))
    return None


def is_known(row: Row, column: str, known: Iterable[str], problems: list[Problem], kind: str = "") -> bool:
    """Say whether a cell names something known, or note that it does not, with the nearest names."""
    name = row.cells[column]
    if name in known:
        return True
    what = f"unknown {kind or column} {name!r}"
    problems.append(row.problem(column, what, nearest(name, known), unregistered(name)))
    return False


def read_decimal(row: Row, column: str, problems: list[Problem]) -> Decimal | None:
    """Return a cell as an exact number, or note that it is none."""
    text = row.cells[column]
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        remedy = "write plain digits with a decimal point, no separators"
        chinese = f"“{text}”不是数；只写数字和小数点，不加千位分隔号和单位。"
        problems.append(row.problem(column, f"{text!r} is not a number", remedy, chinese))
        return None
    return value
