"""Typst source -> PDF: the only module that calls the typesetter.

The same source gives the same bytes on every machine: fonts come from a locked package and nowhere else, the date of
the document is the last day of its year, and Typst sees no file but those that are handed to it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from helpers.errors import BuildError
from helpers.writing.fonts import font_files

if TYPE_CHECKING:
    import typst

MAIN = "main.typ"
PDF_STANDARDS: list[typst.PDFStandard] = ["ua-1", "a-2a"]
PLACE = re.compile(r"┌─ (\S+)")


@dataclass(frozen=True, slots=True)
class Layout:
    """What is done to tables and figures where pages would not turn out well; names of them.

    Attributes
    ----------
    floating
        They stand at the top of the next page, and the text goes on before them.
    tight
        Their rows stand closer.
    """

    floating: tuple[str, ...] = ()
    tight: tuple[str, ...] = ()

    def inputs(self) -> dict[str, str]:
        """Return the layout as the house style reads it."""
        return {"floating": " ".join(self.floating), "tight": " ".join(self.tight)}


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


def to_pdf(source: str, files: dict[str, bytes], year: int, layout: Layout) -> bytes:
    """Set a book.

    Parameters
    ----------
    source
        The main file.
    files
        What it imports and shows, by path.
    year
        The year of the edition, which dates the document.
    layout
        What is done to tables and figures.

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
            font_paths=_fonts(),
            ignore_system_fonts=True,
            pdf_standards=PDF_STANDARDS,
            timestamp=dt.datetime(year, 12, 31, tzinfo=dt.UTC),
            sys_inputs=layout.inputs(),
        )
    except RuntimeError as error:  # Typst's own, or what it says of a query
        raise BuildError(f"the book cannot be set: {_told(error)}") from None
    if warnings:
        raise BuildError(f"the book cannot be set as it is: {_told(warnings[0])}")
    return bytes(pdf)


def exhibits(source: str, files: dict[str, bytes], layout: Layout) -> dict[str, Exhibit]:
    """Return where the tables and figures of a book stand, by name.

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
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"draft": "yes"} | layout.inputs(),
        )
    except RuntimeError as error:  # Typst's own, or what it says of a query
        raise BuildError(f"the book cannot be set: {_told(error)}") from None
    return {
        exhibit["id"]: Exhibit(exhibit["page"], exhibit["empty"], exhibit["parted"]) for exhibit in json.loads(found)
    }


def _input(source: str, files: dict[str, bytes]) -> Any:  # noqa: ANN401 - files in memory, which typst's stubs leave out
    return {MAIN: source.encode()} | files


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    import typst  # noqa: PLC0415 - only who makes a PDF waits for it

    folders = sorted({file.parent for file in font_files()})  # Typst takes folders; theirs hold nothing else
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders))


def _told(problem: RuntimeError | typst.TypstWarning) -> str:
    """Tell a problem of Typst in one line: what, where, and its hints."""
    place = PLACE.search(getattr(problem, "diagnostic", ""))
    where = f" ({place[1].removeprefix('/')})" if place else ""
    return "; ".join([f"{getattr(problem, 'message', problem)}{where}", *getattr(problem, "hints", ())])
