"""Tables print facts with their cards, say in words what is missing, and leave out what nobody knows."""

from __future__ import annotations

import pytest

from helpers.building.tabular import table_csv
from helpers.errors import UnknownNameError
from helpers.writing import tables
from helpers.writing.blocks import GapList, Number
from helpers.writing.captions import source_line
from support.small_project import CATALOGUE, OBSERVATIONS, make_scene

TRACKS = f"""{CATALOGUE}\
  general_entrants_share: {{label: 普通高中招生占比, unit: percent}}
  vocational_entrants_share: {{label: 中等职业学校招生占比, unit: percent}}
  general_vocational_ratio:
    {{label: 普职招生比, unit: to_one, decimals: 2, formula: general_entrants_share / vocational_entrants_share}}
  double_ratio:
    {{label: 两倍, unit: to_one, decimals: 2, formula: (general_entrants_share + vocational_entrants_share) / 2}}
"""
SHARES = f"""{OBSERVATIONS}\
river,2019,general_entrants_share,,,53.33,percent,,final,yearbook,表1,
river,2019,vocational_entrants_share,,,46.67,percent,,final,yearbook,表1,
river,2020,general_entrants_share,,,53.96,percent,,final,yearbook,表1,
river,2020,vocational_entrants_share,,,46.04,percent,,final,yearbook,表1,
"""
RATIO = tables.Proportion("general_vocational_ratio")


def by_year(root, indicators, *, catalogue=TRACKS, observations=SHARES, **options):
    """Build a table of years on the fixture."""
    scene = make_scene(root, catalogue=catalogue, observations=observations)
    return tables.by_year(scene, "表1", title="{years}{entity}规模", indicators=indicators, **options)


def texts(table):
    """Return what the body prints, row by row."""
    return [["".join(run.text for run in cell) for cell in row.cells] for row in table.rows]


def headings(table):
    """Return the first header row."""
    return [cell.text for cell in table.header[0]]


def test_years_stand_in_rows_the_earliest_first(tmp_path):
    """Each heading names its unit, the title its years."""
    table = by_year(tmp_path, ["schools", "enrolment"])

    assert table.title == "2019—2020年清江市规模"
    assert headings(table) == ["年份", "学校数（所）", "在校生数（人）"]
    assert texts(table) == [["2019年", "6", "1000"], ["2020年", "6", "1100"]]
    assert table.source == "《清江统计资料》（2020/2021学年初）"


def test_a_proportion_prints_both_terms_under_the_ratios_name(tmp_path):
    """53.96:46.04 is what readers know, not 1.17:1."""
    table = by_year(tmp_path, ["schools", RATIO])

    assert headings(table) == ["年份", "学校数（所）", "普职招生比"]
    assert texts(table) == [["2019年", "6", "53.33:46.67"], ["2020年", "6", "53.96:46.04"]]


def test_each_term_of_a_proportion_has_its_own_card(tmp_path):
    """A reader may ask either side where it comes from."""
    table = by_year(tmp_path, ["schools", RATIO])
    numbers = [run for run in table.rows[1].cells[2] if isinstance(run, Number)]

    assert [table.cards[number.card].indicator for number in numbers] == [
        "general_entrants_share",
        "vocational_entrants_share",
    ]
    assert [table.cards[number.card].value for number in numbers] == ["53.96%", "46.04%"]


def test_a_proportion_that_lacks_a_term_says_so_once(tmp_path):
    """The other year keeps both of its terms."""
    observations = SHARES.replace("river,2020,vocational_entrants_share,,,46.04,percent,,final", "#")
    observations = "".join(line for line in observations.splitlines(keepends=True) if not line.startswith("#"))
    table = by_year(tmp_path, ["schools", RATIO], observations=observations)

    assert texts(table) == [["2019年", "6", "53.33:46.67"], ["2020年", "6", "暂缺"]]
    assert [(gap.what, gap.reason) for gap in table.gaps] == [
        ("2020年普职招生比", "缺中等职业学校招生占比（2020年，无数据）")
    ]


