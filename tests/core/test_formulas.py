"""Facts: computed once, at full precision, from inputs they know."""

from __future__ import annotations

import pytest

from helpers.errors import FormulaError, UnknownNameError
from helpers.model import Fact, Key, Missing
from helpers.quantity import bare, with_unit
from support.small_project import CATALOGUE, OBSERVATIONS, make_facts


def key(indicator, year=2020, entity="river", scope="all", cut=()):
    """Name a fact of the fixture."""
    return Key(entity, year, indicator, scope, cut)


def with_indicator(line):
    """Add an indicator to the fixture's catalogue."""
    return CATALOGUE + f"  {line}\n"


def test_an_observation_prints_with_the_digits_of_its_source(tmp_path):
    """97.25 keeps two places, 98.5 one."""
    facts = make_facts(tmp_path)

    assert bare(facts.get(key("employment_rate"))) == "97.25"
    assert bare(facts.get(key("employment_rate", 2019))) == "98.5"


def test_a_formula_knows_its_inputs_and_keeps_its_digits(tmp_path):
    """36300.55 / 1100 is 33.0005, printed 33.00."""
    fact = make_facts(tmp_path).get(key("land_area_per_student"))

    assert bare(fact) == "33.00"
    assert fact.value > 33
    assert [part.key.indicator for part in fact.inputs] == ["land_area", "enrolment"]


def test_a_source_that_prints_what_we_compute_keeps_its_own_digits(tmp_path):
    """67.8 books a pupil stays 67.8, and is not computed."""
    stored = OBSERVATIONS + "river,2020,books_per_student,,,67.8,per_student,,final,yearbook,案例1-2,\n"
    fact = make_facts(tmp_path, observations=stored).get(key("books_per_student"))

    assert bare(fact) == "67.8"
    assert fact.derivation is None


def test_a_missing_input_makes_a_missing_fact_that_says_which(tmp_path):
    """Nothing is computed around a hole."""
    without = OBSERVATIONS.replace(
        "river,2020,books,,,32450,volume,,final", "river,2020,books,,,,volume,,not_collected"
    )
    found = make_facts(tmp_path, observations=without).get(key("books_per_student"))

    assert isinstance(found, Missing)
    assert found.reason == "缺纸质图书（2020年，未采集）"


def test_units_convert_on_the_way(tmp_path):
    """A ratio of two counts asked for in percent comes out in percent."""
    catalogue = with_indicator("graduate_share: {label: 毕业占比, unit: percent, formula: graduates / enrolment}")

    assert with_unit(make_facts(tmp_path, catalogue=catalogue).get(key("graduate_share"))) == "35.45%"


def test_selectors_choose_year_breakdown_and_scope(tmp_path):
    """A lag and a member of a breakdown."""
    catalogue = with_indicator("a: {label: 甲, unit: person, formula: enrolment - enrolment(year=-1)}") + (
        "  b: {label: 乙, unit: percent, formula: 'schools(school_kind=\"high\") / schools'}\n"
        "  c: {label: 丙, unit: school, formula: 'sum(schools, over=\"school_kind\")'}\n"
    )
    facts = make_facts(tmp_path, catalogue=catalogue)

    assert with_unit(facts.get(key("a"))) == "100人"
    assert with_unit(facts.get(key("b"))) == "50.00%"
    assert with_unit(facts.get(key("c"))) == "6所"


def test_records_are_counted(tmp_path):
    """A count knows what it counted."""
    facts = make_facts(tmp_path)

    assert with_unit(facts.get(key("model_school_share"))) == "33.33%"
    assert len(facts.count("river", "model_schools", 2020).records) == 2


def test_printed_rounding_computes_from_what_the_reader_sees(tmp_path):
    """Only where an indicator says so."""
    line = "gap: {label: 差, unit: square_metre_per_student, rounding: %s, decimals: 3, formula: land_area_per_student - land_area_per_student(year=-1)}"
    rows = OBSERVATIONS.replace("34000.50", "34004.90")
    printed = make_facts(tmp_path / "a", catalogue=with_indicator(line % "printed"), observations=rows)
    once = make_facts(tmp_path / "b", catalogue=with_indicator(line % "once"), observations=rows)

    assert bare(printed.get(key("gap"))) == "−1.000"
    assert bare(once.get(key("gap"))) == "−1.004"


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("enrolment +", "cannot be read"),
        ("enrolment ** 2", "is not an indicator"),
        ("__import__('os')", "is not an indicator"),
        ("enrolment + land_area", "cannot add or subtract one and square_metre"),
        ("enrolment / (graduates - graduates)", "divides by zero"),
        ("a", "runs in a circle"),
    ],
)
def test_a_formula_that_cannot_be_is_refused(tmp_path, formula, message):
    """Each with its reason; a formula is arithmetic over names, nothing else."""
    catalogue = with_indicator(f'a: {{label: 甲, unit: person, formula: "{formula}"}}')

    with pytest.raises(FormulaError, match=message):
        make_facts(tmp_path, catalogue=catalogue).get(key("a"))


def test_an_unknown_name_in_a_formula_offers_the_nearest(tmp_path):
    """The catalogue is the only vocabulary."""
    catalogue = with_indicator("a: {label: 甲, unit: person, formula: enrolmnt}")

    with pytest.raises(
        UnknownNameError, match=r"unknown indicator 'enrolmnt' in formula of 'a'; did you mean 'enrolment'"
    ):
        make_facts(tmp_path, catalogue=catalogue).get(key("a"))


def test_facts_of_another_scope_never_stand_in(tmp_path):
    """Asked for another scope, a fact is missing, not silently replaced."""
    found = make_facts(tmp_path).get(key("enrolment", scope="vocational_high"))

    assert isinstance(found, Missing)


def test_what_was_read_is_recorded(tmp_path):
    """A build can know what a chapter depends on, inputs included."""
    facts = make_facts(tmp_path)
    facts.get(key("land_area_per_student"))
    facts.reads.clear()
    found = facts.get(key("land_area_per_student"))

    assert isinstance(found, Fact)
    assert {read.indicator for read in facts.reads} == {"land_area_per_student", "land_area", "enrolment"}
