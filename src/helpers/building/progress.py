"""How far a batch is: one line kept up to date on a terminal, one plain line for each report elsewhere."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


def duration(seconds: float) -> str:
    """Say how long something takes: ``8 s``, ``3 min 20 s``, ``1 h 5 min``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Lines:
    """One plain line for each report: for a log, or a pipe."""

    def __init__(self, total: int, tell: Callable[[str], None]) -> None:
        self.total, self.tell = total, tell
        self.count = 0
        self.started = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left to do: every line is written."""

    def step(self, done: str, *, notable: bool = False) -> None:  # noqa: ARG002 - everything is told here
        """Tell of one finished report, and how long the rest may take."""
        self.count += 1
        elapsed = time.monotonic() - self.started
        remaining = elapsed / self.count * (self.total - self.count)
        left = f", about {duration(remaining)} to go" if remaining >= 1 else ""
        self.tell(f"[{self.count:>{len(str(self.total))}}/{self.total}] {done} ({duration(elapsed)}{left})")


class Bar(Lines):
    """A bar with elapsed and remaining time; only what is notable gets a line that stays."""

    def __init__(self, total: int, tell: Callable[[str], None]) -> None:
        from rich.progress import (  # noqa: PLC0415 - only on a terminal  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        super().__init__(total, tell)
        columns = (MofNCompleteColumn(), BarColumn(), TimeElapsedColumn(), TextColumn("to go"), TimeRemainingColumn())
        self.bar = Progress(*columns, TextColumn("{task.description}", markup=False), transient=True)
        self.task = self.bar.add_task("", total=total)

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bar.stop()

    def step(self, done: str, *, notable: bool = False) -> None:
        """Move the bar on."""
        self.bar.update(self.task, advance=1, description=done)
        if notable:
            self.bar.console.print(f"  {done}", markup=False, highlight=False)
