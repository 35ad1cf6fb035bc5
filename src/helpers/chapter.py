"""``open_chapter()``: what a notebook holds for one entity and one year.

A chapter is a :class:`~helpers.writing.terms.Scene` with a place in the book. Table and figure builders take it as
their first argument; its own methods show narratives and cases. ``%%prose`` cells speak of the chapter opened last.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from helpers.audit.service import load_corrections
from helpers.comparison import standard_for
from helpers.composition import InOrder, numbering
from helpers.errors import BuildError, ParameterError, TemplateError, UnknownNameError, nearest
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.paths import Project, find_project
from helpers.reads import MIME_TYPE as READS_MIME_TYPE
from helpers.reads import WATCH, Reads, name_key, own_reading, unseen_readers
from helpers.writing.account import cases_with
from helpers.writing.blocks import Block, GapList, Paragraph, Prose, Text
from helpers.writing.cases import cases_of, write_case
from helpers.writing.narratives import load_narrative, narrative_path
from helpers.writing.prose import write_prose
from helpers.writing.terms import Scene, Term

if TYPE_CHECKING:
    from helpers import model
    from helpers.catalogue import Catalogue
    from helpers.observations import Observations

CHAPTER_MIME_TYPE = "application/vnd.nianbao.chapter+json"
INTRODUCTION = "introduction"  # what a chapter says before its first section
CASE_PLACE = re.compile(r"^【案例([0-9]+-[0-9]+)】$")


@dataclass
class Chapter(Scene):
    """One chapter for one entity and year.

    Attributes
    ----------
    record
        The chapter's entry in the outline.
    outline
        Which chapters make the report (``chapters.yml``).
    project
        The checkout it reads from.
    """

    record: model.Chapter = field(kw_only=True)
    outline: model.Outline = field(kw_only=True)
    project: Project = field(kw_only=True)
    opened: Reads = field(default_factory=Reads, kw_only=True)
    shown_cases: set[str] = field(default_factory=set, kw_only=True)
    shown_sections: set[str] = field(default_factory=set, kw_only=True)

    def __post_init__(self) -> None:
        self.overview = self.course

    @property
    def name(self) -> str:
        """Say where a message comes from."""
        return self.record.notebook

    def prose(self, template: str, *, scope: str | None = None, name: str | None = None) -> Block:
        """Render a template; the same as a ``%%prose`` cell."""
        scene = Scene(self.facts, self.entity, self.year, scope or self.scope, self.gaps, self.numbering, self.overview)
        opening = " ".join(template.split())[:16]
        return write_prose(scene, template, name=name or f"{self.name}, cell “{opening}…”")

    def narrative(self, section: str) -> None:
        """Show what this year's narrative says in a section, cases where ``【案例1-1】`` stands alone on a line."""
        self._known_section(section)
        self.shown_sections.add(section)
        narrative = load_narrative(self.project, self.year, self.entity.slug, self.record.number)
        prose: list[str] = []
        for paragraph in narrative.sections.get(section, ()):
            place = CASE_PLACE.match(paragraph)
            if place is None:
                prose.append(paragraph)
                continue
            self._show_narrative(prose, narrative.name, section, narrative.literals)
            prose = []
            self.case(place[1])
        self._show_narrative(prose, narrative.name, section, narrative.literals)

    def _show_narrative(self, paragraphs: list[str], name: str, section: str, literals: tuple[str, ...]) -> None:
        if paragraphs:
            source = "\n\n".join(paragraphs)
            show(write_prose(self, source, name=f"{name}, section {section}", calendar=True, literals=literals))

    def case(self, number: str) -> None:
        """Show one case."""
        self.shown_cases.add(number)
        show(write_case(self, number))

    def cases(self, section: str) -> None:
        """Show the cases of a section that have not been shown yet."""
        self._known_section(section)
        for case in cases_of(self):
            if case.section == section and case.number not in self.shown_cases:
                self.case(case.number)

    def own_cases(self, *sections: str) -> None:
        """Show the cases that the entity owns, of some sections of the wider report or, none being named, of all."""
        for case in cases_with(self, own=True):
            if case.number not in self.shown_cases and (not sections or case.section in sections):
                self.case(case.number)

    def held_to_standards(self) -> list[Term]:
        """Return a term for each number on record that a national standard of its year is for."""
        names = dict.fromkeys(standard.indicator for standard in self.catalogue.standards)
        terms = (self.term(name) for name in names)
        return [term for term in terms if term.fact is not None and standard_for(self.catalogue, term.key)]

    def course(self) -> str:
        """Say what the report goes through; no chapter that is all narrative and has none this year."""
        narratives = [
            (chapter, narrative_path(self.project, self.year, self.entity.slug, chapter.number))
            for chapter in self.outline.chapters
            if chapter.narrated
        ]
        self.opened.files |= {self.project.relative(path.parent) for _, path in narratives}  # which ones there are
        return self.outline.course({chapter.slug for chapter, path in narratives if not path.exists()})

    def unreported(self) -> Block:
        """Say why a part of the frame has nothing to show, unless this year's narrative introduces it."""
        narrative = load_narrative(self.project, self.year, self.entity.slug, self.record.number)
        if INTRODUCTION in narrative.sections:
            return GapList()
        words = Text(text=f"{self.record.reason or '本年度没有材料'}。")
        return Prose(paragraphs=(Paragraph(runs=(words,)),))

    def verify(self) -> GapList:
        """Judge the chapter, and list what its data could not fill.

        Raises
        ------
        BuildError
            A case or a narrative section that belongs to the chapter was not shown.
        """
        sections = {section.id for section in self.record.sections}
        cases = {case.number for case in cases_of(self) if case.section in sections}
        narrative = load_narrative(self.project, self.year, self.entity.slug, self.record.number)
        forgotten = [f"case {number} is not shown" for number in sorted(cases - self.shown_cases)]
        forgotten += [
            f"section {section!r} of {narrative.name} is not shown"
            for section in narrative.sections
            if section not in self.shown_sections
        ]
        if forgotten:
            message = f"{self.name}: {'; '.join(forgotten)}; add chapter.narrative(…) or chapter.cases(…)"
            raise BuildError(message)
        show(ReadsOutput(self.reads()))
        return GapList(gaps=tuple(self.gaps))

    def reads(self) -> Reads:
        """Return what the chapter has looked up so far."""
        facts, reads = self.facts, self.opened
        reads.observations |= {name_key(key) for key in facts.reads if "." not in key.indicator}
        reads.divisions |= {f"{dimension} of {name_key(key)}" for key, dimension in facts.divisions}
        reads.registers |= {f"{entity} {register} {year}" for entity, register, year in facts.registers}
        reads.entities |= {f"{entity} {year}" for entity, year in facts.entities}
        reads.cases |= {f"{entity} {year}" for entity, year in facts.cases}
        narrative = narrative_path(self.project, self.year, self.entity.slug, self.record.number)
        reads.files.add(self.project.relative(narrative))
        reads.programs |= unseen_readers(sys.modules, vars(sys.modules["__main__"]))
        return reads

    def _known_section(self, section: str) -> None:
        known = [INTRODUCTION, *(one.id for one in self.record.sections)]
        if section not in known:
            raise UnknownNameError.of("section", section, known, self.name)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ANN401, ARG002
        text = f"{named(self.record.title, self.entity, self.year)}（{self.entity.name}，{self.year}年）"
        return {CHAPTER_MIME_TYPE: self.bundle(), "text/plain": text}

    def bundle(self) -> dict[str, Any]:
        """Describe the chapter and its book, for exporters that see only one notebook."""
        return {
            "number": self.record.number,
            "slug": self.record.slug,
            "title": named(self.record.title, self.entity, self.year),
            "year": self.year,
            "entity": self.entity.slug,
            "entity_name": self.entity.name,
            "short": self.entity.short,
            "report_title": named(self.outline.title, self.entity, self.year),
            "contents": [self._entry(chapter) for chapter in self.outline.chapters],
        } | ({"one_page": True} if self.outline.one_page else {})

    def _entry(self, chapter: model.Chapter) -> dict[str, Any]:
        sections = [
            {"id": section.id, "number": section.number, "title": section.called(self.entity.slug, self.year)}
            for section in chapter.sections
        ]
        title = named(chapter.title, self.entity, self.year)
        return {"number": chapter.number, "slug": chapter.slug, "title": title, "sections": sections}


