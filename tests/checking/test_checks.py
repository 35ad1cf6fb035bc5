"""Every check passes on a sound project and finds the one thing that is wrong with a broken one. Numbers INVENTED."""

from __future__ import annotations

import re

import pytest

import helpers.checking.checks  # noqa: F401 - registers the checks
from helpers.building.check_page import check_page
from helpers.checking.registry import AREAS, CHECKS, WAITING, InChinese, check, run_checks
from support.small_project import (
    CASES,
    CATALOGUE,
    CHAPTERS,
    ENTITIES,
    OBSERVATIONS,
    RECORDS,
    SOURCES,
    STANDARDS,
    make_project,
)

ENOUGH = OBSERVATIONS.replace(",32000,volume", ",33200,volume").replace(",32450,volume", ",33650,volume")
SORTED = "\n".join(sorted(ENOUGH.splitlines(), key=lambda line: (line.split(",")[2], line))) + "\n"


def row(year, indicator, value, unit="person", breakdown="", note="", status="final"):
    """Write an observation of the invented city."""
    return f"river,{year},{indicator},,{breakdown},{value},{unit},,{status},yearbook,表9,{note}\n"


def more(*rows):
    """Write the sound observations with others among them, in their order."""
    added = "".join(rows).splitlines()
    keep = [line for line in SORTED.splitlines() if not any(same_number(line, one) for one in added)]
    return "\n".join(sorted([*keep, *added], key=order)) + "\n"


def order(line):
    """Return what rows are sorted by."""
    entity, year, indicator, scope, breakdown, *_ = line.split(",")
    return indicator, entity, year, scope, breakdown


def same_number(first, second):
    """Say whether two rows give the same number."""
    return order(first) == order(second)


def sound(root, **replacements):
    """Write a project in which every check passes."""
    project = make_project(root, **{"observations": SORTED, **replacements})
    (project.notebooks / "01_basics.ipynb").write_text("{}", encoding="utf-8")
    return project


def outcomes(project):
    """Run the checks; return each one's outcome and problems by name."""
    return {result.check.name: (result.outcome, result.problems) for result in run_checks(project)}


RANGED = CATALOGUE.replace(
    "decimals: 2, formula: land_area / enrolment", 'decimals: 2, formula: land_area / enrolment, range: ["10", "50"]'
)
PARTED = CATALOGUE.replace(
    "teachers: {label: 专任教师数, unit: person}", "teachers: {label: 专任教师数, unit: person, part_of: graduates}"
)
CHANGING = (
    CATALOGUE + "  books_change: {label: 图书增减, unit: volume}\n  books_growth: {label: 图书增长率, unit: percent}\n"
)
SCOPED = more(row(2020, "graduates", 390)).replace("river,2020,graduates,,", "river,2020,graduates,own,")
OVERLAPPING = (
    STANDARDS
    + """\
- {code: later, indicator: books_per_student, value: 40, unit: per_student, direction: not_below,
   legal: 测试标准第四条, from: 2020, to: null}
"""
)

CHINESE = re.compile("[\u4e00-\u9fff]")

