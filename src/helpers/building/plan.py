"""What is to be built: (entity, year, chapter), every name checked before anything starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.building.matrix import PLURALS, chapter_numbers
from helpers.building.parameters import check_parameters_cell
from helpers.building.planned import Plan, PlannedReport, Skipped
from helpers.chapter import chapters_for, check_parameters
from helpers.errors import DataError, ParameterError, Problem, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from helpers.building.matrix import Matrix
    from helpers.catalogue import Catalogue
    from helpers.model import Chapter, Entity, Section
    from helpers.observations import Observations
    from helpers.paths import Project

PARAMETERS = ("year", "entity")
"""What a build gives each notebook."""


@dataclass(frozen=True, slots=True)
class Job:
    """One chapter notebook for one entity and year."""

    entity: str
    year: int
    number: str
    slug: str
    notebook: Path
    sections: tuple[Section, ...] = ()

    @property
    def parameters(self) -> dict[str, str | int]:
        """Return what papermill injects."""
        return {name: getattr(self, name) for name in PARAMETERS}

    @property
    def stem(self) -> str:
        """Name the job's files: ``01-basic-conditions``."""
        return f"{self.number}-{self.slug}"


def plan_reports(project: Project, catalogue: Catalogue, observations: Observations, matrix: Matrix) -> Plan:
    """Plan the reports of a matrix; those that cannot be are skipped with a reason.

    Raises
    ------
    ParameterError
        An unknown entity or chapter, a year without data, a notebook that is not there; one report is asked for by
        name and cannot be; or nothing is left to build.
    DataError
        The same in a matrix file, every problem with its place.
    """
    problems = list(matrix.problems(catalogue, observations.entities_by_year.keys()))
    if problems:
        raise _refusal(matrix, problems)
    if matrix.names_one_report:
        year, slug = matrix.years[0], matrix.entities[0]
        check_parameters(catalogue, observations, year=year, entity=slug)
        plan_chapters(project, catalogue, year, slug, matrix.chapters)
    planner = _Planner(project, catalogue, observations, matrix)
    for year in dict.fromkeys(matrix.years):
        for entity in matrix.select(catalogue):
            planner.add(year, entity)
    plan = Plan(tuple(planner.reports), matrix.formats, tuple(planner.skipped))
    if not plan.reports:
        raise ParameterError("\n".join(["there is nothing to build", *plan.skipped_lines()]))
    return plan


def _refusal(matrix: Matrix, problems: Sequence[Problem]) -> Exception:
    if matrix.source:
        return DataError([Problem(f"{matrix.source}, {one.where}", one.what, one.remedy) for one in problems])
    return ParameterError("\n".join(f"{one.what}; {one.remedy}" for one in problems))


class _Planner:
    """Sorts what a matrix asks for into what can be built and what cannot."""

    def __init__(self, project: Project, catalogue: Catalogue, observations: Observations, matrix: Matrix) -> None:
        self.project, self.catalogue, self.observations, self.matrix = project, catalogue, observations, matrix
        self.books: dict[tuple[str, int], list[Chapter]] = {}
        self.reports: list[PlannedReport] = []
        self.skipped: list[Skipped] = []

    def add(self, year: int, entity: Entity) -> None:
        """Plan one report, or say why not."""
        told = entity.slug in self.observations.entities_by_year[year]  # at hand; what else there is must be asked for
        if not told and year not in self.observations.years(entity.slug):
            self._skip(year, entity, "", f"no data for {year}")
            return
        book = [chapter.number for chapter in self._book(entity, year)]
        if not book:
            self._skip(year, entity, "", f"no outline is for {PLURALS[entity.kind]} in {year}")
            return
        if any(one.chapter is None and one.covers(year, entity.slug, "") for one in self.matrix.exclude):
            self._skip(year, entity, "", f"excluded by {self.matrix.source}")
            return
        chosen = []
        for number in self.matrix.chapters or book:
            if number not in book:
                self._skip(year, entity, number, f"{PLURALS[entity.kind]} have no chapter {number} in {year}")
            elif any(one.covers(year, entity.slug, number) for one in self.matrix.exclude):
                self._skip(year, entity, number, f"excluded by {self.matrix.source}")
            else:
                chosen.append(number)
        if chosen:
            whole = set(chosen) == set(book)
            self.reports.append(PlannedReport(year, entity.slug, () if whole else tuple(dict.fromkeys(chosen))))

    def _book(self, entity: Entity, year: int) -> list[Chapter]:
        """Return the chapters of a kind of entity in an edition; their notebooks are looked for once."""
        which = (entity.kind, year)
        if which not in self.books:
            held = any(outline.holds(*which) for outline in self.catalogue.outlines.values())
            self.books[which] = chapters_for(self.catalogue, entity, year) if held else []
            for chapter in self.books[which]:
                _notebook(self.project, chapter)
        return self.books[which]

    def _skip(self, year: int, entity: Entity, chapter: str, reason: str) -> None:
        self.skipped.append(Skipped(year, entity.slug, chapter, reason))


def plan_chapters(
    project: Project, catalogue: Catalogue, year: int, entity: str, chapters: Sequence[str] = ()
) -> list[Job]:
    """Plan the chapters of one report, in the order of the book.

    Raises
    ------
    ParameterError
        An unknown chapter, one that this kind of entity does not have, or a notebook that is not there, does not take
        the parameters of a build or has secrets for parameters.
    """
    book = chapters_for(catalogue, catalogue.entities[entity], year)
    known = {chapter.number: chapter for chapter in book}
    for number in chapters:
        if number not in chapter_numbers(catalogue):
            message = f"unknown chapter {number!r} (data/reference/chapters.yml); {nearest(number, known)}"
            raise ParameterError(message)
        if number not in known:
            kind = catalogue.entities[entity].kind
            message = f"{PLURALS[kind]} have no chapter {number} in {year}; there are {', '.join(known)}"
            raise ParameterError(message)
    chosen = [chapter for chapter in book if not chapters or chapter.number in chapters]
    return [Job(entity, year, one.number, one.slug, _notebook(project, one), one.sections) for one in chosen]


def _notebook(project: Project, chapter: Chapter) -> Path:
    notebook = project.notebooks / chapter.notebook
    if not notebook.is_file():
        there = [path.name for path in project.notebooks.glob("*.ipynb")]
        offer = nearest(chapter.notebook, there)
        message = f"chapter {chapter.number}: no notebook notebooks/{chapter.notebook}; {offer}"
        raise ParameterError(message)
    check_parameters_cell(notebook, PARAMETERS)
    return notebook
