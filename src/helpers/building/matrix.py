"""A matrix says what to build: years × entities × chapters, from the command line or from a YAML file.

::

    years: [2019, 2020]
    entities: [hangzhou]      # slugs, or all, all-schools, all-cities …
    kind: school              # and every school …
    parent: hangzhou          # … of Hangzhou, those of its counties included
    chapters: ["01", "02"]    # all by default
    formats: [html]           # html and pdf by default
    exclude:
      - {entity: zhongce, year: 2019}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from helpers.errors import DataError, Problem, nearest
from helpers.model import EntityKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from helpers.building.planned import Asked
    from helpers.catalogue import Catalogue
    from helpers.model import Entity

Name = TypeVar("Name", int, str)
NameList = Literal["years", "entities", "chapters"]
SINGULAR = {"years": "year", "entities": "entity", "chapters": "chapter"}
ALL = "all"
PLURALS = {
    "nation": "nations", "province": "provinces", "city": "cities", "county": "counties", "school": "schools",
    "teaching_group": "teaching groups", "enterprise": "enterprises",
}  # fmt: skip
GROUPS: dict[str, EntityKind | None] = {ALL: None} | {
    f"{ALL}-{PLURALS[kind].replace(' ', '-')}": kind for kind in get_args(EntityKind)
}
"""Words that stand for many entities: ``all``, ``all-schools``."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Exclusion(_Strict):
    """What is not to be built: all that has every one of the properties that are given."""

    year: int | None = None
    entity: str | None = None
    chapter: str | None = None

    def covers(self, year: int, entity: str, chapter: str) -> bool:
        """Whether a chapter of a report is meant."""
        pairs = ((self.year, year), (self.entity, entity), (self.chapter, chapter))
        return self != Exclusion() and all(wanted in {None, found} for wanted, found in pairs)


class Matrix(_Strict):
    """Years × entities × chapters; ``source`` is the file that says so, empty for the command line."""

    years: Annotated[tuple[int, ...], Field(min_length=1)]
    entities: tuple[str, ...] = ()
    kind: EntityKind | None = None
    parent: str | None = None
    chapters: tuple[str, ...] = ()
    formats: Annotated[tuple[Literal["html", "pdf"], ...], Field(min_length=1)] = ("html", "pdf")
    exclude: tuple[Exclusion, ...] = ()
    source: Annotated[str, Field(exclude=True)] = ""

    @property
    def names_one_report(self) -> bool:
        """Whether one report is asked for by name, so that it must be possible."""
        named = set(self.entities) - GROUPS.keys()
        return len(self.years) == len(named) == len(self.entities) == 1 and not (self.kind or self.parent)

    def select(self, catalogue: Catalogue) -> list[Entity]:
        """Return the entities that are named, then those of groups, kind and parent in the order of the catalogue."""
        chosen = {name: catalogue.entities[name] for name in self.entities if name not in GROUPS}
        kinds = {GROUPS[name] for name in self.entities if name in GROUPS}
        for slug, entity in catalogue.entities.items():
            grouped = not kinds.isdisjoint({None, entity.kind})
            selected = (self.kind or self.parent) and self.kind in {None, entity.kind}
            if grouped or (selected and (self.parent is None or self.parent in _ancestors(catalogue, entity))):
                chosen.setdefault(slug, entity)
        return list(chosen.values())

    def problems(self, catalogue: Catalogue, years: Collection[int]) -> Iterator[Problem]:
        """Yield every name that is unknown, with its place and the nearest ones; ``years`` are those with data."""
        for place, year in self._named("years", self.years):
            if year not in years:
                on_record = ", ".join(map(str, sorted(years))) or "none"
                yield Problem(place, f"no data for {year}", f"there are {on_record}")
        known = {*catalogue.entities, *GROUPS}
        for place, entity in self._named("entities", self.entities):
            if entity not in known:
                yield _unknown(place, "entity", entity, known, "entities")
        if self.parent is not None and self.parent not in catalogue.entities:
            yield _unknown("parent", "entity", self.parent, catalogue.entities, "entities")
        for place, number in self._named("chapters", self.chapters):
            if number not in chapter_numbers(catalogue):
                yield _unknown(place, "chapter", number, chapter_numbers(catalogue), "chapters")

    def _named(self, name: NameList, values: tuple[Name, ...]) -> Iterator[tuple[str, Name]]:
        """Yield each value with its place, those of exclusions included."""
        yield from ((f"{name}.{position}", value) for position, value in enumerate(values))
        for position, one in enumerate(self.exclude):
            value = getattr(one, SINGULAR[name])
            if value is not None:
                yield f"exclude.{position}.{SINGULAR[name]}", value


def matrix_of(asked: Asked) -> Matrix:
    """Return what the command line asks for."""
    return Matrix.model_validate(
        {"years": asked.years, "entities": asked.entities, "chapters": asked.chapters, "formats": asked.formats}
    )


def load_matrix(path: Path) -> Matrix:
    """Read a matrix file.

    Raises
    ------
    DataError
        With every problem found and its place in the file.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
        matrix = Matrix.model_validate({**content, "source": path.name} if isinstance(content, dict) else content)
    except OSError as error:
        raise DataError([Problem(str(path), error.strerror or "cannot be read", "name a YAML file")]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name} line {mark.line + 1}" if mark else path.name
        raise DataError([Problem(place, "broken YAML", "mend the file")]) from None
    except ValidationError as error:
        raise DataError([_problem(path.name, detail) for detail in error.errors()]) from None
    if not (matrix.entities or matrix.kind or matrix.parent):
        raise DataError([Problem(path.name, "names no entity", "write entities, kind or parent")])
    return matrix


def chapter_numbers(catalogue: Catalogue) -> set[str]:
    """Return the numbers of the chapters of all outlines."""
    return {chapter.number for outline in catalogue.outlines.values() for chapter in outline.chapters}


def _unknown(place: str, kind: str, name: str, known: Collection[str], file: str) -> Problem:
    return Problem(place, f"unknown {kind} {name!r} (data/reference/{file}.yml)", nearest(name, known))


def _problem(name: str, detail: Any) -> Problem:  # noqa: ANN401 - pydantic's own
    place = ".".join(str(part) for part in detail["loc"])
    known = (Exclusion if place.startswith("exclude") else Matrix).model_fields.keys() - {"source"}
    extra = detail["type"] == "extra_forbidden"
    what = "unknown key" if extra else f"{detail['msg']}, got {detail['input']!r}"
    remedy = nearest(str(detail["loc"][-1]), known) if extra else "see README, “Many reports”"
    return Problem(f"{name}, {place}" if place else name, what, remedy)


def _ancestors(catalogue: Catalogue, entity: Entity) -> Iterator[str]:
    """Yield the entities that an entity belongs to, from the nearest one outwards."""
    seen = {entity.slug}
    while entity.parent is not None and entity.parent not in seen:
        yield entity.parent
        seen.add(entity.parent)
        entity = catalogue.entities[entity.parent]
