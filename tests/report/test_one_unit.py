"""No table of any page sets two units beside one another: 239亩 of a school stand beside 亩 of its city.

The numbers of 2020 as they are on record, and the same with the city's of one year, or of both, written in other units.
"""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal

import pytest

from helpers.errors import ParameterError
from helpers.loading import load_data
from helpers.paths import Project
from helpers.writing.blocks import Number, Table
from support.running import run_chapters

ENTITY, YEAR, VALUE, UNIT = 0, 1, 5, 6
OF_HUNDRED = {"%", "个百分点", ":1"}  # a share, a rate or a growth beside the number that it is of
OTHER = {
    "person": ("ten_thousand_persons", 10_000),
    "square_metre": ("mu", Decimal(2000) / 3),
    "ten_thousand_yuan": ("yuan", Decimal("0.0001")),
    "hundred_million_yuan": ("ten_thousand_yuan", Decimal("0.0001")),
    "volume": ("ten_thousand_volumes", 10_000),
    "ten_thousand_person_times": ("person_time", Decimal("0.0001")),
    "item": ("piece", 1),
}


def rewritten(years):
    """Return the city's numbers of some years in other units, to eight digits."""

    def rows(row):
        other, factor = OTHER.get(row[UNIT], (row[UNIT], 1))
        if row[ENTITY] != "hangzhou" or row[YEAR] not in years or not row[VALUE] or other == row[UNIT]:
            return row
        value = f"{Decimal(f'{Decimal(row[VALUE]) / factor:.8g}'):f}"
        return [*row[:VALUE], value, other, *row[UNIT + 1 :]]

    return rows


@pytest.fixture(scope="module", params=["", "2019", "2020", "2019 2020"], ids=lambda years: years or "on record")
def pages(request, project_root, tmp_path_factory):
    """Return the tables of the city and of every school that has data, by place; and how many numbers changed."""
    root = tmp_path_factory.mktemp("units")
    for name in ("data", "notebooks"):
        shutil.copytree(project_root / name, root / name)
    path = root / "data/observations/2020.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    changed = list(map(rewritten(request.param.split()), rows))
    assert (sum(one != other for one, other in zip(rows, changed, strict=True)) > 20) == bool(request.param)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *changed])
    return {f"{slug} {place}": block for slug, place, block in every_block(Project(root)) if isinstance(block, Table)}


def every_block(project):
    """Yield what the report of the city and the page of each school show."""
    catalogue, _ = load_data(project)
    for slug in ("hangzhou", *(slug for slug, entity in catalogue.entities.items() if entity.kind == "school")):
        try:
            shown = run_chapters(project, entity=slug)
        except ParameterError:  # nothing on record
            continue
        yield from ((slug, place, block) for place, block in shown)


def units_of(table):
    """Return the units in which a table prints each number, by what it is a number of."""
    units = {}
    for run in (run for row in table.rows for cell in row.cells for run in cell if isinstance(run, Number)):
        card = table.cards[run.card]
        if card.unit not in OF_HUNDRED:
            units.setdefault((card.indicator.partition(".")[0], card.breakdown), set()).add(card.unit)
    return units


def test_what_is_read_side_by_side_is_in_one_unit(pages):
    """Years beside years, a school beside its city, a value beside its standard."""
    assert len(pages) > 30
    mixed = {
        f"{place} {number}": units for place, table in pages.items() for number, units in units_of(table).items()
        if len(units) > 1
    }  # fmt: skip
    assert not mixed


def test_a_table_of_the_city_has_one_unit_in_a_row(pages):
    """表5, 表6: the counts of the two years; 表4: value, standard and difference."""
    for place, table in pages.items():
        if not place.startswith("hangzhou") or "年份" in [cell.text for cell in table.header[0]]:
            continue
        for row in table.rows:
            runs = [run for cell in row.cells for run in cell if isinstance(run, Number)]
            assert len({table.cards[run.card].unit for run in runs} - OF_HUNDRED) < 2, (place, row)
