"""Observations and catalogue formulas -> facts that know their inputs.

A formula is written in indicator names (``land_area / enrolment``). Its inputs are taken for the same entity, year,
breakdown and scope as the fact it gives, unless a selector says otherwise: ``employment_share(year=-1)``,
``enrolment(scope="all")``, ``staff(degree=None)``. ``sum(trainees, over="trainee_group")`` adds all its parts, every
one of which must be on record (as 0 where there are none); ``count("register", level="A")`` counts records. Values are
computed in base units at full precision.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.errors import FormulaError, UnknownNameError
from helpers.expressions import (
    OPERATORS,
    Selectors,
    as_printed,
    derive,
    parse_formula,
    read_selectors,
    reference,
    signature,
)
from helpers.model import Expression, Fact, Indicator, Key, Missing, Status
from helpers.quantity import CONTEXT, convert, decimals_of, round_number, to_base

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.catalogue import Catalogue
    from helpers.model import Case, Correction, Record, Unit
    from helpers.observations import Observations

REASONS = {
    Status.NOT_AVAILABLE: "暂缺",
    Status.NOT_APPLICABLE: "不适用",
    Status.NOT_COLLECTED: "未采集",
}
NOT_ON_RECORD = "无数据"
LACKING = "缺"
HALF = Decimal("0.5")
TENTH_OF_A_PERCENT = Decimal("0.001")


class _Unavailable(Exception):  # noqa: N818 - a signal inside this module, never an error
    """An input is missing; carries the deepest missing fact."""

    def __init__(self, missing: Missing) -> None:
        self.missing = missing
        super().__init__(missing.reason)


@dataclass
class Facts:
    """Every fact that the observations and the catalogue can give.

    ``reads`` gathers each observation key that was looked up, found or not, ``registers`` each register,
    ``divisions`` each breakdown, ``entities`` each entity of which everything and ``cases`` each of which the cases
    were asked for, so that a build knows what a chapter depends on.
    ``corrections`` are the numbers that the published report printed otherwise, by their
    :func:`signature`.
    """

    catalogue: Catalogue
    observations: Observations
    reads: set[Key] = field(default_factory=set)
    registers: set[tuple[str, str, int]] = field(default_factory=set)
    divisions: set[tuple[Key, str]] = field(default_factory=set)
    entities: set[tuple[str, int]] = field(default_factory=set)
    cases: set[tuple[str, int]] = field(default_factory=set)
    corrections: Mapping[str, tuple[Correction, ...]] = field(default_factory=dict)
    _known: dict[Key, Fact | Missing] = field(default_factory=dict)
    _open: list[Key] = field(default_factory=list)

    def get(self, key: Key) -> Fact | Missing:
        """Return the fact for ``key``, or a :class:`Missing` that says why there is none.

        Raises
        ------
        UnknownNameError
            The key, or a formula on the way, names what no catalogue knows.
        FormulaError
            A formula cannot be read, runs in a circle, or mixes units.
        """
        if key not in self._known:
            self._known[key] = self._find(key)
        found = self._known[key]
        self._note_reads(found)
        return found

    def derived(self, key: Key) -> Fact | Missing:
        """Return what the formula of a number gives, whatever is on record for it; without a formula, nothing.

        Raises
        ------
        FormulaError
            As for :meth:`get`.
        """
        indicator = self.catalogue.indicator(key.indicator)
        if indicator.formula is None:
            return Missing(key, indicator, NOT_ON_RECORD)
        return self._derive(key, indicator, indicator.formula)

    def parts(self, key: Key, dimension: str) -> list[Fact]:
        """Return the facts into which ``dimension`` breaks ``key`` down, in the breakdown's official order."""
        members = self.catalogue.dimension(dimension).members
        self.divisions.add((key, dimension))
        cuts = {dict(cut)[dimension]: cut for cut in self.observations.cuts(key, dimension)}
        ordered = [self.get(replace(key, cut=cuts[member])) for member in members if member in cuts]
        return [fact for fact in ordered if isinstance(fact, Fact)]

    def lacks_a_part(self, key: Key, dimension: str) -> bool:
        """Whether the parts on record miss some of the whole, so that nothing may be said of all of them.

        Of a breakdown that makes a whole, parts without a row are nothing where the others add up to the whole; where
        the whole is not on record, every member must be. Other breakdowns have no whole to miss.
        """
        breakdown = self.catalogue.dimension(dimension)
        if not breakdown.total:
            return False
        parts = self.parts(key, dimension)
        total = sum((to_base(part.value, part.unit) for part in parts), CONTEXT.create_decimal(0))
        slack = sum((to_base(HALF.scaleb(-part.decimals), part.unit) for part in parts), CONTEXT.create_decimal(0))
        whole = self.get(key)
        if isinstance(whole, Fact):
            return to_base(whole.value, whole.unit) - total > slack
        if parts and all(part.unit.kind == "percent" for part in parts):
            return 1 - total > max(slack, TENTH_OF_A_PERCENT)
        return len(parts) < len(breakdown.members)

    def select(self, name: str, selectors: Selectors, key: Key, where: str) -> Key:
        """Return the key that a name with selectors means beside ``key``; ``where`` stands in messages.

        Raises
        ------
        UnknownNameError
            The name, or a selector, is none of the catalogue's.
        """
        self.catalogue.indicator(name, where)
        year, entity, scope, cut = key.year, key.entity, key.scope, dict(key.cut)
        for selector, value in selectors.items():
            if selector == "year" and isinstance(value, int):
                year = year + value if value <= 0 else value
            elif selector == "entity":
                chosen = self.catalogue.entity(str(value), where)
                entity, scope = chosen.slug, self.catalogue.default_scope(self.catalogue.indicators[name], chosen, year)
            elif selector == "scope":
                scope = str(value)
                if scope not in self.catalogue.scopes:
                    raise UnknownNameError.of("scope", scope, self.catalogue.scopes, where)
            elif value is None:
                cut.pop(selector, None)
            else:
                members = self.catalogue.dimension(selector, where).members
                if value not in members:
                    raise UnknownNameError.of(f"member of {selector}", str(value), members, where)
                cut[selector] = str(value)
        return Key(entity, year, name, scope, tuple(sorted(cut.items())))

    def corrected(self, fact: Fact) -> tuple[Correction, ...]:
        """Return how the published report printed a fact where it printed another number or unit."""
        return tuple(one for one in self.corrections.get(signature(reference(fact)), ()) if _differs(one, fact))

    def count(self, entity: str, register: str, year: int, **filters: str) -> Fact | Missing:
        """Count the entries of a register, each filter naming a column and the text it must hold."""
        record = self.catalogue.register(register)
        label = f"{record.label}数"
        suffix = "".join(f".{name}={value}" for name, value in sorted(filters.items()))
        unit = self.catalogue.units["item"]
        indicator = Indicator(id=f"count.{register}{suffix}", label=label, unit=unit, definition=record.description)
        key = Key(entity, year, indicator.id, indicator.scope)
        entries = self.entries(entity, register, year, **filters)
        if not entries:
            return Missing(key, indicator, NOT_ON_RECORD)
        return Fact(key, indicator, unit, CONTEXT.create_decimal(len(entries)), 0, records=entries)

    def entries(self, entity: str, register: str, year: int, **filters: str) -> tuple[Record, ...]:
        """Return the entries of a register that pass the filters, in their order."""
        self.catalogue.register(register)
        self.registers.add((entity, register, year))
        entries = self.observations.register(entity, register, year)
        if not entries:
            entries = self.observations.filed_above(entity, register, year)
        return tuple(e for e in entries if all(getattr(e, name) == value for name, value in filters.items()))

    def cases_of(self, entity: str, year: int) -> tuple[Case, ...]:
        """Return the cases of an edition that belong to an entity: its own, or its schools'."""
        self.cases.add((entity, year))
        return self.observations.cases_of(entity, year)

    def cases_naming(self, entity: str, year: int) -> tuple[Case, ...]:
        """Return the cases of an edition in which an entity stands."""
        self.cases.add((entity, year))
        return self.observations.cases_naming(entity, year)

    def about(self, entity: str, year: int) -> list[Fact]:
        """Return all that is known about an entity in a year, in the order of the catalogue.

        That is what was read, and what formulas give from it; what only counts the entries of a register is left to
        the register.
        """
        self.entities.add((entity, year))
        place = self.catalogue.entities[entity]
        by_indicator: dict[str, list[Key]] = {}
        for key in self.observations.about(entity, year):
            by_indicator.setdefault(key.indicator, []).append(key)
        found: list[Fact | Missing] = []
        for name, indicator in self.catalogue.indicators.items():
            if name in by_indicator:
                found += [self.get(key) for key in sorted(by_indicator[name], key=self._official_place)]
            elif indicator.formula is not None:
                found.append(self.get(Key(entity, year, name, self.catalogue.default_scope(indicator, place, year))))
        return [fact for fact in found if isinstance(fact, Fact) and not _counts_entries(fact)]

    def standing(self, entity: str, year: int) -> tuple[Record, ...]:
        """Return the entries of any register about an entity, in the order of the catalogue."""
        self.entities.add((entity, year))
        order = {code: place for place, code in enumerate(self.catalogue.registers)}
        entries = self.observations.standing(entity, year)
        return tuple(sorted(entries, key=lambda entry: (order[entry.register], entry.entity, entry.number)))

    def _official_place(self, key: Key) -> tuple[tuple[str, int], ...]:
        members = ((name, list(self.catalogue.dimensions[name].members).index(member)) for name, member in key.cut)
        return tuple(members)

    def _find(self, key: Key) -> Fact | Missing:
        indicator = self.catalogue.indicator(key.indicator)
        self.reads.add(key)
        observation = self.observations.get(key)
        if observation is not None and observation.value is not None:
            unit = self.catalogue.units[observation.unit]
            decimals = _decimals(observation.value, unit, indicator)
            return Fact(
                key, indicator, unit, observation.value, decimals,
                observation.qualifier, observation.status, observation=observation,
            )  # fmt: skip
        if observation is not None:
            return Missing(key, indicator, REASONS[observation.status])
        if indicator.formula is None:
            return Missing(key, indicator, NOT_ON_RECORD)
        return self._derive(key, indicator, indicator.formula)

    def _derive(self, key: Key, indicator: Indicator, formula: str) -> Fact | Missing:
        if key in self._open:
            circle = " -> ".join(open_key.indicator for open_key in [*self._open, key])
            message = f"formula of {indicator.id!r} runs in a circle: {circle}"
            raise FormulaError(message)
        self._open.append(key)
        try:
            expression = self._fill(parse_formula(indicator.id, formula), key, indicator)
        except _Unavailable as signal:
            cause = signal.missing
            return Missing(key, indicator, _lacks(cause))
        finally:
            self._open.pop()
        return derive(key, indicator, expression)

    def _fill(self, node: ast.expr, key: Key, indicator: Indicator) -> Expression:
        """Replace every name in a formula by its fact."""
        match node:
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
                operands = (self._fill(left, key, indicator), self._fill(right, key, indicator))
                return Expression(OPERATORS[type(operator)], operands)
            case ast.Constant(value=int() as value):
                return Expression("number", number=CONTEXT.create_decimal(value))
            case ast.Name(id=name):
                return self._input(name, {}, key, indicator)
            case ast.Call(func=ast.Name(id="sum"), args=[ast.Name(id=name)], keywords=words):
                return self._sum(name, read_selectors(words), key, indicator)
            case ast.Call(func=ast.Name(id="count"), args=[ast.Constant(value=str() as register)], keywords=words):
                filters = {name: str(value) for name, value in read_selectors(words).items()}
                counted = self.count(key.entity, register, key.year, **filters)
                return _reference(counted)
            case ast.Call(func=ast.Name(id=name), args=[], keywords=words):
                return self._input(name, read_selectors(words), key, indicator)
        message = f"formula of {indicator.id!r}: {ast.unparse(node)!r} is not an indicator, a number or + - * /"
        raise FormulaError(message)

    def _input(self, name: str, selectors: Selectors, key: Key, indicator: Indicator) -> Expression:
        wanted = self.select(name, selectors, key, f"formula of {indicator.id!r}")
        return _reference(self.get(wanted), printed=indicator.rounding == "printed")

    def _sum(self, name: str, selectors: Selectors, key: Key, indicator: Indicator) -> Expression:
        dimension = str(selectors.pop("over", ""))
        where = f"formula of {indicator.id!r}"
        whole = self.select(name, selectors, key, where)
        members = self.catalogue.dimension(dimension, where).members
        self.divisions.add((whole, dimension))
        cuts = [tuple(sorted({**dict(whole.cut), dimension: member}.items())) for member in members]
        return Expression("sum", tuple(_reference(self.get(replace(whole, cut=cut))) for cut in cuts))

    def _note_reads(self, found: Fact | Missing) -> None:
        """Count a remembered fact's inputs as read again, for whoever empties ``reads`` between chapters."""
        self.reads.add(found.key)
        if isinstance(found, Fact):
            for fact in found.inputs:
                self._note_reads(fact)


