"""Many reports in one go: one pool, one warm process, and a report that fails stops no other.

Where there are at least as many reports as workers, a worker makes a whole report by itself: chapters, pages, book and
files, put in place as one. Each finished report's state is saved at once, so that a batch that was stopped goes on
where it was; and neither its outputs nor its state are held any longer.
"""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from helpers.building.builder import Builder, Report
from helpers.building.lock import build_lock
from helpers.building.overview import overviews
from helpers.building.state import State, load_state, save_state
from helpers.building.warm import warm_process
from helpers.building.workers import Workers
from helpers.errors import NianbaoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from helpers.building.planned import Plan, PlannedReport, Request
    from helpers.building.progress import Lines
    from helpers.paths import Project

AHEAD = 2
"""How many reports for each worker are handed out at a time."""
SHOWN_FAILURES = 20
"""How many failed reports are told at length at the end."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Task:
    """One report for a worker, with all that it needs to know but the project's files."""

    project: Project
    request: Request
    state: State
    inputs: str


@dataclass
class Outcome:
    """What became of a task; ``error`` says why there is no report."""

    request: Request
    report: Report | None = None
    state: State | None = None
    error: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether the report, or a chapter of it, could not be made."""
        return self.report is None or bool(self.report.failures)

    def __str__(self) -> str:
        name = f"{self.request.year} {self.request.entity}"
        if self.report is None:
            return f"{name}: FAILED, {self.error}"
        if self.report.failures:
            return f"{name}: FAILED, {len(self.report.failures)} of {self.report.chapters} chapters"
        if self.report.is_up_to_date:
            return f"{name}: up to date"
        gaps = f", {self.report.gaps} gaps" if self.report.gaps else ""
        return f"{name}: executed {len(self.report.executed)} of {self.report.chapters}{gaps}"

    def failure_lines(self) -> list[str]:
        """Tell at length why the report, or chapters of it, could not be made."""
        failures = [str(failure) for failure in self.report.failures] if self.report else [self.error]
        return [f"{self.request.year} {self.request.entity}: {failure}" for failure in failures]


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
    project: Project, plan: Plan, pending: Sequence[PlannedReport], request: Request, *, inputs: str, progress: Lines
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
    with (
        build_lock(project, progress.tell), overviews(project, years),
        Workers(request.jobs) as pool, warm_process(project), progress,
    ):  # fmt: skip
        tasks = (_task(project, report, how, inputs) for report in pending)
        for outcome in _outcomes(tasks, pool, request.jobs, few=len(pending) < request.jobs):
            if outcome.state is not None:
                save_state(project, outcome.request.year, outcome.request.entity, outcome.state)
            batch.add(outcome)
            progress.step(str(outcome), notable=outcome.has_failed)
            if request.why and outcome.report is not None:
                for line in outcome.report.why_lines():
                    progress.tell(f"{outcome.request.year} {outcome.request.entity} {line}")
    batch.seconds = time.monotonic() - started
    return batch


def _task(project: Project, report: PlannedReport, how: Request, inputs: str) -> Task:
    request = replace(how, year=report.year, entity=report.entity, chapters=report.chapters)
    return Task(project, request, load_state(project, report.year, report.entity), inputs)


def _outcomes(tasks: Iterable[Task], pool: Executor, workers: int, *, few: bool) -> Iterator[Outcome]:
    """Make the reports side by side, or, where they are few, one after another, their chapters side by side."""
    if few:
        yield from (make_report(task, pool) for task in tasks)
        return
    for task, future in in_flight(pool, make_report, tasks, workers * AHEAD):
        error = future.exception()
        yield Outcome(task.request, error=_told(error)) if error else future.result()


def make_report(task: Task, pool: Executor | None = None) -> Outcome:
    """Make one report, with the help of a pool or alone; whatever goes wrong is this report's own failure."""
    try:
        builder = Builder(task.project, task.request, task.state, task.inputs, _keep_quiet)
        report = builder.run(pool or AtOnce())
    except Exception as error:  # noqa: BLE001 - it must not stop the other reports
        return Outcome(task.request, error=_told(error))
    return Outcome(task.request, report, builder.state)


def in_flight(
    pool: Executor, work: Callable[[Any], Result], tasks: Iterable[Any], limit: int
) -> Iterator[tuple[Any, Future[Result]]]:
    """Hand out tasks, never more than ``limit`` at a time, and yield each as it is done."""
    running: dict[Future[Result], Any] = {}
    try:
        for task in tasks:
            running[pool.submit(work, task)] = task
            while len(running) >= limit:
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


class AtOnce(Executor):
    """Does each task in this process, when it is handed in."""

    def submit(self, task: Callable[..., Result], /, *arguments: Any, **keywords: Any) -> Future[Result]:  # noqa: ANN401
        """Do the task; what it raises, the result raises."""
        future: Future[Result] = Future()
        try:
            future.set_result(task(*arguments, **keywords))
        except Exception as error:  # noqa: BLE001 - it is passed on, whatever it is
            future.set_exception(error)
        return future


def _told(error: BaseException) -> str:
    return str(error) if isinstance(error, NianbaoError) else f"{type(error).__name__}: {error}"


def _keep_quiet(_: str) -> None:
    """Tell nothing: a worker's steps are nobody's business."""
