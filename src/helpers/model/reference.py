"""What ``data/reference`` holds, as pydantic models, so that a wrong key or type is caught where a file is read."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

if TYPE_CHECKING:
    from collections.abc import Collection

EntityKind = Literal["nation", "province", "city", "county", "school", "teaching_group", "enterprise"]

RECORD_FIELDS = ("school", "project", "person", "level", "stage", "result", "note")
"""What an entry of a register says, besides whose it is and where it was read."""
LEFT_OVER = frozenset({"other", "unrated", "其他", "未评定"})
"""Members of breakdowns that hold what no other one does: they stand last, whatever their size, and have no rank."""
UNNUMBERED = "00"  # the number of a chapter outside the count
CLAUSE = "，"


class Reference(BaseModel):
    """A record of ``data/reference``: frozen, and strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Unit(Reference):
    """What stands beside a number, and how it converts: ``value × factor`` is the value in the ``base`` unit."""

    code: str
    symbol: str
    base: str
    factor: Decimal
    decimals: int
    kind: Literal["count", "measure", "percent", "percentage_point", "ratio", "rank"]
    prefix: str = ""
    suffix: str = ""

    @property
    def is_of_hundred(self) -> bool:
        """Whether it counts hundredths: % or 个百分点."""
        return self.kind in {"percent", "percentage_point"}


class Scope(Reference):
    """统计口径: which schools, teachers or pupils a number counts."""

    code: str
    label: str
    definition: str


class Entity(Reference):
    """填报单位: who reports, or whom a number is about.

    ``school_class`` is the scope in which its city counts a school (职业高中, 技工学校): whose standards hold for it.
    """

    slug: str
    name: str
    short: str
    kind: EntityKind
    parent: str | None = None
    school_class: str | None = None

    @property
    def counts_itself(self) -> bool:
        """Whether its numbers are about itself alone, so that their scope is its own (本校)."""
        return self.kind in {"school", "teaching_group", "enterprise"}


class Dimension(Reference):
    """A way to break an indicator down; ``total`` says that the members add up to the whole.

    ``applies_to`` lists the kinds of entity that can be asked for it; all of them if it is empty.
    """

    code: str
    label: str
    members: dict[str, str]
    counterpart: dict[str, str] = Field(default_factory=dict)
    total: bool = False
    applies_to: tuple[EntityKind, ...] = ()


class Break(Reference):
    """A year from which an indicator counts something else.

    ``entities`` are those whose numbers break, all of them where it is empty; ``scope`` is what a bare name means for
    them from then on, where that changes.
    """

    year: int
    reason: str
    entities: tuple[str, ...] = ()
    scope: str | None = None

    def concerns(self, entity: str) -> bool:
        """Whether the numbers of an entity break."""
        return not self.entities or entity in self.entities


class DatedBreak(Break):
    """A break that several indicators share, as ``breaks.yml`` gives it."""

    code: str
    indicators: tuple[str, ...]


class Indicator(Reference):
    """A catalogue entry: what a number means, whatever its year, place and value.

    ``part_of`` names the indicator that it can never exceed; ``range`` holds the least and the most that is known of it
    anywhere, in its unit, widely drawn: only a slip lies outside. ``per`` is the unit of what there is one of it for:
    money divided by money for each pupil gives pupils.

    ``applies_to`` lists the kinds of entity that are asked for the number as a matter of course; others are asked only
    if they gave it the year before. Nobody is asked for it in editions before ``asked_from``, or after ``asked_until``.
    ``breakdowns`` are the ways in which it is asked for (``contest;medal``: by both), besides the whole, unless only
    the parts are numbers (``undivided: false``).

    ``definitions`` say what the number counts of a kind of entity, where that is not the ``definition``.
    """

    id: str
    label: str
    unit: Unit
    scope: str = "all"
    basis: str = "calendar_year"
    definition: str = ""
    definitions: dict[EntityKind, str] = Field(default_factory=dict)
    polarity: Literal["higher", "lower", "neutral"] = "neutral"
    decimals: int | None = None
    formula: str | None = None
    rounding: Literal["once", "printed"] = "once"
    breaks: tuple[Break, ...] = ()
    part_of: str | None = None
    per: str | None = None
    range: tuple[Decimal, Decimal] | None = None
    applies_to: tuple[EntityKind, ...] = ()
    asked_from: int | None = None
    asked_until: int | None = None
    breakdowns: tuple[str, ...] = ()
    undivided: bool = True
    note: str = ""
    topic: str = ""

    def defined(self, kind: EntityKind) -> str:
        """Say what the number counts of a kind of entity."""
        return self.definitions.get(kind, self.definition)

    def is_asked_in(self, edition: int) -> bool:
        """Whether the workbook of an edition asks for the number."""
        begun = self.asked_from is None or self.asked_from <= edition
        return begun and (self.asked_until is None or edition <= self.asked_until)

    def is_asked_of(self, kind: EntityKind) -> bool:
        """Whether a kind of entity lacks something without the number; where nothing is laid down, all do."""
        return not self.applies_to or kind in self.applies_to

    def is_broken(self, entity: str, before: int, year: int) -> bool:
        """Whether the indicator counts something else for an entity in ``year`` than in the year ``before``."""
        return any(before < stop.year <= year and stop.concerns(entity) for stop in self.breaks)


class Source(Reference):
    """Where numbers were read; one of kind ``simulated`` is no document, and its numbers are invented."""

    code: str
    title: str
    producer: str
    date_published: str = ""
    citation: str = ""
    kind: str = ""
    school_year: str = ""
    note: str = ""

    @property
    def is_simulated(self) -> bool:
        """Whether its numbers are invented, for trials, and may be cited nowhere."""
        return self.kind == "simulated"


