"""Where things are. No other module builds a path from scratch."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from helpers.errors import SetupError

PROJECT_VARIABLE = "NIANBAO_PROJECT"


@dataclass(frozen=True, slots=True)
class Project:
    """The folders of one checkout."""

    root: Path

    @property
    def data(self) -> Path:
        """Inputs; nothing below it is computed."""
        return self.root / "data"

    @property
    def reference(self) -> Path:
        """Indicators, breakdowns, units, scopes, entities, standards, chapters."""
        return self.data / "reference"

    @property
    def notebooks(self) -> Path:
        """One notebook per chapter."""
        return self.root / "notebooks"

    @property
    def reports(self) -> Path:
        """Generated; never edited."""
        return self.root / "reports"

    def report(self, year: int, entity: str) -> Path:
        """Return the folder of one year's report on one entity."""
        return self.reports / str(year) / entity

    def relative(self, path: Path) -> str:
        """Name ``path`` as seen from the project's root, with forward slashes on every system."""
        if path.parts[: len(self.root.parts)] == self.root.parts and ".." not in path.parts:
            return path.relative_to(self.root).as_posix()  # without looking at the disk, which links would take
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.name


def find_project(start: Path | None = None) -> Project:
    """Find the project: the nearest folder upwards that has ``data/reference`` and ``notebooks``.

    The environment variable ``NIANBAO_PROJECT`` comes first, then ``start`` (the working directory), then the
    checkout that this package was installed from.

    Raises
    ------
    SetupError
        No such folder is to be found.
    """
    named = os.environ.get(PROJECT_VARIABLE)
    starts = [Path(named)] if named else [start or Path.cwd(), Path(__file__)]
    for origin in starts:
        for folder in (origin, *origin.resolve().parents):
            if (folder / "data" / "reference").is_dir() and (folder / "notebooks").is_dir():
                return Project(folder.resolve())
    message = (
        f"no project found from {starts[0]}: a project has data/reference and notebooks; "
        f"change into it or name it in {PROJECT_VARIABLE}"
    )
    raise SetupError(message)
