"""案例: a school's practice as a box with a summary whose numbers are facts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.errors import UnknownNameError
from helpers.writing.blocks import CaseBox, Gap, GapList
from helpers.writing.prose import write_prose

if TYPE_CHECKING:
    from helpers.model import Case
    from helpers.writing.terms import Scene


def write_case(scene: Scene, number: str) -> CaseBox | GapList:
    """Show one case of the edition; a number that this edition lacks is a gap.

    Raises
    ------
    UnknownNameError
        No edition has a case of that number.
    """
    cases = {case.number: case for case in cases_of(scene)}
    if number in cases:
        return _box(scene, cases[number])
    if not scene.facts.observations.has_case(number):
        known = {case.number for edition in scene.facts.observations.cases.values() for case in edition}
        raise UnknownNameError.of("case", number, known)
    gap = Gap(what=f"{scene.year}年案例{number}", reason="本年度未收录")
    if gap not in scene.gaps:
        scene.gaps.append(gap)
    return GapList(gaps=(gap,))


def cases_of(scene: Scene) -> tuple[Case, ...]:
    """Return the cases of the scene's edition that belong to its entity: its own, or its schools', up to their city."""
    return scene.facts.cases_of(scene.entity.slug, scene.year)


def _box(scene: Scene, case: Case) -> CaseBox:
    owner = scene.at(case.schools[0])
    schools = tuple(scene.catalogue.entities[slug].name for slug in case.schools)
    prose = write_prose(owner, case.summary, name=f"案例{case.number}", calendar=True, literals=case.literals)
    return CaseBox(
        number=f"案例{case.number}",
        title=case.title,
        schools=() if all(name in case.title for name in schools) else schools,
        paragraphs=prose.paragraphs,
        cards=prose.cards,
        gaps=prose.gaps,
    )