BROKEN = {
    "data_can_be_read": ({"observations": more(row(2020, "graduates", "三百"))}, "'三百' is not a number"),
    "cells_are_clean": ({"observations": more(row(2020, "graduates", 390, note="３９０人"))}, "FULLWIDTH DIGIT THREE"),
    "rows_are_in_order": ({"observations": "\n".join(reversed(SORTED.splitlines())) + "\n"}, "stands after"),
    "formulas_can_be_read": ({"catalogue": CATALOGUE.replace("enrolment / teachers", "enrolment /")}, "cannot be read"),
    "formulas_can_be_computed": ({"observations": more(row(2019, "teachers", 0))}, "divides by zero"),
    "registers_are_numbered": ({"records": RECORDS.replace("schools,2,", "schools,3,")}, "where 2 is expected"),
    "parents_lead_upwards": ({"entities": ENTITIES.replace("kind: city}", "kind: city, parent: brook}")}, "back to"),
    "notebooks_exist": ({"chapters": CHAPTERS.replace("01_basics", "02_other")}, "02_other.ipynb is not there"),
    "sources_are_used": ({"sources": SOURCES + "gazette: {title: 公报, producer: 统计局}\n"}, "no number names"),
    "parts_make_the_whole": (
        {"observations": more(row(2020, "schools", 4, "school", "school_kind=high"))}, "its parts by school_kind add to 7",
    ),
    "shares_make_a_hundred": (
        {"observations": more(*(row(2020, "employment_rate", value, "percent", f"school_kind={kind}")
                                for kind, value in (("adult", "30"), ("high", "30.5"), ("skilled", "30"))))},
        "adds to 90.5, not 100",
    ),
    "parts_fit_the_whole": ({"catalogue": PARTED, "observations": more(row(2020, "teachers", 400))}, "more than 390"),
    "stated_changes_follow": (
        {"catalogue": CHANGING, "observations": more(row(2020, "books_change", 540, "volume"))}, "give 450",
    ),
    "stored_values_follow": (
        {"observations": more(row(2020, "land_area_per_student", "33.10", "square_metre_per_student"))}, "gives 33.000500",
    ),
    "jumps_have_a_reason": ({"observations": more(row(2020, "graduates", 900))}, "400 in 2019, 900 in 2020"),
    "scopes_are_steady": ({"observations": SCOPED}, "scope all in 2019, own in 2020"),
    "series_have_no_hole": ({"observations": more(row(2017, "graduates", 380))}, "no number for 2018"),
    "values_are_possible": ({"observations": more(row(2020, "graduates", "390.5"))}, "is not a count"),
    "values_are_in_range": ({"catalogue": RANGED, "observations": more(row(2020, "land_area", 3630, "square_metre", note="新校区"))},
                            "3.3000"),
    "standards_do_not_overlap": ({"standards": OVERLAPPING}, "is in force beside books"),
    "standards_fit_their_indicator": ({"standards": STANDARDS.replace("value: 30, unit: per_student", "value: 30, unit: mu")},
                                      "mu cannot measure books_per_student"),
    "standards_are_met": ({"observations": more(row(2020, "books", 20000, "volume"))}, "misses 30"),
    "cases_have_a_section": ({"cases": CASES.replace("section: scale", "section: scales")}, "did you mean 'scale'"),
    "cases_can_be_written": ({"observations": SORTED.replace("brook,2020,enrolment", "brook,2020,graduates")}, "无数据"),
}  # fmt: skip


def test_every_check_passes_on_a_sound_project(tmp_path):
    """Nothing is found where nothing is wrong."""
    found = outcomes(sound(tmp_path))

    assert {name: problems for name, (outcome, problems) in found.items() if outcome != "pass"} == {}


@pytest.mark.parametrize("name", BROKEN)
def test_a_check_finds_what_is_wrong(tmp_path, name):
    """Each check, on the project that only it was made for."""
    replacements, told = BROKEN[name]
    outcome, problems = outcomes(sound(tmp_path, **replacements))[name]

    assert outcome == CHECKS[name].severity
    assert told in "\n".join(map(str, problems))


def test_a_growth_that_does_not_follow_is_found(tmp_path):
    """A stated difference that is right does not hide a stated growth that is wrong."""
    observations = more(row(2020, "books_growth", "1.50", "percent"), row(2020, "books_change", 450, "volume"))
    outcome, problems = outcomes(sound(tmp_path, catalogue=CHANGING, observations=observations))[
        "stated_changes_follow"
    ]

    assert outcome == "fail"
    assert [problem.what for problem in problems] == ["1.50 is stated; 33200 and 33650 give 1.3554"]


