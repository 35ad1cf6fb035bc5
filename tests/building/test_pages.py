"""A page is one accessible file that names nothing outside itself."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from lxml import html

from helpers.building import pages, webfonts
from helpers.building.document import EMPTY_SECTION, SILENT_SECTION, left_empty, read_document
from helpers.building.front import FrontMatter, front_page
from helpers.building.information import Book
from helpers.chapter import CHAPTER_MIME_TYPE
from helpers.comparison import NO_PREDECESSOR
from helpers.errors import BuildError
from helpers.writing.blocks import Figure, Gap, GapList, Prose, Text
from support import notebooks

EMBEDDED = re.compile(r"url\(data:[^)]*\)")
OUTSIDE = re.compile(r"(?:https?:)?//[^\s\"')]+", re.IGNORECASE)
REFERENCES = ("href", "src", "srcset", "action", "data", "poster", "{http://www.w3.org/1999/xlink}href")


def index():
    """Return an index page with a key figure of each kind."""
    return pages.index_page(
        Book.model_validate(notebooks.bundle("01")),
        groups=[
            pages.KeyFigureGroup(
                title="主要指标",
                figures=(
                    pages.KeyFigure(
                        label="在校生数",
                        value=(notebooks.run(notebooks.ENROLMENT),),
                        change=(Text(text="比上年增长"), notebooks.run(notebooks.GROWTH)),
                    ),
                    pages.KeyFigure(
                        label="生均占地面积",
                        value=(notebooks.run(notebooks.AREA),),
                        standard=(Text(text="高于国家标准"),),
                        met=True,
                    ),
                ),
            )
        ],
        downloads=[pages.Download(label="全书（网页）", href="report.html", detail="一个文件，可离线打开")],
        cards=notebooks.by_id(notebooks.ENROLMENT, notebooks.GROWTH, notebooks.AREA),
    )


@pytest.fixture(scope="module")
def made():
    """Return every kind of page, as text."""
    return {
        "preface": pages.chapter_page(notebooks.preface()),
        "chapter": pages.chapter_page(notebooks.basic_conditions()),
        "report": pages.report_page(notebooks.report()),
        "index": index(),
    }


@pytest.fixture(params=["preface", "chapter", "report", "index"])
def text(request, made):
    """Return one page as text."""
    return made[request.param]


@pytest.fixture
def tree(text):
    """Return one page as a tree."""
    return html.document_fromstring(text)


@pytest.fixture
def chapter(made):
    """Return the chapter that holds one of everything, as a tree."""
    return html.document_fromstring(made["chapter"])


def words(element):
    """Return an element's text, spaces collapsed."""
    return " ".join(element.text_content().split())


def seen(text):
    """Return what a page says in its main part and at its foot."""
    return "".join(words(part) for part in html.document_fromstring(text).xpath("//main|//footer"))


def test_the_language_is_chinese_and_the_title_is_set(tree):
    """A screen reader chooses its voice by the language."""
    assert tree.get("lang") == "zh-CN"
    assert "示例市中等职业教育质量年度报告（2030年）" in tree.findtext(".//title")


def test_there_is_one_h1_and_no_level_is_skipped(tree):
    """Headings are the outline of the page."""
    levels = [int(heading.tag[1]) for heading in tree.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels))


def test_there_are_landmarks_and_a_skip_link(tree):
    """Header, navigation, main and footer; the first link leads to the text."""
    for landmark in ("header", "nav", "main", "footer"):
        assert tree.xpath(f"//{landmark}"), landmark
    first = tree.xpath("//a")[0]
    assert first.get("href") == "#content"
    assert tree.xpath("//main")[0].get("id") == "content"


def test_ids_are_unique(tree):
    """Those of the pictures, too."""
    ids = tree.xpath("//@id")

    assert len(ids) == len(set(ids))


def test_every_link_within_the_page_has_its_target(tree):
    """Facts lead to their cards, the contents to their sections."""
    ids = set(tree.xpath("//@id"))
    inside = [href[1:] for href in tree.xpath("//@href") if href.startswith("#")]

    assert inside
    assert set(inside) <= ids


def test_every_reference_by_id_has_its_target(tree):
    """``aria-labelledby`` and ``url(#…)`` name what exists."""
    ids = set(tree.xpath("//@id"))
    named = {name for value in tree.xpath("//@aria-labelledby|//@aria-describedby") for name in value.split()}
    drawn = {name for value in tree.xpath("//svg//@*") for name in re.findall(r"url\(#([^)]+)\)", value)}

    assert named | drawn <= ids


