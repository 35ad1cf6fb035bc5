"""Blocks -> Typst markup for the book.

The markup calls the functions of the house style (``building/templates/book/house.typ``): here stands what there is,
there how it looks. Whatever comes from data is escaped.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2

from helpers.writing.alignment import plain
from helpers.writing.anchors import KINDS, anchor
from helpers.writing.column_widths import PADDING, header_columns, header_lines, lay_out, split_number
from helpers.writing.typst_markup import literal, markup

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from helpers.writing.blocks import Card, CaseBox, Figure, GapList, Number, Prose, Run, Table
    from helpers.writing.column_widths import PrintedTable


TEMPLATES = Path(__file__).parent / "templates"
MENTION = re.compile(rf"(?:{'|'.join(KINDS)})\d+(?:-\d+)?")


def to_typst(block: Prose | Table | Figure | CaseBox | GapList) -> str:
    """Render a block as Typst markup, for use after ``#import "house.typ": *``."""
    return environment().get_template(f"typst/{block.kind}.typ.j2").render(block=block).strip()


def picture_path(figure: Figure) -> str:
    """Return the path under which the markup of ``figure`` looks for its picture."""
    return f"figures/{anchor(figure.number)}.svg"


def card_values(card: Card, sources: Mapping[str, int]) -> dict[str, Any]:
    """Return what the annex prints of a card; ``sources`` numbers the sources that the annex lists."""
    return {
        "id": card.id,
        "label": card.label,
        "value": card.value,
        "status": f"（{card.status}）" if card.status else "",
        "about": "　".join(filter(None, (card.entity_name, card.period, card.scope))),
        "words": card.formula_words,
        "numbers": card.formula_numbers,
        "exact": card.exact,
        "basis": "依据" if card.formula_numbers else "清单",
        "inputs": [
            {"label": part.label, "value": part.value, "source": _cited(part.source, sources, "（{}）")}
            for part in card.inputs
        ],
        "source": _cited("，".join(filter(None, (card.source, card.locator))), sources, "{}"),
        "note": card.note,
        "published": card.published,
    }


def _cited(origin: str, sources: Mapping[str, int], plainly: str) -> str:
    """Write an origin with the number of its source, ``〔2〕表1 2020年``; one that is not listed, in full."""
    origin = origin.replace(" | ", "；")
    for title in sorted(sources, key=len, reverse=True):
        if origin == title or origin.startswith(f"{title}，"):
            return f"〔{sources[title]}〕{origin.removeprefix(title).removeprefix('，')}"
    return plainly.format(origin) if origin else ""


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return the templates of blocks in Typst; nothing is escaped by itself, the filters do it."""
    found = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 - Typst, not HTML
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= FILTERS
    return found


def _runs(runs: Sequence[Run], cards: Mapping[str, Card], *, noting: bool = True) -> str:
    """Write words and numbers: a number is linked to its card, the mention of a table to the table.

    A number that the published report printed otherwise has a footnote; in a table (``noting`` false) only a mark,
    since the notes stand below the table.
    """
    return "".join(_fact(run, cards, noting=noting) if run.kind == "number" else _words(run.text) for run in runs)


def _fact(run: Number, cards: Mapping[str, Card], *, noting: bool) -> str:
    published = cards[run.card].published if run.card in cards else ""
    remark = "" if not published else f", note: {literal(f'{published}。')}" if noting else ", marked: true"
    return f"#fact({literal(run.card)}{remark})[{markup(run.text)}]"


def _words(text: str) -> str:
    pieces, end = [], 0
    for match in MENTION.finditer(text):
        pieces += [markup(text[end : match.start()]), f"#refer({literal(anchor(match[0]))})[{markup(match[0])}]"]
        end = match.end()
    return "".join(pieces) + markup(text[end:])


def _table_parts(table: Table) -> dict[str, Any]:
    """Return a table's layout, and its header and body as the house style takes them."""
    layout = lay_out(table)
    columns = [
        {"width": column.width, "left": column.left} | ({"widest": column.widest} if column.widest else {})
        for column in layout.columns
    ]
    header = [
        [
            {
                "lines": header_lines(cell.text, _room(layout, start, cell.columns)),
                "columns": cell.columns,
                "rows": cell.rows,
                "left": cell.columns == 1 and start < len(columns) and layout.columns[start].left,
            }
            for cell, start in zip(cells, starts, strict=True)
        ]
        for cells, starts in zip(table.header, header_columns(table), strict=True)
    ]
    aligned = [column.widest is not None for column in layout.columns]
    rows = [
        [_cell(cell, table.cards, aligned=lined_up) for cell, lined_up in zip(row.cells, aligned, strict=False)]
        for row in table.rows
    ]
    return {"layout": layout, "columns": columns, "header": header, "rows": rows}


def _room(layout: PrintedTable, start: int, span: int) -> float:
    widths = [column.width for column in layout.columns[start : start + span]]
    return (sum(widths) - PADDING) / layout.size


def _cell(runs: Sequence[Run], cards: Mapping[str, Card], *, aligned: bool) -> str:
    """Write a body cell: content, or a number split at its decimal point for the house style to line up."""
    own = split_number(plain(runs)) if aligned else None
    if own is None:
        return f"[{_runs(runs, cards, noting=False)}]"
    return f"(own: {literal(own)}, body: [{_runs(runs, cards, noting=False)}])"


FILTERS = {
    "anchor": anchor,
    "literal": literal,
    "markup": markup,
    "picture_path": picture_path,
    "runs": _runs,
    "table_parts": _table_parts,
}
