"""One bar divided into the shares of a breakdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.writing.figures import theme
from helpers.writing.figures.alternative import describe
from helpers.writing.figures.drawing import Drawing
from helpers.writing.figures.segments import Segment, draw_segments
from helpers.writing.figures.shares import shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.writing.blocks import Figure, GapList
    from helpers.writing.terms import Scene, Term


def share_bar(
    scene: Scene,
    *,
    number: str,
    title: str,
    term: Term,
    dimension: str,
    notes: Sequence[str] = (),
) -> Figure | GapList:
    """Draw how ``dimension`` divides ``term``, in the official order, each part named on the bar or above it.

    A term in per cent is drawn as it is; of a count, the parts' shares of the whole are. What the parts leave of 100 %
    stays empty.
    """
    drawing = Drawing(scene, number)
    for member, fact in shares(drawing, term, dimension).items():
        drawing.mark(fact, drawing.name(term), drawing.label(dimension, member))
    if not drawing.marks:
        return drawing.nothing(title)
    with theme.style():
        fills = theme.swatches([mark.category for mark in drawing.marks])
        segments = [Segment(mark, f"{mark.category}\n{mark.text()}", fills[mark.category]) for mark in drawing.marks]
        figure, _ = draw_segments([("", segments)], above=0)
        svg = theme.render(figure, number)
    alt = describe("百分比堆积条形图", drawing.caption(title), drawing.marks)
    return drawing.finish(title, alt, svg, notes=notes)