def test_nothing_names_another_host(text):
    """Neither to load, nor to link, nor as a namespace."""
    assert OUTSIDE.findall(EMBEDDED.sub("", text)) == []


def test_files_are_named_relative_to_the_page(tree):
    """Links leave the page only for files beside it."""
    links = [value for name in REFERENCES for value in tree.xpath(f"//@*[name()='{name}']")]

    assert all(not re.match(r"(?!data:,)[a-z]+:|/", link) for link in links)


def test_the_policy_forbids_to_load_anything(tree):
    """Were a reference to slip in, the browser would refuse it."""
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")

    assert policy.startswith("default-src 'none'")


def test_tables_have_captions_and_scoped_headers(chapter):
    """Also the data tables under figures."""
    tables = chapter.xpath("//table")

    assert len(tables) == 3
    for table in tables:
        assert words(table.find("caption"))
        assert table.xpath("./thead/tr/th")
        assert set(table.xpath("./thead//th/@scope")) <= {"col", "colgroup"}
        assert set(table.xpath("./tbody//th/@scope")) == {"row"}
        assert not table.xpath("./tbody/tr[not(th)]")


def test_a_table_scrolls_in_a_region_of_its_own(chapter):
    """It has a name and takes the focus, so that the keyboard can scroll it."""
    for table in chapter.xpath("//table"):
        region = table.getparent()
        assert (region.get("role"), region.get("tabindex")) == ("region", "0")
        assert region.get("aria-label")


def test_a_caption_begins_with_the_number(chapter):
    """表1, 图1, 案例1-1: as the text refers to them."""
    assert words(chapter.xpath("//*[@id='table-1']//caption")[0]) == "表1 2029—2030年示例市中等职业学校办学规模"
    assert words(chapter.xpath("//figure[@id='figure-1']/figcaption")[0]) == "图1 2028—2030年示例市中等职业学校招生数"
    assert words(chapter.xpath("//*[@id='case-1-1']/h3")[0]) == "【案例1-1】建“校中厂”，育“准员工”"


def test_a_header_over_two_columns_heads_a_column_group(chapter):
    """And the groups are declared."""
    table = chapter.xpath("//*[@id='table-2']//table")[0]

    assert table.xpath("./thead//th[@scope='colgroup']/@colspan") == ["2"] * 4
    assert table.xpath("./colgroup/@span") == ["1", "2", "2", "2", "2"]


def test_numbers_line_up_by_their_decimal_points(chapter):
    """A shorter number is followed by the invisible rest of the longest; its text stays its own."""
    cells = chapter.xpath("//*[@id='table-1']//tbody/tr/td[3]")

    assert [words(cell) for cell in cells] == ["35", "36.4"]
    assert [cell.xpath("./span/@data-padding") for cell in cells] == [[".0"], []]
    assert {cell.get("class") for cell in cells} == {"numeric"}


def test_a_figure_says_in_words_what_it_shows(chapter):
    """As the name of the picture, and as numbers beneath it."""
    (picture,) = chapter.xpath("//figure//svg")
    table = chapter.xpath("//figure/details//table")[0]

    assert picture.get("role") == "img"
    assert picture.get("aria-label").startswith("柱状图：")
    assert [words(cell) for cell in table.xpath("./thead//th")] == [
        "类别", "职业高中（人）", "技工学校（人）", "普通中专（人）",
    ]  # fmt: skip
    assert [words(cell) for cell in table.xpath("./tbody/tr[3]/*")] == ["2030年", "583", "260", "99"]


def test_a_picture_leaves_no_style_sheet_behind(chapter):
    """A style in a picture would be one for the page."""
    assert len(chapter.xpath("//style")) == 1


def test_each_card_stands_once_in_the_annex(made):
    """However often its number is printed, in however many chapters."""
    report = html.document_fromstring(made["report"])
    facts = {href[1:] for href in report.xpath("//a[@class='fact']/@href")}
    cards = report.xpath("//section[@class='annex']//article/@id")

    assert len(cards) == len(set(cards))
    assert facts == set(cards)


def test_the_annex_is_open_without_a_script(chapter):
    """A closed one would hide the card that a link leads to."""
    assert chapter.xpath("//section[@class='annex']/details[@open]")


