"""An audit as files beside the report: ``audit.csv``, and ``audit.html`` to read, filter and jump from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from helpers.audit.findings import AMISS, Verdict
from helpers.audit.groups import grouped
from helpers.audit.published import published
from helpers.audit.tables import audit_csv
from helpers.building.pages import page_body, page_shell
from helpers.quantity import typographic
from helpers.writing.anchors import anchor
from helpers.writing.blocks import CaseBox, Figure, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helpers.audit.exceptions import Review
    from helpers.audit.findings import Finding
    from helpers.audit.groups import Group
    from helpers.building.document import Document
    from helpers.model import Source

PAGE, TABLE = "audit.html", "audit.csv"
STATUSES = {"corrected": "本报告已改正", "kept": "本报告照录", "": "未处理"}
AT_FIRST = {Verdict.ROUNDING, *AMISS}
"""What the page shows before a reader chooses; all there is, where there is none of it."""
PREFACE = "00"


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding as a reader sees it.

    ``members`` are the single ones that it tells together; ``alike`` are others of which the same words are true.
    """

    name: str
    verdict: Verdict
    place: str
    href: str
    printed: str
    recomputed: str
    difference: str
    evidence: str
    routes: tuple[str, ...]
    status: str
    members: tuple[Entry, ...] = ()
    alike: tuple[Entry, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether another number, or another unit, comes out."""
        return bool(self.difference) or self.verdict is Verdict.UNIT


@dataclass(frozen=True, slots=True)
class Annex:
    """What the annex of the book tells: in its introduction what was audited, then what is amiss, the worst first."""

    introduction: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A verdict that the page can show or hide."""

    verdict: Verdict
    count: int
    shown: bool

    @property
    def name(self) -> str:
        """Return what style sheets and ids call it."""
        return self.verdict.replace(" ", "-")


def audit_files(review: Review, documents: Sequence[Document], sources: Mapping[str, Source]) -> dict[str, str]:
    """Return the files of an audit by path; none where nothing was claimed."""
    if not review.audit:
        return {}
    return {TABLE: audit_csv(review), PAGE: audit_page(review, documents, sources)}


def audit_page(review: Review, documents: Sequence[Document], sources: Mapping[str, Source]) -> str:
    """Return the page that lists every finding, with a link to the place in its chapter."""
    links = place_links(documents)
    book = documents[0].info
    counts = review.audit.counts
    worst_first = [verdict for verdict in reversed(Verdict) if counts[verdict]]
    shown = AT_FIRST.intersection(worst_first) or worst_first
    body = page_body(
        "audit",
        book=book,
        published=published(review.audit, sources),
        entries=[group_entry(group, review, links) for group in grouped(review.audit)],
        choices=[Choice(verdict, counts[verdict], verdict in shown) for verdict in worst_first],
        total=len(review.audit),
    )
    return page_shell(f"核查　{book.report_title}", body)


def entry(finding: Finding, status: str, links: Mapping[str, str]) -> Entry:
    """Return a finding in the words of the page and the book."""
    claim = finding.claim
    unit = claim.unit.symbol if claim.unit is not None and finding.recomputed[-1:].isdigit() else ""
    apart = "个百分点" if claim.unit is not None and claim.unit.kind == "percent" else unit
    settled = STATUSES[status] if finding.is_amiss else ""
    return Entry(
        claim.id, finding.verdict, claim.place, _link(claim.place, links), claim.printed,
        typographic(f"{finding.recomputed}{unit}"),
        "" if finding.difference in {"", "0"} else typographic(f"{finding.difference}{apart}"),
        finding.evidence, finding.routes, settled,
    )  # fmt: skip


def group_entry(group: Group, review: Review, links: Mapping[str, str]) -> Entry:
    """Return what is told of a group: its reason once, with every member."""
    members = tuple(entry(finding, review.status(finding), links) for finding in group.findings)
    if group.is_single:
        return members[0]
    statuses = {member.status for member in members}
    return replace(
        members[0], name=f"{members[0].name}-all", place=group.place, printed=group.printed, recomputed="",
        difference="", evidence=group.evidence, routes=(), status=statuses.pop() if len(statuses) == 1 else "",
        members=members,
    )  # fmt: skip


def annex(review: Review, sources: Mapping[str, Source]) -> Annex | None:
    """Return the annex of the book; none where nothing is amiss."""
    entries = _told_once([group_entry(group, review, {}) for group in grouped(review.audit.amiss())])
    return Annex(_introduction(review, sources), entries) if entries else None


def _told_once(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Put together what has one verdict for one reason, where the first of them stands."""
    families: dict[object, list[Entry]] = {}
    for one in entries:
        families.setdefault((one.verdict, one.evidence, one.recomputed, one.status), []).append(one)
    return tuple(replace(family[0], alike=tuple(family[1:])) for family in families.values())


def _introduction(review: Review, sources: Mapping[str, Source]) -> str:
    document, counts = published(review.audit, sources), review.audit.counts
    told = "、".join(f"{verdict.label}{counts[verdict]}条" for verdict in Verdict if counts[verdict])
    listed = "、".join(verdict.label for verdict in AMISS if counts[verdict])
    return (
        f"{document.definition}对{document.word}印出的数和陈述逐条复算，共{len(review.audit)}条：{told}。"
        f"这里列出其中的{listed}：与数据或与{document.word}他处不合，或者说法不清；几处同理的，并为一条。"
        "差错各由两条路径推得：由输入数正算，由印出的数反算。"
        f"全部结果见与本报告同一文件夹的{PAGE}（网页）和{TABLE}（表）。"
    )


def place_links(documents: Sequence[Document]) -> dict[str, str]:
    """Return where each chapter, section, table, figure and case of a report stands."""
    links: dict[str, str] = {}
    for document in documents:
        info = document.info
        page = next((info.page_of(one) for one in info.contents if one.number == info.number), "")
        links[info.number] = page
        for heading in document.sections:
            links[heading.number] = f"{page}#{heading.anchor}"
        for block in document.blocks:
            if isinstance(block, (Table, Figure, CaseBox)):
                links[block.number] = f"{page}#{anchor(block.number)}"
    return links


def _link(place: str, links: Mapping[str, str]) -> str:
    """Find the place of a claim: its exhibit or section, else its chapter."""
    name = place.split(maxsplit=1)[0].removesuffix("数据")
    chapter = re.search(r"[0-9]+", name)
    number = PREFACE if name.startswith("前言") or chapter is None else f"{int(chapter[0]):02}"
    return links.get(name) or links.get(number, "")
