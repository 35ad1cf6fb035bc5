"""The parts of a whole, and other facts side by side: in order, the first of them, the ends, those beyond a limit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helpers.model import LEFT_OVER
from helpers.quantity import convert, numeral, printed_value, to_base
from helpers.writing.wording.pieces import Printed, magnitude, printed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from helpers.model import Fact
    from helpers.writing.wording.pieces import Phrase, Piece

Labelled = tuple[str, "Fact"]
CLOSED_AND_OPENED = re.compile("([》”])、(?=[《“])")
ENDS = {"count": ("最多", "最少")}
HIGH_AND_LOW = ("最高", "最低")


def enumerate_facts(labelled: Sequence[Labelled]) -> Phrase:
    """List labelled facts as they come, joined by 、, or by ， where a label has one itself."""
    return _join([(label, printed(fact)) for label, fact in labelled])


def parts(labelled: Sequence[Labelled], first: int | None = None) -> Phrase:
    """List parts by size: ``职业高中30所、技工学校19所、…``; equal ones keep their official order.

    A part that would print as zero is left out; 其他 comes last, whatever its size. ``first`` keeps only so many, and
    those printed like the last of them.
    """
    return enumerate_facts(_first(_by_size(labelled), first))


def leading(labelled: Sequence[Labelled], first: int = 3) -> Phrase:
    """Say which parts come first: ``居前三位的依次为…``; ``居前的依次为…`` where another one shares the last place.

    Of no more parts than were asked for, all are told: ``依次为…``. 其他 has no place.
    """
    ordered = _by_size(labelled)
    chosen = _first(ordered, first)
    if len(ordered) <= first:
        opening = "依次为" if len(ordered) > 1 else "为"
    else:
        opening = f"居前{numeral(first)}位的依次为" if len(chosen) == first else "居前的依次为"
    return (opening, *enumerate_facts(chosen))


def extremes(labelled: Sequence[Labelled]) -> Phrase:
    """Say which is the highest and which the lowest: ``甲区最高，为98.20%；乙区最低，为90.05%``.

    All who share a place are named; where all are printed alike, that is said: ``均为95.00%``.
    """
    labelled = _ranked(labelled) or labelled
    highest = max(_printed_base(fact) for _, fact in labelled)
    lowest = min(_printed_base(fact) for _, fact in labelled)
    if highest == lowest:
        return ("均为" if len(labelled) > 1 else "为", printed(labelled[0][1]))
    kind = labelled[0][1].unit.kind
    words = ENDS.get(kind, HIGH_AND_LOW)
    ends = (lowest, highest) if kind == "rank" else (highest, lowest)
    top, bottom = (_at(labelled, end, word) for end, word in zip(ends, words, strict=True))
    return (*top, "；", *bottom)


def beyond(labelled: Sequence[Labelled], sign: int, first: int | None = None) -> Phrase:
    """List the parts above zero, or those below it, by how far, without the sign that the words around them give."""
    chosen = [(label, fact) for label, fact in labelled if printed_value(fact) * sign > 0]
    ordered = sorted(chosen, key=lambda pair: (_is_left_over(pair[1]), -sign * _printed_base(pair[1])))
    return _join([(label, magnitude(fact)) for label, fact in _first(ordered, first)])


def within(gaps: Sequence[Labelled], limit: Fact) -> Phrase:
    """Say which of several gaps stay within a limit: ``均在8个百分点以内``; ``除建筑业（偏低27.44个百分点）外，均在…``.

    A gap that is printed like the limit is within. Each one beyond is named, the widest first, with its size and its
    side. Once they are half of all, the sentence turns: ``仅采矿业在8个百分点以内，其余均超过``.
    """
    near = [label for label, gap in gaps if not _exceeds(gap, limit)]
    far = sorted((pair for pair in gaps if _exceeds(pair[1], limit)), key=lambda pair: -abs(printed_value(pair[1])))
    if not near:
        return ("均超过", printed(limit))
    if len(near) <= len(far):
        return (f"仅{'、'.join(near)}在", printed(limit), "以内，其余均超过")
    named = [piece for label, gap in far for piece in ("、", *_aside(label, gap))][1:]
    exceptions = ("除", *named, "外，") if named else ()
    return (*exceptions, "均在", printed(limit), "以内")


def counted(labels: Sequence[str]) -> str:
    """Name several things and count them: ``生均占地面积、图书和计算机三项``."""
    return f"{'、'.join(labels[:-1])}和{labels[-1]}{numeral(len(labels))}项"


def join_names(names: Sequence[str]) -> str:
    """Join names by 、; between quoted names and between titles none stands (GB/T 15834).

    >>> join_names(["《甲》", "《乙》", "丙"])
    '《甲》《乙》、丙'
    """
    return CLOSED_AND_OPENED.sub(r"\1", "、".join(names))


def _by_size(labelled: Sequence[Labelled]) -> list[Labelled]:
    """Return what does not print as zero, the largest first, whatever units they are given in, and 其他 at the end."""
    seen = [(label, fact) for label, fact in labelled if not printed_value(fact).is_zero()]
    return sorted(seen, key=lambda pair: (_is_left_over(pair[1]), -_printed_base(pair[1])))


def _is_left_over(fact: Fact) -> bool:
    return any(member in LEFT_OVER for _, member in fact.key.cut)


def _ranked(labelled: Sequence[Labelled]) -> list[Labelled]:
    """Return what can come first or last: 其他 is no class of its own."""
    return [pair for pair in labelled if not _is_left_over(pair[1])]


def _first(ordered: list[Labelled], count: int | None) -> list[Labelled]:
    """Return the first ``count``, and with them what is printed like the last one: no place is shared in silence."""
    if count is None or len(ordered) <= count:
        return ordered
    ranked = _ranked(ordered)
    last = _printed_base(ranked[min(count, len(ranked)) - 1][1])
    return [pair for place, pair in enumerate(ranked) if place < count or _printed_base(pair[1]) == last]


def _printed_base(fact: Fact) -> Decimal:
    return to_base(printed_value(fact), fact.unit)


def _at(labelled: Sequence[Labelled], end: Decimal, word: str) -> Phrase:
    """Name all at one end: ``甲区、丙区最高，均为98.20%``."""
    found = [(label, fact) for label, fact in labelled if _printed_base(fact) == end]
    names = "、".join(label for label, _ in found)
    return (f"{names}{word}，{'均' if len(found) > 1 else ''}为", printed(found[0][1]))


def _exceeds(gap: Fact, limit: Fact) -> bool:
    return abs(printed_value(gap)) > convert(printed_value(limit), limit.unit, gap.unit)


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
