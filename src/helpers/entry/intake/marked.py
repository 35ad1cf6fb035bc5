"""What is wrong, as marks in a copy of the file: coloured cells with comments, and a list in front."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from helpers.entry.intake.inspection import MAXIMUM_CELLS
from helpers.entry.layout import FIRST_ROW, Column
from helpers.errors import SetupError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from helpers.entry.intake.grid import Grid
    from helpers.entry.intake.problems import CellProblem

LIST_TITLE = "问题清单"
COLUMNS = (
    Column("where", "位置", 28),
    Column("seen", "看到的", 24),
    Column("what", "问题", 48),
    Column("remedy", "怎么办", 48),
)
HELP = "点“位置”到那一格；改好以后交回原来的工作簿，或者交回这一份。"
FILL = "FFF2B8B5"
AUTHOR = "nianbao"


def write_marked(source: Path, target: Path, grid: Grid, problems: Sequence[CellProblem]) -> None:
    """Write a copy of a file with its wrong cells marked; a plain table becomes a workbook.

    Raises
    ------
    SetupError
        The copy would overwrite the file, or cannot be written.
    """
    if target.resolve() == source.resolve() or target.suffix.casefold() != ".xlsx":
        message = f"--marked {target.name}: name another file, ending in .xlsx"
        raise SetupError(message)
    book = _copy(source, grid)
    by_cell: dict[tuple[str, str], list[CellProblem]] = {}
    for problem in problems:
        if problem.cell and problem.sheet in book.sheetnames:
            by_cell.setdefault((problem.sheet, problem.cell), []).append(problem)
    for (sheet, cell), found in by_cell.items():
        _mark(book[sheet][cell], found)
    _list(book, problems)
    try:
        book.save(target)
    except OSError as error:
        message = f"cannot write {target.name}: {error.strerror or error}"
        raise SetupError(message) from None


def _copy(source: Path, grid: Grid) -> Any:  # noqa: ANN401 - an openpyxl workbook
    import openpyxl  # noqa: PLC0415 - heavy

    if source.suffix.casefold() == ".xlsx" and grid.extent.cells <= MAXIMUM_CELLS:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl cannot keep is not needed in a marked copy
            return openpyxl.load_workbook(source, keep_links=False)
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in grid:
        copy = book.create_sheet(sheet.title[:31])
        for row, cells in sheet.rows.items():
            for column, cell in cells.items():
                place = copy.cell(row, column)
                place.value = cell.text
                place.data_type = "s"  # text, whatever it begins with: a copy runs nothing
    return book


def _mark(cell: Any, problems: Sequence[CellProblem]) -> None:  # noqa: ANN401
    from openpyxl.comments import Comment  # noqa: PLC0415
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    cell.fill = PatternFill("solid", fgColor=FILL)
    text = "\n".join(f"{problem.what}" + (f"；{problem.remedy}" if problem.remedy else "") for problem in problems)
    cell.comment = Comment(text, AUTHOR, height=120, width=320)


def _list(book: Any, problems: Sequence[CellProblem]) -> None:  # noqa: ANN401
    """Put a list of all problems in front, each with a link to its cell."""
    from openpyxl.styles import Font  # noqa: PLC0415
    from openpyxl.worksheet.hyperlink import Hyperlink  # noqa: PLC0415

    from helpers.entry import styles  # noqa: PLC0415

    if LIST_TITLE in book.sheetnames:  # an earlier marked copy was sent back
        book.remove(book[LIST_TITLE])
    sheet = book.create_sheet(LIST_TITLE, 0)
    styles.head(sheet, f"{LIST_TITLE}（{len(problems)}处）", HELP, COLUMNS)
    for row, problem in enumerate(problems, FIRST_ROW):
        texts = (problem.where or "整个文件", problem.seen, problem.what, problem.remedy)
        for column, content in enumerate(texts, 1):
            styles.dress(sheet.cell(row, column))
            styles.text(sheet.cell(row, column), content)
        styles.fit(sheet, row, zip(texts, (column.width for column in COLUMNS), strict=True))
        if problem.cell and problem.sheet in book.sheetnames:
            title = problem.sheet.replace("'", "''")
            link = Hyperlink(ref=f"A{row}", location=f"'{title}'!{problem.cell}", display=problem.where)
            sheet.cell(row, 1).hyperlink = link  # a text of "#…" would be written as a link out of the file
            sheet.cell(row, 1).font = Font(name=styles.FONT, size=styles.SIZE, color="0563C1", underline="single")
    styles.finish(sheet, COLUMNS, FIRST_ROW + len(problems) - 1, frozen=f"A{FIRST_ROW}")
    book.active = 0
