"""Horizontal bars in groups: several series over the same categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.writing.figures import theme
from helpers.writing.figures.layout import room_right, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.writing.figures.drawing import Drawing
    from helpers.writing.figures.theme import Swatch

BAR, SPACE = 4.6, 2.2  # millimetres


def draw_groups(drawing: Drawing, swatches: dict[str, Swatch], categories: Sequence[str], *, letters: int) -> str:
    """Draw the marks of ``drawing``, a group for each category and a fill for each series; return the SVG.

    ``letters`` fit a line of labels. A category that lacks a series keeps the others together.
    """
    unit, symbol = drawing.unit(), drawing.named_once()
    groups = {
        category: [
            mark for name in swatches for mark in drawing.marks if (mark.series, mark.category) == (name, category)
        ]
        for category in categories
    }
    with theme.style():
        heights = [BAR * len(group) + SPACE for group in groups.values()]
        alone = 6.0 if symbol else 0.0
        above = theme.legend_height(list(swatches)) if len(swatches) > 1 else alone
        figure, axes, middles = rows(categories, heights, letters=letters, above=above)
        for middle, group in zip(middles, groups.values(), strict=True):
            for position, mark in enumerate(group):
                y, size = middle + (position - (len(group) - 1) / 2) * BAR, mark.size(unit)
                theme.paint(axes, axes.barh([y], [size], height=BAR * 0.86), swatches[mark.series])
                text = drawing.text(mark)
                axes.annotate(
                    text, (max(size, 0), y), (5, 0), textcoords="offset points", va="center", fontsize=theme.SMALL
                )
        axes.axvline(0, color=theme.MUTED, linewidth=0.8)
        sizes = [mark.size(unit) for mark in drawing.marks]
        room_right(axes, sizes, [drawing.text(mark) for mark in drawing.marks])
        if len(swatches) > 1:
            theme.legend(figure, list(swatches.items()))
        theme.unit_note(axes, symbol)
        return theme.render(figure, drawing.number)
