"""One build of a project at a time; a second one says who holds it up, and waits."""

from __future__ import annotations

import json
import os
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from helpers.building.staging import unwritable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from helpers.paths import Project

NAME = ".cache/build.lock"


@contextmanager
def build_lock(project: Project, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the project's lock while the block runs; the end of the process, however it ends, releases it too.

    The lock is the system's, on the project's folder, so that it holds although somebody removes ``.cache`` meanwhile;
    a file there only tells others who holds it. Where a folder cannot be locked (some network file systems), that file
    is; where there is no such lock at all (Windows), builds are not held apart.
    """
    path = project.root / NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        card = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise unwritable(NAME, error) from None
    with ExitStack() as held:
        held.callback(os.close, card)
        _acquire(project.root, card, tell, held)
        _sign(card)
        yield


def _acquire(root: Path, card: int, tell: Callable[[str], None], held: ExitStack) -> None:
    try:
        import fcntl  # noqa: PLC0415 - POSIX only
    except ImportError:
        return
    folder = os.open(root, os.O_RDONLY)
    held.callback(os.close, folder)
    for descriptor in (folder, card):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell(f"another build of this project is running{_holder(card)}; waiting for it")
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            continue
        return


def _sign(descriptor: int) -> None:
    holder = {"pid": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}
    try:
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, json.dumps(holder).encode())
    except OSError as error:
        raise unwritable(NAME, error) from None


def _holder(descriptor: int) -> str:
    """Say who holds the lock; nothing where he has not signed yet."""
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        holder = json.loads(os.read(descriptor, 1000))
        return f" (process {holder['pid']}, since {holder['since']})"
    except (ValueError, KeyError, TypeError):
        return ""
