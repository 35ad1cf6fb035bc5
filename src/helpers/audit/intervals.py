"""What a number may be, given that its inputs were printed rounded: exact interval arithmetic, forwards and backwards.

A count is exact; 14.87% stands for anything from 14.865% to 14.875%, 9600余 for anything from 9600 to 9700.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from helpers.errors import FormulaError
from helpers.model import Expression, Fact, Qualifier
from helpers.quantity import CONTEXT, decimals_of, from_base, to_base

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.model import Unit

INFINITY = Decimal("Infinity")
ZERO, HALF = Decimal(0), Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Interval:
    """Everything from ``low`` to ``high``, ends included."""

    low: Decimal
    high: Decimal

    @classmethod
    def exactly(cls, value: Decimal) -> Interval:
        """Return the interval that holds one value."""
        return cls(value, value)

    @property
    def is_exact(self) -> bool:
        """Whether it holds one value."""
        return self.low == self.high

    @property
    def width(self) -> Decimal:
        """How far its ends are apart."""
        return INFINITY if INFINITY in {self.high, -self.low} else CONTEXT.subtract(self.high, self.low)

    def meets(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        return self.low <= other.high and other.low <= self.high

    def holds(self, value: Decimal) -> bool:
        """Whether ``value`` lies in it."""
        return self.low <= value <= self.high

    def whole_numbers(self) -> tuple[Decimal, Decimal] | None:
        """Return the first and the last whole number in it, if it holds any and has ends."""
        if not (self.low.is_finite() and self.high.is_finite()):
            return None
        first = self.low.to_integral_value(ROUND_CEILING)
        last = self.high.to_integral_value(ROUND_FLOOR)
        return (first, last) if first <= last else None

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __add__(self, other: Interval) -> Interval:
        return Interval(CONTEXT.add(self.low, other.low), CONTEXT.add(self.high, other.high))

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        ends = [_product(one, two) for one in (self.low, self.high) for two in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        if other.holds(ZERO):
            return Interval(-INFINITY, INFINITY)
        ends = [_quotient(one, two) for one in (self.low, self.high) for two in (other.low, other.high)]
        return Interval(min(ends), max(ends))


def _product(one: Decimal, two: Decimal) -> Decimal:
    """Multiply ends; nothing times without end is nothing."""
    return ZERO if ZERO in {one, two} else CONTEXT.multiply(one, two)


def _quotient(one: Decimal, two: Decimal) -> Decimal:
    """Divide ends, in one step: an end that comes out even must not be missed by a digit."""
    return CONTEXT.divide(one, two) if two.is_finite() else ZERO


def last_digit(value: Decimal) -> Decimal:
    """Return what one unit of the last digit that says something is worth: 0.01 of 14.87, 100 of 9600."""
    digits = value.normalize().as_tuple()
    exponent = digits.exponent if isinstance(digits.exponent, int) else 0
    if value.is_zero() or decimals_of(value):
        exponent = -decimals_of(value)
    return Decimal(1).scaleb(exponent)


def spread(value: Decimal, unit: Unit, qualifier: Qualifier) -> Interval:
    """Return what a printed value stands for, in base units."""
    step = last_digit(value)
    match qualifier:
        case Qualifier.OVER:
            low, high = value, value + step
        case Qualifier.NEARLY:
            low, high = value - step, value
        case Qualifier.ABOUT:
            low, high = value - step * HALF, value + step * HALF
        case Qualifier.AT_LEAST:
            low, high = value, INFINITY
        case Qualifier.AT_MOST:
            low, high = -INFINITY, value
        case _ if unit.kind in {"count", "rank"} and unit.factor == 1:
            low = high = value
        case _ if value.is_zero() and not decimals_of(value):  # a plain 0 is none at all
            low = high = value
        case _:
            half = Decimal(1).scaleb(-decimals_of(value)) * HALF
            low, high = value - half, value + half
    return Interval(to_base(low, unit), to_base(high, unit))


def known_within(fact: Fact) -> Interval:
    """Return what a fact may be, in base units; what no row states (a standard, a count of records) is exact."""
    if fact.derivation is not None and fact.indicator.rounding == "once":
        return interval(fact.derivation)
    row = fact.observation
    if row is None or row.value is None:
        return Interval.exactly(to_base(fact.value, fact.unit))
    return spread(row.value, fact.unit, row.qualifier)


def interval(expression: Expression) -> Interval:
    """Return what an expression may be, in base units."""
    if expression.number is not None:
        return Interval.exactly(expression.number)
    if expression.fact is not None:
        return known_within(expression.fact)
    first, *others = (interval(operand) for operand in expression.operands)
    for other in others:
        first = _apply(expression.operator, first, other)
    return first


def _apply(operator: str, left: Interval, right: Interval) -> Interval:
    match operator:
        case "+" | "sum":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
    message = f"no arithmetic with {operator!r}"
    raise FormulaError(message)


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one input would have to be, all others as they are, for the whole to lie where it should."""

    fact: Fact
    needed: Interval

    @property
    def holds(self) -> bool:
        """Whether the input is what it has to be."""
        return known_within(self.fact).meets(self.needed)

    def in_unit(self) -> Interval:
        """Return what is needed in the unit of the fact."""
        return Interval(*(from_base(end, self.fact.unit) for end in (self.needed.low, self.needed.high)))


def requirements(expression: Expression, target: Interval) -> list[Requirement]:
    """Solve an expression for each input that stands in it once.

    This is the second route of an audit: it goes from the printed value back to the inputs, and shares no step with
    :func:`interval` but the arithmetic.
    """
    counts: dict[object, int] = {}
    _count(expression, counts)
    found: list[Requirement] = []
    _solve(expression, target, lambda fact: counts[fact.key] == 1, found)
    return found


def _count(expression: Expression, counts: dict[object, int]) -> None:
    if expression.fact is not None:
        counts[expression.fact.key] = counts.get(expression.fact.key, 0) + 1
    for operand in expression.operands:
        _count(operand, counts)


def _solve(expression: Expression, target: Interval, wanted: Callable[[Fact], bool], found: list[Requirement]) -> None:
    if expression.fact is not None:
        if wanted(expression.fact):
            found.append(Requirement(expression.fact, target))
        return
    for position, operand in enumerate(expression.operands):
        others = [interval(one) for place, one in enumerate(expression.operands) if place != position]
        match expression.operator:
            case "+" | "sum":
                rest = target
                for other in others:
                    rest = rest - other
            case "-":
                rest = target + others[0] if position == 0 else others[0] - target
            case "*":
                rest = target / others[0]
            case _:
                rest = target * others[0] if position == 0 else others[0] / target
        _solve(operand, rest, wanted, found)
