"""Executed chapters, composed from blocks. Every number in them is invented, and so is the city of 示例市.

They show all that a page can hold: prose with facts, tables narrow and wide, with one header row and with two, a
figure, a case, gaps, a section that its gaps left empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.chapter import CHAPTER_MIME_TYPE
from helpers.writing.blocks import (
    Block,
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
    from nbformat import NotebookNode

YEAR = 2030
CONTENTS = [
    {"number": "00", "slug": "preface", "title": "前言", "sections": []},
    {
        "number": "01",
        "slug": "basic-conditions",
        "title": "基本情况",
        "sections": [
            {"id": "scale", "number": "1.1", "title": "规模与布局"},
            {"id": "facilities", "number": "1.2", "title": "设施设备"},
            {"id": "teachers", "number": "1.3", "title": "教师队伍"},
        ],
    },
    {
        "number": "02",
        "slug": "student-development",
        "title": "学生发展",
        "sections": [{"id": "outcomes", "number": "2.1", "title": "出口质量"}],
    },
]
SERIES = ("职业高中", "技工学校", "普通中专")
DRAWN = {"2028年": (512, 208, 96), "2029年": (540, 231, 101), "2030年": (583, 260, 99)}


def card(
    indicator: str, label: str, value: str, *, year: int = YEAR, inputs: tuple[CardInput, ...] = (), **more: str
) -> Card:
    """Make a card with an invented origin."""
    digits = "".join(letter for letter in value if letter in "0123456789.-")
    return Card(
        id=f"{indicator}-{year}-sample-all",
        label=label,
        entity_name="示例市",
        period=f"{year}年（{year}/{year + 1}学年初）",
        value=value,
        scope=more.pop("scope", "各类独立设置的中等职业学校"),
        source=more.pop("source", "示例市教育事业统计资料（虚构）"),
        locator=more.pop("locator", "第3页，综合表，第2行"),
        indicator=indicator,
        entity="sample",
        year=year,
        scope_code="all",
        number=digits or "0",
        inputs=inputs,
        **more,
    )


def run(made: Card, text: str | None = None) -> Number:
    """Print a card's number."""
    return Number(text=text or made.value, card=made.id)


def by_id(*cards: Card) -> dict[str, Card]:
    """Key cards as a block does."""
    return {made.id: made for made in cards}


def sentence(*parts: str | Run, lead: str = "") -> Paragraph:
    """Make a paragraph of words and facts."""
    return Paragraph(lead=lead, runs=tuple(Text(text=part) if isinstance(part, str) else part for part in parts))


ENROLMENT = card("enrolment", "在校生数", "98421人", definition="学年初具有学籍的全日制学生数。")
ENROLMENT_BEFORE = card("enrolment", "在校生数", "91007人", year=YEAR - 1)
GROWTH = card(
    "enrolment.growth",
    "在校生数比上年增长率",
    "8.15%",
    source="",
    locator="",
    exact="8.14662608371%",
    formula="enrolment.growth",
    formula_words=f"（{YEAR}年在校生数 − {YEAR - 1}年在校生数） ÷ {YEAR - 1}年在校生数",
    formula_numbers="（98421人 − 91007人） ÷ 91007人 = 8.15%",
    inputs=(
        CardInput(
            label=f"示例{YEAR}年在校生数",
            value="98421人",
            source="示例市教育事业统计资料（虚构），第3页，综合表，第2行",
        ),
        CardInput(
            label=f"示例{YEAR - 1}年在校生数",
            value="91007人",
            source="示例市教育事业统计资料（虚构），第3页，综合表，第1行",
        ),
    ),
)
SCHOOLS = card("schools", "学校数", "58所")
AREA = card(
    "land_area_per_student",
    "生均占地面积",
    "36.4平方米",
    status="暂定数",
    scope="职业高中（不含技工学校、普通中专、成人中专）",
)
HONOURS = card(
    "honours",
    "省级以上荣誉",
    "42项",
    formula_words="逐条计数",
    inputs=tuple(CardInput(label=f"示例市第{place}职业学校　省级示范项目", value="") for place in range(1, 43)),
)


