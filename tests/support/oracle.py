"""A second reading of the claims, in floating point and by other means than the audit's: Python evaluates them.

It says which changes of a document arithmetic can reveal, so that the audit may be held to notice them. It shares no
code with :mod:`helpers.audit` but the claims themselves.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.model import Key

if TYPE_CHECKING:
    import random

GUARD = 1e-9
EXACT_KINDS = {"count", "rank"}


class Quantity:
    """A number that may be asked for in neighbouring years."""

    def __init__(self, at):
        self.at = at

    def _join(self, other, operate):
        other = other if isinstance(other, Quantity) else Quantity(lambda _shift, fixed=other: fixed)
        return Quantity(lambda shift: operate(self.at(shift), other.at(shift)))

    def __add__(self, other):
        return self._join(other, lambda one, two: one + two)

    def __sub__(self, other):
        return self._join(other, lambda one, two: one - two)

    def __mul__(self, other):
        return self._join(other, lambda one, two: one * two)

    def __truediv__(self, other):
        return self._join(other, lambda one, two: one / two)

    def __rtruediv__(self, other):
        return Quantity(lambda shift: other / self.at(shift))

    def __rmul__(self, other):
        return self * other

    def __neg__(self):
        return Quantity(lambda shift: -self.at(shift))

    def __lt__(self, other):
        return number(self) < number(other) - GUARD

    def __le__(self, other):
        return number(self) <= number(other) + GUARD

    def __gt__(self, other):
        return number(self) > number(other) + GUARD

    def __ge__(self, other):
        return number(self) >= number(other) - GUARD

    def __eq__(self, other):
        return math.isclose(number(self), number(other), rel_tol=1e-12, abs_tol=1e-12)

    def __ne__(self, other):
        return not self == other

    __hash__ = None


def number(thing):
    """Return a quantity's value this year, or a plain number."""
    return thing.at(0) if isinstance(thing, Quantity) else thing


class Term(Quantity):
    """An indicator with selectors."""

    def __init__(self, oracle, name, key):
        self.oracle, self.name, self.key = oracle, name, key
        super().__init__(lambda shift: oracle.value(self.moved(shift)))

    def moved(self, shift):
        """Return the key, some years on."""
        return Key(self.key.entity, self.key.year + shift, self.key.indicator, self.key.scope, self.key.cut)

    def __call__(self, **selectors):
        """Return the term that selectors mean."""
        return Term(self.oracle, self.name, self.oracle.select(self.key, selectors))

    def parts(self, over, shift=0):
        """Return the parts on record, by member."""
        whole = self.moved(shift)
        members = self.oracle.catalogue.dimensions[over].members
        keys = {member: self.oracle.cut(whole, over, member) for member in members}
        return {member: self.oracle.value(key) for member, key in keys.items() if key in self.oracle.rows}


