"""What is asked for and what is planned, and the memory of plans: unchanged inputs give the same plan.

Nothing heavy is imported here: a build that finds nothing to do needs no more than this.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from helpers.building.place import cache_folder
from helpers.building.state import FORMATS, is_untouched, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from helpers.building.place import Place
    from helpers.paths import Project

VERSION = 1
MOST = 100
"""How many plans are remembered."""
SHOWN = 3
"""How many of the skipped are named for each reason."""


@dataclass(frozen=True)
class Request:
    """What is asked for; ``chapters`` empty means all of them."""

    year: int
    entity: str
    chapters: tuple[str, ...] = ()
    formats: tuple[str, ...] = FORMATS
    jobs: int = 1
    force: bool = False
    why: bool = False


class PlannedReport(NamedTuple):
    """One report to build; no ``chapters`` means all of its book."""

    year: int
    entity: str
    chapters: tuple[str, ...] = ()


class Skipped(NamedTuple):
    """What was asked for and cannot be: a report, or one chapter of it, and why."""

    year: int
    entity: str
    chapter: str
    reason: str


@dataclass(frozen=True)
class Plan:
    """Every report that is to be built, in order, in which formats, and what is left out."""

    reports: tuple[PlannedReport, ...]
    formats: tuple[str, ...] = FORMATS
    skipped: tuple[Skipped, ...] = ()

    def stale(self, place: Place, inputs: str) -> list[PlannedReport]:
        """Return the reports that have to be looked into: some file was touched since they were up to date."""
        return [report for report in self.reports if not is_untouched(place, report, self.formats, inputs)]

    def skipped_lines(self) -> list[str]:
        """Say what is left out, one line for each reason: ``skipped 3: no data for 2019 (brook, stream, pond)``."""
        by_reason: dict[str, list[str]] = {}
        for one in self.skipped:
            by_reason.setdefault(one.reason, []).append(one.entity)
        return [f"skipped {len(names)}: {reason} ({_some(names)})" for reason, names in by_reason.items()]


def _some(names: Sequence[str]) -> str:
    rest = len(names) - SHOWN
    return ", ".join(names[:SHOWN]) + (f" and {rest} more" if rest > 0 else "")


@dataclass(frozen=True)
class Asked:
    """What the command line asks for, before any name in it is looked up: years × entities × chapters, or a file."""

    years: tuple[int, ...] = ()
    entities: tuple[str, ...] = ()
    chapters: tuple[str, ...] = ()
    formats: tuple[str, ...] = FORMATS
    file: Path | None = None

    def plan(self, project: Project, inputs: str) -> Plan:
        """Return the plan; the same words and the same inputs give the plan that they gave last time.

        Raises
        ------
        ParameterError, DataError
            A name is unknown, nothing is left to build, or the matrix file is wrong.
        """
        plan = self._recall(project, inputs)
        if plan is None:
            plan = self._make(project)
            content = {"version": VERSION, "inputs": inputs, **vars(plan)}
            write_json(project, self._path(project), content, most=MOST)
        return plan

    def _make(self, project: Project) -> Plan:
        from helpers.building.matrix import load_matrix, matrix_of  # noqa: PLC0415 - only where nothing is remembered
        from helpers.building.plan import plan_reports  # noqa: PLC0415
        from helpers.loading import load_data  # noqa: PLC0415

        matrix = load_matrix(self.file) if self.file else matrix_of(self)
        return plan_reports(project, *load_data(project), matrix)

    def _recall(self, project: Project, inputs: str) -> Plan | None:
        try:
            stored = json.loads(self._path(project).read_bytes())
            if (stored["version"], stored["inputs"]) != (VERSION, inputs):
                return None
            reports = tuple(PlannedReport(year, entity, tuple(numbers)) for year, entity, numbers in stored["reports"])
            return Plan(reports, tuple(stored["formats"]), tuple(Skipped(*one) for one in stored["skipped"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _path(self, project: Project) -> Path:
        """Name what is remembered by the words themselves; a file's are its content."""
        content = self.file.read_bytes() if self.file and self.file.is_file() else b""
        asked = hashlib.sha256(repr((self.years, self.entities, self.chapters, self.formats, content)).encode())
        return cache_folder(project) / "plans" / f"{asked.hexdigest()[:16]}.json"
