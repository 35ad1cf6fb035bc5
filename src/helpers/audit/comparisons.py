"""Statements in words: what is compared, with the numbers, and which comparison does not hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers.audit.conditions import failing, judge, target
from helpers.audit.evidence import FEW, backward, in_full, name_of
from helpers.audit.intervals import interval, requirements
from helpers.audit.printing import shown, unlike_printed
from helpers.expressions import evaluate
from helpers.quantity import printed_value, with_unit
from helpers.writing.cards import in_numbers

if TYPE_CHECKING:
    from helpers.audit.conditions import Condition, Quantity
    from helpers.model import Unit

MORE_PLACES = 2
NEGATED = {"<": "不小于", "<=": "大于", "==": "不等于", "!=": "等于", ">=": "小于", ">": "不大于", "~": "不接近"}
STATED = {"<": "小于", "<=": "不大于", "==": "等于", "!=": "不等于", ">=": "不小于", ">": "大于", "~": "接近"}


def statement_routes(condition: Condition) -> tuple[str, ...]:
    """Tell both ways why a statement fails: its sides side by side, and what each input would have to be."""
    found: list[str] = []
    for one in failing(condition):
        if one.told or not one.sides or compares_lists(one):
            continue
        left, right = (side.expression for side in one.sides)
        needed = target(one.operator, interval(right))
        needs = [] if needed is None else requirements(in_full(left), needed)
        found += [f"正算：{_in_sides(one)}", *backward(needs)]
    return tuple(dict.fromkeys(found))


def compares_lists(condition: Condition) -> bool:
    """Whether nothing but the lengths of lists is compared, which say nothing to a reader."""
    facts = [fact for side in condition.sides for fact in side.expression.facts()]
    return bool(facts) and all(fact.records for fact in facts)


def _in_sides(condition: Condition) -> str:
    """Write a comparison down to the numbers that were read, with more places than are printed."""
    one, two = condition.sides
    left, right = (replace(side, expression=in_full(side.expression)) for side in condition.sides)
    more = MORE_PLACES if (left, right) != (one, two) else 0
    places = _places(one, two) + more
    return f"{_side(left, right, places)}，{NEGATED[condition.operator]}{_side(right, left, places)}"


def _places(side: Quantity, other: Quantity) -> int:
    return max((fact.decimals for one in (side, other) for fact in one.expression.facts()), default=0)


def held(condition: Condition) -> str:
    """Say that a statement is true, with its numbers."""
    told = list(dict.fromkeys(_counted(one) or _stated(one, STATED) for one in _atoms(condition)))
    return "；".join(told[:FEW]) + ("等" if len(told) > FEW else "")


def _counted(condition: Condition) -> str:
    """Say that as many hold as are said to; nothing if anything but bare numbers is compared."""
    left, right = (side.expression.number for side in condition.sides)
    return f"逐项核对，{left:f}项都成立" if left is not None and left == right and not condition.told else ""


def comparison(condition: Condition) -> str:
    """Say which comparison does not hold, with its numbers."""
    if condition.sides:
        return _stated(condition, NEGATED)
    return "；".join(_stated(one, STATED) for one in _atoms(condition) if judge(one).holds)


def _atoms(condition: Condition) -> list[Condition]:
    if condition.sides:
        return [condition]
    return [atom for part in condition.parts for atom in _atoms(part)]


def _stated(condition: Condition, words: dict[str, str]) -> str:
    left, right = condition.sides
    if condition.told:
        return condition.told
    now, before = left.expression.fact, right.expression.fact
    if now is not None and before is not None and now.key == replace(before.key, year=now.key.year):
        label, years = now.indicator.label, (before.key.year, now.key.year)
        if printed_value(now) == printed_value(before):
            return f"{label}{years[0]}年、{years[1]}年都印作{with_unit(now)}"
        moved = "升为" if now.value > before.value else "降为"
        return f"{label}由{years[0]}年{with_unit(before)}{moved}{years[1]}年{with_unit(now)}"
    return f"{_side(left, right)}，{words[condition.operator]}{_side(right, left)}"


def _side(side: Quantity, other: Quantity, places: int | None = None) -> str:
    """Write one side of a comparison: what it is, how it is computed, what it gives."""
    expression, unit = side.expression, side.unit or other.unit
    decimals = _places(side, other) if places is None else places
    if unit is None:
        own = evaluate(expression)
        ends = own == own.to_integral_value() or expression.number is not None
        value = f"{own.normalize():f}" if ends else f"{own * 100:.2f}%"
    else:
        places = (
            0 if _is_whole_count(side, other, unit) else max(decimals, unit.decimals if unit.kind == "percent" else 0)
        )
        value = shown(evaluate(expression), unit, places)
    if expression.fact is not None:
        return f"{name_of(expression.fact)}{value}"
    if expression.number is not None:
        return f"{side.origin}{value}"
    return f"{in_numbers(expression)} = {value}{'' if unit is None else unlike_printed(expression, unit, decimals)}"


def _is_whole_count(side: Quantity, other: Quantity, unit: Unit) -> bool:
    """Whether a side counts single things and its whole number says enough: there is no half pupil."""
    if unit.kind != "count" or unit.factor != 1:
        return False
    own = evaluate(side.expression)
    return own == own.to_integral_value() or abs(own - evaluate(other.expression)) >= 1
