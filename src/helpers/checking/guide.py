"""The guide to the chapters: what ``notebooks/README.md`` says of notebooks, builders and the template language.

What a template prints is not described but rendered, from the report on record.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.checking.markdown import code, codes, table
from helpers.composition import exhibits, read_notebook
from helpers.formulas import Facts
from helpers.writing import figures, tables
from helpers.writing.prose import write_prose
from helpers.writing.render import to_text
from helpers.writing.terms import Scene

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from helpers.checking.registry import Material
    from helpers.model import Outline

ENTITY, YEAR = "hangzhou", 2020
TABLES = (
    "by_year", "of_indicators", "against_standards", "by_breakdown", "of_records", "of_pairs", "against_wider",
    "of_entries", "of_lists", "of_facts", "lacking",
)  # fmt: skip
PLACEHOLDER = re.compile(r"截至\{year\}年底|\{(?:year|previous)\}年|\{\w+\}")


@dataclass(frozen=True, slots=True)
class Example:
    """A template and what to know about it; what it prints is computed."""

    template: str
    english: str
    chinese: str


NAMES = (
    Example("{{ enrolment }}", "a name prints its value with unit and qualifier", "印出数值、单位和约数词"),
    Example('{{ enrolment(scope="vocational_high") }}', "the same indicator, counted for another scope", "换统计口径"),
    Example('{{ full_time_teachers(degree="master") }}', "one part of a breakdown", "取分项中的一项"),
    Example(
        '{{ awards(contest="national_skills", medal="gold", entity="zhejiang") }}',
        "several choices at once; another entity",
        "同时取几个分项；换填报单位",
    ),
    Example("{{ enrolment.previous }}", "the year before", "上年的数"),
    Example(
        '{{ names("moral_education_brands", column="project") }}',
        "the names in a register; `column` is `school`, `project`, `person` …; more keywords choose entries",
        "列出清单中的名称；column 为 school、project、person 等列，其余参数用来筛选",
    ),
    Example('{{ count("campus_projects", stage="在建") }}', "how many entries a register has", "清单有几条"),
    Example(
        "{{ year }}、{{ year - 1 }}、{{ entity }}、{{ short }}、{{ area }}",
        "the year, the year before, and three ways to name the place",
        "年度、上年，以及本地的三种叫法",
    ),
)
FILTERS = (
    Example(
        "在校生{{ enrolment }}，{{ enrolment | change }}；招生{{ entrants }}，{{ entrants | change }}。",
        "how it moved since the year before; 比上年 is said once in a sentence",
        "比上年的增减；一句之内只说一次“比上年”",
    ),
    Example("{{ double_qualified_share | change }}", "a percentage moves in points", "百分比按百分点增减"),
    Example("{{ enrolment | difference }}", "only by how much", "只说增减量"),
    Example("{{ enrolment | growth }}", "only by how many per cent", "只说增减幅度"),
    Example("{{ double_qualified_teachers | from_to }}", "from where to where", "由多少到多少"),
    Example(
        '{{ enrolment | direction("扩大", "缩小", "稳定") }}',
        "one of three words by the direction: up, down, level",
        "按升、降、平选词",
    ),
    Example("{{ enrolment | bare }}", "without the unit", "不带单位"),
    Example(
        '{{ count("campus_projects", stage="在建") | hanzi }}所',
        "a count up to 99 in Chinese numerals; the words give the unit",
        "用汉字写小于一百的数，单位自己写",
    ),
    Example('{{ schools | parts("school_kind") }}', "the parts by size, none that is zero", "各分项由大到小，零不列"),
    Example('{{ trainees | parts("trainee_group", first=2) }}', "only the greatest of them", "只列最大的几项"),
    Example(
        '{{ enrolment_share | leading("programme_category", 3) }}',
        "which come first, and how many; one that shares the last place is told, too",
        "前几位，并列的都列",
    ),
    Example(
        '{{ assessment_pass_rate | extremes("assessment") }}',
        "the highest and the lowest, 最多 and 最少 of counts",
        "最高、最低（人数等用最多、最少）",
    ),
    Example(
        "{{ enrolment | roughly }}、{{ graduates | roughly(3) }}",
        "in round numbers of so many digits: 余 or 超过 in the lower half of a step, 近 from four fifths on, else 约",
        "约数：不到半步用“余”或“超过”，过五分之四用“近”，其间用“约”",
    ),
    Example('{{ trainees | listed("trainee_group") }}', "the parts in their official order", "各分项按规定次序"),
    Example(
        '{{ full_time_teachers(degree="master") | share_of(full_time_teachers) }}',
        "a percentage of another fact, itself a fact",
        "占另一数的比例",
    ),
    Example("{{ student_teacher_ratio | standard }}", "against the national standard", "与国家标准相比"),
    Example(
        "{{ [land_area_per_student, books_per_student] | standards }}",
        "several against theirs by name, those that are known; exceptions named",
        "几项同比国家标准，缺数的不提，例外点名",
    ),
    Example(
        "{{ [land_area_per_student, books_per_student] | limits }}",
        "the same with their limits, of two or more that are known",
        "各项数值和限值，有两项以上才说",
    ),
    Example("{{ books_per_student | limit }}", "the standard's limit, as a fact", "国家标准的限值"),
    Example("{{ books_per_student | exceedance }}", "by how much the limit is bettered", "优于标准多少"),
    Example("{{ books_per_student | exceedance_rate }}", "by how many per cent", "优于标准的幅度"),
    Example(
        '{{ [land_area_per_student, building_area_per_student, books_per_student] | trend("有所提高", "有所降低") }}',
        "how several moved together, exceptions named",
        "几项一同升降，例外点名",
    ),
    Example(
        '{{ [land_area, books, computers] | trends("总量指标", "有所增加", "有所减少") }}',
        "the same by name and number, of two or more that have a year before; `naming=false` gives the number alone",
        "几项点名、计数后一同说升降，没有上年数的不提，有两项以上才说；naming=false时不点名",
    ),
    Example(
        '{{ enrolment_employment_gap | within(structural_gap_threshold, over="programme_category") }}',
        "each part of a gap against a limit; `counterpart=true` names the parts by the other classification",
        "各分项的差距是否在限值以内；counterpart=true 时用对照分类的名称",
    ),
    Example(
        '{{ enrolment_employment_gap | surpluses("programme_category", first=2) }}',
        "the parts above zero, by how far",
        "差距为正的各项",
    ),
    Example(
        '{{ enrolment_employment_gap | deficits("programme_category", first=2) }}',
        "the parts below zero, by how far, without a sign",
        "差距为负的各项，不印负号",
    ),
)
TESTS = (
    Example("{% if enrolment is rising %}增{% else %}未增{% endif %}", "it rose, as printed", "按印出的数，升了"),
    Example("{% if graduates is falling %}减{% endif %}", "it fell, as printed", "降了"),
    Example("{% if schools is flat %}平{% endif %}", "it is the same to the printed digit", "印出的数相同"),
    Example("{% if total_funding is known %}有{% else %}无{% endif %}", "there is such a number", "有这个数"),
    Example(
        "{% if graduation_rate is comparable %}可比{% else %}不可比{% endif %}",
        "there is a year before to compare with; of a list, for each",
        "有上年数可比；列出几项时，每项都有",
    ),
    Example(
        "{% if [books, graduation_rate, land_area] is partly_comparable %}可比{% endif %}",
        "two or more of a list have a year before",
        "列出的几项中，至少两项有上年数",
    ),
    Example(
        "{% if books_per_student is meeting_standard %}达标{% endif %}",
        "it meets the national standard",
        "达到国家标准",
    ),
)
RULES = (
    Example(
        "本年总投入{{ total_funding }}。在校生{{ enrolment }}。",
        "a sentence whose number is missing is left out, and the chapter lists the gap",
        "缺数的一句整句不印，列入数据缺口",
    ),
    Example(
        "在校生{{ enrolment }}[[，总投入{{ total_funding }}]]。",
        "`[[ … ]]` marks what may fall alone",
        "`[[ … ]]` 之内可单独略去",
    ),
    Example(
        "毕业率为{{ graduation_rate }}，{{ graduation_rate | change }}。",
        "a comparison without a year before falls alone",
        "没有上年数，只略去比较",
    ),
    Example("**办学规模。**学校{{ schools }}。", "a run-in heading opens a paragraph", "段首小标题"),
)
EXAMPLES = {"names": NAMES, "filters": FILTERS, "tests": TESTS, "rules": RULES}


def chapters(material: Material) -> str:
    """List the chapters of each outline with their notebooks and sections."""
    return "\n\n".join(_outline(outline) for outline in material.catalogue.outlines.values())


def _outline(outline: Outline) -> str:
    """List the chapters of one outline, under whom it serves."""
    until = f" to {outline.valid_to}" if outline.valid_to else " on"
    rows = [
        (
            chapter.number if chapter.numbered else "",
            f"[{chapter.title}]({chapter.notebook})",
            code(chapter.slug),
            "；".join(
                f"{section.number} {section.title} `{section.id}`".strip()
                + (f" from [{section.notebook}]({section.notebook})" if section.notebook else "")
                for section in chapter.sections
            ),
        )
        for chapter in outline.chapters
    ]
    served = (
        f"{outline.name}, `{outline.code}`: for a {' or '.join(outline.kinds)}, editions {outline.valid_from}{until}"
    )
    return f"**{served}**\n\n{table(['chapter', 'notebook', 'slug', 'sections'], rows)}"


def numbered(material: Material) -> str:
    """List tables and figures by the labels that they have in their notebooks, each with the cell that builds it."""
    rows = [
        (one.label, PLACEHOLDER.sub("", one.title), path.name, code(one.cell), code(one.builder))
        for path in sorted(material.project.notebooks.glob("*.ipynb"))
        for one in exhibits(read_notebook(path)["cells"])
    ]
    return table(["label", "title", "notebook", "cell", "built by"], rows)


def cases(material: Material) -> str:
    """List the cases of the latest edition with their places."""
    editions = material.observations.cases
    rows = [
        (case.number, case.title, f"{case.chapter} `{case.section}`", codes(case.schools))
        for case in editions[max(editions)]
    ]
    return table(["case", "title", "chapter and section", "whose numbers"], rows)


def table_builders(_: Material) -> str:
    """List the shapes of tables."""
    return _builders("tables", tables, TABLES)


def figure_builders(_: Material) -> str:
    """List the forms of figures."""
    return _builders("figures", figures, figures.__all__)


def language(material: Material, name: str) -> str:
    """Show examples of the template language in English, with what they print."""
    rows = [(code(one.template), one.english, said) for one, said in _rendered(material, EXAMPLES[name])]
    return table(["template", "meaning", "prints"], rows)


def language_in_chinese(material: Material, name: str) -> str:
    """Show the same in Chinese."""
    rows = [(code(one.template), one.chinese, said) for one, said in _rendered(material, EXAMPLES[name])]
    return table(["写法", "意思", "印出"], rows)


PARTS = {
    "chapters": chapters,
    "numbered": numbered,
    "cases": cases,
    "table-builders": table_builders,
    "figure-builders": figure_builders,
    "names": lambda material: language(material, "names"),
    "filters": lambda material: language(material, "filters"),
    "tests": lambda material: language(material, "tests"),
    "rules": lambda material: language(material, "rules"),
}
CHINESE_PARTS = {
    "names": lambda material: language_in_chinese(material, "names"),
    "filters": lambda material: language_in_chinese(material, "filters"),
    "tests": lambda material: language_in_chinese(material, "tests"),
    "rules": lambda material: language_in_chinese(material, "rules"),
}


def _rendered(material: Material, examples: Iterable[Example]) -> Iterator[tuple[Example, str]]:
    """Render each example for the report on record."""
    scene = Scene(Facts(material.catalogue, material.observations), material.catalogue.entity(ENTITY), YEAR)
    for one in examples:
        yield one, to_text(write_prose(scene, one.template, name="guide"))


def _builders(module_name: str, module: ModuleType, names: Iterable[str]) -> str:
    rows = []
    for name in names:
        function = getattr(module, name)
        summary = (inspect.getdoc(function) or "").partition("\n")[0].replace("``", "`")
        rows.append((code(f"{module_name}.{name}"), summary, codes(_arguments(function, required=True)),
                     codes(_arguments(function, required=False))))  # fmt: skip
    return table(["builder", "what it does", "needs", "may have"], rows)


def _arguments(function: object, *, required: bool) -> list[str]:
    parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    return [one.name for one in parameters if (one.default is one.empty) == required and one.name != "scene"]
