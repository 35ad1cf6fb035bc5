"""Is a workbook safe to open? Decided from the archive's directory and a streaming look at its parts.

Before any library unpacks it into memory, every part is parsed in a stream without building anything, see
:mod:`helpers.archives`. Formatting is not content: a million formatted empty rows pass, for only what holds a value is
read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.archives import MAXIMUM_FILE, MEGABYTE, ArchiveError, Flaw, open_archive, scan, xml_parts
from helpers.entry.intake.problems import CellProblem, ImportRefusedError

if TYPE_CHECKING:
    from pathlib import Path

MAXIMUM_ROW, MAXIMUM_COLUMN = 20_000, 400
MAXIMUM_CELLS = 400_000
REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
MACROS = ("vbaproject.bin", "vbadata.xml", "macrosheets/", "dialogsheets/", "activex/")
SAVE_AGAIN = "用 Excel 或 WPS 打开，另存为 .xlsx 后再导入"
TOLD = {
    Flaw.OLD: ("是旧版 .xls 工作簿", SAVE_AGAIN),
    Flaw.LOCKED: ("工作簿加了密码", f"取消密码，{SAVE_AGAIN}"),
    Flaw.OTHER: ("不是 Excel 工作簿（.xlsx）", SAVE_AGAIN),
    Flaw.LARGE: (f"文件超过 {MAXIMUM_FILE // MEGABYTE} MB", "删去图片和无关的工作表后另存"),
    Flaw.SWOLLEN: ("解压后过大，像是压缩炸弹", SAVE_AGAIN),
    Flaw.DENSE: ("其中的 {part} 压缩比异常，像是压缩炸弹", SAVE_AGAIN),
    Flaw.DOUBLED: ("压缩包里有重名的文件", SAVE_AGAIN),
    Flaw.TYPED: ("其中的 {part} 带有文档类型声明，可能含实体炸弹", SAVE_AGAIN),
    Flaw.BROKEN: ("工作簿已损坏（{part}）", SAVE_AGAIN),
}


@dataclass
class Extent:
    """How far the values of a workbook reach, whatever its formatting says; ``cells`` counts formatted ones, too."""

    row: int = 1
    column: int = 1
    cells: int = 0


def refuse(what: str, remedy: str = "") -> ImportRefusedError:
    """Return the error for a file that cannot be taken as a whole."""
    return ImportRefusedError([CellProblem("", "", "", what, remedy)])


def inspect_workbook(path: Path) -> Extent:
    """Look at a workbook without unpacking it, and return how far its values reach.

    Raises
    ------
    ImportRefusedError
        It is no .xlsx, is damaged, too large, holds macros, or declares document types.
    """
    try:
        with open_archive(path) as archive:
            if any(mark in name.casefold() for name in archive.namelist() for mark in MACROS):
                raise refuse("工作簿里有宏", "另存为不含宏的 .xlsx 后再导入")
            extent = Extent()
            for part in xml_parts(archive):
                is_sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
                scan(archive, part, _Measuring(extent).start if is_sheet else None)
            return extent
    except ArchiveError as error:
        raise refuse(*_told(error)) from None


def _told(error: ArchiveError) -> tuple[str, str]:
    """Say in Chinese why a workbook is not opened, and what to do."""
    what, remedy = TOLD[error.flaw]
    return what.format(part=error.part), remedy


class _Measuring:
    """Notes the furthest cell that holds a value."""

    def __init__(self, extent: Extent) -> None:
        self.extent = extent
        self.place = (0, 0)
        self.row = self.column = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                self.row = int(attributes["r"]) if attributes.get("r", "").isdigit() else self.row + 1
                self.column = 0
            case "c":
                self.extent.cells += 1
                self.place = self._place(attributes.get("r"))
                self.column = self.place[1]
            case "v" | "f" | "is":
                self._reach(*self.place)
            case _:
                pass

    def _place(self, reference: str | None) -> tuple[int, int]:
        match = REFERENCE.fullmatch(reference or "")
        if match is None:
            return self.row, self.column + 1
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - ord("A") + 1
        return int(match[2]), column

    def _reach(self, row: int, column: int) -> None:
        self.extent.row = max(self.extent.row, row)
        self.extent.column = max(self.extent.column, column)
        if row > MAXIMUM_ROW or column > MAXIMUM_COLUMN:
            raise refuse(f"数据超出了第 {MAXIMUM_ROW} 行或第 {MAXIMUM_COLUMN} 列", "只留需要的表，删去其余内容")
