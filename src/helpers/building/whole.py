"""What is made of all chapters of a report: index, one page, the book, tables, facts."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future
from contextlib import suppress
from functools import cached_property, partial
from typing import TYPE_CHECKING

from helpers.audit.published import published
from helpers.audit.tables import audit_csv
from helpers.building.fingerprint import rendering_fingerprint
from helpers.building.press import book_place, keep_book, own_press
from helpers.building.staging import FACTS
from helpers.building.state import FORMATS, code_digest
from helpers.building.workers import pass_on, rendered
from helpers.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpers.building.builder import Builder
    from helpers.building.front import FrontMatter
    from helpers.building.plan import Job
    from helpers.building.press import Composed
    from helpers.building.rendering import Files
    from helpers.building.staging import Staging
    from helpers.building.workers import Hands

BOOK = "report.pdf"
FILES = {"html": ("index.html", "report.html"), "pdf": (BOOK,)}


class Whole:
    """The whole report of one run."""

    def __init__(self, builder: Builder, staging: Staging) -> None:
        self.builder, self.staging = builder, staging
        self.failed: set[str] = set()
        self.pages: dict[Future[Files], str] = {}
        self.printed: Future[bytes] | None = None
        self.kept: set[str] = set()
        self.layouts: Sequence[Future[None]] = ()
        self.composed: Composed | None = None

    def prepare(self, stale: Sequence[Job]) -> None:
        """Make of the chapters that stay as they are what the whole report needs of them, while others are executed."""
        from helpers.building import manifest, rendering  # noqa: PLC0415 - only with something to do

        builder = self.builder
        kept = [text for job in builder.book if job not in stale and (text := self._executed(job)) is not None]
        rendering.prepare(kept, builder.request.formats)
        _ = self._front
        manifest.get_ready(builder.project, builder.book, builder.inputs)

    def begin(self, hands: Hands, failed: set[str], layouts: Sequence[Future[None]] = ()) -> None:
        """Have made what any changed chapter is part of; chapters that ``failed`` leave a visible hole in it.

        The book waits for the ``layouts`` of its chapters.
        """
        self.failed, self.layouts = failed, layouts
        builder, staging = self.builder, self.staging
        texts = [None if job.stem in self.failed else self._executed(job) for job in builder.book]
        pairs = zip(builder.book, texts, strict=True)
        unbuilt = [job.number for job, text in pairs if text is None and job.stem not in self.failed]
        if unbuilt:
            if builder.report.executed or builder.report.rendered:
                numbers = ", ".join(unbuilt)
                builder.report.notes.append(f"the whole report was not renewed: chapters {numbers} were never built")
            return
        audited = (audit_csv(builder.review), published(builder.review.audit, builder.catalogue.sources).definition)
        digest = hashlib.sha256("\0".join([*(text or "missing" for text in texts), *audited]).encode()).hexdigest()
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
        self._begin_rendering(hands, texts, [file for name in wanted for file in FILES[name]])

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
            self._keep_book()
        staging.keep_only(self.kept)
        builder.report.rendered.append("the whole report")
        builder.tell("rendered the whole report")

    def _executed(self, job: Job) -> str | None:
        return self.staging.read(f"notebooks/{job.stem}.ipynb")

    def _begin_rendering(self, hands: Hands, texts: Sequence[str | None], names: Sequence[str]) -> None:
        """Have pages and book made, and write meanwhile what is made here: tables, facts, audit."""
        from helpers.building import rendering  # noqa: PLC0415
        from helpers.building.audit_files import audit_files  # noqa: PLC0415
        from helpers.building.tabular import facts_csv, official_files  # noqa: PLC0415

        builder, staging = self.builder, self.staging
        front = self._front
        pairs = zip(builder.book, texts, strict=True)
        whole = [self._hole(job) if text is None else text for job, text in pairs]
        if BOOK in names:
            self._order_book(hands, whole)
        pages = [name for name in reversed(names) if name != BOOK]  # the longest one first
        self.pages = {hands.pages.submit(rendering.render_report, whole, front, name): name for name in pages}
        good = [text for job in builder.book if (text := self._executed(job)) is not None]
        documents = rendering.parse_book(good)  # tables and facts keep a failed chapter's last good ones
        tables = {FACTS: facts_csv(documents, front.numbers())} | official_files(documents)
        tables |= audit_files(builder.review, documents, builder.catalogue.sources)
        staging.write_all(tables)
        kept = {f"notebooks/{job.stem}.ipynb" for job in builder.book}
        if not builder.is_one_page:
            kept |= {f"chapters/{job.stem}.{name}" for job in builder.book for name in FORMATS}
        self.kept = {*kept, *tables, *(file for name in FORMATS for file in FILES[name])}

    def _order_book(self, hands: Hands, texts: Sequence[str]) -> None:
        """Have the book composed, then set; it is on its way while the rest is being made."""
        from helpers.building import rendering  # noqa: PLC0415

        for layout in self.layouts if hands.are_many else ():  # one by itself does one thing after the other
            rendered(layout, BOOK)
        composing = hands.prints.submit(rendering.compose_report, texts, self._front)
        self.printed = Future()
        composing.add_done_callback(partial(self._print, self.printed))

    def _print(self, printed: Future[bytes], composing: Future[Composed]) -> None:
        """Hand a composed book to the press."""
        try:
            self.composed = composing.result()
            press = own_press()
            press.print(self.composed).add_done_callback(partial(pass_on, told=printed))
            press.rest()
        except Exception as error:  # noqa: BLE001 - it is passed on, whatever it is
            printed.set_exception(error)

    def _keep_book(self) -> None:
        """Keep the book for the press to practise the next time."""
        builder = self.builder
        if self.composed is not None and not builder.is_one_page:
            path = book_place(builder.project, builder.request.year, builder.request.entity)
            with suppress(BuildError):  # a disk that is full or read-only costs time, not the build
                keep_book(builder.project, path, self.composed, code_digest(builder.project))

    @cached_property
    def _front(self) -> FrontMatter:
        from helpers.building.front import front_matter  # noqa: PLC0415

        builder = self.builder
        return front_matter(builder.project, builder.request.year, builder.request.entity)

    def _hole(self, job: Job) -> str:
        """Return the notebook that stands for a failed chapter in the book."""
        from helpers.building.placeholder import placeholder  # noqa: PLC0415
        from helpers.building.rendering import dump  # noqa: PLC0415

        builder = self.builder
        return dump(placeholder(builder.project, builder.catalogue, builder.observations, job))
