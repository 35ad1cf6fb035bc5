"""What may be typed into an entry cell: Excel's own rules of type, range and choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from openpyxl.worksheet.datavalidation import DataValidation

from helpers.entry.expressions import LETTERS, plain
from helpers.entry.labels import is_count, unit_label
from helpers.entry.layout import FIRST_ROW, STATUS_WORDS

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from helpers.entry.plan import Line


def add_entry_rules(sheet: Worksheet, lines: list[Line]) -> None:
    """Type and range for each entry cell; a warning, not a wall: 约3000 must be possible, and import decides."""
    rules: dict[tuple[Literal["whole", "decimal"], str, str, str], DataValidation] = {}
    words = f'"{",".join(STATUS_WORDS)}"'
    status = DataValidation(type="list", formula1=words, allow_blank=True, showErrorMessage=True, errorStyle="stop")
    status.errorTitle, status.error = "状态", f"请从下拉框选：{'、'.join(STATUS_WORDS)}"
    status.promptTitle, status.prompt = "状态", "有数：已填（可留空）。没有数：选暂缺、不适用或未采集，并写明原因。"
    status.showInputMessage = True
    for number, line in enumerate(lines, FIRST_ROW):
        if line.kind != "asked":
            continue
        status.add(f"{LETTERS['status']}{number}")
        key = _limits(line)
        rule = rules.setdefault(key, _rule(*key))
        for name in ("value", "correction"):
            rule.add(f"{LETTERS[name]}{number}")
    if rules:
        for rule in (status, *rules.values()):
            sheet.add_data_validation(rule)


def _limits(line: Line) -> tuple[Literal["whole", "decimal"], str, str, str]:
    """Return type, least, most (either may be open) and the hint of an entry cell."""
    unit, indicator = line.unit, line.indicator
    moving = indicator.id.endswith(("_growth", "_change")) or unit.kind == "percentage_point"
    if indicator.range is not None and not is_count(unit):
        factor = indicator.unit.factor / unit.factor
        least, most = (plain(bound * factor) for bound in indicator.range)
        return "decimal", least, most, f"填数，单位：{unit_label(unit)}，在{least}到{most}之间。"
    if moving:
        return "decimal", "", "", f"填数，可以是负数，单位：{unit_label(unit)}。"
    if unit.kind == "percent":
        return "decimal", "0", "100", "填0到100之间的数，如97.25，不要输入%号。"
    if is_count(unit):
        return "whole", "1" if unit.kind == "rank" else "0", "", f"填整数，单位：{unit_label(unit)}。"
    return "decimal", "0", "", f"填不小于0的数，可有小数，单位：{unit_label(unit)}。"


def _rule(kind: Literal["whole", "decimal"], least: str, most: str, hint: str) -> DataValidation:
    rule = DataValidation(
        type=kind, operator="between" if most else "greaterThanOrEqual",
        formula1=least or "-1E+300", formula2=most or None, allow_blank=True,
        showErrorMessage=True, showInputMessage=True, errorStyle="warning",
    )  # fmt: skip
    rule.errorTitle = "请核对"
    rule.error = f"{hint}原始资料只有约数（如“约3000”）时，选“是”保留，导入时再核对。"
    rule.promptTitle, rule.prompt = "填写", f"{hint}没有数就留空，在“状态”中选原因。"
    return rule
