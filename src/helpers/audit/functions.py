"""What the functions of claims mean, from ``growth(x)`` and ``share(part, whole)`` to ``adds_up(x, over="…")``.

Each is given the reader, the call as parsed and the shift of years, and returns a quantity or a condition.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from helpers.audit import years
from helpers.audit.bases import common_base
from helpers.audit.conditions import Condition, Quantity, UnresolvedError, judge
from helpers.audit.intervals import known_within
from helpers.audit.printing import quoted
from helpers.comparison import NO_STANDARD, standard_fact, standard_for
from helpers.errors import FormulaError, UnknownNameError
from helpers.expressions import as_printed, evaluate, read_selectors, reference
from helpers.model import Expression, Fact, Indicator, Key, Missing, Observation, Status
from helpers.quantity import from_base, round_number, to_base
from helpers.writing.cards import in_numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.audit.claims import Claim
    from helpers.audit.grammar import Reader

PERCENT_DECIMALS = 2


def _share(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    quotient = _ratio(reader, node, shift)
    return Quantity(quotient.expression, reader.unit("percent"))


def _ratio(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    part, whole = (reader.quantity(term, shift) for term in reader.argument(node, 2))
    return Quantity(Expression("/", (part.expression, whole.expression)))


def _points(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    left, right = (reader.quantity(term, shift) for term in reader.argument(node, 2))
    return Quantity(Expression("-", (left.expression, right.expression)), reader.unit("percentage_point"))


def _sum(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    (term,) = reader.argument(node, 1)
    parts = list(reader.parts(term, reader.words(node, "over").get("over", ""), shift).values())
    units = {part.unit for part in parts}  # 9胜 and 1负 are counted in neither
    return Quantity(
        Expression("sum", tuple(part.expression for part in parts)), units.pop() if len(units) == 1 else None
    )


def _count(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    (register,) = reader.argument(node, 1)
    if not (isinstance(register, ast.Constant) and isinstance(register.value, str)):
        message = f"{reader.where}: {ast.unparse(node)!r} must name a register in quotes"
        raise FormulaError(message)
    filters = dict(read_selectors(node.keywords) if isinstance(node, ast.Call) else {})
    entity = str(filters.pop("entity", reader.claim.entity))
    year = filters.pop("year", None)
    year = reader.claim.edition if year is None else (int(year) if int(year) > 0 else reader.claim.edition + int(year))
    words = {name: str(value) for name, value in filters.items()}
    counted = reader.facts.count(entity, register.value, year + shift, **words)
    if isinstance(counted, Missing) and reader.facts.entries(entity, register.value, year + shift):
        return Quantity(Expression("number", number=Decimal(0)), counted.indicator.unit)  # listed, but none like that
    return reader.as_quantity(counted)


def _standard(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    (term,) = reader.argument(node, 1)
    limit, _ = _limit(reader, reader.fact(term, shift))
    return reader.as_quantity(limit)


def _limit(reader: Reader, fact: Fact) -> tuple[Fact, bool]:
    """Return the standard in force for a fact, and whether it is a lower bound."""
    standard = standard_for(reader.facts.catalogue, fact.key)
    if standard is None:
        raise UnresolvedError(f"{fact.indicator.label}{NO_STANDARD}")
    return standard_fact(reader.facts.catalogue, fact, standard), standard.direction == "not_below"


def _exceedance(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    (term,) = reader.argument(node, 1)
    fact = reader.fact(term, shift)
    limit, lower = _limit(reader, fact)
    pair = (fact, limit) if lower else (limit, fact)
    return reader.combined("-", *(reader.as_quantity(one) for one in pair))


def _exceedance_rate(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    beyond = _exceedance(reader, node, shift)
    limit = _standard(reader, node, shift)
    return Quantity(Expression("/", (beyond.expression, limit.expression)), reader.unit("percent"))


def _printed(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    (term,) = reader.argument(node, 1)
    quantity = reader.quantity(term, shift)
    fact = quantity.expression.fact
    decimals = reader.words(node, "decimals").get("decimals")
    if fact is not None and decimals is None:
        return Quantity(reference(replace(as_printed(fact), observation=None, derivation=None)), fact.unit)
    unit = quantity.unit or reader.unit("to_one")
    value = round_number(from_base(evaluate(quantity.expression), unit), int(decimals or PERCENT_DECIMALS))
    return Quantity(Expression("number", number=to_base(value, unit)), unit)


def _claim(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    del shift
    (name,) = reader.argument(node, 1)
    text = name.value if isinstance(name, ast.Constant) else None
    other = reader.claims.get(str(text), reader.where)
    reader.cited.add(other.id)
    if other.value is None or other.unit is None:
        message = f"{reader.where}: claim {other.id} prints no number"
        raise FormulaError(message)
    return Quantity(reference(claimed_fact(other)), other.unit)


def claimed_fact(claim: Claim) -> Fact:
    """Return a claim as a fact of its own, read where it is printed.

    Raises
    ------
    FormulaError
        It prints no number.
    """
    if claim.value is None or claim.unit is None:
        message = f"claim {claim.id} prints no number"
        raise FormulaError(message)
    indicator = Indicator(id=f"claim.{claim.id}", label=f"{claim.place}所印的数", unit=claim.unit)
    key = Key(claim.entity, claim.edition, indicator.id, indicator.scope)
    row = Observation(
        key, claim.value, claim.unit.code, claim.qualifier, Status.FINAL,
        claim.document, claim.place, claim.note, claim.edition, claim.where,
    )  # fmt: skip
    return Fact(key, indicator, claim.unit, claim.value, claim.decimals, claim.qualifier, observation=row)


def _counted(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    """Return a quantity in the unit that its factor makes of it: 100 times 90 classes are pupils."""
    code, term = reader.argument(node, 2)
    name = str(getattr(code, "value", ""))
    if name not in reader.facts.catalogue.units:
        raise UnknownNameError.of("unit", name, reader.facts.catalogue.units, reader.where)
    return Quantity(reader.quantity(term, shift).expression, reader.unit(name))


def _span(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    start, end = (reader.quantity(term, shift) for term in reader.argument(node, 2))
    return Quantity(Expression("-", (end.expression, start.expression)), reader.unit("year"))


def _number_of(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    conditions = node.args if isinstance(node, ast.Call) else []
    count = sum(judge(reader.condition(one, shift)).holds for one in conditions)
    return Quantity(Expression("number", number=Decimal(count)), origin="计得的")


def _meets(strictly: str) -> Callable[[Reader, ast.expr, int], Condition]:
    def condition(reader: Reader, node: ast.expr, shift: int) -> Condition:
        (term,) = reader.argument(node, 1)
        fact = reader.fact(term, shift)
        limit, lower = _limit(reader, fact)
        operator = (">" if lower else "<") + strictly
        return Condition(operator, (reader.as_quantity(fact), reader.as_quantity(limit)))

    return condition


def _about(reader: Reader, node: ast.expr, shift: int) -> Condition:
    one, two = (reader.quantity(term, shift) for term in reader.argument(node, 2))
    reader.shared_unit(one, two)
    return Condition("~", (one, two))


def _first(operator: str) -> Callable[[Reader, ast.expr, int], Condition]:
    """Return the condition that a member is the largest, or smallest, of a breakdown."""

    def condition(reader: Reader, node: ast.expr, shift: int) -> Condition:
        (term,) = reader.argument(node, 1)
        words = reader.words(node, "over", "member")
        parts = reader.parts(term, words.get("over", ""), shift)
        member = _member(reader, parts, words.get("member", ""))
        others = [part for name, part in parts.items() if name != member]
        return Condition("and", parts=tuple(Condition(operator, (parts[member], other)) for other in others))

    return condition


def _top(reader: Reader, node: ast.expr, shift: int) -> Condition:
    (term,) = reader.argument(node, 1)
    words = reader.words(node, "over", "members")
    parts = reader.parts(term, words.get("over", ""), shift)
    first = [_member(reader, parts, name.strip()) for name in words.get("members", "").split(",")]
    chain = [Condition(">=", (parts[one], parts[two])) for one, two in pairwise(first)]
    rest = [Condition(">=", (parts[first[-1]], part)) for name, part in parts.items() if name not in first]
    return Condition("and", parts=(*chain, *rest))


def _member(reader: Reader, parts: dict[str, Quantity], name: str) -> str:
    if name not in parts:
        raise UnknownNameError.of("member on record", name, parts, reader.where)
    return name


def _adds_up(reader: Reader, node: ast.expr, shift: int) -> Condition:
    (term,) = reader.argument(node, 1)
    whole = reader.facts.get(reader.selected(term, shift))
    total = _sum(reader, node, shift)
    if isinstance(whole, Missing) and total.unit is not None and total.unit.kind == "percent":
        return Condition("==", (total, Quantity(Expression("number", number=Decimal(1)), total.unit)))
    return Condition("==", (total, reader.as_quantity(whole)))


def _wording(reader: Reader, node: ast.expr, shift: int) -> Condition:
    (inner,) = reader.argument(node, 1)
    return Condition("wording", parts=(reader.condition(inner, shift),))


def _named(reader: Reader, node: ast.expr, shift: int) -> Condition:
    """Return the condition that what is printed is the name of an entity."""
    del shift
    (slug,) = reader.argument(node, 1)
    entity = reader.facts.catalogue.entity(str(getattr(slug, "value", "")), reader.where)
    return _is_the_name(reader.claim.printed, entity.name, entity.short)


def _listed(reader: Reader, node: ast.expr, shift: int) -> Condition:
    """Return the condition that what is printed is the name of a register's entry, told by its number."""
    register, number = (getattr(argument, "value", "") for argument in reader.argument(node, 2))
    entries = reader.facts.entries(reader.claim.entity, str(register), reader.claim.edition + shift)
    name = next((entry.project for entry in entries if entry.number == number), None)
    if name is None:
        raise UnresolvedError(f"名单中没有第{number}条")
    return _is_the_name(reader.claim.printed, name)


