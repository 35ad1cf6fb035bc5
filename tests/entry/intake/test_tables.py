"""Plain tables through a mapping: a yearbook's export as bureaus have it. Every number is invented."""

from __future__ import annotations

from decimal import Decimal

import pytest

from helpers.entry.intake.importing import read_import, write_import
from helpers.entry.intake.workbook import Expected

TABLE = """\
清江统计年鉴 2021,,,,,
表3-12 中等职业教育基本情况,,,,,
,,规模,,条件,
地区,年份,在校生数（万人）,毕业生数,占地面积（亩）,备注
全市,2020/2021学年初,"0.1,",390,54,
全市,2021/2022学年初,0.125,"1，380",57,
第一职校,2021年,0.026,…,10,
注：本表不含技工学校。,,,,,
资料来源：清江市教育局,,,,,
"""
MAPPING = """\
source: {code: river_yearbook_2021, title: 清江统计年鉴2021, producer: 清江市统计局}
edition: 2021
entity: {column: 地区, names: {全市: river, 第一职校: brook}}
year: {column: 年份}
columns:
  在校生数（万人）: {indicator: enrolment, unit: 万人}
  毕业生数: {indicator: graduates, unit: 人}
  占地面积（亩）: {indicator: land_area, unit: 亩}
"""
CLEAN = TABLE.replace('"0.1,"', "0.11")


@pytest.fixture
def take(project, tmp_path):
    """Return a function that writes a table and its mapping and reads them."""

    def read(table=CLEAN, mapping=MAPPING, encoding="utf-8", name="yearbook.csv", **expected):
        path, rules = tmp_path / name, tmp_path / "map.yml"
        path.write_bytes(table.encode(encoding))
        rules.write_text(mapping, encoding="utf-8")
        return read_import(project, path, Expected(**expected), rules)

    return read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_an_export_is_read_exactly_in_any_encoding(take, encoding):
    """万人 and 亩 are converted without a digit lost; what does not come out keeps its unit; a mark is missing."""
    result = take(encoding=encoding)

    assert result.problems == ()
    found = {(r.key.entity, r.key.year, r.key.indicator): (r.value, r.unit) for r in result.submission.observations}
    assert found == {
        ("river", 2020, "enrolment"): (1100, "person"), ("river", 2021, "enrolment"): (1250, "person"),
        ("river", 2020, "graduates"): (390, "person"), ("river", 2021, "graduates"): (1380, "person"),
        ("river", 2020, "land_area"): (36000, "square_metre"), ("river", 2021, "land_area"): (38000, "square_metre"),
        ("brook", 2021, "enrolment"): (260, "person"), ("brook", 2021, "graduates"): (None, "person"),
        ("brook", 2021, "land_area"): (Decimal(10), "mu"),
    }  # fmt: skip


def test_tabs_and_semicolons_are_told_by_themselves(take):
    """A .tsv, and what a European Excel writes."""
    plain = CLEAN.replace('"1，380"', "1380")

    assert take(plain.replace(",", "\t"), name="yearbook.tsv").problems == ()
    assert take(plain.replace(",", ";")).problems == ()


def test_every_wrong_cell_is_named(take):
    """The broken grouping, the unknown place and the row that stands twice, together."""
    table = TABLE + "第二职校,2021年,0.1,5,5,\n第一职校,2021年,0.026,7,10,\n"

    assert [problem.cell for problem in take(table).problems] == ["C5", "A10", "C11", "D11", "E11"]


def test_a_second_import_changes_nothing_and_a_shorter_table_removes(project, take):
    """What the file no longer says, under its own source, goes; other sources' rows stay."""
    write_import(project, take().outcome)

    assert take().outcome.changes == ()
    shorter = take("\n".join(line for line in CLEAN.splitlines() if not line.startswith("全市,2020")))
    assert {change.kind for change in shorter.outcome.changes} == {"removed", "changed"}
    assert shorter.outcome.count("removed") == 3


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("graduates", "gradutes", "没有这个指标"), ("unit: 亩", "unit: 亩, factor: 3", "不认识这一项"), ("毕业生数:", "毕业人数:", "没有“毕业人数”"),
        ("edition: 2021", "edition: [", "不是 YAML"), ("river,", "rivr,", "没有这个单位"),
    ],
)  # fmt: skip
def test_a_mistaken_mapping_says_so(take, old, new, what):
    """Before any number is read."""
    result = take(mapping=MAPPING.replace(old, new, 1))

    assert result.outcome is None
    assert what in str(result.problems[0])


YEARS_AS_COLUMNS = """\
指标,2020,２０２１年度
在校生数（人）,1100,1250
"""
BY_COLUMN = """\
source: {code: river_yearbook_2021, title: 清江统计年鉴2021, producer: 清江市统计局}
edition: 2021
entity: river
columns:
  2020年: {indicator: enrolment, unit: 人, year: 2020}
  2021年: {indicator: enrolment, unit: 人, year: 2021}
"""


def test_a_year_heads_a_column_however_it_is_written(take):
    """2020, 2020年 and ２０２０年度 are one head; 2020年初 is another one."""
    found = take(YEARS_AS_COLUMNS, BY_COLUMN).submission.observations

    assert {row.key.year: row.value for row in found} == {2020: 1100, 2021: 1250}
    assert "没有“2020年”" in str(take(YEARS_AS_COLUMNS.replace("2020,", "2020年初,"), BY_COLUMN).problems[0])


@pytest.mark.parametrize(
    "written", ["二〇二一年", "2021年12月31日", "2021学年", "2021届", "2021年 度", "2021/22学年初"]
)
def test_a_row_names_its_year_in_many_ways(take, written):
    """Each of them can mean one year only."""
    rows = take(CLEAN.replace("第一职校,2021年,", f"第一职校,{written},")).submission.observations

    assert {row.key.year for row in rows if row.key.entity == "brook"} == {2021}
