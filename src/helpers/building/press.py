"""Typst in a process of its own, one for each process that renders: it has in memory all that it has set before.

So whoever renders need not hold Typst's memory, and a book can be set for practice, as it stood, while the chapters
that changed are still being executed: then only what they changed is left to be set. What the press has in memory does
not change what it sets.
"""

from __future__ import annotations

import json
from contextlib import contextmanager, suppress
from multiprocessing import current_process, parent_process
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, NamedTuple

from helpers.building.place import cache_folder
from helpers.building.state import write_json
from helpers.building.typesetting import exhibits, make_room, to_pdf
from helpers.building.workers import AtOnce, Workers

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from helpers.building.typesetting import Exhibit
    from helpers.paths import Project

MOST = 40
"""How many books are kept, one for each report."""
EARLY = 100
"""A worker's press ends before multiprocessing waits for it, and before the queues close that tell it to (10)."""


class Composed(NamedTuple):
    """A book ready to be set: its Typst source, the files that this reads, by path, and the year of the edition."""

    source: str
    files: dict[str, bytes]
    year: int


class Press:
    """Sets one thing after the other, by way of ``hands``: here, or in a process of its own.

    ``forgets`` says whether it lets go of what it has set, as where the same is never set again.
    """

    def __init__(self, hands: Executor, *, forgets: bool) -> None:
        self.hands = hands
        self.forgets = forgets
        self.has_practised = False

    def practise(self, path: Path, code: str) -> None:
        """Set the book that :func:`keep_book` has kept, if nothing was set yet and ``code`` is still the same."""
        if not self.has_practised:
            self.has_practised = True
            self.hands.submit(_practise, path, code)

    def print(self, composed: Composed) -> Future[bytes]:
        """Have a book set; return the PDF to come."""
        self.has_practised = True
        return self.hands.submit(to_pdf, *composed)

    def exhibits(self, source: str, files: dict[str, bytes]) -> dict[str, Exhibit]:
        """Return where the tables and figures of a book stand, as :func:`~helpers.building.typesetting.exhibits`."""
        return self.hands.submit(exhibits, source, files).result()

    def rest(self) -> None:
        """Make room, if it is one that forgets."""
        if self.forgets:
            self.hands.submit(make_room)


_in_use: list[Press] = []


def own_press() -> Press:
    """Return the press of this process, the last one that was set up.

    A worker, which makes one thing after the other, sets up one beside it that forgets, unless it may have no
    processes (a Dask worker under its nanny); any other process that has set up none sets things itself.
    """
    if not _in_use:
        alone = parent_process() is None or current_process().daemon
        hands = AtOnce() if alone else Workers(1)
        Finalize(None, hands.shutdown, exitpriority=EARLY)
        _in_use.append(Press(hands, forgets=True))
    return _in_use[-1]


@contextmanager
def press_in_use(press: Press) -> Iterator[Press]:
    """Have a press do this process's work while the block runs."""
    _in_use.append(press)
    try:
        yield press
    finally:
        _in_use.remove(press)


@contextmanager
def press_apart() -> Iterator[Press]:
    """Have Typst's work done by a process of its own while the block runs.

    It is stopped at once: what it still practises is of no use any more, and to give back its memory page by page takes
    it a third of a second.
    """
    with Workers(1) as worker:
        try:
            with press_in_use(Press(worker, forgets=False)) as press:
                yield press
        finally:
            worker.stop()


def book_place(project: Project, year: int, entity: str) -> Path:
    """Return where the book of a report, as it was last set, is kept for practice."""
    return cache_folder(project) / "books" / f"{year}-{entity}.json"


def keep_book(project: Project, path: Path, composed: Composed, code: str) -> None:
    """Keep a book for practice; ``code`` stands for the helpers that have composed it.

    Raises
    ------
    BuildError
        It cannot be written.
    """
    files = {name: content.decode() for name, content in composed.files.items()}
    write_json(project, path, composed._asdict() | {"files": files, "code": code}, most=MOST)


def _practise(path: Path, code: str) -> None:
    """Lay out a kept book, which takes most of the time; nobody wants the PDF.

    One that is not there, is damaged, or that Typst refuses by now, hurts nobody.
    """
    with suppress(Exception):
        kept = json.loads(path.read_bytes())
        if kept["code"] == code:
            exhibits(kept["source"], {name: text.encode() for name, text in kept["files"].items()})
