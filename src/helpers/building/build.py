"""Build one report: find what is stale, execute it, render it, and put everything in place at once.

Chapters that fail leave their last good page where it was and a visible hole in the book; the others are built.
"""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import as_completed
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from helpers.audit.service import audit_report, load_corrections
from helpers.audit.tables import audit_csv
from helpers.building.fingerprint import chapter_fingerprint, differences, rendering_fingerprint
from helpers.building.lock import build_lock
from helpers.building.plan import Job, plan
from helpers.building.press import Press
from helpers.building.staging import FACTS, MANIFEST, UNTOUCHED, Staging, unwritable
from helpers.building.state import FORMATS, ChapterState, State, load_state, save_state, stamps
from helpers.building.warm import warm_process
from helpers.building.workers import LostWorkerError, Workers
from helpers.chapter import load_data
from helpers.errors import BuildError
from helpers.reads import Reads
from helpers.writing.fonts import font_files

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from helpers.audit.exceptions import Review
    from helpers.building.execute import Failure, Success
    from helpers.building.front import FrontMatter
    from helpers.catalogue import Catalogue
    from helpers.observations import Observations
    from helpers.paths import Project

BOOK = "report.pdf"
WHOLE = {"html": ("index.html", "report.html"), "pdf": (BOOK,)}
FEW = 4
"""One chapter in so many may change for a book to stay mostly as it is."""
Result = TypeVar("Result")

FORCED = "asked for with --force"
MISSING_OUTPUT = "an output was missing or changed by hand"


@dataclass(frozen=True)
class Request:
    """What is asked for; ``chapters`` empty means all of them."""

    year: int
    entity: str
    chapters: tuple[str, ...] = ()
    formats: tuple[str, ...] = FORMATS
    jobs: int = 1
    force: bool = False
    why: bool = False


@dataclass
class Report:
    """A finished build: where it is, what was made anew, what failed, what the data lack."""

    folder: Path
    seconds: float = 0.0
    chapters: int = 0
    executed: list[str] = field(default_factory=list)
    rendered: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    gaps: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def is_up_to_date(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.executed or self.rendered or self.failures or self.notes)


def build(
    project: Project,
    request: Request,
    tell: Callable[[str], None],
    *,
    pool: Executor | None = None,
    press: Press | None = None,
) -> Report:
    """Build a report, or some of its chapters; only what changed.

    ``pool`` lends workers, and a warm process with them, for many builds; without it the build makes its own. So it is
    with the ``press``; but where only workers are lent, one of them sets the book.

    Raises
    ------
    ParameterError
        The request names what is not there; nothing was started.
    DataError
        The data do not validate; nothing was started.
    BuildError
        An output could not be written; the last good report stands as it was.
    """
    started = time.monotonic()
    with build_lock(project, tell):
        state = load_state(project, request.year, request.entity)
        report = Report(project.report(request.year, request.entity))
        _Build(project, request, state, report, tell).run(pool, press)
    report.seconds = time.monotonic() - started
    return report


