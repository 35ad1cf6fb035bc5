"""The same notebooks on places that are not on record: what they say, and what they leave out.

Every place and number is invented (``support/other_places.py``); the sentences were written by hand.
"""

from __future__ import annotations

import json
import re

import pytest

from helpers.comparison import NO_PREDECESSOR
from helpers.writing.blocks import Figure, GapList, Number, Prose, Table
from support.other_places import PLACES, make_places
from support.running import run_chapters, words

FALLEN = {
    "00_preface/picture-conditions": (
        "2020年，全市独立设置的中等职业学校48所，在校生72000人，比上年减少8000人，下降10.00%；招生占高中阶段教育招生的44.25%，"
        "降低2.25个百分点。职业高中生均占地面积、建筑面积、仪器设备值、图书和计算机五项指标中，生均仪器设备值、图书和计算机"
        "三项达到国家标准；生均占地面积低于标准，生均建筑面积略低于标准。"
        "教师方面，职业高中有专任教师2200人，比上年减少2000人，下降47.62%，生师比为20.45:1，未达到20:1的国家标准；"
        "“双师型”教师占专业课和实习指导教师的27.83%，低于30%的国家标准。"
    ),
    "01_basic_conditions/scale-prose": (
        "2020年，全市独立设置的中等职业学校共48所，其中职业高中25所、技工学校14所、普通中专6所、成人中专3所。"
        "在校生72000人，比上年减少8000人，下降10.00%；招生25200人，减少2800人，下降10.00%；毕业生23400人，减少2600人，"
        "下降10.00%（见表1、图示1-1）。"
    ),
    "01_basic_conditions/per-student-prose": (
        "2020年，职业高中在校生45000人，比上年减少5000人，下降10.00%。按在校生平均，六项生均指标与上年相比，"
        "除生均固定资产值、生均仪器设备值持平外，均有所降低（见表3）。"
    ),
}
SENTENCES = {
    "qinghe": FALLEN,
    "pingchuan": {
        "01_basic_conditions/scale-prose": (
            "2020年，全市独立设置的中等职业学校共60所，其中职业高中30所、技工学校18所、普通中专8所、成人中专4所。"
            "在校生80000人，与上年持平；招生28000人，持平；毕业生26000人，持平（见表1、图示1-1）。"
        ),
        "06_government_responsibility/funding-prose": (
            "2020年，全市中等职业教育总投入为32.50亿元，与上年持平。其中，财政性教育经费28.00亿元，与上年持平，"
            "占总投入的86.15%。2020年，全市中等职业学校生均经费保持在6800元，与上年持平。"
        ),
    },
    "zalin": {
        "01_basic_conditions/title-prose": (
            "专任教师中，具有副高级职称的教师1400人，比上年增加706人，增长101.73%（见表6、图示1-4）。"
        ),
        "02_student_development/outcomes-employment-prose": (
            "2020年，全市中职毕业生（不含技工学校、普通中专、成人中专）初次就业率为98.60%，比上年提高2.40个百分点。"
        ),
    },
    "xinji": {
        "00_preface/picture-funding": (
            "2020年中等职业教育总投入28.10亿元；其中财政性教育经费24.40亿元。2020年生均经费6100元。"
        ),
    },
    "jianxi": {
        "02_student_development/outcomes-study-prose": (
            "2020年，全市中职毕业生（不含技工学校、普通中专、成人中专）升入高一级学校的有12000人；"
            "升学人数占毕业生数的72.80%（见图示2-2）。"
        ),
    },
    "jinkong": {"01_basic_conditions/scale-prose": "2020年，全市独立设置的中等职业学校共48所。"},
    "linjie": {
        "01_basic_conditions/standards-prose": (
            "2020年，全市职业高中生均占地面积、建筑面积、仪器设备值、图书和计算机五项指标"
            "中，生均占地面积、图书和计算机三项达到国家标准；生均建筑面积、仪器设备值略低于标准（见表4、图示1-2）："
            "生均占地面积为33.00平方米（标准为33平方米，下同），建筑面积为20.00平方米（20平方米），"
            "仪器设备值为0.30万元（0.3万元），图书为30.00册（30册），计算机为0.38台（0.15台）。"
        ),
    },
    "shiqiao": {
        "01_basic_conditions/scale-prose": (
            "2020年，全县独立设置的中等职业学校共48所，其中职业高中25所、技工学校14所、普通中专6所、成人中专3所。"
            "在校生72000人，比上年减少8000人，下降10.00%；招生25200人，减少2800人，下降10.00%（见表1、图示1-1）。"
        ),
        "01_basic_conditions/facilities-prose": (
            "本节和下一节只统计职业高中，不含技工学校、普通中专和成人中专。"
            "2020年，纸质图书1350000册，比上年减少1050000册，下降43.75%。"
        ),
        "01_basic_conditions/standards-prose": (
            "2020年，全县职业高中生均图书为30.00册，达到30册的国家标准（见表4、图示1-2）。"
        ),
        "00_preface/picture-conditions": (
            "2020年，全县独立设置的中等职业学校48所，在校生72000人，比上年减少8000人，下降10.00%。"
            "职业高中生均图书为30.00册，达到30册的国家标准。教师方面，职业高中有专任教师2200人，比上年减少2000人，"
            "下降47.62%，生师比为20.45:1，未达到20:1的国家标准。"
        ),
    },
    "guannan": {
        "01_basic_conditions/scale-prose": (
            "2020年，全省独立设置的中等职业学校共48所。在校生79.20万人，比上年减少8.80万人，下降10.0%；"
            "招生27.72万人，减少3.08万人，下降10%；毕业生25.74万人，减少2.86万人，下降10%（见表1、图示1-1）。"
        ),
    },
}
COMPARED = re.compile("比上年|与上年(?!末)|较上年|由[^，。]{1,14}(?:增|升|降|减|提高)至")
MENTION = re.compile("(?<!图)(?:图示|图|表)[0-9]+(?:-[0-9]+)?")
ORPHAN = re.compile("None|(?<![A-Za-z])nan(?![A-Za-z])|（）|，，|。。|、、|；。|，。|：。|^[，、；：。）]|其中。")