def _is_the_name(printed: str, name: str, *others: str) -> Condition:
    holds = printed in {name, *others}
    sides = tuple(Quantity(Expression("number", number=Decimal(number))) for number in (1, int(holds)))
    told = f"印作{quoted(printed)}，名称是{quoted(name)}"
    return Condition("wording", parts=(Condition("==", sides, told=told),))


def _base(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    (term,) = reader.argument(node, 1)
    parts = reader.parts(term, reader.words(node, "over").get("over", ""), shift)
    found = common_base(tuple(known_within(fact) for part in parts.values() for fact in part.expression.facts()))
    if found is None:
        raise UnresolvedError("各占比推不出唯一的分母")
    return Quantity(Expression("number", number=Decimal(found)), origin="由各占比推得的")


def _whole_base(reader: Reader, node: ast.expr, shift: int) -> Quantity:
    part, share = (reader.fact(term, shift) for term in reader.argument(node, 2))
    bases = (known_within(part) / known_within(share)).whole_numbers()
    if bases is None or bases[0] != bases[1]:
        raise UnresolvedError(f"{in_numbers(reference(share))}推不出唯一的整数分母")
    return Quantity(Expression("number", number=bases[0]), part.unit, origin="由占比推得的")


def _attainable(reader: Reader, node: ast.expr, shift: int) -> Condition:
    """Return the condition that a share is one that a whole number of a whole can give (the GRIM test)."""
    share, whole = (reader.fact(term, shift) for term in reader.argument(node, 2))
    parts = (known_within(share) * known_within(whole)).whole_numbers()
    nearest_part = round_number(to_base(share.value, share.unit) * to_base(whole.value, whole.unit), 0)
    part = Quantity(Expression("number", number=parts[0] if parts else nearest_part), whole.unit)
    quotient = Expression("/", (part.expression, reference(whole)))
    return Condition("==", (Quantity(quotient, share.unit), reader.as_quantity(share)))


QUANTITIES: dict[str, Callable[[Reader, ast.expr, int], Quantity]] = {
    "growth": years.growth, "change": years.change, "share": _share, "points": _points, "ratio": _ratio, "sum": _sum,
    "count": _count, "standard": _standard, "exceedance": _exceedance, "exceedance_rate": _exceedance_rate,
    "printed": _printed, "claim": _claim, "counted": _counted, "span": _span, "number_of": _number_of, "base": _base,
    "whole_base": _whole_base,
}  # fmt: skip
CONDITIONS: dict[str, Callable[[Reader, ast.expr, int], Condition]] = {
    "rises": years.moves(">"), "falls": years.moves("<"), "steady": years.moves("=="),
    "meets": _meets("="), "exceeds": _meets(""),
    "about": _about, "largest": _first(">="), "smallest": _first("<="), "top": _top, "adds_up": _adds_up,
    "wording": _wording, "named": _named, "listed": _listed, "attainable": _attainable,
}  # fmt: skip
