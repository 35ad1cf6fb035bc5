"""What a card computes can be done by hand: every equation that the reports of record print is true."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from helpers.errors import ParameterError
from helpers.loading import load_data
from helpers.paths import Project
from support.running import run_chapters

TOKEN = re.compile(r"\s*(?:(?P<sign>[（）]|[+−×÷](?=[\s（]))|[约近第]?(?P<number>−?\d+(?:\.\d+)?)(?P<unit>[^\s（）]*))")
QUALIFIED = re.compile("余|多|以上|以内")


@pytest.fixture(scope="module")
def project(project_root):
    """Return the project of record; nothing is written."""
    return Project(project_root)


@pytest.fixture(scope="module")
def factors(project):
    """Return by what a number with a unit behind it is multiplied, by the words of the unit."""
    catalogue, _ = load_data(project)
    units = catalogue.units.values()
    return {f"{unit.suffix}{unit.symbol}": unit.factor for unit in units} | {"": Decimal(1)}


class Reader:
    """Computes an equation as it is printed, by the rules of school."""

    def __init__(self, text, factors):
        self.tokens = [match.groupdict() for match in TOKEN.finditer(text)]
        assert "".join(text.split()) == "".join("".join(match[0].split()) for match in TOKEN.finditer(text)), text
        self.factors = factors

    def next_is(self, signs):
        """Say whether an operator comes next."""
        return bool(self.tokens) and (self.tokens[0]["sign"] or "?") in signs

    def sum(self):
        """Return the value of what is added and subtracted."""
        value = self.product()
        while self.next_is("+−"):
            value += self.product() if self.tokens.pop(0)["sign"] == "+" else -self.product()
        return value

    def product(self):
        """Return the value of what is multiplied and divided."""
        value = self.operand()
        while self.next_is("×÷"):
            times = self.tokens.pop(0)["sign"] == "×"
            value = value * self.operand() if times else value / self.operand()
        return value

    def operand(self):
        """Return the value of a number or of what stands in brackets, in base units."""
        token = self.tokens.pop(0)
        if token["sign"] == "（":
            value = self.sum()
            assert self.tokens.pop(0)["sign"] == "）"
            return value
        return Decimal(token["number"].replace("−", "-")) * self.factors[QUALIFIED.sub("", token["unit"])]


def untrue(cards, factors):
    """Yield the equations whose two sides differ by more than the rounding of the last digit."""
    for card in cards:
        left, equals, right = card.formula_numbers.partition(" = ")
        if not equals:
            continue
        shown = TOKEN.fullmatch(right)
        number = Decimal(shown["number"].replace("−", "-"))
        value = Reader(left, factors).sum() / factors[shown["unit"]]
        if abs(value - number) > Decimal(5).scaleb(number.as_tuple().exponent - 1):
            yield card.formula_numbers


def cards_of(project, entity, year):
    """Return every card of a report."""
    return [card for _, block in run_chapters(project, entity=entity, year=year) for card in block.cards.values()]


@pytest.mark.parametrize(("entity", "year"), [("hangzhou", 2020), ("china", 2013), ("china", 2024)])
def test_every_printed_equation_is_true(project, factors, entity, year):
    """−35.70万人 is not what 418.33 less 454.04 gives: inputs are shown with the digits that it takes."""
    cards = cards_of(project, entity, year)

    assert sum(" = " in card.formula_numbers for card in cards) > 5
    assert list(untrue(cards, factors)) == []


def test_every_equation_of_a_school_is_true(project, factors):
    """亩 and 万册 beside the city's numbers."""
    catalogue, _ = load_data(project)
    cards = []
    for slug in (slug for slug, entity in catalogue.entities.items() if entity.kind == "school"):
        try:
            cards += cards_of(project, slug, 2020)
        except ParameterError:  # nothing on record
            continue

    assert sum(" = " in card.formula_numbers for card in cards) > 5
    assert list(untrue(cards, factors)) == []
