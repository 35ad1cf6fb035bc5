"""The seven parts and six tables of 2024, on places that are not on record: order, numbers, sentences, empty parts.

Every place and number is invented (``support/other_places.py``); the sentences were written by hand.
"""

from __future__ import annotations

import re

import pytest

from helpers.composition import numbering
from helpers.entry.questions import ask
from helpers.loading import load_data
from helpers.writing.blocks import Prose, Table
from support.other_places import invented_row, make_places
from support.running import run_chapters, words

EDITION = 2024
PARTS = [
    "前言", "人才培养", "服务贡献", "文化传承", "国际合作", "产教融合", "发展保障", "面临挑战", "指标数据表",
]  # fmt: skip
TABLES = {
    "表1": "2023—2024年清河市中等职业学校办学规模",
    "表8": "2023—2024年清河市中等职业学校办学条件",
    "表9": "2023—2024年清河市中等职业学校生均办学条件",
    "表10": "2024年清河市中等职业学校设施设备生均指标与国家标准",
    "表11": "2023—2024年清河市中等职业学校专任教师学历结构",
    "表12": "2023—2024年清河市中等职业学校专任教师职称结构",
    "表13": "2023—2024年清河市人才培养质量计分卡",
    "表14": "2023—2024年清河市满意度调查表",
    "表15": "2023—2024年清河市教学资源表",
    "表16": "2023—2024年清河市服务贡献表",
    "表17": "2023—2024年清河市国际影响表",
    "表18": "2023—2024年清河市落实政策表",
}
CULTURE_AND_ABROAD = """\
student_clubs,,310,286,item
club_members,,41000,36000,person
civility_award_winners,level=national,10,12,person
civility_award_winners,level=provincial,90,86,person
civility_award_winners,level=municipal,200,240,person
volunteer_service_occasions,,52000,61000,person_time
overseas_students,,20,26,person
overseas_training,,800,1500,person_day
foreign_teachers,,9,9,person
overseas_guidance,,120,60,person_day
teachers_trained_abroad,training_place=abroad,10,15,person
teachers_trained_abroad,training_place=outside_the_mainland,0,4,person
adopted_standards,standard_kind=programme,1,2,item
adopted_standards,standard_kind=course,6,11,item
satisfaction_rate,respondent=student,93.10,94.25,percent
satisfaction_rate,respondent=employer,96.00,95.50,percent
"""
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
    "cultural_heritage/heritage-prose": (
        "2024年，全市中等职业学校有学生社团286个，比上年减少24个，下降7.74%。参加社团的学生36000人，比上年减少5000人，"
        "下降12.20%，占在校生的50.00%。“文明风采”活动获奖学生中，国家级12人、省级86人、市级240人。"
        "2024年，全市中职学生参加社会志愿服务活动61000人次，比上年增加9000人次，增长17.31%。"
    ),
    "international_cooperation/exchange-prose": (
        "2024年，全市中等职业学校接收国（境）外留学生26人，比上年增加6人，增长30.00%。培训国（境）外人员1500人日，"
        "比上年增加700人日，增长87.50%。2024年，全市中等职业学校有外籍教师9人，与上年持平。专任教师赴国（境）外指导和"
        "开展培训60人日，比上年减少60人日，下降50.00%。赴国（境）外参加培训的专任教师中，国外15人、港澳台地区4人。"
        "截至2024年底，全市中等职业学校开发并获国（境）外认可的标准有专业教学标准2个、课程标准11个。"
    ),
    "06_government_responsibility/facilities-prose": (
        "本节和下一节只统计职业高中，不含技工学校、普通中专和成人中专。2024年，占地面积、建筑面积、固定资产值、仪器设备值、"
        "纸质图书和计算机六项总量指标与上年相比，均有所减少（见表8）。"
    ),
    "06_government_responsibility/double-qualified-prose": (
        "2024年，专业课和实习指导教师中，同时具备教师资格和职业资格的“双师型”教师由1800人减至320人，"
        "占比由85.71%降至27.83%，低于30%的国家标准（见图4）。"
    ),
}


