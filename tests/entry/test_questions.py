"""What is asked: last year's numbers again, what the catalogue asks of the kind of place, nothing that can be derived."""

from __future__ import annotations

import pytest

from helpers.entry.layout import question_code, read_code
from helpers.entry.questions import EMPTY, ask
from helpers.errors import ParameterError, UnknownNameError


def asked(data, entity, edition=2021, model=""):
    """Return the questions by their code."""
    questionnaire = ask(*data, entity, edition, model)
    return {question_code(question.key, edition): question for question in questionnaire.questions}


@pytest.mark.parametrize("entity", ["hangzhou", "zhongce", "china", "meishu"])
def test_no_number_is_asked_that_a_formula_gives(data, entity):
    """A clerk types what nobody can compute."""
    assert not [code for code, question in asked(data, entity).items() if question.indicator.formula]


def test_every_number_of_last_year_is_asked_again_or_follows(data):
    """Nothing that the report of 2020 was written from gets lost, but for what ended with its year."""
    codes = asked(data, "hangzhou")
    catalogue, observations = data
    for row in observations:
        if row.key.entity != "hangzhou" or row.key.year != 2020:
            continue
        indicator = catalogue.indicators[row.key.indicator]
        if not indicator.is_asked_in(2021):
            continue
        follows = indicator.formula or indicator.id.endswith(("_growth", "_change"))
        assert follows or question_code(row.key, 2020) in codes, row.key


def test_figures_that_came_a_year_late_are_asked_for_a_year_late(data):
    """GDP by sector of 2019 stood in the report of 2020, so that of 2020 belongs to the report of 2021."""
    codes = asked(data, "hangzhou")

    assert "gdp_share|region|sector=tertiary|2020" in codes
    assert "gdp_share|region|sector=tertiary" not in codes
    assert codes["gdp_share|region|sector=tertiary|2020"].before.key.year == 2019


def test_what_a_policy_has_replaced_is_asked_no_more(data):
    """建档立卡 ended with 2020, although Hangzhou gave it then; what took its place is asked from 2021 on."""
    old, new = "registered_poor_entrants", "partner_region_entrants"
    names = {
        edition: {question.indicator.id for question in asked(data, "hangzhou", edition).values()}
        for edition in (2020, 2021)
    }

    assert {edition: (old in there, new in there) for edition, there in names.items()} == {
        2020: (True, False), 2021: (False, True),
    }  # fmt: skip


def test_a_school_is_asked_what_a_school_has(data):
    """No number of schools, no GDP, no building investment of a city; every number counts the school itself."""
    codes = asked(data, "zhongce")
    names = {question.indicator.id for question in codes.values()}

    assert {"enrolment", "land_area", "full_time_teachers", "training_places"} <= names
    assert not names & {"schools", "gdp_share", "employment_share", "certificate_pilot_schools", "total_funding"}
    assert {question.key.scope for question in codes.values()} == {"own"}


def test_the_nation_is_asked_nothing_that_only_hangzhou_or_zhejiang_has(data):
    """Another place's awards and programmes are no question for it."""
    told = "".join(
        question.indicator.label + question.indicator.definition + str(question.key.cut)
        for question in asked(data, "china").values()
    )
    assert "杭州" not in told
    assert "浙江" not in told


def test_a_place_without_data_is_asked_what_its_formulas_need(data):
    """Land per pupil wants the pupils of the same schools: enrolment is asked in both scopes."""
    codes = asked(data, "yuhang", model=EMPTY)

    assert {"enrolment|all|", "enrolment|vocational_high|", "full_time_teachers|vocational_high|degree=master"} <= set(
        codes
    )


def test_a_place_is_asked_in_the_scope_that_it_has_come_to_count_in(data):
    """The nation's pupils have been counted without 技工学校 for some years: a break of the catalogue says so."""
    codes = asked(data, "china")

    assert "enrolment|excluding_labour_department|" in codes
    assert "enrolment|all|" not in codes


def test_a_model_lends_its_questions(data):
    """A district asks what its city asked, about itself, with its own values of the year before."""
    own, lent = asked(data, "yuhang", model=EMPTY), asked(data, "yuhang", model="hangzhou")

    assert "wechat_messages|all|" in lent
    assert "wechat_messages|all|" not in own
    assert {question.key.entity for question in lent.values()} == {"yuhang"}
    assert lent["schools|all|"].before is None


def test_a_mistaken_call_says_what_is_wrong(data):
    """An unknown place offers the nearest; a kind that is asked nothing says so."""
    with pytest.raises(UnknownNameError, match="did you mean 'hangzhou'"):
        ask(*data, "hanghzou", 2021)
    with pytest.raises(ParameterError, match="nothing to ask of 'yasha'"):
        ask(*data, "yasha", 2021, EMPTY)


def test_codes_are_read_as_they_are_written(data):
    """Writer and reader of a workbook agree on every row."""
    for code, question in asked(data, "hangzhou").items():
        assert read_code(code, "hangzhou", 2021) == question.key
    for spoilt in ("", "=enrolment|all|", "enrolment", "enrolment|all||二〇二〇", "||"):
        assert read_code(spoilt, "hangzhou", 2021) is None


def test_every_topic_of_the_catalogue_has_a_name_for_its_sheet(data):
    """A sheet called ``national`` would stand in English among the others."""
    catalogue, _ = data

    assert {one.topic for one in catalogue.indicators.values()} <= set(catalogue.topics)
