"""A file -> the data of an edition: read, judged, compared, tried out, and only then written."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.catalogue import load_catalogue
from helpers.entry.intake.editions import Outcome, compare
from helpers.entry.intake.grid import read_grid
from helpers.entry.intake.inspection import refuse
from helpers.entry.intake.mapping import read_mapping
from helpers.entry.intake.problems import CellProblem, Findings, ImportRefusedError
from helpers.entry.intake.tables import read_table
from helpers.entry.intake.workbook import Expected, read_workbook, stamp_of
from helpers.entry.layout import PROPERTY
from helpers.errors import DataError
from helpers.observations import load_observations
from helpers.paths import Project
from helpers.transactions import put_in_place

if TYPE_CHECKING:
    from helpers.entry.intake.grid import Grid
    from helpers.entry.intake.submission import Submission


@dataclass(frozen=True)
class Import:
    """A file that was read: the cells as they came, what was noticed, and, if it is clean, what it would change."""

    grid: Grid | None
    problems: tuple[CellProblem, ...]
    notices: tuple[CellProblem, ...] = ()
    submission: Submission | None = None
    outcome: Outcome | None = None


def read_import(project: Project, path: Path, expected: Expected, mapping: Path | None = None) -> Import:
    """Read a file and work out what it changes; nothing is written, and whatever is wrong is in the answer."""
    findings = Findings()
    grid = None
    try:
        catalogue = load_catalogue(project)
        observations = load_observations(project, catalogue)
        grid = read_grid(path, PROPERTY, f"{PROPERTY}.")
        if mapping is not None:
            submission = read_table(grid, read_mapping(mapping, catalogue), catalogue, expected, findings)
        else:
            stamp = stamp_of(grid)
            if stamp is None:
                raise refuse("不是本系统生成的填报工作簿", "普通表格请加 --mapping 说明各列的含义")
            submission = read_workbook(grid, stamp, catalogue, observations, expected, findings)
        if not findings.problems:
            outcome = compare(project, catalogue, submission)
            findings.problems += _try_out(project, outcome)
            if not findings.problems:
                return Import(grid, (), tuple(findings.notices), submission, outcome)
    except ImportRefusedError as error:
        findings.problems += error.problems
    return Import(grid, tuple(findings.problems), tuple(findings.notices))


def write_import(project: Project, outcome: Outcome) -> None:
    """Put the files of an import in place, all or none.

    Raises
    ------
    WriteError
        They cannot be written; everything is as it was.
    """
    if outcome.files:
        put_in_place(project, outcome.files)


def _try_out(project: Project, outcome: Outcome) -> list[CellProblem]:
    """Load the data as they would be: what would not load is not written."""
    with tempfile.TemporaryDirectory(prefix="nianbao-import-") as folder:
        trial = Project(Path(folder))
        shutil.copytree(project.data, trial.data, copy_function=_link)
        for name, content in outcome.files.items():
            target = trial.root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink(missing_ok=True)  # a link to the original
            target.write_bytes(content)
        try:
            load_observations(trial, load_catalogue(trial))
        except DataError as error:
            return [CellProblem(problem.where, "", "", problem.what, problem.remedy) for problem in error.problems]
    return []


def _link(source: str, destination: str) -> str:
    """Copy a file by linking it where the file system can."""
    try:
        os.link(source, destination)
    except OSError:
        shutil.copy2(source, destination)
    return destination
