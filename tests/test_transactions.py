"""Several files as one: all of them or none, whenever the process is killed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from helpers import transactions
from helpers.paths import Project
from helpers.transactions import WriteError, put_in_place, settle, write_whole

OLD = {"data/a.csv": b"old a", "data/b.csv": b"old b"}
NEW = {"data/a.csv": b"new a", "data/b.csv": b"new b", "data/new/c.csv": b"new c"}


@pytest.fixture
def project(tmp_path):
    """Return a project with two files."""
    for name, content in OLD.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    return Project(tmp_path)


def held(project):
    """Return the data files by name."""
    return {project.relative(path): path.read_bytes() for path in project.data.rglob("*") if path.is_file()}


def test_all_files_are_replaced_and_nothing_is_left_over(project):
    """Only the lock stays in the cache."""
    put_in_place(project, NEW)

    assert held(project) == NEW
    assert [path.name for path in (project.root / transactions.FOLDER).iterdir()] == ["lock"]


@pytest.mark.parametrize("step", range(1, 6))
def test_a_process_killed_at_any_replacement_leaves_the_old_state(project, monkeypatch, step):
    """Steps 1 to 4 are the journal and the three files; before a fifth everything stands."""
    child = os.fork()
    if child == 0:
        count, replace = 0, Path.replace

        def killing(path, target):
            nonlocal count
            count += 1
            if count == step:
                os._exit(9)
            return replace(path, target)

        monkeypatch.setattr(Path, "replace", killing)
        put_in_place(project, NEW)
        os._exit(0)
    _, status = os.waitpid(child, 0)

    settle(project)

    assert (os.waitstatus_to_exitcode(status), held(project)) == ((0, NEW) if step == 5 else (9, OLD))
    put_in_place(project, NEW)
    assert held(project) == NEW


def test_a_write_that_fails_leaves_everything_as_it_was(project, monkeypatch):
    """A full disk, say, at the second file."""
    replace = Path.replace

    def failing(path, target):
        if str(target).endswith("b.csv") and path.suffix == ".new":
            raise OSError(28, "No space left on device")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", failing)

    with pytest.raises(WriteError, match="No space left"):
        put_in_place(project, NEW)
    assert held(project) == OLD


def test_a_single_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    """A failure names the file that was asked for, keeps the old one and leaves nothing beside it."""
    path = tmp_path / "one.xlsx"
    write_whole(path, b"old")

    def failing(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", failing)
        with pytest.raises(WriteError, match=r"cannot write .*one\.xlsx: No space left on device; no file was changed"):
            write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(WriteError, match=r"nowhere/one\.xlsx: No such file"):
        write_whole(tmp_path / "nowhere/one.xlsx", b"new")
