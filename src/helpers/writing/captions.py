"""Titles with years and places filled in, and the line that names the sources of a table or figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from helpers.errors import TemplateError, nearest
from helpers.model import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.catalogue import Catalogue
    from helpers.model import Entity, Fact, Indicator, Source
    from helpers.writing.terms import Scene


PUBLISHED_REPORT = "published_report"


def caption(scene: Scene, template: str, years: Iterable[int] = ()) -> str:
    """Fill a title: ``{years}{entity}中等职业学校办学规模``.

    ``{years}`` are the years shown (``2019—2020年``), ``{year}`` and ``{previous}`` single ones, ``{entity}``,
    ``{short}`` and ``{area}`` the place.

    Raises
    ------
    TemplateError
        The title asks for something else.
    """
    shown = sorted(set(years) or {scene.year})
    names = {
        "year": str(scene.year),
        "previous": str(scene.year - 1),
        "years": f"{shown[0]}—{shown[-1]}年" if len(shown) > 1 else f"{shown[0]}年",
        "entity": scene.entity.name,
        "short": scene.entity.short,
        "area": scene.area,
    }
    try:
        return template.format_map(names)
    except (KeyError, ValueError) as error:
        message = f"title {template!r}: cannot fill {error}; {nearest(str(error.args[0]), names)}"
        raise TemplateError(message) from None


def source_line(catalogue: Catalogue, *groups: Sequence[Fact]) -> str:
    """Name the sources behind some facts, each once: ``《…》（2019/2020学年初、2020/2021学年初）``.

    The report in which a number was read is named only where no original source of its group is on record.
    """
    chosen: dict[str, Source] = {}
    for facts in groups:
        chosen |= _originals(catalogue, facts)
    standards = dict.fromkeys(fact.standard.legal for facts in groups for fact in facts if fact.standard is not None)
    return "；".join([name_sources(chosen.values()), *standards] if chosen else standards)


def _originals(catalogue: Catalogue, facts: Iterable[Fact]) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for fact in facts:
        for code in _source_codes(fact):
            sources[code] = catalogue.sources[code]
    originals = {code: source for code, source in sources.items() if source.kind != PUBLISHED_REPORT}
    return originals or sources


def revised(facts: Iterable[Fact]) -> list[str]:
    """Say which numbers of a table or figure are not those that were first reported: ``2020年在校生数为修订数``."""
    by_year: dict[int, dict[str, None]] = {}
    for fact in facts:
        if fact.status is Status.REVISED and fact.observation is not None:
            by_year.setdefault(fact.key.year, {})[fact.indicator.label] = None
    return [f"{year}年{'、'.join(labels)}为修订数，见数字卡。" for year, labels in sorted(by_year.items())]


def breaks_within(indicators: Iterable[Indicator], entity: Entity, years: Iterable[int]) -> list[str]:
    """Say from which of some years on a table or figure counts something else: ``2021年起，…，与此前年份不可比。``."""
    _, *later = sorted(years)
    found = (stop for indicator in indicators for stop in indicator.breaks if stop.concerns(entity.slug))
    reasons = dict.fromkeys(stop.reason.removesuffix("。") for stop in found if stop.year in later)
    return [f"{reason}，与此前年份不可比。" for reason in reasons]


def name_sources(sources: Iterable[Source]) -> str:
    """Name some sources, each once; titles that differ only in their school year are told together.

    A published report is cited in full: its title may be that of the very book in which the line stands.
    """
    titles: dict[str, list[str]] = {}
    for source in sorted(sources, key=lambda source: source.code):
        in_full = source.citation.rstrip("。") if source.kind == PUBLISHED_REPORT else ""
        titles.setdefault(in_full or source.title, []).append(source.school_year)
    return "；".join(_title(title, [period for period in periods if period]) for title, periods in titles.items())


def _source_codes(fact: Fact) -> list[str]:
    if fact.observation is not None:
        return [fact.observation.source]
    codes = [record.source for record in fact.records]
    return [*codes, *(code for part in fact.inputs for code in _source_codes(part))]


def _title(title: str, periods: list[str]) -> str:
    name = title if "《" in title else f"《{title}》"
    return f"{name}（{'、'.join(dict.fromkeys(periods))}）" if periods else name
