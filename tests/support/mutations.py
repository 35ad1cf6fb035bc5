"""Ways in which filled workbooks come back spoilt, each with what is right: the same values, or a refusal that names a cell.

A mutation changes a workbook of :mod:`support.filled_workbook` and returns its verdict, so that the reader can be judged
without a second reader. Every number is INVENTED.
"""

# ruff: noqa: D103 - the name of a mutation says what it does

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from support.filled_workbook import COLUMN, FIRST, TOPIC, questions

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from openpyxl import Workbook


@dataclass(frozen=True)
class Verdict:
    """What is right: ``refused`` with ``cell`` named (any place if it is empty), or taken with ``values``.

    ``values`` are the positions of questions whose value or qualifier is another than the clean workbook's; ``missing``
    those that have none.
    """

    refused: bool = False
    cell: str = ""
    values: dict[int, tuple[Decimal, str]] = None
    missing: tuple[int, ...] = ()


SAME = Verdict()
MUTATIONS: dict[str, Callable[[Workbook, Random], Verdict]] = {}


def mutation(function):
    """Enter a mutation under its name."""
    MUTATIONS[function.__name__] = function
    return function


def place(book, random, *, whole=False, indicators=None):
    """Choose a question; return its position, value, cell."""
    rows = [(position, question) for position, question in enumerate(questions())
            if (not whole or question.unit != "%") and (indicators is None or question.indicator in indicators)]  # fmt: skip
    position, question = random.choice(rows)
    return position, question.value, book[TOPIC].cell(FIRST + position, COLUMN["value"])


def retyped(book, random, write, *, whole=True, indicators=None, qualifier=""):
    """Type a number otherwise; its value stays."""
    position, value, cell = place(book, random, whole=whole, indicators=indicators)
    cell.value = write(value)
    return Verdict(values={position: (Decimal(str(value)), qualifier)})


def refused(cell):
    """Say that a cell must be named."""
    return Verdict(refused=True, cell=cell.coordinate)


LARGE = ("enrolment", "books", "land_area")


@mutation
def full_width(book, random):
    return retyped(book, random, lambda value: "".join(chr(ord(sign) + 0xFEE0) for sign in str(value)))


@mutation
def thousands_separated(book, random):
    sign = random.choice([",", "，", "\u2009", "\u00a0", " "])
    return retyped(book, random, lambda value: f"{value:,}".replace(",", sign))


@mutation
def typed_as_text(book, random):
    return retyped(book, random, lambda value: f"'{value}"[1:] + random.choice(["", " ", "\n", "\u200b", "\u3000"]))


@mutation
def with_unit(book, random):
    return retyped(book, random, lambda value: f"{value}人", indicators=("enrolment", "graduates", "teachers"))


@mutation
def in_ten_thousands(book, random):
    return retyped(book, random, lambda value: f"{Decimal(str(value)) / 10000}万", indicators=LARGE)


@mutation
def about(book, random):
    word, qualifier = random.choice([("约{}", "about"), ("{}余", "over"), ("近{}", "nearly"), ("{}以上", "at_least")])
    return retyped(book, random, word.format, qualifier=qualifier)


@mutation
def percent_sign(book, random):
    return retyped(book, random, lambda value: f"{value}%", whole=False, indicators=("employment_rate",))


@mutation
def percent_format(book, random):
    position, value, cell = place(book, random, indicators=("employment_rate",))
    cell.value, cell.number_format = value / 100, "0.0%"
    return Verdict(values={position: (Decimal(str(value)), "")})


@mutation
def share_as_fraction(book, random):
    _, value, cell = place(book, random, indicators=("employment_rate",))
    cell.value = value / 100
    return refused(cell)


@mutation
def missing_mark(book, random):
    position, _, cell = place(book, random)
    cell.value = random.choice(["-", "—", "——", "/", "…", "***", "－"])
    return Verdict(missing=(position,))


@mutation
def blank_with_status(book, random):
    position, _, cell = place(book, random)
    cell.value = None
    book[TOPIC].cell(cell.row, COLUMN["status"]).value = random.choice(["暂缺", "不适用", " 未采集 "])
    return Verdict(missing=(position,))


@mutation
def blank(book, random):
    _, _, cell = place(book, random)
    cell.value = random.choice([None, "", " ", "\u3000"])
    return refused(cell)


@mutation
def letter_for_digit(book, random):
    _, value, cell = place(book, random)
    text = str(value)
    at = random.randrange(len(text))
    cell.value = text[:at] + random.choice("OolI") + text[at:]
    return refused(cell)