def prose() -> Prose:
    """Return two paragraphs, one with a run-in heading."""
    return Prose(
        paragraphs=(
            sentence(
                f"{YEAR}年，全市独立设置的中等职业学校共", run(SCHOOLS), "，在校生", run(ENROLMENT), "，比上年增长",
                run(GROWTH), "。学校布局与全市产业布局基本一致，主城区学校以现代服务业类专业为主，其余各区、"
                "县（市）学校以先进制造业类和现代农业类专业为主，“一校一品”特色鲜明，优质教育资源覆盖面稳步扩大。",
            ),
            sentence(
                "各校坚持德技并修，全年获省级以上荣誉", run(HONOURS), "；生均占地面积", run(AREA),
                "，高于《中等职业学校设置标准》的要求。", lead="荣誉与条件。",
            ),
        ),
        cards=by_id(SCHOOLS, ENROLMENT, GROWTH, HONOURS, AREA),
    )  # fmt: skip


def simple_table() -> Table:
    """Return a table of years by indicators, whose numbers have unequal decimals."""
    area_before = card("land_area_per_student", "生均占地面积", "35平方米", year=YEAR - 1)
    schools_before = card("schools", "学校数", "59所", year=YEAR - 1)
    return Table(
        number="表1",
        title=f"{YEAR - 1}—{YEAR}年示例市中等职业学校办学规模",
        header=(
            tuple(HeaderCell(text=text) for text in ("年份", "学校数（所）", "在校生数（人）", "生均占地面积（平方米）")),
        ),
        rows=(
            Row(
                cells=(
                    (Text(text=f"{YEAR - 1}年"),), (run(schools_before, "59"),), (run(ENROLMENT_BEFORE, "91007"),),
                    (run(area_before, "35"),),
                )
            ),
            Row(
                cells=(
                    (Text(text=f"{YEAR}年"),), (run(SCHOOLS, "58"),), (run(ENROLMENT, "98421"),), (run(AREA, "36.4"),),
                )
            ),
        ),
        notes=("生均占地面积只计职业高中。",),
        source="《示例市教育事业统计资料》（虚构）",
        cards=by_id(SCHOOLS, schools_before, ENROLMENT, ENROLMENT_BEFORE, AREA, area_before),
    )  # fmt: skip


def wide_table() -> Table:
    """Return a table with two header rows and more columns than a phone has room for."""
    years = range(YEAR - 3, YEAR + 1)
    cards: dict[str, Card] = {}
    rows = []
    for place, title in enumerate(("正高级", "高级", "中级", "初级", "未定职级")):
        cells: list[tuple[Run, ...]] = [(Text(text=title),)]
        for year in years:
            count = card(
                f"teachers-{place}", f"专任教师数（{title}）", f"{310 + 97 * place + year - YEAR}人", year=year
            )
            share = card(f"teachers-{place}.share", f"专任教师数（{title}）占比", f"{8 + 3.15 * place:.2f}%", year=year)
            cards |= by_id(count, share)
            cells += [(run(count, count.value[:-1]),), (run(share),)]
        rows.append(Row(cells=tuple(cells)))
    rows.append(Row(cells=((Text(text="其他"),), *((Text(text="—"),),) * 8)))
    return Table(
        number="表2",
        title="示例市中等职业学校专任教师职称结构",
        header=(
            (HeaderCell(text="职称", rows=2), *(HeaderCell(text=f"{year}年", columns=2) for year in years)),
            tuple(HeaderCell(text=text) for _ in years for text in ("人数", "占比")),
        ),
        rows=tuple(rows),
        source="《示例市教育事业统计资料》（虚构）",
        cards=cards,
    )


def figure() -> Figure:
    """Return a bar chart in SVG as matplotlib writes it: prologue, metadata, style sheet, ids."""
    cards: dict[str, Card] = {}
    data = []
    for category, values in DRAWN.items():
        for series, value in zip(SERIES, values, strict=True):
            made = card(f"entrants-{SERIES.index(series)}", f"招生数（{series}）", f"{value}人", year=int(category[:4]))
            cards |= by_id(made)
            data.append(Datum(series=series, category=category, value=str(value), unit="人", card=made.id))
    return Figure(
        number="图1",
        title=f"{YEAR - 2}—{YEAR}年示例市中等职业学校招生数",
        alt="柱状图：三年间职业高中、技工学校招生数逐年增加，普通中专基本持平。",
        svg=svg(),
        data=tuple(data),
        source="《示例市教育事业统计资料》（虚构）",
        cards=cards,
    )


