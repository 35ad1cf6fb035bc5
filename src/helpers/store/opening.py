"""Chooses where rows are held, and keeps the database as new as the files that it is made from.

A database is named after the sizes and times of all files that its rows, and the judgement on them, depend on. It is
made beside its place and moved there whole; whoever has an older one open goes on with that.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.errors import SetupError
from helpers.store.memory import read_into_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from helpers.catalogue import Catalogue
    from helpers.paths import Project
    from helpers.store import Store

LARGE = 2_000_000
"""Bytes of rows from which a database pays: about 20,000 rows, which take a third of a second to read into memory."""
ROWS = {"observations", "records", "cases"}
FOLDERS = ("reference", "sources", *sorted(ROWS))
KEPT = 2
"""How many databases stay; a build may still be at work on the one before the last."""
SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "threads": 2, "memory_limit": "300MB", "preserve_insertion_order": True,
    "autoinstall_known_extensions": False, "autoload_known_extensions": False,
}  # fmt: skip

Stamp = tuple[tuple[str, int, int], ...]


def data_stamp(project: Project) -> Stamp:
    """Return name, time and size of every file that catalogue and rows are read from."""
    paths = sorted(path for folder in FOLDERS for path in (project.data / folder).rglob("*") if path.is_file())
    stamps = ((path.relative_to(project.data).as_posix(), path.stat()) for path in paths)
    return tuple((name, found.st_mtime_ns, found.st_size) for name, found in stamps)


def open_store(project: Project, catalogue: Catalogue) -> Store:
    """Return the validated rows of a project, in memory or in a database.

    Raises
    ------
    DataError
        With every problem of every file.
    SetupError
        The rows need a database, and it cannot be written.
    """
    stamp = data_stamp(project)
    if sum(size for name, _, size in stamp if name.split("/")[0] in ROWS) < LARGE:
        return read_into_memory(project, catalogue)
    from helpers.store.columnar import ColumnarStore  # noqa: PLC0415 - only where there are many rows

    path = project.root / ".cache" / "rows" / f"{_name(stamp)}.duckdb"
    try:
        with _alone(path.parent):
            if not path.is_file():
                _make(path, project, catalogue)
    except OSError as error:
        message = f"cannot write .cache/rows: {error.strerror or error}; so many rows are kept in a database there"
        raise SetupError(message) from None
    return ColumnarStore(path)


def _name(stamp: Stamp) -> str:
    """Name a database by its files, by the code that judges them, and by its format."""
    code = [(path.name, path.stat().st_mtime_ns) for path in sorted(Path(__file__).parent.glob("*.py"))]
    return hashlib.sha256(repr((stamp, code, version("duckdb"))).encode()).hexdigest()[:16]


def _make(path: Path, project: Project, catalogue: Catalogue) -> None:
    import duckdb  # noqa: PLC0415 - only where there are many rows

    from helpers.store.filling import fill  # noqa: PLC0415

    scratch = Path(tempfile.mkdtemp(prefix="making-", dir=path.parent))
    try:
        settings = SETTINGS | {"temp_directory": str(scratch / "spilled")}
        with duckdb.connect(scratch / path.name, config=settings) as connection:
            fill(connection, project, catalogue)
        (scratch / path.name).replace(path)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    databases = sorted(path.parent.glob("*.duckdb"), key=lambda one: one.stat().st_mtime_ns)
    for old in databases[:-KEPT]:
        old.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time make a database; the others find it made."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        with suppress(ImportError):  # elsewhere than on POSIX each makes its own, and the last one's stays
            import fcntl  # noqa: PLC0415

            fcntl.flock(lock.fileno(), fcntl.LOCK_EX)
        yield
