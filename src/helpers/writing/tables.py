"""Tables: a few shapes that official reports use, each built from terms in one call.

Every cell that prints a number prints a fact with its card. A missing cell says why in words; a row or column without
a single fact goes, and is noted as a gap; a table without facts is a gap and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helpers import comparison
from helpers.model import Fact, Missing
from helpers.quantity import printed_value
from helpers.writing.blocks import GapList, HeaderCell, Row, Table
from helpers.writing.captions import breaks_within, name_sources
from helpers.writing.entity_tables import against_wider, lacking, of_entries, of_facts, of_indicators, of_lists
from helpers.writing.equations import MOST, finer, told_from
from helpers.writing.table_maker import Cell, Found, TableMaker, words
from helpers.writing.terms import Scene, Term, record_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from helpers.comparison import Verdict
    from helpers.model import Unit

BLANK = "—"
ONE_NUMBER = "只有一个数，见正文"

__all__ = [
    "Proportion", "against_standards", "against_wider", "by_breakdown", "by_year", "lacking", "of_entries", "of_facts",
    "of_indicators", "of_lists", "of_pairs", "of_records",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proportion:
    """A column that prints a ratio by its two terms, ``53.96:46.04``, where its value would print ``1.17:1``.

    ``note`` stands below the table where the column does.
    """

    indicator: str
    note: str = ""


def by_year(
    scene: Scene,
    number: str,
    *,
    title: str,
    indicators: Sequence[str | Proportion],
    years: int = 2,
    scope: str | None = None,
    notes: Sequence[str] = (),
    fewest: int = 2,
) -> Table | GapList:
    """Build a table of years by indicators: one row a year, the earliest first (表1, 表2, 表3).

    A :class:`Proportion` among the ``indicators`` prints as ``53.96:46.04``; ``scope`` overrides the indicators' own.
    One indicator alone stands in a line, the years beside one another. One number alone needs no table, unless prose
    speaks of it (``fewest=1``).
    """
    table = TableMaker(scene)
    terms = [_column(scene, column, scope, number) for column in indicators]
    columns = _series(terms, years)
    shown = [year for year in sorted(columns) if any(isinstance(found, Fact) for found in columns[year])]
    kept = [
        index for index, term in enumerate(terms) if _any_fact(table, term, [columns[year][index] for year in shown])
    ]
    units = {index: _common_unit(terms[index], [columns[year][index] for year in shown]) for index in kept}
    headings = [_heading(terms[index], units[index]) for index in kept]

    def cell(index: int, found: Found) -> Cell:
        proportion = isinstance(indicators[index], Proportion)
        return table.proportion(found) if proportion else table.cell(found, units[index])

    rows = [(words(f"{year}年"), *(cell(index, columns[year][index]) for index in kept)) for year in shown]
    if 0 < len(kept) * len(shown) < fewest:
        return table.leave_out(number, title, ONE_NUMBER, years=shown)
    header = [HeaderCell(text="年份"), *headings]
    if len(kept) == 1:
        header = [HeaderCell(text="指标"), *(HeaderCell(text=f"{year}年") for year in shown)]
        rows = [(words(headings[0].text), *(row[1] for row in rows))]
    columns_kept = (indicators[index] for index in kept)
    told = [column.note for column in columns_kept if isinstance(column, Proportion) and column.note]
    lines = [Row(cells=row) for row in rows] if kept else []
    told += breaks_within((terms[index].indicator for index in kept), scene.entity, columns)
    return table.finish(number, title, [header], lines, years=shown, notes=[*notes, *told])


def against_standards(
    scene: Scene, number: str, *, title: str, indicators: Sequence[str], notes: Sequence[str] = ()
) -> Table | GapList:
    """Build a table of indicators against national standards: value, limit, difference in units and in % (表4).

    What falls short has a minus. One that misses its standard by less than is printed elsewhere has more digits here.
    """
    table = TableMaker(scene)
    rows = []
    for term in (scene.term(name, number) for name in indicators):
        verdict = term.verdict
        if isinstance(verdict, Missing):
            table.note(verdict)
            continue
        verdict = _told_apart(scene, verdict)
        facts = (verdict.fact, verdict.limit, verdict.exceedance, verdict.exceedance_rate)
        printed = (table.cell(fact, term.indicator.unit) for fact in facts)
        rows.append(Row(cells=(words(_heading(term).text), *printed)))
    headings = ("项目", f"{scene.entity.short}{scene.year}年", "国家标准", "与标准相差", "相差幅度")
    told = [*notes, *table.computed_as_printed(*headings[3:])]
    return table.finish(number, title, [[HeaderCell(text=text) for text in headings]], rows, notes=told)


def by_breakdown(
    scene: Scene,
    number: str,
    *,
    title: str,
    indicator: str,
    dimension: str,
    years: int = 2,
    notes: Sequence[str] = (),
) -> Table | GapList:
    """Build a table of parts by years, each with count and share of the whole (表5, 表6).

    In a year whose whole is not on record no share is known, and none has a column.
    """
    table = TableMaker(scene)
    term = scene.term(indicator, number)
    shown = [year for year in _years(scene, years) if scene.facts.parts(_at(term, year).key, dimension)]
    members = scene.catalogue.dimension(dimension).members
    parts = {year: _by_member(scene, _at(term, year), dimension) for year in shown}
    shared = {year: _is_known(table, _at(term, year).found) for year in shown}
    rows = []
    for member, label in members.items():
        if not any(member in parts[year] for year in shown):
            continue
        cells: list[Cell] = [words(label)]
        found = [_at(term, year)(**{dimension: member}).found for year in shown]
        for year, part, printed in zip(shown, found, _in_one_unit(found), strict=True):
            pair = _count_and_share(table, part, _at(term, year).found, printed)
            cells += pair if shared[year] else pair[:1]
        rows.append(Row(cells=tuple(cells)))
    count = "人数" if term.indicator.unit.base == "one" and term.indicator.unit.symbol in {"人", "名"} else "数量"
    top = [HeaderCell(text=scene.catalogue.dimension(dimension).label, rows=2)]
    top += [HeaderCell(text=f"{year}年", columns=2 if shared[year] else 1) for year in shown]
    second = [HeaderCell(text=text) for year in shown for text in ((count, "占比") if shared[year] else (count,))]
    return table.finish(number, title, [top, second], rows, years=shown, notes=notes)


def of_records(
    scene: Scene,
    number: str,
    *,
    title: str,
    register: str,
    columns: Mapping[str, str],
    numbered: bool = True,
    notes: Sequence[str] = (),
) -> Table | GapList:
    """Build a table of named things; ``columns`` maps a heading to a column of the register (表7 to 表10).

    A column that the register leaves blank in every line goes; where it does so in some, a dash stands.
    """
    table = TableMaker(scene)
    entries = scene.facts.entries(scene.entity.slug, register, scene.year)
    filled = {
        heading: texts
        for heading, column in columns.items()
        if any(texts := [record_name(scene.catalogue, record, column) for record in entries])
    }
    rows = []
    for position in range(len(entries)):
        cells = [words(texts[position] or BLANK) for texts in filled.values()]
        numbered_cells = [words(str(position + 1)), *cells] if numbered else cells
        rows.append(Row(cells=tuple(numbered_cells), headers=2 if numbered else 1))
    header = [HeaderCell(text=text) for text in (*(["序号"] if numbered else []), *filled)]
    sources = {record.source: scene.catalogue.sources[record.source] for record in entries}
    return table.finish(number, title, [header], rows, notes=notes, source=name_sources(sources.values()))


def of_pairs(
    scene: Scene,
    number: str,
    *,
    title: str,
    dimension: str,
    left: Term,
    right: Term,
    gap: Term,
    headings: tuple[str, str, str, str, str, str, str],
    notes: Sequence[str] = (),
) -> Table | GapList:
    """Build a table of two matched classifications side by side (表11).

    ``headings`` are: left group, left class, left value, right group, right class, right value, gap. Where no gap is
    known, nothing is compared and there is no table.
    """
    table = TableMaker(scene)
    breakdown = scene.catalogue.dimension(dimension)
    rows = []
    compared = any(isinstance(gap(**{dimension: member}).found, Fact) for member in breakdown.members)
    for member, label in breakdown.members.items() if compared else ():
        found = [term(**{dimension: member}).found for term in (left, right, gap)]
        if not any(isinstance(one, Fact) for one in found):
            continue
        cells = [words(label), table.cell(found[0]), words(breakdown.counterpart.get(member, label))]
        rows.append(Row(cells=(*cells, table.cell(found[1]), table.cell(found[2], gap.indicator.unit))))
    left_group, left_class, left_value, right_group, right_class, right_value, difference = headings
    top = [HeaderCell(text=left_group, columns=2), HeaderCell(text=right_group, columns=2)]
    top.append(HeaderCell(text=f"{difference}（{gap.indicator.unit.symbol}）", rows=2))
    second = [HeaderCell(text=text) for text in (left_class, left_value, right_class, right_value)]
    told = [*notes, *table.computed_as_printed(difference)]
    return table.finish(number, title, [top, second], rows, notes=told)


def _told_apart(scene: Scene, verdict: Verdict) -> Verdict:
    """Return a verdict with the digits that tell a standard that is missed from one that is met: 19.9996 beside 20."""
    if verdict.met or printed_value(verdict.fact) != verdict.limit.value:
        return verdict
    again = comparison.against_standard(scene.facts, told_from(verdict.fact, verdict.limit))
    if isinstance(again, Missing):
        return verdict
    rates = (finer(again.exceedance_rate, places) for places in range(MOST))
    return replace(again, exceedance_rate=next((one for one in rates if printed_value(one)), again.exceedance_rate))


def _column(scene: Scene, column: str | Proportion, scope: str | None, number: str) -> Term:
    term = scene.term(column.indicator if isinstance(column, Proportion) else column, number)
    return term if scope is None else term(scope=scope)


def _common_unit(term: Term, column: Iterable[Found]) -> Unit:
    """Return the unit that a whole column is given in; the indicator's own where it is in several."""
    units = {found.unit.code: found.unit for found in column if isinstance(found, Fact)}
    return next(iter(units.values())) if len(units) == 1 else term.indicator.unit


