"""The audit as a page, a table and an annex of the book. Every number is invented."""

from __future__ import annotations

import csv
import io

import pytest
from lxml import html

from helpers.audit.exceptions import review
from helpers.building.audit_files import annex, audit_files, place_links
from helpers.building.book import book_source
from helpers.building.document import read_document
from helpers.model import Source
from support import book_notebooks
from support.small_claims import audit_claims

CLAIMS = (
    {"place": "1.1 第2段", "value": "45", "unit": "percent", "expression": "share(graduates, enrolment)", "printed": "45%"},
    {"place": "表1 2020年 图书", "value": "32450", "unit": "ten_thousand_volumes", "expression": "books", "printed": "<32450万册>"},
    {"place": "案例1-1 第1段", "value": "12.22", "unit": "students_per_teacher", "expression": "enrolment / teachers"},
    {"place": "前言 第1段", "reason": "文内无从核对"},
    {"place": "9.9 第1段", "expression": "rises(graduates)"},
)  # fmt: skip

YEARBOOK = Source(code="yearbook", title="清江统计资料", producer="清江市统计局", date_published="2021-02")
RECORDED = {"yearbook": YEARBOOK}


def documents():
    """Return the chapters of a book."""
    return [read_document(notebook) for notebook in book_notebooks.book()]


@pytest.fixture
def files(tmp_path):
    """Audit some claims and return the files beside the report."""
    found = review(audit_claims(tmp_path, *CLAIMS), ())
    return found, audit_files(found, documents(), RECORDED)


@pytest.fixture
def page(files):
    """Return the parsed page."""
    return html.fromstring(files[1]["audit.html"])


def test_every_finding_stands_on_the_page_printed_beside_recomputed(page):
    """In the order of the document, with its verdict and its evidence."""
    found = [" ".join(one.text_content().split()) for one in page.find_class("finding")]

    assert len(found) == 5
    assert found[0].startswith("1.1 第2段 差错 未处理 原报告印作45% 复算35.45%相差9.55个百分点 390人 ÷ 1100人 = 35.45%")
    assert "推算路径 正算" in found[0]
    assert "原报告印作<32450万册> 复算32450册" in found[1]
    assert "相符" in found[2]


def test_a_difference_of_percentages_is_told_in_points_and_with_a_minus_sign(tmp_path):
    """Where the words are wrong (%), the page has the unit that is right; the table keeps the hyphen."""
    claim = {"value": "1.25", "unit": "percent", "printed": "下降1.25%", "expression": "change(employment_rate)"}
    files = audit_files(review(audit_claims(tmp_path, claim), ()), documents(), RECORDED)

    assert "<dd>−1.25个百分点</dd>" in files["audit.html"]
    assert ",-1.25个百分点," in files["audit.csv"]


def test_the_page_says_which_document_it_is_on(page):
    """原报告 is the document of the record: by whom, when, which."""
    assert (
        "原报告指清江市统计局2021年2月发布的《清江统计资料》。对原报告印出的5条" in page.find("*//main").text_content()
    )


def test_a_bulletin_is_called_one(tmp_path):
    """The kind of its record gives the word; where it has no date, none is told."""
    found = review(audit_claims(tmp_path, *CLAIMS), ())
    bulletin = YEARBOOK.model_copy(update={"kind": "statistical_bulletin", "date_published": ""})
    page = audit_files(found, documents(), {"yearbook": bulletin})["audit.html"]

    assert "<h1>公报核查</h1>" in page
    assert "公报指清江市统计局发布的《清江统计资料》。对公报印出的5条" in page
    assert "原报告" not in page


def test_a_finding_leads_to_its_place(page):
    """To the section or the exhibit, else to the chapter; what no chapter holds has no link."""
    places = [one.find_class("place")[0] for one in page.find_class("finding")]
    links = [place.find("a").get("href") if place.find("a") is not None else None for place in places]

    assert links[0] == "chapters/01-scale.html#section-1-1"
    assert links[1] == "chapters/01-scale.html#table-1"
    assert links[2] == "chapters/01-scale.html#case-1-1"
    assert links[4] is None


def test_each_verdict_can_be_chosen(page):
    """What is sound is hidden at first; every verdict that occurs has a checkbox with its count."""
    boxes = {box.get("id"): box.get("checked") is not None for box in page.iter("input")}

    assert boxes == {
        "show-error": True, "show-unit": True, "show-not-recomputable": False, "show-confirmed": False,
    }  # fmt: skip
    assert "差错 2条" in " ".join(next(page.iter("label")).text_content().split())


def test_a_page_is_never_empty_at_first(tmp_path):
    """Where nothing is amiss, what is sound is shown."""
    page = audit_files(review(audit_claims(tmp_path, *CLAIMS[2:4]), ()), documents(), RECORDED)["audit.html"]
    boxes = {box.get("id"): box.get("checked") is not None for box in html.fromstring(page).iter("input")}

    assert boxes == {"show-not-recomputable": True, "show-confirmed": True}


