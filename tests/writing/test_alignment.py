"""Which columns of a table are set as numbers, and which take little room (every number here is invented)."""

from __future__ import annotations

import pytest

from helpers.writing import alignment
from helpers.writing.blocks import HeaderCell, Number, Row, Table, Text


def table(*texts, numbers=()):
    """Return a table of one column beside its names: a number from data where its place is among ``numbers``."""
    runs = [Number(text=text, card="card") if place in numbers else Text(text=text) for place, text in enumerate(texts)]
    rows = tuple(Row(cells=((Text(text="名称"),), (run,))) for run in runs)
    header = ((HeaderCell(text="名称"), HeaderCell(text="内容")),)
    return Table(number="表1", title="某表", header=header, rows=rows)


@pytest.mark.parametrize("texts", [("1金1铜", "—"), ("2020年浙江省考试，专业第一名",), ("2020年", "2020年")])
def test_words_that_begin_with_a_digit_are_words(texts):
    """No number of the data stands there: they break like words, and stand on the left."""
    assert alignment.columns(table(*texts)) == (None, None)


def test_numbers_of_the_data_stand_in_line():
    """Blanks among them are no words."""
    shown = table("690名", "—", "84.98%", numbers=(0, 2))

    assert alignment.columns(shown) == (None, alignment.Column(2, "%"))
    assert alignment.header_is_numeric(shown, alignment.columns(shown)) == ((False, True),)


def test_a_number_beside_words_leaves_a_column_of_words():
    """One cell of words is enough."""
    assert alignment.columns(table("690名", "2020年", numbers=(0,))) == (None, None)


@pytest.mark.parametrize(("texts", "brief"), [(("国家级", "省级", "—"), True), (("国家级", "浙江省教育厅"), False)])
def test_a_column_of_a_few_characters_is_brief(texts, brief):
    """Every cell of it."""
    assert alignment.is_brief(table(*texts), 1) is brief
