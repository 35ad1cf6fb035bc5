"""The parts of a term as percentages of the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers import comparison
from helpers.model import Fact, Missing

if TYPE_CHECKING:
    from helpers.writing.figures.drawing import Drawing
    from helpers.writing.terms import Term


def shares(drawing: Drawing, term: Term, dimension: str) -> dict[str, Fact]:
    """Return each part's share by member code: the part itself where it is in per cent, else computed.

    Without a whole to divide by there are none, and ``drawing`` notes the gap.
    """
    parts = drawing.members(term, dimension)
    if term.indicator.unit.kind == "percent" or not parts:
        return parts
    whole = term.found
    if isinstance(whole, Missing):
        drawing.note(whole)
        return {}
    if whole.value.is_zero():
        drawing.note(Missing(term.key, term.indicator, "分母为零"))
        return {}
    return {member: comparison.share(drawing.scene.catalogue, part, whole) for member, part in parts.items()}
