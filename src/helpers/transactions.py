"""Several files of ``data/`` put in place as one: all of them, or none.

Before the first file is replaced, the old ones are kept and a journal names them; when the last one stands, the journal
goes, and only then has anything happened. A process that was killed in between leaves its journal; whoever reads the
data next puts the old files back first (:func:`settle`). A single file anywhere else needs no journal
(:func:`write_whole`).
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import NianbaoError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers.paths import Project

FOLDER = ".cache/import"
JOURNAL = "journal.json"
UNTOUCHED = "no file was changed"


class WriteError(NianbaoError):
    """Files that could not be written; everything is as it was."""


def put_in_place(project: Project, files: Mapping[str, bytes]) -> None:
    """Replace files, named from the project's root, all or none.

    Raises
    ------
    WriteError
        The disk is full, a folder is not to be written, or the like.
    """
    with _locked(project) as folder:
        _settle(project, folder)
        try:
            _replace(project, folder, files)
        except OSError as error:
            _settle(project, folder)
            message = f"cannot write {', '.join(files)}: {error.strerror or error}; {UNTOUCHED}"
            raise WriteError(message) from None


def write_whole(path: Path, content: bytes) -> None:
    """Write one file under another name and move it: nobody ever sees half of it, and a failure leaves the old one.

    Raises
    ------
    WriteError
        The disk is full, the folder is not to be written, or the like.
    """
    try:
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.stem}-") as folder:
            unfinished = Path(folder) / path.name
            _write(unfinished, content)
            unfinished.replace(path)
    except OSError as error:
        message = f"cannot write {path}: {error.strerror or error}; {UNTOUCHED}"
        raise WriteError(message) from None


def settle(project: Project) -> None:
    """Put back what a killed process left half replaced; nothing is done while another one is at it."""
    if (project.root / FOLDER / JOURNAL).exists():
        with _locked(project) as folder:
            _settle(project, folder)


def _replace(project: Project, folder: Path, files: Mapping[str, bytes]) -> None:
    kept: dict[str, str | None] = {}
    for number, (name, content) in enumerate(files.items()):
        target = project.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(folder / f"{number}.new", content)
        if target.exists():
            shutil.copy2(target, folder / f"{number}.old")
        kept[name] = f"{number}.old" if target.exists() else None
    _write(folder / "journal.new", json.dumps(kept).encode())
    (folder / "journal.new").replace(folder / JOURNAL)
    for number, name in enumerate(files):
        (folder / f"{number}.new").replace(project.root / name)
    (folder / JOURNAL).unlink()
    _clear(folder)


def _settle(project: Project, folder: Path) -> None:
    """Put the old files back, if a journal names any; done twice it does no harm."""
    journal = folder / JOURNAL
    if journal.exists():
        for name, kept in json.loads(journal.read_text(encoding="utf-8")).items():
            if kept is None:
                (project.root / name).unlink(missing_ok=True)
            else:
                shutil.copy2(folder / kept, folder / "back")
                (folder / "back").replace(project.root / name)
        journal.unlink()
    _clear(folder)


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix in {".new", ".old"} or path.name == "back":
            path.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    """Write a file, and wait until the disk has it."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _locked(project: Project) -> Iterator[Path]:
    """Let one process at a time replace files of a project."""
    folder = project.root / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("a+", encoding="utf-8")
    except OSError as error:
        message = f"cannot write {FOLDER}: {error.strerror or error}; {UNTOUCHED}"
        raise WriteError(message) from None
    with file:
        try:
            import fcntl  # noqa: PLC0415 - POSIX only; elsewhere imports are not held apart
        except ImportError:
            pass
        else:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        yield folder
