"""Arithmetic: parts and wholes, shares, stated changes, and stored values against their formulas."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.checking.registry import InChinese, Material, check
from helpers.errors import FormulaError, Problem
from helpers.formulas import Facts
from helpers.model import Fact, Key, Qualifier
from helpers.observations import format_cut
from helpers.quantity import convert, decimals_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.model import Observation

HUNDRED = Decimal(100)
LEAST_SLACK = Decimal("0.05")  # points by which shares of one whole may miss 100, however many places they have
CHANGE, GROWTH = "_change", "_growth"


@check(
    "arithmetic",
    "Where every part of a whole is on record, the parts add up to it.",
    InChinese(
        "分项合计等于总数",
        "各分项都在案的，相加等于总数。",
        "把规定为构成总数的各分项相加，与总数比较，容许各数自身的修约误差。",
    ),
)
def parts_make_the_whole(material: Material) -> Iterator[Problem]:
    """Sum each breakdown declared ``total`` against the undivided value, within the rounding of the values given."""
    for whole, dimension, parts in _divided(material):
        total = sum((part.value for part in parts if part.value is not None), Decimal(0))
        if whole.value is None or any(part.unit != whole.unit for part in parts):
            continue
        slack = _slack(material, parts) + _slack(material, [whole])
        if abs(total - whole.value) > slack:
            named = ", ".join(format_cut(part.key.cut) for part in parts)
            what = f"{whole.key} is {whole.value}, its parts by {dimension} add to {total} ({named})"
            by = material.catalogue.dimensions[dimension].label
            chinese = f"总数为{whole.value}，按{by}的各分项相加为{total}；改正录错的数。"
            yield Problem(whole.where, what, "correct the number that is wrong", chinese)


@check(
    "arithmetic",
    "Shares of one whole add up to 100 within rounding.",
    InChinese(
        "占比合计为100%",
        "同一总体的各占比相加为100%，误差不超过修约所致。",
        "各分项齐全、规定为构成总体的，把占比相加，与100%比较。",
    ),
)
def shares_make_a_hundred(material: Material) -> Iterator[Problem]:
    """Sum percentages over a breakdown declared ``total`` where all members are on record."""
    groups: dict[tuple[Key, str], list[Observation]] = {}
    for row in material.observations:
        if material.catalogue.units[row.unit].kind != "percent":
            continue
        for name, _ in row.key.cut:
            rest = tuple(pair for pair in row.key.cut if pair[0] != name)
            groups.setdefault((replace(row.key, cut=rest), name), []).append(row)
    for (key, name), rows in groups.items():
        dimension = material.catalogue.dimensions[name]
        if not dimension.total or len(rows) < len(dimension.members):
            continue
        total = sum((row.value for row in rows if row.value is not None), Decimal(0))
        if abs(total - HUNDRED) > max(_slack(material, rows), Decimal("0.05")):
            what = f"{key} by {name} adds to {total}, not 100"
            chinese = f"按{dimension.label}的各占比相加为{total}%，不是100%；改正录错的占比。"
            yield Problem(rows[0].where, what, "correct the share that is wrong", chinese)


@check(
    "arithmetic",
    "No part is larger than the whole it belongs to.",
    InChinese(
        "部分不大于总体",
        "没有部分大于它所属的总体。",
        "把每个分项与未分项的数比较，把每个指标与目录写明它所属的指标比较。",
    ),
)
def parts_fit_the_whole(material: Material) -> Iterator[Problem]:
    """Hold each row with a breakdown against the same row without it, and each indicator against what it is part of."""
    for row in material.observations:
        if row.value is None or material.catalogue.units[row.unit].kind not in {"count", "measure"}:
            continue
        for pair in row.key.cut:
            rest = tuple(other for other in row.key.cut if other != pair)
            yield from _too_large(material, row, replace(row.key, cut=rest))
        whole = material.catalogue.indicators[row.key.indicator].part_of
        if whole is not None:
            yield from _too_large(material, row, replace(row.key, indicator=whole))


@check(
    "arithmetic",
    "Where a change is stated, it is what lies between the two years.",
    InChinese(
        "所述增减与两年数相符",
        "写明增减的，都等于两年数之差。",
        "凡两年数都在案的，重算所存的增减数（_change）和增长率（_growth），容许三个数各自的修约误差。",
    ),
)
def stated_changes_follow(material: Material) -> Iterator[Problem]:
    """Recompute every stored …_change and …_growth whose two years are on record, within the rounding of all three."""
    for row in material.observations:
        for ending in (CHANGE, GROWTH):
            name = row.key.indicator.removesuffix(ending)
            if row.value is None or name == row.key.indicator or name not in material.catalogue.indicators:
                continue
            now = material.observations.get(replace(row.key, indicator=name))
            before = material.observations.get(replace(row.key, indicator=name, year=row.key.year - 1))
            if now is None or before is None or now.value is None or before.value is None:
                continue
            yield from _misstated(material, row, now, before, is_growth=ending == GROWTH)


@check(
    "arithmetic",
    "Where a derived number is stored, it is what its formula gives.",
    InChinese(
        "存数与公式相符",
        "派生指标另存有数的，与公式算出的一致。",
        "不看所存的数，按公式另算一遍，再比较两者。",
    ),
)
def stored_values_follow(material: Material) -> Iterator[Problem]:
    """Compute each stored number that has a formula without looking at the stored one, and hold the two together."""
    for row in material.observations:
        indicator = material.catalogue.indicators[row.key.indicator]
        computed = _computed(material, row.key) if indicator.formula is not None else None
        if computed is None or row.value is None:
            continue
        value = convert(computed.value, computed.unit, material.catalogue.units[row.unit])
        if abs(value - row.value) > _slack(material, [row]) + LEAST_SLACK.scaleb(-decimals_of(row.value)):
            what = f"{row.value} is stored, {indicator.formula} gives {value:.6f}"
            remedy = "correct one of them, or say in the note why they differ"
            chinese = f"存为{row.value}，按公式（{indicator.formula}）为{value:.6f}；改正其一，或在note里说明为何不同。"
            yield Problem(f"{row.where}, value", what, remedy, chinese)


def _computed(material: Material, key: Key) -> Fact | None:
    """Return what the formula of a number gives, or nothing where an input is missing."""
    try:
        found = Facts(material.catalogue, material.observations).derived(key)
    except FormulaError:  # formulas_can_be_computed says so
        return None
    return found if isinstance(found, Fact) else None


def _too_large(material: Material, part: Observation, key: Key) -> Iterator[Problem]:
    whole = material.observations.get(key)
    if whole is None or whole.value is None or part.value is None:
        return
    units = material.catalogue.units
    if units[whole.unit].base != units[part.unit].base or {part.qualifier, whole.qualifier} != {Qualifier.EXACT}:
        return
    value = convert(part.value, units[part.unit], units[whole.unit])
    if value > whole.value + _slack(material, [part, whole]):
        what = f"{part.key} is {part.value} {part.unit}, more than {whole.value} {whole.unit} ({whole.where})"
        whose, most = f"{part.value}{units[part.unit].symbol}", f"{whole.value}{units[whole.unit].symbol}"
        chinese = f"部分为{whose}，大于总体的{most}（{whole.where}）；改正录错的数。"
        yield Problem(f"{part.where}, value", what, "correct the number that is wrong", chinese)


def _misstated(
    material: Material, row: Observation, now: Observation, before: Observation, *, is_growth: bool
) -> Iterator[Problem]:
    units = material.catalogue.units
    if now.value is None or before.value is None or row.value is None or before.value == 0:
        return
    earlier = convert(before.value, units[before.unit], units[now.unit])
    slack = _slack(material, [now, before])
    if is_growth:
        expected = (now.value - earlier) / earlier * HUNDRED
        slack = slack * 2 / abs(earlier) * HUNDRED
    else:
        target = units[row.unit]
        expected = now.value - earlier
        if target.base == units[now.unit].base:
            expected = convert(expected, units[now.unit], target)
            slack = convert(slack, units[now.unit], target)
    if abs(expected - row.value) > slack + _slack(material, [row]) + LEAST_SLACK.scaleb(-decimals_of(row.value)):
        what = f"{row.value} is stated; {before.value} and {now.value} give {expected:.4f}"
        chinese = f"所述增减为{row.value}，由{before.value}到{now.value}应为{expected:.4f}；改正录错的数。"
        yield Problem(f"{row.where}, value", what, "correct the number that is wrong", chinese)


def _divided(material: Material) -> Iterator[tuple[Observation, str, list[Observation]]]:
    """Yield each whole with all its parts, for breakdowns that make a whole."""
    totals = [dimension for dimension in material.catalogue.dimensions.values() if dimension.total]
    for whole in material.observations:
        for dimension in totals:
            cuts = material.observations.cuts(whole.key, dimension.code)
            if len(cuts) == len(dimension.members):
                found = (material.observations.get(replace(whole.key, cut=cut)) for cut in cuts)
                yield whole, dimension.code, [row for row in found if row is not None]


def _slack(material: Material, rows: list[Observation]) -> Decimal:
    """Return how far a sum may be off because its terms were rounded; a whole count in single units is exact."""
    slack = Decimal(0)
    for row in rows:
        if row.value is not None and (decimals_of(row.value) or material.catalogue.units[row.unit].factor > 1):
            slack += Decimal(5).scaleb(-decimals_of(row.value) - 1)
    return slack
