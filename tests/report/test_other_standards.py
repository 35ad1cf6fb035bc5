"""A standard that changed from one year to the next, and the standards of another class of schools.

Every standard, place and number here is INVENTED; the sentences were written by hand.
"""

from __future__ import annotations

import pytest
import yaml

from helpers.chapter import open_chapter
from helpers.comparison import NO_STANDARD
from helpers.loading import load_data
from helpers.writing.blocks import GapList, Table
from support.other_places import invented_row, make_places
from support.running import run_chapters, words

CHANGED = {"books_per_student": ("30", "40"), "student_teacher_ratio": ("20", "16")}
"""What 2020 asks in place of what 2019 asked: 40 books, where 清河 fell to 30, and 16 pupils for a teacher."""
OLD, NEW = "《旧标准》（虚构）", "《新标准》（虚构）"
SCOPE = "skilled_worker"
ADDED = {"label": "技工学校", "definition": "仅统计技工学校。"}
LAND, CLASS_LAND = "land_area_per_student", "《技工学校标准》（虚构）"
SCHOOLS = {
    "yijie": {"name": "清河市第一职业高级中学", "school_class": "vocational_high"},
    "jigong": {"name": "清河技工学校", "school_class": SCOPE},
    "weizhu": {"name": "清河未注学校"},
}
STATED = "生均占地面积为25.00平方米，低于全市职业高中的32.89平方米"


def standard(found, **changed):
    """Return a standard of the record, changed."""
    return {**found, **changed, "code": f"{found['code']}_{'_'.join(map(str, changed.values()))}"}


@pytest.fixture(scope="module")
def project(project_root, tmp_path_factory):
    """Return the invented places, with standards that changed in 2020 and with another class's for land."""
    project = make_places(project_root, tmp_path_factory.mktemp("standards"))
    reference = project.reference
    path = reference / "standards.yml"
    records = yaml.safe_load(path.read_text(encoding="utf-8"))
    for record in list(records):
        if record["indicator"] in CHANGED:
            old, new = CHANGED[record["indicator"]]
            assert record["value"] == old
            records.append(standard(record, value=new, legal=NEW, **{"from": 2020}))
            record |= {"legal": OLD, "to": 2019}
        if record["indicator"] == LAND:
            records.append(standard(record, value="20", legal=CLASS_LAND, scope=SCOPE))
    path.write_text(yaml.safe_dump(records, allow_unicode=True), encoding="utf-8")
    add(reference / "scopes.yml", {SCOPE: ADDED})
    add(reference / "entities.yml", {
        slug: {**told, "short": told["name"], "kind": "school", "parent": "qinghe"} for slug, told in SCHOOLS.items()
    })  # fmt: skip
    rows = [
        invented_row(slug, 2020, indicator, "", value, unit)
        for slug in SCHOOLS
        for indicator, value, unit in (("enrolment", 2000, "person"), ("land_area", 50000, "square_metre"))
    ]
    with (project.data / "observations/2020.csv").open("a", encoding="utf-8") as file:
        file.writelines(rows)
    return project


def add(path, records):
    """Add records to a file of the reference data."""
    with path.open("a", encoding="utf-8") as file:
        yaml.safe_dump(records, file, allow_unicode=True)


def shown(project, entity, year, cell):
    """Return the block that a cell of chapter 1 shows."""
    return dict(run_chapters(project, entity=entity, year=year))[f"01_basic_conditions/{cell}"]


def test_the_report_says_that_the_standard_changed_and_holds_the_year_to_its_own(project):
    """30 books meet the standard of 2019, but not that of 2020; both limits have their cards."""
    prose = shown(project, "qinghe", 2020, "standards-prose")

    assert words(prose).startswith(
        "2020年，全市职业高中生均占地面积、建筑面积、仪器设备值、图书和计算机五项指标"
        "中，仅生均仪器设备值和计算机两项达到国家标准；生均占地面积、图书低于标准，生均建筑面积略低于标准，"
        "生均图书的标准本年起由30册改为40册（见表4、图示1-2）："
    )
    cards = (card for card in prose.cards.values() if card.indicator == "books_per_student.standard")
    assert {card.year: card.source for card in cards} == {2019: OLD, 2020: NEW}


