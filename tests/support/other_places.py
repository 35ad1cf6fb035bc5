"""Places that are not on record, to see how a report on them reads. Every number and every name here is INVENTED.

One table holds what a city could report; each place takes from it what it has, in its own way.
"""

from __future__ import annotations

import csv
import shutil
from typing import TYPE_CHECKING

from helpers.paths import Project

if TYPE_CHECKING:
    from pathlib import Path

YEAR = 2020
GREATER = """\
schools,,,60,48,school
schools,,school_kind=vocational_high,30,25,school
schools,,school_kind=skilled_worker,18,14,school
schools,,school_kind=specialized,8,6,school
schools,,school_kind=adult,4,3,school
enrolment,,,80000,72000,person
enrolment,vocational_high,,50000,45000,person
entrants,,,28000,25200,person
graduates,,,26000,23400,person
senior_secondary_entrants_share,,track=vocational,46.50,44.25,percent
senior_secondary_entrants_share,,track=general,53.50,55.75,percent
land_area,,,2000000,1480000,square_metre
building_area,,,1250000,899900,square_metre
fixed_assets,,,320000,288000,ten_thousand_yuan
equipment_value,,,70000,63000,ten_thousand_yuan
books,,,2400000,1350000,volume
computers,,,24000,19000,set
staff,,,4600,4300,person
full_time_teachers,,,4200,2200,person
full_time_teachers,,degree=master,600,280,person
full_time_teachers,,degree=bachelor,3400,1790,person
full_time_teachers,,degree=associate,200,130,person
full_time_teachers,,degree=secondary,0,0,person
full_time_teachers,,title=senior_full,14,6,person
full_time_teachers,,title=senior_associate,1400,694,person
full_time_teachers,,title=intermediate,1800,950,person
full_time_teachers,,title=junior,700,400,person
full_time_teachers,,title=unrated,286,150,person
specialist_teachers,,,2100,1150,person
double_qualified_teachers,,,1800,320,person
initial_employment_rate,,,98.60,96.20,percent
graduation_rate,,,97.00,95.50,percent
further_study_graduates,,,14000,12000,person
further_study_rate,,,75.20,72.80,percent
graduate_employment_share,,sector=primary,2.00,3.50,percent
graduate_employment_share,,sector=secondary,26.00,29.50,percent
graduate_employment_share,,sector=tertiary,72.00,67.00,percent
enrolment_share,,sector=primary,3.00,3.20,percent
enrolment_share,,sector=secondary,20.00,20.30,percent
enrolment_share,,sector=tertiary,77.00,76.50,percent
programmes,,,80,72,item
partner_enterprises,,,500,420,enterprise
total_funding,,,32.50,28.10,hundred_million_yuan
government_funding,,,28.00,24.40,hundred_million_yuan
funding_per_student,,,6800,6100,yuan
"""
PLACES = {
    "qinghe": ("清河市", "清河", "city", "guannan"),
    "pingchuan": ("平川市", "平川", "city", "guannan"),
    "zalin": ("杂林市", "杂林", "city", "guannan"),
    "xinji": ("新集市", "新集", "city", "guannan"),
    "jianxi": ("间溪市", "间溪", "city", "guannan"),
    "jinkong": ("近空市", "近空", "city", "guannan"),
    "haijiao": ("“海角”<天涯>&=SUM(A1)多民族自治市", "海角", "city", "guannan"),
    "linjie": ("临界市", "临界", "city", "guannan"),
    "shiqiao": ("石桥县", "石桥县", "county", "qinghe"),
    "guannan": ("关南省", "关南", "province", "china"),
}
RISING_IN_MIXED = {"enrolment", "books", "computers", "full_time_teachers", "initial_employment_rate", "total_funding"}
REPORTED = {
    "jinkong": {"schools", "graduates"},
    "shiqiao": {"schools", "enrolment", "entrants", "full_time_teachers", "books"},
    "guannan": {"schools", "enrolment", "entrants", "graduates"},
}
TOTALS_ONLY = {"jinkong", "guannan"}
OTHER_CATEGORIES = {"title=senior_full", "school_kind=specialized", "school_kind=adult"}  # which 杂林 does not have
EDGES = {
    ("jinkong", "graduates", "", ""): "0",
    # With 50000 pupils 33 square metres of land each, just below 20 of buildings, 30 books, just below 0.3万元.
    ("linjie", "enrolment", "vocational_high", ""): "50000",
    ("linjie", "land_area", "", ""): "1650000",
    ("linjie", "building_area", "", ""): "999999",
    ("linjie", "books", "", ""): "1500000",
    ("linjie", "equipment_value", "", ""): "14990",
    ("linjie", "full_time_teachers", "", ""): "2500",
}


def rows_of(slug: str, edition: int) -> list[list[str]]:
    """Return the observations of one place."""
    alone = {"jianxi": (edition, edition - 3), "xinji": (edition,), "jinkong": (edition,)}
    years = alone.get(slug, (edition, edition - 1))
    made = []
    for line in GREATER.splitlines():
        indicator, scope, cut, more, less, unit = line.split(",")
        if not reports(slug, indicator, scope, cut):
            continue
        rising = slug == "haijiao" or (slug == "zalin" and indicator in RISING_IN_MIXED)
        now, last = (more, less) if rising else (more, more) if slug == "pingchuan" else (less, more)
        now = EDGES.get((slug, indicator, scope, cut), now)
        for year, value in zip(years, (now, last), strict=False):
            told = in_ten_thousands(value) if slug == "guannan" and unit == "person" else (value, unit)
            made.append([slug, str(year), indicator, scope, cut, *told, "", "final", "invented", "虚构", ""])
    return made


def invented_row(slug: str, year: int, indicator: str, cut: str, value: float, unit: str) -> str:
    """Return a line of an edition's table, in the indicator's own scope."""
    return f"{slug},{year},{indicator},,{cut},{value},{unit},,final,invented,虚构,\n"


def reports(slug: str, indicator: str, scope: str, cut: str) -> bool:
    """Whether a place reports a number."""
    if slug in REPORTED:
        return indicator in REPORTED[slug] and (slug not in TOTALS_ONLY or not (cut or scope))
    return not (slug == "zalin" and cut in OTHER_CATEGORIES)


def in_ten_thousands(persons: str) -> tuple[str, str]:
    """Return a province's number for a city's, in 万人."""
    return f"{int(persons) * 11 / 10000:.2f}", "ten_thousand_persons"


def make_places(project_root: Path, root: Path, edition: int = YEAR) -> Project:
    """Copy the project, with these places in an edition."""
    for name in ("data", "notebooks"):
        shutil.copytree(project_root / name, root / name)
    with (root / "data/reference/entities.yml").open("a", encoding="utf-8") as file:
        for slug, (name, short, kind, parent) in PLACES.items():
            file.write(f"{slug}: {{name: {name!r}, short: {short}, kind: {kind}, parent: {parent}}}\n")
    with (root / "data/sources/sources.yml").open("a", encoding="utf-8") as file:
        file.write(
            "invented:\n  producer: 虚构\n  title: 虚构资料\n  citation: 虚构。\n  kind: statistical_compilation\n"
        )
    path = root / f"data/observations/{edition}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    rows += [row for slug in PLACES for row in rows_of(slug, edition)]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
    return Project(root)
