"""Where the validated rows are held, and how they are found: in memory, or, where they are many, in a database.

The CSV and YAML files of ``data/`` are the truth; whatever is made of them here can be thrown away. Few rows are read
into memory. Many are put once into a columnar database in ``.cache/``, from which a chapter fetches what is on record
about the entities that it names, so that a school's page costs the same whether there are ten schools or ten thousand.

Which file does what::

    validation.py  a row -> an observation, or what is wrong with it; the same for both
    memory.py      files -> memory
    filling.py     files -> database, in bulk
    columnar.py    finds rows in the database
    opening.py     chooses, and keeps the database as new as the files
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers.model import Case, Key, Observation, Record

Item_co = TypeVar("Item_co", covariant=True)


class Counted(Protocol[Item_co]):
    """Things that can be counted and gone through, without being all at hand at a time."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Item_co]: ...


class Store(Protocol):
    """What is asked of validated rows."""

    def __len__(self) -> int:
        """Count the observations that stand."""
        ...

    def __iter__(self) -> Iterator[Observation]:
        """Yield every observation that stands."""
        ...

    def rows_of(self, entity: str) -> Mapping[Key, Observation]:
        """Return the observations that stand about an entity, by key."""
        ...

    def years_of(self, entity: str) -> tuple[int, ...]:
        """Return the years that have a number on an entity, earliest first."""
        ...

    def entities_by_year(self) -> Mapping[int, frozenset[str]]:
        """Name, for each year with data, the entities that have a number."""
        ...

    def records_of(self, entity: str) -> tuple[Record, ...]:
        """Return the entries that an entity has filed."""
        ...

    def records_about(self, entity: str) -> tuple[Record, ...]:
        """Return the entries about an entity or its schools, whoever has filed them."""
        ...

    def cases_of(self, entity: str, year: int) -> tuple[Case, ...]:
        """Return the cases of an edition whose first school is the entity or stands below it."""
        ...

    def cases_naming(self, entity: str, year: int) -> tuple[Case, ...]:
        """Return the cases of an edition that name the entity among their schools."""
        ...

    def has_case(self, number: str) -> bool:
        """Whether any edition has a case of that number."""
        ...

    @property
    def superseded(self) -> Counted[Observation]:
        """Every observation that a later edition has restated."""
        ...

    @property
    def records(self) -> Counted[Record]:
        """Every entry of every register."""
        ...

    @property
    def cases(self) -> Mapping[int, tuple[Case, ...]]:
        """Every case by edition."""
        ...
