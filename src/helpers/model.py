"""The words of the project as frozen records: no files, no arithmetic, no presentation.

Reference records (read from YAML) are pydantic models, so that a wrong key or type is caught where the file is
read. Observations and facts, of which there are many, are plain dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

EntityKind = Literal["nation", "province", "city", "county", "school", "teaching_group", "enterprise"]

OWN_SCOPE = "own"
RECORD_FIELDS = ("school", "project", "person", "level", "stage", "result", "note")
"""What an entry of a register says, besides whose it is and where it was read."""
UNNUMBERED = "00"  # the number of a chapter outside the count

Cut = tuple[tuple[str, str], ...]
"""A breakdown made concrete: ``(("degree", "master"),)``, sorted by dimension; empty for the whole."""


class Reference(BaseModel):
    """A record of ``data/reference``: frozen, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(Reference):
    """What stands beside a number, and how it converts: ``value × factor`` is the value in the ``base`` unit."""

    code: str
    symbol: str
    base: str
    factor: Decimal
    decimals: int
    kind: Literal["count", "measure", "percent", "percentage_point", "ratio", "rank"]
    prefix: str = ""
    suffix: str = ""


class Scope(Reference):
    """统计口径: which schools, teachers or pupils a number counts."""

    code: str
    label: str
    definition: str


class Entity(Reference):
    """填报单位: who reports, or whom a number is about."""

    slug: str
    name: str
    short: str
    kind: EntityKind
    parent: str | None = None

    @property
    def counts_itself(self) -> bool:
        """Whether its numbers are about itself alone, so that their scope is its own (本校)."""
        return self.kind in {"school", "teaching_group", "enterprise"}


class Dimension(Reference):
    """A way to break an indicator down; ``total`` says that the members add up to the whole.

    ``applies_to`` lists the kinds of entity that can be asked for it; all of them if it is empty.
    """

    code: str
    label: str
    members: dict[str, str]
    counterpart: dict[str, str] = Field(default_factory=dict)
    total: bool = False
    applies_to: tuple[EntityKind, ...] = ()


class Break(Reference):
    """A year from which an indicator counts something else.

    ``entities`` are those whose numbers break, all of them where it is empty; ``scope`` is what a bare name means for
    them from then on, where that changes.
    """

    year: int
    reason: str
    entities: tuple[str, ...] = ()
    scope: str | None = None

    def concerns(self, entity: str) -> bool:
        """Whether the numbers of an entity break."""
        return not self.entities or entity in self.entities


class DatedBreak(Break):
    """A break that several indicators share, as ``breaks.yml`` gives it."""

    code: str
    indicators: tuple[str, ...]


class Indicator(Reference):
    """A catalogue entry: what a number means, whatever its year, place and value.

    ``part_of`` names the indicator that it can never exceed; ``range`` holds the least and the most that is known of it
    anywhere, in its unit, widely drawn: only a slip lies outside.

    ``applies_to`` lists the kinds of entity that are asked for the number as a matter of course; others are asked only
    if they gave it the year before. ``breakdowns`` are the ways in which it is asked for (``contest;medal``: by both),
    besides the whole, unless only the parts are numbers (``undivided: false``).
    """

    id: str
    label: str
    unit: Unit
    scope: str = "all"
    basis: str = "calendar_year"
    definition: str = ""
    polarity: Literal["higher", "lower", "neutral"] = "neutral"
    decimals: int | None = None
    formula: str | None = None
    rounding: Literal["once", "printed"] = "once"
    breaks: tuple[Break, ...] = ()
    part_of: str | None = None
    range: tuple[Decimal, Decimal] | None = None
    applies_to: tuple[EntityKind, ...] = ()
    breakdowns: tuple[str, ...] = ()
    undivided: bool = True
    note: str = ""
    topic: str = ""

    def is_broken(self, entity: str, before: int, year: int) -> bool:
        """Whether the indicator counts something else for an entity in ``year`` than in the year ``before``."""
        return any(before < stop.year <= year and stop.concerns(entity) for stop in self.breaks)


