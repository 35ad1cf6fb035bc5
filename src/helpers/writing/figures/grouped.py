"""Horizontal bars in groups: several series over the same categories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.writing.figures import theme
from helpers.writing.figures.layout import room_right, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.writing.figures.drawing import Drawing

BAR, SPACE = 4.6, 2.2  # millimetres


def draw_groups(drawing: Drawing, series: Sequence[str], categories: Sequence[str], *, letters: int) -> str:
    """Draw the marks of ``drawing``, a group for each category; return the SVG. ``letters`` fit a line of labels.

    A category that lacks a series keeps the others together.
    """
    unit, symbol = drawing.unit(), drawing.named_once()
    swatches = theme.swatches(series)
    groups = {
        category: [
            mark for name in series for mark in drawing.marks if (mark.series, mark.category) == (name, category)
        ]
        for category in categories
    }
    with theme.style():
        heights = [BAR * len(group) + SPACE for group in groups.values()]
        figure, axes, middles = rows(categories, heights, letters=letters, above=theme.legend_height(series))
        for middle, group in zip(middles, groups.values(), strict=True):
            for position, mark in enumerate(group):
                y, size = middle + (position - (len(group) - 1) / 2) * BAR, mark.size(unit)
                theme.paint(axes, axes.barh([y], [size], height=BAR * 0.86), swatches[mark.series])
                text = mark.text(unit if symbol else None)
                axes.annotate(text, (size, y), (5, 0), textcoords="offset points", va="center", fontsize=theme.SMALL)
        axes.axvline(0, color=theme.MUTED, linewidth=0.8)
        sizes = [mark.size(unit) for mark in drawing.marks]
        room_right(axes, max(sizes), [mark.text(unit if symbol else None) for mark in drawing.marks])
        theme.legend(figure, list(swatches.items()))
        theme.unit_note(axes, symbol)
        return theme.render(figure, drawing.number)
