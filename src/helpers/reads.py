"""What a chapter read: the rows, registers, cases, narratives and files that its pages depend on.

Helpers note what they look up, found or not. Files that a notebook opens by itself are noticed by Python's audit hook;
where a notebook starts another program, nobody can tell what that reads, and the chapter counts as never up to date.
"""

from __future__ import annotations

import hashlib
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.model import Key
from helpers.observations import format_cut, parse_cut

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.observations import Observations
    from helpers.paths import Project

MIME_TYPE = "application/vnd.nianbao.reads+json"
DATA_SUFFIXES = {
    ".csv", ".tsv", ".txt", ".json", ".yml", ".yaml", ".md", ".xlsx", ".xls", ".parquet", ".feather", ".db",
    ".sqlite", ".pickle", ".pkl", ".npy", ".xml", ".html", ".zip", ".gz",
}  # fmt: skip
OTHER_PROGRAM = "another program"
FONT_TOOLS = {"fc-list", "system_profiler"}  # matplotlib asks them for fonts that we never use


@dataclass
class Reads:
    """What one chapter looked up; every name is written as it is told by ``nianbao build --why``."""

    observations: set[str] = field(default_factory=set)
    divisions: set[str] = field(default_factory=set)
    registers: set[str] = field(default_factory=set)
    entities: set[str] = field(default_factory=set)
    cases: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    programs: set[str] = field(default_factory=set)

    def to_json(self) -> dict[str, list[str]]:
        """Return plain sorted lists."""
        return {name: sorted(names) for name, names in vars(self).items()}

    @classmethod
    def from_json(cls, stored: dict[str, list[str]]) -> Reads:
        """Rebuild what :meth:`to_json` gave."""
        return cls(**{name: set(stored.get(name, ())) for name in cls().to_json()})


def name_key(key: Key) -> str:
    """Write a key on one line: ``hangzhou 2020 enrolment all degree=master``."""
    return " ".join(part for part in (key.entity, str(key.year), key.indicator, key.scope, format_cut(key.cut)) if part)


def read_key(name: str) -> Key:
    """Read what :func:`name_key` wrote."""
    entity, year, indicator, scope, *cut = name.split(" ")
    return Key(entity, int(year), indicator, scope, parse_cut(cut[0]) if cut else ())


def digest_reads(reads: Reads, observations: Observations, project: Project) -> dict[str, str]:
    """Return the digest of the present content of everything that was read, by name."""
    digests = {f"observation {name}": _row_digest(observations, name) for name in reads.observations}
    for name in reads.divisions:
        dimension, _, whole = name.partition(" of ")
        cuts = observations.cuts(read_key(whole), dimension)
        digests[f"breakdown {name}"] = _digest(*sorted(format_cut(cut) for cut in cuts))
    for name in reads.registers:
        entity, register, year = name.split(" ")
        entries = (r for r in observations.records if (r.register, r.year) == (register, int(year)))
        digests[f"register {name}"] = _digest(entity, *sorted(repr(entry) for entry in entries))
    for name in reads.entities:
        entity, year = name.split(" ")
        rows = (name_key(key) for key in observations.about(entity, int(year)))
        records = (repr(record) for record in observations.standing(entity, int(year)))
        digests[f"entity {name}"] = _digest(*sorted(rows), *sorted(records))
    for year in reads.cases:
        cases = observations.cases.get(int(year), ())
        digests[f"cases {year}"] = _digest(*sorted(case.model_dump_json() for case in cases))
    for name in reads.files:
        digests[f"file {name}"] = file_digest(project.root / name)
    return digests


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, or ``absent``."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "absent"


def _row_digest(observations: Observations, name: str) -> str:
    row = observations.get(read_key(name))
    if row is None:
        return "absent"
    return _digest(str(row.value), row.unit, row.qualifier, row.status, row.source, row.locator, row.note)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


class FileWatch:
    """Notices the files that are opened, and the programs that are started, outside the helpers' own reading."""

    def __init__(self) -> None:
        self.project: Project | None = None
        self.reads = Reads()
        self.own = 0
        self.installed = False

    def begin(self, project: Project) -> Reads:
        """Start a new record for a chapter of ``project``; the hook itself can never be taken out again."""
        self.project, self.reads = project, Reads()
        if not self.installed:
            sys.addaudithook(self._hear)
            self.installed = True
        return self.reads

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.own or self.project is None:
            return
        if event == "open":
            self._opened(*arguments[:2])
        elif event in {"subprocess.Popen", "os.system", "os.posix_spawn", "os.exec"}:
            program = Path(str(arguments[0])).name
            if program not in FONT_TOOLS:
                self.reads.programs.add(OTHER_PROGRAM)

    def _opened(self, name: Any, mode: Any) -> None:  # noqa: ANN401 - whatever open() was given
        if not isinstance(name, str | bytes) or (isinstance(mode, str) and set(mode) & set("wax+")):
            return
        self.own += 1  # what this very method looks at is not to be heard
        try:
            path = Path(name.decode() if isinstance(name, bytes) else name).absolute()
            if self.project is not None and _is_input(path, self.project.root):
                self.reads.files.add(self.project.relative(path) if self.project.root in path.parents else str(path))
        finally:
            self.own -= 1


WATCH = FileWatch()


@contextmanager
def own_reading() -> Iterator[None]:
    """Mark files opened inside as read by helpers, which keep their own finer record."""
    WATCH.own += 1
    try:
        yield
    finally:
        WATCH.own -= 1


def _is_input(path: Path, root: Path) -> bool:
    """Whether an opened file is data of the notebook rather than part of Python or of a library."""
    if any(part in {".venv", ".cache", "__pycache__", ".git", "reports"} for part in path.parts):
        return False
    prefixes = {Path(sys.prefix), Path(sys.base_prefix), Path("/proc"), Path("/sys"), Path("/dev"), Path("/etc")}
    if prefixes & set(path.parents):
        return False
    if root in path.parents:
        return path.suffix != ".py" and root / "src" not in path.parents
    return path.suffix.lower() in DATA_SUFFIXES and not any(part.startswith(".") for part in path.parts)
