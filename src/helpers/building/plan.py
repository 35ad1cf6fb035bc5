"""What is to be built: (entity, year, chapter), every parameter checked before anything starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.chapter import chapters_for, check_parameters
from helpers.errors import ParameterError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from helpers.catalogue import Catalogue
    from helpers.model import Chapter, Section
    from helpers.observations import Observations
    from helpers.paths import Project


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
        return {"year": self.year, "entity": self.entity}

    @property
    def stem(self) -> str:
        """Name the job's files: ``01-basic-conditions``."""
        return f"{self.number}-{self.slug}"


def plan(
    project: Project,
    catalogue: Catalogue,
    observations: Observations,
    *,
    year: int,
    entity: str,
    chapters: Sequence[str] = (),
) -> list[Job]:
    """Plan the chapters of one report, in the order of the book.

    Raises
    ------
    ParameterError
        An unknown entity or chapter, a year without data, or a notebook that is not there.
    """
    check_parameters(catalogue, observations, year=year, entity=entity)
    book = chapters_for(catalogue, catalogue.entities[entity], year)
    known = {chapter.number: chapter for chapter in book}
    for number in chapters:
        if number not in known:
            message = f"unknown chapter {number!r} (data/reference/chapters.yml); {nearest(number, known)}"
            raise ParameterError(message)
    chosen = [chapter for chapter in book if not chapters or chapter.number in chapters]
    return [_job(project, chapter, year, entity) for chapter in chosen]


def _job(project: Project, chapter: Chapter, year: int, entity: str) -> Job:
    notebook = project.notebooks / chapter.notebook
    if not notebook.is_file():
        there = [path.name for path in project.notebooks.glob("*.ipynb")]
        offer = nearest(chapter.notebook, there)
        message = f"chapter {chapter.number}: no notebook notebooks/{chapter.notebook}; {offer}"
        raise ParameterError(message)
    return Job(entity, year, chapter.number, chapter.slug, notebook, chapter.sections)
