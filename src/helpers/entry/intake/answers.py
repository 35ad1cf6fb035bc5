"""The rows of topic sheets -> observations: one number each, with the cell as its address."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.checking.checks.continuity import leaps
from helpers.entry.intake.cells import read_cell
from helpers.entry.intake.grid import Kind
from helpers.entry.intake.plausibility import check_likely, check_possible
from helpers.entry.intake.values import Typed, UnreadableError, factor_of, is_missing_mark
from helpers.entry.intake.words import label, may_run, plain
from helpers.entry.labels import unit_label
from helpers.entry.layout import DERIVED, OTHER_STATUS_WORDS, STATUS_WORDS, read_code
from helpers.model import Key, Observation, Qualifier, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.catalogue import Catalogue
    from helpers.entry.intake.grid import Cell
    from helpers.entry.intake.matching import Table
    from helpers.entry.intake.problems import Findings
    from helpers.model import Unit

STATUS_BY_LABEL = {label(word): STATUS_WORDS[word] for word in STATUS_WORDS} | {
    label(other): STATUS_WORDS[word] for word, others in OTHER_STATUS_WORDS.items() for other in others
}
CHOICES = "、".join(STATUS_WORDS)
REASONS = "、".join(word for word, status in STATUS_WORDS.items() if not status.has_value)
NUMBERED = re.compile(r"^(?:\(?[0-9一二三四五六七八九十]{1,3}[.、．)]|其中[:：]?)+")


@dataclass(frozen=True, slots=True)
class _Asked:
    """One row of a topic sheet: the number it asks for, its unit, what is on record for the year before."""

    table: Table
    row: int
    key: Key
    unit: Unit
    before: Observation | None
    reason: str

    def cell(self, column: str) -> Cell | None:
        """Return a cell of the row, ``None`` where nothing stands or the column is missing."""
        place = self.table.columns.get(column)
        return None if place is None else self.table.sheet.cell(self.row, place)


@dataclass
class AnswerReader:
    """Reads the rows of topic sheets; ``recorded`` is what is on record, by key."""

    catalogue: Catalogue
    entity: str
    edition: int
    source: str
    recorded: Mapping[Key, Observation]
    findings: Findings
    places: dict[Key, str] = field(default_factory=dict)
    seen: set[Key] = field(default_factory=set)
    observations: list[Observation] = field(default_factory=list)

    def read(self, table: Table) -> None:
        """Read every row of a sheet."""
        for row in table.rows:
            key = self._key(table, row)
            if key is not None:
                self._answer(table, row, key)

    def problem(self, table: Table, row: int, column: str, what: str, remedy: str) -> None:
        """Note what is wrong with a cell."""
        self.findings.problems.append(table.problem(row, column, what, remedy))

    def _key(self, table: Table, row: int) -> Key | None:
        """Return the number that a row asks for, or note why its answer cannot be taken."""
        code = plain(table.text(row, "code"))
        answer = table.sheet.cell(row, table.columns["value"])
        if code.startswith(DERIVED):
            if answer is not None and not answer.formula and self._asks(table, row, code):
                what = "编号前多了“=”，这一行会被当作自动算出的"
                self.problem(table, row, "code", what, "从原工作簿复制这一行的“编号”")
            return None
        key = read_code(code, self.entity, self.edition) if code else None
        if key is None:
            typed_here = answer is not None and not answer.formula and not is_missing_mark(answer.text)
            if typed_here and any(table.text(row, name) for name in ("code", "indicator")):
                what = "这一行没有可认的编号，不知道填的是哪个指标"
                self.problem(table, row, "value", what, "从原工作簿复制这一行的“编号”；新指标请写到“备注”表")
            elif typed_here:
                self.problem(table, row, "value", "这里的数不属于任何一行", "填到有“编号”的行里，或删去")
            return None
        self.seen.add(key)
        if not self._is_known(table, row, key) or not self._is_labelled(table, row, key):
            return None
        place = f"{table.sheet.title}!{table.address(row, 'value')}"
        if (first := self.places.setdefault(key, place)) != place:
            self.problem(table, row, "code", f"与{first}是同一个编号", "同一个指标只留一行")
            return None
        return key

    def _asks(self, table: Table, row: int, code: str) -> bool:
        """Whether a row that is marked as computed bears the name of a number that is asked for."""
        key = read_code(code.removeprefix(DERIVED), self.entity, self.edition)
        indicator = None if key is None else self.catalogue.indicators.get(key.indicator)
        if indicator is None or indicator.formula is not None:
            return False
        return label(table.text(row, "indicator")) == label(indicator.label)  # a sum is called 学校数合计

    def _is_known(self, table: Table, row: int, key: Key) -> bool:
        catalogue = self.catalogue
        known = (
            key.indicator in catalogue.indicators
            and key.scope in catalogue.scopes
            and all(member in catalogue.dimensions[name].members if name in catalogue.dimensions else False
                    for name, member in key.cut)
        )  # fmt: skip
        if not known:
            self.problem(table, row, "code", "编号认不出", "从原工作簿复制这一行的“编号”，或重新生成工作簿")
        return known

    def _is_labelled(self, table: Table, row: int, key: Key) -> bool:
        """Whether code and labels of a row agree; not so where one column was sorted without the rest."""
        indicator = self.catalogue.indicators[key.indicator]
        members = self.catalogue.members(key.cut)
        written = label(table.text(row, "breakdown"))
        others = {label(m) for dimension in self.catalogue.dimensions.values() for m in dimension.members.values()}
        agree = all(label(member) in written for member in members) if members else written not in others
        late = key.year != self.edition  # a number that comes a year late says of which year it is
        known = {label(f"{indicator.label}（{key.year}年数）" if late else indicator.label)}
        if agree and known & {one := label(table.text(row, "indicator")), _bared(one, indicator.unit)}:
            return True
        own = indicator.label + (f"（{'，'.join(members)}）" if members else "")
        self.problem(table, row, "indicator", f"与编号不一致：编号是“{own}”", "可能只排了部分列的顺序；恢复后再导入")
        return False

    def _answer(self, table: Table, row: int, key: Key) -> None:
        """Read one row's answer and, if there is one, its correction of last year's."""
        before = self.recorded.get(_year_before(key))
        unit = self._unit(table, row, key, before)
        reason = plain(table.text(row, "reason"))
        if may_run(reason) and not is_missing_mark(reason):
            self.problem(table, row, "reason", f"以“{reason[0]}”开头，会被表格软件当作公式", "在前面加上文字")
            return
        if unit is None:
            return
        asked = _Asked(table, row, key, unit, before, "" if is_missing_mark(reason) else reason)
        correction = asked.cell("correction")
        is_corrected = correction is not None and not is_missing_mark(correction.text)
        self._current(asked, "" if is_corrected else asked.reason)
        if self._is_untouched(asked) and is_corrected:
            self._correct(asked)

    def _current(self, asked: _Asked, remark: str) -> None:
        """Read this year's answer; ``remark`` goes with it, unless the reason is that of a correction."""
        status = self._status(asked.table, asked.row)
        if status is None:
            return
        cell = asked.cell("value")
        text = "" if cell is None else plain(cell.text)
        if cell is None or (cell.kind is Kind.TEXT and is_missing_mark(text)):
            stated = asked.table.text(asked.row, "status")
            if status is Status.FINAL and (not text or stated):
                what = "不是数字" if text else "是空的"
                self._refuse(asked, "value", what, f"填数，或在“状态”里选原因（{REASONS}）")
                return
            missing = Status.NOT_AVAILABLE if status is Status.FINAL else status
            self._keep(asked, "value", None, missing, remark or (f"填报表原作“{text}”" if text else ""))
        elif not status.has_value:
            stated = asked.table.text(asked.row, "status")
            self._refuse(asked, "value", f"有数，状态却是“{stated}”", "删去数，或把状态改为“已填”")
        elif (typed := self._number(asked, "value")) is not None:
            self._keep(asked, "value", typed, Status.FINAL, remark)
            self._wonder(asked, typed)

    def _wonder(self, asked: _Asked, typed: Typed) -> None:
        """Ask why a number leaps, where nothing is said of it; it is taken all the same, as the check will warn."""
        before = asked.before
        if asked.reason or before is None or before.value is None or before.unit != asked.unit.code:
            return
        if leaps(typed.value, before.value, asked.unit):
            what = f"与上年数{before.value:f}相比变动较大，没有写原因"
            self.findings.notices.append(asked.table.problem(asked.row, "value", what, "核对；属实就写明原因"))

    def _correct(self, asked: _Asked) -> None:
        """Read a restated value of the year before; it stands beside the old one, under this edition."""
        typed, before = self._number(asked, "correction"), asked.before
        if typed is None:
            return
        if not asked.reason:
            self._refuse(asked, "correction", "更正了上年数，没有写原因", "在“原因或说明”里写明更正原因")
        elif before is not None and before.value == typed.value:
            self.findings.notices.append(asked.table.problem(asked.row, "correction", "与上年数相同，未作更正", ""))
        else:
            self._keep(asked, "correction", typed, Status.REVISED, self._restated(before, asked.reason))

    def _restated(self, before: Observation | None, reason: str) -> str:
        """Say on the card what stood there before; the old row stays on record under its own edition."""
        if before is None or before.value is None:
            return reason
        symbol = self.catalogue.units[before.unit].symbol
        return f"{self.edition}年版更正，原为{before.value:f}{symbol}（{before.edition}年版）；{reason}"

    def _keep(self, asked: _Asked, column: str, typed: Typed | None, status: Status, note: str) -> None:
        key = asked.key if column == "value" else _year_before(asked.key)
        locator = f"{asked.table.sheet.title}!{asked.table.address(asked.row, column)}"
        value, qualifier = (None, Qualifier.EXACT) if typed is None else (typed.value, typed.qualifier)
        self.observations.append(
            Observation(
                key, value, asked.unit.code, qualifier, status, self.source, locator, note, self.edition, locator
            )
        )

    def _refuse(self, asked: _Asked, column: str, what: str, remedy: str) -> None:
        self.problem(asked.table, asked.row, column, what, remedy)

    def _unit(self, table: Table, row: int, key: Key, before: Observation | None) -> Unit | None:
        """Return the unit of a row: the indicator's, or the one of last year's number; no other."""
        indicator = self.catalogue.indicators[key.indicator]
        written = label(table.text(row, "unit"))
        allowed = [indicator.unit, *([self.catalogue.units[before.unit]] if before is not None else [])]
        for unit in allowed:
            if written in {label(unit_label(unit)), label(unit.symbol)} or self._means(written, unit):
                return unit
        own = unit_label(indicator.unit)
        self.problem(table, row, "unit", f"单位被改动，原来是“{own}”", "改回原单位；数可以写成“1.2万”这样")
        return None

    def _means(self, written: str, unit: Unit) -> bool:
        """Whether a retyped unit is the same one: ㎡ for 平方米, 名 for 人."""
        try:
            return written != "" and factor_of(written, unit, self.catalogue.units.values()) == 1
        except UnreadableError:
            return False

    def _status(self, table: Table, row: int) -> Status | None:
        written = label(table.text(row, "status"))
        if not written:
            return Status.FINAL
        if written not in STATUS_BY_LABEL:
            self.problem(table, row, "status", "状态认不出", f"从下拉框里选：{CHOICES}")
            return None
        return STATUS_BY_LABEL[written]

    def _is_untouched(self, asked: _Asked) -> bool:
        """Whether last year's number still stands as it was sent out: it tells workbooks of other places, too."""
        cell, before = asked.cell("before"), asked.before
        if cell is None or cell.formula or before is None or before.value is None or before.unit != asked.unit.code:
            return True
        try:
            shown = read_cell(cell, asked.unit, self.catalogue).value
        except UnreadableError:
            return True
        places = max(0, -int(shown.as_tuple().exponent))
        if shown == before.value or abs(before.value - shown) * 2 <= Decimal(1).scaleb(-places):
            return True
        remedy = "不要改上年数：确需更正的填“上年更正”；或者这是别处的工作簿"
        self._refuse(asked, "before", f"上年数与在案的{before.value:f}不符", remedy)
        return False

    def _number(self, asked: _Asked, column: str) -> Typed | None:
        """Read a number cell, or note why it is none."""
        cell = asked.cell(column)
        if cell is None:
            return None
        indicator = self.catalogue.indicators[asked.key.indicator]
        before = None if asked.before is None else asked.before.value
        try:
            typed = read_cell(cell, asked.unit, self.catalogue)
            check_possible(typed, indicator, asked.unit, before)
            if not asked.reason:
                check_likely(typed, indicator, asked.unit, before)
        except UnreadableError as error:
            self._refuse(asked, column, error.what, error.remedy)
            return None
        return typed


def _bared(text: str, unit: Unit) -> str:
    """Return the label of an indicator without what clerks add: a number before it, 其中, its unit behind it."""
    return NUMBERED.sub("", text).removesuffix(f"({label(unit_label(unit))})")


def _year_before(key: Key) -> Key:
    return Key(key.entity, key.year - 1, key.indicator, key.scope, key.cut)
