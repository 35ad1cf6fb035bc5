"""A draft's numbers become claims: what the words name gets an expression, everything else says what it could be."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

from helpers.audit.mentions import read_draft
from helpers.audit.proposals import claims_csv
from helpers.audit.service import audit_file, propose_claims
from helpers.cli import app
from helpers.errors import DataError, ParameterError
from helpers.loading import load_data
from helpers.model import Qualifier
from helpers.paths import PROJECT_VARIABLE, Project
from support.small_project import make_project

# Every number is INVENTED. The place has 1100 pupils, 1000 the year before; 390 graduates, 400; 6 schools, as before;
# 32450 books, 32000; 97.25 % employed, 98.5; 12.22 pupils per teacher.
DRAFT = """\
1.1 规模
2020年，全市在校生1100人，比上年增加100人，增长10.00%；毕业生390人，比2019年减少10人。
学校数6所。生师比12.22:1，纸质图书3.245万册，生均图书29.50册（见表1）。
初次就业率97.25%，下降1.25个百分点；示范学校2所，占比33%。
"""


@pytest.fixture
def project(tmp_path):
    """Return the small project."""
    return make_project(tmp_path / "project")


@pytest.fixture
def propose(project, tmp_path):
    """Return a function from the text of a draft to its claims by id."""
    catalogue, observations = load_data(project)

    def claims(text, encoding="utf-8"):
        path = tmp_path / "draft.txt"
        path.write_bytes(text.encode(encoding))
        draft = read_draft(path, catalogue.units)
        numbers, statements = propose_claims(catalogue, observations, draft, year=2020, entity="river")
        return {claim.id: claim for claim in (*numbers, *statements)}

    return claims


@pytest.fixture
def audit(project, propose, tmp_path):
    """Return a function from the text of a draft to the findings by id."""

    def findings(text):
        path = tmp_path / "draft.csv"
        path.write_text(claims_csv(propose(text).values()), encoding="utf-8")
        return audit_file(project, *load_data(project), path, year=2020, entity="river").audit.findings

    return findings


def test_what_the_words_name_gets_an_expression(propose):
    """A label with its number, a movement behind it in the same sentence."""
    found = {name: claim.expression for name, claim in propose(DRAFT).items()}

    assert found == {
        "L2-2": "enrolment",
        "L2-3": "change(enrolment)",
        "L2-4": "growth(enrolment)",
        "L2-5": "graduates",
        "L2-7": "change(graduates)",
        "L3-1": "schools",
        "L3-2": "student_teacher_ratio",
        "L3-4": "books",
        "L3-5": "books_per_student",
        "L4-1": "employment_rate",
        "L4-2": "change(employment_rate)",
        "L4-3": "",
        "L4-4": "",
        "L2-4-growth": 'claim("L2-3") / (claim("L2-2") - claim("L2-3")) == claim("L2-4")',
    }


def test_a_right_draft_is_right(audit):
    """Nothing that is proposed for it is amiss."""
    amiss = {name: finding.evidence for name, finding in audit(DRAFT).items() if finding.is_amiss}

    assert amiss == {}


@pytest.mark.parametrize(
    ("right", "wrong", "claims", "verdict"),
    [
        ("增加100人", "增加110人", {"L2-3", "L2-4-growth"}, "error"),
        ("减少10人", "增加10人", {"L2-7"}, "error"),
        ("增长10.00%", "增长12.00%", {"L2-4", "L2-4-growth"}, "error"),
        ("3.245万册", "32450万册", {"L3-4"}, "unit"),
        ("1.25个百分点", "1.25%", {"L4-2"}, "wording"),
        ("29.50册", "25.90册", {"L3-5"}, "error"),
    ],
)
def test_a_slip_of_the_draft_is_found(audit, right, wrong, claims, verdict):
    """A wrong digit, a wrong direction, a wrong unit, digits in the wrong order."""
    found = audit(DRAFT.replace(right, wrong))

    amiss = {name: str(finding.verdict) for name, finding in found.items() if finding.is_amiss}
    assert amiss == dict.fromkeys(claims, verdict)


def test_a_number_that_differs_from_the_data_is_found(audit):
    """It contradicts no other number of the draft, but the data say otherwise."""
    found = audit(DRAFT.replace("390人", "930人"))["L2-5"]

    assert str(found.verdict) == "error"
    assert found.evidence == "印作毕业生930人，数据作390人。"


def test_the_data_bear_a_draft_out(audit):
    """They were not read from it, as those of a printed report were."""
    found = audit("学校数6所。")["L1-1"]

    assert (str(found.verdict), found.evidence) == ("confirmed", "数据作6所。")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("外聘390人。", "算式待写；在案的数中与此相同的有 graduates"),
        ("外聘400人。", "算式待写；在案的数中与此相同的有 graduates(year=2019)"),
        ("办学点3所。", '算式待写；在案的数中与此相同的有 schools(school_kind="high")'),
        ("外聘391人。", "算式待写；在案的数中没有与此相同的"),
        ("第17", "数后没有认得的单位，数值、单位和算式待写；在案的数中没有与此相同的"),
        ("1100", "数后没有认得的单位，数值、单位和算式待写；在案的数中与此相同的有 enrolment"),
    ],
)
def test_what_no_words_name_says_what_it_could_be(propose, text, reason):
    """An expression chosen because it agrees could not disagree: it is only named."""
    (claim,) = propose(text).values()

    assert (claim.expression, claim.reason) == ("", reason)


@pytest.mark.parametrize(
    "text",
    [
        "新兴专业80个，在校生390人。",  # of those programmes
        "学校数6所，其中示范学校2所，在校生1100人。",  # of a part
        "学校数6所，外聘3人，增加100人。",  # what the catalogue does not name
        "在校生1100人。增加100人。",  # another sentence
        "在校生1100人，外聘3人，增加100人。",  # another subject
        "2019年在校生1000人，增加100人。",  # another year
        "在校生1100人，比2015年增加100人。",  # another year to compare with
        "高职在校生1100人，增加100人。",  # another indicator
        "五年来，在校生1100人。",  # of several years
        "与2015年相比，在校生增加100人。",  # another year to compare with
        "2015年起扩大规模，在校生1100人。",  # a year that may be another
        "民办学校3所。在校生1100人。",  # of those schools
        "普通高中招生100人；在校生1100人。",  # of another level
        "另有成人教育，在校生1100人。",  # of what has no number
        "其中女生占45%，在校生1100人。",  # of a part
        "全省在校生1100人。",  # of another place
    ],
)
def test_a_movement_belongs_to_what_the_sentence_speaks_of(propose, text):
    """What it moves from is never guessed."""
    claims = [claim for claim in propose(text).values() if not claim.is_statement]

    assert claims[-1].expression == ""


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("2019年，全市在校生1000人。", "enrolment(year=2019)"),
        ("2020年，全市在校生1100人。", "enrolment"),
        ("与2019年相比，在校生增加100人。", "change(enrolment)"),
        ("在校生1100人，同比增长10.00%。", "growth(enrolment)"),
        ("新兴专业80个，全市在校生1100人。", "enrolment"),
        ("我市在校生1100人。", "enrolment"),
        ("经费33.5万元，在校生1100人。", "enrolment"),
    ],
)
def test_a_sentence_says_first_of_which_year_it_speaks(propose, text, expression):
    """Or with which year it compares."""
    assert list(propose(text).values())[-1].expression == expression


@pytest.mark.parametrize(
    ("text", "value", "symbol", "qualifier"),
    [
        ("书3.20万册", "3.20", "万册", Qualifier.EXACT),
        ("书约18万册", "18", "万册", Qualifier.ABOUT),
        ("书18万余册", "18", "万册", Qualifier.OVER),
        ("人次9600 余人次", "9600", "人次", Qualifier.OVER),
        ("近２８００名", "2800", "名", Qualifier.NEARLY),
        ("占99%以上", "99", "%", Qualifier.AT_LEAST),
        ("不超过12个月", "12", "个月", Qualifier.AT_MOST),
        ("列第4位", "4", "位", Qualifier.EXACT),
        ("生师比12.55:1", "12.55", "", Qualifier.EXACT),
        ("生师比12.55：1", "12.55", "", Qualifier.EXACT),
    ],
)
def test_a_number_is_read_with_its_unit_and_its_precision(propose, text, value, symbol, qualifier):
    """As it stands: noughts kept, full-width digits read."""
    (claim,) = propose(text).values()

    assert (f"{claim.value:f}", claim.unit.symbol, claim.qualifier) == (value, symbol, qualifier)


def test_a_rank_is_no_head_count(propose):
    """位 behind 第 is another unit."""
    assert [claim.unit.code for claim in propose("列第4位，来宾4位").values()] == ["rank", "people_respectful"]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("2019至2020 年、2020/2021学年、9月1日", {"date": 6}),
        ("教职成〔2010〕12号", {"document_number": 2}),
        ("见表1、图示1-2、案例3-10", {"exhibit_number": 5}),
        ("1.2 办学条件", {"section_number": 1}),
        ("校均规模[12]、〔3〕", {"note_mark": 2}),
        ("1+X、5G、B2", {"name": 3}),
    ],
)
def test_numerals_that_claim_nothing_are_counted_by_kind(project, tmp_path, text, kinds):
    """So that nobody takes them for forgotten."""
    path = tmp_path / "draft.txt"
    path.write_text(text, encoding="utf-8")

    draft = read_draft(path, load_data(project)[0].units)

    assert (draft.passed_over, draft.mentions) == (kinds, ())


def test_every_numeral_is_claimed_or_passed_over(project, tmp_path, propose):
    """Nothing is lost in between."""
    claims = propose(DRAFT)
    draft = read_draft(tmp_path / "draft.txt", load_data(project)[0].units)

    covered = sum(len(claim.numerals) for claim in claims.values()) + draft.passed_over.total()
    assert covered == 18
    assert dict(draft.passed_over) == {"section_number": 1, "date": 2, "exhibit_number": 1}


def test_a_draft_in_the_encoding_of_older_word_processors_is_read(propose):
    """GB18030 gives the same claims."""
    assert propose(DRAFT, "gb18030") == propose(DRAFT)


def test_separators_are_refused_with_their_line(propose):
    """98,770 cannot be told from an enumeration."""
    with pytest.raises(DataError, match=r"draft\.txt line 2: '98,770' has separators; write 98770"):
        propose("规模\n在校生98,770人")


@pytest.mark.parametrize("data", [b"\x00\x01\x02", b"{\\rtf1\\ansi 390}"])
def test_what_is_no_text_is_refused(project, tmp_path, data):
    """Bytes that are none, and rich text, whose digits are mostly formatting."""
    path = tmp_path / "draft.txt"
    path.write_bytes(data)

    with pytest.raises(ParameterError, match=r"draft\.txt is neither a Word document \(\.docx\) nor plain text"):
        read_draft(path, load_data(project)[0].units)


def test_the_commands_lead_from_a_draft_to_its_audit(project, tmp_path, monkeypatch):
    """The claims of a draft name no source, and a second call does not undo an analyst's work."""
    monkeypatch.setenv(PROJECT_VARIABLE, str(project.root))
    path = tmp_path / "draft.txt"
    path.write_text(DRAFT.replace("增加100人", "增加110人"), encoding="utf-8")
    run = CliRunner().invoke
    call = ["claims", str(path), "--year", "2020", "--entity", "river"]

    first = run(app, call)
    audited = run(app, ["audit", "--year", "2020", "--entity", "river", "--claims", str(tmp_path / "draft.csv")])
    second = run(app, call)

    assert first.exit_code == 0, first.output
    assert (
        "13 numbers: 11 with an expression, 2 to be completed; 1 statement of how they agree with one another; "
        "4 numerals passed over: 1 section_number, 2 date, 1 exhibit_number" in first.output
    )
    assert audited.exit_code == 1
    assert "2 error" in audited.output
    assert isinstance(second.exception, ParameterError)
    assert "is there already" in str(second.exception)


def test_the_manual_s_example_is_what_comes_out(tmp_path, project_root):
    """The draft that the manual shows, with every verdict that it shows."""
    manual = (project_root / "README.zh-CN.md").read_text(encoding="utf-8")
    section = manual.partition("## 核查一份稿子")[2].partition("\n## ")[0]
    draft = re.search(r"```text\n(.*?)```", section, re.DOTALL)[1]
    told = re.findall(r"^\| `(L[0-9]+-[0-9a-z-]+)` \| `(.+?)` \| (.+) \|$", section, re.MULTILINE)
    path = tmp_path / "draft.txt"
    path.write_text(draft, encoding="utf-8")

    project = Project(project_root)
    catalogue, observations = load_data(project)
    draft = read_draft(path, catalogue.units)
    numbers, statements = propose_claims(catalogue, observations, draft, year=2020, entity="hangzhou")
    rows = path.with_suffix(".csv")
    rows.write_text(claims_csv([*numbers, *statements]), encoding="utf-8")
    found = audit_file(project, catalogue, observations, rows, year=2020, entity="hangzhou").audit

    assert [(one.claim.id, str(one.verdict), one.evidence) for one in found] == told
