"""Facts -> number cards: value, formula in words and in numbers, inputs, source, scope."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from helpers.model import Expression, Fact, Qualifier, Status
from helpers.observations import format_cut
from helpers.quantity import MINUS, bare, decimals_of, printed_value, typographic, with_unit
from helpers.writing.blocks import Card, CardInput, Number, Run, Text
from helpers.writing.equations import finer, places_needed
from helpers.writing.wording import Printed

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.catalogue import Catalogue
    from helpers.formulas import Facts
    from helpers.model import Correction, Source
    from helpers.writing.wording import Phrase

PRECEDENCE = {"+": 1, "-": 1, "sum": 1, "*": 2, "/": 2}
SIGNS = {"+": " + ", "-": f" {MINUS} ", "*": " × ", "/": " ÷ ", "sum": " + "}
EXHIBITS = "表图"
BESIDE_BRACKET = re.compile(r"(?<=）) | (?=（)")
REPORT = "原报告"
PUBLISHED = {"statistical_bulletin": "公报"}
"""What published documents of a kind are called, if not 原报告."""
STATUS_LABELS = {
    Status.PROVISIONAL: "暂定数",
    Status.REVISED: "修订数",
    Status.ESTIMATED: "推算数",
}
PERIODS = {
    "school_year_start": "{year}年（{year}/{next}学年初）",
    "year_end": "{year}年末",
    "financial_year": "{year}年（财政年度）",
    "cumulative": "截至{year}年底",
}


@dataclass
class CardMaker:
    """Makes each fact's card once and keeps those of one block."""

    facts: Facts
    cards: dict[str, Card] = field(default_factory=dict)

    def number(self, fact: Fact, text: str | None = None) -> Number:
        """Return the run that prints ``fact`` (as ``text``, or with its unit), its card kept."""
        card = make_card(self.facts, fact)
        self.cards.setdefault(card.id, card)
        return Number(text=with_unit(fact) if text is None else text, card=card.id)

    def runs(self, phrase: Phrase) -> tuple[Run, ...]:
        """Return the runs of a phrase, the cards of its facts kept."""
        runs: list[Run] = []
        for piece in phrase:
            if isinstance(piece, Printed):
                runs.append(self.number(piece.fact, piece.text))
            else:
                runs.append(Text(text=piece if isinstance(piece, str) else piece.opening))
        return tuple(runs)


def make_card(facts: Facts, fact: Fact) -> Card:
    """Build the card of one fact."""
    catalogue = facts.catalogue
    origin = _origin(catalogue, fact)
    exact = fact.value.normalize() if decimals_of(fact.value) > fact.decimals else None
    of_printed = fact.indicator.rounding == "printed"  # a quotient of rounded numbers is no unrounded value
    shown = "" if exact is None or of_printed or printed_value(fact) == exact else _exact(fact)
    return Card(
        id=card_id(fact),
        label=label_of(catalogue, fact),
        entity_name=catalogue.entities[fact.key.entity].name,
        period=period_of(fact),
        value=with_unit(fact),
        exact=shown,
        scope=scope_of(catalogue, fact),
        definition=fact.indicator.defined(catalogue.entities[fact.key.entity].kind),
        status=STATUS_LABELS.get(fact.status, ""),
        indicator=fact.key.indicator,
        entity=fact.key.entity,
        year=fact.key.year,
        breakdown=format_cut(fact.key.cut),
        scope_code=fact.key.scope,
        number=str(printed_value(fact)),
        unit=(fact.unit.symbol or fact.unit.suffix),
        published=_published(facts, fact),
        simulated=_is_simulated(catalogue, fact),
        **origin,
    )


def _is_simulated(catalogue: Catalogue, fact: Fact) -> bool:
    """Whether a fact is invented, or follows from one that is."""
    read = fact.records if fact.observation is None else (fact.observation,)
    if any(catalogue.sources[row.source].is_simulated for row in read):
        return True
    return any(_is_simulated(catalogue, part) for part in fact.inputs)


def _published(facts: Facts, fact: Fact) -> str:
    """Say how the published report printed a fact, where it did so otherwise, and why that is not right."""
    return "；".join(_corrected(facts.catalogue, one) for one in facts.corrected(fact))


def _corrected(catalogue: Catalogue, one: Correction) -> str:
    """Say what a document printed: ``原报告表2（2020年，纸质图书）作2947884万册。…``."""
    source = catalogue.sources.get(one.document)
    why = one.evidence.removesuffix("。").removeprefix(f"印作{one.printed}，")
    return f"{published_word(source)}{place_in_words(one.place)}作{one.printed}。{why}"


def published_word(source: Source | None) -> str:
    """Return what a published document is called: 原报告, or 公报."""
    return REPORT if source is None else PUBLISHED.get(source.kind, REPORT)


def place_in_words(place: str) -> str:
    """Write where a number is printed, for a sentence: a paragraph as it is called, a cell with its row and column.

    >>> place_in_words("1.2 第1段"), place_in_words("表5 2020年 本科 占比")
    ('1.2第1段', '表5（2020年，本科，占比）')
    """
    exhibit, *within = place.split()
    return f"{exhibit}（{'，'.join(within)}）" if exhibit[0] in EXHIBITS and within else "".join((exhibit, *within))


def card_id(fact: Fact) -> str:
    """Return a card's anchor: readable, stable, the same on every page."""
    key = fact.key
    parts = [key.indicator, str(key.year), key.entity, key.scope, format_cut(key.cut)]
    return re.sub(r"[^0-9A-Za-z_.]+", "-", "-".join(part for part in parts if part)).strip("-")