def test_a_narrative_that_names_what_is_not_there_is_found(tmp_path):
    """A misspelt name in a narrative is told with the nearest one."""
    project = sound(tmp_path)
    path = project.data / "narratives" / "2020" / "river" / "01.md"
    path.parent.mkdir(parents=True)
    path.write_text("## scale\n\n全市有{{ scholl }}。\n", encoding="utf-8")

    outcome, problems = outcomes(project)["narratives_can_be_written"]

    assert outcome == "fail"
    assert "'schools'" in str(problems[0])


def test_a_restated_number_must_say_so(tmp_path):
    """Another value in a later edition needs its status."""
    project = sound(tmp_path)
    later = project.data / "observations" / "2021.csv"
    header = (project.data / "observations" / "2020.csv").read_text(encoding="utf-8").splitlines()[0]
    later.write_text(f"{header}\n{row(2020, 'graduates', 391)}", encoding="utf-8")

    outcome, problems = outcomes(project)["restatements_are_marked"]
    assert outcome == "fail"
    assert "was 390 person (data/observations/2020.csv" in problems[0].what

    later.write_text(f"{header}\n{row(2020, 'graduates', 391, status='revised', note='补报')}", encoding="utf-8")
    assert outcomes(project)["restatements_are_marked"][0] == "pass"


def test_every_check_has_been_broken_once():
    """A new check needs a project that it fails on."""
    elsewhere = {"narratives_can_be_written", "restatements_are_marked"}

    assert CHECKS.keys() == BROKEN.keys() | elsewhere


def test_checks_of_the_data_wait_while_files_cannot_be_read(tmp_path):
    """One unreadable row does not make every check fail."""
    project = sound(tmp_path, observations=more(row(2020, "graduates", "三百")))
    results = run_checks(project)

    assert [result.check.name for result in results if result.outcome == "fail"] == ["data_can_be_read"]
    waiting = [result for result in results if result.outcome == "skip"]
    assert len(waiting) == len([one for one in CHECKS.values() if not one.of_files])
    assert {result.summary for result in waiting} == {WAITING}


def test_an_area_that_nobody_knows_is_refused():
    """A check's area is one of the list."""
    with pytest.raises(ValueError, match="'arithmatic' is not one of structure, arithmetic"):
        check("arithmatic", "Never registered.", InChinese("", "", ""))(lambda material: iter([str(material)]))
    assert all(one.area in AREAS for one in CHECKS.values())


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_is_told_in_both_languages(name):
    """The terminal has an English sentence for it, the page a Chinese title and Chinese sentences."""
    one = CHECKS[name]

    assert not CHINESE.search(one.passing + one.explanation)
    assert CHINESE.search(one.chinese.title)
    assert not one.chinese.title.endswith("。")
    for sentence in (one.chinese.passing, one.chinese.looking):
        assert CHINESE.search(sentence)
        assert sentence.endswith("。")
    assert len({other.chinese.title for other in CHECKS.values()}) == len(CHECKS)


@pytest.mark.parametrize("name", BROKEN)
def test_what_a_check_finds_is_told_in_chinese(tmp_path, name):
    """Every problem of every broken project, whichever check tells it: the page has no English sentence."""
    replacements, _ = BROKEN[name]
    problems = [one for _, found in outcomes(sound(tmp_path, **replacements)).values() for one in found]

    assert problems
    for one in problems:
        assert CHINESE.search(one.chinese), one
        assert one.chinese.endswith("。")


