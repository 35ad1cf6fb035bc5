"""Verifying: what stands equals what is built anew, or the numbers that moved are listed."""

from __future__ import annotations

from helpers.building.verify import compare

FACTS = (
    "chapter,place,printed,value,unit,indicator,entity,year,scope,breakdown,formula,source,locator\n"
    "01,表1,{printed},{printed},人,enrolment,river,2020,all,,,yearbook,表1\n"
)


def write(folder, printed, **files):
    """Write a report of one number."""
    folder.mkdir()
    (folder / "facts.csv").write_text(FACTS.format(printed=printed), encoding="utf-8")
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_equal_reports_are_equal_whatever_their_revision(tmp_path):
    """A copy is no git checkout: the digests of its inputs say the same."""
    one = write(tmp_path / "a", 1100, **{"manifest.json": '{"revision": "abc", "inputs": {}}'})
    two = write(tmp_path / "b", 1100, **{"manifest.json": '{"revision": "", "inputs": {}}'})

    assert compare(one, two).is_equal
    assert compare(one, two).equal == 2


def test_a_number_that_moved_is_named_with_both_values(tmp_path):
    """Place, fact, old and new; files that came or went are named, too."""
    one = write(tmp_path / "a", 1100, old="1")
    two = write(tmp_path / "b", 1101, new="1")
    found = compare(one, two)

    assert not found.is_equal
    assert (found.different, found.missing, found.surplus) == (("facts.csv",), ("old",), ("new",))
    assert found.numbers == ("chapter 01, 表1, enrolment river 2020 all: 1100 -> 1101",)