def label_of(catalogue: Catalogue, fact: Fact) -> str:
    """Name a fact with the members of its breakdown: ``专任教师数（硕士研究生及以上）``."""
    members = catalogue.members(fact.key.cut)
    return fact.indicator.label + (f"（{'，'.join(members)}）" if members else "")


def period_of(fact: Fact) -> str:
    """Name the time that a fact describes."""
    year = fact.key.year
    return PERIODS.get(fact.indicator.basis, "{year}年").format(year=year, next=year + 1)


def scope_of(catalogue: Catalogue, fact: Fact) -> str:
    """Name whom a fact counts."""
    return catalogue.scopes[fact.key.scope].label


def in_words(catalogue: Catalogue, expression: Expression) -> str:
    """Write a formula in indicator labels: ``占地面积 ÷ 在校生数``."""
    facts = expression.facts()
    years = len({fact.key.year for fact in facts}) > 1
    labels = [label_of(catalogue, fact) for fact in facts]
    ambiguous = len(set(labels)) < len(labels) and not years

    def name(fact: Fact) -> str:
        label = label_of(catalogue, fact)
        if years:
            label = f"{fact.key.year}年{label}"
        return f"{label}〔{scope_of(catalogue, fact)}〕" if ambiguous else label

    return _write(expression, name)


def in_numbers(expression: Expression, places: int = 0) -> str:
    """Write a formula in values, with so many places more than they are printed: ``2124802.51平方米 ÷ 59030人``."""
    return _write(expression, lambda fact: with_unit(finer(fact, places)))


def _write(expression: Expression, name: Callable[[Fact], str]) -> str:
    if expression.fact is not None:
        return name(expression.fact)
    if expression.number is not None:
        return typographic(f"{expression.number:f}")
    written = []
    for position, operand in enumerate(expression.operands):
        text = _write(operand, name)
        inner, outer = PRECEDENCE.get(operand.operator), PRECEDENCE[expression.operator]
        right_of_inverse = position > 0 and expression.operator in {"-", "/"}
        weaker = inner is not None and (inner < outer or (inner == outer and right_of_inverse))
        written.append(f"（{text}）" if weaker else text)
    return BESIDE_BRACKET.sub("", SIGNS[expression.operator].join(written))


def cite(source: Source) -> str:
    """Name a source as readers do: ``《…》（2020/2021学年初）``."""
    title = source.title if source.title.startswith("《") else f"《{source.title}》"
    showing_year = source.school_year and source.kind != "published_report"
    return f"{title}（{source.school_year}）" if showing_year else title


def _origin(catalogue: Catalogue, fact: Fact) -> dict[str, object]:
    """Say where a fact comes from: a row, a formula, a count of records, a standard."""
    if fact.observation is not None:
        row = fact.observation
        return {
            "source": cite(catalogue.sources[row.source]), "source_code": row.source, "locator": row.locator,
            "note": "；".join(note.removesuffix("。") for note in (row.note, fact.indicator.note) if note),
        }  # fmt: skip
    if fact.standard is not None:
        return {"source": fact.standard.legal, "locator": fact.standard.denominator, "note": fact.standard.note}
    if fact.records:
        source = cite(catalogue.sources[fact.records[0].source])
        listed = tuple(CardInput(label=_entry(catalogue, record), value="", source="") for record in fact.records)
        locators = dict.fromkeys(record.locator for record in fact.records)
        return {
            "formula_words": "逐条计数", "formula": fact.key.indicator, "inputs": listed, "source": source,
            "source_code": fact.records[0].source, "locator": " | ".join(locators),
        }  # fmt: skip
    if fact.derivation is None:
        return {}
    places = places_needed(fact)
    inputs = tuple(_input(catalogue, part, places) for part in fact.inputs)
    how = "（按修约后的数计算）" if fact.indicator.rounding == "printed" else ""
    if fact.derivation.fact is not None:
        how = f"，由{fact.derivation.fact.unit.symbol}换算为{fact.unit.symbol}"
    return {
        "formula": fact.indicator.formula or fact.key.indicator,
        "formula_words": in_words(catalogue, fact.derivation) + how,
        "formula_numbers": f"{in_numbers(fact.derivation, places)} = {_signed(fact)}",
        "inputs": inputs,
        "note": fact.indicator.note,
    }


def _input(catalogue: Catalogue, fact: Fact, places: int) -> CardInput:
    """Name an input with its value as the equation above has it, and where that comes from."""
    if fact.observation is not None:
        source = f"{cite(catalogue.sources[fact.observation.source])}，{fact.observation.locator}"
    elif fact.standard is not None:
        source = fact.standard.legal
    elif fact.derivation is not None:
        numbers = in_numbers(fact.derivation, places_needed(finer(fact, places)))
        source = f"{in_words(catalogue, fact.derivation)} = {numbers}"
    else:
        source = "逐条计数"
    label = f"{catalogue.entities[fact.key.entity].short}{fact.key.year}年{label_of(catalogue, fact)}"
    return CardInput(label=label, value=with_unit(finer(fact, places)), source=source)


def _entry(catalogue: Catalogue, record: object) -> str:
    school = getattr(record, "school", "")
    name = catalogue.entities[school].name if school else ""
    details = [name, getattr(record, "project", ""), getattr(record, "person", "")]
    return " ".join(detail for detail in details if detail)


def _signed(fact: Fact) -> str:
    return f"{bare(fact)}{fact.unit.symbol}"


def _exact(fact: Fact) -> str:
    """Show the unrounded value, to twelve digits where it does not end."""
    value = Decimal(f"{fact.value:.12g}") if fact.derivation is not None else fact.value
    text = typographic(f"{value.normalize():f}")
    marker = "" if fact.qualifier is Qualifier.EXACT else "（约数）"
    return f"{text}{fact.unit.symbol}{marker}"