@dataclass
class Oracle:
    """The data as floats in base units; ``noise`` moves each rounded number within its last digit."""

    catalogue: object
    observations: object
    claims: object
    edition: int = 2020
    changed: dict = field(default_factory=dict)
    printed: dict = field(default_factory=dict)
    noise: random.Random | None = None
    rows: dict = field(default_factory=dict)
    reads: set = field(default_factory=set)
    known: dict = field(default_factory=dict)

    def __post_init__(self):
        self.rows = {row.key: row for row in self.observations if row.value is not None}

    def cut(self, key, dimension, member):
        """Return the key of a part."""
        pairs = tuple(sorted({**dict(key.cut), dimension: member}.items()))
        return Key(key.entity, key.year, key.indicator, key.scope, pairs)

    def select(self, key, selectors):
        """Return the key that selectors mean."""
        entity, year, scope, cut = key.entity, key.year, key.scope, dict(key.cut)
        if "entity" in selectors:
            entity = selectors["entity"]
            kind = self.catalogue.entities[entity].kind
            own = kind in {"school", "teaching_group", "enterprise"}
            scope = "own" if own else self.catalogue.indicators[key.indicator].scope
        for name, value in selectors.items():
            if name == "year":
                year = value if value > 0 else year + value
            elif name == "scope":
                scope = value
            elif name != "entity":
                cut[name] = value
                if value is None:
                    del cut[name]
        return Key(entity, year, key.indicator, scope, tuple(sorted(cut.items())))

    def value(self, key):
        """Return a number in base units, read or computed."""
        self.reads.add(key)
        row = self.rows.get(key)
        if row is None:
            return self.formula(key)
        if key not in self.known:
            value = self.changed.get(key, row.value)
            self.known[key] = self.in_base(value, self.catalogue.units[row.unit], row.qualifier)
        return self.known[key]

    def in_base(self, value, unit, qualifier=""):
        """Return a printed number in base units, moved within its last digit where noise is asked for."""
        factor = float(unit.factor)
        rounded = not (unit.kind in EXACT_KINDS and factor == 1) and not (value == 0 and "." not in str(value))
        if self.noise is None or not (rounded or qualifier):
            return float(value) * factor
        half = 0.5 * 10.0 ** -max(0, -value.as_tuple().exponent)
        if qualifier:
            digits = value.normalize().as_tuple()
            half = 10.0**digits.exponent
        return (float(value) + self.noise.choice((-1, 1)) * half) * factor

    def formula(self, key):
        """Compute a derived number."""
        indicator = self.catalogue.indicators[key.indicator]
        if indicator.formula is None:
            raise KeyError(key)
        return number(self.evaluate(indicator.formula, key))

    def evaluate(self, text, key):
        """Let Python evaluate an expression whose names mean terms beside ``key``."""
        return eval(text, {"__builtins__": {}}, _Names(self, key))  # noqa: S307 - the project's own expressions

    def claim(self, claim):
        """Return what a claim's expression gives."""
        start = Key(claim.entity, self.edition, "", "")
        return self.evaluate(claim.expression, start)

    def holds(self, claim):
        """Whether a claim is as its expression says, with the guard of one last digit's half."""
        result = self.claim(claim)
        if claim.value is None:
            return bool(result)
        value = self.printed.get(claim.id, claim.value)
        factor = float(claim.unit.factor)
        got = number(result) / factor
        shown = float(value)
        if any(word in claim.printed for word in ("减少", "下降", "降低")):
            shown = -shown
        ulp = 10.0 ** -max(0, -value.as_tuple().exponent)
        if str(claim.qualifier):
            digit = 10.0 ** value.normalize().as_tuple().exponent
            return abs(got - shown) <= digit * (1 + GUARD) or str(claim.qualifier).startswith("at_")
        return abs(got - shown) <= ulp / 2 * (1 + 1e-6) + GUARD * abs(shown)


class _Names(dict):
    """What the names of an expression mean."""

    def __init__(self, oracle, key):
        super().__init__()
        self.oracle, self.key = oracle, key

    def __missing__(self, name):
        if name in FUNCTIONS:
            return lambda *arguments, **words: FUNCTIONS[name](self.oracle, self.key, *arguments, **words)
        indicator = self.oracle.catalogue.indicators[name]
        kind = self.oracle.catalogue.entities[self.key.entity].kind
        own = kind in {"school", "teaching_group", "enterprise"}
        scope = self.key.scope if self.key.indicator else ("own" if own else indicator.scope)
        return Term(self.oracle, name, Key(self.key.entity, self.key.year, name, scope, self.key.cut))


def _count(oracle, key, register, **filters):
    entity, year = filters.pop("entity", key.entity), filters.pop("year", key.year)
    entries = [r for r in oracle.observations.records if (r.entity, r.register, r.year) == (entity, register, year)]
    if not entries:
        entities = oracle.catalogue.entities
        entries = [
            r
            for r in oracle.observations.records
            if (r.register, r.year) == (register, year) and r.school and entity in {r.school, entities[r.school].parent}
        ]
    return Quantity(lambda _shift: sum(all(getattr(r, n) == v for n, v in filters.items()) for r in entries))


