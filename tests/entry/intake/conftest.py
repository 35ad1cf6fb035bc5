"""What tests of the import share. Every number is invented."""

from __future__ import annotations

import pytest

from helpers.entry.intake.importing import read_import
from helpers.entry.intake.workbook import Expected
from support.small_project import make_project


@pytest.fixture
def project(tmp_path):
    """Return the small project."""
    return make_project(tmp_path / "project")


@pytest.fixture
def take(project, tmp_path):
    """Return a function that saves a workbook and reads it."""

    def read(book, **expected):
        path = tmp_path / "filled.xlsx"
        book.save(path)
        return read_import(project, path, Expected(**expected))

    return read
