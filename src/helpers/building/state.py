"""What the last build left behind, so that the next one does only what changed.

The state is a cache in ``.cache/build``, one file for each report: lost, unreadable or of another report than the one
that stands (a build was killed between the two), it costs a full build and nothing else. What all reports depend on
(code, libraries, the catalogue) is kept once, in ``shared/``, under the name of its digest.
"""

from __future__ import annotations

import hashlib
import json
import sys
import sysconfig
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.building.place import cache_folder, digest_stamps, stamp, stamped
from helpers.errors import BuildError
from helpers.kept import clear_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from helpers.building.place import Place
    from helpers.building.planned import PlannedReport
    from helpers.paths import Project

VERSION = 4
FORMATS = ("html", "pdf")
SHARED = ("code ", "package ", "reference ", "Python")
"""How the names of those parts of a fingerprint begin that are the same for all reports."""
CODE = "code/"
FINGERPRINTS = ("executed", "rendered")
REST = "shared"
MOST = 60
"""How many shared parts are kept; a report that refers to an older one is stale by what has changed since."""


@dataclass
class ChapterState:
    """How one chapter was last made; ``inputs`` is the digest of all inputs when it was last found up to date."""

    reads: dict[str, list[str]] = field(default_factory=dict)
    executed: dict[str, str] = field(default_factory=dict)
    rendered: dict[str, str] = field(default_factory=dict)
    formats: list[str] = field(default_factory=list)
    gaps: int = 0
    inputs: str = ""


@dataclass
class State:
    """How one report was last made.

    ``book`` has the stems of all its chapters, ``inputs`` the digest of all inputs and ``outputs`` that of its own
    files' sizes and times when it was last found up to date, ``others`` those of files read outside the project's own
    folders.
    """

    chapters: dict[str, ChapterState] = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)
    book: list[str] = field(default_factory=list)
    inputs: str = ""
    outputs: str = ""
    others: dict[str, list[int]] = field(default_factory=dict)
    manifest: str = ""


def load_state(place: Place, year: int, entity: str) -> State:
    """Read the state of the report that stands; an absent or damaged one, or another report's, is empty."""
    try:
        stored = _stored(place, year, entity)
        if stored["manifest"] != _standing(place, year, entity):
            return State()
        chapters = {stem: _chapter(place.project, chapter) for stem, chapter in stored["chapters"].items()}
        return State(**stored | {"chapters": chapters, "whole": _joined(place.project, stored["whole"])})
    except (OSError, ValueError, KeyError, TypeError):
        return State()


def save_state(place: Place, year: int, entity: str, state: State) -> None:
    """Write the state in one step, once the report stands.

    Raises
    ------
    BuildError
        It cannot be written; the report stands, and the next build makes it anew.
    """
    project = place.project
    chapters = {
        stem: vars(chapter) | {name: _parted(project, getattr(chapter, name)) for name in FINGERPRINTS}
        for stem, chapter in state.chapters.items()
    }
    seen = {
        "version": VERSION,
        "manifest": _standing(place, year, entity),
        "outputs": place.outputs(year, entity) if state.inputs else "",
    }
    content = vars(state) | seen | {"chapters": chapters, "whole": _parted(project, state.whole)}
    write_json(project, _path(place, year, entity), content)


def is_untouched(place: Place, report: PlannedReport, formats: Iterable[str], inputs: str) -> bool:
    """Whether no file was touched since the report, or what is wanted of it, was up to date in all ``formats``.

    It costs a look at the report's files, and imports nothing; ``inputs`` is what :func:`inputs_digest` gives.
    """
    try:
        state = State(**_stored(place, report.year, report.entity))
    except (OSError, ValueError, KeyError, TypeError):
        return False
    if not inputs or state.inputs != inputs:
        return False
    stems = [stem for stem in state.book if not report.chapters or stem.partition("-")[0] in report.chapters]
    known: list[Any] = [state.chapters.get(stem) for stem in stems]
    wanted = set(formats)
    if not stems or not all(one and one["inputs"] == inputs and wanted <= set(one["formats"]) for one in known):
        return False
    if not report.chapters and not wanted <= set(state.whole.get("formats", "").split(",")):
        return False
    outputs = place.outputs(report.year, report.entity)
    return state.outputs == outputs and state.others == stamps_of(state.others)


