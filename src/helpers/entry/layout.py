"""What an entry workbook holds, sheet by sheet and column by column; its writer and its reader both go by this module.

A workbook belongs to one entity and one edition, which its custom document property :data:`PROPERTY` and its cover both
say. Each sheet carries a defined name (:func:`sheet_mark`) on its cell A1, which follows the sheet through renaming and
moving. A table's header stands in row :data:`HEADER_ROW`, its first row of data below it; no cells are merged.

A row of a topic sheet asks for one number, named by its code (:func:`question_code`): ``enrolment|all|`` or
``schools|all|school_kind=adult``, followed by ``|2020`` where the number is about another year than the edition. A code
that begins with ``=`` marks a row that the sheet computes; it is for the clerk to look at and is never read.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from helpers.model import RECORD_FIELDS, Key, Status
from helpers.observations import format_cut, parse_cut

if TYPE_CHECKING:
    from helpers.model import Register

VERSION = 1
PROPERTY = "nianbao"
TITLE_ROW, HELP_ROW, HEADER_ROW, FIRST_ROW = 1, 2, 3, 4
DERIVED = "="
SEPARATOR = "|"
TITLE_LENGTH = 31
"""The longest name that Excel allows a sheet."""
FORBIDDEN_IN_TITLES = "[]:*?/\\'"

SheetKind = Literal["cover", "topic", "cases", "register", "registers", "notes", "choices"]
ONLY = "all"
"""The code of a sheet that is the only one of its kind."""

STATUS_WORDS = {
    "已填": Status.FINAL,
    "暂缺": Status.NOT_AVAILABLE,
    "不适用": Status.NOT_APPLICABLE,
    "未采集": Status.NOT_COLLECTED,
}
FILLED = "已填"
OTHER_STATUS_WORDS = {
    "已填": ("已填报", "已填写", "已报"),
    "暂缺": ("暂无", "缺", "缺失", "缺数"),
    "不适用": ("不涉及",),
    "未采集": ("未统计", "未收集"),
}
"""What clerks type instead of choosing, where it can mean one of them only."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its heading, what it holds, its width in characters, and whether the clerk fills it.

    ``also`` are headings that clerks write for it and that can mean nothing else in its table.
    """

    name: str
    header: str
    width: float
    is_entry: bool = False
    also: tuple[str, ...] = ()


TOPIC_COLUMNS = (
    Column("code", "编号", 7, also=("编码",)),
    Column("indicator", "指标", 27, also=("指标名称", "项目", "指标项目")),
    Column("breakdown", "分项", 20, also=("分类", "分项名称", "其中")),
    Column("unit", "单位", 8, also=("计量单位",)),
    Column("scope", "统计口径", 18, also=("口径",)),
    Column("before", "上年数", 13, also=("上年", "上年数据", "上年值", "上一年", "去年", "去年数")),
    Column("correction", "上年更正", 11, is_entry=True, also=("更正", "上年更正数", "上年数更正", "去年更正")),
    Column("value", "本年数", 14, is_entry=True, also=("本年", "本年数据", "本年值", "本年度", "今年", "今年数")),
    Column("status", "状态", 9, is_entry=True, also=("填报状态", "数据状态")),
    Column("reason", "原因或说明", 22, is_entry=True, also=("原因", "说明", "原因说明", "原因/说明", "原因、说明")),
    Column("change", "增减", 12),
    Column("growth", "增减%", 9),
    Column("share", "占比%", 9),
    Column("verdict", "核对", 22),
    Column("definition", "指标定义", 52),
)
CASE_COLUMNS = (
    Column("number", "序号", 6),
    Column("section", "章节", 26, is_entry=True, also=("所属章节",)),
    Column("schools", "学校", 28, is_entry=True, also=("学校名称", "所属学校", "单位")),
    Column("title", "标题", 34, is_entry=True, also=("案例标题", "案例名称", "题目")),
    Column("summary", "内容摘要", 80, is_entry=True, also=("摘要", "内容", "案例内容", "内容概要")),
    Column("note", "说明", 26, is_entry=True, also=("备注",)),
)
NOTE_COLUMNS = (
    Column("number", "序号", 6),
    Column("subject", "所涉工作表或指标", 34, is_entry=True, also=("所涉指标", "工作表或指标", "指标")),
    Column("text", "说明", 80, is_entry=True, also=("备注", "内容", "说明内容")),
    Column("contact", "填写人", 16, is_entry=True, also=("填报人", "联系人")),
)
COVER_COLUMNS = (
    Column("item", "项目", 36),
    Column("content", "内容", 66),
    Column("progress", "进度", 26),
)
CHOICE_COLUMNS = (
    Column("group", "选项组", 14),
    Column("word", "选项", 44),
    Column("code", "代码", 28),
)
COVER_ENTITY, COVER_SLUG, COVER_EDITION = "填报单位", "代码", "年度"
"""The items of the cover that say what the workbook is about, with their contents in the next column."""
COVER_PERSON, COVER_TELEPHONE, COVER_DATE = "填报人", "联系电话", "填报日期"

REGISTER_COLUMN = Column("register", "清单", 30, is_entry=True)
RECORD_NUMBER = Column("number", "序号", 6)
RECORD_LABELS = {
    "school": "学校",
    "project": "名称",
    "person": "人员",
    "level": "级别",
    "stage": "阶段",
    "result": "结果",
    "note": "说明",
}
OTHER_RECORD_LABELS = {
    "school": ("学校名称", "学校", "单位"),
    "project": ("项目名称", "名称", "项目"),
    "person": ("姓名", "人员"),
    "note": ("备注",),
}
RECORD_WIDTHS = {"school": 30, "project": 44, "note": 30}


def record_columns(register: Register | None) -> tuple[Column, ...]:
    """Return the columns of a register's sheet, each named after its field of a record.

    Without a register, those of the sheet that takes the entries of all registers that have no sheet of their own.
    """
    named = {} if register is None else {str(name): label for name, label in register.columns.items()}
    labels = {**(named or RECORD_LABELS), "note": RECORD_LABELS["note"]}
    columns = tuple(
        Column(name, labels[name], RECORD_WIDTHS.get(name, 18), is_entry=True, also=OTHER_RECORD_LABELS.get(name, ()))
        for name in RECORD_FIELDS
        if name in labels
    )
    return (RECORD_NUMBER, *columns) if register else (RECORD_NUMBER, REGISTER_COLUMN, *columns)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a workbook says of itself: whose it is, for which edition, made from which catalogue."""

    entity: str
    edition: int
    catalogue: str
    version: int = VERSION

    def to_text(self) -> str:
        """Write the stamp as the document property has it."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_text(cls, text: str) -> Stamp | None:
        """Read a document property; ``None`` if it is none of ours."""
        try:
            held = json.loads(text)
            return cls(str(held["entity"]), int(held["edition"]), str(held["catalogue"]), int(held["version"]))
        except (ValueError, TypeError, KeyError):
            return None


def sheet_mark(kind: SheetKind, code: str = ONLY) -> str:
    """Return the defined name of a sheet's cell A1: ``nianbao.topic.scale``."""
    return f"{PROPERTY}.{kind}.{code}"


