"""What became of one report: what its builder tells to whoever asked for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.building.execute import Failure


@dataclass
class Report:
    """A finished build: where it is, what was made anew and why, what failed, what the data lack."""

    folder: Path
    seconds: float = 0.0
    chapters: int = 0
    executed: list[str] = field(default_factory=list)
    rendered: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    gaps: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def is_up_to_date(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.executed or self.rendered or self.failures or self.notes)

    def why_lines(self) -> list[str]:
        """Say of each chapter what changed."""
        return [f"{stem}: {'; '.join(reasons) or 'up to date'}" for stem, reasons in self.reasons.items()]
