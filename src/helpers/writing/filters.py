"""What a template may say of a term: each filter turns a term into a phrase, or says what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpers import comparison
from helpers.model import Fact, Missing
from helpers.quantity import bare, numeral, printed_value
from helpers.writing import wording
from helpers.writing.wording import Phrase, Piece, Printed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from helpers.comparison import Change, Verdict
    from helpers.writing.terms import Term


SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Lacking:
    """A piece that is not to be had; ``alone`` means that only its own clause falls, not the sentence."""

    missing: Missing
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What a filter returns: a phrase, or something lacking."""

    phrase: tuple[Piece | Lacking, ...]


def _about(say: Callable[[Change], Phrase]) -> Callable[[Term], Said]:
    """Make a filter of a phrase about a change; without a predecessor it falls alone."""

    def said(term: Term) -> Said:
        found = term.found
        if isinstance(found, Missing):
            return Said((Lacking(found),))
        moved = term.change
        return Said((Lacking(moved, alone=True),) if isinstance(moved, Missing) else say(moved))

    return said


def _change(term: Term) -> Said:
    """Say how a term moved; where only the change is on record and the year before is not, say that."""
    moved = term.change if term.fact is not None else None
    if isinstance(moved, Missing) and (recorded := term.recorded_change) is not None:
        return Said(wording.recorded(recorded, same_scope=moved.reason == comparison.SCOPE_CHANGED))
    return _about(wording.change)(term)


def _bare(term: Term) -> Said:
    found = term.found
    return Said((Lacking(found),) if isinstance(found, Missing) else (Printed(found, bare(found)),))


def _hanzi(term: Term) -> Said:
    """Print a small count in Chinese numerals, its unit left to the words: ``四`` 所, ``两`` 项."""
    found = term.found
    if isinstance(found, Missing):
        return Said((Lacking(found),))
    return Said((Printed(found, numeral(int(printed_value(found)))),))


def _standard(term: Term) -> Said:
    """Hold a term against its standard; where none is in force, that clause falls and the number stays."""
    verdict = term.verdict
    if isinstance(verdict, Missing):
        return Said((Lacking(verdict, alone=term.fact is not None),))
    return Said(wording.standard(verdict))


def _of_verdict(choose: Callable[[Verdict], Fact]) -> Callable[[Term], Term]:
    def chosen(term: Term) -> Term:
        verdict = term.verdict
        return term.give(verdict if isinstance(verdict, Missing) else choose(verdict))

    return chosen


def _of_verdicts(say: Callable[[Sequence[Verdict]], Phrase], fewest: int = 1) -> Callable[[Sequence[Term]], Said]:
    """Make a filter of a phrase about those of several terms that can be held against a standard, by name.

    The others are gaps; with fewer than ``fewest`` to tell, the sentence falls.
    """

    def said(terms: Sequence[Term]) -> Said:
        verdicts = [term.verdict for term in terms]
        told = [verdict for verdict in verdicts if not isinstance(verdict, Missing)]
        missing = [verdict for verdict in verdicts if isinstance(verdict, Missing)]
        if len(told) < fewest:
            return Said(tuple(Lacking(one) for one in missing))
        return Said((*say(told), *(Lacking(one, alone=True) for one in missing)))

    return said


def _trend(terms: Sequence[Term], up: str = "有所增加", down: str = "有所减少") -> Said:
    """Say how several terms moved together; one unknown, and nothing is said of all."""
    moves, missing = _moves_of(terms)
    if missing:
        return Said(tuple(Lacking(one) for one in missing))
    return Said(wording.trend(moves, up, down))


def _trends(terms: Sequence[Term], what: str, up: str, down: str, *, naming: bool = True) -> Said:
    """Say how those moved that have a year before; with fewer than two, the sentence falls."""
    moves, missing = _moves_of(terms)
    if len(moves) < SEVERAL:
        return Said(tuple(Lacking(one) for one in missing))
    return Said((*wording.trends(moves, what, up, down, naming=naming), *(Lacking(one, alone=True) for one in missing)))


def _moves_of(terms: Sequence[Term]) -> tuple[list[tuple[str, Change]], list[Missing]]:
    """Return how terms moved, each by its label, and why of others nobody knows."""
    moves = [(term.indicator.label, term.change) for term in terms]
    known = [(label, moved) for label, moved in moves if not isinstance(moved, Missing)]
    return known, [moved for _, moved in moves if isinstance(moved, Missing)]


def _of_parts(say: Callable[..., Phrase], fewest: int = 1) -> Callable[..., Said]:
    """Make a filter of a phrase about the parts of a term; without one that prints as more than zero, it falls."""

    def said(term: Term, dimension: str, *place: int, **options: int) -> Said:
        facts = term.parts(dimension)
        nothing = all(printed_value(fact).is_zero() for fact in facts)
        if nothing or len(facts) < fewest or term.lacks_a_part(dimension):
            return _undivided(term)
        return Said(say([(_member(term, dimension, fact), fact) for fact in facts], *place, **options))

    return said