def test_a_proportion_of_what_is_no_quotient_of_two_facts_prints_its_value(tmp_path):
    """A ratio that a source prints itself, or a formula with more to it, has no two terms to show."""
    stored = f"{SHARES}river,2020,general_vocational_ratio,,,1.2,to_one,,final,yearbook,表1,\n"

    double = tables.Proportion("double_ratio")
    assert texts(by_year(tmp_path / "a", ["schools", RATIO], observations=stored))[1] == ["2020年", "6", "1.2:1"]
    assert texts(by_year(tmp_path / "b", ["schools", double]))[1] == ["2020年", "6", "0.50:1"]


def test_a_scope_holds_for_every_column(tmp_path):
    """职业高中 is not 全部中职, and the table counts one of them only."""
    rows = "river,2020,enrolment,vocational_high,,700,person,,final,yearbook,表3,\n"
    rows += "river,2020,graduates,vocational_high,,200,person,,final,yearbook,表3,\n"
    asked = ["enrolment", "schools", "graduates"]
    table = by_year(tmp_path, asked, observations=SHARES + rows, scope="vocational_high")

    assert headings(table) == ["年份", "在校生数（人）", "毕业生数（人）"]
    assert texts(table) == [["2020年", "700", "200"]]


def in_mu(observations=SHARES):
    """Return the fixture with the land of 2020 in 亩."""
    return observations.replace("river,2020,land_area,,,36300.55,square_metre", "river,2020,land_area,,,54.5,mu")


def test_a_column_is_in_one_unit_that_its_heading_names(tmp_path):
    """Last year's square metres stand beside this year's 亩 as 亩; the card tells both, and where they were read."""
    table = by_year(tmp_path, ["land_area", "schools"], observations=in_mu())

    assert headings(table) == ["年份", "占地面积（亩）", "学校数（所）"]
    assert texts(table) == [["2019年", "51.0", "6"], ["2020年", "54.5", "6"]]  # 34000.50 × 3 ÷ 2000 = 51.00075
    converted = table.cards[table.rows[0].cells[1][0].card]
    assert (converted.indicator, converted.value, converted.exact) == ("land_area.in_mu", "51.0亩", "51.00075亩")
    assert (converted.formula_words, converted.formula_numbers) == (
        "占地面积，由平方米换算为亩", "34000.50平方米 = 51.0亩",
    )  # fmt: skip
    assert [(one.label, one.value) for one in converted.inputs] == [("清江2019年占地面积", "34000.50平方米")]


def test_what_cannot_be_converted_carries_its_own_unit(tmp_path):
    """人次 are no 人: under 人 they must not read as persons."""
    times = SHARES.replace(
        "river,2020,enrolment,,,1100,person,", "river,2020,enrolment,,,0.11,ten_thousand_person_times,"
    )
    table = by_year(tmp_path, ["enrolment", "schools"], observations=times)

    assert headings(table)[1] == "在校生数（人）"
    assert texts(table) == [["2019年", "1000", "6"], ["2020年", "0.11万人次", "6"]]


def test_a_number_that_its_source_gives_roughly_stays_rough(tmp_path):
    """A table may not be more exact than the source."""
    observations = SHARES.replace("river,2020,enrolment,,,1100,person,,", "river,2020,enrolment,,,1100,person,about,")

    table = by_year(tmp_path, ["enrolment", "schools"], observations=observations)
    assert texts(table)[1] == ["2020年", "约1100人", "6"]


def test_an_unknown_scope_is_an_error_that_offers_the_nearest(tmp_path):
    """A slip of the pen must not give an empty table."""
    with pytest.raises(UnknownNameError, match="vocational_high"):
        by_year(tmp_path, ["enrolment"], scope="vocational_hihg")


