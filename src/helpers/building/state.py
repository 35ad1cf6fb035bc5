"""What the last build left behind, so that the next one does only what changed.

The state is a cache in ``.cache/build``: lost, unreadable or of another report than the one that stands (a build was
killed between the two), it costs a full build and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.paths import Project

VERSION = 2
MANIFEST = "manifest.json"
FORMATS = ("html", "pdf")


@dataclass
class ChapterState:
    """How one chapter was last made."""

    reads: dict[str, list[str]] = field(default_factory=dict)
    executed: dict[str, str] = field(default_factory=dict)
    rendered: dict[str, str] = field(default_factory=dict)
    formats: list[str] = field(default_factory=list)


@dataclass
class State:
    """How one report was last made; ``stamps`` are the files' sizes and times when all was up to date."""

    chapters: dict[str, ChapterState] = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)
    stamps: dict[str, list[int]] = field(default_factory=dict)


def load_state(project: Project, year: int, entity: str) -> State:
    """Read the state of the report that stands; an absent or damaged one, or another report's, is empty."""
    try:
        stored: dict[str, Any] = json.loads(_path(project, year, entity).read_text(encoding="utf-8"))
        if stored["version"] != VERSION or stored["manifest"] != _standing(project, year, entity):
            return State()
        chapters = {stem: ChapterState(**chapter) for stem, chapter in stored["chapters"].items()}
        return State(chapters, stored["whole"], stored["stamps"])
    except (OSError, ValueError, KeyError, TypeError):
        return State()


def save_state(project: Project, year: int, entity: str, state: State) -> None:
    """Write the state in one step.

    Raises
    ------
    BuildError
        It cannot be written; the report stands, and the next build makes it anew.
    """
    path = _path(project, year, entity)
    content = {
        "version": VERSION,
        "manifest": _standing(project, year, entity),
        "chapters": {stem: vars(chapter) for stem, chapter in state.chapters.items()},
        "whole": state.whole,
        "stamps": state.stamps,
    }
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        name = project.relative(path)
        message = f"cannot write {name}: {error.strerror or error}; the report is built, and the next build starts anew"
        raise BuildError(message) from None


def is_untouched(project: Project, year: int, entity: str, formats: Iterable[str]) -> bool:
    """Whether no file was touched since the report was up to date in every one of ``formats``.

    It costs a look at every file's size and time, and imports nothing.
    """
    state = load_state(project, year, entity)
    if not state.stamps or not state.chapters:
        return False
    complete = all(set(formats) <= set(chapter.formats) for chapter in state.chapters.values())
    return complete and state.stamps == stamps(project, project.report(year, entity))


def stamps(project: Project, outputs: Path) -> dict[str, list[int]]:
    """Return size and time of every input and output file: equal stamps mean that nothing was touched."""
    return input_stamps(project) | _stamped("out", outputs)


def input_stamps(project: Project) -> dict[str, list[int]]:
    """Return size and time of every file that a report can depend on."""
    package = Path(__file__).parents[1]
    return _stamped("data", project.data) | _stamped("notebooks", project.notebooks) | _stamped("code", package)


def _stamped(name: str, folder: Path) -> dict[str, list[int]]:
    return {f"{name}/{path}": [entry.st_size, entry.st_mtime_ns] for path, entry in _walk(folder)}


def _walk(folder: Path) -> Iterable[tuple[str, os.stat_result]]:
    """Yield the files below a folder by relative name; caches and hidden ones are passed over."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__" and not name.startswith("."))
        for name in sorted(files):
            if not name.startswith(".") and not name.endswith(".pyc"):
                path = os.path.join(parent, name)  # noqa: PTH118 - thousands of files: pathlib is slow here
                yield os.path.relpath(path, folder), os.stat(path)  # noqa: PTH116


def _standing(project: Project, year: int, entity: str) -> str:
    """Return the digest of the standing report's manifest, which has the digest of every other file; empty: none."""
    try:
        return hashlib.sha256((project.report(year, entity) / MANIFEST).read_bytes()).hexdigest()
    except OSError:
        return ""


def _path(project: Project, year: int, entity: str) -> Path:
    return project.root / ".cache" / "build" / f"{year}-{entity}.json"
