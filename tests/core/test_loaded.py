"""What is kept of loaded data is what would be loaded, and nothing else is taken for it. Numbers are invented."""

from __future__ import annotations

import os
import shutil

import pytest

from helpers import loading
from helpers.audit import service, verdicts
from helpers.audit.service import audit_report, load_corrections
from helpers.errors import DataError
from helpers.loading import load_data, once
from helpers.observations import Observations
from helpers.paths import Project
from support.small_claims import load

WRONG = {"printed": "13.22", "value": "13.22", "unit": "students_per_teacher", "expression": "enrolment / teachers"}


def another_process():
    """Forget, as a process that begins, what was loaded."""
    loading._load.cache_clear()
    service._remembered.cache_clear()


@pytest.fixture
def project(tmp_path):
    """Return a small project with one wrong claim, as a process finds it that begins."""
    load(tmp_path, WRONG)
    another_process()
    yield Project(tmp_path)
    another_process()


def kept(project):
    """Return the files that keep what was loaded."""
    return sorted((project.root / ".cache" / "loaded").glob("*"))


def told(data):
    """Return all that was loaded, in a form that can be compared."""
    catalogue, observations = data
    return {name: value for name, value in vars(catalogue).items() if not name.startswith("_")}, list(observations)


def audited(project):
    """Return what an audit finds, with its evidence."""
    review = audit_report(project, *load_data(project), year=2020, entity="river")
    return [(one.claim.id, one.verdict, one.evidence, one.reads) for one in review.audit]


def test_another_process_has_the_same_data_without_reading_them(project, monkeypatch):
    """Catalogue, rows and the audit; what is computed from them is the same, too."""
    first, findings = told(load_data(project)), audited(project)
    corrections = load_corrections(project, *load_data(project), 2020, "river")
    another_process()
    for name in ("load_catalogue", "load_observations"):
        monkeypatch.setattr(loading, name, None)
    monkeypatch.setattr(verdicts, "audit", None)

    assert told(load_data(project)) == first
    assert audited(project) == findings
    assert findings[0][1].value == "error"
    assert load_corrections(project, *load_data(project), 2020, "river") == corrections


def test_a_changed_file_is_read(project):
    """A row, the catalogue, or a claim."""
    audited(project)
    path = next((project.data / "observations").glob("*.csv"))
    for old, new in (("1100", "1200"), ("1200", "1300")):
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        another_process()

        assert new in {str(row.value) for row in load_data(project)[1]}
        assert new in audited(project)[0][2]


def test_a_mistake_is_told_by_every_process(project):
    """What does not validate is not kept."""
    path = next((project.data / "observations").glob("*.csv"))
    path.write_text(path.read_text(encoding="utf-8").replace("1100", "eleven hundred"), encoding="utf-8")
    for _ in range(2):
        another_process()
        with pytest.raises(DataError, match="eleven hundred"):
            load_data(project)


@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x80\x05N."])
def test_what_is_damaged_is_made_again(project, content):
    """Whatever has become of it on the disk."""
    first = audited(project)
    for path in kept(project):
        path.write_bytes(content)
    another_process()

    assert audited(project) == first


def test_where_nothing_can_be_kept_it_is_read(project):
    """A folder that may not be written costs time, nothing else."""
    shutil.rmtree(project.root / ".cache")
    (project.root / ".cache").write_text("not a folder", encoding="utf-8")

    assert audited(project)


def test_other_code_reads_anew(project, monkeypatch):
    """It may read otherwise."""
    load_data(project)
    before = kept(project)
    another_process()
    monkeypatch.setattr(loading, "_code", lambda: ("other",))
    load_data(project)

    assert set(before) < set(kept(project))


def test_only_the_data_of_the_files_are_taken_for_them(project):
    """Data that were changed in memory are worked on each time."""
    catalogue, observations = load_data(project)
    calls = []
    for data in ((catalogue, observations), (catalogue, Observations(observations._store))):
        for _ in range(2):
            once(project, data, "something", lambda: calls.append(os.urandom(4)) or len(calls))

    assert len(calls) == 3


def test_what_lives_in_its_process_is_not_kept(project):
    """An open database cannot be."""
    data, calls = load_data(project), []
    before = kept(project)

    def make():
        calls.append(1)
        return lambda: None

    assert callable(once(project, data, "open", make))
    assert callable(once(project, data, "open", make))
    assert (len(calls), kept(project)) == (2, before)
