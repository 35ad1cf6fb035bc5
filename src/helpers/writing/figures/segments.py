"""Bars of one length, divided into shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.errors import TemplateError
from helpers.writing.figures import theme
from helpers.writing.figures.layout import POINTS_TO_MILLIMETRES, spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from helpers.writing.figures.drawing import Mark
    from helpers.writing.figures.theme import Swatch

BAR = 11.0  # millimetres
WHOLE = 100.0
HAIR = 0.05  # per cent: a last part thinner than this needs no parting line


@dataclass(frozen=True, slots=True)
class Segment:
    """A share of a bar, what is printed on it, and its fill."""

    mark: Mark
    text: str
    swatch: Swatch

    @property
    def share(self) -> float:
        """Return the length in per cent."""
        return float(self.mark.fact.value)


def draw_segments(bars: Sequence[tuple[str, Sequence[Segment]]], *, above: float) -> tuple[Figure, Axes]:
    """Draw one bar for each labelled list of segments, the first on top.

    A text that does not fit its segment stands above it, tied to it by a line. ``above`` are the millimetres that a
    legend takes.
    """
    most_lines = max(segment.text.count("\n") for _, segments in bars for segment in segments) + 1
    outside = most_lines * theme.LINE * POINTS_TO_MILLIMETRES + 5
    pitch = BAR + outside
    figure, axes = theme.canvas(pitch * len(bars) + above + 3)
    axes.set_xlim(0, WHOLE)
    axes.set_ylim(len(bars) * pitch, 0)
    labels = [label for label, _ in bars]
    axes.set_yticks([position * pitch + outside + BAR / 2 for position in range(len(bars))], labels)
    axes.set_xticks([])
    # How much of the width the labels at the left leave to the bars.
    left = max((theme.text_width(label) for label in labels), default=0.0)
    points = theme.WIDTH * theme.POINTS_PER_MILLIMETRE - left - 14
    for position, (_, segments) in enumerate(bars):
        _draw_bar(axes, segments, position * pitch + outside, points)
    return figure, axes


def _draw_bar(axes: Axes, segments: Sequence[Segment], top: float, points: float) -> None:
    start = 0.0
    crowded: list[tuple[float, Segment]] = []
    axes.barh([top], [WHOLE], height=BAR, align="edge", facecolor=theme.PAPER, edgecolor=theme.RULE, linewidth=0.8)
    for segment in segments:
        (bar,) = axes.barh([top], [segment.share], left=start, height=BAR, align="edge")
        theme.paint(axes, [bar], segment.swatch)
        centre = start + segment.share / 2
        start += segment.share
        if start < WHOLE - HAIR:
            axes.vlines(start, top, top + BAR, color=theme.PAPER, linewidth=1.2, zorder=4)
        if theme.text_width(segment.text) + 10 < segment.share / WHOLE * points:
            theme.on_fill(axes, bar, segment.text, segment.swatch)
        elif segment.share > 0:
            crowded.append((centre, segment))
    _label_outside(axes, crowded, top, points)


def _label_outside(axes: Axes, crowded: Sequence[tuple[float, Segment]], top: float, points: float) -> None:
    widths = [(theme.text_width(segment.text) + 10) / points * WHOLE for _, segment in crowded]
    if sum(widths) > WHOLE:
        named = "、".join(segment.mark.category for _, segment in crowded)
        raise TemplateError(f"too many small parts to name them on one bar ({named}); use ranked_bars")
    places = spread([centre for centre, _ in crowded], widths, WHOLE)
    for (centre, segment), place in zip(crowded, places, strict=True):
        axes.plot([centre, centre, place], [top, top - 1.2, top - 3.2], color=theme.MUTED, linewidth=0.7, clip_on=False)
        axes.text(place, top - 3.8, segment.text, ha="center", va="bottom", linespacing=1.25)
