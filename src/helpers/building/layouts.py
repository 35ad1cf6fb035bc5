"""How a chapter's tables and figures stand: which of them float, and which are set tighter.

A chapter begins on a page of its own, so that its layout depends on nothing but itself: it is decided from the chapter
alone (for the book, from a draft without cards), and kept for as long as the chapter, the house style and the
typesetter stay the same.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from helpers.building.press import own_press
from helpers.kept import kept
from helpers.writing.fonts import identity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from helpers.building.typesetting import Exhibit

TOLERATED_GAP = 137.0  # points left empty at the foot of a page: seven lines, a fifth of it
RULES = f"1, {TOLERATED_GAP}"  # counts the ways in which layouts have been decided


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

    def __add__(self, other: Layout) -> Layout:
        """Return both."""
        return Layout(self.floating + other.floating, self.tight + other.tight)


def layout_of(names: Sequence[str], source: Callable[[Layout], str], files: dict[str, bytes]) -> Layout:
    """Choose the tables and figures of a chapter that are not set just where and as they are told.

    Parameters
    ----------
    names
        The chapter's tables and figures, in its order.
    source
        Returns the Typst source of the chapter, laid out in some way.
    files
        What the source imports and shows, by path.

    Raises
    ------
    BuildError
        Typst refuses something.
    """
    if not names:
        return Layout()
    parts = [source(Layout()).encode(), *(f"{name}\0".encode() + files[name] for name in sorted(files))]
    digests = [hashlib.sha256(part).hexdigest() for part in parts]
    key = "\n".join([RULES, f"typst {version('typst')}", f"uharfbuzz {version('uharfbuzz')}", identity(), *digests])
    found = json.loads(kept("layouts", key, lambda: json.dumps(asdict(_decide(names, source, files))).encode()))
    return Layout(tuple(found["floating"]), tuple(found["tight"]))


def _decide(names: Sequence[str], source: Callable[[Layout], str], files: dict[str, bytes]) -> Layout:
    """See to the first that does not turn out well, and lay the chapter out again; what follows may stand elsewhere.

    Typst's own layout could decide this, but need not come to an end.
    """
    layout = Layout()
    while True:
        change = _mend(layout, names, own_press().exhibits(source(layout), files))
        if change == Layout():
            return layout
        layout += change


def _mend(layout: Layout, names: Sequence[str], found: Mapping[str, Exhibit]) -> Layout:
    """Say what to do to the first exhibit that leaves a page empty, loses its notes or overtakes another."""
    reached = 0
    for name in names:
        exhibit = found[name]
        if name not in layout.floating:
            if exhibit.parted and name not in layout.tight:
                return Layout(tight=(name,))
            if exhibit.parted or exhibit.empty > TOLERATED_GAP or exhibit.page < reached:
                return Layout(floating=(name,))
        reached = max(reached, exhibit.page)
    return Layout()
