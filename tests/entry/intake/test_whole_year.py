"""A year and the next, played through without touching code. Every number filled in here is INVENTED."""

from __future__ import annotations

import shutil
from decimal import Decimal

import openpyxl
import pytest
from typer.testing import CliRunner

from helpers.cli import app
from helpers.entry.layout import FIRST_ROW, HEADER_ROW, TOPIC_COLUMNS
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.model import Key
from helpers.paths import PROJECT_VARIABLE, Project
from helpers.writing.cards import make_card

COLUMN = {column.name: number for number, column in enumerate(TOPIC_COLUMNS, 1)}
REVISED = "enrolment|all|"
DIVIDED = "full_time_teachers|vocational_high|"


@pytest.fixture(name="real")
def real_project(project_root, tmp_path, monkeypatch):
    """Return a copy of the project with its real data and notebooks."""
    for name in ("data", "notebooks"):
        shutil.copytree(project_root / name, tmp_path / name)
    monkeypatch.setenv(PROJECT_VARIABLE, str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return Project(tmp_path)


def run(*arguments):
    """Run a command and return what it printed; it must succeed."""
    result = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def check():
    """Run ``nianbao check`` and return its exit code and what it warns of or fails."""
    result = CliRunner().invoke(app, ["check"], catch_exceptions=False)
    return result.exit_code, [line for line in result.output.splitlines() if line.startswith(("FAIL", "WARN", "  "))]


def fill(path, *, corrected=(), raised=()):
    """Fill every cell that is asked: last year's number again, or one more where no parts must add up to it."""
    book = openpyxl.load_workbook(path)
    divided = {code.rpartition("|")[0] for sheet in book.worksheets for (code,) in sheet.iter_rows(max_col=1, values_only=True)
               if isinstance(code, str) and "=" in code.rpartition("|")[2]}  # fmt: skip
    for sheet in book.worksheets:
        if sheet.cell(HEADER_ROW, COLUMN["value"]).value != "本年数":
            continue
        for row in range(FIRST_ROW, sheet.max_row + 1):
            code = str(sheet.cell(row, COLUMN["code"]).value or "=")
            if code.startswith("="):
                continue
            before = sheet.cell(row, COLUMN["before"]).value
            if isinstance(before, int | float):
                whole = code.count("|") == 2 and code.endswith("|") and isinstance(before, int) and before > 1000
                grown = code in raised or (whole and code[:-1] not in divided)
                sheet.cell(row, COLUMN["value"]).value = before + 1 if grown else before
            else:
                sheet.cell(row, COLUMN["status"]).value = "暂缺"
            if code in corrected:
                sheet.cell(row, COLUMN["correction"]).value = before - 5
                sheet.cell(row, COLUMN["reason"]).value = "学籍核减"
    book.save(path)


def test_two_years_are_made_from_workbooks_alone(real, tmp_path):
    """2021 from 2020, 2022 from 2021; a restated number stands beside the old one and its card says so."""
    run("new-year", "2021", "--entity", "hangzhou", "--output", "first.xlsx")
    fill(tmp_path / "first.xlsx", corrected=[REVISED])
    edition = real.data / "observations/2021.csv"
    others = edition.read_text(encoding="utf-8")
    assert "没有写入" in run("import", "first.xlsx", "--dry-run", "--year", "2021")
    assert edition.read_text(encoding="utf-8") == others
    assert "已写入 data/observations/2021.csv" in run("import", "first.xlsx")
    assert set(others.splitlines()) < set(edition.read_text(encoding="utf-8").splitlines())
    assert "没有要写的" in run("import", "first.xlsx")
    assert check() == (0, [])

    catalogue, observations = load_data(real)
    row = next(r for r in observations if r.key.indicator == "enrolment" and r.key.year == 2020
               and (r.key.entity, r.key.scope, r.key.cut) == ("hangzhou", "all", ()))  # fmt: skip
    old = next(r for r in observations.superseded if r.key == row.key)
    assert (row.edition, str(row.status), row.value) == (2021, "revised", old.value - Decimal(5))
    assert f"2021年版更正，原为{old.value}人（2020年版）；学籍核减" in row.note
    facts = Facts(catalogue, observations)
    card = make_card(facts, facts.get(row.key))
    assert (card.status, card.note.startswith("2021年版更正，原为")) == ("修订数", True)

    run("new-year", "2022", "--entity", "hangzhou", "--output", "second.xlsx")
    fill(tmp_path / "second.xlsx")
    assert "已写入 data/observations/2022.csv" in run("import", "second.xlsx")
    assert check() == (0, [])


def test_a_check_finds_what_no_cell_shows(real, tmp_path):
    """A total that its parts miss by one is taken, number by number; the check names its row and its parts."""
    run("new-year", "2021", "--entity", "hangzhou", "--output", "first.xlsx")
    fill(tmp_path / "first.xlsx", raised=[DIVIDED])
    run("import", "first.xlsx")
    _, observations = load_data(real)
    whole = observations.get(Key("hangzhou", 2021, "full_time_teachers", "vocational_high"))

    code, (head, *problems) = check()

    assert code == 1
    assert head == "FAIL  parts_make_the_whole: 2 problems"
    for problem, parted in zip(problems, ("degree", "title"), strict=True):
        assert f"{whole.where}: {whole.key} is {whole.value}, its parts by {parted} add to {whole.value - 1}" in problem


@pytest.mark.slow
def test_the_report_of_the_new_year_builds(real, tmp_path):
    """Import, check, then build: no code or notebook is touched."""
    run("new-year", "2021", "--entity", "hangzhou", "--output", "first.xlsx")
    fill(tmp_path / "first.xlsx")
    run("import", "first.xlsx")
    assert check() == (0, [])

    run("build", "--year", "2021", "--entity", "hangzhou", "--to", "html")

    assert (real.report(2021, "hangzhou") / "index.html").is_file()


@pytest.mark.usefixtures("real")
def test_a_refused_file_leaves_with_one_and_names_the_cell(tmp_path):
    """The table in the terminal, the page and the marked copy."""
    run("new-year", "2021", "--entity", "hangzhou", "--output", "first.xlsx")

    result = CliRunner().invoke(app, ["import", "first.xlsx", "--marked", "marked.xlsx", "--report", "found.html"])

    assert result.exit_code == 1
    assert "没有写入任何数据" in result.output
    assert (tmp_path / "marked.xlsx").is_file()
    assert "改好以前什么都没有写入" in (tmp_path / "found.html").read_text(encoding="utf-8")
