"""The real catalogue and data, and workbooks made from them, once for all tests of the entry workbook."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from helpers.entry.questions import ask
from helpers.entry.workbook import to_bytes
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.paths import Project


@pytest.fixture(scope="session")
def data(project_root):
    """Return the real catalogue and observations."""
    return load_data(Project(project_root))


@pytest.fixture(scope="session")
def facts(data):
    """Return the real facts."""
    return Facts(*data)


@pytest.fixture(scope="session")
def workbooks(data):
    """Return a function that makes an entity's workbook of 2021, each once."""
    made = {}

    def make(entity, model=""):
        if (entity, model) not in made:
            made[entity, model] = to_bytes(ask(*data, entity, 2021, model))
        return made[entity, model]

    return make


@pytest.fixture
def open_workbook(workbooks):
    """Return a function that opens a fresh copy of an entity's workbook."""
    return lambda entity, model="": load_workbook(BytesIO(workbooks(entity, model)))
