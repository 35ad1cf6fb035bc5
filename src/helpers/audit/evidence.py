"""Findings in words: one Chinese sentence with the numbers, such as the author of the report would accept."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.audit.conditions import Quantity, judge
from helpers.audit.intervals import interval
from helpers.audit.printing import cell, shown
from helpers.formulas import evaluate
from helpers.quantity import format_number, from_base, printed_value, with_unit
from helpers.writing.cards import in_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.audit.claims import Claim
    from helpers.audit.conditions import Condition
    from helpers.audit.examination import Examination, Examined
    from helpers.audit.intervals import Interval, Requirement
    from helpers.model import Expression, Fact

FEW = 3
"""How many places are named one by one."""
NEGATED = {"<": "不小于", "<=": "大于", "==": "不等于", "!=": "等于", ">=": "小于", ">": "不大于", "~": "不约等于"}
STATED = {"<": "小于", "<=": "不大于", "==": "等于", "!=": "不等于", ">=": "不小于", ">": "大于", "~": "约等于"}


def computed(examined: Examined) -> str:
    """Say how a number comes out."""
    expression = _expression(examined)
    if expression.fact is not None and expression.fact.derivation is not None:
        expression = expression.fact.derivation
    if expression.fact is not None and expression.fact.records:
        return f"名单逐条计数，得{expression.fact.value:f}"
    return f"{in_numbers(expression)} = {_own(examined, 0)}"


def repeated(others: Sequence[Examined], claim: Claim) -> str:
    """Say where else a number is printed."""
    places = dict.fromkeys(f"{one.claim.place}" for one in others)
    return f"{claim.place}与{_named(list(places))}一致"


def leaned_on(others: Sequence[Examined]) -> str:
    """Say what computed from a number comes out."""
    places = dict.fromkeys(f"{one.claim.place}“{one.claim.printed}”" for one in others)
    return f"据此计算的{_named(list(places))}相符"


def points(examined: Examined) -> str:
    """Say that a difference of percentages is none of per cent, or that a growth rate is."""
    claim, arithmetic = examined.claim, in_numbers(_expression(examined))
    number = shown_number(examined)
    if claim.unit is not None and claim.unit.kind == "percent":
        return f"{arithmetic} = {number}个百分点，是两个百分比之差，不是“%”"
    return f"{arithmetic} = {number}%，是增长率，不是百分点"


def shown_number(examined: Examined) -> str:
    """Write a recomputed number as the claim prints it, without its unit."""
    claim = examined.claim
    if examined.value is None or claim.unit is None:
        return ""
    return format_number(from_base(examined.value, claim.unit), claim.decimals)


def contradicted(examined: Examined, needs: Sequence[Requirement], year: str) -> str:
    """Say what comes out instead of what is printed, and what would make the claim true."""
    claim = examined.claim
    told = f"{in_numbers(_expression(examined))} = {_own(examined, 0)}，印作{claim.printed}"
    if year:
        return f"{told}；{year}"
    wanted = "，或".join(_wanted(need) for need in needs[:2] if need.needed.low.is_finite())
    return f"{told}；要使其成立，{wanted}" if wanted else told


def unlike_data(examined: Examined, others: Sequence[Examined]) -> str:
    """Say that a number is printed otherwise elsewhere, or stands otherwise in the data."""
    claim, expression = examined.claim, _expression(examined)
    if others:
        places = dict.fromkeys(one.claim.place for one in others)
        return f"印作{claim.printed}，{_named(list(places))}作{in_numbers(expression)}"
    return f"印作{claim.printed}，数据作{in_numbers(expression)}"


def routes(examination: Examination, examined: Examined, needs: Sequence[Requirement]) -> tuple[str, ...]:
    """Tell both ways: from the inputs to the number, and from the number back to each input."""
    del examination
    claim, expression = examined.claim, _expression(examined)
    possible, printed = interval(expression), cell(claim)
    forward = f"正算：{in_numbers(expression)}，在{_range(possible, claim)}；印出的数应在{_range(printed, claim)}"
    backward = [f"{_wanted(need)}，文中为{need.fact.value:f}" for need in needs if need.needed.low.is_finite()]
    return (forward, *(f"反算：{one}" for one in backward))


def held(condition: Condition) -> str:
    """Say that a statement is true, with its numbers."""
    told = list(dict.fromkeys(_stated(one, STATED) for one in _atoms(condition)))
    return "；".join(told[:FEW]) + ("等" if len(told) > FEW else "")


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


def _side(side: Quantity, other: Quantity) -> str:
    """Write one side of a comparison: what it is, how it is computed, what it gives."""
    expression, unit = side.expression, side.unit or other.unit
    decimals = max((fact.decimals for one in (side, other) for fact in one.expression.facts()), default=0)
    if unit is None:
        own = evaluate(expression)
        ends = own == own.to_integral_value() or expression.number is not None
        value = f"{own.normalize():f}" if ends else f"{own * 100:.2f}%"
    else:
        value = shown(evaluate(expression), unit, max(decimals, unit.decimals if unit.kind == "percent" else 0))
    if expression.fact is not None:
        return f"{_name(expression.fact)}{value}"
    return value if expression.number is not None else f"{in_numbers(expression)} = {value}"


def _name(fact: Fact) -> str:
    return "" if fact.key.indicator.startswith("claim.") else f"{fact.key.year}年{fact.indicator.label}"


def _wanted(need: Requirement) -> str:
    """Say what an input would have to be."""
    fact, whole = need.fact, need.in_unit().whole_numbers()
    name = fact.indicator.label
    if fact.unit.kind == "count" and fact.unit.factor == 1:
        if whole is None:
            return f"没有合适的{name}"
        return f"{name}须为{whole[0]:f}" if whole[0] == whole[1] else f"{name}须为{whole[0]:f}至{whole[1]:f}"
    low, high = need.in_unit().low, need.in_unit().high
    return f"{name}须为{low:.6g}至{high:.6g}{fact.unit.symbol}"


def _range(found: Interval, claim: Claim) -> str:
    if claim.unit is None:
        return ""
    ends = [from_base(end, claim.unit) for end in (found.low, found.high)]
    if found.is_exact:
        return f"{ends[0]:.8g}"
    return f"[{ends[0]:.8g}, {ends[1]:.8g}]"


def _own(examined: Examined, more: int) -> str:
    claim = examined.claim
    if examined.value is None or claim.unit is None:
        return ""
    places = claim.decimals + more
    if not examined.prints and from_base(examined.value, claim.unit) % 1 != Decimal(0):
        places = max(places, 2)
    return shown(examined.value, claim.unit, places)


def _named(places: list[str]) -> str:
    return "、".join(places[:FEW]) + (f"等{len(places)}处" if len(places) > FEW else "")


def _expression(examined: Examined) -> Expression:
    if not isinstance(examined.meaning, Quantity):
        message = f"claim {examined.claim.id} is no number"
        raise TypeError(message)
    return examined.meaning.expression
