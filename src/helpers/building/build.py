"""Build one report: plan, execute, render, and put everything in place at once.

Everything is made in a folder beside the report and moved there when it is whole, so that a failed build leaves the
last good report as it was.
"""

from __future__ import annotations

import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from typing import TYPE_CHECKING, Self

from helpers.building import rendering
from helpers.building.execute import Failure, Success, execute, skip_slow_import
from helpers.building.manifest import NAME as MANIFEST
from helpers.building.manifest import manifest
from helpers.building.plan import Job, plan
from helpers.building.tabular import facts_csv, official_files
from helpers.chapter import load_data
from helpers.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from nbformat import NotebookNode

    from helpers.paths import Project

FORMATS = ("html", "pdf")


@dataclass(frozen=True)
class Request:
    """What is asked for; ``chapters`` empty means all of them."""

    year: int
    entity: str
    chapters: tuple[str, ...] = ()
    formats: tuple[str, ...] = FORMATS
    jobs: int = 1


@dataclass
class Report:
    """A finished build: where it is, how long it took, what it lacks."""

    folder: Path
    seconds: float
    chapters: int
    gaps: int
    skipped: list[str] = field(default_factory=list)


def build(project: Project, request: Request, progress: Callable[[str], None]) -> Report:
    """Build a report, or some of its chapters.

    Raises
    ------
    ParameterError
        The request names what is not there; nothing was started.
    DataError
        The data do not validate; nothing was started.
    BuildError
        At least one chapter failed; the message tells of each, and the last good report stands as it was.
    """
    started = time.monotonic()
    catalogue, observations = load_data(project)
    jobs = plan(
        project, catalogue, observations, year=request.year, entity=request.entity, chapters=request.chapters
    )
    book = plan(project, catalogue, observations, year=request.year, entity=request.entity)
    target = project.report(request.year, request.entity)
    with _pool(request.jobs, len(jobs)) as pool:
        executed = _execute(pool, jobs, progress)
        with _Staging(target, keep=len(jobs) < len(book)) as staging:
            report = _write(project, request, staging, pool, executed=executed, book=book, progress=progress)
            (staging.folder / MANIFEST).write_text(manifest(project, book, staging.folder), encoding="utf-8")
            staging.put_in_place()
    report.folder, report.seconds = target, time.monotonic() - started
    return report


def _pool(jobs: int, tasks: int) -> ProcessPoolExecutor:
    """Make worker processes that share nothing: matplotlib, Typst and papermill are not safe in threads."""
    return ProcessPoolExecutor(
        max_workers=max(1, min(jobs, tasks)), mp_context=get_context("spawn"), initializer=skip_slow_import
    )


def _execute(pool: Executor, jobs: Sequence[Job], progress: Callable[[str], None]) -> dict[str, str]:
    """Execute every job; return the executed notebooks by file stem.

    Raises
    ------
    BuildError
        Some failed; all were tried.
    """
    failures: list[Failure] = []
    notebooks: dict[str, str] = {}
    for outcome in pool.map(execute, jobs):
        if isinstance(outcome, Success):
            notebooks[outcome.job.stem] = outcome.notebook
            progress(f"executed {outcome.job.stem}")
        else:
            failures.append(outcome)
            progress(f"FAILED   {outcome.job.stem}")
    if failures:
        told = "\n\n".join(str(failure) for failure in failures)
        message = f"{len(failures)} of {len(jobs)} chapters failed; the report was left as it was\n\n{told}"
        raise BuildError(message)
    return notebooks


def _write(
    project: Project,
    request: Request,
    staging: _Staging,
    pool: Executor,
    *,
    executed: dict[str, str],
    book: Sequence[Job],
    progress: Callable[[str], None],
) -> Report:
    """Render chapters and, when every chapter of the book is at hand, what is made of all of them."""
    for stem, text in executed.items():
        staging.write(f"notebooks/{stem}.ipynb", text)
    tasks = [(stem, text, request.formats) for stem, text in executed.items()]
    for files in pool.map(rendering.render_chapter, tasks):
        staging.write_all(files)
        progress(f"rendered {next(iter(files))}")
    whole = [staging.read(f"notebooks/{job.stem}.ipynb") for job in book]
    absent = [job.number for job, text in zip(book, whole, strict=True) if text is None]
    report = Report(staging.folder, 0, len(executed), 0)
    if absent:
        report.skipped.append(f"the whole report was not renewed: chapters {', '.join(absent)} were never built")
        return report
    texts = [text for text in whole if text is not None]
    notebooks = [rendering.parse(text) for text in texts]
    front = rendering.front_matter(project, request.year, request.entity)
    later = [pool.submit(rendering.render_report, texts, front, name) for name in _whole_files(request.formats)]
    staging.write("facts.csv", facts_csv(notebooks, front.numbers()))
    for name, text in official_files(notebooks).items():
        staging.write(name, text)
    for future in later:
        staging.write_all(future.result())
    progress("rendered the whole report")
    report.gaps = _count_gaps(notebooks)
    return report


def _whole_files(formats: Iterable[str]) -> list[str]:
    names = {"html": ["index.html", "report.html"], "pdf": ["report.pdf"]}
    return [name for format_ in formats for name in names[format_]]


def _count_gaps(notebooks: Sequence[NotebookNode]) -> int:
    return sum(len(rendering.gaps_of(notebook)) for notebook in notebooks)


class _Staging:
    """A folder beside the target that takes its place when it is whole."""

    def __init__(self, target: Path, *, keep: bool) -> None:
        self.target = target
        self.folder = target.with_name(f".{target.name}.building")
        self.keep = keep

    def __enter__(self) -> Self:
        try:
            shutil.rmtree(self.folder, ignore_errors=True)
            if self.keep and self.target.is_dir():
                shutil.copytree(self.target, self.folder)
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"cannot write {self.folder.name} in {self.target.parent.name}: {error.strerror}"
            raise BuildError(message) from None
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        except OSError as error:
            message = f"cannot write {name}: {error.strerror}; the report was left as it was"
            raise BuildError(message) from None

    def write_all(self, files: dict[str, str | bytes]) -> None:
        for name, content in files.items():
            self.write(name, content)

    def read(self, name: str) -> str | None:
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def put_in_place(self) -> None:
        """Swap the folders: two renames, the old one kept until the new one stands."""
        old = self.target.with_name(f".{self.target.name}.old")
        shutil.rmtree(old, ignore_errors=True)
        if self.target.is_dir():
            self.target.rename(old)
        self.folder.rename(self.target)
        shutil.rmtree(old, ignore_errors=True)
