"""A plain table (a yearbook's export) through its mapping -> a submission.

Titles and unit rows above the head and notes below the table are passed over: a row counts if it names a place and a
year, where the mapping says that columns do, and holds at least one number or mark.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.entry.intake.cells import read_cell
from helpers.entry.intake.grid import Sheet, address
from helpers.entry.intake.inspection import refuse
from helpers.entry.intake.mapping import EntityColumn, NumberColumn, SourceEntry, YearColumn
from helpers.entry.intake.plausibility import check_possible
from helpers.entry.intake.problems import CellProblem
from helpers.entry.intake.submission import Submission
from helpers.entry.intake.values import Typed, UnreadableError, factor_of, is_missing_mark, scale
from helpers.entry.intake.words import heading, label, year_of
from helpers.model import Key, Observation, Qualifier, Source, Status, Unit
from helpers.observations import parse_cut

if TYPE_CHECKING:
    from helpers.catalogue import Catalogue
    from helpers.entry.intake.grid import Cell, Grid
    from helpers.entry.intake.mapping import Mapping
    from helpers.entry.intake.problems import Findings
    from helpers.entry.intake.workbook import Expected

HEADER_SEARCHED = 40
NOTE_SIGNS = ("注", "说明", "备注", "资料来源", "来源", "数据来源", "单位", "note", "source")


@dataclass
class TableReader:
    """Reads one table; what is wrong is added to ``findings``."""

    catalogue: Catalogue
    mapping: Mapping
    expected: Expected
    source: Source
    findings: Findings
    places: dict[Key, str] = field(default_factory=dict)
    observations: list[Observation] = field(default_factory=list)

    def read(self, sheet: Sheet) -> None:
        """Read every row below the head."""
        header, columns = self._header(sheet)
        numbers = {columns[heading(name)]: column for name, column in self.mapping.columns.items()}
        for row in (row for row in sorted(sheet.rows) if row > header):
            filled = [place for place in numbers if sheet.cell(row, place) is not None]
            first = min(sheet.rows[row])
            if not filled or label(sheet.text(row, first)).startswith(NOTE_SIGNS):
                continue
            entity, year = self._entity(sheet, row, columns), self._year(sheet, row, columns)
            for place, column in numbers.items():
                if entity and (column.year or year):
                    self._number(sheet, row, place, column, entity, column.year or year or 0)

    def _header(self, sheet: Sheet) -> tuple[int, dict[str, int]]:
        """Find the head: the last of the rows whose labels, joined from above, name every column of the mapping."""
        wanted = {heading(name): name for name in self.mapping.columns}
        for part in (self.mapping.entity, self.mapping.year):
            if isinstance(part, EntityColumn | YearColumn):
                wanted[heading(part.column)] = part.column
        best: set[str] = set()
        for row in sorted(sheet.rows)[:HEADER_SEARCHED]:
            joined = _joined(sheet, row, self.mapping.header_rows)
            found = {text: column for column, text in reversed(joined.items())}
            if wanted.keys() <= found.keys():
                twice = sorted(text for text in wanted if list(joined.values()).count(text) > 1)
                if twice:
                    raise refuse(
                        f"{sheet.title} 第{row}行有两列都叫“{wanted[twice[0]]}”", "在映射文件里设 header_rows，或改列名"
                    )
                return row, found
            best = max(best, wanted.keys() & found.keys(), key=len)
        missing = "、".join(name for text, name in wanted.items() if text not in best)
        raise refuse(f"{sheet.title} 里没有“{missing}”这一列", "照抄表头的文字到映射文件；多行表头设 header_rows")

    def _entity(self, sheet: Sheet, row: int, columns: dict[str, int]) -> str:
        part = self.mapping.entity
        if not isinstance(part, EntityColumn):
            return part or self.expected.entity or ""
        place = columns[heading(part.column)]
        written = label(sheet.text(row, place))
        known = {label(name): slug for name, slug in part.names.items()}
        if written not in known and written not in {label(name) for name in part.ignore}:
            self._problem(sheet, row, place, "映射文件里没有这个单位", "在 entity.names 里补上，或写进 entity.ignore")
        return known.get(written, "")

    def _year(self, sheet: Sheet, row: int, columns: dict[str, int]) -> int | None:
        part = self.mapping.year
        if not isinstance(part, YearColumn):
            return part or self.expected.edition
        place = columns[heading(part.column)]
        cell = sheet.cell(row, place)
        year = None if cell is None else year_of(cell.value)
        if year is None:
            self._problem(sheet, row, place, "不是年份", "写成2020、2020年、2020/2021学年初或2020届")
        return year

    def _number(  # noqa: PLR0917 - a cell's place and what it is about
        self, sheet: Sheet, row: int, place: int, column: NumberColumn, entity: str, year: int
    ) -> None:
        indicator = self.catalogue.indicators[column.indicator]
        scope = column.scope or self.catalogue.default_scope(indicator, self.catalogue.entities[entity], year)
        key = Key(entity, year, indicator.id, scope, parse_cut(column.breakdown))
        where = f"{sheet.title}!{address(row, place)}"
        if (first := self.places.setdefault(key, where)) != where:
            self._problem(sheet, row, place, f"与{first}是同一个数", "删去重复的行")
            return
        cell = sheet.cell(row, place)
        if cell is None or is_missing_mark(cell.text):
            if self.mapping.missing == "not_available":
                note = f"原表作“{cell.text}”" if cell is not None else "原表为空"
                self._keep(key, None, indicator.unit, Status.NOT_AVAILABLE, where, note)
            return
        try:
            typed, unit = self._converted(cell, column, indicator.unit)
            check_possible(Typed(typed.value, typed.qualifier, bare=False), indicator, unit, None)
        except UnreadableError as error:
            self._problem(sheet, row, place, error.what, error.remedy)
            return
        self._keep(key, typed, unit, Status(column.status), where, "")

    def _converted(self, cell: Cell, column: NumberColumn, target: Unit) -> tuple[Typed, Unit]:
        """Read a number in the table's unit and convert it exactly; one that does not come out stays in its unit."""
        units = self.catalogue.units.values()
        own = next((unit for unit in units if unit.symbol == column.unit and unit.base == target.base), None)
        factor = factor_of(column.unit, target, units)
        reading = target.model_copy(update={"symbol": column.unit}) if factor != 1 else target
        typed = read_cell(cell, reading, self.catalogue)
        value = scale(typed.value, factor)
        if value is not None:
            return Typed(value, typed.qualifier), target
        if own is None:
            raise UnreadableError(f"不能精确换算成{target.symbol}", "换一个单位")
        return typed, own

    def _keep(  # noqa: PLR0917 - the parts of an observation
        self, key: Key, typed: Typed | None, unit: Unit, status: Status, where: str, note: str
    ) -> None:
        value, qualifier = (None, Qualifier.EXACT) if typed is None else (typed.value, typed.qualifier)
        self.observations.append(Observation(
            key, value, unit.code, qualifier, status, self.source.code, where, note, self.mapping.edition, where,
        ))  # fmt: skip

    def _problem(self, sheet: Sheet, row: int, place: int, what: str, remedy: str) -> None:
        text = sheet.text(row, place)
        self.findings.problems.append(CellProblem(sheet.title, address(row, place), text, what, remedy))


