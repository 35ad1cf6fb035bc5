"""One whole divided several ways: a bar for each breakdown."""

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


def share_bars(
    scene: Scene,
    *,
    number: str,
    title: str,
    term: Term,
    dimensions: Sequence[str],
    notes: Sequence[str] = (),
) -> Figure | GapList:
    """Draw how each of ``dimensions`` divides ``term``: what money was spent on, and whose money it was.

    A bar is named by its breakdown, its parts on the bar or above it, in their official order; no two parts share a
    fill, since none answers to another. A breakdown without data has no bar.
    """
    drawing = Drawing(scene, number)
    for dimension in dimensions:
        breakdown = scene.catalogue.dimension(dimension, number)
        for member, fact in shares(drawing, term, dimension).items():
            drawing.mark(fact, breakdown.members[member], breakdown.label)
    if not drawing.marks:
        return drawing.nothing(title)
    with theme.style():
        fills = theme.swatches(list(dict.fromkeys(mark.series for mark in drawing.marks)))
        bars: dict[str, list[Segment]] = {}
        for mark in drawing.marks:
            segment = Segment(mark, f"{mark.series}\n{mark.text()}", fills[mark.series])
            bars.setdefault(mark.category, []).append(segment)
        figure, _ = draw_segments(list(bars.items()), above=0)
        svg = theme.render(figure, number)
    alt = describe("百分比堆积条形图", drawing.caption(title), drawing.marks)
    return drawing.finish(title, alt, svg, notes=notes)
