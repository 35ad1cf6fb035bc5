"""Two terms over one breakdown, bar by bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from helpers.model import LEFT_OVER, Fact
from helpers.writing.figures import theme
from helpers.writing.figures.alternative import describe
from helpers.writing.figures.drawing import Drawing
from helpers.writing.figures.grouped import draw_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.writing.blocks import Figure, GapList
    from helpers.writing.terms import Scene, Term

LETTERS = 12


def paired_bars(
    scene: Scene,
    *,
    number: str,
    title: str,
    left: Term,
    right: Term,
    dimension: str,
    labels: tuple[str, str] | None = None,
    order: Literal["size", "official"] = "size",
    notes: Sequence[str] = (),
) -> Figure | GapList:
    """Draw ``left`` above ``right`` for each member of ``dimension`` that has either.

    ``labels`` name the two; without them each is named by its indicator, and by its year where the two differ. Members
    stand by the size of ``left``, the greatest on top and 其他 at the foot, or in their official order.
    """
    drawing = Drawing(scene, number)
    names = labels or pair_names(drawing, left, right)
    breakdown = scene.catalogue.dimension(dimension, number)
    pairs = {
        member: (left(**{dimension: member}).found, right(**{dimension: member}).found) for member in breakdown.members
    }
    shown = [member for member, pair in pairs.items() if any(isinstance(found, Fact) for found in pair)]
    if order == "size":
        shown.sort(key=lambda member: (member in LEFT_OVER, -_size(pairs[member][0])))
    for member in shown:
        for name, found in zip(names, pairs[member], strict=True):
            drawing.mark(found, name, breakdown.members[member])
    if not drawing.marks:
        return drawing.nothing(title)
    drawn = {mark.series for mark in drawing.marks}
    fills = {name: fill for name, fill in theme.swatches(names).items() if name in drawn}
    svg = draw_groups(drawing, fills, [breakdown.members[member] for member in shown], letters=LETTERS)
    alt = describe("成对条形图", drawing.caption(title), drawing.marks)
    return drawing.finish(title, alt, svg, notes=notes)


def pair_names(drawing: Drawing, left: Term, right: Term) -> tuple[str, str]:
    """Name two terms, with their years where these differ."""
    names = drawing.name(left), drawing.name(right)
    if left.key.year == right.key.year:
        return names
    return f"{left.key.year}年{names[0]}", f"{right.key.year}年{names[1]}"


def _size(found: object) -> float:
    return float(found.value) if isinstance(found, Fact) else -1.0