def test_a_column_without_a_fact_goes_and_is_a_gap(tmp_path):
    """The rest of the table stands."""
    table = by_year(tmp_path, ["schools", "awards", "enrolment"])

    assert headings(table) == ["年份", "学校数（所）", "在校生数（人）"]
    assert [gap.what for gap in table.gaps] == ["2020年奖牌数"]


def test_one_indicator_alone_stands_in_a_line(tmp_path):
    """A grid of one column is none: the years stand beside one another, and what else was asked for is a gap."""
    table = by_year(tmp_path, ["schools", "awards"], notes=["注。"])

    assert headings(table) == ["指标", "2019年", "2020年"]
    assert texts(table) == [["学校数（所）", "6", "6"]]
    assert [gap.what for gap in table.gaps] == ["2020年奖牌数"]
    assert table.notes == ("注。",)


def test_one_number_alone_needs_no_table(tmp_path):
    """The sentence tells it; the list of gaps says why the number of the table is not there."""
    rows = "".join(line for line in SHARES.splitlines(keepends=True) if ",2019,schools" not in line)
    left_out = by_year(tmp_path, ["schools", "awards"], observations=rows)

    assert isinstance(left_out, GapList)
    assert [(gap.what, gap.reason) for gap in left_out.gaps] == [
        ("2020年奖牌数", "无数据"),
        ("表1 2020年清江市规模", "只有一个数，见正文"),
    ]
    assert texts(by_year(tmp_path, ["schools"], observations=rows, fewest=1)) == [["学校数（所）", "6"]]


def test_parts_without_their_whole_have_no_column_of_shares(tmp_path):
    """Three kinds of school are on record, but not how many there are: no share, and no column of 无数据."""
    rows = "".join(line for line in SHARES.splitlines(keepends=True) if ",schools,,,6," not in line)
    scene = make_scene(tmp_path, catalogue=TRACKS.replace("total: true", "total: false"), observations=rows)
    table = tables.by_breakdown(scene, "表5", title="{years}", indicator="schools", dimension="school_kind")

    assert [[(cell.text, cell.columns) for cell in line] for line in table.header] == [
        [("学校类型", 1), ("2020年", 1)],
        [("数量", 1)],
    ]
    assert texts(table) == [["职业高中", "3"], ["技工学校", "2"], ["成人中专", "1"]]
    assert [gap.what for gap in table.gaps] == ["2020年学校数"]


def test_two_classifications_without_a_gap_are_not_compared(tmp_path):
    """A table of pairs that lacks one side compares nothing."""
    scene = make_scene(tmp_path)
    schools, missing = scene.term("schools"), scene.term("awards")
    named = ("甲", "类", "值", "乙", "类", "值", "差距")
    left_out = tables.of_pairs(
        scene, "表11", title="对比", dimension="school_kind", left=schools, right=missing, gap=missing, headings=named
    )

    assert [(gap.what, gap.reason) for gap in left_out.gaps] == [("表11 对比", "无数据")]


def test_a_column_that_a_list_leaves_blank_goes(tmp_path):
    """No heading over blanks; a blank among others is a dash."""
    columns = {"学校": "school", "项目": "project", "学生": "person"}
    table = tables.of_records(make_scene(tmp_path), "表8", title="名单", register="model_schools", columns=columns)

    assert headings(table) == ["序号", "学校", "项目"]
    assert texts(table)[1] == ["2", "—", "示范二"]


def test_a_table_without_facts_is_a_gap_and_nothing_else(tmp_path):
    """No caption over emptiness."""
    assert isinstance(by_year(tmp_path, ["awards"]), GapList)