@mutation
def misplaced_comma(book, random):
    _, value, cell = place(book, random, indicators=("enrolment",))
    cell.value = f"{str(value)[:2]},{str(value)[2:]}"
    return refused(cell)


@mutation
def another_unit(book, random):
    _, value, cell = place(book, random, indicators=LARGE)
    cell.value = float(Decimal(str(value)) / 10000) if random.random() < 0.5 else value * 10000
    return refused(cell)


@mutation
def digit_too_many(book, random):
    _, value, cell = place(book, random, indicators=LARGE)
    cell.value = value * 10
    return refused(cell)


@mutation
def part_of_a_person(book, random):
    _, value, cell = place(book, random, indicators=("enrolment", "teachers", "schools"))
    cell.value = value + 0.5
    return refused(cell)


@mutation
def date(book, random):
    _, _, cell = place(book, random)
    cell.value = datetime(2021, 12, 1)  # noqa: DTZ001 - Excel's clock has no zone
    cell.number_format = "yyyy-mm-dd"
    return refused(cell)


@mutation
def words(book, random):
    _, value, cell = place(book, random)
    cell.value = random.choice(["待定", "无", "见附表", f"{value}（初步）", f"{value}-{value}", "二十", "#REF!", True])
    return refused(cell)


@mutation
def formula_without_result(book, random):
    _, value, cell = place(book, random)
    cell.value = random.choice([f"={value}+1", "=SUM(A1:A9)", "='[x.xlsx]Sheet1'!A1", "=cmd|' /C calc'!A0"])
    return refused(cell)


@mutation
def status_contradicts(book, random):
    _, _, cell = place(book, random)
    book[TOPIC].cell(cell.row, COLUMN["status"]).value = "暂缺"
    return refused(cell)


@mutation
def unknown_status(book, random):
    _, _, cell = place(book, random)
    status = book[TOPIC].cell(cell.row, COLUMN["status"])
    status.value = random.choice(["大概", "ok", "填了"])
    return refused(status)


@mutation
def rows_above(book, random):
    book[TOPIC].insert_rows(1, random.randint(1, 4))
    book[TOPIC]["A1"] = "单位：人、所　填表日期：2021年12月"
    return SAME


@mutation
def row_between(book, random):
    row = FIRST + random.randrange(1, len(questions()))
    book[TOPIC].insert_rows(row)
    book[TOPIC].cell(row, COLUMN["indicator"]).value = random.choice([None, "小计", "其中："])
    return SAME


@mutation
def number_in_own_row(book, random):
    row = FIRST + len(questions()) + random.randint(0, 2)
    book[TOPIC].cell(row, COLUMN["indicator"]).value = "新指标"
    cell = book[TOPIC].cell(row, COLUMN["value"])
    cell.value = 12
    return refused(cell)


@mutation
def rows_shuffled(book, random):
    sheet, count = book[TOPIC], len(questions())
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(FIRST, FIRST + count - 1)]
    random.shuffle(rows)
    for number, row in enumerate(rows, FIRST):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    return SAME


@mutation
def one_column_sorted(book, random):
    sheet = book[TOPIC]
    one, other = random.choice([(4, 8), (8, 9), (9, 10), (5, 10)])
    first, second = sheet.cell(one, COLUMN["indicator"]), sheet.cell(other, COLUMN["indicator"])
    first.value, second.value = second.value, first.value
    return refused(first)


@mutation
def columns_moved(book, random):
    sheet = book[TOPIC]
    order = list(range(1, sheet.max_column + 1))
    random.shuffle(order)
    for row in range(3, sheet.max_row + 1):
        values = [sheet.cell(row, column).value for column in order]
        for column, value in enumerate(values, 1):
            sheet.cell(row, column).value = value
    return SAME


@mutation
def row_twice(book, random):
    sheet, count = book[TOPIC], len(questions())
    source = FIRST + random.randrange(count)
    for column in range(1, sheet.max_column + 1):
        sheet.cell(FIRST + count, column).value = sheet.cell(source, column).value
    return refused(sheet.cell(FIRST + count, COLUMN["code"]))


@mutation
def labels_padded(book, random):
    sheet = book[TOPIC]
    for name in ("indicator", "unit", "value", "code"):
        sheet.cell(3, COLUMN[name]).value += random.choice([" ", "\n", "\u200b", "　"])
    for row in range(FIRST, FIRST + len(questions())):
        sheet.cell(row, COLUMN["indicator"]).value = f" {sheet.cell(row, COLUMN['indicator']).value}\u200b\n"
    return SAME


