"""Files of office software: zip archives of XML that strangers made, looked at before anything unpacks them.

What an archive says of its size is believed and bounded (one that understates its sizes ends in a checksum error, not
in more memory), and document types, with the entities that they could bring, are refused.
"""

from __future__ import annotations

import zipfile
import zlib
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MEGABYTE = 2**20
MAXIMUM_FILE = 20 * MEGABYTE
MAXIMUM_UNPACKED = 200 * MEGABYTE
MAXIMUM_RATIO = 400
"""What honest XML never reaches; a bomb of zeros has about 1000."""
RATIO_COUNTS_FROM = MEGABYTE
MAXIMUM_PARTS = 2000
COMPOUND = b"\xd0\xcf\x11\xe0"
"""How .doc and .xls begin, and what Office wraps an encrypted file in."""
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ZIP = b"PK\x03\x04"
PIECE = 2**16
XML = (".xml", ".rels", ".vml")


class Flaw(StrEnum):
    """Why an archive is not opened."""

    OLD = "is of an old format"
    LOCKED = "is locked by a password"
    OTHER = "is no archive"
    LARGE = "is too large"
    SWOLLEN = "unpacks to too much"
    DENSE = "is packed too densely"
    DOUBLED = "has parts of one name"
    TYPED = "declares a document type"
    BROKEN = "is broken"


class ArchiveError(Exception):
    """An archive that is not opened; ``part`` is the part of it that is to blame, or what the library said."""

    def __init__(self, flaw: Flaw, part: str = "") -> None:
        self.flaw, self.part = flaw, part
        super().__init__(f"{flaw}: {part}" if part else str(flaw))


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose size is bounded; what breaks while it is read is an :class:`ArchiveError`, too.

    Raises
    ------
    ArchiveError
        It is none, is locked or damaged, or would unpack to more than honest files do.
    """
    start = _first_bytes(path)
    if start == COMPOUND:
        raise ArchiveError(Flaw.LOCKED if _is_encrypted(path) else Flaw.OLD)
    if start != ZIP:
        raise ArchiveError(Flaw.OTHER)
    if path.stat().st_size > MAXIMUM_FILE:
        raise ArchiveError(Flaw.LARGE)
    try:
        with zipfile.ZipFile(path) as archive:
            _bound(archive.infolist())
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise ArchiveError(Flaw.BROKEN, str(error)) from None


def xml_parts(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """Yield the parts of an archive that are XML."""
    return (part for part in archive.infolist() if part.filename.casefold().endswith(XML))


def scan(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, start: Callable[[str, dict[str, str]], None] | None = None
) -> None:
    """Parse one part in a stream, building nothing: refuse document types, tell ``start`` of each element.

    Raises
    ------
    ArchiveError
        It is no XML, or declares a document type.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse_document_type(*_: object) -> None:
        raise ArchiveError(Flaw.TYPED, part.filename)

    parser.StartDoctypeDeclHandler = refuse_document_type
    if start is not None:
        parser.StartElementHandler = start
    try:
        with archive.open(part) as file:
            while piece := file.read(PIECE):
                parser.Parse(piece, False)  # noqa: FBT003 - expat's own signature
        parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise ArchiveError(Flaw.BROKEN, f"{part.filename}: {error}") from None


def _bound(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse by the archive's directory alone."""
    names = [part.filename for part in parts]
    if len(parts) > MAXIMUM_PARTS or sum(part.file_size for part in parts) > MAXIMUM_UNPACKED:
        raise ArchiveError(Flaw.SWOLLEN)
    for part in parts:
        if part.file_size > RATIO_COUNTS_FROM and part.file_size > MAXIMUM_RATIO * max(part.compress_size, 1):
            raise ArchiveError(Flaw.DENSE, part.filename)
    if len(set(names)) < len(names):
        raise ArchiveError(Flaw.DOUBLED)
    if any(part.flag_bits & 1 for part in parts):
        raise ArchiveError(Flaw.LOCKED)


def _first_bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(4)


def _is_encrypted(path: Path) -> bool:
    """Whether an old container holds a locked file of a new format."""
    with path.open("rb") as file:
        return ENCRYPTED in file.read(MAXIMUM_FILE)
