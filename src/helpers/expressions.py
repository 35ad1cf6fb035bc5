"""Formulas: read as Python expressions, and, with their facts filled in, evaluated in base units at full precision."""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from helpers.errors import FormulaError
from helpers.model import Expression, Fact, Qualifier, Status
from helpers.quantity import CONTEXT, from_base, printed_value, to_base

if TYPE_CHECKING:
    from decimal import Decimal

    from helpers.model import Indicator, Key

OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}

Selectors = dict[str, "str | int | None"]


def derive(key: Key, indicator: Indicator, expression: Expression) -> Fact:
    """Make the fact that ``expression`` gives, in the unit of ``indicator``.

    The decimals are the indicator's; for counts and measures that no division touches, as many as the inputs show.
    """
    value = from_base(evaluate(expression), indicator.unit)
    decimals = indicator.decimals
    if decimals is None:
        same_unit = all(fact.unit.code == indicator.unit.code for fact in expression.facts())
        exact = same_unit and not _divides(expression)
        decimals = max((fact.decimals for fact in expression.facts()), default=0) if exact else indicator.unit.decimals
    statuses = {fact.status for fact in expression.facts()}
    status = next((s for s in (Status.ESTIMATED, Status.PROVISIONAL, Status.REVISED) if s in statuses), Status.FINAL)
    qualified = any(fact.qualifier is not Qualifier.EXACT for fact in expression.facts())
    qualifier = Qualifier.ABOUT if qualified else Qualifier.EXACT
    return Fact(key, indicator, indicator.unit, value, decimals, qualifier, status, derivation=expression)


def evaluate(expression: Expression) -> Decimal:
    """Compute an expression in base units, at full precision.

    Raises
    ------
    FormulaError
        Facts of different bases are added, or something is divided by zero.
    """
    if expression.number is not None:
        return expression.number
    if expression.fact is not None:
        return to_base(expression.fact.value, expression.fact.unit)
    values = [evaluate(operand) for operand in expression.operands]
    if expression.operator in {"+", "-", "sum"}:
        bases = {fact.unit.base for fact in expression.facts() if not _divides(expression)}
        if len(bases) > 1:
            message = f"cannot add or subtract {' and '.join(sorted(bases))}"
            raise FormulaError(message)
    match expression.operator:
        case "+" | "sum":
            total = values[0]
            for value in values[1:]:
                total = CONTEXT.add(total, value)
            return total
        case "-":
            return CONTEXT.subtract(*values)
        case "*":
            return CONTEXT.multiply(*values)
    if values[1].is_zero():
        message = "a formula divides by zero"
        raise FormulaError(message)
    return CONTEXT.divide(*values)


@lru_cache(maxsize=4096)
def parse_formula(name: str, formula: str) -> ast.expr:
    """Read the formula of indicator ``name``.

    Raises
    ------
    FormulaError
        It is not an expression.
    """
    try:
        return ast.parse(formula.strip(), mode="eval").body
    except SyntaxError as error:
        message = f"formula of {name!r} cannot be read: {formula!r} ({error.msg})"
        raise FormulaError(message) from None


def reference(fact: Fact) -> Expression:
    """Return the expression that is just ``fact``."""
    return Expression("fact", fact=fact)


def signature(expression: Expression) -> str:
    """Return what an expression computes from which rows: alike for two formulas that compute the same in one way."""
    if expression.number is not None:
        return f"{expression.number.normalize():f}"
    if expression.fact is not None:
        fact = expression.fact
        if fact.derivation is None:
            return str(fact.key)
        return signature(fact.derivation)
    return f"({f' {expression.operator} '.join(signature(operand) for operand in expression.operands)})"


def as_printed(fact: Fact) -> Fact:
    """Return ``fact`` with the value that the page prints, for columns that a reader recomputes from the row."""
    return replace(fact, value=printed_value(fact))


def read_selectors(words: list[ast.keyword]) -> Selectors:
    """Return what the keywords of a call select.

    Raises
    ------
    FormulaError
        A selector is no plain name with a plain value.
    """
    selectors: Selectors = {}
    for word in words:
        try:
            value = ast.literal_eval(word.value)
        except ValueError:
            value = ...
        if word.arg is None or not (value is None or isinstance(value, str | int)):
            message = f"selector {ast.unparse(word)!r} is not a name with a plain value"
            raise FormulaError(message)
        selectors[word.arg] = value
    return selectors


def _divides(expression: Expression) -> bool:
    return expression.operator in {"/", "*"} or any(_divides(operand) for operand in expression.operands)
