"""Prose follows the numbers: direction, standards, gaps; and nothing is typed."""

from __future__ import annotations

import pytest

from helpers.errors import TemplateError, UnknownNameError
from helpers.writing.prose import write_prose
from support.small_project import OBSERVATIONS, make_scene, swap_years


def say(root, template, **options):
    """Render a template on the fixture and return its words."""
    calendar = options.pop("calendar", False)
    prose = write_prose(make_scene(root, **options), template, name="test", calendar=calendar)
    return "\n".join(paragraph.lead + "".join(run.text for run in paragraph.runs) for paragraph in prose.paragraphs)


SCALE = """{{ year }}年，{{ area }}共有学校{{ schools }}，其中{{ schools | parts("school_kind") }}。
在校生{{ enrolment }}，{{ enrolment | change }}；毕业生{{ graduates }}，{{ graduates | change }}。"""


def test_a_sentence_says_rise_and_fall_by_the_facts(tmp_path):
    """Parts by size, 比上年 once a sentence, the falling clause says so."""
    assert say(tmp_path, SCALE) == (
        "2020年，全市共有学校6所，其中职业高中3所、技工学校2所、成人中专1所。"
        "在校生1100人，比上年增加100人，增长10.00%；毕业生390人，减少10人，下降2.50%。"
    )


def test_with_the_years_swapped_every_clause_turns_round(tmp_path):
    """The parts are on record for one year only, so that sentence falls."""
    assert say(tmp_path, SCALE, observations=swap_years()) == (
        "在校生1000人，比上年减少100人，下降9.09%；毕业生400人，增加10人，增长2.56%。"
    )


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("1000", "在校生1000人，与上年持平。"),
        ("1001", "在校生1001人，比上年增加1人，增长0.10%。"),
        ("999", "在校生999人，比上年减少1人，下降0.10%。"),
    ],
)
def test_flat_and_almost_flat(tmp_path, value, sentence):
    """持平 only when nothing moved."""
    changed = OBSERVATIONS.replace("river,2020,enrolment,,,1100", f"river,2020,enrolment,,,{value}")

    assert say(tmp_path, "在校生{{ enrolment }}，{{ enrolment | change }}。", observations=changed) == sentence


def test_percentages_move_in_points(tmp_path):
    """Never 'per cent of per cent'."""
    assert say(tmp_path, "就业率{{ employment_rate }}，{{ employment_rate | change }}。") == (
        "就业率97.25%，比上年降低1.25个百分点。"
    )


def test_a_change_that_prints_as_zero_is_nearly_flat(tmp_path):
    """The words agree with the printed digit."""
    moved = OBSERVATIONS.replace("river,2020,land_area,,,36300.55", "river,2020,land_area,,,37400.56")

    assert say(
        tmp_path, "{{ land_area_per_student | from_to }}，{{ land_area_per_student | change }}。", observations=moved
    ) == ("保持在34.00平方米，与上年基本持平。")


def test_without_a_predecessor_the_comparison_falls_alone(tmp_path):
    """The value is still said, and the gap is noted."""
    scene = make_scene(tmp_path, year=2019)
    prose = write_prose(scene, "在校生{{ enrolment }}，{{ enrolment | change }}；毕业生{{ graduates }}。", name="test")

    assert "".join(run.text for run in prose.paragraphs[0].runs) == "在校生1000人；毕业生400人。"
    assert [(gap.what, gap.reason) for gap in scene.gaps] == [("2018年在校生数", "上年无数据，不作比较")]


def test_a_sentence_without_its_fact_is_left_out(tmp_path):
    """Nothing reads None, and an optional span may fall alone."""
    template = '共有学校{{ schools }}[[，其中职业高中{{ schools(school_kind="high") }}]]。奖牌{{ awards }}。'

    assert say(tmp_path, template, year=2019) == "共有学校6所。"


def test_standards_by_full_precision(tmp_path):
    """33.0005 meets 33 although it prints as 33.00; 29.5 fails 30; a ratio is better when smaller."""
    text = say(
        tmp_path,
        "占地{{ land_area_per_student | standard }}，图书{{ books_per_student | standard }}，"
        "生师比{{ student_teacher_ratio | standard }}。{{ [land_area_per_student, student_teacher_ratio] | standards }}。"
        "{{ [land_area_per_student, books_per_student, student_teacher_ratio] | standards }}。",
    )

    assert text == (
        "占地达到33平方米的国家标准，图书低于30册的国家标准，生师比优于20:1的国家标准。"
        "生均占地面积和生师比两项指标均达到国家标准。"
        "生均占地面积、生均图书和生师比三项指标中，生均占地面积和生师比两项达到国家标准；生均图书低于标准。"
    )


