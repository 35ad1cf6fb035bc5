"""What an import tells of the rows that differ: in the words of whoever filled the workbook. Numbers are invented."""

from __future__ import annotations

from helpers.entry.intake.importing import write_import
from support.filled_workbook import COLUMN, TOPIC, make_workbook, questions, row_of

LISTS = {
    "records": [{"register": "示范学校", "school": "一职", "project": "示范"}],
    "notes": [{"subject": "学校数", "text": "含一所新设学校"}],
}


def changed(book, position, column, content):
    """Type something into a row of the topic sheet."""
    book[TOPIC].cell(row_of(position), COLUMN[column]).value = content
    return book


def told(result):
    """Return what an import says, by which row it is about."""
    return {change.what: (change.kind, change.shown_before, change.shown_after) for change in result.outcome.changes}


def test_a_new_row_is_named_as_a_page_would_name_it(take):
    """Place, year, label, part, value with unit; no code of the machine."""
    found = told(take(changed(make_workbook(records=LISTS["records"], notes=LISTS["notes"]), 5, "value", "约400")))

    assert found["清江2021年学校数（职业高中）"] == ("added", "", "4所")
    assert found["清江2021年毕业生数"] == ("added", "", "约400人")
    assert found["清江2021年初次就业率"] == ("added", "", "96.5%")
    assert found["清江2021年“示范学校”第1项"] == ("added", "", "清江市第一职业学校，示范")
    assert found["清江备注第1条"] == ("added", "", "学校数，含一所新设学校")
    assert len(found) == len(questions()) + 2


def test_a_changed_row_says_only_what_changed(take, project):
    """The number where it moved, the reason where there is one, a word where the number is gone."""
    write_import(project, take(make_workbook()).outcome)
    book = changed(changed(make_workbook(), 5, "value", 381), 4, "value", None)
    found = told(take(changed(changed(book, 4, "status", "暂缺"), 4, "reason", "尚未汇总")))

    assert found == {
        "清江2021年毕业生数": ("changed", "380人", "381人"),
        "清江2021年在校生数": ("changed", "1250人，说明：空", "暂缺，说明：尚未汇总"),
    }


def test_a_restated_number_is_told_as_such(take):
    """It stands under its own year, beside the one of this year."""
    book = changed(changed(make_workbook(), 4, "correction", 1095), 4, "reason", "学籍核减")

    assert told(take(book))["清江2020年在校生数"] == (
        "added", "", "1095人（修订数），2021年版更正，原为1100人（2020年版）；学籍核减",
    )  # fmt: skip


def test_a_leap_without_a_reason_is_told_but_taken(take):
    """What ``nianbao check`` will warn of is said when the workbook comes in; a reason silences it."""
    book = changed(make_workbook(), 4, "value", 1700)
    result = take(book)

    assert [str(notice) for notice in result.notices if notice.cell] == [
        "基本情况!H8：“1700”与上年数1100相比变动较大，没有写原因；核对；属实就写明原因"
    ]
    assert result.outcome is not None
    assert not [one for one in take(changed(book, 4, "reason", "两校合并")).notices if one.cell]
