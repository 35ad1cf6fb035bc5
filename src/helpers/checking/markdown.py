"""Markdown for the generated parts of documents: tables, and the marks between which a part stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helpers.errors import TemplateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

START, END = "<!-- generated: {name} -->", "<!-- end of {name} -->"
PART = re.compile(r"<!-- generated: ([a-z-]+) -->\n.*?<!-- end of \1 -->", re.DOTALL)


def table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    r"""Write a table; what would end a cell is escaped.

    >>> print(table(["code", "例"], [["a|b", 1]]))
    | code | 例 |
    | --- | --- |
    | a\|b | 1 |
    """
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def code(text: object) -> str:
    """Set as code; nothing stays nothing, and a name between bars is kept apart from them."""
    return f"`{text}`" if str(text) else ""


def codes(names: Iterable[object]) -> str:
    """Set several names as code."""
    return ", ".join(code(name) for name in names)


def fill(text: str, parts: Mapping[str, str]) -> str:
    """Put the parts of a document in their places.

    Raises
    ------
    TemplateError
        A part has no place, or a place no part.
    """
    places = PART.findall(text)
    for name in (*parts, *places):
        if (name in parts) != (places.count(name) == 1):
            message = f"part {name!r} must stand exactly once between {START.format(name=name)} and its end"
            raise TemplateError(message)
    return PART.sub(lambda match: _placed(match[1], parts[match[1]]), text)


def _placed(name: str, part: str) -> str:
    return f"{START.format(name=name)}\n\n{part}\n\n{END.format(name=name)}"


def _cell(cell: object) -> str:
    return str(cell).replace("|", "\\|").replace("\n", "<br>")
