"""Other categories than Hangzhou's: nineteen sectors instead of fourteen, six kinds of school, 其他, no 正高级.

Every number here is INVENTED; the classes are those of the Ministry's list of 2021 and of GB/T 4754, the pairs are ours.
"""

from __future__ import annotations

import csv
import shutil
from contextlib import contextmanager

import pytest
import yaml

from helpers.writing.blocks import Figure, Prose, Table
from helpers.writing.prose import write_prose
from support.other_places import invented_row, make_places
from support.running import run_chapters, words
from support.small_project import CATALOGUE, OBSERVATIONS, make_scene

ENTITY = "pingchuan"
MATCHED = """\
农林牧渔大类 农、林、牧、渔业 4.00 6.50
资源环境与安全大类 采矿业 1.00 0.60
能源动力与材料大类 电力、热力、燃气及水生产和供应业 2.00 1.20
土木建筑大类 建筑业 6.00 15.00
水利大类 水利、环境和公共设施管理业 0.50 1.50
装备制造大类 制造业 14.00 27.00
生物与化工大类 科学研究和技术服务业 2.00 3.00
轻工纺织大类 居民服务、修理和其他服务业 2.50 2.50
食品药品与粮食大类 住宿和餐饮业 3.00 4.00
交通运输大类 交通运输、仓储和邮政业 7.00 5.00
电子与信息大类 信息传输、软件和信息技术服务业 14.00 6.00
医药卫生大类 卫生和社会工作 5.00 4.00
财经商贸大类 批发和零售业 17.00 12.00
旅游大类 租赁和商务服务业 8.00 3.00
文化艺术大类 文化、体育和娱乐业 5.00 1.20
新闻传播大类 房地产业 1.00 1.50
教育与体育大类 教育 5.00 3.00
公安与司法大类 公共管理、社会保障和社会组织 1.00 2.50
公共管理与服务大类 金融业 2.00 0.50
"""
KINDS = {"attached": "附设中职班", "other": "其他"}
SCHOOLS = {"vocational_high": 12, "skilled_worker": 9, "specialized": 4, "adult": 3, "attached": 2, "other": 30}
SENTENCES = {
    "01_basic_conditions/scale-prose": (
        "2020年，全市独立设置的中等职业学校共60所，"
        "其中职业高中12所、技工学校9所、普通中专4所、成人中专3所、附设中职班2所、其他30所。"
    ),
    "03_quality_assurance/programmes-match-prose": (
        "2020年在校生占比居前三位的依次为财经商贸大类17.00%、装备制造大类14.00%、电子与信息大类14.00%（见图2）。"
        "与相应行业2019年末从业人数占比相比，在校生占比高出较多的依次为电子与信息大类8.00个百分点、"
        "财经商贸大类5.00个百分点、旅游大类5.00个百分点。"
    ),
    "05_social_contribution/talent-structure-prose": (
        "除制造业（偏低13.00个百分点）、建筑业（偏低9.00个百分点）外，均在8个百分点以内。"
    ),
}


@pytest.fixture(scope="module")
def blocks(project_root, tmp_path_factory):
    """Return what the report of a city with these categories shows, by the cell."""
    project = make_places(project_root, tmp_path_factory.mktemp("categories"))
    forget_the_city_on_record(project)
    classes = [line.split() for line in MATCHED.splitlines()]
    codes = [f"class_{place}" for place in range(len(classes))]
    with edited(project.reference / "catalogue/programmes.yml") as topic:
        topic["breakdowns"]["programme_category"] |= {
            "members": dict(zip(codes, (told[0] for told in classes), strict=True)),
            "counterpart": dict(zip(codes, (told[1] for told in classes), strict=True)),
        }
    with edited(project.reference / "catalogue/scale.yml") as topic:
        topic["breakdowns"]["school_kind"]["members"] |= KINDS
    rows = [(2020, "schools", "", 60, "school"), (2020, "structural_gap_threshold", "", 8, "percentage_point")]
    rows += [(2020, "schools", f"school_kind={kind}", count, "school") for kind, count in SCHOOLS.items()]
    for code, (_, _, pupils, workers) in zip(codes, classes, strict=True):
        rows.append((2020, "enrolment_share", f"programme_category={code}", pupils, "percent"))
        rows.append((2019, "employment_share", f"programme_category={code}", workers, "percent"))
    with (project.data / "observations/2020.csv").open("a", encoding="utf-8") as file:
        file.writelines(invented_row(ENTITY, *row) for row in rows)
    return run_chapters(project, entity=ENTITY, figures=True)


def forget_the_city_on_record(project):
    """Take out what is told of places with other categories."""
    for folder in ("narratives", "cases", "published"):
        shutil.rmtree(project.data / folder)
    for path in sorted((project.data / "observations").glob("*.csv")):
        keep_rows(path, lambda row: "programme_category" not in row["breakdown"])
    keep_rows(
        project.data / "observations/2020.csv", lambda row: (row["entity"], row["indicator"]) != (ENTITY, "schools")
    )


@contextmanager
def edited(path):
    """Change a YAML file of the reference data."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    yield content
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def keep_rows(path, wanted):
    """Keep only the rows of a table that are wanted."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for row in reader if wanted(row)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def at(blocks, place, kind):
    """Return the one block of a kind that a cell shows."""
    [found] = [block for where, block in blocks if where == place and isinstance(block, kind)]
    return found


@pytest.mark.parametrize("place", SENTENCES)
def test_the_same_notebooks_tell_other_categories(blocks, place):
    """By size, 其他 last although it is the greatest; nobody counts to fourteen."""
    assert SENTENCES[place] in words(at(blocks, place, Prose))


def test_the_table_has_a_row_for_each_of_the_nineteen(blocks):
    """In the order of the list, each beside its sector."""
    table = at(blocks, "05_social_contribution/talent-structure-table", Table)
    rows = [["".join(run.text for run in cell) for cell in row.cells] for row in table.rows]

    assert [(row[0], row[2]) for row in rows] == [tuple(line.split()[:2]) for line in MATCHED.splitlines()]
    assert rows[5] == ["装备制造大类", "14.00%", "制造业", "27.00%", "−13.00"]


def test_the_figures_draw_all_nineteen(blocks):
    """And say so to those who cannot see them."""
    for place in ("03_quality_assurance/programmes-match-figure", "05_social_contribution/talent-structure-figure"):
        figure = at(blocks, place, Figure)
        assert "共19类" in figure.alt
        assert len({datum.category for datum in figure.data}) == 19


def test_what_is_left_over_has_no_rank(tmp_path):
    """其他 stands last in a list of all, and in no list of the first, the highest or the lowest."""
    catalogue = CATALOGUE.replace("adult: 成人中专", "adult: 成人中专, other: 其他")
    rows = OBSERVATIONS.replace("river,2020,schools,,,6", "river,2020,schools,,,26")
    rows += "river,2020,schools,,school_kind=other,20,school,,final,yearbook,表1,\n"
    scene = make_scene(tmp_path, catalogue=catalogue, observations=rows)
    template = '{{ schools | parts("school_kind") }}；{{ schools | leading("school_kind", 2) }}；'
    template += '{{ schools | parts("school_kind", 1) }}；{{ schools | extremes("school_kind") }}。'

    assert words(write_prose(scene, template, name="test")) == (
        "职业高中3所、技工学校2所、成人中专1所、其他20所；居前两位的依次为职业高中3所、技工学校2所；"
        "职业高中3所；职业高中最多，为3所；成人中专最少，为1所。"
    )
