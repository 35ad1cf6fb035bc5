"""Tables whose rows follow what is on record: chosen indicators, a school beside its city, lists in which it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers import comparison
from helpers.model import Fact, Missing
from helpers.quantity import with_unit
from helpers.writing.account import facts_about, is_told, is_worded
from helpers.writing.blocks import Gap, GapList, HeaderCell, Row, Table
from helpers.writing.captions import name_sources, source_line
from helpers.writing.cards import label_of, period_of
from helpers.writing.table_maker import Cell, TableMaker, words
from helpers.writing.terms import AREAS, Term
from helpers.writing.wider import counterpart, is_counted, is_level, named_scope, share_of_wider, wider_entity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.model import Record
    from helpers.writing.terms import Scene

LEVELS = ("国家级", "省级", "市级", "区级", "县级")
"""Who confers an honour or takes up a project, the highest first."""
NONE = "—"
LIST = "名单"
LEAST_SHARE = 1  # per cent of the city: less is not set beside it


def of_indicators(
    scene: Scene, number: str, *, title: str, indicators: Sequence[str | Term], notes: Sequence[str] = ()
) -> Table | GapList:
    """Build a table of indicators by years: one row an indicator, the year before beside the year.

    Where the year before has no number at all, it has no column.
    """
    table = TableMaker(scene)
    told: list[tuple[Fact, Fact | None]] = []
    for one in indicators:
        term = one if isinstance(one, Term) else scene.term(one, number)
        found = term.found
        if isinstance(found, Missing):
            table.note(found)
            continue
        before = term.previous.fact
        told.append((found, None if before is None else comparison.in_unit_of(before, found)))
    both = any(before is not None for _, before in told)
    rows = []
    for found, before in told:
        cells = (before, found) if both else (found,)
        rows.append(Row(cells=(words(label_of(scene.catalogue, found)), *(_full(table, cell) for cell in cells))))
    years = (scene.year - 1, scene.year) if both else (scene.year,)
    header = [HeaderCell(text=text) for text in ("指标", *(f"{year}年" for year in years))]
    return table.finish(number, title, [header], rows, years=years, notes=notes)


def against_wider(scene: Scene, number: str, *, title: str, notes: Sequence[str] = ()) -> Table | GapList:
    """Build a table of a school's numbers that can be held against the city's or against a standard.

    A number that does not count schools like this one has no share of it. Where there are none, nothing is missing.
    """
    table = TableMaker(scene)
    rows, own, others = [], [], []
    apart: list[str] = []
    for fact in facts_about(scene):
        other = counterpart(scene, fact)
        share = share_of_wider(scene, fact, other) if other is not None else None
        verdict = comparison.against_standard(scene.facts, fact)
        limit = None if isinstance(verdict, Missing) else verdict.limit
        telling = is_level(fact) and other is not None
        if not telling and limit is None and (share is None or share.value < LEAST_SHARE):
            continue
        if other is not None and not is_counted(scene, other):
            share, apart = None, [*apart, named_scope(scene, other)]
        other = comparison.in_unit_of(other, fact) if other is not None else None
        own.append(fact)
        others += [one for one in (other, limit) if one is not None]
        rows.append((words(_dated(scene, fact)), *(_full(table, one) for one in (fact, other, share, limit))))
    if not rows:
        return GapList()
    entity = wider_entity(scene)
    area = AREAS[entity.kind] if entity else ""
    header, kept = _filled(("指标", "本校", area, f"占{area}", "国家标准"), rows)
    source = source_line(scene.catalogue, own, others)
    scopes = _scopes(area, [(fact, named_scope(scene, fact)) for fact in others if fact.standard is None])
    scopes += [f"{'、'.join(dict.fromkeys(apart))}不含本校，不计占比。"] if apart else []
    return table.finish(number, title, [header], kept, notes=(*scopes, *notes), source=source)


def of_facts(scene: Scene, number: str, *, title: str, notes: Sequence[str] = ()) -> Table | GapList:
    """Build a table of everything on record about an entity, each number with the time that it describes.

    A single number that the page tells in words needs no table; where there are none, nothing is missing.
    """
    facts = facts_about(scene)
    if not facts or (len(facts) == 1 and is_worded(scene, facts[0])):
        return GapList()
    table = TableMaker(scene)
    rows = [
        Row(cells=(words(label_of(scene.catalogue, fact)), words(period_of(fact)), _full(table, fact)))
        for fact in facts
    ]
    header = [HeaderCell(text=text) for text in ("指标", "时间", "数值")]
    return table.finish(number, title, [header], rows, notes=notes)


def of_entries(scene: Scene, number: str, *, title: str, notes: Sequence[str] = ()) -> Table | GapList:
    """Build a table of honours and projects of every register in which an entity stands, the highest level first.

    Where there are none, nothing is missing.
    """
    entries = [entry for entry in scene.facts.standing(scene.entity.slug, scene.year) if entry.level in LEVELS]
    entries.sort(key=lambda entry: LEVELS.index(entry.level))
    rows = [
        Row(cells=tuple(words(text or NONE) for text in (entry.level, *_matter(scene, entry)))) for entry in entries
    ]
    header = [HeaderCell(text=text) for text in ("级别", "事项", "名称", "说明")]
    source = _sources(scene, entries)
    return TableMaker(scene).finish(number, title, [header], rows, notes=notes, source=source) if rows else GapList()


def of_lists(scene: Scene, number: str, *, title: str, notes: Sequence[str] = ()) -> Table | GapList:
    """Build a table of the other registers in which an entity stands, but for those that its own cases tell."""
    by_register: dict[str, list[Record]] = {}
    for entry in scene.facts.standing(scene.entity.slug, scene.year):
        if entry.level not in LEVELS and not is_told(scene, entry):
            by_register.setdefault(entry.register, []).append(entry)
    rows = [
        Row(cells=(words(scene.catalogue.registers[code].label), words(_contents(entries))))
        for code, entries in by_register.items()
    ]
    header = [HeaderCell(text=text) for text in ("清单", "内容")]
    source = _sources(scene, [entry for entries in by_register.values() for entry in entries])
    return TableMaker(scene).finish(number, title, [header], rows, notes=notes, source=source) if rows else GapList()


def lacking(scene: Scene, indicators: Sequence[str]) -> GapList:
    """Name those of some indicators that are not on record, as one gap."""
    labels = [term.indicator.label for term in map(scene.term, indicators) if term.fact is None]
    if not labels:
        return GapList()
    gap = Gap(what=f"{scene.year}年{'、'.join(labels)}", reason="所据资料未载")
    scene.gaps.extend(one for one in (gap,) if one not in scene.gaps)
    return GapList(gaps=(gap,))


def _full(table: TableMaker, found: Fact | str | None) -> Cell:
    """Print a fact with its unit, for columns in which units differ; nothing is a dash."""
    if not isinstance(found, Fact):
        return words(found or NONE)
    found = comparison.in_persons(table.scene.catalogue, found)
    table.facts.append(found)
    return (table.maker.number(found, with_unit(found)),)


def _filled(headings: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> tuple[list[HeaderCell], list[Row]]:
    """Return header and rows without the columns that hold nothing but dashes."""
    kept = [place for place in range(len(headings)) if any(row[place] != words(NONE) for row in rows)]
    return (
        [HeaderCell(text=headings[place]) for place in kept],
        [Row(cells=tuple(row[place] for place in kept)) for row in rows],
    )


def _dated(scene: Scene, fact: Fact) -> str:
    label = label_of(scene.catalogue, fact)
    return label if fact.key.year == scene.year else f"{label}（{fact.key.year}年）"


def _scopes(area: str, named: Sequence[tuple[Fact, str]]) -> list[str]:
    """Say whom the city's numbers count, if not all of its schools: ``全市一列为全市职业高中的数值``."""
    by_scope: dict[str, dict[str, None]] = {}
    for fact, scope in named:
        if scope != area:
            by_scope.setdefault(scope, {})[fact.indicator.label] = None
    if not by_scope:
        return []
    if len({scope for _, scope in named}) == 1:
        return [f"{area}一列为{next(iter(by_scope))}的数值。"]
    told = "；".join(f"{'、'.join(labels)}为{scope}的数值" for scope, labels in by_scope.items())
    return [f"{area}一列，{told}。"]