def _beyond(sign: int) -> Callable[..., Said]:
    """Make a filter of the parts on one side of zero; where there are none, its sentence falls."""

    def said(term: Term, dimension: str, first: int | None = None) -> Said:
        facts = [fact for fact in term.parts(dimension) if printed_value(fact) * sign > 0]
        if not facts or term.lacks_a_part(dimension):
            return _undivided(term)
        return Said(wording.beyond([(_member(term, dimension, fact), fact) for fact in facts], sign, first))

    return said


def _within(gap: Term, limit: Term, *, over: str, counterpart: bool = False) -> Said:
    """Hold every part of a gap against a limit that is itself a fact; one part unknown, and nothing is said of all.

    ``counterpart`` names the parts by what the breakdown is matched with (行业 rather than 专业类别).
    """
    bound = limit.found
    if isinstance(bound, Missing):
        return Said((Lacking(bound),))
    dimension = gap.scene.catalogue.dimension(over, "within")
    labels = dimension.members | (dimension.counterpart if counterpart else {})
    found = [(labels[member], gap(**{over: member}).found) for member in dimension.members]
    known = [(label, fact) for label, fact in found if isinstance(fact, Fact)]
    if not known:
        return _undivided(gap)
    if len(known) < len(found):
        return Said(tuple(Lacking(fact) for _, fact in found if isinstance(fact, Missing)))
    return Said(wording.within(known, bound))


def _member(term: Term, dimension: str, fact: Fact) -> str:
    return term.scene.catalogue.dimension(dimension).members[dict(fact.key.cut)[dimension]]


def _undivided(term: Term) -> Said:
    indicator = term.scene.catalogue.indicator(term.key.indicator)
    return Said((Lacking(Missing(term.key, indicator, "无分项数据")),))


def _listed(labelled: Sequence[tuple[str, Fact]]) -> Phrase:
    """List parts in their official order: ``金奖5个、银奖7个``."""
    return wording.enumerate_facts([(label, fact) for label, fact in labelled if not printed_value(fact).is_zero()])


def _roughly(term: Term, digits: int = 2) -> Said:
    found = term.found
    return Said((Lacking(found),) if isinstance(found, Missing) else wording.approximately(found, digits))


def _share_of(term: Term, whole: Term) -> Term:
    part, total = term.found, whole.found
    for found in (part, total):
        if isinstance(found, Missing):
            return term.give(found)
    if total.value.is_zero():  # type: ignore[union-attr]
        return term.give(Missing(term.key, part.indicator, "分母为零"))
    return term.give(comparison.share(term.scene.catalogue, part, total))  # type: ignore[arg-type]


def _direction(term: Term, up: str, down: str, level: str = "保持稳定") -> Said:
    found, moved = term.found, term.change
    if isinstance(found, Missing) or isinstance(moved, Missing):
        lacking = found if isinstance(found, Missing) else moved
        return Said((Lacking(lacking, alone=True),))  # type: ignore[arg-type]
    return Said((wording.direction(moved, up, down, level),))


FILTERS: dict[str, Callable[..., Any]] = {
    "change": _change,
    "difference": _about(wording.difference),
    "growth": _about(wording.growth),
    "from_to": _about(wording.from_to),
    "direction": _direction,
    "bare": _bare,
    "hanzi": _hanzi,
    "roughly": _roughly,
    "parts": _of_parts(wording.parts),
    "leading": _of_parts(wording.leading),
    "extremes": _of_parts(wording.extremes, fewest=SEVERAL),
    "surpluses": _beyond(1),
    "deficits": _beyond(-1),
    "listed": _of_parts(_listed),
    "share_of": _share_of,
    "standard": _standard,
    "standards": _of_verdicts(wording.standards),
    "limits": _of_verdicts(wording.limits, fewest=SEVERAL),
    "trend": _trend,
    "trends": _trends,
    "within": _within,
    "limit": _of_verdict(lambda verdict: verdict.limit),
    "exceedance": _of_verdict(lambda verdict: verdict.exceedance),
    "exceedance_rate": _of_verdict(lambda verdict: verdict.exceedance_rate),
}


def _moves(sign: int) -> Callable[[Term], bool]:
    def test(term: Term) -> bool:
        moved = term.change
        return not isinstance(moved, Missing) and moved.direction == sign

    return test


def _comparable(terms: Term | Sequence[Term]) -> bool:
    """Whether a term, or each of several, has a year before to be compared with."""
    several = terms if isinstance(terms, (list, tuple)) else (terms,)
    return all(not isinstance(term.change, Missing) for term in several)


def _partly_comparable(terms: Sequence[Term]) -> bool:
    """Whether two or more of several terms have a year before."""
    return sum(_comparable(term) for term in terms) >= SEVERAL


def _meets(term: Term) -> bool:
    verdict = term.verdict
    return not isinstance(verdict, Missing) and verdict.met


TESTS: dict[str, Callable[..., bool]] = {
    "rising": _moves(1),
    "falling": _moves(-1),
    "flat": _moves(0),
    "known": lambda term: term.fact is not None,
    "comparable": _comparable,
    "partly_comparable": _partly_comparable,
    "meeting_standard": _meets,
}