def _counts_entries(fact: Fact) -> bool:
    """Whether a fact only says how long a list is."""
    return bool(fact.records) or (bool(fact.inputs) and all(_counts_entries(part) for part in fact.inputs))


def _differs(correction: Correction, fact: Fact) -> bool:
    """Whether the number as we print it is another than the published one."""
    ours = convert(fact.value, fact.unit, correction.unit)
    return round_number(ours, decimals_of(correction.value)) != correction.value


def _decimals(value: Decimal, unit: Unit, indicator: Indicator) -> int:
    """Return how many places of a stored value to print; what is usually computed shows none that its source lacks.

    A count in 万 shows as many as its unit, however finely it is stored.
    """
    written = decimals_of(value)
    if unit.kind == "count" and unit.factor > 1:
        written = min(written, unit.decimals)
    if indicator.decimals is None:
        return written
    return indicator.decimals if indicator.formula is None else min(written, indicator.decimals)


def _lacks(cause: Missing) -> str:
    """Say which input a formula lacks, and why: ``缺纸质图书（2020年，未采集）``; the deepest one, and no other."""
    if cause.reason.startswith(LACKING):
        return cause.reason
    return f"{LACKING}{cause.indicator.label}（{cause.key.year}年，{cause.reason}）"


def _reference(found: Fact | Missing, *, printed: bool = False) -> Expression:
    if isinstance(found, Missing):
        raise _Unavailable(found)
    return reference(as_printed(found) if printed else found)
