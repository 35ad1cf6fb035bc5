"""All rows at hand: for as many as are read in less time than a database takes to open."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from helpers.errors import DataError, Problem
from helpers.rows import editions, read_rows
from helpers.store.files import concerned, owners, read_cases, read_records
from helpers.store.validation import OBSERVATION_COLUMNS, read_observation, repeated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from helpers.catalogue import Catalogue
    from helpers.model import Case, Entity, Key, Observation, Record
    from helpers.paths import Project
    from helpers.rows import Row

Name = TypeVar("Name")
Item = TypeVar("Item")


@dataclass(frozen=True)
class MemoryStore:
    """Every validated row.

    ``latest`` holds, for each key, the row of the latest edition, ``superseded`` the earlier ones; ``entities``
    say which stands above which.
    """

    latest: Mapping[Key, Observation]
    superseded: tuple[Observation, ...] = ()
    records: tuple[Record, ...] = ()
    cases: Mapping[int, tuple[Case, ...]] = field(default_factory=dict)
    entities: Mapping[str, Entity] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.latest)

    def __iter__(self) -> Iterator[Observation]:
        return iter(self.latest.values())

    def rows_of(self, entity: str) -> Mapping[Key, Observation]:
        """Return the observations that stand about an entity, by key."""
        return self._by_entity.get(entity, {})

    def years_of(self, entity: str) -> tuple[int, ...]:
        """Return the years that have a number on an entity, earliest first."""
        return tuple(sorted({key.year for key in self.rows_of(entity)}))

    def entities_by_year(self) -> Mapping[int, frozenset[str]]:
        """Name, for each year with data, the entities that have a number."""
        entities: dict[int, set[str]] = {}
        for key in self.latest:
            entities.setdefault(key.year, set()).add(key.entity)
        return {year: frozenset(entities[year]) for year in sorted(entities)}

    def records_of(self, entity: str) -> tuple[Record, ...]:
        """Return the entries that an entity has filed."""
        return self._filed_by.get(entity, ())

    def records_about(self, entity: str) -> tuple[Record, ...]:
        """Return the entries about an entity or its schools, whoever has filed them."""
        return self._filed_about.get(entity, ())

    def cases_of(self, entity: str, year: int) -> tuple[Case, ...]:
        """Return the cases of an edition whose first school is the entity or stands below it."""
        return self._told_of.get((entity, year), ())

    def cases_naming(self, entity: str, year: int) -> tuple[Case, ...]:
        """Return the cases of an edition that name the entity among their schools."""
        return tuple(case for case in self.cases.get(year, ()) if entity in case.schools)

    def has_case(self, number: str) -> bool:
        """Whether any edition has a case of that number."""
        return any(case.number == number for cases in self.cases.values() for case in cases)

    @cached_property
    def _by_entity(self) -> dict[str, dict[Key, Observation]]:
        index: dict[str, dict[Key, Observation]] = {}
        for key, row in self.latest.items():
            index.setdefault(key.entity, {})[key] = row
        return index

    @cached_property
    def _filed_by(self) -> dict[str, tuple[Record, ...]]:
        return _grouped((record.entity, record) for record in self.records)

    @cached_property
    def _filed_about(self) -> dict[str, tuple[Record, ...]]:
        return _grouped((entity, record) for record in self.records for entity in concerned(record, self.entities))

    @cached_property
    def _told_of(self) -> dict[tuple[str, int], tuple[Case, ...]]:
        return _grouped(
            ((entity, year), case)
            for year, cases in self.cases.items()
            for case in cases
            for entity in owners(case, self.entities)
        )


def _grouped(pairs: Iterable[tuple[Name, Item]]) -> dict[Name, tuple[Item, ...]]:
    groups: dict[Name, list[Item]] = {}
    for name, item in pairs:
        groups.setdefault(name, []).append(item)
    return {name: tuple(items) for name, items in groups.items()}


def read_into_memory(project: Project, catalogue: Catalogue) -> MemoryStore:
    """Read and validate every edition.

    Raises
    ------
    DataError
        With every problem of every file: columns, units, names, duplicates, statuses without values.
    """
    problems: list[Problem] = []
    latest: dict[Key, Observation] = {}
    superseded: list[Observation] = []
    for path in editions(project, "observations", "csv", problems):
        rows = read_rows(project, path, OBSERVATION_COLUMNS, problems)
        edition = _read_edition(rows, catalogue, int(path.stem), problems)
        superseded += [latest[key] for key in edition if key in latest]
        latest |= edition
    records = tuple(read_records(project, catalogue, problems))
    cases = read_cases(project, catalogue, problems)
    if problems:
        raise DataError(problems)
    return MemoryStore(latest, tuple(superseded), records, cases, catalogue.entities)


def _read_edition(
    rows: Iterable[Row], catalogue: Catalogue, edition: int, problems: list[Problem]
) -> dict[Key, Observation]:
    """Validate the rows of one file, in which a number may stand once."""
    seen: dict[Key, Observation] = {}
    for row in rows:
        observation = read_observation(row, catalogue, edition, problems)
        if observation is None:
            continue
        first = seen.setdefault(observation.key, observation)
        if first is not observation:
            problems.append(repeated(row.where, first.where, observation.key))
    return seen
