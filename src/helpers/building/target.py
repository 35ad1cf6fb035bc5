"""Reports in another place than the project: any folder or object store that fsspec knows.

A report is made in a folder of its own on the machine that makes it, then delivered: on a file system as a whole, in
one step; on an object store file by file, its manifest last, which has the digest of every other one. Delivering twice
does no harm, because the same inputs give the same bytes.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.building.place import INDEX, MANIFEST, Place
from helpers.building.scratch import Scratch
from helpers.building.staging import exchange
from helpers.building.state import State
from helpers.building.task import Outcome, Task, make_report, one_line
from helpers.errors import ParameterError, SetupError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.paths import Project

INSTALL = "install it with: pip install 'nianbao[cluster]'"


class Target(Place):
    """The reports below a path or URL: ``/mnt/reports``, ``s3://bucket/reports``."""

    def __init__(self, project: Project, url: str) -> None:
        super().__init__(project)
        self.url = url if "://" in url else str(Path(url).resolve())  # a worker may have another working directory
        self.files, self.root = open_target(self.url)
        self.cache /= f"targets/{hashlib.sha256(self.files.unstrip_protocol(self.root).encode()).hexdigest()[:16]}"

    def name(self, *parts: str) -> str:
        """Name something that stands here, for a message."""
        return "/".join((self.url.rstrip("/"), *parts))

    def read(self, name: str) -> bytes:
        """Return the content of a file; nothing where there is none."""
        try:
            content: bytes = self.files.cat_file(f"{self.root}/{name}")
        except OSError:
            return b""
        return content

    def outputs(self, year: int, entity: str) -> str:
        """Return what changes when any file of a report is touched."""
        return _listing_digest(self.files, f"{self.root}/{year}/{entity}")

    def entities(self, year: int) -> dict[str, set[str]]:
        """Return the entities that have a report, with the names of the files in its top folder."""
        found: dict[str, set[str]] = {}
        for path in self.files.glob(f"{self.root}/{year}/*/*"):
            entity, name = path.rsplit("/", 2)[1:]
            found.setdefault(entity, set()).add(name)
        return {entity: names for entity, names in found.items() if MANIFEST in names and not entity.startswith(".")}

    def manifests(self, year: int, entities: Iterable[str]) -> dict[str, bytes]:
        """Return the manifests of many reports, read at once where the store can."""
        paths = {f"{self.root}/{year}/{entity}/{MANIFEST}": entity for entity in entities}
        read = self.files.cat(list(paths), on_error="omit") if paths else {}
        return {paths[path]: content for path, content in read.items() if path in paths}

    def has_index(self, year: int) -> bool:
        """Whether there is an index over the reports of a year."""
        return bool(self.files.isfile(f"{self.root}/{year}/{INDEX}"))

    def write_index(self, year: int, page: str) -> None:
        """Write the index over the reports of a year in one step."""
        with self.files.transaction, self.files.open(f"{self.root}/{year}/{INDEX}", "wb") as file:
            file.write(page.encode())

    def tidy(self, year: int) -> None:
        """Leave everything: an index is written in one step."""

    def fetch(self, year: int, entity: str, folder: Path) -> None:
        """Copy the report that stands to a folder of this machine; there may be none."""
        standing = f"{self.root}/{year}/{entity}"
        if self.files.isdir(standing):
            for path in self.files.find(standing):
                copy = folder / path.removeprefix(standing).lstrip("/")
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(self.files.cat_file(path))

    def deliver(self, year: int, entity: str, folder: Path) -> None:
        """Let the report in a folder of this machine stand here, instead of the one that does."""
        place = f"{self.root}/{year}/{entity}"
        if "file" in _protocols(self.files):
            _deliver_whole(folder, Path(place))
            return
        names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
        for name in sorted(names, key=lambda name: (name == MANIFEST, name)):
            self.files.pipe_file(f"{place}/{name}", (folder / name).read_bytes())
        kept = {f"{place}/{name}" for name in names}
        for path in self.files.find(place):
            if path not in kept:
                self.files.rm_file(path)


def deliver_report(task: Task, url: str) -> Outcome:
    """Make one report in a folder of its own and deliver it; what stood at the target before, if it still holds, helps.

    Whatever goes wrong is this report's own failure.
    """
    try:
        scratch = Scratch()
        try:
            return _deliver(task, Target(task.project, url), scratch.folder / "reports")
        finally:
            scratch.remove()
    except Exception as error:  # noqa: BLE001 - it must not stop the other reports
        return Outcome(task.request, error=one_line(error))


def _deliver(task: Task, target: Target, reports: Path) -> Outcome:
    year, entity = task.request.year, task.request.entity
    folder = reports / str(year) / entity
    target.fetch(year, entity, folder)
    known = task if _is_of(task.state, folder) else replace(task, state=State())
    outcome = make_report(known, folder=folder)
    if outcome.report is not None and not outcome.report.is_up_to_date:
        target.deliver(year, entity, folder)
    return outcome


def open_target(url: str) -> tuple[Any, str]:
    """Return the file system that a path or URL is on, and the path there.

    Raises
    ------
    SetupError
        fsspec, or what it needs for this kind of URL, is not installed.
    ParameterError
        No file system goes by that name.
    """
    try:
        fsspec: Any = import_module("fsspec")
    except ImportError:
        raise SetupError(f"--target and --cluster need fsspec; {INSTALL}") from None
    try:
        files, root = fsspec.url_to_fs(url)
    except ImportError as error:
        raise SetupError(f"--target {url}: {error}") from None
    except ValueError as error:
        raise ParameterError(f"--target {url}: {error}") from None
    return files, root.rstrip("/")


def _deliver_whole(folder: Path, place: Path) -> None:
    """Copy a report beside its place, under a name of its own, and let it take the place in one step."""
    fresh = place.with_name(f".{place.name}.{uuid.uuid4().hex}")
    shutil.copytree(folder, fresh)
    try:
        if place.is_dir() and exchange(fresh, place):
            return
        while True:
            try:
                fresh.rename(place)
            except OSError:  # another worker was first, or names cannot be exchanged here
                if not place.is_dir():
                    raise
                shutil.rmtree(place)
            else:
                return
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _is_of(state: State, folder: Path) -> bool:
    """Whether what is remembered is of the report in a folder."""
    manifest = folder / MANIFEST
    return manifest.is_file() and hashlib.sha256(manifest.read_bytes()).hexdigest() == state.manifest


def _listing_digest(files: Any, place: str) -> str:  # noqa: ANN401 - fsspec carries no types
    try:
        found = files.find(place, detail=True)
    except OSError:
        return ""
    return hashlib.sha256(
        repr(sorted((name, sorted(_seen(about))) for name, about in found.items())).encode()
    ).hexdigest()


def _seen(about: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what tells of a change: everything that a store says of a file but for who has looked at it."""
    return sorted((name, str(value)) for name, value in about.items() if name not in {"atime", "nlink"})


def _protocols(files: Any) -> tuple[str, ...]:  # noqa: ANN401 - fsspec carries no types
    named = files.protocol
    return (named,) if isinstance(named, str) else tuple(named)