def _heading(term: Term, unit: Unit | None = None) -> HeaderCell:
    """Head a column with what it measures and the unit it is in, the indicator's own unless told."""
    unit = unit or term.indicator.unit
    symbol = "" if unit.kind in {"ratio", "percent"} else comparison.table_symbol(unit)
    label = term.indicator.label
    return HeaderCell(text=f"{label}（{symbol}）" if symbol else label)


def _years(scene: Scene, years: int) -> list[int]:
    return list(range(scene.year - years + 1, scene.year + 1))


def _at(term: Term, year: int) -> Term:
    while term.key.year > year:
        term = term.previous
    return term


def _series(terms: Sequence[Term], years: int) -> dict[int, list[Found]]:
    """Return what each year has for each term, the years of a term in one unit."""
    shown = _years(terms[0].scene, years)
    columns = [_in_one_unit([_at(term, year).found for year in shown]) for term in terms]
    return dict(zip(shown, map(list, zip(*columns, strict=True)), strict=True))


def _in_one_unit(found: Sequence[Found]) -> list[Found]:
    """Give numbers that are read beside one another in the unit of the last of them."""
    model = next((one for one in reversed(found) if isinstance(one, Fact)), None)
    return [one if isinstance(one, Missing) or model is None else comparison.in_unit_of(one, model) for one in found]


