"""Every function of the grammar, on the small project. Every number is INVENTED."""

from __future__ import annotations

import pytest

from helpers.audit.conditions import Condition, UnresolvedError, judge
from helpers.audit.grammar import Reader
from helpers.errors import FormulaError, UnknownNameError
from helpers.expressions import evaluate
from support.small_claims import finding, load
from support.small_project import CATALOGUE


@pytest.fixture
def read(tmp_path):
    """Return a function that reads an expression and gives its value in base units, or whether it is true."""
    claims, facts = load(
        tmp_path,
        {"value": "3.20", "unit": "percent", "reason": "无"},
        {"value": "2.5", "unit": "percent", "reason": "无", "printed": "近2.5"},
    )

    def result(text):
        meaning = Reader(facts, claims, claims.by_id["1.1-001"]).read(text)
        return judge(meaning).holds if isinstance(meaning, Condition) else float(evaluate(meaning.expression))

    return result


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("enrolment", 1100),
        ("enrolment(year=2019)", 1000),
        ("enrolment(year=-1)", 1000),
        ('enrolment(entity="brook")', 250),
        ('schools(school_kind="high")', 3),
        ("growth(enrolment)", 0.1),
        ("growth(enrolment + teachers)", 110 / 1080),
        ("change(graduates)", -10),
        ("change(employment_rate)", -0.0125),
        ('share(schools(school_kind="high"), schools)', 0.5),
        ("points(employment_rate, employment_rate(year=2019))", -0.0125),
        ("ratio(enrolment, teachers)", 1100 / 90),
        ('sum(awards, over="medal")', 5),
        ('count("model_schools")', 2),
        ('count("model_schools", project="示范")', 1),
        ('count("model_schools", project="别的")', 0),
        ("standard(land_area_per_student)", 33),
        ("exceedance(books_per_student)", -0.5),
        ("exceedance(student_teacher_ratio)", 20 - 1100 / 90),
        ("exceedance_rate(books_per_student)", -0.5 / 30),
        ("printed(land_area_per_student)", 33.0),
        ("printed(share(graduates, enrolment))", 0.3545),
        ("printed(share(graduates, enrolment), decimals=1)", 0.355),
        ('claim("1.1-001")', 0.032),
        ("span(2008, 2020)", 12),
        ("number_of(enrolment > 1000, graduates > 1000, 1 < 2)", 2),
        ("-enrolment / 2 + 3 * 4", -538),
        ('counted("person", 50 * schools)', 300),
    ],
)
def test_quantities(read, text, value):
    """Each is computed at full precision."""
    assert read(text) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("rises(enrolment)", True),
        ("falls(enrolment)", False),
        ("falls(graduates)", True),
        ("steady(schools)", True),
        ("rises(books_per_student)", False),
        ("1000 < enrolment <= 1100", True),
        ("enrolment != 1100", False),
        ("not enrolment == 1100 or graduates == 390 and teachers >= 90", True),
        ("employment_rate > 0.97", True),
        ("meets(land_area_per_student)", True),
        ("exceeds(books_per_student)", False),
        ("about(graduates, enrolment / 3)", True),
        ("about(graduates, enrolment / 2)", False),
        ('largest(schools, over="school_kind", member="high")', True),
        ('smallest(schools, over="school_kind", member="high")', False),
        ('top(schools, over="school_kind", members="high,skilled")', True),
        ('top(schools, over="school_kind", members="skilled,high")', False),
        ('adds_up(schools, over="school_kind")', True),
        ("wording(enrolment == 1)", False),
        ('named("brook")', False),
        ("attainable(employment_rate, graduates)", False),
    ],
)
def test_conditions(read, text, holds):
    """Each is true or false of the data."""
    assert read(text) is holds


PER_PUPIL = CATALOGUE.replace(
    "decimals: 2, formula: land_area / enrolment", "per: person, decimals: 2, formula: land_area / enrolment"
)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # A measure divided by that of each pupil is pupils; there is no half pupil, and no 所 of them.
        ('land_area / land_area_per_student <= counted("person", 50 * schools)',
         "36300.55平方米 ÷ 33.00平方米 = 1100人，大于50 × 6所 = 300人"),
        ("land_area_per_student / land_area_per_student(year=2019) < 0.1", "33.00平方米 ÷ 34.00平方米 = 97.06%，不小于0.1"),
        ("graduates / teachers < 0.4", "390人 ÷ 90人 = 433.33%，不小于0.4"),
    ],
)  # fmt: skip
def test_a_quotient_has_the_unit_of_what_it_counts(tmp_path, text, told):
    """Not the unit of what it is compared with; two numbers alike in kind give a bare one."""
    found = finding(tmp_path, {"expression": text}, catalogue=PER_PUPIL)

    assert (str(found.verdict), found.evidence) == ("error", f"{told}。")


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("enrolmnt", UnknownNameError, "unknown indicator 'enrolmnt' in claim 1.1-001; did you mean 'enrolment'"),
        ('schools(school_kind="hgh")', UnknownNameError, "did you mean 'high'"),
        ('schools(schol_kind="high")', UnknownNameError, "did you mean 'school_kind'"),
        ("grwth(enrolment)", UnknownNameError, "unknown function 'grwth' in claim 1.1-001; did you mean 'growth'"),
        ('claim("1.1-0001")', UnknownNameError, "did you mean '1.1-001'"),
        ('sum(awards, ovr="medal")', UnknownNameError, "did you mean 'over'"),
        ("growth(enrolment, teachers)", FormulaError, "takes 1 argument"),
        ("enrolment + land_area", FormulaError, "cannot convert"),
        ("enrolment < land_area", FormulaError, "cannot convert"),
        ("enrolment[0]", FormulaError, "is no quantity"),
        ("enrolment and 1", FormulaError, "neither true nor false"),
        ("enrolment +", FormulaError, "cannot be read"),
        (
            'counted("persn", 50 * schools)',
            UnknownNameError,
            "unknown unit 'persn' in claim 1.1-001; did you mean 'person",
        ),
        ("growth(schools < 2)", FormulaError, "is no quantity"),
        ("graduates(year=1999)", UnresolvedError, "缺毕业生数"),
        ('sum(graduates, over="medal")', UnresolvedError, "缺按medal的分项"),
        ("standard(enrolment)", UnresolvedError, "无现行国家标准"),
    ],
)
def test_mistakes_say_what_and_where(read, text, error, message):
    """A name that nobody knows comes with the nearest, a number that is not on record with its reason."""
    with pytest.raises(error) as caught:
        read(text)

    assert message in str(caught.value)
