"""What may explain a number that does not come out, tried before anything is called an error.

Each explanation is a function of an examined claim that returns what it found, or nothing. An explanation that chance
would give more often than one time in twenty is none: the more bases are tried, the closer one must fit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.audit.bases import CHANCE, only_base
from helpers.audit.claims import FALLING
from helpers.audit.comparisons import comparison, held
from helpers.audit.conditions import Condition, Quantity, judge
from helpers.audit.findings import Verdict
from helpers.audit.intervals import interval, known_within
from helpers.audit.printing import cell, printed_parts, prints_as, shown, unlike_printed
from helpers.errors import FormulaError
from helpers.expressions import evaluate
from helpers.model import Expression, Fact, Qualifier
from helpers.quantity import CONTEXT, from_base, round_number, to_base
from helpers.writing.cards import in_numbers, label_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.audit.claims import Claim
    from helpers.audit.examination import Examination, Examined
    from helpers.audit.intervals import Interval

MOVING = (*FALLING, "增加", "增长", "提高")
POWERS = {1: "十", 2: "一百", 3: "一千", 4: "一万", 8: "一亿"}
"""By how many places a unit may be wrong, and how that is said."""
PRINTED_CAUSE = "用修约后的数计算"
"""What the findings of a column share where each was computed from printed numbers."""
UNSETTLED = "文中没有说定"
TELLING_DIGITS = 3
"""A number of fewer digits fits some power of ten too easily."""
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict with its evidence; ``cause`` is what it shares with others of its kind."""

    verdict: Verdict
    evidence: str
    cause: str = ""


def expression_of(examined: Examined) -> Expression:
    """Return the expression of a claim that is a number."""
    if not isinstance(examined.meaning, Quantity):
        message = f"claim {examined.claim.id} is no number"
        raise TypeError(message)
    return examined.meaning.expression


def rounded_inputs(examination: Examination, examined: Examined) -> Explanation | None:
    """Try what the inputs may have been before they were rounded."""
    del examination
    claim, expression = examined.claim, expression_of(examined)
    possible, printed = interval(expression), cell(claim)
    if possible.is_exact or not possible.meets(printed):
        return None
    return Explanation(
        Verdict.ROUNDING,
        f"{_coarsest(expression)}，只能知道{_ends(possible, claim)}，印作{claim.printed}，在此范围之内",
    )


def _coarsest(expression: Expression) -> str:
    """Say how the least precise input was rounded."""
    rounded = [fact for fact in expression.facts() if not known_within(fact).is_exact]
    widest = max(rounded, key=lambda fact: known_within(fact).width)
    places = f"取{widest.decimals}位小数" if widest.decimals else "取整"
    return f"据以计算的数按{widest.unit.symbol or '小数'}{places}"


def _ends(possible: Interval, claim: Claim) -> str:
    """Write what a number may be as a claim would print it: 减少900至1100人, not -1100至-900."""
    word = next((word for word in MOVING if word in claim.printed), "")
    same_sign = possible.high <= 0 if word in FALLING else possible.low >= 0
    ends = sorted(abs(end) for end in (possible.low, possible.high)) if same_sign else [possible.low, possible.high]
    unit = claim.unit
    own = [end if unit is None else from_base(end, unit) for end in ends]
    written = "至".join(f"{CONTEXT.create_decimal(f'{end:.8g}').normalize():f}" for end in own)
    return f"{word if same_sign else '结果在'}{written}{unit.symbol if unit is not None else ''}"


def printed_inputs(examination: Examination, examined: Examined) -> Explanation | None:
    """Try the inputs as they are printed, at each step of the formula."""
    del examination
    claim, expression = examined.claim, expression_of(examined)
    for stepwise in _steps(expression):
        if prints_as(claim, evaluate(stepwise)):
            return Explanation(
                Verdict.ROUNDING, f"{PRINTED_CAUSE}：{in_numbers(stepwise)}，得{claim.printed}", PRINTED_CAUSE
            )
    return None


