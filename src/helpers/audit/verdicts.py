"""The rules by which a claim gets its verdict, all of them.

1. A claim without an expression, or whose expression lacks a number, is *not recomputable*.
2. A number that prints as the claim does is *confirmed*; where it is a bare row of the data, something else of the
   document must hold it (the same number printed elsewhere, or one computed from it), or else it is *not recomputable*.
   The same goes for a statement that only says a row again (列第四名): a row does not bear itself out. A draft is no
   document: the data were not read from it, and bear it out.
3. A confirmed number whose words are wrong (% for percentage points, 近 with 余) is *wording*.
4. A number that does not come out is *rounding*, *unit* or *ambiguous* by the first explanation that fits
   (:mod:`helpers.audit.explanations`), and otherwise an *error*, if it follows by two routes: no values that the inputs
   may have give the printed one, and no input could be what the printed one needs. Inputs that an earlier edition
   printed may have been revised since: what they contradict is *ambiguous*.
5. A statement is *confirmed* if it is true, *rounding* if it fails only within the rounding of its numbers, *ambiguous*
   if another reading is true, *wording* if only words depend on it, and otherwise an *error*.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from helpers.audit import comparisons, evidence
from helpers.audit.conditions import Condition, Quantity, failing, judge
from helpers.audit.examination import examine
from helpers.audit.explanations import (
    NUMBER_EXPLANATIONS,
    UNSETTLED,
    expression_of,
    other_readings,
    other_year,
    reading_result,
)
from helpers.audit.findings import Audit, Finding, Verdict
from helpers.audit.intervals import interval, requirements
from helpers.audit.printing import cell, quoted
from helpers.expressions import signature
from helpers.model import Qualifier
from helpers.quantity import CONTEXT, from_base, round_number
from helpers.writing.cards import in_numbers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.audit.claims import Claim, Claims
    from helpers.audit.examination import Examination, Examined
    from helpers.formulas import Facts

NEARLY_AND_OVER = re.compile(r"近[0-9万百千 ]+(?:余|多)")
OVER_AND_OVER = re.compile(r"(?:超过|达到?以上) ?[0-9万百千 ]+ ?(?:余|多)")
POINTS = {"percent", "percentage_point"}
ONLY_HERE = "原始数，文中仅此一处"
BOUNDS = {Qualifier.AT_LEAST, Qualifier.AT_MOST}


def audit(claims: Claims, facts: Facts, year: int, entity: str, only: Iterable[str] | None = None) -> Audit:
    """Judge the claims of a report, or some of them.

    Raises
    ------
    FormulaError, UnknownNameError
        An expression cannot be read.
    """
    examination = examine(claims, facts, only)
    findings = {name: judge_claim(examination, examined) for name, examined in examination.examined.items()}
    return Audit(year, entity, findings)


def judge_claim(examination: Examination, examined: Examined) -> Finding:
    """Give one claim its verdict."""
    claim = examined.claim
    if examined.meaning is None:
        reason = examined.lacking or claim.reason
        borne = None if examined.lacking else _borne_out(examination, examined)
        return borne or _finding(examined, Verdict.NOT_RECOMPUTABLE, reason)
    if isinstance(examined.meaning, Condition):
        return _judge_statement(examination, examined, examined.meaning)
    if examined.prints:
        return _judge_words(examination, examined)
    return _judge_mismatch(examination, examined)


def _judge_words(examination: Examination, examined: Examined) -> Finding:
    """Judge a number that comes out: its words, and whether anything holds it."""
    amiss = _wrong_words(examined)
    if amiss:
        cause = evidence.POINTS_CAUSE if evidence.POINTS_CAUSE in amiss else ""
        return _finding(examined, Verdict.WORDING, amiss, cause=cause)
    if examined.primary is None or examined.cited:
        return _finding(examined, Verdict.CONFIRMED, evidence.computed(examined))
    borne = _borne_out(examination, examined)
    if borne is None and not examined.claim.document:
        return _finding(examined, Verdict.CONFIRMED, evidence.on_record(examined))
    return borne or _finding(examined, Verdict.NOT_RECOMPUTABLE, ONLY_HERE)


def _borne_out(examination: Examination, examined: Examined) -> Finding | None:
    """Confirm a number by what else of the document holds it: the same number elsewhere, what is computed from it."""
    claim, primary = examined.claim, examined.primary
    rows = [] if primary is None else examination.repeating.get(primary, [])
    citing = examination.citing.get(claim.id, [])
    again = [one for one in rows if one.prints and one is not examined and _says_as_much(one, claim)]
    again += [one for one in citing if one.prints and one.repeats]
    if again:
        return _finding(examined, Verdict.CONFIRMED, evidence.repeated(again, claim))
    leaning = [] if primary is None else examination.leaning.get(primary, [])
    leaning = [one for one in (*leaning, *citing) if _holds(one)]
    if leaning:
        return _finding(examined, Verdict.CONFIRMED, evidence.leaned_on(leaning))
    return None


def _says_as_much(other: Examined, claim: Claim) -> bool:
    """Whether another claim's number can bear out one: 99%以上 does not bear out 99.03%."""
    return other.claim.qualifier not in BOUNDS or claim.qualifier in BOUNDS


