"""Computes what the entry workbook's own formulas give, without a spreadsheet program: only the functions it uses."""

from __future__ import annotations

import math
import re
from decimal import Decimal

REFERENCE = re.compile(r"(?:'([^']+)'!)?\$?([A-Z]{1,2})\$?(\d+)\b(?!\()")
FUNCTIONS = re.compile(r"\b(IF|COUNT|IFERROR|ROUND|SUM|ISNUMBER)\(")


class Quantity(float):
    """A cell's number; a blank is not a number, and a division by zero is none either."""

    def __truediv__(self, other):
        return Quantity(math.nan if float(other) == 0 else float(self) / float(other))

    def __rtruediv__(self, other):
        return Quantity(other) / self

    def __add__(self, other):
        return Quantity(float(self) + float(other))

    def __sub__(self, other):
        return Quantity(float(self) - float(other))

    def __mul__(self, other):
        return Quantity(float(self) * float(other))


def is_number(value):
    """Whether a cell holds a number."""
    return isinstance(value, int | float) and not math.isnan(value)


FUNCTION_TABLE = {
    "IF": lambda condition, then, otherwise: then if condition else otherwise,
    "COUNT": lambda *values: sum(is_number(value) for value in values),
    "IFERROR": lambda value, otherwise: value if is_number(value) else otherwise,
    "ROUND": lambda value, places: Quantity(round(float(value), places)) if is_number(value) else value,
    "SUM": lambda *values: Quantity(sum(float(value) for value in values if is_number(value))),
    "ISNUMBER": is_number,
}


def compute(book, title, address):
    """Return the number in a cell, following formulas; ``None`` where it shows nothing."""
    value = _cell(book, title, address)
    return float(value) if is_number(value) else None


def _cell(book, title, address):
    value = book[title][address].value
    if isinstance(value, str) and value.startswith("=") and book[title][address].data_type == "f":
        source = FUNCTIONS.sub(r"f_\1(", value[1:]).replace('""', "blank")
        source = REFERENCE.sub(lambda found: f"at({found[1] or title!r}, {found[2] + found[3]!r})"
                               if found[1] is None else f"at({found[1]!r}, {found[2] + found[3]!r})", source)  # fmt: skip
        names = {f"f_{name}": function for name, function in FUNCTION_TABLE.items()}
        names |= {"at": lambda sheet, cell: _cell(book, sheet, cell), "blank": Quantity(math.nan)}
        return eval(source, {"__builtins__": {}}, names)  # noqa: S307 - formulas that we have just written
    return Quantity(value) if isinstance(value, int | float | Decimal) else Quantity(math.nan)