def _steps(expression: Expression) -> Iterator[Expression]:
    """Yield the formula with its facts as printed, then with the inputs of those facts as printed, and so on."""
    yield printed_parts(expression)
    facts = expression.facts()
    while any(fact.derivation is not None for fact in facts):
        expression = _expanded(expression)
        yield printed_parts(expression)
        facts = expression.facts()


def _expanded(expression: Expression) -> Expression:
    if expression.fact is not None:
        return expression.fact.derivation or expression
    return replace(expression, operands=tuple(_expanded(operand) for operand in expression.operands))


def forced_to_hundred(examination: Examination, examined: Examined) -> Explanation | None:
    """Try whether one last digit was moved so that the shares of an exhibit add up to 100."""
    family = [one for one in examination.examined.values() if _family(one) == _family(examined) and one.claim.value]
    if _family(examined) is None or examined.value is None or len(family) < 2:  # noqa: PLR2004 - one share is no family
        return None
    claim = examined.claim
    printed = sum((one.claim.value or Decimal(0) for one in family), Decimal(0))
    natural = {one.claim.id: _rounded(one) for one in family}
    total = sum(natural.values(), Decimal(0))
    moved = [one for one in family if natural[one.claim.id] != one.claim.value]
    step = Decimal(1).scaleb(-claim.decimals)
    off = (claim.value or Decimal(0)) - natural[claim.id]
    if printed != HUNDRED or total == HUNDRED or [one.claim.id for one in moved] != [claim.id] or abs(off) != step:
        return None
    return Explanation(
        Verdict.ROUNDING,
        f"{in_numbers(expression_of(examined))} = {natural[claim.id]}%；各项分别修约后合计{total}%，"
        f"印作{claim.value}%使合计为100%",
    )


def _rounded(examined: Examined) -> Decimal:
    claim = examined.claim
    if examined.value is None or claim.unit is None:
        return Decimal(0)
    return round_number(from_base(examined.value, claim.unit), claim.decimals)


def _family(examined: Examined) -> tuple[object, ...] | None:
    """Return what the shares of one whole in one exhibit have in common."""
    expression = examined.expressions[0] if not examined.claim.is_statement and examined.expressions else None
    if expression is None or expression.operator != "/":
        return None
    part, whole = (operand.fact for operand in expression.operands)
    if part is None or whole is None or part.key.indicator != whole.key.indicator:
        return None
    added = set(part.key.cut) - set(whole.key.cut)
    exhibit = examined.claim.place.split()[0]
    return (exhibit, whole.key, *sorted(dimension for dimension, _ in added))


def other_unit(examination: Examination, examined: Examined) -> Explanation | None:
    """Try the number with the decimal point elsewhere: 万册 for 册."""
    claim, value = examined.claim, examined.value
    digits = len((claim.value or Decimal(0)).as_tuple().digits)
    if value is None or claim.unit is None or digits < TELLING_DIGITS:
        return None
    fitting = [power for size in POWERS for power in (size, -size) if prints_as(claim, CONTEXT.scaleb(value, power))]
    if not fitting:
        return None
    others = [] if examined.primary is None else examination.repeating.get(examined.primary, [])
    places = "、".join(dict.fromkeys(one.claim.place for one in others if one.prints))
    should = f"{places or '应'}作{in_numbers(expression_of(examined))}"
    return Explanation(Verdict.UNIT, f"印作{claim.printed}，{should}：数字相同，单位相差{POWERS[abs(fitting[0])]}倍")


def other_readings(examination: Examination, examined: Examined) -> Explanation | None:
    """Try what else the words could mean."""
    claim = examined.claim
    readings = [examination.read(claim, text) for text in claim.readings]
    if not any(one.prints or _is_true(one) for one in readings):
        return None
    others = claim.note.rstrip("。") or f"换一种读法，{'；'.join(reading_result(one) for one in readings)}"
    plain = "" if examined.value is None else f"{_result(examined)}，印作{claim.printed}；"
    return Explanation(Verdict.AMBIGUOUS, f"{plain}{others}{'' if UNSETTLED in others else f'；{UNSETTLED}'}")


def reading_result(examined: Examined) -> str:
    """Say what a reading gives."""
    if isinstance(examined.meaning, Condition):
        return comparison(examined.meaning) if not judge(examined.meaning).holds else held(examined.meaning)
    return _result(examined) if examined.value is not None else examined.lacking


