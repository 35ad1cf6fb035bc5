"""Blocks -> what a reader sees, one set of templates per format.

HTML serves two readers: a page, where a number links to its card, and JupyterLab (``standalone``), where an output
brings its own style and a number shows its card as a tooltip. Text is for terminals.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup, escape

from helpers.quantity import typographic
from helpers.writing import alignment
from helpers.writing.anchors import anchor
from helpers.writing.blocks import MARK, Figure, HeaderCell, Number, Row, Table, Text
from helpers.writing.pictures import inline_svg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helpers.writing.blocks import Card, CaseBox, Datum, GapList, Prose, Run

    AnyBlock = Prose | Table | Figure | CaseBox | GapList

TEMPLATES = Path(__file__).parent / "templates"
WIDE = {"W", "F"}
UNIT = re.compile(r"(.+)(（[^（）]{1,8}）)")


def to_html(block: AnyBlock, *, standalone: bool = False, level: int = 3) -> str:
    """Render a block as HTML.

    Parameters
    ----------
    block
        What to show.
    standalone
        For JupyterLab: with a style of its own, and each card as a tooltip.
    level
        The level of the block's heading, if it has one.
    """
    template = environment().get_template(f"html/{block.kind}.html.j2")
    markup = template.render(block=block, cards=block.cards, standalone=standalone, level=level).strip()
    if standalone:
        return environment().get_template("html/standalone.html.j2").render(markup=Markup(markup)).strip()  # noqa: S704 - our template's
    return markup


def to_text(block: AnyBlock) -> str:
    """Render a block as plain text, tables in columns."""
    return environment().get_template(f"text/{block.kind}.txt.j2").render(block=block).strip()


def to_typst(block: AnyBlock) -> str:
    """Render a block as Typst markup, for the book."""
    from helpers.writing.render_typst import to_typst as render  # noqa: PLC0415 - the book alone needs it

    return render(block)


def card_in_words(card: Card) -> str:
    """Tell a card in a few lines of plain text."""
    return environment().get_template("text/card.txt.j2").render(card=card).strip()


def data_table(figure: Figure) -> Table:
    """Return the values that a figure draws as a table: categories by series, or a plain list where that has holes."""
    series = list(dict.fromkeys(datum.series for datum in figure.data))
    categories = list(dict.fromkeys(datum.category for datum in figure.data))
    units = {datum.unit for datum in figure.data}
    places = {(datum.category, datum.series): datum for datum in figure.data}
    if len(places) == len(figure.data) == len(series) * len(categories):
        heads = [_series_head(name, units) for name in series]
        rows = [
            (Text(text=category), *(_value(places[category, name], units) for name in series))
            for category in categories
        ]
        return _data_table(figure, ["类别", *heads], rows, headers=1)
    listed = [(Text(text=datum.series), Text(text=datum.category), _value(datum, units)) for datum in figure.data]
    return _data_table(figure, ["系列", "类别", _series_head("", units)], listed, headers=2)


def _data_table(figure: Figure, heads: Sequence[str], rows: Sequence[tuple[Run, ...]], *, headers: int) -> Table:
    return Table(
        number=figure.number,
        title="数据",
        header=(tuple(HeaderCell(text=head) for head in heads),),
        rows=tuple(Row(cells=tuple((run,) for run in row), headers=headers) for row in rows),
        cards=figure.cards,
    )


def _series_head(name: str, units: set[str]) -> str:
    """Head a series with the unit that all values share, unless it says it already."""
    unit = next(iter(units)) if len(units) == 1 else ""
    if not unit or name.endswith((f"（{unit}）", f"({unit})")):
        return name or "数值"
    return f"{name or '数值'}（{unit}）"


def _value(datum: Datum, units: set[str]) -> Run:
    """Print a drawn value: without its unit where the heading names it."""
    text = typographic(datum.value)
    if len(units) == 1:
        text = text.removesuffix(datum.unit) or text
    elif not text.endswith(datum.unit):
        text += datum.unit
    return Number(text=text, card=datum.card) if datum.card else Text(text=text)


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return the templates of blocks and cards; HTML is escaped."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=jinja2.select_autoescape(("html.j2",)),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )
    found.filters |= FILTERS
    return found


def load_templates(environment: jinja2.Environment, *folders: str) -> None:
    """Compile the templates of some folders, for whoever has time now and none later."""
    for name in environment.list_templates():
        if name.startswith(folders):
            environment.get_template(name)


def table_parts(table: Table) -> dict[str, Any]:
    """Return what a template needs to know of a table beyond its cells.

    ``columns`` (how numbers are set, ``None`` for words), ``brief`` (which columns hold a few characters at most),
    ``numeric_heads`` (which header cells stand over numbers), ``groups`` (the spans of its column groups, empty where
    no header spans columns).
    """
    columns = alignment.columns(table)
    first = table.header[0] if table.header else ()
    grouped = any(cell.columns > 1 for cell in first)
    return {
        "columns": columns,
        "brief": tuple(alignment.is_brief(table, index) for index in range(len(columns))),
        "numeric_heads": alignment.header_is_numeric(table, columns),
        "groups": tuple(cell.columns for cell in first) if grouped else (),
    }


def text_table(table: Table) -> str:
    """Set a table in columns of equal width; a Chinese character takes two."""
    lines = [*_header_lines(table), *([alignment.plain(cell) for cell in row.cells] for row in table.rows)]
    width = max((len(line) for line in lines), default=0)
    widths = [max(_cells(line[column]) for line in lines if column < len(line)) for column in range(width)]
    numeric = alignment.columns(table)
    set_lines = []
    for line in lines:
        cells = [
            _pad(text, widths[column], right=column < len(numeric) and numeric[column] is not None)
            for column, text in enumerate(line)
        ]
        set_lines.append("  ".join(cells).rstrip())
    return "\n".join(set_lines)


def _header_lines(table: Table) -> list[list[str]]:
    """Spread the header over the columns; the text of a spanning cell stands in its first one."""
    width = max((len(row.cells) for row in table.rows), default=0)
    lines = [[""] * width for _ in table.header]
    taken: set[tuple[int, int]] = set()
    for number, cells in enumerate(table.header):
        position = 0
        for cell in cells:
            while (number, position) in taken:
                position += 1
            if position < width:
                lines[number][position] = cell.text
            taken |= {
                (line, column)
                for line in range(number, number + cell.rows)
                for column in range(position, position + cell.columns)
            }
    return lines


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in WIDE else 1 for letter in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _cells(text))
    return space + text if right else text + space


def _heading(text: str) -> Markup:
    """Keep the unit of a column together: a line breaks before ``（平方米）``, not within."""
    match = UNIT.fullmatch(text)
    return Markup('{}<span class="unit">{}</span>').format(*match.groups()) if match else escape(text)


def _picture(figure: Figure) -> Markup:
    return Markup(inline_svg(figure.svg, prefix=anchor(figure.number), label=figure.alt))  # noqa: S704 - serialized anew


def _tooltip(run: Number, cards: Mapping[str, Card]) -> str:
    return card_in_words(cards[run.card]) if run.card in cards else ""


def _mark(run: Number, cards: Mapping[str, Card]) -> Markup:
    """Mark a number that the published report printed otherwise."""
    published = cards[run.card].published if run.card in cards else ""
    return Markup('<sup class="mark" title="{}">{}</sup>').format(published, MARK) if published else Markup()


FILTERS = {
    "anchor": anchor,
    "heading": _heading,
    "picture": _picture,
    "data_table": data_table,
    "table_parts": table_parts,
    "text_table": text_table,
    "plain": alignment.plain,
    "tooltip": _tooltip,
    "mark": _mark,
}
