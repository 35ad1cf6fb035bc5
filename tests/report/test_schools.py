"""The pages of schools in 2020: their sentences and tables, run in this process.

The numbers were typed from the published report (案例1-2, 案例1-3, 案例4-4, 案例6-2, 1.2, 1.3, 4.1, 5.3, 表2 to 表6), not
from ``data/``; what is marked 推算 follows from them by hand.
"""

from __future__ import annotations

import shutil

import pytest

from helpers.loading import load_data
from helpers.paths import Project
from helpers.writing.blocks import CaseBox, Figure, Prose, Table
from support.running import run_chapters

SCHOOLS = [
    "dianzi", "fuyang_high", "gongshu", "jianshe", "jiaotong", "kaiyuan", "liangzhu", "linping", "lvyou", "meishu",
    "qiandaohu", "qiaosi", "renmin", "xiaoshan_first", "xihu", "xinanjiang", "yuhang_shangmao", "zhongce",
]  # fmt: skip
SENTENCES = {
    "zhongce": {
        "premises-prose": "占地面积约239亩，约占全市职业高中的7.50%。",  # 推算: 239亩/2124802.51平方米
        "partnership-prose": "1+X证书制度试点专业9个，占全市的26.47%；1+X试点证书11个，占全市的12.79%。",  # 推算: 9/34, 11/86
    },
    "jiaotong": {
        "staff-prose": (
            "专任教师（正高级）2人，占全市职业高中的10.53%；"  # 推算: 2/19
            "专任教师占教职工数的比例为80.83%，低于全市的89.51%；"  # 推算: 97/120, 4702/5253
            "生师比为10.32:1，低于全市的12.55:1，优于20:1的国家标准；"
            "专业课教师占专任教师数的比例为52.58%，高于全市的48.64%；"  # 推算: 51/97, 2287/4702
            "“双师型”教师占专业课和实习指导教师的比例为94.12%，高于全市的89.02%和30%的国家标准；"
            "专任教师硕士研究生及以上学历的比例为24.74%，高于全市的14.87%；"
            "专任教师高级职称的比例为39.18%，高于全市的33.75%。"
        ),
    },
    "lvyou": {
        "premises-prose": (
            "仪器设备值7328.22万元，占全市职业高中的8.31%；"  # 推算: 7328.22/88218.26
            "纸质图书15.16万册，占全市的5.14%；"  # 推算: 151600/2947884
            "生均仪器设备值为32788元，高于全市的14945元和3000元的国家标准；"
            "生均图书为67.8册，高于全市的49.94册和30册的国家标准。"
        ),
        "partnership-prose": "实习招聘备选企业63家；选定实习企业35家；实习岗位350个，比上年增加40个，增长12.90%。",
    },
    "xinanjiang": {
        "achievements-prose": "获奖（全市技能大赛）：金牌4枚、银牌11枚、铜牌19枚；参赛类别13个；参赛赛项27个。"
    },  # 5.3 第4段
    "fuyang_high": {"finance-prose": "区政府立项投入近450万元；下达装备经费850万元；自筹装备经费200万元。"},
}


@pytest.fixture(scope="module")
def project(project_root, tmp_path_factory):
    """Copy data and notebooks."""
    root = tmp_path_factory.mktemp("schools")
    for name in ("data", "notebooks"):
        shutil.copytree(project_root / name, root / name)
    return Project(root)


@pytest.fixture(scope="module")
def pages(project):
    """Run every school's page once."""
    return {school: run_chapters(project, entity=school, figures=school == "lvyou") for school in SCHOOLS}


def text(block):
    """Return the words of prose and cases."""
    return "".join(run.text for paragraph in block.paragraphs for run in paragraph.runs)


def everything(blocks):
    """Return all that a page says."""
    told = [text(block) for _, block in blocks if isinstance(block, Prose | CaseBox)]
    told += [cell.text for _, block in blocks if isinstance(block, Table) for row in block.header for cell in row]
    runs = [
        run for _, block in blocks if isinstance(block, Table) for row in block.rows for c in row.cells for run in c
    ]
    return "\n".join([*told, *(run.text for run in runs)])


def test_every_school_with_something_on_record_in_the_year_is_looked_at(project):
    """A new one must be read before it is pinned."""
    catalogue, observations = load_data(project)
    schools = [slug for slug, entity in catalogue.entities.items() if entity.kind == "school"]

    assert {slug for slug in schools if 2020 in observations.years(slug)} == set(SCHOOLS)


def test_lists_are_enough_for_a_page(pages):
    """西湖职高, 临平职高: no number of their own, but 2.1, 5.3, 案例2-4, 案例3-1; two registers name a programme once."""
    honours = {
        school: [["".join(run.text for run in cell) for cell in row.cells] for row in block.rows]
        for school in ("xihu", "linping")
        for place, block in pages[school]
        if place == "school/achievements-table"
    }
    [lists] = [block for place, block in pages["linping"] if place == "school/lists-table"]
    told = {row.cells[0][0].text: "".join(run.text for run in row.cells[1]) for row in lists.rows}

    assert ["国家级", "全国中华职教社双创大赛", "与中策职校联合组队", "1金1铜"] in honours["xihu"]
    assert ["国家级", "全国职业院校技能大赛改革试点赛", "—", "银牌"] in honours["linping"]
    assert told["新设专业"] == "增材制造技术应用、新能源汽车维修、物联网技术应用、航空服务"


def test_a_school_with_one_entry_has_no_page(project):
    """A page of one line is not worth reading (轻工技师学院, 5.3 第3段)."""
    _, observations = load_data(project)

    assert len(observations.standing("qinggong_technician", 2020)) == 1
    assert observations.years("qinggong_technician") == ()


