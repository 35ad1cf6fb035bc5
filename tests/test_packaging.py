"""The installed package is whole, and `make` calls what exists."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "entry_point", distribution("nianbao").entry_points, ids=lambda point: f"{point.group}-{point.name}"
)
def test_every_entry_point_leads_somewhere(entry_point):
    """Commands, exporters and plug-ins are named in pyproject.toml, out of sight of a refactoring."""
    assert callable(entry_point.load())


@pytest.mark.slow
def test_a_wheel_carries_every_file_of_the_package(project_root, tmp_path):
    """Templates and styles travel with the code."""
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src"],
        cwd=project_root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    files = {str(Path(name).relative_to("src").as_posix()) for name in tracked if (project_root / name).is_file()}

    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path],
        cwd=project_root,
        capture_output=True,
        check=True,
    )
    (wheel,) = tmp_path.glob("nianbao-*.whl")

    assert files - set(zipfile.ZipFile(wheel).namelist()) == set()


def test_make_help_lists_every_command(project_root):
    """A target without a comment stays unknown."""
    phony = re.search(r"^\.PHONY: (.*)$", (project_root / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)

    listing = subprocess.run(["make"], cwd=project_root, capture_output=True, text=True, check=True).stdout
    listed = re.findall(r"^make ([\w-]+)", listing, re.MULTILINE)

    assert listed == phony[1].replace("FORCE", "").split()
