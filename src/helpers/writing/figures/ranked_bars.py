"""One term's parts by size, the greatest on top, what is left over (其他) at the foot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.model import LEFT_OVER
from helpers.writing.figures import theme
from helpers.writing.figures.alternative import describe
from helpers.writing.figures.drawing import Drawing
from helpers.writing.figures.layout import room_right, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.writing.blocks import Figure, GapList
    from helpers.writing.terms import Scene, Term

LETTERS = 12
ROW, BAR = 7.2, 4.6  # millimetres


def ranked_bars(
    scene: Scene,
    *,
    number: str,
    title: str,
    term: Term,
    dimension: str,
    notes: Sequence[str] = (),
) -> Figure | GapList:
    """Draw the parts into which ``dimension`` breaks ``term`` down; equal ones keep their official order."""
    drawing = Drawing(scene, number)
    members = drawing.members(term, dimension)
    order = sorted(members.items(), key=lambda pair: (pair[0] in LEFT_OVER, -pair[1].value))
    for member, fact in order:
        drawing.mark(fact, drawing.name(term), drawing.label(dimension, member))
    if not drawing.marks:
        return drawing.nothing(title)
    unit, symbol = drawing.unit(), drawing.named_once()
    with theme.style():
        labels = [mark.category for mark in drawing.marks]
        figure, axes, middles = rows(labels, [ROW] * len(labels), letters=LETTERS, above=6 if symbol else 0)
        sizes = [mark.size(unit) for mark in drawing.marks]
        texts = [drawing.text(mark) for mark in drawing.marks]
        theme.paint(axes, axes.barh(middles, sizes, height=BAR), theme.NAVY)
        for middle, size, text in zip(middles, sizes, texts, strict=True):
            axes.annotate(text, (max(size, 0), middle), (5, 0), textcoords="offset points", va="center")
        axes.axvline(0, color=theme.MUTED, linewidth=0.8)
        room_right(axes, sizes, texts)
        theme.unit_note(axes, symbol)
        svg = theme.render(figure, number)
    last = "，其他居末" if LEFT_OVER & members.keys() else ""
    alt = describe(f"条形图，由高到低排列{last}", drawing.caption(title), drawing.marks)
    return drawing.finish(title, alt, svg, notes=notes)