def test_the_same_audit_gives_the_same_bytes(files):
    """No clock, no order of sets."""
    found, first = files

    assert audit_files(found, documents(), RECORDED) == first


def test_findings_of_one_column_for_one_reason_are_told_together(tmp_path):
    """Once on the page and in the annex, with each row; each is still a row of the table, and has its anchor."""
    gap = {"value": "1.25", "unit": "percent", "expression": "points(employment_rate(year=2019), employment_rate)"}
    claims = [gap | {"place": f"表1 第{row}行 差距", "printed": "1.25%"} for row in "一二三"]
    found = review(audit_claims(tmp_path, *claims), ())

    (told,) = annex(found, RECORDED).entries
    written = audit_files(found, documents(), RECORDED)
    page = html.fromstring(written["audit.html"])

    assert (told.place, told.printed) == ("表1 差距", "3处")
    assert told.evidence == "第一行1.25%、第二行1.25%、第三行1.25%，都是两个百分比之差，不是“%”。"
    assert len(page.find_class("finding")) == 1
    assert [member.get("id") for member in page.find_class("member")] == [
        f"claim-1.1-{number:03}" for number in (1, 2, 3)
    ]
    assert len(written["audit.csv"].splitlines()) == 4


def test_the_table_has_one_row_for_each_claim(files):
    """With both routes of what is wrong."""
    rows = list(csv.DictReader(io.StringIO(files[1]["audit.csv"])))

    assert [row["verdict"] for row in rows] == ["error", "unit", "confirmed", "not recomputable", "error"]
    assert rows[0]["route_1"].startswith("正算")
    assert "反算：在校生数须为858至876" in rows[0]["route_2"]


def test_a_report_that_nobody_transcribed_has_no_audit(tmp_path):
    """Neither page nor table, nor an annex."""
    found = review(audit_claims(tmp_path), ())

    assert audit_files(found, documents(), RECORDED) == {}
    assert annex(found, RECORDED) is None


def test_links_know_chapters_sections_and_exhibits():
    """Tables, figures and cases by their numbers."""
    links = place_links(documents())

    assert links["01"] == "chapters/01-scale.html"
    assert links["1.1"] == "chapters/01-scale.html#section-1-1"
    assert links["表1"] == "chapters/01-scale.html#table-1"


def test_the_book_has_an_annex_of_what_is_amiss(files):
    """The worst verdict first; sound claims are not listed."""
    source, _ = book_source(book_notebooks.book(), whole=True, annex=annex(files[0], RECORDED))
    told = source[source.index("附录 勘误与核查") :]

    assert "原报告指清江市统计局2021年2月发布的《清江统计资料》。" in told
    assert told.index('"差错"') < told.index('"单位"')
    assert "<32450万册>" in told
    assert "12.22" not in told


def test_the_annex_counts_every_verdict_and_names_the_files(files):
    """What it does not list is counted, too."""
    told = annex(files[0], RECORDED).introduction

    assert "共5条：相符1条、无法复算1条、单位1条、差错2条。" in told
    assert "audit.html" in told
    assert "audit.csv" in told


def test_the_annex_tells_one_reason_once(tmp_path):
    """With each place and what it prints; on the page each finding stands by itself."""
    false = {"expression": "rises(graduates)"}
    claims = [
        false | {"place": "1.1 第2段", "printed": "毕业生增加"},
        false | {"place": "1.1 第3段", "printed": "毕业生增加"},
        false | {"place": "2.3 第1段", "printed": "毕业生多了"},
    ]
    found = review(audit_claims(tmp_path, *claims), ())
    told = annex(found, RECORDED)
    source, _ = book_source(book_notebooks.book(), whole=True, annex=told)

    assert len(told.entries) == 1
    assert source.count(told.entries[0].evidence) == 1
    assert '(place: "1.1 第2段、1.1 第3段", printed: "“毕业生增加”")' in source
    assert '(place: "2.3 第1段", printed: "“毕业生多了”")' in source
    assert len(html.fromstring(audit_files(found, documents(), RECORDED)["audit.html"]).find_class("finding")) == 3


def test_the_page_is_filtered_and_accessible(browser, files, axe_source, tmp_path):
    """By checkbox, without a script of its own; axe finds nothing, wide or narrow."""
    path = tmp_path / "audit.html"
    path.write_text(files[1]["audit.html"], encoding="utf-8")
    for width in (1280, 390):
        page = browser.new_page(viewport={"width": width, "height": 844})
        page.goto(path.as_uri())
        assert page.locator(".finding:visible").count() == 3
        page.locator("#show-confirmed").check()
        page.locator("#show-error").uncheck()
        assert page.locator(".finding:visible").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(axe_source)
        violations = page.evaluate("axe.run().then(result => result.violations.map(one => one.id))")
        assert violations == []
        page.close()
