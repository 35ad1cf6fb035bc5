"""Text: what cases and narratives say can be written from the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.checking.registry import InChinese, Material, check
from helpers.errors import NianbaoError, Problem, nearest
from helpers.formulas import Facts
from helpers.writing.cases import write_case
from helpers.writing.narratives import load_narrative
from helpers.writing.prose import write_prose
from helpers.writing.terms import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator


@check(
    "text",
    "Every case can be written, with every figure it names on record.",
    InChinese(
        "案例可以写出",
        "各案例都能写出，所提到的数都在案。",
        "按案例所属的学校和年份，逐个写出案例摘要。",
    ),
)
def cases_can_be_written(material: Material) -> Iterator[Problem]:
    """Render each case's summary for its own school and year."""
    for edition, cases in material.observations.cases.items():
        for case in cases:
            where = f"data/cases/{edition}.yml case {case.number}"
            entity = material.catalogue.entities.get(case.schools[0]) if case.schools else None
            if entity is None:
                remedy, chinese = "name the entity that owns the figures first", "没有写学校；先写数据所属的单位。"
                yield Problem(where, "names no school", remedy, chinese)
                continue
            scene = Scene(Facts(material.catalogue, material.observations), entity, edition)
            try:
                box = write_case(scene, case.number)
            except NianbaoError as error:
                yield Problem(where, str(error), "mend the summary", f"摘要写不出（{error}）；修改摘要。")
                continue
            for gap in box.gaps:
                remedy = "add the figure or take it out of the summary"
                chinese = f"{gap.what}：{gap.reason}；补上这个数，或从摘要里删去。"
                yield Problem(where, f"{gap.what}: {gap.reason}", remedy, chinese)


@check(
    "text",
    "Every case stands in a section of a report of its edition.",
    InChinese(
        "案例有所归属",
        "各案例都归在其年度报告的某一节。",
        "查找所属的节不在当年任何提纲里的案例：没有页面会印它。",
    ),
)
def cases_have_a_section(material: Material) -> Iterator[Problem]:
    """Look for cases whose section is in no outline of their edition: no page would show them."""
    for edition, cases in material.observations.cases.items():
        serving = [one for one in material.catalogue.outlines.values() if one.serves(edition)]
        known = {section.id for outline in serving for chapter in outline.chapters for section in chapter.sections}
        for case in cases:
            if case.section not in known:
                where = f"data/cases/{edition}.yml case {case.number}"
                chinese = f"没有“{case.section}”这一节；核对section。"
                yield Problem(where, f"unknown section {case.section!r}", nearest(case.section, known), chinese)


@check(
    "text",
    "Every narrative can be written, with every figure it names on record.",
    InChinese(
        "叙述可以写出",
        "各篇叙述都能写出，所提到的数都在案。",
        "逐节写出每个叙述文件。",
    ),
)
def narratives_can_be_written(material: Material) -> Iterator[Problem]:
    """Render each section of each narrative file."""
    folder = material.project.data / "narratives"
    for path in sorted(folder.glob("*/*/*.md")):
        year, slug, chapter = path.parent.parent.name, path.parent.name, path.stem
        where = material.project.relative(path)
        if not year.isdigit() or chapter not in _numbers(material, slug, int(year)):
            what, chinese = "belongs to no entity, year or chapter", "不属于任何单位、年份或章；按“年/单位/章.md”存放。"
            yield Problem(where, what, "narratives/<year>/<entity>/<chapter>.md", chinese)
            continue
        scene = Scene(Facts(material.catalogue, material.observations), material.catalogue.entities[slug], int(year))
        yield from _narrative_problems(material, scene, int(year), chapter, where)


def _numbers(material: Material, slug: str, year: int) -> set[str]:
    """Return the numbers of the chapters that make the report of an entity; none where it has no report."""
    entity = material.catalogue.entities.get(slug)
    if entity is None or not any(outline.holds(entity.kind, year) for outline in material.catalogue.outlines.values()):
        return set()
    return {chapter.number for chapter in material.catalogue.outline(entity, year).chapters}


def _narrative_problems(material: Material, scene: Scene, year: int, chapter: str, where: str) -> Iterator[Problem]:
    try:
        narrative = load_narrative(material.project, year, scene.entity.slug, chapter)
    except NianbaoError as error:
        yield Problem(where, str(error), "mend the file", f"文件读不懂（{error}）；修改文件。")
        return
    for section, paragraphs in narrative.sections.items():
        text = "\n\n".join(paragraph for paragraph in paragraphs if not paragraph.startswith("【案例"))
        try:
            prose = write_prose(
                scene, text, name=f"{where} section {section}", calendar=True, literals=narrative.literals
            )
        except NianbaoError as error:
            yield Problem(where, str(error), "mend the text", f"{section}一节写不出（{error}）；修改文字。")
            continue
        for gap in prose.gaps:
            chinese = f"{gap.what}：{gap.reason}；补上这个数，或删去。"
            what = f"{gap.what}: {gap.reason}"
            yield Problem(f"{where} section {section}", what, "add the figure or drop it", chinese)
