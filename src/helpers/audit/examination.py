"""What each claim's expressions mean with the data as they are, before anything is judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.audit.conditions import Condition, Quantity, UnresolvedError
from helpers.audit.grammar import Reader
from helpers.audit.printing import prints_as
from helpers.expressions import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from helpers.audit.claims import Claim, Claims
    from helpers.formulas import Facts
    from helpers.model import Expression, Key


@dataclass(frozen=True, slots=True)
class Examined:
    """A claim with its expression read; ``lacking`` says what kept it from being read."""

    claim: Claim
    meaning: Quantity | Condition | None = None
    value: Decimal | None = None
    lacking: str = ""
    reads: frozenset[Key] = frozenset()
    cited: frozenset[str] = frozenset()

    @property
    def prints(self) -> bool:
        """Whether the value prints as the claim does."""
        return self.value is not None and not self.claim.is_statement and prints_as(self.claim, self.value)

    @property
    def primary(self) -> Key | None:
        """The row that the claim merely repeats, if it computes nothing."""
        fact = self.meaning.expression.fact if isinstance(self.meaning, Quantity) else None
        return fact.key if fact is not None and fact.observation is not None else None

    @property
    def repeats(self) -> bool:
        """Whether the claim says one number again, without computing anything."""
        return isinstance(self.meaning, Quantity) and self.meaning.expression.fact is not None

    @property
    def expressions(self) -> list[Expression]:
        """Return every expression in the claim's meaning."""
        match self.meaning:
            case Quantity(expression=expression):
                return [expression]
            case Condition() as condition:
                return condition.expressions()
        return []


@dataclass
class Examination:
    """The claims of one report, examined, and who leans on whom."""

    claims: Claims
    facts: Facts
    examined: dict[str, Examined] = field(default_factory=dict)
    repeating: dict[Key, list[Examined]] = field(default_factory=dict)
    leaning: dict[Key, list[Examined]] = field(default_factory=dict)
    citing: dict[str, list[Examined]] = field(default_factory=dict)

    def read(self, claim: Claim, expression: str) -> Examined:
        """Read one expression of a claim.

        Raises
        ------
        FormulaError, UnknownNameError
            It cannot be read.
        """
        reader = Reader(self.facts, self.claims, claim)
        before, self.facts.reads = self.facts.reads, set()
        try:
            meaning = reader.read(expression)
            value = evaluate(meaning.expression) if isinstance(meaning, Quantity) else None
        except UnresolvedError as error:
            return Examined(claim, lacking=str(error), reads=frozenset(self.facts.reads))
        finally:
            read, self.facts.reads = frozenset(self.facts.reads), before | self.facts.reads
        return Examined(claim, meaning, value, reads=read, cited=frozenset(reader.cited))


def examine(claims: Claims, facts: Facts, only: Iterable[str] | None = None) -> Examination:
    """Read the claims of a report, or some of them."""
    examination = Examination(claims, facts)
    for name in claims.by_id if only is None else only:
        claim = claims.by_id[name]
        one = examination.read(claim, claim.expression) if claim.expression else Examined(claim)
        examination.examined[name] = one
        for other in one.cited:
            examination.citing.setdefault(other, []).append(one)
        if one.primary is not None and not one.cited:
            examination.repeating.setdefault(one.primary, []).append(one)
            continue
        for key in one.reads:
            examination.leaning.setdefault(key, []).append(one)
    return examination
