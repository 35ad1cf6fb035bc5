"""The nation: the same chapter over bulletins of eighteen years, with a break in what they count.

Expected sentences were typed from the Ministry's bulletins (2008–2025), not from our output.
"""

from __future__ import annotations

import json
import re

import pytest

from helpers.building.front import front_matter
from helpers.chapter import open_chapter
from helpers.comparison import SCOPE_CHANGED, Change, compare
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.model import Fact, Key, Missing
from helpers.paths import find_project
from helpers.writing.blocks import Table
from helpers.writing.cards import make_card
from helpers.writing.figures import bars_by_year
from helpers.writing.tables import Proportion, by_year

FIRST, LAST = 2008, 2025
NEW_SCOPE = "excluding_labour_department"
SENTENCES = {
    2009: "2009年，全国独立设置的中等职业学校共14401所，其中职业高中5652所、普通中专3789所、技工学校3077所、成人中专1883所。",
    2013: (
        "在校生1922.97万人，比上年减少190.72万人，下降9.02%；招生674.76万人，减少79.37万人，下降10.52%；"
        "毕业生674.44万人，减少0.45万人，下降0.07%"
    ),
    2020: "在校生1663.37万人，比上年增加86.90万人，增长5.51%；招生644.66万人，增加44.30万人，增长7.38%",
    2021: (
        "2021年，全国独立设置的中等职业学校共7294所。在校生1311.81万人，按同口径比上年增加43.98万人；"
        "招生488.99万人，增加4.38万人；毕业生375.37万人，减少8.09万人"
    ),
    2022: "在校生1339.29万人，比上年增加27.48万人，增长2.09%；招生484.78万人，减少4.21万人，下降0.86%",
    2025: "在校生1118.77万人，比上年减少110.56万人，下降8.99%；招生369.93万人，减少48.40万人，下降11.57%",
}


def scale_template():
    """Return the template of the scale section, as the notebook has it."""
    notebook = json.loads((find_project().notebooks / "01_basic_conditions.ipynb").read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "scale-prose")
    return "".join(cell["source"]).removeprefix("%%prose\n")


def prose(year):
    """Return the scale section of a year as plain words."""
    block = open_chapter("01", year=year, entity="china").prose(scale_template())
    return "".join(run.text for paragraph in block.paragraphs for run in paragraph.runs)


@pytest.mark.parametrize("year", SENTENCES)
def test_the_scale_section_says_what_the_bulletins_say(year):
    """Words and numbers of the years in which something special happens."""
    assert SENTENCES[year] in prose(year)


@pytest.mark.parametrize("year", range(FIRST, LAST + 1))
def test_the_scale_section_renders_for_every_year(year):
    """No year of the series leaves a sentence that says nothing, or a trace of another place."""
    text = prose(year)

    assert f"{year}年，全国独立设置的中等职业学校共" in text
    assert not re.search("None|nan|（）|，，|。。|杭州|浙江", text)
    assert ("比上年" in text or "与上年" in text) == (year > FIRST)
    assert ("按同口径" in text) == (year == 2021)


@pytest.mark.parametrize("indicator", ["schools", "enrolment", "entrants", "graduates"])
def test_nothing_is_compared_across_the_break_of_2021(indicator):
    """From 2021 the bulletins leave out schools under the labour department: no change is computed into that year."""
    facts = Facts(*load_data(find_project()))
    now = facts.get(Key("china", 2021, indicator, NEW_SCOPE))
    later = facts.get(Key("china", 2022, indicator, NEW_SCOPE))

    assert isinstance(now, Fact)
    refused = compare(facts, now)
    assert isinstance(refused, Missing)
    assert refused.reason == SCOPE_CHANGED
    assert isinstance(compare(facts, later), Change)


def test_a_city_compares_across_the_nation_s_break():
    """A break concerns the entities that it names; the city's series goes on."""
    catalogue, _ = load_data(find_project())

    assert catalogue.indicators["enrolment"].is_broken("china", 2020, 2021)
    assert not catalogue.indicators["enrolment"].is_broken("hangzhou", 2020, 2021)
    assert catalogue.default_scope(catalogue.indicators["enrolment"], catalogue.entities["hangzhou"], 2021) == "all"


def test_a_growth_that_coarse_values_cannot_tell_is_not_told():
    """1.23万所 after 12663所 may be anything from −3.3% to −2.5%; 1922.97万人 after 2113.69万人 is −9.02%."""
    facts = Facts(*load_data(find_project()))
    schools = compare(facts, facts.get(Key("china", 2013, "schools", "all")))
    enrolment = compare(facts, facts.get(Key("china", 2013, "enrolment", "all")))

    assert isinstance(schools, Change)
    assert schools.growth is None
    assert isinstance(enrolment, Change)
    assert enrolment.growth is not None
    assert enrolment.growth.decimals == 2


