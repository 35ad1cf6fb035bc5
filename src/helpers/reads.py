"""What a chapter read: the rows, registers, cases, narratives and files that its pages depend on.

Helpers note what they look up, found or not. Files and folders that a notebook opens by itself, from ``open_chapter``
to ``verify``, are noticed by Python's audit hook. Where nobody can tell what is read (another program, the network, a
library that opens files past Python), the chapter counts as never up to date.

What goes unnoticed: whether a file exists (nothing is opened); what a library in :data:`TRUSTED` might open past Python
(none does, but for the submodules in :data:`PAST_PYTHON` and the packages in :data:`NAMED`, unless a module of the
project's own uses these for a notebook).
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import source_from_cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from helpers.model import Key
from helpers.observations import format_cut, parse_cut

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers.observations import Observations
    from helpers.paths import Project

MIME_TYPE = "application/vnd.nianbao.reads+json"
OTHER_PROGRAM, NETWORK, UNSEEN = "starts another program", "uses the network", "opens files past Python with"
STARTING = {"subprocess.Popen", "os.system", "os.posix_spawn", "os.exec", "os.fork", "os.forkpty"}
SPAWNING = {
    "multiprocessing.popen_spawn_posix",
    "multiprocessing.popen_forkserver",
    "multiprocessing.popen_spawn_win32",
}
TRUSTED = {
    "PIL", "_cffi_backend", "_cyutility", "_pydevd_bundle", "_pydevd_frame_eval", "_pydevd_sys_monitoring", "brotli",
    "contourpy", "debugpy", "fontTools", "kiwisolver", "markupsafe", "matplotlib", "msgpack", "numpy", "pandas",
    "psutil", "pyarrow", "pydantic_core", "rpds", "scipy", "tornado", "typst", "uharfbuzz", "yaml", "zmq",
}  # fmt: skip
"""Packages with machine code that open files by Python's means only."""
ENGINE, COLUMNAR = {"_duckdb"}, "helpers.store.columnar"
"""What opens files past Python for the module named: our own rows, of which we keep a finer record."""
NAMED = {"_duckdb", "cffi", "ctypes", "duckdb", "pyarrow"}
"""Packages in use here that can open files past Python; they count where a notebook names them."""
WORDS = re.compile(rf"\b(?:{'|'.join(sorted(NAMED))})\b")
CELLS = "In"
"""Where IPython keeps the sources of the cells that ran."""
PAST_PYTHON = {f"pyarrow.{name}" for name in ("csv", "dataset", "feather", "fs", "json", "orc", "parquet")}
MACHINE_CODE = (".so", ".pyd", ".dll")
SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/usr", "/lib", "/lib64", "/bin")
KERNEL_FOLDER = "nianbao-"  # of the sockets of kernels, in the system's temporary folder
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
        filed = observations.register(entity, register, int(year))
        above = observations.filed_above(entity, register, int(year))
        digests[f"register {name}"] = _digest(*(repr(entry) for entry in (*filed, *above)))
    for name in reads.entities:
        entity, year = name.split(" ")
        rows = (name_key(key) for key in observations.about(entity, int(year)))
        records = (repr(record) for record in observations.standing(entity, int(year)))
        digests[f"entity {name}"] = _digest(*sorted(rows), *sorted(records))
    for name in reads.cases:
        entity, year = name.split(" ")
        told = (observations.cases_of(entity, int(year)), observations.cases_naming(entity, int(year)))
        digests[f"cases {name}"] = _digest(*(case.model_dump_json() for cases in told for case in cases))
    for name in reads.files:
        digests[f"file {name}"] = file_digest(project.root / name)
    return digests


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, or of the names in a folder, or ``absent``."""
    try:
        if path.is_dir():
            return hashlib.sha256("\n".join(sorted(entry.name for entry in path.iterdir())).encode()).hexdigest()
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
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
            if not _only_writes(*arguments[1:]):
                self._opened(arguments[0])
        elif event == "sqlite3.connect":
            self._opened(_database(arguments[0]))
        elif event in {"os.listdir", "os.scandir"}:
            self._listed(arguments[0])
        elif event in STARTING:
            program = Path(str(arguments[0])).name if arguments else ""
            if program not in FONT_TOOLS:
                self.reads.programs.add(OTHER_PROGRAM)
        elif event == "import" and arguments[0] in SPAWNING:
            self.reads.programs.add(OTHER_PROGRAM)
        elif event == "socket.connect" and not isinstance(arguments[1], str | bytes):  # a name is of this machine
            self.reads.programs.add(NETWORK)

    def _opened(self, name: Any) -> None:  # noqa: ANN401 - whatever open() was given
        if not isinstance(name, str | bytes | os.PathLike):
            return
        self.own += 1  # what this very method looks at is not to be heard
        try:
            path = _source(Path(os.path.abspath(os.fsdecode(name))))  # noqa: PTH100 - without following links
            if self.project is not None and _is_input(path, self.project.root):
                self.reads.files.add(self._name(path))
        finally:
            self.own -= 1

    def _listed(self, name: Any) -> None:  # noqa: ANN401 - whatever os.scandir() was given
        """Note a folder whose names were read; Python itself looks through those that it imports from."""
        if isinstance(name, str | bytes | os.PathLike) and os.fsdecode(name) not in {*sys.path, os.getcwd()}:  # noqa: PTH109
            self._opened(name)

    def _name(self, path: Path) -> str:
        root = self.project.root if self.project is not None else path
        return path.relative_to(root).as_posix() if root in path.parents else str(path)


WATCH = FileWatch()


@contextmanager
def own_reading() -> Iterator[None]:
    """Mark files opened inside as read by helpers, which keep their own finer record."""
    WATCH.own += 1
    try:
        yield
    finally:
        WATCH.own -= 1


def unseen_readers(modules: Mapping[str, object], namespace: Mapping[str, object]) -> set[str]:
    """Return what can open files without Python's knowing, as ``programs`` has it.

    Parameters
    ----------
    modules
        What was imported, by the notebook or by others.
    namespace
        The names of the notebook, the sources of its cells among them.
    """
    found = {name for name in modules if name in PAST_PYTHON}
    found |= {package for value in list(namespace.values()) if (package := _package(value)) in NAMED}
    found |= {word for cell in _cells(namespace) for word in WORDS.findall(cell)}
    trusted = TRUSTED | ENGINE if COLUMNAR in modules else TRUSTED
    for name, module in list(modules.items()):
        package, file = name.partition(".")[0], getattr(module, "__file__", None)
        if isinstance(file, str) and file.endswith(MACHINE_CODE) and "site-packages" in file and package not in trusted:
            found.add(package)
    return {f"{UNSEEN} {name}" for name in found}


def _cells(namespace: Mapping[str, object]) -> list[str]:
    """Return the sources of the cells that a notebook has run."""
    cells = namespace.get(CELLS)
    return [cell for cell in cells if isinstance(cell, str)] if isinstance(cells, list) else []


def _package(value: object) -> str:
    """Return the package that a module, a class or function, or a thing's class is from."""
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    return str(name or type(value).__module__).partition(".")[0]


