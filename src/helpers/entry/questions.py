"""Which numbers are asked of an entity for an edition, and which lists.

What it, or a place like it, gave the year before, and what the catalogue asks of its kind as a matter of course; never
what follows from other numbers.
"""

from __future__ import annotations

import ast
import itertools
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.errors import ParameterError
from helpers.expressions import parse_formula, read_selectors
from helpers.model import Cut, Key, Topic

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helpers.catalogue import Catalogue
    from helpers.model import Entity, Indicator, Observation, Register, Section, Unit
    from helpers.observations import Observations

EMPTY = "empty"
"""As the model of a workbook: nothing but the catalogue."""
STATED_CHANGES = ("_growth", "_change")


@dataclass(frozen=True, slots=True)
class Question:
    """One number to be asked for: its key, the unit it is given in, and what is on record for the year before it."""

    key: Key
    indicator: Indicator
    unit: Unit
    before: Observation | None = None


@dataclass(frozen=True)
class Questionnaire:
    """What a workbook asks: numbers in the order of topics, catalogue and breakdowns, and the lists to be kept."""

    catalogue: Catalogue
    observations: Observations
    entity: Entity
    edition: int
    model: Entity | None = None
    """The entity whose questions are asked; ``None`` asks only what the catalogue asks of every such place."""

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Return what is asked for, in the order of the sheets."""
        asked = {replace(key, entity=self.entity.slug) for key in self._from_catalogue() | self._from_model()}
        asked = {key for key in asked if not self._follows(key, asked)}
        return tuple(self._question(key) for key in sorted(asked, key=self._place))

    @cached_property
    def registers(self) -> tuple[Register, ...]:
        """Return the lists that the entity or its model kept, or that every place of its kind keeps."""
        kept = {record.register for record in self.observations.records if self._owns(record.entity)}
        registers = self.catalogue.registers.values()
        return tuple(r for r in registers if r.code in kept or self.entity.kind in r.applies_to)

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Return the topics that ask for something, in the order of the report's chapters."""
        asked = {question.indicator.topic for question in self.questions}
        order = {section.id: place for place, section in enumerate(self.sections)}
        known = self.catalogue.topics
        topics = [topic for topic in known.values() if topic.code in asked]
        topics += [Topic(code=code, label=code, section="") for code in sorted(asked - known.keys())]
        return tuple(sorted(topics, key=lambda topic: order.get(topic.section, len(order))))

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Return the sections of the report that the workbook is for; none where no outline makes one."""
        try:
            outline = self.catalogue.outline(self.entity, self.edition)
        except ParameterError:
            return ()
        return tuple(section for chapter in outline.chapters for section in chapter.sections)

    def _owns(self, slug: str) -> bool:
        return self.model is not None and slug == self.model.slug

    @cached_property
    def _earlier(self) -> tuple[Observation, ...]:
        """Return the rows of the latest edition, before this one if there is one, that speak of the model."""
        rows = [row for row in self.observations if self._owns(row.key.entity)]
        editions = {row.edition for row in rows}
        before = {edition for edition in editions if edition < self.edition} or editions
        return tuple(row for row in rows if row.edition == max(before))

    def _from_model(self) -> set[Key]:
        """Ask again for each number of the last edition; one that came a year late then comes a year late again."""
        latest: dict[str, int] = {}
        for row in self._earlier:
            latest[row.key.indicator] = max(row.key.year, latest.get(row.key.indicator, 0))
        asked = set()
        for row in self._earlier:
            if not self.catalogue.indicators[row.key.indicator].is_asked_in(self.edition):
                continue
            if row.key.year == latest[row.key.indicator]:
                late = min(1, max(0, row.edition - row.key.year))
                asked.add(replace(self._own(row.key), year=self.edition - late))
        return asked

    def _own(self, key: Key) -> Key:
        """Give a key of the model the scope that the entity counts in: a school counts itself."""
        indicator = self.catalogue.indicators[key.indicator]
        if self.model is None or self.model.counts_itself == self.entity.counts_itself:
            return key
        return replace(key, scope=self.catalogue.default_scope(indicator, self.entity, self.edition))

    def _from_catalogue(self) -> set[Key]:
        """Ask for what applies to the kind of entity, in each scope that formulas want it in."""
        asked = set()
        known = {(row.key.indicator, self._own(row.key).scope) for row in self._earlier}
        for indicator in self.catalogue.indicators.values():
            if self.entity.kind not in indicator.applies_to or indicator.formula is not None:
                continue
            if not indicator.is_asked_in(self.edition):
                continue
            year = self.edition - (1 if indicator.id in self._late else 0)
            for scope in self._scopes(indicator):
                if (indicator.id, scope) not in known:
                    asked |= {Key("", year, indicator.id, scope, cut) for cut in self._cuts(indicator, scope)}
        return asked

    def _cuts(self, indicator: Indicator, scope: str) -> Iterator[Cut]:
        if indicator.undivided:
            yield ()
        if scope != self.catalogue.default_scope(indicator, self.entity, self.edition):
            return
        for breakdown in indicator.breakdowns:
            dimensions = [self.catalogue.dimensions[code] for code in breakdown.split(";")]
            if any(d.applies_to and self.entity.kind not in d.applies_to for d in dimensions):
                continue
            for members in itertools.product(*(dimension.members for dimension in dimensions)):
                yield tuple(sorted(zip((d.code for d in dimensions), members, strict=True)))

    def _scopes(self, indicator: Indicator) -> Iterable[str]:
        scopes = {self.catalogue.default_scope(indicator, self.entity, self.edition): None}
        if not self.entity.counts_itself:
            scopes |= dict.fromkeys(self._wanted.get(indicator.id, ()))
        return scopes

    @cached_property
    def _wanted(self) -> dict[str, list[str]]:
        """List, for each indicator, the scopes in which formulas take it."""
        wanted: dict[str, list[str]] = {}
        for derived, name, selectors in _inputs(self.catalogue):
            if "scope" not in selectors and self.catalogue.indicators[name].applies_to:
                wanted.setdefault(name, []).append(derived.scope)
        return {name: [s for s in scopes if s != "own"] for name, scopes in wanted.items()}

    @cached_property
    def _late(self) -> set[str]:
        """Name the indicators that formulas take for the year before and for no other."""
        years: dict[str, set[object]] = {}
        for _, name, selectors in _inputs(self.catalogue):
            years.setdefault(name, set()).add(selectors.get("year", 0))
        return {name for name, taken in years.items() if taken == {-1}}

    def _follows(self, key: Key, asked: set[Key]) -> bool:
        """Whether a number need not be asked for: a formula gives it, or the numbers of two years do."""
        if self.catalogue.indicators[key.indicator].formula is not None:
            return True
        for ending in STATED_CHANGES:
            whole = replace(key, indicator=key.indicator.removesuffix(ending))
            if whole != key and whole in asked and self._before(whole) is not None:
                return True
        return False

    def _before(self, key: Key) -> Observation | None:
        return self.observations.get(replace(key, entity=self.entity.slug, year=key.year - 1))

    def _question(self, key: Key) -> Question:
        indicator, before = self.catalogue.indicators[key.indicator], self._before(key)
        given = before or next((row for row in self._earlier if _same(self._own(row.key), key)), None)
        unit = indicator.unit if given is None else self.catalogue.units[given.unit]
        return Question(key, indicator, unit, before)

    @cached_property
    def _order(self) -> dict[str, int]:
        topics = {code: place for place, code in enumerate(self.catalogue.topics)}
        indicators = enumerate(self.catalogue.indicators.values())
        placed = sorted((topics.get(one.topic, len(topics)), place, one.id) for place, one in indicators)
        return {name: place for place, (_, _, name) in enumerate(placed)}

    def _place(self, key: Key) -> tuple[object, ...]:
        default = self.catalogue.default_scope(self.catalogue.indicators[key.indicator], self.entity, self.edition)
        members = [
            (dimension, list(self.catalogue.dimensions[dimension].members).index(member))
            for dimension, member in sorted(key.cut, reverse=True)
        ]
        return (self._order[key.indicator], key.scope != default, key.scope, len(members), members, -key.year)


def _same(one: Key, other: Key) -> bool:
    return (one.indicator, one.scope, one.cut) == (other.indicator, other.scope, other.cut)


def _inputs(catalogue: Catalogue) -> Iterator[tuple[Indicator, str, dict[str, str | int | None]]]:
    """Yield each indicator that a formula takes, with the derived indicator and the selectors that it is taken with."""
    for derived in catalogue.indicators.values():
        if derived.formula is None:
            continue
        for node in ast.walk(parse_formula(derived.id, derived.formula)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in catalogue.indicators:
                yield derived, node.func.id, read_selectors(node.keywords)
            elif isinstance(node, ast.Name) and node.id in catalogue.indicators:
                yield derived, node.id, {}


def ask(catalogue: Catalogue, observations: Observations, entity: str, edition: int, model: str = "") -> Questionnaire:
    """Gather what is asked of ``entity`` for ``edition``, as ``model`` (another entity, or :data:`EMPTY`) was asked.

    Raises
    ------
    UnknownNameError
        No entity has that slug.
    ParameterError
        Neither the model nor the catalogue has a question for this kind of entity.
    """
    place = catalogue.entity(entity)
    like = None if model == EMPTY else catalogue.entity(model or entity)
    asked = Questionnaire(catalogue, observations, place, edition, like)
    if not asked.questions:
        raise ParameterError(
            f"nothing to ask of {entity!r}: the catalogue asks nothing of a {place.kind}, and "
            f"{'nobody' if like is None else like.slug!r} has given numbers; name an entity that has, by --from"
        )
    return asked
