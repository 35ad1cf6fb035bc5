"""A whole report of an invented city, in which one chapter is dropped by the outline and others have nothing to show.

Places and numbers are INVENTED (``support/other_places.py``). What is read here are the files that a reader gets.
"""

from __future__ import annotations

import json
import os
import re
from unittest.mock import patch

import pytest
import yaml
from lxml import html
from pypdf import PdfReader

from helpers.building.build import Request, build
from helpers.paths import PROJECT_VARIABLE
from support.other_places import make_places

ENTITY = "haijiao"  # “海角”<天涯>&=SUM(A1)多民族自治市
DROPPED = "quality-assurance"
CHAPTERS = [
    "基本情况", "学生发展", "校企合作", "社会贡献", "政府履责", "特色创新", "党的建设", "问题与措施", "愿景与展望",
]  # fmt: skip
ON_RECORD = re.compile("杭州|浙江|萧山|余杭|hangzhou|zhejiang")
MENTION = re.compile("(?<!图)(?:图示|图|表)[0-9]+(?:-[0-9]+)?")
NOTHING = "本节数据暂缺，见文末“本章数据缺口”。"


@pytest.fixture(scope="module")
def report(project_root, tmp_path_factory):
    """Build the report, without 质量保障措施."""
    project = make_places(project_root, tmp_path_factory.mktemp("missing"))
    path = project.reference / "chapters.yml"
    outlines = yaml.safe_load(path.read_text(encoding="utf-8"))
    outline = outlines["city_eleven_chapters"]
    outline["chapters"] = [chapter for chapter in outline["chapters"] if chapter["slug"] != DROPPED]
    path.write_text(yaml.safe_dump(outlines, allow_unicode=True, sort_keys=False), encoding="utf-8")
    elsewhere = {name: value for name, value in os.environ.items() if name != PROJECT_VARIABLE}
    with patch.dict(os.environ, elsewhere, clear=True):  # kernels find the copy from where they run
        build(project, Request(2020, ENTITY, formats=("html", "pdf"), jobs=2), lambda _: None)
    return project.report(2020, ENTITY)


@pytest.fixture(scope="module")
def whole(report):
    """Return the page that holds all chapters."""
    return html.fromstring((report / "report.html").read_bytes())


def squeezed(text):
    """Return a text without its spacing."""
    return "".join(text.split())


def numbers_shown(whole):
    """Return the numbers of the tables and figures that the report shows, in their order."""
    captions = whole.xpath("//main//caption[not(ancestor::figure)] | //main//figcaption")
    found = (MENTION.match(caption.text_content().strip()) for caption in captions)
    return [match[0] for match in found if match]


def test_the_chapters_that_are_left_are_numbered_without_a_hole(report):
    """In the names of the files, in the contents of the index and in the bookmarks of the book."""
    pages = sorted(path.stem for path in (report / "chapters").glob("*.html"))
    index = squeezed(html.fromstring((report / "index.html").read_bytes()).text_content())
    bookmarks = [entry.title for entry in PdfReader(report / "report.pdf").outline if not isinstance(entry, list)]

    assert [page[:2] for page in pages] == [f"{number:02}" for number in range(10)]
    assert not any(DROPPED in page for page in pages)
    for number, title in enumerate(CHAPTERS, 1):
        assert f"{number}{title}" in index
        assert any(squeezed(bookmark) == f"{number}{title}" for bookmark in bookmarks), bookmarks
    assert "质量保障措施" not in index


def test_the_preface_does_not_name_the_chapter_that_is_gone(report):
    """It lists those that are left, and of these not the ones that are all narrative: this place has none."""
    preface = squeezed(html.fromstring((report / "chapters" / "00-preface.html").read_bytes()).text_content())

    assert "依次说明基本情况、学生发展、校企合作、社会贡献、政府履责和特色创新。" in preface


def test_tables_and_figures_follow_the_chapters_that_are_left(whole):
    """图2 stood in the chapter that is gone: what was 图3 is 图2, what was 图示5-1 is 图示4-1; no number comes twice."""
    shown = numbers_shown(whole)

    assert len(shown) == len(set(shown))
    assert "图2" in shown
    assert "图3" not in shown
    [caption] = [
        caption.text_content() for caption in whole.xpath("//main//figcaption")
        if caption.text_content().strip().startswith("图2")
    ]  # fmt: skip
    assert "中职毕业生就业的产业分布" in caption


def test_every_mention_is_of_something_that_is_there(whole):
    """In the words of the chapters; the list of gaps names what is not there, and why."""
    words = "".join(squeezed(paragraph.text_content()) for paragraph in whole.xpath("//main//p[not(ancestor::figure)]"))
    mentioned = set(re.findall("见((?:图示|图|表)[0-9]+(?:-[0-9]+)?)", words))

    assert mentioned
    assert mentioned <= set(numbers_shown(whole))


def test_a_chapter_without_data_says_so_section_by_section(report):
    """校企合作 has the number of enterprises and nothing on internships or groups."""
    [path] = (report / "chapters").glob("*school-enterprise-cooperation.html")
    text = squeezed(html.fromstring(path.read_bytes()).xpath("//main")[0].text_content())

    assert text.count(NOTHING) == 2
    assert "近五年均无数据" in text
    assert not re.search("None|(?<![A-Za-z])nan(?![A-Za-z])", text)


def test_nothing_of_another_place_shows_through(report):
    """Not in a page, the book, a table, the list of numbers, the manifest; in a notebook only as its default."""
    for path in sorted(path for path in report.rglob("*") if path.is_file()):
        if path.suffix == ".pdf":
            reader = PdfReader(path)
            text = squeezed("".join(page.extract_text() for page in reader.pages)) + str(reader.metadata)
        elif path.suffix == ".ipynb":
            notebook = json.loads(path.read_text(encoding="utf-8"))
            notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "parameters"]
            text = json.dumps(notebook, ensure_ascii=False)
        else:
            text = path.read_text(encoding="utf-8")
        found = ON_RECORD.search(text)
        assert not found, (path.name, text[max(0, found.start() - 60) : found.end() + 60])


def test_a_name_with_signs_is_a_name_everywhere(report, whole):
    """Quotes, <, & and = are told as they are, and as text."""
    name = "“海角”<天涯>&=SUM(A1)多民族自治市"

    assert name in whole.xpath("//title")[0].text
    assert squeezed(name) in squeezed(PdfReader(report / "report.pdf").pages[0].extract_text())
    assert not whole.xpath("//天涯")