class _Build:
    """One run: the data, the plan, the state before and after."""

    def __init__(
        self, project: Project, request: Request, state: State, report: Report, tell: Callable[[str], None]
    ) -> None:
        self.project, self.request, self.report, self.tell = project, request, report, tell
        self.before = state
        self.state = State(dict(state.chapters), dict(state.whole))
        self.catalogue: Catalogue
        self.observations: Observations
        font_files()  # or say what is wrong with them once, before anything is started
        self.catalogue, self.observations = load_data(project)
        self.corrections = load_corrections(project, self.catalogue, self.observations, request.year, request.entity)
        self.book = self._plan(())
        self.wanted = self._plan(request.chapters)
        self.started = time.monotonic()
        self.press: Press | None = None

    def _plan(self, chapters: tuple[str, ...]) -> list[Job]:
        request = self.request
        return plan(
            self.project, self.catalogue, self.observations,
            year=request.year, entity=request.entity, chapters=chapters,
        )  # fmt: skip

    def run(self, lent: Executor | None, press: Press | None) -> None:
        """Make what is stale and put it in place."""
        with Staging(self.report.folder) as staging:
            stale = {job.stem: self._reasons(job, staging) for job in self.wanted}
            jobs = [job for job in self.wanted if stale[job.stem]]
            if self.request.why:
                self._tell_why(stale)
            workers = min(self.request.jobs, max(len(jobs), len(self.request.formats)))
            with (
                nullcontext(lent) if lent else Workers(workers) as pool,
                nullcontext(press) if lent else Press() as own,
            ):
                self.press = own
                with warm_process(self.project) if jobs and not lent else nullcontext():
                    self._warm_up(pool, jobs, staging)
                    failed = self._execute(pool, jobs, staging)
                self._render(pool, [job for job in self.wanted if job.stem not in failed], staging)
                self._write_whole(pool, staging, failed)
            if not self.report.is_up_to_date:
                self._write_manifest(staging)
                self._refuse_to_share(staging)
                staging.put_in_place()
        self.report.chapters = len(self.wanted)
        whole = not failed and {job.stem for job in self.book} == self.state.chapters.keys()
        self.state.stamps = stamps(self.project, self.report.folder) if whole else {}
        save_state(self.project, self.request.year, self.request.entity, self.state)

    def _warm_up(self, pool: Executor, jobs: Sequence[Job], staging: Staging) -> None:
        """Where most of the book will stay as it is, have the press set it as it was."""
        if self.press is None or "pdf" not in self.request.formats or not 0 < FEW * len(jobs) <= len(self.book):
            return
        texts = [text for job in self.book if (text := staging.read(_notebook(job))) is not None]
        if len(texts) == len(self.book):
            self.press.warm_up(pool, texts, self._front)

    def _reasons(self, job: Job, staging: Staging) -> list[str]:
        """Say why a chapter must be executed; nothing when it need not."""
        if self.request.force:
            return [FORCED]
        known = self.before.chapters.get(job.stem)
        if known is None:
            return ["it was not built before"]
        if staging.read(_notebook(job)) is None:
            return [MISSING_OUTPUT]
        now = chapter_fingerprint(self.project, job, Reads.from_json(known.reads), self.observations, self.corrections)
        return differences(known.executed, now)

    def _tell_why(self, stale: dict[str, list[str]]) -> None:
        for stem, reasons in stale.items():
            self.tell(f"{stem}: {'; '.join(reasons) or 'up to date'}")

    def _execute(self, pool: Executor, jobs: Sequence[Job], staging: Staging) -> set[str]:
        """Execute stale chapters; return the stems of those that failed."""
        from helpers.building.execute import Failure, Success, execute  # noqa: PLC0415 - only with something to do

        futures = {pool.submit(execute, job): job for job in jobs}
        failed = set()
        self.started = time.monotonic()
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
            self._progress("executed" if stem not in failed else "FAILED  ", stem, count, len(jobs))
        self.report.failures.sort(key=lambda failure: failure.job.stem)
        return failed

    def _note_executed(self, outcome: Success, staging: Staging) -> None:
        job = outcome.job
        reads = Reads.from_json(outcome.reads) if outcome.reads is not None else self._everything()
        staging.write(_notebook(job), outcome.notebook)
        self.report.executed.append(job.stem)
        executed = chapter_fingerprint(self.project, job, reads, self.observations, self.corrections)
        self.state.chapters[job.stem] = ChapterState(reads.to_json(), executed)

    def _everything(self) -> Reads:
        """Return reads for a notebook that did not say what it read: every data file."""
        files = (path for path in self.project.data.rglob("*") if path.is_file())
        return Reads(files={self.project.relative(path) for path in files})

    def _render(self, pool: Executor, jobs: Sequence[Job], staging: Staging) -> None:
        """Render chapters whose notebook, or whose renderer, changed."""
        from helpers.building import rendering  # noqa: PLC0415

        futures: dict[Future[dict[str, str | bytes]], Job] = {}
        for job in jobs:
            text = staging.read(_notebook(job)) or ""
            known = self.state.chapters[job.stem]
            fingerprint = rendering_fingerprint(text)
            missing = [f for f in self.request.formats if staging.is_missing(f"chapters/{job.stem}.{f}")]
            if known.rendered == fingerprint and not missing and set(self.request.formats) <= set(known.formats):
                continue
            if known.rendered != fingerprint:  # what was rendered in other formats no longer holds
                staging.remove(*(f"chapters/{job.stem}.{name}" for name in FORMATS))
                known.formats = []
            known.rendered = fingerprint
            known.formats = sorted({*known.formats, *self.request.formats})
            futures[pool.submit(rendering.render_chapter, (job.stem, text, self.request.formats))] = job
        self.started = time.monotonic()
        for count, future in enumerate(as_completed(futures), 1):
            files = _rendered(future, futures[future].stem)
            staging.write_all(files)
            self.report.rendered.append(futures[future].stem)
            self._progress("rendered", futures[future].stem, count, len(futures))

    def _write_whole(self, pool: Executor, staging: Staging, failed: set[str]) -> None:
        """Write what is made of all chapters, if any of it changed; failed ones leave a visible hole."""
        texts = [None if job.stem in failed else staging.read(_notebook(job)) for job in self.book]
        unbuilt = [
            job.number for job, text in zip(self.book, texts, strict=True) if text is None and job.stem not in failed
        ]
        if unbuilt:
            if self.report.executed or self.report.rendered:
                numbers = ", ".join(unbuilt)
                self.report.notes.append(f"the whole report was not renewed: chapters {numbers} were never built")
            return
        audited = audit_csv(self._review())
        digest = hashlib.sha256("\0".join([*(text or "missing" for text in texts), audited]).encode()).hexdigest()
        fingerprint = rendering_fingerprint(digest)
        known = {name: value for name, value in self.before.whole.items() if name != "formats"}
        done = set(self.before.whole.get("formats", "").split(",")) if known == fingerprint else set()
        missing = {name for name in FORMATS if any(staging.is_missing(file) for file in (*WHOLE[name], FACTS))}
        wanted = [name for name in self.request.formats if name not in done - missing]
        if not wanted:
            return
        holding = [name for name in FORMATS if name in {*wanted, *(done - missing)}]
        self.state.whole = fingerprint | {"formats": ",".join(holding)}
        staging.remove(*(file for name in FORMATS if name not in holding for file in WHOLE[name]))
        self._render_whole(pool, staging, texts, [file for name in wanted for file in WHOLE[name]])

    def _render_whole(
        self, pool: Executor, staging: Staging, texts: Sequence[str | None], names: Sequence[str]
    ) -> None:
        from helpers.building import rendering  # noqa: PLC0415
        from helpers.building.audit_files import audit_files  # noqa: PLC0415
        from helpers.building.tabular import facts_csv, official_files  # noqa: PLC0415

        front = self._front
        pairs = zip(self.book, texts, strict=True)
        whole = [self._hole(job) if text is None else text for job, text in pairs]
        press = self.press if BOOK in names else None
        composed = press.compose(pool, whole, front) if press else None
        for_pool = [name for name in reversed(names) if not (press and name == BOOK)]  # the longest one first
        futures = {pool.submit(rendering.render_report, whole, front, name): name for name in for_pool}
        printed = press.print(_rendered(composed, BOOK)) if press and composed else None
        good = [text for job in self.book if (text := staging.read(_notebook(job))) is not None]
        notebooks = [rendering.parse(text) for text in good]  # tables and facts keep a failed chapter's last good ones
        tables = {FACTS: facts_csv(notebooks, front.numbers())} | official_files(notebooks)
        tables |= audit_files(self._review(), notebooks)
        staging.write_all(tables)
        for future, name in futures.items():
            rendered = _rendered(future, name)
            staging.write_all(rendered)
        if printed is not None:
            staging.write(BOOK, _rendered(printed, BOOK))
        kept = {f"chapters/{job.stem}.{name}" for job in self.book for name in FORMATS}
        files = {file for format_ in FORMATS for file in WHOLE[format_]}
        staging.keep_only({*kept, *(_notebook(job) for job in self.book), *tables, *files})
        self.report.rendered.append("the whole report")
        self.report.gaps = sum(len(rendering.gaps_of(notebook)) for notebook in notebooks)
        self.tell("rendered the whole report")

    @cached_property
    def _front(self) -> FrontMatter:
        from helpers.building.front import front_matter  # noqa: PLC0415

        return front_matter(self.project, self.request.year, self.request.entity)

    def _review(self) -> Review:
        """Return the audit of the published report."""
        request = self.request
        return audit_report(self.project, self.catalogue, self.observations, year=request.year, entity=request.entity)

    def _hole(self, job: Job) -> str:
        """Return the notebook that stands for a failed chapter in the book."""
        from helpers.building.placeholder import placeholder  # noqa: PLC0415
        from helpers.building.rendering import dump  # noqa: PLC0415

        return dump(placeholder(self.project, self.catalogue, self.observations, job))

    def _write_manifest(self, staging: Staging) -> None:
        from helpers.building.manifest import manifest  # noqa: PLC0415

        staging.write(MANIFEST, manifest(self.project, self.book, staging.folder))

    def _refuse_to_share(self, staging: Staging) -> None:
        from helpers.checking.sharing import refuse_to_share  # noqa: PLC0415

        refuse_to_share(staging.new_files(), self.project, staging.read(FACTS) or "")

    def _progress(self, done: str, stem: str, count: int, total: int) -> None:
        """Tell how far it is, how long it took and how long it may take yet."""
        elapsed = time.monotonic() - self.started
        remaining = elapsed / count * (total - count)
        left = f", about {remaining:.0f} s to go" if count < total and remaining >= 1 else ""
        self.tell(f"[{count:>{len(str(total))}}/{total}] {done} {stem} ({elapsed:.1f} s{left})")


def _notebook(job: Job) -> str:
    return f"notebooks/{job.stem}.ipynb"


def _rendered(future: Future[Result], name: str) -> Result:
    """Return what a worker rendered."""
    try:
        return future.result()
    except LostWorkerError as error:
        raise BuildError(f"{name} could not be rendered: {error}; {UNTOUCHED}") from None
    except OSError as error:  # of what it keeps for the next time
        raise unwritable(name, error) from None
