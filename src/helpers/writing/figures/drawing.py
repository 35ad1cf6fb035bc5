"""What a figure gathers while it is drawn: marks, their cards, and gaps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from helpers.errors import TemplateError
from helpers.formulas import NOT_ON_RECORD
from helpers.model import Fact, Missing, Qualifier
from helpers.quantity import bare, convert, machine_readable, with_unit
from helpers.writing.blocks import Datum, Figure, Gap, GapList
from helpers.writing.captions import caption, revised, source_line
from helpers.writing.cards import CardMaker, label_of
from helpers.writing.terms import note_gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.model import Unit
    from helpers.writing.terms import Scene, Term


@dataclass(frozen=True, slots=True)
class Mark:
    """One drawn value: which series and category it stands for, and the fact."""

    series: str
    category: str
    fact: Fact

    def size(self, unit: Unit) -> float:
        """Return the value in ``unit``, for drawing only."""
        return float(convert(self.fact.value, self.fact.unit, unit))

    def text(self, unit: Unit | None = None) -> str:
        """Print the value as a table prints it: bare where the picture names the ``unit`` once, 约 and 余 kept."""
        if self.fact.qualifier is not Qualifier.EXACT:
            return with_unit(self.fact)
        named_once = unit is not None and unit.kind != "percent" and unit.symbol == self.fact.unit.symbol
        return bare(self.fact) if named_once else with_unit(self.fact)


@dataclass
class Drawing:
    """Gathers what one figure draws, and makes the block."""

    scene: Scene
    number: str
    marks: list[Mark] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)

    def mark(self, found: Fact | Missing, series: str, category: str) -> Mark | None:
        """Keep a fact to be drawn; note a missing one as a gap."""
        if isinstance(found, Missing):
            self.note(found)
            return None
        mark = Mark(series, category, found)
        self.marks.append(mark)
        return mark

    def note(self, missing: Missing) -> None:
        """Note a gap, once."""
        note_gap(self.scene, self.gaps, missing)

    def members(self, term: Term, dimension: str) -> dict[str, Fact]:
        """Return the parts of ``term`` by member code, in their official order.

        A member that the data leave out for a reason is a gap; one they never speak of is not.
        """
        found = {
            member: term(**{dimension: member}).found for member in self.scene.catalogue.dimension(dimension).members
        }
        for one in found.values():
            if isinstance(one, Missing) and not one.reason.endswith(NOT_ON_RECORD):
                self.note(one)
        return {member: one for member, one in found.items() if isinstance(one, Fact)}

    def label(self, dimension: str, member: str) -> str:
        """Name a member of a breakdown."""
        return self.scene.catalogue.dimension(dimension).members[member]

    def name(self, term: Term) -> str:
        """Name what a term measures, with the members of its breakdown; another entity's by its short name."""
        key = term.key
        words = [self.label(dimension, member) for dimension, member in key.cut]
        label = term.indicator.label + (f"（{'，'.join(words)}）" if words else "")
        found = term.found
        if isinstance(found, Fact):
            label = label_of(self.scene.catalogue, found)
        own = key.entity == self.scene.entity.slug
        return label if own else f"{self.scene.catalogue.entities[key.entity].short}{label}"

    def unit(self) -> Unit:
        """Return the unit of the value axis: that of the first mark.

        Raises
        ------
        TemplateError
            Percentages and other numbers are to share an axis.
        FormulaError
            Two marks measure different things.
        """
        unit = self.marks[0].fact.unit
        for mark in self.marks:
            if mark.fact.unit.kind != unit.kind and "percent" in {mark.fact.unit.kind, unit.kind}:
                raise TemplateError(f"{self.number}: {unit.symbol} and {mark.fact.unit.symbol} cannot share an axis")
            mark.size(unit)
        return unit

    def named_once(self) -> str:
        """Return the symbol that the picture names once, or nothing where each value carries its own."""
        symbols = {mark.fact.unit.symbol for mark in self.marks}
        kinds = {mark.fact.unit.kind for mark in self.marks}
        return symbols.pop() if len(symbols) == 1 and not kinds & {"percent", "percentage_point", "ratio"} else ""

    def text(self, mark: Mark) -> str:
        """Print a value as the picture shows it: bare where the unit is named once."""
        return mark.text(self.unit() if self.named_once() else None)

    def nothing(self, title: str, reason: str = "") -> GapList:
        """Return the gap that stands where there is nothing to draw, for ``reason`` or that of its marks."""
        reasons = {gap.reason for gap in self.gaps}
        reason = reason or (reasons.pop() if len(reasons) == 1 else NOT_ON_RECORD)
        gaps = (Gap(what=f"{self.scene.number(self.number)} {caption(self.scene, title)}", reason=reason),)
        self._tell(gaps)
        return GapList(gaps=gaps)

    def finish(
        self, title: str, alt: str, svg: str, *, notes: Sequence[str] = (), beside: Iterable[Fact] = ()
    ) -> Figure:
        """Make the block; ``beside`` are facts that the alternative text tells but the picture does not draw."""
        maker = CardMaker(self.scene.facts)
        facts = [mark.fact for mark in self.marks]
        data = tuple(
            Datum(
                series=mark.series,
                category=mark.category,
                value=machine_readable(bare(mark.fact)),
                unit=mark.fact.unit.symbol,
                card=maker.number(mark.fact).card,
            )
            for mark in self.marks
        )
        self._tell(self.gaps)
        years = self.years()
        return Figure(
            number=self.scene.number(self.number),
            title=caption(self.scene, title, years),
            alt=alt,
            svg=svg,
            data=data,
            notes=(*(caption(self.scene, note, years) for note in notes), *revised(facts)),
            source=source_line(self.scene.catalogue, [*facts, *beside]),
            cards=maker.cards,
            gaps=tuple(self.gaps),
        )

    def years(self) -> list[int]:
        """Return the years that are drawn."""
        return sorted({mark.fact.key.year for mark in self.marks})

    def caption(self, title: str) -> str:
        """Fill the title for the years that are drawn."""
        return caption(self.scene, title, self.years())

    def _tell(self, gaps: Iterable[Gap]) -> None:
        self.scene.gaps.extend(gap for gap in gaps if gap not in self.scene.gaps)
