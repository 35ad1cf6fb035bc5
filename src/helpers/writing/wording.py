"""Facts -> phrases: the words that depend on the numbers, and only those.

A phrase is a tuple of pieces: plain words and :class:`Printed` facts. Direction words come from the difference as
printed, so that a sentence never contradicts the numbers beside it.

=============  ======================================  =========================
what moves     difference                              growth
=============  ======================================  =========================
count, amount  增加 / 减少                              增长 / 下降
percentage     提高 / 降低 … 个百分点                    –
ratio          上升 / 下降                              –
=============  ======================================  =========================
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helpers.model import Fact, Qualifier
from helpers.quantity import convert, printed_value, with_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.comparison import Change, Verdict


@dataclass(frozen=True, slots=True)
class Printed:
    """A fact in a phrase, and how the phrase prints it."""

    fact: Fact
    text: str


@dataclass(frozen=True, slots=True)
class Since:
    """比上年 or 与上年, which a sentence says once; later ones on the same basis in the same sentence fall silent.

    ``same_scope`` is the other basis: the source compares within one scope, across a change in what it counts.
    """

    text: str = "比上年"
    same_scope: bool = False


Piece = str | Printed | Since
Phrase = tuple[Piece, ...]

MOVES = {
    "count": ("增加", "减少"),
    "measure": ("增加", "减少"),
    "percent": ("提高", "降低"),
    "percentage_point": ("提高", "降低"),
    "ratio": ("上升", "下降"),
    "rank": ("上升", "下降"),
}
REACHES = {
    "count": ("增至", "减至"),
    "measure": ("增至", "减至"),
    "percent": ("提高至", "降至"),
    "percentage_point": ("提高至", "降至"),
    "ratio": ("升至", "降至"),
    "rank": ("升至", "降至"),
}
GROWS = ("增长", "下降")
FLAT, NEARLY_FLAT = "持平", "基本持平"
CLOSED_AND_OPENED = re.compile("([》”])、(?=[《“])")


def printed(fact: Fact) -> Printed:
    """Print a fact with unit and qualifier."""
    return Printed(fact, with_unit(fact))


def magnitude(fact: Fact) -> Printed:
    """Print a fact without its sign, for use behind a word that gives the direction."""
    return Printed(fact, with_unit(replace(fact, value=abs(fact.value))))


def change(moved: Change) -> Phrase:
    """Say how a fact moved: ``比上年增加7507人，增长8.23%``; ``比上年提高1.47个百分点``; ``与上年持平``.

    The growth is left out where it would print as zero; a ratio names the one it moved from (``比上年的12.17:1上升``).
    """
    if moved.direction == 0:
        return flat(moved)
    if moved.now.unit.kind == "ratio":
        return ("比上年的", printed(moved.before), _choose(MOVES["ratio"], moved.direction))
    phrase: Phrase = (Since(), *difference(moved))
    if moved.growth is not None and not printed_value(moved.growth).is_zero():
        phrase += ("，", *growth(moved))
    return phrase


def difference(moved: Change) -> Phrase:
    """Say by how much, without the comparison words: ``增加7507人``."""
    if moved.direction == 0:
        return flat(moved)
    return (_choose(MOVES[moved.now.unit.kind], moved.direction), magnitude(moved.difference))


def growth(moved: Change) -> Phrase:
    """Say by how many per cent: ``增长8.23%``; a percentage moves in points instead."""
    if moved.growth is None:
        return difference(moved)
    if moved.direction == 0 or printed_value(moved.growth).is_zero():
        return flat(moved)
    return (_choose(GROWS, moved.direction), magnitude(moved.growth))


def brief_change(moved: Change) -> Phrase:
    """Say how a fact moved in as few words as can be: ``比上年增长8.23%``; ``与上年持平``."""
    if moved.now.unit.kind == "ratio":
        return change(moved)
    phrase = growth(moved)
    return phrase if isinstance(phrase[0], Since) else (Since(), *phrase)


def from_to(moved: Change) -> Phrase:
    """Say from where to where: ``由1977人增至2036人``; ``保持在0.49台``."""
    if moved.ends == 0:
        return ("保持在", printed(moved.now))
    verb = _choose(REACHES[moved.now.unit.kind], moved.ends)
    return ("由", printed(moved.before), verb, printed(moved.now))


def recorded(fact: Fact, *, same_scope: bool = False) -> Phrase:
    """Say a change that is on record by itself: ``比上年提高1.47个百分点``, ``比上年增长10.79%``.

    Where what is counted changed, the source has compared within one scope (``same_scope``): ``按同口径比上年增加…``.
    """
    if printed_value(fact).is_zero():
        return (Since("与上年", same_scope), FLAT)
    verbs = GROWS if fact.unit.kind == "percent" else MOVES[fact.unit.kind]
    return (Since("比上年", same_scope), _choose(verbs, 1 if fact.value > 0 else -1), magnitude(fact))


def flat(moved: Change) -> Phrase:
    """Say that nothing moved, or nothing that can be seen at the printed digit: ``与上年持平``, ``与上年基本持平``."""
    return (Since("与上年"), FLAT if moved.is_exactly_flat else NEARLY_FLAT)


def direction(moved: Change, up: str, down: str, level: str) -> str:
    """Choose a word by the direction."""
    return {1: up, -1: down, 0: level}[moved.direction]


def trend(moves: Sequence[tuple[str, Change]], up: str, down: str) -> Phrase:
    """Say how several facts moved together: ``均有增加``; ``除生均图书外，均有增加``; ``有增有减``.

    ``moves`` pairs each label with its change; ``up`` and ``down`` are the words for the two directions.
    """
    rising = [label for label, moved in moves if moved.direction > 0]
    falling = [label for label, moved in moves if moved.direction < 0]
    level = [label for label, moved in moves if moved.direction == 0]
    if len(rising) == len(moves):
        return (f"均{up}",)
    if len(falling) == len(moves):
        return (f"均{down}",)
    if len(level) == len(moves):
        return ("均", Since("与上年"), FLAT)
    if len(rising) * 2 > len(moves):
        return (f"除{_exceptions(falling, down, level)}外，均{up}",)
    if len(falling) * 2 > len(moves):
        return (f"除{_exceptions(rising, up, level)}外，均{down}",)
    return ("有升有降",) if rising and falling else ("总体平稳",)


def standard(verdict: Verdict) -> Phrase:
    """Hold a fact against its standard: ``高于33平方米的国家标准``; ``未达到30%的国家标准``."""
    limit = printed(verdict.limit)
    exactly = printed_value(verdict.fact) == verdict.limit.value
    if not verdict.met:
        return ("略低于" if exactly and verdict.standard.direction == "not_below" else "未达到", limit, "的国家标准")
    if exactly:
        return ("达到", limit, "的国家标准")
    better = "高于" if verdict.standard.direction == "not_below" else "优于"
    return (better, limit, "的国家标准")


def standards(verdicts: Sequence[Verdict]) -> Phrase:
    """Say of several facts whether they meet their standards: ``均达到国家标准``; ``除生均图书外，均达到国家标准``."""
    failing = [verdict.fact.indicator.label for verdict in verdicts if not verdict.met]
    if not failing:
        above = all(not printed_value(verdict.exceedance).is_zero() for verdict in verdicts)
        return ("均优于国家标准" if above else "均达到国家标准",)
    if len(failing) == len(verdicts):
        return ("均未达到国家标准",)
    if len(failing) * 2 < len(verdicts):
        return (f"除{'、'.join(failing)}外，均达到国家标准",)
    meeting = [verdict.fact.indicator.label for verdict in verdicts if verdict.met]
    return (f"仅{'、'.join(meeting)}达到国家标准",)


def within(gaps: Sequence[tuple[str, Fact]], limit: Fact) -> Phrase:
    """Say which of several gaps stay within a limit: ``均在8个百分点以内``; ``除建筑业（偏低27.44个百分点）外，均在…``.

    A gap that equals the limit is within. Each one beyond is named, the widest first, with its size and its side. Once
    they are half of all, the sentence turns: ``仅采矿业在8个百分点以内，其余均超过``.
    """
    near = [label for label, gap in gaps if not _exceeds(gap, limit)]
    far = sorted((pair for pair in gaps if _exceeds(pair[1], limit)), key=lambda pair: -abs(pair[1].value))
    if not near:
        return ("均超过", printed(limit))
    if len(near) <= len(far):
        return (f"仅{'、'.join(near)}在", printed(limit), "以内，其余均超过")
    named = [piece for label, gap in far for piece in ("、", *_aside(label, gap))][1:]
    exceptions = ("除", *named, "外，") if named else ()
    return (*exceptions, "均在", printed(limit), "以内")


def parts(labelled: Sequence[tuple[str, Fact]], first: int | None = None) -> Phrase:
    """List parts by size: ``职业高中30所、技工学校19所、…``; equal ones keep their official order.

    ``first`` keeps only so many of them.
    """
    ordered = sorted(labelled, key=lambda pair: -pair[1].value)
    return enumerate_facts([(label, fact) for label, fact in ordered if not fact.value.is_zero()][:first])


def beyond(labelled: Sequence[tuple[str, Fact]], sign: int, first: int | None = None) -> Phrase:
    """List the parts above zero, or those below it, by how far, without the sign that the words around them give."""
    chosen = [(label, fact) for label, fact in labelled if printed_value(fact) * sign > 0]
    ordered = sorted(chosen, key=lambda pair: -pair[1].value * sign)
    return _join([(label, magnitude(fact)) for label, fact in ordered[:first]])


def enumerate_facts(labelled: Sequence[tuple[str, Fact]]) -> Phrase:
    """List labelled facts as they come, joined by 、, or by ， where a label has one itself."""
    return _join([(label, printed(fact)) for label, fact in labelled])


def join_names(names: Sequence[str]) -> str:
    """Join names by 、; between quoted names and between titles none stands (GB/T 15834).

    >>> join_names(["《甲》", "《乙》", "丙"])
    '《甲》《乙》、丙'
    """
    return CLOSED_AND_OPENED.sub(r"\1", "、".join(names))


def is_exact(fact: Fact) -> bool:
    """Whether the source gives the number without 余, 约 or 近."""
    return fact.qualifier is Qualifier.EXACT


def _exceeds(gap: Fact, limit: Fact) -> bool:
    return abs(gap.value) > convert(limit.value, limit.unit, gap.unit)


def _aside(label: str, gap: Fact) -> Phrase:
    """Name a gap with its size and side: ``建筑业（偏低27.44个百分点）``."""
    return (f"{label}（{'偏高' if gap.value > 0 else '偏低'}", magnitude(gap), "）")


def _join(labelled: Sequence[tuple[str, Printed]]) -> Phrase:
    joint = "，" if any("、" in label for label, _ in labelled) else "、"
    phrase: list[Piece] = []
    for label, piece in labelled:
        phrase += [joint] if phrase else []
        phrase += [label, piece]
    return tuple(phrase)


def _choose(words: tuple[str, str], sign: int) -> str:
    return words[0] if sign > 0 else words[1]


def _exceptions(opposite: list[str], word: str, level: list[str]) -> str:
    told = [f"{'、'.join(opposite)}{word}"] if opposite else []
    told += [f"{'、'.join(level)}持平"] if level else []
    return "、".join(told)