@pytest.mark.parametrize("school", SCHOOLS)
def test_a_page_promises_only_what_it_has(pages, school):
    """Most schools have nothing to hold against the city or a standard, and no number stands in a table of its own."""
    [about] = [text(block) for place, block in pages[school] if place == "school/about"]
    listing = [block for place, block in pages[school] if place == "school/figures-table" and isinstance(block, Table)]

    assert "国家标准" not in about
    assert all(len(block.rows) > 1 for block in listing)


@pytest.mark.parametrize(("school", "cell"), [(school, cell) for school, told in SENTENCES.items() for cell in told])
def test_what_is_said_of_a_school(pages, school, cell):
    """With the year before, the city and the standard where there are such."""
    [block] = [block for place, block in pages[school] if place == f"school/{cell}"]

    assert text(block) == SENTENCES[school][cell]


def test_a_school_stands_beside_its_city_and_the_standards(pages):
    """旅游职校: 案例1-2 beside 表2, 表3 and 表4; what is no part of the city's number has no share."""
    [table] = [block for place, block in pages["lvyou"] if place == "school/comparison-table"]

    assert [[cell.text for cell in row] for row in table.header] == [["指标", "本校", "全市", "占全市", "国家标准"]]
    assert [["".join(run.text for run in cell) for cell in row.cells] for row in table.rows] == [
        ["仪器设备值", "7328.22万元", "88218.26万元", "8.31%", "—"],
        ["纸质图书", "15.16万册", "294.79万册", "5.14%", "—"],
        ["生均仪器设备值", "32788元", "14945元", "—", "3000元"],
        ["生均图书", "67.8册", "49.94册", "—", "30册"],
    ]
    assert table.notes == ("全市一列为全市职业高中的数值。",)


def test_a_figure_is_drawn_of_two_standards_or_more(pages):
    """Of one, the sentence is enough."""
    assert [block.number for _, block in pages["lvyou"] if isinstance(block, Figure)] == ["图1"]


@pytest.mark.parametrize("school", SCHOOLS)
def test_a_page_is_numbered_without_holes(pages, school):
    """What a school has not is not missed."""
    numbers = [block.number for _, block in pages[school] if isinstance(block, Table)]

    assert numbers == [f"表{place}" for place in range(1, len(numbers) + 1)]
    assert not any(gap.what.startswith(("表", "图")) for _, block in pages[school] for gap in block.gaps)


@pytest.mark.parametrize("school", SCHOOLS)
def test_a_page_holds_every_number_on_record(project, pages, school):
    """The last table lists them all, those of the year before that the year lacks included; a single one, the text."""
    _, observations = load_data(project)
    [table] = [block for place, block in pages[school] if place == "school/figures-table"]
    blocks = [table] if isinstance(table, Table) else [block for _, block in pages[school]]
    shown = {(card.indicator, card.breakdown) for block in blocks for card in block.cards.values()}
    on_record = {
        (key.indicator, ";".join(f"{name}={member}" for name, member in key.cut))
        for key in observations.about(school, 2020)
    }

    assert on_record <= shown


@pytest.mark.parametrize("school", SCHOOLS)
def test_no_page_counts_schools_or_shows_the_insides(pages, school):
    """A school has no 学校数, and a blank is no word."""
    said = everything(pages[school])

    assert "独立设置" not in said
    assert not any(line.strip() in {"None", "nan", ""} for line in said.splitlines() if line != "")
    assert "None" not in said


def test_honours_are_listed_from_the_highest(pages):
    """富阳职高: 2.1, 案例2-4, 案例5-7 and 表7; of a prize, the contest comes first."""
    [table] = [block for place, block in pages["fuyang_high"] if place == "school/achievements-table"]
    rows = [["".join(run.text for run in cell) for cell in row.cells] for row in table.rows]

    assert [row[0] for row in rows] == ["国家级", "国家级", "省级", "省级", "省级", "省级"]
    assert ["国家级", "全国职业院校技能大赛改革试点赛", "园林", "金牌"] in rows
    assert ["省级", "省级中职德育品牌项目", "“锐•七彩”德育", "—"] in rows


def test_cases_of_a_school_are_told_and_those_of_others_named(pages):
    """美术职校 owns 案例6-3 and stands in two others."""
    boxes = [block.number for _, block in pages["meishu"] if isinstance(block, CaseBox)]
    [named] = [text(block) for place, block in pages["meishu"] if place == "school/appearances-prose"]

    assert boxes == ["案例6-3"]
    assert named.startswith(
        "学校还参与了以下案例，全文见全市的年度报告：案例1-1（杭州市中策职业学校康桥校区启用）、案例5-4（"
    )


def test_gaps_name_what_every_school_should_report(pages):
    """At the end, as one."""
    [gaps] = [block for place, block in pages["jiaotong"] if place == "school/gaps"]

    assert [(gap.what, gap.reason) for gap in gaps.gaps] == [
        (
            "2020年在校生数、招生数、毕业生数、生均占地面积、生均建筑面积、生均仪器设备值、生均图书、生均计算机",
            "所据资料未载",
        )
    ]


def test_the_names_of_numbers_do_not_stutter(pages):
    """校区数（校区）, 会议规模（最少）: what a part is called must not repeat what it is a part of."""
    [table] = [block for where, block in pages["zhongce"] if where.endswith("/figures-table")]
    names = ["".join(run.text for run in row.cells[0]) for row in table.rows]

    assert {"办学点数（校区）", "办学点数（分校）", "可承接会议人数（最少）", "可承接会议人数（最多）"} <= set(names)