def _wrong_words(examined: Examined) -> str:
    """Say what is wrong with the words of a number that comes out; nothing if nothing is."""
    claim, meaning = examined.claim, examined.meaning
    unit = meaning.unit if isinstance(meaning, Quantity) else None
    if {unit.kind if unit else "", claim.unit.kind if claim.unit else ""} == POINTS:
        return evidence.points(examined)
    if NEARLY_AND_OVER.search(claim.printed):
        return f"印作{quoted(claim.printed)}：“近”是不足，“余”是超出，不能并用"
    if OVER_AND_OVER.search(claim.printed):
        return f"印作{quoted(claim.printed)}：“超过”与“余”重复"
    return ""


def _holds(examined: Examined) -> bool:
    """Whether a claim that computes with a number bears it out: a number that prints, a sum that comes out."""
    if isinstance(examined.meaning, Condition):
        return _equates(examined.meaning) and judge(examined.meaning).holds
    return examined.prints


def _equates(condition: Condition) -> bool:
    return condition.operator == "==" or any(_equates(part) for part in condition.parts)


def _judge_mismatch(examination: Examination, examined: Examined) -> Finding:
    """Judge a number that does not come out."""
    claim, expression = examined.claim, expression_of(examined)
    if examined.primary is not None and not examined.cited:
        explained = NUMBER_EXPLANATIONS[3](examination, examined)
    else:
        explained = next(filter(None, (one(examination, examined) for one in NUMBER_EXPLANATIONS)), None)
    needs = requirements(evidence.in_full(expression), cell(claim))
    routes = (*evidence.routes(examined, needs), *_other_routes(examination, examined))
    if explained is not None:
        return _finding(examined, explained.verdict, explained.evidence, routes, cause=explained.cause)
    certain = not interval(expression).meets(cell(claim)) and needs and not any(need.holds for need in needs)
    told = evidence.contradicted(examined, needs, other_year(examination, examined))
    if examined.primary is not None and not examined.cited:
        again = [one for one in examination.repeating[examined.primary] if one.prints]
        told = evidence.unlike_data(examined, again)
    elif certain and (years := _from_elsewhere(examined)):
        told += f"；{'、'.join(f'{year}年' for year in years)}的数不是本期所印，此后有无修订，{UNSETTLED}"
        certain = False
    if certain:
        told += _readings_tried(examination, examined)
    return _finding(examined, Verdict.ERROR if certain else Verdict.AMBIGUOUS, told, routes)


def _from_elsewhere(examined: Examined) -> list[int]:
    """Return the years whose inputs another edition printed, not the claim's own."""
    rows = [fact.observation for fact in evidence.in_full(expression_of(examined)).facts() if fact.observation]
    return sorted({row.key.year for row in rows if row.edition != examined.claim.edition})


def _readings_tried(examination: Examination, examined: Examined) -> str:
    """Say what the other readings give that do not explain an error either."""
    results = [reading_result(examination.read(examined.claim, text)) for text in examined.claim.readings]
    return f"；若按{'、'.join(results)}，也不相合" if results else ""


def _other_routes(examination: Examination, examined: Examined) -> tuple[str, ...]:
    """Tell what the other readings give."""
    claim = examined.claim
    return tuple(f"另解：{reading_result(examination.read(claim, text))}" for text in claim.readings)


