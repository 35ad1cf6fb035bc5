"""A row -> an observation, a record or a case, or what is wrong with it.

Whoever holds the rows, these functions alone decide whether one is sound, and say what is wrong.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from pydantic import ValidationError

from helpers.errors import Problem, nearest, unregistered
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
        remedy = "say where in the source the number stands"
        problems.append(row.problem("locator", "empty", remedy, "没写位置；写明这个数在来源的哪里。"))
    cut = _cut(row, catalogue, problems)
    if len(problems) > before or year is None:
        return None
    indicator = catalogue.indicators[cells["indicator"]]
    unit = catalogue.units[cells["unit"]]
    if unit.base != indicator.unit.base:
        what = f"{unit.code} ({unit.symbol}) cannot measure {indicator.id}, which is in {indicator.unit.code}"
        remedy = f"write the value in {indicator.unit.code} or a unit of its kind"
        chinese = f"“{unit.symbol}”不能计量{indicator.label}；改用“{indicator.unit.code}”或同类单位。"
        problems.append(row.problem("unit", what, remedy, chinese))
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
            chinese = f"没有“{dimension}”这种分项；核对写法。"
            problems.append(row.problem("breakdown", f"unknown breakdown {dimension!r}", remedy, chinese))
        elif member not in catalogue.dimensions[dimension].members:
            remedy = nearest(member, catalogue.dimensions[dimension].members)
            chinese = f"分项“{dimension}”里没有“{member}”；核对写法。"
            problems.append(row.problem("breakdown", f"{dimension} has no member {member!r}", remedy, chinese))
    if len({dimension for dimension, _ in cut}) < len(cut):
        what = f"one breakdown twice in {row.cells['breakdown']!r}"
        problems.append(row.problem("breakdown", what, "name each once", "同一种分项写了两次；各写一次。"))
    return cut


def _value(row: Row, status: Status, problems: list[Problem]) -> Decimal | None:
    text = row.cells["value"]
    if not text:
        if status.has_value:
            remedy = "write the value, or a status that says why there is none"
            chinese = f"没有数，状态却是{status}；补上数，或改为说明为什么没有的状态。"
            problems.append(row.problem("value", f"empty with status {status}", remedy, chinese))
        return None
    if not status.has_value:
        remedy, chinese = "drop the value or change the status", f"有数“{text}”，状态却是{status}；删去数，或改状态。"
        problems.append(row.problem("value", f"{text!r} with status {status}", remedy, chinese))
        return None
    return read_decimal(row, "value", problems)


def repeated(where: str, first: str, key: Key) -> Problem:
    """Say that a number stands twice in one edition."""
    remedy = "keep one row and join the locators with ' | '"
    return Problem(
        where, f"the same number as {first}: {key}", remedy, f"与{first}是同一个数；留一行，位置用“ | ”连接。"
    )


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
        chinese = f"编号“{cells['number']}”不是整数；给名单编号。"
        problems.append(row.problem("number", f"{cells['number']!r} is not a whole number", "number the list", chinese))
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
            chinese = f"不合规定（{detail['msg']}）；见data/README.md。"
            problems.append(Problem(f"{where}, {key}", detail["msg"], "see data/README.md", chinese))
        return None
    for school in case.schools:
        if school not in catalogue.entities:
            what = f"unknown entity {school!r}"
            known = catalogue.entities
            problems.append(Problem(f"{where}, schools", what, nearest(school, known), unregistered(school)))
    return case
