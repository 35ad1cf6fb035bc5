"""With how many digits a card shows what it computes with, so that the equation that it prints is true.

``418.33万人 − 454.04万人 = −35.70万人`` is false on its face: the inputs are rounded, the result was not made of them.
With the digits that the record has, ``418.3304万人 − 454.0352万人 = −35.70万人`` can be done by hand.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.errors import FormulaError
from helpers.expressions import as_printed, evaluate, reference
from helpers.quantity import decimals_of, from_base, printed_value, round_number

if TYPE_CHECKING:
    from helpers.model import Expression, Fact

MOST = 12
"""So many places more than are printed will do for any formula; a quotient has no end of them."""


def places_needed(result: Fact) -> int:
    """Return how many places more than printed the inputs of a computed number need for its equation to hold."""
    if result.derivation is None:
        return 0
    return next((places for places in range(MOST) if _holds(result.derivation, result, places)), MOST)


def finer(fact: Fact, places: int) -> Fact:
    """Return a fact that prints so many places more, as far as it has them."""
    own = decimals_of(fact.value.normalize())
    return replace(fact, decimals=max(fact.decimals, min(fact.decimals + places, own)))


def told_from(fact: Fact, limit: Fact) -> Fact:
    """Return a fact that prints as many places as tell it from a limit: 19.998 beside 20; as it is, if none do."""
    finest = (finer(fact, places) for places in range(MOST))
    return next((one for one in finest if printed_value(one) != limit.value), fact)


def _holds(expression: Expression, result: Fact, places: int) -> bool:
    """Whether a formula gives the printed result, computed from its inputs as they are printed."""
    try:
        value = from_base(evaluate(_as_shown(expression, places)), result.unit)
    except FormulaError:  # a divisor that is printed as nothing
        return False
    return round_number(value, result.decimals) == printed_value(result)


def _as_shown(expression: Expression, places: int) -> Expression:
    if expression.fact is not None:
        return reference(as_printed(finer(expression.fact, places)))
    return replace(expression, operands=tuple(_as_shown(operand, places) for operand in expression.operands))
