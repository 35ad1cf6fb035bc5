"""``manifest.json``: what went into a report and what came out, by digest."""

from __future__ import annotations

import hashlib
import json
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.writing.fonts import font_files

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.building.plan import Job
    from helpers.paths import Project

NAME = "manifest.json"
PACKAGE = Path(__file__).parents[1]
PACKAGES = (
    "ipykernel", "jinja2", "matplotlib", "mistune", "mpl-font", "nbconvert", "nianbao",
    "pandas", "papermill", "pydantic", "seaborn", "typst",
)  # fmt: skip


def digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def inputs_of(project: Project, jobs: Iterable[Job]) -> dict[str, str]:
    """Return the digest of each file that the jobs can read: data, notebooks, helpers, templates, fonts."""
    files = [path for path in project.data.rglob("*") if path.suffix in {".csv", ".yml", ".md"}]
    files += [job.notebook for job in jobs]
    digests = {project.relative(path): digest(path) for path in files}
    code = [path for path in PACKAGE.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    digests |= {f"helpers/{path.relative_to(PACKAGE).as_posix()}": digest(path) for path in code}
    digests |= {f"fonts/{path.name}": digest(path) for path in font_files()}
    return dict(sorted(digests.items()))


def revision(project: Project) -> str:
    """Return the git revision, with ``+changes`` where the work tree differs; empty outside git."""
    try:
        head = _git(project, "rev-parse", "HEAD")
        changed = _git(project, "status", "--porcelain", "--untracked-files=no", "--", ":!reports")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return f"{head}+changes" if changed else head


def manifest(project: Project, jobs: list[Job], outputs: Path) -> str:
    """Describe one report: parameters, inputs, versions, revision, outputs."""
    produced = {
        path.relative_to(outputs).as_posix(): digest(path)
        for path in sorted(outputs.rglob("*"))
        if path.is_file() and path.name != NAME
    }
    content = {
        "parameters": {"year": jobs[0].year, "entity": jobs[0].entity, "chapters": [job.number for job in jobs]},
        "versions": {name: version(name) for name in PACKAGES},
        "revision": revision(project),
        "inputs": inputs_of(project, jobs),
        "outputs": produced,
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _git(project: Project, *words: str) -> str:
    command = ["git", "-C", str(project.root), *words]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own words
    return done.stdout.strip()