class Source(Reference):
    """Where numbers were read; one of kind ``simulated`` is no document, and its numbers are invented."""

    code: str
    title: str
    producer: str
    date_published: str = ""
    citation: str = ""
    kind: str = ""
    school_year: str = ""
    note: str = ""

    @property
    def is_simulated(self) -> bool:
        """Whether its numbers are invented, for trials, and may be cited nowhere."""
        return self.kind == "simulated"


class Standard(Reference):
    """A dated national standard for one indicator."""

    code: str
    indicator: str
    value: Decimal
    unit: str
    direction: Literal["not_below", "not_above"]
    legal: str
    valid_from: int = Field(alias="from")
    valid_to: int | None = Field(default=None, alias="to")
    denominator: str = ""
    scope: str = "all"
    applies_to: tuple[str, ...] = ()
    source: str = ""
    note: str = ""


class Register(Reference):
    """A list of named things: honours, projects, schools.

    ``columns`` names, for those who fill it, the fields of a record that the list has; such a list has a sheet of its
    own in the entry workbook. ``applies_to`` lists the kinds of entity that keep it as a matter of course.
    """

    code: str
    label: str
    description: str = ""
    applies_to: tuple[EntityKind, ...] = ()
    columns: dict[Literal["school", "project", "person", "level", "stage", "result"], str] = Field(default_factory=dict)


class Topic(Reference):
    """A group of indicators that are filled in together: a file of the catalogue.

    They come in the order in which an outline has their ``section``.
    """

    code: str
    label: str
    section: str
    help: str = ""


class Section(Reference):
    """A section of a chapter; ``notebook`` names where it stands, if not in the chapter's own.

    Its ``number`` follows from its place in the outline; a chapter without a number has sections without.
    """

    id: str
    title: str
    notebook: str = ""
    number: str = ""


class Chapter(Reference):
    """A chapter of an outline: its notebook and the sections that make it; without ``sections``, all of the notebook.

    Its ``number`` follows from its place; one that is not ``numbered`` (a preface) stands outside the count, as ``00``.
    ``reason`` says why a part of the frame has nothing to show yet.
    """

    slug: str
    title: str
    notebook: str
    sections: tuple[Section, ...] = ()
    numbered: bool = True
    reason: str = ""
    number: str = UNNUMBERED


class Outline(Reference):
    """Which chapters make a report: for which kinds of entities, in which editions.

    ``title`` names the report and ``overview`` tells what it goes through; ``one_page`` marks a report of one chapter
    that has neither cover nor contents, and shows only the sections that have something to say.
    """

    code: str
    name: str
    kinds: tuple[EntityKind, ...]
    valid_from: int = Field(default=0, alias="from")
    valid_to: int | None = Field(default=None, alias="to")
    title: str
    overview: str = ""
    one_page: bool = False
    chapters: tuple[Chapter, ...]

    @field_validator("chapters")
    @classmethod
    def _number(cls, chapters: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
        """Give chapters and sections their numbers, by their order."""
        counted = 0
        numbered = []
        for chapter in chapters:
            counted += chapter.numbered
            number = f"{counted:02}" if chapter.numbered else UNNUMBERED
            sections = tuple(
                section.model_copy(update={"number": f"{counted}.{place}" if chapter.numbered else ""})
                for place, section in enumerate(chapter.sections, 1)
            )
            numbered.append(chapter.model_copy(update={"number": number, "sections": sections}))
        return tuple(numbered)

    def holds(self, kind: str, year: int) -> bool:
        """Whether it is the outline of a kind of entity in an edition."""
        return kind in self.kinds and self.serves(year)

    def serves(self, year: int) -> bool:
        """Whether it is in force in an edition."""
        return self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)

    def chapter(self, name: str) -> Chapter | None:
        """Return the chapter of that slug, or of that number."""
        named = (chapter for chapter in self.chapters if name in {chapter.slug, chapter.number})
        return next(named, None)


class Case(Reference):
    """案例: a school's practice, with a summary of our own whose numbers are facts."""

    number: str
    chapter: str
    section: str
    schools: tuple[str, ...]
    title: str
    summary: str
    literals: tuple[str, ...] = ()


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
    """A number that a published report printed otherwise: where, how, and why ours differs."""

    claim: str
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
