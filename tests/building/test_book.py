"""The book and the chapter PDFs: structure, accessibility, links, and the same bytes every time."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from helpers.building.book import book_source, compile_book
from helpers.building.book_exporter import BookExporter
from helpers.building.cover import cover_lines
from helpers.errors import BuildError, TemplateError
from helpers.writing.blocks import Figure, GapList, HeaderCell, Row, Table
from support import book_notebooks as made

if TYPE_CHECKING:
    from pathlib import Path

    from pypdf.generic import DictionaryObject


def open_pdf(pdf: bytes) -> PdfReader:
    """Open a PDF held in memory."""
    return PdfReader(io.BytesIO(pdf), strict=True)


def text_of(reader: PdfReader) -> str:
    """Return all text of a PDF without its spacing, which depends on how lines are broken."""
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def outline_of(reader: PdfReader) -> list[str]:
    """Return the titles of all bookmarks, in order."""

    def flat(entries: list) -> list[str]:
        return [title for entry in entries for title in (flat(entry) if isinstance(entry, list) else [entry.title])]

    return flat(reader.outline)


def elements(reader: PdfReader) -> list[DictionaryObject]:
    """Return all elements of the structure tree."""
    found = []
    waiting = [reader.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            found.append(node)
            waiting += [node["/K"]] if "/K" in node else []
    return found


@pytest.fixture(scope="module")
def book() -> PdfReader:
    """Compile a book of a preface and one chapter, once."""
    return open_pdf(compile_book(made.book(), whole=True))


def test_a_book_is_tagged_chinese_and_titled(book):
    """A screen reader learns language and title, and finds a structure."""
    root = book.trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].lower() == "zh-cn"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert book.metadata.title == made.REPORT_TITLE


def test_a_book_says_that_it_conforms(book):
    """The metadata name PDF/UA-1 and PDF/A-2a."""
    metadata = book.trailer["/Root"]["/Metadata"].get_data().decode()

    assert re.search(r"pdfuaid:part>1<|pdfuaid:part=.1.", metadata)
    assert re.search(r"pdfaid:part>2<|pdfaid:part=.2.", metadata)
    assert re.search(r"pdfaid:conformance>A<|pdfaid:conformance=.A.", metadata)


def test_tables_have_header_cells_and_figures_have_words(book):
    """Header cells are tagged as such, and the picture says what it shows."""
    tags = [element.get("/S") for element in elements(book)]
    alternatives = [
        element["/Alt"] for element in elements(book) if element.get("/S") == "/Figure" and "/Alt" in element
    ]

    assert tags.count("/Table") == 3
    assert tags.count("/TH") == 7 + 7 + 3
    assert made.figure().alt in alternatives


def test_every_font_is_embedded_and_open(book):
    """Nothing but the fonts of the locked package is used, and all of it is in the file."""
    fonts = {font for page in book.pages for font in page.get("/Resources", {}).get("/Font", {}).values()}
    descendants = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts]

    assert descendants
    assert all("NotoSansCJKsc" in font["/BaseFont"] for font in descendants)
    assert all("/FontFile3" in font["/FontDescriptor"] for font in descendants)


def test_bookmarks_lead_to_chapters_sections_cases_and_annex(book):
    """Bookmarks follow the headings."""
    awkward_case = f"【案例1-1】临江市第一职业学校{made.AWKWARD}启用"

    titles = outline_of(book)

    assert titles[:5] == ["目　录", "前言", "1 基本情况", "1.1 规模与布局", awkward_case]
    assert "附录 数字卡" in titles


def test_pages_are_numbered_from_the_preface_on(book):
    """The cover has no number, the contents Roman ones, the body begins with 1."""
    assert book.page_labels[1:4] == ["I", "1", "2"]
    assert "1" not in text_of_page(book, 0).split()
    assert text_of_page(book, 2).split()[-1] == "1"


def text_of_page(reader: PdfReader, index: int) -> str:
    """Return the text of one page."""
    return reader.pages[index].extract_text()


def test_the_contents_name_the_page_of_each_chapter(book):
    """The page numbers in the contents are those of the pages."""
    contents = "".join(text_of_page(book, 1).split())
    annex = book.page_labels[len(book.pages) - 1]

    assert re.search(r"前言\.*1(?=1基本情况)", contents)
    assert re.search(r"1基本情况\.*2(?=1\.1规模与布局)", contents)
    assert re.search(rf"附录数字卡\.*{annex}", contents)


def test_every_printed_number_stands_in_body_and_annex(book):
    """A number is printed where it is said, and once more on its card with formula and source."""
    text = text_of(book)

    for card in made.CARDS.values():
        assert text.count(card.value) >= 2
    assert "".join(made.GROWTH.formula_numbers.split()) in text
    assert "".join(made.GROWTH.formula_words.split()) in text
    assert "21所（暂定数）" in text
    assert "〔1〕临江市教育统计资料（虚构）" in text


def test_every_printed_number_is_linked_to_its_card(book):
    """Each number of the preface leads to a page of the annex, and no link has a border."""
    links = [note.get_object() for note in book.pages[2]["/Annots"]]
    annex = book.pages[len(book.pages) - 1].indirect_reference.idnum

    targets = [target_page(book, link) for link in links]

    assert targets.count(annex) == 3
    assert all(link.get("/Border", [0, 0, 0])[2] == 0 for link in links)


def target_page(reader: PdfReader, link: DictionaryObject) -> int:
    """Return the object number of the page that an internal link leads to."""
    destination = link.get("/Dest") or link["/A"]["/D"]
    if isinstance(destination, (str, bytes)):
        destination = reader.named_destinations[destination].dest_array
    return destination.get_object()[0].idnum


@pytest.mark.parametrize("where", ["案例", "表3", "暂缺"])
def test_awkward_characters_survive(book, where):
    """What is markup to Typst is a character to us, in titles, cells and gaps."""
    awkward = "".join(made.AWKWARD.split())

    assert text_of(book).count(awkward) >= 5, where


def test_gaps_stand_at_the_end_of_their_chapter(book):
    """What the data could not fill is listed, and behind it the reason."""
    assert "2020年毕业生数：未采集。" in text_of(book)


def test_the_same_chapters_give_the_same_bytes(monkeypatch, tmp_path: Path):
    """Neither the clock, nor the working directory, nor chance gets into the file."""
    first = compile_book(made.book(), whole=True)
    monkeypatch.chdir(tmp_path)

    second = compile_book(made.book(), whole=True)

    assert first == second
    assert str(tmp_path).encode() not in second
    assert open_pdf(first).metadata.creation_date.year == 2020


def test_a_chapter_by_itself_has_its_own_title_and_annex():
    """One chapter has neither cover nor contents."""
    chapter = made.book()[1]

    reader = open_pdf(compile_book([chapter], whole=False))

    assert reader.metadata.title == f"基本情况——{made.REPORT_TITLE}"
    assert "目录" not in text_of(reader)
    assert "1基本情况" in "".join(text_of_page(reader, 0).split())
    assert outline_of(reader)[0] == "1 基本情况"
    assert outline_of(reader)[-1] == "附录 数字卡"
    assert "在校生数" in text_of_page(reader, len(reader.pages) - 1)


def test_nbconvert_makes_a_pdf_of_a_chapter():
    """The exporter gives what the build gives."""
    chapter = made.book()[1]

    pdf, resources = BookExporter().from_notebook_node(chapter)

    assert pdf == compile_book([chapter], whole=False)
    assert resources["output_extension"] == ".pdf"


def test_a_long_table_repeats_its_header_and_says_that_it_goes_on():
    """Every page of a table has its headings."""
    chapter = made.chapter("01", "基本情况", "# 1 基本情况", made.paired_table(rows=60))

    pages = [page.extract_text() for page in open_pdf(compile_book([chapter], whole=False)).pages]

    assert len(pages) == 2
    assert all("从业人数占比" in page for page in pages)
    assert ["续表" in page for page in pages] == [False, True]


def test_numbers_in_line_are_not_broken():
    """第2位 and 10余年 take more room with their digits in line than either by itself."""
    values = ["10余年", "第2位", "9胜"]
    rows = tuple(
        Row(cells=(made.cell("全省中小学生校园足球联赛市级赛高中男子组名次" * 2), made.cell(value))) for value in values
    )
    table = Table(
        number="表1", title="数据一览", header=((HeaderCell(text="指标"), HeaderCell(text="数值")),), rows=rows
    )
    chapter = made.chapter("01", "基本情况", "# 1 基本情况", table)

    lines = text_of_page(open_pdf(compile_book([chapter], whole=False)), 0).splitlines()

    assert all(any(line.replace(" ", "").endswith(value) for line in lines) for value in values)


def test_a_wide_table_gets_a_page_on_its_side():
    """Columns that need more than the text width turn the page."""
    chapter = made.chapter("01", "基本情况", "# 1 基本情况", made.prose(), made.wide_table(), made.prose())

    boxes = [page.mediabox for page in open_pdf(compile_book([chapter], whole=False)).pages]

    assert [box.width > box.height for box in boxes[:3]] == [False, True, False]


def test_a_table_that_fits_nowhere_is_refused():
    """Nobody can read thirty columns."""
    chapter = made.chapter("01", "基本情况", "# 1 基本情况", made.wide_table(columns=30))

    with pytest.raises(TemplateError, match="表4: 30 columns do not fit"):
        compile_book([chapter], whole=False)


def test_text_fills_the_page_before_a_figure_that_does_not_fit():
    """A figure that would leave half a page empty stands on the next page, and the text goes on before it."""
    tall = made.figure()
    tall = tall.model_copy(update={"svg": tall.svg.replace("200pt", "450pt").replace("453 200", "453 450")})
    chapter = made.chapter("01", "基本情况", "# 1 基本情况", made.prose(repeat=2), tall, made.prose(repeat=4))

    reader = open_pdf(compile_book([chapter], whole=False))

    assert text_of_page(reader, 0).count("办学条件持续改善") > 2
    assert "图1" not in text_of_page(reader, 0).split()
    assert text_of_page(reader, 1).index("在校生数") < text_of_page(reader, 1).index("办学条件")


def test_a_heading_goes_to_the_next_page_with_what_it_leads_in():
    """It stands over its table or figure, not alone at the foot of a page."""
    tall = made.figure()
    tall = tall.model_copy(update={"svg": tall.svg.replace("200pt", "450pt").replace("453 200", "453 450")})
    pieces = ("## 1.1 规模与布局", made.prose(repeat=3), "## 1.2 设施设备", made.gaps(), tall)
    chapter = made.chapter("01", "基本情况", "# 1 基本情况", *pieces)

    reader = open_pdf(compile_book([chapter], whole=False))

    first, second = ("".join(text_of_page(reader, page).split()) for page in (0, 1))
    assert "设施设备" not in first
    assert 0 <= second.index("设施设备") < second.index(tall.title)


def test_nothing_overtakes_a_figure_that_was_moved():
    """What fits on the page still waits for what comes before it."""
    tall = made.figure()
    tall = tall.model_copy(update={"svg": tall.svg.replace("200pt", "450pt").replace("453 200", "453 450")})
    pieces = (made.prose(repeat=2), tall, made.narrow_table(), made.prose(repeat=4))
    chapter = made.chapter("01", "基本情况", "# 1 基本情况", *pieces)

    reader = open_pdf(compile_book([chapter], whole=False))
    text = text_of(reader)

    assert text.index("图12019") < text.index("表12019")
    assert "表12019" not in "".join(text_of_page(reader, 0).split())


def test_a_figure_without_words_is_refused():
    """PDF/UA wants alternative text, and Typst insists."""
    mute = made.figure().model_copy(update={"alt": ""})

    with pytest.raises(BuildError, match="alt"):
        compile_book([made.chapter("01", "基本情况", "# 1 基本情况", mute)], whole=False)


def test_a_character_that_the_font_lacks_is_refused():
    """No empty boxes in print."""
    notebook = made.chapter("01", "基本情况", "# 1 基本情况", "一个😀")

    with pytest.raises(BuildError, match="cannot be set"):
        compile_book([notebook], whole=False)


def test_a_number_given_twice_is_refused():
    """Two figures called 图1 could not be told apart."""
    notebook = made.chapter("01", "基本情况", "# 1 基本情况", made.figure(), made.figure())

    with pytest.raises(BuildError, match="given twice: 图1"):
        book_source([notebook], whole=False)


def test_a_book_without_chapters_is_refused():
    """There is nothing to set."""
    with pytest.raises(BuildError, match="at least one chapter"):
        book_source([], whole=True)


def test_a_chapter_without_numbers_has_no_annex():
    """Words alone need no cards."""
    notebook = made.chapter("08", "党的建设", "# 8 党的建设", "只有文字。", GapList())

    reader = open_pdf(compile_book([notebook], whole=False))

    assert "数字卡" not in text_of(reader)
    assert len(reader.pages) == 1


def test_the_source_names_each_picture():
    """The source reads the house style and one file per figure."""
    notebooks = made.book()

    source, files = book_source(notebooks, whole=True)

    assert set(files) == {"house.typ", "figures/figure-1.svg"}
    assert '"figures/figure-1.svg"' in source
    assert isinstance(made.figure(), Figure)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("杭州市中等职业教育质量年度报告（2020年）", ["杭州市中等职业教育", "质量年度报告"]),
        (
            "新疆维吾尔自治区克孜勒苏州中等职业教育质量年度报告（2020年）",
            ["新疆维吾尔自治区克孜", "勒苏州中等职业教育", "质量年度报告"],
        ),
        ("年报", ["年报"]),
    ],
)
def test_the_cover_breaks_its_title_into_even_lines(title, lines):
    """No line is longer than the cover is wide."""
    assert cover_lines(title) == lines