def read_mark(name: str) -> tuple[str, str] | None:
    """Return kind and code of a sheet from a defined name; ``None`` if it is none of ours."""
    prefix, _, rest = name.partition(".")
    kind, _, code = rest.partition(".")
    return (kind, code) if prefix == PROPERTY and kind and code else None


def sheet_title(label: str, taken: set[str]) -> str:
    """Make a name that Excel accepts and that no other sheet bears, and add it to ``taken``."""
    clean = "".join("·" if sign in FORBIDDEN_IN_TITLES else sign for sign in label).strip() or "工作表"
    title, number = clean[:TITLE_LENGTH], 1
    while title.casefold() in taken:
        number += 1
        ending = f"（{number}）"
        title = clean[: TITLE_LENGTH - len(ending)] + ending
    taken.add(title.casefold())
    return title


def question_code(key: Key, edition: int) -> str:
    """Name the number that a row asks for."""
    parts = [key.indicator, key.scope, format_cut(key.cut)]
    return SEPARATOR.join(parts if key.year == edition else [*parts, str(key.year)])


def read_code(code: str, entity: str, edition: int) -> Key | None:
    """Return the number that a row's code names; ``None`` for a computed row, an empty or a spoilt code."""
    parts = code.strip().split(SEPARATOR)
    if code.strip().startswith(DERIVED) or len(parts) not in {3, 4} or not parts[0]:
        return None
    if len(parts) == 4 and not (parts[3].isascii() and parts[3].isdigit()):  # noqa: PLR2004 - a year comes fourth
        return None
    year = int(parts[3]) if len(parts) == 4 else edition  # noqa: PLR2004
    if not edition - 1 <= year <= edition:  # no number comes later than a year late
        return None
    return Key(entity, year, parts[0], parts[1], parse_cut(parts[2]))
