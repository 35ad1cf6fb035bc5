"""How facts moved since the year before, one by one and several together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.comparison import in_unit_of
from helpers.quantity import numeral, printed_value
from helpers.writing.wording.lists import counted
from helpers.writing.wording.pieces import Since, magnitude, printed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.comparison import Change
    from helpers.model import Fact
    from helpers.writing.wording.pieces import Phrase

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
SLIGHTLY = "略有"
FLAT, NEARLY_FLAT = "持平", "基本持平"
PLACES = {"ratio", "rank"}  # 12.55:1 and 第4位: a difference of two says nothing to a reader


def change(moved: Change) -> Phrase:
    """Say how a fact moved: ``比上年增加7507人，增长8.23%``; ``比上年提高1.47个百分点``; ``与上年持平``.

    The growth is left out where it would print as zero; a ratio names the one it moved from (``比上年的12.17:1上升``).
    """
    if moved.direction == 0:
        return flat(moved)
    if moved.now.unit.kind in PLACES:
        return difference(moved)
    phrase: Phrase = (Since(), *difference(moved))
    told = moved.growth is not None and not printed_value(moved.growth).is_zero()
    if told and not printed_value(moved.difference).is_zero():
        phrase += ("，", *growth(moved))
    return phrase


def difference(moved: Change) -> Phrase:
    """Say by how much, without the comparison words: ``增加7507人``; ``略有增加`` where that would print as zero."""
    if moved.direction == 0:
        return flat(moved)
    word = _choose(MOVES[moved.now.unit.kind], _sense(moved))
    if moved.now.unit.kind in PLACES:
        return ("比上年的", printed(moved.before), word)
    if printed_value(moved.difference).is_zero():
        return (SLIGHTLY + word,)
    return (word, magnitude(moved.difference))


def growth(moved: Change) -> Phrase:
    """Say by how many per cent: ``增长8.23%``; ``略有增长`` where that would print as zero.

    What has no growth (a percentage, a base of zero) says its difference instead.
    """
    if moved.growth is None or moved.direction == 0 or moved.now.unit.kind in PLACES:
        return difference(moved)
    word = _choose(GROWS, moved.direction)
    if printed_value(moved.growth).is_zero():
        return (SLIGHTLY + word,)
    return (word, magnitude(moved.growth))


def brief_change(moved: Change) -> Phrase:
    """Say how a fact moved in as few words as can be: ``比上年增长8.23%``; ``与上年持平``."""
    if moved.now.unit.kind in PLACES:
        return change(moved)
    phrase = growth(moved)
    return phrase if isinstance(phrase[0], Since) else (Since(), *phrase)


def from_to(moved: Change) -> Phrase:
    """Say from where to where, in one unit: ``由1977人增至2036人``; ``保持在0.49台``."""
    if moved.direction == 0:
        return ("保持在", printed(moved.now))
    verb = _choose(REACHES[moved.now.unit.kind], _sense(moved))
    return ("由", printed(in_unit_of(moved.before, moved.now)), verb, printed(moved.now))


def recorded(fact: Fact, *, same_scope: bool = False) -> Phrase:
    """Say a change that is on record by itself: ``比上年提高1.47个百分点``, ``比上年增长10.79%``.

    Where what is counted changed, the source has compared within one scope (``same_scope``): ``按同口径比上年增加…``.
    """
    if printed_value(fact).is_zero():
        return (Since("与上年", same_scope), FLAT if fact.value.is_zero() else NEARLY_FLAT)
    verbs = GROWS if fact.unit.kind == "percent" else MOVES[fact.unit.kind]
    return (Since("比上年", same_scope), _choose(verbs, 1 if fact.value > 0 else -1), magnitude(fact))


def flat(moved: Change) -> Phrase:
    """Say that nothing moved, or nothing that can be seen at the printed digit: ``与上年持平``, ``与上年基本持平``."""
    return (Since("与上年"), FLAT if moved.is_exactly_flat else NEARLY_FLAT)


def direction(moved: Change, up: str, down: str, level: str) -> str:
    """Choose a word by the direction."""
    return {1: up, -1: down, 0: level}[_sense(moved)]


def trend(moves: Sequence[tuple[str, Change]], up: str, down: str) -> Phrase:
    """Say how several facts moved together: ``均有增加``; ``除生均图书有所降低外，均有增加``.

    Where no direction is that of most, each is told: ``占地面积、建筑面积有所增加，纸质图书有所减少，计算机持平``.
    Of several, 持平 is 基本持平 where one of them is only printed alike. ``moves`` pairs each label with its change;
    ``up`` and ``down`` are the words for the two directions.
    """
    groups = {sign: [(label, moved) for label, moved in moves if _sense(moved) == sign] for sign in (1, -1, 0)}
    level = FLAT if all(moved.is_exactly_flat for _, moved in groups[0]) else NEARLY_FLAT
    words = {1: up, -1: down, 0: level}
    most = max(groups, key=lambda sign: len(groups[sign]))
    others = [sign for sign in groups if sign != most and groups[sign]]
    told = {sign: "、".join(label for label, _ in groups[sign]) + words[sign] for sign in groups}
    if len(groups[most]) * 2 <= len(moves):
        return ("，".join(told[sign] for sign in groups if groups[sign]),)
    exceptions = f"除{'、'.join(told[sign] for sign in others)}外，" if others else ""
    if most == 0:
        return (f"{exceptions}均", Since("与上年"), words[0])
    return (f"{exceptions}均{words[most]}",)


def trends(moves: Sequence[tuple[str, Change]], what: str, up: str, down: str, *, naming: bool = True) -> Phrase:
    """Say how several facts moved, how many there are and, where ``naming``, which: ``what`` is what they all are.

    ``占地面积、建筑面积和计算机三项总量指标与上年相比，均有所增加``; the words are those of :func:`trend`.
    """
    told = counted([label for label, _ in moves]) if naming else f"{numeral(len(moves))}项"
    return (f"{told}{what}与上年相比，", *trend(moves, up, down))


def _sense(moved: Change) -> int:
    """Return 1 where a reader says that it rose: a place in a ranking rises as its number falls."""
    return -moved.direction if moved.now.unit.kind == "rank" else moved.direction


def _choose(words: tuple[str, str], sign: int) -> str:
    return words[0] if sign > 0 else words[1]
