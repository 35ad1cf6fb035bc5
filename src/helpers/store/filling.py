"""CSV files -> database, millions of rows at a time, judged by the same functions and with the same words as a few.

Rows differ little. The database finds the few hundred *shapes* that they have (all cells but entity, value, source,
locator and note), and one row of each is judged as any row is. A row of a sound shape is sound if its entity and source
are known, its locator is not empty and its value is plain; every other row is judged by itself.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from helpers.errors import DataError, Problem
from helpers.model import Key
from helpers.rows import Row, editions, header_problems, stream_rows, unreadable
from helpers.store.files import concerned, owners, read_cases, read_records
from helpers.store.validation import (
    OBSERVATION_COLUMNS,
    RECORD_COLUMNS,
    format_cut,
    parse_cut,
    read_observation,
    repeated,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import duckdb

    from helpers.catalogue import Catalogue
    from helpers.paths import Project

TOLD = 1000
"""How many wrong rows of one file are told of; nobody mends a million one by one."""
BATCH = 10_000
SHAPE = ("year", "indicator", "scope", "breakdown", "unit", "qualifier", "status")
PLAIN_VALUE = r"[+-]?[0-9]+(\.[0-9]+)?"
PLAIN_LINE = re.compile(rb'(?:[^",]*|"(?:[^"]|"")*")(?:,(?:[^",]*|"(?:[^"]|"")*"))*')
"""Cells that are quoted as a whole or hold no quote: every reader of CSV sees the same in them."""
QUOTED = re.compile(rb'"(?:[^"\r\0]|"")*"')
BLANKS = "".join(letter for letter in map(chr, range(0x3001)) if letter.isspace())
"""What Python strips off a cell."""
STRIPPED = """CASE WHEN contains($blanks, left({0}, 1)) OR contains($blanks, right({0}, 1))
    THEN trim({0}, $blanks) ELSE coalesce({0}, '') END"""  # trimming itself takes ten times as long

TABLES = """
CREATE TABLE observations (
    entity VARCHAR, year SMALLINT, indicator VARCHAR, scope VARCHAR, breakdown VARCHAR, value VARCHAR, unit VARCHAR,
    qualifier VARCHAR, status VARCHAR, source VARCHAR, locator VARCHAR, note VARCHAR,
    edition INTEGER, file VARCHAR, number INTEGER, place BIGINT, replaced_at BIGINT);
CREATE TABLE places (year SMALLINT, entity VARCHAR);
CREATE TABLE records (
    position INTEGER, entity VARCHAR, register VARCHAR, number BIGINT, year SMALLINT, school VARCHAR, project VARCHAR,
    person VARCHAR, level VARCHAR, stage VARCHAR, result VARCHAR, source VARCHAR, locator VARCHAR, note VARCHAR,
    address VARCHAR);
CREATE TABLE concerned (entity VARCHAR, position INTEGER);
CREATE TABLE cases (edition INTEGER, position INTEGER, number VARCHAR, content VARCHAR);
CREATE TABLE case_editions (edition INTEGER);
CREATE TABLE owners (entity VARCHAR, edition INTEGER, position INTEGER);
CREATE TABLE named (entity VARCHAR, edition INTEGER, position INTEGER);
CREATE TEMP TABLE entities (slug VARCHAR, alike VARCHAR);
CREATE TEMP TABLE sources (code VARCHAR);
CREATE TEMP TABLE sound AS FROM observations;
"""
SHAPES = """
SELECT DISTINCT alike, year, indicator, scope, breakdown, unit, qualifier, status
FROM cells JOIN entities ON entity = slug ORDER BY ALL
"""
JUDGED = """
CREATE OR REPLACE TEMP VIEW judged AS
SELECT cells.*, valued, meant_year, meant_scope, meant_breakdown, code IS NOT NULL AS sourced
FROM cells LEFT JOIN entities ON entity = slug LEFT JOIN sources ON source = code
LEFT JOIN verdicts USING (alike, year, indicator, scope, breakdown, unit, qualifier, status)
"""
DOUBTFUL = """
SELECT number, entity, year, indicator, scope, breakdown, value, unit, qualifier, status, source, locator, note
FROM judged
WHERE valued IS NULL OR NOT sourced OR locator = '' OR valued <> (value <> '')
    OR (valued AND NOT regexp_full_match(value, ?))
ORDER BY number
"""
REPEATED = """
WITH same AS (
    SELECT entity, meant_year, indicator, meant_scope, meant_breakdown, min(number) AS first
    FROM judged ANTI JOIN wrong USING (number) GROUP BY ALL HAVING count(*) > 1)
SELECT number, first, entity, meant_year, indicator, meant_scope, meant_breakdown
FROM judged JOIN same USING (entity, meant_year, indicator, meant_scope, meant_breakdown) ANTI JOIN wrong USING (number)
WHERE number <> first ORDER BY number
"""
KEEP = """
INSERT INTO sound
SELECT entity, meant_year, indicator, meant_scope, meant_breakdown, value, unit, qualifier, status, source, locator,
    note, $edition, $file, number, $rank * 4294967296 + number, NULL
