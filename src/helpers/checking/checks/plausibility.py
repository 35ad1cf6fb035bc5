"""Plausibility: values that cannot be, whatever stands beside them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.checking.registry import Material, check
from helpers.errors import Problem
from helpers.formulas import Facts
from helpers.model import Fact, Key
from helpers.quantity import convert

if TYPE_CHECKING:
    from collections.abc import Iterator

HUNDRED = Decimal(100)


@check("plausibility", "Counts are whole and not negative; no share is above 100 or below 0.")
def values_are_possible(material: Material) -> Iterator[Problem]:
    """Hold a count in its own unit to be whole, and a percentage that is no growth to lie between 0 and 100."""
    for row in material.observations:
        unit, value = material.catalogue.units[row.unit], row.value
        if value is None:
            continue
        moving = row.key.indicator.endswith(("_growth", "_change"))
        if unit.kind == "count" and ((unit.factor == 1 and value % 1) or (value < 0 and not moving)):
            yield Problem(f"{row.where}, value", f"{value} {unit.symbol} is not a count", "check value and unit")
        if unit.kind == "percent" and not moving and not 0 <= value <= HUNDRED:
            yield Problem(f"{row.where}, value", f"{value}% is no share", "check value and unit")


@check("plausibility", "No number lies outside the range that its indicator is known to have.", severity="warn")
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
                yield Problem(where, what, "check the numbers that it comes from, and their units")
