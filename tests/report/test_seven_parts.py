"""The seven parts and six tables of 2024, on places that are not on record: order, numbers, sentences, empty parts.

Every place and number is invented (``support/other_places.py``); the sentences were written by hand.
"""

from __future__ import annotations

import re

import pytest

from helpers.composition import numbering
from helpers.loading import load_data
from helpers.writing.blocks import Prose, Table
from support.other_places import make_places
from support.running import run_chapters, words

EDITION = 2024
PARTS = [
    "前言", "人才培养", "服务贡献", "文化传承", "国际合作", "产教融合", "发展保障", "面临挑战", "指标数据表",
]  # fmt: skip
TABLES = {
    "表1": "2023—2024年清河市中等职业学校办学规模",
    "表7": "2023—2024年清河市中等职业学校办学条件",
    "表8": "2023—2024年清河市中等职业学校生均办学条件",
    "表9": "2024年清河市中等职业学校设施设备生均指标与国家标准",
    "表10": "2023—2024年清河市中等职业学校专任教师学历结构",
    "表11": "2023—2024年清河市中等职业学校专任教师职称结构",
    "表12": "2024年清河市人才培养质量计分卡",
    "表14": "2024年清河市教学资源表",
    "表15": "2024年清河市服务贡献表",
    "表16": "2024年清河市落实政策表",
}
SENTENCES = {
    "00_preface/about": (
        "本报告反映清河市2024年中等职业教育的质量状况，依据教育事业统计和学校填报资料编写，依次说明人才培养、服务贡献、"
        "文化传承、国际合作、产教融合、发展保障和面临的挑战，后附指标数据表。"
    ),
    "02_student_development/scale-prose": (
        "2024年，全市独立设置的中等职业学校共48所，其中职业高中25所、技工学校14所、普通中专6所、成人中专3所。"
        "在校生72000人，比上年减少8000人，下降10.00%；招生25200人，减少2800人，下降10.00%；"
        "毕业生23400人，减少2600人，下降10.00%（见表1、图示1-1）。"
    ),
    "05_social_contribution/talent-sectors-prose": (
        "2024年，全市直接就业的中职毕业生中，在第三产业就业的占67.00%，比上年降低5.00个百分点；"
        "在第二产业就业的占29.50%，提高3.50个百分点；在第一产业就业的占3.50%。"
    ),
    "04_school_enterprise_cooperation/cooperation-prose": (
        "2024年，与全市中等职业学校签订长期合作协议的企业有420家，比上年减少80家，下降16.00%。"
    ),
    "06_government_responsibility/facilities-prose": (
        "本节和下一节只统计职业高中，不含技工学校、普通中专和成人中专。2024年，占地面积、建筑面积、固定资产、仪器设备、"
        "纸质图书和计算机六项总量指标与上年相比，均有所减少（见表7）。"
    ),
    "06_government_responsibility/double-qualified-prose": (
        "2024年，专业课和实习指导教师中，同时具备教师资格和职业资格的“双师型”教师由1800人减至320人，"
        "占比由85.71%降至27.83%，低于30%的国家标准（见图4）。"
    ),
}


@pytest.fixture(scope="module")
def project(project_root, tmp_path_factory):
    """Copy the project, with invented places in 2024."""
    return make_places(project_root, tmp_path_factory.mktemp("seven"), EDITION)


@pytest.fixture(scope="module")
def pages(project):
    """Return what the chapters of a city show, and of one that reports next to nothing."""
    return {slug: run_chapters(project, year=EDITION, entity=slug) for slug in ("qinghe", "jinkong")}


def test_the_parts_stand_in_the_ministry_s_order(project):
    """教职成司函〔2024〕29号: seven parts, then the tables."""
    catalogue, _ = load_data(project)

    chapters = catalogue.outline(catalogue.entities["qinghe"], EDITION).chapters

    assert [chapter.title for chapter in chapters] == PARTS
    assert [len(chapter.sections) for chapter in chapters][-1] == 6


def test_tables_are_numbered_through_the_new_order(pages):
    """The notebooks' own labels are those of another outline."""
    assert {block.number: block.title for _, block in pages["qinghe"] if isinstance(block, Table)} == TABLES


@pytest.mark.parametrize("place", SENTENCES)
def test_the_same_notebooks_read_so_in_the_new_order(pages, place):
    """With the numbers that tables and figures have here."""
    [told] = [words(block) for where, block in pages["qinghe"] if where == place]

    assert told.startswith(SENTENCES[place])


def test_every_mention_is_of_what_the_outline_shows(project, pages):
    """A table that a mention speaks of is shown; no number of another outline is left."""
    catalogue, _ = load_data(project)
    known = set(numbering(project, catalogue.outline(catalogue.entities["qinghe"], EDITION)).values())
    for blocks in pages.values():
        told = "".join(words(block) for _, block in blocks if isinstance(block, Prose))
        shown = {block.number for _, block in blocks if isinstance(block, Table)}
        mentions = set(re.findall(r"(?:(?<!图)(?:图示|图|表))[0-9]+(?:-[0-9]+)?", told))

        assert mentions <= known
        assert {number for number in mentions if number.startswith("表")} <= shown


@pytest.mark.parametrize("slug", ["qinghe", "jinkong"])
def test_a_part_without_indicators_says_so_in_a_sentence(pages, slug):
    """文化传承, 国际合作 and 面临挑战, in this order."""
    assert [words(block) for place, block in pages[slug] if place == "part/unreported"] == [
        "指标目录尚无这一部分的指标，本年度也没有文字材料。",
        "指标目录尚无这一部分的指标，本年度也没有文字材料。",
        "本年度没有文字材料。",
    ]


def test_an_almost_empty_city_keeps_the_frame(pages):
    """Two numbers are shown; the tables without one are listed as gaps under the title that they would have."""
    shown = {block.title for _, block in pages["jinkong"] if isinstance(block, Table)}
    gaps = {gap.what for _, block in pages["jinkong"] for gap in block.gaps}

    assert shown == {"2024年近空市中等职业学校办学规模", "2024年近空市人才培养质量计分卡"}
    assert {"表13 2024年近空市满意度调查表", "表14 2024年近空市教学资源表", "2024年近空市国际影响表"} <= gaps
