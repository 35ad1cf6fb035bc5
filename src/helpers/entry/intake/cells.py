"""A cell of any kind -> the number that stands in it, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.entry.intake.grid import Kind
from helpers.entry.intake.values import Typed, UnreadableError, read_stored, read_typed

if TYPE_CHECKING:
    from helpers.catalogue import Catalogue
    from helpers.entry.intake.grid import Cell
    from helpers.model import Unit

SAVE_COMPUTED = "用 Excel 打开并保存一次，或把公式粘贴为数值"


def read_cell(cell: Cell, unit: Unit, catalogue: Catalogue) -> Typed:
    """Read a number from a cell of any kind.

    Raises
    ------
    UnreadableError
        What stands there is no number that may be taken.
    """
    if "[" in cell.formula or "|" in cell.formula or "://" in cell.formula:
        raise UnreadableError("是引用别的文件或程序的公式", "粘贴为数值")
    match cell.kind:
        case Kind.UNCOMPUTED:
            raise UnreadableError("是公式，文件里没有算出的结果", SAVE_COMPUTED)
        case Kind.ERROR:
            raise UnreadableError("是公式错误", "改正公式，或粘贴为数值")
        case Kind.DATE:
            raise UnreadableError("被 Excel 当成了日期或时间", "把单元格格式改为“文本”，重新输入原来的数")
        case Kind.BOOLEAN:
            raise UnreadableError("是逻辑值，不是数字", "填写数字")
        case Kind.NUMBER:
            return read_stored(cell.value, cell.number_format, unit)  # type: ignore[arg-type]
        case _:
            return read_typed(str(cell.value), unit, catalogue.units.values())
