"""The catalogue and the rows of a project, read once for each state of its files.

What was read and validated, and what follows from it alone, is kept under ``.cache/loaded`` for other processes, named
after the sizes and times of the files and of our own code: a build has several processes that all need it, and to read
it back takes a fifth of the time. What is kept is Python's own form of our objects, and read by nobody else.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from helpers.catalogue import Catalogue, load_catalogue
from helpers.kept import kept
from helpers.observations import Observations, load_observations
from helpers.reads import own_reading
from helpers.store.opening import data_stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.paths import Project
    from helpers.store.opening import Stamp

KIND = "loaded"
MOST = 30
"""How many states of the data are kept, and what follows from them."""

Result = TypeVar("Result")


def load_data(project: Project) -> tuple[Catalogue, Observations]:
    """Load reference records and observations; unchanged files are not read again.

    Raises
    ------
    DataError
        With every problem of every file.
    SetupError
        The rows need a database, and it cannot be written.
    """
    with own_reading():
        return _load(project, data_stamp(project))


def once(project: Project, data: tuple[Catalogue, Observations], name: str, make: Callable[[], Result]) -> Result:
    """Return what ``make`` returns, from the last time if the data are those of the project's files.

    Parameters
    ----------
    project
        Whose data they are.
    data
        Catalogue and rows. Any others than :func:`load_data` returns, of which it is not known what they are made from,
        are worked on each time.
    name
        All else that the result depends on.
    make
        Works it out from the data alone.
    """
    with own_reading():
        stamp = data_stamp(project)
        loaded = _load(project, stamp)
        if loaded[0] is not data[0] or loaded[1] is not data[1]:
            return make()
        return _recalled(project, f"{_state(stamp)} {name}", make)


@lru_cache(maxsize=2)
def _load(project: Project, stamp: Stamp) -> tuple[Catalogue, Observations]:
    return _recalled(project, f"{_state(stamp)} data", lambda: _read(project))


def _read(project: Project) -> tuple[Catalogue, Observations]:
    catalogue = load_catalogue(project)
    return catalogue, load_observations(project, catalogue)


def _recalled(project: Project, key: str, make: Callable[[], Result]) -> Result:
    """Return a kept result, or make and keep it; what cannot be kept (an open database) is made each time."""
    made: list[Result] = []

    def write() -> bytes:
        made.append(make())
        try:
            return pickle.dumps(made[0])
        except (TypeError, AttributeError, pickle.PicklingError):
            raise _UnkeepableError from None

    try:
        content = kept(KIND, key, write, root=project.root, most=MOST)
        return made[0] if made else _restored(content, make)
    except _UnkeepableError:
        return made[0]


def _restored(content: bytes, make: Callable[[], Result]) -> Result:
    try:
        result: Result = pickle.loads(content)  # noqa: S301 - our own, from a folder that only we write
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it can be made again
        return make()
    return result


class _UnkeepableError(Exception):
    """A result that lives in its process only."""


def _state(stamp: Stamp) -> str:
    """Name a state of the data files, and of what reads them."""
    return hashlib.sha256(repr((stamp, _code())).encode()).hexdigest()


@lru_cache(maxsize=1)
def _code() -> tuple[object, ...]:
    """Name our code, and what it is run with."""
    package = Path(__file__).parent
    found = ((path, path.stat()) for path in sorted(package.rglob("*.py")))
    stamps = tuple((path.relative_to(package).as_posix(), one.st_mtime_ns, one.st_size) for path, one in found)
    return (*stamps, sys.version, version("pydantic"))
