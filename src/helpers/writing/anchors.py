"""Where a numbered thing can be linked to: ``表1`` is ``table-1`` on every page."""

from __future__ import annotations

import re

from helpers.errors import TemplateError

KINDS = {"图示": "chart", "图": "figure", "表": "table", "案例": "case"}
NUMBERED = re.compile(rf"({'|'.join(KINDS)})\s*(\d+(?:[-.]\d+)*)")
SECTION = re.compile(r"(\d+(?:\.\d+)*)\s+(.+)", re.DOTALL)


def anchor(number: str) -> str:
    """Return the id of a table, figure or case.

    >>> anchor("表1"), anchor("图示1-1"), anchor("案例5-2")
    ('table-1', 'chart-1-1', 'case-5-2')

    Raises
    ------
    TemplateError
        The number is not one of a table, a figure or a case.
    """
    match = NUMBERED.fullmatch(number)
    if match is None:
        message = f"cannot number a thing {number!r}; begin with 表, 图, 图示 or 案例, then digits"
        raise TemplateError(message)
    return f"{KINDS[match[1]]}-{match[2].replace('.', '-')}"


def split_heading(text: str) -> tuple[str, str]:
    """Split a heading into its number, if it has one, and its words.

    >>> split_heading("1.1 规模与布局"), split_heading("前言")
    (('1.1', '规模与布局'), ('', '前言'))
    """
    match = SECTION.fullmatch(text.strip())
    return (match[1], match[2]) if match else ("", text.strip())


def section_anchor(number: str) -> str:
    """Return the id of a section.

    >>> section_anchor("1.1")
    'section-1-1'
    """
    return f"section-{number.replace('.', '-')}"
