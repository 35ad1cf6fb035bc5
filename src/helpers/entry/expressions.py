"""Catalogue formulas as live Excel formulas over the cells of a workbook; a blank or a zero divisor gives a blank."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from helpers.entry.layout import FIRST_ROW, TOPIC_COLUMNS, record_columns
from helpers.expressions import OPERATORS, parse_formula, read_selectors

if TYPE_CHECKING:
    from decimal import Decimal

    from helpers.entry.plan import Line, Plan
    from helpers.model import Indicator, Key, Unit

LETTERS = {column.name: get_column_letter(number) for number, column in enumerate(TOPIC_COLUMNS, 1)}
LAST_ENTRY = 203
"""The last row that a list of named things offers for filling."""


class Translator:
    """Writes one derived line as an Excel formula; gathers on the way which cells must hold numbers."""

    def __init__(self, plan: Plan, line: Line) -> None:
        self.plan = plan
        self.line = line
        self.home = plan.titles["topic", line.indicator.topic]
        self.needed: dict[str, None] = {}
        self.counted: dict[str, None] = {}

    def formula(self) -> str:
        """Return the formula for the cell of this year's value."""
        tree = parse_formula(self.line.indicator.id, self.line.indicator.formula or "")
        value = from_base(self._write(tree), self.line.unit)
        guards = [f"COUNT({','.join(self.needed)})<{len(self.needed)}"] if self.needed else []
        guards += [f"{count}=0" for count in self.counted]
        guard = guards[0] if len(guards) == 1 else f"OR({','.join(guards)})"
        return f'=IF({guard},"",IFERROR({value},""))'

    def _write(self, node: ast.expr) -> str:
        match node:
            case ast.BinOp(left=left, op=operator, right=right):
                return f"({self._write(left)}{OPERATORS[type(operator)]}{self._write(right)})"
            case ast.Constant(value=value):
                return str(value)
            case ast.Name(id=name):
                return self._take(name, {})
            case ast.Call(func=ast.Name(id="count"), args=[ast.Constant(value=register)], keywords=words):
                return self._count(str(register), read_selectors(words))
            case ast.Call(func=ast.Name(id="sum"), args=[ast.Name(id=name)], keywords=words):
                return self._take(name, read_selectors(words))
            case ast.Call(func=ast.Name(id=name), keywords=words):
                return self._take(name, read_selectors(words))
        raise AssertionError(ast.dump(node))  # the catalogue's own check lets no other formula pass

    def _take(self, name: str, selectors: dict[str, str | int | None]) -> str:
        keys = self.plan.members(name, selectors, self.line.key)
        cells = [self._cell(key) for key in keys]
        return cells[0] if len(cells) == 1 else f"({'+'.join(cells)})"

    def _cell(self, key: Key) -> str:
        """Return the number at ``key`` in base units: this year's cell, or the one that shows the year before."""
        rows = self.plan.rows
        for kind in ("asked", "derived"):
            if (kind, key, "") in rows:
                title, row = rows[kind, key, ""]
                cell = self._at(title, "value", row)
                self.needed[cell] = None
                return self._in_base(cell, key, self._unit(key))
        following = replace(key, year=key.year + 1)
        title, row = rows["asked", following, ""]
        before, correction = self._at(title, "before", row), self._at(title, "correction", row)
        chosen = as_corrected(correction, before)
        self.needed[chosen] = None
        return self._in_base(chosen, following, self._unit(following))

    def _in_base(self, cell: str, key: Key, unit: Unit) -> str:
        indicator = self.plan.asked.catalogue.indicators[key.indicator]
        if self.line.indicator.rounding == "printed":
            cell = f"ROUND({cell},{decimals(indicator, unit)})"
        return cell if unit.factor == 1 else f"({cell}*{plain(unit.factor)})"

    def _unit(self, key: Key) -> Unit:
        question = self.plan.questions.get(key)
        return self.plan.asked.catalogue.indicators[key.indicator].unit if question is None else question.unit

    def _at(self, title: str, column: str, row: int) -> str:
        cell = f"${LETTERS[column]}${row}"
        return cell if title == self.home else f"'{title}'!{cell}"

    def _count(self, register: str, filters: dict[str, str | int | None]) -> str:
        record = self.plan.asked.catalogue.registers[register]
        columns = record_columns(record)
        title = self.plan.titles["register", register]
        ranges = {column.name: _range(title, number) for number, column in enumerate(columns, 1)}
        if filters:
            pairs = ",".join(f'{ranges[name]},"{value}"' for name, value in filters.items())
            count = f"COUNTIFS({pairs})"
        else:
            filled = "&".join(ranges[column.name] for column in columns if column.is_entry)
            count = f'SUMPRODUCT(--({filled}<>""))'
        self.counted[count] = None
        return count


class EarlierTranslator(Translator):
    """Writes what a derived line was the year before, over the same rows' values of that year, as corrected."""

    def __init__(self, plan: Plan, line: Line) -> None:
        super().__init__(plan, line)
        self.corrections: dict[str, None] = {}
        self.is_whole = True

    def formula_unless(self, known: str) -> str | None:
        """Return a formula that shows ``known``, an Excel literal, until a number that it follows from is corrected.

        ``None`` where such a number of the year before is not on the sheets: lists, and formulas over two years.
        """
        formula = self.formula().removeprefix("=")
        if not self.is_whole or not self.corrections:
            return None
        return f"=IF(COUNT({','.join(self.corrections)})<1,{known},{formula})"

    def _cell(self, key: Key) -> str:
        rows = self.plan.rows
        if ("asked", key, "") in rows:
            title, row = rows["asked", key, ""]
            correction = self._at(title, "correction", row)
            self.corrections[correction] = None
            cell = as_corrected(correction, self._at(title, "before", row))
        elif ("derived", key, "") in rows:
            title, row = rows["derived", key, ""]
            self._follow(key)
            cell = self._at(title, "before", row)
        else:
            self.is_whole = False
            return "0"
        self.needed[cell] = None
        return self._in_base(cell, key, self._unit(key))

    def _follow(self, key: Key) -> None:
        """Take over what corrects another derived line; its own cell shows the corrected number."""
        indicator = self.plan.asked.catalogue.indicators[key.indicator]
        other = EarlierTranslator(self.plan, replace(self.line, key=key, indicator=indicator, unit=indicator.unit))
        other.home = self.home  # its cells are named from this sheet
        other.formula()
        self.corrections |= other.corrections
        self.is_whole = self.is_whole and other.is_whole

    def _count(self, register: str, filters: dict[str, str | int | None]) -> str:
        self.is_whole = False
        return super()._count(register, filters)


def as_corrected(correction: str, before: str) -> str:
    """Write the value of the year before: as corrected, if it was."""
    return f"IF(ISNUMBER({correction}),{correction},{before})"


def _range(title: str, column: int) -> str:
    letter = get_column_letter(column)
    return f"'{title}'!${letter}${FIRST_ROW}:${letter}${LAST_ENTRY}"


def from_base(expression: str, unit: Unit) -> str:
    """Convert an expression in base units to ``unit``."""
    if unit.factor == 1:
        return expression
    if unit.factor < 1:
        return f"{expression}*{plain(1 / unit.factor)}"
    return f"{expression}/{plain(unit.factor)}"


def plain(number: Decimal) -> str:
    """Write a number without exponent or needless zeros."""
    return f"{number.normalize():f}"


def decimals(indicator: Indicator, unit: Unit) -> int:
    """Return how many places a number of this indicator shows."""
    if unit.code == indicator.unit.code and indicator.decimals is not None:
        return indicator.decimals
    return unit.decimals
