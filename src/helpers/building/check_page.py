"""The results of ``nianbao check`` as a page: every check with what it found, or the sentence that holds.

The page is Chinese, as each check is registered; its English name is the one to give to ``nianbao check --explain``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from helpers.building.pages import page_body, page_shell
from helpers.checking.registry import AREAS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.checking.registry import Outcome, Result

TITLE = "数据检查结果"
AREA_LABELS = {
    "structure": "结构",
    "arithmetic": "算术",
    "continuity": "连续",
    "plausibility": "合理",
    "standards": "标准",
    "text": "文字",
}
OUTCOME_LABELS: dict[Outcome, tuple[str, str]] = {
    "fail": ("不通过", "is-error"),
    "warn": ("提醒", "is-ambiguous"),
    "skip": ("未检查", ""),
    "pass": ("通过", "is-confirmed"),
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many checks ended one way."""

    label: str
    style: str
    count: int


def check_page(results: Sequence[Result]) -> str:
    """Return the page, the areas in their order; it opens without a network, like every other."""
    ordered = sorted(results, key=lambda result: AREAS.index(result.check.area))
    areas = [(AREA_LABELS[name], list(found)) for name, found in groupby(ordered, key=lambda result: result.check.area)]
    outcomes = [result.outcome for result in results]
    tallies = [
        Tally(label, style, outcomes.count(name)) for name, (label, style) in OUTCOME_LABELS.items() if name in outcomes
    ]
    amiss = [result for result in ordered if result.problems]
    body = page_body("checks", title=TITLE, areas=areas, tallies=tallies, amiss=amiss, labels=OUTCOME_LABELS)
    return page_shell(TITLE, body)
