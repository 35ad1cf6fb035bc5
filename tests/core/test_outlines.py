"""Outlines: which chapters make a report, and how they, their sections, tables and figures are numbered.

The project, its numbers and both outlines are invented.
"""

from __future__ import annotations

import json

import pytest
from nbformat import v4, write

from helpers.chapter import chapters_for, open_chapter
from helpers.composition import compose, numbering, source
from helpers.errors import BuildError, DataError, ParameterError
from helpers.loading import load_data
from helpers.model.reference import Chapter, Outline
from helpers.paths import Project
from helpers.writing.blocks import Prose
from support.running import run_chapters
from support.small_project import make_project

OUTLINES = """\
old:
  name: 旧提纲
  kinds: [city]
  to: 2020
  title: "{entity}年报（{year}年）"
  overview: 依次说明
  chapters:
    - {slug: preface, title: 前言, notebook: preface.ipynb, numbered: false}
    - slug: basics
      title: 基本情况
      notebook: basics.ipynb
      sections: [{id: scale, title: 规模}, {id: land, title: 占地}]
    - slug: people
      title: 师生
      notebook: people.ipynb
      sections: [{id: teachers, title: 教师}, {id: pupils, title: 学生}]
new:
  name: 新提纲
  kinds: [city]
  from: 2021
  title: "{entity}质量报告（{year}年度）"
  overview: 依次说明
  chapters:
    - slug: staffing
      title: 师资
      notebook: people.ipynb
      sections: [{id: teachers, title: 教师队伍}, {id: scale, title: 学校规模, notebook: basics.ipynb}]
    - {slug: culture, title: 文化, notebook: part.ipynb, reason: 尚无指标}
    - slug: conditions
      title: 条件
      notebook: basics.ipynb
      sections: [{id: land, title: 校园}]
page:
  name: 学校
  kinds: [school]
  one_page: true
  title: "{entity}质量报告（{year}年）"
  chapters: [{slug: school, title: "{short}", notebook: part.ipynb, numbered: false}]
"""
SETUP = (
    'from helpers import figures, open_chapter, tables\n\nchapter = open_chapter("{slug}", year=year, entity=entity)'
)
TABLE = 'tables.by_year(chapter, "{label}", title="{{years}}{title}", indicators=["{indicator}"])'
FIGURE = 'figures.bars_by_year(chapter, number="{label}", title="{title}", terms=[chapter.term("{indicator}")])'


def write_chapter(project, name, slug, sections, opening=()):
    """Write a notebook of sections, each a list of sources."""
    cells = [
        v4.new_markdown_cell("# 标题", id="title"),
        v4.new_code_cell('year: int = 2020  # 年\nentity: str = "river"  # 地', id="parameters"),
        v4.new_code_cell(SETUP.format(slug=slug), id="setup"),
        *(v4.new_code_cell(text, id=f"opening-{place}") for place, text in enumerate(opening)),
    ]
    for section, sources in sections.items():
        cells.append(v4.new_markdown_cell(f"## {section}", id=section))
        cells += [v4.new_code_cell(text, id=f"{section}-{place}") for place, text in enumerate(sources)]
    cells.append(v4.new_code_cell("chapter.verify()", id="verify"))
    write(v4.new_notebook(cells=cells), project.notebooks / name)