@pytest.fixture(scope="module")
def project(project_root, tmp_path_factory):
    """Copy the project, with invented places in 2024; one of them reports what the new parts ask for."""
    project = make_places(project_root, tmp_path_factory.mktemp("seven"), EDITION)
    with (project.data / f"observations/{EDITION}.csv").open("a", encoding="utf-8") as file:
        for line in CULTURE_AND_ABROAD.splitlines():
            indicator, cut, last, now, unit = line.split(",")
            file.write(invented_row("qinghe", EDITION, indicator, cut, now, unit))
            file.write(invented_row("qinghe", EDITION - 1, indicator, cut, last, unit))
    return project


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
    """面临挑战 has none, and neither city tells of it in words."""
    assert [words(block) for place, block in pages[slug] if place == "part/unreported"] == ["本年度没有文字材料。"]


def test_the_tables_of_the_new_parts_have_their_years_beside_each_other(pages):
    """What is not on record has no row, and is a gap."""
    rows = {
        block.title: [["".join(run.text for run in cell) for cell in row.cells] for row in block.rows]
        for _, block in pages["qinghe"] if isinstance(block, Table)
    }  # fmt: skip

    assert rows["2023—2024年清河市满意度调查表"] == [
        ["满意度（在校生）", "93.10%", "94.25%"],
        ["满意度（用人单位）", "96.00%", "95.50%"],
    ]
    assert rows["2023—2024年清河市国际影响表"] == [
        ["国（境）外留学生数", "20人", "26人"],
        ["国（境）外人员培训量", "800人日", "1500人日"],
        ["外籍教师数", "9人", "9人"],
        ["专任教师赴国（境）外指导和开展培训时间", "120人日", "60人日"],
        ["参加国（境）外培训的专任教师数（国外）", "10人", "15人"],
        ["参加国（境）外培训的专任教师数（港澳台地区）", "0人", "4人"],
        ["开发并获国（境）外认可的标准数（专业教学标准）", "1个", "2个"],
        ["开发并获国（境）外认可的标准数（课程标准）", "6个", "11个"],
    ]
    gaps = {gap.what for _, block in pages["qinghe"] for gap in block.gaps}
    assert {
        "2024年国（境）外技能大赛获奖数",
        "2024年满意度（家长）",
        "表7 2024年清河市中职学校非遗教育传承荣誉",
    } <= gaps


def test_a_city_without_such_numbers_has_the_gaps_and_no_sentence(pages):
    """近空 has neither culture nor exchange on record: nothing is said, everything is listed."""
    blocks = [block for place, block in pages["jinkong"] if place.startswith(("cultural_", "international_"))]
    gaps = {gap.what for block in blocks for gap in block.gaps}

    assert not any(words(block) for block in blocks if isinstance(block, Prose))
    assert {"2024年学生社团数", "2024年外籍教师数", "2024年开发并获国（境）外认可的标准数"} <= gaps


def test_the_workbook_asks_for_the_new_parts_from_their_edition_on(project):
    """A workbook of 2023 knows nothing of them; that of 2024 has a sheet for each, in the order of the parts."""
    catalogue, observations = load_data(project)
    new = ["satisfaction", "cultural_heritage", "international"]
    asked = {edition: ask(catalogue, observations, "pingchuan", edition) for edition in (2023, EDITION)}

    assert not {topic.code for topic in asked[2023].topics} & set(new)
    assert [topic.code for topic in asked[EDITION].topics if topic.code in new] == [
        "cultural_heritage", "international", "satisfaction",
    ]  # fmt: skip
    keys = {(one.key.indicator, one.key.cut) for one in asked[EDITION].questions}
    assert ("satisfaction_rate", (("respondent", "parent"),)) in keys
    assert ("overseas_students", ()) in keys


def test_a_name_that_is_not_the_ministry_s_says_whose_it_is(project):
    """Each indicator of the new parts tells on its card where its name is from, and that its definition is ours."""
    catalogue, _ = load_data(project)
    new = [one for one in catalogue.indicators.values() if one.asked_from == EDITION]

    assert len(new) == 14
    for one in new:
        assert re.search("录自|参照|按历年", one.note), one.id
        assert "定义为本项目所拟" in one.note, one.id


def test_an_almost_empty_city_keeps_the_frame(pages):
    """Two numbers are shown; the tables without one are listed as gaps under the title that they would have."""
    shown = {block.title for _, block in pages["jinkong"] if isinstance(block, Table)}
    gaps = {gap.what for _, block in pages["jinkong"] for gap in block.gaps}

    assert shown == {"2024年近空市中等职业学校办学规模", "2024年近空市人才培养质量计分卡"}
    assert {"表14 2024年近空市满意度调查表", "表15 2024年近空市教学资源表", "表17 2024年近空市国际影响表"} <= gaps
