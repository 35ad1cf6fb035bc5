"""The rules by which a claim gets its verdict, one test each. Every number is INVENTED."""

from __future__ import annotations

import pytest

from helpers.audit.findings import Verdict
from support.small_claims import audit_claims, finding
from support.small_project import OBSERVATIONS

ENROLMENT = {"value": "1100", "unit": "person", "expression": "enrolment"}
RATIO = {"value": "12.22", "unit": "students_per_teacher", "expression": "enrolment / teachers"}


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        # What rounds to the printed string holds; what is only cut off does not.
        (RATIO, "confirmed"),
        ({"value": "35.5", "unit": "percent", "expression": "share(graduates, enrolment)"}, "confirmed"),
        ({"value": "35.4", "unit": "percent", "expression": "share(graduates, enrolment)"}, "error"),
        # Half up and half to even are both rules: 36.5 prints as 37 by the one, as 36 by the other.
        ({"value": "37", "unit": "item", "expression": "73 / 2"}, "confirmed"),
        ({"value": "36", "unit": "item", "expression": "73 / 2"}, "confirmed"),
        # What fell is printed without a sign.
        ({"value": "10", "unit": "person", "printed": "减少10人", "expression": "change(graduates)"}, "confirmed"),
        ({"value": "10", "unit": "person", "printed": "增加10人", "expression": "change(graduates)"}, "error"),
        ({"value": "100", "unit": "person", "printed": "减少100人", "expression": "change(enrolment)"}, "error"),
        # Qualifiers allow what their words allow.
        ({"value": "1000", "unit": "person", "qualifier": "over", "expression": "enrolment * 1"}, "confirmed"),
        ({"value": "1090", "unit": "person", "qualifier": "over", "expression": "enrolment * 1"}, "confirmed"),
        ({"value": "900", "unit": "person", "qualifier": "over", "expression": "enrolment + 1"}, "error"),
        ({"value": "97", "unit": "percent", "qualifier": "at_least", "expression": "employment_rate"}, "not recomputable"),
        # Inputs that were rounded leave the last digit open: 34000.50 may be anything within 0.005.
        ({"value": "34.000502", "unit": "square_metre", "expression": "land_area(year=2019) / 1000"}, "rounding"),
        # Computed from the printed quotient: 33.00 - 33 instead of 33.0005 - 33.
        ({"value": "0.0000", "unit": "square_metre", "expression": "exceedance(land_area_per_student)"}, "rounding"),
        # The same digits in another unit, and a percentage that is none.
        ({"value": "32450", "unit": "ten_thousand_volumes", "expression": "books"}, "unit"),
        ({"value": "1.25", "unit": "percent", "printed": "下降1.25%", "expression": "change(employment_rate)"}, "wording"),
        ({"value": "10", "unit": "percentage_point", "expression": "growth(enrolment)"}, "wording"),
        ({"value": "1100", "unit": "person", "printed": "近1100余人", "expression": "enrolment"}, "wording"),
        # Another reading, or one base that nobody named.
        ({"value": "40.00", "unit": "percent", "expression": "share(graduates, enrolment)",
          "readings": "share(graduates(year=2019), enrolment(year=2019))"}, "ambiguous"),
        ({"value": "66.67", "unit": "percent", "expression": 'share(awards(medal="gold"), schools)'}, "ambiguous"),
        ({"value": "6.55", "unit": "percent", "expression": "share(graduates, enrolment)"}, "error"),
        # Nothing to compute with.
        ({"value": "5", "unit": "item", "reason": "文外事实"}, "not recomputable"),
        ({"value": "5", "unit": "item", "expression": "graduates(year=1990)"}, "not recomputable"),
        ({"value": "250", "unit": "person", "qualifier": "over", "expression": 'enrolment(entity="brook")'}, "not recomputable"),
    ],
)  # fmt: skip
def test_a_number_gets_its_verdict(tmp_path, claim, verdict):
    """One claim alone, against the data."""
    assert str(finding(tmp_path, claim).verdict) == verdict


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ({"expression": "rises(enrolment)"}, "confirmed"),
        ({"expression": "rises(graduates)"}, "error"),
        ({"expression": "rises(graduates)", "readings": "falls(graduates)"}, "ambiguous"),
        ({"expression": "wording(rises(graduates))"}, "wording"),
        ({"expression": 'named("brook")', "printed": "清江市第一职业学校"}, "confirmed"),
        ({"expression": 'named("brook")', "printed": "清江市第一专业学校"}, "wording"),
        ({"expression": 'listed("model_schools", 2)', "printed": "示范二"}, "confirmed"),
        ({"expression": 'listed("model_schools", 2)', "printed": "示犯二"}, "wording"),
        ({"expression": 'listed("model_schools", 3)', "printed": "示范三"}, "not recomputable"),
        ({"expression": "employment_rate > 0.9725"}, "rounding"),
        ({"reason": "文内无从核对"}, "not recomputable"),
    ],
)
def test_a_statement_gets_its_verdict(tmp_path, claim, verdict):
    """One statement alone, against the data."""
    assert str(finding(tmp_path, claim).verdict) == verdict


