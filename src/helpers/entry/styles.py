"""How a workbook looks: fonts, colours with words beside them, heights, what is locked, how it prints."""

from __future__ import annotations

import unicodedata
from math import ceil
from typing import TYPE_CHECKING

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties

from helpers.entry.layout import FIRST_ROW, HEADER_ROW, HELP_ROW, TITLE_ROW

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from helpers.entry.layout import Column

FONT = "微软雅黑"
SIZE = 10.5
LINE_HEIGHT = 17.0
TALLEST = 400.0  # Excel allows a row 409 points
GREY, INK, WHITE = "595959", "1F1F1F", "FFFFFF"
HEADER_FILL = PatternFill("solid", start_color="1F4E79")
ENTRY_FILL = PatternFill("solid", start_color="FFFBE6")
LOCKED_FILL = PatternFill("solid", start_color="F2F2F2")
DERIVED_FILL = PatternFill("solid", start_color="E8F1FA")
ALARM_FILL = PatternFill("solid", start_color="F8CBAD", end_color="F8CBAD")
CAUTION_FILL = PatternFill("solid", start_color="FFE699", end_color="FFE699")
FINE_FILL = PatternFill("solid", start_color="E2EFDA", end_color="E2EFDA")
EDGE = Side(style="thin", color="BFBFBF")
BORDER = Border(left=EDGE, right=EDGE, top=EDGE, bottom=EDGE)
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
A4 = 9


def text(cell: Cell | MergedCell, value: str) -> None:
    """Write text as text: what begins like a formula is not one, now or when the cell is edited."""
    cell.value = "".join(sign for sign in value if sign == "\n" or unicodedata.category(sign) != "Cc")
    cell.data_type = "s"
    if value.startswith(FORMULA_SIGNS):
        cell.quotePrefix = True


def dress(cell: Cell | MergedCell, *, fill: PatternFill | None = None, grey: bool = False, entry: bool = False) -> None:
    """Give a table's cell its looks; an ``entry`` cell is tinted and can be written in."""
    cell.font = Font(name=FONT, size=SIZE, color=GREY if grey else INK)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    cell.border = BORDER
    cell.protection = Protection(locked=not entry)
    chosen = ENTRY_FILL if entry else fill
    if chosen is not None:
        cell.fill = chosen


def head(sheet: Worksheet, title: str, help_text: str, columns: Sequence[Column]) -> None:
    """Write title, help and header of a table, and set the widths of its columns."""
    text(sheet.cell(TITLE_ROW, 1), title)
    sheet.cell(TITLE_ROW, 1).font = Font(name=FONT, size=15, bold=True, color=INK)
    text(sheet.cell(HELP_ROW, 1), help_text)
    sheet.cell(HELP_ROW, 1).font = Font(name=FONT, size=SIZE, color=GREY)
    sheet.row_dimensions[TITLE_ROW].height = 27
    sheet.row_dimensions[HELP_ROW].height = 20
    sheet.row_dimensions[HEADER_ROW].height = 22
    for number, column in enumerate(columns, 1):
        cell = sheet.cell(HEADER_ROW, number)
        text(cell, column.header)
        cell.font = Font(name=FONT, size=SIZE, bold=True, color=WHITE)
        cell.fill = HEADER_FILL
        cell.border = BORDER
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(number)].width = column.width


def fit(sheet: Worksheet, row: int, texts: Iterable[tuple[str, float]]) -> None:
    """Make a row as tall as the longest of its texts needs, each given with the width of its column."""
    lines = max((sum(ceil(max(1, _width(part)) / (width - 1)) for part in content.split("\n"))
                 for content, width in texts), default=1)  # fmt: skip
    sheet.row_dimensions[row].height = min(TALLEST, max(1, lines) * LINE_HEIGHT + 4)


def _width(content: str) -> float:
    """Return the width of a text in the characters that Excel measures columns in."""
    return sum(2.1 if unicodedata.east_asian_width(sign) in "WFA" else 1.1 for sign in content)


def finish(sheet: Worksheet, columns: Sequence[Column], last_row: int, *, frozen: str, printed: str = "") -> None:
    """Freeze, filter, protect without a password, and lay out for printing on A4, the header on every page."""
    last = get_column_letter(len(columns))
    sheet.freeze_panes = frozen
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{max(last_row, FIRST_ROW)}"
    protection = sheet.protection
    protection.sheet = True
    protection.formatColumns = protection.formatRows = protection.autoFilter = protection.sort = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.print_area = printed or f"A1:{last}{max(last_row, FIRST_ROW)}"
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.footer = 0.5, 0.75, 0.3
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(
        left=_HeaderFooterPart(text="&A"), right=_HeaderFooterPart(text="第&P页，共&N页")
    )
    sheet.sheet_view.zoomScale = 100
    sheet.sheet_view.showGridLines = False


def colour_rows(sheet: Worksheet, area: str, verdict: str, words: Sequence[tuple[str, PatternFill]]) -> None:
    """Colour the rows of ``area`` by the words that the cell ``verdict`` (``$N4``) holds; the words say the same."""
    for word, fill in words:
        condition = f'ISNUMBER(SEARCH("{word}",{verdict}))'
        rule = FormulaRule(formula=[condition], fill=fill)  # type: ignore[no-untyped-call]
        sheet.conditional_formatting.add(area, rule)