def _only_writes(mode: Any, flags: Any = 0) -> bool:  # noqa: ANN401 - whatever open() was given
    if isinstance(mode, str):
        return "r" not in mode and "+" not in mode
    return isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR) == os.O_WRONLY


def _database(name: Any) -> Any:  # noqa: ANN401 - whatever sqlite3.connect() was given
    """Return the file of a database; one in memory has none."""
    text = os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else ""
    if text.startswith("file:"):
        text = unquote(text.removeprefix("file:").partition("?")[0])
    return None if text in {"", ":memory:"} else text


def _source(path: Path) -> Path:
    """Return the source of what Python compiled; any other file as it is."""
    if path.parent.name != "__pycache__" or path.suffix != ".pyc":
        return path
    try:
        return Path(source_from_cache(str(path)))
    except ValueError:
        return path


def _is_input(path: Path, root: Path) -> bool:
    """Whether an opened file is data of the notebook rather than part of Python, of a library or of the system."""
    if root in path.parents or path == root:
        inside = path.relative_to(root).parts
        return not any(part.startswith(".") or part == "__pycache__" for part in inside) and inside[:1] != ("src",)
    prefixes = {*map(Path, (sys.prefix, sys.base_prefix, *SYSTEM)), Path(__file__).parent}
    return not prefixes & set(path.parents) and not any(
        part.startswith((".", KERNEL_FOLDER)) or part == "__pycache__" for part in path.parts
    )
