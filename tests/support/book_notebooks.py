"""Executed chapter notebooks composed from blocks, for tests of the book. Every number in them is invented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.chapter import CHAPTER_MIME_TYPE
from helpers.writing.blocks import (
    MIME_TYPE,
    Card,
    CardInput,
    CaseBox,
    Datum,
    Figure,
    Gap,
    GapList,
    HeaderCell,
    Number,
    Paragraph,
    Prose,
    Row,
    Run,
    Table,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from helpers.writing.blocks import Block

REPORT_TITLE = "临江市中等职业教育质量年度报告（2020年）"
AWKWARD = "甲#$*_[]<>@\\\"'`~-/=+1. 乙"
CONTENTS = [
    {"number": "00", "slug": "preface", "title": "前言", "sections": []},
    {"number": "01", "slug": "scale", "title": "基本情况", "sections": [
        {"id": "scale", "number": "1.1", "title": "规模与布局"},
        {"id": "facilities", "number": "1.2", "title": "设施设备"},
    ]},
]  # fmt: skip


def card(code: str, label: str, value: str, **details: Any) -> Card:
    """Make a card with the fields that every card has."""
    return Card(
        id=code, label=label, value=value, entity_name="临江市", period="2020年（2020/2021学年初）",
        scope="全部中等职业学校", indicator=code, entity="linjiang", year=2020, number=value,
        **({"source": "临江市教育统计资料（虚构）", "locator": "表1 2020年"} | details),
    )  # fmt: skip


ENROLMENT = card("enrolment-2020", "在校生数", "12345人", note="含全日制学生。")
GROWTH = card(
    "growth-2020", "在校生数比上年增长", "8.23%", source="", locator="", exact="8.2256711%",
    formula_words="（2020年在校生数 − 2019年在校生数） ÷ 2019年在校生数",
    formula_numbers="（12345人 − 11407人） ÷ 11407人 = 8.23%",
    inputs=(
        CardInput(label="临江2020年在校生数", value="12345人", source="临江市教育统计资料（虚构），表1 2020年"),
        CardInput(label="临江2019年在校生数", value="11407人", source="临江市教育统计资料（虚构），表1 2019年"),
    ),
)  # fmt: skip
PROVISIONAL = card("schools-2020", "学校数", "21所", status="暂定数")
CARDS = {one.id: one for one in (ENROLMENT, GROWTH, PROVISIONAL)}


def words(text: str) -> Text:
    """Make a run of words."""
    return Text(text=text)


def cell(*runs: Run | str) -> tuple[Run, ...]:
    """Make a table cell."""
    return tuple(words(run) if isinstance(run, str) else run for run in runs)


def number(one: Card, text: str = "") -> Number:
    """Make a run that prints a card's number."""
    return Number(text=text or one.value, card=one.id)


def prose(*, repeat: int = 1) -> Prose:
    """Make two paragraphs: a plain one, and one with a run-in heading."""
    opening = (
        words("2020年，全市独立设置的中等职业学校共"), number(PROVISIONAL), words("，在校生"), number(ENROLMENT),
        words("，比上年增长"), number(GROWTH),
        words("（表1，图1）。学校按照“统筹规划、优化布局、资源共享”的原则，（持续）推进集团化办学，《实施方案》与1+X证书、5G实训室同步落地。"),
    )  # fmt: skip
    lead = Paragraph(
        lead="办学条件持续改善。",
        runs=(
            words(
                "全市中等职业学校占地面积、建筑面积和设备总值均有所增加，生均指标普遍高于国家标准，" * 3
                + "为教学提供了保障。"
            ),
        ),
    )
    return Prose(paragraphs=(Paragraph(runs=opening), lead) * repeat, cards=CARDS)


def narrow_table() -> Table:
    """Make a table of years by indicators, with decimals to line up and a missing value."""
    heads = (
        "年份",
        "在校生数（人）",
        "生均占地面积（平方米）",
        "生均仪器设备值（万元）",
        "增长率",
        "生均图书（册）",
        "生均计算机（台）",
    )
    rows = (
        ("2019年", "11407", "35.57", "1.38", "—", "46.2", "0.35"),
        ("2020年", number(ENROLMENT, "12345"), "135.9", "1.4", number(GROWTH), "暂缺", "0.4"),
    )
    return Table(
        number="表1", title="2019—2020年临江市中等职业学校办学规模",
        header=(tuple(HeaderCell(text=head) for head in heads),),
        rows=tuple(Row(cells=tuple(cell(one) for one in row)) for row in rows),
        notes=("普通高中不计入。", "生均值按学年初在校生计算。"), source="《临江市教育统计资料（虚构）》（2020/2021学年初）", cards=CARDS,
    )  # fmt: skip