@dataclass(frozen=True)
class ReadsOutput:
    """What a chapter read, as an output of its last cell; the build takes it out of the executed notebook."""

    reads: Reads

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:  # noqa: ANN401, ARG002
        return {READS_MIME_TYPE: self.reads.to_json(), "text/plain": ""}


def named(title: str, entity: model.Entity, year: int) -> str:
    """Fill the place and the year into a title of the outline: ``{entity}质量年度报告（{year}年）``."""
    return title.format(entity=entity.name, short=entity.short, year=year)


def chapters_for(catalogue: Catalogue, entity: model.Entity, year: int) -> list[model.Chapter]:
    """Return the chapters that make the report of an entity in an edition, in order."""
    return list(catalogue.outline(entity, year).chapters)


def open_chapter(name: str, *, year: int, entity: str, project: Project | None = None) -> Chapter:
    """Open a chapter for a year and an entity, and show what it is.

    Parameters
    ----------
    name
        The chapter's slug in ``chapters.yml``, ``"basic-conditions"``, or its number, ``"01"``.
    year
        The report year.
    entity
        The slug of who reports, ``"hangzhou"``.

    Raises
    ------
    ParameterError
        A parameter has the wrong type, or names a year or entity without data.
    DataError
        The project's data do not validate.
    """
    global _current  # noqa: PLW0603 - %%prose has no other way to know its chapter
    project = project or find_project()
    catalogue, observations = load_data(project)
    check_parameters(catalogue, observations, year=year, entity=entity)
    place = catalogue.entities[entity]
    outline = catalogue.outline(place, year)
    record = outline.chapter(name) or _elsewhere(catalogue, name)
    with own_reading():
        corrections = load_corrections(project, catalogue, observations, year, entity)
    facts = Facts(catalogue, observations, corrections=corrections)
    opened = WATCH.begin(project)
    numbers = InOrder() if outline.one_page else numbering(project, outline)
    _current = Chapter(
        facts, place, year, numbering=numbers, record=record, outline=outline, project=project, opened=opened
    )
    _register_magic()
    show(_current)
    return _current


