"""One report, the one of Hangzhou for 2020: cold, unchanged, with one sentence changed; against stock and floor."""

from __future__ import annotations

import shutil
import sys
import threading
from typing import TYPE_CHECKING

from running import ROOT, nianbao, start, timed
from stock import floor, stock
from table import Row, Words, seconds, under

from helpers.loading import load_data
from helpers.paths import Project

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

YEAR, ENTITY = 2020, "hangzhou"
EDITED = "03_quality_assurance.ipynb"
AGAINST_SEQUENTIAL, AGAINST_TWO, AGAINST_FLOOR = 15, 9, 1.5
UNCHANGED, COLD, WATCHED = 0.4, 2.5, 1.2
RUNS = 3
"""How often a short run is repeated; the shortest counts, for a machine can only be slowed down."""


def measure(folder: Path, *, with_stock: bool) -> Iterator[Row]:
    """Measure each kind of work on one report."""
    project = copy_project(folder / "project")
    made = min(timed(lambda: nianbao(project, "build", "--force")) for _ in range(RUNS))
    yield Row(
        ("whole 2020 report, cold: pages, book, tables, facts", "2020年全部报告，从零生成：网页、全书、表、数"),
        seconds(made),
    )
    chapters = chapters_of(project)
    executed = project / "reports" / str(YEAR) / ENTITY / "notebooks"
    least = min(floor(project, chapters, executed) for _ in range(RUNS))
    goal = (f"ours at most {AGAINST_FLOOR} × this", f"本系统不超过它的{AGAINST_FLOOR}倍")
    name = (
        "floor: the same cells in one warm process, bare rendering",
        "下限：同样的单元格在一个热进程里执行，只作转换",
    )
    yield Row(name, _against(least, made), goal, made <= AGAINST_FLOOR * least)
    if with_stock:
        for way, at_once, times in (
            (("stock, one after another", "papermill＋nbconvert，逐章"), 1, AGAINST_SEQUENTIAL),
            (("stock, two at a time", "papermill＋nbconvert，两章同时"), 2, AGAINST_TWO),
        ):
            taken = timed(lambda at_once=at_once: stock(chapters, folder / f"stock-{at_once}", at_once=at_once))
            goal = (f"at least {times} × ours", f"至少是本系统的{times}倍")
            yield Row(way, _against(taken, made), goal, taken >= times * made)
    unchanged = min(timed(lambda: nianbao(project, "build")) for _ in range(RUNS))
    yield Row(("nothing changed", "什么都没改"), seconds(unchanged), under(UNCHANGED), unchanged < UNCHANGED)
    cold = min(_edited(project) for _ in range(RUNS))
    name = ("prose of one chapter changed, cold start", "改一章正文，冷启动")
    yield Row(name, seconds(cold), under(COLD), cold < COLD)
    watching = _while_watching(project)
    name = ("prose of one chapter changed, under watch", "改一章正文，watch 之下")
    yield Row(name, seconds(watching), under(WATCHED), watching < WATCHED)


def _against(value: float, ours: float) -> Words:
    ratio = value / ours
    times = f"{ratio:.1f}" if ratio >= 1 else f"{ratio:.2f}"
    return tuple(f"{text} ({times} ×)" for text in seconds(value))  # type: ignore[return-value]


def copy_project(target: Path) -> Path:
    """Copy data and notebooks, so that nothing of the checkout is touched."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, target / name)
    return target


def chapters_of(project: Path) -> list[Path]:
    """Return the notebooks of the report, in order."""
    catalogue, _ = load_data(Project(project))
    outline = catalogue.outline(catalogue.entities[ENTITY], YEAR)
    return [project / "notebooks" / chapter.notebook for chapter in outline.chapters]


def edit(project: Path) -> None:
    """Change a word in one chapter's prose, and back the next time."""
    path = project / "notebooks" / EDITED
    text, mark = path.read_text(encoding="utf-8"), "；本句为测速所改。"
    changed = text.replace(mark, "。", 1) if mark in text else text.replace("。", mark, 1)
    path.write_text(changed, encoding="utf-8")


def _edited(project: Path) -> float:
    edit(project)
    return timed(lambda: nianbao(project, "build"))


def _while_watching(project: Path) -> float:
    """Return how long a running watch takes from the save to the finished build."""
    with start(project, "watch", "--port", "0") as running:
        timer = threading.Timer(300, running.kill)
        timer.start()
        _wait_for(running, "up to date", "built in")
        edit(project)
        _wait_for(running, "built in")  # the workers have imported everything now
        taken = []
        for _ in range(RUNS):
            edit(project)
            taken.append(timed(lambda: _wait_for(running, "built in")))
        timer.cancel()
        running.kill()
    return min(taken)


def _wait_for(running: subprocess.Popen[str], *words: str) -> None:
    """Read on until a line holds one of the words."""
    for line in running.stdout:  # type: ignore[union-attr]
        if any(word in line for word in words):
            return
    sys.exit("watch ended")
