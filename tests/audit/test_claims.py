"""Claims are read with every problem named, and every numeral of a document is accounted for."""

from __future__ import annotations

import pytest

from helpers.audit.claims import load_exemptions
from helpers.audit.numerals import Numeral, cover, extract, load_inventory, main, parse_ordinals, write_inventory
from helpers.audit.printing import quoted
from helpers.errors import DataError
from helpers.paths import Project
from support.small_claims import load

GOOD = {"value": "1100", "unit": "person", "expression": "enrolment", "numerals": "1"}


def test_a_good_claim_is_read(tmp_path):
    """A good claim is read."""
    claims, _ = load(tmp_path, GOOD | {"readings": "graduates ; entrants"})

    (claim,) = claims

    assert (claim.value, claim.unit.symbol, claim.readings) == (1100, "人", ("graduates", "entrants"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": "persn"}, "row 2, unit: unknown unit 'persn'; did you mean 'person'"),
        ({"value": "1,100"}, "row 2, value: '1,100' is not a number"),
        ({"entity": "rivr"}, "row 2, entity: unknown entity 'rivr'"),
        ({"document": "book"}, "row 2, document: unknown source 'book'"),
        ({"numerals": "0"}, "row 2, numerals: '0' is no ordinal like 3 or 1-2"),
        ({"line": "x"}, "row 2, line: 'x' is no line"),
        ({"expression": ""}, "row 2, expression: empty, and no reason why"),
        ({"qualifier": "more"}, "row 2, qualifier: unknown qualifier 'more'"),
        ({"place": ""}, "row 2, place: empty"),
    ],
)
def test_each_mistake_is_named_with_its_place(tmp_path, change, message):
    """Each mistake is named with its place."""
    with pytest.raises(DataError, match=r"data/published/2020\.csv") as caught:
        load(tmp_path, GOOD | change)

    assert message in str(caught.value)


def test_every_problem_is_told_at_once(tmp_path):
    """Every problem is told at once."""
    with pytest.raises(DataError) as caught:
        load(
            tmp_path,
            GOOD | {"unit": "persn"},
            GOOD | {"value": "x"},
            GOOD | {"id": "1.1-001"},
            GOOD | {"id": "1.1-001"},
        )

    assert len(caught.value.problems) == 3


def test_numerals_are_counted_by_line():
    """Numerals are counted by line."""
    text = "首页\n[bookmark: _Toc123]2020年，在校生１１００人，占84.33%\n20至500人"

    assert extract(text) == (
        Numeral(2, 1, "2020"), Numeral(2, 2, "1100"), Numeral(2, 3, "84.33"), Numeral(3, 1, "20"), Numeral(3, 2, "500"),
    )  # fmt: skip


def test_a_numeral_is_claimed_exempt_or_forgotten(tmp_path):
    """A numeral is claimed exempt or forgotten."""
    claims, _ = load(tmp_path, GOOD | {"line": "2", "numerals": "2 7"}, GOOD | {"line": "2", "numerals": "2"})
    folder = tmp_path / "data" / "published" / "exempt"
    folder.mkdir()
    (folder / "2020.csv").write_text("line,numerals,kind,printed\n2,1,date,2020年\n", encoding="utf-8")
    numerals = extract("\n2020年，在校生1100人，占84.33%")

    found = cover(numerals, claims, load_exemptions(Project(tmp_path), 2020))

    assert found.claimed == 1
    assert found.exempt == {"date": 1}
    assert [numeral.text for numeral in found.forgotten] == ["84.33"]
    assert found.absent == ("claim 1.1-001: line 2 has no numeral 7",)
    assert found.doubled == ("line 2 numeral 2 (1100): claim 1.1-001 and claim 1.1-002",)


def test_an_exemption_of_an_unknown_kind_is_refused(tmp_path):
    """An exemption of an unknown kind is refused."""
    folder = tmp_path / "data" / "published" / "exempt"
    folder.mkdir(parents=True)
    (folder / "2020.csv").write_text("line,numerals,kind,printed\n2,1,dat,2020年\n", encoding="utf-8")

    with pytest.raises(DataError, match="unknown kind 'dat'; did you mean 'date'"):
        load_exemptions(Project(tmp_path), 2020)


@pytest.mark.parametrize("text", ["x", "1-", "0", "2,3"])
def test_what_is_no_ordinal_is_refused(text):
    """What is no ordinal is refused."""
    with pytest.raises(ValueError, match="is no ordinal"):
        parse_ordinals(text)


def test_the_inventory_is_written_and_compared(tmp_path, monkeypatch, capsys):
    """The inventory is written and compared."""
    (tmp_path / "data" / "reference").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    monkeypatch.setenv("NIANBAO_PROJECT", str(tmp_path))
    document = tmp_path / "document.txt"
    document.write_text("2020年\n12人", encoding="utf-8")

    assert main(["2020", str(document)]) == 1
    assert main(["2020", str(document), "--write"]) == 0
    assert main(["2020", str(document)]) == 0
    assert main(["2020"]) == 2
    assert load_inventory(Project(tmp_path), 2020) == extract("2020年\n12人")
    assert "up to date" in capsys.readouterr().out
    assert write_inventory(()) == "line,ordinal,numeral\n"


def test_a_quotation_in_quotation_marks_has_single_ones():
    """And what is one already gets no second pair."""
    assert quoted("近9万余人") == "“近9万余人”"
    assert quoted("“双师型”占比") == "“‘双师型’占比”"
    assert quoted("“四全育人”") == "“四全育人”"
    assert quoted("“双高”与“双师”") == "“‘双高’与‘双师’”"
