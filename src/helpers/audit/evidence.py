"""Findings in words: one Chinese sentence with the numbers, such as the author of the report would accept."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.audit.claims import FALLING
from helpers.audit.conditions import Quantity
from helpers.audit.intervals import INFINITY, Interval, interval
from helpers.audit.printing import cell, quoted, shown, unlike_printed
from helpers.model import Status
from helpers.quantity import CONTEXT, format_number, from_base, with_unit
from helpers.writing.cards import in_numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.audit.claims import Claim
    from helpers.audit.examination import Examined
    from helpers.audit.intervals import Requirement
    from helpers.model import Expression, Fact

CLAIMED = "claim."
"""How the indicators of claims taken as facts begin."""
POINTS_CAUSE = "是两个百分比之差，不是“%”"
EVERYTHING = Interval(-INFINITY, INFINITY)
FEW = 3
"""How many places are named one by one."""


def computed(examined: Examined) -> str:
    """Say how a number comes out."""
    expression = _expression(examined)
    if expression.fact is not None and expression.fact.derivation is not None:
        expression = expression.fact.derivation
    result, fact = _own(examined, 0), expression.fact
    if not expression.facts():
        return _tallied(examined, result)
    if fact is None:
        return f"{in_numbers(expression)} = {result}{_unlike(examined)}"
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
    told = f"{in_numbers(_expression(examined))} = {_own(examined, 0)}{_unlike(examined)}，印作{claim.printed}"
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


def name_of(fact: Fact) -> str:
    """Name a number by what it is and when; one that another claim prints, by its place."""
    if fact.observation is not None and fact.key.indicator.startswith(CLAIMED):
        return fact.observation.locator
    return f"{fact.key.year}年{fact.indicator.label}"


def _wanted(need: Requirement) -> str:
    """Say what an input would have to be."""
    fact, wanted, unit = need.fact, need.in_unit(), need.fact.unit.symbol
    name = name_of(fact) if fact.key.indicator.startswith(CLAIMED) else fact.indicator.label
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


def _unlike(examined: Examined) -> str:
    """Say so where what is printed of the inputs adds up to something else."""
    claim = examined.claim
    return "" if claim.unit is None else unlike_printed(_expression(examined), claim.unit, claim.decimals)


def _falls_in_words(claim: Claim) -> bool:
    return any(word in claim.printed for word in FALLING)


def _named(places: list[str]) -> str:
    return "、".join(places[:FEW]) + (f"等{len(places)}处" if len(places) > FEW else "")


def _expression(examined: Examined) -> Expression:
    if not isinstance(examined.meaning, Quantity):
        message = f"claim {examined.claim.id} is no number"
        raise TypeError(message)
    return examined.meaning.expression
