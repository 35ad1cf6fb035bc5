"""What a draft says of its own numbers is decided from the draft alone. Every number is INVENTED."""

from __future__ import annotations

import pytest

from helpers.audit.mentions import read_draft
from helpers.audit.proposals import claims_csv
from helpers.audit.service import audit_file, propose_claims
from helpers.loading import load_data
from support.small_project import make_project

NOTHING_ON_RECORD = "river,2020,awards,,medal=gold,2,medal,,final,yearbook,表1,\n"


@pytest.fixture
def said(tmp_path):
    """Return a function from the text of a draft to its statements and what was found on them."""

    def findings(text):
        project = make_project(tmp_path / "project", observations=NOTHING_ON_RECORD)
        catalogue, observations = load_data(project)
        draft, rows = tmp_path / "draft.txt", tmp_path / "draft.csv"
        draft.write_text(text, encoding="utf-8")
        claims = propose_claims(catalogue, observations, read_draft(draft, catalogue.units), year=2020, entity="river")
        rows.write_text(claims_csv([*claims[0], *claims[1]]), encoding="utf-8")
        found = audit_file(project, catalogue, observations, rows, year=2020, entity="river").audit
        return {one.claim.id: (str(one.verdict), one.evidence) for one in found if one.claim.is_statement}

    return findings


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("全市在校生9877人。\n全市学校61所，在校生9877人。", {"L2-2-same": ("confirmed", "第2行9877人，等于第1行9877人。")}),
        ("我市在校生9877人。\n2020年，全市在校生9787人。",
         {"L2-2-same": ("error", "第2行9787人，不等于第1行9877人；两处说的是同一个数。")}),
        ("全市纸质图书3.25万册。\n2020年，全市中职学校纸质图书32450册。", {"L2-2-same": ("confirmed", "第2行32450册，等于第1行3.25万册。")}),
        ("全市毕业生390人，减少10人。\n全市毕业生增加10人。",
         {"L2-1-same": ("error", "10人 + 10人 = 20人，不等于0人；一处说增，一处说减。")}),
        ("在校生1100人，比上年增加100人，增长10.00%。",
         {"L1-3-growth": ("confirmed", "100人 ÷（1100人 − 100人） = 10.00%，等于第1行10.00%。")}),
        ("外聘教师1100人，比2015年减少100人，下降8.83%。",
         {"L1-4-growth": ("error", "100人 ÷（1100人 + 100人） = 8.33%，不等于第1行8.83%。")}),
        ("教师由1000人增至1100人，增长11.00%。", {"L1-3-growth": ("error", "（1100人 − 1000人）÷ 1000人 = 10.00%，不等于第1行11.00%。")}),
        ("教师从上年的1000人减少到990人，比上年减少10人。",
         {"L1-3-change": ("confirmed", "1000人 − 990人 = 10人，等于第1行10人。")}),
        ("比例由84.33%提高到84.92%，提高0.95个百分点。",
         {"L1-3-change": ("error", "84.92% − 84.33% = 0.59个百分点，不等于第1行0.95个百分点。")}),
        ("学校6所，其中职业高中3所、成人中专1所、技工学校3所。",
         {"L1-1-sum": ("error", "3所 + 1所 + 3所 = 7所，不等于第1行6所；职业高中、成人中专、技工学校就是全部学校类型。"),
          "L1-2-part": ("confirmed", "第1行3所，不大于第1行6所。")}),
        ("在校生1100人，上年为1000人，增长11.00%。",
         {"L1-3-growth": ("error", "（1100人 − 1000人）÷ 1000人 = 10.00%，不等于第1行11.00%。")}),
        ("2019年外聘教师990人，比2018年的1000人减少10人。",
         {"L1-5-change": ("confirmed", "1000人 − 990人 = 10人，等于第1行10人。")}),
        ("教职工100人，其中教师80人，占82.00%。",
         {"L1-2-part": ("confirmed", "第1行80人，不大于第1行100人。"),
          "L1-3-share": ("error", "80人 ÷ 100人 = 80.00%，不等于第1行82.00%。")}),
        ("教职工100人，其中教师120人。",
         {"L1-2-part": ("error", "第1行120人，大于第1行100人；其中的一项不会大于总数。")}),
    ],
)  # fmt: skip
def test_what_the_words_name_beyond_doubt_is_decided(said, text, statements):
    """Though nothing is on record: repetition, growth beside its values, parts beside their whole."""
    assert said(text) == statements


@pytest.mark.parametrize(
    "text",
    [
        "全市在校生9877人。\n2019年全市在校生9787人。",  # another year
        "全市在校生9877人。\n五年来，全市在校生9787人。",  # several years
        "全市在校生9877人。\n案例1-1 某校\n全市在校生787人。",  # perhaps a school's
        "全市在校生9877人。\n在校生787人。",  # whose?
        "全市在校生9877人。\n全市民办学校3所。在校生787人。",  # of those schools
        "全市在校生9877人。\n全市中职学校（不含技工学校）在校生787人。",  # of some schools
        "全市在校生9877人。\n全省在校生99787人。",  # another place
        "学校平均规模1000人，其中高中1400人。",  # an average is no sum
        "校均规模[12]1000人，其中，高中1400人。",  # nor behind the mark of a note
        "来访1000人。\n来访1100人。",  # nothing that the catalogue names
        "高中3所、技工学校2所，增加1所，增长25.00%。",  # of both?
        "毕业生390人，其中就业300人，增加10人，增长9.99%。",  # of the part?
        "在校生1100人，比上年增加100人，比2015年增长30.00%。",  # two years to compare with
        "在校生1100人（女生500人），增加100人，增长30.00%。",  # in brackets
        "在校生由1000人增至1100人，比2015年增长30.00%。",  # from another year
        "由2015年的1000人增至1100人，比上年增长1.00%。",
        "由1000人、500人增至1100人，增长30.00%。",  # from several
        "甲校100人、乙校200人，其中女生250人。",  # of both
        "增加22人，其中教师25人。",  # others left
        "在校生1100人，其中升学较多，参加考试2000人。",  # no part of it
        "学校6所，其中职业高中3所、成人中专1所。",  # not all of them
        "职业高中3所、成人中专1所、技工学校3所。",  # without their whole
        "比例84.00%，提高1.00个百分点，增长30.00%。",  # of a share
        "在校生1100人，2015年为1000人，比上年增长30.00%。",  # two years to compare with
        "招生100人、毕业生200人，上年为50人，增长30.00%。",  # whose?
        "教职工100人，其中教师80人，占全市的20.00%。",  # of another whole
        "学校6所，教师80人，占20.00%。",  # of no whole that is printed
    ],
)
def test_where_the_words_leave_a_doubt_nothing_is_said(said, text):
    """A false alarm would cost more than it is worth."""
    assert {name: found for name, found in said(text).items() if found[0] != "confirmed"} == {}
