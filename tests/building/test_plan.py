"""What is to be built, from words and from matrix files. Names and numbers are invented (support.small_project)."""

from __future__ import annotations

import re

import pytest

from helpers.building.matrix import Matrix, load_matrix, matrix_of
from helpers.building.plan import plan_reports
from helpers.building.planned import Asked, PlannedReport
from helpers.building.state import inputs_digest
from helpers.errors import DataError, ParameterError
from helpers.loading import load_data
from helpers.paths import Project
from support.small_chapter import write_notebook
from support.small_project import ENTITIES, make_project

OUTLINES = """\
city:
  name: 城市提纲
  kinds: [city, county]
  title: "{entity}年度报告（{year}年）"
  chapters:
    - {slug: basics, title: 基本情况, notebook: 01_basics.ipynb}
    - {slug: city, title: 全市, notebook: 01_basics.ipynb}
school:
  name: 学校提纲
  kinds: [school]
  title: "{entity}年度报告（{year}年）"
  chapters:
    - {slug: page, title: 学校, notebook: 01_basics.ipynb}
"""
PLACES = (
    ENTITIES
    + """\
vale: {name: 清江县, short: 清江县, kind: county, parent: river}
hill: {name: 清江县职业学校, short: 县职校, kind: school, parent: vale}
plant: {name: 清江厂, short: 清江厂, kind: enterprise, parent: river}
"""
)
ROWS = """\
river,2019,enrolment,,,1000,person,,final,yearbook,表1,
river,2020,enrolment,,,1100,person,,final,yearbook,表1,
brook,2020,enrolment,,,250,person,,final,yearbook,表1,
hill,2020,enrolment,,,150,person,,final,yearbook,表1,
plant,2020,enrolment,,,15,person,,final,yearbook,表1,
"""


@pytest.fixture
def project(tmp_path):
    """Return a project with a city, a county, two schools and a firm; only cities have a second chapter."""
    made = make_project(tmp_path, chapters=OUTLINES, entities=PLACES, observations=ROWS)
    write_notebook(made)
    return made


def planned(project, matrix):
    """Return the plan of a matrix."""
    return plan_reports(project, *load_data(project), matrix)


def asked(project, *entities, years=(2020,), chapters=()):
    """Return the plan of what is asked for on the command line."""
    return planned(project, matrix_of(Asked(years, entities, chapters)))


def written(project, text):
    """Write a matrix file and return the plan."""
    path = project.root / "matrix.yml"
    path.write_text(text, encoding="utf-8")
    return planned(project, load_matrix(path))


def names(plan):
    """Return year and entity of each report."""
    return [(report.year, report.entity) for report in plan.reports]


def test_years_and_entities_are_multiplied_and_what_has_no_data_is_skipped(project):
    """The summary says what and why."""
    plan = asked(project, "river", "brook", years=(2019, 2020))

    assert names(plan) == [(2019, "river"), (2020, "river"), (2020, "brook")]
    assert plan.skipped_lines() == ["skipped 1: no data for 2019 (brook)"]


@pytest.mark.parametrize(
    ("word", "expected"),
    [("all", ["river", "brook", "hill"]), ("all-schools", ["brook", "hill"]), ("all-cities", ["river"])],
)
def test_a_word_stands_for_every_entity_of_a_kind(project, word, expected):
    """Only those that have data."""
    assert [entity for _, entity in names(asked(project, word))] == expected


def test_a_chapter_that_does_not_apply_is_skipped(project):
    """A school has no chapter on the city; asked for all its chapters, it has nothing skipped."""
    plan = asked(project, "river", "brook", chapters=("01", "02"))
    other = asked(project, "river", "brook", chapters=("02",))

    assert plan.reports == (PlannedReport(2020, "river"), PlannedReport(2020, "brook"))
    assert plan.skipped_lines() == ["skipped 1: schools have no chapter 02 in 2020 (brook)"]
    assert other.reports == (PlannedReport(2020, "river", ("02",)),)
    assert asked(project, "all").skipped_lines() == [
        "skipped 1: no data for 2020 (vale)",
        "skipped 1: no outline is for enterprises in 2020 (plant)",
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"entities": ["rivr"]}, "unknown entity 'rivr' (data/reference/entities.yml); did you mean 'river'?"),
        ({"entities": ["brook", "rivr"]}, "unknown entity 'rivr'"),
        ({"entities": ["all-school"]}, "did you mean 'all-schools'"),
        ({"entities": ["brook"], "years": (2019,)}, "no data on brook for 2019; there are 2020"),
        ({"entities": ["all"], "years": (2020, 2031)}, "no data for 2031; there are 2019, 2020"),
        ({"entities": ["all"], "chapters": ("1",)}, "unknown chapter '1' (data/reference/chapters.yml); did you mean"),
        ({"entities": ["brook"], "chapters": ("02",)}, "schools have no chapter 02 in 2020; there are 01"),
        ({"entities": ["all-schools"], "chapters": ("02",)}, "there is nothing to build"),
    ],
)
def test_a_name_that_is_not_there_is_refused(project, words, message):
    """With the nearest ones, before anything starts."""
    words = {"years": (2020,), "chapters": ()} | words
    with pytest.raises(ParameterError) as raised:
        asked(project, *words["entities"], years=words["years"], chapters=words["chapters"])

    assert message in str(raised.value)


