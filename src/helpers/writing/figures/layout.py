"""Where things go: rows with their labels, wrapped Chinese, labels that must not touch."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from helpers.writing.figures import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CLOSING = frozenset("，、；：。！？）》”’」』】%")
OPENING = frozenset("（《“‘「『【")
BREAKABLE = frozenset("，、；）》")
POINTS_TO_MILLIMETRES = 1 / theme.POINTS_PER_MILLIMETRE


def wrap(text: str, letters: int) -> str:
    """Break Chinese text into lines of at most ``letters`` letters, even in length, at punctuation where that is near.

    No line begins with a closing mark or ends with an opening one.
    """
    lines = -(-len(text) // letters)
    if lines <= 1:
        return text
    aim = -(-len(text) // lines)
    parts: list[str] = []
    rest = text
    while len(rest) > letters or (len(parts) < lines - 1 and len(rest) > aim):
        cut = _cut(rest, aim, letters)
        parts.append(rest[:cut])
        rest = rest[cut:]
    return "\n".join([*parts, rest])


def rows(
    labels: Sequence[str], heights: Sequence[float], *, letters: int, above: float = 0.0
) -> tuple[Figure, Axes, list[float]]:
    """Return a figure with one labelled row for each label, the first on top; its axes measure millimetres downwards.

    Parameters
    ----------
    labels
        What stands to the left of each row.
    heights
        The least height of each row, in millimetres; a row grows with a label of several lines.
    letters
        How many letters a line of a label holds.
    above
        Millimetres above the rows for a legend or a unit.

    Returns
    -------
    tuple
        The figure, its axes, and the middle of each row.
    """
    wrapped = [wrap(label, letters) for label in labels]
    grown = [
        max(height, ((label.count("\n") + 1) * theme.LINE + 4) * POINTS_TO_MILLIMETRES)
        for label, height in zip(wrapped, heights, strict=True)
    ]
    ends = list(accumulate(grown))
    figure, axes = theme.canvas(ends[-1] + above + 2)
    middles = [end - height / 2 for end, height in zip(ends, grown, strict=True)]
    axes.set_ylim(ends[-1], 0)
    axes.set_yticks(middles, wrapped, linespacing=1.2, va="center")
    axes.set_xticks([])
    return figure, axes, middles


def room_right(axes: Axes, sizes: Sequence[float], texts: Sequence[str]) -> None:
    """Begin the value axis at zero, and let it reach far enough for the texts that follow the ends of the bars."""
    width = theme.WIDTH * theme.POINTS_PER_MILLIMETRE * 0.7
    needed = max((theme.text_width(text) for text in texts), default=0.0) + 8
    axes.set_xlim(min(0.0, *sizes), (max(0.0, *sizes) or 1.0) / max(0.3, 1 - needed / width))


def spread(centres: Sequence[float], widths: Sequence[float], limit: float) -> list[float]:
    """Move labels apart until none touches the next, each as near to its own centre as may be.

    Parameters
    ----------
    centres
        Where each label belongs, from left to right.
    widths
        How wide each is, its margin included.
    limit
        The right edge; the left one is 0.
    """
    placed = [max(centre, width / 2) for centre, width in zip(centres, widths, strict=True)]
    for left in range(len(placed) - 1):
        least = placed[left] + (widths[left] + widths[left + 1]) / 2
        placed[left + 1] = max(placed[left + 1], least)
    edge = limit
    for position in reversed(range(len(placed))):
        placed[position] = min(placed[position], edge - widths[position] / 2)
        edge = placed[position] - widths[position] / 2
    return placed


def _cut(text: str, aim: int, most: int) -> int:
    """Return where to break: behind punctuation near the aim, else at the aim, moved off forbidden places."""
    near = sorted(range(max(2, aim - 3), min(most, aim + 3, len(text) - 1) + 1), key=lambda cut: abs(cut - aim))
    for cut in near:
        if (text[cut - 1] in BREAKABLE and text[cut] not in CLOSING) or text[cut] in "（《":
            return cut
    for cut in (*near, aim):
        together = text[cut - 1].isascii() and text[cut].isascii()
        if text[cut] not in CLOSING and text[cut - 1] not in OPENING and not together:
            return cut
    return aim
