"""Facts held against national standards, one by one and several together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.quantity import printed_value
from helpers.writing.wording.lists import counted
from helpers.writing.wording.pieces import printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.comparison import Verdict
    from helpers.writing.wording.pieces import Phrase, Piece

NOT_BELOW = "not_below"
PER_STUDENT = "生均"


def standard(verdict: Verdict) -> Phrase:
    """Hold a fact against its standard: ``高于33平方米的国家标准``; ``达到…``; ``低于30%的国家标准``.

    Where fewer is better, the word is a judgement, as 高 and 低 would mislead: ``优于20:1的国家标准``; ``未达到…``. One
    that misses its standard by less than is printed does so slightly: ``略低于33平方米的国家标准``. A standard that
    was another one in the year before says so: ``低于40册的国家标准（上年为30册）``.
    """
    former = () if verdict.former is None else ("（上年为", printed(verdict.former), "）")
    return (_stands(verdict), printed(verdict.limit), "的国家标准", *former)


def standards(verdicts: Sequence[Verdict]) -> Phrase:
    """Say of several facts, by name, whether they meet their standards: ``生均占地面积、图书两项指标均达到国家标准``.

    ``…三项指标中，生均占地面积和计算机两项达到国家标准；生均图书低于标准``; one that misses it by less than is printed
    says so: ``生均图书略低于标准``. What is held against another standard than in the year before is told:
    ``，生均图书的标准本年起由30册改为40册``. One fact alone gives its value: ``生均图书为28.00册，低于30册的国家标准``.
    """
    if len(verdicts) == 1:
        [verdict] = verdicts
        return (f"{verdict.fact.indicator.label}为", printed(verdict.fact), "，", *standard(verdict))
    return (f"{counted(_said_together(verdicts))}指标", *_together(verdicts), *_revised(verdicts))


def limits(verdicts: Sequence[Verdict]) -> Phrase:
    """Tell several facts with their limits: ``生均占地面积为36平方米（标准为33平方米，下同），图书为49册（30册）``."""
    phrase: list[Piece] = []
    for label, verdict in zip(_said_together(verdicts), verdicts, strict=True):
        opening, closing = ("，", "（") if phrase else ("", "（标准为")
        phrase += [f"{opening}{label}为", printed(verdict.fact), closing, printed(verdict.limit)]
        phrase.append("）" if opening or len(verdicts) == 1 else "，下同）")
    return tuple(phrase)


def _said_together(verdicts: Sequence[Verdict]) -> list[str]:
    """Name facts one after another; 生均 is said once where all begin with it."""
    labels = [verdict.fact.indicator.label for verdict in verdicts]
    if not all(label.startswith(PER_STUDENT) for label in labels):
        return labels
    return [labels[0], *(label.removeprefix(PER_STUDENT) for label in labels[1:])]


def _together(verdicts: Sequence[Verdict]) -> Phrase:
    failing = [verdict for verdict in verdicts if not verdict.met]
    meeting = [verdict for verdict in verdicts if verdict.met]
    if not failing:
        return ("均达到国家标准" if any(_is_at_limit(verdict) for verdict in verdicts) else "均优于国家标准",)
    slightly = [verdict for verdict in failing if _is_at_limit(verdict)]
    if not meeting:
        return (f"均未达到国家标准{_aside('，其中', slightly)}",)
    only = "仅" if len(failing) * 2 >= len(verdicts) else ""
    return (f"中，{only}{_counted(meeting)}达到国家标准；{_falling_short(failing)}",)


def _revised(verdicts: Sequence[Verdict]) -> Phrase:
    """Say which limits are not those of the year before."""
    phrase: list[Piece] = []
    for verdict in verdicts:
        if verdict.former is not None:
            since = "" if phrase else "本年起"
            phrase += [f"，{verdict.fact.indicator.label}的标准{since}由", printed(verdict.former), "改为"]
            phrase.append(printed(verdict.limit))
    return tuple(phrase)


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


def _aside(opening: str, slightly: Sequence[Verdict]) -> str:
    """Say which ones miss their standard by less than is printed: ``，其中生均建筑面积略低于标准``."""
    return f"{opening}{_falling_short(slightly)}" if slightly else ""


def _counted(verdicts: Sequence[Verdict]) -> str:
    """Name facts and count them: ``生均仪器设备值和图书两项``; one alone is only named."""
    labels = _said_together(verdicts)
    return labels[0] if len(labels) == 1 else counted(labels)


def _falling_short(verdicts: Sequence[Verdict]) -> str:
    """Say which ones miss their standard, and how: ``生均占地面积低于标准，生均建筑面积略低于标准``."""
    by_word: dict[str, list[Verdict]] = {}
    for verdict in sorted(verdicts, key=_is_at_limit):
        by_word.setdefault(_stands(verdict), []).append(verdict)
    return "，".join(f"{'、'.join(_said_together(group))}{word}标准" for word, group in by_word.items())
