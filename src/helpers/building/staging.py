"""Outputs are put in place whole: made in a folder beside the report, which then takes the report's place.

Killed at any moment, a build leaves the old report or the new one, never a mixture; the next build clears up.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from helpers.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from helpers.paths import Project

UNTOUCHED = "the report was left as it was"


class Staging:
    """The folder in which a report is made; it begins as a copy of the last one."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = target.with_name(f".{target.name}.building")
        self.old = target.with_name(f".{target.name}.old")

    def __enter__(self) -> Self:
        try:
            if self.old.is_dir() and not self.target.is_dir():  # killed between the two renames
                self.old.rename(self.target)
            shutil.rmtree(self.folder, ignore_errors=True)
            if self.target.is_dir():
                shutil.copytree(self.target, self.folder, copy_function=_link)
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _unwritable(self.target.name, error) from None
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def write(self, name: str, content: str | bytes) -> None:
        """Write one file; one that is there is replaced, not changed, for it is the last report's, too."""
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        except OSError as error:
            raise _unwritable(name, error) from None

    def write_all(self, files: Mapping[str, str | bytes]) -> None:
        """Write several files by name."""
        for name, content in files.items():
            self.write(name, content)

    def read(self, name: str) -> str | None:
        """Return the text of a file, ``None`` where there is none."""
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def is_missing(self, name: str) -> bool:
        """Whether there is no such file."""
        return not (self.folder / name).is_file()

    def remove(self, *names: str) -> None:
        """Remove files that no longer hold."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)

    def keep_only(self, names: set[str]) -> None:
        """Remove whatever is not named: chapters, tables and figures that the report no longer has."""
        for path in self.folder.rglob("*"):
            if path.is_file() and path.relative_to(self.folder).as_posix() not in names:
                path.unlink()

    def put_in_place(self) -> None:
        """Let the folder take the report's place: two renames, the old one kept until the new one stands."""
        try:
            shutil.rmtree(self.old, ignore_errors=True)
            if self.target.is_dir():
                self.target.rename(self.old)
            self.folder.rename(self.target)
            shutil.rmtree(self.old, ignore_errors=True)
        except OSError as error:
            raise _unwritable(self.target.name, error) from None


@contextmanager
def build_lock(project: Project, tell: Callable[[str], None]) -> Iterator[None]:
    """Let one build of a project run at a time; a second one says that it waits, and waits."""
    path = project.root / ".cache" / "build.lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise _unwritable(".cache/build.lock", error) from None
    with file:
        _acquire(file.fileno(), tell)
        yield  # closing the file, or the end of the process, releases the lock


def _acquire(descriptor: int, tell: Callable[[str], None]) -> None:
    try:
        import fcntl  # noqa: PLC0415 - POSIX only; elsewhere builds are not held apart
    except ImportError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        tell("another build of this project is running; waiting for it")
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _link(source: str, destination: str) -> str:
    """Copy a file by linking it where the file system can."""
    try:
        os.link(source, destination)
    except OSError:
        shutil.copy2(source, destination)
    return destination


def _unwritable(name: str, error: OSError) -> BuildError:
    return BuildError(f"cannot write {name}: {error.strerror or error}; {UNTOUCHED}")
