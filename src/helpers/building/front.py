"""The index page's facts: key figures with the year before and the national standard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.audit.published import published
from helpers.audit.service import audit_report, corrections_of
from helpers.building.audit_files import PAGE, Annex, annex
from helpers.building.contents import Placed
from helpers.building.document import read_document
from helpers.building.information import SectionEntry
from helpers.building.pages import Download, KeyFigure, KeyFigureGroup, index_page
from helpers.building.staging import FACTS
from helpers.comparison import SCOPE_CHANGED
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.model import Fact, Missing
from helpers.writing import wording
from helpers.writing.blocks import Card, Number
from helpers.writing.cards import CardMaker
from helpers.writing.terms import Scene, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from helpers.building.contents import Notebook
    from helpers.building.document import Document
    from helpers.comparison import Change
    from helpers.paths import Project

PRINTED = "A4，含目录、书签和数字卡附录"
PRINTED_PAGE = "A4，含数字卡附录"
PRINTED_WORDS = "A4"
DOWNLOADS = (
    Download(label="全书（网页）", href="report.html", detail="一个文件，可离线打开"),
    Download(label="全书（PDF）", href="report.pdf", detail=PRINTED),
    Download(label="全部印出的数", href=FACTS, detail="每个数一行：数值、指标、公式、来源、位置"),
    Download(label="构建清单", href="manifest.json", detail="输入与输出文件的摘要、软件版本"),
)


@dataclass(frozen=True)
class FrontMatter:
    """What the index page shows beyond the contents; ``annex`` is for the book, ``audited`` names what was audited."""

    groups: tuple[KeyFigureGroup, ...]
    cards: dict[str, Card]
    annex: Annex | None = None
    audited: str = ""

    @property
    def downloads(self) -> tuple[Download, ...]:
        """Return the files beside the index page."""
        if not self.audited:
            return DOWNLOADS
        detail = f"逐条复算{self.audited}印出的数和陈述，列出结论和依据"
        return (*DOWNLOADS, Download(label=f"{self.audited}核查", href=PAGE, detail=detail))

    def numbers(self) -> Iterator[Placed]:
        """Yield the numbers that the index page prints."""
        for group in self.groups:
            for figure in group.figures:
                for run in (*figure.value, *figure.change, *figure.standard):
                    if isinstance(run, Number):
                        yield Placed(group.title, run.text, self.cards[run.card])


def front_matter(project: Project, year: int, entity: str) -> FrontMatter:
    """Compute the key figures of ``data/reference/key_figures.yml`` for one report."""
    catalogue, observations = load_data(project)
    review = audit_report(project, catalogue, observations, year=year, entity=entity)
    facts = Facts(catalogue, observations, corrections=corrections_of(review.audit))
    scene = Scene(facts, catalogue.entities[entity], year)
    maker = CardMaker(facts)
    groups = []
    for heading, names in catalogue.key_figures.items():
        terms = [scene.term(name) for name in names]
        figures = tuple(_key_figure(term, maker) for term in terms if term.fact is not None)
        if figures:
            groups.append(KeyFigureGroup(title=heading, figures=figures))
    word = published(review.audit, catalogue.sources).word if review.audit else ""
    return FrontMatter(tuple(groups), maker.cards, annex(review, catalogue.sources), word)


def front_page(notebooks: Sequence[Notebook | Document], front: FrontMatter) -> str:
    """Return the index page of a report.

    Of a report of one page, the contents are the sections that it shows; where no number is printed, none is offered.
    """
    document = read_document(notebooks[0])
    if not document.info.one_page:
        return index_page(document.info, groups=front.groups, downloads=front.downloads, cards=front.cards)
    shown = tuple(SectionEntry(number=one.number, title=one.text, anchor=one.anchor) for one in document.sections)
    contents = tuple(chapter.model_copy(update={"sections": shown}) for chapter in document.info.contents)
    info = document.info.model_copy(update={"contents": contents})
    numbers = bool(document.cards or front.cards)
    detail = {PRINTED: PRINTED_PAGE if numbers else PRINTED_WORDS}
    downloads = [
        one.model_copy(update={"detail": detail.get(one.detail, one.detail)})
        for one in front.downloads
        if numbers or one.href != FACTS
    ]
    return index_page(info, groups=front.groups, downloads=downloads, cards=front.cards)


def _moved(term: Term, moved: Change | Missing) -> wording.Phrase:
    """Say how a key figure moved; a change that the source prints by itself will do."""
    if not isinstance(moved, Missing):
        return wording.brief_change(moved)
    recorded = term.recorded_change
    return () if recorded is None else wording.recorded(recorded, same_scope=moved.reason == SCOPE_CHANGED)


def _key_figure(term: Term, maker: CardMaker) -> KeyFigure:
    found, moved, verdict = term.found, term.change, term.verdict
    if not isinstance(found, Fact):
        message = f"{term.key} has no value"
        raise TypeError(message)
    return KeyFigure(
        label=found.indicator.label,
        value=maker.runs((wording.printed(found),)),
        change=maker.runs(_moved(term, moved)),
        standard=() if isinstance(verdict, Missing) else maker.runs(wording.standard(verdict)),
        met=None if isinstance(verdict, Missing) else verdict.met,
    )
