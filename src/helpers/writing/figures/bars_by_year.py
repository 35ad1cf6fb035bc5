"""Columns over years: one indicator, several side by side, or several that make a whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from helpers.model import Fact, Missing
from helpers.writing.captions import breaks_within
from helpers.writing.figures import theme
from helpers.writing.figures.alternative import describe, direction
from helpers.writing.figures.drawing import Drawing, Mark
from helpers.writing.figures.grouped import draw_groups
from helpers.writing.figures.layout import wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from helpers.writing.blocks import Figure, GapList
    from helpers.writing.figures.theme import Swatch
    from helpers.writing.terms import Scene, Term

HEIGHT = 72.0  # millimetres
WIDEST, BROADEST = 24.0, 50.0  # millimetres: no column is wider, no place for columns broader
BREADTH = 0.82  # of a place: what its columns take
LETTERS = 12
NAME_LINES = 2  # a name below a column takes no more
Found = dict[tuple[str, int], Fact | Missing]


def bars_by_year(
    scene: Scene,
    *,
    number: str,
    title: str,
    terms: Sequence[Term],
    years: int = 2,
    stacked: bool = False,
    total: Term | None = None,
    notes: Sequence[str] = (),
) -> Figure | GapList:
    """Draw terms over the last ``years`` years.

    Parameters
    ----------
    scene
        The entity and the year that the terms are about; gaps are added to its list.
    number
        The figure's number: ``图1``, ``图示1-1``.
    title
        Its title, with ``{years}`` and the like.
    terms
        What to draw. One: a column a year. Several: a group for each, a column a year; stacked: a column a year.
    years
        How many years, the scene's last. An earlier year without a single value goes without a word, as in tables.
    stacked
        Whether the terms are parts of a whole and stand on top of each other.
    total
        The whole of stacked terms, printed above each column.
    notes
        Notes below the figure.
    """
    drawing = Drawing(scene, number)
    names = [drawing.name(term) for term in terms]
    span = range(scene.year - years + 1, scene.year + 1)
    found = {(name, year): _at(term, year).found for name, term in zip(names, terms, strict=True) for year in span}
    shown = [year for year in span if any(isinstance(found[name, year], Fact) for name in names)]
    marks = _marks(drawing, found, names, shown, by_year=stacked or len(terms) == 1)
    if scene.year not in shown:
        return drawing.nothing(title)
    if all(mark.fact.value.is_zero() for mark in drawing.marks):
        return drawing.nothing(title, "各数均为零")
    if stacked:
        # A stack that lacks a part does not reach its whole.
        whole = [year for year in shown if all((name, year) in marks for name in names)]
        present = [name for name in names if any(key[0] == name for key in marks)]
        totals = {} if total is None else _totals(drawing, total, whole)
        form, svg = "堆积柱形图", _picture(drawing, partial(_stack, marks=marks, totals=totals, names=present))
    elif len(terms) == 1:
        form, svg = _columns_or_rows(drawing, {names[0]: theme.NAVY}, _labels(shown))
    else:
        fills = dict(zip(_labels(shown), theme.steps(len(shown)), strict=True))
        kept = [name for name in names if any(key[0] == name for key in marks)]
        form, svg = _columns_or_rows(drawing, fills, kept)
    moves = _directions(drawing, dict(zip(names, terms, strict=True)), found, shown)
    counted = "个年份" if stacked or len(terms) == 1 else "项指标"
    alt = describe(form, drawing.caption(title), drawing.marks, counted=counted, named=stacked, directions=moves)
    drawn = (term.indicator for name, term in zip(names, terms, strict=True) if any((name, y) in marks for y in shown))
    return drawing.finish(title, alt, svg, notes=[*notes, *breaks_within(drawn, scene.entity, span)])


def _at(term: Term, year: int) -> Term:
    while term.key.year > year:
        term = term.previous
    return term


def _labels(years: Sequence[int]) -> list[str]:
    return [f"{year}年" for year in years]


def _marks(
    drawing: Drawing, found: Found, names: Sequence[str], years: Sequence[int], *, by_year: bool
) -> dict[tuple[str, int], Mark]:
    """Keep what is drawn, in the order in which a reader meets it."""
    marks = {}
    pairs = [(n, y) for y in years for n in names] if by_year else [(n, y) for n in names for y in years]
    for name, year in pairs:
        series, category = (name, f"{year}年") if by_year else (f"{year}年", name)
        mark = drawing.mark(found[name, year], series, category)
        if mark is not None:
            marks[name, year] = mark
    return marks


def _totals(drawing: Drawing, total: Term, years: Sequence[int]) -> dict[int, Mark]:
    marks = {year: drawing.mark(_at(total, year).found, drawing.name(total), f"{year}年") for year in years}
    return {year: mark for year, mark in marks.items() if mark is not None}


def _picture(drawing: Drawing, draw: Callable[[Drawing, Axes], dict[str, Swatch]]) -> str:
    """Draw on empty axes; ``draw`` returns the fills for the legend."""
    with theme.style():
        figure, axes = theme.canvas(HEIGHT)
        axes.axhline(0, color=theme.MUTED, linewidth=0.8)
        swatches = draw(drawing, axes)
        if len(swatches) > 1:
            theme.legend(figure, list(swatches.items()))
        theme.unit_note(axes, drawing.named_once())
        return theme.render(figure, drawing.number)


def _columns_or_rows(drawing: Drawing, swatches: dict[str, Swatch], categories: Sequence[str]) -> tuple[str, str]:
    """Draw groups of columns, or of horizontal bars where names would not fit side by side; name the form."""
    several = len(swatches) > 1
    pitch = theme.WIDTH * theme.POINTS_PER_MILLIMETRE / len(categories) * (BREADTH / len(swatches) if several else 1)
    letters = _letters(categories)
    crowded = max(theme.text_width(drawing.text(mark)) for mark in drawing.marks) + 2 > pitch
    if crowded or any(wrap(category, letters).count("\n") >= NAME_LINES for category in categories):
        return "簇状条形图" if several else "条形图", draw_groups(drawing, swatches, categories, letters=LETTERS)
    draw = partial(_columns, swatches=swatches, categories=categories)
    return "簇状柱形图" if several else "柱形图", _picture(drawing, draw)


def _letters(categories: Sequence[str]) -> int:
    """Return how many letters of a name fit below a group of columns."""
    return max(4, int(theme.WIDTH * theme.POINTS_PER_MILLIMETRE / theme.SIZE / len(categories)) - 1)


def _place(axes: Axes, places: int, columns: int) -> float:
    """Spread the places evenly, the few near the middle; return the width of one of ``columns`` in a place."""
    width = max(places, theme.WIDTH / BROADEST)
    middle = (places - 1) / 2
    axes.set_xlim(middle - width / 2, middle + width / 2)
    return min(BREADTH / columns, WIDEST * width / theme.WIDTH)


def _columns(
    drawing: Drawing, axes: Axes, *, swatches: dict[str, Swatch], categories: Sequence[str]
) -> dict[str, Swatch]:
    """Draw a group for each category, a column for each series, each value above its column."""
    unit, series = drawing.unit(), list(swatches)
    width = _place(axes, len(categories), len(series))
    for mark in drawing.marks:
        x = categories.index(mark.category) + (series.index(mark.series) - (len(series) - 1) / 2) * width
        size = mark.size(unit)
        theme.paint(axes, axes.bar([x], [size], width=width * 0.94), swatches[mark.series])
        _above(axes, x, size, drawing.text(mark))
    axes.set_xticks(range(len(categories)), [wrap(category, _letters(categories)) for category in categories])
    _headroom(axes, [mark.size(unit) for mark in drawing.marks])
    return swatches


def _stack(
    drawing: Drawing,
    axes: Axes,
    *,
    marks: dict[tuple[str, int], Mark],
    totals: dict[int, Mark],
    names: Sequence[str],
) -> dict[str, Swatch]:
    """Draw parts of a whole: a column a year; a part too low for its number has it beside it."""
    unit, swatches = drawing.unit(), theme.swatches(names)
    years = sorted({year for _, year in marks})
    width = _place(axes, len(years), 1)
    bottoms = dict.fromkeys(years, 0.0)
    tallest = max(sum(mark.size(unit) for (_, other), mark in marks.items() if other == year) for year in years)
    for (name, year), mark in marks.items():
        x, size, swatch = years.index(year), mark.size(unit), swatches[name]
        (bar,) = axes.bar([x], [size], width=width, bottom=bottoms[year])
        theme.paint(axes, [bar], swatch)
        middle = bottoms[year] + size / 2
        bottoms[year] += size
        axes.hlines(bottoms[year], x - width / 2, x + width / 2, color=theme.PAPER, linewidth=1.2, zorder=4)
        if size / tallest * HEIGHT * 0.72 * theme.POINTS_PER_MILLIMETRE > theme.LINE:
            theme.on_fill(axes, bar, drawing.text(mark), swatch)
        elif size > 0:
            beside = (x + width / 2, middle)
            axes.annotate(drawing.text(mark), beside, (5, 0), textcoords="offset points", va="center")
    for year, mark in totals.items():
        _above(axes, years.index(year), bottoms[year], f"合计{drawing.text(mark)}")
    axes.set_xticks(range(len(years)), _labels(years))
    _headroom(axes, [tallest])
    return swatches


def _above(axes: Axes, x: float, y: float, text: str) -> None:
    axes.annotate(text, (x, max(y, 0)), (0, 3), textcoords="offset points", ha="center", va="bottom")


def _headroom(axes: Axes, sizes: Sequence[float]) -> None:
    """Begin at zero, and leave room above the columns for their numbers."""
    axes.set_ylim(min(0.0, *sizes), (max(0.0, *sizes) or 1.0) * 1.13)
    axes.set_yticks([])
    axes.tick_params(axis="x", pad=6)


def _directions(drawing: Drawing, terms: dict[str, Term], found: Found, years: Sequence[int]) -> list[str]:
    moves: list[str] = []
    for name, term in terms.items():
        facts = [one for one in (found[name, year] for year in years) if isinstance(one, Fact)]
        if len(facts) > 1:
            moves += direction(drawing.scene.catalogue, name, facts[-1], facts[0], term.indicator)
    return moves
