"""A picture in words, made from the numbers it draws: form, what, values, direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers import comparison
from helpers.quantity import printed_value, with_unit
from helpers.writing import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.catalogue import Catalogue
    from helpers.model import Fact, Indicator
    from helpers.writing.figures.drawing import Mark
    from helpers.writing.wording import Phrase

ALL_VALUES = 8
"""Up to so many values are all told; of more, the extremes."""
TIES = 3


def describe(
    form: str,
    title: str,
    marks: Sequence[Mark],
    *,
    counted: str = "类",
    chosen: str = "",
    named: bool = False,
    directions: Iterable[str] = (),
) -> str:
    """Say what a picture shows.

    Parameters
    ----------
    form
        The form of the chart: ``堆积柱形图``.
    title
        What it shows, as in the caption.
    marks
        The drawn values.
    counted
        The classifier of the categories, for pictures with many: ``类``, ``个年份``.
    chosen
        The category to tell in full where there are too many values to tell all.
    named
        Whether a single series is named too: where the title does not say what it is.
    directions
        How things moved, one sentence each.
    """
    if len(marks) <= ALL_VALUES:
        values = _all(marks, named=named)
    elif chosen:
        values = _all([mark for mark in marks if mark.category == chosen], named=named)
    else:
        values = _extremes(marks, counted)
    moves = "；".join(directions)
    return "。".join(part for part in (f"{form}：{title}", values, moves) if part) + "。"


def direction(
    catalogue: Catalogue, label: str, now: Fact, before: Fact, indicator: Indicator | None = None
) -> tuple[str, ...]:
    """Say how something moved between two years; nothing across a break in what it counts."""
    if indicator is not None and indicator.is_broken(now.key.entity, before.key.year, now.key.year):
        return ()
    moved = comparison.change(catalogue, now, before)
    if now.key.year - before.key.year == 1:
        return (label + plain(wording.change(moved)),)
    return (f"{before.key.year}—{now.key.year}年{label}{plain(wording.from_to(moved))}",)


def plain(phrase: Phrase) -> str:
    """Return a phrase as bare words."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in phrase)


def _all(marks: Sequence[Mark], *, named: bool) -> str:
    """Tell every value, one clause a category."""
    if len({mark.series for mark in marks}) == 1 and not named:
        return "、".join(f"{mark.category}{with_unit(mark.fact)}" for mark in marks)
    clauses: dict[str, list[str]] = {}
    for mark in marks:
        clauses.setdefault(mark.category, []).append(f"{mark.series}{with_unit(mark.fact)}")
    return "；".join(f"{category}：{'、'.join(values)}" for category, values in clauses.items())


def _extremes(marks: Sequence[Mark], counted: str) -> str:
    """Tell how many there are and, of each series, the greatest and the least."""
    series: dict[str, list[Mark]] = {}
    for mark in marks:
        series.setdefault(mark.series, []).append(mark)
    told = [f"共{len({mark.category for mark in marks})}{counted}"]
    for name, members in series.items():
        ordered = sorted(members, key=lambda mark: printed_value(mark.fact))
        lead = f"{name}" if len(series) > 1 else ""
        most, least = ("最多", "最少") if ordered[0].fact.unit.kind == "count" else ("最高", "最低")
        told.append(
            f"{lead}{most}为{_named(ordered, ordered[-1], counted)}，{least}为{_named(ordered, ordered[0], counted)}"
        )
    return "；".join(told)


def _named(marks: Sequence[Mark], chosen: Mark, counted: str) -> str:
    """Name the marks that print the same value as ``chosen``."""
    same = [mark.category for mark in marks if printed_value(mark.fact) == printed_value(chosen.fact)]
    names = "、".join(same[:TIES]) + (f"等{len(same)}{counted}" if len(same) > TIES else "")
    return f"{names}（{with_unit(chosen.fact)}）"