def test_a_number_printed_twice_is_held_by_repetition(tmp_path):
    """Once it is just a number; twice the two places bear each other out."""
    once = finding(tmp_path, ENROLMENT)
    twice = finding(tmp_path, ENROLMENT, ENROLMENT)

    assert (once.verdict, once.evidence) == (Verdict.NOT_RECOMPUTABLE, "原始数，文中仅此一处。")
    assert (once.recomputed, once.difference) == ("", "")
    assert twice.recomputed == "1100"
    assert (twice.verdict, twice.evidence) == (Verdict.CONFIRMED, "1.1 第1段与1.1 第2段一致。")


def test_a_number_is_held_by_what_is_computed_from_it(tmp_path):
    """A ratio that comes out bears its numerator out."""
    assert finding(tmp_path, ENROLMENT, RATIO).evidence == "据此计算的1.1 第2段“12.22”相符。"


def test_a_bound_does_not_bear_a_number_out(tmp_path):
    """1000人以上 is true of 1100, but says nothing of its last digits."""
    bound = {"value": "1000", "unit": "person", "qualifier": "at_least", "expression": "enrolment"}

    assert finding(tmp_path, ENROLMENT, bound).verdict is Verdict.NOT_RECOMPUTABLE
    assert finding(tmp_path, bound, ENROLMENT).verdict is Verdict.CONFIRMED


def test_what_leans_on_a_number_is_no_repetition_of_it(tmp_path):
    """A claim that computes with another's number bears it out, but does not print it again."""
    leaned = {"value": "5", "unit": "item", "reason": "文外事实"}
    sum_of = {"value": "6", "unit": "item", "expression": 'claim("1.1-001") + 1'}

    assert finding(tmp_path, leaned, sum_of).evidence == "据此计算的1.1 第2段“6”相符。"


def test_a_statement_that_only_says_a_row_again_is_held_by_nothing(tmp_path):
    """列第六 beside the row 6 is the same number read twice; printed elsewhere, it holds."""
    said = {"expression": "schools == 6"}
    printed = {"value": "6", "unit": "school", "expression": "schools"}

    assert finding(tmp_path, said).verdict is Verdict.NOT_RECOMPUTABLE
    assert finding(tmp_path, said, printed).verdict is Verdict.CONFIRMED


def test_a_failing_statement_is_solved_for_its_inputs(tmp_path):
    """Both ways for statements too: side by side, and what an input would have to be."""
    found = finding(tmp_path, {"expression": "about(graduates / enrolment, 1/2)"})

    assert found.verdict is Verdict.ERROR
    assert found.routes[0].startswith("正算：390人 ÷ 1100人 = 35.45%，不接近")
    assert "反算：毕业生数须为440至660，文中为390人" in found.routes


def test_a_number_that_differs_from_the_data_names_the_other_places(tmp_path):
    """The document contradicts itself, and the evidence says where."""
    found = finding(tmp_path, ENROLMENT | {"value": "1101"}, ENROLMENT)

    assert (found.verdict, found.evidence) == (Verdict.ERROR, "印作1101，1.1 第2段作1100人。")
    assert (found.recomputed, found.difference) == ("1100", "1")


