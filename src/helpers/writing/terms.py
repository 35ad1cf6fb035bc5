"""What a name in a template or a notebook means: a term, bound to a place and a year."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from helpers import comparison
from helpers.errors import UnknownNameError
from helpers.model import Fact, Key, Missing, Record
from helpers.writing.blocks import Gap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from helpers.catalogue import Catalogue
    from helpers.comparison import Change, Verdict
    from helpers.formulas import Facts
    from helpers.model import Entity, Indicator

COUNTIES = ("区", "县", "市", "旗")
YEARS_BACK = 4
"""An indicator without a number in the year and in so many before it counts as one that the place does not report."""
RECORD_TEXTS = ("school", "project", "person", "level", "stage", "result")
AREAS = {"nation": "全国", "province": "全省", "city": "全市", "county": "全区（县、市）", "school": "全校"}


@dataclass
class Scene:
    """One entity in one year: where names are looked up, and where gaps are noted.

    ``scope`` overrides every indicator's own scope for a whole cell. ``numbering`` gives the number that a table or
    figure has in this report, by the label that it has in its notebook; ``overview`` says what the report goes through.
    """

    facts: Facts
    entity: Entity
    year: int
    scope: str | None = None
    gaps: list[Gap] = field(default_factory=list)
    numbering: Mapping[str, str] = field(default_factory=dict)
    overview: Callable[[], str] = str

    @property
    def catalogue(self) -> Catalogue:
        """Return the reference records."""
        return self.facts.catalogue

    @property
    def area(self) -> str:
        """Name the whole area: 全市, 全省, 全国, 全校; of a county, after what it is: 全区, 全县."""
        if self.entity.kind == "county" and self.entity.name.endswith(COUNTIES):
            return f"全{self.entity.name[-1]}"
        return AREAS.get(self.entity.kind, self.entity.short)

    def term(self, indicator: str, where: str = "") -> Term:
        """Return the term that a bare indicator name means here.

        Raises
        ------
        UnknownNameError
            No catalogue entry bears the name; the nearest ones are offered.
        """
        catalogue = self.catalogue
        scope = self.scope or catalogue.default_scope(catalogue.indicator(indicator, where), self.entity, self.year)
        return Term(self, Key(self.entity.slug, self.year, indicator, scope))

    def number(self, label: str) -> str:
        """Return the number in this report of the table or figure that its notebook calls ``label``."""
        return self.numbering.get(label) or label

    def at(self, entity: str) -> Scene:
        """Return the same year of another entity; gaps go to the same list."""
        there = self.catalogue.entity(entity)
        return Scene(self.facts, there, self.year, None, self.gaps, self.numbering, self.overview)

    def label(self, fact: Fact) -> str:
        """Name the last member of a fact's breakdown: what a list says before the number."""
        dimension, member = fact.key.cut[-1]
        return self.catalogue.dimensions[dimension].members[member]


