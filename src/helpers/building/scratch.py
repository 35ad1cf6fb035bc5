"""Folders for sockets, in the system's temporary folder; those that killed processes left are removed by the next one.

POSIX only. A folder is held by a lock that ends with its process, so that one without a holder is rubbish.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

PREFIX = "nianbao-"
HELD = "held"


class Scratch:
    """A folder for this user only, until it is removed or this process ends."""

    def __init__(self) -> None:
        remove_forsaken()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))  # 0700
        try:
            self.lock = _hold(self.folder)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise

    def remove(self) -> None:
        """Remove the folder; once is enough."""
        if self.lock != -1:
            shutil.rmtree(self.folder, ignore_errors=True)
            os.close(self.lock)
            self.lock = -1


def remove_forsaken() -> None:
    """Remove the folders of this user's that nobody holds any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):  # held, another user's, or just being made
            if folder.lstat().st_uid == os.getuid():
                descriptor = os.open(folder / HELD, os.O_RDWR | os.O_NOFOLLOW)
                try:
                    _lock(descriptor)
                    shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(descriptor)


def _hold(folder: Path) -> int:
    fresh = folder / f"{HELD}.new"
    descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT, 0o600)
    _lock(descriptor)
    fresh.rename(folder / HELD)  # not before it is locked, or it would look forsaken
    return descriptor


def _lock(descriptor: int) -> None:
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
