"""What a row of a workbook says of its number: which part it is, in what unit, with how many places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.entry.expressions import decimals

if TYPE_CHECKING:
    from helpers.entry.plan import Line, Plan
    from helpers.model import Indicator, Unit

LEVELS = {"percent", "percentage_point", "ratio", "rank"}


def cut_label(plan: Plan, line: Line) -> str:
    """Name a part by the members of its breakdown; a whole is 总数, or 总体 of what no sum is made of."""
    whole = "总体" if line.unit.kind in LEVELS or "/" in (line.indicator.formula or "") else "总数"
    return "、".join(plan.asked.catalogue.members(line.key.cut)) or whole


def unit_label(unit: Unit) -> str:
    """Say the unit; a ratio is asked for by its first number."""
    if unit.kind == "ratio":
        return f"比值（几{unit.suffix}）"
    return f"{unit.prefix}几{unit.symbol}" if unit.prefix else unit.symbol


def is_count(unit: Unit) -> bool:
    """Whether a number in this unit is whole."""
    return unit.kind in {"count", "rank"} and unit.factor == 1


def number_format(indicator: Indicator, unit: Unit) -> str:
    """Return Excel's format for a computed number."""
    places = decimals(indicator, unit)
    return f"0.{'0' * places}" if places else "0"
