"""One thing wrong with a file that came in, with its sheet and cell; for the clerk who sent it, in Chinese."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.errors import NianbaoError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

SEEN_LENGTH = 40
"""How much of a cell is repeated in a message."""


class ImportRefusedError(NianbaoError):
    """A file that cannot be taken; ``problems`` holds everything that is wrong with it."""

    def __init__(self, problems: Sequence[CellProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong, where, and what to do.

    Parameters
    ----------
    sheet, cell
        The place; ``cell`` is empty for a whole sheet, both for the whole file.
    seen
        What stands there, as read.
    what, remedy
        Clauses without a full stop.
    """

    sheet: str
    cell: str
    seen: str
    what: str
    remedy: str = ""

    @property
    def where(self) -> str:
        """The address as Excel writes it: ``基本情况!D14``."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet

    def __str__(self) -> str:
        place = f"{self.where}：" if self.where else ""
        seen = f"“{shorten(self.seen)}”" if self.seen else ""
        return f"{place}{seen}{self.what}" + (f"；{self.remedy}" if self.remedy else "")


@dataclass
class Findings:
    """What was noticed on the way: ``problems`` keep the file out, ``notices`` do not."""

    problems: list[CellProblem] = field(default_factory=list)
    notices: list[CellProblem] = field(default_factory=list)


def shorten(text: str) -> str:
    """Cut a long cell down for a message, on one line, without characters that print as nothing."""
    line = "".join(sign if sign.isprintable() else "␣" for sign in " ".join(text.split()))
    return line if len(line) <= SEEN_LENGTH else line[: SEEN_LENGTH - 1] + "…"


def problem_table(problems: Sequence[CellProblem], title: str) -> Table:
    """Set problems as a table for the terminal; what a clerk typed is never read as markup."""
    from rich.table import Table  # noqa: PLC0415 - only where there is something to show
    from rich.text import Text  # noqa: PLC0415

    table = Table(title=title, title_justify="left", show_lines=False)
    for heading in ("位置", "看到的", "问题", "怎么办"):
        table.add_column(heading, overflow="fold")
    for problem in problems:
        cells = (problem.where or "整个文件", shorten(problem.seen), problem.what, problem.remedy)
        table.add_row(*(Text(cell) for cell in cells))
    return table