HELD = "{% set held = [land_area_per_student, books_per_student, student_teacher_ratio] %}"
THREE = f"{HELD}全市{{{{ held | standards }}}}（见表4）[[：{{{{ held | limits }}}}]]。"
TOLD = {
    "": (
        "全市生均占地面积、生均图书和生师比三项指标中，生均占地面积和生师比两项达到国家标准；生均图书低于标准（见表4）："
        "生均占地面积为33.00平方米"
        "（标准为33平方米，下同），生均图书为29.50册（30册），生师比为12.22:1（20:1）。"
    ),
    "teachers": (
        "全市生均占地面积和图书两项指标中，仅生均占地面积达到国家标准；生均图书低于标准（见表4）：生均占地面积为33.00平方米"
        "（标准为33平方米，下同），图书为29.50册（30册）。"
    ),
    "books": (
        "全市生均占地面积和生师比两项指标均达到国家标准（见表4）：生均占地面积为33.00平方米（标准为33平方米，下同），"
        "生师比为12.22:1（20:1）。"
    ),
    "books land_area": "全市生师比为12.22:1，优于20:1的国家标准（见表4）。",
    "teachers land_area": "全市生均图书为29.50册，低于30册的国家标准（见表4）。",
    "books land_area teachers": "",
}


@pytest.mark.parametrize("lacking", TOLD)
def test_of_several_standards_those_that_are_known_are_told_by_name(tmp_path, lacking):
    """Each missing number is a gap, and what is said of the others names them; one alone says by how much."""
    rows = OBSERVATIONS.splitlines(keepends=True)
    left = [row for row in rows if not any(row.startswith(f"river,2020,{name},") for name in lacking.split())]
    assert len(rows) - len(left) == len(lacking.split())
    scene = make_scene(tmp_path, observations="".join(left))
    prose = write_prose(scene, THREE, name="test")

    assert "".join(run.text for one in prose.paragraphs for run in one.runs) == TOLD[lacking]
    labels = {"land_area": "生均占地面积", "books": "生均图书", "teachers": "生师比"}
    assert {gap.what for gap in scene.gaps} == {f"2020年{labels[name]}" for name in lacking.split()}


def test_just_below_a_standard_that_prints_as_met(tmp_path):
    """32.9999 prints 33.00, and the words say that it does not reach."""
    below = OBSERVATIONS.replace("36300.55", "36299.95")

    assert say(
        tmp_path, "{{ land_area_per_student }}，{{ land_area_per_student | standard }}。", observations=below
    ) == ("33.00平方米，略低于33平方米的国家标准。")


def test_from_to_has_one_unit(tmp_path):
    """The one of this year, whatever the year before was given in."""
    coarser = OBSERVATIONS.replace("river,2019,land_area,,,34000.50,square_metre", "river,2019,land_area,,,51,mu")

    assert "51,mu" in coarser
    assert say(tmp_path, "{{ land_area | from_to }}。", observations=coarser) == "由约34000平方米增至36300.55平方米。"


def test_trends_over_several_facts(tmp_path):
    """均, 除…外, 有升有降 by the facts."""
    both = "各项{{ [enrolment, teachers] | trend('有所增加', '有所减少') }}。"
    three = "各项{{ [enrolment, teachers, graduates] | trend('有所增加', '有所减少') }}。"

    assert say(tmp_path / "a", both) == "各项均有所增加。"
    assert say(tmp_path / "b", three) == "各项除毕业生数有所减少外，均有所增加。"
    assert say(tmp_path / "c", both, observations=swap_years()) == "各项均有所减少。"


def without(*starts):
    """Return the observations without the rows that begin so."""
    return "".join(row for row in OBSERVATIONS.splitlines(keepends=True) if not row.startswith(starts))


def test_trends_name_and_count_what_has_a_year_before(tmp_path):
    """The others are left out; of one alone nothing is said."""
    template = "{{ [enrolment, teachers, graduates] | trends('指标', '有所增加', '有所减少') }}。又{{ schools }}。"
    number = "{{ [enrolment, teachers] | trends('指标', '有所增加', '有所减少', naming=false) }}。"
    first, second = "river,2019,graduates", "river,2019,teachers"

    assert say(tmp_path / "a", template).startswith(
        "在校生数、专任教师数和毕业生数三项指标与上年相比，除毕业生数有所减少外，均有所增加。"
    )
    assert say(tmp_path / "b", template, observations=without(first)).startswith(
        "在校生数和专任教师数两项指标与上年相比，均有所增加。"
    )
    assert say(tmp_path / "c", template, observations=without(first, second)).startswith("又")
    assert say(tmp_path / "d", number) == "两项指标与上年相比，均有所增加。"


