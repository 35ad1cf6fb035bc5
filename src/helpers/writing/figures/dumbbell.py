"""Two terms over one breakdown as two points and the gap between them, the widest gap on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.lines import Line2D

from helpers.model import Fact
from helpers.writing.figures import theme
from helpers.writing.figures.alternative import describe
from helpers.writing.figures.drawing import Drawing, Mark
from helpers.writing.figures.layout import rows
from helpers.writing.figures.paired_bars import pair_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from helpers.model import Unit
    from helpers.writing.blocks import Figure, GapList
    from helpers.writing.terms import Scene, Term

LETTERS = 12
ROW = 6.6  # millimetres
GAP_COLUMN = 62.0  # points
SIGNS = ({"marker": "o", "color": theme.NAVY.fill}, {"marker": "D", "color": theme.AMBER.line})
POINT = {"markersize": 7.0, "markeredgecolor": theme.PAPER, "markeredgewidth": 0.8}


def dumbbell(
    scene: Scene,
    *,
    number: str,
    title: str,
    left: Term,
    right: Term,
    dimension: str,
    gap: Term | None = None,
    labels: tuple[str, str] | None = None,
    notes: Sequence[str] = (),
) -> Figure | GapList:
    """Draw both terms for each member of ``dimension`` that has both, from the greatest surplus of ``left`` down.

    ``gap`` is their difference as the catalogue computes it; with it, a column of its own prints it.
    """
    drawing = Drawing(scene, number)
    names = labels or pair_names(drawing, left, right)
    members = scene.catalogue.dimension(dimension, number).members
    pairs: dict[str, tuple[Fact, Fact]] = {}
    for member in members:
        first, second = left(**{dimension: member}).found, right(**{dimension: member}).found
        if isinstance(first, Fact) and isinstance(second, Fact):
            pairs[member] = first, second
        elif isinstance(first, Fact) or isinstance(second, Fact):
            for found in (first, second):
                if not isinstance(found, Fact):
                    drawing.note(found)
    shown = sorted(pairs, key=lambda member: pairs[member][1].value - pairs[member][0].value)
    points = [
        tuple(Mark(name, members[member], fact) for name, fact in zip(names, pairs[member], strict=True))
        for member in shown
    ]
    drawing.marks += [mark for pair in points for mark in pair]
    if not drawing.marks:
        return drawing.nothing(title)
    unit = drawing.unit()
    gaps = (
        []
        if gap is None
        else [drawing.mark(gap(**{dimension: member}).found, drawing.name(gap), members[member]) for member in shown]
    )
    with theme.style():
        figure, axes, middles = rows(
            [members[member] for member in shown], [ROW] * len(shown), letters=LETTERS, above=13
        )
        _draw(axes, points, middles, unit)
        _gap_column(axes, gaps, middles)
        signs = [(Line2D([], [], linestyle="none", **sign, **POINT),) for sign in SIGNS]  # type: ignore[arg-type]
        theme.key_legend(figure, signs, names)
        svg = theme.render(figure, number)
    alt = describe("哑铃图，按差距排列", drawing.caption(title), drawing.marks)
    return drawing.finish(title, alt, svg, notes=notes)


def _draw(axes: Axes, points: Sequence[tuple[Mark, ...]], middles: Sequence[float], unit: Unit) -> None:
    sizes = [mark.size(unit) for pair in points for mark in pair]
    # Room on both sides for the numbers beside the outer points.
    reach = (max(*sizes, 0.0) - min(*sizes, 0.0)) or 1.0
    axes.set_xlim(min(*sizes, 0.0) - 0.19 * reach, max(sizes) + 0.16 * reach)
    axes.axvline(0, color=theme.RULE, linewidth=0.8, zorder=0)
    for pair, middle in zip(points, middles, strict=True):
        values = [mark.size(unit) for mark in pair]
        axes.axhline(middle, color=theme.RULE, linewidth=0.5, zorder=0)
        axes.plot(values, [middle, middle], color=theme.GREY.fill, linewidth=2.4, zorder=1)
        for value, sign in zip(values, SIGNS, strict=True):
            axes.plot([value], [middle], linestyle="none", zorder=2, **sign, **POINT)  # type: ignore[arg-type]
        for mark, value in zip(pair, values, strict=True):
            is_left = value == min(values) and not (mark is pair[1] and values[0] == values[1])
            offset, side = ((-7, 0), "right") if is_left else ((7, 0), "left")
            text = axes.annotate(
                mark.text(), (value, middle), offset, textcoords="offset points", va="center", ha=side,
                fontsize=theme.SMALL,
            )  # fmt: skip
            text.set_bbox({"facecolor": theme.PAPER, "edgecolor": "none", "pad": 0.6})


def _gap_column(axes: Axes, gaps: Sequence[Mark | None], middles: Sequence[float]) -> None:
    """Print the differences in a column at the right, their unit above it."""
    known = [mark for mark in gaps if mark is not None]
    if not known:
        return
    unit = known[0].fact.unit
    symbol = unit.symbol.removeprefix("个")
    _at_right(axes, -1.5, f"差距（{symbol}）" if symbol else "差距", theme.MUTED)
    for mark, middle in zip(gaps, middles, strict=True):
        if mark is not None:
            _at_right(axes, middle, mark.text(unit), theme.INK)


def _at_right(axes: Axes, y: float, text: str, colour: str) -> None:
    """Set text in the column of gaps."""
    axes.annotate(
        text,
        (1, y),
        (GAP_COLUMN, 0),
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=theme.SMALL,
        color=colour,
        annotation_clip=False,
    )
