"""A fact against the year before, against its whole, and against the national standard.

These derivations are general: they need no catalogue entry. Whether a standard is met is decided at full precision;
what is printed beside it (exceedance) is computed from the printed values, because a reader recomputes it from the row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.expressions import as_printed, derive, reference
from helpers.model import Expression, Fact, Indicator, Missing, Qualifier
from helpers.quantity import are_alike, convert, decimals_after, decimals_of, is_padded, printed_value, to_base

if TYPE_CHECKING:
    from helpers.catalogue import Catalogue
    from helpers.formulas import Facts
    from helpers.model import Key, Standard, Unit

NO_PREDECESSOR = "上年无数据，不作比较"
SCOPE_CHANGED = "统计口径有变，不作比较"
BOUND_ONLY = "只有界限值，不作比较"
NO_STANDARD = "无现行国家标准"
HUNDRED = Decimal(100)
HALF = Decimal("0.5")
PERSON, PEOPLE = "person", {"名", "位"}
BOUNDS = {Qualifier.AT_LEAST, Qualifier.AT_MOST}


@dataclass(frozen=True, slots=True)
class Change:
    """A fact beside the one of the year before.

    ``growth`` is ``None`` for percentages (they move in percentage points), where the base is zero or below, and where
    the two values are given too coarsely to tell it (1.23万 and 1.19万).
    """

    now: Fact
    before: Fact
    difference: Fact
    growth: Fact | None

    @property
    def direction(self) -> int:
        """-1, 0 or 1, by the two values as a reader sees them side by side.

        Values printed alike have not moved; nor have values that differ only because one is printed more finely.
        """
        printed = _sign(_printed_base(self.now) - _printed_base(self.before))
        return printed if printed == _sign(self.difference.value) else 0

    @property
    def is_exactly_flat(self) -> bool:
        """Whether the two values are equal, not only to the printed digit, nor only about so."""
        exact = self.now.qualifier is self.before.qualifier is Qualifier.EXACT
        return exact and self.difference.value.is_zero()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A fact held against a standard; ``former`` is the limit of the year before, where another one was in force."""

    fact: Fact
    standard: Standard
    limit: Fact
    met: bool
    exceedance: Fact
    exceedance_rate: Fact
    former: Fact | None = None


def previous(facts: Facts, fact: Fact) -> Fact | Missing:
    """Return the same fact for the year before, refused across a break in what the indicator counts."""
    before = facts.get(replace(fact.key, year=fact.key.year - 1))
    if fact.indicator.is_broken(fact.key.entity, before.key.year, fact.key.year):
        return Missing(before.key, fact.indicator, SCOPE_CHANGED)
    if isinstance(before, Missing):
        return Missing(before.key, fact.indicator, NO_PREDECESSOR)
    return before


def compare(facts: Facts, fact: Fact) -> Change | Missing:
    """Compare a fact with the year before."""
    before = previous(facts, fact)
    if isinstance(before, Missing):
        return before
    if {fact.qualifier, before.qualifier} & BOUNDS:  # 99.03% is not "0.03 points more" than "99% or more"
        return Missing(before.key, fact.indicator, BOUND_ONLY)
    return change(facts.catalogue, fact, before)


def change(catalogue: Catalogue, now: Fact, before: Fact) -> Change:
    """Give difference and growth between two facts of one indicator; the difference in the coarser of their units."""
    percent = now.unit.kind == "percent"
    coarser = max(now, before, key=lambda fact: fact.unit.factor)
    unit = catalogue.units["percentage_point"] if percent else coarser.unit
    decimals = _shared(now, before) if now.unit.factor == before.unit.factor else coarser.decimals
    expression = Expression("-", (reference(now), reference(before)))
    difference = _derived(now, "change", f"{_label(now)}比上年增减", unit, expression, decimals=decimals)
    growth = None
    if not percent and before.value > 0:
        quotient = Expression("/", (expression, reference(before)))
        unit = catalogue.units["percent"]
        told = _told_decimals(now, before, unit.decimals)
        if told is not None:
            growth = _derived(now, "growth", f"{_label(now)}比上年增长率", unit, quotient, decimals=told)
    return Change(now, before, difference, growth)


def share(catalogue: Catalogue, part: Fact, whole: Fact) -> Fact:
    """Give the percentage of ``whole`` that ``part`` is; the members of its breakdown follow its label on the card.

    Raises
    ------
    FormulaError
        The whole is zero.
    """
    expression = Expression("/", (reference(part), reference(whole)))
    if part.indicator.label == whole.indicator.label:
        label = f"{_label(whole, catalogue)}占比"
    else:
        label = f"{part.indicator.label}占{_label(whole, catalogue)}的比例"
    name = f"share_of_{whole.key.indicator}"
    return _derived(part, name, label, catalogue.units["percent"], expression)


def in_unit_of(fact: Fact, model: Fact) -> Fact:
    """Give a fact in the unit of ``model``, so that the two can be read side by side; its card shows both values.

    What is in that unit already, or cannot be converted into it, stays as it is. What was read more coarsely is 约
    there: 1.01万所 beside 9896所 is 约10100所.
    """
    unit = model.unit
    if fact.unit.symbol == unit.symbol or not are_alike(fact.unit, unit):
        return fact
    if fact.unit.factor == unit.factor:  # 19人 is 19名
        return replace(fact, unit=unit)
    most = max(unit.decimals, model.decimals)
    indicator = fact.indicator.model_copy(
        update={
            "id": f"{fact.indicator.id}.in_{unit.code}", "unit": unit, "formula": None,
            "decimals": decimals_after(fact.decimals, fact.unit, unit, most),
        }
    )  # fmt: skip
    converted = derive(replace(fact.key, indicator=indicator.id), indicator, reference(fact))
    if fact.observation is not None and is_padded(fact.decimals, fact.unit, unit):
        return replace(converted, qualifier=Qualifier.ABOUT)
    return converted


