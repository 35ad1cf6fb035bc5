"""The workbook that goes out: what it holds, that its formulas give the project's own numbers, that its bytes are the same."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

import system_tools
from helpers.entry.layout import (
    HEADER_ROW,
    PROPERTY,
    TOPIC_COLUMNS,
    Stamp,
    read_code,
    read_mark,
    record_columns,
    sheet_title,
)
from helpers.entry.questions import ask
from helpers.entry.workbook import new_year, to_bytes
from helpers.errors import ParameterError
from helpers.loading import load_data
from helpers.model import Fact
from helpers.paths import Project
from helpers.quantity import convert
from support.small_project import make_project
from support.spreadsheet import compute

COLUMN = {column.name: number for number, column in enumerate(TOPIC_COLUMNS, 1)}
CATALOGUE = """\
breakdowns:
  kind: {label: 学校类型, total: true, members: {high: 职业高中, adult: 成人中专}}
indicators:
  schools: {label: "=1+1", unit: school, applies_to: [city], breakdowns: [kind]}
  enrolment: {label: "@在校生数", unit: person, applies_to: [city, school]}
  land_area: {label: 占地面积, unit: square_metre, applies_to: [city, school]}
  rate: {label: "-就业率", unit: percent, applies_to: [city]}
  standing: {label: 名次, unit: rank, applies_to: [city]}
  per_student: {label: 生均, unit: square_metre_per_student, decimals: 2, formula: land_area / enrolment,
                range: ["1", "100"]}
