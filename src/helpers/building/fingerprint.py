"""Is a chapter up to date, and if not, why: named digests of everything that it was made from.

A fingerprint is a mapping from names a person understands (``cell scale-prose``, ``observation hangzhou 2020 enrolment
all``, ``code writing/wording.py``, ``package pandas``) to digests. Two fingerprints differ exactly where something that
matters to the chapter changed.
"""

from __future__ import annotations

import hashlib
import json
import platform
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from helpers.audit.exceptions import NAME as KNOWN
from helpers.composition import compose, numbering
from helpers.loading import load_data
from helpers.reads import Reads, digest_reads, file_digest, name_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from helpers.building.plan import Job
    from helpers.model import Correction
    from helpers.observations import Observations
    from helpers.paths import Project

PACKAGE = Path(__file__).parents[1]
NOT_IN_NOTEBOOKS = {"building", "checking", "entry", "cli"}
"""Parts of this package that no notebook runs; a change in them renders anew, but executes nothing."""
PACKAGES = (
    "ipykernel", "jinja2", "matplotlib", "mistune", "mpl-font", "nbconvert", "numpy", "pandas", "papermill",
    "pydantic", "seaborn", "typst",
)  # fmt: skip
NEVER = "never up to date"

Fingerprint = dict[str, str]
Corrections: TypeAlias = "Mapping[str, tuple[Correction, ...]]"


def chapter_fingerprint(
    project: Project,
    job: Job,
    reads: Reads,
    observations: Observations,
    corrections: Corrections | None = None,
    *,
    shared: Fingerprint,
) -> Fingerprint:
    """Return what an executed chapter depends on, ``reads`` being what it looked up when it last ran.

    ``corrections`` are the numbers that the published report printed otherwise; a chapter depends on those whose rows
    it read; ``shared`` is the :func:`shared_fingerprint` of the report.
    """
    found = {f"parameter {name}": str(value) for name, value in job.parameters.items()}
    found |= notebook_cells(compose(job.notebook, job.slug, job.sections)["cells"])
    found |= digest_reads(reads, observations, project)
    found |= _corrections_read(reads, corrections or {})
    return found | shared | {f"notebook {what}": NEVER for what in reads.programs}


def shared_fingerprint(project: Project, year: int, entity: str) -> Fingerprint:
    """Return what every chapter of a report depends on."""
    found = _renumbered(project, year, entity) | reference_files(project)
    found |= {name: digest for name, digest in code().items() if not _is_rendering(name)}
    return found | environment()


def rendering_fingerprint(notebook: str) -> Fingerprint:
    """Return what a chapter's page and PDF depend on: the executed notebook, our code, the libraries."""
    return {"executed notebook": text_digest(notebook), **code(), **environment()}


def text_digest(text: str) -> str:
    """Return the SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def never_holds(fingerprint: Mapping[str, str]) -> bool:
    """Whether a chapter may have changed although none of its inputs did."""
    return NEVER in fingerprint.values()


def differences(old: Mapping[str, str] | None, new: Mapping[str, str]) -> list[str]:
    """Say what changed between two fingerprints, in words; nothing where they agree."""
    if old is None:
        return ["it was not built before"]
    told = [f"{name} changed" for name in new if name in old and (old[name] != new[name] or new[name] == NEVER)]
    told += [f"{name} is new" for name in new if name not in old]
    told += [f"{name} is gone" for name in old if name not in new]
    return sorted(told)


def notebook_cells(cells: Sequence[Mapping[str, Any]]) -> Fingerprint:
    """Digest each cell's kind, source and tags; ids and layout do not matter to the result, but name the cell."""
    found = {}
    for position, cell in enumerate(cells, 1):
        content = json.dumps([cell["cell_type"], "".join(cell["source"]), cell["metadata"].get("tags", [])])
        name = cell.get("id", f"no. {position}")
        found[f"cell {name}"] = hashlib.sha256(f"{position} {content}".encode()).hexdigest()[:16]
    return found


def _renumbered(project: Project, year: int, entity: str) -> Fingerprint:
    """Digest the numbers that tables and figures have other than in their notebooks; any text may mention them."""
    catalogue, _ = load_data(project)
    numbers = numbering(project, catalogue.outline(catalogue.entities[entity], year))
    changed = sorted((label, number) for label, number in numbers.items() if label != number)
    return {"numbers of tables and figures": hashlib.sha256(repr(changed).encode()).hexdigest()[:16]}


def _corrections_read(reads: Reads, corrections: Corrections) -> Fingerprint:
    found = {}
    for one in (one for several in corrections.values() for one in several):
        if {name_key(key) for key in one.rows} <= reads.observations:
            told = f"{one.place} {one.printed} {one.verdict} {one.evidence}"
            found[f"claim {one.claim}"] = hashlib.sha256(told.encode()).hexdigest()[:16]
    return found


def reference_files(project: Project) -> Fingerprint:
    """Digest the catalogue: any chapter may depend on any of its records, but on none of the audit's known findings."""
    folders = (project.reference, project.data / "sources")
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in {".yml", ".csv"})
    return {f"reference {project.relative(path)}": known_digest(path) for path in paths if path.name != KNOWN}


def known_digest(path: Path) -> str:
    """Return the SHA-256 of a file that is there, computed once for each size and time of it."""
    found = path.stat()
    return _known_digest(path, found.st_size, found.st_mtime_ns)


@lru_cache(maxsize=4096)
def _known_digest(path: Path, *_: int) -> str:
    return file_digest(path)


@lru_cache(maxsize=1)
def code() -> Fingerprint:
    """Digest this package: modules and templates."""
    files = (path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {f"code {path.relative_to(PACKAGE).as_posix()}": file_digest(path) for path in sorted(files)}


@lru_cache(maxsize=1)
def environment() -> Fingerprint:
    """Name the interpreter and the versions of what draws and writes; the fonts come with a package of their own."""
    found = {f"package {name}": version(name) for name in PACKAGES}
    return {"Python": platform.python_version(), **found}


def _is_rendering(name: str) -> bool:
    return name.removeprefix("code ").split("/")[0] in NOT_IN_NOTEBOOKS