def test_several_are_partly_comparable_if_two_are(tmp_path):
    """As many as a sentence on several needs."""
    template = "{% if [enrolment, teachers, graduates] is partly_comparable %}可比{% else %}不可比{% endif %}。"
    first, second = "river,2019,graduates", "river,2019,teachers"

    assert say(tmp_path / "a", template, observations=without(first)) == "可比。"
    assert say(tmp_path / "b", template, observations=without(first, second)) == "不可比。"


def test_several_are_comparable_only_if_each_is(tmp_path):
    """One without a year before, and nothing is said of how all of them moved."""
    template = "{% if [enrolment, graduates] is comparable %}可比{% else %}不可比{% endif %}。"
    lacking = "".join(row for row in OBSERVATIONS.splitlines(keepends=True) if "river,2019,graduates" not in row)

    assert say(tmp_path / "a", template) == "可比。"
    assert say(tmp_path / "b", template, observations=lacking) == "不可比。"


def test_tests_choose_the_words(tmp_path):
    """A template may branch on what happened."""
    template = "规模{% if enrolment is rising %}扩大{% elif enrolment is falling %}缩小{% else %}稳定{% endif %}。"

    assert say(tmp_path / "a", template) == "规模扩大。"
    assert say(tmp_path / "b", template, observations=swap_years()) == "规模缩小。"


def test_shares_numerals_names_and_qualifiers(tmp_path):
    """What else a template can say."""
    text = say(
        tmp_path,
        '职业高中占{{ schools(school_kind="high") | share_of(schools) }}；{{ schools | hanzi }}所学校中有'
        '{{ names("model_schools") }}等{{ count("model_schools") }}；一职{{ enrolment(entity="brook") }}。',
    )

    assert text == "职业高中占50.00%；六所学校中有清江市第一职业学校等2个；一职250余人。"


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("在校生98770人。", "98770"),
        ("占比３５％。", "３５"),
        ("增长8.23%。", "8.23%"),
        ("第二行\n有5所。", "line 2"),
    ],
)
def test_a_typed_number_is_refused(tmp_path, template, found):
    """A changed fact must not leave a stale sentence behind."""
    with pytest.raises(TemplateError, match="may not contain a typed number") as caught:
        say(tmp_path, template)

    assert found in str(caught.value)


def test_listed_names_and_calendar_dates_may_be_typed_where_they_belong(tmp_path):
    """1+X is a name; a date is typed only where the text tells of one place and year."""
    assert say(tmp_path, "推进1+X试点。") == "推进1+X试点。"
    assert say(tmp_path, "2020年9月1日启用（教职成〔2010〕12号）。", calendar=True).startswith("2020年9月1日启用")
    with pytest.raises(TemplateError, match="typed number"):
        say(tmp_path, "2020年9月启用。")


@pytest.mark.parametrize("template", ["{{ 98770 }}", "{{ 1.5 }}", "{{ enrolment.fact.value }}"])
def test_an_expression_may_not_print_a_number_without_a_card(tmp_path, template):
    """The way round the rule is closed."""
    with pytest.raises(TemplateError, match="is not a fact"):
        say(tmp_path, template)


@pytest.mark.parametrize(
    ("template", "hint"),
    [
        ("{{ enrolmnt }}", "unknown indicator 'enrolmnt'; did you mean 'enrolment'"),
        ('{{ schools(school_kind="hgh") }}', "unknown member of school_kind 'hgh'"),
        ('{{ schools(kind="high") }}', "unknown breakdown 'kind'"),
        ('{{ schools(entity="rivr") }}', "unknown entity 'rivr'"),
        ('{{ names("model_school") }}', "unknown register 'model_school'"),
    ],
)
def test_an_unknown_name_offers_the_nearest(tmp_path, template, hint):
    """Whatever kind of name it is."""
    with pytest.raises(UnknownNameError) as caught:
        say(tmp_path, template)

    assert hint in str(caught.value)


@pytest.mark.parametrize(
    "template", ["{{ enrolment ", "{% if %}", "{{ enrolment | no_such_filter }}", "{{ enrolment.nothing }}"]
)
def test_a_broken_template_is_one_line(tmp_path, template):
    """No Jinja traceback."""
    with pytest.raises(TemplateError, match=r"^test"):
        say(tmp_path, template)


