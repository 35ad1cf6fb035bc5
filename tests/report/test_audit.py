"""The audit of the report of 2020, and of the transcription itself."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helpers.audit.claims import load_claims, load_exemptions
from helpers.audit.examination import Examination
from helpers.audit.findings import AMISS, Verdict
from helpers.audit.intervals import interval, requirements
from helpers.audit.numerals import cover, extract, load_inventory
from helpers.audit.printing import cell
from helpers.audit.service import audit_report
from helpers.chapter import load_data
from helpers.formulas import Facts
from helpers.paths import Project

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


def test_only_known_findings(review):
    """Everything amiss is settled in exceptions.yml, and nothing there is stale."""
    assert [str(problem) for problem in review.stale] == []
    assert [finding.claim.id for finding in review.unsettled(set(AMISS))] == []
    assert len(review.known) == len(review.audit.amiss())


@pytest.mark.parametrize(
    ("claim", "verdict", "told"),
    [
        ("3.2-016", "error", "3465人 ÷ 4702人 = 73.69%"),
        ("3.1-018", "error", "24459人 ÷ 98770人 = 24.76%，不约等于1 ÷ 3 = 33.33%"),
        ("1.2-021", "error", "生均图书由2019年50.13册降为2020年49.94册；生均计算机2019年、2020年都印作0.49台"),
        ("1.2-006", "unit", "表2 2020年 纸质图书作2947884册：数字相同，单位相差10的4次方"),
        ("表5-007", "rounding", "各项分别修约后合计100.01%，印作14.86%使合计为100%"),
        ("表6-016", "rounding", "各项分别修约后合计99.99%，印作42.37%使合计为100%"),
        ("4.1-023", "ambiguous", "37个 ÷ 85个 = 43.53%"),
        ("4.1-009", "ambiguous", "15个 + 49个 = 64个，不等于2020年校企合作共同体数59个"),
        ("3.1-007", "ambiguous", "= 17.01%"),
        ("3.1-008", "ambiguous", "= 79.87%"),
        ("3.1-951", "ambiguous", "13个，不等于2020年专业对应的行业数16个"),
        ("图2数据-951", "ambiguous", "58653人，不等于2020年在校生数59030人"),
        ("案例5-3-003", "ambiguous", "= 6期"),
        ("案例6-1-951", "ambiguous", "13474.73万元 ÷ 0.73万元 = 18458"),
        ("案例7-10-951", "wording", "812名"),
        ("5.1-008", "wording", "24.27% − 30.13% = -5.86个百分点"),
        ("5.1-010", "wording", "5.78个百分点"),
        ("7.3-015", "ambiguous", "2019年项目"),
        ("2.1-044", "wording", "“近”是不足，“余”是超出"),
    ],
)
def test_the_contradictions_of_the_report_are_found(review, claim, verdict, told):
    """Each with its verdict and the numbers that show it."""
    finding = review.audit.findings[claim]

    assert str(finding.verdict) == verdict
    assert told in finding.evidence


def test_every_error_and_unit_follows_by_two_routes(project, claims, review):
    """Forwards no value of the inputs gives the printed number, backwards no input is what it would have to be."""
    examination = Examination(claims, Facts(*load_data(project)))
    for finding in review.audit:
        if finding.verdict not in {Verdict.ERROR, Verdict.UNIT}:
            continue
        assert len(finding.routes) >= 2, finding.claim.id
        if not finding.claim.is_statement:
            examined = examination.read(finding.claim, finding.claim.expression)
            (expression,) = examined.expressions
            assert not interval(expression).meets(cell(finding.claim))
            assert not any(need.holds for need in requirements(expression, cell(finding.claim)))
