"""One report: find what is stale, execute it, render it, and put everything in place at once.

Chapters that fail leave their last good page where it was and a visible hole in the book; the others are built.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.audit.service import audit_report, corrections_of
from helpers.building.fingerprint import (
    chapter_fingerprint,
    differences,
    never_holds,
    rendering_fingerprint,
    shared_fingerprint,
    text_digest,
)
from helpers.building.plan import Job, plan_chapters
from helpers.building.report import Report
from helpers.building.staging import FACTS, MANIFEST, Staging
from helpers.building.state import FORMATS, ChapterState, State, stamps_of
from helpers.building.whole import Whole
from helpers.building.workers import AtOnce, Hands, LostWorkerError, quick_switching, rendered
from helpers.chapter import check_parameters
from helpers.loading import load_data
from helpers.reads import Reads
from helpers.writing.fonts import font_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor, Future
    from contextlib import AbstractContextManager
    from pathlib import Path

    from helpers.building.execute import Failure, Success
    from helpers.building.planned import Request
    from helpers.building.rendering import RenderedChapter
    from helpers.paths import Project

FORCED = "asked for with --force"
MISSING_OUTPUT = "an output was missing or changed by hand"
OWN_FOLDERS = ("data/", "notebooks/")
BY_ITSELF = 1
"""How many chapters this process makes by itself; for more, workers are worth their start."""


class Builder:
    """One run over one report: the data, the chapters, the state before and after.

    ``inputs`` is the digest of all inputs, taken before anything was read; ``folder`` is where the report is to stand.
    A report of one page has no page and no PDF of its chapter beside its own: ``formats`` are those in which chapters
    stand by themselves.
    """

    def __init__(
        self,
        project: Project,
        request: Request,
        state: State,
        inputs: str,
        tell: Callable[[str], None],
        *,
        folder: Path | None = None,
    ) -> None:
        self.project, self.request, self.inputs, self.tell = project, request, inputs, tell
        self.report = Report(folder or project.report(request.year, request.entity))
        self.before = state
        self.state = State(dict(state.chapters), dict(state.whole))
        font_files()  # or say what is wrong with them once, before anything is started
        self.catalogue, self.observations = load_data(project)
        check_parameters(self.catalogue, self.observations, year=request.year, entity=request.entity)
        self.review = audit_report(project, self.catalogue, self.observations, year=request.year, entity=request.entity)
        self.corrections = corrections_of(self.review.audit)
        self.is_one_page = self.catalogue.outline(self.catalogue.entities[request.entity], request.year).one_page
        self.formats = () if self.is_one_page else request.formats
        self.book = self._plan(())
        self.wanted = self._plan(request.chapters)
        self.started = time.monotonic()

    def _plan(self, chapters: tuple[str, ...]) -> list[Job]:
        request = self.request
        return plan_chapters(self.project, self.catalogue, request.year, request.entity, chapters)

    def run(self, pool: Executor, warmth: AbstractContextManager[object] | None = None) -> Report:
        """Make what is stale and put it in place.

        ``pool`` does the work, ``warmth`` is let go when chapters have been executed. A single chapter is not worth a
        process that has to import everything first: this one does the work.
        """
        started = time.monotonic()
        with Staging(self.report.folder) as staging:
            self.report.reasons = {job.stem: self._reasons(job, staging) for job in self.wanted}
            if self.request.why:
                for line in self.report.why_lines():
                    self.tell(line)
            jobs = [job for job in self.wanted if self.report.reasons[job.stem]]
            whole = Whole(self, staging)
            with self._beside(pool, jobs) as hands, warmth or nullcontext():
                executing = self._begin(hands, jobs)
                if len(jobs) == BY_ITSELF:
                    whole.prepare(jobs)
                failed = self._note_all(executing, staging)
            stale = self._to_render([job for job in self.wanted if job.stem not in failed], staging)
            with self._hands(pool, stale) as hands:
                whole.begin(hands, failed, self._begin_layouts(hands, stale))
                self._note_rendered(self._begin_rendering(hands, stale), staging)
                whole.finish()
            if not self.report.is_up_to_date:
                self._write_manifest(staging)
                self.refuse_to_share(staging)
                staging.put_in_place()
        self._note_up_to_date(failed)
        self.report.chapters = len(self.wanted)
        self.report.gaps = sum(chapter.gaps for chapter in self.state.chapters.values())
        self.report.seconds = time.monotonic() - started
        return self.report

    @contextmanager
    def _beside(self, pool: Executor, jobs: Sequence[Job]) -> Iterator[Executor]:
        """Give who executes: for a single chapter a thread of this process, which has time while the kernel works."""
        if len(jobs) != BY_ITSELF:
            yield pool
            return
        from helpers.building.execute import Beside  # noqa: PLC0415 - only with something to do

        with quick_switching(), Beside() as thread:
            yield thread

    @contextmanager
    def _hands(self, pool: Executor, stale: Sequence[tuple[Job, str]]) -> Iterator[Hands]:
        """Give who renders: for a single chapter this process, which has time while the press works."""
        if len(stale) > BY_ITSELF:
            yield Hands(pool, pool)
            return
        with quick_switching(), ThreadPoolExecutor(1) as thread:
            yield Hands(AtOnce(), thread)

    def _reasons(self, job: Job, staging: Staging) -> list[str]:
        """Say why a chapter must be executed; nothing when it need not."""
        if self.request.force:
            return [FORCED]
        known = self.before.chapters.get(job.stem)
        if known is None:
            return ["it was not built before"]
        text = staging.read(notebook_of(job))
        if text is None or text_digest(text) != known.rendered.get("executed notebook"):
            return [MISSING_OUTPUT]
        return differences(known.executed, self._fingerprint(job, Reads.from_json(known.reads)))

    def _fingerprint(self, job: Job, reads: Reads) -> dict[str, str]:
        return chapter_fingerprint(self.project, job, reads, self.observations, self.corrections, shared=self._shared)

    @cached_property
    def _shared(self) -> dict[str, str]:
        return shared_fingerprint(self.project, self.request.year, self.request.entity)

    def _begin(self, pool: Executor, jobs: Sequence[Job]) -> dict[Future[Success | Failure], Job]:
        """Have stale chapters executed; return what is to come of them."""
        if not jobs:
            return {}
        from helpers.building.execute import execute  # noqa: PLC0415 - only with something to do

        self.started = time.monotonic()
        return {pool.submit(execute, job): job for job in jobs}

    def _note_all(self, futures: Mapping[Future[Success | Failure], Job], staging: Staging) -> set[str]:
        """Note chapters as they are executed; return the stems of those that failed."""
        if not futures:
            return set()
        from helpers.building.execute import Failure, Success  # noqa: PLC0415 - only with something to do

        failed = set()
        for count, future in enumerate(as_completed(futures), 1):
            try:
                outcome = future.result()
            except LostWorkerError as error:
                outcome = Failure(futures[future], "", "", str(error))
            stem = outcome.job.stem
            if isinstance(outcome, Success):
                self._note_executed(outcome, staging)
            else:
                failed.add(stem)
                self.report.failures.append(outcome)
                self.state.chapters.pop(stem, None)
            self._progress("executed" if stem not in failed else "FAILED  ", stem, count, len(futures))
        self.report.failures.sort(key=lambda failure: failure.job.stem)
        return failed

    def _note_executed(self, outcome: Success, staging: Staging) -> None:
        job = outcome.job
        reads = Reads.from_json(outcome.reads) if outcome.reads is not None else self._everything()
        staging.write(notebook_of(job), outcome.notebook)
        self.report.executed.append(job.stem)
        self.state.chapters[job.stem] = ChapterState(reads.to_json(), self._fingerprint(job, reads))

    def _everything(self) -> Reads:
        """Return reads for a notebook that did not say what it read: every data file."""
        files = (path for path in self.project.data.rglob("*") if path.is_file())
        return Reads(files={self.project.relative(path) for path in files})

    def _begin_layouts(self, hands: Hands, stale: Sequence[tuple[Job, str]]) -> list[Future[None]]:
        """Have it decided how changed chapters stand in the book, for which the book waits."""
        if not stale or "pdf" not in self.formats:
            return []
        from helpers.building import rendering  # noqa: PLC0415 - only with something to do

        return [hands.prints.submit(rendering.lay_out, text) for _, text in stale]

    def _begin_rendering(
        self, hands: Hands, stale: Sequence[tuple[Job, str]]
    ) -> dict[Future[RenderedChapter], tuple[Job, bool]]:
        """Have chapters rendered; return what is to come, of which chapter, and whether that is all of it.

        A worker makes all of a chapter; where it is made beside the press, its PDF comes first, and its page meanwhile.
        """
        if not stale:
            return {}
        from helpers.building import rendering  # noqa: PLC0415 - only with something to do

        self.report.rendered = [job.stem for job, _ in stale]
        self.started = time.monotonic()
        apart = [(name,) for name in ("pdf", "html") if name in self.formats]
        wanted = apart if len(apart) > 1 and not hands.are_many else [self.formats]
        return {
            hands.of(formats).submit(rendering.render_chapter, job.stem, text, formats): (job, formats is wanted[-1])
            for formats in wanted
            for job, text in stale
        }

    def _to_render(self, jobs: Sequence[Job], staging: Staging) -> list[tuple[Job, str]]:
        """Return the chapters that must be rendered, with their notebooks, and note in what formats they will stand."""
        stale = []
        for job in jobs:
            text = staging.read(notebook_of(job)) or ""
            known = self.state.chapters[job.stem]
            fingerprint = rendering_fingerprint(text)
            missing = [f for f in self.formats if staging.is_missing(f"chapters/{job.stem}.{f}")]
            if known.rendered == fingerprint and not missing and set(self.request.formats) <= set(known.formats):
                continue
            if known.rendered != fingerprint:  # what was rendered in other formats no longer holds
                staging.remove(*(f"chapters/{job.stem}.{name}" for name in FORMATS))
                known.formats = []
            known.rendered = fingerprint
            known.formats = sorted({*known.formats, *self.request.formats})
            stale.append((job, text))
        return stale

    def _note_rendered(self, futures: Mapping[Future[RenderedChapter], tuple[Job, bool]], staging: Staging) -> None:
        """Write chapters as they are rendered."""
        total, count = len(self.report.rendered), 0
        for future in as_completed(futures):
            job, is_last = futures[future]
            page = rendered(future, job.stem)
            staging.write_all(page.files)
            self.state.chapters[job.stem].gaps = page.gaps
            self.refuse_to_share(staging)  # while others are being rendered
            if is_last:
                count += 1
                self._progress("rendered", job.stem, count, total)

    def _write_manifest(self, staging: Staging) -> None:
        from helpers.building.manifest import manifest  # noqa: PLC0415

        gaps = {job.number: self.state.chapters[job.stem].gaps for job in self.book if job.stem in self.state.chapters}
        staging.write(MANIFEST, manifest(self.project, self.book, staging.folder, gaps=gaps, inputs=self.inputs))

    def refuse_to_share(self, staging: Staging) -> None:
        """Search the files that have come since the last time for what may not leave the house.

        Raises
        ------
        BuildError
            There is such a thing.
        """
        from helpers.checking.sharing import refuse_to_share  # noqa: PLC0415

        refuse_to_share(staging.take_new_files(), self.project, staging.read(FACTS) or "")

    def _note_up_to_date(self, failed: set[str]) -> None:
        """Note what holds as long as no input is touched; a chapter that may change by itself never does."""
        for job in self.wanted:
            known = self.state.chapters.get(job.stem)
            if known is not None:
                known.inputs = "" if never_holds(known.executed) else self.inputs
        self.state.book = [job.stem for job in self.book]
        self.state.inputs = "" if failed else self.inputs
        files = {name for known in self.state.chapters.values() for name in known.reads.get("files", ())}
        outside = (self.project.root / name for name in files if not name.startswith(OWN_FOLDERS))
        self.state.others = stamps_of(map(str, outside))

    def _progress(self, done: str, stem: str, count: int, total: int) -> None:
        """Tell how far it is, how long it took and how long it may take yet."""
        elapsed = time.monotonic() - self.started
        remaining = elapsed / count * (total - count)
        left = f", about {remaining:.0f} s to go" if count < total and remaining >= 1 else ""
        self.tell(f"[{count:>{len(str(total))}}/{total}] {done} {stem} ({elapsed:.1f} s{left})")


def notebook_of(job: Job) -> str:
    """Name the executed notebook of a chapter."""
    return f"notebooks/{job.stem}.ipynb"
