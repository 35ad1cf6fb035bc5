"""A process of its own that sets the book, and has all in memory that it has set before.

It is started, and sets the book as it stands, while the chapters that changed are still being executed: then only what
they changed is left to be set. What it has in memory does not change what it sets.
"""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Self

from helpers.building.typesetting import prepare, to_pdf
from helpers.building.workers import Workers, pass_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from concurrent.futures import Executor

    from helpers.building.book import Composed
    from helpers.building.front import FrontMatter


class Press:
    """Sets books one after the other; ``pool`` composes them, because the press has room for nothing but Typst."""

    def __init__(self) -> None:
        self.worker = Workers(1)
        self.is_warm = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        """Let the process go when it has done what it has to do; when something was raised, at once."""
        self.worker.shutdown(cancel_futures=reason[0] is not None)

    def start(self) -> None:
        """Start the process, which takes a moment; return at once."""
        if not self.is_warm:
            self.worker.submit(prepare)

    def warm_up(self, pool: Executor, texts: Sequence[str], front: FrontMatter) -> None:
        """Set the book of these executed chapters for practice, if none was set yet; return at once."""
        if not self.is_warm:
            self.is_warm = True
            self.compose(pool, texts, front).add_done_callback(self._practise)

    def compose(self, pool: Executor, texts: Sequence[str], front: FrontMatter) -> Future[Composed]:
        """Have the book of these executed chapters composed; whoever has other work for ``pool`` does this first."""
        from helpers.building.rendering import compose_report  # noqa: PLC0415 - only with something to do

        return pool.submit(compose_report, texts, front)

    def order(self, pool: Executor, texts: Sequence[str], front: FrontMatter) -> Future[bytes]:
        """Have the book of these executed chapters composed, then set; return the PDF to come."""
        ordered: Future[bytes] = Future()
        self.compose(pool, texts, front).add_done_callback(partial(self._set, ordered))
        return ordered

    def print(self, composed: Composed) -> Future[bytes]:
        """Have a book set; return the PDF to come."""
        self.is_warm = True
        return self.worker.submit(to_pdf, *composed)

    def _set(self, ordered: Future[bytes], composed: Future[Composed]) -> None:
        try:
            self.print(composed.result()).add_done_callback(partial(pass_on, told=ordered))
        except Exception as error:  # noqa: BLE001 - it is passed on, whatever it is
            ordered.set_exception(error)

    def _practise(self, composed: Future[Composed]) -> None:
        with suppress(Exception):  # what is wrong with the book is told when it is wanted
            self.worker.submit(to_pdf, *composed.result())
