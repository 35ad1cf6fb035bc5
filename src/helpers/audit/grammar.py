"""The expressions of claims: names of the catalogue with ``+ - * /``, quantities by function, conditions.

``growth(enrolment)``, ``share(full_time_teachers(degree="master"), full_time_teachers)``, ``rises(books_per_student)``,
``adds_up(schools, over="school_kind")``, ``claim("表2-003") == books``. A name means the claim's entity, the edition's
year, the indicator's own scope and no breakdown, unless selectors say otherwise, as in formulas of the catalogue. Bare
numbers are in base units: 100% is 1. ``wording(condition)`` says that the words alone depend on the condition.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from helpers.audit.conditions import Condition, Quantity, UnresolvedError
from helpers.audit.functions import CONDITIONS, QUANTITIES
from helpers.errors import FormulaError, UnknownNameError
from helpers.expressions import OPERATORS, parse_formula, read_selectors, reference
from helpers.model import Expression, Fact, Key, Missing
from helpers.quantity import convert
from helpers.writing.cards import label_of

if TYPE_CHECKING:
    from helpers.audit.claims import Claim, Claims
    from helpers.formulas import Facts
    from helpers.model import Unit

COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Eq: "==", ast.NotEq: "!=", ast.GtE: ">=", ast.Gt: ">",
}  # fmt: skip
SEPARATE = {"/", "*"}


@dataclass
class Reader:
    """Reads the expressions of one claim against the facts and the other claims of its report."""

    facts: Facts
    claims: Claims
    claim: Claim
    cited: set[str] = field(default_factory=set)

    @property
    def where(self) -> str:
        """Say where a message comes from."""
        return f"claim {self.claim.id}"

    def read(self, text: str) -> Quantity | Condition:
        """Read an expression.

        Raises
        ------
        FormulaError, UnknownNameError
            It cannot be read, or names what no catalogue knows.
        UnresolvedError
            A number that it needs is not on record.
        """
        return self.either(parse_formula(self.where, text), 0)

    def either(self, node: ast.expr, shift: int) -> Quantity | Condition:
        """Read a node as whatever it is; ``shift`` moves every year."""
        match node:
            case ast.BoolOp() | ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return self.condition(node, shift)
            case ast.Call(func=ast.Name(id=name)) if name in CONDITIONS:
                return self.condition(node, shift)
        return self.quantity(node, shift)

    # Quantities

    def quantity(self, node: ast.expr, shift: int = 0) -> Quantity:
        """Read a node as a quantity."""
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return Quantity(Expression("number", number=Decimal(repr(value))))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.negative(self.quantity(operand, shift))
            case ast.BinOp(left=left, op=operator, right=right) if type(operator) in OPERATORS:
                return self.combined(OPERATORS[type(operator)], self.quantity(left, shift), self.quantity(right, shift))
            case ast.Name(id=name):
                return self.term(name, [], shift)
            case ast.Call(func=ast.Name(id=name)):
                return self.called(name, node, shift)
        message = f"{self.where}: {ast.unparse(node)!r} is no quantity"
        raise FormulaError(message)

    def called(self, name: str, node: ast.Call, shift: int) -> Quantity:
        """Read a call: a function, or a name with selectors."""
        if name in QUANTITIES:
            return QUANTITIES[name](self, node, shift)
        if node.args:
            raise UnknownNameError.of("function", name, [*QUANTITIES, *CONDITIONS], self.where)
        return self.term(name, node.keywords, shift)

    def negative(self, quantity: Quantity) -> Quantity:
        """Turn a quantity round."""
        number = quantity.expression.number
        if number is not None:
            return Quantity(Expression("number", number=-number), quantity.unit)
        zero = Expression("number", number=Decimal(0))
        return Quantity(Expression("-", (zero, quantity.expression)), quantity.unit)

    def combined(self, operator: str, left: Quantity, right: Quantity) -> Quantity:
        """Join two quantities; what ``+`` and ``-`` join must measure the same."""
        expression = Expression(operator, (left.expression, right.expression))
        if operator in SEPARATE:
            unit = left.unit if _is_bare(right) else (right.unit if _is_bare(left) and operator == "*" else None)
            return Quantity(expression, right.per if operator == "/" and _is_whole_of(left, right) else unit)
        unit = self.shared_unit(left, right)
        if operator == "-" and unit is not None and unit.kind == "percent":
            unit = self.unit("percentage_point")
        return Quantity(expression, unit)

    def shared_unit(self, left: Quantity, right: Quantity) -> Unit | None:
        """Return the unit of two quantities that are added or compared.

        Raises
        ------
        FormulaError
            They measure different things.
        """
        if left.unit is not None and right.unit is not None:
            convert(Decimal(0), left.unit, right.unit)
        return left.unit or right.unit

    def unit(self, code: str) -> Unit:
        """Return a unit of the catalogue."""
        return self.facts.catalogue.units[code]

    def key(self, name: str, words: list[ast.keyword], shift: int) -> Key:
        """Return the key that a name with selectors means."""
        catalogue = self.facts.catalogue
        entity = catalogue.entities[self.claim.entity]
        scope = catalogue.default_scope(catalogue.indicator(name, self.where), entity, self.claim.edition)
        start = Key(self.claim.entity, self.claim.edition, name, scope)
        selected = self.facts.select(name, read_selectors(words), start, self.where)
        return replace(selected, year=selected.year + shift)

    def term(self, name: str, words: list[ast.keyword], shift: int) -> Quantity:
        """Read a name with its selectors as the fact that it means."""
        return self.as_quantity(self.facts.get(self.key(name, words, shift)))

    def as_quantity(self, found: Fact | Missing) -> Quantity:
        """Return a fact as a quantity, under the name of the part that it is and of whose it is, if not the claim's.

        Raises
        ------
        UnresolvedError
            It is missing.
        """
        if isinstance(found, Missing):
            raise UnresolvedError(f"缺{found.indicator.label}（{found.key}）：{found.reason}")
        per = found.indicator.per
        found = replace(found, indicator=found.indicator.model_copy(update={"label": self._label(found)}))
        return Quantity(reference(found), found.unit, None if per is None else self.unit(per))

    def _label(self, fact: Fact) -> str:
        """Name a fact: 专任教师数（硕士研究生及以上）, 浙江省获奖数（金牌）."""
        catalogue, entity = self.facts.catalogue, fact.key.entity
        known = catalogue.indicators.get(fact.key.indicator)
        if known is None or known.label != fact.indicator.label:  # another claim, a count of a list, or named already
            return fact.indicator.label
        whose = "" if entity == self.claim.entity else catalogue.entities[entity].short
        return f"{whose}{label_of(catalogue, fact)}"

    def argument(self, node: ast.expr, count: int) -> list[ast.expr]:
        """Return the positional arguments of a call that must have ``count``."""
        if isinstance(node, ast.Call) and len(node.args) == count:
            return node.args
        message = f"{self.where}: {ast.unparse(node)!r} takes {count} argument{'s' if count > 1 else ''}"
        raise FormulaError(message)

    def words(self, node: ast.expr, *allowed: str) -> dict[str, str]:
        """Return the keywords of a call, each of which must be allowed."""
        keywords = read_selectors(node.keywords) if isinstance(node, ast.Call) else {}
        for word in keywords:
            if word not in allowed:
                raise UnknownNameError.of(f"option of {ast.unparse(node)!r}", word, allowed, self.where)
        return {word: str(value) for word, value in keywords.items()}

    def selected(self, node: ast.expr, shift: int) -> Key:
        """Return the key of a node that must be a name with selectors."""
        match node:
            case ast.Name(id=name):
                return self.key(name, [], shift)
            case ast.Call(func=ast.Name(id=name), args=[], keywords=words):
                return self.key(name, words, shift)
        message = f"{self.where}: {ast.unparse(node)!r} is no indicator"
        raise FormulaError(message)

    def parts(self, node: ast.expr, dimension: str, shift: int) -> dict[str, Quantity]:
        """Return the parts of a term on record, by member, in the breakdown's order."""
        whole = self.selected(node, shift)
        self.facts.catalogue.dimension(dimension, self.where)
        parts = self.facts.parts(whole, dimension)
        if not parts:
            raise UnresolvedError(f"缺按{dimension}的分项（{whole}）")
        return {dict(part.key.cut)[dimension]: self.as_quantity(part) for part in parts}

    def fact(self, node: ast.expr, shift: int) -> Fact:
        """Return the fact that a node means.

        Raises
        ------
        FormulaError
            The node is more than one fact.
        """
        found = self.quantity(node, shift).expression.fact
        if found is None:
            message = f"{self.where}: {ast.unparse(node)!r} is no indicator"
            raise FormulaError(message)
        return found

    # Conditions

    def condition(self, node: ast.expr, shift: int = 0) -> Condition:
        """Read a node as a condition."""
        match node:
            case ast.BoolOp(op=operator, values=values):
                name = "and" if isinstance(operator, ast.And) else "or"
                return Condition(name, parts=tuple(self.condition(value, shift) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Condition("not", parts=(self.condition(operand, shift),))
            case ast.Compare(left=left, ops=operators, comparators=others):
                sides = [self.quantity(side, shift) for side in (left, *others)]
                pairs = list(zip(operators, pairwise(sides), strict=True))
                for _, pair in pairs:
                    self.shared_unit(*pair)
                compared = [Condition(COMPARISONS[type(operator)], pair) for operator, pair in pairs]
                return compared[0] if len(compared) == 1 else Condition("and", parts=tuple(compared))
            case ast.Call(func=ast.Name(id=name)) if name in CONDITIONS:
                return CONDITIONS[name](self, node, shift)
        message = f"{self.where}: {ast.unparse(node)!r} is neither true nor false"
        raise FormulaError(message)


def _is_whole_of(whole: Quantity, part: Quantity) -> bool:
    """Whether one is the sum of what the other gives for each: 13474.73万元 and 生均0.73万元."""
    measured = whole.unit is not None and part.unit is not None and whole.unit.base == part.unit.base
    return measured and part.per is not None and whole.per is None


def _is_bare(quantity: Quantity) -> bool:
    return quantity.unit is None and quantity.expression.number is not None