def test_one_number_beside_a_standard_that_changed(project):
    """The teachers' paragraph says what was asked the year before."""
    prose = words(shown(project, "qinghe", 2020, "teachers-prose"))

    assert "生师比由11.90:1升至20.45:1，未达到16:1的国家标准（上年为20:1）。" in prose


def test_the_table_names_the_standard_in_force(project):
    """表4 of 2020 has the new limit, and the text that sets it as its source; that of 2019, the old ones."""
    new, old = (shown(project, "qinghe", year, "standards-table") for year in (2020, 2019))

    assert isinstance(new, Table)
    assert isinstance(old, Table)
    rows = [["".join(run.text for run in cell) for cell in row.cells] for table in (old, new) for row in table.rows]
    assert [row[1:3] for row in rows if row[0] == "生均图书（册）"] == [["48.00", "30"], ["30.00", "40"]]
    assert NEW in new.source
    assert OLD not in new.source
    assert OLD in old.source
    assert NEW not in old.source


def test_before_the_change_nothing_is_said_of_it(project):
    """2019 has one standard, and its year before the same."""
    prose = words(shown(project, "qinghe", 2019, "standards-prose"))

    assert "改为" not in prose
    assert "均达到国家标准" in prose or "均优于国家标准" in prose


@pytest.mark.parametrize(
    ("slug", "told"),
    {
        "yijie": f"{STATED}，低于33平方米的国家标准；",
        "jigong": "生均占地面积为25.00平方米，高于20平方米的国家标准；",
        "weizhu": f"{STATED}；",
    }.items(),
)
def test_a_school_is_held_to_the_standard_of_its_class(project, slug, told):
    """25 square metres are too little for a 职业高中, enough for a 技工学校; of unknown class, nothing is said."""
    prose = dict(run_chapters(project, entity=slug))["school/premises-prose"]

    assert told in words(prose)
    assert ("国家标准" in words(prose)) == (slug != "weizhu")


@pytest.mark.parametrize(("slug", "share"), {"yijie": "3.38%", "jigong": "—", "weizhu": "3.38%"}.items())
def test_a_school_is_no_part_of_a_number_that_counts_other_schools(project, slug, share):
    """The city's land is that of its 职业高中: a 技工学校 has no share of it, and the table says why."""
    table = dict(run_chapters(project, entity=slug))["school/comparison-table"]
    rows = [["".join(run.text for run in cell) for cell in row.cells] for row in table.rows]

    assert [cell.text for cell in table.header[0]][:4] == ["指标", "本校", "全市", "占全市"]
    assert [row[1:4] for row in rows if row[0] == "占地面积"] == [["50000平方米", "1480000平方米", share]]
    assert ("全市职业高中不含本校，不计占比。" in table.notes) == (share == "—")


def test_what_counts_other_schools_is_not_held_to_a_standard_that_is_not_theirs(project):
    """The city's 职业高中 are held to theirs; all its schools together to none."""
    chapter = open_chapter("01", year=2020, entity="qinghe", project=project)

    assert chapter.term(LAND).verdict.standard.value == 33
    assert chapter.term(LAND)(scope=SCOPE).found.reason  # 清河 reports no land of 技工学校
    catalogue, _ = load_data(project)
    place = catalogue.entities["qinghe"]
    assert catalogue.standard(LAND, 2020, place, SCOPE).legal == CLASS_LAND
    assert catalogue.standard(LAND, 2020, place, "all") is None


def test_where_no_standard_is_in_force_the_number_stays(project):
    """In 2009 nothing was laid down: the clause goes, the number stays, and the list of gaps says why."""
    chapter = open_chapter("01", year=2020, entity="qinghe", project=project)
    prose = chapter.prose("图书共{{ books }}，{{ books | standard }}。")

    assert words(prose) == "图书共1350000册。"
    assert [gap.reason for gap in GapList(gaps=prose.gaps).gaps] == [NO_STANDARD]
