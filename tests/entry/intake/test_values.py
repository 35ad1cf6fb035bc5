"""What people type into a number cell. Every number here is invented."""

from __future__ import annotations

import contextlib
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from helpers.entry.intake.values import UnreadableError, is_missing_mark, read_stored, read_typed
from helpers.entry.intake.words import label, plain, year_of
from helpers.model import Qualifier, Unit

UNITS = {
    code: Unit(code=code, **entry)
    for code, entry in yaml.safe_load(
        (Path(__file__).parents[3] / "data/reference/units.yml").read_text(encoding="utf-8")
    ).items()
}


def read(text, unit):
    """Return value and qualifier of a typed number."""
    typed = read_typed(text, UNITS[unit], UNITS.values())
    return typed.value, typed.qualifier


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("1234", "person", "1234"), ("1,234", "person", "1234"), ("１，２３４", "person", "1234"),
        ("1 234", "person", "1234"), ("1\u2009234", "person", "1234"), ("1\u00a0234", "person", "1234"), ("1\u202f234", "person", "1234"),
        ("\u200b1234\ufeff\n", "person", "1234"), ("1'234'567.5", "square_metre", "1234567.5"), ("0", "person", "0"),
        ("1.2万", "person", "12000"), ("1.2万人", "person", "12000"), ("35名", "person", "35"), ("3.5万册", "volume", "35000"),
        ("1.2亿元", "ten_thousand_yuan", "12000"), ("1.2亿", "ten_thousand_yuan", "12000"), ("35000元", "ten_thousand_yuan", "3.5"),
        ("3亩", "square_metre", "2000"), ("1.5公顷", "square_metre", "15000"), ("20㎡", "square_metre", "20"),
        ("85%", "percent", "85"), ("85％", "percent", "85"), ("97.25", "percent", "97.25"), ("5.2个百分点", "percentage_point", "5.2"),
        ("12.55:1", "students_per_teacher", "12.55"), ("12.55：1", "students_per_teacher", "12.55"), ("第4位", "rank", "4"), ("1250（人）", "person", "1250"), ("1.2（万人）", "person", "12000"), ("￥1,234", "yuan", "1234"), ("−5.2", "percentage_point", "-5.2"),
    ],
)  # fmt: skip
def test_a_number_is_read_exactly_however_it_is_typed(text, unit, value):
    """Width, separators and units change the writing, not the number."""
    assert read(text, unit) == (Decimal(value), Qualifier.EXACT)


@pytest.mark.parametrize(
    ("text", "value", "qualifier"),
    [
        ("约300", "300", Qualifier.ABOUT), ("300左右", "300", Qualifier.ABOUT), ("近300人", "300", Qualifier.NEARLY),
        ("300余人", "300", Qualifier.OVER), ("300多", "300", Qualifier.OVER), ("1.2万余人", "12000", Qualifier.OVER), ("超过300", "300", Qualifier.OVER),
        ("300人以上", "300", Qualifier.AT_LEAST), ("不少于300", "300", Qualifier.AT_LEAST), ("300以下", "300", Qualifier.AT_MOST), ("300以内", "300", Qualifier.AT_MOST),
    ],
)  # fmt: skip
def test_a_qualifier_is_kept_beside_the_number(text, value, qualifier):
    """约300 is 300, and about."""
    assert read(text, "person") == (Decimal(value), qualifier)


