"""Heads that clerks retype: taken where they can mean one thing, refused where a column would be lost. Invented."""

from __future__ import annotations

import pytest

from helpers.entry.layout import NOTE_COLUMNS, record_columns
from support.filled_workbook import COLUMN, TOPIC, make_workbook

LISTS = {"清单": record_columns(None), "备注": NOTE_COLUMNS}
FILLED = {
    "records": [{"register": "示范学校", "school": "一职", "project": "德育品牌"}],
    "notes": [{"subject": "学校数", "text": "含一所新设学校"}],
}


def with_head(sheet, name, written):
    """Return a filled workbook with one head retyped, and its cell."""
    book = make_workbook(**FILLED)
    place = COLUMN[name] if sheet == TOPIC else [column.name for column in LISTS[sheet]].index(name) + 1
    cell = book[sheet].cell(3, place)
    cell.value = written
    return book, cell.coordinate


@pytest.mark.parametrize(
    ("sheet", "name", "written"),
    [
        (TOPIC, "value", "2021年"), (TOPIC, "value", "2021/2022学年初"), (TOPIC, "value", "2021届"),
        (TOPIC, "value", "２０２１年"), (TOPIC, "before", "2020/2021学年初"), (TOPIC, "before", "2020年"),
        (TOPIC, "correction", "2020年更正"), (TOPIC, "indicator", "指标名称"), (TOPIC, "code", "代号"),
        ("清单", "project", "项目名称"), ("清单", "school", "学校名称（全称）"), ("备注", "text", "内容"),
    ],
)  # fmt: skip
def test_a_head_that_can_mean_one_thing_is_taken(take, sheet, name, written):
    """The same numbers, entries and notes as from the workbook as it was sent out."""
    book, _ = with_head(sheet, name, written)
    held, retyped = take(make_workbook(**FILLED)), take(book)

    assert retyped.problems == ()
    for part in ("observations", "records", "notes"):
        assert len(getattr(held.submission, part)) > 0
        assert getattr(retyped.submission, part) == getattr(held.submission, part)


@pytest.mark.parametrize(
    ("sheet", "name", "written", "missing"),
    [
        (TOPIC, "value", "2020年", "本年数"), (TOPIC, "value", "2021年计划", "本年数"), (TOPIC, "correction", "订正", "上年更正"),
        (TOPIC, "before", "2019年", "上年数"), (TOPIC, "reason", None, "原因或说明"), ("清单", "project", "事由", "名称"),
        ("备注", "text", "意见", "说明"),
    ],
)  # fmt: skip
def test_a_column_that_would_be_lost_is_a_problem(take, sheet, name, written, missing):
    """A correction, a reason or a name under an unknown head must not vanish without a word."""
    book, _ = with_head(sheet, name, written)
    result = take(book)

    assert result.outcome is None
    assert [(one.sheet, one.what) for one in result.problems] == [(sheet, f"表头缺少“{missing}”列")]


def test_a_column_of_the_clerks_own_does_no_harm(take):
    """2021年 beside 本年数 is his own reckoning; 2021年 instead of it, twice, is a doubt."""
    book = make_workbook()
    book[TOPIC].cell(3, 20).value, book[TOPIC].cell(4, 20).value = "2021年", 99
    assert take(book).problems == ()

    book[TOPIC].cell(3, COLUMN["value"]).value = "2021年度"
    assert "同一个列名" in str(take(book).problems[0])
