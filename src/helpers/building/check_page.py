"""The results of ``nianbao check`` as a page: every check with what it found, or the sentence that holds.

The page is Chinese, as each check is registered; its English name is the one to give to ``nianbao check --explain``.
Of many problems of one kind in one file it tells the first few, and how many there are; the terminal lists each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from helpers.building.pages import page_body, page_shell
from helpers.checking.registry import AREAS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.checking.registry import Outcome, Result
    from helpers.errors import Problem

TITLE = "数据检查结果"
FEW, FIRST = 5, 3
"""Of more than a few problems of one kind the page shows the first."""
ADDRESS = re.compile(r" (?:row|line) ([0-9]+)")
PARTICULAR = re.compile(r"“[^”]*”|（[^（）]*）|[0-9][0-9.]*")
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


@dataclass(frozen=True, slots=True)
class Kind:
    """Problems of one kind in one file: those that are shown, and how many there are."""

    shown: tuple[Problem, ...]
    count: int


def kinds(problems: Sequence[Problem]) -> list[Kind]:
    """Put together what differs only in the row, in its numbers and in what it quotes; a few are all shown."""
    families: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        kind = (ADDRESS.split(problem.where)[0], PARTICULAR.sub("", problem.chinese or problem.what))
        families.setdefault(kind, []).append(problem)
    return [Kind(tuple(found if len(found) <= FEW else found[:FIRST]), len(found)) for found in families.values()]


def address(where: str) -> tuple[str, str]:
    """Split where a problem is into its file and the place in it, in Chinese: `` 第14行，value``."""
    found = ADDRESS.search(where)
    return (where, "") if found is None else (where[: found.start()], with_rows(where[found.start() :]))


def with_rows(text: str) -> str:
    """Name the rows in a text in Chinese."""
    return ADDRESS.sub(r" 第\1行", text).replace("行, ", "行，")


def check_page(results: Sequence[Result]) -> str:
    """Return the page, the areas in their order; it opens without a network, like every other."""
    ordered = sorted(results, key=lambda result: AREAS.index(result.check.area))
    areas = [(AREA_LABELS[name], list(found)) for name, found in groupby(ordered, key=lambda result: result.check.area)]
    outcomes = [result.outcome for result in results]
    tallies = [
        Tally(label, style, outcomes.count(name)) for name, (label, style) in OUTCOME_LABELS.items() if name in outcomes
    ]
    amiss = [result for result in ordered if result.problems]
    body = page_body(
        "checks", title=TITLE, areas=areas, tallies=tallies, amiss=amiss, labels=OUTCOME_LABELS, kinds=kinds,
        address=address, with_rows=with_rows,
    )  # fmt: skip
    return page_shell(TITLE, body)
