"""Findings of one column for one reason, told together, like the fourteen differences of 表11 that are called %."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.audit.findings import Finding, Verdict

FEWEST = 3
"""Fewer findings are told one by one."""


@dataclass(frozen=True, slots=True)
class Group:
    """One finding, or several that one sentence tells."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """Return the first finding, which gives the group its verdict and its place in the order."""
        return self.findings[0]

    @property
    def is_single(self) -> bool:
        """Whether there is nothing to tell together."""
        return len(self.findings) == 1

    @property
    def verdict(self) -> Verdict:
        """Return the verdict that all have."""
        return self.first.verdict

    @property
    def place(self) -> str:
        """Return the place: of several, the exhibit and the column."""
        return self.first.claim.place if self.is_single else " ".join(_column(self.first))

    @property
    def printed(self) -> str:
        """Return what is printed: of several, how many."""
        return self.first.claim.printed if self.is_single else f"{len(self.findings)}处"

    @property
    def evidence(self) -> str:
        """Return the evidence: of several, the reason that they share and each row."""
        if self.is_single:
            return self.first.evidence
        return f"{'、'.join(_told(finding) for finding in self.findings)}，都{self.first.cause}。"


def grouped(findings: Iterable[Finding]) -> list[Group]:
    """Put together what stands in one column, with one verdict, for one reason; each where its first finding was."""
    families: dict[object, list[Finding]] = {}
    for finding in findings:
        key = (_column(finding), finding.verdict, finding.cause) if finding.cause else finding.claim.id
        families.setdefault(key, []).append(finding)
    groups: list[Group] = []
    for family in families.values():
        groups += [Group(tuple(family))] if len(family) >= FEWEST else [Group((one,)) for one in family]
    return groups


def _column(finding: Finding) -> tuple[str, ...]:
    """Return the exhibit and the column of a place like 表11 农林牧渔类 两者差距."""
    words = finding.claim.place.split()
    return (words[0], words[-1]) if len(words) > 1 else (*words,)


def _told(finding: Finding) -> str:
    """Name the row with what is printed, and with what comes out where that differs."""
    row = " ".join(finding.claim.place.split()[1:-1])
    symbol = finding.claim.unit.symbol if finding.claim.unit is not None else ""
    exact = "" if finding.difference in {"", "0"} else f"（复算{finding.recomputed}{symbol}）"
    return f"{row}{finding.claim.printed}{exact}"
