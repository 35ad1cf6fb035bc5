"""Where reports stand, and where builds keep what they remember of them.

A :class:`Place` is the project's own ``reports/``; another one, on any file system that fsspec knows, is a
:class:`~helpers.building.target.Target`.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from helpers.paths import Project

MANIFEST, INDEX = "manifest.json", "index.html"


class Place:
    """The reports of a project, by year and entity."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.cache = cache_folder(project)

    def name(self, *parts: str) -> str:
        """Name something that stands here, for a message."""
        return "/".join(("reports", *parts))

    def manifest(self, year: int, entity: str) -> bytes:
        """Return the manifest of a report; nothing where there is no report."""
        return self.read(f"{year}/{entity}/{MANIFEST}")

    def read(self, name: str) -> bytes:
        """Return the content of a file; nothing where there is none."""
        try:
            return (self.project.reports / name).read_bytes()
        except OSError:
            return b""

    def outputs(self, year: int, entity: str) -> str:
        """Return what changes when any file of a report is touched."""
        return digest_stamps(stamped("out", self.project.report(year, entity)))

    def entities(self, year: int) -> dict[str, set[str]]:
        """Return the entities that have a report, with the names of the files in its top folder."""
        folder = self.project.reports / str(year)
        there = (path.parent for path in folder.glob(f"[!.]*/{MANIFEST}"))
        return {path.name: {file.name for file in path.iterdir()} for path in there}

    def manifests(self, year: int, entities: Iterable[str]) -> dict[str, bytes]:
        """Return the manifests of many reports."""
        return {entity: self.manifest(year, entity) for entity in entities}

    def has_index(self, year: int) -> bool:
        """Whether there is an index over the reports of a year."""
        return (self.project.reports / str(year) / INDEX).is_file()

    def write_index(self, year: int, page: str) -> None:
        """Write the index over the reports of a year in one step."""
        folder = self.project.reports / str(year)
        fresh = folder / f".{INDEX}.new"
        fresh.write_text(page, encoding="utf-8")
        fresh.replace(folder / INDEX)

    def tidy(self, year: int) -> None:
        """Remove what a build that was killed has left beside the index."""
        (self.project.reports / str(year) / f".{INDEX}.new").unlink(missing_ok=True)


def digest_stamps(stamps: Iterable[tuple[str, list[int]]]) -> str:
    """Return one digest of many stamps."""
    lines = sorted(f"{name} {size} {time}" for name, (size, time) in stamps)
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()


def cache_folder(project: Project) -> Path:
    """Return where builds keep what they remember."""
    return project.root / ".cache" / "build"


def stamped(name: str, folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Yield size and time of the files below a folder; caches and hidden ones are passed over."""
    base = len(str(folder)) + 1
    for parent, folders, files in os.walk(folder):
        folders[:] = [one for one in folders if one != "__pycache__" and not one.startswith(".")]
        for file in files:
            if not file.startswith(".") and not file.endswith(".pyc"):
                path = os.path.join(parent, file)  # noqa: PTH118 - thousands of files: pathlib is slow here
                yield f"{name}/{path[base:]}", stamp(path)


def stamp(path: str) -> list[int]:
    """Return a file's size and time."""
    try:
        found = os.stat(path)  # noqa: PTH116 - as above
    except OSError:
        return [-1, 0]  # an editor's passing file
    return [found.st_size, found.st_mtime_ns]
