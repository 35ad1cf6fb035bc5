"""Rebuild a report elsewhere and prove it equal, or list what differs, number by number."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.building.build import Request, build
from helpers.building.staging import FACTS, MANIFEST
from helpers.errors import BuildError, ParameterError
from helpers.paths import Project

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.building.execute import Failure

INPUTS = ("data", "notebooks")
NOT_COPIED = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__", ".cache")


@dataclass(frozen=True)
class Comparison:
    """What a rebuilt report has in common with the one that stands."""

    equal: int
    different: tuple[str, ...]
    missing: tuple[str, ...]
    surplus: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether every file is the same, byte for byte."""
        return not (self.different or self.missing or self.surplus)


def verify(project: Project, year: int, entity: str, *, jobs: int, tell: Callable[[str], None]) -> Comparison:
    """Rebuild a report in a folder of its own and compare every file.

    Raises
    ------
    ParameterError
        There is no report to compare with.
    BuildError
        A chapter cannot be built any more.
    """
    standing = project.report(year, entity)
    if not (standing / MANIFEST).is_file():
        message = f"no report in {project.relative(standing)} to verify; run nianbao build first"
        raise ParameterError(message)
    with tempfile.TemporaryDirectory(prefix="nianbao-verify-") as folder:
        elsewhere = Project(Path(folder))
        for name in INPUTS:
            shutil.copytree(project.root / name, elsewhere.root / name, ignore=NOT_COPIED)
        report = build(elsewhere, Request(year, entity, jobs=jobs), tell)
        if report.failures:
            raise BuildError(_told(report.failures))
        return compare(standing, elsewhere.report(year, entity))


def compare(standing: Path, rebuilt: Path) -> Comparison:
    """Compare two reports file by file; of ``facts.csv`` list the numbers that differ."""
    old, new = _contents(standing), _contents(rebuilt)
    shared = old.keys() & new.keys()
    different = sorted(name for name in shared if old[name] != new[name])
    return Comparison(
        equal=len(shared) - len(different),
        different=tuple(different),
        missing=tuple(sorted(old.keys() - new.keys())),
        surplus=tuple(sorted(new.keys() - old.keys())),
        numbers=tuple(_moved(old.get(FACTS, b""), new.get(FACTS, b""))),
    )


def _contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}
    if MANIFEST in contents:
        manifest = json.loads(contents[MANIFEST])
        manifest.pop("revision", None)  # the copy is no git checkout; the digests of the inputs say the same
        contents[MANIFEST] = json.dumps(manifest, sort_keys=True).encode()
    return contents


def _moved(old: bytes, new: bytes) -> list[str]:
    """List printed numbers that came, went or changed."""
    before, after = _printed(old), _printed(new)
    moved = [f"{place}: {' / '.join(before[place])} -> {' / '.join(after.get(place, ['gone']))}"
             for place in before if before[place] != after.get(place)]  # fmt: skip
    return moved + [f"{place}: new, {' / '.join(after[place])}" for place in after if place not in before]


def _printed(facts: bytes) -> dict[str, list[str]]:
    """Return what is printed for each fact at each place."""
    printed: dict[str, list[str]] = {}
    for row in csv.DictReader(io.StringIO(facts.decode())):
        fact = " ".join(filter(None, (row["indicator"], row["entity"], row["year"], row["scope"], row["breakdown"])))
        printed.setdefault(f"chapter {row['chapter']}, {row['place']}, {fact}", []).append(row["printed"])
    return printed


def _told(failures: list[Failure]) -> str:
    return "the report cannot be rebuilt\n\n" + "\n\n".join(str(failure) for failure in failures)
