"""Rows in a columnar database (DuckDB): sorted by entity, so that those about one are found without reading the rest.

The database is a file that was made from the data and never changes. It is opened at the first question, and by each
process for itself: a connection has threads, and a fork would not have them.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import duckdb

from helpers.model import Case, Key, Observation, Qualifier, Record, Status
from helpers.store.validation import RECORD_COLUMNS, parse_cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

Item = TypeVar("Item")

ENTITIES_AT_HAND = 64
"""Of how many entities the rows are kept; a chapter needs a few, a batch goes from one to the next."""
ANSWERS_AT_HAND = 512
"""How many other answers about an entity are kept: years, entries, cases."""
BATCH = 10_000
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 1, "autoinstall_known_extensions": False, "autoload_known_extensions": False,
}  # fmt: skip

OBSERVATIONS = """
SELECT entity, year, indicator, scope, breakdown, value, unit, qualifier, status, source, locator, note, edition, file,
    number FROM observations
"""
STANDING = f"{OBSERVATIONS} WHERE replaced_at IS NULL"
ABOUT_ENTITY = f"{STANDING} AND entity = ?"
SUPERSEDED = f"{OBSERVATIONS} WHERE replaced_at IS NOT NULL ORDER BY replaced_at"
YEARS_OF = "SELECT year FROM places WHERE entity = ? ORDER BY year"
RECORDS = f"SELECT {', '.join(RECORD_COLUMNS)}, address FROM records"
FILED_BY = f"{RECORDS} WHERE entity = ? ORDER BY position"
FILED_ABOUT = f"{RECORDS} WHERE position IN (SELECT position FROM concerned WHERE entity = ?) ORDER BY position"
CASES = "SELECT edition, content FROM cases ORDER BY edition, position"
CASES_OF, CASES_NAMING = (
    f"SELECT content FROM cases SEMI JOIN (FROM {related} WHERE entity = ? AND edition = ?) USING (edition, position) "
    "ORDER BY position"
    for related in ("owners", "named")
)


@dataclass(frozen=True)
class Streamed(Generic[Item]):
    """The rows of a query: their number, and a way to go through them that never has all at hand."""

    count: int
    start: Callable[[], Iterator[Item]]

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Item]:
        return self.start()


class ColumnarStore:
    """Validated rows in a database file that :func:`helpers.store.filling.fill` has made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connections: dict[int, duckdb.DuckDBPyConnection] = {}
        self._rows_at_hand: OrderedDict[str, dict[Key, Observation]] = OrderedDict()
        self._remembered = lru_cache(maxsize=ANSWERS_AT_HAND)(self._read)

    def __len__(self) -> int:
        return self._count("observations WHERE replaced_at IS NULL")

    def __iter__(self) -> Iterator[Observation]:
        """Yield every observation, entity by entity; what is asked about that entity meanwhile costs nothing."""
        for entity, rows in groupby(self._stream(STANDING), key=itemgetter(0)):
            self._keep(entity, _by_key(rows))
            yield from self._rows_at_hand[entity].values()

    def rows_of(self, entity: str) -> Mapping[Key, Observation]:
        """Return the observations that stand about an entity, by key."""
        if entity not in self._rows_at_hand:
            self._keep(entity, _by_key(self._ask(ABOUT_ENTITY, entity)))
        self._rows_at_hand.move_to_end(entity)
        return self._rows_at_hand[entity]

    def years_of(self, entity: str) -> tuple[int, ...]:
        """Return the years that have a number on an entity, earliest first."""
        return self._remembered(YEARS_OF, _only, entity)

    def entities_by_year(self) -> Mapping[int, frozenset[str]]:
        """Name, for each year with data, the entities that have a number."""
        found = self._ask("FROM places ORDER BY year")
        return {year: frozenset(entity for _, entity in places) for year, places in groupby(found, key=itemgetter(0))}

    def records_of(self, entity: str) -> tuple[Record, ...]:
        """Return the entries that an entity has filed."""
        return self._remembered(FILED_BY, _record, entity)

    def records_about(self, entity: str) -> tuple[Record, ...]:
        """Return the entries about an entity or its schools, whoever has filed them."""
        return self._remembered(FILED_ABOUT, _record, entity)

    def cases_of(self, entity: str, year: int) -> tuple[Case, ...]:
        """Return the cases of an edition whose first school is the entity or stands below it."""
        return self._remembered(CASES_OF, _case, entity, year)

    def cases_naming(self, entity: str, year: int) -> tuple[Case, ...]:
        """Return the cases of an edition that name the entity among their schools."""
        return self._remembered(CASES_NAMING, _case, entity, year)

    def has_case(self, number: str) -> bool:
        """Whether any edition has a case of that number."""
        return bool(self._ask("FROM cases WHERE number = ? LIMIT 1", number))

    @property
    def superseded(self) -> Streamed[Observation]:
        """Every observation that a later edition has restated."""
        count = self._count("observations WHERE replaced_at IS NOT NULL")
        return Streamed(count, lambda: map(_observation, self._stream(SUPERSEDED)))

    @property
    def records(self) -> Streamed[Record]:
        """Every entry of every register."""
        return Streamed(self._count("records"), lambda: map(_record, self._stream(f"{RECORDS} ORDER BY position")))

    @cached_property
    def cases(self) -> Mapping[int, tuple[Case, ...]]:
        """Every case by edition."""
        found: dict[int, list[Case]] = {edition: [] for (edition,) in self._ask("FROM case_editions ORDER BY ALL")}
        for edition, content in self._ask(CASES):
            found[edition].append(Case.model_validate_json(content))
        return {edition: tuple(cases) for edition, cases in found.items()}

    def _keep(self, entity: str, rows: dict[Key, Observation]) -> None:
        self._rows_at_hand[entity] = rows
        if len(self._rows_at_hand) > ENTITIES_AT_HAND:
            self._rows_at_hand.popitem(last=False)

    def _connection(self) -> duckdb.DuckDBPyConnection:
        """Return this process's own connection."""
        mine = os.getpid()
        if mine not in self._connections:
            self._connections[mine] = duckdb.connect(self.path, read_only=True, config=SETTINGS)
        return self._connections[mine]

    def _read(self, query: str, read: Callable[[Sequence[Any]], Item], *values: object) -> tuple[Item, ...]:
        return tuple(read(row) for row in self._ask(query, *values))

    def _ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection().execute(query, values).fetchall()

    def _stream(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query, while others may be asked."""
        with self._connection().cursor() as result:
            result.execute(query)
            while batch := result.fetchmany(BATCH):
                yield from batch

    def _count(self, rows: str) -> int:
        return int(self._ask(f"SELECT count(*) FROM {rows}")[0][0])


def _by_key(rows: Iterable[Sequence[Any]]) -> dict[Key, Observation]:
    observations = map(_observation, rows)
    return {row.key: row for row in observations}


_cut = lru_cache(maxsize=4096)(parse_cut)


def _observation(row: Sequence[Any]) -> Observation:
    entity, year, indicator, scope, breakdown, value, unit, qualifier, status, *rest = row
    source, locator, note, edition, file, number = rest
    key = Key(entity, year, indicator, scope, _cut(breakdown))
    return Observation(
        key, Decimal(value) if value else None, unit, Qualifier(qualifier), Status(status),
        source, locator, note, edition, f"{file} row {number}",
    )  # fmt: skip


def _only(row: Sequence[Any]) -> Any:  # noqa: ANN401 - whatever the one column holds
    return row[0]


def _case(row: Sequence[Any]) -> Case:
    return Case.model_validate_json(row[0])


def _record(row: Sequence[Any]) -> Record:
    return Record(*row)
