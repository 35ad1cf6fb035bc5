"""What can be true or false of a report: comparisons of quantities, and ``and``, ``or``, ``not`` of them.

Each is judged twice: with the values as they stand, and with all that they may be. What fails only in the first way is
a matter of rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.audit.intervals import INFINITY, Interval, interval
from helpers.errors import FormulaError, NianbaoError
from helpers.expressions import evaluate
from helpers.quantity import CONTEXT

if TYPE_CHECKING:
    from helpers.model import Expression, Unit

NOISE = Decimal("1e-30")
"""Two exact values nearer than this are equal: a quotient does not end."""
FIFTH = Decimal("0.2")
"""How far, of the number said, 约 and 大体 may be off in words."""


class UnresolvedError(NianbaoError):
    """A claim's expression needs a number that is not on record; ``str()`` says which, for readers."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An expression, and the unit that a reader would give it; a bare number has none.

    ``per`` is the unit of what there is one of it for, as of 生均 numbers; ``origin`` says how a number was come
    by that does not stand in the expression: 计得的.
    """

    expression: Expression
    unit: Unit | None = None
    per: Unit | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Truth:
    """Whether a condition holds, and whether it would with any values that the inputs may have."""

    holds: bool
    certain: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison of two ``sides``, or ``and``, ``or``, ``not``, ``wording`` of ``parts``.

    ``operator`` is one of ``< <= == != >= > ~`` (``~`` for 约), ``and``, ``or``, ``not``, or ``wording`` for what the
    words alone depend on. ``told`` says what is wrong where numbers would not.
    """

    operator: str
    sides: tuple[Quantity, ...] = ()
    parts: tuple[Condition, ...] = ()
    told: str = ""

    def expressions(self) -> list[Expression]:
        """Return every expression that is compared."""
        own = [side.expression for side in self.sides]
        return own + [expression for part in self.parts for expression in part.expressions()]


def judge(condition: Condition) -> Truth:
    """Say whether a condition holds."""
    if condition.sides:
        return _compare(condition.operator, *(side.expression for side in condition.sides))
    truths = [judge(part) for part in condition.parts]
    match condition.operator:
        case "not":
            return Truth(not truths[0].holds, truths[0].certain)
        case "wording":
            return truths[0]
        case "and":
            deciding = [truth for truth in truths if not truth.holds]
        case "or":
            deciding = [truth for truth in truths if truth.holds]
        case operator:
            message = f"no condition {operator!r}"
            raise FormulaError(message)
    holds = (not deciding) if condition.operator == "and" else bool(deciding)
    certain = any(truth.certain for truth in deciding) if deciding else all(truth.certain for truth in truths)
    return Truth(holds, certain)


def failing(condition: Condition) -> list[Condition]:
    """Return the comparisons because of which a condition does not hold."""
    if condition.sides or condition.operator == "not":
        return [] if judge(condition).holds else [condition]
    return [found for part in condition.parts for found in failing(part)]


def _compare(operator: str, left: Expression, right: Expression) -> Truth:
    one, two = evaluate(left), evaluate(right)
    spread_one, spread_two = interval(left), interval(right)
    near = _same(one, two)
    below = spread_one.high < spread_two.low
    above = spread_one.low > spread_two.high
    match operator:
        case "<":
            return Truth(one < two and not near, below or spread_one.low >= spread_two.high)
        case "<=":
            return Truth(one <= two or near, spread_one.high <= spread_two.low or (above and not near))
        case ">":
            return Truth(one > two and not near, above or spread_one.high <= spread_two.low)
        case ">=":
            return Truth(one >= two or near, spread_one.low >= spread_two.high or (below and not near))
        case "==" | "!=":
            equal = near or spread_one.meets(spread_two)
            return Truth(equal if operator == "==" else not equal, certain=True)
        case "~":
            slack = abs(CONTEXT.multiply(two, FIFTH))
            off = Interval(two - slack, two + slack)
            return Truth(spread_one.meets(off), certain=True)
    message = f"no comparison {operator!r}"
    raise FormulaError(message)


def target(operator: str, right: Interval) -> Interval | None:
    """Return where the left side would have to lie for a comparison with ``right`` to hold; nothing for ``!=``."""
    match operator:
        case "<" | "<=":
            return Interval(-INFINITY, right.high)
        case ">" | ">=":
            return Interval(right.low, INFINITY)
        case "==":
            return right
        case "~":
            return Interval(
                *(CONTEXT.multiply(end, 1 + part) for end, part in ((right.low, -FIFTH), (right.high, FIFTH)))
            )
    return None


def _same(one: Decimal, two: Decimal) -> bool:
    return abs(one - two) <= NOISE * max(abs(one), abs(two), Decimal(1))
