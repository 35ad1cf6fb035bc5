"""Results that cost time and never change: kept under ``.cache`` by a name that tells all that they were made from.

Lost, damaged or cut off by a crash, a kept result is made again; it never changes what is built. Outside a project
nothing is kept.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from helpers.errors import SetupError
from helpers.paths import find_project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DIGEST_SIZE = hashlib.sha256().digest_size
MOST = 400
"""How many results of one kind are kept, if nothing else is said."""


def kept(kind: str, key: str, make: Callable[[], bytes], *, root: Path | None = None, most: int = MOST) -> bytes:
    """Return what ``make`` returns, from the last time if it is still there.

    Parameters
    ----------
    kind
        A folder of ``.cache``.
    key
        Everything that the result depends on, versions of tools included.
    make
        Makes the result; the same bytes for the same ``key``.
    root
        The project that keeps it; by default the one that is found from here.
    most
        How many results of this kind are kept; then the half that was made first goes.
    """
    path = place(kind, key, root)
    if path is None:
        return make()
    content = _read(path)
    if content is None:
        content = make()
        with suppress(OSError):  # a disk that is full or read-only costs time, not the build
            _write(path, content, most)
    return content


def place(kind: str, key: str, root: Path | None = None) -> Path | None:
    """Return where a result is kept; ``None`` outside a project."""
    try:
        root = root or find_project().root
    except SetupError:
        return None
    return root / ".cache" / kind / hashlib.sha256(key.encode()).hexdigest()[:32]


def _read(path: Path) -> bytes | None:
    """Return a kept result if it is whole: it begins with its digest."""
    try:
        stored = path.read_bytes()
    except OSError:
        return None
    digest, content = stored[:DIGEST_SIZE], stored[DIGEST_SIZE:]
    return content if hashlib.sha256(content).digest() == digest else None


def _write(path: Path, content: bytes, most: int) -> None:
    """Write whole or not at all; two processes may write the same bytes at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    clear_out(path.parent, most)
    unfinished = path.with_suffix(f".{os.getpid()}")
    try:
        unfinished.write_bytes(hashlib.sha256(content).digest() + content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def clear_out(folder: Path, most: int) -> None:
    """Remove the older half of ``most`` files; whoever reads one of them at this moment makes it again."""
    names = os.listdir(folder)  # noqa: PTH208 - for each result that is made
    if len(names) < most:
        return
    made = {}
    for name in names:
        with suppress(OSError):
            made[name] = (folder / name).stat().st_mtime_ns
    for name in sorted(made, key=made.__getitem__)[: most // 2]:
        with suppress(OSError):
            (folder / name).unlink()