FROM judged
"""
SETTLE = """
INSERT INTO observations
SELECT * EXCLUDE (first) FROM (
    SELECT * REPLACE (lead(place) OVER same AS replaced_at), min(place) OVER same AS first FROM sound
    WINDOW same AS (PARTITION BY entity, year, indicator, scope, breakdown ORDER BY place))
ORDER BY entity, first, place;
INSERT INTO places SELECT DISTINCT year, entity FROM observations ORDER BY ALL;
"""


def fill(connection: duckdb.DuckDBPyConnection, project: Project, catalogue: Catalogue) -> None:
    """Put every validated row of a project into an empty database.

    Raises
    ------
    DataError
        With the problems of every file, as :func:`helpers.store.memory.read_into_memory` would tell them; of very many
        in one file, the first.
    """
    problems: list[Problem] = []
    connection.execute(TABLES)
    _insert(connection, "entities", alike(catalogue).items())
    _insert(connection, "sources", ((code,) for code in catalogue.sources))
    for rank, path in enumerate(editions(project, "observations", "csv", problems)):
        _Edition(connection, project, catalogue, path, problems).keep(rank)
    _fill_records(connection, project, catalogue, problems)
    _fill_cases(connection, project, catalogue, problems)
    if problems:
        raise DataError(problems)
    connection.execute(SETTLE)


class _Edition:
    """One file of observations on its way into the database."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        project: Project,
        catalogue: Catalogue,
        path: Path,
        problems: list[Problem],
    ) -> None:
        self.connection, self.project, self.catalogue = connection, project, catalogue
        self.path, self.problems = path, problems
        self.file, self.edition = project.relative(path), int(path.stem)
        self.by_row: dict[int, list[Problem]] = defaultdict(list)

    def keep(self, rank: int) -> None:
        """Put the sound rows of the file, the ``rank``-th, into the database; say what is wrong with the others."""
        self._read_cells()
        self._judge_shapes()
        self.connection.execute(JUDGED)
        self._judge_doubtful()
        self._find_repeated()
        told = sorted(self.by_row)
        self.problems += chain.from_iterable(self.by_row[number] for number in told[:TOLD])
        if len(told) > TOLD:
            what = f"more than {TOLD} rows are wrong; the others are not listed"
            chinese = f"有错的行超过{TOLD}行，其余没有列出；改好这些再读入。"
            self.problems.append(Problem(self.file, what, "mend these, and load again", chinese))
        if not self.problems:
            self.connection.execute(KEEP, {"edition": self.edition, "file": self.file, "rank": rank})
            self.connection.execute("DROP VIEW judged; DROP TABLE cells")

    def _read_cells(self) -> None:
        """Make the table ``cells``: the number of each row and its stripped cells, as Python reads them."""
        columns = ", ".join(f"{name} VARCHAR" for name in OBSERVATION_COLUMNS)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE cells (number INTEGER, {columns})")
        before = len(self.problems)
        try:
            if is_plain(self.path, len(OBSERVATION_COLUMNS)) and self._copy_cells():
                return
            rows = stream_rows(self.project, self.path, OBSERVATION_COLUMNS, self.problems)
            cells = ((row.number, *(row.cells[name] for name in OBSERVATION_COLUMNS)) for row in rows)
            _insert(self.connection, "cells", cells)
        except (UnicodeDecodeError, csv.Error) as error:
            self.problems[before:] = [unreadable(self.project, self.path, error)]
            self.connection.execute("DELETE FROM cells")

    def _copy_cells(self) -> bool:
        """Let the database read a plain file; whether it could."""
        from duckdb import Error  # noqa: PLC0415 - only where there are many rows

        with self.path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file), [])
        if header_problems(self.file, header, OBSERVATION_COLUMNS) or len(set(header)) < len(header):
            return False
        stripped = ", ".join(STRIPPED.format(name) for name in OBSERVATION_COLUMNS)
        source = f"""
            INSERT INTO cells SELECT row_number() OVER () + 1, {stripped}
            FROM read_csv($path, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"',
                strict_mode = true, null_padding = false, columns = $columns)
        """
        columns = dict.fromkeys(header, "VARCHAR")
        try:
            self.connection.execute(source, {"blanks": BLANKS, "path": str(self.path), "columns": columns})
        except Error:  # Python's reader says what is wrong, and where
            self.connection.execute("DELETE FROM cells")
            return False
        return True

    def _judge_shapes(self) -> None:
        """Make the table ``verdicts``: what the shapes mean that are sound."""
        self.connection.execute("""
            CREATE OR REPLACE TEMP TABLE verdicts (
                alike VARCHAR, year VARCHAR, indicator VARCHAR, scope VARCHAR, breakdown VARCHAR, unit VARCHAR,
                qualifier VARCHAR, status VARCHAR,
                valued BOOLEAN, meant_year SMALLINT, meant_scope VARCHAR, meant_breakdown VARCHAR)
        """)
        some = {group: slug for slug, group in alike(self.catalogue).items()}
        shapes = self.connection.execute(SHAPES).fetchall()
        verdicts = (
            (group, *shape, *verdict) for group, *shape in shapes for verdict in self._judge(some[group], shape)
        )
        _insert(self.connection, "verdicts", verdicts)

    def _judge(self, entity: str, shape: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield what a shape means, if it is sound, judged with and without a value."""
        source = next(iter(self.catalogue.sources), "")
        for value in ("0", ""):
            cells = dict(zip(SHAPE, shape, strict=True))
            cells |= {"entity": entity, "value": value, "source": source, "locator": "-", "note": ""}
            observation = read_observation(Row(self.file, 0, cells), self.catalogue, self.edition, [])
            if observation is not None:
                key = observation.key
                yield (bool(value), key.year, key.scope, format_cut(key.cut))

    def _judge_doubtful(self) -> None:
        """Judge one by one what is not plainly sound."""
        wrong: list[int] = []
        for number, *cells in _rows(self.connection.execute(DOUBTFUL, [PLAIN_VALUE])):
            row = Row(self.file, number, dict(zip(OBSERVATION_COLUMNS, cells, strict=True)))
            found: list[Problem] = []
            read_observation(row, self.catalogue, self.edition, found)
            if found:
                self.by_row[number] += found
                wrong.append(number)
            if len(wrong) > TOLD:
                break
        self.connection.execute("CREATE OR REPLACE TEMP TABLE wrong (number INTEGER)")
        _insert(self.connection, "wrong", ((number,) for number in wrong))

    def _find_repeated(self) -> None:
        for number, first, entity, year, indicator, scope, breakdown in _rows(self.connection.execute(REPEATED)):
            key = Key(entity, year, indicator, scope, parse_cut(breakdown))
            where, there = (f"{self.file} row {one}" for one in (number, first))
            self.by_row[number].append(repeated(where, there, key))
            if len(self.by_row) > 2 * TOLD:
                break


def alike(catalogue: Catalogue) -> dict[str, str]:
    """Put the entities into groups of which a row means the same: a kind, or one whose series break by themselves."""
    breaks = (stop for indicator in catalogue.indicators.values() for stop in indicator.breaks)
    apart = {entity for stop in breaks for entity in stop.entities}
    return {slug: slug if slug in apart else f"any {entity.kind}" for slug, entity in catalogue.entities.items()}


def is_plain(path: Path, columns: int) -> bool:
    """Whether every line of a file is one row in which every reader of CSV sees the same cells, ``columns`` of them."""
    with path.open("rb") as file:
        for line in file:
            row = line.removesuffix(b"\n").removesuffix(b"\r")
            if b'"' in row:
                if not PLAIN_LINE.fullmatch(row):
                    return False
                row = QUOTED.sub(b"", row)
            if row.count(b",") != columns - 1 or b"\r" in row or b"\0" in row:
                return False
    return True


def _fill_records(
    connection: duckdb.DuckDBPyConnection, project: Project, catalogue: Catalogue, problems: list[Problem]
) -> None:
    subjects: list[tuple[str, int]] = []

    def rows() -> Iterator[tuple[Any, ...]]:
        for position, record in enumerate(read_records(project, catalogue, problems)):
            subjects.extend((entity, position) for entity in concerned(record, catalogue.entities))
            yield (position, *(getattr(record, name) for name in RECORD_COLUMNS), record.where)

    _insert(connection, "records", rows())
    _insert(connection, "concerned", iter(sorted(subjects)))


def _fill_cases(
    connection: duckdb.DuckDBPyConnection, project: Project, catalogue: Catalogue, problems: list[Problem]
) -> None:
    found = read_cases(project, catalogue, problems)
    numbered = [(edition, position, case) for edition, cases in found.items() for position, case in enumerate(cases)]
    _insert(connection, "case_editions", ((edition,) for edition in found))
    contents = ((edition, position, case.number, case.model_dump_json()) for edition, position, case in numbered)
    _insert(connection, "cases", contents)
    owned = (
        (slug, edition, position) for edition, position, case in numbered for slug in owners(case, catalogue.entities)
    )
    _insert(connection, "owners", owned)
    named = ((slug, edition, position) for edition, position, case in numbered for slug in case.schools)
    _insert(connection, "named", named)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Add rows by the thousand, column by column: one by one would take minutes."""
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        columns = [list(column) for column in zip(*batch, strict=True)]
        places = ", ".join("unnest(?)" for _ in columns)
        connection.execute(f"INSERT INTO {table} SELECT {places}", columns)


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a result, without ever holding all of them."""
    while batch := result.fetchmany(BATCH):
        yield from batch
