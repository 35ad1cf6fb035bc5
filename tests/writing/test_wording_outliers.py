"""“除建筑业外，均在8个百分点以内”: which gaps stay within a limit is said by the facts, and so is the limit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import UnknownNameError
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.model import Fact, Indicator, Key, Unit
from helpers.paths import Project
from helpers.writing import wording
from helpers.writing.prose import write_prose
from helpers.writing.terms import Scene
from support.small_project import CATALOGUE, OBSERVATIONS, make_scene

BREAKDOWN = """\
breakdowns:
  field:
    label: 专业类别
    members: {farming: 农林类, building: 土木类, making: 加工类, serving: 服务类}
    counterpart: {farming: 农业, building: 建筑业, making: 制造业, serving: 住宿业}
"""
INDICATORS = """\
indicators:
  pupils_share: {label: 在校生占比, unit: percent}
  workers_share: {label: 从业人数占比, unit: percent}
  gap: {label: 差距, unit: percentage_point, formula: pupils_share - workers_share, rounding: printed}
  widest_usual_gap: {label: 差距界限, unit: percentage_point}
"""
CATALOGUE_WITH_GAP = CATALOGUE.replace("breakdowns:\n", BREAKDOWN).replace("indicators:\n", INDICATORS)
LIMIT = "river,2020,widest_usual_gap,,,8,percentage_point,,final,yearbook,正文,"
SENTENCE = '差距{{ gap | within(widest_usual_gap, over="field") }}。'
FIELDS = ("farming", "building", "making", "serving")


def shares(*pairs, limit=LIMIT):
    """Write observations: for each field its share of pupils and of workers, and the limit."""
    rows = [
        f"river,2020,{indicator},,field={field},{value},percent,,final,yearbook,表11,"
        for field, pair in zip(FIELDS, pairs, strict=False)
        for indicator, value in zip(("pupils_share", "workers_share"), pair, strict=True)
    ]
    return OBSERVATIONS + "".join(f"{row}\n" for row in (*rows, limit) if row)


def render(root, observations, template=SENTENCE):
    """Return the prose of a template and its words."""
    scene = make_scene(root, catalogue=CATALOGUE_WITH_GAP, observations=observations)
    prose = write_prose(scene, template, name="test")
    return prose, "".join(run.text for paragraph in prose.paragraphs for run in paragraph.runs)


def say(root, observations, template=SENTENCE):
    """Return the words of a template."""
    return render(root, observations, template)[1]


def test_the_few_beyond_the_limit_are_excepted_with_size_and_side(tmp_path):
    """One of four, on the low side."""
    assert say(tmp_path, shares((3, 1), (5, 32), (10, 12), (12, 7))) == (
        "差距除土木类（偏低27.00个百分点）外，均在8个百分点以内。"
    )


def test_the_sides_turn_round_with_the_shares(tmp_path):
    """What was too few is too many once the two shares are exchanged."""
    assert say(tmp_path, shares((1, 3), (32, 5), (12, 10), (7, 12))) == (
        "差距除土木类（偏高27.00个百分点）外，均在8个百分点以内。"
    )


def test_without_exceptions_all_are_within(tmp_path):
    """均 is said only where it holds."""
    assert say(tmp_path, shares((3, 1), (5, 9), (10, 12), (12, 7))) == "差距均在8个百分点以内。"


def test_once_half_are_beyond_only_the_others_are_named(tmp_path):
    """Two of four and three of four."""
    assert say(tmp_path / "two", shares((3, 1), (5, 32), (10, 22), (12, 7))) == (
        "差距仅农林类、服务类在8个百分点以内，其余均超过。"
    )
    assert say(tmp_path / "three", shares((3, 1), (5, 32), (10, 22), (12, 2))) == (
        "差距仅农林类在8个百分点以内，其余均超过。"
    )


def test_when_none_is_within_all_exceed(tmp_path):
    """The opposite sentence, from the same template."""
    assert say(tmp_path, shares((13, 1), (5, 32), (10, 22), (12, 2))) == "差距均超过8个百分点。"


def test_a_gap_that_equals_the_limit_is_within(tmp_path):
    """以内 includes the number itself; the next printable one is beyond."""
    assert say(tmp_path / "at", shares((9, 1), (1, 9), (1, 1), (1, 1))) == "差距均在8个百分点以内。"
    assert say(tmp_path / "beyond", shares(("9.01", 1), (1, 9), (1, 1), (1, 1))) == (
        "差距除农林类（偏高8.01个百分点）外，均在8个百分点以内。"
    )


def test_the_limit_is_a_fact_like_any_other(tmp_path):
    """Another limit in the data, another sentence."""
    wider = LIMIT.replace(",8,", ",27.5,")

    assert say(tmp_path, shares((3, 1), (5, 32), (10, 12), (12, 7), limit=wider)) == "差距均在27.5个百分点以内。"


def test_exceptions_stand_by_size_and_may_bear_their_counterparts_names(tmp_path):
    """The widest first; 行业 instead of 专业类别."""
    observations = shares((3, 1), (5, 14), (10, 12), (12, 2))
    five = CATALOGUE_WITH_GAP.replace("serving: 服务类}", "serving: 服务类, health: 卫生类}")
    observations += "".join(
        f"river,2020,{indicator},,field=health,1,percent,,final,yearbook,表11,\n"
        for indicator in ("pupils_share", "workers_share")
    )
    scene = make_scene(tmp_path, catalogue=five, observations=observations)
    template = '差距{{ gap | within(widest_usual_gap, over="field", counterpart=true) }}。'
    prose = write_prose(scene, template, name="test")

    assert "".join(run.text for run in prose.paragraphs[0].runs) == (
        "差距除住宿业（偏高10.00个百分点）、建筑业（偏低9.00个百分点）外，均在8个百分点以内。"
    )


def test_every_number_in_it_has_its_card(tmp_path):
    """The gaps as computed, with their sign, and the limit with its source."""
    prose, _ = render(tmp_path, shares((3, 1), (5, 32), (10, 12), (12, 7)))

    assert {card.label: card.value for card in prose.cards.values()} == {
        "差距（土木类）": "−27.00个百分点",
        "差距界限": "8个百分点",
    }


def test_nothing_is_said_of_all_while_one_is_unknown(tmp_path):
    """Three known of four would be a guess; the gap names the fourth."""
    prose, words = render(tmp_path, shares((3, 1), (5, 32), (10, 12)))

    assert words == ""
    assert [gap.what for gap in prose.gaps] == ["2020年差距（服务类）"]


def test_without_a_limit_nothing_is_said(tmp_path):
    """A year for which no limit was recorded."""
    prose, words = render(tmp_path, shares((3, 1), (5, 32), (10, 12), (12, 7), limit=""))

    assert words == ""
    assert [(gap.what, gap.reason) for gap in prose.gaps] == [("2020年差距界限", "无数据")]


def test_without_any_gap_one_line_says_so(tmp_path):
    """Not a line for each class."""
    prose, words = render(tmp_path, OBSERVATIONS + LIMIT + "\n")

    assert words == ""
    assert [(gap.what, gap.reason) for gap in prose.gaps] == [("2020年差距", "无分项数据")]


def test_an_unknown_breakdown_offers_the_nearest(tmp_path):
    """As everywhere in templates."""
    with pytest.raises(UnknownNameError, match="field"):
        say(tmp_path, shares(), '{{ gap | within(widest_usual_gap, over="fields") }}')


POINT = Unit(
    code="percentage_point", symbol="个百分点", base="one", factor=Decimal("0.01"), decimals=2, kind="percentage_point"
)


def fact(value):
    """Make a gap of so many percentage points."""
    indicator = Indicator(id="gap", label="差距", unit=POINT)
    return Fact(Key("river", 2020, "gap", "all"), indicator, POINT, Decimal(value), 2)


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=14), st.integers(0, 40))
def test_who_is_named_follows_from_the_numbers_alone(values, limit):
    """Named are exactly those beyond, or, once they are half, exactly those within; 均 is said of the others only."""
    gaps = [(f"甲{chr(ord('a') + index)}类", fact(value)) for index, value in enumerate(values)]
    phrase = wording.within(gaps, fact(limit))
    words = "".join(piece if isinstance(piece, str) else piece.text for piece in phrase)
    beyond = {label for label, gap in gaps if abs(gap.value) > limit}
    named = {label for label, _ in gaps if label in words}

    if len(beyond) == len(gaps):
        assert words == f"均超过{limit}.00个百分点"
    elif len(beyond) * 2 >= len(gaps):
        assert named == {label for label, _ in gaps} - beyond
        assert words.endswith("以内，其余均超过")
    else:
        assert named == beyond
        assert words.endswith(f"均在{limit}.00个百分点以内")


def test_the_statement_of_the_published_report_follows_from_its_numbers(project_root):
    """5.1: 除建筑业、制造业、住宿和餐饮业外, all within eight percentage points."""
    facts = Facts(*load_data(Project(project_root)))
    scene = Scene(facts, facts.catalogue.entities["hangzhou"], 2020)
    template = (
        "{{ enrolment_employment_gap"
        ' | within(structural_gap_threshold, over="programme_category", counterpart=true) }}。'
    )
    prose = write_prose(scene, template, name="test")

    assert "".join(run.text for run in prose.paragraphs[0].runs) == (
        "除建筑业（偏低27.44个百分点）、制造业（偏低11.19个百分点）、住宿和餐饮业（偏高10.11个百分点）外，"
        "均在8个百分点以内。"
    )