def test_gaps_are_listed_once_at_the_end(chapter):
    """The same gap may be noted by a table and by the chapter."""
    assert [words(gap) for gap in chapter.xpath("//ul[@class='gaps']/li")] == [
        "2029年生均图书 上年无数据，不作比较",
        "表3 示例市中等职业学校师资 无数据",
    ]


def test_without_gaps_there_is_no_list_of_them(made):
    """An empty list would only raise a question."""
    assert "本章数据缺口" not in made["preface"]


def test_a_section_that_its_gaps_left_empty_says_so(chapter):
    """A heading over nothing reads like a mistake."""
    heading = chapter.xpath("//h2[@id='section-1-2']")[0]

    assert words(heading.getnext()) == EMPTY_SECTION


def test_the_contents_lead_to_sections_here_and_chapters_beside(chapter):
    """The sections of this chapter never depend on another file."""
    assert chapter.xpath("//nav[@aria-label='目录']//a/@href") == [
        "00-preface.html", "#chapter-01", "#section-1-1", "#section-1-2", "#section-1-3", "02-student-development.html",
    ]  # fmt: skip
    assert chapter.xpath("//header//a/@href") == ["../index.html"]


def test_the_index_leads_to_every_section(made):
    """By the ids that the chapters' headings bear."""
    tree = html.document_fromstring(made["index"])
    links = tree.xpath("//nav//a/@href")

    assert "chapters/00-preface.html" in links
    assert "chapters/01-basic-conditions.html#section-1-3" in links


def test_the_index_refuses_a_number_without_a_card():
    """Its link would lead nowhere."""
    figure = pages.KeyFigure(label="在校生数", value=(notebooks.run(notebooks.ENROLMENT),))
    group = pages.KeyFigureGroup(title="主要指标", figures=(figure,))

    with pytest.raises(BuildError, match="no card"):
        pages.index_page(Book.model_validate(notebooks.bundle("01")), groups=[group])


def test_data_are_escaped():
    """What stands in a spreadsheet is text, never markup."""
    sneaky = "<script>alert(1)</script>"
    block = Prose(paragraphs=(notebooks.sentence(f"{sneaky}&"),))

    page = pages.chapter_page(notebooks.notebook("00", notebooks.shows(block, "introduction")))

    assert sneaky not in page
    assert "&lt;script&gt;" in page


def test_the_same_notebook_gives_the_same_bytes(made):
    """No clock, no random id."""
    webfonts._cut.cache_clear()

    assert pages.chapter_page(notebooks.basic_conditions()) == made["chapter"]


def test_a_notebook_that_was_not_executed_has_no_page():
    """The message says what to do."""
    stripped = notebooks.preface()
    for cell in stripped.cells:
        if cell.cell_type == "code":
            cell.outputs = []

    with pytest.raises(BuildError, match="execute it first"):
        pages.chapter_page(stripped)


def test_an_output_that_no_page_can_show_is_refused():
    """A data frame shown in passing must not vanish silently, nor appear."""
    cell = notebooks.shows(notebooks.prose(), "stray")
    cell.outputs[0].data = {"text/html": "<table></table>", "text/plain": "…"}

    with pytest.raises(BuildError, match=r"'stray' shows text/html"):
        pages.chapter_page(notebooks.notebook("00", cell))


def test_a_heading_that_skips_a_level_is_refused():
    """Where it stands, so that it can be mended."""
    cell = notebooks.heading("### 1.1.1 细目", "details")

    with pytest.raises(BuildError, match=r"'details'.*level 3"):
        read_document(notebooks.notebook("00", cell))


def test_two_figures_from_one_program_do_not_share_ids():
    """Programs that draw name things alike in every picture."""
    second = Figure(**{**dict(notebooks.figure()), "number": "图示1-1"})
    cells = [notebooks.shows(notebooks.figure(), "one"), notebooks.shows(second, "two")]

    tree = html.document_fromstring(pages.chapter_page(notebooks.notebook("00", *cells)))
    ids = tree.xpath("//svg//@id")

    assert len(ids) == len(set(ids))
    assert {name.split("-p1")[0] for name in ids if name.endswith("-p1")} == {"figure-1", "chart-1-1"}


