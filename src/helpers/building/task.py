"""One whole report as a task for a worker, here or on another machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.building.builder import Builder
from helpers.building.workers import AtOnce
from helpers.errors import NianbaoError

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from helpers.building.planned import Request
    from helpers.building.report import Report
    from helpers.building.state import State
    from helpers.paths import Project


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


def make_report(task: Task, pool: Executor | None = None, folder: Path | None = None) -> Outcome:
    """Make one report, with the help of a pool or alone; whatever goes wrong is this report's own failure."""
    try:
        builder = Builder(task.project, task.request, task.state, task.inputs, _keep_quiet, folder=folder)
        report = builder.run(pool or AtOnce())
    except Exception as error:  # noqa: BLE001 - it must not stop the other reports
        return Outcome(task.request, error=one_line(error))
    return Outcome(task.request, report, builder.state)


def one_line(error: BaseException) -> str:
    """Say what went wrong."""
    return str(error) if isinstance(error, NianbaoError) else f"{type(error).__name__}: {error}"


def _keep_quiet(_: str) -> None:
    """Tell nothing: a worker's steps are nobody's business."""
