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

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helpers.model import Fact, Qualifier
from helpers.quantity import printed_value, with_unit

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
    """比上年, which a sentence says once; later ones in the same sentence fall silent."""

    text: str = "比上年"


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
FLAT, NEARLY_FLAT = "与上年持平", "与上年基本持平"


def printed(fact: Fact) -> Printed:
    """Print a fact with unit and qualifier."""
    return Printed(fact, with_unit(fact))


def magnitude(fact: Fact) -> Printed:
    """Print a fact without its sign, for use behind a word that gives the direction."""
    return Printed(fact, with_unit(replace(fact, value=abs(fact.value))))


def change(moved: Change) -> Phrase:
    """Say how a fact moved: ``比上年增加7507人，增长8.23%``; ``比上年提高1.47个百分点``; ``与上年持平``.

    >>> # the growth is left out where it would print as zero
    """
    if moved.direction == 0:
        return (flat(moved),)
    phrase: Phrase = (Since(), *difference(moved))
    if moved.growth is not None and not printed_value(moved.growth).is_zero():
        phrase += ("，", *growth(moved))
    return phrase


def difference(moved: Change) -> Phrase:
    """Say by how much, without the comparison words: ``增加7507人``."""
    if moved.direction == 0:
        return (flat(moved),)
    return (_choose(MOVES[moved.now.unit.kind], moved.direction), magnitude(moved.difference))


def growth(moved: Change) -> Phrase:
    """Say by how many per cent: ``增长8.23%``; a percentage moves in points instead."""
    if moved.growth is None:
        return difference(moved)
    if printed_value(moved.growth).is_zero():
        return (flat(moved),)
    return (_choose(GROWS, moved.direction), magnitude(moved.growth))


def from_to(moved: Change) -> Phrase:
    """Say from where to where: ``由1977人增至2036人``; ``保持在0.49台``."""
    if moved.direction == 0:
        return ("保持在", printed(moved.now))
    verb = _choose(REACHES[moved.now.unit.kind], moved.direction)
    return ("由", printed(moved.before), verb, printed(moved.now))


def flat(moved: Change) -> str:
    """Say that nothing moved, or nothing that can be seen at the printed digit."""
    return FLAT if moved.is_exactly_flat else NEARLY_FLAT


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
        return ("均与上年持平",)
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


def parts(labelled: Sequence[tuple[str, Fact]]) -> Phrase:
    """List parts by size: ``职业高中30所、技工学校19所、…``; equal ones keep their official order."""
    ordered = sorted(labelled, key=lambda pair: -pair[1].value)
    return enumerate_facts([(label, fact) for label, fact in ordered if not fact.value.is_zero()])


def enumerate_facts(labelled: Sequence[tuple[str, Fact]]) -> Phrase:
    """List labelled facts as they come, joined by 、."""
    phrase: list[Piece] = []
    for label, fact in labelled:
        phrase += ["、"] if phrase else []
        phrase += [label, printed(fact)]
    return tuple(phrase)


def is_exact(fact: Fact) -> bool:
    """Whether the source gives the number without 余, 约 or 近."""
    return fact.qualifier is Qualifier.EXACT


def _choose(words: tuple[str, str], sign: int) -> str:
    return words[0] if sign > 0 else words[1]


def _exceptions(opposite: list[str], word: str, level: list[str]) -> str:
    told = [f"{'、'.join(opposite)}{word}"] if opposite else []
    told += [f"{'、'.join(level)}持平"] if level else []
    return "、".join(told)
