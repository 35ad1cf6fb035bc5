"""Facts held against national standards, one by one and several together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.quantity import printed_value
from helpers.writing.wording.pieces import printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.comparison import Verdict
    from helpers.writing.wording.pieces import Phrase

NOT_BELOW = "not_below"


def standard(verdict: Verdict) -> Phrase:
    """Hold a fact against its standard: ``高于33平方米的国家标准``; ``达到…``; ``低于30%的国家标准``.

    Where fewer is better, the word is a judgement, as 高 and 低 would mislead: ``优于20:1的国家标准``; ``未达到…``. One
    that misses its standard by less than is printed does so slightly: ``略低于33平方米的国家标准``.
    """
    return (_stands(verdict), printed(verdict.limit), "的国家标准")


def standards(verdicts: Sequence[Verdict]) -> Phrase:
    """Say of several facts whether they meet their standards: ``均达到国家标准``; ``除生均图书外，均达到国家标准``.

    One that misses its standard by less than is printed says so: ``除生均图书（略低于标准）外，均达到国家标准``.
    """
    failing = [verdict for verdict in verdicts if not verdict.met]
    meeting = [verdict for verdict in verdicts if verdict.met]
    if not failing:
        return ("均达到国家标准" if any(_is_at_limit(verdict) for verdict in verdicts) else "均优于国家标准",)
    slightly = [verdict for verdict in failing if _is_at_limit(verdict)]
    if not meeting:
        return (f"均未达到国家标准{_aside(slightly)}",)
    if len(failing) * 2 < len(verdicts):
        return (f"除{_names(failing)}外，均达到国家标准",)
    return (f"仅{_names(meeting)}达到国家标准{_aside(slightly)}",)


def _stands(verdict: Verdict) -> str:
    upward = verdict.standard.direction == NOT_BELOW
    if _is_at_limit(verdict):
        return "达到" if verdict.met else _slightly(verdict)
    if verdict.met:
        return "高于" if upward else "优于"
    return "低于" if upward else "未达到"


def _is_at_limit(verdict: Verdict) -> bool:
    """Whether a fact is printed as its standard is."""
    return printed_value(verdict.fact) == verdict.limit.value


def _slightly(verdict: Verdict) -> str:
    return "略低于" if verdict.standard.direction == NOT_BELOW else "略高于"


def _names(verdicts: Iterable[Verdict]) -> str:
    """Name facts; one that fails although it is printed as its standard is, with the reason."""
    return "、".join(
        verdict.fact.indicator.label
        + (f"（{_slightly(verdict)}标准）" if not verdict.met and _is_at_limit(verdict) else "")
        for verdict in verdicts
    )


def _aside(slightly: Sequence[Verdict]) -> str:
    return f"，其中{_names(slightly)}" if slightly else ""
