"""The checks. Structure (columns, names, units, duplicates) is checked where files are read; these come after."""

from __future__ import annotations

import ast
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.checking.registry import Material, check
from helpers.errors import NianbaoError, Problem, nearest
from helpers.formulas import Facts, parse_formula
from helpers.model import Key
from helpers.observations import format_cut
from helpers.quantity import decimals_of
from helpers.writing.cases import write_case
from helpers.writing.narratives import load_narrative
from helpers.writing.prose import write_prose
from helpers.writing.terms import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.model import Observation

FUNCTIONS = {"sum", "count"}
HUNDRED = Decimal(100)


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
            scope = material.catalogue.default_scope(indicator, material.catalogue.entities[entity])
            try:
                facts.get(Key(entity, year, indicator.id, scope))
            except NianbaoError as error:
                yield Problem(where, f"{entity} {year}: {error}", "mend the formula or the data")


@check("arithmetic", "Where every part of a whole is on record, the parts add up to it.")
def parts_make_the_whole(material: Material) -> Iterator[Problem]:
    """Sum each breakdown declared ``total`` against the undivided value, within the rounding of the values given."""
    for whole, dimension, parts in _divided(material):
        total = sum((part.value for part in parts if part.value is not None), Decimal(0))
        if whole.value is None or any(part.unit != whole.unit for part in parts):
            continue
        slack = _slack(parts) + _slack([whole])
        if abs(total - whole.value) > slack:
            named = ", ".join(format_cut(part.key.cut) for part in parts)
            what = f"{whole.key} is {whole.value}, its parts by {dimension} add to {total} ({named})"
            yield Problem(whole.where, what, "correct the number that is wrong")


@check("arithmetic", "Shares of one whole add up to 100 within rounding.")
def shares_make_a_hundred(material: Material) -> Iterator[Problem]:
    """Sum percentages over a breakdown declared ``total`` where all members are on record."""
    groups: dict[tuple[Key, str], list[Observation]] = {}
    for row in material.observations:
        if material.catalogue.units[row.unit].kind != "percent":
            continue
        for name, _ in row.key.cut:
            rest = tuple(pair for pair in row.key.cut if pair[0] != name)
            groups.setdefault((replace(row.key, cut=rest), name), []).append(row)
    for (key, name), rows in groups.items():
        dimension = material.catalogue.dimensions[name]
        if not dimension.total or len(rows) < len(dimension.members):
            continue
        total = sum((row.value for row in rows if row.value is not None), Decimal(0))
        if abs(total - HUNDRED) > max(_slack(rows), Decimal("0.05")):
            what = f"{key} by {name} adds to {total}, not 100"
            yield Problem(rows[0].where, what, "correct the share that is wrong")


@check("plausibility", "Counts are whole and not negative; no share is above 100 or below 0.")
def values_are_possible(material: Material) -> Iterator[Problem]:
    """Hold a count in its own unit to be whole, and a percentage that is no growth to lie between 0 and 100."""
    for row in material.observations:
        unit, value = material.catalogue.units[row.unit], row.value
        if value is None:
            continue
        moving = row.key.indicator.endswith(("_growth", "_change"))
        if unit.kind == "count" and unit.factor == 1 and (value != value.to_integral_value() or value < 0):
            yield Problem(f"{row.where}, value", f"{value} {unit.symbol} is not a count", "check value and unit")
        if unit.kind == "percent" and not moving and not 0 <= value <= HUNDRED:
            yield Problem(f"{row.where}, value", f"{value}% is no share", "check value and unit")


@check("plausibility", "Every source on record is used, and every number's source is on record.", severity="warn")
def sources_are_used(material: Material) -> Iterator[Problem]:
    """Look for sources that no number names: leftovers."""
    used = {row.source for row in material.observations} | {record.source for record in material.observations.records}
    used |= {standard.source for standard in material.catalogue.standards}
    for code in material.catalogue.sources:
        if code not in used:
            yield Problem(f"data/sources/sources.yml {code}", "no number names this source", "use it or drop it")


@check("text", "Every case can be written, with every figure it names on record.")
def cases_can_be_written(material: Material) -> Iterator[Problem]:
    """Render each case's summary for its own school and year."""
    for edition, cases in material.observations.cases.items():
        for case in cases:
            where = f"data/cases/{edition}.yml case {case.number}"
            entity = material.catalogue.entities.get(case.schools[0]) if case.schools else None
            if entity is None:
                yield Problem(where, "names no school", "name the entity that owns the figures first")
                continue
            scene = Scene(Facts(material.catalogue, material.observations), entity, edition)
            try:
                box = write_case(scene, case.number)
            except NianbaoError as error:
                yield Problem(where, str(error), "mend the summary")
                continue
            for gap in box.gaps:
                yield Problem(where, f"{gap.what}: {gap.reason}", "add the figure or take it out of the summary")


@check("text", "Every narrative can be written, with every figure it names on record.")
def narratives_can_be_written(material: Material) -> Iterator[Problem]:
    """Render each section of each narrative file."""
    folder = material.project.data / "narratives"
    for path in sorted(folder.glob("*/*/*.md")):
        year, slug, chapter = path.parent.parent.name, path.parent.name, path.stem
        where = material.project.relative(path)
        if slug not in material.catalogue.entities or chapter not in material.catalogue.chapters or not year.isdigit():
            yield Problem(where, "belongs to no entity, year or chapter", "narratives/<year>/<entity>/<chapter>.md")
            continue
        scene = Scene(Facts(material.catalogue, material.observations), material.catalogue.entities[slug], int(year))
        yield from _narrative_problems(material, scene, int(year), chapter, where)


def _narrative_problems(material: Material, scene: Scene, year: int, chapter: str, where: str) -> Iterator[Problem]:
    try:
        narrative = load_narrative(material.project, year, scene.entity.slug, chapter)
    except NianbaoError as error:
        yield Problem(where, str(error), "mend the file")
        return
    for section, paragraphs in narrative.sections.items():
        text = "\n\n".join(paragraph for paragraph in paragraphs if not paragraph.startswith("【案例"))
        try:
            prose = write_prose(
                scene, text, name=f"{where} section {section}", calendar=True, literals=narrative.literals
            )
        except NianbaoError as error:
            yield Problem(where, str(error), "mend the text")
            continue
        for gap in prose.gaps:
            yield Problem(f"{where} section {section}", f"{gap.what}: {gap.reason}", "add the figure or drop it")


def _divided(material: Material) -> Iterator[tuple[Observation, str, list[Observation]]]:
    """Yield each whole with all its parts, for breakdowns that make a whole."""
    totals = [dimension for dimension in material.catalogue.dimensions.values() if dimension.total]
    for whole in material.observations:
        for dimension in totals:
            cuts = material.observations.cuts(whole.key, dimension.code)
            if len(cuts) == len(dimension.members):
                rows = [material.observations.latest[replace(whole.key, cut=cut)] for cut in cuts]
                yield whole, dimension.code, rows


def _slack(rows: list[Observation]) -> Decimal:
    """Return how far a sum may be off because its terms were rounded; whole counts are exact."""
    places = [decimals_of(row.value) for row in rows if row.value is not None]
    return sum((Decimal(5).scaleb(-count - 1) for count in places if count), Decimal(0))
