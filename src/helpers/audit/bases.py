"""Whole numbers behind shares: which bases a printed share allows, and which one base explains a whole series."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from helpers.audit.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LARGEST_BASE = 2_000_000
"""No school system of a city or a province counts more pupils."""
CHANCE = Decimal("0.05")
"""An explanation that chance would give more often than this explains nothing."""


def only_base(part: Decimal, share: Interval) -> Decimal | None:
    """Return the one whole number of which ``part`` is such a share, if there is one and it is no accident.

    >>> only_base(Decimal(37), Interval(Decimal("0.54405"), Decimal("0.54415")))
    Decimal('68')
    """
    if share.low <= 0:
        return None
    bases = Interval.exactly(part) / share
    whole = bases.whole_numbers()
    if whole is None or whole[0] != whole[1] or bases.width > CHANCE:
        return None
    return whole[0]


@lru_cache(maxsize=16)
def common_base(shares: tuple[Interval, ...]) -> int | None:
    """Return the smallest whole number of which every share is a whole number, if chance does not explain it.

    Shares printed with few digits allow so many bases that none is told; unrounded ones give theirs away.
    """
    series = [share for share in shares if share.low > 0]
    if not series:
        return None
    narrow = min(series, key=lambda share: share.width)
    for base in _bases(narrow):
        if all((share * Interval.exactly(Decimal(base))).whole_numbers() for share in series):
            return base if _accidents(series, base) <= CHANCE else None
    return None


def _bases(share: Interval) -> Iterator[int]:
    """Yield the bases of which a share is a whole number, smallest first."""
    for part in range(1, int(share.high * LARGEST_BASE) + 1):
        bases = (Interval.exactly(Decimal(part)) / share).whole_numbers()
        if bases is not None:
            yield from range(int(bases[0]), int(bases[1]) + 1)


def _accidents(series: Sequence[Interval], base: int) -> Decimal:
    """Return how many bases up to this one chance alone would be expected to let pass."""
    expected = Decimal(base)
    for share in series:
        expected *= min(Decimal(1), share.width * base)
    return expected
