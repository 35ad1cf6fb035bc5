"""A filled entry workbook as its layout says, written by hand. Every number in it is INVENTED, for tests only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName

from helpers.entry.layout import (
    CASE_COLUMNS,
    COVER_EDITION,
    COVER_ENTITY,
    COVER_SLUG,
    NOTE_COLUMNS,
    PROPERTY,
    TOPIC_COLUMNS,
    Stamp,
    question_code,
    record_columns,
    sheet_mark,
)
from helpers.model import Key

if TYPE_CHECKING:
    from pathlib import Path

TOPIC = "基本情况"
COLUMN = {column.name: number for number, column in enumerate(TOPIC_COLUMNS, 1)}
VALUE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[COLUMN["value"] - 1]


@dataclass
class Question:
    """A row of the topic sheet, and the number that a clerk would give."""

    indicator: str
    label: str
    unit: str
    value: object
    before: object = None
    cut: tuple[tuple[str, str], ...] = ()
    breakdown: str = ""
    fills: dict[str, object] = field(default_factory=dict)

    def key(self, entity="river", edition=2021) -> Key:
        """Return the number that the row asks for."""
        return Key(entity, edition, self.indicator, "all", self.cut)


def questions() -> list[Question]:
    """Return the rows of the small project's workbook for 2021, in their order."""
    kinds = [("adult", "成人中专", 1, 1), ("high", "职业高中", 4, 3), ("skilled", "技工学校", 2, 2)]
    return [
        Question("schools", "学校数", "所", 7, 6),
        *(Question("schools", "学校数", "所", value, before, (("school_kind", code),), name) for code, name, value, before in kinds),
        Question("enrolment", "在校生数", "人", 1250, 1100),
        Question("graduates", "毕业生数", "人", 380, 390),
        Question("teachers", "专任教师数", "人", 96, 90),
        Question("land_area", "占地面积", "平方米", 38000.5, 36300.55),
        Question("books", "纸质图书", "册", 33100, 32450),
        Question("employment_rate", "初次就业率", "%", 96.5, 97.25),
        Question("awards", "奖牌数", "枚", 4, 2, (("medal", "gold"),), "金牌"),
        Question("awards", "奖牌数", "枚", 5, 3, (("medal", "silver"),), "银牌"),
    ]  # fmt: skip


FIRST = 4


def row_of(position: int) -> int:
    """Return the row of a question by its position."""
    return FIRST + position


def make_workbook(rows=None, *, entity="river", edition=2021, name="清江市", cases=(), records=(), notes=()):
    """Return an openpyxl workbook as ``nianbao new-year`` writes it, filled with ``rows``."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "填报说明"
    for row, (item, content) in enumerate(
        [(COVER_ENTITY, name), (COVER_SLUG, entity), (COVER_EDITION, f"{edition}年度")], 4
    ):
        cover.cell(row, 1, item)
        cover.cell(row, 2, content)
    _mark(book, cover, "cover")
    topic = _sheet(book, TOPIC, TOPIC_COLUMNS, "topic", "basics")
    for row, question in enumerate(questions() if rows is None else rows, FIRST):
        held = {
            "code": question_code(question.key(entity, edition), edition), "indicator": question.label,
            "breakdown": question.breakdown, "unit": question.unit, "scope": "各类独立设置的中等职业学校",
            "before": question.before, "value": question.value, **question.fills,
        }  # fmt: skip
        for column, content in held.items():
            topic.cell(row, COLUMN[column]).value = content
    _list(_sheet(book, "案例", CASE_COLUMNS, "cases"), CASE_COLUMNS, cases)
    _list(_sheet(book, "清单", record_columns(None), "registers"), record_columns(None), records)
    _list(_sheet(book, "备注", NOTE_COLUMNS, "notes"), NOTE_COLUMNS, notes)
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value=Stamp(entity, edition, "").to_text()))
    return book


def save(book, path: Path) -> Path:
    """Save a workbook and return where."""
    book.save(path)
    return path


def _sheet(book, title, columns, kind, code="all"):
    sheet = book.create_sheet(title)
    sheet["A1"], sheet["A2"] = title, "按口径填写"
    for column, one in enumerate(columns, 1):
        sheet.cell(3, column, one.header)
    _mark(book, sheet, kind, code)
    return sheet


def _mark(book, sheet, kind, code="all"):
    name = sheet_mark(kind, code)
    book.defined_names[name] = DefinedName(name, attr_text=f"'{sheet.title}'!$A$1")


def _list(sheet, columns, rows):
    places = {column.name: number for number, column in enumerate(columns, 1)}
    for row, held in enumerate(rows, FIRST):
        for name, content in held.items():
            sheet.cell(row, places[name]).value = content