def test_names_cannot_break_out_of_the_sandbox(tmp_path):
    """Templates are text that offices send around."""
    with pytest.raises(TemplateError):
        say(tmp_path, "{{ enrolment.__class__.__mro__ }}")


def test_each_printed_number_has_its_card(tmp_path):
    """A card names value, formula in words and numbers, inputs and source."""
    prose = write_prose(make_scene(tmp_path), "生均{{ land_area_per_student }}。", name="test")
    (number,) = [run for run in prose.paragraphs[0].runs if run.kind == "number"]
    card = prose.cards[number.card]

    assert (card.label, card.value, card.formula_words) == ("生均占地面积", "33.00平方米", "占地面积 ÷ 在校生数")
    assert card.formula_numbers == "36300.55平方米 ÷ 1100人 = 33.00平方米"
    assert [part.value for part in card.inputs] == ["36300.55平方米", "1100人"]
    assert "清江统计资料" in card.inputs[0].source
    assert card.exact.startswith("33.0005")


def test_the_card_of_a_share_names_its_whole_once(tmp_path):
    """学校数占比（职业高中）, not 职业高中学校数占学校数的比例（职业高中）."""
    template = '占{{ schools(school_kind="high") | share_of(schools) }}。'
    prose = write_prose(make_scene(tmp_path), template, name="test")

    assert [card.label for card in prose.cards.values()] == ["学校数占比（职业高中）"]


def test_a_blank_line_behind_a_block_still_ends_the_paragraph(tmp_path):
    """Or the next run-in heading would stand in the middle of a paragraph."""
    template = "规模{% if enrolment is rising %}扩大。{% endif %}\n\n**师资。**教师{{ teachers }}。"

    assert say(tmp_path, template) == "规模扩大。\n师资。教师90人。"


def test_a_reference_to_a_table_may_be_typed(tmp_path):
    """表2 is a name that the outline gives, not a statistic."""
    assert say(tmp_path, "详见表2、图示1-1和案例3-2。") == "详见表2、图示1-1和案例3-2。"


def test_a_string_in_an_expression_may_not_hold_a_number_either(tmp_path):
    """Names from the data may; typed strings may not."""
    with pytest.raises(TemplateError, match="may not print a typed number"):
        say(tmp_path, "{{ '98770人' }}")


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        ("0", "120", "毕业生120人，比上年增加120人。"),  # from nothing there is no growth
        ("120", "0", "毕业生0人，比上年减少120人，下降100.00%。"),
        ("0", "0", "毕业生0人，与上年持平。"),
    ],
)
def test_from_nothing_and_to_nothing(tmp_path, before, now, sentence):
    """A base of 0 has no percentage; a value of 0 is a number."""
    rows = OBSERVATIONS.replace("2019,graduates,,,400", f"2019,graduates,,,{before}")
    rows = rows.replace("2020,graduates,,,390", f"2020,graduates,,,{now}")

    assert say(tmp_path, "毕业生{{ graduates }}，{{ graduates | change }}。", observations=rows) == sentence


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        ("99.99", "100", "就业率为100%，比上年提高0.01个百分点；由99.99%提高至100%。"),
        ("99.996", "99.998", "就业率为99.998%，比上年提高0.002个百分点；由99.996%提高至99.998%。"),
        ("100", "100", "就业率为100%，与上年持平；保持在100%。"),
    ],
)
def test_a_share_near_a_hundred(tmp_path, before, now, sentence):
    """As its source gives it, and moving in points; nothing rises above a hundred, nothing is rounded up to it."""
    rows = OBSERVATIONS.replace("98.5,percent", f"{before},percent").replace("97.25,percent", f"{now},percent")
    template = "就业率为{{ employment_rate }}，{{ employment_rate | change }}；{{ employment_rate | from_to }}。"

    assert say(tmp_path, template, observations=rows) == sentence


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ("24999", "占100.00%。"),
        ("25000", "占100.00%。"),
        ("24000", "占96.00%。"),
    ],
)
def test_a_computed_share_near_a_hundred(tmp_path, part, sentence):
    """Rounded once (GB/T 8170)."""
    rows = OBSERVATIONS.replace("2020,enrolment,,,1100", "2020,enrolment,,,25000")
    rows = rows.replace("2020,graduates,,,390", f"2020,graduates,,,{part}")

    assert say(tmp_path, "占{{ graduates | share_of(enrolment) }}。", observations=rows) == sentence
