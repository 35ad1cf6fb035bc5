"""Structure: files can be read, names stand for something, lists are whole and in order."""

from __future__ import annotations

import ast
import csv
import itertools
import unicodedata
from typing import TYPE_CHECKING

from helpers.checking.registry import Material, check, file_check
from helpers.errors import DataError, NianbaoError, Problem, nearest
from helpers.expressions import parse_formula
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.model import Key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from helpers.model import Record
    from helpers.paths import Project

FUNCTIONS = {"sum", "count"}
SORTED_BY = ("indicator", "entity", "year", "scope", "breakdown")
LEGACY_BLANKS = {"-", "--", "—", "——", "/", "…", "……", "***", "*", "nan", "NaN", "None", "NULL", "N/A", "#N/A"}


@file_check("structure", "Every data file can be read: columns, encodings, names, units, duplicates and references.")
def data_can_be_read(project: Project) -> Iterator[Problem]:
    """Read the catalogue and every edition, and list everything that does not validate."""
    try:
        load_data(project)
    except DataError as error:
        yield from error.problems


@file_check("structure", "No cell holds a legacy symbol for a blank, a full-width digit or an invisible character.")
def cells_are_clean(project: Project) -> Iterator[Problem]:
    """Look at every cell of the CSV files: a blank is empty, and its reason is a status."""
    for path in sorted(project.data.rglob("*.csv")):
        for where, column, cell in _cells(project, path):
            if cell.strip() in LEGACY_BLANKS:
                yield Problem(f"{where}, {column}", f"{cell!r} stands for a blank", "leave it empty; say why in status")
            elif (strange := next((sign for sign in cell if _is_strange(sign)), None)) is not None:
                name = unicodedata.name(strange, f"U+{ord(strange):04X}")
                yield Problem(f"{where}, {column}", f"{cell!r} holds {name}", "type it in plain characters")
            elif cell != cell.strip():
                yield Problem(f"{where}, {column}", f"{cell!r} begins or ends with a space", "remove it")


@file_check("structure", "The rows of each edition are in their order, so that two versions can be compared.")
def rows_are_in_order(project: Project) -> Iterator[Problem]:
    """Compare each row of an edition with the one before: indicator, entity, year, scope, breakdown."""
    for path in sorted((project.data / "observations").glob("*.csv")):
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            rows = list(csv.DictReader(file))
        keys = [tuple(row.get(name) or "" for name in SORTED_BY) for row in rows]
        for number, (first, second) in enumerate(itertools.pairwise(keys), start=3):
            if second < first:
                what = f"{' '.join(second)!r} stands after {' '.join(first)!r}"
                yield Problem(f"{project.relative(path)} row {number}", what, f"sort by {', '.join(SORTED_BY)}")


@check("structure", "Every formula can be read, and names only indicators that exist.")
def formulas_can_be_read(material: Material) -> Iterator[Problem]:
    """Parse each formula: an expression over catalogue names, see helpers.formulas."""
    known = material.catalogue.indicators
    for indicator in known.values():
        if indicator.formula is None:
            continue
        where = f"data/reference/catalogue/{indicator.topic}.yml {indicator.id}, formula"
        try:
            tree = parse_formula(indicator.id, indicator.formula)
        except NianbaoError as error:
            yield Problem(where, str(error), "write indicator names with + - * /")
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id not in known and node.id not in FUNCTIONS:
                yield Problem(where, f"unknown indicator {node.id!r}", nearest(node.id, known))


@check("structure", "Every derived number on record can be computed, or says what it lacks.")
def formulas_can_be_computed(material: Material) -> Iterator[Problem]:
    """Evaluate each formula for every entity and year with data; dividing by zero or mixing units fails."""
    facts = Facts(material.catalogue, material.observations)
    places = {(row.key.entity, row.key.year) for row in material.observations}
    for indicator in material.catalogue.indicators.values():
        if indicator.formula is None:
            continue
        where = f"data/reference/catalogue/{indicator.topic}.yml {indicator.id}"
        for entity, year in sorted(places):
            scope = material.catalogue.default_scope(indicator, material.catalogue.entities[entity], year)
            try:
                facts.get(Key(entity, year, indicator.id, scope))
            except NianbaoError as error:
                yield Problem(where, f"{entity} {year}: {error}", "mend the formula or the data")


@check("structure", "Every register is numbered from one, without a gap.")
def registers_are_numbered(material: Material) -> Iterator[Problem]:
    """Follow the numbers of each list of an entity and a year: a gap is a row that was lost."""
    lists: dict[tuple[str, str, int], list[Record]] = {}
    for record in material.observations.records:
        lists.setdefault((record.entity, record.register, record.year), []).append(record)
    for (entity, register, year), records in lists.items():
        ordered = sorted(records, key=lambda record: record.number)
        for expected, record in enumerate(ordered, start=1):
            if record.number != expected:
                what = f"{register} of {entity} {year} goes on with {record.number} where {expected} is expected"
                yield Problem(f"{record.where}, number", what, "add the row that is missing, or number anew")
                break


@check("structure", "No entity is its own parent, directly or in a circle.")
def parents_lead_upwards(material: Material) -> Iterator[Problem]:
    """Climb from each entity to its parents until there is none."""
    entities = material.catalogue.entities
    for slug in entities:
        seen, parent = {slug}, entities[slug].parent
        while parent is not None and parent not in seen:
            seen.add(parent)
            parent = entities[parent].parent
        if parent is not None:
            yield Problem(f"entities {slug}", f"its parents lead back to {parent}", "name who stands above it")


@check("structure", "Every chapter's notebook is there.")
def notebooks_exist(material: Material) -> Iterator[Problem]:
    """Look for the notebooks of each chapter of each outline: its own, and those that sections are taken from."""
    for outline in material.catalogue.outlines.values():
        for chapter in outline.chapters:
            lent = (section.notebook for section in chapter.sections if section.notebook)
            for name in dict.fromkeys((chapter.notebook, *lent)):
                if not (material.project.notebooks / name).is_file():
                    where = f"data/reference/chapters.yml {outline.code} {chapter.slug}"
                    yield Problem(where, f"notebooks/{name} is not there", "write it, or drop the chapter")


@check("structure", "Every source on record is used, and every number's source is on record.", severity="warn")
def sources_are_used(material: Material) -> Iterator[Problem]:
    """Look for sources that no number names: leftovers."""
    used = {row.source for row in material.observations} | {row.source for row in material.observations.superseded}
    used |= {record.source for record in material.observations.records}
    used |= {standard.source for standard in material.catalogue.standards}
    for code in material.catalogue.sources:
        if code not in used:
            yield Problem(f"data/sources/sources.yml {code}", "no number names this source", "use it or drop it")


def _cells(project: Project, path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield address, column and text of every cell below the header."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        rows = csv.reader(file)
        header = next(rows, [])
        for number, cells in enumerate(rows, start=2):
            for column, cell in zip(header, cells, strict=False):
                yield f"{project.relative(path)} row {number}", column, cell


def _is_strange(sign: str) -> bool:
    """Whether a character is a full-width digit, an odd space, a control or a byte that could not be read."""
    if "\uff10" <= sign <= "\uff19":
        return True
    return sign == "\ufffd" or (unicodedata.category(sign) in {"Cc", "Cf", "Zs", "Co"} and sign != " ")