def is_listed(place: Place, year: int) -> bool:
    """Whether the index over the reports of a year was made after the last of them."""
    return place.has_index(year) and not pending_index(place, year).exists()


def pending_index(place: Place, year: int) -> Path:
    """Return the file that stands as long as builds change the reports of a year and have not renewed its index."""
    return place.cache / str(year) / "index.pending"


def inputs_digest(project: Project) -> str:
    """Return what changes when any file that a report can depend on was touched, or a package installed."""
    installed = stamp(sysconfig.get_path("purelib"))
    return digest_stamps({**input_stamps(project), sys.version: [0, 0], "packages": installed}.items())


def code_digest(project: Project) -> str:
    """Return what changes when a file of the helpers was touched."""
    return digest_stamps(item for item in input_stamps(project).items() if item[0].startswith(CODE))


def input_stamps(project: Project) -> dict[str, list[int]]:
    """Return size and time of every file that a report can depend on."""
    package = Path(__file__).parents[1]
    folders = {"data": project.data, "notebooks": project.notebooks, "code": package}
    return {name: stamp for kind, folder in folders.items() for name, stamp in stamped(kind, folder)}


def stamps_of(names: Iterable[str]) -> dict[str, list[int]]:
    """Return size and time of single files; a file that is not there has none."""
    return {name: stamp(name) for name in names}


def write_json(project: Project, path: Path, content: Mapping[str, Any], *, most: int = 0) -> None:
    """Write a file of the cache in one step; of ``most`` in its folder, if that is given, the older half goes first.

    Raises
    ------
    BuildError
        It cannot be written.
    """
    fresh = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if most:
            clear_out(path.parent, most)
        fresh.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        name = project.relative(path)
        message = f"cannot write {name}: {error.strerror or error}; the report is built, and the next build starts anew"
        raise BuildError(message) from None


def _stored(place: Place, year: int, entity: str) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(_path(place, year, entity).read_bytes())
    if stored.pop("version") != VERSION:
        raise ValueError("a state of another version")
    return stored


def _parted(project: Project, fingerprint: dict[str, str]) -> dict[str, str]:
    """Put the shared part of a fingerprint away, once for all reports, and leave its digest in its place."""
    shared = {name: digest for name, digest in fingerprint.items() if name.startswith(SHARED)}
    text = json.dumps(shared, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    path = _shared_path(project, digest)
    if not path.is_file():
        write_json(project, path, shared, most=MOST)
    return {name: value for name, value in fingerprint.items() if name not in shared} | {REST: digest}


def _joined(project: Project, parted: dict[str, str]) -> dict[str, str]:
    own = dict(parted)
    return _shared(_shared_path(project, own.pop(REST))) | own


def _chapter(project: Project, stored: dict[str, Any]) -> ChapterState:
    return ChapterState(**stored | {name: _joined(project, stored[name]) for name in FINGERPRINTS})


@lru_cache(maxsize=16)
def _shared(path: Path) -> dict[str, str]:
    shared: dict[str, str] = json.loads(path.read_bytes())
    return shared


def _shared_path(project: Project, digest: str) -> Path:
    return cache_folder(project) / "shared" / f"{digest}.json"


def _standing(place: Place, year: int, entity: str) -> str:
    """Return the digest of a standing report's manifest, which has the digest of every other file; empty: none."""
    manifest = place.manifest(year, entity)
    return hashlib.sha256(manifest).hexdigest() if manifest else ""


def _path(place: Place, year: int, entity: str) -> Path:
    return place.cache / str(year) / f"{entity}.json"