def _judge_statement(examination: Examination, examined: Examined, condition: Condition) -> Finding:
    truth = judge(condition)
    if truth.holds:
        if _says_a_row_again(examination, examined, condition):
            return _finding(examined, Verdict.NOT_RECOMPUTABLE, ONLY_HERE)
        return _finding(examined, Verdict.CONFIRMED, comparisons.held(condition))
    failed = failing(condition)
    discrepancy = "；".join(dict.fromkeys(comparisons.comparison(one) for one in failed))
    note = examined.claim.note.removesuffix("。")
    lists_only = all(
        comparisons.compares_lists(one) for one in failed
    )  # how many rows there are says nothing to a reader
    told = (
        note
        if note and (lists_only or condition.operator == "wording")
        else "；".join(filter(None, (discrepancy, note)))
    )
    certain = "各数在其修约范围内怎样取值都不成立" if truth.certain else "在修约范围内可以成立"
    routes = (*comparisons.statement_routes(condition), certain, *_other_routes(examination, examined))
    if not truth.certain:
        return _finding(examined, Verdict.ROUNDING, f"{told}，差别在修约范围之内", routes, discrepancy)
    other = other_readings(examination, examined)
    if other is not None:
        told = other.evidence if not note else f"{told}{'' if UNSETTLED in told else f'；{UNSETTLED}'}"
        told = f"{discrepancy}；{told}" if not note else told
        return _finding(examined, other.verdict, told, routes, discrepancy)
    verdict = Verdict.WORDING if condition.operator == "wording" else Verdict.ERROR
    return _finding(examined, verdict, told, routes, discrepancy)


def _says_a_row_again(examination: Examination, examined: Examined, condition: Condition) -> bool:
    """Whether a statement only says what one row says that nothing else in the document bears out."""
    facts = [fact for side in condition.sides for fact in side.expression.facts()]
    numbers = [side for side in condition.sides if side.expression.number is not None and not side.origin]
    if not examined.claim.document or len(facts) != 1 or not numbers or not facts[0].observation or examined.cited:
        return False
    key = facts[0].key
    others = [*examination.repeating.get(key, []), *examination.leaning.get(key, [])]
    return not any(one is not examined and (one.prints or _holds(one)) for one in others)


def _other_unit(examined: Examined) -> str:
    """Return the unit that the words of a right number should have had, if it is another: 个百分点 for %."""
    unit = examined.meaning.unit if isinstance(examined.meaning, Quantity) else None
    own = examined.claim.unit
    return "" if unit is None or own is None or unit.kind == own.kind else unit.symbol


def _finding(
    examined: Examined,
    verdict: Verdict,
    told: str,
    routes: tuple[str, ...] = (),
    discrepancy: str = "",
    *,
    cause: str = "",
) -> Finding:
    claim, value = examined.claim, examined.value
    recomputed = difference = ""
    borne_out = verdict is not Verdict.NOT_RECOMPUTABLE  # else the value is what was printed, read once more
    if borne_out and value is not None and claim.unit is not None and claim.expected is not None:
        own = from_base(value, claim.unit)
        places = claim.decimals if examined.prints else claim.decimals + 2
        whole = own == own.to_integral_value() and not claim.decimals
        recomputed = f"{round_number(own, 0 if whole else places):f}"
        off = CONTEXT.subtract(from_base(claim.expected, claim.unit), own)
        difference = f"{round_number(off, 0 if whole else places):f}" if not examined.prints else "0"
    if verdict is Verdict.WORDING and recomputed:
        recomputed += _other_unit(examined)
    if verdict is Verdict.UNIT:  # the digits agree: what differs is what stands behind them
        recomputed, difference = in_numbers(expression_of(examined)), ""
    traced = signature(examined.expressions[0]) if isinstance(examined.meaning, Quantity) else ""
    ended = told if not told or told.endswith(("。", "！", "？")) else f"{told}。"
    if not discrepancy and verdict not in {Verdict.CONFIRMED, Verdict.NOT_RECOMPUTABLE}:
        discrepancy = f"印作{claim.printed}，算得{recomputed}" if difference != "0" else f"印作{claim.printed}"
    return Finding(claim, verdict, ended, recomputed, difference, discrepancy, routes, traced, examined.reads, cause)