def test_a_matrix_file_selects_by_kind_and_parent_and_excludes(project):
    """A school of a county is a school of its city."""
    plan = written(
        project,
        "years: [2019, 2020]\nentities: [river]\nkind: school\nparent: river\nformats: [html]\n"
        "exclude:\n  - {entity: river, year: 2020}\n  - {entity: brook, chapter: '01'}\n",
    )

    assert names(plan) == [(2019, "river"), (2020, "hill")]
    assert plan.formats == ("html",)
    assert plan.skipped_lines() == [
        "skipped 2: no data for 2019 (brook, hill)",
        "skipped 2: excluded by matrix.yml (river, brook)",
    ]


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("years: [2020]\nentities: [rivr, brok]\n", ["matrix.yml, entities.0: unknown entity 'rivr'",
                                                     "matrix.yml, entities.1: unknown entity 'brok'"]),
        ("years: [2031]\nentities: [all]\n", ["matrix.yml, years.0: no data for 2031; there are 2019, 2020"]),
        ("years: [2020]\nentities: [all]\nexclude: [{chapter: '09'}]", ["matrix.yml, exclude.0.chapter: unknown chapter"]),
        ("years: [2020]\nparent: rivr\n", ["matrix.yml, parent: unknown entity 'rivr'", "did you mean 'river'?"]),
        ("years: [2020]\nentites: [river]\n", ["matrix.yml, entites: unknown key; did you mean 'entities'"]),
        ("years: twenty\nentities: [all]\n", ["matrix.yml, years: ", "got 'twenty'"]),
        ("years: []\nentities: [all]\n", ["matrix.yml, years: "]),
        ("years: [2020]\nentities: [all]\nformats: [htm]", ["matrix.yml, formats.0: ", "got 'htm'"]),
        ("years: [2020]\n", ["matrix.yml: names no entity"]),
        ("- 2020\n", ["matrix.yml: "]),
        ("years: [2020\n", ["matrix.yml line 2: broken YAML"]),
    ],
)  # fmt: skip
def test_a_mistake_in_a_matrix_file_is_told_with_its_place(project, text, messages):
    """Every one of them, together."""
    with pytest.raises(DataError) as raised:
        written(project, text)

    assert all(message in str(raised.value) for message in messages), str(raised.value)


def test_a_plan_is_remembered_until_an_input_is_touched(project):
    """Planning 7,000 reports costs reading the data; finding them unchanged does not."""
    words = Asked((2020,), ("all-schools",))
    first = words.plan(project, inputs_digest(project))
    observations = project.data / "observations" / "2020.csv"
    before = inputs_digest(project)
    text = observations.read_text(encoding="utf-8")
    observations.write_text(text.replace("hill,2020", "vale,2020"), encoding="utf-8")

    assert names(first) == [(2020, "brook"), (2020, "hill")]
    assert words.plan(project, before) == first
    assert names(words.plan(project, inputs_digest(project))) == [(2020, "brook")]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_matrix_of_the_readme_is_one(readme, project_root, tmp_path):
    """It can be copied as it stands."""
    (shown,) = re.findall(
        r"^```yaml\n(.*?)^```", (project_root / readme).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    path = tmp_path / "matrix.yml"
    path.write_text(shown, encoding="utf-8")
    project = Project(project_root)
    plan = plan_reports(project, *load_data(project), load_matrix(path))

    assert (2020, "hangzhou") in names(plan)
    assert plan.formats == ("html",)
    assert {key for key in Matrix.model_fields if key != "source"} == set(re.findall(r"^(\w+):", shown, re.MULTILINE))
