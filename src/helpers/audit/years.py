"""What claims say of one year against the year before: ``growth(x)``, ``change(x)``, ``rises(x)``, ``steady(x)``.

Nothing is compared across a year from which an indicator counts something else, as on the pages; what a report says on
a comparable base (同口径) is what it says itself, where that is on record.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.audit.conditions import Condition, Quantity, UnresolvedError
from helpers.expressions import reference
from helpers.model import Expression, Fact
from helpers.quantity import printed_value, to_base

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from helpers.audit.grammar import Reader

SAME_BASE = "同口径"


def growth(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    """Return the growth rate against the year before."""
    (term,) = reader.argument(node, 1)
    stated = _stated(reader, term, shift, "growth")
    if stated is not None:
        return stated
    now, before = _both(reader, term, shift)
    difference = Expression("-", (now.expression, before.expression))
    return Quantity(Expression("/", (difference, before.expression)), reader.unit("percent"))


def change(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    """Return the difference against the year before."""
    (term,) = reader.argument(node, 1)
    stated = _stated(reader, term, shift, "change")
    return stated if stated is not None else reader.combined("-", *_both(reader, term, shift))


def moves(operator: str) -> Callable[[Reader, ast.expr, int], Condition]:
    """Return the condition that a term, or each of its parts, moved in a direction against the year before."""

    def condition(reader: Reader, node: ast.expr, shift: int) -> Condition:
        (term,) = reader.argument(node, 1)
        over = reader.words(node, "over").get("over")
        if over is None:
            return _moved(operator, *_both(reader, term, shift))
        now, before = reader.parts(term, over, shift), reader.parts(term, over, shift - 1)
        pairs = [(now[member], before[member]) for member in now if member in before]
        for pair in pairs:
            _refuse_broken(pair[0])
        return Condition("and", parts=tuple(_moved(operator, *pair) for pair in pairs))

    return condition


def _both(reader: Reader, term: ast.expr, shift: int) -> tuple[Quantity, Quantity]:
    now = reader.quantity(term, shift)
    _refuse_broken(now)
    return now, reader.quantity(term, shift - 1)


def _refuse_broken(now: Quantity) -> None:
    """Refuse to compare a quantity with the year before where it counted something else.

    Raises
    ------
    UnresolvedError
        With the reason of the break.
    """
    for fact in now.expression.facts():
        entity, year = fact.key.entity, fact.key.year
        for stop in fact.indicator.breaks:
            if stop.year == year and stop.concerns(entity):
                raise UnresolvedError(f"{fact.indicator.label}与上年口径不同，不作比较：{stop.reason.rstrip('。')}")


def _stated(reader: Reader, term: ast.expr, shift: int, suffix: str) -> Quantity | None:
    """Return the change that the report states itself on a comparable base; nothing unless its words and rows do."""
    if SAME_BASE not in reader.claim.printed:
        return None
    key = reader.selected(term, shift)
    indicator = reader.facts.catalogue.indicators[key.indicator]
    name = f"{key.indicator}_{suffix}"
    if name not in reader.facts.catalogue.indicators or not indicator.is_broken(key.entity, key.year - 1, key.year):
        return None
    found = reader.facts.get(replace(key, indicator=name))
    return Quantity(reference(found), found.unit) if isinstance(found, Fact) else None


def _moved(operator: str, now: Quantity, before: Quantity) -> Condition:
    if operator == "==":  # 持平 is said of what is printed
        now, before = _as_shown(now), _as_shown(before)
    return Condition(operator, (now, before))


def _as_shown(quantity: Quantity) -> Quantity:
    fact = quantity.expression.fact
    if fact is None:
        return quantity
    return Quantity(Expression("number", number=to_base(printed_value(fact), fact.unit)), fact.unit)
