"""pyproject.toml, environment.yml and the lock files say the same."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from pathlib import Path

# The same project under conda-forge's name.
CONDA_NAMES = {"brotli-python": "brotli", "matplotlib-base": "matplotlib", "python-duckdb": "duckdb"}
# In the environment, but nobody's dependency.
CONDA_ONLY = {"python", "make", "pip"}
LOCKS = ("requirements.lock", "requirements-dev.lock")


@pytest.fixture(scope="module")
def pyproject(project_root: Path) -> dict:
    """Return pyproject.toml."""
    return tomllib.loads((project_root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def environment(project_root: Path) -> dict:
    """Return environment.yml."""
    return yaml.safe_load((project_root / "environment.yml").read_text(encoding="utf-8"))


def ranges(requirements: list[str]) -> dict[str, SpecifierSet]:
    """Map each required name to its range."""
    return {canonicalize_name(r.name): r.specifier for r in map(Requirement, requirements)}


def conda_dependencies(environment: dict) -> list[str]:
    """Return what environment.yml takes from its channels."""
    return [entry for entry in environment["dependencies"] if isinstance(entry, str)]


def pip_dependencies(environment: dict) -> list[str]:
    """Return what environment.yml leaves to pip."""
    (entry,) = (entry for entry in environment["dependencies"] if isinstance(entry, dict))
    return entry["pip"]


def locked_versions(lock: Path) -> dict[str, set[str]]:
    """Map each locked name to its versions: more than one where Python versions differ."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE):
        versions.setdefault(canonicalize_name(name), set()).add(version)
    return versions


def group(pyproject: dict, name: str) -> list[str]:
    """Return a dependency group with the groups that it includes."""
    requirements = []
    for entry in pyproject["dependency-groups"][name]:
        requirements += [entry] if isinstance(entry, str) else group(pyproject, entry["include-group"])
    return requirements


def test_environment_yml_has_the_names_and_ranges_of_pyproject(pyproject, environment):
    """An analyst with conda and one with pip get the same libraries."""
    conda = [entry for entry in conda_dependencies(environment) if re.split(r"[=<>]", entry)[0] not in CONDA_ONLY]
    pip = [entry for entry in pip_dependencies(environment) if not entry.startswith("-e")]
    in_environment = {CONDA_NAMES.get(name, name): wanted for name, wanted in ranges(conda + pip).items()}

    assert in_environment == ranges(pyproject["project"]["dependencies"])


def test_environment_yml_pins_a_python_that_pyproject_allows(pyproject, environment):
    """The pinned minor version lies in requires-python."""
    (python,) = (entry for entry in conda_dependencies(environment) if entry.startswith("python="))
    version = python.removeprefix("python=")

    assert version in SpecifierSet(pyproject["project"]["requires-python"])


def test_environment_yml_installs_the_project_itself_last(environment):
    """The editable install stands at the end, so that notebooks import helpers without a path."""
    assert pip_dependencies(environment)[-1] == "-e ."


def test_environment_yml_takes_from_conda_forge_alone(environment):
    """Channels are not mixed."""
    assert environment["channels"] == ["conda-forge", "nodefaults"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_hashes_every_package(project_root, lock):
    """A lock installs from whichever registry a machine is set up for, and only what was locked."""
    text = (project_root / lock).read_text(encoding="utf-8")
    requirements = re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]

    assert "://" not in text
    assert not re.search(r"^\s*--?(index|extra|find|trusted|i|f)", text, re.MULTILINE)
    assert all("--hash=sha256:" in requirement for requirement in requirements)


@pytest.mark.parametrize(("lock", "groups"), [(LOCKS[0], ["build"]), (LOCKS[1], ["dev"])])
def test_a_lock_holds_every_dependency_within_its_range(project_root, pyproject, lock, groups):
    """Who changes a range in pyproject.toml has to write the locks anew."""
    locked = locked_versions(project_root / lock)
    wanted = ranges(pyproject["project"]["dependencies"])
    for name in groups:
        wanted |= ranges(group(pyproject, name))
    if "dev" in groups:  # tests try the extras, too
        wanted |= ranges(pyproject["project"]["optional-dependencies"]["cluster"])

    unmet = [name for name, allowed in wanted.items() if not all(map(allowed.contains, locked.get(name, {"0"})))]

    assert unmet == []


def test_both_locks_agree(project_root):
    """Tests run on the versions that reports are built with."""
    runtime, development = (locked_versions(project_root / lock) for lock in LOCKS)

    assert {name: development.get(name) for name in runtime} == runtime