def paired_table(rows: int = 12) -> Table:
    """Make a table with a header of two rows, long words, and as many rows as wanted."""
    top = (
        HeaderCell(text="中职教育", columns=2), HeaderCell(text="对比行业", columns=2), HeaderCell(text="两者差距", rows=2),
    )  # fmt: skip
    second = tuple(HeaderCell(text=text) for text in ("专业类别", "在校学生人数占比", "行业类别", "从业人数占比"))
    body = tuple(
        Row(cells=(
            cell("信息技术类" if index % 2 else "交通运输类"), cell(f"{index * 1.37:.2f}%"),
            cell("信息传输、软件和信息技术服务业" if index % 2 else "交通运输、仓储和邮政业"),
            cell(f"{index * 0.81:.2f}%"), cell(f"{'−' if index % 3 else ''}{index * 0.56:.2f}%"),
        ))
        for index in range(1, rows + 1)
    )  # fmt: skip
    return Table(number="表2", title="部分专业与行业对比", header=(top, second), rows=body)


def list_table(rows: int = 6) -> Table:
    """Make a numbered list of named things, one of them awkward."""
    names = ["临江市第一职业学校", AWKWARD, "临江市旅游职业学校"]
    body = tuple(
        Row(cells=(cell(str(index + 1)), cell(names[index % 3]), cell(f"实训基地建设项目之{index + 1}")), headers=2)
        for index in range(rows)
    )
    header = (tuple(HeaderCell(text=text) for text in ("序号", "学校名称", "项目名称")),)
    return Table(number="表3", title="2020年立项名单", header=header, rows=body)


def wide_table(columns: int = 10) -> Table:
    """Make a table of many long numbers: ten columns fit only on a page on its side."""
    header = (tuple(HeaderCell(text=f"第{index}项指标数值（万元）") for index in range(1, columns + 1)),)
    body = tuple(
        Row(cells=tuple(cell(f"{1234567.89 * row + index:.2f}") for index in range(columns)), headers=0)
        for row in (1, 2)
    )
    return Table(number="表4", title="列数很多的宽表", header=header, rows=body)


def figure() -> Figure:
    """Make a figure of two bars."""
    svg = (
        '<?xml version="1.0" encoding="utf-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="453pt" height="200pt" viewBox="0 0 453 200">'
        '<rect x="60" y="60" width="120" height="120" fill="#14487a"/><rect x="260" y="20" width="120" height="160" fill="#e8a33d"/></svg>'
    )
    return Figure(
        number="图1", title="2019—2020年在校生数", alt="柱形图：在校生数由11407人增至12345人。", svg=svg,
        data=(Datum(series="在校生数", category="2020年", value="12345", unit="人", card=ENROLMENT.id),),
        source="《临江市教育统计资料（虚构）》", cards={ENROLMENT.id: ENROLMENT},
    )  # fmt: skip


def case(code: str = "案例1-1", paragraphs: int = 1) -> CaseBox:
    """Make a case."""
    text = Paragraph(
        runs=(
            words("学校实行集团化办学，新校区启用后可容纳在校生"),
            number(ENROLMENT),
            words("。" + "校企共建实训基地，开发课程，送教下乡。" * 5),
        )
    )
    return CaseBox(number=code, title=f"临江市第一职业学校{AWKWARD}启用", schools=("临江市第一职业学校", "临江市美术学校"), paragraphs=(text,) * paragraphs, cards={ENROLMENT.id: ENROLMENT})  # fmt: skip


def gaps() -> GapList:
    """Make a list of two gaps."""
    return GapList(gaps=(Gap(what="2020年毕业生数", reason="未采集"), Gap(what=f"表9 {AWKWARD}", reason="无数据")))


def chapter(number_: str, title: str, *pieces: Block | str) -> NotebookNode:
    """Make an executed chapter: a setup cell, then Markdown cells (strings) and blocks in the order given."""
    info = {
        "number": number_, "slug": "scale", "title": title, "year": 2020, "entity": "linjiang",
        "entity_name": "临江市", "short": "临江", "report_title": REPORT_TITLE, "contents": CONTENTS,
    }  # fmt: skip
    notebook = new_notebook()
    notebook.cells.append(_code("setup", {CHAPTER_MIME_TYPE: info, "text/plain": title}))
    for position, piece in enumerate(pieces):
        if isinstance(piece, str):
            notebook.cells.append(new_markdown_cell(piece, id=f"words-{position}"))
        else:
            shown = piece.model_dump(mode="json", exclude_defaults=True) | {"kind": piece.kind}  # type: ignore[attr-defined]
            notebook.cells.append(_code(f"block-{position}", {MIME_TYPE: shown, "text/html": "…", "text/plain": "…"}))
    return notebook


def book() -> list[NotebookNode]:
    """Make a preface and a chapter with everything that a chapter can hold."""
    pieces: Sequence[Block | str] = (
        "# 1 基本情况", "## 1.1 规模与布局", prose(), narrow_table(), figure(), case(), "## 1.2 设施设备", prose(repeat=2),
        paired_table(), list_table(), case("案例1-2", paragraphs=3), "一段*强调*的文字和`代码`，见[说明](https://example.org/)。\n\n> 引文\n\n- 甲\n- 乙",
        gaps(),
    )  # fmt: skip
    return [chapter("00", "前言", "# 前言", prose()), chapter("01", "基本情况", *pieces)]


def _code(cell_id: str, data: dict[str, Any]) -> NotebookNode:
    return new_code_cell("…", id=cell_id, execution_count=1, outputs=[new_output("display_data", data)])
