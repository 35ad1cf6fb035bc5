"""Many reports in one go: one pool, one warm process, and a report that fails stops no other.

Where there are at least as many reports as workers, a worker makes a whole report by itself: chapters, pages, book and
files, put in place as one. Each finished report's state is saved at once, so that a batch that was stopped goes on
where it was; and neither its outputs nor its state are held any longer.
"""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from helpers.building.lock import build_lock
from helpers.building.overview import overviews
from helpers.building.press import press_apart
from helpers.building.state import load_state, save_state
from helpers.building.task import Outcome, Task, make_report, one_line
from helpers.building.warm import warm_process
from helpers.building.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from helpers.building.place import Place
    from helpers.building.planned import Plan, PlannedReport, Request
    from helpers.building.progress import Lines
    from helpers.paths import Project

AHEAD = 2
"""How many reports for each worker are handed out at a time."""
SHOWN_FAILURES = 20
"""How many failed reports are told at length at the end."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Crew:
    """Who makes the reports: a pool, what each of its workers does with a task, and how many workers there are now.

    ``shares`` says whether several of them can work on one report.
    """

    pool: Executor
    work: Callable[[Task], Outcome]
    count: Callable[[], int]
    shares: bool = False


@contextmanager
def own_crew(project: Project, jobs: int, work: Callable[[Task], Outcome] = make_report) -> Iterator[Crew]:
    """Let processes of this machine do the work."""
    with Workers(jobs) as pool, press_apart(), warm_process(project):
        yield Crew(pool, work, lambda: jobs, shares=work is make_report)


@dataclass
class Batch:
    """A finished batch: how many reports were built, were up to date after all, or failed, and why."""

    built: int = 0
    up_to_date: int = 0
    failed: int = 0
    seconds: float = 0.0
    failures: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one report."""
        if outcome.has_failed:
            self.failed += 1
            if self.failed <= SHOWN_FAILURES:
                self.failures += outcome.failure_lines()
        elif outcome.report is not None and outcome.report.is_up_to_date:
            self.up_to_date += 1
        else:
            self.built += 1


def build_batch(
    place: Place,
    plan: Plan,
    pending: Sequence[PlannedReport],
    request: Request,
    *,
    inputs: str,
    crew: AbstractContextManager[Crew],
    progress: Lines,
) -> Batch:
    """Build the ``pending`` reports of a plan as ``request`` says; ``inputs`` is the digest of all inputs.

    Raises
    ------
    BuildError
        What a build remembers cannot be written.
    """
    started, batch = time.monotonic(), Batch()
    how = replace(request, formats=plan.formats)
    years = (report.year for report in plan.reports)
    with build_lock(place.project, progress.tell), overviews(place, years), crew as hands, progress:
        tasks = (_task(place, report, how, inputs) for report in pending)
        for outcome in _outcomes(tasks, hands, few=len(pending) < hands.count()):
            if outcome.state is not None:
                save_state(place, outcome.request.year, outcome.request.entity, outcome.state)
            batch.add(outcome)
            progress.step(str(outcome), notable=outcome.has_failed)
            if request.why and outcome.report is not None:
                for line in outcome.report.why_lines():
                    progress.tell(f"{outcome.request.year} {outcome.request.entity} {line}")
    batch.seconds = time.monotonic() - started
    return batch


def _task(place: Place, report: PlannedReport, how: Request, inputs: str) -> Task:
    request = replace(how, year=report.year, entity=report.entity, chapters=report.chapters)
    return Task(place.project, request, load_state(place, report.year, report.entity), inputs)


def _outcomes(tasks: Iterable[Task], crew: Crew, *, few: bool) -> Iterator[Outcome]:
    """Make the reports side by side, or, where they are few, one after another, their chapters side by side."""
    if few and crew.shares:
        yield from (make_report(task, crew.pool) for task in tasks)
        return
    for task, future in in_flight(crew.pool, crew.work, tasks, lambda: crew.count() * AHEAD):
        error = future.exception()
        yield Outcome(task.request, error=one_line(error)) if error else future.result()


def in_flight(
    pool: Executor, work: Callable[[Any], Result], tasks: Iterable[Any], limit: Callable[[], int]
) -> Iterator[tuple[Any, Future[Result]]]:
    """Hand out tasks, never more than ``limit()`` at a time, and yield each as it is done."""
    running: dict[Future[Result], Any] = {}
    try:
        for task in tasks:
            running[pool.submit(work, task)] = task
            while len(running) >= limit():
                yield from _finished(running)
        while running:
            yield from _finished(running)
    finally:
        for future in running:
            future.cancel()


def _finished(running: dict[Future[Result], Any]) -> Iterator[tuple[Any, Future[Result]]]:
    done, _ = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        yield running.pop(future), future
