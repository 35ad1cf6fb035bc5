"""Outputs are put in place whole: made in a folder beside the report, which then takes the report's place.

Killed at any moment, a build leaves the old report or the new one, never a mixture; the next build clears up.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import sys
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from helpers.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

UNTOUCHED = "the report was left as it was"
FACTS, MANIFEST = "facts.csv", "manifest.json"
AT_FDCWD, RENAME_EXCHANGE = -100, 2
CANNOT_EXCHANGE = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}


class Staging:
    """The folder in which a report is made; it begins as a copy of the last one."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.name = "/".join(target.parts[-3:])  # reports/2020/hangzhou
        self.folder = target.with_name(f".{target.name}.building")
        self.old = target.with_name(f".{target.name}.old")
        self.written: set[str] = set()

    def __enter__(self) -> Self:
        try:
            if self.old.is_dir() and not self.target.is_dir():  # killed between the two renames
                self.old.rename(self.target)
            for rubbish in (self.folder, self.old):
                shutil.rmtree(rubbish, ignore_errors=True)
            self.folder.mkdir(parents=True, exist_ok=True)
            if self.target.exists():
                self._copy()
                self._drop_changed()
        except OSError as error:
            raise unwritable(self.name, error) from None
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _copy(self) -> None:
        if not self.target.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "there is a file of that name")
        for path in sorted(self.target.rglob("*")):
            twin = self.folder / path.relative_to(self.target)
            if path.is_dir():
                twin.mkdir()
            else:
                _link(path, twin)

    def _drop_changed(self) -> None:
        """Remove what is not as its build left it (edited by hand, or checked out from git), so that it is made anew.

        Tables and figures are made together with the facts.
        """
        try:
            named: dict[str, str] = json.loads((self.folder / MANIFEST).read_bytes())["outputs"]
        except (OSError, ValueError, KeyError):
            named = {}
        there = {name: file_digest(self.folder / name) for name in self.names()}
        changed = {name for name, digest in named.items() if there.get(name) != digest}
        if any(name.startswith(("tables/", "figures/")) for name in changed):
            changed.add(FACTS)
        self.remove(*(changed & there.keys()))

    def names(self) -> list[str]:
        """Return the name of every file."""
        return [path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()]

    def write(self, name: str, content: str | bytes) -> None:
        """Write one file; one that is there is replaced, not changed, for it is the last report's, too."""
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        except OSError as error:
            raise unwritable(name, error) from None
        self.written.add(name)

    def write_all(self, files: Mapping[str, str | bytes]) -> None:
        """Write several files by name."""
        for name, content in files.items():
            self.write(name, content)

    def read(self, name: str) -> str | None:
        """Return the text of a file, ``None`` where there is none."""
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def take_new_files(self) -> dict[str, bytes]:
        """Return what was written since this was asked last, and is still there."""
        names, self.written = self.written, set()
        return {name: (self.folder / name).read_bytes() for name in names if not self.is_missing(name)}

    def is_missing(self, name: str) -> bool:
        """Whether there is no such file."""
        return not (self.folder / name).is_file()

    def remove(self, *names: str) -> None:
        """Remove files that no longer hold."""
        for name in names:
            try:
                (self.folder / name).unlink(missing_ok=True)
            except OSError as error:
                raise unwritable(name, error) from None

    def keep_only(self, names: set[str]) -> None:
        """Remove whatever is not named: chapters, tables and figures that the report no longer has."""
        self.remove(*(name for name in self.names() if name not in names))

    def put_in_place(self) -> None:
        """Let the folder take the report's place.

        Where the system can exchange two names in one step (Linux), there is a whole report at every moment. Elsewhere
        there is none for the moment between two renames; a build that is killed then has its report put back by the
        next one.
        """
        try:
            if not (self.target.is_dir() and exchange(self.folder, self.target)):
                shutil.rmtree(self.old, ignore_errors=True)
                if self.target.is_dir():
                    self.target.rename(self.old)
                self.folder.rename(self.target)
            shutil.rmtree(self.old, ignore_errors=True)
        except OSError as error:
            raise unwritable(self.name, error) from None


def exchange(one: Path, other: Path) -> bool:
    """Exchange the names of two folders in one step; say whether the system and the file system can."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None) if sys.platform == "linux" else None
    if rename is None:
        return False
    if rename(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return True
    if (number := ctypes.get_errno()) in CANNOT_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(other))


def _link(source: Path, destination: Path) -> None:
    """Copy a file by linking it where the file system can."""
    try:
        destination.hardlink_to(source)
    except OSError:
        shutil.copy2(source, destination)


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return sha256(path.read_bytes()).hexdigest()


def unwritable(name: str, error: OSError) -> BuildError:
    """Return the one line that tells why a file could not be written."""
    return BuildError(f"cannot write {name}: {error.strerror or error}; {UNTOUCHED}")