@pytest.fixture
def project(tmp_path) -> Project:
    """Two outlines over three notebooks, the second one with the years of the data moved on by one."""
    made = make_project(tmp_path, chapters=OUTLINES, cases="[]")
    rows = (made.data / "observations" / "2020.csv").read_text(encoding="utf-8")
    later = rows.replace(",2020,", ",2021,").replace(",2019,", ",2020,")
    header, *body = later.splitlines()
    kept = [row for row in body if ",2021," in row]
    (made.data / "observations" / "2021.csv").write_text("\n".join([header, *kept]) + "\n", encoding="utf-8")
    write_chapter(made, "preface.ipynb", "preface", {}, opening=["%%prose\n本报告{{ overview() }}。"])
    scale = [
        "%%prose\n在校生{{ enrolment }}（见表1、图示1-1）。",
        TABLE.format(label="表1", title="规模", indicator="enrolment"),
        FIGURE.format(label="图示1-1", title="在校生", indicator="enrolment"),
    ]
    land = [
        "%%prose\n占地{{ land_area }}（见表2、图1）。",
        TABLE.format(label="表2", title="占地", indicator="land_area"),
        FIGURE.format(label="图1", title="占地", indicator="land_area"),
    ]
    write_chapter(made, "basics.ipynb", "basics", {"scale": scale, "land": land})
    teachers = [
        "%%prose\n教师{{ teachers }}（见表3、图示2-1）。",
        TABLE.format(label="表3", title="教师", indicator="teachers"),
        FIGURE.format(label="图示2-1", title="教师", indicator="teachers"),
    ]
    pupils = [TABLE.format(label="表4", title="学生", indicator="graduates")]
    write_chapter(made, "people.ipynb", "people", {"teachers": teachers, "pupils": pupils}, opening=["'opening'"])
    write_chapter(made, "part.ipynb", "culture", {}, opening=["chapter.unreported()"])
    return made


def outline_of(project, year):
    """Return the outline of the city in an edition."""
    catalogue, _ = load_data(project)
    return catalogue.outline(catalogue.entities["river"], year)


def test_an_edition_has_the_outline_of_its_years(project):
    """The frame changes with the edition, not with the code."""
    assert [chapter.title for chapter in outline_of(project, 2020).chapters] == ["前言", "基本情况", "师生"]
    assert [chapter.title for chapter in outline_of(project, 2021).chapters] == ["师资", "文化", "条件"]


def test_a_kind_of_entity_has_an_outline_of_its_own(project):
    """A school is not a small city."""
    catalogue, _ = load_data(project)
    book = chapters_for(catalogue, catalogue.entities["brook"], 2020)

    assert [chapter.slug for chapter in book] == ["school"]


def test_chapters_and_sections_are_numbered_by_their_order(project):
    """A preface stands outside the count."""
    old, new = outline_of(project, 2020).chapters, outline_of(project, 2021).chapters

    assert [chapter.number for chapter in old] == ["00", "01", "02"]
    assert [section.number for section in old[2].sections] == ["2.1", "2.2"]
    assert [chapter.number for chapter in new] == ["01", "02", "03"]
    assert [(one.number, one.title) for one in new[0].sections] == [("1.1", "教师队伍"), ("1.2", "学校规模")]


def test_a_chapter_takes_sections_from_several_notebooks_in_its_own_order(project):
    """The frame is its own notebook's, the section of another stands where the outline puts it."""
    chapter = outline_of(project, 2021).chapters[0]
    cells = compose(project.notebooks / chapter.notebook, chapter.slug, chapter.sections)["cells"]

    assert [cell["id"] for cell in cells] == [
        "title", "parameters", "setup", "opening-0", "teachers", "teachers-0", "teachers-1", "teachers-2",
        "scale", "scale-0", "scale-1", "scale-2", "verify",
    ]  # fmt: skip
    assert source(cells[2]) == (
        'from helpers import figures, open_chapter, tables\n\nchapter = open_chapter("staffing", year=year, entity=entity)'
    )


def test_a_chapter_without_sections_is_its_whole_notebook(project):
    """A preface has none."""
    path = project.notebooks / "preface.ipynb"

    assert compose(path, "preface", ())["cells"] == json.loads(path.read_text(encoding="utf-8"))["cells"]


def test_a_section_that_no_notebook_has_is_named(project):
    """The message offers the nearest."""
    chapter = outline_of(project, 2021).chapters[2]
    lost = chapter.sections[0].model_copy(update={"id": "lnd"})

    with pytest.raises(BuildError, match=r"basics.ipynb has no section 'lnd'; did you mean 'land'"):
        compose(project.notebooks / chapter.notebook, chapter.slug, [lost])