def svg() -> str:
    """Draw grouped bars."""
    colours = ("#0f4c75", "#6f9fc0", "#b08d3c")
    bars = [
        f'<g id="patch_{3 * group + place}"><path d="M {60 + 130 * group + 34 * place} 240 \n'
        f'l 28 0 l 0 {-value * 0.36:.1f} l -28 0 z" clip-path="url(#p1)" style="fill: {colours[place]}"/></g>'
        for group, values in enumerate(DRAWN.values())
        for place, value in enumerate(values)
    ]
    return (
        '<?xml version="1.0" encoding="utf-8" standalone="no"?>\n'
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
        '<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="460.8pt" height="266.4pt" viewBox="0 0 460.8 266.4" '
        'xmlns="http://www.w3.org/2000/svg" version="1.1">\n'
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>\n'
        '<defs><style type="text/css">*{stroke-linejoin: round; stroke-linecap: butt}</style>'
        '<clipPath id="p1"><rect x="40" y="10" width="410" height="231"/></clipPath>'
        '<path id="m1" d="M 0 0 L 0 4" style="stroke: #1c2733"/></defs>\n'
        f'<g id="figure_1">{"".join(bars)}<path d="M 40 240 L 450 240" style="stroke: #1c2733"/>'
        '<use xlink:href="#m1" x="105" y="240"/><use xlink:href="#m1" x="235" y="240"/></g>\n</svg>\n'
    )


def case() -> CaseBox:
    """Return a case."""
    return CaseBox(
        number="案例1-1",
        title="建“校中厂”，育“准员工”",
        schools=("示例市第一职业学校",),
        paragraphs=(
            sentence(
                "学校与本地龙头企业共建校内实训基地，学生在真实订单中轮岗，教师与技师同堂授课，全市", run(SCHOOLS),
                "学校中已有多所借鉴这一做法。",
            ),
        ),
        cards=by_id(SCHOOLS),
    )  # fmt: skip


def gaps() -> GapList:
    """Return two gaps."""
    return GapList(
        gaps=(
            Gap(what=f"{YEAR - 1}年生均图书", reason="上年无数据，不作比较"),
            Gap(what="表3 示例市中等职业学校师资", reason="无数据"),
        )
    )


def heading(text: str, cell_id: str) -> NotebookNode:
    """Return a Markdown cell."""
    return new_markdown_cell(text, id=cell_id)


def shows(block: Block, cell_id: str) -> NotebookNode:
    """Return a code cell that was executed and showed ``block``."""
    bundle = block._repr_mimebundle_()
    return new_code_cell(
        "…", id=cell_id, outputs=[new_output("display_data", data=bundle)], metadata={"tags": []}, execution_count=None
    )


def bundle(number: str) -> dict[str, Any]:
    """Return what a chapter says of itself."""
    chapter = next(entry for entry in CONTENTS if entry["number"] == number)
    return {
        "number": number,
        "slug": chapter["slug"],
        "title": chapter["title"],
        "year": YEAR,
        "entity": "sample",
        "entity_name": "示例市",
        "short": "示例",
        "report_title": f"示例市中等职业教育质量年度报告（{YEAR}年）",
        "contents": CONTENTS,
    }


def notebook(number: str, *cells: NotebookNode) -> NotebookNode:
    """Return an executed chapter with these cells after its setup."""
    title = bundle(number)["title"]
    shown = f"{number.lstrip('0')} {title}".strip()
    data = {CHAPTER_MIME_TYPE: bundle(number), "text/plain": title}
    return new_notebook(
        cells=[
            new_markdown_cell(f"# {shown}", id="title"),
            new_code_cell("…", id="setup", outputs=[new_output("display_data", data=data)]),
            *cells,
        ]
    )


def basic_conditions() -> NotebookNode:
    """Return a chapter that holds one of everything."""
    return notebook(
        "01",
        new_markdown_cell("## 1.1 规模与布局", id="scale"),
        shows(prose(), "scale-prose"),
        shows(simple_table(), "scale-table"),
        shows(figure(), "scale-figure"),
        shows(case(), "scale-cases"),
        new_markdown_cell("## 1.2 设施设备", id="facilities"),
        shows(gaps(), "facilities-table"),
        new_markdown_cell("## 1.3 教师队伍", id="teachers"),
        shows(wide_table(), "teachers-table"),
        shows(gaps(), "verify"),
    )


def preface() -> NotebookNode:
    """Return a chapter without sections, figures or gaps."""
    return notebook("00", shows(Prose(paragraphs=(sentence("本报告所有数字均为虚构，仅供测试。"),)), "introduction"))


def outcomes() -> NotebookNode:
    """Return a chapter that prints numbers which another chapter prints too."""
    return notebook("02", new_markdown_cell("## 2.1 出口质量", id="outcomes"), shows(prose(), "outcomes-prose"))


def report() -> list[NotebookNode]:
    """Return a whole book."""
    return [preface(), basic_conditions(), outcomes()]