def _result(examined: Examined) -> str:
    """Write a number with its arithmetic; a bare or counted one alone."""
    expression = expression_of(examined)
    whole = examined.value is not None and examined.value == examined.value.to_integral_value()
    result = _shown(examined.value or Decimal(0), examined.claim, 0 if whole or examined.claim.decimals else 2)
    bare = not expression.facts() or (expression.fact is not None and expression.fact.records)
    if bare or examined.claim.unit is None:
        return f"逐项计数得{result}" if bare else f"{in_numbers(expression)} = {result}"
    return (
        f"{in_numbers(expression)} = {result}{unlike_printed(expression, examined.claim.unit, examined.claim.decimals)}"
    )


def _is_true(examined: Examined) -> bool:
    return isinstance(examined.meaning, Condition) and judge(examined.meaning).holds


def hidden_base(examination: Examination, examined: Examined) -> Explanation | None:
    """Try whether the share gives away one base that the document does not name."""
    del examination
    claim, expression = examined.claim, expression_of(examined)
    if expression.operator != "/" or claim.qualifier is not Qualifier.EXACT:
        return None
    part, whole = (operand.fact for operand in expression.operands)
    if part is None or whole is None or part.unit.kind != "count" or whole.unit.kind != "count":
        return None
    base = only_base(to_base(part.value, part.unit), cell(claim))
    if base is None:
        return None
    return Explanation(
        Verdict.AMBIGUOUS,
        f"{in_numbers(expression)} = {_shown(evaluate(expression), claim, 0)}；{claim.printed}只能是"
        f"{part.value:f}占{base:f}的比例，文中没有分母{base:f}的出处",
    )


def other_base(examination: Examination, examined: Examined) -> Explanation | None:
    """Try every other number of the document as the base, those of another scope first."""
    claim, expression = examined.claim, expression_of(examined)
    if expression.operator != "/" or expression.operands[1].fact is None:
        return None
    base = expression.operands[1].fact
    needed = interval(expression.operands[0]) / cell(claim)
    if needed.low <= 0 or not needed.low.is_finite():
        return None
    candidates = list(_bases(examination, base))
    likely = CONTEXT.divide(needed.width, needed.low) * len(candidates)
    fitting = [fact for fact in candidates if needed.holds(to_base(fact.value, fact.unit))]
    if not fitting or likely > CHANCE:
        return None
    named = label_of(examination.facts.catalogue, fitting[0])
    scope = examination.facts.catalogue.scopes[fitting[0].key.scope].label
    return Explanation(
        Verdict.AMBIGUOUS,
        f"{in_numbers(expression)} = {_shown(evaluate(expression), claim, 0)}；以{named}（{scope}）"
        f"{fitting[0].value:f}为分母才得{claim.printed}",
    )


def _bases(examination: Examination, base: Fact) -> Iterator[Fact]:
    """Yield the document's numbers of the same unit that could stand in for a base."""
    for row in examination.facts.observations:
        if row.key != base.key and row.unit == base.unit.code and row.value is not None and row.value > 0:
            found = examination.facts.get(row.key)
            if isinstance(found, Fact):
                yield found


def other_year(examination: Examination, examined: Examined) -> str:
    """Say whether the number is the one of a neighbouring year; nothing if it is not."""
    claim = examined.claim
    for shift in (-1, 1):
        shifted = replace(claim, edition=claim.edition + shift)
        try:
            other = examination.read(shifted, claim.expression)
        except FormulaError:
            continue
        if other.prints and other.value != examined.value:
            return f"此为{claim.edition + shift}年的数"
    return ""


def _shown(value: Decimal, claim: Claim, more: int) -> str:
    """Write a value in the unit of a claim, with ``more`` places than it prints."""
    return shown(value, claim.unit, claim.decimals + more) if claim.unit is not None else f"{value:f}"


NUMBER_EXPLANATIONS = (
    rounded_inputs, printed_inputs, forced_to_hundred, other_unit, other_readings, hidden_base, other_base,
)  # fmt: skip
