"""Registers and cases, file by file, and who stands above whom: what both kinds of store read alike."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import yaml

from helpers.catalogue import YamlLoader
from helpers.errors import BROKEN_YAML, Problem
from helpers.rows import editions, stream_rows, unreadable
from helpers.store.validation import RECORD_COLUMNS, read_case, read_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from helpers.catalogue import Catalogue
    from helpers.model import Case, Entity, Record
    from helpers.paths import Project

REPORTS_CASES = "city"
"""The highest kind of entity whose report shows the cases of its schools."""


def read_records(project: Project, catalogue: Catalogue, problems: list[Problem]) -> Iterator[Record]:
    """Yield the sound entries of all registers, edition by edition; each number of a list may stand once."""
    seen: dict[tuple[str, str, int, int], str] = {}
    for path in editions(project, "records", "csv", problems):
        before = len(problems)
        try:
            for row in stream_rows(project, path, RECORD_COLUMNS, problems):
                record = read_record(row, catalogue, problems)
                if record is None:
                    continue
                first = seen.setdefault((record.entity, record.register, record.year, record.number), record.where)
                if first == record.where:
                    yield record
                else:
                    what = f"number {record.number} of {record.register} is also {first}"
                    chinese = f"编号{record.number}与{first}重复；每条各编一个号。"
                    problems.append(row.problem("number", what, "number each entry once", chinese))
        except (UnicodeDecodeError, csv.Error) as error:
            problems[before:] = [unreadable(project, path, error)]


def read_cases(project: Project, catalogue: Catalogue, problems: list[Problem]) -> dict[int, tuple[Case, ...]]:
    """Return the sound cases by edition; each number may stand once in an edition."""
    cases: dict[int, tuple[Case, ...]] = {}
    for path in editions(project, "cases", "yml", problems):
        name = project.relative(path)
        found: dict[str, Case] = {}
        for position, entry in enumerate(_entries(path, name, problems), 1):
            case = read_case(f"{name} entry {position}", entry, catalogue, problems)
            if case is not None and found.setdefault(case.number, case) is not case:
                what, chinese = f"case {case.number} twice", f"案例{case.number}编了两次；各编一个号。"
                problems.append(Problem(f"{name} entry {position}", what, "number each once", chinese))
        cases[int(path.stem)] = tuple(found.values())
    return cases


def _entries(path: Path, name: str, problems: list[Problem]) -> list[object]:
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader=YamlLoader) or []  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        problems.append(Problem(name + line, "broken YAML", "mend the file", BROKEN_YAML))
        return []
    return list(entries)


def concerned(record: Record, entities: Mapping[str, Entity]) -> list[str]:
    """Name the entities that an entry is about: its school, and what stands just above that."""
    school = entities.get(record.school)
    return [] if school is None else [school.slug, *([school.parent] if school.parent else [])]


def owners(case: Case, entities: Mapping[str, Entity]) -> list[str]:
    """Name the entities that a case belongs to: its first school, and what stands above it, up to a city.

    A province or the nation reports on cities; their cases stay in the reports of the cities.
    """
    found: list[str] = []
    slug = case.schools[0] if case.schools else None
    while slug is not None and slug not in found:
        found.append(slug)
        slug = None if entities[slug].kind == REPORTS_CASES else entities[slug].parent
    return found