@mutation
def sheet_renamed_and_hidden(book, random):
    book[TOPIC].sheet_state = random.choice(["hidden", "visible", "veryHidden"])
    book[TOPIC].title = "Sheet1"
    book.defined_names.clear()
    return SAME


@mutation
def sheets_moved(book, random):
    book.move_sheet(TOPIC, random.choice([-1, 1, 2]))
    book.create_sheet("草稿", 0)["B2"] = "随便算算 123"
    return SAME


@mutation
def property_lost(book, _random):
    book.custom_doc_props.props.clear()
    return SAME


@mutation
def of_another_place(book, random):
    cover = book["填报说明"]
    row, content = random.choice([(5, "brook"), (6, "2020年度"), (5, "elsewhere")])
    cover.cell(row, 2).value = content
    return Verdict(refused=True)


@mutation
def unit_changed(book, random):
    _, _, cell = place(book, random)
    unit = book[TOPIC].cell(cell.row, COLUMN["unit"])
    unit.value = random.choice(["万人", "亿", "千元", ""])
    return refused(unit)


@mutation
def code_spoilt(book, random):
    _, _, cell = place(book, random)
    code = book[TOPIC].cell(cell.row, COLUMN["code"])
    code.value, named = random.choice([("schools|all|kind=x", code), ("nothing|all|", code), ("", cell), ("1", cell)])
    return refused(named)


@mutation
def last_year_changed(book, random):
    position = random.choice([0, 4, 5, 6])
    cell = book[TOPIC].cell(FIRST + position, COLUMN["before"])
    cell.value += 3
    return refused(cell)


@mutation
def header_lost(book, random):
    cell = book[TOPIC].cell(3, COLUMN[random.choice(["value", "indicator", "unit", "correction", "status", "reason"])])
    cell.value = random.choice([None, "列1"])
    return Verdict(refused=True)


@mutation
def notes_below(book, random):
    row = FIRST + len(questions()) + random.randint(1, 5)
    book[TOPIC].cell(row, 1).value = "注：本表数据截至2021年12月31日。"
    book[TOPIC].cell(row + 1, 2).value = "填表人：某某"
    return SAME


@mutation
def formatted_to_the_end(book, _random):
    book[TOPIC].cell(60_000, 3).number_format = "0.00"
    return SAME


HEAD = 3


def head(book, name):
    """Return the cell that heads a column of the topic sheet."""
    return book[TOPIC].cell(HEAD, COLUMN[name])


@mutation
def years_as_heads(book, random):
    this = [
        "2021年",
        "２０２１年",
        2021,
        "2021年度",
        "2021年数",
        "2021届",
        " 2021 年",
        "2021年（本年）",
        "二〇二一年",
        "2021/2022学年初",
    ]
    last = ["2020年", "２０２０年", "2020/2021学年初", "2020年数据", "上年数（2020年）"]
    head(book, "value").value = random.choice(this)
    head(book, "before").value = random.choice(last)
    head(book, "correction").value = random.choice(["2020年更正", "上年更正", "上年更正数", "更正"])
    return SAME


@mutation
def heads_in_other_words(book, random):
    words = {
        "indicator": ["指标名称", "项目"], "unit": ["计量单位", "单 位"], "value": ["本年", "本年数据", "本年数（必填）"],
        "status": ["填报状态"], "reason": ["原因", "说明", "原因/说明"], "before": ["上年", "去年数"],
    }  # fmt: skip
    for name in random.sample(list(words), 3):
        head(book, name).value = random.choice(words[name])
    return SAME


@mutation
def head_of_the_codes_lost(book, random):
    head(book, "code").value = random.choice([None, "列1", "序列"])
    return SAME


@mutation
def heads_of_another_year(book, random):
    head(book, "value").value = random.choice(["2020年", "2022年", "2020/2021学年初"])
    head(book, "before").value = random.choice(["2019年", "2021年"])
    return Verdict(refused=True)


@mutation
def two_columns_of_this_year(book, random):
    sheet = book[TOPIC]
    head(book, "value").value = "2021年"
    sheet.cell(HEAD, sheet.max_column + 1).value = random.choice(["2021年度", "本年"])
    return Verdict(refused=True)


@mutation
def own_column_beside(book, random):
    sheet = book[TOPIC]
    place = sheet.max_column + 1
    sheet.cell(HEAD, place).value = random.choice(["2021年", "2019年", "联系人", "更正"])
    for row in range(FIRST, FIRST + len(questions())):
        sheet.cell(row, place).value = random.randint(1, 999)
    return SAME


