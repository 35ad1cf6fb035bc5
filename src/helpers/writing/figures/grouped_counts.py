"""Counts by two breakdowns: medals by contest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.writing.figures import theme
from helpers.writing.figures.alternative import describe
from helpers.writing.figures.drawing import Drawing
from helpers.writing.figures.grouped import draw_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.writing.blocks import Figure, GapList
    from helpers.writing.terms import Scene, Term

LETTERS = 15


def grouped_counts(
    scene: Scene,
    *,
    number: str,
    title: str,
    term: Term,
    dimension: str,
    series: str,
    members: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> Figure | GapList:
    """Draw ``term`` broken down by ``dimension`` (the groups) and ``series`` (the bars of a group).

    ``members`` chooses groups and their order; without it, all that are on record stand in their official order.
    """
    drawing = Drawing(scene, number)
    chosen = members or tuple(scene.catalogue.dimension(dimension, number).members)
    categories, names = [], []
    for member in chosen:
        facts = drawing.members(term(**{dimension: member}), series)
        for part, fact in facts.items():
            drawing.mark(fact, drawing.label(series, part), drawing.label(dimension, member))
        categories += [drawing.label(dimension, member)] if facts else []
        names += list(facts)
    if not drawing.marks:
        return drawing.nothing(title)
    ordered = [part for part in scene.catalogue.dimension(series).members if part in names]
    fills = theme.swatches([drawing.label(series, part) for part in ordered])
    svg = draw_groups(drawing, fills, categories, letters=LETTERS)
    alt = describe("簇状条形图", drawing.caption(title), drawing.marks)
    return drawing.finish(title, alt, svg, notes=notes)
