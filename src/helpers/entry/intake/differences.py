"""How an import tells what differs: rows of files -> words that whoever filled the workbook knows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.entry.layout import STATUS_WORDS
from helpers.model import Qualifier, Status
from helpers.observations import parse_cut
from helpers.quantity import QUALIFIED

if TYPE_CHECKING:
    from helpers.catalogue import Catalogue

Row = dict[str, str]
NUMBER = ("value", "unit", "qualifier", "status")
RECORD = ("school", "project", "person", "level", "stage", "result", "note")
NAMES = {
    "scope": "口径", "source": "来源", "locator": "位置", "note": "说明", "school": "学校", "project": "名称",
    "person": "人员", "level": "级别", "stage": "阶段", "result": "结果", "subject": "所涉", "text": "内容",
    "section": "章节", "chapter": "章", "schools": "学校", "title": "标题", "summary": "摘要", "literals": "照录的数",
}  # fmt: skip
STATUS = {status: word for word, status in STATUS_WORDS.items()} | {
    Status.FINAL: "", Status.REVISED: "修订数", Status.PROVISIONAL: "暂定数", Status.ESTIMATED: "推算数",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs: which it is, what it was and what it becomes, in words; blank where there is none."""

    kind: str
    what: str
    shown_before: str
    shown_after: str


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells of rows of an edition's files, in the words of the catalogue."""

    catalogue: Catalogue

    def change(self, before: Row | None, after: Row | None, what: str = "") -> Change:
        """Tell what became of a row: ``added``, ``changed`` or ``removed``."""
        row = after or before or {}
        kind = "added" if before is None else "removed" if after is None else "changed"
        return Change(kind, what or self._name(row), self._shown(before, after), self._shown(after, before))

    def _name(self, row: Row) -> str:
        """Say which number, entry or remark a row is: ``杭州2021年专任教师数（本科）``."""
        entity = self.catalogue.entities.get(row.get("entity", ""))
        place = entity.short if entity is not None else row.get("entity", "")
        if "indicator" in row:
            return f"{place}{row['year']}年{self._label(row)}"
        if "register" in row:
            register = self.catalogue.registers.get(row["register"])
            name = row["register"] if register is None else register.label
            return f"{place}{row['year']}年“{name}”第{row['number']}项"
        return f"{place}备注第{row.get('number', '')}条"

    def _label(self, row: Row) -> str:
        """Name a number with its part and, where it is not the usual one, with whom it counts."""
        indicator, dimensions = self.catalogue.indicators.get(row["indicator"]), self.catalogue.dimensions
        members = [
            dimensions[name].members.get(member, member) if name in dimensions else member
            for name, member in parse_cut(row["breakdown"])
        ]
        scope = self.catalogue.scopes.get(row["scope"])
        counted = scope.label if scope is not None else row["scope"]
        label = row["indicator"] if indicator is None else indicator.label
        return label + (f"（{'，'.join(members)}）" if members else "") + (f"〔{counted}〕" if counted else "")

    def _shown(self, row: Row | None, other: Row | None) -> str:
        """Write what a row says; beside another one, only what that one does not."""
        if row is None:
            return ""
        names = [name for name in row if other is None or row.get(name) != other.get(name)]
        told = [self._number(row)] if "indicator" in row and set(NUMBER) & set(names) else []
        if other is None and "indicator" in row:
            return "，".join(filter(None, (*told, row["note"])))
        if other is None:
            return "，".join(filter(None, (self._text(row, name) for name in (*RECORD, "title", "subject", "text"))))
        told += [f"{NAMES[name]}：{self._text(row, name) or '空'}" for name in names if name in NAMES]
        return "，".join(told)

    def _number(self, row: Row) -> str:
        """Write a number as a page would: ``约3.5万册``; without one, why: ``暂缺``."""
        status = STATUS.get(Status(row["status"]), row["status"])
        if not row["value"]:
            return status
        unit = self.catalogue.units[row["unit"]]
        number = f"{unit.prefix}{Decimal(row['value']):f}{unit.suffix}"
        shown = QUALIFIED[Qualifier(row["qualifier"])].format(number=number, symbol=unit.symbol)
        return f"{shown}（{status}）" if status else shown

    def _text(self, row: Row, name: str) -> str:
        text = row.get(name, "").strip()
        school = self.catalogue.entities.get(text) if name == "school" else None
        return school.name if school is not None else text
