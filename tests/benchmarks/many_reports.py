"""Many reports, one page each, of a simulated nation: rate, memory, what a page costs, what finding nothing to do costs."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nation import YEARS, make_nation, slug_of
from running import cpu_of, nianbao, start, timed, watched
from table import Row, both, seconds, under

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from running import Watch

NATION, FEW = 7000, 10
YEAR = YEARS[-1]
PER_JOB, WHOLE_NATION, NOTHING_TO_DO, WORKER = 0.45, 3600, 10, 250
GROWTH = 1.05
"""How much more memory the last quarter of a batch may hold than the first, before it counts as growing."""
DEARER = 1.2
RUNS = 5


@dataclass(frozen=True)
class Size:
    """How much is measured."""

    jobs: int
    rated: int
    stopped: int


WHOLE, QUICK = Size(200, 500, 60), Size(60, 120, 24)


def measure(folder: Path, size: Size) -> Iterator[Row]:
    """Measure each kind of work on many reports."""
    few, many = folder / "few", folder / "many"
    make_nation(few, FEW)
    make_nation(many, NATION)
    rows = timed(lambda: nianbao(many, "build", "--year", str(YEAR), "--entity", slug_of(NATION), "--to", "html"))
    name = (
        f"first page in a nation of {NATION:,} schools: 1.3 million rows checked and stored",
        f"{NATION}所学校的全国，第一页：校验并存入130万行",
    )
    yield Row(name, seconds(rows))
    yield _one_page(few, many)
    yield from _two_hundred(many, size.jobs)
    yield from _nation(many, size)
    yield _resumed(many, size)
    yield from _nothing_to_do(many, size)


def batch_words(folder: Path, first: int, last: int, formats: str) -> list[str]:
    """Write a matrix of schools, and return the words that build it."""
    matrix = folder / f"schools-{first}-{last}-{formats}.yml"
    slugs = ", ".join(slug_of(number) for number in range(first, last + 1))
    matrix.write_text(f"years: [{YEAR}]\nentities: [{slugs}]\nformats: [{formats}]\n", encoding="utf-8")
    return ["build", "--matrix", str(matrix), "--jobs", "2"]


def build(project: Path, words: list[str]) -> tuple[float, Watch, str]:
    """Build a batch; return how long it took, what its processes looked like, and what it said last."""
    started = time.perf_counter()
    with start(project, *words) as running, watched(running.pid) as watch:
        said = running.stdout.read()  # type: ignore[union-attr]
    taken = time.perf_counter() - started
    if running.returncode:
        sys.exit(said)
    return taken, watch, said


def _one_page(few: Path, many: Path) -> Row:
    """Compare the processor time of one school's page, in turn, so that a busy machine slows both."""
    costs: dict[Path, list[float]] = {few: [], many: []}
    for number in range(1, RUNS + 1):
        for project in (few, many):
            words = [
                "build",
                "--year",
                str(YEAR),
                "--entity",
                slug_of(number),
                "--to",
                "html",
                "--jobs",
                "1",
                "--force",
            ]
            costs[project].append(cpu_of(lambda project=project, words=words: nianbao(project, *words)))
    ours, theirs = min(costs[many]), min(costs[few])
    name = (
        f"one school's page among {NATION:,}, against among {FEW} (processor time, cold)",
        f"{NATION}所学校中一所的一页，与{FEW}所中一所的相比（处理器时间，冷启动）",
    )
    measured = (f"{ours:.2f} s, {theirs:.2f} s", f"{ours:.2f}秒，{theirs:.2f}秒")
    return Row(name, measured, (f"at most {DEARER} ×", f"不超过{DEARER}倍"), ours <= DEARER * theirs)