@mutation
def indicators_with_additions(book, random):
    for row in range(FIRST, FIRST + len(questions())):
        cell, unit = book[TOPIC].cell(row, COLUMN["indicator"]), book[TOPIC].cell(row, COLUMN["unit"]).value
        cell.value = random.choice(
            ["{}", "1. {}", "（二）{}", "其中：{}", f"{{}}（{unit}）", f"3、{{}}({unit})"]
        ).format(cell.value)
    return SAME


@mutation
def unit_in_another_spelling(book, random):
    others = {"平方米": ["㎡", "平米"], "人": ["名", "位"], "%": ["％"]}
    for row in range(FIRST, FIRST + len(questions())):
        cell = book[TOPIC].cell(row, COLUMN["unit"])
        cell.value = random.choice(others.get(cell.value, [cell.value]))
    return SAME


@mutation
def status_typed_by_hand(book, random):
    position, _, cell = place(book, random)
    cell.value = None
    book[TOPIC].cell(cell.row, COLUMN["status"]).value = random.choice(["暂无", "不涉及", "未统计", "缺"])
    return Verdict(missing=(position,))


@mutation
def head_of_two_rows(book, _random):
    sheet = book[TOPIC]
    sheet.insert_rows(FIRST)
    for column in range(1, sheet.max_column + 1):
        sheet.merge_cells(start_row=HEAD, end_row=FIRST, start_column=column, end_column=column)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=sheet.max_column)
    return SAME


@mutation
def rows_filtered(book, random):
    sheet = book[TOPIC]
    sheet.auto_filter.ref = sheet.dimensions
    for row in random.sample(range(FIRST, FIRST + len(questions())), 5):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["A"].hidden = True
    return SAME


@mutation
def years_swapped(book, random):
    position, value, cell = place(book, random, indicators=LARGE)
    before = book[TOPIC].cell(cell.row, COLUMN["before"])
    cell.value, before.value = before.value, value
    return refused(before if position else cell)


@mutation
def correction_without_a_reason(book, random):
    _, _, cell = place(book, random, indicators=LARGE)
    correction = book[TOPIC].cell(cell.row, COLUMN["correction"])
    correction.value = book[TOPIC].cell(cell.row, COLUMN["before"]).value + 1
    return refused(correction)


@mutation
def typed_one_row_too_low(book, random):
    sheet, count = book[TOPIC], len(questions())
    row = FIRST + random.randrange(count)
    for below in range(FIRST + count, row, -1):
        sheet.cell(below, COLUMN["value"]).value = sheet.cell(below - 1, COLUMN["value"]).value
    sheet.cell(row, COLUMN["value"]).value = None
    return refused(sheet.cell(FIRST + count, COLUMN["value"]))


@mutation
def topic_deleted(book, _random):
    del book[TOPIC]
    return Verdict(refused=True)


@mutation
def unit_in_brackets(book, random):
    return retyped(book, random, lambda value: f"{value}（人）", indicators=("enrolment", "graduates", "teachers"))


@mutation
def marks_beside_the_number(book, random):
    _, value, cell = place(book, random)
    cell.value = random.choice(["{}①", "{}*", "({})", "{}?", "{}（见注1）", "{}.", "≈{}", "{}+"]).format(value)
    return refused(cell)


@mutation
def sheet_copied(book, _random):
    book.copy_worksheet(book[TOPIC]).title = f"{TOPIC} (2)"
    return Verdict(refused=True)


@mutation
def sorted_by_last_year(book, _random):
    sheet, count = book[TOPIC], len(questions())
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(FIRST, FIRST + count - 1)]
    rows.sort(key=lambda row: row[COLUMN["before"] - 1])
    for number, row in enumerate(rows, FIRST):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    return SAME


@mutation
def written_in_a_code(book, random):
    _, _, cell = place(book, random)
    code = book[TOPIC].cell(cell.row, COLUMN["code"])
    code.value = random.choice([f"={code.value}", f"{code.value}|2019", f"{code.value}x", code.value.replace("|", "/")])
    return Verdict(refused=True)


@mutation
def own_reckoning_beside(book, random):
    draft = book.create_sheet("测算", random.choice([0, 1, 2]))
    draft.append(
        random.choice([["项目", "本年", "上年"], ["指标名称", "2021年", "2020年"], ["项目", "2021年度", "说明"]])
    )
    draft.append(["在校生", 9999, 8888])
    return SAME


@mutation
def renamed_with_retyped_heads(book, random):
    sheet = book[TOPIC]
    head(book, "value").value, head(book, "indicator").value = "2021年", "指标名称"
    sheet.title = random.choice(["Sheet2", "规模"])
    book.defined_names.clear()
    return SAME