def test_a_column_in_ten_thousands_says_so_in_its_heading():
    """Where years are given in 所 and in 万所, both stand in this year's unit; one read more coarsely is 约."""
    chapter = open_chapter("01", year=2013, entity="china")
    proportion = Proportion("general_vocational_entrants_ratio")
    table = by_year(chapter, "表1", title="{years}", indicators=["schools", "enrolment", proportion])

    assert isinstance(table, Table)
    assert [cell.text for cell in table.header[0]] == ["年份", "学校数（万所）", "在校生数（万人）"]
    assert [["".join(run.text for run in cell) for cell in row.cells] for row in table.rows] == [
        ["2012年", "1.27", "2113.69"],  # 12663所
        ["2013年", "1.23", "1922.97"],
    ]
    chapter = open_chapter("01", year=2020, entity="china")
    table = by_year(chapter, "表1", title="{years}", indicators=["schools", "enrolment"])
    assert [cell.text for cell in table.header[0]][1] == "学校数（所）"
    assert ["".join(run.text for run in row.cells[1]) for row in table.rows] == ["约10100所", "9896"]  # 1.01万所


BREAK = "2021年起，全国教育事业发展统计公报的中等职业教育不含人社部门管理的技工学校，与此前年份不可比。"


@pytest.mark.parametrize(("year", "notes"), [(2020, ()), (2021, (BREAK,)), (2022, ())])
def test_a_year_that_counts_something_else_is_told_below_table_and_figure(year, notes):
    """2020 has no row beside 2021, and a reader would not know why."""
    chapter = open_chapter("01", year=year, entity="china")
    table = by_year(chapter, "表1", title="{years}", indicators=["schools", "enrolment"])
    figure = bars_by_year(chapter, number="图示1-1", title="{years}", terms=[chapter.term("enrolment")])

    assert table.notes == figure.notes == notes


def test_the_front_says_on_which_basis_a_number_moved():
    """43.98万人 more in 2021 is the source's own comparison, within one scope."""
    front = front_matter(find_project(), 2021, "china")
    figures = {one.label: one for group in front.groups for one in group.figures}

    assert "".join(run.text for run in figures["在校生数"].change) == "按同口径比上年增加43.98万人"


def test_no_note_of_a_city_s_yearbook_stands_under_the_nation_s_numbers():
    """The bulletins do not leave out part-time pupils of adult schools, as 表1 of the city does."""
    outlines = {place: open_chapter("01", year=2020, entity=place).outline.counting for place in ("china", "hangzhou")}

    assert outlines == {"china": (), "hangzhou": ("学生数不含成人中专非全日制学生。",)}


@pytest.mark.parametrize("indicator", ["enrolment", "entrants", "graduates"])
def test_a_card_of_the_nation_says_nothing_of_a_city_s_counting(indicator):
    """Whom a city's yearbook leaves out is told of the city's pupils, not of those in a bulletin, nor of a school's."""
    facts = Facts(*load_data(find_project()))
    told = {
        place: make_card(facts, facts.get(Key(place, 2020, indicator, "all"))).definition
        for place in ("china", "hangzhou")
    }

    assert told["hangzhou"] == f"{told['china'].removesuffix('。')}，不含成人中专非全日制学生。"
    assert facts.catalogue.indicators[indicator].defined("school") == told["china"]


@pytest.mark.parametrize("year", [2013, 2020, 2024])
def test_what_only_a_province_confers_is_no_gap_of_the_nation(year):
    """省级 honours are a city's to report; what the bulletins could give and do not is a gap."""
    chapter = open_chapter("01", year=year, entity="china")
    notebook = json.loads((find_project().notebooks / "01_basic_conditions.ipynb").read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook["cells"] if cell["id"] == "scale-structure")
    chapter.prose("".join(cell["source"]).removeprefix("%%prose\n"))
    gaps = "".join(gap.what for gap in chapter.gaps)

    assert "高中阶段招生占比" in gaps
    assert not re.search("称号|省级", gaps)


def test_a_city_s_cases_stay_in_the_city_s_report():
    """The nation's chapter of 2020 does not show what single schools of one city did."""
    chapter = open_chapter("01", year=2020, entity="china")
    chapter.cases("scale")

    assert chapter.shown_cases == set()
