"""Typst source -> PDF: the only module that calls the typesetter.

The same source gives the same bytes on every machine: fonts come from a locked package and nowhere else, the date of
the document is the last day of its year, and Typst sees no file but those that are handed to it.

A process that sets a book again finds in Typst's memory all that has not changed, and is done in a fifth of the time.
Hence what is decided of a chapter's looks stands in its source, and not in ``sys_inputs``, on which everything depends.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.building.typefaces import folder_of
from helpers.errors import BuildError

if TYPE_CHECKING:
    import typst

MAIN = "main.typ"
PDF_STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
ROOM = 150 * 1024 * 1024
"""From this size on, a process that sets many chapters forgets them one after the other."""
REMEMBERED = 10
MEMORY = Path("/proc/self/statm")
PLACE = re.compile(r"┌─ (\S+)")


@dataclass(frozen=True, slots=True)
class Exhibit:
    """Where a table or figure stands.

    Attributes
    ----------
    page
        The page it begins on, counted from the first.
    empty
        How many points it leaves empty on the page before.
    parted
        Whether its notes stand on another page than its last row.
    """

    page: int
    empty: float
    parted: bool


def to_pdf(source: str, files: dict[str, bytes], year: int) -> bytes:
    """Set a book.

    Parameters
    ----------
    source
        The main file.
    files
        What it imports and shows, by path.
    year
        The year of the edition, which dates the document.

    Raises
    ------
    BuildError
        Typst refuses something, or sets it otherwise than it is told.
    """
    import typst  # noqa: PLC0415 - only who makes a PDF waits for it

    try:
        pdf, warnings = typst.compile_with_warnings(
            _input(source, files),
            format="pdf",
            font_paths=_fonts(source, files),
            ignore_system_fonts=True,
            pdf_standards=PDF_STANDARDS,
            timestamp=dt.datetime(year, 12, 31, tzinfo=dt.UTC),
        )
    except RuntimeError as error:  # Typst's own, or what it says of a query
        raise BuildError(f"the book cannot be set: {_told(error)}") from None
    if warnings:
        raise BuildError(f"the book cannot be set as it is: {_told(warnings[0])}")
    return bytes(pdf)


def exhibits(source: str, files: dict[str, bytes]) -> dict[str, Exhibit]:
    """Return where the tables and figures of a book stand, by name; to set the same book after that costs little.

    Raises
    ------
    BuildError
        Typst refuses something.
    """
    import typst  # noqa: PLC0415 - only who makes a PDF waits for it

    try:
        found = typst.query(
            _input(source, files),
            "<exhibit>",
            field="value",
            font_paths=_fonts(source, files),
            ignore_system_fonts=True,
        )
    except RuntimeError as error:  # Typst's own, or what it says of a query
        raise BuildError(f"the book cannot be set: {_told(error)}") from None
    return {
        exhibit["id"]: Exhibit(exhibit["page"], exhibit["empty"], exhibit["parted"]) for exhibit in json.loads(found)
    }


def make_room() -> None:
    """Have Typst forget what it has set before, if this process has grown large.

    Typst drops what the last ten settings did not use; so it is given ten empty ones. Where memory cannot be looked up,
    nothing is done.
    """
    if not MEMORY.is_file() or _resident() < ROOM:
        return
    import typst  # noqa: PLC0415 - only who makes a PDF waits for it

    fonts = _fonts("", {})
    for _ in range(REMEMBERED + 1):
        typst.compile(_input("", {}), format="svg", font_paths=fonts, ignore_system_fonts=True)
    with suppress(AttributeError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)


def _resident() -> int:
    """Return how many bytes of memory this process has."""
    pages = int(MEMORY.read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _input(source: str, files: dict[str, bytes]) -> Any:  # noqa: ANN401 - files in memory, which typst's stubs leave out
    return {MAIN: source.encode()} | files


def _fonts(source: str, files: dict[str, bytes]) -> typst.Fonts:
    texts = (source, *(content.decode() for content in files.values()))
    return _fonts_in(folder_of("".join(map("".join, map(set, texts)))))


@lru_cache(maxsize=2)
def _fonts_in(folder: Path) -> typst.Fonts:
    import typst  # noqa: PLC0415 - only who makes a PDF waits for it

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


def _told(problem: RuntimeError | typst.TypstWarning) -> str:
    """Tell a problem of Typst in one line: what, where, and its hints."""
    place = PLACE.search(getattr(problem, "diagnostic", ""))
    where = f" ({place[1].removeprefix('/')})" if place else ""
    return "; ".join([f"{getattr(problem, 'message', problem)}{where}", *getattr(problem, "hints", ())])
