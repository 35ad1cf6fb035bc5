"""A simulated nation: N schools × 60 indicators × 3 years, in a folder of its own. Every number in it is INVENTED.

It has the notebooks and the catalogue of this project, schools named 模拟学校0001 …, and sources of kind ``simulated``,
so that every page made of it is marked 模拟数据，不得引用. It is never committed. The same seed gives the same files.

    python tests/benchmarks/nation.py FOLDER --schools 7000
"""

from __future__ import annotations

import argparse
import csv
import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.catalogue import load_catalogue
from helpers.observations import OBSERVATION_COLUMNS, RECORD_COLUMNS
from helpers.paths import Project

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helpers.catalogue import Catalogue
    from helpers.model import Indicator, Unit

ROOT = Path(__file__).parents[2]
YEARS = (2023, 2024, 2025)
INDICATORS = 60
SCHOOLS_PER_CITY = 100
SEED = 2025
TOPICS = (
    "scale", "facilities", "teachers", "student_quality", "outcomes", "funding", "cooperation", "internships", "training",
    "teacher_training", "resources", "talent",
)  # fmt: skip
NOT_LEVELS = ("_change", "_growth")
FILED = 2
"""How many entries of a register tell of each school."""
SOURCE = """
simulated_{year}:
  title: 模拟数据（{year}年）
  producer: 测速程序
  citation: 测速程序随机生成，不得引用。
  kind: simulated
"""


def make_nation(root: Path, schools: int, *, seed: int = SEED) -> Project:
    """Write the project of a nation of so many schools below ``root``."""
    project = Project(root)
    for name in ("data/reference", "data/sources", "notebooks"):
        shutil.copytree(ROOT / name, root / name, dirs_exist_ok=True)
    (project.reference / "exceptions.yml").unlink(missing_ok=True)  # of a report that is not here
    with (project.data / "sources" / "sources.yml").open("a", encoding="utf-8") as file:
        file.writelines(SOURCE.format(year=year) for year in YEARS)
    cities = [f"city_{number:03}" for number in range(1, -(-schools // SCHOOLS_PER_CITY) + 1)]
    homes = {slug_of(number): cities[(number - 1) // SCHOOLS_PER_CITY] for number in range(1, schools + 1)}
    _write(
        project.reference / "entities" / "simulated.csv", ("slug", "name", "short", "kind", "parent"), _entities(homes)
    )
    catalogue = load_catalogue(project)
    chosen = [indicator for indicator, _ in zip(_levels(catalogue), range(INDICATORS), strict=False)]
    draw = random.Random(seed)  # noqa: S311 - numbers for show
    sizes = {slug: draw.uniform(0.4, 2.5) for slug in homes} | dict.fromkeys(cities, 90.0)
    for year in YEARS:
        rows = _observations(chosen, sizes, year, draw)
        _write(project.data / "observations" / f"{year}.csv", OBSERVATION_COLUMNS, rows)
    register = next(code for code, one in catalogue.registers.items() if not one.applies_to or "city" in one.applies_to)
    _write(project.data / "records" / f"{YEARS[-1]}.csv", RECORD_COLUMNS, _records(homes, register))
    return project


def slug_of(number: int) -> str:
    """Name the school of that number, from 1."""
    return f"simulated_{number:04}"


def _entities(homes: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for city in dict.fromkeys(homes.values()):
        number = city.removeprefix("city_")
        yield city, f"模拟市{number}", f"模拟市{number}", "city", "china"
    for slug, city in homes.items():
        number = slug.removeprefix("simulated_")
        yield slug, f"模拟学校{number}", f"模拟学校{number}", "school", city


def _levels(catalogue: Catalogue) -> Iterator[Indicator]:
    """Yield the indicators that a school could report: read, not computed, and no change of another."""
    for topic in TOPICS:
        for indicator in catalogue.indicators.values():
            if indicator.topic == topic and not indicator.formula and not indicator.id.endswith(NOT_LEVELS):
                yield indicator


def _observations(
    indicators: list[Indicator], sizes: dict[str, float], year: int, draw: random.Random
) -> Iterator[tuple[str, ...]]:
    for number, indicator in enumerate(indicators):
        for slug, size in sizes.items():
            value = _value(indicator.unit, (number * 37 % 11 + 1) * size * draw.uniform(0.9, 1.1))
            yield (
                slug, str(year), indicator.id, "", "", value, indicator.unit.code, "", "final", f"simulated_{year}",
                f"第{number + 1}项", "",
            )  # fmt: skip


def _value(unit: Unit, level: float) -> str:
    """Write an invented value of the order that a unit asks for."""
    if unit.kind == "percent":
        return f"{50 + level % 49:.2f}"
    if unit.kind == "count":
        return str(max(1, round(level * 100 / float(unit.factor or 1))))
    return f"{level * 100:.{min(unit.decimals, 2)}f}"


def _records(homes: dict[str, str], register: str) -> Iterator[tuple[str, ...]]:
    numbers = dict.fromkeys(homes.values(), 0)
    for slug, city in homes.items():
        for _ in range(FILED):
            numbers[city] += 1
            yield (
                city, register, str(numbers[city]), str(YEARS[-1]), slug, f"模拟项目{numbers[city]}", "", "", "", "",
                f"simulated_{YEARS[-1]}", f"第{numbers[city]}行", "",
            )  # fmt: skip


def _write(path: Path, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def main() -> None:
    """Make a nation in the folder that is given."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--schools", type=int, default=7000)
    arguments = parser.parse_args()
    project = make_nation(arguments.folder, arguments.schools)
    print(f"{arguments.schools} schools in {project.root}")


if __name__ == "__main__":
    main()
