"""Findings in words: one Chinese sentence with the numbers, such as the author of the report would accept."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.audit.claims import FALLING
from helpers.audit.conditions import Quantity, failing, judge, target
from helpers.audit.intervals import INFINITY, Interval, interval, requirements
from helpers.audit.printing import cell, quoted, shown
from helpers.expressions import evaluate
from helpers.model import Status
from helpers.quantity import CONTEXT, format_number, from_base, printed_value, with_unit
from helpers.writing.cards import in_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.audit.claims import Claim
    from helpers.audit.conditions import Condition
    from helpers.audit.examination import Examined
    from helpers.audit.intervals import Requirement
    from helpers.model import Expression, Fact, Unit

CLAIMED = "claim."
"""How the indicators of claims taken as facts begin."""
POINTS_CAUSE = "是两个百分比之差，不是“%”"
EVERYTHING = Interval(-INFINITY, INFINITY)
MORE_PLACES = 2
FEW = 3
"""How many places are named one by one."""
NEGATED = {"<": "不小于", "<=": "大于", "==": "不等于", "!=": "等于", ">=": "小于", ">": "不大于", "~": "不接近"}
STATED = {"<": "小于", "<=": "不大于", "==": "等于", "!=": "不等于", ">=": "不小于", ">": "大于", "~": "接近"}


def computed(examined: Examined) -> str:
    """Say how a number comes out."""
    expression = _expression(examined)
    if expression.fact is not None and expression.fact.derivation is not None:
        expression = expression.fact.derivation
    result, fact = _own(examined, 0), expression.fact
    if not expression.facts():
        return _tallied(examined, result)
    if fact is None:
        return f"{in_numbers(expression)} = {result}"
    if fact.records:
        return f"名单逐条计数，得{fact.value:f}"
    if fact.key.indicator.startswith(CLAIMED):
        return f"与{fact.indicator.label}一致"
    return f"与{fact.indicator.label}{result}一致"


def _tallied(examined: Examined, result: str) -> str:
    """Say what was counted in the text: the note lists it."""
    note = examined.claim.note.rstrip("。")
    return f"文中逐项计数，得{result}" + (f"（{note}）" if note else "")


def repeated(others: Sequence[Examined], claim: Claim) -> str:
    """Say where else a number is printed."""
    places = list(dict.fromkeys(f"{one.claim.place}" for one in others if one.claim.place != claim.place))
    return f"{claim.place}与{_named(places)}一致" if places else f"{claim.place}前后一致"


def leaned_on(others: Sequence[Examined]) -> str:
    """Say what computed from a number comes out."""
    places = dict.fromkeys(f"{one.claim.place}{quoted(one.claim.printed)}" for one in others)
    return f"据此计算的{_named(list(places))}相符"


def points(examined: Examined) -> str:
    """Say that a difference of percentages is none of per cent, or that a growth rate is."""
    claim, expression = examined.claim, _expression(examined)
    number = shown_number(examined).removeprefix("-" if _falls_in_words(claim) else "")
    inferred = any(fact.observation and fact.observation.status is Status.ESTIMATED for fact in expression.facts())
    if claim.unit is not None and claim.unit.kind == "percent":
        if inferred and claim.note:  # the year before is not printed: nothing to subtract before the reader's eyes
            return f"印作{claim.printed}：{claim.note.rstrip('。')}"
        return f"{in_numbers(expression)} = {number}个百分点，{POINTS_CAUSE}"
    return f"{in_numbers(expression)} = {number}%，是增长率，不是百分点"


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
    if claim.expected is not None and examined.value == -claim.expected:
        return f"{told}：数值相同，增减相反"
    told_of = [need for need in needs[:2] if need.needed != EVERYTHING]
    dated = len({need.fact.key.indicator for need in told_of}) < len(told_of)
    wanted = "，或".join(f"{need.fact.key.year}年的" * dated + _wanted(need) for need in told_of)
    return f"{told}；要使其成立，{wanted}" if wanted else told


def on_record(examined: Examined) -> str:
    """Say that the data have the number."""
    return f"数据作{in_numbers(_expression(examined))}"


def unlike_data(examined: Examined, others: Sequence[Examined]) -> str:
    """Say that a number is printed otherwise elsewhere, or stands otherwise in the data."""
    claim, expression = examined.claim, _expression(examined)
    if others:
        places = dict.fromkeys(one.claim.place for one in others)
        return f"印作{claim.printed}，{_named(list(places))}作{in_numbers(expression)}"
    return f"印作{claim.printed}，数据作{in_numbers(expression)}"


def routes(examined: Examined, needs: Sequence[Requirement]) -> tuple[str, ...]:
    """Tell both ways: from the inputs to the number, and from the number back to each input."""
    claim, expression = examined.claim, in_full(_expression(examined))
    possible, printed = interval(expression), cell(claim)
    own = _range(possible, claim)
    arithmetic = in_numbers(expression)
    result = "得" if expression.fact is not None or expression.number is not None else " = "
    forward = f"{arithmetic}，可在{own}之间" if "至" in own else f"{arithmetic}{result}{own}"
    return (f"正算：{forward}；印出的数应在{_range(printed, claim)}之间", *backward(needs))


def backward(needs: Sequence[Requirement]) -> tuple[str, ...]:
    """Tell what each input would have to be, beside what it is."""
    return tuple(f"反算：{_wanted(need)}，{_given(need.fact)}" for need in needs if need.needed != EVERYTHING)


def in_full(expression: Expression) -> Expression:
    """Write a formula down to the numbers that were read."""
    fact = expression.fact
    if fact is None:
        return replace(expression, operands=tuple(in_full(operand) for operand in expression.operands))
    if fact.derivation is None or fact.indicator.rounding != "once":
        return expression
    return in_full(fact.derivation)


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
        return f"{_name(expression.fact)}{value}"
    return value if expression.number is not None else f"{in_numbers(expression)} = {value}"


def _is_whole_count(side: Quantity, other: Quantity, unit: Unit) -> bool:
    """Whether a side counts single things and its whole number says enough: there is no half pupil."""
    if unit.kind != "count" or unit.factor != 1:
        return False
    own = evaluate(side.expression)
    return own == own.to_integral_value() or abs(own - evaluate(other.expression)) >= 1


def _name(fact: Fact) -> str:
    if fact.observation is not None and fact.key.indicator.startswith(CLAIMED):
        return fact.observation.locator
    return f"{fact.key.year}年{fact.indicator.label}"


def _wanted(need: Requirement) -> str:
    """Say what an input would have to be."""
    fact, wanted, unit = need.fact, need.in_unit(), need.fact.unit.symbol
    name = _name(fact) if fact.key.indicator.startswith(CLAIMED) else fact.indicator.label
    if not wanted.high.is_finite():
        return f"{name}须大于{_tidy(wanted.low)}{unit}"
    if not wanted.low.is_finite():
        return f"{name}须小于{_tidy(wanted.high)}{unit}"
    if fact.unit.kind == "count" and fact.unit.factor == 1:
        whole = wanted.whole_numbers()
        if whole is None:
            return f"没有合适的{name}"
        if whole[0] <= 0 < whole[1]:
            return f"{name}须不大于{whole[1]:f}"
        ends = dict.fromkeys(f"{abs(end) if end == 0 else end:f}" for end in whole)
        return f"{name}须为{'至'.join(ends)}"
    return f"{name}须为{_tidy(wanted.low)}至{_tidy(wanted.high)}{unit}"


def _given(fact: Fact) -> str:
    """Say what an input is: as it was read, or as it is computed."""
    if fact.observation is None:
        return f"实为{_tidy(fact.value)}{fact.unit.symbol}"
    return f"文中为{with_unit(fact)}"


def _range(found: Interval, claim: Claim) -> str:
    if claim.unit is None:
        return ""
    ends = [_tidy(from_base(end, claim.unit)) for end in (found.low, found.high)]
    return "至".join(dict.fromkeys(ends)) + claim.unit.symbol


def _tidy(value: Decimal) -> str:
    """Write eight digits that say something."""
    return f"{CONTEXT.create_decimal(f'{value:.8g}').normalize():f}"


def _own(examined: Examined, more: int) -> str:
    claim = examined.claim
    if examined.value is None or claim.unit is None:
        return ""
    places = claim.decimals + more
    if not examined.prints and from_base(examined.value, claim.unit) % 1 != Decimal(0):
        places = max(places, 2)
    return shown(examined.value, claim.unit, places)


def _falls_in_words(claim: Claim) -> bool:
    return any(word in claim.printed for word in FALLING)


def _named(places: list[str]) -> str:
    return "、".join(places[:FEW]) + (f"等{len(places)}处" if len(places) > FEW else "")


def _expression(examined: Examined) -> Expression:
    if not isinstance(examined.meaning, Quantity):
        message = f"claim {examined.claim.id} is no number"
        raise TypeError(message)
    return examined.meaning.expression
