"""What rounded numbers may be, forwards and backwards."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpers.audit.bases import common_base, only_base
from helpers.audit.intervals import Interval, interval, last_digit, requirements, spread
from helpers.model import Expression, Fact, Indicator, Key, Observation, Qualifier, Status, Unit

PERSON = Unit(code="person", symbol="人", base="one", factor=Decimal(1), decimals=0, kind="count")
MILLIONS = Unit(code="wan", symbol="万人", base="one", factor=Decimal(10000), decimals=2, kind="count")
PERCENT = Unit(code="percent", symbol="%", base="one", factor=Decimal("0.01"), decimals=2, kind="percent")


def fact(name, value, unit=PERSON, qualifier=Qualifier.EXACT):
    """Return a fact that a row states."""
    key = Key("river", 2020, name, "all")
    row = Observation(key, Decimal(value), unit.code, qualifier, Status.FINAL, "yearbook", "表1", "", 2020, "row 2")
    return Fact(key, Indicator(id=name, label=name, unit=unit), unit, Decimal(value), 0, qualifier, observation=row)


def leaf(*arguments):
    """Return an expression that is one fact."""
    return Expression("fact", fact=fact(*arguments))


@pytest.mark.parametrize(
    ("value", "digit"), [("14.87", "0.01"), ("9600", "100"), ("5280", "10"), ("90", "10"), ("7", "1"), ("18", "1")]
)
def test_the_last_digit_that_says_something(value, digit):
    """The last digit that says something."""
    assert last_digit(Decimal(value)) == Decimal(digit)


@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "low", "high"),
    [
        ("699", PERSON, Qualifier.EXACT, "699", "699"),
        ("14.87", PERCENT, Qualifier.EXACT, "0.14865", "0.14875"),
        ("10.04", MILLIONS, Qualifier.EXACT, "100350", "100450"),
        ("9600", PERSON, Qualifier.OVER, "9600", "9700"),
        ("2", PERSON, Qualifier.NEARLY, "1", "2"),
        ("48", PERCENT, Qualifier.ABOUT, "0.475", "0.485"),
        ("99", PERCENT, Qualifier.AT_LEAST, "0.99", "Infinity"),
        ("0", PERCENT, Qualifier.EXACT, "0", "0"),
    ],
)
def test_a_printed_number_stands_for_what_rounds_to_it(value, unit, qualifier, low, high):
    """A printed number stands for what rounds to it."""
    assert spread(Decimal(value), unit, qualifier) == Interval(Decimal(low), Decimal(high))


def test_a_quotient_lies_between_its_extremes():
    """A quotient lies between its extremes."""
    quotient = Expression("/", (leaf("part", "10.0", MILLIONS), leaf("whole", "40.0", MILLIONS)))

    found = interval(quotient)

    assert found.low == pytest.approx(Decimal("9.95") / Decimal("40.05"))
    assert found.high == pytest.approx(Decimal("10.05") / Decimal("39.95"))


def test_what_is_needed_is_solved_for_each_input():
    """What is needed is solved for each input."""
    quotient = Expression("/", (leaf("online", "3465"), leaf("teachers", "4702")))

    part, whole = requirements(quotient, Interval(Decimal("0.685"), Decimal("0.695")))

    assert part.in_unit().whole_numbers() == (Decimal(3221), Decimal(3267))
    assert whole.in_unit().whole_numbers() == (Decimal(4986), Decimal(5058))
    assert not part.holds
    assert not whole.holds


@given(st.integers(1, 5000), st.integers(1, 5000), st.integers(0, 3))
@example(141, 200, 0)  # 70.5%, just where 71% begins
def test_both_routes_agree(part, whole, decimals):
    """The printed share is possible forwards exactly when it is possible backwards."""
    quotient = Expression("/", (leaf("part", part), leaf("whole", whole)))
    printed = round(Decimal(part) / whole * 100, decimals) + Decimal(1).scaleb(-decimals)
    cell = spread(printed, PERCENT, Qualifier.EXACT)

    forwards = interval(quotient).meets(cell)

    assert all(need.holds == forwards for need in requirements(quotient, cell))


def test_a_share_gives_its_one_base_away():
    """A share gives its one base away."""
    assert only_base(Decimal(37), spread(Decimal("54.41"), PERCENT, Qualifier.EXACT)) == 68
    assert only_base(Decimal(3465), spread(Decimal(69), PERCENT, Qualifier.EXACT)) is None


def test_a_series_of_unrounded_shares_gives_its_base_away():
    """A series of unrounded shares gives its base away."""
    parts = (469, 1835, 560, 8, 12345)
    shares = [spread(round(Decimal(part) / 58653 * 100, 13), PERCENT, Qualifier.EXACT) for part in parts]
    rounded = [spread(round(Decimal(part) / 58653 * 100, 2), PERCENT, Qualifier.EXACT) for part in parts]

    assert common_base(tuple(shares)) == 58653
    assert common_base(tuple(rounded)) is None