def _sources(scene: Scene, entries: Sequence[Record]) -> str:
    return name_sources({entry.source: scene.catalogue.sources[entry.source] for entry in entries}.values())


def _matter(scene: Scene, entry: Record) -> tuple[str, str, str]:
    """Return what an entry is about, what it names, and what else it says; of a list of winners, the contest first."""
    label = scene.catalogue.registers[entry.register].label
    name = _name(entry)
    if label.endswith(LIST) and entry.stage:
        return entry.stage, name, entry.result
    return label, name, _more(name, entry)


def _name(entry: Record) -> str:
    person = "" if entry.person in entry.project else entry.person
    return "，".join(filter(None, (entry.project, person)))


def _more(name: str, entry: Record) -> str:
    """Say what an entry says beyond its name, nothing twice."""
    stage = "" if entry.stage in entry.result else entry.stage
    return "，".join(text for text in (stage, entry.result) if text and text not in name)


def _contents(entries: Sequence[Record]) -> str:
    """Join the names of entries, each with what it says of its progress."""
    names = []
    for entry in entries:
        name = _name(entry)
        aside = "，".join(filter(None, (entry.level, _more(name, entry))))
        names.append(f"{name}（{aside}）" if name and aside else name or aside or "列入")
    names = list(dict.fromkeys(names))  # a city and its county may both list a school's new programme
    return "；".join(names) if any("，" in name for name in names) else "、".join(names)
