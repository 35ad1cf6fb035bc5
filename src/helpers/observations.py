"""``data/observations/*.csv`` and the registers and cases beside them: validated, selected.

Nothing is computed here. A file is named after its edition (``2020.csv``: what was read for the 2020 report, earlier
years included). Where two editions give the same number, the later one counts and the earlier stays on record.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.model import Cut, Key
from helpers.store.opening import open_store
from helpers.store.validation import OBSERVATION_COLUMNS, RECORD_COLUMNS, format_cut, parse_cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from helpers.catalogue import Catalogue
    from helpers.model import Case, Observation, Record
    from helpers.paths import Project
    from helpers.store import Counted, Store

__all__ = [
    "OBSERVATION_COLUMNS", "RECORD_COLUMNS", "Observations", "format_cut", "load_observations", "parse_cut",
]  # fmt: skip
ENTITIES_AT_HAND = 64
"""Of how many entities the breakdowns are kept; a chapter needs a few, a batch goes from one to the next."""
WORTH_A_REPORT = 3
"""So many entries in registers are something to report of a school without numbers; fewer make no page to read."""


class Observations:
    """Every validated row, and what is asked of them; where the rows are held is the store's affair.

    What is asked about one entity costs what is on record about that entity. Going through all of them, ``table``,
    ``superseded``, ``records`` and ``cases`` cost the whole, and are for checks and for exploring.
    """

    def __init__(self, store: Store, edition: int | None = None) -> None:
        self._store = store
        self._edition = edition
        self._cuts_at_hand: OrderedDict[str, dict[tuple[Key, str], tuple[Cut, ...]]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._store)

    def __iter__(self) -> Iterator[Observation]:
        return iter(self._store) if self._edition is None else map(self._known, self._store)

    def get(self, key: Key) -> Observation | None:
        """Return the row for ``key``, if any."""
        row = self._store.rows_of(key.entity).get(key)
        return row if row is None else self._known(row)

    def as_of(self, edition: int) -> Observations:
        """Return the rows as an edition knew them: its own or the one before it; later ones only where there are none.

        A report is audited against what it could print, not against what was revised since.
        """
        return Observations(self._store, edition)

    def _known(self, row: Observation) -> Observation:
        """Return the row that stood in the place of one that a later edition restated."""
        restated = self._edition is not None and row.edition > self._edition
        return self._before.get(row.key, row) if restated else row

    @cached_property
    def _before(self) -> Mapping[Key, Observation]:
        """Index the restated rows that the edition knew, the latest of each number."""
        known = [row for row in self.superseded if self._edition is not None and row.edition <= self._edition]
        return {row.key: row for row in sorted(known, key=lambda row: row.edition)}

    def cuts(self, key: Key, dimension: str) -> tuple[Cut, ...]:
        """Return the breakdowns by ``dimension`` that are on record beyond the cut of ``key``."""
        return self._cuts_of(key.entity).get((key, dimension), ())

    def _cuts_of(self, entity: str) -> dict[tuple[Key, str], tuple[Cut, ...]]:
        """Index each row of an entity under the key that it is a part of, for each of its dimensions."""
        if entity in self._cuts_at_hand:
            self._cuts_at_hand.move_to_end(entity)
            return self._cuts_at_hand[entity]
        index: dict[tuple[Key, str], list[Cut]] = {}
        for key in self._store.rows_of(entity):
            for pair in key.cut:
                rest = tuple(other for other in key.cut if other != pair)
                whole = Key(key.entity, key.year, key.indicator, key.scope, rest)
                index.setdefault((whole, pair[0]), []).append(key.cut)
        if len(self._cuts_at_hand) >= ENTITIES_AT_HAND:
            self._cuts_at_hand.popitem(last=False)
        self._cuts_at_hand[entity] = {where: tuple(cuts) for where, cuts in index.items()}
        return self._cuts_at_hand[entity]

    def years(self, entity: str) -> tuple[int, ...]:
        """Return the years that have something to report on ``entity``: a number, or several entries in registers."""
        entries = Counter(record.year for record in self._store.records_about(entity) if record.school == entity)
        listed = {year for year, count in entries.items() if count >= WORTH_A_REPORT}
        return tuple(sorted({*self._store.years_of(entity), *listed}))

    @cached_property
    def entities_by_year(self) -> Mapping[int, frozenset[str]]:
        """Name, for each year with data, the entities that have at least one number."""
        return self._store.entities_by_year()

    def about(self, entity: str, year: int) -> tuple[Key, ...]:
        """Return the keys of the rows on ``entity`` in ``year``, in the order of the files."""
        return tuple(key for key in self._store.rows_of(entity) if key.year == year)

    def standing(self, entity: str, year: int) -> tuple[Record, ...]:
        """Return the entries of ``year`` about ``entity`` alone, whoever has filed them."""
        filed = [record for record in self._store.records_of(entity) if not record.school]
        told = [record for record in self._store.records_about(entity) if record.school == entity]
        return tuple(record for record in (*filed, *told) if record.year == year)

    def register(self, entity: str, code: str, year: int) -> tuple[Record, ...]:
        """Return the rows of a register that an entity has filed, in their order."""
        rows = (one for one in self._store.records_of(entity) if (one.register, one.year) == (code, year))
        return tuple(sorted(rows, key=lambda record: record.number))

    def filed_above(self, entity: str, code: str, year: int) -> tuple[Record, ...]:
        """Return the rows of a register that are about an entity or its schools, whoever has filed them."""
        rows = self._store.records_about(entity)
        return tuple(one for one in rows if (one.register, one.year) == (code, year))

    def cases_of(self, entity: str, year: int) -> tuple[Case, ...]:
        """Return the cases of an edition that belong to an entity: its own, or its schools'."""
        return self._store.cases_of(entity, year)

    def cases_naming(self, entity: str, year: int) -> tuple[Case, ...]:
        """Return the cases of an edition in which an entity stands, its own or another's."""
        return self._store.cases_naming(entity, year)

    def has_case(self, number: str) -> bool:
        """Whether any edition has a case of that number."""
        return self._store.has_case(number)

    @property
    def superseded(self) -> Counted[Observation]:
        """Every row that a later edition has restated."""
        return self._store.superseded

    @property
    def records(self) -> Counted[Record]:
        """Every row of every register."""
        return self._store.records

    @property
    def cases(self) -> Mapping[int, tuple[Case, ...]]:
        """Every case by edition."""
        return self._store.cases

    def table(self) -> pd.DataFrame:
        """Return the rows as a data frame for exploring; values are Decimal, as written."""
        import pandas as pd  # noqa: PLC0415 - only analysts need it, and it is slow to import

        rows = [
            {
                "edition": row.edition, "entity": row.key.entity, "year": row.key.year,
                "indicator": row.key.indicator, "scope": row.key.scope, "breakdown": format_cut(row.key.cut),
                "value": row.value, "unit": row.unit, "qualifier": str(row.qualifier), "status": str(row.status),
                "source": row.source, "locator": row.locator, "note": row.note,
            }
            for row in self
        ]  # fmt: skip
        return pd.DataFrame(rows)


def load_observations(project: Project, catalogue: Catalogue) -> Observations:
    """Read and validate every edition.

    Raises
    ------
    DataError
        With every problem of every file: columns, units, names, duplicates, statuses without values.
    """
    return Observations(open_store(project, catalogue))
