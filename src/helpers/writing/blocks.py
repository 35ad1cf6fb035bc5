"""What a cell shows, as data: prose, table, figure, case, list of gaps.

A block is one pydantic model. It travels in the notebook as JSON (``application/vnd.nianbao+json``), so that a page,
the book and the CSV files are made from the executed notebook alone, by whichever exporter; beside it stand HTML for
JupyterLab and plain text for a terminal. Each printed number names its card.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

MIME_TYPE = "application/vnd.nianbao+json"
MARK = "※"
"""Stands behind a number that the published report printed otherwise."""


class Model(BaseModel):
    """Frozen, strict about its keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class CardInput(Model):
    """One input of a computed number: what it is, its value, where it was read."""

    label: str
    value: str
    source: str = ""


class Card(Model):
    """数字卡: what a printed number shows when asked.

    The first group of fields is for readers, the second names the fact for machines (``facts.csv``). ``published`` says
    how the published report printed the number, where it did so otherwise, ``simulated`` that it is invented or follows
    from an invented one.
    """

    id: str
    label: str
    entity_name: str
    period: str
    value: str
    exact: str = ""
    scope: str = ""
    definition: str = ""
    formula_words: str = ""
    formula_numbers: str = ""
    inputs: tuple[CardInput, ...] = ()
    source: str = ""
    locator: str = ""
    status: str = ""
    note: str = ""
    published: str = ""

    indicator: str
    entity: str
    year: int
    breakdown: str = ""
    scope_code: str = ""
    formula: str = ""
    source_code: str = ""
    number: str
    unit: str = ""
    simulated: bool = False


class Text(Model):
    """Words without a number from data."""

    kind: Literal["text"] = "text"
    text: str


class Number(Model):
    """A number from data, as printed, and its card."""

    kind: Literal["number"] = "number"
    text: str
    card: str


Run = Text | Number
"""Told apart by ``card``: the JSON of a notebook leaves defaults out, so a run does not name its kind there."""


class Paragraph(Model):
    """A paragraph, with an optional run-in heading."""

    lead: str = ""
    runs: tuple[Run, ...]


class Gap(Model):
    """Something the data could not fill: what was to be said, and why it is not.

    ``unreported`` names the indicator where there has been no number for years: such gaps are listed together.
    """

    what: str
    reason: str
    unreported: str = ""


class Block(Model):
    """What all blocks share."""

    cards: dict[str, Card] = Field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()

    @property
    def corrections(self) -> tuple[str, ...]:
        """Say of each number that the published report printed otherwise how it did."""
        cards = (card for card in self.cards.values() if card.published)
        return tuple(f"{MARK} {card.value}，{card.published}。" for card in cards)

    def _repr_mimebundle_(
        self,
        include: Any = None,  # noqa: ANN401, ARG002 - IPython's signature
        exclude: Any = None,  # noqa: ANN401, ARG002
    ) -> dict[str, Any]:
        from helpers.writing.render import to_html, to_text  # noqa: PLC0415 - templates import the blocks

        return {
            MIME_TYPE: self.model_dump(mode="json", exclude_defaults=True) | {"kind": self.kind},  # type: ignore[attr-defined]
            "text/html": to_html(self, standalone=True),  # type: ignore[arg-type]
            "text/plain": to_text(self),  # type: ignore[arg-type]
        }


class Prose(Block):
    """Paragraphs."""

    kind: Literal["prose"] = "prose"
    paragraphs: tuple[Paragraph, ...] = ()


class HeaderCell(Model):
    """A header cell; spans count columns and header rows."""

    text: str
    columns: int = 1
    rows: int = 1


class Row(Model):
    """A table row: the first ``headers`` cells head it."""

    cells: tuple[tuple[Run, ...], ...]
    headers: int = 1


class Table(Block):
    """A table: caption, header rows, body, notes, source."""

    kind: Literal["table"] = "table"
    number: str
    title: str
    header: tuple[tuple[HeaderCell, ...], ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    source: str = ""


class Datum(Model):
    """One drawn value."""

    series: str
    category: str
    value: str
    unit: str
    card: str


class Figure(Block):
    """A figure: the picture (SVG), what it shows in words, and the numbers it draws."""

    kind: Literal["figure"] = "figure"
    number: str
    title: str
    alt: str
    svg: str
    data: tuple[Datum, ...]
    notes: tuple[str, ...] = ()
    source: str = ""


class CaseBox(Block):
    """案例."""

    kind: Literal["case"] = "case"
    number: str
    title: str
    schools: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()


class GapList(Block):
    """The gaps of a chapter; empty when there are none."""

    kind: Literal["gaps"] = "gaps"


AnyBlock: TypeAlias = Annotated[Prose | Table | Figure | CaseBox | GapList, Field(discriminator="kind")]
_ADAPTER: TypeAdapter[Prose | Table | Figure | CaseBox | GapList] = TypeAdapter(AnyBlock)


def read_block(bundle: dict[str, Any]) -> Prose | Table | Figure | CaseBox | GapList:
    """Rebuild a block from the JSON of a notebook output."""
    return _ADAPTER.validate_python(bundle)