@dataclass(frozen=True)
class Term:
    """An indicator at a place, a year, a scope and a breakdown; its fact is looked up when asked for.

    Call it to choose: ``staff(degree="master")``, ``enrolment(scope="all")``, ``graduates(entity="zhejiang")``.
    """

    scene: Scene
    key: Key
    derived: Fact | Missing | None = None

    def __call__(self, *, entity: str | None = None, scope: str | None = None, **members: str) -> Term:
        """Return the term narrowed to an entity, a scope or members of breakdowns."""
        catalogue, key = self.scene.catalogue, self.key
        cut = dict(key.cut)
        for dimension, member in members.items():
            known = catalogue.dimension(dimension, f"{key.indicator}(…)").members
            if member not in known:
                raise UnknownNameError.of(f"member of {dimension}", member, known, f"{key.indicator}(…)")
            cut[dimension] = member
        if scope is not None and scope not in catalogue.scopes:
            raise UnknownNameError.of("scope", scope, catalogue.scopes, f"{key.indicator}(…)")
        slug = key.entity
        if entity is not None:
            slug = catalogue.entity(entity, f"{key.indicator}(…)").slug
            scope = scope or catalogue.default_scope(self.indicator, catalogue.entities[slug], key.year)
        chosen = replace(key, entity=slug, scope=scope or key.scope, cut=tuple(sorted(cut.items())))
        return Term(self.scene, chosen)

    @property
    def previous(self) -> Term:
        """Return the same term for the year before."""
        return Term(self.scene, replace(self.key, year=self.key.year - 1))

    @property
    def found(self) -> Fact | Missing:
        """Look the fact up."""
        return self.scene.facts.get(self.key) if self.derived is None else self.derived

    @property
    def fact(self) -> Fact | None:
        """Return the fact, or ``None`` where it is missing."""
        return self.found if isinstance(self.found, Fact) else None

    @property
    def indicator(self) -> Indicator:
        """Return what the term measures."""
        return self.scene.catalogue.indicator(self.key.indicator) if self.derived is None else self.found.indicator

    @property
    def change(self) -> Change | Missing:
        """Compare with the year before."""
        found = self.found
        return found if isinstance(found, Missing) else comparison.compare(self.scene.facts, found)

    @property
    def verdict(self) -> Verdict | Missing:
        """Hold against the national standard."""
        found = self.found
        return found if isinstance(found, Missing) else comparison.against_standard(self.scene.facts, found)

    @property
    def recorded_change(self) -> Fact | None:
        """Return the change that the source prints without the year before (``further_study_rate_change``)."""
        for suffix in ("change", "growth"):
            name = f"{self.key.indicator}_{suffix}"
            if name in self.scene.catalogue.indicators:
                found = self.scene.facts.get(replace(self.key, indicator=name))
                if isinstance(found, Fact):
                    return found
        return None

    def parts(self, dimension: str) -> list[Fact]:
        """Return the facts into which a breakdown divides this term, those of a formula member by member."""
        facts = self.scene.facts.parts(self.key, dimension)
        if facts or self.indicator.formula is None:
            return facts
        members = (self(**{dimension: member}).fact for member in self.scene.catalogue.dimension(dimension).members)
        return [fact for fact in members if fact is not None]

    def lacks_a_part(self, dimension: str) -> bool:
        """Whether some of the whole is not among the parts; of a formula, every member must have a value."""
        if self.indicator.formula is None or self.scene.facts.parts(self.key, dimension):
            return self.scene.facts.lacks_a_part(self.key, dimension)
        breakdown = self.scene.catalogue.dimension(dimension)
        return breakdown.total and len(self.parts(dimension)) < len(breakdown.members)

    def give(self, fact: Fact | Missing) -> Term:
        """Return a term for a fact derived from this one."""
        return Term(self.scene, fact.key, fact)


def record_name(catalogue: Catalogue, record: Record, column: str) -> str:
    """Return what one column of a record says; a school by its full name."""
    if column not in RECORD_TEXTS:
        raise UnknownNameError.of("column of a register", column, RECORD_TEXTS)
    if column == "school":
        return catalogue.entities[record.school].name if record.school else ""
    return str(getattr(record, column))


def note_gap(scene: Scene, gaps: list[Gap], missing: Missing) -> None:
    """Note a gap, once; what is not asked of such an entity (省级称号 of the nation) is none."""
    own = missing.key.entity == scene.entity.slug
    gap = gap_for(scene, missing)
    if gap not in gaps and (missing.indicator.is_asked_of(scene.entity.kind) or not own):
        gaps.append(gap)


def gap_for(scene: Scene, missing: Missing) -> Gap:
    """Say in the reader's words what is missing and why."""
    key, dimensions = missing.key, scene.catalogue.dimensions
    members = [dimensions[name].members[member] for name, member in key.cut if name in dimensions]
    label = missing.indicator.label + (f"（{'，'.join(members)}）" if members else "")
    place = "" if key.entity == scene.entity.slug else scene.catalogue.entities[key.entity].short
    unreported = f"{place}{label}" if _is_unreported(scene, missing) else ""
    return Gap(what=f"{place}{key.year}年{label}", reason=missing.reason, unreported=unreported)


def _is_unreported(scene: Scene, missing: Missing) -> bool:
    """Whether there is no such number for any of the last years, nor for parts of it."""
    facts, key, indicator = scene.facts, missing.key, scene.catalogue.indicators.get(missing.key.indicator)
    if indicator is None:
        return False
    asked = [replace(key, year=year) for year in range(scene.year - YEARS_BACK, scene.year + 1)]
    if any(isinstance(facts.get(one), Fact) for one in asked):
        return False
    dimensions = {dimension for combined in indicator.breakdowns for dimension in combined.split(";")}
    return not any(
        facts.parts(one, dimension) for one in asked for dimension in sorted(dimensions - dict(key.cut).keys())
    )
