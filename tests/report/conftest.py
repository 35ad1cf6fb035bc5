"""The report of 2020 on Hangzhou, built once from a copy of the data and the notebooks."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from unittest.mock import patch

import pytest

from helpers.building.build import Request, build
from helpers.paths import PROJECT_VARIABLE, Project

EXPECTED = Path(__file__).parent / "expected"


@pytest.fixture(scope="session")
def expected() -> Path:
    """Return the folder of what was typed from the published report, by hand and without looking at ours."""
    return EXPECTED


@pytest.fixture(scope="session")
def fresh_report(project_root, tmp_path_factory) -> Path:
    """Build the pages of 2020 on Hangzhou in a folder of their own; nothing here reads the book."""
    root = tmp_path_factory.mktemp("fresh")
    for name in ("data", "notebooks"):
        shutil.copytree(project_root / name, root / name)
    project = Project(root)
    elsewhere = {name: value for name, value in os.environ.items() if name != PROJECT_VARIABLE}
    with patch.dict(os.environ, elsewhere, clear=True):  # kernels find the copy from where they run
        build(project, Request(2020, "hangzhou", formats=("html",), jobs=2), lambda _: None)
    return project.report(2020, "hangzhou")