def read_table(
    grid: Grid, mapping: Mapping, catalogue: Catalogue, expected: Expected, findings: Findings
) -> Submission:
    """Read the table that a mapping describes.

    Raises
    ------
    ImportRefusedError
        There is no such sheet or column, or nothing says whose numbers they are or of which year.
    """
    if isinstance(mapping.source, SourceEntry):
        source = Source(**mapping.source.model_dump(), kind="statistical_table")
    else:
        source = catalogue.sources[mapping.source]
    if mapping.entity is None and expected.entity is None:
        raise refuse("没有说是哪个单位的数", "在映射文件里写 entity，或加 --entity")
    if mapping.year is None and expected.edition is None and any(c.year is None for c in mapping.columns.values()):
        raise refuse("没有说是哪一年的数", "在映射文件里写 year，或加 --year")
    titled = [sheet for sheet in grid if not mapping.sheet or label(sheet.title) == label(mapping.sheet)]
    if not titled or (len(titled) > 1 and not mapping.sheet):
        titles = "、".join(sheet.title for sheet in grid)
        raise refuse(f"不知道读哪张表（有：{titles}）", "在映射文件里写 sheet")
    reader = TableReader(catalogue, mapping, expected, source, findings)
    reader.read(titled[0])
    if not reader.observations and not findings.problems:
        raise refuse(f"{titled[0].title} 里没有一行数据", "检查映射文件的列名和表头")
    entities = frozenset(row.key.entity for row in reader.observations)
    owned = frozenset(column.indicator for column in mapping.columns.values())
    return Submission(mapping.edition, entities, source, owned, tuple(reader.observations))


def _joined(sheet: Sheet, row: int, height: int) -> dict[int, str]:
    """Return the heads of columns, each joined with what stands above it; a merged head reaches to the right."""
    joined: dict[int, str] = {}
    widest = max((max(cells) for cells in sheet.rows.values()), default=0)
    for above in range(row - height + 1, row + 1):
        last = ""
        for column in range(1, widest + 1):
            text = label(sheet.text(above, column))
            last = text or (last if above < row else "")
            joined[column] = joined.get(column, "") + last
    return {column: heading(text) for column, text in joined.items() if text}