def test_standards_are_held_against_printed_values(tmp_path):
    """A reader recomputes 与标准相差 from the row; what falls short shows a minus."""
    table = tables.against_standards(
        make_scene(tmp_path), "表4", title="{year}年", indicators=["land_area_per_student", "books_per_student"]
    )

    assert texts(table) == [
        ["生均占地面积（平方米）", "33.00", "33", "0.00", "0.00%"],
        ["生均图书（册）", "29.50", "30", "−0.50", "−1.67%"],
    ]
    assert table.source.endswith("测试标准第一条；测试标准第二条")
    assert table.notes == ("与标准相差、相差幅度按修约后的数计算。",)


def test_a_number_computed_from_rounded_ones_has_no_unrounded_value(tmp_path):
    """-0.50 by 30 is -1.666…, but of a rounded 29.50; its card says how it was computed."""
    table = tables.against_standards(make_scene(tmp_path), "表4", title="标准", indicators=["books_per_student"])
    cards = {card.value: card for card in table.cards.values()}

    assert cards["−1.67%"].exact == ""
    assert cards["−1.67%"].formula_words.endswith("（按修约后的数计算）")


def test_a_gap_computed_from_rounded_numbers_says_so_below_the_table(tmp_path):
    """As its indicator declares it in the catalogue."""
    catalogue = CATALOGUE + (
        "  left: {label: 甲占比, unit: percent, decimals: 2}\n  right: {label: 乙占比, unit: percent, decimals: 2}\n"
        "  apart: {label: 差距, unit: percentage_point, formula: left - right, rounding: printed}\n"
    )
    rows = "".join(
        f"river,2020,{name},,school_kind=high,{value},percent,,final,yearbook,表11,\n"
        for name, value in (("left", "40.25"), ("right", "30.12"))
    )
    scene = make_scene(tmp_path, catalogue=catalogue, observations=OBSERVATIONS + rows)
    terms = {"left": scene.term("left"), "right": scene.term("right"), "gap": scene.term("apart")}
    named = ("甲", "类", "值", "乙", "类", "值", "两者差距")
    table = tables.of_pairs(scene, "表11", title="对比", dimension="school_kind", headings=named, **terms)

    assert table.notes == ("两者差距按修约后的数计算。",)


def test_a_shortfall_is_not_rounded_away(tmp_path):
    """33.00 beside 33, 0.00 apart, would not be a standard that is missed: as many digits as tell the two apart."""
    below = OBSERVATIONS.replace("36300.55", "36299.95")
    scene = make_scene(tmp_path, observations=below)
    table = tables.against_standards(scene, "表4", title="{year}年", indicators=["land_area_per_student"])

    assert headings(table) == ["项目", "清江2020年", "国家标准", "与标准相差", "相差幅度"]
    assert texts(table) == [["生均占地面积（平方米）", "32.99995", "33", "−0.00005", "−0.0002%"]]


def test_a_reader_sees_one_minus_and_a_file_for_machines_another(tmp_path):
    """Table, card and equation print U+2212, as the book does; a spreadsheet reads only the hyphen."""
    table = tables.against_standards(make_scene(tmp_path), "表4", title="{year}年", indicators=["books_per_student"])
    card = table.cards[table.rows[0].cells[3][0].card]

    assert (card.value, card.number) == ("−0.50册", "-0.50")
    assert card.formula_numbers.endswith(" = −0.50册")
    assert "-" not in "".join(texts(table)[0])
    assert table_csv(table).splitlines()[1] == "生均图书（册）,29.50,30,-0.50,-1.67%"


@pytest.mark.parametrize("unit", ["student", "people_respectful", "individual", "person"])
def test_people_are_counted_by_one_word_in_tables(tmp_path, unit):
    """19名 in one source and 19位 in another are 19人, in the heading and in the cell."""
    catalogue = CATALOGUE.replace(
        "graduates: {label: 毕业生数, unit: person}", f"graduates: {{label: 毕业生数, unit: {unit}}}"
    )
    observations = OBSERVATIONS.replace("graduates,,,390,person", f"graduates,,,390,{unit}")
    scene = make_scene(tmp_path, catalogue=catalogue, observations=observations)
    years = tables.by_year(scene, "表1", title="{years}", indicators=["schools", "graduates"])
    indicators = tables.of_indicators(scene, "表2", title="{years}", indicators=["graduates"])

    assert headings(years) == ["年份", "学校数（所）", "毕业生数（人）"]
    assert texts(years) == [["2019年", "6", "400"], ["2020年", "6", "390"]]
    assert texts(indicators) == [["毕业生数", "400人", "390人"]]


