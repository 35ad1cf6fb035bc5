"""A draft in Word's format gives the claims of its text, with places that a reader finds. Every number is INVENTED."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from itertools import chain

import pytest

from helpers.archives import COMPOUND
from helpers.audit.mentions import read_draft
from helpers.audit.proposals import claims_csv
from helpers.audit.service import audit_file, propose_claims
from helpers.audit.word_documents import read_document
from helpers.errors import ParameterError
from helpers.loading import load_data
from support.small_project import make_project
from support.word import STRICT, cell, heading, paragraph, run, table, write_document

LINES = (
    "1.1 规模",
    "2020年，全市在校生1100人，比上年增加100人，增长10.00%；毕业生390人，比2019年减少10人。",
    "学校数6所。生师比12.22:1，纸质图书3.245万册，生均图书29.50册（见表1）。",
    "初次就业率97.25%，下降1.25个百分点；示范学校2所，占比33%。",
)


def field(instruction, *result):
    """Write a field with its instruction and its result, as word processors do."""
    chars = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return f"{chars[0]}<w:r><w:instrText>{instruction}</w:instrText></w:r>{chars[1]}{''.join(result)}{chars[2]}"


def texts(path):
    """Return the lines of a document that hold something."""
    return [line.text for line in read_document(path) if line.text.strip()]


@pytest.fixture
def draft(tmp_path):
    """Return a function that writes a document of blocks."""
    return lambda *blocks, **rest: write_document(tmp_path / "draft.docx", *blocks, **rest)


def test_the_same_text_gives_the_same_claims(tmp_path):
    """Whatever format a draft is saved in; only the places say more."""
    catalogue, observations = load_data(make_project(tmp_path / "project"))
    plain = tmp_path / "draft.txt"
    plain.write_text("\n".join(LINES), encoding="utf-8")
    word = write_document(tmp_path / "draft.docx", heading(LINES[0]), *map(paragraph, LINES[1:]))
    both = [read_draft(path, catalogue.units) for path in (plain, word)]
    claims = [[*chain(*propose_claims(catalogue, observations, draft, year=2020, entity="river"))] for draft in both]

    assert len(claims[0]) == 14
    assert [replace(claim, place="") for claim in claims[1]] == [replace(claim, place="") for claim in claims[0]]
    assert both[1].passed_over == both[0].passed_over
    assert [claim.place for claim in claims[0]][:6] == ["第2行"] * 5 + ["第3行"]
    assert [claim.place for claim in claims[1]][:6] == ["1.1 第1段"] * 5 + ["1.1 第2段"]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        (run("在校生") + run("1100人"), "在校生1100人"),
        (f'<w:ins>{run("在校生1100人")}</w:ins>', "在校生1100人"),
        (run("在校生") + "<w:del><w:r><w:delText>1000</w:delText></w:r></w:del>" + run("1100人"), "在校生1100人"),
        (f'<w:moveFrom>{run("1000人")}</w:moveFrom><w:moveTo>{run("1100人")}</w:moveTo>', "1100人"),
        (f'<w:hyperlink>{run("1100人")}</w:hyperlink>', "1100人"),
        (f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{run('1100人')}</w:sdtContent></w:sdt>", "1100人"),
        (run("在校生") + field("=SUM(A1:A9)", run("1100")) + run("人"), "在校生1100人"),
        (field(" PAGEREF _Toc7 ", run("17")) + run("在校生"), "在校生"),
        (field("IF ", field("MERGEFIELD x", run("1"))) + run("1100人"), "11100人"),
        ('<w:fldSimple w:instr=" SEQ 表 ">' + run("3") + "</w:fldSimple>", "3"),
        ('<w:fldSimple w:instr="PAGE">' + run("3") + "</w:fldSimple>" + run("人"), "人"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>1000人</w:t></w:r>" + run("1100人"), "1100人"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>1100人</w:t></w:r>', "1100人"),
        ("<m:oMath><m:r><m:t>1100÷6</m:t></m:r></m:oMath>", "1100÷6"),
        ("<w:r><w:ruby><w:rt><w:r><w:t>ren</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>人</w:t></w:r></w:rubyBase></w:ruby></w:r>",
         "人"),
        ("<w:r><w:t>1100</w:t><w:tab/><w:t>390</w:t><w:noBreakHyphen/><w:t>x</w:t></w:r>", "1100\t390-x"),
    ],
)  # fmt: skip
def test_what_a_reader_sees_is_read(draft, written, seen):
    """Inserted text, controls, formulas and results of fields; no deleted, hidden or page-numbering ones."""
    assert texts(draft(paragraph(written))) == [seen]


def test_an_instruction_that_holds_a_field_is_not_printed(draft):
    """Of a field within an instruction, nothing is seen."""
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    written = begin + field("MERGEFIELD x", run("1000")) + separate + run("1100") + end

    assert texts(draft(paragraph(written, run("人")))) == ["1100人"]


def test_a_line_break_makes_two_lines_and_a_deleted_paragraph_mark_none(draft):
    """As the text would be saved."""
    deleted = "<w:rPr><w:del/></w:rPr>"
    blocks = (
        paragraph("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r>"),
        paragraph("丙", properties=deleted),
        paragraph("丁"),
    )

    assert texts(draft(*blocks)) == ["甲", "乙", "丙丁"]
    assert texts(draft(paragraph("甲"), paragraph("乙", properties=deleted))) == ["甲", "乙"]


def test_notes_and_text_boxes_follow_the_paragraph_that_they_hang_on(draft):
    """A text box once, though older programs get a copy of it; a note where it is referred to."""
    box = f"<w:txbxContent>{paragraph('框内390人')}</w:txbxContent>"
    both = (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    referring = '<w:r><w:footnoteReference w:id="7"/></w:r>'
    notes = f'<w:footnote w:id="0">{paragraph("分隔")}</w:footnote><w:footnote w:id="7">{paragraph("不含6所。")}</w:footnote>'
    path = draft(heading("规模"), paragraph("在校生1100人", referring, both), paragraph("毕业生。"), notes=notes)

    assert [(line.text, line.place) for line in read_document(path)] == [
        ("规模", "规模 标题"),
        ("在校生1100人", "规模 第1段"),
        ("框内390人", "规模 第1段 文本框"),
        ("不含6所。", "脚注1"),
        ("毕业生。", "规模 第2段"),
    ]


def test_a_cell_is_named_by_its_heads(draft):
    """By those of its row and of its column, over merged cells; a table by its caption."""
    rows = [
        [cell("学历", '<w:vMerge w:val="restart"/>'), cell("2020年", '<w:gridSpan w:val="2"/>')],
        [cell("", "<w:vMerge/>"), "人数", "占比"],
        ["硕士", "15", "16.67%"],
        [cell("本科", '<w:vMerge w:val="restart"/>'), "75", "83.33%"],
        [cell("", "<w:vMerge/>"), "3", ""],
    ]
    path = draft(paragraph("表 2 学历"), paragraph("单位：人"), table(rows), table([["6"]]))
    places = {line.text: line.place for line in read_document(path) if any(sign.isdigit() for sign in line.text)}

    assert places == {
        "表 2 学历": "第1段",
        "2020年": "表2 第1行 第2列",
        "15": "表2 硕士 2020年 人数",
        "16.67%": "表2 硕士 2020年 占比",
        "75": "表2 本科 2020年 人数",
        "83.33%": "表2 本科 2020年 占比",
        "3": "表2 本科 2020年 人数",
        "6": "第2张表 第1行 第1列",
    }


@pytest.fixture
def said(tmp_path, project):
    """Return a function from the rows of a table to the statements about it and whether they hold."""

    def findings(*rows):
        catalogue, observations = load_data(project)
        path = write_document(tmp_path / "table.docx", paragraph("表2 学校"), table(rows))
        claims = propose_claims(catalogue, observations, read_draft(path, catalogue.units), year=2020, entity="river")
        rows = tmp_path / "table.csv"
        rows.write_text(claims_csv([*chain(*claims)]), encoding="utf-8")
        found = audit_file(project, catalogue, observations, rows, year=2020, entity="river").audit
        return {one.claim.place: (str(one.verdict), one.evidence) for one in found if one.claim.is_statement}

    return findings


HEAD = ["类型", "学校（所）", "在校生（人）"]


def test_what_stands_above_a_total_adds_up_to_it(said):
    """Where another column shows that the total is one; the unit stands in the head of the column."""
    found = said(HEAD, ["职业高中", "3", "700"], ["技工学校", "2", "300"], ["合计", "5", "1100"])

    assert found == {
        "表2 合计 学校(所)": ("confirmed", "3所 + 2所 = 5所，等于表2 合计 学校(所)5所。"),
        "表2 合计 在校生(人)": (
            "error",
            "700人 + 300人 = 1000人，不等于表2 合计 在校生(人)1100人；表中其余各数的合计。",
        ),
    }


def test_a_total_at_the_end_of_a_row_is_one_too(said):
    """男, 女, 合计 beside one another."""
    found = said(
        ["类型", "男生（人）", "女生（人）", "合计"],
        ["高中", "300人", "400人", "700人"],
        ["技校", "200人", "100人", "400人"],
    )

    assert found == {
        "表2 高中 合计": ("confirmed", "300人 + 400人 = 700人，等于表2 高中 合计700人。"),
        "表2 技校 合计": ("error", "200人 + 100人 = 300人，不等于表2 技校 合计400人；表中其余各数的合计。"),
    }


@pytest.mark.parametrize(
    "rows",
    [
        [HEAD, ["高中", "3", "700"], ["技校", "2", "300"], ["合计", "6", "1100"]],  # nothing adds up: perhaps no sum
        [HEAD, ["高中", "3", "700"], ["其中普通", "2", "300"], ["合计", "5", "1100"]],  # a part of a part
        [HEAD, ["高中", "3", "700"], ["小计", "3", "700"], ["合计", "6", "1100"]],
        [HEAD, ["高中", "3", "700"], ["技校", "2", "—"], ["合计", "5", "1100"]],  # a blank
        [["类型", "学校（所）", "生均面积（平方米）"], ["高中", "3", "33"], ["技校", "2", "30"], ["合计", "5", "32"]],
        [["类型", "学校（所）", "占比"], ["高中", "3", "60%"], ["技校", "2", "40%"], ["合计", "5", "99%"]],
        [["类型", "学校", "在校生"], ["高中", "3", "700"], ["技校", "2", "300"], ["合计", "5", "1100"]],  # in no unit
    ],
)
def test_where_a_table_leaves_a_doubt_nothing_is_said(said, rows):
    """An average, a share, a blank, a part of a part, a total that may count some things once."""
    assert {
        place: found for place, found in said(*rows).items() if found[0] not in {"confirmed", "not recomputable"}
    } == {}


def test_deleted_rows_are_not_read(draft):
    """Of a table whose changes were tracked."""
    rows = table([["学校", "数"], ["高中", "3"]]).replace("<w:tr>", "<w:tr><w:trPr><w:del/></w:trPr>", 1)

    assert texts(draft(rows)) == ["高中", "3"]


def test_a_caption_names_the_table_below_it_only(draft):
    """Prose that begins with 表1 is none."""
    path = draft(paragraph("表1显示，全市中等职业学校的规模稳中有升，结构趋于合理。"), table([["高中", "3"]]))

    assert [line.place for line in read_document(path)][1:] == ["第1张表 第1行 第1列", "第1张表 高中 第2列"]


def test_a_document_of_the_strict_format_is_read(draft):
    """Its names are others, its text is the same."""
    assert texts(draft(paragraph("在校生1100人"), space=STRICT)) == ["在校生1100人"]


def spoilt(path, kind):
    """Spoil a sound document."""
    match kind:
        case "old":
            path.write_bytes(COMPOUND + bytes(600))
        case "locked":
            path.write_bytes(COMPOUND + "EncryptedPackage".encode("utf-16-le") + bytes(600))
        case "cut off":
            path.write_bytes(path.read_bytes()[:-200])
        case "bomb":
            with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
                archive.writestr("word/media.xml", b" " * 9_000_000)
        case "document type":
            with zipfile.ZipFile(path, "a") as archive:
                archive.writestr("word/more.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
        case "no XML":
            with zipfile.ZipFile(path, "a") as archive:
                archive.writestr("word/more.xml", "<a>")
        case "another archive":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("a.txt", "a")
        case "deep":
            write_document(path, "<w:sdt>" * 3000 + "</w:sdt>" * 3000)
    return path


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("old", "draft.docx is of the old format .doc; open it in Word or WPS and save it as .docx"),
        ("locked", "draft.docx is locked by a password; open it in Word or WPS and save it as .docx without one"),
        ("cut off", "draft.docx is broken (File is not a zip file)"),
        ("bomb", "draft.docx unpacks to far too much, like a zip bomb (word/media.xml)"),
        ("document type", "draft.docx declares a document type (word/more.xml)"),
        ("no XML", "draft.docx is broken (word/more.xml: no element found"),
        ("another archive", "draft.docx is no Word document"),
        ("deep", "draft.docx is broken (too many levels)"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(project, draft, kind, told):
    """Locked, of the old format, damaged, or made to do harm."""
    path = spoilt(draft(paragraph("在校生1100人")), kind)

    with pytest.raises(ParameterError) as caught:
        read_draft(path, load_data(project)[0].units)

    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)


@pytest.fixture
def project(tmp_path):
    """Return the small project."""
    return make_project(tmp_path / "project")