def test_the_exporter_is_registered_and_gives_the_page(made):
    """``jupyter nbconvert --to nianbao_html``."""
    from nbconvert.exporters import get_exporter  # noqa: PLC0415 - slow

    exporter = get_exporter("nianbao_html")()
    text, resources = exporter.from_notebook_node(notebooks.basic_conditions())

    assert text == made["chapter"]
    assert resources["output_extension"] == ".html"


def test_a_page_without_numbers_offers_none():
    """Neither a file of all numbers that is empty, nor cards that nobody can find."""
    cells = {
        "words": notebooks.shows(Prose(paragraphs=(notebooks.sentence("学校没有报送数据。"),)), "words"),
        "numbers": notebooks.shows(notebooks.prose(), "numbers"),
    }
    offered = {}
    for name, cell in cells.items():
        notebook = notebooks.notebook("00", cell)
        notebook.cells[1].outputs[0].data[CHAPTER_MIME_TYPE] |= {"one_page": True}
        index = seen(front_page([notebook], FrontMatter((), {})))
        report = seen(pages.report_page([notebook]))
        offered[name] = ["全部印出的数" in index, "数字卡附录" in index, "来源见数字卡" in index, "数字卡" in report]

    assert offered == {"words": [False] * 4, "numbers": [True] * 4}


def test_what_was_not_reported_for_years_is_told_together_by_section():
    """Three or more in a section are one line; what has a reason of its own is told by itself."""
    never = [Gap(what=f"2030年{name}", reason="无数据", unreported=name) for name in ("甲数", "乙数", "丙数")]
    late = Gap(what="2030年丁数", reason="暂缺")
    document = read_document(
        notebooks.notebook(
            "01",
            notebooks.heading("## 1.1 规模与布局", "scale"),
            notebooks.shows(GapList(gaps=(*never, late)), "scale-gaps"),
            notebooks.heading("## 1.2 设施设备", "facilities"),
            notebooks.shows(GapList(gaps=(never[0],)), "facilities-gaps"),
            notebooks.heading("## 1.3 教师队伍", "teachers"),
        )
    )

    assert [(gap.what, gap.reason) for gap in document.gaps] == [
        ("2030年丁数", "暂缺"),
        ("甲数、乙数、丙数（1.1 规模与布局，共3项）", "近五年均无数据"),
    ]


def test_comparisons_without_a_predecessor_are_told_together_and_all_by_name():
    """等3项 would hide the third; the year stands there once."""
    names = ("甲数", "乙数", "丙数")
    gaps = tuple(Gap(what=f"2029年{name}", reason=NO_PREDECESSOR) for name in names)
    document = read_document(notebooks.notebook("01", notebooks.shows(GapList(gaps=gaps), "verify")))

    assert [(gap.what, gap.reason) for gap in document.gaps] == [("2029年甲数、乙数、丙数", NO_PREDECESSOR)]


def test_a_heading_over_nothing_at_all_says_so():
    """A part for which a place has neither numbers nor words."""
    document = read_document(notebooks.notebook("01", notebooks.heading("## 1.3 教师队伍", "teachers")))

    assert left_empty(document.pieces, len(document.pieces) - 1) == SILENT_SECTION


def test_a_chapter_that_says_nothing_says_so_once():
    """Under its title; no section repeats it."""
    silent = notebooks.notebook(
        "01", notebooks.heading("## 1.1 规模与布局", "scale"), notebooks.heading("## 1.2 设施设备", "facilities")
    )
    tree = html.document_fromstring(pages.chapter_page(silent))

    assert tree.xpath("//main//h2[starts-with(@id, 'section-')]") == []
    assert words(tree.find(".//main")).count(SILENT_SECTION) == 1


def test_a_section_whose_gaps_are_told_elsewhere_does_not_point_to_the_list():
    """The last one, under which a chapter lists all of its gaps, lacks nothing of its own."""
    told = GapList(gaps=(Gap(what="2030年甲数", reason="无数据"),))
    text = pages.chapter_page(
        notebooks.notebook(
            "01",
            notebooks.heading("## 1.1 规模与布局", "scale"),
            notebooks.shows(told, "scale-table"),
            notebooks.heading("## 1.2 设施设备", "facilities"),
            notebooks.shows(told, "verify"),
        )
    )
    tree = html.document_fromstring(text)

    assert words(tree.xpath("//h2[@id='section-1-1']")[0].getnext()) == EMPTY_SECTION
    assert words(tree.xpath("//h2[@id='section-1-2']")[0].getnext()) == SILENT_SECTION
