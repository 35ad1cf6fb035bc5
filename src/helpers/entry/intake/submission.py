"""What was read from a file, whatever kind of file it was: rows that could be written as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from helpers.model import Case, Observation, Record, Source


@dataclass(frozen=True, slots=True)
class Note:
    """A remark that came with a workbook; whoever edits the report reads it, no page prints it."""

    entity: str
    number: int
    subject: str
    text: str
    source: str
    locator: str


@dataclass(frozen=True)
class Submission:
    """The content of a file, validated row by row.

    ``source`` is the document that the rows cite, to be entered in the list of sources if it is new. ``owned`` names
    the indicators that the file speaks for: what it no longer says of them, under the same source, is removed.
    """

    edition: int
    entities: frozenset[str]
    source: Source
    owned: frozenset[str]
    observations: tuple[Observation, ...] = ()
    records: tuple[Record, ...] = ()
    cases: tuple[Case, ...] = ()
    notes: tuple[Note, ...] = ()
