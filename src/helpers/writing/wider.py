"""A school's number beside that of its city: higher or lower, or what share of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from helpers import comparison
from helpers.model import Fact, Key, Qualifier
from helpers.quantity import are_alike, convert, with_unit
from helpers.writing.terms import AREAS
from helpers.writing.wording import Printed, printed

if TYPE_CHECKING:
    from helpers.model import Entity
    from helpers.writing.terms import Scene
    from helpers.writing.wording import Phrase

WIDER, ALL = "city", "all"
LEVELS = {"percent", "ratio"}
SHARED = {"one", "square_metre", "yuan"}  # bases in which a school's number is a part of the city's
LEAST_SHARE = 5  # per cent: a smaller share of the city is left to the table


def wider_entity(scene: Scene) -> Entity | None:
    """Return the city that an entity belongs to, through its county if it has one."""
    slug = scene.entity.parent
    while slug is not None:
        entity = scene.catalogue.entities[slug]
        if entity.kind == WIDER:
            return entity
        slug = entity.parent
    return None


def counterpart(scene: Scene, fact: Fact) -> Fact | None:
    """Return the same number of the city, counted as the catalogue counts it."""
    entity = wider_entity(scene)
    if entity is None or fact.key.indicator not in scene.catalogue.indicators:
        return None
    scope = scene.catalogue.default_scope(scene.catalogue.indicators[fact.key.indicator], entity, fact.key.year)
    found = scene.facts.get(Key(entity.slug, fact.key.year, fact.key.indicator, scope, fact.key.cut))
    return found if isinstance(found, Fact) else None


def is_counted(scene: Scene, other: Fact) -> bool:
    """Whether the city's number counts schools like this one: 职业高中 alone do not count a 技工学校.

    A school whose class is not on record is taken to be counted, and so is any in a scope that is not that of a class.
    """
    own, scope, catalogue = scene.entity.school_class, other.key.scope, scene.catalogue
    if own in (None, scope):
        return True
    of_standards = {standard.scope for standard in catalogue.standards}
    classes = of_standards | {entity.school_class for entity in catalogue.entities.values()}
    return scope not in classes - {ALL}


def is_level(fact: Fact) -> bool:
    """Whether a number is a level (a ratio, a rate, so much per student) that no sum is made of."""
    return fact.unit.kind in LEVELS or "/" in (fact.indicator.formula or "")


def share_of_wider(scene: Scene, fact: Fact, whole: Fact) -> Fact | None:
    """Return which share of the city's number a school's is, where one is a part of the other."""
    if is_level(fact) or fact.unit.base not in SHARED or not are_alike(fact.unit, whole.unit) or whole.value.is_zero():
        return None
    return comparison.share(scene.catalogue, fact, whole)


def named_scope(scene: Scene, fact: Fact) -> str:
    """Name whom a city's number counts: ``全市职业高中``; ``全市`` where it counts all."""
    area = AREAS[scene.catalogue.entities[fact.key.entity].kind]
    scope = scene.catalogue.scopes[fact.key.scope]
    return area if scope.code == ALL else area + scope.label.partition("（")[0]


def _shared(name: str, share: Fact) -> Phrase:
    """Say which share: ``占全市的8.31%``; one that is not exact ``约占全市的7.50%``."""
    if share.qualifier is Qualifier.EXACT:
        return (f"占{name}的", printed(share))
    return (f"约占{name}的", Printed(share, with_unit(replace(share, qualifier=Qualifier.EXACT))))


def beside(scene: Scene, fact: Fact, other: Fact, *, name: str = "") -> Phrase:
    """Say how a school's number stands to the city's: ``低于全市职业高中的12.55:1``, ``占全市职业高中的8.31%``.

    A share of less than five per cent is not told. ``name`` is what to call the city's schools, if not by their scope.
    """
    name = name or named_scope(scene, other)
    share = share_of_wider(scene, fact, other)
    if share is not None:
        return () if share.value < LEAST_SHARE else _shared(name, share)
    if not is_level(fact):
        return ()
    value, other = convert(other.value, other.unit, fact.unit), comparison.in_unit_of(other, fact)
    if value == fact.value or with_unit(fact) == with_unit(other):
        return (f"与{name}持平",)
    return (f"{'高于' if fact.value > value else '低于'}{name}的", printed(other))