def test_tables_and_figures_are_numbered_in_the_order_of_the_outline(project):
    """The labels are those of the first outline; what the second drops has no number in it."""
    assert numbering(project, outline_of(project, 2020)) == {
        "表1": "表1", "图示1-1": "图示1-1", "表2": "表2", "图1": "图1", "表3": "表3", "图示2-1": "图示2-1", "表4": "表4",
    }  # fmt: skip
    assert numbering(project, outline_of(project, 2021)) == {
        "表3": "表1", "图示2-1": "图示1-1", "表1": "表2", "图示1-1": "图示1-2", "表2": "表3", "图1": "图1", "表4": "",
    }  # fmt: skip


def test_what_is_shown_and_what_mentions_it_have_one_number(project):
    """Prose, tables and figures move together."""
    shown = [block for _, block in run_chapters(project, year=2021, entity="river", figures=True)]
    prose = ["".join(run.text for run in block.paragraphs[0].runs) for block in shown if isinstance(block, Prose)]
    exhibits = [(block.number, block.title) for block in shown if hasattr(block, "title")]

    assert prose == [
        "教师90人（见表1、图示1-1）。",
        "在校生1100人（见表2、图示1-2）。",
        "尚无指标。",
        "占地36300.55平方米（见表3、图1）。",
    ]
    assert exhibits == [
        ("表1", "2020—2021年教师"), ("图示1-1", "教师"), ("表2", "2020—2021年规模"), ("图示1-2", "在校生"),
        ("表3", "2020—2021年占地"), ("图1", "占地"),
    ]  # fmt: skip


def test_a_part_that_has_nothing_yet_says_why(project):
    """In a sentence of its own, under the number that the frame gives the part; no list of gaps repeats it."""
    blocks = [block for place, block in run_chapters(project, year=2021, entity="river") if place.startswith("part/")]

    assert [run.text for block in blocks if isinstance(block, Prose) for run in block.paragraphs[0].runs] == [
        "尚无指标。"
    ]
    assert not any(block.gaps for block in blocks)


def test_the_preface_tells_what_the_outline_goes_through(project):
    """Its notebook serves every outline."""
    [told] = [block for _, block in run_chapters(project, year=2020, entity="river") if isinstance(block, Prose)][:1]

    assert "".join(run.text for run in told.paragraphs[0].runs) == "本报告依次说明基本情况和师生。"


def test_the_preface_depends_on_which_narratives_there_are(project):
    """A chapter that is all narrative is named in the years that have one; what the narrative says is not read."""
    outlines = project.reference / "chapters.yml"
    text = outlines.read_text(encoding="utf-8")
    outlines.write_text(
        text.replace("notebook: people.ipynb", "notebook: people.ipynb\n      narrated: true", 1), encoding="utf-8"
    )
    chapter = open_chapter("preface", year=2020, entity="river", project=project)
    before = chapter.overview()
    narrative = project.data / "narratives" / "2020" / "river" / "02.md"
    narrative.parent.mkdir(parents=True)
    narrative.write_text("## teachers\n教师。\n", encoding="utf-8")

    assert (before, chapter.overview()) == ("依次说明基本情况", "依次说明基本情况和师生")
    assert "data/narratives/2020/river" in chapter.reads().files
    assert "data/narratives/2020/river/02.md" not in chapter.reads().files


def test_prose_may_not_mention_what_the_outline_drops(project):
    """Else the reader would look for a table that is not there, or find another."""
    path = project.notebooks / "people.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("（见表3、", "（见表3、表4、"), encoding="utf-8")

    with pytest.raises(Exception, match="speaks of 表4, which this report does not show"):
        run_chapters(project, year=2021, entity="river")


def test_a_notebook_opens_although_the_report_takes_only_parts_of_it(project):
    """An analyst edits the notebook, not the chapter."""
    chapter = open_chapter("people", year=2021, entity="river", project=project)

    assert chapter.record.title == "师生"
    assert chapter.bundle()["report_title"] == "清江市质量报告（2021年度）"