def test_an_error_is_derived_by_two_routes_and_says_what_would_make_it_true(tmp_path):
    """Forwards the share cannot be 45%; backwards no numerator and no denominator on record would give it."""
    found = finding(tmp_path, {"value": "45", "unit": "percent", "expression": "share(graduates, enrolment)"})

    assert found.verdict is Verdict.ERROR
    assert found.evidence == (
        "390人 ÷ 1100人 = 35.45%，印作45；要使其成立，毕业生数须为490至500，或在校生数须为858至876。"
    )
    assert [route.partition("：")[0] for route in found.routes] == ["正算", "反算", "反算"]


SHARES = [
    {
        "value": value,
        "unit": "percent",
        "place": "表1 占比",
        "expression": f'share(schools(school_kind="{kind}"), schools)',
    }
    for kind, value in (("high", "50.0"), ("skilled", "33.3"), ("adult", "16.7"))
]


def test_a_digit_moved_to_make_a_hundred_is_rounding(tmp_path):
    """Three, two and one of six are 50.0, 33.3 and 16.7; of seven nobody gets to 100 without moving a digit."""
    rows = OBSERVATIONS.replace("river,2020,schools,,,6", "river,2020,schools,,,7").replace(
        "school_kind=high,3", "school_kind=high,4"
    )
    shares = [claim | {"value": value} for claim, value in zip(SHARES, ("57.1", "28.6", "14.3"), strict=True)]
    moved = [shares[0] | {"value": "57.2"}, *shares[1:]]
    forced = [claim | {"value": value} for claim, value in zip(SHARES, ("57", "29", "15"), strict=True)]

    assert {found.verdict for found in audit_claims(tmp_path, *shares, observations=rows)} == {Verdict.CONFIRMED}
    assert finding(tmp_path, *moved, observations=rows).verdict is Verdict.ERROR  # 57.2 makes it 100.1
    assert [found.verdict for found in audit_claims(tmp_path, *forced, observations=rows)][2] is Verdict.ERROR


def test_shares_that_are_forced_to_a_hundred(tmp_path):
    """Thirds round to 99.9; one of them is printed 33.4."""
    rows = OBSERVATIONS.replace("school_kind=high,3", "school_kind=high,2").replace(
        "school_kind=adult,1", "school_kind=adult,2"
    )
    thirds = [claim | {"value": value} for claim, value in zip(SHARES, ("33.4", "33.3", "33.3"), strict=True)]

    found = finding(tmp_path, *thirds, observations=rows)

    assert found.verdict is Verdict.ROUNDING
    assert "各项分别修约后合计99.9%，印作33.4%使合计为100%" in found.evidence


def test_a_number_of_the_year_before_is_recognised(tmp_path):
    """An error that is last year's number says so."""
    found = finding(tmp_path, {"value": "40.00", "unit": "percent", "expression": "share(graduates, enrolment)"})

    assert found.verdict is Verdict.ERROR
    assert "此为2019年的数" in found.evidence


def test_a_count_of_conditions_is_no_row_said_again(tmp_path):
    """四所学校 that the text enumerates: the enumeration bears the number out."""
    found = finding(tmp_path, {"expression": "number_of(graduates > 1, enrolment > 1) == schools - 4"})
    counted = finding(
        tmp_path / "counted",
        {"expression": 'number_of(enrolment > 1, graduates > 1) == schools(school_kind="skilled")'},
    )

    assert found.verdict is Verdict.CONFIRMED
    assert (counted.verdict, counted.evidence) == (Verdict.CONFIRMED, "计得的2所，等于2020年学校数（技工学校）2所。")
    assert (
        finding(tmp_path / "typed", {"expression": '2 == schools(school_kind="skilled")'}).verdict
        is Verdict.NOT_RECOMPUTABLE
    )


def test_a_sum_of_unrounded_numbers_says_so(tmp_path):
    """A third of the schools is printed as 33.33%: a reader who adds three of them gets 99.99%."""
    thirds = {"expression": "model_school_share + model_school_share + model_school_share >= 1"}

    assert finding(tmp_path, thirds).evidence == "33.33% + 33.33% + 33.33% = 100.00%（各数未修约），不小于100.00%。"
    assert "未修约" not in finding(tmp_path / "exact", {"expression": "enrolment + graduates > 0"}).evidence