"""
NEW = "partner_region_entrants|all|"
"""What is asked from 2021 on, so that there is no number of 2020 to fill in."""


def rows(book):
    """Yield sheet, row number and code of each row of the topic sheets."""
    for sheet in book:
        if sheet.cell(HEADER_ROW, 1).value == "编号":
            for row in range(HEADER_ROW + 1, sheet.max_row + 1):
                yield sheet, row, sheet.cell(row, 1).value


def fill(book, data, entity):
    """Give each number of 2021 the value of the year before: then every derived number must be that of 2020."""
    catalogue, observations = data
    for sheet, row, code in rows(book):
        key = read_code(code, entity, 2021)
        known = key and observations.get(replace(key, year=key.year - 1))
        if known and known.value is not None:
            sheet.cell(row, COLUMN["value"]).value = known.value
    for mark in book.defined_names.values():
        kind, code = read_mark(mark.name)
        if kind == "register":
            sheet = book[mark.attr_text.split("'")[1]]
            for number, record in enumerate(observations.register(entity, code, 2020), HEADER_ROW + 1):
                for column, field in enumerate(record_columns(catalogue.registers[code])[1:], 2):
                    sheet.cell(number, column).value = getattr(record, field.name) or None


def derived(book, facts, entity):
    """Yield code, address and fact of 2020 for each derived row."""
    for sheet, row, code in rows(book):
        if code.startswith("=") and "合计" not in sheet.cell(row, COLUMN["indicator"]).value:
            key = read_code(code[1:], entity, 2021)
            yield code, sheet.title, f"H{row}", facts.get(replace(key, year=2020)), sheet[f"H{row}"].value


def test_the_derived_cells_give_the_numbers_of_the_report(open_workbook, data, facts):
    """Filled with the values of 2020, every formula over cells computes what the project computes from its data."""
    book = open_workbook("hangzhou")
    fill(book, data, "hangzhou")
    compared = 0
    for code, title, address, fact, formula in derived(book, facts, "hangzhou"):
        if "COUNTIFS" in formula or "SUMPRODUCT" in formula:
            continue  # lists are counted in the test that has a spreadsheet program
        assert isinstance(fact, Fact), code
        wanted = float(convert(fact.value, fact.unit, fact.indicator.unit))
        assert compute(book, title, address) == pytest.approx(wanted, rel=1e-9), code
        compared += 1

    assert compared > 40


@pytest.mark.parametrize("entity", ["hangzhou", "zhongce", "china"])
def test_nothing_is_computed_from_blanks(open_workbook, facts, entity):
    """Before anything is filled in, a derived cell shows nothing: no zero, no error."""
    book = open_workbook(entity)
    for code, title, address, _, formula in derived(book, facts, entity):
        if "COUNTIFS" not in formula and "SUMPRODUCT" not in formula:
            assert compute(book, title, address) is None, code


@pytest.mark.slow
@pytest.mark.parametrize("entity", ["hangzhou", "zhongce"])
def test_a_spreadsheet_program_shows_the_same_numbers_and_no_error(open_workbook, data, facts, entity, tmp_path):
    """LibreOffice recalculates the filled workbook: lists are counted, verdicts are words, no cell is an error."""
    office = system_tools.find_office()
    if office is None:
        pytest.skip("LibreOffice is missing")
    book = open_workbook(entity)
    fill(book, data, entity)
    book.save(tmp_path / "filled.xlsx")
    command = [office, "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
               "--convert-to", "xlsx", "--outdir", str(tmp_path / "out"), str(tmp_path / "filled.xlsx")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    shown = load_workbook(tmp_path / "out" / "filled.xlsx", data_only=True)

    for code, title, address, fact, _ in derived(book, facts, entity):
        value = shown[title][address].value
        if isinstance(fact, Fact):
            assert value == pytest.approx(float(convert(fact.value, fact.unit, fact.indicator.unit)), rel=1e-9), code
        else:
            assert value in {None, ""}, code
    errors = [f"{sheet.title}!{cell.coordinate}" for sheet in shown for row in sheet.iter_rows() for cell in row
              if isinstance(cell.value, str) and re.match(r"#|Err:", cell.value)]  # fmt: skip
    assert errors == []
    verdicts = {code: sheet.cell(row, COLUMN["verdict"]).value for sheet, row, code in rows(shown)}
    if entity == "hangzhou":
        assert [code for code, verdict in verdicts.items() if verdict == "待填"] == [NEW]
        assert {*verdicts.values()} == {"正常", "与总数相符", "与100相符", "只作合计，无总数可比", "待填"}


def test_the_same_questions_give_the_same_bytes(data, workbooks):
    """No clock, no random order: a workbook can be made again and compared."""
    assert to_bytes(ask(*data, "zhongce", 2021)) == workbooks("zhongce")


def test_every_sheet_can_be_told_by_its_mark_and_the_book_by_its_stamp(open_workbook):
    """Nothing depends on titles, which a clerk may change."""
    book = open_workbook("hangzhou")
    marks = {mark.attr_text.split("'")[1]: read_mark(mark.name) for mark in book.defined_names.values()
             if read_mark(mark.name)}  # fmt: skip
    stamp = Stamp.from_text(next(one.value for one in book.custom_doc_props.props if one.name == PROPERTY))

    assert set(marks) == set(book.sheetnames)
    assert (stamp.entity, stamp.edition) == ("hangzhou", 2021)
    assert book.sheetnames[:4] == ["填报说明", "规模与布局", "设施设备", "教师队伍"]
    assert book.sheetnames[-3:] == ["其他清单", "备注", "选项"]
    assert {("register", "moral_education_brands"), ("register", "outstanding_graduates"),
            ("register", "labour_education_bases"), ("register", "innovation_laboratories")} <= set(marks.values())  # fmt: skip


@pytest.mark.parametrize("entity", ["hangzhou", "zhongce", "china"])
def test_only_entry_cells_can_be_written_in(open_workbook, entity):
    """Structure is protected without a password; every asked row can be filled, no other can; nothing is merged."""
    book = open_workbook(entity)
    entries = {column.name for column in TOPIC_COLUMNS if column.is_entry}

    assert book.security.lockStructure
    assert not book.security.workbookPassword
    for sheet in book:
        assert sheet.protection.sheet
        assert not sheet.protection.password
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.print_title_rows == f"${HEADER_ROW}:${HEADER_ROW}"
    for sheet, row, code in rows(book):
        for name, column in COLUMN.items():
            writable = name in entries and not code.startswith("=")
            assert sheet.cell(row, column).protection.locked is not writable


def test_entry_cells_are_typed_and_ranged(open_workbook):
    """Whole numbers for counts, decimals for measures, 0 to 100 for shares; a status is chosen from four words."""
    book = open_workbook("hangzhou")
    seen = {}
    for sheet, row, code in rows(book):
        for rule in sheet.data_validations.dataValidation:
            if f"H{row}" in rule.sqref:
                seen[code] = (rule.type, rule.formula1, rule.formula2)
            if f"I{row}" in rule.sqref:
                assert rule.formula1 == '"已填,暂缺,不适用,未采集"'
                assert not code.startswith("=")
    asked = [code for _, _, code in rows(book) if not code.startswith("=")]

    assert set(seen) == set(asked)
    assert seen["enrolment|all|"] == ("whole", "0", None)
    assert seen["land_area|vocational_high|"] == ("decimal", "0", None)
    assert seen["initial_employment_rate|vocational_high|"] == ("decimal", "0", "100")


def test_last_years_value_stands_beside_the_entry_cell(open_workbook, data):
    """As it was published, qualifier and all; where there is none, a word says so."""
    _, observations = data
    book = open_workbook("hangzhou")
    for sheet, row, code in rows(book):
        key = read_code(code, "hangzhou", 2021)
        if key is None:
            continue
        known = observations.get(replace(key, year=key.year - 1))
        shown = sheet.cell(row, COLUMN["before"]).value
        assert shown == (pytest.approx(float(known.value)) if known and known.value is not None else "无记录")


def test_last_years_derived_numbers_are_those_on_record(open_workbook, facts):
    """Until something is corrected, 上年数 of a derived row is what the project computes for that year."""
    book = open_workbook("hangzhou")
    for code, title, address, fact, _ in derived(book, facts, "hangzhou"):
        wanted = float(convert(fact.value, fact.unit, fact.indicator.unit))
        assert compute(book, title, address.replace("H", "F")) == pytest.approx(wanted, rel=1e-9), code


def test_last_years_derived_numbers_follow_a_correction(open_workbook):
    """上年更正 (invented) moves a ratio, a sum, and a rate that takes it from another derived row; nothing else."""
    book = open_workbook("hangzhou")
    places = {code: (sheet, row) for sheet, row, code in rows(book)}

    def before():
        return {code: compute(book, sheet.title, f"F{row}") for code, (sheet, row) in places.items() if code[0] == "="}

    def correct(code, by):
        sheet, row = places[code]
        sheet.cell(row, COLUMN["correction"]).value = sheet.cell(row, COLUMN["before"]).value + by
        return sheet.cell(row, COLUMN["before"]).value

    first = before()
    land = correct("land_area|vocational_high|", 1000)
    staffed = correct("full_time_teachers|vocational_high|title=junior", 10)
    excellent = [correct(code, 1) for code in places if code.startswith("accepted_projects|all|rating=excellent;")]
    moved = {code: value for code, value in before().items() if value != pytest.approx(first[code], rel=1e-9)}

    assert (land, staffed, sum(excellent), len(excellent)) == (pytest.approx(2124802.51), 816, 21, 5)
    assert moved["=land_area_per_student|vocational_high|"] == pytest.approx(2125802.51 / 59030)
    assert moved["=full_time_teachers|vocational_high|"] == 4702 + 10
    assert moved["=overall_excellent_rate|all|"] == pytest.approx(100 * 26 / 68)  # of 21 / 63
    assert {code.split("|")[0].removeprefix("=") for code in moved} == {
        "land_area_per_student", "full_time_teachers", "rated_projects", "all_reviewed_projects", "reviewed_projects",
        "accepted_projects_excellent_rate", "accepted_projects_excellent_or_good_rate",
        "overall_excellent_rate", "overall_excellent_or_good_rate",
    }  # fmt: skip


def test_names_that_look_like_formulas_stay_text(tmp_path):
    """Invented labels that begin with = + - @ are written as text, in every sheet."""
    project = make_project(tmp_path, catalogue=CATALOGUE, observations="", records="", cases="", standards="")
    book = load_workbook(BytesIO(to_bytes(ask(*load_data(project), "river", 2021))))
    labels = {
        sheet.cell(row, COLUMN["indicator"]).value: sheet.cell(row, COLUMN["indicator"]) for sheet, row, _ in rows(book)
    }

    for label in ("=1+1", "@在校生数", "-就业率"):
        assert labels[label].data_type == "s"
        assert labels[label].quotePrefix


def test_a_title_fits_excel_and_is_unique():
    """At most 31 characters, no forbidden sign, and two long labels with the same beginning stay apart."""
    taken = set()
    first, second = sheet_title("甲" * 40, taken), sheet_title("甲" * 40, taken)

    assert (len(first), len(second)) == (31, 31)
    assert first != second
    assert sheet_title("a/b:[c]'", set()) == "a·b··c··"


def test_a_file_that_is_there_is_kept(tmp_path, project_root):
    """It may be filled in already."""
    path = tmp_path / "2021.xlsx"
    path.write_bytes(b"filled")

    with pytest.raises(ParameterError, match="already there"):
        new_year(Project(project_root), 2021, "zhongce", output=path)
    with pytest.raises(ParameterError, match=r"name it like 2021\.xlsx"):
        new_year(Project(project_root), 2021, "zhongce", output=tmp_path / "2021.xls")
    assert path.read_bytes() == b"filled"
    assert list(tmp_path.iterdir()) == [path]
