"""The audit of the report of 2020, and of the transcription itself."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.audit.claims import load_claims, load_exemptions, read_claims
from helpers.audit.conditions import judge
from helpers.audit.examination import Examination
from helpers.audit.findings import AMISS, Verdict
from helpers.audit.intervals import interval, requirements
from helpers.audit.mentions import read_draft
from helpers.audit.numerals import cover, extract, load_inventory
from helpers.audit.printing import cell
from helpers.audit.proposals import claims_csv
from helpers.audit.service import audit_file, audit_report, propose_claims
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.paths import Project
from support.small_claims import claim_rows

TEXT_VARIABLE = "NIANBAO_PUBLISHED_TEXT"


@pytest.fixture(scope="module")
def project(project_root):
    """Return the project of this checkout."""
    return Project(project_root)


@pytest.fixture(scope="module")
def claims(project):
    """Return the claims of the report of 2020."""
    return load_claims(project, load_data(project)[0], 2020, "hangzhou")


@pytest.fixture(scope="module")
def review(project):
    """Audit the report of 2020."""
    return audit_report(project, *load_data(project), year=2020, entity="hangzhou")


def test_every_numeral_of_the_report_is_claimed_or_exempt(project, claims):
    """No number is forgotten, none counted twice; each exception is named with its kind."""
    coverage = cover(load_inventory(project, 2020), claims, load_exemptions(project, 2020))

    assert (coverage.forgotten, coverage.doubled, coverage.absent) == ((), (), ())
    assert coverage.claimed == 663
    assert coverage.exempt == {
        "date": 212, "exhibit_number": 110, "name": 59, "section_number": 35, "layout": 33, "ordinal": 12,
        "document_number": 11, "set_phrase": 5,
    }  # fmt: skip


def test_the_inventory_is_that_of_the_document(project):
    """The document is not in the repository; where it is at hand, its numerals are extracted anew."""
    text = os.environ.get(TEXT_VARIABLE)
    if text is None:
        pytest.skip(f"{TEXT_VARIABLE} names no text edition of the report")

    assert load_inventory(project, 2020) == extract(Path(text).read_text(encoding="utf-8"))


def test_the_report_as_a_draft_of_its_own_says_nothing_false(project, tmp_path):
    """What the machine proposes by words alone finds the one wrong unit among them, and no error."""
    text = os.environ.get(TEXT_VARIABLE)
    if text is None:
        pytest.skip(f"{TEXT_VARIABLE} names no text edition of the report")
    catalogue, observations = load_data(project)
    draft = read_draft(Path(text), catalogue.units)
    numbers, statements = propose_claims(catalogue, observations, draft, year=2020, entity="hangzhou")
    path = tmp_path / "draft.csv"
    path.write_text(claims_csv([*numbers, *statements]), encoding="utf-8")
    found = audit_file(project, catalogue, observations, path, year=2020, entity="hangzhou").audit

    assert (len(numbers), sum(bool(claim.expression) for claim in numbers), len(statements)) == (746, 24, 16)
    assert [(one.claim.id, str(one.verdict)) for one in found if one.is_amiss] == [("L103-6", "unit")]


def test_the_inventory_bears_the_claims_out(project, claims):
    """A claim's value is among the numerals that it covers, whatever the document's commas and full-width digits."""
    inventory = {(numeral.line, numeral.ordinal): numeral.text for numeral in load_inventory(project, 2020)}
    unlike = []
    for claim in claims:
        texts = [inventory[claim.line, ordinal] for ordinal in claim.numerals]
        if claim.value is not None and texts and f"{abs(claim.value):f}" not in {*texts, "".join(texts)}:
            unlike.append(f"{claim.id}: {claim.value} in {texts}")

    assert unlike == []


def test_every_expression_can_be_read_and_computed(project, claims):
    """Readings too; nothing that an expression names is missing from the data."""
    facts = Facts(*load_data(project))
    lacking = []
    for claim in claims:
        examination = Examination(claims, facts)
        for text in filter(None, (claim.expression, *claim.readings)):
            lacking += [f"{claim.id}: {one}" for one in [examination.read(claim, text).lacking] if one]

    assert lacking == []


def test_what_there_is_for_each_pupil_says_so(project):
    """Else money divided by money for each pupil would not come out in pupils."""
    indicators = load_data(project)[0].indicators.values()
    named = {one.id for one in indicators if one.id.endswith("_per_student")}

    assert len(named) >= 8
    assert {one.id for one in indicators if one.per == "person"} == named


def test_only_known_findings(review):
    """Everything amiss is settled in exceptions.yml, and nothing there is stale."""
    assert [str(problem) for problem in review.stale] == []
    assert [finding.claim.id for finding in review.unsettled(set(AMISS))] == []
    assert len(review.known) == len(review.audit.amiss())


@pytest.mark.parametrize(
    ("claim", "verdict", "told"),
    [
        ("3.2-016", "error", "3465人 ÷ 4702人 = 73.69%"),
        ("3.1-018", "error", "24459人 ÷ 98770人 = 24.76%，不接近1 ÷ 3 = 33.33%"),
        ("1.2-021", "error", "生均图书由2019年50.13册降为2020年49.94册；生均计算机2019年、2020年都印作0.49台"),
        ("1.2-006", "unit", "表2 2020年 纸质图书作2947884册：数字相同，单位相差一万倍"),
        ("表5-007", "rounding", "各项分别修约后合计100.01%，印作14.86%使合计为100%"),
        ("表6-016", "rounding", "各项分别修约后合计99.99%，印作42.37%使合计为100%"),
        ("4.1-023", "ambiguous", "37个 ÷ 85个 = 43.53%"),
        ("4.1-009", "ambiguous", "15个 + 49个 = 64个，不等于2020年校企合作共同体数59个"),
        ("3.1-007", "ambiguous", "= 17.01%"),
        ("3.1-008", "ambiguous", "= 79.87%"),
        ("3.1-951", "ambiguous", "计得的13个，不等于2020年专业对应的行业数16个"),
        ("图2数据-951", "ambiguous", "58653人，不等于2020年在校生数59030人"),
        ("案例5-3-003", "ambiguous", "逐项计数得6期，印作四期"),
        ("案例6-1-951", "ambiguous", "13474.73万元 ÷ 0.73万元 = 18459人，大于100 × 90个 = 9000人"),
        ("案例7-10-951", "wording", "812名"),
        ("5.1-008", "wording", "应作5.86个百分点；2019年占比未印出"),
        ("5.1-010", "wording", "5.78个百分点"),
        ("7.3-015", "ambiguous", "3.2第5段作“第一轮年度绩效考核检查”，7.3第3段作“第二轮年度绩效考核检查”"),
        ("3.1-016", "ambiguous", "专业数（十大战略性新兴产业相关专业）80个，大于由占比推得的68个"),
        ("1.3-951", "ambiguous", "（2287人 − 401人）÷ 4702人 = 40.11%"),
        ("5.3-013", "ambiguous", "16所，大于2020年获得称号的中等职业学校数（省级中等职业教育改革发展示范学校）14所"),
        ("案例7-4-002", "ambiguous", "共五个“全”"),
        ("表11-001", "wording", "是全部专业"),
        ("图2-901", "wording", "2019年末"),
        ("2.1-044", "wording", "“近”是不足，“余”是超出"),
        ("5.3-901", "wording", "当是“复合型”之误"),
    ],
)
def test_the_contradictions_of_the_report_are_found(review, claim, verdict, told):
    """Each with its verdict and the numbers that show it."""
    finding = review.audit.findings[claim]

    assert str(finding.verdict) == verdict
    assert told in finding.evidence


def test_every_report_on_record_has_only_known_findings(project):
    """Whoever reported, in whatever year: nothing unsettled, nothing stale."""
    catalogue, observations = load_data(project)
    loose = {}
    for path in sorted((project.data / "published").glob("*.csv")):
        for entity in {claim.entity for claim in read_claims(project, catalogue, path, int(path.stem))}:
            found = audit_report(project, catalogue, observations, year=int(path.stem), entity=entity)
            ids = [finding.claim.id for finding in found.unsettled(set(AMISS))]
            loose[f"{path.stem} {entity}"] = ids + [str(problem) for problem in found.stale]

    assert len(loose) >= 17
    assert {name: found for name, found in loose.items() if found} == {}


@pytest.mark.parametrize(
    ("year", "claim", "verdict", "told"),
    [
        (2010, "全国-031", "error", "870.42万人 ÷ 1706.66万人 = 51.00%，印作50.94%"),
        (2010, "全国-032", "error", "2238.50万人 ÷ 4677.34万人 = 47.86%，印作47.78%"),
        # Within the bulletins' own digits, not those of the yearbook that revised them.
        (2011, "全国-002", "rounding", "只能知道增加9.26至9.28万人"),
        # The year before is another bulletin's: it may have been revised since.
        (2011, "全国-006", "ambiguous", "2010年的数不是本期所印"),
        (2012, "全国-025", "ambiguous", "印作减少0.20万人：数值相同，增减相反"),
        (2012, "全国-032", "rounding", "按万人取2位小数，只能知道减少900至1100人，印作减少985人，在此范围之内"),
        (2021, "全国-003", "not recomputable", "原始数"),
    ],
)
def test_the_nation_s_bulletins(project, year, claim, verdict, told):
    """What two bulletins print of one year, held against each other."""
    found = audit_report(project, *load_data(project), year=year, entity="china").audit.findings[claim]

    assert str(found.verdict) == verdict
    assert told in found.evidence


@pytest.mark.parametrize(
    ("printed", "expression", "told"),
    [
        ("增加43.98万人", "change(enrolment)", "在校生数与上年口径不同，不作比较：2021年起"),
        ("增加43.98万人", "growth(enrolment)", "在校生数与上年口径不同"),
        ("同口径增加43.98万人", "change(enrolment)", "原始数，文中仅此一处"),
        (
            "同口径增加43.98万人",
            'change(full_time_teachers(scope="excluding_labour_department"))',
            "专任教师数与上年口径不同",
        ),
        ("在校生增加", "rises(enrolment)", "在校生数与上年口径不同"),
    ],
)
def test_nothing_is_compared_across_a_break(project, tmp_path, printed, expression, told):
    """But by the report itself, on a comparable base, where that change is on record."""
    value = {"value": "43.98", "unit": "ten_thousand_persons"} if expression.startswith(("change", "growth")) else {}
    path = tmp_path / "2021.csv"
    path.write_text(
        claim_rows(
            {"entity": "china", "document": "moe_bulletin_2021", "printed": printed, "expression": expression} | value
        ),
        encoding="utf-8",
    )
    (found,) = audit_file(project, *load_data(project), path, year=2021, entity="china").audit

    assert found.verdict is Verdict.NOT_RECOMPUTABLE
    assert told in found.evidence


def test_an_edition_knows_its_own_numbers(project):
    """Later editions revised the number; what only they printed is still known."""
    _, observations = load_data(project)
    key = next(
        row.key
        for row in observations.superseded
        if row.key.indicator == "senior_secondary_enrolment" and row.key.year == 2011
    )
    later = replace(key, indicator="senior_secondary_graduates")

    assert observations.get(key).edition == 2025
    assert [observations.as_of(edition).get(key).edition for edition in (2010, 2011, 2024, 2025)] == [
        2025,
        2011,
        2011,
        2025,
    ]
    assert observations.as_of(2011).get(later) is not None
    rows = {row.key: row.edition for row in observations.as_of(2011)}
    assert (rows[key], rows[later], len(rows)) == (2011, 2025, len(observations))


SECOND_ROUTES = {
    # Books per pupil times pupils are 2.9 million, too.
    (2020, "hangzhou", "1.2-006"): 'claim("表3-014") * enrolment(scope="vocational_high")',
    # What grew by less than the pupils did fell per pupil.
    (2020, "hangzhou", "1.2-021"): 'growth(books) > growth(enrolment(scope="vocational_high"))'
    ' and growth(computers) > growth(enrolment(scope="vocational_high"))',
    # The only other pupils that the report counts give no third, either.
    (
        2020,
        "hangzhou",
        "3.1-018",
    ): 'about(enrolment(scope="vocational_high", programme_orientation="emerging_industries") / claim("表3-009"), 1/3)',
    # The teachers, from their degrees.
    (2020, "hangzhou", "3.2-016"): 'share(online_teachers, sum(full_time_teachers, over="degree"))',
    # Both numbers, from those of the bulletin before and the printed increases.
    (2010, "china", "全国-031"): 'share(entrants(year=2009) + claim("全国-004"),'
    ' senior_secondary_entrants(year=2009) + claim("全国-001"))',
    (2010, "china", "全国-032"): 'share(enrolment(year=2009) + claim("全国-005"),'
    ' senior_secondary_enrolment(year=2009) + claim("全国-002"))',
}


def test_every_error_and_unit_is_derived_again_from_other_numbers(project):
    """The documents contradict each twice: the second expression does not allow what is printed, either."""
    catalogue, observations = load_data(project)
    found = set()
    for path in sorted((project.data / "published").glob("*.csv")):
        year = int(path.stem)
        for entity in {claim.entity for claim in read_claims(project, catalogue, path, year)}:
            audited = audit_report(project, catalogue, observations, year=year, entity=entity).audit
            found |= {(year, entity, one.claim.id) for one in audited if one.verdict in {Verdict.ERROR, Verdict.UNIT}}
    assert found == SECOND_ROUTES.keys()
    for (year, entity, name), text in SECOND_ROUTES.items():
        claims = load_claims(project, catalogue, year, entity)
        claim = claims.by_id[name]
        examined = Examination(claims, Facts(catalogue, observations.as_of(year))).read(claim, text)
        assert examined.lacking == "", name
        if claim.is_statement:
            truth = judge(examined.meaning)
            assert (truth.holds, truth.certain) == (False, True), name
        else:
            (expression,) = examined.expressions
            assert not interval(expression).meets(cell(claim)), name


def test_every_error_and_unit_follows_by_two_routes(project, claims, review):
    """Forwards no value of the inputs gives the printed number, backwards no input is what it would have to be."""
    examination = Examination(claims, Facts(*load_data(project)))
    for finding in review.audit:
        if finding.verdict not in {Verdict.ERROR, Verdict.UNIT}:
            continue
        told = {route.partition("：")[0] for route in finding.routes}
        assert {"正算", "反算"} <= told, finding.claim.id
        if not finding.claim.is_statement:
            examined = examination.read(finding.claim, finding.claim.expression)
            (expression,) = examined.expressions
            assert not interval(expression).meets(cell(finding.claim))
            assert not any(need.holds for need in requirements(expression, cell(finding.claim)))
