"""A complete project in a few rows. Every number in it is INVENTED, for tests only."""

from __future__ import annotations

import shutil
from pathlib import Path

from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.paths import Project
from helpers.writing.terms import Scene

REAL = Path(__file__).parents[2] / "data" / "reference"

ENTITIES = """\
river: {name: 清江市, short: 清江, kind: city}
brook: {name: 清江市第一职业学校, short: 一职, kind: school, parent: river}
"""
CATALOGUE = """\
breakdowns:
  school_kind:
    label: 学校类型
    total: true
    members: {high: 职业高中, skilled: 技工学校, adult: 成人中专}
  medal:
    label: 奖牌
    members: {gold: 金牌, silver: 银牌}
registers:
  model_schools: {label: 示范学校, description: 示范学校名单。}
indicators:
  schools: {label: 学校数, unit: school}
  enrolment: {label: 在校生数, unit: person, basis: school_year_start}
  graduates: {label: 毕业生数, unit: person}
  teachers: {label: 专任教师数, unit: person}
  land_area: {label: 占地面积, unit: square_metre}
  books: {label: 纸质图书, unit: volume}
  employment_rate: {label: 初次就业率, unit: percent, polarity: higher}
  awards: {label: 奖牌数, unit: medal}
  land_area_per_student:
    {label: 生均占地面积, unit: square_metre_per_student, decimals: 2, formula: land_area / enrolment}
  books_per_student: {label: 生均图书, unit: per_student, decimals: 2, formula: books / enrolment}
  student_teacher_ratio:
    {label: 生师比, unit: students_per_teacher, decimals: 2, polarity: lower, formula: enrolment / teachers}
  model_school_share: {label: 示范学校占比, unit: percent, formula: count("model_schools") / schools}
"""
STANDARDS = """\
- {code: land, indicator: land_area_per_student, value: 33, unit: square_metre_per_student, direction: not_below,
   legal: 测试标准第一条, from: 2010, to: null}
- {code: books, indicator: books_per_student, value: 30, unit: per_student, direction: not_below,
   legal: 测试标准第二条, from: 2010, to: null}
- {code: ratio, indicator: student_teacher_ratio, value: 20, unit: students_per_teacher, direction: not_above,
   legal: 测试标准第三条, from: 2010, to: null}
"""
SOURCES = """\
yearbook: {title: 清江统计资料, producer: 清江市统计局, school_year: 2020/2021学年初}
"""
CHAPTERS = """\
all:
  name: 测试提纲
  kinds: [city, school]
  title: "{entity}中等职业教育质量年度报告（{year}年）"
  chapters:
    - slug: basics
      title: 基本情况
      notebook: 01_basics.ipynb
      sections:
        - {id: scale, title: 规模}
"""
HEADER = "entity,year,indicator,scope,breakdown,value,unit,qualifier,status,source,locator,note"
OBSERVATIONS = """\
river,2019,enrolment,,,1000,person,,final,yearbook,表1,
river,2020,enrolment,,,1100,person,,final,yearbook,表1,
river,2019,graduates,,,400,person,,final,yearbook,表1,
river,2020,graduates,,,390,person,,final,yearbook,表1,
river,2019,schools,,,6,school,,final,yearbook,表1,
river,2020,schools,,,6,school,,final,yearbook,表1,
river,2020,schools,,school_kind=adult,1,school,,final,yearbook,表1,
river,2020,schools,,school_kind=high,3,school,,final,yearbook,表1,
river,2020,schools,,school_kind=skilled,2,school,,final,yearbook,表1,
river,2019,employment_rate,,,98.5,percent,,final,yearbook,表1,
river,2020,employment_rate,,,97.25,percent,,final,yearbook,表1,
river,2019,teachers,,,80,person,,final,yearbook,表1,
river,2020,teachers,,,90,person,,final,yearbook,表1,
river,2019,land_area,,,34000.50,square_metre,,final,yearbook,表1,
river,2020,land_area,,,36300.55,square_metre,,final,yearbook,表1,
river,2019,books,,,32000,volume,,final,yearbook,表1,
river,2020,books,,,32450,volume,,final,yearbook,表1,
river,2020,awards,,medal=gold,2,medal,,final,yearbook,表2,
river,2020,awards,,medal=silver,3,medal,,final,yearbook,表2,
brook,2020,enrolment,,,250,person,over,final,yearbook,案例1-1,
"""
RECORD_HEADER = "entity,register,number,year,school,project,person,level,stage,result,source,locator,note"
RECORDS = """\
river,model_schools,1,2020,brook,示范,,,,,yearbook,表7,
river,model_schools,2,2020,,示范二,,,,,yearbook,表7,
"""
CASES = """\
- number: "1-1"
  chapter: "01"
  section: scale
  schools: [brook]
  title: 一职的探索
  summary: 2020年9月，学校在校生{{ enrolment }}，开设3D打印课程。
  literals: ["3D打印"]
"""


def make_project(root: Path, **replacements: str) -> Project:
    """Write the project below ``root``; ``replacements`` are texts of files by their variable's name, in lower case."""
    texts = {
        "data/reference/entities.yml": replacements.get("entities", ENTITIES),
        "data/reference/catalogue/basics.yml": replacements.get("catalogue", CATALOGUE),
        "data/reference/standards.yml": replacements.get("standards", STANDARDS),
        "data/reference/chapters.yml": replacements.get("chapters", CHAPTERS),
        "data/reference/literals.yml": "- 1+X\n",
        "data/sources/sources.yml": replacements.get("sources", SOURCES),
        "data/observations/2020.csv": replacements.get("header", HEADER)
        + "\n"
        + replacements.get("observations", OBSERVATIONS),
        "data/records/2020.csv": f"{RECORD_HEADER}\n{replacements.get('records', RECORDS)}",
        "data/cases/2020.yml": replacements.get("cases", CASES),
    }
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for name in ("units.yml", "scopes.yml"):
        shutil.copy(REAL / name, root / "data" / "reference" / name)
    (root / "notebooks").mkdir(exist_ok=True)
    return Project(root)


def make_schools(root: Path, count: int, years: tuple[int, ...] = (2019, 2020)) -> Project:
    """Write the project with ``count`` more schools, ``school_0`` and so on, each with a few numbers for each year."""
    names = [f"school_{number}" for number in range(count)]
    entities = "".join(
        f"{name}: {{name: 清江市{name}, short: {name}, kind: school, parent: river}}\n" for name in names
    )
    rows = "".join(
        f"{name},{year},{indicator},,,{value + number},person,,final,yearbook,表1,\n"
        for number, name in enumerate(names)
        for year in years
        for indicator, value in (("enrolment", year - 1500), ("teachers", 50))
    )
    return make_project(root, entities=ENTITIES + entities, observations=OBSERVATIONS + rows)


def make_facts(root: Path, **replacements: str) -> Facts:
    """Load a project written by :func:`make_project`."""
    return Facts(*load_data(make_project(root, **replacements)))


def make_scene(root: Path, year: int = 2020, entity: str = "river", **replacements: str) -> Scene:
    """Return one place and year of the project."""
    facts = make_facts(root, **replacements)
    return Scene(facts, facts.catalogue.entities[entity], year)


def swap_years(observations: str = OBSERVATIONS) -> str:
    """Exchange 2019 and 2020, so that everything that rose falls."""
    return observations.replace(",2019,", ",#,").replace(",2020,", ",2019,").replace(",#,", ",2020,")