def _elsewhere(catalogue: Catalogue, name: str) -> model.Chapter:
    """Return the chapter of another outline: its notebook can be edited though this report takes only parts of it."""
    known: dict[str, model.Chapter] = {}
    for outline in catalogue.outlines.values():
        known |= {chapter.slug: chapter for chapter in outline.chapters if chapter.slug not in known}
    if name not in known:
        raise UnknownNameError.of("chapter", name, known, "open_chapter")
    return known[name]


def check_parameters(catalogue: Catalogue, observations: Observations, *, year: object, entity: object) -> None:
    """Refuse parameters that cannot be, before anything is computed.

    Raises
    ------
    ParameterError
        With the nearest valid values.
    """
    if isinstance(year, bool) or not isinstance(year, int):
        message = f"year must be a whole number like 2020, got {year!r}"
        raise ParameterError(message)
    if not isinstance(entity, str) or entity not in catalogue.entities:
        known = catalogue.entities
        message = f"unknown entity {entity!r} (data/reference/entities.yml); {nearest(str(entity), known)}"
        raise ParameterError(message)
    years = observations.years(entity)
    if year not in years:
        on_record = f"there are {', '.join(map(str, years))}" if years else "there are none for any year"
        message = f"no data on {entity} for {year}; {on_record}"
        raise ParameterError(message)


_current: Chapter | None = None


def current_chapter() -> Chapter:
    """Return the chapter opened last.

    Raises
    ------
    TemplateError
        None is open.
    """
    if _current is None:
        message = "%%prose needs a chapter: run the setup cell (open_chapter) first"
        raise TemplateError(message)
    return _current


def show(thing: object) -> None:
    """Display in a notebook; outside one, do nothing."""
    from IPython import get_ipython  # noqa: PLC0415 - the library works without a notebook
    from IPython.display import display  # noqa: PLC0415

    if get_ipython() is not None:
        display(thing)  # type: ignore[no-untyped-call]


def _prose_magic(line: str, cell: str) -> Block:
    """Run a ``%%prose`` cell; its one option is ``--scope CODE``."""
    words = line.split()
    scope = None
    if words:
        if len(words) != 2 or words[0] != "--scope":  # noqa: PLR2004 - the option and its value
            message = f"%%prose takes only --scope CODE, got {line!r}"
            raise TemplateError(message)
        scope = words[1]
        known = current_chapter().catalogue.scopes
        if scope not in known:
            raise UnknownNameError.of("scope", scope, known, "%%prose")
    return current_chapter().prose(cell, scope=scope)


def _register_magic() -> None:
    from IPython import get_ipython  # noqa: PLC0415 - the library works without a notebook

    shell = get_ipython()
    if shell is not None:
        shell.register_magic_function(_prose_magic, "cell", "prose")
