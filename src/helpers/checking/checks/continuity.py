"""Continuity: one year beside the next, one edition beside the next."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.checking.registry import InChinese, Material, check
from helpers.errors import Problem
from helpers.model import Status
from helpers.quantity import convert, decimals_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.model import Key, Observation, Unit

JUMP = Decimal("0.5")  # of the year before
JUMP_IN_POINTS = Decimal(20)
SMALL = Decimal(20)  # a count this small may double without meaning anything


def leaps(value: Decimal, earlier: Decimal, unit: Unit) -> bool:
    """Whether a number is so far from the year before, in the same unit, that a reader asks why."""
    if unit.kind == "percent":
        return abs(value - earlier) > JUMP_IN_POINTS
    return max(abs(value), abs(earlier)) > SMALL and abs(value - earlier) > JUMP * abs(earlier)


@check(
    "continuity",
    "No number leaps from one year to the next without a word on why.",
    InChinese(
        "大起大落有说明",
        "与上年相比没有未加说明的大起大落。",
        "把每个数与上年比较：变动超过一半，或占比相差超过20个百分点的，note要写明原因。",
    ),
    severity="warn",
)
def jumps_have_a_reason(material: Material) -> Iterator[Problem]:
    """Compare each number with the year before: beyond half of it, or 20 points of a share, the note must say why."""
    for row in material.observations:
        before = material.observations.get(replace(row.key, year=row.key.year - 1))
        if before is None or row.note or before.value is None or row.value is None or _is_broken(material, row):
            continue
        units = material.catalogue.units
        unit = units[row.unit]
        earlier = convert(before.value, units[before.unit], unit)
        if leaps(row.value, earlier, unit):
            what = f"{row.key}: {earlier} in {before.key.year}, {row.value} in {row.key.year}"
            chinese = (
                f"{before.key.year}年为{earlier}{unit.symbol}，{row.key.year}年为{row.value}{unit.symbol}；"
                "核对，并在note里写明原因。"
            )
            yield Problem(f"{row.where}, value", what, "check it, and say in the note what happened", chinese)


@check(
    "continuity",
    "What a number counts changes only where a break is declared.",
    InChinese(
        "统计口径前后一致",
        "统计口径只在写明中断的年份改变。",
        "查找两年口径不同、又没有哪一年两种口径都给的数。",
    ),
    severity="warn",
)
def scopes_are_steady(material: Material) -> Iterator[Problem]:
    """Look for a number whose scope in one year is not that of the year before, with neither year giving both."""
    scopes: dict[tuple[str, str, object, int], set[str]] = {}
    for row in material.observations:
        key = row.key
        scopes.setdefault((key.entity, key.indicator, key.cut, key.year), set()).add(key.scope)
    for (entity, indicator, cut, year), now in sorted(scopes.items(), key=str):
        before = scopes.get((entity, indicator, cut, year - 1))
        if before is None or now & before:
            continue
        if not material.catalogue.indicators[indicator].is_broken(entity, year - 1, year):
            told = f"{', '.join(sorted(before))} in {year - 1}, {', '.join(sorted(now))} in {year}"
            what = f"{entity} {indicator}: scope {told}"
            label, names = material.catalogue.indicators[indicator].label, material.catalogue.scopes
            then, since = ("、".join(names[one].label for one in sorted(codes)) for codes in (before, now))
            chinese = (
                f"{material.catalogue.entities[entity].short}{label}的口径，{year - 1}年为{then}，{year}年为{since}；"
                "在目录里写明中断，或改正口径。"
            )
            remedy = "declare a break in the catalogue, or correct the scope"
            yield Problem(f"observations of {year}", what, remedy, chinese, f"{year}年的数据")


@check(
    "continuity",
    "A number that a later edition restates is marked as revised there.",
    InChinese(
        "更正过的数有标记",
        "后来的年度更正过的数，都标为已修订。",
        "把每个被取代的数与取代它的数比较：数值不同的，status须为revised。只是多给了几位小数的，不算不同。",
    ),
)
def restatements_are_marked(material: Material) -> Iterator[Problem]:
    """Hold every superseded number against the one that took its place: another value needs the status ``revised``.

    The same value with more digits is no other one.
    """
    units = material.catalogue.units
    for row in material.observations.superseded:
        later = material.observations.get(row.key)
        if later is None or later.value is None or row.value is None or later.status is Status.REVISED:
            continue
        slack = Decimal(5).scaleb(-decimals_of(row.value) - 1) if decimals_of(row.value) else Decimal(0)
        finer = abs(convert(later.value, units[later.unit], units[row.unit]) - row.value) <= slack
        if not finer:
            what = f"{row.key} was {row.value} {row.unit} ({row.where}), now {later.value} {later.unit}"
            chinese = (
                f"原为{row.value}{units[row.unit].symbol}（{row.where}），现为{later.value}{units[later.unit].symbol}；"
                "status改为revised，原因写在note里。"
            )
            remedy = "set the status to revised, and say why in the note"
            yield Problem(f"{later.where}, status", what, remedy, chinese)


@check(
    "continuity",
    "A series has no year missing between two that are on record.",
    InChinese(
        "年份没有缺口",
        "在案的年份之间没有缺年。",
        "查找中间缺一年或几年的数列；有status而没有数的行不算缺口。",
    ),
    severity="warn",
)
def series_have_no_hole(material: Material) -> Iterator[Problem]:
    """Look for series with a hole of one or more years; a row with a status and no value is no hole."""
    years: dict[Key, list[int]] = {}
    for row in material.observations:
        years.setdefault(replace(row.key, year=0), []).append(row.key.year)
    for key, known in years.items():
        missing = sorted(set(range(min(known), max(known))) - set(known))
        if missing:
            name = str(replace(key, year=max(known)))
            told = ", ".join(map(str, missing))
            chinese = f"缺{'、'.join(f'{year}年' for year in missing)}的数；补上，或加一行，status写not_available。"
            what, remedy = f"no number for {told}", "add it, or a row with the status not_available"
            yield Problem(name, what, remedy, chinese, material.name(key))


def _is_broken(material: Material, row: Observation) -> bool:
    """Whether what the row counts changed in its year."""
    indicator = material.catalogue.indicators[row.key.indicator]
    return indicator.is_broken(row.key.entity, row.key.year - 1, row.key.year)
