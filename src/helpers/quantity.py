"""Units, rounding and the printed form of numbers: the only place where a number loses digits.

Rounding follows GB/T 8170: once, from the unrounded value, ties to the even digit.
"""

from __future__ import annotations

from dataclasses import replace
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
TEN_THOUSAND = Decimal(10000)
HYPHEN, MINUS = "-", "−"
"""What files for machines write before a negative number, and what readers see there."""
OCCASIONS = "人次"  # one person counts as often as he comes
OVER_BELOW, NEARLY_FROM = Decimal("0.5"), Decimal("0.8")
"""Of the way from one round number to the next: less than the one is 余, from the other on 近, between them 约."""


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


def typographic(text: str) -> str:
    """Write the sign of a number as readers see it."""
    return text.replace(HYPHEN, MINUS)


def machine_readable(text: str) -> str:
    """Write the sign of a printed number as files for machines have it."""
    return text.replace(MINUS, HYPHEN)


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


def are_alike(one: Unit, other: Unit) -> bool:
    """Whether numbers in two units can stand for each other: 亩 and 平方米, 名 and 人, but not 人次 and 人."""
    occasions = (OCCASIONS in one.symbol) == (OCCASIONS in other.symbol)
    return one.base == other.base and one.kind == other.kind and occasions


def decimals_after(decimals: int, source: Unit, target: Unit, most: int) -> int:
    """Return how many places, ``most`` at most, a number has in another unit, lest it claim more than it did.

    ``decimals`` is how many it has in ``source``: 2.95万册 is 29500册, 294.79万册 stands for 2947884册.
    """
    return min(max(0, decimals - _power(source, target)), max(0, most))


def is_padded(decimals: int, source: Unit, target: Unit) -> bool:
    """Whether a number of so many decimals ends in noughts that nobody counted: 1.23万所 as 12300所."""
    return decimals < _power(source, target)


def _power(source: Unit, target: Unit) -> int:
    return CONTEXT.divide(source.factor, target.factor).adjusted()


def printed_value(fact: Fact) -> Decimal:
    """Return the value that the page prints, as a number."""
    return round_number(fact.value, fact.decimals)


def bare(fact: Fact) -> str:
    """Print a fact without its unit: ``98770``, ``10.32:1``."""
    return f"{fact.unit.prefix}{typographic(format_number(fact.value, fact.decimals))}{fact.unit.suffix}"


def with_unit(fact: Fact) -> str:
    """Print a fact with unit and qualifier: ``98770人``, ``90余人``, ``约48%``, ``第4位``, ``半个月``."""
    number = bare(fact)
    symbol = fact.unit.symbol
    pattern = QUALIFIED[fact.qualifier]
    if number == "0.5" and symbol.startswith("个") and fact.unit.kind != "percentage_point":
        number = "半"
    if fact.qualifier is Qualifier.OVER and fact.value % 10 != 0:
        # 余 follows a round number (90余人) or 万 (18万余元); behind any other, 多 follows the measure word (1个多月).
        if symbol.startswith(("万", "亿")):
            return f"{number}{symbol[0]}余{symbol[1:]}"
        measure, rest = (symbol[0], symbol[1:]) if symbol.startswith("个") else (symbol, "")
        return f"{number}{measure}多{rest}"
    return pattern.format(number=number, symbol=symbol)


def roughly(fact: Fact, digits: int = 2) -> str:
    """Print a fact in round numbers of so many digits, and on which side of them it lies.

    Of the way from one round number to the next, less than half makes 余 (a count) or 超过 (anything else), four fifths
    and more make 近, and what lies between makes 约; a round number stands as it is. A count from ten thousand on is
    told in 万. What the source gives as 约 or 余 is left as it is.

    With two digits 9612人 gives 9600余人, 2786人 近2800人, 98770人 约9.9万人, 48.97% 近49%.
    """
    value = printed_value(fact)
    if fact.qualifier is not Qualifier.EXACT or value <= 0:
        return with_unit(fact)
    step = Decimal(1).scaleb(value.adjusted() - digits + 1)
    if fact.unit.kind == "count":
        step = max(step, Decimal(1) / fact.unit.factor)
    below = value // step * step
    way = (value - below) / step
    if way.is_zero():
        return _round(fact, below)
    if way < OVER_BELOW:
        over = fact.unit.kind == "count"
        return _round(fact, below, Qualifier.OVER) if over else f"超过{_round(fact, below)}"
    return _round(fact, below + step, Qualifier.NEARLY if way >= NEARLY_FROM else Qualifier.ABOUT)


def _round(fact: Fact, value: Decimal, qualifier: Qualifier = Qualifier.EXACT) -> str:
    """Print a round number, a count from ten thousand on in 万."""
    unit = fact.unit
    whole = value % TEN_THOUSAND == 0 or qualifier is not Qualifier.OVER  # 27100余人, not 2.71万余人
    if unit.kind == "count" and unit.factor == 1 and value >= TEN_THOUSAND and whole:
        unit = unit.model_copy(update={"symbol": f"万{unit.symbol}", "factor": TEN_THOUSAND})
        value = value / TEN_THOUSAND
    value = value.normalize()
    return with_unit(replace(fact, unit=unit, value=value, decimals=decimals_of(value), qualifier=qualifier))


def numeral(number: int) -> str:
    """Write a whole number from 0 to 99 in Chinese numerals, as before a measure word: two is 两.

    >>> numeral(2), numeral(3), numeral(10), numeral(12), numeral(20)
    ('两', '三', '十', '十二', '二十')
    """
    if not 0 <= number < 100:  # noqa: PLR2004 - two digits are all that prose writes out
        message = f"only 0 to 99 are written in Chinese numerals, got {number}"
        raise ValueError(message)
    if number == 2:  # noqa: PLR2004 - the only such number
        return "两"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("" if tens == 1 else NUMERALS[tens]) + "十"
    return head + (NUMERALS[ones] if ones or not tens else "")
