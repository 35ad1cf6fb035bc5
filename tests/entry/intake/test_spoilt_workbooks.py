"""Filled workbooks, spoilt in seeded ways: never taken wrongly, never a traceback, never half written."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from random import Random

import pytest

from helpers.entry.intake.importing import read_import, write_import
from helpers.entry.intake.workbook import Expected
from support.filled_workbook import TOPIC, make_workbook, questions
from support.mutations import MUTATIONS
from support.small_project import make_project


def tree(project):
    """Return every data file with its content."""
    return {path: path.read_bytes() for path in project.data.rglob("*") if path.is_file()}


def expected_values(verdict):
    """Return value and qualifier of every question, as they must be."""
    held = {question.key(): (Decimal(str(question.value)), "") for question in questions()}
    keys = [question.key() for question in questions()]
    for position, value in (verdict.values or {}).items():
        held[keys[position]] = value
    for position in verdict.missing:
        held[keys[position]] = (None, "")
    return held


def judge(project, path, verdict):
    """Import a file and say whether it went as it must; an unexpected exception fails the test by itself."""
    before = tree(project)
    result = read_import(project, path, Expected())
    assert tree(project) == before, "a file was written while reading"
    if verdict.refused:
        assert result.outcome is None, f"taken, but {verdict.cell or 'it'} had to be refused"
        named = {problem.cell for problem in result.problems if problem.sheet == TOPIC}
        assert not verdict.cell or verdict.cell in named, [str(problem) for problem in result.problems]
        return "refused"
    assert result.problems == ()
    found = {row.key: (row.value, str(row.qualifier)) for row in result.submission.observations}
    assert found == expected_values(verdict)
    return "taken"


def play(tmp_path, count, seed):
    """Spoil ``count`` workbooks, the kinds of damage in turn, and return the tally."""
    project, random, tally = make_project(tmp_path / "project"), Random(seed), Counter()  # noqa: S311 - damage, no secrets
    for number in range(count):
        name = list(MUTATIONS)[number % len(MUTATIONS)]
        book = make_workbook()
        verdict = MUTATIONS[name](book, random)
        path = tmp_path / "spoilt.xlsx"
        book.save(path)
        try:
            tally[judge(project, path, verdict)] += 1
        except AssertionError as error:
            message = f"{name}, number {number} of seed {seed}: {error}"
            raise AssertionError(message) from error
    return tally


def test_a_hundred_spoilt_workbooks(tmp_path):
    """Each kind of damage twice and more."""
    assert play(tmp_path, 100, seed=2021).total() == 100


@pytest.mark.slow
def test_a_thousand_spoilt_workbooks(tmp_path, capsys):
    """None wrong, none with a traceback, none half written; the tally is printed."""
    tally = play(tmp_path, 1000, seed=5)

    with capsys.disabled():
        print(  # noqa: T201 - the tally is what is asked for
            f"\n1000 spoilt workbooks: {tally['taken']} taken with the right values, {tally['refused']} refused "
              "with the cell named; 0 wrong, 0 tracebacks, 0 partial writes")  # fmt: skip
    assert tally.total() == 1000


def test_importing_twice_changes_nothing(project, take):
    """The second time there is nothing to write."""
    book = make_workbook()
    first = take(book)
    write_import(project, first.outcome)
    before = tree(project)

    again = take(book)

    assert (again.outcome.changes, again.outcome.files) == ((), {})
    assert tree(project) == before
    assert first.outcome.count("added") == len(questions())
