"""Invented numbers say so wherever they are shown, or whatever is computed from them."""

from __future__ import annotations

import io

import pytest
from lxml import html
from pypdf import PdfReader

from helpers.building import pages
from helpers.building.book import compile_book
from helpers.building.document import SIMULATED, notice_on
from helpers.building.information import Book
from helpers.model import Key
from helpers.writing.blocks import MIME_TYPE
from helpers.writing.cards import make_card
from support import book_notebooks, notebooks
from support.small_project import OBSERVATIONS, SOURCES, make_facts

INVENTED = SOURCES + "trial: {title: 模拟数据, producer: 测试, kind: simulated}\n"
ENROLMENT = "river,2020,enrolment,,,1100,person,,final,"


def marked(notebook):
    """Let the first card of an executed notebook be of an invented number."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            for card in output.get("data", {}).get(MIME_TYPE, {}).get("cards", {}).values():
                card["simulated"] = True
                return notebook
    raise AssertionError("no card")


def notices(page):
    """Return the notices of a page."""
    return [notice.text_content().strip() for notice in html.fromstring(page).xpath("//aside[@class='notice']")]


def pages_of(pdf):
    """Return the text of each page, without its spacing."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.mark.parametrize(
    ("indicator", "simulated"),
    [
        ("enrolment", True),  # read there
        ("student_teacher_ratio", True),  # computed from it
        ("teachers", False),
        ("model_school_share", True),  # counts entries of a list
    ],
)
def test_a_card_knows_whether_its_number_is_invented(tmp_path, indicator, simulated):
    """Directly, through a formula, through a list."""
    facts = make_facts(
        tmp_path,
        sources=INVENTED,
        observations=OBSERVATIONS.replace(f"{ENROLMENT}yearbook", f"{ENROLMENT}trial"),
        records="river,model_schools,1,2020,brook,示范,,,,,trial,表7,\n",
    )

    card = make_card(facts, facts.get(Key("river", 2020, indicator, "all")))

    assert card.simulated is simulated
    assert notice_on([card]) == (SIMULATED if simulated else "")


@pytest.mark.parametrize("invented", [True, False])
def test_every_page_with_an_invented_number_says_so(invented):
    """One number is enough; a page without one says nothing."""
    chapter = marked(notebooks.basic_conditions()) if invented else notebooks.basic_conditions()
    card = notebooks.ENROLMENT.model_copy(update={"simulated": invented})
    figure = pages.KeyFigure(label="在校生数", value=(notebooks.run(card),))
    index = pages.index_page(
        Book.model_validate(notebooks.bundle("01")),
        groups=[pages.KeyFigureGroup(title="主要指标", figures=(figure,))],
        cards=notebooks.by_id(card),
    )

    made = [pages.chapter_page(chapter), pages.report_page([notebooks.preface(), chapter]), index]

    assert [notices(page) for page in made] == [[SIMULATED] if invented else []] * 3


def test_a_chapter_without_invented_numbers_is_not_marked():
    """The mark is the page's own, not the report's."""
    assert notices(pages.chapter_page(notebooks.preface())) == []


def test_the_notice_leaves_the_tags_of_a_long_table_whole():
    """Typst refuses a PDF whose table is interrupted by what stands on every page."""
    chapter = book_notebooks.book()[-1]
    for cell in chapter["cells"]:
        for output in cell.get("outputs", ()):
            block = output.get("data", {}).get(MIME_TYPE, {})
            if block.get("kind") == "table":
                block["rows"] = block["rows"] * 40

    told = pages_of(compile_book([marked(chapter)], whole=False))

    assert [SIMULATED in page for page in told] == [True] * len(told)


@pytest.mark.parametrize("whole", [True, False])
def test_every_page_of_a_pdf_with_an_invented_number_says_so(whole):
    """On each page, cover included, for pages are torn out and copied."""
    chapters = book_notebooks.book() if whole else book_notebooks.book()[-1:]
    plain = pages_of(compile_book(chapters, whole=whole))

    told = pages_of(compile_book([*chapters[:-1], marked(chapters[-1])], whole=whole))

    assert [SIMULATED in page for page in plain] == [False] * len(plain)
    assert [SIMULATED in page for page in told] == [True] * len(told)
