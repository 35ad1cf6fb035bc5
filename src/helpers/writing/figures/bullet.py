"""Indicators against their national standards: each as a percentage of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.model import Missing
from helpers.quantity import with_unit
from helpers.writing import wording
from helpers.writing.blocks import GapList
from helpers.writing.figures import theme
from helpers.writing.figures.alternative import plain
from helpers.writing.figures.drawing import Drawing
from helpers.writing.figures.layout import rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from helpers.comparison import Verdict
    from helpers.writing.blocks import Figure
    from helpers.writing.terms import Scene, Term

LETTERS = 11
ROW, BAR, LINE = 10.0, 4.4, 7.4  # millimetres
FARTHEST = 6.0
"""A bar of more than six times its standard is drawn broken, lest it flatten the others."""
UNMET = theme.AMBER
BOUNDS = {"not_below": "不低于", "not_above": "不高于"}


def bullet(
    scene: Scene,
    *,
    number: str,
    title: str,
    terms: Sequence[Term],
    fewest: int = 1,
    notes: Sequence[str] = (),
) -> Figure | GapList:
    """Draw each term as a percentage of the standard in force, its own value and the standard's printed beside it.

    Of fewer than ``fewest`` terms no picture is made, and none is missing.

    The line marks the standard. A bar is dark where the standard is met and hatched where not: of a standard that is a
    maximum (生师比), the shorter bar is the better.
    """
    if len(terms) < fewest:
        return GapList()
    drawing = Drawing(scene, number)
    verdicts: list[Verdict] = []
    for term in terms:
        verdict = term.verdict
        if isinstance(verdict, Missing):
            drawing.note(verdict)
            continue
        verdicts.append(verdict)
        drawing.mark(verdict.fact, f"{scene.year}年", drawing.name(term))
        drawing.mark(verdict.limit, "国家标准", drawing.name(term))
    if not verdicts:
        return drawing.nothing(title)
    names = [mark.category for mark in drawing.marks if mark.fact.standard is None]
    with theme.style():
        figure, axes, middles = rows(names, [ROW] * len(names), letters=LETTERS, above=8)
        _draw(axes, verdicts, middles)
        key = [("达到国家标准", theme.NAVY), ("未达到国家标准", UNMET)]
        if not all(verdict.met for verdict in verdicts):
            theme.legend(figure, key)
        svg = theme.render(figure, number)
    told = "；".join(
        f"{name}{with_unit(verdict.fact)}，{plain(wording.standard(verdict))}"
        for name, verdict in zip(names, verdicts, strict=True)
    )
    alt = f"子弹图：{drawing.caption(title)}。各项均以国家标准为100%。{told}。"
    return drawing.finish(title, alt, svg, notes=notes)


def _draw(axes: Axes, verdicts: Sequence[Verdict], middles: Sequence[float]) -> None:
    shares = [float(verdict.fact.value / verdict.limit.value) for verdict in verdicts]
    for share, verdict, middle in zip(shares, verdicts, middles, strict=True):
        drawn = min(share, FARTHEST)
        theme.paint(axes, axes.barh([middle], [drawn], height=BAR), theme.NAVY if verdict.met else UNMET)
        if share > FARTHEST:
            for place in (FARTHEST * 0.95, FARTHEST * 0.965):
                axes.plot(
                    [place - 0.03, place + 0.03],
                    [middle + BAR * 0.65, middle - BAR * 0.65],
                    color=theme.PAPER,
                    linewidth=2,
                )
        (line,) = axes.plot([1, 1], [middle - LINE / 2, middle + LINE / 2], color=theme.INK, linewidth=2)
        line.set(solid_capstyle="butt", path_effects=theme.rim(3.2))
        text = f"{with_unit(verdict.fact)}（标准{BOUNDS[verdict.standard.direction]}{with_unit(verdict.limit)}）"
        axes.annotate(text, (max(drawn, 1), middle), (7, 0), textcoords="offset points", va="center")
    axes.axvline(0, color=theme.MUTED, linewidth=0.8)
    axes.set_xlim(0, max(*[min(share, FARTHEST) for share in shares], 1.0) * 1.08)
    axes.annotate("国家标准=100%", (1, 0), (0, 4), textcoords="offset points", ha="center", va="bottom",
                  fontsize=theme.SMALL, color=theme.MUTED)  # fmt: skip
