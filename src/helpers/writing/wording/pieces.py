"""What phrases are made of: words, printed facts, and the comparison that a sentence says once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from helpers.model import Fact, Qualifier
from helpers.quantity import roughly, with_unit

SAME_SCOPE = "按同口径"


@dataclass(frozen=True, slots=True)
class Printed:
    """A fact in a phrase, and how the phrase prints it."""

    fact: Fact
    text: str


@dataclass(frozen=True, slots=True)
class Since:
    """比上年 or 与上年, which a sentence says once; later ones on the same basis in the same sentence fall silent.

    ``same_scope`` is the other basis: the source compares within one scope, across a change in what it counts.
    """

    text: str = "比上年"
    same_scope: bool = False

    @property
    def opening(self) -> str:
        """What stands where it is said first: ``按同口径比上年``."""
        return f"{SAME_SCOPE if self.same_scope else ''}{self.text}"


Piece = str | Printed | Since
Phrase = tuple[Piece, ...]


def printed(fact: Fact) -> Printed:
    """Print a fact with unit and qualifier."""
    return Printed(fact, with_unit(fact))


def magnitude(fact: Fact) -> Printed:
    """Print a fact without its sign, for use behind a word that gives the direction."""
    return Printed(fact, with_unit(replace(fact, value=abs(fact.value))))


def approximately(fact: Fact, digits: int = 2) -> Phrase:
    """Print a fact in round numbers, its card giving the exact one: ``9600余人``, ``近2800人``, ``约9.9万人``."""
    return (Printed(fact, roughly(fact, digits)),)


def is_exact(fact: Fact) -> bool:
    """Whether the source gives the number without 余, 约 or 近."""
    return fact.qualifier is Qualifier.EXACT
