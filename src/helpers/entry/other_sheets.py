"""The sheets beside the topics: cover, cases, registers, notes, and the choices that drop-downs offer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink

from helpers.entry import styles
from helpers.entry.expressions import LAST_ENTRY, LETTERS
from helpers.entry.layout import (
    CASE_COLUMNS,
    CHOICE_COLUMNS,
    COVER_COLUMNS,
    COVER_DATE,
    COVER_EDITION,
    COVER_ENTITY,
    COVER_PERSON,
    COVER_SLUG,
    COVER_TELEPHONE,
    FIRST_ROW,
    NOTE_COLUMNS,
    record_columns,
)
from helpers.entry.topic_sheet import TO_FILL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openpyxl.worksheet.worksheet import Worksheet

    from helpers.entry.layout import Column
    from helpers.entry.plan import Plan
    from helpers.model import Register

LAST_CASE = LAST_NOTE = 53
PRINTED = 27  # rows of a list, mostly blank, that one page takes
SCHOOLS, SECTIONS, REGISTERS = "学校", "章节", "清单"
INSTRUCTIONS = {
    "填什么": "只填黄色格：本年数、状态、原因或说明；上年数有误的，在“上年更正”中填正确的数并写明原因。"
    "其他格已锁定，没有密码。",
    "不用填什么": "蓝色格是生均数、比例、合计等，由填入的数自动算出；增减、占比和核对也自动算出，请看一遍是否合理。",
    "没有数时": "本年数留空，在“状态”中选：暂缺（有此数，现在拿不到）、不适用（本单位没有此项）、"
    "未采集（没有统计过），并写明原因。不要填0、“-”或“无”；确实为零的填0。",
    "单位": "按“单位”一列填数，不写单位。百分数填97.25，不写%。数很大时可以写“1.2万”，"
    "只有约数时可以写“约3000”“3000余”，Excel提示时选“是”。",
    "统计口径": "“统计口径”说明数的范围，“指标定义”说明数的含义和时间，都不要改。"
    "口径与上年不同的，在“原因或说明”中写明。",
    "核对": "“待填”：还没有填；“变动较大”：比上年增减过半（百分数超过20个百分点），请核对并说明；"
    "“相差”：各分项之和与总数不等。颜色只作提示，以文字为准。",
    "案例和清单": "“案例”写学校的典型做法；各清单一行一项，学校从下拉框选（名录见“选项”，名录中没有的可直接填写）。",
    "交回": "填好后保存为xlsx格式交回，不要改工作表名和“编号”列，不要设密码。可以调整列宽、行高。",
}


@dataclass
class Choices:
    """What drop-downs offer, kept on a sheet of its own: Excel allows a list in the rule only 255 characters."""

    title: str
    groups: dict[str, list[tuple[str, str]]] = field(default_factory=dict)

    @classmethod
    def of(cls, plan: Plan) -> Choices:
        """Gather schools below the entity, sections of the chapters, and the registers without a sheet."""
        catalogue, entity = plan.asked.catalogue, plan.asked.entity
        below = {entity.slug}
        for _ in catalogue.entities:  # a child may stand before its parent
            grown = below | {e.slug for e in catalogue.entities.values() if e.parent in below}
            if grown == below:
                break
            below = grown
        nation = entity.kind == "nation"
        schools = [(e.name, e.slug) for e in catalogue.entities.values()
                   if e.slug in below and e.slug != entity.slug and not nation and e.counts_itself]  # fmt: skip
        if entity.counts_itself:
            schools.insert(0, (entity.name, entity.slug))
        sections = [(f"{section.number} {section.title}".strip(), section.id) for section in plan.asked.sections]
        registers = [(register.label, register.code) for register in plan.other_registers]
        groups = {SCHOOLS: schools, SECTIONS: sections, REGISTERS: registers}
        return cls(plan.titles["choices", "all"], {name: words for name, words in groups.items() if words})

    def rule(self, group: str) -> DataValidation | None:
        """Return the drop-down of a group; other words are let in after a question."""
        if group not in self.groups:
            return None
        first = FIRST_ROW
        for name, words in self.groups.items():
            if name == group:
                area = f"'{self.title}'!$B${first}:$B${first + len(words) - 1}"
                rule = DataValidation(type="list", formula1=area, allow_blank=True, showErrorMessage=True,
                                      errorStyle="warning")  # fmt: skip
                rule.errorTitle, rule.error = group, f"“{group}”中没有这一项。名称无误时选“是”保留，导入时再核对。"
                return rule
            first += len(words)
        return None


def write_cover(sheet: Worksheet, plan: Plan) -> None:
    """Say whose workbook it is, how it is filled, and how far each sheet has got."""
    asked = plan.asked
    title = f"{asked.entity.name}{asked.edition}年度中等职业教育质量年度报告数据填报表"
    styles.head(sheet, title, "请先读“说明”各行；“进度”随填报自动更新。", COVER_COLUMNS)
    identity = {COVER_ENTITY: asked.entity.name, COVER_SLUG: asked.entity.slug, COVER_EDITION: str(asked.edition)}
    rows = [(item, content, "") for item, content in identity.items()]
    rows += [(item, "", "") for item in (COVER_PERSON, COVER_TELEPHONE, COVER_DATE)]
    rows += [(f"说明：{item}", content, "") for item, content in INSTRUCTIONS.items()]
    links: dict[int, str] = {}
    for topic in plan.topics:
        name = plan.titles["topic", topic.code]
        count = sum(line.kind == "asked" for line in plan.lines[topic.code])
        letter, last = LETTERS["verdict"], FIRST_ROW + len(plan.lines[topic.code]) - 1
        verdicts = f"'{name}'!${letter}${FIRST_ROW}:${letter}${last}"
        links[len(rows)] = name
        open_rows = f'COUNTIF({verdicts},"{TO_FILL}")'
        rows.append((name, f"共{count}个数", f'="已填或已说明"&({count}-{open_rows})&"个，待填"&{open_rows}&"个"'))
    for (kind, _), name in plan.titles.items():
        if kind not in {"cover", "topic"}:
            links[len(rows)] = name
            rows.append((name, ABOUT[kind], ""))
    for number, (item, content, progress) in enumerate(rows):
        row = FIRST_ROW + number
        for column, value in enumerate((item, content, progress), 1):
            cell = sheet.cell(row, column)
            styles.dress(cell, entry=column == 2 and item in {COVER_PERSON, COVER_TELEPHONE, COVER_DATE})  # noqa: PLR2004
            if column == 3 and value:  # noqa: PLR2004 - a live formula
                cell.value = value
            elif value:
                styles.text(cell, value)
        if number in links:
            cell = sheet.cell(row, 1)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{links[number]}'!A1", display=item)
            cell.font = Font(name=styles.FONT, size=styles.SIZE, color="0563C1", underline="single")
        styles.fit(sheet, row, [(item, COVER_COLUMNS[0].width), (content, COVER_COLUMNS[1].width)])
    styles.finish(sheet, COVER_COLUMNS, FIRST_ROW + len(rows) - 1, frozen=f"A{FIRST_ROW}")
    sheet.auto_filter.ref = None


ABOUT = {
    "cases": "典型做法，一行一个",
    "register": "清单，一行一项",
    "registers": "其他清单，先选清单再填，一行一项",
    "notes": "对数据的补充说明",
    "choices": "下拉框的选项，不用填",
}


def write_register(sheet: Worksheet, plan: Plan, register: Register | None, choices: Choices) -> None:
    """Offer rows for the entries of a register, or of all that have no sheet of their own."""
    columns = record_columns(register)
    label = "其他清单" if register is None else register.label
    help_text = "先在“清单”中选择，再填各列；" if register is None else register.description
    asked = plan.asked
    code = "" if register is None else register.code
    earlier = asked.observations.register(asked.entity.slug, code, asked.edition - 1)
    before = f"上年{len(earlier)}项。" if earlier else ""
    rules = {"school": choices.rule(SCHOOLS), "register": choices.rule(REGISTERS)}
    title = f"{asked.entity.name}{asked.edition}年{label}"
    _list(sheet, title, f"{help_text}{before}一行填一项，没有的留空。", columns, last=LAST_ENTRY, rules=rules)


def write_cases(sheet: Worksheet, plan: Plan, choices: Choices) -> None:
    """Offer rows for cases."""
    title = f"{plan.asked.entity.name}{plan.asked.edition}年案例"
    help_text = "典型做法一行一个；学校有几所的用“、”隔开；摘要三百字以内，其中的数请写明口径和时间。"
    _list(sheet, title, help_text, CASE_COLUMNS, last=LAST_CASE, rules={"section": choices.rule(SECTIONS)})


def write_notes(sheet: Worksheet, plan: Plan) -> None:
    """Offer rows for whatever else is to be said."""
    title = f"{plan.asked.entity.name}{plan.asked.edition}年备注"
    _list(
        sheet, title, "数据来源、口径变化等需要说明的，一行一条；没有的留空。", NOTE_COLUMNS, last=LAST_NOTE, rules={}
    )


def write_choices(sheet: Worksheet, choices: Choices) -> None:
    """List what the drop-downs offer."""
    styles.head(sheet, "选项", "下拉框的选项，不用填，也不要改。", CHOICE_COLUMNS)
    row = FIRST_ROW
    for group, words in choices.groups.items():
        for word, code in words:
            for column, value in enumerate((group, word, code), 1):
                styles.dress(sheet.cell(row, column), fill=styles.LOCKED_FILL)
                styles.text(sheet.cell(row, column), value)
            styles.fit(sheet, row, [(word, CHOICE_COLUMNS[1].width)])
            row += 1
    styles.finish(sheet, CHOICE_COLUMNS, row - 1, frozen=f"A{FIRST_ROW}")


def _list(
    sheet: Worksheet, title: str, help_text: str, columns: Sequence[Column], *, last: int,
    rules: dict[str, DataValidation | None],
) -> None:  # fmt: skip
    styles.head(sheet, title, help_text, columns)
    for row in range(FIRST_ROW, last + 1):
        for number, column in enumerate(columns, 1):
            styles.dress(sheet.cell(row, number), fill=styles.LOCKED_FILL, entry=column.is_entry)
        sheet.cell(row, 1).value = row - FIRST_ROW + 1
    for number, column in enumerate(columns, 1):
        rule = rules.get(column.name)
        if rule is not None:
            letter = get_column_letter(number)
            rule.add(f"{letter}{FIRST_ROW}:{letter}{last}")
            sheet.add_data_validation(rule)
    printed = f"A1:{get_column_letter(len(columns))}{min(last, PRINTED)}"
    styles.finish(sheet, columns, last, frozen=f"B{FIRST_ROW}", printed=printed)