def test_a_source_of_two_groups_of_numbers_is_named_once(tmp_path):
    """A school's numbers, and those that they are held against, from one volume: it stands there once."""
    scene = make_scene(tmp_path)
    limit = scene.term("land_area_per_student").verdict.limit
    own, others = [scene.term("enrolment").fact], [scene.term("books").fact, limit]

    assert source_line(scene.catalogue, own, others) == "《清江统计资料》（2020/2021学年初）；测试标准第一条"


def test_a_breakdown_gives_count_and_share_of_every_part(tmp_path):
    """Parts stand in their official order; a year without parts has no columns."""
    table = tables.by_breakdown(
        make_scene(tmp_path), "表5", title="{years}", indicator="schools", dimension="school_kind"
    )

    assert [cell.text for cell in table.header[0]] == ["学校类型", "2020年"]
    assert texts(table) == [
        ["职业高中", "3", "50.00%"],
        ["技工学校", "2", "33.33%"],
        ["成人中专", "1", "16.67%"],
    ]


def test_records_are_listed_with_full_names(tmp_path):
    """A school by its official name, numbered in the register's order."""
    table = tables.of_records(
        make_scene(tmp_path),
        "表7",
        title="{year}年名单",
        register="model_schools",
        columns={"学校名称": "school", "项目名称": "project"},
    )

    assert headings(table) == ["序号", "学校名称", "项目名称"]
    assert texts(table) == [["1", "清江市第一职业学校", "示范"], ["2", "—", "示范二"]]


def test_indicators_by_years_have_one_unit_in_a_row(tmp_path):
    """The year before is told in this year's unit."""
    scene = make_scene(tmp_path, catalogue=TRACKS, observations=in_mu())
    table = tables.of_indicators(scene, "表1", title="{year}年", indicators=["land_area", "enrolment"])

    assert texts(table) == [["占地面积", "51.0亩", "54.5亩"], ["在校生数", "1000人", "1100人"]]


def test_the_title_of_a_table_of_indicators_names_the_years_of_its_columns(tmp_path):
    """A column of dashes for a year that has nothing is no column, and its year not in the title."""
    both = tables.of_indicators(make_scene(tmp_path), "表1", title="{years}规模", indicators=["enrolment"])
    lines = OBSERVATIONS.splitlines(keepends=True)
    now = "".join(line for line in lines if not line.startswith("river,2019"))
    scene = make_scene(tmp_path / "now", observations=now)
    one = tables.of_indicators(scene, "表1", title="{years}规模", indicators=["enrolment"])

    assert (both.title, headings(both)) == ("2019—2020年规模", ["指标", "2019年", "2020年"])
    assert (one.title, headings(one), texts(one)) == ("2020年规模", ["指标", "2020年"], [["在校生数", "1100人"]])


def test_a_restated_number_is_told_below_the_table(tmp_path):
    """A reader who has last year's report sees another number there; what follows from it is not told again."""
    restated = SHARES.replace("river,2019,enrolment,,,1000,person,,final", "river,2019,enrolment,,,995,person,,revised")
    table = by_year(tmp_path, ["enrolment", "land_area_per_student"], observations=restated)

    assert texts(table)[0][:2] == ["2019年", "995"]
    assert table.notes == ("2019年在校生数为修订数，见数字卡。",)
    assert by_year(tmp_path / "as it was", ["enrolment", "schools"]).notes == ()