def in_persons(catalogue: Catalogue, fact: Fact) -> Fact:
    """Count people as 人, whichever word their source has for them, so that tables have one: 19名, 132位 are 人."""
    told = table_symbol(fact.unit) == fact.unit.symbol
    return fact if told else replace(fact, unit=catalogue.units[PERSON])


def table_symbol(unit: Unit) -> str:
    """Return the word that tables have for a unit."""
    return "人" if unit.kind == "count" and unit.symbol in PEOPLE else unit.symbol


def against_standard(facts: Facts, fact: Fact) -> Verdict | Missing:
    """Hold a fact against the standard in force in its year for the schools that it counts."""
    catalogue = facts.catalogue
    standard = standard_for(catalogue, fact.key)
    if standard is None:
        return Missing(fact.key, fact.indicator, NO_STANDARD)
    limit = standard_fact(catalogue, fact, standard)
    met = fact.value >= limit.value if standard.direction == "not_below" else fact.value <= limit.value
    printed, printed_limit = as_printed(fact), as_printed(limit)
    beyond = Expression("-", (reference(printed), reference(printed_limit)))
    if standard.direction == "not_above":
        beyond = Expression("-", (reference(printed_limit), reference(printed)))
    unit = catalogue.units["percentage_point"] if fact.unit.kind == "percent" else fact.unit
    label = f"{fact.indicator.label}与标准相差"
    exceedance = _derived(fact, "exceedance", label, unit, beyond, decimals=fact.decimals, rounding="printed")
    rate = Expression("/", (beyond, reference(printed_limit)))
    label = f"{fact.indicator.label}与标准相差幅度"
    exceedance_rate = _derived(fact, "exceedance_rate", label, catalogue.units["percent"], rate, rounding="printed")
    return Verdict(fact, standard, limit, met, exceedance, exceedance_rate, _former(catalogue, fact, limit))


def standard_for(catalogue: Catalogue, key: Key) -> Standard | None:
    """Return the standard that a number is held against, if there is one."""
    return catalogue.standard(key.indicator, key.year, catalogue.entities[key.entity], key.scope)


def _former(catalogue: Catalogue, fact: Fact, limit: Fact) -> Fact | None:
    """Return the limit that was in force in the year before, if it was another one."""
    key = replace(fact.key, year=fact.key.year - 1)
    standard = standard_for(catalogue, key)
    former = standard_fact(catalogue, replace(fact, key=key), standard) if standard is not None else None
    return former if former is not None and former.value != limit.value else None


def standard_fact(catalogue: Catalogue, fact: Fact, standard: Standard) -> Fact:
    """Return a standard's limit as a fact, in the unit of the fact that is held against it."""
    limit: Decimal = convert(standard.value, catalogue.units[standard.unit], fact.unit).normalize()
    indicator = Indicator(
        id=f"{fact.indicator.id}.standard",
        label=f"{fact.indicator.label}国家标准",
        unit=fact.unit,
        scope=standard.scope,
        definition=standard.note,
    )
    key = replace(fact.key, indicator=indicator.id, scope=standard.scope)
    decimals = max(0, -int(limit.as_tuple().exponent))
    return Fact(key, indicator, fact.unit, limit, decimals, standard=standard)


def _derived(
    fact: Fact,
    name: str,
    label: str,
    unit: object,
    expression: Expression,
    *,
    decimals: int | None = None,
    rounding: str = "once",
) -> Fact:
    """Make a general derivation: an indicator of its own, named after the one it comes from."""
    indicator = fact.indicator.model_copy(
        update={
            "id": f"{fact.indicator.id}.{name}", "label": label, "unit": unit, "decimals": decimals,
            "rounding": rounding, "formula": None, "definition": "", "definitions": {}, "note": "", "breaks": (),
        }
    )  # fmt: skip
    return derive(replace(fact.key, indicator=indicator.id), indicator, expression)


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)


def _printed_base(fact: Fact) -> Decimal:
    return to_base(printed_value(fact), fact.unit)


def _told_decimals(now: Fact, before: Fact, most: int) -> int | None:
    """Return to how many places, up to ``most``, two values tell the growth between them; ``None`` where to none.

    A value in 万 with two places may be half a hundred off: its growth is known less well than its digits pretend.
    """
    base = abs(to_base(before.value, before.unit))
    ratio = abs(to_base(now.value, now.unit)) / base
    width = HUNDRED * 2 * (_uncertainty(now) + ratio * _uncertainty(before)) / base
    return next((places for places in range(most, -1, -1) if width <= HALF.scaleb(-places)), None)


def _uncertainty(fact: Fact) -> Decimal:
    """Return how far a count stored in 万 may be off, in base units; other values are taken as a reader takes them."""
    if fact.observation is None or fact.unit.kind != "count" or fact.unit.factor == 1:
        return Decimal(0)
    return to_base(Decimal(5).scaleb(-decimals_of(fact.value) - 1), fact.unit)


def _shared(now: Fact, before: Fact) -> int:
    """Return the decimals at which both facts are printed."""
    return max(now.decimals, before.decimals)


def _label(fact: Fact, catalogue: Catalogue | None = None) -> str:
    """Name a fact with the members of its breakdown: ``硕士研究生及以上专任教师数``."""
    if catalogue is None:
        return fact.indicator.label
    return "".join(catalogue.members(fact.key.cut)) + fact.indicator.label
