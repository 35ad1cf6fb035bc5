"""Verdicts, and what a finding says of one claim."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers.audit.claims import Claim
    from helpers.model import Key


class Verdict(StrEnum):
    """What the audit says of a claim, from the best to the worst."""

    CONFIRMED = "confirmed"
    NOT_RECOMPUTABLE = "not recomputable"
    ROUNDING = "rounding"
    AMBIGUOUS = "ambiguous"
    WORDING = "wording"
    UNIT = "unit"
    ERROR = "error"

    @property
    def label(self) -> str:
        """Say it in Chinese."""
        return LABELS[self]

    @property
    def meaning(self) -> str:
        """Explain it to a reader."""
        return MEANINGS[self]


LABELS = {
    Verdict.CONFIRMED: "相符",
    Verdict.NOT_RECOMPUTABLE: "无法复算",
    Verdict.ROUNDING: "修约差异",
    Verdict.AMBIGUOUS: "口径不明",
    Verdict.WORDING: "用词",
    Verdict.UNIT: "单位",
    Verdict.ERROR: "差错",
}
MEANINGS = {
    Verdict.CONFIRMED: "按所述规则修约后与印出的一致，或文中几处一致。",
    Verdict.NOT_RECOMPUTABLE: "原始数或陈述，文中没有可以据以复算的数。",
    Verdict.ROUNDING: "末位之差，由输入数已修约、逐步修约或凑足100所致。",
    Verdict.AMBIGUOUS: "文中没有说定口径、分母或划分，各种读法结果不同。",
    Verdict.WORDING: "数是对的，说法不对。",
    Verdict.UNIT: "数字是对的，单位不对。",
    Verdict.ERROR: "与文中其他数矛盾，无论怎样修约都不能成立。",
}
AMISS = (Verdict.ERROR, Verdict.UNIT, Verdict.WORDING, Verdict.AMBIGUOUS)
"""What the annex of the book lists, worst first."""
CORRECTED = frozenset({Verdict.ERROR, Verdict.UNIT, Verdict.ROUNDING})
"""What makes a page mark the number that it prints otherwise."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the audit found on one claim.

    ``evidence`` is one sentence with the numbers. ``routes`` tells how the verdict was derived: forwards from the
    inputs, backwards from the printed value; an ``error`` or ``unit`` has both. ``discrepancy`` is what does not agree,
    in the fewest words: an exception expects just this. ``cause`` is what it has in common with others of its kind.
    """

    claim: Claim
    verdict: Verdict
    evidence: str
    recomputed: str = ""
    difference: str = ""
    discrepancy: str = ""
    routes: tuple[str, ...] = ()
    signature: str = ""
    reads: frozenset[Key] = field(default=frozenset(), compare=False)
    cause: str = ""

    @property
    def is_amiss(self) -> bool:
        """Whether somebody should look at it."""
        return self.verdict in AMISS


@dataclass(frozen=True)
class Audit:
    """The findings on one report, in the order of the document."""

    year: int
    entity: str
    findings: Mapping[str, Finding]

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings.values())

    def __len__(self) -> int:
        return len(self.findings)

    @property
    def counts(self) -> Counter[Verdict]:
        """How many claims have each verdict."""
        return Counter(finding.verdict for finding in self)

    def amiss(self) -> list[Finding]:
        """Return what somebody should look at, the worst verdict first, then in the order of the document."""
        return [finding for verdict in AMISS for finding in self if finding.verdict is verdict]
