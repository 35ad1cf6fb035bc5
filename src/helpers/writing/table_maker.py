"""What every table is made with: cells that print facts with their cards, gaps, title, sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers import comparison
from helpers.model import Fact, Missing, Qualifier
from helpers.quantity import bare, format_number, typographic
from helpers.writing.blocks import Gap, GapList, HeaderCell, Row, Run, Table, Text
from helpers.writing.captions import caption, revised, source_line
from helpers.writing.cards import CardMaker
from helpers.writing.terms import Scene, note_gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.model import Unit

Cell = tuple[Run, ...]
Found = Fact | Missing
SHORT_REASONS = {"暂缺", "不适用", "未采集", "无数据"}


@dataclass
class TableMaker:
    """Gathers the cells of one table: their cards, facts and gaps."""

    scene: Scene
    maker: CardMaker = field(init=False)
    facts: list[Fact] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.maker = CardMaker(self.scene.facts)

    def cell(self, found: Found, headed: Unit | None = None) -> Cell:
        """Print a fact, or say in words why one is missing.

        The unit stands in the heading (``headed``, else the indicator's own); a fact in another one carries it, and so
        does one that its source gives as 约 or 余.
        """
        if isinstance(found, Missing):
            self.note(found)
            return (Text(text=found.reason if found.reason in SHORT_REASONS else "暂缺"),)
        found = comparison.in_persons(self.scene.catalogue, found)
        self.facts.append(found)
        kind = found.unit.kind
        if kind == "percent" or (kind == "percentage_point" and headed is None):
            return (self.maker.number(found, f"{typographic(format_number(found.value, found.decimals))}%"),)
        named = comparison.table_symbol(headed or found.indicator.unit) == found.unit.symbol
        exact = found.qualifier is Qualifier.EXACT
        return (self.maker.number(found, bare(found) if named and exact else None),)

    def proportion(self, found: Found) -> Cell:
        """Print a quotient by its two terms, each with its card; what is no quotient of two facts, by its value."""
        derivation = found.derivation if isinstance(found, Fact) else None
        if derivation is None or derivation.operator != "/":
            return self.cell(found)
        terms = [operand.fact for operand in derivation.operands if operand.fact is not None]
        if len(terms) != len(derivation.operands):
            return self.cell(found)
        self.facts += terms
        left, right = (self.maker.number(term, bare(term)) for term in terms)
        return (left, Text(text=":"), right)

    def computed_as_printed(self, *headings: str) -> list[str]:
        """Say of columns that they are computed from rounded numbers, if what they print is declared so."""
        declared = any(fact.indicator.rounding == "printed" for fact in self.facts)
        return [f"{'、'.join(headings)}按修约后的数计算。"] if declared else []

    def note(self, missing: Missing) -> None:
        """Note a gap, once."""
        note_gap(self.scene, self.gaps, missing)

    def finish(
        self,
        number: str,
        title: str,
        header: Sequence[Sequence[HeaderCell]],
        rows: Sequence[Row],
        *,
        years: Iterable[int] = (),
        notes: Sequence[str] = (),
        source: str | None = None,
    ) -> Table | GapList:
        """Make the table; without a fact or record in it, only its gap."""
        if not rows:
            return self.leave_out(number, title, "无数据", years=years)
        self._tell(self.gaps)
        return Table(
            number=self.scene.number(number),
            title=caption(self.scene, title, years),
            header=tuple(tuple(line) for line in header),
            rows=tuple(rows),
            notes=(*(caption(self.scene, note, years) for note in notes), *revised(self.facts)),
            source=source_line(self.scene.catalogue, self.facts) if source is None else source,
            cards=self.maker.cards,
            gaps=tuple(self.gaps),
        )

    def leave_out(self, number: str, title: str, reason: str, *, years: Iterable[int] = ()) -> GapList:
        """Say why a table is not there; what it lacked is told with it only if something was to be had."""
        whole = Gap(what=f"{self.scene.number(number)} {caption(self.scene, title, years)}", reason=reason)
        gaps = (*self.gaps, whole) if self.facts else (whole,)
        self._tell(gaps)
        return GapList(gaps=gaps)

    def _tell(self, gaps: Iterable[Gap]) -> None:
        self.scene.gaps.extend(gap for gap in gaps if gap not in self.scene.gaps)


def words(text: str) -> Cell:
    """Return a cell of words."""
    return (Text(text=text),)