class Standard(Reference):
    """A dated national standard for one indicator, in the schools that its ``scope`` counts and in no others."""

    code: str
    indicator: str
    value: Decimal
    unit: str
    direction: Literal["not_below", "not_above"]
    legal: str
    valid_from: int = Field(alias="from")
    valid_to: int | None = Field(default=None, alias="to")
    denominator: str = ""
    scope: str = "all"
    applies_to: tuple[str, ...] = ()
    source: str = ""
    note: str = ""

    def in_force(self, year: int) -> bool:
        """Whether it holds in a year."""
        return self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)


class Register(Reference):
    """A list of named things: honours, projects, schools.

    ``columns`` names, for those who fill it, the fields of a record that the list has; such a list has a sheet of its
    own in the entry workbook. ``applies_to`` lists the kinds of entity that keep it as a matter of course.
    """

    code: str
    label: str
    description: str = ""
    applies_to: tuple[EntityKind, ...] = ()
    columns: dict[Literal["school", "project", "person", "level", "stage", "result"], str] = Field(default_factory=dict)


class Topic(Reference):
    """A group of indicators that are filled in together: a file of the catalogue.

    They come in the order in which an outline has their ``section``.
    """

    code: str
    label: str
    section: str
    help: str = ""


class Section(Reference):
    """A section of a chapter; ``notebook`` names where it stands, if not in the chapter's own.

    Its ``number`` follows from its place in the outline; a chapter without a number has sections without. ``titles``
    are those that claim something of one place and year (``2020/hangzhou``), as its narrative does.
    """

    id: str
    title: str
    notebook: str = ""
    number: str = ""
    titles: dict[str, str] = Field(default_factory=dict)

    def called(self, entity: str, year: int) -> str:
        """Return the title in the report of an entity and a year."""
        return self.titles.get(f"{year}/{entity}", self.title)


class Chapter(Reference):
    """A chapter of an outline: its notebook and the sections that make it; without ``sections``, all of the notebook.

    Its ``number`` follows from its place; one that is not ``numbered`` (a preface) stands outside the count, as ``00``.
    ``reason`` says why a part of the frame has nothing to show yet. ``overview`` is what the preface calls it, if not
    by its ``title``; with ， in front it is a clause of its own (，并分析存在的问题). One that is ``narrated`` is made
    of the year's narrative alone: without a narrative it has nothing to say.
    """

    slug: str
    title: str
    notebook: str
    sections: tuple[Section, ...] = ()
    narrated: bool = False
    numbered: bool = True
    reason: str = ""
    overview: str = ""
    number: str = UNNUMBERED


class Outline(Reference):
    """Which chapters make a report: for which kinds of entities, in which editions.

    ``title`` names the report, ``overview`` begins what its preface says of its course, ``counting`` is what a table of
    pupils notes on how they are counted; ``one_page`` marks a report of one chapter that has neither cover nor
    contents, and shows only the sections that have something to say.
    """

    code: str
    name: str
    kinds: tuple[EntityKind, ...]
    valid_from: int = Field(default=0, alias="from")
    valid_to: int | None = Field(default=None, alias="to")
    title: str
    overview: str = ""
    counting: tuple[str, ...] = ()
    one_page: bool = False
    chapters: tuple[Chapter, ...]

    @field_validator("chapters")
    @classmethod
    def _number(cls, chapters: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
        """Give chapters and sections their numbers, by their order."""
        counted = 0
        numbered = []
        for chapter in chapters:
            counted += chapter.numbered
            number = f"{counted:02}" if chapter.numbered else UNNUMBERED
            sections = tuple(
                section.model_copy(update={"number": f"{counted}.{place}" if chapter.numbered else ""})
                for place, section in enumerate(chapter.sections, 1)
            )
            numbered.append(chapter.model_copy(update={"number": number, "sections": sections}))
        return tuple(numbered)

    def course(self, silent: Collection[str] = ()) -> str:
        """Return what the report goes through, in words: 依次说明基本情况、学生发展和校企合作，并分析存在的问题.

        Chapters without a number are not told of, nor the ``silent`` ones, by their slugs; nor is any where the outline
        has no ``overview``.
        """
        named = [one for one in self.chapters if one.numbered and one.slug not in silent and self.overview]
        told = [chapter.overview or chapter.title for chapter in named]
        *names, last = [words for words in told if not words.startswith(CLAUSE)] or [""]
        listed = f"{self.overview}{'、'.join(names)}{'和' if names else ''}{last}" if last else ""
        return "".join([listed, *(words for words in told if words.startswith(CLAUSE))]).removeprefix(CLAUSE)

    def holds(self, kind: str, year: int) -> bool:
        """Whether it is the outline of a kind of entity in an edition."""
        return kind in self.kinds and self.serves(year)

    def serves(self, year: int) -> bool:
        """Whether it is in force in an edition."""
        return self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)

    def chapter(self, name: str) -> Chapter | None:
        """Return the chapter of that slug, or of that number."""
        named = (chapter for chapter in self.chapters if name in {chapter.slug, chapter.number})
        return next(named, None)


class Case(Reference):
    """案例: a school's practice, with a summary of our own whose numbers are facts."""

    number: str
    chapter: str
    section: str
    schools: tuple[str, ...]
    title: str
    summary: str
    literals: tuple[str, ...] = ()
