"""What a chapter could not fill, as a reader is told of it: each gap once, and like ones together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helpers.comparison import NO_PREDECESSOR
from helpers.writing.blocks import Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.building.document import Heading
    from helpers.writing.blocks import Block

FEW = 2
"""How many gaps of one kind are told one by one."""
UNREPORTED = "近五年均无数据"
DATED = re.compile(r"(\d{4}年|)(.*)", re.DOTALL)


def tell_gaps(sections: Iterable[tuple[Heading | None, Sequence[Block]]]) -> tuple[Gap, ...]:
    """Return the gaps of a chapter, whose blocks come section by section."""
    told: list[Gap] = []
    seen: set[Gap] = set()
    for heading, blocks in sections:
        gaps = [gap for gap in dict.fromkeys(gap for block in blocks for gap in block.gaps) if gap not in seen]
        seen.update(gaps)
        told += _unreported(heading, gaps)
    comparisons = [gap for gap in told if gap.reason == NO_PREDECESSOR]
    if len(comparisons) <= FEW:
        return tuple(told)
    others = (gap for gap in told if gap.reason != NO_PREDECESSOR)
    return (*others, Gap(what=_in_one_line(comparisons), reason=NO_PREDECESSOR))


def _unreported(heading: Heading | None, gaps: Sequence[Gap]) -> list[Gap]:
    """Tell together, behind the others, what has not been reported for years."""
    names = list(dict.fromkeys(gap.unreported for gap in gaps if gap.unreported))
    if len(names) <= FEW:
        return list(gaps)
    section = f"{heading.number} {heading.text}，".lstrip() if heading else ""
    together = Gap(what=f"{'、'.join(names)}（{section}共{len(names)}项）", reason=UNREPORTED)
    return [*(gap for gap in gaps if not gap.unreported), together]


def _in_one_line(gaps: Sequence[Gap]) -> str:
    """Name all of several things, a year that they share once: ``2019年学校数、在校生数、招生数``."""
    by_year: dict[str, list[str]] = {}
    for gap in gaps:
        year, name = DATED.match(gap.what).groups()  # type: ignore[union-attr]
        by_year.setdefault(year, []).append(name)
    return "；".join(f"{year}{'、'.join(names)}" for year, names in by_year.items())
