"""What is wrong with data is said once, whole: where, what, and what to do."""

from __future__ import annotations

import pytest

from helpers.errors import DataError
from helpers.loading import load_data
from support.small_project import CATALOGUE, HEADER, OBSERVATIONS, RECORDS, make_project

ROW = "river,2020,graduates,,,390,person,,final,yearbook,表1,"


def problems_of(root, **replacements):
    """Load a project that must not load, and return what it says."""
    with pytest.raises(DataError) as caught:
        load_data(make_project(root, **replacements))
    return str(caught.value).splitlines()


def test_a_sound_project_loads(tmp_path):
    """The fixture itself is free of problems."""
    catalogue, observations = load_data(make_project(tmp_path))

    assert len(observations) == OBSERVATIONS.count("\n")
    assert catalogue.indicators["enrolment"].label == "在校生数"


@pytest.mark.parametrize(
    ("wrong", "place", "what"),
    [
        ("river,2020,gradutes,,,390,person,,final,yearbook,表1,", "indicator", "unknown indicator 'gradutes'; did you mean 'graduates'?"),
        ("rivre,2020,graduates,,,390,person,,final,yearbook,表1,", "entity", "unknown entity 'rivre'; did you mean 'river'?"),
        ("river,20,graduates,,,390,person,,final,yearbook,表1,", "year", "'20' is not a year"),
        ("river,2020,graduates,,,39O,person,,final,yearbook,表1,", "value", "'39O' is not a number"),
        ("river,2020,graduates,,,NaN,person,,final,yearbook,表1,", "value", "'NaN' is not a number"),
        ("river,2020,graduates,,,,person,,final,yearbook,表1,", "value", "empty with status final"),
        ("river,2020,graduates,,,5,person,,not_available,yearbook,表1,", "value", "'5' with status not_available"),
        ("river,2020,graduates,,,390,pearson,,final,yearbook,表1,", "unit", "unknown unit 'pearson'; did you mean 'person'"),
        ("river,2020,graduates,,,390,yuan,,final,yearbook,表1,", "unit", "cannot measure graduates"),
        ("river,2020,graduates,,,390,person,ca,final,yearbook,表1,", "qualifier", "unknown qualifier 'ca'"),
        ("river,2020,graduates,,,390,person,,finl,yearbook,表1,", "status", "unknown status 'finl'; did you mean 'final'"),
        ("river,2020,graduates,,,390,person,,final,yearbok,表1,", "source", "unknown source 'yearbok'; did you mean 'yearbook'"),
        ("river,2020,graduates,,,390,person,,final,yearbook,,", "locator", "empty"),
        ("river,2020,graduates,al,,390,person,,final,yearbook,表1,", "scope", "unknown scope 'al'; did you mean 'all'"),
        ("river,2020,graduates,,kind=x,390,person,,final,yearbook,表1,", "breakdown", "unknown breakdown 'kind'"),
        ("river,2020,graduates,,school_kind=hig,390,person,,final,yearbook,表1,", "breakdown", "school_kind has no member 'hig'; did you mean 'high'"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_by_file_row_and_column(tmp_path, wrong, place, what):
    """Each message leads to the cell."""
    lines = problems_of(tmp_path, observations=OBSERVATIONS.replace(ROW, wrong))

    assert len(lines) == 1
    assert lines[0].startswith(f"data/observations/2020.csv row 5, {place}: ")
    assert what in lines[0]


def test_all_problems_come_together(tmp_path):
    """Nobody has to mend one cell to learn of the next."""
    broken = OBSERVATIONS.replace("river,2020,graduates", "river,2020,gradutes").replace(",volume,", ",book,")

    assert len(problems_of(tmp_path, observations=broken)) == 3


def test_a_duplicate_names_both_rows(tmp_path):
    """The same number twice is refused, even with the same value."""
    (line,) = problems_of(tmp_path, observations=OBSERVATIONS + ROW + "\n")

    assert line.startswith("data/observations/2020.csv row 22: the same number as data/observations/2020.csv row 5")


def test_a_missing_and_an_unknown_column_are_named(tmp_path):
    """The header is checked before the rows."""
    lines = problems_of(tmp_path, header=HEADER.replace("unit", "units"))

    assert lines[0].startswith("data/observations/2020.csv row 1: column 'unit' is missing")
    assert "unknown column 'units'; did you mean 'unit'" in lines[1]


def test_a_row_with_a_cell_too_many_is_named(tmp_path):
    """An unquoted comma shifts the rest; the row is refused, not misread."""
    (line,) = problems_of(tmp_path, observations=OBSERVATIONS.replace(ROW, ROW + ","))

    assert line.startswith("data/observations/2020.csv row 5: 13 cells where the header has 12")


def test_broken_yaml_names_file_and_line(tmp_path):
    """A YAML slip is a line of text, not a traceback."""
    lines = problems_of(tmp_path, entities="river: {name: 清江市\nbrook: 1")

    assert lines[0].startswith("data/reference/entities.yml line 2: broken YAML")


def test_an_unknown_key_in_the_catalogue_offers_the_nearest(tmp_path):
    """A misspelt key would otherwise be ignored."""
    lines = problems_of(tmp_path, catalogue=CATALOGUE.replace("basis:", "bases:"))

    assert lines[0].startswith("data/reference/catalogue/basics.yml indicators enrolment, bases: Extra inputs")
    assert "did you mean 'basis'" in lines[0]


def test_an_unknown_unit_in_the_catalogue_is_named(tmp_path):
    """An indicator without a unit cannot be printed."""
    lines = problems_of(tmp_path, catalogue=CATALOGUE.replace("unit: volume", "unit: volum"))

    assert lines[0] == (
        "data/reference/catalogue/basics.yml indicators books: unknown unit 'volum'; did you mean 'volume'?"
    )


def test_a_unit_that_something_is_counted_for_must_be_known(tmp_path):
    """What a per-pupil number divides by is a unit, too."""
    wrong = CATALOGUE.replace(
        "decimals: 2, formula: books / enrolment", "per: pearson, decimals: 2, formula: books / enrolment"
    )
    told = "data/reference/catalogue/basics.yml books_per_student, per: unknown unit 'pearson'; did you mean 'person'"

    assert problems_of(tmp_path, catalogue=wrong)[0].startswith(told)


def test_a_record_of_an_unknown_school_is_named(tmp_path):
    """References from records are checked too."""
    (line,) = problems_of(tmp_path, records=RECORDS.replace("brook", "broook"))

    assert line.startswith("data/records/2020.csv row 2, school: unknown entity 'broook'; did you mean 'brook'")


def test_a_later_edition_supersedes_and_keeps_the_earlier(tmp_path):
    """A restated value counts; the one printed before stays on record."""
    project = make_project(tmp_path)
    restated = f"{HEADER}\nriver,2020,enrolment,,,1105,person,,revised,yearbook,表1,\n"
    (tmp_path / "data/observations/2021.csv").write_text(restated, encoding="utf-8")

    _, observations = load_data(project)

    (row,) = [
        row
        for row in observations
        if row.key.indicator == "enrolment" and row.key.year == 2020 and row.key.entity == "river"
    ]
    assert (row.value, row.edition) == (1105, 2021)
    assert [old.value for old in observations.superseded] == [1100]
