"""What is made of all chapters of a report: index, one page, the book, tables, facts."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from helpers.audit.service import audit_report
from helpers.audit.tables import audit_csv
from helpers.building.fingerprint import rendering_fingerprint
from helpers.building.staging import FACTS
from helpers.building.state import FORMATS
from helpers.building.workers import rendered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor, Future

    from helpers.audit.exceptions import Review
    from helpers.building.builder import Builder
    from helpers.building.front import FrontMatter
    from helpers.building.plan import Job
    from helpers.building.rendering import Files
    from helpers.building.staging import Staging

BOOK = "report.pdf"
FILES = {"html": ("index.html", "report.html"), "pdf": (BOOK,)}
FEW = 4
"""One chapter in so many may change for a book to stay mostly as it is."""


class Whole:
    """The whole report of one run."""

    def __init__(self, builder: Builder, staging: Staging) -> None:
        self.builder, self.staging = builder, staging
        self.failed: set[str] = set()
        self.pages: dict[Future[Files], str] = {}
        self.printed: Future[bytes] | None = None
        self.kept: set[str] = set()

    def warm_up(self, pool: Executor, jobs: Sequence[Job]) -> None:
        """Where most of the book will stay as it is, have the press set it as it was."""
        builder = self.builder
        if (
            builder.press is None
            or "pdf" not in builder.request.formats
            or builder.request.jobs == 1
            or not 0 < FEW * len(jobs) <= len(builder.book)
        ):
            return
        texts = [text for job in builder.book if (text := self._executed(job)) is not None]
        if len(texts) == len(builder.book):
            builder.press.start()
            builder.press.warm_up(pool, texts, self._front)

    def begin(self, pool: Executor, failed: set[str]) -> None:
        """Have made what any changed chapter is part of; chapters that ``failed`` leave a visible hole in it."""
        self.failed = failed
        builder, staging = self.builder, self.staging
        texts = [None if job.stem in self.failed else self._executed(job) for job in builder.book]
        pairs = zip(builder.book, texts, strict=True)
        unbuilt = [job.number for job, text in pairs if text is None and job.stem not in self.failed]
        if unbuilt:
            if builder.report.executed or builder.report.rendered:
                numbers = ", ".join(unbuilt)
                builder.report.notes.append(f"the whole report was not renewed: chapters {numbers} were never built")
            return
        audited = audit_csv(self._review)
        digest = hashlib.sha256("\0".join([*(text or "missing" for text in texts), audited]).encode()).hexdigest()
        fingerprint = rendering_fingerprint(digest)
        known = {name: value for name, value in builder.before.whole.items() if name != "formats"}
        done = set(builder.before.whole.get("formats", "").split(",")) if known == fingerprint else set()
        missing = {name for name in FORMATS if any(staging.is_missing(file) for file in (*FILES[name], FACTS))}
        if failed and builder.is_one_page and not missing.intersection(builder.request.formats):
            return  # the last good page of a report of one page
        wanted = [name for name in builder.request.formats if name not in done - missing]
        if not wanted:
            return
        holding = [name for name in FORMATS if name in {*wanted, *(done - missing)}]
        builder.state.whole = fingerprint | {"formats": ",".join(holding)}
        staging.remove(*(file for name in FORMATS if name not in holding for file in FILES[name]))
        self._begin_rendering(pool, texts, [file for name in wanted for file in FILES[name]])

    def finish(self) -> None:
        """Write what :meth:`begin` has begun, the book last."""
        if not self.kept:
            return
        builder, staging = self.builder, self.staging
        for future, name in self.pages.items():
            files = rendered(future, name)
            staging.write_all(files)
        builder.refuse_to_share(staging)  # while the book is being set
        if self.printed is not None:
            staging.write(BOOK, rendered(self.printed, BOOK))
        staging.keep_only(self.kept)
        builder.report.rendered.append("the whole report")
        builder.tell("rendered the whole report")

    def _executed(self, job: Job) -> str | None:
        return self.staging.read(f"notebooks/{job.stem}.ipynb")

    def _begin_rendering(self, pool: Executor, texts: Sequence[str | None], names: Sequence[str]) -> None:
        """Have pages and book made, and write meanwhile what is made here: tables, facts, audit."""
        from helpers.building import rendering  # noqa: PLC0415
        from helpers.building.audit_files import audit_files  # noqa: PLC0415
        from helpers.building.tabular import facts_csv, official_files  # noqa: PLC0415

        builder, staging = self.builder, self.staging
        front, press = self._front, builder.press if BOOK in names else None
        pairs = zip(builder.book, texts, strict=True)
        whole = [self._hole(job) if text is None else text for job, text in pairs]
        for layout in builder.layouts:
            rendered(layout, BOOK)
        if press:
            self.printed = press.order(pool, whole, front)
        for_pool = [name for name in reversed(names) if not (press and name == BOOK)]  # the longest one first
        self.pages = {pool.submit(rendering.render_report, whole, front, name): name for name in for_pool}
        good = [text for job in builder.book if (text := self._executed(job)) is not None]
        notebooks = rendering.parse_book(good)  # tables and facts keep a failed chapter's last good ones
        tables = {FACTS: facts_csv(notebooks, front.numbers())} | official_files(notebooks)
        tables |= audit_files(self._review, notebooks)
        staging.write_all(tables)
        kept = {f"notebooks/{job.stem}.ipynb" for job in builder.book}
        if not builder.is_one_page:
            kept |= {f"chapters/{job.stem}.{name}" for job in builder.book for name in FORMATS}
        self.kept = {*kept, *tables, *(file for name in FORMATS for file in FILES[name])}

    @cached_property
    def _front(self) -> FrontMatter:
        from helpers.building.front import front_matter  # noqa: PLC0415

        builder = self.builder
        return front_matter(builder.project, builder.request.year, builder.request.entity)

    @cached_property
    def _review(self) -> Review:
        """Return the audit of the published report."""
        builder = self.builder
        year, entity = builder.request.year, builder.request.entity
        return audit_report(builder.project, builder.catalogue, builder.observations, year=year, entity=entity)

    def _hole(self, job: Job) -> str:
        """Return the notebook that stands for a failed chapter in the book."""
        from helpers.building.placeholder import placeholder  # noqa: PLC0415
        from helpers.building.rendering import dump  # noqa: PLC0415

        builder = self.builder
        return dump(placeholder(builder.project, builder.catalogue, builder.observations, job))
