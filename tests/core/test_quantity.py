"""Rounding and printed numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import FormulaError
from helpers.model import Fact, Indicator, Key, Qualifier, Unit
from helpers.quantity import (
    are_alike,
    convert,
    decimals_after,
    decimals_of,
    format_number,
    from_base,
    is_padded,
    numeral,
    round_number,
    to_base,
    with_unit,
)

TEN_THOUSAND_YUAN = Unit(
    code="ten_thousand_yuan", symbol="万元", base="yuan", factor=Decimal(10000), decimals=2, kind="measure"
)
YUAN = Unit(code="yuan", symbol="元", base="yuan", factor=Decimal(1), decimals=0, kind="measure")
PERSON = Unit(code="person", symbol="人", base="one", factor=Decimal(1), decimals=0, kind="count")


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        ("2.345", 2, "2.34"),
        ("2.355", 2, "2.36"),
        ("2.3450001", 2, "2.35"),
        ("-2.345", 2, "-2.34"),
        ("-0.004", 2, "0.00"),
        ("0.5", 0, "0"),
        ("1.5", 0, "2"),
        ("2124802.51", 2, "2124802.51"),
        ("3", 2, "3.00"),
    ],
)
def test_ties_go_to_the_even_digit_and_zero_has_no_sign(value, decimals, printed):
    """GB/T 8170 rounds ties to even; negatives by their absolute value."""
    assert format_number(Decimal(value), decimals) == printed


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_rounding_is_off_by_at_most_half_a_unit(value):
    """A rounded number is never further away than half of its last place."""
    assert abs(round_number(value, 2) - value) <= Decimal("0.005")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=0, max_value=10**9, places=4))
def test_base_units_and_back_is_the_identity(value):
    """Conversion loses nothing."""
    assert from_base(to_base(value, TEN_THOUSAND_YUAN), TEN_THOUSAND_YUAN) == value


def test_conversion_between_units_of_one_base():
    """万元 become 元."""
    assert convert(Decimal("0.3"), TEN_THOUSAND_YUAN, YUAN) == 3000


def test_conversion_between_bases_is_refused():
    """Persons are not money."""
    with pytest.raises(FormulaError, match="cannot convert person"):
        convert(Decimal(1), PERSON, YUAN)


def test_decimals_are_those_written():
    """Trailing zeros count: the source printed them."""
    assert (decimals_of(Decimal("1.10")), decimals_of(Decimal(7)), decimals_of(Decimal("1E+3"))) == (2, 0, 0)


@pytest.mark.parametrize(
    ("number", "word"), [(0, "零"), (2, "两"), (4, "四"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")]
)
def test_small_numbers_in_chinese(number, word):
    """Numerals up to ninety-nine."""
    assert numeral(number) == word


def test_large_numbers_are_not_written_out():
    """A hundred is printed in digits."""
    with pytest.raises(ValueError, match="0 to 99"):
        numeral(100)


@pytest.mark.parametrize(
    ("value", "unit", "printed"),
    [("90", PERSON, "90余人"), ("18", TEN_THOUSAND_YUAN, "18万余元"), ("20", TEN_THOUSAND_YUAN, "20余万元")],
)
def test_more_than_a_number(value, unit, printed):
    """余 stands behind a round number, and behind the 万 of any other."""
    indicator = Indicator(id="any", label="某数", unit=unit)
    fact = Fact(Key("river", 2020, "any", "all"), indicator, unit, Decimal(value), 0, Qualifier.OVER)

    assert with_unit(fact) == printed


@pytest.mark.parametrize(("symbol", "printed"), [("个月", "半个月"), ("名", "0.5名")])
def test_half_a_thing_is_said_in_words_before_its_measure_word(symbol, printed):
    """半个月, as it is said; half a post per class stays a number."""
    unit = Unit(code="any", symbol=symbol, base="any", factor=Decimal(1), decimals=1, kind="measure")
    indicator = Indicator(id="any", label="某数", unit=unit)

    assert with_unit(Fact(Key("river", 2020, "any", "all"), indicator, unit, Decimal("0.5"), 1)) == printed


MU = Unit(
    code="mu",
    symbol="亩",
    base="square_metre",
    factor=Decimal("666.6666666666666666666666667"),
    decimals=0,
    kind="measure",
)
SQUARE_METRE = Unit(
    code="square_metre", symbol="平方米", base="square_metre", factor=Decimal(1), decimals=2, kind="measure"
)
PERSON_TIME = Unit(code="person_time", symbol="人次", base="one", factor=Decimal(1), decimals=0, kind="count")


@pytest.mark.parametrize(
    ("decimals", "source", "target", "most", "places"),
    [
        (2, SQUARE_METRE, MU, 0, 0),
        (2, SQUARE_METRE, MU, 1, 1),
        (0, MU, SQUARE_METRE, 2, 0),
        (4, MU, SQUARE_METRE, 2, 2),
        (2, TEN_THOUSAND_YUAN, YUAN, 2, 0),
        (0, YUAN, TEN_THOUSAND_YUAN, 2, 2),
        (0, PERSON, PERSON, 2, 0),
    ],
)
def test_a_converted_number_claims_no_digit_that_it_did_not_have(decimals, source, target, most, places):
    """2.95万册 are 29500册, not 29500.00册; 2124802.51 square metres are 3187亩 beside 239亩."""
    assert decimals_after(decimals, source, target, most) == places


@pytest.mark.parametrize(
    ("decimals", "source", "target", "padded"),
    [
        (2, TEN_THOUSAND_YUAN, YUAN, True), (4, TEN_THOUSAND_YUAN, YUAN, False), (0, MU, SQUARE_METRE, True),
        (0, YUAN, TEN_THOUSAND_YUAN, False), (2, SQUARE_METRE, MU, False), (0, PERSON, PERSON, False),
    ],
)  # fmt: skip
def test_noughts_that_nobody_counted_are_told(decimals, source, target, padded):
    """1.23万元 is about 12300元; 1.2345万元 is 12345元."""
    assert is_padded(decimals, source, target) == padded


def test_persons_and_occasions_do_not_stand_for_each_other():
    """人次 counts who comes twice twice; money is no land."""
    assert are_alike(MU, SQUARE_METRE)
    assert are_alike(YUAN, TEN_THOUSAND_YUAN)
    assert not are_alike(PERSON, PERSON_TIME)
    assert not are_alike(YUAN, SQUARE_METRE)
