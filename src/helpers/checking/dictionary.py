"""The data dictionary: what ``data/README.md`` says of columns and codes, from the code and the catalogue themselves.

Nothing here counts rows: who adds a number to the data need not write the dictionary anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from helpers.checking.markdown import code, codes, table
from helpers.formulas import REASONS
from helpers.model import EntityKind, Qualifier, Status
from helpers.observations import OBSERVATION_COLUMNS, RECORD_COLUMNS, format_cut
from helpers.quantity import QUALIFIED
from helpers.rows import EARLIEST_YEAR, LATEST_YEAR
from helpers.writing.cards import PERIODS, STATUS_LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helpers.checking.registry import Material
    from helpers.model import Observation, Unit

YEARS = f"four digits, {EARLIEST_YEAR} to {LATEST_YEAR}"
ENTITY = "slug of `reference/entities.yml`"
OBSERVATION_MEANINGS = {
    "entity": ("填报单位: whom the number is about", "code", ENTITY),
    "year": ("the year that the number describes, not the year of the report that prints it", "year", YEARS),
    "indicator": ("指标: what is measured", "code", "an indicator of `reference/catalogue/*.yml`"),
    "scope": (
        "统计口径: whom the number counts",
        "code",
        "a scope below; blank: the indicator's own, or a school itself",
    ),
    "breakdown": ("分项: which part of the whole", "pairs", "blank, or `dimension=member`, several joined by `;`"),
    "value": ("the number, as the source gives it", "decimal", "digits and one point, no separators; blank if missing"),
    "unit": ("the unit that the value is written in", "code", "a unit below, of the same base as the indicator's own"),
    "qualifier": ("how exactly the source states it", "code", "a qualifier below; blank: exactly"),
    "status": ("how final it is, or why it is missing", "code", "a status below"),
    "source": ("where it was read", "code", "a source of `sources/sources.yml`"),
    "locator": ("the place in that source, several joined by ` | `", "text", "never blank"),
    "note": ("what a reader of the card must know", "text", "blank, or Chinese"),
}
RECORD_MEANINGS = {
    "entity": ("who has filed the entry", "code", ENTITY),
    "register": ("清单: which list it stands in", "code", "a register below"),
    "number": ("its place in the list", "whole number", "each once for a list of an entity and a year"),
    "year": ("the year of the list", "year", YEARS),
    "school": ("the school that it is about", "code", f"blank, or {ENTITY}"),
    "project": ("the thing's name", "text", "as printed"),
    "person": ("a person's name", "text", "as printed"),
    "level": ("级别 or kind", "text", "as printed"),
    "stage": ("学段, progress or date", "text", "as printed"),
    "result": ("what came of it", "text", "as printed"),
    "source": ("where it was read", "code", "a source of `sources/sources.yml`"),
    "locator": ("the place in that source", "text", "as for observations"),
    "note": ("what else is to be known", "text", "blank, or Chinese"),
}
STATUS_MEANINGS = {
    Status.FINAL: "settled",
    Status.PROVISIONAL: "the source calls it preliminary, a plan or a budget",
    Status.REVISED: "the source has corrected itself",
    Status.ESTIMATED: "inferred from other printed numbers; the note says how",
    Status.NOT_AVAILABLE: "it exists, but we do not have it",
    Status.NOT_APPLICABLE: "it cannot exist here",
    Status.NOT_COLLECTED: "nobody counted it",
}
BASIS_WORDS = {
    "school_year_start": "学年初",
    "year_end": "年末",
    "calendar_year": "全年",
    "financial_year": "财政年度",
    "cumulative": "累计至年末",
    "event": "当次",
    "survey": "调查",
}
TEXTS = {"locator", "note", "project", "person", "level", "stage", "result"}
SHOWN_REGISTERS = ("moral_education_brands", "outstanding_graduates", "labour_education_bases", "award_winners")
LONGEST_FACTOR = 12
QUALIFIER_WORDS = {
    Qualifier.EXACT: "nothing",
    Qualifier.OVER: "余、多",
    Qualifier.ABOUT: "约、左右",
    Qualifier.NEARLY: "近",
    Qualifier.AT_LEAST: "以上、不少于",
    Qualifier.AT_MOST: "以内、以下",
}


def observation_columns(material: Material) -> str:
    """Describe the columns of ``observations/<edition>.csv``, each with an example from the data."""
    shown = next((row for row in material.observations if _is_shown(row)), None)
    rows = [] if shown is None else [shown]
    rows += [row for row in material.observations if row.qualifier is not Qualifier.EXACT][:1]
    cells = {name: [_observation_cell(row, name) for row in rows] for name in OBSERVATION_COLUMNS}
    return _columns(OBSERVATION_COLUMNS, OBSERVATION_MEANINGS, cells)


def record_columns(material: Material) -> str:
    """Describe the columns of ``records/<edition>.csv``, each with an example from the data."""
    filed = material.observations.records
    rows = [record for register in SHOWN_REGISTERS for record in filed if record.register == register]
    cells = {name: [str(getattr(record, name)) for record in rows] for name in RECORD_COLUMNS}
    return _columns(RECORD_COLUMNS, RECORD_MEANINGS, cells)


def statuses(_: Material) -> str:
    """List why a value is there, or is not."""
    rows = [(code(one), STATUS_MEANINGS[one], "yes" if one.has_value else "no", _said(one)) for one in Status]
    return table(["status", "meaning", "has a value", "a page says"], rows)


def qualifiers(_: Material) -> str:
    """List how exactly a source states a number."""
    rows = [
        (code(one) or "blank", QUALIFIER_WORDS[one], QUALIFIED[one].format(number="90", symbol="人"))
        for one in Qualifier
    ]
    return table(["qualifier", "the source says", "a page prints"], rows)


def bases(_: Material) -> str:
    """List what time a number describes."""
    rows = [
        (code(basis), words, PERIODS.get(basis, "{year}年").format(year=2020, next=2021))
        for basis, words in BASIS_WORDS.items()
    ]
    return table(["basis", "时间", "a card says"], rows)


def units(material: Material) -> str:
    """List the units."""
    rows = [
        (code(unit.code), _symbol(unit), unit.kind, code(unit.base), _factor(unit), unit.decimals)
        for unit in material.catalogue.units.values()
    ]
    return table(["unit", "printed", "kind", "base", "factor", "decimals"], rows)


def scopes(material: Material) -> str:
    """List the scopes."""
    rows = [(code(scope.code), scope.label, scope.definition) for scope in material.catalogue.scopes.values()]
    return table(["scope", "统计口径", "whom it counts"], rows)


def entities(material: Material) -> str:
    """Name the kinds of entities, each with its first one."""
    rows = []
    for kind in get_args(EntityKind):
        named = [entity for entity in material.catalogue.entities.values() if entity.kind == kind]
        rows.append((code(kind), named[0].name if named else "", code(named[0].slug) if named else ""))
    return table(["kind", "for instance", "slug"], rows)


def sources(material: Material) -> str:
    """List the sources."""
    rows = [
        (code(source.code), source.title, source.producer, source.school_year or source.date_published)
        for source in material.catalogue.sources.values()
    ]
    return table(["source", "title", "producer", "of"], rows)


def topics(material: Material) -> str:
    """Count the indicators of each topic file, and how many of them are computed."""
    indicators = material.catalogue.indicators.values()
    rows: list[tuple[str, int, int]] = []
    for topic in sorted({indicator.topic for indicator in indicators}):
        found = [indicator for indicator in indicators if indicator.topic == topic]
        computed = sum(indicator.formula is not None for indicator in found)
        rows.append((f"[`{topic}`](reference/catalogue/{topic}.yml)", len(found), computed))
    everything = ("together", sum(row[1] for row in rows), sum(row[2] for row in rows))
    return table(["topic", "indicators", "of these computed"], [*rows, everything])


def breakdowns(material: Material) -> str:
    """List the breakdowns with their members."""
    rows = [
        (code(dimension.code), dimension.label, "yes" if dimension.total else "", codes(dimension.members))
        for dimension in sorted(material.catalogue.dimensions.values(), key=lambda dimension: dimension.code)
    ]
    return table(["breakdown", "分项", "parts make the whole", "members"], rows)


def registers(material: Material) -> str:
    """List the registers."""
    rows = [
        (code(register.code), register.label, register.description)
        for register in sorted(material.catalogue.registers.values(), key=lambda register: register.code)
    ]
    return table(["register", "清单", "what it lists"], rows)


PARTS = {
    "observation-columns": observation_columns,
    "record-columns": record_columns,
    "statuses": statuses,
    "qualifiers": qualifiers,
    "bases": bases,
    "units": units,
    "scopes": scopes,
    "entities": entities,
    "sources": sources,
    "topics": topics,
    "breakdowns": breakdowns,
    "registers": registers,
}


def _columns(
    names: Sequence[str], meanings: Mapping[str, tuple[str, str, str]], cells: Mapping[str, Sequence[str]]
) -> str:
    """Describe columns, each with the first of its ``cells`` that holds something."""
    examples = {name: next(filter(None, cells[name]), "") for name in names}
    rows = [(code(name), *meanings[name], examples[name] if name in TEXTS else code(examples[name])) for name in names]
    return table(["column", "meaning", "type", "allowed", "example"], rows)


def _is_shown(row: Observation) -> bool:
    """Whether a row is the one that the columns are shown by."""
    return row.key.indicator == "full_time_teachers" and format_cut(row.key.cut) == "degree=master" and bool(row.note)


def _observation_cell(row: Observation, name: str) -> str:
    cells = {
        "entity": row.key.entity, "year": row.key.year, "indicator": row.key.indicator, "scope": row.key.scope,
        "breakdown": format_cut(row.key.cut), "value": "" if row.value is None else row.value,
    }  # fmt: skip
    return str(cells[name] if name in cells else getattr(row, name))


def _symbol(unit: Unit) -> str:
    return f"{unit.prefix}…{unit.symbol}" if unit.prefix else unit.symbol or unit.suffix


def _factor(unit: Unit) -> str:
    """Write a factor, an endless one to a few digits."""
    digits = f"{unit.factor:f}"
    return digits if len(digits) <= LONGEST_FACTOR else f"{unit.factor:.2f}…"


def _said(status: Status) -> str:
    return STATUS_LABELS.get(status, "") if status.has_value else REASONS[status]
