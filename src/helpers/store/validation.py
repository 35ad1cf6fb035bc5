"""A row -> an observation, a record or a case, or what is wrong with it.

Whoever holds the rows, these functions alone decide whether one is sound, and say what is wrong.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from pydantic import ValidationError

from helpers.errors import Problem, nearest
from helpers.model import Case, Cut, Key, Observation, Qualifier, Record, Status
from helpers.rows import Row, is_known, read_decimal, read_year

if TYPE_CHECKING:
    from decimal import Decimal

    from helpers.catalogue import Catalogue

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


def read_observation(row: Row, catalogue: Catalogue, edition: int, problems: list[Problem]) -> Observation | None:
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


def repeated(where: str, first: str, key: Key) -> Problem:
    """Say that a number stands twice in one edition."""
    return Problem(where, f"the same number as {first}: {key}", "keep one row and join the locators with ' | '")


def read_record(row: Row, catalogue: Catalogue, problems: list[Problem]) -> Record | None:
    """Turn a row into an entry of a register, or add what is wrong with it to ``problems``."""
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
        return None
    rest = {name: cells[name] for name in RECORD_COLUMNS if name not in {"number", "year"}}
    return Record(**rest, number=int(cells["number"]), year=year, where=row.where)


def read_case(where: str, entry: object, catalogue: Catalogue, problems: list[Problem]) -> Case | None:
    """Turn an entry of a case file into a case, or add what is wrong with it to ``problems``."""
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
