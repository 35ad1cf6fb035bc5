"""What an executed notebook says of itself: its book, the contents of that, and which of its chapters it is."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from helpers.composition import section_id


class Outline(BaseModel):
    """What the notebook says of its book; keys of later versions are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SectionEntry(Outline):
    """A numbered section in the contents."""

    id: str = ""
    number: str
    title: str
    anchor: str = ""


class ChapterEntry(Outline):
    """A chapter in the contents of the book."""

    number: str
    slug: str
    title: str
    sections: tuple[SectionEntry, ...] = ()

    @property
    def filename(self) -> str:
        """Name the chapter's page: ``01-basic-conditions.html``."""
        return f"{self.number}-{self.slug}.html"

    @property
    def shown_number(self) -> str:
        """Return the number that readers see: ``1``; a preface has none."""
        return self.number.lstrip("0")


class Book(Outline):
    """One year's report of one entity, and its contents."""

    year: int
    entity: str
    entity_name: str
    short: str
    report_title: str
    one_page: bool = False
    contents: tuple[ChapterEntry, ...] = ()

    def page_of(self, chapter: ChapterEntry) -> str:
        """Name a chapter's page, from the index: one of its own, or the whole report where that is one page."""
        return "report.html" if self.one_page else f"chapters/{chapter.filename}"


class ChapterInfo(Book):
    """The book, and which of its chapters this is."""

    number: str
    slug: str
    title: str

    @property
    def shown_number(self) -> str:
        """Return the number that readers see."""
        return self.number.lstrip("0")

    @property
    def anchor(self) -> str:
        """Return the id of the chapter's heading."""
        return f"chapter-{self.number}"

    def section(self, cell_id: str) -> SectionEntry | None:
        """Return the section that a heading cell begins, if the outline knows it."""
        sections = next((chapter.sections for chapter in self.contents if chapter.slug == self.slug), ())
        return next((section for section in sections if section.id and section.id == section_id(cell_id)), None)
