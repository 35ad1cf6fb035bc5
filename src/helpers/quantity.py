"""Units, rounding and the printed form of numbers: the only place where a number loses digits.

Rounding follows GB/T 8170: once, from the unrounded value, ties to the even digit.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import TYPE_CHECKING

from helpers.errors import FormulaError
from helpers.model import Fact, Qualifier

if TYPE_CHECKING:
    from helpers.model import Unit

CONTEXT = Context(prec=50)
"""Fifty digits: no formula of ours loses one before it is printed."""

QUALIFIED = {
    Qualifier.EXACT: "{number}{symbol}",
    Qualifier.OVER: "{number}余{symbol}",
    Qualifier.ABOUT: "约{number}{symbol}",
    Qualifier.NEARLY: "近{number}{symbol}",
    Qualifier.AT_LEAST: "{number}{symbol}以上",
    Qualifier.AT_MOST: "{number}{symbol}以内",
}
NUMERALS = "零一二三四五六七八九"


def round_number(value: Decimal, decimals: int) -> Decimal:
    """Round to ``decimals`` places, ties to even (GB/T 8170).

    >>> round_number(Decimal("2.345"), 2), round_number(Decimal("-0.004"), 2)
    (Decimal('2.34'), Decimal('0.00'))
    """
    rounded = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN, CONTEXT)
    return abs(rounded) if rounded.is_zero() else rounded


def format_number(value: Decimal, decimals: int) -> str:
    """Print ``value`` with ``decimals`` places and no thousands separators, as official reports do.

    >>> format_number(Decimal("2124802.51"), 2)
    '2124802.51'
    """
    return f"{round_number(value, decimals):f}"


def decimals_of(value: Decimal) -> int:
    """Count the decimal places that ``value`` was written with."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def to_base(value: Decimal, unit: Unit) -> Decimal:
    """Convert from ``unit`` to its base unit (万元 to 元, % to a fraction)."""
    return CONTEXT.multiply(value, unit.factor)


def from_base(value: Decimal, unit: Unit) -> Decimal:
    """Convert from the base unit of ``unit`` to ``unit``."""
    return CONTEXT.divide(value, unit.factor)


def convert(value: Decimal, source: Unit, target: Unit) -> Decimal:
    """Convert between two units of one base.

    Raises
    ------
    FormulaError
        The two units measure different things.
    """
    if source.base != target.base:
        message = f"cannot convert {source.code} ({source.base}) to {target.code} ({target.base})"
        raise FormulaError(message)
    return value if source == target else from_base(to_base(value, source), target)


def printed_value(fact: Fact) -> Decimal:
    """Return the value that the page prints, as a number."""
    return round_number(fact.value, fact.decimals)


def bare(fact: Fact) -> str:
    """Print a fact without its unit: ``98770``, ``10.32:1``."""
    return f"{fact.unit.prefix}{format_number(fact.value, fact.decimals)}{fact.unit.suffix}"


def with_unit(fact: Fact) -> str:
    """Print a fact with unit and qualifier: ``98770人``, ``90余人``, ``约48%``, ``第4位``, ``半个月``."""
    number = bare(fact)
    symbol = fact.unit.symbol
    pattern = QUALIFIED[fact.qualifier]
    if number == "0.5" and symbol.startswith("个"):
        number = "半"
    if fact.qualifier is Qualifier.OVER and fact.value % 10 != 0:
        # 余 follows a round number (90余人) or 万 (18万余元); behind any other, 多 follows the measure word (1个多月).
        if symbol.startswith(("万", "亿")):
            return f"{number}{symbol[0]}余{symbol[1:]}"
        measure, rest = (symbol[0], symbol[1:]) if symbol.startswith("个") else (symbol, "")
        return f"{number}{measure}多{rest}"
    return pattern.format(number=number, symbol=symbol)


def numeral(number: int) -> str:
    """Write a whole number from 0 to 99 in Chinese numerals.

    >>> numeral(3), numeral(10), numeral(14), numeral(20)
    ('三', '十', '十四', '二十')
    """
    if not 0 <= number < 100:  # noqa: PLR2004 - two digits are all that prose writes out
        message = f"only 0 to 99 are written in Chinese numerals, got {number}"
        raise ValueError(message)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("" if tens == 1 else NUMERALS[tens]) + "十"
    return head + (NUMERALS[ones] if ones or not tens else "")
