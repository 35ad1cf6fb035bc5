"""The one typeface of pages, figures and book, from a locked package; never a system font.

``mpl-font`` carries the openly licensed Noto Sans CJK SC. It is used for its files only: importing it would change
matplotlib's settings, so it is located, not imported.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from helpers.errors import SetupError

FAMILY = "Noto Sans CJK SC"
PACKAGE = "mpl_font"
DISTRIBUTION = "mpl-font"
WEIGHTS = ("Regular", "Bold", "Light", "Medium")
FONT_KINDS = {b"OTTO", b"\0\1\0\0"}
REMEDY = "run `pip install --force-reinstall mpl-font`"
SPACING = frozenset("\n\r\t")


def font_files() -> list[Path]:
    """Return the font files: Regular, Bold, Light, Medium of :data:`FAMILY`.

    Raises
    ------
    SetupError
        The package, or one of its files, is not installed, or a file is damaged.
    """
    specification = find_spec(PACKAGE)
    if specification is None or not specification.submodule_search_locations:
        raise SetupError(f"no fonts: the package {PACKAGE} is not installed; run `pip install mpl-font`")
    folder = Path(next(iter(specification.submodule_search_locations))) / "fonts" / "noto"
    files = [folder / f"NotoSansCJKsc-{weight}.otf" for weight in WEIGHTS]
    absent = [file.name for file in files if not file.is_file()]
    if absent:
        raise SetupError(f"no fonts: {PACKAGE} lacks {', '.join(absent)}; {REMEDY}")
    damaged = [file.name for file in files if not _is_whole(file)]
    if damaged:
        raise SetupError(f"no fonts: {', '.join(damaged)} of {PACKAGE} cannot be read as a font; {REMEDY}")
    return files


def _is_whole(file: Path) -> bool:
    """Whether a file begins as a font does and is as long as its table of contents says."""
    try:
        with file.open("rb") as content:
            kind, count = struct.unpack(">4sH6x", content.read(12))
            tables = [struct.unpack(">8xII", content.read(16)) for _ in range(count)]
        return kind in FONT_KINDS and max(offset + length for offset, length in tables) <= file.stat().st_size
    except (OSError, struct.error, ValueError):
        return False


@lru_cache(maxsize=1)
def identity() -> str:
    """Say which font files these are: their package's version, and their sizes; to digest 64 MB takes too long."""
    sizes = ", ".join(f"{file.name} {file.stat().st_size}" for file in font_files())
    return f"{DISTRIBUTION} {version(DISTRIBUTION)}: {sizes}"


def missing_glyphs(text: str) -> set[str]:
    """Return the characters of ``text`` that the typeface cannot draw; line breaks and tabs need no glyph."""
    return {letter for letter in set(text) - SPACING if ord(letter) not in _covered()}


def refuse_missing_glyphs(text: str, where: str) -> None:
    """Raise if ``text`` holds a character that would print as an empty box.

    Raises
    ------
    SetupError
        With each such character, its code point, and ``where`` it stands.
    """
    missing = missing_glyphs(text)
    if missing:
        named = "、".join(f"{letter} (U+{ord(letter):04X})" for letter in sorted(missing))
        raise SetupError(f"{where}: {FAMILY} has no glyph for {named}; write another character")


@lru_cache(maxsize=1)
def _covered() -> frozenset[int]:
    """Return the code points that the regular weight draws; the other weights draw the same."""
    import uharfbuzz  # noqa: PLC0415 - only checks need it

    return frozenset(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font_files()[0]))).unicodes)
