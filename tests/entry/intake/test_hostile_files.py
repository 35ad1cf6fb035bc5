"""Files that would do harm: bombs, entities, macros, links, formulas. Real ones, made here."""

from __future__ import annotations

import time
import zipfile

import pytest

from helpers.entry.intake.importing import read_import
from helpers.entry.intake.marked import write_marked
from helpers.entry.intake.page import import_page
from helpers.entry.intake.workbook import Expected
from helpers.entry.layout import FIRST_ROW
from support.filled_workbook import COLUMN, TOPIC, make_workbook

SHEET = "xl/worksheets/sheet2.xml"


@pytest.fixture
def filled(tmp_path):
    """Return a clean filled workbook."""
    path = tmp_path / "filled.xlsx"
    make_workbook().save(path)
    return path


def repack(path, change=None, add=()):
    """Write the archive again with parts changed and added."""
    spoilt = path.with_name("spoilt.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(spoilt, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content) if change and name == SHEET else content)
        for name, content in add:
            target.writestr(name, content)
    return spoilt


def refusal(project, path):
    """Return the one thing said of a file that is refused as a whole."""
    result = read_import(project, path, Expected())
    assert result.outcome is None
    (problem,) = result.problems
    return str(problem)


def test_a_zip_bomb_is_refused_unopened(project, filled):
    """A part that unpacks a thousandfold is not unpacked."""
    started = time.process_time()

    said = refusal(project, repack(filled, add=[("xl/media/image1.xml", b"\0" * 150 * 2**20)]))

    assert "压缩炸弹" in said
    assert time.process_time() - started < 10


def test_an_archive_that_lies_about_its_sizes_is_damaged_and_no_bomb(project, filled):
    """What is read is bounded by what was declared, and the checksum tells."""
    bomb = repack(filled, add=[("xl/extra.xml", b"<a>" + b" " * 900_000 + b"</a>")])
    data = bomb.read_bytes()
    declared = (900_007).to_bytes(4, "little")
    assert data.count(declared) == 2
    bomb.write_bytes(data.replace(declared, (70).to_bytes(4, "little")))

    assert "损坏" in refusal(project, bomb)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_is_refused(project, filled, encoding):
    """Billion laughs, in either encoding."""
    laughs = '<?xml version="1.0" encoding="%s"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'

    said = refusal(project, repack(filled, add=[("xl/extra.xml", (laughs % encoding).encode(encoding))]))

    assert "文档类型" in said


def test_an_external_entity_in_a_sheet_is_refused(project, filled):
    """No file of this machine is read into a cell."""
    entity = b'<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    spoilt = repack(filled, change=lambda sheet: entity + sheet)

    assert "文档类型" in refusal(project, spoilt)


def test_macros_are_refused(project, filled):
    """Nothing here would run them; whoever opens the marked copy might."""
    assert "宏" in refusal(project, repack(filled, add=[("xl/vbaProject.bin", b"\xd0\xcf")]))


def test_an_old_or_encrypted_workbook_says_what_to_do(project, tmp_path):
    """Both are OLE files; the remedy is the same."""
    path = tmp_path / "old.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)

    assert "另存为 .xlsx" in refusal(project, path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x03\x04" + b"\xff" * 300, b"hello"])
def test_rubbish_is_refused_in_words(project, tmp_path, content):
    """Whatever a file is, it never makes a traceback."""
    path = tmp_path / "rubbish.xlsx"
    path.write_bytes(content)

    assert refusal(project, path)


@pytest.mark.parametrize("keep", [0.2, 0.5, 0.9, 0.99])
def test_a_file_cut_short_is_refused(project, filled, keep):
    """A transfer that broke off."""
    data = filled.read_bytes()
    filled.write_bytes(data[: int(len(data) * keep)])

    assert refusal(project, filled)


def test_a_million_formatted_rows_do_no_harm(project, filled):
    """Formatting down to the last row is no content; the workbook is read as ever."""
    rows = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % row for row in range(1000, 1_048_577))
    spoilt = repack(filled, change=lambda sheet: sheet.replace(b"</sheetData>", rows + b"</sheetData>"))

    result = read_import(project, spoilt, Expected())

    assert result.problems == ()
    assert result.outcome.changes


def test_a_value_in_the_last_corner_is_refused(project, filled):
    """A table of sixteen thousand columns is none of ours."""
    corner = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'

    assert "超出" in refusal(project, repack(filled, change=lambda sheet: sheet.replace(b"</sheetData>", corner)))


def test_formulas_in_words_are_refused(take):
    """A reason or a title that a spreadsheet would run when it opens our CSV."""
    book = make_workbook(cases=[{"section": "规模", "title": '=HYPERLINK("http://x","y")', "summary": "甲"}],
                         notes=[{"text": "@SUM(1)"}])  # fmt: skip
    book[TOPIC].cell(4, COLUMN["reason"]).value = "+cmd|' /C calc'!A0"
    book["案例"]["E4"] = "{{ enrolment }}"

    found = {problem.where for problem in take(book).problems}

    assert {"基本情况!J4", "案例!D4", "案例!E4", "备注!C4"} <= found


def test_what_a_clerk_typed_is_neither_markup_nor_formula_in_the_reports(project, tmp_path):
    """The page escapes it, the marked copy keeps it as text and marks the cell."""
    import openpyxl  # noqa: PLC0415

    book = make_workbook()
    book[TOPIC].cell(8, COLUMN["value"]).value = "<script>1</script>"
    path, marked = tmp_path / "filled.xlsx", tmp_path / "marked.xlsx"
    book.save(path)
    result = read_import(project, path, Expected())

    page = import_page(path.name, result)
    write_marked(path, marked, result.grid, result.problems)

    assert "<script>1" not in page
    assert "&lt;script&gt;1" in page
    copy = openpyxl.load_workbook(marked)
    cell = copy[TOPIC].cell(8, COLUMN["value"])
    assert "别的内容" in cell.comment.text
    assert cell.fill.fgColor.rgb == "FFF2B8B5"
    assert copy.sheetnames[0] == "问题清单"
    assert copy["问题清单"].cell(FIRST_ROW, 1).value == f"{TOPIC}!{cell.coordinate}"