def test_the_title_of_a_page_names_the_school(project):
    """It cannot be typed in the outline."""
    bundle = open_chapter("school", year=2020, entity="brook", project=project).bundle()

    assert (bundle["title"], bundle["one_page"]) == ("一职", True)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("to: 2020", "to: 2021"), "new: serves a city in years that old serves, too"),
        (("{id: land, title: 占地}", "{id: scale, title: 占地}"), "old: section 'scale' stands twice"),
        (("{slug: culture,", "{slug: staffing,"), "new: chapter 'staffing' stands twice"),
    ],
)
def test_an_outline_that_contradicts_another_or_itself_is_refused(tmp_path, change, problem):
    """Before anything is built."""
    with pytest.raises(DataError, match=problem):
        load_data(make_project(tmp_path, chapters=OUTLINES.replace(*change)))


def test_an_entity_without_an_outline_is_told(project):
    """No report is made of an enterprise."""
    catalogue, _ = load_data(project)
    firm = catalogue.entities["river"].model_copy(update={"kind": "enterprise"})

    with pytest.raises(ParameterError, match=r"no outline .* makes a report of a enterprise for 2020"):
        catalogue.outline(firm, 2020)


PREFACE = Chapter(slug="preface", title="前言", notebook="n.ipynb", numbered=False)
SCALE = Chapter(slug="scale", title="规模", notebook="n.ipynb")
SAFEGUARDS = Chapter(slug="safeguards", title="质量保障措施", notebook="n.ipynb", overview="质量保障")
PROBLEMS = Chapter(slug="problems", title="问题与措施", notebook="n.ipynb", overview="，并分析存在的问题")
OUTLOOK = Chapter(slug="outlook", title="展望", notebook="n.ipynb", overview="，展望今后的工作")


@pytest.mark.parametrize(
    ("chapters", "course"),
    [
        ((PREFACE, SCALE, SAFEGUARDS, PROBLEMS, OUTLOOK), "依次说明规模和质量保障，并分析存在的问题，展望今后的工作"),
        ((PREFACE, SCALE, SAFEGUARDS, OUTLOOK), "依次说明规模和质量保障，展望今后的工作"),
        ((PREFACE, SAFEGUARDS), "依次说明质量保障"),
        ((PREFACE, PROBLEMS), "并分析存在的问题"),
        ((PREFACE,), ""),
    ],
)
def test_the_preface_names_the_chapters_that_there_are(chapters, course):
    """A chapter that is taken out of an outline is not named any more."""
    named = {"code": "o", "name": "提纲", "kinds": ("city",), "title": "年报", "chapters": chapters}

    assert Outline(**named, overview="依次说明").course() == course
    assert Outline(**named).course() == ""


def test_the_preface_does_not_promise_a_chapter_that_is_silent():
    """Neither in the list nor in a clause of its own."""
    chapters = (PREFACE, SCALE, SAFEGUARDS, PROBLEMS, OUTLOOK)
    outline = Outline(code="o", name="提纲", kinds=("city",), title="年报", chapters=chapters, overview="依次说明")

    assert outline.course({"safeguards", "problems"}) == "依次说明规模，展望今后的工作"


def test_a_title_that_claims_something_is_one_place_s_in_one_year(project_root):
    """优质资源不足 is what Hangzhou found in 2020; another year, or another city, has a heading that claims nothing."""
    catalogue, _ = load_data(Project(project_root))
    outline = catalogue.outlines["city_eleven_chapters"]
    claims = {title for chapter in outline.chapters for one in chapter.sections for title in one.titles.values()}

    def titles(year, entity):
        bundle = open_chapter("problems-and-measures", year=year, entity=entity, project=Project(project_root)).bundle()
        return {section["title"] for chapter in bundle["contents"] for section in chapter["sections"]}

    assert len(claims) == 12
    assert claims <= titles(2020, "hangzhou")
    assert not claims & titles(2019, "hangzhou")
    assert not claims & titles(2020, "zhejiang")