def _limit(oracle, term):
    found = [s for s in oracle.catalogue.standards if s.indicator == term.name and s.valid_to is None]
    standard = found[0]
    factor = float(oracle.catalogue.units[standard.unit].factor)
    return float(standard.value) * factor, standard.direction == "not_below"


def _exceedance(oracle, _key, term):
    limit, lower = _limit(oracle, term)
    return term - limit if lower else Quantity(lambda shift: limit - term.at(shift))


def _printed(oracle, _key, term):
    indicator = oracle.catalogue.indicators[term.name]
    unit = indicator.unit
    places = indicator.decimals if indicator.decimals is not None else unit.decimals
    return Quantity(lambda shift: round(term.at(shift) / float(unit.factor), places) * float(unit.factor))


def _adds_up(_oracle, _key, term, over):
    total = sum(term.parts(over).values())
    try:
        whole = term.at(0)
    except KeyError:
        whole = 1.0
    return math.isclose(total, whole, rel_tol=1e-9) or abs(total - whole) <= 0.0005 * abs(whole)


def _moves(direction):
    def moved(_oracle, _key, term, over=None):
        if over is None:
            return direction(term.at(0), term.at(-1))
        now, before = term.parts(over), term.parts(over, -1)
        return all(direction(now[member], before[member]) for member in now if member in before)

    return moved


def _first(direction):
    def first(_oracle, _key, term, over, member):
        parts = term.parts(over)
        return all(direction(parts[member], value) for value in parts.values())

    return first


def _top(_oracle, _key, term, over, members):
    parts = term.parts(over)
    ordered = sorted(parts.values(), reverse=True)
    return [parts[name.strip()] for name in members.split(",")] == ordered[: len(members.split(","))]


def _claimed(oracle, _key, name):
    claim = oracle.claims.by_id[name]
    value = oracle.in_base(oracle.printed.get(name, claim.value), claim.unit)
    return Quantity(lambda _shift: value)


FUNCTIONS = {
    "growth": lambda _o, _k, x: Quantity(lambda s: x.at(s) / x.at(s - 1) - 1),
    "change": lambda _o, _k, x: Quantity(lambda s: x.at(s) - x.at(s - 1)),
    "share": lambda _o, _k, a, b: a / b,
    "ratio": lambda _o, _k, a, b: a / b,
    "points": lambda _o, _k, a, b: a - b,
    "sum": lambda _o, _k, x, over: Quantity(lambda s: sum(x.parts(over, s).values())),
    "count": _count,
    "standard": lambda o, _k, x: Quantity(lambda _s: _limit(o, x)[0]),
    "exceedance": _exceedance,
    "exceedance_rate": lambda o, k, x: _exceedance(o, k, x) / _limit(o, x)[0],
    "printed": _printed,
    "claim": _claimed,
    "span": lambda _o, _k, a, b: Quantity(lambda _s: b - a),
    "counted": lambda _o, _k, _unit, quantity: quantity,
    "number_of": lambda _o, _k, *conditions: Quantity(lambda _s: sum(map(bool, conditions))),
    "rises": _moves(lambda now, before: now > before),
    "falls": _moves(lambda now, before: now < before),
    "steady": _moves(math.isclose),
    "meets": lambda o, _k, x: (x >= _limit(o, x)[0]) if _limit(o, x)[1] else (x <= _limit(o, x)[0]),
    "exceeds": lambda o, _k, x: (x > _limit(o, x)[0]) if _limit(o, x)[1] else (x < _limit(o, x)[0]),
    "about": lambda _o, _k, x, y: abs(number(x) - number(y)) <= 0.2 * abs(number(y)),
    "largest": _first(lambda one, other: one >= other),
    "smallest": _first(lambda one, other: one <= other),
    "top": _top,
    "adds_up": _adds_up,
    "wording": lambda _o, _k, condition: condition,
}
