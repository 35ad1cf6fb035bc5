"""How a breakdown divides a term, year by year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.writing.figures import theme
from helpers.writing.figures.alternative import describe, direction
from helpers.writing.figures.drawing import Drawing
from helpers.writing.figures.segments import Segment, draw_segments
from helpers.writing.figures.shares import shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.model import Fact
    from helpers.writing.blocks import Figure, GapList
    from helpers.writing.terms import Scene, Term


def stacked_shares(
    scene: Scene,
    *,
    number: str,
    title: str,
    term: Term,
    dimension: str,
    years: int = 2,
    notes: Sequence[str] = (),
) -> Figure | GapList:
    """Draw one bar a year, the earliest on top; an earlier year without data goes without a word, as in tables."""
    drawing = Drawing(scene, number)
    by_year: dict[int, dict[str, Fact]] = {}
    for back in range(years):
        by_year[scene.year - back] = shares(drawing if back == 0 else Drawing(scene, number), term, dimension)
        term = term.previous
    shown = [year for year in sorted(by_year) if by_year[year]]
    if scene.year not in shown:
        return drawing.nothing(title)
    members = [
        member
        for member in scene.catalogue.dimension(dimension).members
        if any(member in by_year[year] for year in shown)
    ]
    fills = theme.swatches(members)
    bars = []
    for year in shown:
        segments = []
        for member in members:
            if member in by_year[year]:
                mark = drawing.mark(by_year[year][member], drawing.label(dimension, member), f"{year}年")
                segments += [] if mark is None else [Segment(mark, mark.text(), fills[member])]
        bars.append((f"{year}年", segments))
    with theme.style():
        named = [
            (drawing.label(dimension, member), fills[member])
            for member in members
            if any(member in by_year[year] and by_year[year][member].value for year in shown)
        ]
        figure, _ = draw_segments(bars, above=theme.legend_height([label for label, _ in named]))
        theme.legend(figure, named)
        svg = theme.render(figure, number)
    alt = describe(
        "百分比堆积条形图",
        drawing.caption(title),
        drawing.marks,
        chosen=f"{scene.year}年",
        named=True,
        directions=_directions(drawing, by_year, dimension),
    )
    return drawing.finish(title, alt, svg, notes=notes)


def _directions(drawing: Drawing, by_year: dict[int, dict[str, Fact]], dimension: str) -> list[str]:
    """Say how each share moved since the year before."""
    year = drawing.scene.year
    now, before = by_year[year], by_year.get(year - 1, {})
    moves: list[str] = []
    for member, fact in now.items():
        if member in before:
            label = f"{drawing.label(dimension, member)}占比"
            indicator = drawing.scene.catalogue.indicators[_base(fact)]
            moves += direction(drawing.scene.catalogue, label, fact, before[member], indicator)
    return moves


def _base(fact: Fact) -> str:
    """Return the indicator that a share is a share of."""
    return fact.key.indicator.partition(".")[0]
