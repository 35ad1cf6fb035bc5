"""Excel opens every workbook that leaves the house without offering to repair it: its rules, held over the XML."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook

from helpers.entry.intake.importing import read_import
from helpers.entry.intake.marked import write_marked
from helpers.entry.intake.workbook import Expected
from helpers.entry.layout import FIRST_ROW
from helpers.paths import Project
from support.strict_workbook import breaches

VALUE, STATUS = f"H{FIRST_ROW}", f"I{FIRST_ROW}"
SHEET = "xl/worksheets/sheet2.xml"
SPOILT = {
    "the sign =": (SHEET, b"<f>IF(", b"<f>=IF("),
    "no function of the base set": (SHEET, b"IFERROR(", b"XLOOKUP("),
    "there is no sheet": (SHEET, b"<f>IF(", b"<f>'nowhere'!$A$1+IF("),
    "characters, a rule may have 255": (SHEET, b"<formula1>0</formula1>", b"<formula1>" + b"0" * 256 + b"</formula1>"),
    "characters, a title may have 32": (SHEET, b'promptTitle="', b'promptTitle="' + b"t" * 33),
    "characters, a message may have 255": (SHEET, b' prompt="', b' prompt="' + b"m" * 256),
    "characters, a literal may have 255": (SHEET, b"<f>IF(", b'<f>"' + b"x" * 256 + b'"&amp;IF('),
    "characters, a formula may have 8192": (SHEET, b"<f>IF(", b"<f>" + b"1+" * 5000 + b"IF("),
    "lacks a bound": (SHEET, b"<formula2>100</formula2>", b""),
    "nested deeper": (SHEET, b"<f>IF(", b"<f>" + b"ABS(" * 65 + b"1" + b")" * 65 + b"+IF("),
    "256 arguments": (SHEET, b"<f>IF(", b"<f>SUM(" + b"1," * 255 + b"1)+IF("),
    "out of order: ": (SHEET, b"<sheetData>", b"<pageMargins/><sheetData>"),
    "unknown elements": (SHEET, b"<sheetData>", b"<sheetDate/><sheetData>"),
    "is out of order or has an unknown format": (SHEET, b'<c r="A1" s="', b'<c r="A1" s="9999'),
    "out of order or too tall": (SHEET, b'<row r="1" ht="27"', b'<row r="1" ht="410"'),
    "protection has": (SHEET, b"<sheetProtection ", b'<sheetProtection password="CC1A" '),
    "has no looks": (SHEET, b'dxfId="', b'dxfId="99'),
    "have one priority": (SHEET, b'priority="2"', b'priority="1"'),
    "is no name for a sheet": ("xl/workbook.xml", b"<workbookPr/>", b'<workbookPr/><sheet name="a:b" r:id="rId1" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'),
    "no name to Excel": ("xl/workbook.xml", b"<definedNames>", b'<definedNames><definedName name="AB12">1</definedName>'),
    "has no content type": ("[Content_Types].xml", b'Extension="rels"', b'Extension="real"'),
    "is not there": ("xl/_rels/workbook.xml.rels", b"sheet2.xml", b"sheet2222.xml"),
}  # fmt: skip


def spoil(content, part, old, new):
    """Return a workbook with the first ``old`` of a part replaced."""
    packed = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            held = source.read(name)
            if name == part:
                assert old in held
                held = held.replace(old, new, 1)
            target.writestr(name, held)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("entity", "model"), [("hangzhou", ""), ("hangzhou", "empty"), ("zhongce", ""), ("zhongce", "empty"), ("china", "")]
)
def test_a_workbook_breaks_no_rule_of_excel(workbooks, entity, model):
    """A city's, a school's and the nation's, with the questions of a year and with those of the catalogue alone."""
    assert breaches(workbooks(entity, model)) == []


def test_a_marked_copy_breaks_no_rule_of_excel(workbooks, project_root, tmp_path):
    """With its comments, their drawings and the list of problems (what is filled in is invented)."""
    book = load_workbook(BytesIO(workbooks("hangzhou")))
    sheet = book.worksheets[1]
    sheet[VALUE], sheet[STATUS] = "1,2O3", "暂缺"
    book.save(tmp_path / "filled.xlsx")
    taken = read_import(Project(project_root), tmp_path / "filled.xlsx", Expected())
    assert taken.problems
    write_marked(tmp_path / "filled.xlsx", tmp_path / "marked.xlsx", taken.grid, taken.problems)
    content = (tmp_path / "marked.xlsx").read_bytes()
    with zipfile.ZipFile(BytesIO(content)) as file:
        assert any("comments" in name for name in file.namelist())

    assert breaches(content) == []


@pytest.mark.parametrize("told", SPOILT)
def test_a_broken_rule_is_found(workbooks, told):
    """Each rule, broken once in a real workbook: the test above can fail."""
    part, old, new = SPOILT[told]

    assert any(told in breach for breach in _broken(spoil(workbooks("hangzhou"), part, old, new)))


def _broken(content):
    try:
        return breaches(content)
    except KeyError as missing:  # a part that a relationship names
        return [f"{missing} is not there"]
