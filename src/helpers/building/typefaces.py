"""The typeface as Typst is handed it: cut down to the characters of GB 2312 and those that a book has beyond them.

The four files of the typeface are of 16 MB each, and Typst holds all of them in memory; cut down they are of 3 MB.
The cut is made once and kept under ``.cache/typefaces``. That so many characters are left, not only a book's own, keeps
the files the same from one edit to the next, and Typst then sets anew only what has changed.
"""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
import time
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.kept import place
from helpers.writing.fonts import font_files, identity

if TYPE_CHECKING:
    from collections.abc import Iterator

SYMBOLS = (
    range(0x20, 0x250), range(0x2000, 0x2070), range(0x20A0, 0x20C0), range(0x2100, 0x2400), range(0x2460, 0x2500),
    range(0x25A0, 0x2800), range(0x3000, 0x3040), range(0x3200, 0x3400), range(0xFE30, 0xFE50), range(0xFF00, 0xFFF0),
)  # fmt: skip
GB2312_ROWS = range(0xA1, 0xF8)
NAMES = {0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17}  # 16 and 17 tell Typst which files are weights of one family
DIGESTS = "digests"
ABANDONED = 3600  # seconds
CUT = 1  # counts the ways in which this module has cut fonts


def folder_of(text: str) -> Path:
    """Return a folder with the typeface's files, which have every character of ``text`` that the typeface has.

    Raises
    ------
    SetupError
        The fonts are not installed.
    """
    return _folder_with("".join(sorted(set(text) - common())))


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """Return the characters that are always there: GB 2312, and signs."""
    pairs = (bytes((row, cell)) for row in GB2312_ROWS for cell in range(0xA1, 0xFF))
    encoded = {pair.decode("gb2312", errors="ignore") for pair in pairs}
    return frozenset({*map(chr, (code for block in SYMBOLS for code in block)), *encoded} - {""})


@lru_cache(maxsize=8)
def _folder_with(beyond: str) -> Path:
    key = [str(CUT), version("uharfbuzz"), identity(), beyond]
    folder = place("typefaces", "\n".join(key))
    if folder is None:  # outside a project
        folder = Path(tempfile.mkdtemp(prefix="nianbao-typefaces-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if not _is_whole(folder):
        _fill(folder, beyond)
    return folder


def _is_whole(folder: Path) -> bool:
    """Whether all the files are there, and as they were made."""
    try:
        told = (folder / DIGESTS).read_text(encoding="ascii")
        return told == _digests(folder)
    except (OSError, ValueError):
        return False


def _digests(folder: Path) -> str:
    return "\n".join(hashlib.sha256((folder / file.name).read_bytes()).hexdigest() for file in font_files())


def _fill(folder: Path, beyond: str) -> None:
    """Make the files beside the folder, then put them in its place; another process may do the same just now."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(".*"):  # by somebody who was killed
        if left.stat().st_mtime < time.time() - ABANDONED:
            shutil.rmtree(left, ignore_errors=True)
    fresh = Path(tempfile.mkdtemp(prefix=".", dir=folder.parent))
    try:
        for name, content in _cuts(beyond):
            (fresh / name).write_bytes(content)
        (fresh / DIGESTS).write_text(_digests(fresh), encoding="ascii")
        _put_in_place(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _put_in_place(fresh: Path, folder: Path) -> None:
    try:
        fresh.rename(folder)
    except OSError:  # there is one: whole, if another process was faster
        if not _is_whole(folder):
            shutil.rmtree(folder)
            fresh.rename(folder)


def _cuts(beyond: str) -> Iterator[tuple[str, bytes]]:
    import uharfbuzz  # noqa: PLC0415 - the cut is kept

    wanted = uharfbuzz.SubsetInput()
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).set(set(map(ord, common() | set(beyond))))
    wanted.sets(uharfbuzz.SubsetInputSets.NAME_ID).set(NAMES)
    wanted.flags = uharfbuzz.SubsetFlags.NO_HINTING
    for file in font_files():
        yield file.name, wanted.subset(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(file)))).blob.data
