"""``nianbao explain``: one number's card in the terminal, and where reports print it."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from helpers.audit.service import load_corrections
from helpers.chapter import check_parameters
from helpers.errors import ParameterError, UnknownNameError
from helpers.formulas import Facts
from helpers.loading import load_data
from helpers.model import Key, Missing
from helpers.observations import parse_cut
from helpers.writing.cards import make_card

if TYPE_CHECKING:
    from helpers.observations import Observations
    from helpers.paths import Project
    from helpers.writing.blocks import Card


KEY_COLUMNS = ("indicator", "entity", "year", "scope", "breakdown")


def explain_number(
    project: Project, indicator: str, *, year: int, entity: str, scope: str | None = None, breakdown: str = ""
) -> str:
    """Return the card of a number and the places that print it, as text.

    Raises
    ------
    UnknownNameError
        The indicator, entity, scope or breakdown is unknown; the nearest names are offered.
    ParameterError
        The number is missing; the message says why.
    """
    catalogue, observations = load_data(project)
    check_parameters(catalogue, observations, year=year, entity=entity)
    known = catalogue.indicator(indicator)
    if scope is not None and scope not in catalogue.scopes:
        raise UnknownNameError.of("scope", scope, catalogue.scopes)
    cut = parse_cut(breakdown)
    for dimension, member in cut:
        members = catalogue.dimension(dimension).members
        if member not in members:
            raise UnknownNameError.of(f"member of {dimension}", member, members)
    chosen = scope or catalogue.default_scope(known, catalogue.entities[entity], year)
    corrections = load_corrections(project, catalogue, observations, year, entity)
    facts = Facts(catalogue, observations, corrections=corrections)
    found = facts.get(Key(entity, year, indicator, chosen, cut))
    if isinstance(found, Missing):
        message = f"{known.label}: {found.reason} ({found.key}); {_on_record(observations, indicator)}"
        raise ParameterError(message)
    card = make_card(facts, found)
    return "\n".join([*_card_lines(card), *_places(project, card)])


def _card_lines(card: Card) -> list[str]:
    rows = [
        ("数值", card.value + (f"（未修约：{card.exact}）" if card.exact else "")),
        ("时间", card.period),
        ("统计口径", card.scope),
        ("含义", card.definition),
        ("算法", card.formula_words),
        ("代入", card.formula_numbers),
        *(("依据", f"{part.label} {part.value} ← {part.source}") for part in card.inputs),
        ("来源", card.source),
        ("位置", card.locator),
        ("状态", card.status),
        ("说明", card.note),
        ("勘误", card.published),
    ]
    return [f"{card.label} · {card.entity_name}", *(f"  {name}  {text}" for name, text in rows if text)]


def _places(project: Project, card: Card) -> list[str]:
    """List where the built reports print the number, by their ``facts.csv``."""
    wanted = (card.indicator, card.entity, str(card.year), card.scope_code, card.breakdown)
    lines = []
    for path in sorted(project.reports.glob("[0-9]*/[!.]*/facts.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if tuple(row[name] for name in KEY_COLUMNS) == wanted:
                    report = project.relative(path.parent)
                    lines.append(f"  {report}  {row['chapter']}  {row['place']}  {row['printed']}")
    return ["印于：", *dict.fromkeys(lines)] if lines else ["尚无报告印出此数（先运行 nianbao build）。"]


def _on_record(observations: Observations, indicator: str) -> str:
    rows = [row.key for row in observations if row.key.indicator == indicator]
    if not rows:
        return "no value is on record"
    shown = "; ".join(str(key) for key in sorted(rows)[:5])
    return f"on record: {shown}"
