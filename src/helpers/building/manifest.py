"""``manifest.json``: what went into a report and what came out, by digest."""

from __future__ import annotations

import hashlib
import json
import subprocess
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from helpers.building.fingerprint import code, known_digest
from helpers.writing.fonts import font_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from helpers.building.plan import Job
    from helpers.paths import Project

NAME = "manifest.json"
NARRATIVES = "narratives"
DATA_SUFFIXES = {".csv", ".yml", ".md"}
PACKAGES = (
    "ipykernel", "jinja2", "matplotlib", "mistune", "mpl-font", "nbconvert", "nianbao",
    "pandas", "papermill", "pydantic", "seaborn", "typst",
)  # fmt: skip


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def inputs_of(project: Project, jobs: Sequence[Job]) -> dict[str, str]:
    """Return the digest of each file that the jobs can read: data, notebooks, helpers, templates, fonts.

    Of the narratives these are the report's own: a school's manifest need not grow with the number of schools.
    """
    narratives = project.data / NARRATIVES
    own = narratives / str(jobs[0].year) / jobs[0].entity
    files = [path for folder in project.data.iterdir() if folder != narratives for path in _data_files(folder)]
    files += [*_data_files(own), *(job.notebook for job in jobs)]
    digests = {project.relative(path): known_digest(path) for path in files}
    digests |= {f"helpers/{name.removeprefix('code ')}": found for name, found in code().items()}
    digests |= {f"fonts/{path.name}": known_digest(path) for path in font_files()}
    return dict(sorted(digests.items()))


def _data_files(top: Path) -> list[Path]:
    return [path for path in (top, *top.rglob("*")) if path.suffix in DATA_SUFFIXES and path.is_file()]


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Return the versions of what draws and writes."""
    return {name: version(name) for name in PACKAGES}


@lru_cache(maxsize=1)
def revision(project: Project, inputs: str) -> str:  # noqa: ARG001 - asked once for all reports of the same inputs
    """Return the git revision, with ``+changes`` where the work tree differs; empty outside git."""
    try:
        head = _git(project, "rev-parse", "HEAD")
        changed = _git(project, "status", "--porcelain", "--untracked-files=no", "--", ":!reports")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return f"{head}+changes" if changed else head


def get_ready(project: Project, jobs: Sequence[Job], inputs: str) -> None:
    """Find out what takes a while, for whoever has time now and none later; it is remembered."""
    inputs_of(project, jobs)
    versions()
    revision(project, inputs)


def manifest(project: Project, jobs: Sequence[Job], outputs: Path, *, gaps: dict[str, int], inputs: str) -> str:
    """Describe one report: parameters, gaps by chapter, inputs, versions, revision, outputs.

    ``inputs`` is the digest of all inputs' sizes and times.
    """
    produced = {
        path.relative_to(outputs).as_posix(): digest(path)
        for path in sorted(outputs.rglob("*"))
        if path.is_file() and path.name != NAME
    }
    content = {
        "parameters": {"year": jobs[0].year, "entity": jobs[0].entity, "chapters": [job.number for job in jobs]},
        "gaps": gaps,
        "versions": versions(),
        "revision": revision(project, inputs),
        "inputs": inputs_of(project, jobs),
        "outputs": produced,
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _git(project: Project, *words: str) -> str:
    command = ["git", "-C", str(project.root), *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    return done.stdout.strip()
