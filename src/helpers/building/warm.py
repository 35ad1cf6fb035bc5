"""One warm process per build: it has imported what notebooks import, and forks their kernels.

A kernel spends more time on imports than on a chapter. The warm process pays once. It is started fresh for each build,
and again when it is killed or the helpers' code changes meanwhile; it ends with the build, whichever way that ends.

Which file does what::

    warm.py              has one kept while a build runs; says why kernels are not forked where they cannot be
    warm_keeper.py       starts and stops the process, and starts the next one (a thread of the build)
    warm_process.py      the process: waits for orders, forks, reports
    warm_kernel.py       what a forked child does to be an ordinary kernel
    warm_orders.py       what is said over the sockets
    warm_provisioner.py  what orders kernels there (jupyter_client, in the build's workers)
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from helpers.building.warm_keeper import Keeper
from helpers.building.warm_orders import VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from helpers.building.scratch import Scratch
    from helpers.paths import Project

TOLD = "told"
ROOM = 107 - len("/kabcdefgh/kernel-5")  # bytes: a socket's whole path has 107, and kernels have theirs in folders here


@contextmanager
def warm_process(project: Project, report: tuple[int, str] | None = None) -> Iterator[None]:
    """Keep a warm process while the block runs; this process and those it starts order kernels from it.

    Where all of them are for one ``report``, a year and an entity, what its chapters share is worked out there once.

    Where there is none to be had, say so in one line: kernels are then started as usual.
    """
    kept = _start(project, report)
    if kept is None:
        yield
        return
    keeper, scratch = kept
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(scratch.folder)
    try:
        yield
    finally:
        _restore(before)
        keeper.stop()
        scratch.remove()


def _start(project: Project, report: tuple[int, str] | None) -> tuple[Keeper, Scratch] | None:
    if sys.platform != "linux":
        tell_once("they can be forked only on Linux")
        return None
    from helpers.building.scratch import Scratch  # noqa: PLC0415 - POSIX only

    try:
        scratch = Scratch()
    except OSError as error:
        tell_once(str(error))
        return None
    try:
        _check_length(scratch.folder)
        return Keeper(scratch.folder, project.root, report), scratch
    except OSError as error:
        scratch.remove()
        tell_once(str(error))
        return None


def _check_length(folder: Path) -> None:
    if len(os.fsencode(folder)) > ROOM:
        raise OSError(f"{folder} is too long a name for sockets; set TMPDIR to a shorter one")


_told: set[str] = set()


def tell_once(reason: str, folder: Path | None = None) -> None:
    """Say why kernels are not forked: one line per build, or per process where no build's ``folder`` is known."""
    try:
        if folder is not None and folder.is_dir():
            (folder / TOLD).touch(exist_ok=False)
        elif _told:
            return
    except OSError:
        return
    _told.add(reason)
    sys.stderr.write(f"nianbao: kernels are started one by one, which is slower: {reason}\n")


def _restore(before: str | None) -> None:
    if before is None:
        os.environ.pop(VARIABLE, None)
    else:
        os.environ[VARIABLE] = before
