"""Is a workbook safe to open? Decided from the archive's directory and a streaming look at its parts.

A workbook is a zip archive of XML that a stranger made. Before any library unpacks it into memory, what it says of its
size is believed and bounded (an archive that understates its sizes ends in a checksum error, not in more memory), every
part is parsed in a stream without building anything, and document types, with the entities that they could bring, are
refused. Formatting is not content: a million formatted empty rows pass, for only what holds a value is read.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers import expat

from helpers.entry.intake.problems import CellProblem, ImportRefusedError

if TYPE_CHECKING:
    from pathlib import Path

MEGABYTE = 2**20
MAXIMUM_FILE = 20 * MEGABYTE
MAXIMUM_UNPACKED = 200 * MEGABYTE
MAXIMUM_RATIO = 400
"""What honest XML never reaches; a bomb of zeros has about 1000."""
RATIO_COUNTS_FROM = MEGABYTE
MAXIMUM_PARTS = 2000
MAXIMUM_ROW, MAXIMUM_COLUMN = 20_000, 400
MAXIMUM_CELLS = 400_000
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"
PIECE = 2**16
REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
MACROS = ("vbaproject.bin", "vbadata.xml", "macrosheets/", "dialogsheets/", "activex/")
SAVE_AGAIN = "用 Excel 或 WPS 打开，另存为 .xlsx 后再导入"


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
    with path.open("rb") as file:
        start = file.read(4)
    if start == OLD_EXCEL:
        raise refuse("是旧版 .xls 或加了密码的工作簿", f"取消密码，{SAVE_AGAIN}")
    if start != ZIP:
        raise refuse("不是 Excel 工作簿（.xlsx）", SAVE_AGAIN)
    if path.stat().st_size > MAXIMUM_FILE:
        raise refuse(f"文件超过 {MAXIMUM_FILE // MEGABYTE} MB", "删去图片和无关的工作表后另存")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            _bound(parts)
            extent = Extent()
            for part in parts:
                if part.filename.casefold().endswith((".xml", ".rels", ".vml")):
                    _scan(archive, part, extent)
            return extent
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise refuse(f"工作簿已损坏（{error}）", SAVE_AGAIN) from None


def _bound(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse by the archive's directory alone."""
    names = [part.filename for part in parts]
    if len(parts) > MAXIMUM_PARTS or sum(part.file_size for part in parts) > MAXIMUM_UNPACKED:
        raise refuse("解压后过大，像是压缩炸弹", SAVE_AGAIN)
    for part in parts:
        if part.file_size > RATIO_COUNTS_FROM and part.file_size > MAXIMUM_RATIO * max(part.compress_size, 1):
            raise refuse(f"其中的 {part.filename} 压缩比异常，像是压缩炸弹", SAVE_AGAIN)
    if len(set(names)) < len(names):
        raise refuse("压缩包里有重名的文件", SAVE_AGAIN)
    if any(part.flag_bits & 1 for part in parts):
        raise refuse("工作簿加了密码", f"取消密码，{SAVE_AGAIN}")
    if any(mark in name.casefold() for name in names for mark in MACROS):
        raise refuse("工作簿里有宏", "另存为不含宏的 .xlsx 后再导入")


def _scan(archive: zipfile.ZipFile, part: zipfile.ZipInfo, extent: Extent) -> None:
    """Parse one part in a stream: refuse document types, and note in ``extent`` how far its values reach."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse_document_type(*_: object) -> None:
        raise refuse(f"其中的 {part.filename} 带有文档类型声明，可能含实体炸弹", SAVE_AGAIN)

    parser.StartDoctypeDeclHandler = refuse_document_type
    if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
        parser.StartElementHandler = _Measuring(extent).start
    try:
        with archive.open(part) as file:
            while piece := file.read(PIECE):
                parser.Parse(piece, False)  # noqa: FBT003 - expat's own signature
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise refuse(f"其中的 {part.filename} 不是完好的 XML（{error}）", SAVE_AGAIN) from None


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
