"""Standards: dated without overlap, and held against the numbers that they are for."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from helpers.checking.registry import InChinese, Material, check
from helpers.comparison import Verdict, against_standard
from helpers.errors import Problem
from helpers.formulas import Facts
from helpers.model import Fact, Key
from helpers.quantity import with_unit
from helpers.writing.equations import told_from

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.model import Standard

PLACE = "data/reference/standards.yml"
ALWAYS = 10_000  # a year after every year


@check(
    "standards",
    "At most one standard is in force for an indicator, a scope, a kind of entity and a year.",
    InChinese(
        "标准不重叠",
        "同一指标、口径、单位类别和年份，至多有一条标准有效。",
        "把同一指标的标准两两比较；结束年早于开始年的也算错。",
    ),
)
def standards_do_not_overlap(material: Material) -> Iterator[Problem]:
    """Compare the standards of each indicator two by two; an end before its beginning is wrong, too."""
    for standard in material.catalogue.standards:
        if standard.valid_to is not None and standard.valid_to < standard.valid_from:
            what = f"in force from {standard.valid_from} to {standard.valid_to}"
            chinese = f"自{standard.valid_from}年起、至{standard.valid_to}年止，首尾颠倒；改正年份。"
            yield Problem(f"{PLACE} {standard.code}", what, "correct the years", chinese)
    for first, second in itertools.combinations(material.catalogue.standards, 2):
        same = (first.indicator, first.scope) == (second.indicator, second.scope)
        if same and _overlap(first, second):
            what = f"is in force beside {first.code} for {second.indicator}"
            label = material.catalogue.indicators[second.indicator].label
            chinese = f"{label}已有标准“{first.code}”同时有效；让旧标准在上一年止。"
            yield Problem(f"{PLACE} {second.code}", what, "end the older one in the year before", chinese)


@check(
    "standards",
    "Every standard is in a unit in which its indicator can be measured.",
    InChinese(
        "标准的单位与指标相配",
        "各条标准的单位都能用来计量其指标。",
        "比较每条标准与其指标的单位。",
    ),
)
def standards_fit_their_indicator(material: Material) -> Iterator[Problem]:
    """Compare the unit of each standard with its indicator's."""
    for standard in material.catalogue.standards:
        indicator, unit = material.catalogue.indicators[standard.indicator], material.catalogue.units[standard.unit]
        if unit.base != indicator.unit.base:
            what = f"{unit.code} cannot measure {indicator.id}, which is in {indicator.unit.code}"
            chinese = f"“{unit.code}”不能计量{indicator.label}；改用“{indicator.unit.code}”。"
            yield Problem(f"{PLACE} {standard.code}", what, f"write the value in {indicator.unit.code}", chinese)


@check(
    "standards",
    "Every number that a national standard is in force for reaches it.",
    InChinese(
        "达到国家标准",
        "凡有国家标准可比的数，都达到标准。",
        "把每个数与对应的标准比较：没有达到的如实列出，但常常是录入时的笔误。",
    ),
    severity="warn",
)
def standards_are_met(material: Material) -> Iterator[Problem]:
    """Hold each number against its standard: a shortfall is reported as it is, but is often a slip of entry."""
    facts = Facts(material.catalogue, material.observations)
    places = sorted({(row.key.entity, row.key.year) for row in material.observations})
    for indicator in dict.fromkeys(standard.indicator for standard in material.catalogue.standards):
        record = material.catalogue.indicators[indicator]
        for entity, year in places:
            scope = material.catalogue.default_scope(record, material.catalogue.entities[entity], year)
            fact = facts.get(Key(entity, year, indicator, scope))
            verdict = against_standard(facts, fact) if isinstance(fact, Fact) else None
            if isinstance(verdict, Verdict) and not verdict.met:
                value, limit = with_unit(told_from(verdict.fact, verdict.limit)), with_unit(verdict.limit)
                what = f"{value} misses {limit} ({verdict.standard.legal})"
                chinese = f"{value}，没有达到标准{limit}（{verdict.standard.legal}）；核对所据的数。"
                place, remedy = material.name(verdict.fact.key), "check the numbers that it comes from"
                yield Problem(str(verdict.fact.key), what, remedy, chinese, place)


def _overlap(first: Standard, second: Standard) -> bool:
    kinds = not first.applies_to or not second.applies_to or bool({*first.applies_to} & {*second.applies_to})
    begins = max(first.valid_from, second.valid_from)
    ends = min(first.valid_to or ALWAYS, second.valid_to or ALWAYS)
    return kinds and begins <= ends
