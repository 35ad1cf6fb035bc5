"""Facts -> phrases: the words that depend on the numbers, and only those.

A phrase is a tuple of pieces: plain words and :class:`Printed` facts. Every word is chosen by the numbers as they are
printed, so that no sentence contradicts the digits beside it, nor a table of the same page:

=============  ==========================  ==============  ====================================
what moves     difference                  growth          from, to
=============  ==========================  ==============  ====================================
count, amount  增加 / 减少                  增长 / 下降      由…增至 / 减至…
percentage     提高 / 降低 … 个百分点        –               由…提高至 / 降至…
ratio, rank    比上年的…上升 / 下降          –               由…升至 / 降至…
=============  ==========================  ==============  ====================================

* 与上年持平: the two values are equal; 基本持平: they, or one pair of several, are only printed alike. 略有增加 and
  略有增长: printed differently, but the difference or the growth is printed as zero. A place in a ranking rises as its
  number falls.
* 均: true of every one. 除…外，均: most, the others named. Otherwise each group is named.
* 高于, 达到, 低于 a standard: as decided at full precision; 略低于 where it is missed by less than is printed.
* 居前三位: as many as are said, and the next one is printed smaller. 最高, 最低: all who share the place are named.
* 约, 近, 余, 超过: see :func:`helpers.quantity.roughly`.
"""

from helpers.writing.wording.lists import (
    beyond,
    enumerate_facts,
    extremes,
    join_names,
    leading,
    parts,
    within,
)
from helpers.writing.wording.moves import (
    brief_change,
    change,
    difference,
    direction,
    flat,
    from_to,
    growth,
    recorded,
    trend,
    trends,
)
from helpers.writing.wording.pieces import (
    Phrase,
    Piece,
    Printed,
    Since,
    approximately,
    is_exact,
    magnitude,
    printed,
)
from helpers.writing.wording.standards import limits, standard, standards

__all__ = [
    "Phrase", "Piece", "Printed", "Since", "approximately", "beyond", "brief_change", "change", "difference",
    "direction", "enumerate_facts", "extremes", "flat", "from_to", "growth", "is_exact", "join_names", "leading",
    "limits", "magnitude", "parts", "printed", "recorded", "standard", "standards", "trend", "trends",
    "within",
]  # fmt: skip
