"""A submission against what is on record: the new files of the edition, and what differs.

Rows of other places, of other sources and of other indicators stay as they are. The files are the same, byte for byte,
whenever the content is, so that importing twice changes nothing.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import yaml

from helpers.entry.intake.differences import Change, Row, Teller
from helpers.entry.intake.submission import Note
from helpers.observations import OBSERVATION_COLUMNS, RECORD_COLUMNS, format_cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from helpers.catalogue import Catalogue
    from helpers.entry.intake.submission import Submission
    from helpers.model import Case, Observation, Source
    from helpers.paths import Project

NOTE_COLUMNS = tuple(field.name for field in fields(Note))
NUMBER_KEY = ("indicator", "entity", "year", "scope", "breakdown")
RECORD_KEY = ("register", "entity", "year", "number")
NOTE_KEY = ("entity", "number")


@dataclass(frozen=True)
class Outcome:
    """What an import does: the files that it writes, by name from the project's root, and the rows that differ."""

    files: dict[str, bytes]
    changes: tuple[Change, ...]
    unchanged: int

    def count(self, kind: str) -> int:
        """Count the changes of a kind."""
        return sum(change.kind == kind for change in self.changes)


@dataclass(frozen=True, slots=True)
class _Table:
    """A CSV file of an edition: where it is, its columns, by what a row is known, which rows the file may replace."""

    folder: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    is_replaced: Callable[[Row], bool]


def compare(project: Project, catalogue: Catalogue, submission: Submission) -> Outcome:
    """Work out the new files without writing any."""
    code, teller = submission.source.code, Teller(catalogue)

    def is_ours(row: Row) -> bool:
        return row["source"] == code and row["entity"] in submission.entities

    def is_our_number(row: Row) -> bool:
        return is_ours(row) and row["indicator"] in submission.owned

    tables = (
        (_Table("observations", OBSERVATION_COLUMNS, NUMBER_KEY, is_our_number),
         [number_row(row, catalogue) for row in submission.observations]),
        (_Table("records", RECORD_COLUMNS, RECORD_KEY, is_ours),
         [{name: str(getattr(row, name)) for name in RECORD_COLUMNS} for row in submission.records]),
        (_Table("notes", NOTE_COLUMNS, NOTE_KEY, is_ours),
         [{name: str(getattr(row, name)) for name in NOTE_COLUMNS} for row in submission.notes]),
    )  # fmt: skip
    files: dict[str, bytes] = {}
    changes: list[Change] = []
    unchanged = 0
    for table, rows in tables:
        path = project.data / table.folder / f"{submission.edition}.csv"
        before = _read(path.read_text(encoding="utf-8-sig")) if path.exists() else []
        if table.folder == "records":
            others = [row for row in before if not table.is_replaced(row)]
            after, differing, same = _merge(table, before, _renumbered(rows, others), teller)
        else:
            after, differing, same = _merge(table, before, rows, teller)
        changes += differing
        unchanged += same
        if differing:
            files[project.relative(path)] = _write(table.columns, after)
    _add_cases(project, submission, teller, files, changes)
    if changes:
        _add_source(project, catalogue, submission.source, files)
    return Outcome(files, tuple(changes), unchanged)


def number_row(row: Observation, catalogue: Catalogue) -> Row:
    """Write an observation as its file has it; the scope that is meant anyhow is left blank."""
    key = row.key
    default = catalogue.default_scope(catalogue.indicators[key.indicator], catalogue.entities[key.entity], key.year)
    return {
        "entity": key.entity, "year": str(key.year), "indicator": key.indicator,
        "scope": "" if key.scope == default else key.scope, "breakdown": format_cut(key.cut),
        "value": "" if row.value is None else f"{row.value:f}", "unit": row.unit, "qualifier": str(row.qualifier),
        "status": str(row.status), "source": row.source, "locator": row.locator, "note": row.note,
    }  # fmt: skip


