"""The typeface cut down to the characters of one page, for embedding.

Cutting takes about a second and a half per weight, so cuts are kept under ``.cache/webfonts``, named by all that makes
them: the font file, the characters, the versions of the tools. The same name always holds the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from helpers.errors import SetupError
from helpers.paths import find_project
from helpers.writing.fonts import font_files

if TYPE_CHECKING:
    from pathlib import Path

FEATURES = ["halt", "kern"]
"""What a browser needs to close up Chinese punctuation, and kerning for Latin."""
TOOLS = ("fonttools", "brotli")


def data_url(weight: str, characters: frozenset[str]) -> str:
    """Return the typeface in one weight (``Regular``, ``Bold``), only with ``characters``, as a ``data:`` URL.

    Raises
    ------
    SetupError
        The fonts are not installed.
    """
    cut = _cut(weight, "".join(sorted(characters)))
    return f"data:font/woff2;base64,{base64.b64encode(cut).decode('ascii')}"


@lru_cache(maxsize=64)
def _cut(weight: str, characters: str) -> bytes:
    source = next(path for path in font_files() if path.stem.endswith(f"-{weight}"))
    kept = _kept_at(source, characters)
    if kept is not None and kept.is_file():
        return kept.read_bytes()
    cut = subset(source, characters)
    if kept is not None:
        _keep(kept, cut)
    return cut


def subset(source: Path, characters: str) -> bytes:
    """Cut a font file down to ``characters``; return it as WOFF2."""
    from fontTools import subset as cutter  # noqa: PLC0415 - slow to import, and most pages find their cut kept

    options = cutter.Options()
    options.layout_features = FEATURES
    options.flavor = "woff2"
    options.hinting = False
    options.recalc_timestamp = False
    options.name_IDs = [0, 1, 2, 13, 14]  # the copyright and licence stay with the outlines
    with cutter.load_font(source, options, lazy=True) as font:
        work = cutter.Subsetter(options)
        work.populate(unicodes=sorted(map(ord, characters)))
        work.subset(font)
        cut = io.BytesIO()
        cutter.save_font(font, cut, options)
    return cut.getvalue()


def _kept_at(source: Path, characters: str) -> Path | None:
    """Return where a cut is kept; outside a project nothing is."""
    try:
        root = find_project().root
    except SetupError:
        return None
    parts = [_digest(source), characters, *FEATURES, *(f"{tool} {version(tool)}" for tool in TOOLS)]
    name = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
    return root / ".cache" / "webfonts" / f"{name}.woff2"


@lru_cache(maxsize=4)
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _keep(path: Path, content: bytes) -> None:
    """Write whole or not at all; two processes may write the same bytes at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)