UNREADABLE = [
    {"catalogue": CATALOGUE.replace("unit: medal", "unit: medals")},
    {"catalogue": CATALOGUE.replace("unit: medal", "unit: medal, scope: every")},
    {"catalogue": CATALOGUE.replace("unit: medal", "unit: medal, polarty: higher")},
    {"catalogue": CATALOGUE.replace("unit: medal}", "unit: medal")},
    {"catalogue": CATALOGUE.replace("unit: medal", "unit: medal, part_of: prizes")},
    {"catalogue": CATALOGUE + "  prizes: 5\n"},
    {"catalogue": CATALOGUE + "prizes: {}\n"},
    {"standards": STANDARDS.replace("indicator: books_per_student", "indicator: books_per_pupil")},
    {"standards": "books: 5\n"},
    {"cases": CASES.replace("section: scale", "sections: scale")},
    {"cases": CASES.replace("[brook]", "[broke]")},
    {"records": RECORDS.replace("schools,2,", "schools,two,")},
    {"records": RECORDS.replace("schools,2,", "schools,1,")},
    {"observations": more(row(2020, "graduates", 390, unit="yuan"))},
    {"observations": more(row(2020, "graduates", "", status="final"))},
    {"observations": more(row(2020, "graduates", 5, status="not_available"))},
    {"observations": more(row(2020, "graduates", 5, breakdown="sort=high"))},
    {"observations": more(row(2020, "graduates", 5, breakdown="school_kind=hi"))},
    {"observations": SORTED + row(2020, "graduates", 390)},
    {"observations": SORTED + "river,2020\n"},
]


@pytest.mark.parametrize("number", range(len(UNREADABLE)))
def test_what_cannot_be_read_is_told_in_chinese(tmp_path, number):
    """Mistakes of the reference files, of registers and cases, of every column of an observation."""
    found = outcomes(sound(tmp_path, **UNREADABLE[number]))["data_can_be_read"][1]

    assert found
    assert [one for one in found if not CHINESE.search(one.chinese)] == []


def test_the_page_names_rows_and_places_in_chinese(tmp_path):
    """A row by its number, a computed number by whose, when and what it is."""
    short = more(row(2020, "books", 20000, "volume"), row(2020, "graduates", 900))
    page = check_page(run_checks(sound(tmp_path, observations=short)))

    assert re.search("<code>data/observations/2020.csv</code> 第[0-9]+行，value：2019年为400人", page)
    assert "清江市2020年生均图书：18.18册，没有达到标准30册（测试标准第二条）；核对所据的数。" in page
    assert not re.search(r"\brow [0-9]|river", page)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (row(2020, "land_area", "36299.9", "square_metre"), "32.9999平方米 misses 33平方米"),
        (row(2020, "teachers", "50"), "22.00:1 misses 20:1"),
    ],
)
def test_what_misses_a_standard_does_not_print_as_the_standard(tmp_path, change, told):
    """With as many places as tell the two apart, each in its unit."""
    ((_, problems),) = [
        found
        for name, found in outcomes(sound(tmp_path, observations=more(change))).items()
        if name == "standards_are_met"
    ]

    assert [told in str(problem) for problem in problems] == [True]


def test_the_page_tells_many_problems_of_one_kind_once(tmp_path):
    """The first three and how many there are; the problems of another kind stand by themselves."""
    rows = [
        row(year, "awards", value, "medal", "medal=gold")
        for year, value in zip(range(2010, 2020), "1" * 10, strict=True)
    ]
    disorder = "\n".join(reversed(more(*rows).splitlines())) + "\n"
    results = run_checks(sound(tmp_path, observations=disorder))
    count = next(len(one.problems) for one in results if one.check.name == "rows_are_in_order")
    page = check_page(results)

    assert count > 20
    assert page.count("”之后；依次按") == 3
    assert f"同一文件里这一类共{count}处，这里列出前3处" in page


def test_the_page_tells_every_check_and_every_problem(tmp_path):
    """Each check by its Chinese title, each problem escaped; the page needs no network."""
    results = run_checks(sound(tmp_path, observations=more(row(2020, "graduates", "<三百>"))))
    page = check_page(results)

    assert "&lt;三百&gt;" in page
    assert "<三百>" not in page
    assert all(f'id="check-{name}"' in page for name in CHECKS)
    assert all(one.chinese.title in page and one.passing not in page for one in CHECKS.values())
    assert "不通过</span> 1项" in page
    assert '<a href="#check-data_can_be_read">数据文件可以读入</a>：发现1处问题。' in page
    assert f"未检查</span> {len([one for one in CHECKS.values() if not one.of_files])}项" in page
    assert not re.search(r'(?:src|href)="https?:', page)
    assert page == check_page(results)