def _merge(table: _Table, before: list[Row], rows: list[Row], teller: Teller) -> tuple[list[Row], list[Change], int]:
    """Return the rows of the new file, those that differ, and how many of the submission's stay as they are.

    What differs comes in the order in which it was handed in, that of the workbook's sheets.
    """

    def key(row: Row) -> tuple[str, ...]:
        return tuple(row[name] for name in table.key)

    old, new = {key(row): row for row in before}, {key(row): row for row in rows}
    changes, unchanged = [], 0
    for place, row in new.items():
        if old.get(place) == row:
            unchanged += 1
        else:
            changes.append(teller.change(old.get(place), row))
    gone = [row for row in before if key(row) not in new and table.is_replaced(row)]
    changes += [teller.change(row, None) for row in gone]
    kept = {place: row for place, row in old.items() if row not in gone}
    return sorted((kept | new).values(), key=lambda row: _order(table, row)), changes, unchanged


def _order(table: _Table, row: Row) -> tuple[tuple[int, str], ...]:
    """Order by the key, numbers as numbers."""
    return tuple((int(row[name]) if row[name].isdigit() else 0, row[name]) for name in table.key)


def _renumbered(rows: list[Row], others: list[Row]) -> list[Row]:
    """Return the entries numbered after those of the same register that come from elsewhere."""
    highest: dict[tuple[str, str], int] = {}
    for row in others:
        place = (row["entity"], row["register"])
        highest[place] = max(highest.get(place, 0), int(row["number"]))
    return [
        {**row, "number": str(int(row["number"]) + highest.get((row["entity"], row["register"]), 0))} for row in rows
    ]


def _read(text: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(text)))


def _write(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


def _add_cases(
    project: Project, submission: Submission, teller: Teller, files: dict[str, bytes], changes: list[Change]
) -> None:
    """Replace or append cases entry by entry, the rest of the file as it stands; an import never removes a case."""
    path = project.data / "cases" / f"{submission.edition}.yml"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    head, entries = _entries(text)
    places = {str(entry["number"]): place for place, (entry, _) in enumerate(entries)}
    differing = False
    for case in submission.cases:
        row = _case_row(case)
        place = places.get(case.number)
        before = None if place is None else entries[place][0]
        if before is not None and _comparable(before) == _comparable(row):
            continue
        differing = True
        shown = None if before is None else {name: str(value) for name, value in before.items()}
        changes.append(teller.change(shown, {name: str(value) for name, value in row.items()}, f"案例{case.number}"))
        written = yaml.safe_dump([row], allow_unicode=True, sort_keys=False, width=10**6)
        if place is None:
            entries.append((row, written))
        else:
            entries[place] = (row, written)
    if differing:
        files[project.relative(path)] = (head + "".join(written for _, written in entries)).encode()


def _entries(text: str) -> tuple[str, list[tuple[dict[str, object], str]]]:
    """Split a list of records into its head and its entries, each parsed and as written."""
    head, entries = "", []
    current: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith("- "):
            if current:
                entries.append("".join(current))
            current = [line]
        elif current:
            current.append(line)
        else:
            head += line
    if current:
        entries.append("".join(current))
    return head, [(yaml.safe_load(entry)[0], entry) for entry in entries]


def _case_row(case: Case) -> dict[str, object]:
    row: dict[str, object] = {
        "number": case.number, "chapter": case.chapter, "section": case.section, "schools": list(case.schools),
        "title": case.title, "summary": case.summary,
    }  # fmt: skip
    return row | ({"literals": list(case.literals)} if case.literals else {})


def _comparable(row: dict[str, object]) -> dict[str, object]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in row.items()}


def _add_source(project: Project, catalogue: Catalogue, source: Source, files: dict[str, bytes]) -> None:
    """Append the submission's record to the list of sources, if it is new; the list stays as it is written."""
    if source.code in catalogue.sources:
        return
    path = project.data / "sources" / "sources.yml"
    held = {name: value for name, value in source.model_dump().items() if name != "code" and value}
    entry = yaml.safe_dump({source.code: held}, allow_unicode=True, sort_keys=False, width=10**6)
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    files[project.relative(path)] = (text + ("" if not text or text.endswith("\n") else "\n") + entry).encode()