def _any_fact(table: TableMaker, term: Term, found: Sequence[Found]) -> bool:
    """Whether a column has a fact; one that has none goes, with a gap for its latest year."""
    if any(isinstance(one, Fact) for one in found):
        return True
    missing = [one for one in found if isinstance(one, Missing)]
    table.note(missing[-1] if missing else Missing(term.key, term.indicator, "无数据"))
    return False


def _is_known(table: TableMaker, found: Found) -> bool:
    if isinstance(found, Missing):
        table.note(found)
    return isinstance(found, Fact)


def _by_member(scene: Scene, term: Term, dimension: str) -> dict[str, Fact]:
    return {dict(fact.key.cut)[dimension]: fact for fact in scene.facts.parts(term.key, dimension)}


def _count_and_share(table: TableMaker, part: Found, whole: Found, printed: Found) -> tuple[Cell, Cell]:
    """Print a part, in the unit of its row, and its share of the whole; a share of nothing is a dash."""
    if isinstance(part, Missing) or isinstance(whole, Missing) or whole.value.is_zero():
        missing = part if isinstance(part, Missing) else whole
        cell = table.cell(printed)
        return cell, table.cell(missing) if isinstance(missing, Missing) else words("—")
    share = comparison.share(table.scene.catalogue, part, whole)
    return table.cell(printed), words("—") if part.value.is_zero() else table.cell(share)
