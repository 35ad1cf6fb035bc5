"""Plausibility: values that cannot be, whatever stands beside them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.checking.registry import InChinese, Material, check
from helpers.errors import Problem
from helpers.formulas import Facts
from helpers.model import Fact, Key
from helpers.quantity import convert

if TYPE_CHECKING:
    from collections.abc import Iterator

HUNDRED = Decimal(100)


@check(
    "plausibility",
    "Counts are whole and not negative; no share is above 100 or below 0.",
    InChinese(
        "数值可能成立",
        "计数都是非负整数，占比都在0到100之间。",
        "以个体为单位的计数须为整数，不是增减幅度的百分数须在0到100之间。",
    ),
)
def values_are_possible(material: Material) -> Iterator[Problem]:
    """Hold a count in its own unit to be whole, and a percentage that is no growth to lie between 0 and 100."""
    for row in material.observations:
        unit, value = material.catalogue.units[row.unit], row.value
        if value is None:
            continue
        moving = row.key.indicator.endswith(("_growth", "_change"))
        if unit.kind == "count" and ((unit.factor == 1 and value % 1) or (value < 0 and not moving)):
            what, chinese = f"{value} {unit.symbol} is not a count", f"{value}{unit.symbol}不是计数；核对数值和单位。"
            yield Problem(f"{row.where}, value", what, "check value and unit", chinese)
        if unit.kind == "percent" and not moving and not 0 <= value <= HUNDRED:
            chinese = f"{value}%不是占比；核对数值和单位。"
            yield Problem(f"{row.where}, value", f"{value}% is no share", "check value and unit", chinese)


@check(
    "plausibility",
    "No number lies outside the range that its indicator is known to have.",
    InChinese(
        "数值在常见范围内",
        "没有数值超出其指标的常见范围。",
        "把每个数，不论录入的还是算出的，与指标的range比较；范围很宽，单位错了才会超出。",
    ),
    severity="warn",
)
def values_are_in_range(material: Material) -> Iterator[Problem]:
    """Hold each number, stored or derived, against the wide ``range`` of its indicator: a wrong unit leaves it."""
    facts = Facts(material.catalogue, material.observations)
    places = sorted({(row.key.entity, row.key.year) for row in material.observations})
    for indicator in material.catalogue.indicators.values():
        if indicator.range is None:
            continue
        least, most = indicator.range
        for entity, year in places:
            scope = material.catalogue.default_scope(indicator, material.catalogue.entities[entity], year)
            fact = facts.get(Key(entity, year, indicator.id, scope))
            if isinstance(fact, Fact) and not least <= convert(fact.value, fact.unit, indicator.unit) <= most:
                where = fact.observation.where if fact.observation else str(fact.key)
                what = f"{fact.value:.4f} {fact.unit.symbol} lies outside {least} to {most} {indicator.unit.symbol}"
                unit = fact.unit.suffix + fact.unit.symbol
                usual = f"{least}至{most}{indicator.unit.suffix}{indicator.unit.symbol}"
                chinese = f"{indicator.label}{fact.value:.4f}{unit}，超出常见的{usual}；核对所据的数和单位。"
                place = "" if fact.observation else material.name(fact.key)
                yield Problem(where, what, "check the numbers that it comes from, and their units", chinese, place)
