"""How claims are printed, and which values print as one: the one place where the audit's rules of rounding are stated.

A number holds if it rounds to the printed string half to even (GB/T 8170 四舍六入五成双) or half up (四舍五入); cutting
digits off is no rounding. 余 and 多 allow up to one unit more of the last digit that is not nought, 近 up to one less,
约 half of one either way; 以上 and 以内 are bounds.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from helpers.audit.intervals import HALF, Interval, spread
from helpers.expressions import as_printed, evaluate, reference
from helpers.model import Qualifier
from helpers.quantity import CONTEXT, format_number, from_base, to_base

if TYPE_CHECKING:
    from helpers.audit.claims import Claim
    from helpers.model import Expression, Unit

UNROUNDED = "（各数未修约）"
SINGLE = str.maketrans("“”", "‘’")
ROUNDINGS = {"四舍五入": ROUND_HALF_UP, "四舍六入五成双": ROUND_HALF_EVEN}


def cell(claim: Claim) -> Interval:
    """Return what a claim may stand for, in base units, the sign as :attr:`Claim.expected` has it."""
    value, unit = _number(claim)
    if claim.qualifier is Qualifier.EXACT:
        half = Decimal(1).scaleb(-claim.decimals) * HALF
        found = Interval(to_base(value - half, unit), to_base(value + half, unit))
    else:
        found = spread(value, unit, claim.qualifier)
    return -found if _falls(claim) else found


def prints_as(claim: Claim, value: Decimal) -> bool:
    """Whether ``value``, in base units, prints as the claim does."""
    if claim.qualifier is not Qualifier.EXACT:
        return cell(claim).holds(value)
    printed, unit = _number(claim)
    shown = -printed if _falls(claim) else printed
    own = from_base(value, unit)
    place = Decimal(1).scaleb(-claim.decimals)
    return any(own.quantize(place, rule, CONTEXT) == shown for rule in ROUNDINGS.values())


def shown(value: Decimal, unit: Unit, decimals: int) -> str:
    """Write a value in base units as a reader would see it in ``unit``."""
    return f"{unit.prefix}{format_number(from_base(value, unit), decimals)}{unit.suffix}{unit.symbol}"


def printed_parts(expression: Expression) -> Expression:
    """Return a formula with each of its facts as a page prints it."""
    if expression.fact is not None:
        return reference(as_printed(expression.fact))
    return replace(expression, operands=tuple(printed_parts(operand) for operand in expression.operands))


def unlike_printed(expression: Expression, unit: Unit, decimals: int) -> str:
    """Say so where a reader who adds up what is printed gets another sum than the unrounded numbers have."""
    if expression.operator not in {"+", "-", "sum"}:
        return ""
    sums = {shown(evaluate(one), unit, decimals) for one in (expression, printed_parts(expression))}
    return UNROUNDED if len(sums) > 1 else ""


def _number(claim: Claim) -> tuple[Decimal, Unit]:
    if claim.value is None or claim.unit is None:
        message = f"claim {claim.id} prints no number"
        raise TypeError(message)
    return claim.value, claim.unit


def _falls(claim: Claim) -> bool:
    expected = claim.expected
    return claim.value is not None and expected is not None and (expected < 0) != (claim.value < 0)


def quoted(text: str) -> str:
    """Put quotation marks around what was printed; those inside become single ones, a quotation stays as it is.

    >>> quoted("近9万余人"), quoted("“双师型”占比"), quoted("“四全育人”")
    ('“近9万余人”', '“‘双师型’占比”', '“四全育人”')
    """
    if text.startswith("“") and text.find("”") == len(text) - 1:
        return text
    return f"“{text.translate(SINGLE)}”"