@pytest.fixture(scope="module")
def pages(project_root, tmp_path_factory):
    """Return what the chapters of each place show, by its slug."""
    project = make_places(project_root, tmp_path_factory.mktemp("places"))
    return {slug: run_chapters(project, entity=slug, figures=slug in {"zalin", "jinkong"}) for slug in PLACES}


def said(blocks, place=""):
    """Return the prose of a place in the notebooks, or all of it."""
    return "".join(words(block) for where, block in blocks if isinstance(block, Prose) and where.startswith(place))


@pytest.mark.parametrize(("slug", "place"), [(slug, place) for slug, told in SENTENCES.items() for place in told])
def test_a_place_reads_so(pages, slug, place):
    """Falling, flat, mixed, without a year before, across a gap, almost empty, at a standard, a county, in 万人."""
    assert said(pages[slug], place) == SENTENCES[slug][place]


@pytest.mark.parametrize("slug", PLACES)
def test_no_other_place_shows_through(pages, slug):
    """No name of a place on record, nothing that the machine says to itself, no empty words, no zero for nothing."""
    dumped = json.dumps(
        [block.model_dump(mode="json", exclude={"svg"}) for _, block in pages[slug]], ensure_ascii=False
    )
    assert not re.search("杭州|浙江|萧山|余杭|三名工程", dumped)
    for where, block in pages[slug]:
        if isinstance(block, Prose):
            for paragraph in block.paragraphs:
                text = "".join(run.text for run in paragraph.runs)
                assert not ORPHAN.search(text), (where, text)
        if isinstance(block, Table):
            cells = ["".join(run.text for run in cell) for row in block.rows for cell in row.cells]
            assert all(cells), where
            assert not any(ORPHAN.search(cell) for cell in cells), where
            numbers = [run for row in block.rows for cell in row.cells for run in cell if isinstance(run, Number)]
            assert numbers, f"{where} is an empty grid"


@pytest.mark.parametrize("slug", ["xinji", "jianxi", "jinkong"])
def test_nothing_is_compared_without_the_year_before(pages, slug):
    """Neither in the first year nor across a gap of several: no 比上年, and no row for a year that has nothing."""
    text = said(pages[slug]).replace("增减均与上年相比", "")
    assert not COMPARED.search(text), COMPARED.search(text)
    years = {
        row.cells[0][0].text for where, block in pages[slug] if where.endswith("/scale-table") for row in block.rows
    }
    assert years == {"2020年"}


@pytest.mark.parametrize("slug", PLACES)
def test_no_sentence_points_to_a_table_that_is_not_there(pages, slug):
    """见表7 stands only where 表7 does; a figure is not drawn here, and so is not asked for."""
    there = {block.number for _, block in pages[slug] if isinstance(block, Table | Figure)}
    pointed = {number for number in MENTION.findall(said(pages[slug])) if number.startswith("表")}
    assert pointed <= there


def test_with_figures_drawn_none_is_empty(pages):
    """A figure without a number goes; what is left names only what it draws."""
    for slug in ("zalin", "jinkong"):
        figures = [block for _, block in pages[slug] if isinstance(block, Figure)]
        assert all(figure.data for figure in figures)
        pointed = {number for number in MENTION.findall(said(pages[slug])) if number.startswith("图")}
        assert pointed <= {figure.number for figure in figures}, slug


def test_a_note_goes_with_its_column(pages):
    """普职招生比 is explained only where it is shown."""
    notes = {
        slug: "".join(note for where, block in pages[slug] if where.endswith("/scale-table") for note in block.notes)
        for slug in ("qinghe", "shiqiao")
    }
    assert "普职招生比" in notes["qinghe"]
    assert "普职招生比" not in notes["shiqiao"]


def test_a_column_that_is_missing_goes_and_is_listed(pages):
    """The county reports no graduates: no column, no zero, a gap instead."""
    [table] = [block for where, block in pages["shiqiao"] if where.endswith("/scale-table")]
    assert [cell.text for cell in table.header[0]] == ["年份", "学校数（所）", "在校生数（人）", "招生数（人）"]
    assert "2020年毕业生数" in {gap.what for _, block in pages["shiqiao"] for gap in block.gaps}


def test_a_zero_is_a_number(pages):
    """0 graduates are 0, not nothing."""
    [table] = [block for where, block in pages["jinkong"] if where.endswith("/scale-table")]
    assert ["".join(run.text for run in cell) for cell in table.rows[0].cells] == ["2020年", "48", "0"]


def test_other_categories_have_no_empty_row(pages):
    """No 正高级 on record: four rows, and the share of no one."""
    [table] = [block for where, block in pages["zalin"] if where.endswith("/title-table")]
    assert [row.cells[0][0].text for row in table.rows] == ["副高级", "中级", "初级", "未评定"]


def test_what_was_never_reported_is_marked_as_such(pages):
    """For the list to tell it together; what only this year lacks is told by itself."""
    gaps = {gap.what: gap for _, block in pages["jinkong"] if isinstance(block, GapList) for gap in block.gaps}
    assert gaps["2020年在校生数"].unreported == "在校生数"
    first = [gap for _, block in pages["xinji"] for gap in block.gaps if gap.reason == NO_PREDECESSOR]
    assert first
    assert not any(gap.unreported for gap in first)
