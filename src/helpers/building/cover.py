"""The title of a report on its cover: where its lines end, and which edition it is."""

from __future__ import annotations

import re

EDITION = re.compile(r"（[^（）]*年[^（）]*）$")
BREAK_BEFORE = "质量年度报告"
LONGEST_COVER_LINE = 12  # characters that fit on the cover


def cover_lines(title: str) -> list[str]:
    """Break the title of a report into the lines of its cover, its year left to a line of its own.

    >>> cover_lines("杭州市中等职业教育质量年度报告（2020年）")
    ['杭州市中等职业教育', '质量年度报告']
    """
    name = EDITION.sub("", title)
    start = name.rfind(BREAK_BEFORE)
    parts = [name[:start], name[start:]] if start > 0 else [name]
    return [line for part in parts for line in _even_lines(part)]


def _even_lines(text: str) -> list[str]:
    count = -(-len(text) // LONGEST_COVER_LINE)
    length = -(-len(text) // max(1, count))
    return [text[start : start + length] for start in range(0, len(text), max(1, length))]


def edition(title: str) -> str:
    """Return the year that ends a title, without its brackets."""
    match = EDITION.search(title)
    return match[0][1:-1] if match else ""
