"""Observations, records and facts: of these there are many, so they are plain dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from helpers.model.reference import Indicator, Standard, Unit

OWN_SCOPE = "own"

Cut = tuple[tuple[str, str], ...]
"""A breakdown made concrete: ``(("degree", "master"),)``, sorted by dimension; empty for the whole."""


class Status(StrEnum):
    """Why a value is there, or is not."""

    FINAL = "final"
    PROVISIONAL = "provisional"
    REVISED = "revised"
    ESTIMATED = "estimated"
    NOT_AVAILABLE = "not_available"
    NOT_APPLICABLE = "not_applicable"
    NOT_COLLECTED = "not_collected"

    @property
    def has_value(self) -> bool:
        """Whether a row of this status must carry a value."""
        return self in {Status.FINAL, Status.PROVISIONAL, Status.REVISED, Status.ESTIMATED}


class Qualifier(StrEnum):
    """How exactly a source states a number."""

    EXACT = ""
    OVER = "over"
    ABOUT = "about"
    NEARLY = "nearly"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What a number is about: who, when, what, counted how, which part."""

    entity: str
    year: int
    indicator: str
    scope: str
    cut: Cut = ()

    def __str__(self) -> str:
        parts = [self.indicator, str(self.year), self.entity, self.scope]
        parts += [f"{dimension}={member}" for dimension, member in self.cut]
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Observation:
    """One row of the observations: one number, one address."""

    key: Key
    value: Decimal | None
    unit: str
    qualifier: Qualifier
    status: Status
    source: str
    locator: str
    note: str
    edition: int
    where: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a register: a named thing."""

    entity: str
    register: str
    number: int
    year: int
    school: str
    project: str
    person: str
    level: str
    stage: str
    result: str
    source: str
    locator: str
    note: str
    where: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class Fact:
    """A number on its way to the page.

    ``value`` is in ``unit`` and unrounded; ``decimals`` is how many places the page prints. Where it comes from is one
    of four: an ``observation`` says where it was read, a ``derivation`` how it follows from other facts, ``records``
    what was counted, a ``standard`` which rule sets it.
    """

    key: Key
    indicator: Indicator
    unit: Unit
    value: Decimal
    decimals: int
    qualifier: Qualifier = Qualifier.EXACT
    status: Status = Status.FINAL
    observation: Observation | None = None
    derivation: Expression | None = None
    records: tuple[Record, ...] = ()
    standard: Standard | None = None

    @property
    def inputs(self) -> tuple[Fact, ...]:
        """The facts that this one is computed from, in the order of the formula."""
        return () if self.derivation is None else self.derivation.facts()


@dataclass(frozen=True, slots=True)
class Correction:
    """A number that a published report printed otherwise: which document, where, how, and why ours differs."""

    claim: str
    document: str
    place: str
    printed: str
    value: Decimal
    unit: Unit
    verdict: str
    evidence: str
    rows: frozenset[Key]


@dataclass(frozen=True, slots=True)
class Missing:
    """A fact that is not to be had, and why; ``reason`` is for readers."""

    key: Key
    indicator: Indicator
    reason: str


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula with its facts filled in.

    ``operator`` is one of ``+ - * /``, ``sum``, ``fact`` or ``number``.
    """

    operator: str
    operands: tuple[Expression, ...] = ()
    fact: Fact | None = None
    number: Decimal | None = None

    def facts(self) -> tuple[Fact, ...]:
        """Return the facts in the formula, each once, in order."""
        if self.fact is not None:
            return (self.fact,)
        found: dict[Key, Fact] = {}
        for operand in self.operands:
            for fact in operand.facts():
                found.setdefault(fact.key, fact)
        return tuple(found.values())
