"""Text: what cases and narratives say can be written from the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.checking.registry import Material, check
from helpers.errors import NianbaoError, Problem, nearest
from helpers.formulas import Facts
from helpers.writing.cases import write_case
from helpers.writing.narratives import load_narrative
from helpers.writing.prose import write_prose
from helpers.writing.terms import Scene

if TYPE_CHECKING:
    from collections.abc import Iterator


@check("text", "Every case can be written, with every figure it names on record.")
def cases_can_be_written(material: Material) -> Iterator[Problem]:
    """Render each case's summary for its own school and year."""
    for edition, cases in material.observations.cases.items():
        for case in cases:
            where = f"data/cases/{edition}.yml case {case.number}"
            entity = material.catalogue.entities.get(case.schools[0]) if case.schools else None
            if entity is None:
                yield Problem(where, "names no school", "name the entity that owns the figures first")
                continue
            scene = Scene(Facts(material.catalogue, material.observations), entity, edition)
            try:
                box = write_case(scene, case.number)
            except NianbaoError as error:
                yield Problem(where, str(error), "mend the summary")
                continue
            for gap in box.gaps:
                yield Problem(where, f"{gap.what}: {gap.reason}", "add the figure or take it out of the summary")


@check("text", "Every case stands in a section of a report of its edition.")
def cases_have_a_section(material: Material) -> Iterator[Problem]:
    """Look for cases whose section is in no outline of their edition: no page would show them."""
    for edition, cases in material.observations.cases.items():
        serving = [one for one in material.catalogue.outlines.values() if one.serves(edition)]
        known = {section.id for outline in serving for chapter in outline.chapters for section in chapter.sections}
        for case in cases:
            if case.section not in known:
                where = f"data/cases/{edition}.yml case {case.number}"
                yield Problem(where, f"unknown section {case.section!r}", nearest(case.section, known))


@check("text", "Every narrative can be written, with every figure it names on record.")
def narratives_can_be_written(material: Material) -> Iterator[Problem]:
    """Render each section of each narrative file."""
    folder = material.project.data / "narratives"
    for path in sorted(folder.glob("*/*/*.md")):
        year, slug, chapter = path.parent.parent.name, path.parent.name, path.stem
        where = material.project.relative(path)
        if not year.isdigit() or chapter not in _numbers(material, slug, int(year)):
            yield Problem(where, "belongs to no entity, year or chapter", "narratives/<year>/<entity>/<chapter>.md")
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
        yield Problem(where, str(error), "mend the file")
        return
    for section, paragraphs in narrative.sections.items():
        text = "\n\n".join(paragraph for paragraph in paragraphs if not paragraph.startswith("【案例"))
        try:
            prose = write_prose(
                scene, text, name=f"{where} section {section}", calendar=True, literals=narrative.literals
            )
        except NianbaoError as error:
            yield Problem(where, str(error), "mend the text")
            continue
        for gap in prose.gaps:
            yield Problem(f"{where} section {section}", f"{gap.what}: {gap.reason}", "add the figure or drop it")
