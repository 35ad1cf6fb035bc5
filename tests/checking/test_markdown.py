"""Generated parts of documents: tables that hold anything, and parts that find their places."""

from __future__ import annotations

import pytest

from helpers.checking.markdown import code, codes, fill, table
from helpers.errors import TemplateError

DOCUMENT = "前文\n\n<!-- generated: units -->\n\n旧\n\n<!-- end of units -->\n\n后文\n"


def test_a_table_escapes_what_would_end_a_cell():
    """Templates hold bars."""
    assert table(["写法"], [["a | b"], ["一\n二"]]) == "| 写法 |\n| --- |\n| a \\| b |\n| 一<br>二 |"


def test_nothing_is_no_code():
    """Empty backticks would show as backticks."""
    assert (code(""), code("x"), codes(["x", "y"])) == ("", "`x`", "`x`, `y`")


def test_a_part_takes_its_place_and_leaves_the_rest():
    """A second time changes nothing."""
    filled = fill(DOCUMENT, {"units": "新"})

    assert filled == DOCUMENT.replace("旧", "新")
    assert fill(filled, {"units": "新"}) == filled


@pytest.mark.parametrize(("text", "parts"), [(DOCUMENT, {}), ("", {"units": "新"}), (DOCUMENT * 2, {"units": "新"})])
def test_a_part_without_a_place_and_a_place_without_a_part_are_refused(text, parts):
    """Else a table would be lost without a word."""
    with pytest.raises(TemplateError, match="part 'units' must stand exactly once"):
        fill(text, parts)