def _two_hundred(project: Path, jobs: int) -> Iterator[Row]:
    """Build some schools' pages, then the same number of others with their PDF."""
    taken, watch, _ = build(project, batch_words(project, 1, jobs, "html"))
    name = (f"{jobs} (entity, chapter) jobs to HTML, each", f"{jobs}个（单位，章）到网页，每个")
    yield Row(name, seconds(taken / jobs), under(PER_JOB), taken / jobs < PER_JOB)
    yield _flat(watch, jobs)
    taken, watch, _ = build(project, batch_words(project, jobs + 1, jobs + jobs // 2, "html, pdf"))
    name = (f"{jobs // 2} jobs to HTML and PDF, each", f"{jobs // 2}个到网页和PDF，每个")
    yield Row(name, seconds(taken / (jobs // 2)))
    yield _worker(watch)


def _flat(watch: Watch, jobs: int) -> Row:
    before, after = watch.quarters()
    met = after["memory"] <= GROWTH * before["memory"] and after["descriptors"] <= before["descriptors"] + 1
    names = ("memory", "descriptors", "threads")
    english = ", ".join(
        f"{before[name]:.0f} → {after[name]:.0f} {unit}"
        for name, unit in zip(names, ("MiB", "descriptors", "threads"), strict=True)
    )
    chinese = "，".join(
        f"{before[name]:.0f} → {after[name]:.0f}{unit}"
        for name, unit in zip(names, ("MiB", "个描述符", "个线程"), strict=True)
    )
    name = (
        f"… all processes but kernels, first → last quarter of the {jobs}",
        f"……内核以外的全部进程，{jobs}个的头四分之一 → 末四分之一",
    )
    return Row(name, (english, chinese), ("flat", "不增长"), met and after["threads"] <= before["threads"] + 1)


def _worker(watch: Watch) -> Row:
    worker, kernel = watch.peak("worker"), watch.peak("kernel")
    name = ("most memory of a worker, and of its kernel (PSS)", "工作进程及其内核的内存峰值（PSS）")
    return Row(
        name,
        both(f"{worker:.0f} MiB + {kernel:.0f} MiB"),
        (f"under {WORKER} MiB", f"{WORKER} MiB以内"),
        worker + kernel < WORKER,
    )


def _nation(project: Path, size: Size) -> Iterator[Row]:
    """Rate a batch, and say what the whole nation would take."""
    first = 2 * size.jobs + 1
    taken, watch, _ = build(project, batch_words(project, first, first + size.rated - 1, "html"))
    whole = taken / size.rated * NATION
    name = (
        f"{NATION:,} schools, one page each, at the rate of {size.rated}",
        f"{NATION}所学校每校一页，按{size.rated}所的速度",
    )
    measured = (
        f"{whole / 60:.0f} min ({taken / size.rated:.2f} s each)",
        f"{whole / 60:.0f}分钟（每页{taken / size.rated:.2f}秒）",
    )
    yield Row(name, measured, ("under one hour", "一小时以内"), whole < WHOLE_NATION)
    yield _flat(watch, size.rated)


def _resumed(project: Path, size: Size) -> Row:
    """Kill a batch in the middle; the next one makes only what is missing."""
    first = NATION - size.stopped
    words = batch_words(project, first, NATION - 1, "html")
    reports = [project / "reports" / str(YEAR) / slug_of(number) / "manifest.json" for number in range(first, NATION)]
    with start(project, *words) as running:
        while sum(report.is_file() for report in reports) < size.stopped // 3 and running.poll() is None:
            time.sleep(0.2)
        os.kill(running.pid, signal.SIGKILL)
    standing = sum(report.is_file() for report in reports)
    _, _, said = build(project, words)
    built, kept = (int(re.search(rf"{word} (\d+)", said)[1]) for word in ("built", "up to date"))  # type: ignore[index]
    name = (
        f"{size.stopped} schools, killed after {standing}: made by the next run",
        f"{size.stopped}所学校，做完{standing}所时被杀：下一次所做",
    )
    met = built + kept == size.stopped and built <= size.stopped - standing + 2
    return Row(
        name, both(str(built)), (f"at most {size.stopped - standing + 2}", f"不超过{size.stopped - standing + 2}"), met
    )


def _nothing_to_do(project: Path, size: Size) -> Iterator[Row]:
    """Look through the whole nation; the reports not built here are copies of one that was."""
    _copy_reports(project, 2 * size.jobs + 1)
    words = ["build", "--year", str(YEAR), "--entity", "all-schools", "--to", "html", "--jobs", "2"]
    said = nianbao(project, *words)  # plans, and writes the index of the year
    if "failed 0" not in said and "up to date" not in said:
        sys.exit(said)
    shutil.rmtree(project / ".cache" / "build" / "plans", ignore_errors=True)
    planned = timed(lambda: nianbao(project, *words))
    name = (f"{NATION:,} schools: planning, and finding nothing to do", f"{NATION}所学校：作计划，并发现无事可做")
    yield Row(name, seconds(planned), under(NOTHING_TO_DO), planned < NOTHING_TO_DO)
    again = min(timed(lambda: nianbao(project, *words)) for _ in range(3))
    name = (f"{NATION:,} schools: nothing to do, the plan remembered", f"{NATION}所学校：无事可做，计划已记住")
    yield Row(name, seconds(again), under(NOTHING_TO_DO), again < NOTHING_TO_DO)


def _copy_reports(project: Path, number: int) -> None:
    """Let every school have a report and a state: links to those of one school."""
    reports, states = project / "reports" / str(YEAR), project / ".cache" / "build" / str(YEAR)
    model = slug_of(number)
    state = json.loads((states / f"{model}.json").read_text(encoding="utf-8"))
    for other in (slug_of(one) for one in range(1, NATION + 1)):
        if not (states / f"{other}.json").is_file():
            shutil.copytree(reports / model, reports / other, copy_function=os.link, dirs_exist_ok=True)
            (states / f"{other}.json").write_text(json.dumps(state), encoding="utf-8")
