"""Figures: one function per chart form, each from terms to a picture with its words and its numbers.

Every form takes a scene, ``number`` and ``title`` (see :func:`helpers.writing.captions.caption`) and terms, and returns
a :class:`~helpers.writing.blocks.Figure`; where nothing can be drawn, a :class:`~helpers.writing.blocks.GapList`.
Every value printed in a picture is a fact with a card, printed as the text prints it. A missing value is not drawn but
noted as a gap.
"""

from helpers.writing.figures.bars_by_year import bars_by_year
from helpers.writing.figures.bullet import bullet
from helpers.writing.figures.dumbbell import dumbbell
from helpers.writing.figures.grouped_counts import grouped_counts
from helpers.writing.figures.paired_bars import paired_bars
from helpers.writing.figures.ranked_bars import ranked_bars
from helpers.writing.figures.share_bar import share_bar
from helpers.writing.figures.share_bars import share_bars
from helpers.writing.figures.stacked_shares import stacked_shares

__all__ = [
    "bars_by_year",
    "bullet",
    "dumbbell",
    "grouped_counts",
    "paired_bars",
    "ranked_bars",
    "share_bar",
    "share_bars",
    "stacked_shares",
]
