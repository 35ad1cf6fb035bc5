"""``data/observations/*.csv`` and the registers, cases and narratives beside them: read, validated, selected.

Nothing is computed here. A file is named after its edition (``2020.csv``: what was read for the 2020 report, earlier
years included). Where two editions give the same number, the later one counts and the earlier stays on record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING

import yaml
from pydantic import ValidationError

from helpers.catalogue import YamlLoader
from helpers.errors import DataError, Problem, nearest
from helpers.model import Case, Cut, Key, Observation, Qualifier, Record, Status
from helpers.rows import Row, editions, is_known, read_decimal, read_rows, read_year

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    import pandas as pd

    from helpers.catalogue import Catalogue
    from helpers.paths import Project

OBSERVATION_COLUMNS = (
    "entity", "year", "indicator", "scope", "breakdown", "value", "unit",
    "qualifier", "status", "source", "locator", "note",
)  # fmt: skip
RECORD_COLUMNS = tuple(field.name for field in fields(Record) if field.name != "where")


def parse_cut(text: str) -> Cut:
    """Read a breakdown as written in a file: ``contest=national;medal=gold``.

    >>> parse_cut("medal=gold;contest=national")
    (('contest', 'national'), ('medal', 'gold'))
    """
    if not text:
        return ()
    pairs = (part.partition("=") for part in text.split(";"))
    return tuple(sorted((dimension.strip(), member.strip()) for dimension, _, member in pairs))


def format_cut(cut: Cut) -> str:
    """Write a breakdown as files have it; the inverse of :func:`parse_cut`."""
    return ";".join(f"{dimension}={member}" for dimension, member in cut)


@dataclass(frozen=True)
class Observations:
    """Every validated row, and what is asked of them.

    ``latest`` holds, for each key, the row of the latest edition; ``superseded`` the earlier ones.
    """

    latest: Mapping[Key, Observation]
    superseded: tuple[Observation, ...] = ()
    records: tuple[Record, ...] = ()
    cases: Mapping[int, tuple[Case, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.latest)

    def __iter__(self) -> Iterator[Observation]:
        return iter(self.latest.values())

    def get(self, key: Key) -> Observation | None:
        """Return the row for ``key``, if any."""
        return self.latest.get(key)

    def cuts(self, key: Key, dimension: str) -> tuple[Cut, ...]:
        """Return the breakdowns by ``dimension`` that are on record beyond the cut of ``key``."""
        return self._cuts.get((key, dimension), ())

    @cached_property
    def _cuts(self) -> dict[tuple[Key, str], tuple[Cut, ...]]:
        """Index each row under the key that it is a part of, for each of its dimensions."""
        index: dict[tuple[Key, str], list[Cut]] = {}
        for key in self.latest:
            for pair in key.cut:
                rest = tuple(other for other in key.cut if other != pair)
                whole = Key(key.entity, key.year, key.indicator, key.scope, rest)
                index.setdefault((whole, pair[0]), []).append(key.cut)
        return {where: tuple(cuts) for where, cuts in index.items()}

    def years(self, entity: str) -> tuple[int, ...]:
        """Return the years that have at least one number on ``entity``."""
        return tuple(sorted({key.year for key in self.latest if key.entity == entity}))

    def about(self, entity: str, year: int) -> tuple[Key, ...]:
        """Return the keys of the rows on ``entity`` in ``year``, in the order of the files."""
        return self._about.get((entity, year), ())

    @cached_property
    def _about(self) -> dict[tuple[str, int], tuple[Key, ...]]:
        index: dict[tuple[str, int], list[Key]] = {}
        for key in self.latest:
            index.setdefault((key.entity, key.year), []).append(key)
        return {where: tuple(keys) for where, keys in index.items()}

    def standing(self, entity: str, year: int) -> tuple[Record, ...]:
        """Return the entries of ``year`` about ``entity``, whoever has filed them."""
        return tuple(r for r in self.records if r.year == year and entity == (r.school or r.entity))

    def register(self, entity: str, code: str, year: int) -> tuple[Record, ...]:
        """Return the rows of a register in their order."""
        rows = (r for r in self.records if (r.entity, r.register, r.year) == (entity, code, year))
        return tuple(sorted(rows, key=lambda record: record.number))

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
    problems: list[Problem] = []
    latest: dict[Key, Observation] = {}
    superseded: list[Observation] = []
    for path in editions(project, "observations", "csv", problems):
        seen: dict[Key, Observation] = {}
        for row in read_rows(project, path, OBSERVATION_COLUMNS, problems):
            observation = _observation(row, catalogue, int(path.stem), problems)
            if observation is None:
                continue
            first = seen.setdefault(observation.key, observation)
            if first is not observation:
                what = f"the same number as {first.where}: {observation.key}"
                problems.append(Problem(row.where, what, "keep one row and join the locators with ' | '"))
            elif (earlier := latest.get(observation.key)) is not None:
                superseded.append(earlier)
        latest |= seen
    records = _records(project, catalogue, problems)
    cases = _cases(project, catalogue, problems)
    if problems:
        raise DataError(problems)
    return Observations(latest, tuple(superseded), records, cases)


def _observation(row: Row, catalogue: Catalogue, edition: int, problems: list[Problem]) -> Observation | None:
    """Turn a row into an observation, or add what is wrong with it to ``problems``."""
    cells, before = row.cells, len(problems)
    year = read_year(row, problems)
    is_known(row, "entity", catalogue.entities, problems)
    is_known(row, "indicator", catalogue.indicators, problems)
    is_known(row, "unit", catalogue.units, problems)
    is_known(row, "source", catalogue.sources, problems)
    is_known(row, "status", [str(status) for status in Status], problems)
    is_known(row, "qualifier", [str(qualifier) for qualifier in Qualifier], problems)
    if cells["scope"]:
        is_known(row, "scope", catalogue.scopes, problems)
    if not cells["locator"]:
        problems.append(row.problem("locator", "empty", "say where in the source the number stands"))
    cut = _cut(row, catalogue, problems)
    if len(problems) > before or year is None:
        return None
    indicator = catalogue.indicators[cells["indicator"]]
    unit = catalogue.units[cells["unit"]]
    if unit.base != indicator.unit.base:
        what = f"{unit.code} ({unit.symbol}) cannot measure {indicator.id}, which is in {indicator.unit.code}"
        problems.append(row.problem("unit", what, f"write the value in {indicator.unit.code} or a unit of its kind"))
        return None
    status = Status(cells["status"])
    value = _value(row, status, problems)
    if len(problems) > before:
        return None
    scope = cells["scope"] or catalogue.default_scope(indicator, catalogue.entities[cells["entity"]], year)
    key = Key(cells["entity"], year, indicator.id, scope, cut)
    return Observation(
        key, value, unit.code, Qualifier(cells["qualifier"]), status,
        cells["source"], cells["locator"], cells["note"], edition, row.where,
    )  # fmt: skip


def _cut(row: Row, catalogue: Catalogue, problems: list[Problem]) -> Cut:
    cut = parse_cut(row.cells["breakdown"])
    for dimension, member in cut:
        if dimension not in catalogue.dimensions:
            remedy = nearest(dimension, catalogue.dimensions)
            problems.append(row.problem("breakdown", f"unknown breakdown {dimension!r}", remedy))
        elif member not in catalogue.dimensions[dimension].members:
            remedy = nearest(member, catalogue.dimensions[dimension].members)
            problems.append(row.problem("breakdown", f"{dimension} has no member {member!r}", remedy))
    if len({dimension for dimension, _ in cut}) < len(cut):
        what = f"one breakdown twice in {row.cells['breakdown']!r}"
        problems.append(row.problem("breakdown", what, "name each once"))
    return cut


def _value(row: Row, status: Status, problems: list[Problem]) -> Decimal | None:
    text = row.cells["value"]
    if not text:
        if status.has_value:
            remedy = "write the value, or a status that says why there is none"
            problems.append(row.problem("value", f"empty with status {status}", remedy))
        return None
    if not status.has_value:
        problems.append(row.problem("value", f"{text!r} with status {status}", "drop the value or change the status"))
        return None
    return read_decimal(row, "value", problems)


def _records(project: Project, catalogue: Catalogue, problems: list[Problem]) -> tuple[Record, ...]:
    records: dict[tuple[str, str, int, int], Record] = {}
    for path in editions(project, "records", "csv", problems):
        for row in read_rows(project, path, RECORD_COLUMNS, problems):
            cells, before = dict(row.cells), len(problems)
            year = read_year(row, problems)
            is_known(row, "entity", catalogue.entities, problems)
            is_known(row, "register", catalogue.registers, problems)
            is_known(row, "source", catalogue.sources, problems)
            if cells["school"]:
                is_known(row, "school", catalogue.entities, problems, "entity")
            if not cells["number"].isdigit():
                problems.append(row.problem("number", f"{cells['number']!r} is not a whole number", "number the list"))
            if len(problems) > before or year is None:
                continue
            rest = {name: cells[name] for name in RECORD_COLUMNS if name not in {"number", "year"}}
            record = Record(**rest, number=int(cells["number"]), year=year, where=row.where)
            first = records.setdefault((record.entity, record.register, year, record.number), record)
            if first is not record:
                what = f"number {record.number} of {record.register} is also {first.where}"
                problems.append(row.problem("number", what, "number each entry once"))
    return tuple(records.values())


def _cases(project: Project, catalogue: Catalogue, problems: list[Problem]) -> dict[int, tuple[Case, ...]]:
    cases: dict[int, tuple[Case, ...]] = {}
    for path in editions(project, "cases", "yml", problems):
        name = project.relative(path)
        try:
            entries = yaml.load(path.read_text(encoding="utf-8"), Loader=YamlLoader) or []  # noqa: S506 - a safe loader
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = f" line {mark.line + 1}" if mark else ""
            problems.append(Problem(name + line, "broken YAML", "mend the file"))
            continue
        found: dict[str, Case] = {}
        for position, entry in enumerate(entries, 1):
            case = _case(f"{name} entry {position}", entry, catalogue, problems)
            if case is not None and found.setdefault(case.number, case) is not case:
                problems.append(Problem(f"{name} entry {position}", f"case {case.number} twice", "number each once"))
        cases[int(path.stem)] = tuple(found.values())
    return cases


def _case(where: str, entry: object, catalogue: Catalogue, problems: list[Problem]) -> Case | None:
    try:
        case = Case.model_validate(entry)
    except ValidationError as error:
        for detail in error.errors():
            key = ".".join(str(part) for part in detail["loc"])
            problems.append(Problem(f"{where}, {key}", detail["msg"], "see data/README.md"))
        return None
    for school in case.schools:
        if school not in catalogue.entities:
            what = f"unknown entity {school!r}"
            problems.append(Problem(f"{where}, schools", what, nearest(school, catalogue.entities)))
    return case