@pytest.mark.parametrize(
    ("text", "unit", "what"),
    [
        ("1,2O3", "person", "不是数字，含“O”"), ("l23", "person", "不是数字，含“l”"), ("1,23", "person", "千分位"), ("12 34", "person", "千分位"),
        ("1.2.3", "person", "千分位"), ("35²", "person", "不符"), ("120-130", "person", "范围"), ("120（其中女60）", "person", "别的内容"),
        ("35台", "person", "不符"), ("100人次", "person", "不符"), ("1.5E+05", "person", "科学计数法"), ("二十", "person", "不是数字"),
        ("近2800余", "person", "互相矛盾"), ("3.5万", "ten_thousand_yuan", "万元还是万万元"), ("1亩", "square_metre", "不能精确换算"),
        ("1:12.55", "students_per_teacher", "写反"), ("无", "person", "是0还是没有数据"), ("待定", "person", "不是数字"), ("85%", "person", "不符"), ("1250①", "person", "不符"), ("（1250）", "person", "别的内容"), ("1250（台）", "person", "别的内容"), ("￥12", "ten_thousand_yuan", "别的内容"), ("=1+1", "person", "别的内容"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused_and_never_guessed(text, unit, what):
    """Each refusal names its cause."""
    with pytest.raises(UnreadableError, match=what):
        read(text, unit)


@pytest.mark.parametrize(
    "mark", ["", " ", "-", "—", "——", "–", "/", "…", "……", "***", "*", "N/A", "暂缺", "\u3000", "\u200b"]
)
def test_marks_and_blanks_are_missing(mark):
    """They are no number, and least of all 0."""
    assert is_missing_mark(mark)
    assert not is_missing_mark("0")


def test_the_cells_own_format_says_what_a_stored_share_is():
    """0.85 shown as 85% is 85; 0.85 shown as 0.85 stays what it is; a percent of people is a mistake."""
    assert read_stored(0.85, "0.0%", UNITS["percent"]).value == 85
    assert read_stored(0.85, "General", UNITS["percent"]).value == Decimal("0.85")
    assert read_stored(0.1 + 0.2, "General", UNITS["percent"]).value == Decimal("0.3")
    assert read_stored(85, '0"%"', UNITS["percent"]).value == 85
    with pytest.raises(UnreadableError, match="百分比"):
        read_stored(0.85, "0%", UNITS["person"])
    with pytest.raises(UnreadableError, match="位数太多"):
        read_stored(1e15, "General", UNITS["person"])


@given(st.integers(0, 10**12), st.sampled_from([",", "，", " ", "\u2009", "\u00a0"]))
def test_any_grouping_of_three_reads_back(number, separator):
    """Whatever stands between the thousands."""
    assert read(f"{number:,}".replace(",", separator), "person")[0] == number


@given(st.text(max_size=12))
def test_no_text_makes_a_traceback(text):
    """A text is a number, or refused; any other error fails this test."""
    with contextlib.suppress(UnreadableError):
        assert read(text, "person")[0].is_finite()


def test_years_are_read_off_their_labels():
    """A school year is named after the year in which it begins."""
    read = {
        "2020年": 2020, "2020": 2020, "2020.0": 2020, "2020年末": 2020, "2020年全年": 2020, "2020年度": 2020,
        "2019/2020学年初": 2019, "2019-2020学年": 2019, "2019/20学年": 2019, "2019年至2020年": 2019, "2020学年": 2020,
        "2020届": 2020, "2020级": 2020, "２０２０年": 2020, "二〇二〇年": 2020, "二○二〇学年": 2020, "2020年9月": 2020,
        "2020年12月31日": 2020, "2019/2021学年": None, "表2020": None, "2020人": None, "20200": None, "二十年": None,
        "2020年第3期": None, "约2020年": None, "": None,
    }  # fmt: skip
    assert {text: year_of(text) for text in read} == read
    assert [year_of(value) for value in (2020, 2020.0, 2020.5, datetime(2020, 9, 1), date(2020, 12, 1), None)] == [  # noqa: DTZ001 - Excel's clock has no zone
        2020, 2020, None, 2020, 2020, None,
    ]  # fmt: skip


def test_labels_compare_whatever_their_spaces_and_width():
    """Line breaks, zero-width characters and full width do not count; a superscript is no digit."""
    assert label("在校\u200b生数\n（人） ") == label("在校生数(人)")
    assert plain("３５²") == "35²"
