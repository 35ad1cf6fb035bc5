"""Is a number what its row asks for? Slips of unit, of the decimal point, of the percent sign.

A doubt keeps the file out until the number is mended or a reason is given; what cannot be is refused in any case.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.entry.intake.values import UnreadableError

if TYPE_CHECKING:
    from helpers.entry.intake.values import Typed
    from helpers.model import Indicator, Unit

JUMP = 10
"""How many times last year's value, or what part of it, calls for a reason."""
UNIT_JUMP = 1000
"""From here on a slip of unit is likelier than a change."""
SMALL = 100
"""Below it a count may well grow tenfold."""
SHARE_JUMP = 5
WHOLE = 100
MOVING = ("_growth", "_change")
"""How indicators end that may well be negative."""


def check_possible(typed: Typed, indicator: Indicator, unit: Unit, before: Decimal | None) -> None:
    """Refuse what cannot be, whatever the reason given.

    Raises
    ------
    UnreadableError
        Part of a person, beyond the indicator's range, or a share that may be 0.85% as well as 85%.
    """
    value = typed.value
    counts_whole = unit.kind in {"count", "rank"} and unit.factor == 1 and not indicator.decimals
    if counts_whole and value != value.to_integral_value():
        raise UnreadableError(f"不是整数，本行单位是“{unit.symbol}”", "核对；如果是以万计的数，写明单位，例如“1.2万”")
    if indicator.range is not None and unit == indicator.unit and not _within(value, indicator.range):
        least, most = indicator.range
        raise UnreadableError(f"超出可能的范围（{least}至{most}{unit.symbol}）", "核对数值和单位")
    if unit.kind == "percent" and typed.bare and 0 < abs(value) <= 1 and not _is_near(value, before):
        raise UnreadableError(f"是{value}%还是{(value * WHOLE).normalize():f}%？", "写上百分号，例如“85%”或“0.85%”")


def check_likely(typed: Typed, indicator: Indicator, unit: Unit, before: Decimal | None) -> None:
    """Doubt what may be, but needs a reason beside it.

    Raises
    ------
    UnreadableError
        A jump from last year's value, a share above 100, a negative count.
    """
    value, explain = typed.value, "如属实，请在“原因或说明”里写明原因"
    moves = indicator.id.endswith(MOVING) or unit.kind == "percentage_point"
    if value < 0 and not moves and (before is None or before >= 0):
        raise UnreadableError("是负数", f"核对；{explain}")
    if unit.kind == "percent" and value > WHOLE and (before is None or before <= WHOLE):
        raise UnreadableError("超过100%", f"核对；{explain}")
    if before is None or before <= 0 or value <= 0:
        return
    ratio = value / before
    if ratio >= UNIT_JUMP or ratio <= Decimal(1) / UNIT_JUMP:
        raise UnreadableError(
            f"与上年数{before:f}相差{_times(ratio)}倍，像是用了别的单位", f"本行单位是“{unit.symbol}”；{explain}"
        )
    if max(value, before) >= SMALL and (ratio >= JUMP or ratio <= Decimal(1) / JUMP):
        raise UnreadableError(f"与上年数{before:f}相差{_times(ratio)}倍", f"核对是否多写或少写了一位；{explain}")


def _within(value: Decimal, bounds: tuple[Decimal, Decimal]) -> bool:
    return bounds[0] <= value <= bounds[1]


def _is_near(value: Decimal, before: Decimal | None) -> bool:
    return before is not None and before != 0 and Decimal(1) / SHARE_JUMP <= value / before <= SHARE_JUMP


def _times(ratio: Decimal) -> int:
    return int(max(ratio, 1 / ratio).to_integral_value())
