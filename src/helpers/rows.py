"""CSV files of an edition, row by row, each with its address; what is wrong is gathered, never raised here.

A file is named after its edition (``2020.csv``). Observations, registers and the claims of published reports are read
through this module, so that one mistake has one message wherever it is made.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from helpers.errors import Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from helpers.paths import Project

EARLIEST_YEAR, LATEST_YEAR = 1949, 2100


@dataclass(frozen=True, slots=True)
class Row:
    """A CSV row with its address."""

    where: str
    cells: Mapping[str, str]

    def problem(self, column: str, what: str, remedy: str = "") -> Problem:
        """Say what is wrong with the cell of ``column``."""
        return Problem(f"{self.where}, {column}", what, remedy)


def editions(project: Project, folder: str, suffix: str, problems: list[Problem]) -> list[Path]:
    """Return the edition files of a folder, earliest first."""
    paths = sorted((project.data / folder).glob(f"*.{suffix}"))
    for path in paths:
        if not (path.stem.isascii() and path.stem.isdigit()):
            problems.append(Problem(project.relative(path), "not named after an edition", "name it like 2020.csv"))
    return [path for path in paths if path.stem.isascii() and path.stem.isdigit()]


def read_rows(project: Project, path: Path, columns: tuple[str, ...], problems: list[Problem]) -> list[Row]:
    """Return the rows of a file that has exactly ``columns``, in any order; cells are stripped."""
    name = project.relative(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file))
    except UnicodeDecodeError:
        problems.append(Problem(name, "not UTF-8", "save the file as UTF-8"))
        return []
    header = tuple(lines[0]) if lines else ()
    missing = [column for column in columns if column not in header]
    unknown = [column for column in header if column not in columns]
    if missing or unknown:
        for column in missing:
            problems.append(Problem(f"{name} row 1", f"column {column!r} is missing", f"expected {','.join(columns)}"))
        for column in unknown:
            problems.append(Problem(f"{name} row 1", f"unknown column {column!r}", nearest(column, columns)))
        return []
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(header):
            what = f"{len(cells)} cells where the header has {len(header)}"
            problems.append(Problem(f"{name} row {number}", what, "quote cells that hold commas"))
            continue
        stripped = {column: cell.strip() for column, cell in zip(header, cells, strict=True)}
        rows.append(Row(f"{name} row {number}", stripped))
    return rows


def read_year(row: Row, problems: list[Problem]) -> int | None:
    """Return the year of a row, or note that it has none."""
    text = row.cells["year"]
    if text.isascii() and text.isdigit() and EARLIEST_YEAR <= int(text) <= LATEST_YEAR:
        return int(text)
    problems.append(row.problem("year", f"{text!r} is not a year", "write four digits, like 2020"))
    return None


def is_known(row: Row, column: str, known: Iterable[str], problems: list[Problem], kind: str = "") -> bool:
    """Say whether a cell names something known, or note that it does not, with the nearest names."""
    name = row.cells[column]
    if name in known:
        return True
    problems.append(row.problem(column, f"unknown {kind or column} {name!r}", nearest(name, known)))
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
        problems.append(row.problem(column, f"{text!r} is not a number", remedy))
        return None
    return value
